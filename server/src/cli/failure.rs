//! What went wrong, in words: French first, English second.

use std::{fmt::Display, io, net::SocketAddr, path::Path};

use super::End;
use crate::{
    close_cycle::CloseError,
    demo::DemoError,
    import::ImportError,
    mail::MailError,
    store::{DatabaseUrl, StoreError, UpkeepError},
};

/// A command that could not be carried out.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) end: End,
    pub(super) french: String,
    pub(super) english: String,
}

impl Failure {
    fn new(end: End, french: impl Into<String>, english: impl Display) -> Self {
        Self { end, french: french.into(), english: english.to_string() }
    }

    pub(super) fn refused(french: impl Into<String>, english: impl Display) -> Self {
        Self::new(End::Refused, french, english)
    }

    pub(super) fn misused(french: impl Into<String>, english: impl Display) -> Self {
        Self::new(End::Misused, french, english)
    }

    pub(super) fn bad_database_url() -> Self {
        Self::misused(
            "L’adresse de la base n’est pas de la forme postgres://utilisateur@machine/base.",
            "The database URL is not of the form postgres://user@host/base.",
        )
    }

    pub(super) fn no_base(url: &DatabaseUrl) -> Self {
        let place = match url {
            DatabaseUrl::Sqlite { folder } => folder.display().to_string(),
            DatabaseUrl::Postgres(_) => "PostgreSQL".to_owned(),
        };
        Self::misused(
            format!("Il n’y a pas de base dans {place}. Indiquez son dossier par --data."),
            format!("There is no base in {place}. Name its folder by --data."),
        )
    }

    pub(super) fn bad_address(text: &str) -> Self {
        Self::misused(
            format!("« {text} » n’est pas une adresse telle que 127.0.0.1:8080."),
            format!("{text}: not an address such as 127.0.0.1:8080."),
        )
    }

    pub(super) fn bad_proxy(text: &str) -> Self {
        Self::misused(
            format!("« {text} » n’est ni une adresse ni un réseau tel que 10.0.0.0/8."),
            format!("{text}: neither an address nor a network such as 10.0.0.0/8."),
        )
    }

    pub(super) fn bad_count(text: &str) -> Self {
        Self::misused(
            format!("« {text} » n’est pas un nombre à partir de 1."),
            format!("{text}: not a number from 1 on."),
        )
    }

    pub(super) fn file(path: &Path, cause: &io::Error, end: End) -> Self {
        let path = path.display();
        let french = match cause.kind() {
            io::ErrorKind::NotFound => format!("{path} : ce fichier n’existe pas."),
            io::ErrorKind::PermissionDenied => format!("{path} : accès refusé."),
            io::ErrorKind::StorageFull => format!("{path} : le disque est plein."),
            _ => format!("{path} : lecture ou écriture impossible."),
        };
        Self::new(end, french, format!("{path}: {cause}"))
    }

    pub(super) fn mail(error: &MailError) -> Self {
        let french = "Le serveur de courrier est mal réglé : vérifiez MERCURIALE_SMTP_URL, MERCURIALE_MAIL_FROM et MERCURIALE_PUBLIC_ADDRESS, ou le dossier de la base.";
        Self::misused(french.to_owned(), error.to_string())
    }

    pub(super) fn oidc(missing: &str) -> Self {
        let french = format!("La connexion par un autre compte est mal réglée : donnez aussi {missing}.");
        Self::misused(french, format!("{missing} is not set, beside MERCURIALE_OIDC_ISSUER"))
    }

    pub(super) fn listening(address: SocketAddr, cause: &io::Error) -> Self {
        let french = match cause.kind() {
            io::ErrorKind::AddrInUse => format!(
                "L’adresse {address} est déjà prise : un autre serveur y répond. Choisissez-en une autre par --listen."
            ),
            io::ErrorKind::AddrNotAvailable => {
                format!("L’adresse {address} n’est pas une adresse de cette machine.")
            }
            io::ErrorKind::PermissionDenied => {
                format!("L’adresse {address} est réservée à l’administrateur de cette machine.")
            }
            _ => format!("L’adresse {address} n’a pas pu être ouverte."),
        };
        Self::refused(french, format!("{address}: {cause}"))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let french = match &error {
            StoreError::Folder { folder, .. } => {
                format!(
                    "Le dossier {} n’est pas utilisable : vérifiez qu’on peut y écrire.",
                    folder.display()
                )
            }
            StoreError::Migration(_) => {
                "La base vient d’une version plus récente, ou n’a pas pu être mise à jour.".to_owned()
            }
            StoreError::Sqlite(_) | StoreError::Postgres(_) | StoreError::Busy => {
                "La base de données ne répond pas, ou a refusé.".to_owned()
            }
            StoreError::UnknownCycle(cycle) => format!("Il n’y a pas de cycle {cycle}."),
            StoreError::CycleClosed(cycle) => format!("Le cycle {cycle} est clos."),
            StoreError::NotOneHub => "Cette base ne sert pas une plateforme, et une seule.".to_owned(),
            _ => "La base n’a pas pu être lue ou écrite.".to_owned(),
        };
        Self::refused(french, error)
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::File(refusal) => Self::refused(refusal.message, refusal.code.code()),
            ImportError::NoCycle => Self::misused(error.to_string(), "Name the week by --cycle 2026-W49."),
            ImportError::Store(error) => error.into(),
        }
    }
}

impl From<CloseError> for Failure {
    fn from(error: CloseError) -> Self {
        let french = match &error {
            CloseError::UnknownCycle(cycle) => format!("Il n’y a pas de cycle {cycle}."),
            CloseError::AlreadyClosed(cycle) => format!("Le cycle {cycle} est déjà clos."),
            CloseError::TotalsDiffer(_) | CloseError::Leak(_) | CloseError::SheetsDiffer { .. } => {
                "Les sommes ne tombent pas juste : rien n’a été clos. Lancez « mercuriale verify »."
                    .to_owned()
            }
            CloseError::Store(_) => "La base n’a pas pu être lue ou écrite ; rien n’a été clos.".to_owned(),
        };
        Self::refused(french, error)
    }
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        let french = match &error {
            DemoError::NotADemo => {
                "Cette base n’est pas vide et n’est pas une démonstration : --demo n’y touche pas. \
                                    Choisissez un autre dossier par --data."
                    .to_owned()
            }
            DemoError::Unfinished => {
                "La démonstration de ce dossier est restée inachevée : effacez-le, puis recommencez."
                    .to_owned()
            }
            _ => "La démonstration n’a pas pu être préparée.".to_owned(),
        };
        Self::refused(french, error)
    }
}

impl From<UpkeepError> for Failure {
    fn from(error: UpkeepError) -> Self {
        let (end, french) = match &error {
            UpkeepError::NotEmbedded => (
                End::Misused,
                "Cette base est sur PostgreSQL : copiez-la par pg_dump, remettez-la par pg_restore."
                    .to_owned(),
            ),
            UpkeepError::Exists(file) => {
                (End::Misused, format!("{} existe déjà : une copie n’écrase rien.", file.display()))
            }
            UpkeepError::NotACopy(file) => {
                (End::Refused, format!("{} n’est pas une copie d’une base de Mercuriale.", file.display()))
            }
            UpkeepError::Damaged(_) => {
                (End::Refused, "Cette copie est abîmée : rien n’a été changé.".to_owned())
            }
            UpkeepError::InUse => {
                (End::Refused, "Un serveur se sert de cette base : arrêtez-le d’abord.".to_owned())
            }
            UpkeepError::File { path, cause } => return Self::file(path, cause, End::Refused),
            UpkeepError::Store(_) => (End::Refused, "La base n’a pas pu être lue ou écrite.".to_owned()),
        };
        let hint =
            if matches!(error, UpkeepError::NotEmbedded) { ": use pg_dump and pg_restore" } else { "" };
        Self::new(end, french, format!("{error}{hint}"))
    }
}
