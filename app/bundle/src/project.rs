//! The part that touches the machine: cargo, the generator, the folders.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    Error, Inputs, Shell, assemble,
    compress::{brotli, gzip, is_compressible},
    digest, pieces,
    short_names::{renamed, shortened},
    toolchain::{self, Library, TARGET},
};

/// The profile of the root `Cargo.toml` that makes the smallest app.
pub const SHIPPED: &str = "wasm-release";

/// Where things are, and how to compile.
#[derive(Debug, Clone)]
pub struct Project {
    /// The root of the workspace.
    pub root: PathBuf,
    /// A folder of our own: cargo locks a target folder while it builds, so a build inside a build needs another one.
    pub target: PathBuf,
    /// The cargo profile of the app: [`SHIPPED`], or `dev` for seconds instead of tens of them, and a file ten times
    /// as large, without brotli.
    pub profile: String,
    /// Features of the app to switch on; none for what is shipped.
    pub features: Vec<String>,
}

impl Project {
    /// Builds the app and leaves its files in a folder, which it returns. When nothing changed since the last time, it
    /// only asks cargo and compares.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn build(&self) -> Result<PathBuf, Error> {
        fs::create_dir_all(&self.target).map_err(at(&self.target))?;
        let lock_path = self.target.join("bundle.lock");
        let lock = File::create(&lock_path).map_err(at(&lock_path))?;
        lock.lock().map_err(at(&lock_path))?; // two builds at once write one folder, one after the other

        toolchain::ensure_target()?;
        let module = self.compile()?;
        let public = read_tree(&self.root.join("public"))?;
        let name =
            self.features.iter().fold(self.profile.clone(), |name, feature| format!("{name}-{feature}"));
        let dist = self.target.join("dist").join(&name);
        let mark = fingerprint(&module, &public)?;
        let mark_path = self.target.join("dist").join(format!("{name}.mark"));
        if fs::read_to_string(&mark_path).is_ok_and(|known| known == mark) {
            return Ok(dist);
        }
        let _ = fs::remove_file(&mark_path); // from here on the folder is worth nothing until the end
        let cut_in = self.target.join("pieces").join(&name);
        empty_folder(&cut_in)?;
        let shell = assemble(&generate(&module, &cut_in, public)?)?;
        write_shell(&shell, &dist, self.profile == SHIPPED)?;
        fs::write(&mark_path, mark).map_err(at(&mark_path))?;
        Ok(dist)
    }

    /// Compiles `app` for the browser; returns the module as cargo leaves it.
    fn compile(&self) -> Result<PathBuf, Error> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        command
            .current_dir(&self.root)
            .args(["build", "--package", "app", "--target", TARGET, "--profile", &self.profile])
            .arg("--target-dir")
            .arg(&self.target)
            .args(["--features", &self.features.join(",")])
            .stdout(Stdio::null());
        let is_shipped = self.profile == SHIPPED;
        if is_shipped { Library::for_shipping() } else { Library::AsItComes }.ask(&mut command);
        let status = command.status().map_err(starting("cargo"))?;
        if !status.success() {
            return Err(Error::Compilation);
        }
        let folder = if self.profile == "dev" { "debug" } else { &self.profile };
        Ok(self.target.join(TARGET).join(folder).join("app.wasm"))
    }
}

/// Replaces what is in `out` by a copy of the finished folder `dist`.
///
/// # Errors
/// [`Error::File`].
pub fn copy_folder(dist: &Path, out: &Path) -> Result<(), Error> {
    let files = read_tree(dist)?;
    empty_folder(out)?;
    files.iter().try_for_each(|(path, body)| write_file(&out.join(path), body))
}

/// What the finished folder depends on: the module, the public files, and this very program.
fn fingerprint(module: &Path, public: &BTreeMap<String, Vec<u8>>) -> Result<String, Error> {
    let module_bytes = fs::read(module).map_err(at(module))?;
    let program = std::env::current_exe().map_err(at(Path::new("current program")))?;
    let about = fs::metadata(&program).map_err(at(&program))?;
    let generator = format!("{} {:?}", about.len(), about.modified().map_err(at(&program))?);
    let files = public.iter().map(|(path, body)| (path.as_str(), body.as_slice()));
    let parts = [("program", generator.as_bytes()), ("module", &module_bytes)];
    Ok(digest::short_id(parts.into_iter().chain(files)))
}

/// Runs the cutter and the generator: from cargo's module to the pieces, the JavaScript glue and the first module.
fn generate(module: &Path, cut_in: &Path, public: BTreeMap<String, Vec<u8>>) -> Result<Inputs, Error> {
    let (first, pieces) = pieces::cut(&fs::read(module).map_err(at(module))?, cut_in)?;
    let generator = |error| Error::Generator(format!("{error:#}"));
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("app", first)
        .web(true)
        .map_err(generator)?
        .typescript(false)
        .keep_lld_exports(true) // the pieces share the memory and the table of the first module
        .omit_default_module_path(true) // the name is hashed: boot.js says it
        .remove_name_section(true)
        .remove_producers_section(true);
    let mut output = bindgen.generate_output().map_err(generator)?;
    let written = output.snippets().iter().filter(|(_, scripts)| !scripts.is_empty()).map(|(name, _)| name);
    let extra: Vec<String> = written.chain(output.local_modules().keys()).cloned().collect();
    if !extra.is_empty() {
        return Err(Error::ExtraScripts(extra.join(", ")));
    }
    let glue = output.js().to_owned();
    let wasm = output.wasm_mut();
    let short = shortened(wasm.imports.iter().map(|import| import.name.as_str()));
    for import in wasm.imports.iter_mut() {
        if let Some(name) = short.get(&import.name) {
            import.name.clone_from(name);
        }
    }
    Ok(Inputs { glue: renamed(&glue, &short), wasm: wasm.emit_wasm(), pieces, public })
}

/// Writes the build, its worker, its manifest, and the compressed copies.
fn write_shell(shell: &Shell, dist: &Path, compressed: bool) -> Result<(), Error> {
    empty_folder(dist)?;
    for asset in &shell.assets {
        write_copies(dist, &file_name(&asset.url), &asset.body, compressed)?;
    }
    write_copies(dist, "sw.js", shell.worker.as_bytes(), compressed)?;
    write_copies(dist, "build.json", serde_json::to_string_pretty(&shell.manifest)?.as_bytes(), compressed)
}

/// The file in the folder for an address: `/` is `index.html`, a page without an extension gets it back.
fn file_name(url: &str) -> String {
    match url.trim_start_matches('/') {
        "" => "index.html".to_owned(),
        page if !page.contains('.') => format!("{page}.html"),
        path => path.to_owned(),
    }
}

fn write_copies(dist: &Path, name: &str, body: &[u8], compressed: bool) -> Result<(), Error> {
    write_file(&dist.join(name), body)?;
    if !(compressed && is_compressible(name, body.len())) {
        return Ok(());
    }
    for (suffix, copy) in [("br", brotli(body)), ("gz", gzip(body))] {
        let path = dist.join(format!("{name}.{suffix}"));
        let copy = copy.map_err(at(&path))?;
        if copy.len() < body.len() {
            write_file(&path, &copy)?;
        }
    }
    Ok(())
}

fn write_file(path: &Path, body: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(at(folder))?;
    }
    fs::write(path, body).map_err(at(path))
}

fn empty_folder(folder: &Path) -> Result<(), Error> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(at(folder))?;
    }
    fs::create_dir_all(folder).map_err(at(folder))
}

/// Every file under `folder`, by path relative to it; names that begin with a dot are nobody's business.
///
/// # Errors
/// [`Error::File`].
pub fn read_tree(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let mut files = BTreeMap::new();
    read_into(folder, "", &mut files)?;
    Ok(files)
}

fn read_into(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            read_into(&path, &format!("{prefix}{name}/"), files)?;
        } else {
            files.insert(format!("{prefix}{name}"), fs::read(&path).map_err(at(&path))?);
        }
    }
    Ok(())
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::File { path, source }
}

fn starting(program: &str) -> impl FnOnce(std::io::Error) -> Error + use<> {
    let program = program.to_owned();
    move |source| Error::Program { program, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Asset, Manifest};

    fn shell() -> Shell {
        let assets = vec![
            Asset { url: "/".into(), body: "<p>".repeat(200).into_bytes() },
            Asset { url: "/recover".into(), body: b"<p>".to_vec() },
            Asset { url: "/icons/icon-192.png".into(), body: vec![7; 400] },
        ];
        let manifest = Manifest::of("0123456789abcdef", &assets);
        Shell { assets, worker: "//".repeat(300), manifest }
    }

    #[test]
    fn the_folder_holds_each_file_and_smaller_copies_of_what_shrinks() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path().join("dist");
        fs::create_dir_all(&dist).unwrap();
        fs::write(dist.join("of-an-earlier-build.js"), "old").unwrap();
        write_shell(&shell(), &dist, true).unwrap();
        let names: Vec<String> = read_tree(&dist).unwrap().into_keys().collect();
        let expected = [
            "build.json",
            "build.json.br",
            "build.json.gz",
            "icons/icon-192.png",
            "index.html",
            "index.html.br",
            "index.html.gz",
            "recover.html",
            "sw.js",
            "sw.js.br",
            "sw.js.gz",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn the_manifest_on_disk_is_the_one_computed() {
        let folder = tempfile::tempdir().unwrap();
        write_shell(&shell(), folder.path(), false).unwrap();
        let text = fs::read_to_string(folder.path().join("build.json")).unwrap();
        assert_eq!(serde_json::from_str::<Manifest>(&text).unwrap(), shell().manifest);
    }

    #[test]
    fn a_copy_replaces_what_was_there() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write_shell(&shell(), from.path(), false).unwrap();
        fs::write(to.path().join("gone.js"), "old").unwrap();
        copy_folder(from.path(), to.path()).unwrap();
        assert_eq!(read_tree(to.path()).unwrap(), read_tree(from.path()).unwrap());
    }
}
