//! What the compiler needs to make the app: the wasm target, and the source of its standard library.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::Error;

/// What the app is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Components erase the type of their view: without it each screen compiles as one type made of all its elements, and
/// the module grows to several times its size. The relocations tell the cutter what leads to what.
const FLAGS: &str = "--cfg erase_components -C link-arg=--emit-relocs";

/// Which standard library the app is linked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Library {
    /// The compiler's own, as it comes: compiled for speed, and a panic makes a sentence before it stops.
    AsItComes,
    /// Compiled with the app, for size; a panic stops at once, its sentence never made: no page would show it. A tenth of
    /// what a tablet downloads. The words that ask for it are unstable, so they are spoken for the app alone.
    Small,
}

impl Library {
    /// The small one for what is shipped, when its source is there or can be had.
    pub(crate) fn for_shipping() -> Self {
        if has_library_source() {
            return Self::Small;
        }
        if run_rustup(&["component", "add", "rust-src"]).is_ok() && has_library_source() {
            return Self::Small;
        }
        eprintln!(
            "rust-src: absent, l’application pèsera un dixième de plus / missing, the app weighs a tenth more"
        );
        Self::AsItComes
    }

    /// Makes `cargo` compile and link with this library.
    pub(crate) fn ask(self, cargo: &mut Command) {
        // Not the flags of the environment: those are meant for the machine's own processor.
        cargo.env_remove("CARGO_ENCODED_RUSTFLAGS");
        match self {
            Self::AsItComes => cargo.env("RUSTFLAGS", FLAGS),
            Self::Small => cargo
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTFLAGS", format!("{FLAGS} -Zunstable-options -Cpanic=immediate-abort"))
                .args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]),
        };
    }
}

/// Adds the wasm target to the compiler in use, once.
///
/// # Errors
/// [`Error::MissingTarget`] when it is not there and cannot be added.
pub(crate) fn ensure_target() -> Result<(), Error> {
    if asked_for(&["target-libdir", "--target", TARGET]).is_some_and(|folder| folder.is_dir()) {
        return Ok(());
    }
    run_rustup(&["target", "add", TARGET]).map_err(Error::MissingTarget)
}

fn has_library_source() -> bool {
    asked_for(&["sysroot"]).is_some_and(|root| root.join("lib/rustlib/src/rust/library/Cargo.lock").is_file())
}

/// A path the compiler prints.
fn asked_for(what: &[&str]) -> Option<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let answer = Command::new(rustc).arg("--print").args(what).output().ok()?;
    Some(Path::new(String::from_utf8_lossy(&answer.stdout).trim()).to_owned())
}

fn run_rustup(arguments: &[&str]) -> Result<(), String> {
    eprintln!("rustup {}", arguments.join(" "));
    match Command::new("rustup").args(arguments).stdout(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(status.to_string()),
        Err(source) => Err(format!("rustup: {source}")),
    }
}
