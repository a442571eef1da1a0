//! What of the world of Node.js is compared with or played against, brought by npm once into `target/bench-peers`.

use std::{fs, path::PathBuf, process::Command};

use crate::browser::target_folder;

/// The folder where these packages, written `name@version`, are installed.
///
/// # Panics
/// When npm is not there, or does not bring them.
#[must_use]
pub fn bring(packages: &[&str]) -> PathBuf {
    let folder = target_folder().join("bench-peers");
    let name_of = |package: &&str| package.rsplit_once('@').map_or(*package, |(name, _)| name).to_owned();
    let there = packages.iter().map(name_of).all(|name| folder.join("node_modules").join(name).is_dir());
    if !there {
        fs::create_dir_all(&folder).expect("a folder can be made");
        let install = ["install", "--no-audit", "--no-fund", "--prefix", "."];
        let done = Command::new("npm").args(install).args(packages).current_dir(&folder).status();
        assert!(done.expect("npm is installed").success(), "npm did not bring {packages:?}");
    }
    folder
}
