//! Keys of devices that lock, for the day nobody remembers their code.

use domain::{time::Timestamp, wire::people::Deed};

use super::{
    Store, StoreError, Within,
    journal::{Actor, Entry},
    random,
    value::args,
};

impl Store {
    /// Keeps the key of a device for whoever comes in for its place; what it is called from now on.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn keep_sealing_key(
        &self,
        who: Actor,
        place: Within,
        key: [u8; 32],
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let name = uuid::Builder::from_random_bytes(random()?).into_uuid().simple().to_string();
        let mut tx = self.write(who.hub).await?;
        let sql = "INSERT INTO sealing_key (name, hub, site, producer, key, kept_by, kept_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let Within { hub, site, producer } = place;
        tx.execute(sql, args![name.clone(), hub, site, producer, key.to_vec(), who.user, now]).await?;
        let entry = Entry { about: Some(name.clone()), ..who.did(Deed::DeviceSealed, who.user) };
        tx.note(who.hub, now, entry).await?;
        tx.commit().await?;
        Ok(name)
    }

    /// Hands a key over to somebody of its place, which the journal tells; `None` when there is none of that name for this
    /// very place: a hub does not open what a kitchen closed.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn hand_over_sealing_key(
        &self,
        who: Actor,
        place: Within,
        name: &str,
        now: Timestamp,
    ) -> Result<Option<[u8; 32]>, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "SELECT key FROM sealing_key WHERE name = $1 AND hub = $2
                 AND COALESCE(site, '') = COALESCE($3, '') AND COALESCE(producer, '') = COALESCE($4, '')";
        let Within { hub, site, producer } = place;
        let found: Option<(Vec<u8>,)> = tx.find(sql, args![name.to_owned(), hub, site, producer]).await?;
        let Some(key) = found.and_then(|(key,)| key.try_into().ok()) else { return Ok(None) };
        let entry = Entry { about: Some(name.to_owned()), ..who.did(Deed::DeviceKeyHandedOver, who.user) };
        tx.note(who.hub, now, entry).await?;
        tx.commit().await?;
        Ok(Some(key))
    }
}
