//! Tablets and phones that are paired, and the codes that pair them.

use domain::{
    enterprise::Role,
    id::{DeviceId, HubId, ProducerId, SiteId, UserId},
    time::Timestamp,
    wire::people::{Deed, DeviceCard},
};

use super::{
    Store, StoreError, Transaction,
    accounts::{RoleColumns, role_columns, role_of},
    journal::{Actor, Entry},
    random,
    value::args,
};

/// The part of a hub that somebody answers for: all of it, a site, or a producer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    /// The hub.
    pub hub: HubId,
    /// This site alone.
    pub site: Option<SiteId>,
    /// This producer alone.
    pub producer: Option<ProducerId>,
}

impl Within {
    /// What a role answers for; an authority, for nothing.
    #[must_use]
    pub fn of(role: Role) -> Option<Self> {
        let (site, producer) = match role {
            Role::Kitchen { site, .. } => (Some(site), None),
            Role::Producer { producer, .. } => (None, Some(producer)),
            Role::Hub { .. } => (None, None),
            Role::Authority { .. } => return None,
        };
        Some(Self { hub: role.hub(), site, producer })
    }
}

/// A device that was just paired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paired {
    /// The device.
    pub device: DeviceId,
    /// Who paired it.
    pub user: UserId,
    /// What it may be.
    pub role: Role,
}

impl Store {
    /// Keeps a code that pairs one device until `expires_at`, in the place of any earlier one of the same person. `code` is
    /// its SHA-256.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn begin_pairing(
        &self,
        who: Actor,
        code: [u8; 32],
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write(who.hub).await?;
        tx.execute("DELETE FROM pairing WHERE account = $1", args![who.user]).await?;
        let sql = "INSERT INTO pairing (code, account, expires_at) VALUES ($1, $2, $3)";
        tx.execute(sql, args![code.to_vec(), who.user, expires_at]).await?;
        tx.note(who.hub, now, who.did(Deed::PairingBegun, who.user)).await?;
        tx.commit().await
    }

    /// Pairs a device with a code, which is used up. `None`: no such code, or no longer, or of somebody whose devices are
    /// not paired.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn pair(
        &self,
        code: [u8; 32],
        name: &str,
        now: Timestamp,
    ) -> Result<Option<Paired>, StoreError> {
        let mut tx = self.write_beside().await?;
        let sql = "DELETE FROM pairing WHERE code = $1 AND expires_at > $2 RETURNING account";
        let Some((user,)) = tx.find::<(UserId,)>(sql, args![code.to_vec(), now]).await? else {
            return Ok(None);
        };
        let sql = "SELECT role, hub, site, producer FROM account WHERE id = $1 AND disabled_at IS NULL";
        let role: Option<RoleColumns> = tx.find(sql, args![user]).await?;
        let Some(role) = role.map(role_of).transpose()?.filter(is_paired) else { return Ok(None) };
        let device = DeviceId(uuid::Builder::from_random_bytes(random()?).into_uuid());
        let (_, hub, site, producer) = role_columns(role);
        let sql = "INSERT INTO device (id, hub, site, producer, name, paired_by, paired_at, seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
        tx.execute(sql, args![device, hub, site, producer, name, user, now]).await?;
        let (by, deed, about) = (Some(user), Deed::DevicePaired, Some(device.to_string()));
        tx.note(hub, now, Entry { by, device: Some(device), deed, about }).await?;
        tx.commit().await?;
        Ok(Some(Paired { device, user, role }))
    }

    /// The devices of a part of a hub, those that were last seen first; not the revoked ones. With `paired_by`, those that
    /// this person paired.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn devices(
        &self,
        within: Within,
        paired_by: Option<UserId>,
    ) -> Result<Vec<DeviceCard>, StoreError> {
        let sql = "SELECT d.id, d.name, COALESCE(s.name, p.body), d.paired_at, a.name,
                 COALESCE((SELECT MAX(o.seen_at) FROM session o WHERE o.device = d.id), d.seen_at) AS seen,
                 d.pending, d.build, d.producer
             FROM device d JOIN account a ON a.id = d.paired_by
             LEFT JOIN site s ON s.id = d.site LEFT JOIN producer p ON p.id = d.producer
             WHERE d.revoked_at IS NULL AND d.hub = $1
                 AND ($2 IS NULL OR d.site = $2) AND ($3 IS NULL OR d.producer = $3)
                 AND ($4 IS NULL OR d.paired_by = $4)
             ORDER BY seen DESC, d.id";
        type Columns =
            (DeviceId, String, String, Timestamp, String, Timestamp, u32, String, Option<ProducerId>);
        let values = args![within.hub, within.site, within.producer, paired_by];
        let rows: Vec<Columns> = self.read().await?.fetch(sql, values).await?;
        rows.into_iter()
            .map(|(id, name, place, paired_at, paired_by, seen_at, pending, build, producer)| {
                let place = if producer.is_some() { super::accounts::name_in(&place)? } else { place };
                Ok(DeviceCard { id, name, place, paired_by, paired_at, seen_at, pending, build })
            })
            .collect()
    }

    /// Gives a device another name. Whether there is such a device.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn rename_device(
        &self,
        who: Actor,
        within: Within,
        device: DeviceId,
        name: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "UPDATE device SET name = $4 WHERE id = $5 AND revoked_at IS NULL AND hub = $1
                 AND ($2 IS NULL OR site = $2) AND ($3 IS NULL OR producer = $3)";
        let values = args![within.hub, within.site, within.producer, name, device];
        if tx.execute(sql, values).await? == 0 {
            return Ok(false);
        }
        tx.note(who.hub, now, who.did(Deed::DeviceRenamed, device)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Lets a device in no more. Whether there is such a device; revoking twice is revoking.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn revoke_device(
        &self,
        who: Actor,
        within: Within,
        device: DeviceId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "UPDATE device SET revoked_at = COALESCE(revoked_at, $4) WHERE id = $5 AND hub = $1
                 AND ($2 IS NULL OR site = $2) AND ($3 IS NULL OR producer = $3)";
        let values = args![within.hub, within.site, within.producer, now, device];
        if tx.execute(sql, values).await? == 0 {
            return Ok(false);
        }
        tx.note(who.hub, now, who.did(Deed::DeviceRevoked, device)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Notes what a device says of itself when it wakes up.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn see_device(
        &self,
        device: DeviceId,
        build: &str,
        pending: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write_beside().await?;
        let sql = "UPDATE device SET seen_at = $2, build = $3, pending = $4 WHERE id = $1";
        tx.execute(sql, args![device, now, build, pending]).await?;
        tx.commit().await
    }
}

impl Transaction {
    /// Forgets codes whose time is over.
    pub(super) async fn forget_codes(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.execute("DELETE FROM pairing WHERE expires_at <= $1", args![now]).await
    }
}

/// Whether devices of this role are paired: those of places where nobody has a desk of their own.
fn is_paired(role: &Role) -> bool {
    matches!(role, Role::Kitchen { .. } | Role::Producer { .. })
}
