//! `invite`, and the founding of a hub: how a new installation gets its first person.

use domain::{
    enterprise::Role,
    id::HubId,
    money::Rate,
    pricing::{MarginBase, Terms},
    wire::snapshot::HubCard,
};

use super::{DataArgs, End, Failure, InviteArgs, data, now};
use crate::{
    access::{token, typed},
    routes::invitations::LIVES_MS,
    store::{InviteError, NewInvitation, Store, StoreError, random},
};

/// A new hub, without margin until it is set.
///
/// # Errors
/// When the database cannot be reached.
pub(super) async fn found(store: &Store, name: &str) -> Result<HubId, StoreError> {
    let id = HubId(uuid::Builder::from_random_bytes(random()?).into_uuid());
    let card = HubCard { id, name: name.to_owned(), phone: String::new() };
    let terms = Terms { margin_base: MarginBase::OnCost, margin: Rate::ZERO, transport: Rate::ZERO };
    store.create_hub(&card, &terms).await?;
    eprintln!(
        "La base était vide : une plateforme y a été créée, sans marge. · A hub was founded, without margin."
    );
    Ok(id)
}

pub(super) async fn invite(args: InviteArgs) -> Result<End, Failure> {
    let name = typed::name(&args.name).map_err(|_| wrong("--name", "Un nom de 1 à 80 caractères."))?;
    let email = typed::email(&args.email).map_err(|_| wrong("--email", "Une adresse e-mail."))?;
    let store = open(&args.data).await?;
    let hub =
        if store.is_empty().await? { found(&store, &args.hub_name).await? } else { store.the_hub().await? };
    let (shown, stored) = token::fresh()?;
    let expires_at = now().plus_ms(LIVES_MS);
    let role = Role::Hub { hub };
    let invited =
        NewInvitation { name, email: email.to_string(), role, owner: None, token: stored, expires_at };
    store.invite(None, &invited, now()).await.map_err(|error| match error {
        InviteError::EmailTaken => {
            Failure::refused("Cette adresse a déjà un compte.", "This address has an account already.")
        }
        InviteError::UnknownPlace => {
            Failure::refused("Cette plateforme n’existe pas.", "There is no such hub.")
        }
        InviteError::Store(error) => error.into(),
    })?;
    store.close().await;
    println!("{}/invitation#{shown}", args.address.trim_end_matches('/'));
    eprintln!(
        "Ce lien crée le compte, une seule fois, dans les deux semaines. · This link makes the account, once, within two weeks."
    );
    Ok(End::Done)
}

/// The base, made when there is none: a new installation begins here.
async fn open(data: &DataArgs) -> Result<Store, Failure> {
    Ok(Store::open(&data.url(data::DEFAULT)?).await?)
}

fn wrong(option: &str, wanted: &str) -> Failure {
    Failure::misused(format!("{option} : {wanted}"), format!("{option}: not such a value."))
}
