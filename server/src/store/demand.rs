//! Running totals of demand. Orders move them in their own transaction ([`moves`]); boards read them; nothing sums all lines.

pub(super) mod moves;

use std::collections::{BTreeMap, HashMap};

use domain::{
    consolidation::{Demand, DemandTable},
    cycle::CycleId,
    id::{HubId, ProducerId, Reference},
    money::Amount,
    order::LineKey,
    quantity::Quantity,
    time::Date,
    wire::{Scope, desk::ProducerDemand},
};

use moves::Move;

use super::{
    Store, StoreError, Transaction,
    feed::{Put, kind},
    value::{Value, args},
};

/// The demand of one offer on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandRow {
    /// Which offer.
    pub reference: Reference,
    /// Which day.
    pub delivery_on: Date,
    /// Whose offer.
    pub producer: ProducerId,
    /// What kitchens asked for.
    pub ordered: Quantity,
    /// What the allocation granted, once the cycle is closed.
    pub confirmed: Option<Quantity>,
    /// What the producer gets, before tax.
    pub producer_net: Amount,
    /// What buyers pay, before tax.
    pub buyer_net: Amount,
    /// How many lines ask for it.
    pub lines: u32,
}

impl DemandRow {
    fn of(key: LineKey, total: Move, confirmed: Option<Quantity>) -> Result<Self, StoreError> {
        Ok(Self {
            reference: key.offer,
            delivery_on: key.delivery_on,
            producer: total.producer,
            ordered: Quantity::from_thousandths(total.ordered).map_err(|_| TOO_LITTLE)?,
            confirmed,
            producer_net: Amount::from_cents(total.producer_share),
            buyer_net: Amount::from_cents(total.amount),
            lines: u32::try_from(total.lines).map_err(|_| TOO_LITTLE)?,
        })
    }
}

/// What is answered where more was taken from a total than it held.
const TOO_LITTLE: StoreError = StoreError::Unreadable("a total less than what is taken from it");

/// An offer with a promise that somebody drew on.
struct Drawn {
    reference: Reference,
    promised: Quantity,
    asked: Quantity,
    listed: bool,
}

impl Transaction {
    /// The running totals of a cycle, by offer and day.
    ///
    /// # Errors
    /// When the database cannot be reached, or a total is less than what was taken from it.
    pub(crate) async fn demand_rows(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<Vec<DemandRow>, StoreError> {
        let moves = self.logged_moves(hub, cycle).await?;
        let sql = "SELECT reference, delivery_on, producer, ordered, confirmed, producer_share, amount, lines
             FROM demand WHERE hub = $1 AND cycle = $2";
        type Columns = (Reference, Date, ProducerId, i64, Option<Quantity>, i64, i64, i64);
        let rows: Vec<Columns> = self.fetch(sql, args![hub, cycle]).await?;
        let mut totals: BTreeMap<LineKey, (Move, Option<Quantity>)> = rows
            .into_iter()
            .map(|(offer, delivery_on, producer, ordered, confirmed, producer_share, amount, lines)| {
                let total = Move { producer, ordered, producer_share, amount, lines };
                (LineKey { offer, delivery_on }, (total, confirmed))
            })
            .collect();
        for (key, moved) in moves {
            totals.entry(key).or_insert((Move::nothing(moved.producer), None)).0.add(&moved);
        }
        let asked = totals.into_iter().filter(|(_, (total, _))| total.lines != 0);
        asked.map(|(key, (total, confirmed))| DemandRow::of(key, total, confirmed)).collect()
    }

    /// Replaces what the totals of a closed cycle grant and cost. Most grants are what was asked: one statement writes them
    /// all, then only those that differ are written one by one.
    pub(crate) async fn grant_demand(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        granted: &DemandTable,
    ) -> Result<(), StoreError> {
        self.fold_demand(hub, cycle).await?;
        let asked = table_of(&self.demand_rows(hub, cycle).await?);
        if !asked.keys().eq(granted.keys()) {
            return Err(StoreError::Unreadable("grants that are not what was asked for"));
        }
        let sql = "UPDATE demand SET confirmed = ordered WHERE hub = $1 AND cycle = $2
             RETURNING reference, delivery_on, producer";
        let all: Vec<(Reference, Date, ProducerId)> = self.fetch(sql, args![hub, cycle]).await?;
        for (key, demand) in granted.iter().filter(|(key, demand)| asked.get(key) != Some(demand)) {
            self.write_grant(hub, cycle, key, demand).await?;
        }
        // All of it is told anew.
        let told = all
            .into_iter()
            .map(|(offer, delivery_on, producer)| (LineKey { offer, delivery_on }, Move::nothing(producer)));
        self.note_moves(hub, cycle, told);
        Ok(())
    }

    async fn write_grant(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        key: &LineKey,
        demand: &Demand,
    ) -> Result<u64, StoreError> {
        let sql = "UPDATE demand SET confirmed = $5, producer_share = $6, amount = $7
             WHERE hub = $1 AND cycle = $2 AND reference = $3 AND delivery_on = $4";
        let mut values = args![hub, cycle, &key.offer, key.delivery_on];
        values.extend(args![demand.ordered, demand.producer_net, demand.buyer_net]);
        self.execute(sql, values).await
    }

    /// Replaces what some totals of a closed cycle grant and cost: those of offers their producer confirmed less of, or
    /// more again.
    pub(super) async fn correct_grants(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        producer: ProducerId,
        granted: &DemandTable,
    ) -> Result<(), StoreError> {
        for (key, demand) in granted {
            if self.write_grant(hub, cycle, key, demand).await? != 1 {
                return Err(TOO_LITTLE);
            }
        }
        let told = granted.keys().map(|key| (key.clone(), Move::nothing(producer)));
        self.note_moves(hub, cycle, told);
        Ok(())
    }

    /// What is promised and asked of each offer somebody drew on, all days of the week together; `rows` are the totals of the
    /// cycle.
    async fn drawn_promises(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        rows: &[DemandRow],
    ) -> Result<Vec<Drawn>, StoreError> {
        let sql = "SELECT reference, promised, listed FROM offer
             WHERE hub = $1 AND cycle = $2 AND promised IS NOT NULL";
        let promised: Vec<(Reference, Quantity, bool)> = self.fetch(sql, args![hub, cycle]).await?;
        let mut asked: HashMap<&Reference, Quantity> = HashMap::new();
        for row in rows {
            *asked.entry(&row.reference).or_default() += row.ordered;
        }
        let drawn = promised.into_iter().filter_map(|(reference, promised, listed)| {
            let asked = *asked.get(&reference)?;
            Some(Drawn { reference, promised, asked, listed })
        });
        Ok(drawn.collect())
    }

    /// Tells the tablets what is left of each promise that somebody drew on; `rows` are the totals of the cycle.
    pub(crate) async fn publish_all_left(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        rows: &[DemandRow],
    ) -> Result<(), StoreError> {
        let drawn = self.drawn_promises(hub, cycle, rows).await?;
        let left = drawn
            .into_iter()
            .filter(|drawn| drawn.listed)
            .map(|drawn| {
                Ok((drawn.reference.into(), serde_json::to_string(&drawn.promised.less(drawn.asked))?))
            })
            .collect::<Result<_, StoreError>>()?;
        self.publish_exactly(&Scope::catalog(hub), kind::LEFT, left).await
    }

    /// How many offers are asked for beyond their promise; `rows` are the totals of the cycle.
    pub(crate) async fn count_shortages(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        rows: &[DemandRow],
    ) -> Result<u32, StoreError> {
        let drawn = self.drawn_promises(hub, cycle, rows).await?;
        let short = drawn.iter().filter(|drawn| drawn.asked > drawn.promised).count();
        Ok(u32::try_from(short).unwrap_or(u32::MAX))
    }

    /// Tells a producer the demand addressed to it.
    pub(crate) async fn publish_demand(
        &mut self,
        cycle: CycleId,
        demand: &ProducerDemand,
    ) -> Result<(), StoreError> {
        let scope = Scope::producer(demand.producer.id);
        self.publish(&scope, [Put::of(kind::DEMAND, cycle, demand)?]).await
    }
}

impl Store {
    /// The cycles whose totals moved since devices were last told.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn stale_cycles(&self) -> Result<Vec<(HubId, CycleId)>, StoreError> {
        let sql = "SELECT DISTINCT hub, cycle FROM demand_move";
        self.read().await?.fetch(sql, Vec::<Value>::new()).await
    }
}

/// Rows as the table that closing compares.
pub(crate) fn table_of(rows: &[DemandRow]) -> DemandTable {
    rows.iter()
        .map(|row| {
            let key = LineKey { offer: row.reference.clone(), delivery_on: row.delivery_on };
            let demand = Demand {
                ordered: row.ordered,
                producer_net: row.producer_net,
                buyer_net: row.buyer_net,
                lines: row.lines,
            };
            (key, demand)
        })
        .collect()
}
