//! Puts the app's files where `src/routes/assets.rs` embeds them: `$OUT_DIR/dist`.
//!
//! The work is `app/bundle`'s, run as a program with a target folder of its own: compiled once whatever the server's
//! profile, and not at all for checks, lints and editors, which set `MERCURIALE_SKIP_APP=1` and get an empty folder.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const SKIP: &str = "MERCURIALE_SKIP_APP";

/// What a nested cargo may keep of the environment that the outer one made for this script. The rest (flags, wrappers,
/// target folder, names of the package) describes the server's build, not the app's.
const KEPT_CARGO: [&str; 5] = ["CARGO_HOME", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR", "CARGO_TERM_"];
const DROPPED: [&str; 8] =
    ["DEBUG", "HOST", "NUM_JOBS", "OPT_LEVEL", "PROFILE", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS", "TARGET"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    // `sqlx::migrate!` reads this folder: a new migration must compile the server again.
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-env-changed={SKIP}");
    let dist = PathBuf::from(variable("OUT_DIR")?).join("dist");
    if env::var_os(SKIP).is_some_and(|value| value == "1") {
        let _ = fs::remove_dir_all(&dist);
        return Ok(fs::create_dir_all(&dist)?);
    }
    println!("cargo::rerun-if-env-changed=MERCURIALE_APP_PROFILE");
    for input in ["app", "public", "Cargo.lock", "Cargo.toml"] {
        println!("cargo::rerun-if-changed=../{input}");
    }
    bundle(&dist)
}

fn bundle(dist: &Path) -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut command = Command::new(variable("CARGO")?);
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        let of_cargo = name.starts_with("CARGO") && !KEPT_CARGO.iter().any(|kept| name.starts_with(kept));
        if of_cargo || DROPPED.contains(&&*name) {
            command.env_remove(&*name);
        }
    }
    let status = command
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", &target)
        .args(["run", "--quiet", "--package", "bundle", "--profile", "tool", "--target-dir"])
        .arg(target.join("app"))
        .args(["--", "--out"])
        .arg(dist)
        .status()?;
    if status.success() { Ok(()) } else { Err("the app could not be built: see above".into()) }
}

fn variable(name: &str) -> Result<std::ffi::OsString, String> {
    env::var_os(name).ok_or_else(|| format!("{name} is not set: this is a build script, run by cargo"))
}
