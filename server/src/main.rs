//! The binary `mercuriale`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use server::{
    config::Options,
    serve::{Server, asked_to_stop},
    store::{DatabaseUrl, Store},
};

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
    let Command::Serve { listen, data, .. } = Cli::parse().command;
    match serve(listen, data).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{listen} : {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(listen: SocketAddr, data: PathBuf) -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::open(&DatabaseUrl::Sqlite { folder: data }).await?;
    let server = Server::bind(listen, store, Options::default()).await?;
    eprintln!("http://{}", server.address());
    Ok(server.run(asked_to_stop()).await?)
}
