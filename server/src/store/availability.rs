//! What producers announce of a week: documents of each producer's own feed. The list that is made of them is another thing.

use domain::{
    availability::Availability,
    cycle::CycleId,
    id::{HubId, ProducerId},
    ordered::Map,
    wire::Scope,
};

use super::{
    Store, StoreError, Transaction,
    feed::{Put, kind},
    value::args,
};

impl Transaction {
    /// What stands of a producer's week.
    pub(crate) async fn find_availability(
        &mut self,
        producer: ProducerId,
        week: CycleId,
    ) -> Result<Option<Availability>, StoreError> {
        self.find_entity(&Scope::producer(producer), kind::AVAILABILITY, week).await
    }

    /// Writes what stands of a producer's week, and sends it to its telephones.
    pub(crate) async fn save_availability(&mut self, said: &Availability) -> Result<(), StoreError> {
        self.publish(&Scope::producer(said.producer), [Put::of(kind::AVAILABILITY, said.week, said)?]).await
    }

    /// What the producers of a hub said of a week.
    pub(crate) async fn announced(
        &mut self,
        hub: HubId,
        week: CycleId,
    ) -> Result<Map<ProducerId, Availability>, StoreError> {
        let sql = "SELECT feed.body FROM producer JOIN feed
             ON feed.scope = 'prod:' || producer.id AND feed.kind = $2 AND feed.id = $3
             WHERE producer.hub = $1 AND feed.deleted = 0";
        let rows: Vec<(String,)> = self.fetch(sql, args![hub, kind::AVAILABILITY, week]).await?;
        let said = rows.iter().map(|(body,)| serde_json::from_str::<Availability>(body));
        let said: Vec<_> = said.collect::<Result<_, _>>()?;
        Ok(said.into_iter().map(|week| (week.producer, week)).collect())
    }
}

impl Store {
    /// What the producers of a hub said of a week, by producer.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn announced(
        &self,
        hub: HubId,
        week: CycleId,
    ) -> Result<Map<ProducerId, Availability>, StoreError> {
        self.read().await?.announced(hub, week).await
    }
}
