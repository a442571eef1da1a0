//! The command line of `mercuriale`. What it does stands elsewhere; here are its arguments, its sentences (French, then
//! English) and its exit codes: 0 done, 1 something was refused, 2 wrong use.
#![expect(clippy::print_stdout, reason = "the command line is the one place that speaks on stdout")]

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use domain::cycle::CycleId;

mod cycle;
mod data;
mod failure;
mod hub;
mod import_list;
mod serving;
mod upkeep;

use data::DataArgs;
use failure::Failure;

/// Commandes de produits locaux pour la restauration collective.
///
/// Orders of local products for school kitchens.
#[derive(Debug, Parser)]
#[command(name = "mercuriale", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sert l'application et son API · serves the app and its API
    Serve(ServeArgs),
    /// Invite une personne du groupement : la première, qui invite les autres · invites somebody of the hub: the first
    Invite(InviteArgs),
    /// Importe une mercuriale (.xlsx, .ods, .csv) · imports a price list
    ImportPriceList(ImportArgs),
    /// Clôt les commandes d'une semaine · closes the orders of a week
    CloseCycle {
        /// Semaine, par exemple 2026-W49 · week
        cycle: CycleId,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Écrit des fichiers · writes files
    Export {
        #[command(subcommand)]
        what: Export,
    },
    /// Copie la base, même pendant le service · copies the base, even while it serves
    Backup {
        /// Fichier à écrire, qui ne doit pas exister · file to write, which must not exist
        file: PathBuf,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Remet une copie à la place de la base · puts a copy in the place of the base
    Restore {
        /// Fichier écrit par backup · file written by backup
        file: PathBuf,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Vérifie la base et toutes ses sommes · checks the base and all its sums
    Verify {
        #[command(flatten)]
        data: DataArgs,
    },
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// Adresse d'écoute [env: MERCURIALE_LISTEN] [défaut : 127.0.0.1:8080] · address to listen on
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Sert un marché inventé, pour essayer · serves an invented market, to try
    #[arg(long)]
    demo: bool,
    /// Mandataires de confiance : adresses ou réseaux [env: MERCURIALE_TRUSTED_PROXIES] · trusted proxies: addresses or networks
    #[arg(long, value_name = "ADDR,CIDR,…", value_delimiter = ',')]
    trusted_proxy: Vec<String>,
    /// Envois par minute et par appareil [env: MERCURIALE_PUSHES_A_MINUTE] [défaut : 60] · pushes a minute and device
    #[arg(long, value_name = "N")]
    pushes_a_minute: Option<String>,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Debug, Args)]
struct InviteArgs {
    /// Son nom · their name
    #[arg(long)]
    name: String,
    /// Son adresse e-mail · their address
    #[arg(long)]
    email: String,
    /// Adresse publique du service, pour le lien · public address of the service, for the link
    #[arg(long, value_name = "https://…", default_value = "http://127.0.0.1:8080")]
    address: String,
    /// Nom du groupement, quand la base est vide · name of the hub, when the base is empty
    #[arg(long, default_value = "Plateforme")]
    hub_name: String,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Debug, Args)]
struct ImportArgs {
    /// Fichier .xlsx, .ods ou .csv · file
    file: PathBuf,
    /// Semaine de la mercuriale ; par défaut celle que le fichier nomme · week of the list
    #[arg(long, value_name = "2026-W49")]
    cycle: Option<CycleId>,
    /// Dit ce qui changerait, sans rien écrire · says what would change, writes nothing
    #[arg(long)]
    dry_run: bool,
    /// Écrit le compte rendu en JSON · writes the report as JSON
    #[arg(long, value_name = "FILE.json")]
    report: Option<PathBuf>,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Debug, Subcommand)]
enum Export {
    /// Les fiches des producteurs d'une semaine close · the producers' sheets of a closed week
    ProducerSheets {
        /// Semaine, par exemple 2026-W49 · week
        #[arg(long, value_name = "2026-W49")]
        cycle: CycleId,
        /// Dossier (un classeur par producteur), ou un seul fichier .xlsx · folder, or one .xlsx file
        #[arg(long, value_name = "PATH")]
        out: PathBuf,
        #[command(flatten)]
        data: DataArgs,
    },
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All was done.
    Done,
    /// Something was refused, in whole or in part; it was said what.
    Refused,
    /// The command was not used as it is meant.
    Misused,
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        Self::from(match end {
            End::Done => 0,
            End::Refused => 1,
            End::Misused => 2,
        })
    }
}

/// Runs the command that `arguments` (the program's name first) asks for.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> End {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(asked) if !asked.use_stderr() => {
            // Help and version. Nothing can be done about a closed pipe.
            let _ = asked.print();
            return End::Done;
        }
        Err(wrong) => {
            eprintln!("Commande mal formée ; voir « mercuriale --help ». Wrong use:\n");
            let _ = wrong.print();
            return End::Misused;
        }
    };
    match execute(cli.command).await {
        Ok(end) => end,
        Err(failure) => {
            eprintln!("{}\n{}", failure.french, failure.english);
            failure.end
        }
    }
}

async fn execute(command: Command) -> Result<End, Failure> {
    match command {
        Command::Serve(args) => serving::serve(args).await,
        Command::Invite(args) => hub::invite(args).await,
        Command::ImportPriceList(args) => import_list::import(args).await,
        Command::CloseCycle { cycle, data } => cycle::close(cycle, &data).await,
        Command::Export { what: Export::ProducerSheets { cycle, out, data } } => {
            cycle::export_sheets(cycle, &out, &data).await
        }
        Command::Backup { file, data } => upkeep::backup(&file, &data).await,
        Command::Restore { file, data } => upkeep::restore(&file, &data).await,
        Command::Verify { data } => upkeep::verify(&data).await,
    }
}

/// « 1 ligne », « 2 lignes »: in French, from two on.
fn counted(count: impl Into<u64>, word: &str) -> String {
    let count = count.into();
    let plural = if count > 1 { "s" } else { "" };
    format!("{count} {word}{plural}")
}

/// The machine's clock, for commands that end at once.
fn now() -> domain::time::Timestamp {
    use crate::state::{Clock, SystemClock};
    SystemClock.now()
}

#[cfg(test)]
mod tests;
