//! What the verification needs from the machine, and how to get it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::cargo;

/// One thing that must be on the machine.
struct Need {
    /// What it is, and for what.
    what: &'static str,
    present: fn() -> bool,
    remedy: Remedy,
}

#[derive(Clone, Copy)]
enum Remedy {
    /// A package of Debian.
    Debian(&'static str),
    /// Arguments of `rustup`.
    Rustup(&'static [&'static str]),
    /// A program of the crates registry, built below `target`.
    Crate(&'static str),
}

const TARGET: &str = "wasm32-unknown-unknown";

const NEEDS: [Need; 12] = [
    Need {
        what: "rustfmt",
        present: || answers("cargo", &["fmt", "--version"]),
        remedy: Remedy::Rustup(&["component", "add", "rustfmt"]),
    },
    Need {
        what: "clippy",
        present: || answers("cargo", &["clippy", "--version"]),
        remedy: Remedy::Rustup(&["component", "add", "clippy"]),
    },
    Need { what: TARGET, present: has_wasm_target, remedy: Remedy::Rustup(&["target", "add", TARGET]) },
    Need { what: "cc (SQLite)", present: || in_path("cc"), remedy: Remedy::Debian("build-essential") },
    Need { what: "chromium", present: || in_path("chromium"), remedy: Remedy::Debian("chromium") },
    Need {
        what: "chromedriver",
        present: || in_path("chromedriver"),
        remedy: Remedy::Debian("chromium-driver"),
    },
    Need {
        what: "WebKitWebDriver, MiniBrowser",
        present: has_webkit,
        remedy: Remedy::Debian("webkit2gtk-driver"),
    },
    Need { what: "Xvfb", present: || in_path("Xvfb"), remedy: Remedy::Debian("xvfb") },
    Need { what: "firefox", present: || in_path("firefox-esr"), remedy: Remedy::Debian("firefox-esr") },
    Need { what: "geckodriver", present: has_geckodriver, remedy: Remedy::Crate("geckodriver") },
    // A real provider of OpenID Connect to sign in with.
    Need { what: "node, npm", present: || in_path("node") && in_path("npm"), remedy: Remedy::Debian("npm") },
    Need { what: "PostgreSQL (initdb, pg_ctl)", present: has_postgres, remedy: Remedy::Debian("postgresql") },
];

/// Adds what is missing where that is allowed, and says how where it is not. Returns what is still missing.
pub(crate) fn provide() -> Vec<&'static str> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.present)()).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let packages: Vec<&str> = missing.iter().filter_map(|need| need.package()).collect();
    if !packages.is_empty() && is_root() && in_path("apt-get") {
        install(&packages);
    }
    for need in &missing {
        match need.remedy {
            Remedy::Debian(_) => {}
            Remedy::Rustup(arguments) => {
                eprintln!("rustup {}", arguments.join(" "));
                let _ = Command::new("rustup").args(arguments).status();
            }
            Remedy::Crate(name) => {
                eprintln!("cargo install {name}");
                let install = ["install", name, "--locked", "--quiet", "--root"];
                let _ = cargo::command().args(install).arg(tools()).status();
            }
        }
    }
    let still: Vec<&Need> = missing.into_iter().filter(|need| !(need.present)()).collect();
    for need in &still {
        eprintln!("Manque · missing: {} → {}", need.what, need.advice());
    }
    still.iter().map(|need| need.what).collect()
}

impl Need {
    fn package(&self) -> Option<&'static str> {
        match self.remedy {
            Remedy::Debian(package) => Some(package),
            Remedy::Rustup(_) | Remedy::Crate(_) => None,
        }
    }

    fn advice(&self) -> String {
        match self.remedy {
            Remedy::Debian(package) => format!("sudo apt-get install {package} (Debian, Ubuntu)"),
            Remedy::Rustup(arguments) => format!("rustup {}", arguments.join(" ")),
            Remedy::Crate(name) => format!("cargo install {name}"),
        }
    }
}

/// The lock's timeout: another installation may be under way on a fresh machine.
fn install(packages: &[&str]) {
    let apt = |arguments: &[&str]| {
        eprintln!("apt-get {}", arguments.join(" "));
        let _ = Command::new("apt-get")
            .args(["-o", "DPkg::Lock::Timeout=300"])
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(Stdio::null())
            .status();
    };
    apt(&["update"]);
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat());
}

/// Whether a missing means is a failure rather than a skipped test: on the machine of the checks, and wherever we may
/// install it.
pub(crate) fn are_required() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true") || is_root()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|answer| answer.stdout.trim_ascii() == b"0")
}

fn has_wasm_target() -> bool {
    let answer = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    answer.is_ok_and(|answer| Path::new(String::from_utf8_lossy(&answer.stdout).trim()).is_dir())
}

/// Where programs of the crates registry are built to.
fn tools() -> PathBuf {
    cargo::target().join("tools")
}

fn has_geckodriver() -> bool {
    in_path("geckodriver") || tools().join("bin/geckodriver").is_file()
}

/// Debian keeps the test browser out of the path, below a folder named after the machine.
fn has_webkit() -> bool {
    let browser = ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"];
    let libraries = folders("/usr/lib").chain(folders("/usr/libexec"));
    let mut places =
        libraries.flat_map(|place| browser.map(|version| place.join(version).join("MiniBrowser")));
    in_path("WebKitWebDriver") && places.any(|place| place.is_file())
}

/// Debian keeps the programs that make a database out of the path, below the version.
fn has_postgres() -> bool {
    let installed =
        |name: &str| folders("/usr/lib/postgresql").any(|version| version.join("bin").join(name).is_file());
    ["initdb", "pg_ctl"].iter().all(|name| in_path(name) || installed(name))
}

fn folders(parent: &str) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path())
}

fn in_path(program: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

fn answers(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
