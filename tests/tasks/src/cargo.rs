//! The cargo that runs us, run again.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// A cargo command without what the outer cargo says about this very package.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&*name);
        }
    }
    command
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Has `command` meet the server as it is deployed: built for release now, unless `MERCURIALE_BIN` names another. `false`
/// when it could not be built; cargo has said why.
pub(crate) fn with_deployed_server(task: &mut Command) -> bool {
    const BINARY: &str = "MERCURIALE_BIN";
    if env::var_os(BINARY).is_some() {
        return true;
    }
    let build = command().current_dir(root()).args(["build", "--release", "--package", "server"]).status();
    task.env(BINARY, target().join("release").join("mercuriale"));
    build.is_ok_and(|status| status.success())
}

/// Becomes `command`, where the system can, so that Ctrl-C and the exit code are its own.
pub(crate) fn replace(command: &mut Command) -> ExitCode {
    #[cfg(unix)]
    {
        let error = std::os::unix::process::CommandExt::exec(command);
        eprintln!("{} : {error}", command.get_program().display());
        ExitCode::FAILURE
    }
    #[cfg(not(unix))]
    match command.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
