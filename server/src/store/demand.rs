//! Running totals of demand. Orders move them in their own transaction; boards read them; nothing sums all lines.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    consolidation::{Demand, DemandTable},
    cycle::CycleId,
    id::{HubId, ProducerId, Reference},
    money::Amount,
    order::{LineKey, LineStatus, OrderLine},
    planted::{Bug, planted},
    quantity::Quantity,
    time::Date,
    wire::{Scope, desk::ProducerDemand},
};

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

/// An offer with a promise that somebody drew on.
struct Drawn {
    reference: String,
    promised: Quantity,
    asked: Quantity,
    listed: bool,
}

/// How far a change of an order moves one total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) producer: ProducerId,
    pub(super) ordered: i64,
    pub(super) producer_share: i64,
    pub(super) amount: i64,
    pub(super) lines: i64,
}

/// How a transaction moves totals, in order, and how many of these moves their rows have had. Kept whole until the end: a
/// savepoint that is undone takes back what was written since.
#[derive(Debug, Default)]
pub(super) struct MovedTotals {
    pub(super) moved: Vec<((HubId, CycleId), LineKey, Move)>,
    pub(super) settled: usize,
}

impl Move {
    fn is_nothing(&self) -> bool {
        (self.ordered, self.producer_share, self.amount, self.lines) == (0, 0, 0, 0)
    }

    fn add(&mut self, other: &Self) {
        self.ordered += other.ordered;
        self.producer_share += other.producer_share;
        self.amount += other.amount;
        self.lines += other.lines;
    }

    fn only_adds(&self) -> bool {
        self.ordered >= 0 && self.lines >= 0
    }
}

pub(super) fn moves(old: &[OrderLine], new: &[OrderLine]) -> BTreeMap<LineKey, Move> {
    let mut moves: BTreeMap<LineKey, Move> = BTreeMap::new();
    for (lines, sign) in [(old, -1), (new, 1)] {
        let counts = |line: &&OrderLine| {
            let held = matches!(line.status, LineStatus::Held { .. });
            line.status == LineStatus::Accepted || (held && planted(Bug::HeldLineCounted))
        };
        for line in lines.iter().filter(counts) {
            let zero = Move { producer: line.producer, ordered: 0, producer_share: 0, amount: 0, lines: 0 };
            let moved = moves.entry(line.key.clone()).or_insert(zero);
            moved.ordered += sign * line.counted().thousandths();
            moved.producer_share += sign * line.split.producer.cents();
            moved.amount += sign * line.amount.cents();
            moved.lines += sign;
        }
    }
    moves.retain(|_, moved| !moved.is_nothing());
    moves
}

impl Transaction {
    /// Moves a cycle's totals by what a change of an order's lines brings. Orders that share a commit ask for the same
    /// products: the rows are written once for all of them, see [`Transaction::settle_totals`].
    pub(super) fn move_demand(&mut self, hub: HubId, cycle: CycleId, old: &[OrderLine], new: &[OrderLine]) {
        let moves = moves(old, new).into_iter().map(|(key, moved)| ((hub, cycle), key, moved));
        self.totals.moved.extend(moves);
    }

    /// Writes how far totals moved since the last time: before they are read, and before the commit.
    ///
    /// # Errors
    /// When the database cannot be reached, or a total would fall below what is taken from it.
    pub(crate) async fn settle_totals(&mut self) -> Result<(), StoreError> {
        let mut cycles: BTreeMap<(HubId, CycleId), BTreeMap<LineKey, Move>> = BTreeMap::new();
        for (cycle, key, moved) in &self.totals.moved[self.totals.settled..] {
            let zero = Move { ordered: 0, producer_share: 0, amount: 0, lines: 0, ..*moved };
            cycles.entry(*cycle).or_default().entry(key.clone()).or_insert(zero).add(moved);
        }
        for ((hub, cycle), mut moves) in cycles {
            moves.retain(|_, moved| !moved.is_nothing());
            self.write_totals(hub, cycle, moves).await?;
        }
        self.totals.settled = self.totals.moved.len();
        Ok(())
    }

    async fn write_totals(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        moves: BTreeMap<LineKey, Move>,
    ) -> Result<(), StoreError> {
        let (added, taken): (Vec<_>, Vec<_>) = moves.into_iter().partition(|(_, moved)| moved.only_adds());
        let rows = added
            .into_iter()
            .map(|(key, moved)| {
                let Move { producer, ordered, producer_share, amount, lines } = moved;
                let mut row = args![hub, cycle, &key.offer, key.delivery_on, producer];
                row.extend(args![ordered, producer_share, amount, lines, true]);
                row
            })
            .collect();
        self.insert_many(
            "demand (hub, cycle, reference, delivery_on, producer, ordered, producer_share, amount, lines, stale)",
            rows,
            "ON CONFLICT (hub, cycle, reference, delivery_on) DO UPDATE
             SET ordered = demand.ordered + excluded.ordered, lines = demand.lines + excluded.lines,
                 producer_share = demand.producer_share + excluded.producer_share,
                 amount = demand.amount + excluded.amount, stale = 1",
        )
        .await?;
        // A total that falls exists: an upsert would offer its negative move to the table's own checks.
        for (key, moved) in taken {
            let sql = "UPDATE demand SET ordered = ordered + $5, producer_share = producer_share + $6,
                     amount = amount + $7, lines = lines + $8, stale = 1
                 WHERE hub = $1 AND cycle = $2 AND reference = $3 AND delivery_on = $4";
            let mut values = args![hub, cycle, &key.offer, key.delivery_on];
            values.extend(args![moved.ordered, moved.producer_share, moved.amount, moved.lines]);
            if self.execute(sql, values).await? != 1 {
                return Err(StoreError::Unreadable("a total less than what is taken from it"));
            }
        }
        Ok(())
    }

    /// The running totals of a cycle, by offer and day.
    pub(crate) async fn demand_rows(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<Vec<DemandRow>, StoreError> {
        self.settle_totals().await?;
        let sql = "SELECT reference, delivery_on, producer, ordered, confirmed, producer_share, amount, lines
             FROM demand WHERE hub = $1 AND cycle = $2 AND lines > 0 ORDER BY reference, delivery_on";
        type Columns = (Reference, Date, ProducerId, Quantity, Option<Quantity>, Amount, Amount, u32);
        let rows: Vec<Columns> = self.fetch(sql, args![hub, cycle]).await?;
        Ok(rows
            .into_iter()
            .map(|(reference, delivery_on, producer, ordered, confirmed, producer_net, buyer_net, lines)| {
                DemandRow {
                    reference,
                    delivery_on,
                    producer,
                    ordered,
                    confirmed,
                    producer_net,
                    buyer_net,
                    lines,
                }
            })
            .collect())
    }

    /// Replaces what the totals of a closed cycle grant and cost. Most grants are what was asked: one statement writes them
    /// all, then only those that differ are written one by one.
    pub(crate) async fn grant_demand(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        granted: &DemandTable,
    ) -> Result<(), StoreError> {
        let asked = table_of(&self.demand_rows(hub, cycle).await?);
        if !asked.keys().eq(granted.keys()) {
            return Err(StoreError::Unreadable("grants that are not what was asked for"));
        }
        let sql = "UPDATE demand SET confirmed = ordered, stale = 1 WHERE hub = $1 AND cycle = $2";
        self.execute(sql, args![hub, cycle]).await?;
        for (key, demand) in granted.iter().filter(|(key, demand)| asked.get(key) != Some(demand)) {
            let sql = "UPDATE demand SET confirmed = $5, producer_share = $6, amount = $7
                 WHERE hub = $1 AND cycle = $2 AND reference = $3 AND delivery_on = $4";
            let mut values = args![hub, cycle, &key.offer, key.delivery_on];
            values.extend(args![demand.ordered, demand.producer_net, demand.buyer_net]);
            self.execute(sql, values).await?;
        }
        Ok(())
    }

    /// The offers and producers whose totals moved since they were last told.
    pub(crate) async fn stale_demand(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<(BTreeSet<Reference>, BTreeSet<ProducerId>), StoreError> {
        self.settle_totals().await?;
        let sql = "SELECT reference, producer FROM demand WHERE hub = $1 AND cycle = $2 AND stale = 1";
        let rows: Vec<(Reference, ProducerId)> = self.fetch(sql, args![hub, cycle]).await?;
        Ok(rows.into_iter().unzip())
    }

    /// Notes that everything was told.
    pub(crate) async fn demand_told(&mut self, hub: HubId, cycle: CycleId) -> Result<(), StoreError> {
        self.settle_totals().await?;
        let sql = "UPDATE demand SET stale = 0 WHERE hub = $1 AND cycle = $2 AND stale = 1";
        self.execute(sql, args![hub, cycle]).await.map(drop)
    }

    /// What is promised and asked of each offer somebody drew on, all days of the week together. Two plain questions and a
    /// lookup: no engine needs statistics to answer them well.
    async fn drawn_promises(&mut self, hub: HubId, cycle: CycleId) -> Result<Vec<Drawn>, StoreError> {
        self.settle_totals().await?;
        let sql = "SELECT reference, promised, listed FROM offer
             WHERE hub = $1 AND cycle = $2 AND promised IS NOT NULL";
        let promised: Vec<(String, Quantity, bool)> = self.fetch(sql, args![hub, cycle]).await?;
        let sql = "SELECT reference, CAST(SUM(ordered) AS BIGINT) FROM demand
             WHERE hub = $1 AND cycle = $2 AND lines > 0 GROUP BY reference";
        let asked: Vec<(String, Quantity)> = self.fetch(sql, args![hub, cycle]).await?;
        let asked: HashMap<_, _> = asked.into_iter().collect();
        let drawn = promised.into_iter().filter_map(|(reference, promised, listed)| {
            let asked = *asked.get(&reference)?;
            Some(Drawn { reference, promised, asked, listed })
        });
        Ok(drawn.collect())
    }

    /// Tells the tablets what is left of each promise that somebody drew on.
    pub(crate) async fn publish_all_left(&mut self, hub: HubId, cycle: CycleId) -> Result<(), StoreError> {
        let drawn = self.drawn_promises(hub, cycle).await?;
        let left = drawn
            .into_iter()
            .filter(|drawn| drawn.listed)
            .map(|drawn| Ok((drawn.reference, serde_json::to_string(&drawn.promised.less(drawn.asked))?)))
            .collect::<Result<_, StoreError>>()?;
        self.publish_exactly(&Scope::catalog(hub), kind::LEFT, left).await
    }

    /// How many offers are asked for beyond their promise.
    pub(crate) async fn count_shortages(&mut self, hub: HubId, cycle: CycleId) -> Result<u32, StoreError> {
        let drawn = self.drawn_promises(hub, cycle).await?;
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
        let sql = "SELECT DISTINCT hub, cycle FROM demand WHERE stale = 1";
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
