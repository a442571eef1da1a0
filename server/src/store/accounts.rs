//! People who sign in, and their sessions.

use domain::{
    enterprise::Role,
    id::{HubId, ProducerId, SiteId, UserId},
    time::Timestamp,
    wire::Me,
};
use serde::Deserialize;

use super::{Store, StoreError, Transaction, random, value::args};

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

/// A living session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub me: Me,
    /// When the session last served.
    pub seen_at: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// When a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// After this long unused, in milliseconds.
    pub idle_ms: i64,
    /// At the latest, in milliseconds from its opening.
    pub absolute_ms: i64,
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

fn role_of((role, hub, site, producer): RoleColumns) -> Result<Role, StoreError> {
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
        let id = UserId(uuid::Builder::from_random_bytes(random()?).into_uuid());
        let (role, hub, site, producer) = role_columns(user.role);
        let sql = "INSERT INTO account (id, email, name, password_hash, role, hub, site, producer)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let email = user.email.trim().to_lowercase();
        let values = args![id, email, &*user.name, &*user.password_hash, role, hub, site, producer];
        let mut tx = self.write_beside().await?;
        tx.execute(sql, values).await?;
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

    /// Opens a session. `token` is the SHA-256 of what the cookie carries.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open_session(
        &self,
        token: [u8; 32],
        user: UserId,
        times: SessionTimes,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO session (token, account, opened_at, seen_at, expires_at)
             VALUES ($1, $2, $3, $3, $4)";
        let mut tx = self.write_beside().await?;
        tx.execute(sql, args![token.to_vec(), user, now, now.plus_ms(times.absolute_ms)]).await?;
        tx.commit().await
    }

    /// The session of a token, if it is neither ended nor past its last day. Whether it was idle too long is the
    /// caller's to judge: that depends on the role.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn find_session(
        &self,
        token: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<SignedIn>, StoreError> {
        self.read().await?.find_session(token, now).await
    }

    /// Notes that a session served.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn touch_session(&self, token: [u8; 32], now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.write_beside().await?;
        tx.execute("UPDATE session SET seen_at = $2 WHERE token = $1", args![token.to_vec(), now]).await?;
        tx.commit().await
    }

    /// Ends a session. One that is not there is ended already.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn end_session(&self, token: [u8; 32]) -> Result<(), StoreError> {
        let mut tx = self.write_beside().await?;
        tx.execute("DELETE FROM session WHERE token = $1", args![token.to_vec()]).await?;
        tx.commit().await
    }

    /// Forgets sessions past their last day, or unused since `unused_since`. How many.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn purge_sessions(&self, now: Timestamp, unused_since: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.write_beside().await?;
        let sql = "DELETE FROM session WHERE expires_at <= $1 OR seen_at < $2";
        let gone = tx.execute(sql, args![now, unused_since]).await?;
        tx.commit().await?;
        Ok(gone)
    }
}

impl Transaction {
    async fn find_session(
        &mut self,
        token: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<SignedIn>, StoreError> {
        // Each request asks this: one statement. Whatever the role, its place is the nearest document that has a name.
        let sql = "SELECT a.id, a.role, a.hub, a.site, a.producer, a.name, a.email,
                 COALESCE(i.body, p.body, h.card), s.opened_at, s.seen_at
             FROM session s JOIN account a ON a.id = s.account JOIN hub h ON h.id = a.hub
             LEFT JOIN site i ON i.id = a.site LEFT JOIN producer p ON p.id = a.producer
             WHERE s.token = $1 AND s.expires_at > $2 AND a.disabled_at IS NULL";
        let row: Option<SessionRow> = self.find(sql, args![token.to_vec(), now]).await?;
        let Some((user, role, hub, site, producer, name, email, place, opened_at, seen_at)) = row else {
            return Ok(None);
        };
        let role = role_of((role, hub, site, producer))?;
        let Named { name: place } = serde_json::from_str(&place)?;
        Ok(Some(SignedIn { me: Me { user, name, email, role, place }, opened_at, seen_at }))
    }
}

/// A session, its account, and the document of its place.
type SessionRow =
    (UserId, String, HubId, Option<SiteId>, Option<ProducerId>, String, String, String, Timestamp, Timestamp);

/// What every place has.
#[derive(Deserialize)]
struct Named {
    name: String,
}
