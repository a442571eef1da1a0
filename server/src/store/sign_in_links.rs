//! Links that sign in, once, soon.

use domain::{id::UserId, time::Timestamp, wire::people::Deed};

use super::{
    LinkOwner, Store, StoreError, Transaction,
    journal::Entry,
    passwords::{OwnerColumns, owner_of},
    value::args,
};

impl Store {
    /// Keeps a link that signs a person in, in the place of any earlier one. Whether there is such a person, with an open
    /// access, who orders or sells: whoever sees everybody's orders comes in with a password.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn make_sign_in_link(
        &self,
        person: UserId,
        token: [u8; 32],
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write_beside().await?;
        let sql = "SELECT hub FROM account
                 WHERE id = $1 AND disabled_at IS NULL AND role IN ('kitchen', 'producer')";
        let Some((hub,)) = tx.find(sql, args![person]).await? else { return Ok(false) };
        tx.execute("DELETE FROM sign_in_link WHERE account = $1", args![person]).await?;
        let sql = "INSERT INTO sign_in_link (token, account, expires_at) VALUES ($1, $2, $3)";
        tx.execute(sql, args![token.to_vec(), person, expires_at]).await?;
        let about = Some(person.to_string());
        tx.note(hub, now, Entry { by: None, device: None, deed: Deed::SignInLinkMade, about }).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Whom a link signs in; `None` when it does not count, or no longer.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open_sign_in_link(
        &self,
        token: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<LinkOwner>, StoreError> {
        let sql = "SELECT a.id, a.name, a.email, a.role, a.hub, a.site, a.producer
             FROM sign_in_link l JOIN account a ON a.id = l.account
             WHERE l.token = $1 AND l.expires_at > $2 AND a.disabled_at IS NULL";
        let row: Option<OwnerColumns> = self.read().await?.find(sql, args![token.to_vec(), now]).await?;
        row.map(owner_of).transpose()
    }

    /// Uses a link up. Whether it still counted.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn use_sign_in_link(
        &self,
        owner: &LinkOwner,
        token: [u8; 32],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(owner.role.hub()).await?;
        let sql = "DELETE FROM sign_in_link WHERE token = $1 AND expires_at > $2 AND account = $3";
        if tx.execute(sql, args![token.to_vec(), now, owner.user]).await? == 0 {
            return Ok(false);
        }
        let actor = owner.actor();
        tx.note(actor.hub, now, actor.did(Deed::SignedInByLink, owner.user)).await?;
        tx.commit().await?;
        Ok(true)
    }
}

impl Transaction {
    /// Forgets links whose time is over.
    pub(super) async fn forget_sign_in_links(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.execute("DELETE FROM sign_in_link WHERE expires_at <= $1", args![now]).await
    }
}
