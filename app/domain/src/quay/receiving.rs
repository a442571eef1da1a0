//! What a kitchen's reception starts from: what the quay says it loaded.

use super::{DepartedLine, Departure};
use crate::{
    order::OrderLine,
    reception::{Gap, GapReason, LineRecord},
};

impl Departure {
    /// What a line of the kitchen's order is received as when nobody says otherwise: what was loaded of it, and why it is
    /// less where it is; its lot where there is one alone. `None` when nothing was said of the product on the quay.
    ///
    /// Only for a product of which the kitchen has one line that day: what was loaded is not told apart by orders.
    #[must_use]
    pub fn received_as(&self, line: &OrderLine) -> Option<LineRecord> {
        Some(self.line(&line.key.offer)?.received_as(line))
    }
}

impl DepartedLine {
    fn received_as(&self, line: &OrderLine) -> LineRecord {
        let received = self.loaded.min(line.counted());
        let missing = || Gap { reason: GapReason::Missing, comment: None };
        let because =
            || self.gap.clone().filter(|gap| gap.reason != GapReason::Surplus).unwrap_or_else(missing);
        let only = match &self.lots[..] {
            [lot] => Some(lot),
            _ => None,
        };
        LineRecord {
            received,
            gap: (received < line.counted()).then(because),
            lot: only.map(|lot| lot.code.clone()),
            use_by: only.and_then(|lot| lot.use_by),
            ..LineRecord::conforming(line)
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use crate::{
        id::{ProducerId, Reference},
        money::{Amount, Rate, UnitPrice},
        order::{LineKey, LineStatus, OrderLine, OrderNumber},
        pricing::Split,
        quantity::{Pack, Quantity, Unit},
        quay::{DepartedLine, Departure, Lot},
        reception::{Gap, GapReason, Label, LineRecord},
        time::{Date, Timestamp},
    };

    fn kilos(text: &str) -> Quantity {
        Quantity::new(text.parse().unwrap()).unwrap()
    }

    fn day() -> Date {
        "2026-12-01".parse().unwrap()
    }

    fn carrots() -> Reference {
        Reference::parse("CAROTTE").unwrap()
    }

    fn ordered(confirmed: &str) -> OrderLine {
        let price = UnitPrice::new("1.37".parse().unwrap()).unwrap();
        OrderLine {
            key: LineKey { offer: carrots(), delivery_on: day() },
            offer_revision: 1,
            name: "Carotte".to_owned(),
            producer: ProducerId(Uuid::from_u128(9)),
            unit: Unit::Kilogram,
            pack: Pack::new("5".parse().unwrap()).unwrap(),
            ordered: kilos(confirmed),
            confirmed: Some(kilos(confirmed)),
            price_seen: price,
            unit_price: price,
            net_price: price,
            vat: Rate::new("5.5".parse().unwrap()).unwrap(),
            amount: Amount::ZERO,
            split: Split::default(),
            status: LineStatus::Accepted,
            proposed: None,
        }
    }

    fn lot(code: &str, use_by: Option<Date>) -> Lot {
        Lot { code: Label::parse(code).unwrap(), use_by }
    }

    fn departure(loaded: &str, gap: Option<GapReason>, lots: Vec<Lot>) -> Departure {
        let gap = gap.map(|reason| Gap { reason, comment: None });
        let line =
            DepartedLine { product: carrots(), confirmed: kilos("10"), loaded: kilos(loaded), gap, lots };
        Departure {
            cycle: "2026-W49".parse().unwrap(),
            delivery_on: day(),
            number: OrderNumber { year: 2026, sequence: 1 },
            loaded_at: Timestamp(0),
            lines: vec![line],
        }
    }

    #[test]
    fn a_reception_starts_from_what_the_quay_loaded() {
        use GapReason::{Damaged, Missing, Surplus};
        // (loaded, why on the quay; received, why in the kitchen), of 10 kg confirmed
        let cases = [
            ("10", None, "10", None),
            ("8", Some(Damaged), "8", Some(Damaged)),
            ("8", None, "8", Some(Missing)),
            ("8", Some(Surplus), "8", Some(Missing)),
            ("12", Some(Surplus), "10", None),
            ("0", Some(Missing), "0", Some(Missing)),
        ];
        for (loaded, quay, received, kitchen) in cases {
            let start = departure(loaded, quay, vec![]).received_as(&ordered("10")).unwrap();
            let why = start.gap.map(|gap| gap.reason);
            assert_eq!((start.received, why), (kilos(received), kitchen), "{loaded}");
        }
    }

    #[test]
    fn the_lot_is_there_where_it_can_be_no_other() {
        let soon = Some(day());
        let of = |lots| departure("10", None, lots).received_as(&ordered("10")).unwrap();
        let one = of(vec![lot("L1", soon)]);
        assert_eq!((one.lot, one.use_by), (Label::parse("L1").ok(), soon));
        let two = of(vec![lot("L1", soon), lot("L2", None)]);
        assert_eq!(two, LineRecord::conforming(&ordered("10")));
        let other = OrderLine {
            key: LineKey { offer: Reference::parse("NAVET").unwrap(), delivery_on: day() },
            ..ordered("10")
        };
        assert_eq!(departure("10", None, vec![]).received_as(&other), None);
    }
}
