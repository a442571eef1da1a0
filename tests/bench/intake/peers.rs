//! The peers of intake, brought once by npm into `target`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use support::{
    browser::{Spawned, free_port},
    npm,
};
use tempfile::TempDir;

const FILES: [(&str, &str); 3] = [
    ("store.js", include_str!("store.js")),
    ("express.js", include_str!("express.js")),
    ("plain.js", include_str!("plain.js")),
];

/// The peers' folder, with their packages and our few lines around them.
fn folder() -> PathBuf {
    // Version 13 of the base's driver wants a newer Node.js than Debian has.
    let folder = npm::bring(&["express@5", "better-sqlite3@12"]);
    for (name, text) in FILES {
        fs::write(folder.join(name), text).expect("target can be written");
    }
    folder
}

/// express with better-sqlite3, serving.
pub(super) struct Express {
    port: u16,
    _running: Spawned,
    _data: TempDir,
}

impl Express {
    pub(super) async fn start() -> Self {
        let (port, data) = (free_port(), TempDir::new().expect("a temporary folder"));
        let mut command = Command::new("node");
        command.arg(folder().join("express.js")).arg(port.to_string()).arg(data.path().join("peer.db"));
        let mut running = Spawned::start(&mut command, &data.path().join("peer.log"));
        running.wait_for_port(port, std::time::Duration::from_secs(20));
        Self { port, _running: running, _data: data }
    }

    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// Orders a second that SQLite alone commits in groups of `size`, in one process.
pub(super) fn plain_sqlite(pushes: &[String], size: usize) -> f64 {
    let data = TempDir::new().expect("a temporary folder");
    let file = data.path().join("pushes");
    fs::write(&file, pushes.join("\n")).expect("a temporary file");
    let said = run(&folder().join("plain.js"), &[&data.path().join("peer.db"), &file], size);
    said.trim().parse().expect("a number of orders a second")
}

fn run(script: &Path, files: &[&Path], size: usize) -> String {
    let mut node = Command::new("node");
    let output = node.arg(script).args(files).arg(size.to_string()).output().expect("node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a number")
}
