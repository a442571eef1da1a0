//! The real binary, serving the demo on an address and a folder that survive its death.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::machine::{Spawned, free_port, target_folder};

/// The demo is filled once a run, then copied: filling it again for each story would only cost time.
static FILLED: OnceCell<PathBuf> = OnceCell::const_new();

/// `mercuriale serve --demo` on a port and a data folder of its own.
#[derive(Debug)]
pub struct MercurialeProcess {
    running: Option<Spawned>,
    port: u16,
    data: TempDir,
}

impl MercurialeProcess {
    /// The binary to try: `MERCURIALE_BIN`, or the one a plain `cargo build` leaves.
    #[must_use]
    pub fn binary() -> Option<PathBuf> {
        let built = || Some(target_folder().join("debug/mercuriale"));
        let binary = std::env::var_os("MERCURIALE_BIN").map(PathBuf::from).or_else(built);
        binary.filter(|binary| binary.is_file())
    }

    /// Starts on fresh demo data and waits until it is ready.
    pub async fn start() -> Self {
        let filled = FILLED.get_or_init(fill).await;
        let data = TempDir::new().expect("a temporary folder");
        copy_folder(filled, data.path());
        Self::on(data).ready().await
    }

    fn on(data: TempDir) -> Self {
        let port = free_port();
        let running = Some(Self::spawn(port, data.path()));
        Self { running, port, data }
    }

    fn spawn(port: u16, data: &Path) -> Spawned {
        let binary = Self::binary().expect("looked for before the story starts");
        let listen = format!("127.0.0.1:{port}");
        let mut command = Command::new(binary);
        command.args(["serve", "--demo", "--listen", &listen, "--data"]).arg(data.join("db"));
        for name in ["MERCURIALE_LISTEN", "MERCURIALE_DATA", "MERCURIALE_DATABASE_URL"] {
            command.env_remove(name);
        }
        Spawned::start(&mut command, &data.join("server.log"))
    }

    async fn ready(mut self) -> Self {
        self.wait_until_ready().await;
        self
    }

    async fn wait_until_ready(&mut self) {
        let started = Instant::now();
        let health = format!("{}/health", self.address());
        loop {
            if reqwest::get(&health).await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            let running = self.running.as_mut().expect("started");
            running.check_alive();
            let patience = Duration::from_secs(120);
            assert!(started.elapsed() < patience, "the server is not ready:\n{}", running.last_words());
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Where it serves, without a final slash.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Dies at once, as when power is cut: nothing is flushed, nobody is told.
    pub fn kill_9(&mut self) {
        self.running = None;
    }

    /// Serves again, at the same address, on the same data.
    pub async fn start_again(&mut self) {
        self.running = Some(Self::spawn(self.port, self.data.path()));
        self.wait_until_ready().await;
    }

    /// The last lines it said.
    #[must_use]
    pub fn last_words(&self) -> String {
        self.running.as_ref().map_or_else(|| "(dead)".to_owned(), Spawned::last_words)
    }
}

/// Serves once on an empty folder, then keeps the filled database under `target`.
async fn fill() -> PathBuf {
    let mut first = MercurialeProcess::on(TempDir::new().expect("a temporary folder")).ready().await;
    if let Some(running) = first.running.take() {
        running.stop();
    }
    let kept = target_folder().join("browser-demo");
    let _ = fs::remove_dir_all(&kept);
    fs::create_dir_all(&kept).expect("a folder can be made");
    copy_folder(first.data.path(), &kept);
    kept
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the filled folder can be read").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).expect("a folder can be made");
            copy_folder(&entry.path(), &target);
        } else if entry.file_name() != "server.log" {
            fs::copy(entry.path(), &target).expect("a file can be copied");
        }
    }
}
