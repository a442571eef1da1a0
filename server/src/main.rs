//! The binary `mercuriale`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    server::cli::run(std::env::args_os()).await.into()
}
