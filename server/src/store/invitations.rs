//! Invitations: whom somebody lets in, by a link that works once.

use domain::{
    enterprise::Role,
    id::{HubId, InvitationId, OwnerId, ProducerId, SiteId, UserId},
    time::Timestamp,
    wire::people::{Deed, InvitationCard},
};

use super::{
    NewUser, Store, StoreError, Transaction, Within,
    accounts::{name_in, role_columns, role_of},
    journal::{Actor, Entry},
    random,
    transaction::Sql,
    value::args,
};

/// An invitation to make.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Who.
    pub name: String,
    /// Where they will sign in; its case does not count.
    pub email: String,
    /// What they will be.
    pub role: Role,
    /// The community whose figures they will read; of an authority alone.
    pub owner: Option<OwnerId>,
    /// SHA-256 of what the link carries.
    pub token: [u8; 32],
    /// When it stops counting.
    pub expires_at: Timestamp,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// No such place in this hub.
    #[error("no such place in this hub")]
    UnknownPlace,
    /// The address has an account.
    #[error("the address has an account")]
    EmailTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An invitation as its link finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedInvitation {
    /// What it says.
    pub card: InvitationCard,
    /// What its person will be.
    pub role: Role,
    /// The community whose figures they will read.
    owner: Option<OwnerId>,
}

type Columns = (
    InvitationId,
    String,
    String,
    String,
    HubId,
    Option<SiteId>,
    Option<ProducerId>,
    String,
    Timestamp,
    Timestamp,
    Option<OwnerId>,
);

/// The living invitations at the instant `$1`, narrowed by a condition.
fn living(condition: &str) -> Sql {
    Sql::Built(format!(
        "SELECT i.id, i.name, i.email, i.role, i.hub, i.site, i.producer, COALESCE(s.body, p.body, o.body, h.card),
             i.made_at, i.expires_at, i.owner
         FROM invitation i JOIN hub h ON h.id = i.hub
         LEFT JOIN site s ON s.id = i.site LEFT JOIN producer p ON p.id = i.producer
         LEFT JOIN owner o ON o.id = i.owner
         WHERE i.ended_at IS NULL AND i.expires_at > $1 AND {condition}"
    ))
}

fn opened(columns: Columns) -> Result<OpenedInvitation, StoreError> {
    let (id, name, email, role, hub, site, producer, place, made_at, expires_at, owner) = columns;
    let role = role_of((role, hub, site, producer))?;
    let place = name_in(&place)?;
    let card = InvitationCard { id, name, email, role: role.name(), place, made_at, expires_at };
    Ok(OpenedInvitation { card, role, owner })
}

impl Store {
    /// Makes an invitation, in the place of any other that waits for the same address. `by` nobody: whoever installed the
    /// server, for the first person of a hub.
    ///
    /// # Errors
    /// [`InviteError`]
    pub async fn invite(
        &self,
        by: Option<Actor>,
        invited: &NewInvitation,
        now: Timestamp,
    ) -> Result<InvitationCard, InviteError> {
        let email = invited.email.trim().to_lowercase();
        let hub = invited.role.hub();
        let mut tx = self.write(hub).await?;
        let owner = invited.owner.filter(|_| matches!(invited.role, Role::Authority { .. }));
        let has_owner = match owner {
            Some(owner) => tx.has_owner(hub, owner).await?,
            None => true,
        };
        if !has_owner || !tx.has_place(invited.role).await? {
            return Err(InviteError::UnknownPlace);
        }
        if tx.has_account(&email).await? {
            return Err(InviteError::EmailTaken);
        }
        let sql = "UPDATE invitation SET ended_at = $3 WHERE hub = $1 AND email = $2 AND ended_at IS NULL";
        tx.execute(sql, args![hub, &*email, now]).await?;
        let by = by.map(|by| by.user);
        let id = InvitationId(uuid::Builder::from_random_bytes(random()?).into_uuid());
        let (role, hub, site, producer) = role_columns(invited.role);
        let sql = "INSERT INTO invitation
                 (id, token, hub, role, site, producer, name, email, made_by, made_at, expires_at,
                 owner)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let (token, expires_at) = (invited.token.to_vec(), invited.expires_at);
        let values =
            args![id, token, hub, role, site, producer, &*invited.name, &*email, by, now, expires_at, owner];
        tx.execute(sql, values).await?;
        tx.note(hub, now, Entry { by, device: None, deed: Deed::Invited, about: Some(id.to_string()) })
            .await?;
        let card = tx.invitation_of(invited.token, now).await?.map(|opened| opened.card);
        tx.commit().await?;
        Ok(card.ok_or(StoreError::Unreadable("an invitation that was just made"))?)
    }

    /// The invitations that wait, of the part of a hub somebody answers for, the newest first.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn invitations(
        &self,
        within: Within,
        now: Timestamp,
    ) -> Result<Vec<InvitationCard>, StoreError> {
        let sql = living(
            "i.hub = $2 AND ($3 IS NULL OR i.site = $3) AND ($4 IS NULL OR i.producer = $4)
             ORDER BY i.made_at DESC, i.id",
        );
        let values = args![now, within.hub, within.site, within.producer];
        let rows: Vec<Columns> = self.read().await?.fetch(sql, values).await?;
        rows.into_iter().map(|row| Ok(opened(row)?.card)).collect()
    }

    /// Takes an invitation back. Whether there is one.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn withdraw_invitation(
        &self,
        who: Actor,
        within: Within,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "UPDATE invitation SET ended_at = $4 WHERE id = $5 AND ended_at IS NULL AND hub = $1
                 AND ($2 IS NULL OR site = $2) AND ($3 IS NULL OR producer = $3)";
        let values = args![within.hub, within.site, within.producer, now, id];
        if tx.execute(sql, values).await? == 0 {
            return Ok(false);
        }
        tx.note(who.hub, now, who.did(Deed::InvitationWithdrawn, id)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The living invitation a link opens.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open_invitation(
        &self,
        token: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<OpenedInvitation>, StoreError> {
        self.read().await?.invitation_of(token, now).await
    }

    /// Makes the account of an invited person: the invitation is used up. `None` when it does not count any more.
    ///
    /// # Errors
    /// [`InviteError::EmailTaken`] when the address has got an account meanwhile, or the store's.
    pub async fn accept_invitation(
        &self,
        token: [u8; 32],
        password_hash: String,
        now: Timestamp,
    ) -> Result<Option<(UserId, Role)>, InviteError> {
        let mut tx = self.write_beside().await?;
        let Some(OpenedInvitation { card, role, owner }) = tx.invitation_of(token, now).await? else {
            return Ok(None);
        };
        let sql = "UPDATE invitation SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
        if tx.execute(sql, args![card.id, now]).await? == 0 {
            return Ok(None);
        }
        if tx.has_account(&card.email).await? {
            return Err(InviteError::EmailTaken);
        }
        let user =
            tx.insert_user(&NewUser { name: card.name, email: card.email, password_hash, role }).await?;
        tx.execute("UPDATE account SET owner = $2 WHERE id = $1", args![user, owner]).await?;
        let entry = Entry {
            by: Some(user),
            device: None,
            deed: Deed::InvitationAccepted,
            about: Some(card.id.to_string()),
        };
        tx.note(role.hub(), now, entry).await?;
        tx.commit().await?;
        Ok(Some((user, role)))
    }
}

impl Transaction {
    async fn invitation_of(
        &mut self,
        token: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<OpenedInvitation>, StoreError> {
        let row: Option<Columns> = self.find(living("i.token = $2"), args![now, token.to_vec()]).await?;
        row.map(opened).transpose()
    }

    /// Forgets the names and addresses of invitations and applications that ended before `before`, or whose time was over
    /// then.
    pub(super) async fn forget_invitations(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let sql = "DELETE FROM invitation WHERE ended_at < $1 OR expires_at < $1";
        let invitations = self.execute(sql, args![before]).await?;
        let applications = self.execute("DELETE FROM application WHERE ended_at < $1", args![before]).await?;
        Ok(invitations + applications)
    }
}
