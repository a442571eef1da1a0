//! A throw-away PostgreSQL: made by `initdb` in a temporary folder, reached by a socket in it, gone with this process.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::store::DatabaseUrl;

/// Set to `1`, this variable makes a missing PostgreSQL a failure.
pub const REQUIRED: &str = "MERCURIALE_REQUIRE_POSTGRES";

/// The server and, at the other end of a pipe, us: the shell that holds the server stops it, and removes its files, when
/// the pipe closes, however this process ends.
const LEASH: &str = r#""$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off \
    -c max_connections=400 -c shared_buffers=32MB >"$2/log" 2>&1 &
server=$!
read -r _
kill -INT $server
wait $server
rm -rf "$2""#;

struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    /// Held open until this process ends.
    _leash: Child,
}

static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
static BASES: AtomicU32 = AtomicU32::new(1);

/// A new empty base. `None`, and loud, where there is no PostgreSQL.
///
/// # Panics
/// When there is a PostgreSQL and it does not work; when there is none and [`REQUIRED`] is `1`.
#[must_use]
pub fn new_base(test: &str) -> Option<DatabaseUrl> {
    let Some(programs) = programs() else {
        let missing = "no PostgreSQL here (initdb, in PATH or /usr/lib/postgresql/*/bin)";
        assert!(env::var_os(REQUIRED).is_none_or(|value| value != "1"), "{missing}, and {REQUIRED}=1");
        // Not by eprintln: the harness keeps to itself what a test that passes prints.
        let _ = writeln!(io::stderr(), "SKIPPED {test} on PostgreSQL: {missing}");
        return None;
    };
    let cluster = match CLUSTER.get_or_init(|| start(programs)) {
        Ok(cluster) => cluster,
        Err(message) => panic!("PostgreSQL did not start: {message}"),
    };
    let name = format!("base_{}", BASES.fetch_add(1, Ordering::SeqCst));
    let mut create = Command::new(cluster.programs.join("createdb"));
    run(create.arg("-h").arg(&cluster.folder).args(["-U", "postgres", &name]))
        .unwrap_or_else(|message| panic!("createdb: {message}"));
    let socket = percent_encoded(&cluster.folder);
    Some(DatabaseUrl::Postgres(format!("postgres://postgres@localhost/{name}?host={socket}")))
}

/// Where the programs are: the newest of Debian's places, else the path.
fn programs() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut places: Vec<_> = debian.map(|entry| entry.path().join("bin")).collect();
    let version = |place: &PathBuf| {
        place.components().rev().nth(1).and_then(|part| part.as_os_str().to_str()?.parse::<u32>().ok())
    };
    places.sort_by_key(version);
    places.reverse();
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    places.into_iter().find(|place| {
        ["initdb", "postgres", "createdb", "pg_isready"].iter().all(|name| place.join(name).is_file())
    })
}

fn start(programs: PathBuf) -> Result<Cluster, String> {
    // PostgreSQL refuses to be root.
    let owner = if run(Command::new("id").arg("-u"))? == "0" { Some("postgres") } else { None };
    let folder = TempDir::with_prefix("mercuriale-pg-").map_err(|error| error.to_string())?.keep();
    if let Some(owner) = owner {
        run(Command::new("chown").arg(owner).arg(&folder))?;
    }
    let data = folder.join("data");
    run(as_user(owner, &programs.join("initdb")).arg("-D").arg(&data).args([
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]))?;
    let leash = as_user(owner, Path::new("/bin/sh"))
        .args(["-c", LEASH, "sh"])
        .arg(&programs)
        .arg(&folder)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let cluster = Cluster { programs, folder, _leash: leash };
    wait_until_ready(&cluster)?;
    Ok(cluster)
}

fn wait_until_ready(cluster: &Cluster) -> Result<(), String> {
    let begun = Instant::now();
    let mut ready = Command::new(cluster.programs.join("pg_isready"));
    ready.arg("-q").arg("-h").arg(&cluster.folder);
    while run(&mut ready).is_err() {
        if begun.elapsed() > Duration::from_secs(60) {
            return Err(fs::read_to_string(cluster.folder.join("log")).unwrap_or_default());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn as_user(owner: Option<&str>, program: &Path) -> Command {
    let Some(owner) = owner else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={owner}"), &format!("--regid={owner}"), "--clear-groups", "--"]);
    command.arg(program).current_dir("/");
    command
}

fn run(command: &mut Command) -> Result<String, String> {
    let done = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if done.status.success() {
        Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&done.stderr)))
    }
}

fn percent_encoded(path: &Path) -> String {
    path.to_string_lossy().bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte == b'.' {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}
