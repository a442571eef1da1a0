//! People who ask to join a hub.

use domain::{
    id::{ApplicationId, HubId},
    time::Timestamp,
    wire::people::{ApplicationCard, Deed, HubName, NewPlace},
};

use super::{
    PlaceToAdd, Store, StoreError,
    accounts::name_in,
    journal::{Actor, Entry},
    random,
    value::args,
};

/// Past this many that wait, a hub takes no more: somebody plays with the form.
const WAITING_AT_MOST: u32 = 200;

/// An application, its place read: a SIRET that checks, names that fit.
#[derive(Debug, Clone)]
pub struct NewApplication {
    /// Which hub.
    pub hub: HubId,
    /// The place.
    pub place: NewPlace,
    /// Who asks.
    pub name: String,
    /// Where they would sign in, in lower case.
    pub email: String,
    /// What they say beside.
    pub words: String,
}

impl Store {
    /// The hubs one can ask to join, by name.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn hub_names(&self) -> Result<Vec<HubName>, StoreError> {
        let sql = "SELECT id, card FROM hub";
        let rows: Vec<(HubId, String)> = self.read().await?.fetch(sql, args![]).await?;
        let named = rows.into_iter().map(|(id, card)| Ok(HubName { id, name: name_in(&card)? }));
        let mut hubs = named.collect::<Result<Vec<_>, StoreError>>()?;
        hubs.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(hubs)
    }

    /// Keeps an application; of the same address and place, the last one. Whether it was kept: there is no such hub, or too
    /// many wait already.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn apply(&self, asked: &NewApplication, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.write(asked.hub).await?;
        let sql = "SELECT COUNT(*) FROM application WHERE hub = $1 AND ended_at IS NULL";
        let (waiting,): (u32,) = tx.get(sql, args![asked.hub]).await?;
        let known: Option<(HubId,)> = tx.find("SELECT id FROM hub WHERE id = $1", args![asked.hub]).await?;
        if known.is_none() || waiting >= WAITING_AT_MOST {
            return Ok(false);
        }
        let place = serde_json::to_string(&asked.place)?;
        let sql = "DELETE FROM application
             WHERE hub = $1 AND email = $2 AND place = $3 AND ended_at IS NULL";
        tx.execute(sql, args![asked.hub, &*asked.email, &*place]).await?;
        let id = ApplicationId(uuid::Builder::from_random_bytes(random()?).into_uuid());
        let sql = "INSERT INTO application (id, hub, place, name, email, words, made_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values = args![id, asked.hub, place, &*asked.name, &*asked.email, &*asked.words, now];
        tx.execute(sql, values).await?;
        let entry = Entry { by: None, device: None, deed: Deed::Applied, about: Some(id.to_string()) };
        tx.note(asked.hub, now, entry).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The applications that wait for a hub, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn applications(&self, hub: HubId) -> Result<Vec<ApplicationCard>, StoreError> {
        let sql = "SELECT id, place, name, email, words, made_at FROM application
             WHERE hub = $1 AND ended_at IS NULL ORDER BY made_at, id";
        type Columns = (ApplicationId, String, String, String, String, Timestamp);
        let mut tx = self.read().await?;
        let rows: Vec<Columns> = tx.fetch(sql, args![hub]).await?;
        let mut cards = Vec::with_capacity(rows.len());
        for (id, place, name, email, words, made_at) in rows {
            let place: NewPlace = serde_json::from_str(&place)?;
            let is_known = match PlaceToAdd::of(hub, &place) {
                Some(described) => tx.known_place(hub, &described).await?.is_some(),
                // A community is known by its SIREN, whatever it is called.
                None => {
                    let siren = place.siret.get(..9).unwrap_or_default();
                    tx.find_owner_of_siren(hub, siren).await?.is_some()
                }
            };
            cards.push(ApplicationCard { id, place, name, email, words, made_at, is_known });
        }
        Ok(cards)
    }

    /// Ends an application, accepted or refused. Whether it waited.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn end_application(
        &self,
        who: Actor,
        id: ApplicationId,
        accepted: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "UPDATE application SET ended_at = $3 WHERE id = $1 AND hub = $2 AND ended_at IS NULL";
        if tx.execute(sql, args![id, who.hub, now]).await? == 0 {
            return Ok(false);
        }
        let deed = if accepted { Deed::ApplicationAccepted } else { Deed::ApplicationRefused };
        tx.note(who.hub, now, who.did(deed, id)).await?;
        tx.commit().await?;
        Ok(true)
    }
}
