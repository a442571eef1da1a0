//! Accounts of elsewhere that people come in with: never linked before their person confirmed it with a password.

use domain::{
    command::hex,
    id::{HubId, ProducerId, SiteId, UserId},
    time::Timestamp,
    wire::{people::Deed, ways_in::IdentityCard},
};
use sha2::{Digest, Sha256};

use super::{LinkOwner, Store, StoreError, Transaction, accounts::role_of, journal::Actor, value::args};

/// Whose an identity is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityOwner {
    /// Who.
    pub owner: LinkOwner,
    /// Whether they may sign in.
    pub is_open: bool,
}

type OwnerColumns =
    (UserId, String, String, String, HubId, Option<SiteId>, Option<ProducerId>, Option<Timestamp>);

fn owner(
    (user, name, email, role, hub, site, producer, disabled): OwnerColumns,
) -> Result<IdentityOwner, StoreError> {
    let role = role_of((role, hub, site, producer))?;
    Ok(IdentityOwner { owner: LinkOwner { user, role, name, email }, is_open: disabled.is_none() })
}

/// What a person calls one of their identities by.
fn public_name(issuer: &str, subject: &str) -> String {
    // A list of JSON texts: no two pairs are written alike.
    let text = serde_json::json!(["identity", issuer, subject]).to_string();
    hex(&Sha256::digest(text.as_bytes())[..16])
}

impl Store {
    /// Whose an identity is; `None` when it is linked to nobody.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn find_identity(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<IdentityOwner>, StoreError> {
        let sql = "SELECT a.id, a.name, a.email, a.role, a.hub, a.site, a.producer, a.disabled_at
             FROM identity i JOIN account a ON a.id = i.account WHERE i.issuer = $1 AND i.subject = $2";
        let row: Option<OwnerColumns> = self.read().await?.find(sql, args![issuer, subject]).await?;
        row.map(owner).transpose()
    }

    /// Keeps a proved identity until its person confirms that the account of `user` is theirs.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn keep_identity_waiting(
        &self,
        token: [u8; 32],
        issuer: &str,
        subject: &str,
        user: UserId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write_beside().await?;
        // One at a time: the last journey counts.
        tx.execute("DELETE FROM identity_waiting WHERE issuer = $1 AND subject = $2", args![issuer, subject])
            .await?;
        let sql = "INSERT INTO identity_waiting (token, issuer, subject, account, expires_at)
             VALUES ($1, $2, $3, $4, $5)";
        tx.execute(sql, args![token.to_vec(), issuer, subject, user, expires_at]).await?;
        tx.commit().await
    }

    /// Whose account a proved identity waits for.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn find_identity_waiting(
        &self,
        token: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<LinkOwner>, StoreError> {
        let sql = "SELECT a.id, a.name, a.email, a.role, a.hub, a.site, a.producer, a.disabled_at
             FROM identity_waiting w JOIN account a ON a.id = w.account
             WHERE w.token = $1 AND w.expires_at > $2 AND a.disabled_at IS NULL";
        let row: Option<OwnerColumns> = self.read().await?.find(sql, args![token.to_vec(), now]).await?;
        row.map(|row| owner(row).map(|found| found.owner)).transpose()
    }

    /// Links an identity that waited to the account it waited for, whose person confirmed it. Whether it still waited.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn link_identity(
        &self,
        who: Actor,
        token: [u8; 32],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "INSERT INTO identity (issuer, subject, account, linked_at)
             SELECT issuer, subject, account, $2 FROM identity_waiting
             WHERE token = $1 AND account = $3 AND expires_at > $2
             ON CONFLICT (issuer, subject) DO NOTHING";
        let linked = tx.execute(sql, args![token.to_vec(), now, who.user]).await? > 0;
        tx.execute("DELETE FROM identity_waiting WHERE token = $1", args![token.to_vec()]).await?;
        if linked {
            tx.note(who.hub, now, who.did(Deed::IdentityLinked, who.user)).await?;
        }
        tx.commit().await?;
        Ok(linked)
    }

    /// A person's identities.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(super) async fn identities(&self, user: UserId) -> Result<Vec<IdentityCard>, StoreError> {
        let sql =
            "SELECT issuer, subject, linked_at FROM identity WHERE account = $1 ORDER BY linked_at, subject";
        let rows: Vec<(String, String, Timestamp)> = self.read().await?.fetch(sql, args![user]).await?;
        let card = |(issuer, subject, linked_at): (String, String, _)| IdentityCard {
            id: public_name(&issuer, &subject),
            issuer,
            linked_at,
        };
        Ok(rows.into_iter().map(card).collect())
    }

    /// Removes one of a person's identities by the name they know it by. Whether there was one.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn unlink_identity(&self, who: Actor, name: &str, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "SELECT issuer, subject FROM identity WHERE account = $1";
        let rows: Vec<(String, String)> = tx.fetch(sql, args![who.user]).await?;
        let found = rows.into_iter().find(|(issuer, subject)| public_name(issuer, subject) == name);
        let Some((issuer, subject)) = found else { return Ok(false) };
        tx.execute("DELETE FROM identity WHERE issuer = $1 AND subject = $2", args![issuer, subject]).await?;
        tx.forget_what_was_proved(who.user).await?;
        tx.note(who.hub, now, who.did(Deed::IdentityUnlinked, who.user)).await?;
        tx.commit().await?;
        Ok(true)
    }
}

impl Transaction {
    /// Forgets what a person comes in with from elsewhere. How many accounts.
    pub(super) async fn forget_identities(&mut self, person: UserId) -> Result<u64, StoreError> {
        self.execute("DELETE FROM identity_waiting WHERE account = $1", args![person]).await?;
        self.execute("DELETE FROM identity WHERE account = $1", args![person]).await
    }

    /// Forgets identities that waited too long.
    pub(super) async fn forget_identities_waiting(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.execute("DELETE FROM identity_waiting WHERE expires_at <= $1", args![now]).await
    }
}
