//! Passkeys: made, listed, come in by, ended; and the ceremonies under way, each of which counts once. What a key and a
//! ceremony hold is `access/passkeys.rs`'s to read.

use domain::{
    command::hex,
    id::UserId,
    time::Timestamp,
    wire::{people::Deed, ways_in::PasskeyCard},
};
use sha2::{Digest, Sha256};

use super::{
    LinkOwner, Store, StoreError, Transaction,
    journal::Actor,
    passwords::{OwnerColumns, owner_of},
    value::args,
};

/// As many as anybody's telephones, tablets and desks, and more.
pub const MAX_PASSKEYS: u32 = 20;
/// As many ceremonies are under way at most: strangers begin them. The oldest makes room.
const MAX_CEREMONIES: u32 = 2_000;

/// A key to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// As the authenticator named it.
    pub id: Vec<u8>,
    /// As its person calls it.
    pub name: String,
    /// JSON.
    pub body: String,
}

/// A key somebody may come in by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPasskey {
    /// As the authenticator named it.
    pub id: Vec<u8>,
    /// Whose it is.
    pub owner: LinkOwner,
    /// JSON.
    pub body: String,
}

/// Why a key is not kept.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// There is one of that name, theirs or another's.
    #[error("this key is known")]
    Known,
    /// Their person has [`MAX_PASSKEYS`].
    #[error("too many keys")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a person calls one of their keys by: the key is not found from it.
fn public_name(id: &[u8]) -> String {
    let hash = Sha256::new().chain_update(b"passkey").chain_update(id).finalize();
    hex(&hash[..16])
}

impl Store {
    /// Keeps a ceremony under way: `user` makes a key, or, with nobody named, somebody comes in. A person makes one key at a
    /// time.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn keep_passkey_ceremony(
        &self,
        token: [u8; 32],
        user: Option<UserId>,
        body: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write_beside().await?;
        tx.forget_passkey_ceremonies(now).await?;
        tx.execute("DELETE FROM passkey_ceremony WHERE account = $1", args![user]).await?;
        let sql = "DELETE FROM passkey_ceremony WHERE token IN
             (SELECT token FROM passkey_ceremony ORDER BY expires_at DESC, token LIMIT 1000000 OFFSET $1)";
        tx.execute(sql, args![MAX_CEREMONIES - 1]).await?;
        let sql = "INSERT INTO passkey_ceremony (token, account, body, expires_at) VALUES ($1, $2, $3, $4)";
        tx.execute(sql, args![token.to_vec(), user, body, expires_at]).await?;
        tx.commit().await
    }

    /// Takes a ceremony up again, which ends it: whatever comes of it, its challenge is answered once. `None`: there is none
    /// of that token and that person, or no longer.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn take_passkey_ceremony(
        &self,
        token: [u8; 32],
        user: Option<UserId>,
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let mut tx = self.write_beside().await?;
        let sql = "SELECT account, body FROM passkey_ceremony WHERE token = $1 AND expires_at > $2";
        let found: Option<(Option<UserId>, String)> = tx.find(sql, args![token.to_vec(), now]).await?;
        let sql = "DELETE FROM passkey_ceremony WHERE token = $1";
        let was_there = tx.execute(sql, args![token.to_vec()]).await? > 0;
        tx.commit().await?;
        Ok(found.filter(|(whose, _)| was_there && *whose == user).map(|(_, body)| body))
    }

    /// What the authenticators call a person's keys.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn passkey_ids(&self, user: UserId) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = "SELECT id FROM passkey WHERE account = $1 ORDER BY made_at, id";
        let rows: Vec<(Vec<u8>,)> = self.read().await?.fetch(sql, args![user]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// A person's keys, as they are told of them.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(super) async fn passkeys(&self, user: UserId) -> Result<Vec<PasskeyCard>, StoreError> {
        let sql =
            "SELECT id, name, made_at, used_at FROM passkey WHERE account = $1 ORDER BY made_at, name, id";
        type Columns = (Vec<u8>, String, Timestamp, Option<Timestamp>);
        let rows: Vec<Columns> = self.read().await?.fetch(sql, args![user]).await?;
        let card = |(id, name, made_at, used_at): Columns| PasskeyCard {
            id: public_name(&id),
            name,
            made_at,
            used_at,
        };
        Ok(rows.into_iter().map(card).collect())
    }

    /// Keeps a key that a person made, in the session of `token`, which passed both steps thereby.
    ///
    /// # Errors
    /// [`PasskeyError`]
    pub async fn add_passkey(
        &self,
        who: Actor,
        token: [u8; 32],
        key: &NewPasskey,
        now: Timestamp,
    ) -> Result<(), PasskeyError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "SELECT COUNT(*) FROM passkey WHERE account = $1";
        let (count,): (u32,) = tx.get(sql, args![who.user]).await?;
        if count >= MAX_PASSKEYS {
            return Err(PasskeyError::TooMany);
        }
        let sql = "INSERT INTO passkey (id, account, name, body, made_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (id) DO NOTHING";
        let NewPasskey { id, name, body } = key;
        if tx.execute(sql, args![id.clone(), who.user, name.as_str(), body.as_str(), now]).await? == 0 {
            return Err(PasskeyError::Known);
        }
        tx.complete_session(token).await?;
        tx.note(who.hub, now, who.did(Deed::PasskeyAdded, who.user)).await?;
        Ok(tx.commit().await?)
    }

    /// The key an authenticator names so, of whoever may come in.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn find_passkey(&self, id: &[u8]) -> Result<Option<KnownPasskey>, StoreError> {
        let sql = "SELECT a.id, a.name, a.email, a.role, a.hub, a.site, a.producer
             FROM passkey k JOIN account a ON a.id = k.account WHERE k.id = $1 AND a.disabled_at IS NULL";
        let mut tx = self.read().await?;
        let Some(owner) = tx.find::<OwnerColumns>(sql, args![id.to_vec()]).await? else { return Ok(None) };
        let sql = "SELECT body FROM passkey WHERE id = $1";
        let (body,): (String,) = tx.get(sql, args![id.to_vec()]).await?;
        Ok(Some(KnownPasskey { id: id.to_vec(), owner: owner_of(owner)?, body }))
    }

    /// Notes that somebody came in by a key, which from now on is `body`. Whether it was still there, and as it was when it
    /// was looked at: two copies that come in at once do not both.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn use_passkey(
        &self,
        known: &KnownPasskey,
        body: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let who = known.owner.actor();
        let mut tx = self.write(who.hub).await?;
        let sql = "UPDATE passkey SET body = $4, used_at = $5 WHERE id = $1 AND account = $2 AND body = $3";
        let values = args![known.id.clone(), who.user, known.body.as_str(), body, now];
        if tx.execute(sql, values).await? == 0 {
            return Ok(false);
        }
        tx.note(who.hub, now, who.did(Deed::SignedInByPasskey, who.user)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Ends a key that seems to be copied: neither of the two comes in by it any more.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn end_copied_passkey(&self, known: &KnownPasskey, now: Timestamp) -> Result<(), StoreError> {
        let who = known.owner.actor();
        let mut tx = self.write(who.hub).await?;
        let sql = "DELETE FROM passkey WHERE id = $1 AND account = $2";
        tx.execute(sql, args![known.id.clone(), who.user]).await?;
        tx.note(who.hub, now, who.did(Deed::PasskeyCopied, who.user)).await?;
        tx.commit().await
    }

    /// Gives one of a person's keys another name. Whether there is such a key.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn rename_passkey(&self, who: Actor, key: &str, name: &str) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let Some(id) = tx.find_own_passkey(who.user, key).await? else { return Ok(false) };
        tx.execute("UPDATE passkey SET name = $2 WHERE id = $1", args![id, name]).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Removes one of a person's keys. Whether there was such a key.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn remove_passkey(&self, who: Actor, key: &str, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let Some(id) = tx.find_own_passkey(who.user, key).await? else { return Ok(false) };
        tx.execute("DELETE FROM passkey WHERE id = $1", args![id]).await?;
        tx.forget_what_was_proved(who.user).await?;
        tx.note(who.hub, now, who.did(Deed::PasskeyRemoved, who.user)).await?;
        tx.commit().await?;
        Ok(true)
    }
}

impl Transaction {
    /// One of a person's keys, by the name they are told of it.
    async fn find_own_passkey(&mut self, user: UserId, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT id FROM passkey WHERE account = $1";
        let rows: Vec<(Vec<u8>,)> = self.fetch(sql, args![user]).await?;
        Ok(rows.into_iter().map(|(id,)| id).find(|id| public_name(id) == key))
    }

    /// Forgets a person's keys, and one they are about to make. How many keys.
    pub(super) async fn forget_passkeys(&mut self, person: UserId) -> Result<u64, StoreError> {
        self.execute("DELETE FROM passkey_ceremony WHERE account = $1", args![person]).await?;
        self.execute("DELETE FROM passkey WHERE account = $1", args![person]).await
    }

    /// Forgets ceremonies that nobody finished.
    pub(super) async fn forget_passkey_ceremonies(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.execute("DELETE FROM passkey_ceremony WHERE expires_at <= $1", args![now]).await
    }
}
