//! Where the data is: `--data DIR` or `--database-url URL`, else the environment, else a folder beside.

use std::{env, path::PathBuf};

use clap::Args;

use super::failure::Failure;
use crate::store::{DatabaseUrl, Store};

/// Where the data is.
#[derive(Debug, Args)]
pub(super) struct DataArgs {
    /// Dossier de la base [env: MERCURIALE_DATA] [défaut : data] · folder of the base
    #[arg(long, value_name = "DIR", conflicts_with = "database_url")]
    data: Option<PathBuf>,
    /// Serveur PostgreSQL [env: MERCURIALE_DATABASE_URL] · PostgreSQL server
    #[arg(long, value_name = "postgres://…")]
    database_url: Option<String>,
}

impl DataArgs {
    /// What the command or the environment says, else `otherwise`. What is typed wins over what is set.
    pub(super) fn url(&self, otherwise: &str) -> Result<DatabaseUrl, Failure> {
        let folder = |folder: PathBuf| DatabaseUrl::Sqlite { folder };
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        match (&self.data, &self.database_url) {
            (Some(typed), _) => Ok(folder(typed.clone())),
            (None, Some(address)) => server(address),
            (None, None) => match set("MERCURIALE_DATABASE_URL") {
                Some(address) => server(&address.to_string_lossy()),
                None => Ok(folder(set("MERCURIALE_DATA").map_or_else(|| otherwise.into(), PathBuf::from))),
            },
        }
    }

    /// The store of a command that works on what is there: it never makes an empty one by mistake.
    pub(super) async fn open_existing(&self) -> Result<Store, Failure> {
        let url = self.url(DEFAULT)?;
        if !url.is_there() {
            return Err(Failure::no_base(&url));
        }
        Ok(Store::open(&url).await?)
    }
}

/// The folder when nobody says another.
pub(super) const DEFAULT: &str = "data";

fn server(address: &str) -> Result<DatabaseUrl, Failure> {
    match address.parse() {
        Ok(url @ DatabaseUrl::Postgres(_)) => Ok(url),
        _ => Err(Failure::bad_database_url()),
    }
}
