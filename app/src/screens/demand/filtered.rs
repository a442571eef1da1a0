//! Which rows of the demand are shown. Pure.

use domain::{
    search::fold,
    wire::desk::{DemandBoard, DemandLine},
};

/// What the person wants to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Wanted {
    /// Part of a producer's or a product's name.
    pub text: String,
    /// Only what is asked beyond its promise.
    pub only_short: bool,
}

/// The shown rows of one producer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The producer's place in the board.
    pub producer: usize,
    /// Places of the lines shown.
    pub lines: Vec<usize>,
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Shown {
    /// By producer, in the board's order.
    pub groups: Vec<Group>,
    /// How many rows are shown.
    pub shown: usize,
    /// How many match.
    pub total: usize,
}

/// The rows that match, at most `limit` of them. A producer whose name matches shows all its lines.
pub(super) fn filtered(board: &DemandBoard, wanted: &Wanted, limit: usize) -> Shown {
    let text = fold(&wanted.text);
    let matches = |name: &str| fold(name).contains(text.trim());
    let mut found = Shown::default();
    for (producer, demand) in board.producers.iter().enumerate() {
        let whole = matches(&demand.producer.name) || matches(&demand.producer.commune.name);
        let keep = |line: &DemandLine| {
            (whole || matches(&line.name)) && (!wanted.only_short || !line.short.is_zero())
        };
        let places = demand.lines.iter().enumerate().filter(|(_, line)| keep(line)).map(|(place, _)| place);
        let mut lines: Vec<usize> = places.collect();
        found.total += lines.len();
        lines.truncate(limit - found.shown.min(limit));
        if !lines.is_empty() {
            found.shown += lines.len();
            found.groups.push(Group { producer, lines });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use domain::wire::desk::ProducerDemand;
    use domain::{
        catalog::Weekdays,
        cycle::{CycleState, OrderCycle},
        enterprise::{Commune, Producer, Siret},
        id::{ProducerId, Reference},
        money::{Amount, UnitPrice},
        quantity::{Pack, Quantity, Unit},
        time::Timestamp,
    };
    use uuid::Uuid;

    use super::*;

    fn line(name: &str, short: i64) -> DemandLine {
        DemandLine {
            reference: Reference::parse(name).unwrap(),
            name: name.into(),
            unit: Unit::Kilogram,
            pack: Pack::new(5.into()).unwrap(),
            net_price: UnitPrice::ZERO,
            delivery_on: "2026-11-30".parse().unwrap(),
            ordered: Quantity::ZERO,
            confirmed: None,
            promised: None,
            short: Quantity::new(short.into()).unwrap(),
            lines: 1,
            producer_net: Amount::ZERO,
            buyer_net: Amount::ZERO,
        }
    }

    fn producer(name: &str, lines: Vec<DemandLine>) -> ProducerDemand {
        let producer = Producer {
            id: ProducerId(Uuid::nil()),
            name: name.into(),
            siret: Siret::parse("00000045500014").unwrap(),
            commune: Commune { name: "Sigean".into(), insee: "11379".into() },
            minimum_order: None,
        };
        ProducerDemand { producer, lines, producer_net: Amount::ZERO, buyer_net: Amount::ZERO }
    }

    fn board() -> DemandBoard {
        let cycle = OrderCycle {
            id: "2026-W49".parse().unwrap(),
            opens_at: Timestamp(0),
            cut_off_at: Timestamp(1),
            grace_ms: 0,
            delivery_days: Weekdays::default(),
            published_at: Timestamp(0),
            state: CycleState::Open,
        };
        let producers = vec![
            producer("Ferme du Lac", vec![line("Épinard", 0), line("Carotte", 10)]),
            producer("GAEC du Causse", vec![line("Pelardon", 3), line("Tomme", 0)]),
        ];
        DemandBoard { cycle, producers, producer_net: Amount::ZERO, buyer_net: Amount::ZERO }
    }

    fn names(wanted: &Wanted, limit: usize) -> Vec<String> {
        let board = board();
        let shown = filtered(&board, wanted, limit);
        let lines = |group: &Group| {
            let demand = &board.producers[group.producer];
            group.lines.iter().map(|place| demand.lines[*place].name.clone()).collect::<Vec<_>>()
        };
        shown.groups.iter().flat_map(lines).collect()
    }

    #[test]
    fn a_word_finds_a_producer_whole_or_its_products_without_accents() {
        let wanted = |text: &str| Wanted { text: text.into(), only_short: false };
        assert_eq!(names(&wanted("epinard"), 10), ["Épinard"]);
        assert_eq!(names(&wanted("causse"), 10), ["Pelardon", "Tomme"]);
        assert_eq!(names(&wanted(""), 10).len(), 4);
        assert!(names(&wanted("xyz"), 10).is_empty());
    }

    #[test]
    fn what_is_missing_can_stand_alone_and_a_page_still_counts_all() {
        assert_eq!(names(&Wanted { only_short: true, ..Wanted::default() }, 10), ["Carotte", "Pelardon"]);
        let page = filtered(&board(), &Wanted::default(), 3);
        assert_eq!((page.shown, page.total, page.groups.len()), (3, 4, 2));
    }
}
