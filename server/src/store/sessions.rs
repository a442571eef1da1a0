//! Living sessions: whose, through which device, since when. The store holds the SHA-256 of what a cookie carries.

use domain::{
    command::hex,
    id::{DeviceId, HubId, OwnerId, ProducerId, SiteId, UserId},
    time::Timestamp,
    wire::{
        Me,
        people::{Deed, SessionCard},
    },
};
use sha2::{Digest, Sha256};

use super::{
    Store, StoreError, Transaction,
    accounts::{name_in, role_of},
    journal::{Actor, Entry},
    second_step_rule::rule_of,
    value::args,
};

/// A session to open.
#[derive(Debug, Clone, Copy)]
pub struct NewSession {
    /// SHA-256 of what the cookie carries.
    pub token: [u8; 32],
    /// Whose.
    pub user: UserId,
    /// By what.
    pub with: OpenedWith,
    /// Its last instant, however busy.
    pub expires_at: Timestamp,
}

/// What somebody gave who opened a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenedWith {
    /// A password, or a link in a letter.
    OneStep,
    /// A passkey, a code beside a password, or an account of elsewhere, which asks for what it wants.
    TwoSteps,
    /// A code of pairing: it is the device's.
    Pairing(DeviceId),
}

/// A living session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub me: Me,
    /// The community whose figures an authority reads.
    pub owner: Option<OwnerId>,
    /// The paired device it is bound to.
    pub device: Option<DeviceId>,
    /// Whether that device may not come in any more.
    pub revoked: bool,
    /// Whether it was opened with more than a password, or a passkey or a second step was chosen in it since.
    pub two_steps: bool,
    /// When the session last served.
    pub seen_at: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
}

impl SignedIn {
    /// Who does what this session asks, for the journal.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { hub: self.me.role.hub(), user: self.me.user, device: self.device }
    }
}

/// When a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// After this long unused, in milliseconds.
    pub idle_ms: i64,
    /// At the latest, in milliseconds from its opening.
    pub absolute_ms: i64,
}

/// A session, its account, the document of its place, and its device.
type SessionRow = (
    UserId,
    String,
    HubId,
    Option<SiteId>,
    Option<ProducerId>,
    String,
    String,
    String,
    Timestamp,
    Timestamp,
    Option<DeviceId>,
    Option<String>,
    Option<Timestamp>,
    Option<OwnerId>,
    String,
    bool,
);

/// What a person calls one of their sessions by: opens nothing, and the token is not found from it.
fn public_name(token: &[u8]) -> String {
    let hash = Sha256::new().chain_update(b"session").chain_update(token).finalize();
    hex(&hash[..16])
}

impl Store {
    /// Opens a session.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open_session(&self, session: NewSession, now: Timestamp) -> Result<(), StoreError> {
        let sql = "INSERT INTO session (token, account, opened_at, seen_at, expires_at, device, two_steps)
             VALUES ($1, $2, $3, $3, $4, $5, $6)";
        let NewSession { token, user, with, expires_at } = session;
        let (device, two_steps) = match with {
            OpenedWith::OneStep => (None, false),
            OpenedWith::TwoSteps => (None, true),
            OpenedWith::Pairing(device) => (Some(device), false),
        };
        let mut tx = self.write_beside().await?;
        tx.execute(sql, args![token.to_vec(), user, now, expires_at, device, two_steps]).await?;
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
    pub async fn end_session(&self, token: [u8; 32], now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.write_beside().await?;
        if let Some(session) = tx.find_session(token, now).await? {
            let Actor { hub, user, device } = session.actor();
            // A paired device that signs out is no device of its place any more.
            let sql = "UPDATE device SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1";
            tx.execute(sql, args![device, now]).await?;
            let about = device.map(|device| device.to_string());
            tx.note(hub, now, Entry { by: Some(user), device, deed: Deed::SignedOut, about }).await?;
        }
        tx.execute("DELETE FROM session WHERE token = $1", args![token.to_vec()]).await?;
        tx.commit().await
    }

    /// A person's living sessions, the last used first; not those of the devices they paired. `current` is the one that asks.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn sessions(
        &self,
        user: UserId,
        current: [u8; 32],
        now: Timestamp,
    ) -> Result<Vec<SessionCard>, StoreError> {
        let sql = "SELECT token, opened_at, seen_at FROM session
             WHERE account = $1 AND expires_at > $2 AND device IS NULL ORDER BY seen_at DESC, token";
        let rows: Vec<(Vec<u8>, Timestamp, Timestamp)> =
            self.read().await?.fetch(sql, args![user, now]).await?;
        let card = |(token, opened_at, seen_at): (Vec<u8>, _, _)| SessionCard {
            id: public_name(&token),
            opened_at,
            seen_at,
            current: token == current,
        };
        Ok(rows.into_iter().map(card).collect())
    }

    /// Ends a session of a person by the name they know it by. Whether there was one.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn end_session_named(
        &self,
        who: Actor,
        name: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "SELECT token FROM session WHERE account = $1 AND device IS NULL";
        let tokens: Vec<(Vec<u8>,)> = tx.fetch(sql, args![who.user]).await?;
        let Some((token,)) = tokens.into_iter().find(|(token,)| public_name(token) == name) else {
            return Ok(false);
        };
        tx.execute("DELETE FROM session WHERE token = $1", args![token]).await?;
        tx.note(who.hub, now, who.did(Deed::SessionEnded, who.user)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Forgets what concerns access and is over: sessions past their last day, or unused since `unused_since` and of no
    /// paired device; codes, links and ceremonies past their time; invitations that ended before `invitations_before`. How many rows.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn purge_access(
        &self,
        now: Timestamp,
        unused_since: Timestamp,
        invitations_before: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = self.write_beside().await?;
        let sql = "DELETE FROM session WHERE expires_at <= $1 OR (device IS NULL AND seen_at < $2)";
        let sessions = tx.execute(sql, args![now, unused_since]).await?;
        let codes = tx.forget_codes(now).await?
            + tx.forget_password_links(now).await?
            + tx.forget_sign_in_links(now).await?
            + tx.forget_identities_waiting(now).await?
            + tx.forget_passkey_ceremonies(now).await?;
        let invitations = tx.forget_invitations(invitations_before).await?;
        tx.commit().await?;
        Ok(sessions + codes + invitations)
    }
}

impl Transaction {
    /// Notes that what a session may do is proved by more than a password from now on.
    pub(super) async fn complete_session(&mut self, token: [u8; 32]) -> Result<(), StoreError> {
        let sql = "UPDATE session SET two_steps = 1 WHERE token = $1 AND device IS NULL";
        self.execute(sql, args![token.to_vec()]).await?;
        Ok(())
    }

    async fn find_session(
        &mut self,
        token: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<SignedIn>, StoreError> {
        // Each request asks this: one statement. Whatever the role, its place is the nearest document that has a name.
        let sql = "SELECT a.id, a.role, a.hub, a.site, a.producer, a.name, a.email,
                 COALESCE(i.body, p.body, o.body, h.card), s.opened_at, s.seen_at, s.device, d.name, d.revoked_at,
                 a.owner, h.second_step, s.two_steps
             FROM session s JOIN account a ON a.id = s.account JOIN hub h ON h.id = a.hub
             LEFT JOIN site i ON i.id = a.site LEFT JOIN producer p ON p.id = a.producer
             LEFT JOIN owner o ON o.id = a.owner LEFT JOIN device d ON d.id = s.device
             WHERE s.token = $1 AND s.expires_at > $2 AND a.disabled_at IS NULL";
        let row: Option<SessionRow> = self.find(sql, args![token.to_vec(), now]).await?;
        let Some(row) = row else { return Ok(None) };
        let (
            user,
            role,
            hub,
            site,
            producer,
            name,
            email,
            place,
            opened_at,
            seen_at,
            device,
            called,
            revoked,
            owner,
            rule,
            two_steps,
        ) = row;
        let role = role_of((role, hub, site, producer))?;
        let second_step_due = rule_of(&rule)?.concerns(role) && device.is_none() && !two_steps;
        let me = Me { user, name, email, role, place: name_in(&place)?, device: called, second_step_due };
        Ok(Some(SignedIn { me, owner, device, revoked: revoked.is_some(), two_steps, opened_at, seen_at }))
    }
}
