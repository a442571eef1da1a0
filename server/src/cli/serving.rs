//! `serve`: opens the store, prepares the demonstration when asked, says where it answers, and answers.

use std::{
    env,
    fs::{self, File, TryLockError},
    io::{self, IsTerminal},
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
};

use ipnet::IpNet;
use tracing_subscriber::EnvFilter;

use super::{End, Failure, ServeArgs, data, now};
use crate::{
    access::oidc::OidcSettings,
    config::{Options, PUSHES_A_MINUTE},
    demo,
    mail::{MailError, Mailer},
    serve::{Server, asked_to_stop},
    store::{DatabaseUrl, Store, StoreError},
};

const LISTEN: &str = "127.0.0.1:8080";
/// A demonstration never lands where real data may come.
const DEMO_FOLDER: &str = "data/demo";
/// In the folder of the base: letters that no server of mail took, because none is set.
const LETTERS: &str = "letters";
/// In the folder of the base, held by the server that serves it.
const LOCK: &str = "serving.lock";

pub(super) async fn serve(args: ServeArgs) -> Result<End, Failure> {
    start_logging();
    let listen = listen(args.listen)?;
    let trusted_proxies = trusted_proxies(args.trusted_proxy)?;
    let pushes_a_minute = pushes_a_minute(args.pushes_a_minute)?;
    let url = args.data.url(if args.demo { DEMO_FOLDER } else { data::DEFAULT })?;
    let _held = hold(&url)?;
    let store = Store::open(&url).await?;
    if !args.demo && store.is_demo().await? {
        return Err(Failure::refused(
            "Cette base est une démonstration : ajoutez --demo pour la servir, ou choisissez un autre dossier par --data.",
            "This base is a demonstration: add --demo to serve it, or choose another folder by --data.",
        ));
    }
    // The address first: it would be a pity to prepare for seconds and then find it taken.
    let public_address = set("MERCURIALE_PUBLIC_ADDRESS").map(|set| set.trim_end_matches('/').to_owned());
    let mailer = mailer(&url, public_address.as_deref())?;
    let oidc = oidc(public_address.is_some())?;
    let options =
        Options { mailer, public_address, oidc, trusted_proxies, pushes_a_minute, ..Options::default() };
    let bound = Server::bind(listen, store.clone(), options).await;
    let server = bound.map_err(|cause| Failure::listening(listen, &cause))?;
    if args.demo {
        prepare(&store).await?;
    }
    announce(server.address(), args.demo);
    server.run(asked_to_stop()).await.map_err(|cause| Failure::listening(listen, &cause))?;
    Ok(End::Done)
}

/// One server a folder: two would answer for one base without knowing of each other. The lock goes with the process, however
/// it ends. Other commands work beside the server.
fn hold(url: &DatabaseUrl) -> Result<Option<File>, Failure> {
    let DatabaseUrl::Sqlite { folder } = url else { return Ok(None) };
    let unwritable = |cause| StoreError::Folder { folder: folder.clone(), cause };
    fs::create_dir_all(folder).map_err(unwritable)?;
    let lock = File::create(folder.join(LOCK)).map_err(unwritable)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Err(Failure::refused(
            "Un autre serveur sert déjà cette base. Arrêtez-le, ou choisissez un autre dossier par --data.",
            "Another server already serves this base. Stop it, or choose another folder by --data.",
        )),
        // Some network folders know no locks: the base's own still keep writers apart.
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "the folder of the base cannot be locked");
            Ok(None)
        }
    }
}

/// Letters leave by the server of mail that `MERCURIALE_SMTP_URL` names, sent by `MERCURIALE_MAIL_FROM`. Without one they are
/// put beside an embedded base, for whoever runs it to read. A letter leads to `MERCURIALE_PUBLIC_ADDRESS`: what a request
/// calls the server is its sender's to choose, and would send a stranger's link elsewhere.
fn mailer(url: &DatabaseUrl, public_address: Option<&str>) -> Result<Option<Mailer>, Failure> {
    let made = match (set("MERCURIALE_SMTP_URL"), url) {
        (Some(_), _) if public_address.is_none() => {
            Err(MailError::Settings("MERCURIALE_PUBLIC_ADDRESS is not set".to_owned()))
        }
        (Some(smtp), _) => Mailer::smtp(&smtp, &set("MERCURIALE_MAIL_FROM").unwrap_or_default()),
        (None, DatabaseUrl::Sqlite { folder }) => Mailer::folder(&folder.join(LETTERS)),
        (None, DatabaseUrl::Postgres(_)) => return Ok(None),
    };
    made.map(Some).map_err(|error| Failure::mail(&error))
}

/// People may come in with an account of the provider that `MERCURIALE_OIDC_ISSUER` names. It sends them back to
/// `MERCURIALE_PUBLIC_ADDRESS`. The provider is asked nothing here: this server starts without it.
fn oidc(has_address: bool) -> Result<Option<OidcSettings>, Failure> {
    let Some(issuer) = set("MERCURIALE_OIDC_ISSUER") else { return Ok(None) };
    let needed = |name: &'static str| set(name).ok_or(name);
    let settings = needed("MERCURIALE_OIDC_CLIENT_ID").and_then(|client_id| {
        let client_secret = needed("MERCURIALE_OIDC_CLIENT_SECRET")?;
        let name = set("MERCURIALE_OIDC_NAME").unwrap_or_else(|| "ProConnect".to_owned());
        let pkce = set("MERCURIALE_OIDC_PKCE").is_none_or(|asked| asked != "off");
        let address = if has_address { Ok(()) } else { Err("MERCURIALE_PUBLIC_ADDRESS") };
        address.map(|()| OidcSettings { issuer, client_id, client_secret, name, pkce })
    });
    settings.map(Some).map_err(Failure::oidc)
}

/// What the environment says, when it says something.
fn set(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn start_logging() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,server=info"));
    // A second start in one process keeps the first one's settings.
    let ansi = io::stderr().is_terminal();
    let _ =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(ansi).with_writer(io::stderr).try_init();
}

fn listen(typed: Option<String>) -> Result<SocketAddr, Failure> {
    let text = typed.or_else(|| set("MERCURIALE_LISTEN")).unwrap_or_else(|| LISTEN.to_owned());
    text.parse().map_err(|_| Failure::bad_address(&text))
}

/// Addresses are networks of one.
fn trusted_proxies(typed: Vec<String>) -> Result<Vec<IpNet>, Failure> {
    let set = || set("MERCURIALE_TRUSTED_PROXIES").map(|set| set.split(',').map(str::to_owned).collect());
    let texts = if typed.is_empty() { set().unwrap_or_default() } else { typed };
    let texts = texts.iter().map(|text: &String| text.trim()).filter(|text| !text.is_empty());
    let network = |text: &str| text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    texts.map(|text| network(text).map_err(|_| Failure::bad_proxy(text))).collect()
}

fn pushes_a_minute(typed: Option<String>) -> Result<NonZeroU32, Failure> {
    match typed.or_else(|| set("MERCURIALE_PUSHES_A_MINUTE")) {
        Some(text) => text.parse().map_err(|_| Failure::bad_count(&text)),
        None => Ok(PUSHES_A_MINUTE),
    }
}

async fn prepare(store: &Store) -> Result<(), Failure> {
    if store.is_empty().await? {
        eprintln!(
            "Préparation de la démonstration, quelques secondes… · Preparing the demonstration, a few seconds…"
        );
    }
    Ok(demo::prepare(store, now()).await?)
}

fn announce(address: SocketAddr, demo: bool) {
    println!("Mercuriale répond à l’adresse http://{address} (arrêt : Ctrl-C)");
    println!("Mercuriale answers at http://{address} (stop: Ctrl-C)");
    if demo {
        println!("\nComptes de démonstration · demonstration accounts");
        println!("mot de passe · password: {}", demo::PASSWORD);
        for account in demo::ACCOUNTS {
            println!("  {:<28} {} · {}", account.email, account.role_fr, account.role_en);
        }
    }
}
