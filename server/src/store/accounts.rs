//! People who sign in.

use domain::{
    enterprise::Role,
    id::{HubId, OwnerId, ProducerId, SiteId, UserId},
    time::Timestamp,
    wire::people::{Deed, PersonCard},
};
use serde::Deserialize;

use super::{
    Store, StoreError, Transaction, Within, journal::Actor, personal_data::is_erased, random, value::args,
};

/// An account to create.
#[derive(Clone)]
pub struct NewUser {
    /// Shown in the account menu.
    pub name: String,
    /// Where they sign in; its case does not count.
    pub email: String,
    /// PHC string, see `access::password`.
    pub password_hash: String,
    /// What they may be.
    pub role: Role,
}

/// What signing in is checked against.
#[derive(Clone)]
pub struct Credentials {
    /// Whose.
    pub user: UserId,
    /// PHC string.
    pub password_hash: String,
    /// What they may be.
    pub role: Role,
}

/// What came of letting a person sign in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reopened {
    /// They may.
    Done,
    /// There is no such person.
    Unknown,
    /// There is nobody any more.
    Erased,
}

pub(super) type RoleColumns = (String, HubId, Option<SiteId>, Option<ProducerId>);

pub(super) fn role_columns(role: Role) -> RoleColumns {
    match role {
        Role::Kitchen { hub, site } => ("kitchen".to_owned(), hub, Some(site), None),
        Role::Producer { hub, producer } => ("producer".to_owned(), hub, None, Some(producer)),
        Role::Hub { hub } => ("hub".to_owned(), hub, None, None),
        Role::Authority { hub } => ("authority".to_owned(), hub, None, None),
    }
}

pub(super) fn role_of((role, hub, site, producer): RoleColumns) -> Result<Role, StoreError> {
    match (role.as_str(), site, producer) {
        ("kitchen", Some(site), _) => Ok(Role::Kitchen { hub, site }),
        ("producer", _, Some(producer)) => Ok(Role::Producer { hub, producer }),
        ("hub", ..) => Ok(Role::Hub { hub }),
        ("authority", ..) => Ok(Role::Authority { hub }),
        _ => Err(StoreError::Unreadable("an account without a place")),
    }
}

impl Store {
    /// A new account.
    ///
    /// # Errors
    /// When the address has one, its place does not exist, or the database cannot be reached.
    pub async fn create_user(&self, user: &NewUser) -> Result<UserId, StoreError> {
        let mut tx = self.write_beside().await?;
        let id = tx.insert_user(user).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// What an address signs in with; `None` when nobody does, or no longer.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn find_credentials(&self, email: &str) -> Result<Option<Credentials>, StoreError> {
        let sql = "SELECT id, password_hash, role, hub, site, producer FROM account
             WHERE email = $1 AND disabled_at IS NULL";
        type Columns = (UserId, String, String, HubId, Option<SiteId>, Option<ProducerId>);
        let row: Option<Columns> = self.read().await?.find(sql, args![email.trim().to_lowercase()]).await?;
        row.map(|(user, password_hash, role, hub, site, producer)| {
            Ok(Credentials { user, password_hash, role: role_of((role, hub, site, producer))? })
        })
        .transpose()
    }

    /// The people of the part of a hub somebody answers for, by name.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn people(&self, within: Within) -> Result<Vec<PersonCard>, StoreError> {
        let sql = "SELECT a.id, a.name, a.email, a.role, a.hub, a.site, a.producer,
                 COALESCE(s.body, p.body, o.body, h.card), a.disabled_at, a.owner
             FROM account a JOIN hub h ON h.id = a.hub
             LEFT JOIN site s ON s.id = a.site LEFT JOIN producer p ON p.id = a.producer
             LEFT JOIN owner o ON o.id = a.owner
             WHERE a.hub = $1 AND ($2 IS NULL OR a.site = $2) AND ($3 IS NULL OR a.producer = $3)
             ORDER BY a.name, a.id";
        let values = args![within.hub, within.site, within.producer];
        let rows: Vec<PersonRow> = self.read().await?.fetch(sql, values).await?;
        rows.into_iter()
            .map(|(id, name, email, role, hub, site, producer, place, disabled_at, owner)| {
                let role = role_of((role, hub, site, producer))?.name();
                let erased = is_erased(&email);
                Ok(PersonCard { id, name, email, role, place: name_in(&place)?, owner, disabled_at, erased })
            })
            .collect()
    }

    /// Lets a person sign in no more: their sessions and passkeys end. Whether there is such a person.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn disable_person(
        &self,
        who: Actor,
        within: Within,
        person: UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "UPDATE account SET disabled_at = COALESCE(disabled_at, $4) WHERE id = $5 AND hub = $1
                 AND ($2 IS NULL OR site = $2) AND ($3 IS NULL OR producer = $3)";
        let values = args![within.hub, within.site, within.producer, now, person];
        if tx.execute(sql, values).await? == 0 {
            return Ok(false);
        }
        tx.execute("DELETE FROM session WHERE account = $1", args![person]).await?;
        tx.execute("DELETE FROM pairing WHERE account = $1", args![person]).await?;
        tx.execute("DELETE FROM password_link WHERE account = $1", args![person]).await?;
        tx.execute("DELETE FROM sign_in_link WHERE account = $1", args![person]).await?;
        tx.forget_passkeys(person).await?;
        tx.note(who.hub, now, who.did(Deed::PersonDisabled, person)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Lets a person sign in again, unless what was known of them is erased: that is for ever.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn enable_person(
        &self,
        who: Actor,
        within: Within,
        person: UserId,
        now: Timestamp,
    ) -> Result<Reopened, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "SELECT email FROM account WHERE id = $4 AND hub = $1
                 AND ($2 IS NULL OR site = $2) AND ($3 IS NULL OR producer = $3)";
        let values = args![within.hub, within.site, within.producer, person];
        match tx.find::<(String,)>(sql, values).await? {
            None => return Ok(Reopened::Unknown),
            Some((email,)) if is_erased(&email) => return Ok(Reopened::Erased),
            Some(_) => {}
        }
        tx.execute("UPDATE account SET disabled_at = NULL WHERE id = $1", args![person]).await?;
        tx.note(who.hub, now, who.did(Deed::PersonEnabled, person)).await?;
        tx.commit().await?;
        Ok(Reopened::Done)
    }
}

impl Transaction {
    /// A new account.
    pub(super) async fn insert_user(&mut self, user: &NewUser) -> Result<UserId, StoreError> {
        let id = UserId(uuid::Builder::from_random_bytes(random()?).into_uuid());
        let (role, hub, site, producer) = role_columns(user.role);
        let sql = "INSERT INTO account (id, email, name, password_hash, role, hub, site, producer)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let email = user.email.trim().to_lowercase();
        let values = args![id, email, &*user.name, &*user.password_hash, role, hub, site, producer];
        self.execute(sql, values).await?;
        Ok(id)
    }

    /// Whether an address in lower case has an account, disabled or not.
    pub(super) async fn has_account(&mut self, email: &str) -> Result<bool, StoreError> {
        let found: Option<(UserId,)> =
            self.find("SELECT id FROM account WHERE email = $1", args![email]).await?;
        Ok(found.is_some())
    }
}

/// A person, their role's columns, and the document of their place.
type PersonRow = (
    UserId,
    String,
    String,
    String,
    HubId,
    Option<SiteId>,
    Option<ProducerId>,
    String,
    Option<Timestamp>,
    Option<OwnerId>,
);

/// What every place has.
#[derive(Deserialize)]
struct Named {
    name: String,
}

/// The name in the document of a place.
pub(super) fn name_in(place: &str) -> Result<String, StoreError> {
    let Named { name } = serde_json::from_str(place)?;
    Ok(name)
}
