//! Who signs in to the demonstration.

use domain::{
    enterprise::{Role, Site},
    id::UserId,
};

use super::{DemoError, market::Market};
use crate::{
    access::password,
    store::{NewUser, Store},
};

/// The password of every account of the demonstration.
pub const PASSWORD: &str = "mercuriale-demo";

/// An account of the demonstration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Where they sign in.
    pub email: &'static str,
    /// Their name.
    pub name: &'static str,
    /// What they are, in French.
    pub role_fr: &'static str,
    /// The same, in English.
    pub role_en: &'static str,
}

const fn account(
    email: &'static str,
    name: &'static str,
    role_fr: &'static str,
    role_en: &'static str,
) -> Account {
    Account { email, name, role_fr, role_en }
}

/// The accounts, in the order a visitor would try them.
pub const ACCOUNTS: [Account; 6] = [
    account("cuisine@demo.example", "Camille Fabre", "cuisine", "kitchen"),
    account("cuisine2@demo.example", "Noé Vidal", "une autre cuisine", "another kitchen"),
    account("producteur@demo.example", "Mireille Roux", "producteur", "producer"),
    account("hub@demo.example", "Sami Belkacem", "plateforme", "hub"),
    DEPARTMENT,
    LAST,
];
/// Looks at one département.
pub(super) const DEPARTMENT: Account = account(
    "departement@demo.example",
    "Paul Arnaud",
    "collectivité : un département",
    "authority: a département",
);
/// The one that is made last.
pub(super) const LAST: Account =
    account("region@demo.example", "Inès Castel", "collectivité : la Région", "authority: the Region");

/// The accounts of [`ACCOUNTS`].
pub(super) async fn create(store: &Store, market: &Market) -> Result<(), DemoError> {
    let hub = market.hub.id;
    let [first, second, ..] = &market.sites[..] else { return Err(DemoError::Data("sites")) };
    let roles = [
        Role::Kitchen { hub, site: first.id },
        Role::Kitchen { hub, site: second.id },
        Role::Producer { hub, producer: market.featured_producer()?.id },
        Role::Hub { hub },
        Role::Authority { hub },
        Role::Authority { hub },
    ];
    // One password, one hash: nothing here is worth six.
    let password_hash = password::hash(PASSWORD)?;
    for (account, role) in ACCOUNTS.iter().zip(roles) {
        let (name, email) = (account.name.to_owned(), account.email.to_owned());
        store.create_user(&NewUser { name, email, password_hash: password_hash.clone(), role }).await?;
    }
    Ok(())
}

/// Who ordered for other kitchens: an account each, made once.
pub(super) async fn cooks(store: &Store, kitchens: &[(usize, &Site)]) -> Result<Vec<UserId>, DemoError> {
    let mut password_hash = None;
    let mut cooks = Vec::with_capacity(kitchens.len());
    for (place, site) in kitchens {
        let email = format!("cuisine{:03}@demo.example", place + 1);
        if let Some(known) = store.find_credentials(&email).await? {
            cooks.push(known.user);
            continue;
        }
        let password_hash = match &password_hash {
            Some(hash) => String::clone(hash),
            None => password_hash.insert(password::hash(PASSWORD)?).clone(),
        };
        let role = Role::Kitchen { hub: site.hub, site: site.id };
        let name = format!("Cuisine {:03}", place + 1);
        cooks.push(store.create_user(&NewUser { name, email, password_hash, role }).await?);
    }
    Ok(cooks)
}
