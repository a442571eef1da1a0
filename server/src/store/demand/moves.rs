//! How orders move the running totals. Each commit writes what it moved as one row of a log; every few seconds what the log
//! holds goes into the totals, once for all orders of that time, and is told:
//!
//! ```text
//! orders ─► commit: one row of `demand_move` ─► every few seconds: `demand`, told to tablets and producers
//! ```
//!
//! Forty totals an order, each found by its key and written again by each commit, cost the orders of a cut-off more than
//! anything else did. Whoever reads totals adds what the log still holds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    cycle::CycleId,
    id::{HubId, ProducerId, Reference},
    order::{LineKey, LineStatus, OrderLine},
    planted::{Bug, planted},
    time::Date,
};

use crate::store::{StoreError, Transaction, value::args};

/// How far a change of an order moves one total: thousandths of the offer's unit, cents, cents, lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Move {
    pub(in crate::store) producer: ProducerId,
    pub(in crate::store) ordered: i64,
    pub(in crate::store) producer_share: i64,
    pub(in crate::store) amount: i64,
    pub(in crate::store) lines: i64,
}

/// What a transaction moves, in order, and how many of these moves are in the log. Kept whole until the end: a savepoint that
/// is undone takes back what was written since.
#[derive(Debug, Default)]
pub(in crate::store) struct MovedTotals {
    moved: Vec<((HubId, CycleId), LineKey, Move)>,
    logged: usize,
}

/// How far the moves of a transaction had come.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::store) struct MovesMark {
    moved: usize,
    logged: usize,
}

impl MovedTotals {
    /// How far they have come.
    pub(in crate::store) fn mark(&self) -> MovesMark {
        MovesMark { moved: self.moved.len(), logged: self.logged }
    }

    /// Forgets what came after a mark.
    pub(in crate::store) fn undo_to(&mut self, mark: MovesMark) {
        self.moved.truncate(mark.moved);
        self.logged = mark.logged;
    }
}

impl Move {
    /// One that moves nothing: its total is told all the same.
    pub(super) fn nothing(producer: ProducerId) -> Self {
        Self { producer, ordered: 0, producer_share: 0, amount: 0, lines: 0 }
    }

    fn is_nothing(&self) -> bool {
        *self == Self::nothing(self.producer)
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.ordered += other.ordered;
        self.producer_share += other.producer_share;
        self.amount += other.amount;
        self.lines += other.lines;
    }

    fn only_adds(&self) -> bool {
        self.ordered >= 0 && self.lines >= 0
    }
}

/// What a change of an order's lines moves.
pub(in crate::store) fn moves(old: &[OrderLine], new: &[OrderLine]) -> BTreeMap<LineKey, Move> {
    let mut moves: BTreeMap<LineKey, Move> = BTreeMap::new();
    for (lines, sign) in [(old, -1), (new, 1)] {
        let counts = |line: &&OrderLine| {
            let held = matches!(line.status, LineStatus::Held { .. });
            line.status == LineStatus::Accepted || (held && planted(Bug::HeldLineCounted))
        };
        for line in lines.iter().filter(counts) {
            let moved = moves.entry(line.key.clone()).or_insert(Move::nothing(line.producer));
            moved.ordered += sign * line.counted().thousandths();
            moved.producer_share += sign * line.split.producer.cents();
            moved.amount += sign * line.amount.cents();
            moved.lines += sign;
        }
    }
    moves.retain(|_, moved| !moved.is_nothing());
    moves
}

/// A row of the log: by producer, by day, the offer and how far it moved.
type Row<R> = BTreeMap<ProducerId, BTreeMap<Date, Vec<(R, i64, i64, i64, i64)>>>;

fn row_of<'a>(moves: impl Iterator<Item = (&'a LineKey, &'a Move)>) -> Row<&'a str> {
    let mut row = Row::new();
    for (LineKey { offer, delivery_on }, moved) in moves {
        let day = row.entry(moved.producer).or_default().entry(*delivery_on).or_default();
        day.push((offer.as_str(), moved.ordered, moved.producer_share, moved.amount, moved.lines));
    }
    row
}

fn moves_of(row: Row<Reference>) -> impl Iterator<Item = (LineKey, Move)> {
    let days = row.into_iter().flat_map(|(producer, days)| days.into_iter().map(move |day| (producer, day)));
    days.flat_map(|(producer, (delivery_on, moves))| {
        moves.into_iter().map(move |(offer, ordered, producer_share, amount, lines)| {
            let moved = Move { producer, ordered, producer_share, amount, lines };
            (LineKey { offer, delivery_on }, moved)
        })
    })
}

impl Transaction {
    /// Moves a cycle's totals by what a change of an order's lines brings.
    pub(in crate::store) fn move_demand(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        old: &[OrderLine],
        new: &[OrderLine],
    ) {
        self.note_moves(hub, cycle, moves(old, new));
    }

    pub(super) fn note_moves(
        &mut self,
        hub: HubId,
        cycle: CycleId,
        moves: impl IntoIterator<Item = (LineKey, Move)>,
    ) {
        let moves = moves.into_iter().map(|(key, moved)| ((hub, cycle), key, moved));
        self.totals.moved.extend(moves);
    }

    /// Writes into the log what was moved since the last time: before totals are read, and before the commit.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(in crate::store) async fn log_moves(&mut self) -> Result<(), StoreError> {
        let mut cycles: BTreeMap<(HubId, CycleId), Vec<(&LineKey, &Move)>> = BTreeMap::new();
        for (cycle, key, moved) in &self.totals.moved[self.totals.logged..] {
            cycles.entry(*cycle).or_default().push((key, moved));
        }
        let rows = cycles
            .into_iter()
            .map(|((hub, cycle), moves)| {
                Ok(args![hub, cycle, serde_json::to_string(&row_of(moves.into_iter()))?])
            })
            .collect::<Result<_, StoreError>>()?;
        self.insert_many("demand_move (hub, cycle, moves)", rows, "").await?;
        self.totals.logged = self.totals.moved.len();
        Ok(())
    }

    /// What the totals of a cycle do not have yet, by key.
    pub(super) async fn logged_moves(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<BTreeMap<LineKey, Move>, StoreError> {
        self.log_moves().await?;
        let sql = "SELECT moves FROM demand_move WHERE hub = $1 AND cycle = $2";
        let rows: Vec<(String,)> = self.fetch(sql, args![hub, cycle]).await?;
        let mut summed: HashMap<LineKey, Move> = HashMap::new();
        for (row,) in rows {
            for (key, moved) in moves_of(serde_json::from_str(&row)?) {
                summed.entry(key).or_insert(Move::nothing(moved.producer)).add(&moved);
            }
        }
        Ok(summed.into_iter().collect())
    }

    /// Has the totals of a cycle follow its log, which is empty then. The producers whose totals moved since the last time.
    ///
    /// # Errors
    /// When the database cannot be reached, or a total would fall below what is taken from it.
    pub(crate) async fn fold_demand(
        &mut self,
        hub: HubId,
        cycle: CycleId,
    ) -> Result<BTreeSet<ProducerId>, StoreError> {
        let mut moves = self.logged_moves(hub, cycle).await?;
        let producers = moves.values().map(|moved| moved.producer).collect();
        moves.retain(|_, moved| !moved.is_nothing());
        self.write_totals(hub, cycle, moves).await?;
        self.execute("DELETE FROM demand_move WHERE hub = $1 AND cycle = $2", args![hub, cycle]).await?;
        Ok(producers)
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
                row.extend(args![ordered, producer_share, amount, lines]);
                row
            })
            .collect();
        self.insert_many(
            "demand (hub, cycle, reference, delivery_on, producer, ordered, producer_share, amount, lines)",
            rows,
            "ON CONFLICT (hub, cycle, reference, delivery_on) DO UPDATE
             SET ordered = demand.ordered + excluded.ordered, lines = demand.lines + excluded.lines,
                 producer_share = demand.producer_share + excluded.producer_share,
                 amount = demand.amount + excluded.amount",
        )
        .await?;
        // A total that falls exists: an upsert would offer its negative move to the table's own checks.
        for (key, moved) in taken {
            let sql = "UPDATE demand SET ordered = ordered + $5, producer_share = producer_share + $6,
                     amount = amount + $7, lines = lines + $8
                 WHERE hub = $1 AND cycle = $2 AND reference = $3 AND delivery_on = $4";
            let mut values = args![hub, cycle, &key.offer, key.delivery_on];
            values.extend(args![moved.ordered, moved.producer_share, moved.amount, moved.lines]);
            if self.execute(sql, values).await? != 1 {
                return Err(super::TOO_LITTLE);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_the_log_says_what_was_moved() {
        let producer = ProducerId(uuid::Uuid::from_u128(7));
        let line = |offer: &str, day: &str| LineKey {
            offer: Reference::parse(offer).unwrap(),
            delivery_on: day.parse().unwrap(),
        };
        let moved = Move { producer, ordered: 5_000, producer_share: -120, amount: 150, lines: -1 };
        let said =
            [(line("\"P\" 1", "2026-12-01"), moved), (line("F-1", "2026-12-03"), Move::nothing(producer))];
        let row = serde_json::to_string(&row_of(said.iter().map(|(key, moved)| (key, moved)))).unwrap();
        assert_eq!(
            row,
            r#"{"00000000-0000-0000-0000-000000000007":{"2026-12-01":[["\"P\" 1",5000,-120,150,-1]],"2026-12-03":[["F-1",0,0,0,0]]}}"#
        );
        assert_eq!(moves_of(serde_json::from_str(&row).unwrap()).collect::<Vec<_>>(), said);
    }
}
