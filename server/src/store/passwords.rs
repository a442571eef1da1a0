//! Passwords that are set anew: by a link, or by who knows the present one.

use domain::{
    enterprise::Role,
    id::{HubId, ProducerId, SiteId, UserId},
    time::Timestamp,
    wire::people::Deed,
};

use super::{
    Store, StoreError, Transaction,
    accounts::role_of,
    journal::{Actor, Entry},
    value::args,
};

/// Whose password a link sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkOwner {
    /// Who.
    pub user: UserId,
    /// What they are.
    pub role: Role,
    /// Their name.
    pub name: String,
    /// Where they sign in.
    pub email: String,
}

impl LinkOwner {
    /// This one, doing something for themselves, for the journal.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { hub: self.role.hub(), user: self.user, device: None }
    }
}

/// [`LinkOwner`] as it lies.
pub(super) type OwnerColumns = (UserId, String, String, String, HubId, Option<SiteId>, Option<ProducerId>);

/// Reads one.
pub(super) fn owner_of(row: OwnerColumns) -> Result<LinkOwner, StoreError> {
    let (user, name, email, role, hub, site, producer) = row;
    Ok(LinkOwner { user, role: role_of((role, hub, site, producer))?, name, email })
}

impl Store {
    /// Keeps a link that sets a person's password, in the place of any earlier one. `by` is who of their hub made it for them; nobody,
    /// when they asked for it themselves. Whether there is such a person, with an open access.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn make_password_link(
        &self,
        by: Option<Actor>,
        person: UserId,
        token: [u8; 32],
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write_beside().await?;
        let sql = "SELECT hub FROM account
                 WHERE id = $1 AND disabled_at IS NULL AND ($2 IS NULL OR hub = $2)";
        let of_hub = by.map(|actor| actor.hub.to_string());
        let Some((hub,)) = tx.find(sql, args![person, of_hub]).await? else { return Ok(false) };
        tx.execute("DELETE FROM password_link WHERE account = $1", args![person]).await?;
        let sql = "INSERT INTO password_link (token, account, expires_at) VALUES ($1, $2, $3)";
        tx.execute(sql, args![token.to_vec(), person, expires_at]).await?;
        let (by, device) = by.map_or((None, None), |actor| (Some(actor.user), actor.device));
        let entry = Entry { by, device, deed: Deed::PasswordLinkMade, about: Some(person.to_string()) };
        tx.note(hub, now, entry).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Whose password a link sets; `None` when it does not count, or no longer.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open_password_link(
        &self,
        token: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<LinkOwner>, StoreError> {
        let sql = "SELECT a.id, a.name, a.email, a.role, a.hub, a.site, a.producer
             FROM password_link l JOIN account a ON a.id = l.account
             WHERE l.token = $1 AND l.expires_at > $2 AND a.disabled_at IS NULL";
        let row: Option<OwnerColumns> = self.read().await?.find(sql, args![token.to_vec(), now]).await?;
        row.map(owner_of).transpose()
    }

    /// Sets a password by a link, which is used up; every session of the person ends, those of the devices they paired stay.
    /// Whether the link still counted.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn set_password_by_link(
        &self,
        owner: &LinkOwner,
        token: [u8; 32],
        hash: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(owner.role.hub()).await?;
        let sql = "DELETE FROM password_link WHERE token = $1 AND expires_at > $2 AND account = $3";
        if tx.execute(sql, args![token.to_vec(), now, owner.user]).await? == 0 {
            return Ok(false);
        }
        let actor = owner.actor();
        tx.set_password(actor, hash, None, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Sets the password of who knew the present one; their other sessions end.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn change_password(
        &self,
        who: Actor,
        hash: &str,
        kept: [u8; 32],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write(who.hub).await?;
        tx.set_password(who, hash, Some(kept), now).await?;
        tx.commit().await
    }
}

impl Transaction {
    async fn set_password(
        &mut self,
        who: Actor,
        hash: &str,
        kept: Option<[u8; 32]>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE account SET password_hash = $2 WHERE id = $1";
        self.execute(sql, args![who.user, hash]).await?;
        self.execute("DELETE FROM password_link WHERE account = $1", args![who.user]).await?;
        // No token is empty: without one to keep, none is kept.
        let kept = kept.map_or_else(Vec::new, |token| token.to_vec());
        let sql = "DELETE FROM session WHERE account = $1 AND device IS NULL AND token <> $2";
        self.execute(sql, args![who.user, kept]).await?;
        self.note(who.hub, now, who.did(Deed::PasswordChanged, who.user)).await
    }

    /// Forgets links whose time is over.
    pub(super) async fn forget_password_links(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.execute("DELETE FROM password_link WHERE expires_at <= $1", args![now]).await
    }
}
