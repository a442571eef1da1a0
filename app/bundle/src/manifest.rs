//! The list of a build's files: served as `/build.json`, copied into the worker, compared by tests.

use serde::{Deserialize, Serialize};

use crate::{Asset, digest::sha256_hex};

/// Every file that a build serves, but for the worker and the manifest itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The build's id, 16 hexadecimal digits: a hash of everything the build is made of.
    pub build: String,
    /// The files, by address.
    pub files: Vec<ManifestFile>,
}

/// One file of a build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its address on the server, absolute.
    pub url: String,
    /// SHA-256 of its uncompressed bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Its uncompressed length in bytes.
    pub bytes: u64,
}

impl Manifest {
    /// The manifest of `assets`, sorted by address.
    pub fn of(build: &str, assets: &[Asset]) -> Self {
        let mut files: Vec<ManifestFile> = assets
            .iter()
            .map(|asset| ManifestFile {
                url: asset.url.clone(),
                sha256: sha256_hex(&asset.body),
                bytes: asset.body.len() as u64,
            })
            .collect();
        files.sort_by(|a, b| a.url.cmp(&b.url));
        Self { build: build.to_owned(), files }
    }

    /// Page, scripts, module and styles that come before anything is seen; what the first screens of later pieces bring along,
    /// and pictures, are not among them.
    pub fn needed_first(&self) -> impl Iterator<Item = &ManifestFile> {
        self.files.iter().filter(|file| file.runs() && !file.comes_later())
    }

    /// What the worker keeps on the device: everything but the pictures that only an app store shows.
    pub fn precached(&self) -> impl Iterator<Item = &ManifestFile> {
        self.files.iter().filter(|file| !file.url.starts_with("/screenshots/"))
    }

    /// The worker's list: a JSON array of `[url, sha256]`, one pair a line.
    ///
    /// # Errors
    /// When a pair cannot be written as JSON, which strings always can.
    pub fn precache_list(&self) -> Result<String, serde_json::Error> {
        let pairs: Result<Vec<String>, _> =
            self.precached().map(|file| serde_json::to_string(&[&file.url, &file.sha256])).collect();
        Ok(format!("[\n  {},\n]", pairs?.join(",\n  ")))
    }
}

impl ManifestFile {
    /// Whether a browser runs it or draws with it: a page, a script, a module, a style sheet.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.url == "/" || [".js", ".wasm", ".css", ".html"].iter().any(|end| self.url.ends_with(end))
    }

    /// By the names the cutter gives to pieces, and the assembly to their style sheet.
    fn comes_later(&self) -> bool {
        ["/assets/split_", "/assets/chunk_", "/assets/later-"].iter().any(|start| self.url.starts_with(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_their_look_and_pictures_are_not_needed_first() {
        let urls = [
            "/",
            "/assets/app-1.wasm",
            "/assets/chunk_3-1.wasm",
            "/assets/later-1.css",
            "/assets/split_desk-1.wasm",
            "/icons/icon.svg",
        ];
        let assets = urls.map(|url| Asset { url: url.to_owned(), body: vec![] });
        let manifest = Manifest::of("1", &assets);
        let first: Vec<&str> = manifest.needed_first().map(|file| file.url.as_str()).collect();
        assert_eq!(first, ["/", "/assets/app-1.wasm"]);
    }
}
