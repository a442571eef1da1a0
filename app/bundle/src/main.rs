//! `bundle [--out FOLDER]`: builds the app; `--out` also puts a copy of its files there.
//!
//! `MERCURIALE_APP_PROFILE=dev` compiles fast and large, for those who work on the screens.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use bundle::{
    Error,
    project::{Project, SHIPPED, copy_folder},
};

fn main() -> ExitCode {
    match run() {
        Ok(dist) => {
            report(&dist);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<PathBuf, Error> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2).unwrap_or(here).to_owned();
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from).join("app");
    let profile = env::var("MERCURIALE_APP_PROFILE").unwrap_or_else(|_| SHIPPED.to_owned());
    let dist = Project { root, target, profile, features: Vec::new() }.build()?;
    let mut arguments = env::args_os().skip(1);
    if let (Some(_out), Some(folder)) = (arguments.next(), arguments.next()) {
        copy_folder(&dist, Path::new(&folder))?;
    }
    Ok(dist)
}

/// One line: what the browser downloads.
fn report(dist: &Path) {
    let size = |path: &Path| fs::metadata(path).map_or(0, |about| about.len());
    let shell = ["html", "js", "css", "wasm"];
    let (mut raw, mut brotli) = (0, 0);
    let folders = [dist.to_path_buf(), dist.join("assets")];
    let files = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    for path in files.map(|entry| entry.path()) {
        if path.extension().is_some_and(|extension| shell.iter().any(|kind| extension == *kind)) {
            raw += size(&path);
            let mut copy = path.into_os_string();
            copy.push(".br");
            brotli += size(Path::new(&copy));
        }
    }
    eprintln!("app: {} KB, {} KB brotli, {}", raw / 1000, brotli / 1000, dist.display());
}
