//! The real binary, serving the demo on an address and a folder that survive its death.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::machine::{Spawned, free_port, target_folder};

/// The demo is filled once a run, then copied: filling it again for each story would only cost time.
static FILLED: OnceCell<PathBuf> = OnceCell::const_new();

/// What a small disk holds to be thrown away, in bytes: the room that somebody makes on a full one.
const BALLAST: u64 = 16 * 1024 * 1024;
/// Mounts a disk on the first argument, copies the base of the second there, and serves.
const SMALL_DISK: &str = r#"
    disk=$0; base=$1; room=$2; ballast=$3; shift 3
    mount -t tmpfs -o size="$room" tmpfs "$disk" && cp -r "$base/." "$disk" && head -c "$ballast" /dev/zero > "$disk/ballast" &&
    exec "$@" --data "$disk/db""#;

/// `mercuriale serve --demo` on a port and a data folder of its own.
#[derive(Debug)]
pub struct MercurialeProcess {
    running: Option<Spawned>,
    port: u16,
    data: TempDir,
    /// What its environment says beside.
    settings: Vec<(&'static str, String)>,
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

    /// As [`MercurialeProcess::start`], on a disk of its own with `spare` bytes beside the base. `None` where this machine lets
    /// nobody mount one.
    pub async fn start_on_a_small_disk(spare: u64) -> Option<Self> {
        let mut allowed = Command::new("unshare");
        let allowed = allowed.args(["-Urm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
        if !allowed.is_ok_and(|tried| tried.status.success()) {
            return None;
        }
        let filled = FILLED.get_or_init(fill).await;
        let (data, port) = (TempDir::new().expect("a temporary folder"), free_port());
        let room = size_of_folder(filled) + spare + BALLAST;
        let mut command = clean("unshare");
        command.args(["-Urm", "sh", "-c", SMALL_DISK]).arg(data.path()).arg(filled);
        command.args([room.to_string(), BALLAST.to_string()]);
        command.arg(Self::binary().expect("looked for before the story starts"));
        command.args(["serve", "--demo", "--listen", &format!("127.0.0.1:{port}")]);
        let log = TempDir::new().expect("a temporary folder").keep().join("server.log");
        let running = Some(Spawned::start(&mut command, &log));
        Some(Self { running, port, data, settings: Vec::new() }.ready().await)
    }

    /// Gives back the room that [`MercurialeProcess::start_on_a_small_disk`] took beside the base.
    pub fn free_the_small_disk(&self) {
        let process = self.running.as_ref().expect("it serves").id();
        // The disk is mounted for that process alone.
        let seen_from_it = format!("/proc/{process}/root{}/ballast", self.data.path().display());
        fs::remove_file(seen_from_it).expect("the ballast is there");
    }

    /// A letter that left and says `words`, once there is one. Letters lie in the folder of the base: no server of
    /// mail is set.
    ///
    /// # Panics
    /// When none comes.
    pub async fn letter_that_says(&self, words: &str) -> String {
        for _ in 0..100 {
            let letters = fs::read_dir(self.folder().join("letters")).into_iter().flatten().flatten();
            // Long lines are folded in a letter.
            let unfolded = |letter: fs::DirEntry| {
                Some(fs::read_to_string(letter.path()).ok()?.replace("=\r\n", "").replace("=3D", "="))
            };
            if let Some(letter) = letters.filter_map(unfolded).find(|letter| letter.contains(words)) {
                return letter;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no letter says {words:?}");
    }

    fn on(data: TempDir) -> Self {
        let port = free_port();
        let running = Some(Self::spawn(port, data.path(), &[]));
        Self { running, port, data, settings: Vec::new() }
    }

    /// Has it serve with this in its environment, at the same address, on the same data.
    pub async fn serve_with(&mut self, settings: Vec<(&'static str, String)>) {
        self.kill_9();
        self.settings = settings;
        self.start_again().await;
    }

    fn spawn(port: u16, data: &Path, settings: &[(&'static str, String)]) -> Spawned {
        let binary = Self::binary().expect("looked for before the story starts");
        let listen = format!("127.0.0.1:{port}");
        let mut command = clean(binary);
        command.args(["serve", "--demo", "--listen", &listen, "--data"]).arg(data.join("db"));
        command.envs(settings.iter().map(|(name, value)| (name, value)));
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

    /// The same by its name: passkeys are bound to one, and a number is none.
    #[must_use]
    pub fn address_by_name(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Dies at once, as when power is cut: nothing is flushed, nobody is told.
    pub fn kill_9(&mut self) {
        self.running = None;
    }

    /// Serves again, at the same address, on the same data.
    pub async fn start_again(&mut self) {
        self.running = Some(Self::spawn(self.port, self.data.path(), &self.settings));
        self.wait_until_ready().await;
    }

    /// Asks it to stop, as a service manager would, and waits until it has.
    pub fn stop(&mut self) {
        self.running.take().expect("it serves").stop();
    }

    /// The folder of its base.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.data.path().join("db")
    }

    /// Runs another command of the binary on its base.
    ///
    /// # Panics
    /// When the command does not succeed.
    pub fn command(&self, arguments: &[&str]) {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    /// Runs a command on its base that must be refused: what it says of it.
    ///
    /// # Panics
    /// When the command is not refused.
    #[must_use]
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = clean(Self::binary().expect("it serves"));
        command.args(arguments).arg("--data").arg(self.folder()).output().expect("the binary runs")
    }

    /// The last lines it said.
    #[must_use]
    pub fn last_words(&self) -> String {
        self.running.as_ref().map_or_else(|| "(dead)".to_owned(), Spawned::last_words)
    }
}

/// A program that the settings of this environment do not reach.
fn clean(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in ["MERCURIALE_LISTEN", "MERCURIALE_DATA", "MERCURIALE_DATABASE_URL"] {
        command.env_remove(name);
    }
    // A rig has a few devices order as often as a whole region.
    command.env("MERCURIALE_PUSHES_A_MINUTE", "1000000");
    command
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

fn size_of_folder(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).expect("the filled folder can be read").flatten();
    entries
        .map(|entry| match entry.path() {
            inner if inner.is_dir() => size_of_folder(&inner),
            file => fs::metadata(file).map_or(0, |data| data.len()),
        })
        .sum()
}
