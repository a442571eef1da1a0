//! Real browsers behind their WebDriver: Chromium, WebKit as GTK builds it (iPad's engine family), and Firefox.

use std::{
    fmt, fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::json;
use tempfile::TempDir;
use thirtyfour::{Capabilities, WebDriver};

use super::machine::{Spawned, find_program, free_port, target_folder};

const MINI_BROWSERS: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
];
const CHROMIUMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const FIREFOXES: [&str; 2] = ["firefox-esr", "firefox"];
/// Starting a browser takes half a minute on a machine that compiles besides.
const PATIENCE: Duration = Duration::from_secs(90);
/// What a page may take to load.
const PAGE_PATIENCE: Duration = Duration::from_secs(30);

/// Which browser a story runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium with chromedriver. Its profile can be kept: the whole browser closes and opens again.
    Chromium,
    /// WebKitGTK's MiniBrowser with WebKitWebDriver, on a virtual screen. Its sessions are ephemeral.
    WebKit,
    /// Firefox with geckodriver, which Debian lacks: `cargo verify` builds it below `target`. Its profile can be kept.
    Firefox,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "chromium",
            Self::WebKit => "webkit",
            Self::Firefox => "firefox",
        })
    }
}

impl Engine {
    /// The programs this engine needs and this machine lacks, each with the Debian package that brings it.
    #[must_use]
    pub fn missing(self) -> Vec<String> {
        let needed: &[(&[&str], &str)] = match self {
            Self::Chromium => &[(&CHROMIUMS, "chromium"), (&["chromedriver"], "chromium-driver")],
            Self::WebKit => &[
                (&["WebKitWebDriver"], "webkit2gtk-driver"),
                (&MINI_BROWSERS, "webkit2gtk-driver"),
                (&["Xvfb"], "xvfb"),
            ],
            Self::Firefox => &[(&FIREFOXES, "firefox-esr")],
        };
        let lacking = needed.iter().filter(|(names, _)| find_program(names).is_none());
        let mut missing: Vec<_> =
            lacking.map(|(names, package)| format!("{} (Debian: {package})", names[0])).collect();
        if self == Self::Firefox && geckodriver().is_none() {
            missing.push("geckodriver (cargo install geckodriver --root target/tools)".to_owned());
        }
        missing
    }

    /// Whether doing without it is a failure rather than a skipped story: where whoever runs the tests may install it. No
    /// distribution has Firefox's driver: where it could not be compiled, its stories say that they are skipped.
    #[must_use]
    pub fn is_required(self) -> bool {
        let asked = std::env::var_os("MERCURIALE_REQUIRE_BROWSERS").is_some_and(|value| value == "1");
        asked && self != Self::Firefox
    }

    /// Whether the whole browser can be closed and opened again on what it kept.
    #[must_use]
    pub fn keeps_its_profile(self) -> bool {
        match self {
            Self::Chromium | Self::Firefox => true,
            Self::WebKit => false,
        }
    }
}

/// A virtual screen for a browser that has no headless mode.
#[derive(Debug)]
pub(super) struct Screen {
    server: Child,
    name: String,
}

impl Screen {
    /// Starts one, on whatever display number is free.
    #[must_use]
    pub(super) fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1600x1400x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts");
        let mut number = String::new();
        let said = server.stdout.take().expect("piped above");
        BufReader::new(said).read_line(&mut number).expect("Xvfb tells its display");
        Self { server, name: format!(":{}", number.trim()) }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A driver, the browser it drives, and the folder both live in.
#[derive(Debug)]
pub(super) struct Driven {
    engine: Engine,
    session: Option<WebDriver>,
    port: u16,
    process: Spawned,
    /// Dropped last: the profile must outlive who writes in it.
    home: TempDir,
    _screen: Option<Screen>,
}

impl Driven {
    /// A browser nobody has used before.
    pub(super) async fn start(engine: Engine) -> Self {
        let home = TempDir::new().expect("a temporary folder");
        let port = free_port();
        let (mut command, screen) = match engine {
            Engine::Chromium => (chromedriver(port), None),
            Engine::Firefox => (firefox_driver(port, &home), None),
            Engine::WebKit => {
                let screen = Screen::start();
                (webkit_driver(port, &home, &screen), Some(screen))
            }
        };
        let mut process = Spawned::start(&mut command, &home.path().join("driver.log"));
        process.wait_for_port(port, PATIENCE);
        let mut driven = Self { engine, session: None, port, process, home, _screen: screen };
        driven.open().await;
        driven
    }

    /// The running session.
    ///
    /// # Panics
    /// When the browser is closed.
    #[must_use]
    pub(super) fn session(&self) -> &WebDriver {
        self.session.as_ref().expect("the browser is open")
    }

    /// Opens the browser, on the profile it had.
    pub(super) async fn open(&mut self) {
        let capabilities = match self.engine {
            Engine::Chromium => chromium_capabilities(&self.home),
            Engine::WebKit => webkit_capabilities(),
            Engine::Firefox => firefox_capabilities(&self.home),
        };
        let address = format!("http://127.0.0.1:{}", self.port);
        let opened = WebDriver::builder(&address, capabilities).request_timeout(PATIENCE).await;
        let session =
            opened.unwrap_or_else(|error| panic!("no session: {error}\n{}", self.process.last_words()));
        // The drivers' own limit would leave a story no time for a second try.
        session.set_page_load_timeout(PAGE_PATIENCE).await.expect("a driver takes its limit");
        self.session = Some(session);
    }

    /// Kills the driver and every process of the browser, at once.
    pub(super) fn kill_9(&mut self) {
        self.process.kill_9();
        if let Some(session) = self.session.take() {
            let _ = session.leak();
        }
    }

    /// Opens the browser again after [`Driven::kill_9`], on the profile as it was left.
    ///
    /// # Panics
    /// With another browser than Chromium.
    pub(super) async fn open_again(&mut self) {
        assert_eq!(self.engine, Engine::Chromium, "only Chromium is killed here");
        self.port = free_port();
        self.process = Spawned::start(&mut chromedriver(self.port), &self.home.path().join("driver.log"));
        self.process.wait_for_port(self.port, PATIENCE);
        self.open().await;
    }

    /// Closes the whole browser, every process of it; [`Driven::open`] opens it again on the profile it had.
    ///
    /// # Panics
    /// With WebKit, whose automation sessions keep no profile.
    pub(super) async fn close(&mut self) {
        assert!(self.engine.keeps_its_profile(), "a {} automation session keeps no profile", self.engine);
        if let Some(session) = self.session.take() {
            session.quit().await.expect("the browser closes");
        }
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        // The processes are about to be killed; asking politely first would block this thread.
        if let Some(session) = self.session.take() {
            let _ = session.leak();
        }
    }
}

fn chromedriver(port: u16) -> Command {
    let mut command = Command::new("chromedriver");
    command.arg(format!("--port={port}"));
    command
}

fn chromium_capabilities(home: &TempDir) -> Capabilities {
    let profile = home.path().join("profile");
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=fr-FR",
        "--window-size=1180,820",
    ];
    let mut arguments: Vec<String> = arguments.map(str::to_owned).into();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    let mut capabilities = Capabilities::new();
    let mut set = |key: &str, value: serde_json::Value| {
        capabilities.set(key, value).expect("a capability is plain JSON");
    };
    let mut options = json!({ "args": arguments, "prefs": { "intl.accept_languages": "fr-FR,fr" } });
    if let Some(binary) = find_program(&CHROMIUMS) {
        options["binary"] = json!(binary);
    }
    set("browserName", json!("chrome"));
    set("goog:chromeOptions", options);
    set("goog:loggingPrefs", json!({ "browser": "ALL" }));
    capabilities
}

/// WebKit writes in HOME and XDG_RUNTIME_DIR whatever the session; as root its sandbox cannot start.
fn webkit_driver(port: u16, home: &TempDir, screen: &Screen) -> Command {
    let runtime = home.path().join("runtime");
    fs::create_dir_all(&runtime).expect("a folder can be made");
    fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).expect("its rights can be set");
    let mut command = Command::new("WebKitWebDriver");
    command
        .arg(format!("--port={port}"))
        .env("DISPLAY", &screen.name)
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("LANG", "C.UTF-8")
        .env("LANGUAGE", "fr")
        .env("GDK_BACKEND", "x11")
        .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS");
    command
}

fn webkit_capabilities() -> Capabilities {
    let binary: Option<PathBuf> = find_program(&MINI_BROWSERS);
    let mut capabilities = Capabilities::new();
    let options = json!({ "binary": binary, "args": ["--automation"] });
    capabilities.set("browserName", "MiniBrowser").expect("a capability is plain JSON");
    capabilities.set("webkitgtk:browserOptions", options).expect("a capability is plain JSON");
    capabilities
}

/// On the path, or where `cargo verify` puts it.
fn geckodriver() -> Option<PathBuf> {
    let built = || Some(target_folder().join("tools/bin/geckodriver")).filter(|built| built.is_file());
    find_program(&["geckodriver"]).or_else(built)
}

/// As root, Firefox refuses a home that belongs to somebody else.
fn firefox_driver(port: u16, home: &TempDir) -> Command {
    let program = geckodriver().unwrap_or_else(|| PathBuf::from("geckodriver"));
    let mut command = Command::new(program);
    command.arg(format!("--port={port}")).env("HOME", home.path());
    command
}

fn firefox_capabilities(home: &TempDir) -> Capabilities {
    let profile = home.path().join("profile");
    fs::create_dir_all(&profile).expect("a folder can be made");
    let options = json!({
        "binary": find_program(&FIREFOXES),
        "args": ["-headless", "-profile", profile],
        "prefs": { "intl.accept_languages": "fr-FR, fr" },
    });
    let mut capabilities = Capabilities::new();
    capabilities.set("browserName", "firefox").expect("a capability is plain JSON");
    capabilities.set("moz:firefoxOptions", options).expect("a capability is plain JSON");
    capabilities
}
