//! Processes that never outlive the test that started them, and ports nobody holds.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

/// The variable by which a process and all it started in turn are recognized.
const MARK: &str = "MERCURIALE_STORY_PROCESS";

static STARTED: AtomicU32 = AtomicU32::new(0);

/// A child process with all it started in turn. Killed, with them, when dropped: a browser is a dozen processes, and a
/// panicking test still unwinds through here.
#[derive(Debug)]
pub struct Spawned {
    child: Child,
    mark: String,
    log: PathBuf,
}

impl Spawned {
    /// Starts `command`; what it says goes to the file `log`.
    pub fn start(command: &mut Command, log: &Path) -> Self {
        let said =
            fs::OpenOptions::new().create(true).append(true).open(log).expect("a log file can be written");
        let also = said.try_clone().expect("a file handle can be shared");
        let mark = format!("{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let child = command
            .env(MARK, &mark)
            .stdin(Stdio::null())
            .stdout(said)
            .stderr(also)
            .spawn()
            .unwrap_or_else(|error| panic!("{:?} does not start: {error}", command.get_program()));
        Self { child, mark, log: log.to_owned() }
    }

    /// Its number on this machine.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The last lines it said, for a failing test to show.
    #[must_use]
    pub(super) fn last_words(&self) -> String {
        let said = fs::read(&self.log).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<_> = said.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// Waits until something listens on `port`.
    ///
    /// # Panics
    /// When the process ends first, or after `patience`.
    pub fn wait_for_port(&mut self, port: u16, patience: Duration) {
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            self.check_alive();
            assert!(started.elapsed() < patience, "nothing listens on {port}:\n{}", self.last_words());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// # Panics
    /// When the process has ended.
    pub(super) fn check_alive(&mut self) {
        if let Ok(Some(status)) = self.child.try_wait() {
            panic!("it ended with {status}:\n{}", self.last_words());
        }
    }

    /// Dies at once, with all it started: nothing is flushed, nobody is told.
    pub(super) fn kill_9(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        signal("KILL", &carriers(&self.mark));
    }

    /// Asks it to stop, as a service manager would, and waits until it has.
    pub(super) fn stop(mut self) {
        signal("TERM", &[self.child.id()]);
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(10) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        self.kill_9();
    }
}

fn signal(name: &str, processes: &[u32]) {
    if processes.is_empty() {
        return;
    }
    // The shell's own `kill`: the program of that name is not on every machine.
    let mut kill = Command::new("sh");
    kill.args(["-c", "kill -$0 \"$@\"", name]).args(processes.iter().map(u32::to_string));
    let _ = kill.stdout(Stdio::null()).stderr(Stdio::null()).status();
}

/// Every process that carries `mark`. Parents say nothing here: MiniBrowser detaches itself from the driver.
fn carriers(mark: &str) -> Vec<u32> {
    let carried = format!("{MARK}={mark}");
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        if environment.split(|byte| *byte == 0).any(|variable| variable == carried.as_bytes()) {
            found.push(process);
        }
    }
    found
}

/// A port nobody holds at this moment.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
    listener.local_addr().expect("a listener has an address").port()
}

/// The first of `names` that exists as a file or on `PATH`.
#[must_use]
pub(super) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    names.iter().find_map(|name| {
        let mut places = std::env::split_paths(&path).map(|folder| folder.join(name));
        places.find(|place| place.is_file())
    })
}

/// The folder `target` of the project, where what a run leaves behind goes.
#[must_use]
pub fn target_folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the project");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}
