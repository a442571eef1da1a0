//! The binary `mercuriale`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// Commandes de produits locaux pour la restauration collective.
#[derive(Parser)]
#[command(name = "mercuriale", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sert l'application et son API.
    Serve {
        /// Adresse d'écoute.
        #[arg(long, env = "MERCURIALE_LISTEN", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// Dossier des données.
        #[arg(long, env = "MERCURIALE_DATA", default_value = "data")]
        data: PathBuf,
        /// Remplit une base vide de données de démonstration.
        #[arg(long)]
        demo: bool,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let Command::Serve { listen, .. } = Cli::parse().command;
    match serve(listen).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{listen} : {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(listen: SocketAddr) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen).await?;
    eprintln!("http://{}", listener.local_addr()?);
    axum::serve(listener, server::routes::router()).with_graceful_shutdown(stopped()).await
}

async fn stopped() {
    let _ = tokio::signal::ctrl_c().await;
}
