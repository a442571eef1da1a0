//! From what the producer asks to what the kitchen pays, and who gets which cent.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    money::{Amount, Rate, UnitPrice},
    ordered::Map,
    quantity::Quantity,
};

/// What the hub's percentage is a percentage *of*. Two customs share one word; the hub declares its own, and every price
/// list prints it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarginBase {
    /// *Taux de marge*: a share of the cost. 25 % of cost: × 1.25.
    OnCost,
    /// *Taux de marque*: a share of the selling price. 25 % of price: ÷ 0.75.
    OnPrice,
}

/// How a buyer's price is made from a producer's.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What the margin is a share of.
    pub margin_base: MarginBase,
    /// The hub's margin. On price, it must stay below 100 %.
    pub margin: Rate,
    /// Transport, as a share of the producer's price.
    #[serde(default)]
    pub transport: Rate,
}

/// Who gets what of a line before tax. The parts sum to the buyer's amount, to the cent.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Split {
    /// The producer's share: quantity × producer's price, rounded once.
    pub producer: Amount,
    /// Transport, rounded once.
    pub transport: Amount,
    /// The hub's share: what remains, so that no cent is made or lost.
    pub hub: Amount,
}

impl Split {
    /// What the buyer pays before tax.
    #[must_use]
    pub fn total(&self) -> Amount {
        self.producer + self.transport + self.hub
    }
}

impl Terms {
    /// The buyer's price per unit before tax, to four decimals, half away from zero.
    #[must_use]
    pub fn buyer_price(&self, net: UnitPrice) -> UnitPrice {
        let share = self.margin.percent() / Decimal::ONE_HUNDRED;
        let with_margin = match self.margin_base {
            MarginBase::OnCost => net.euros() * (Decimal::ONE + share),
            MarginBase::OnPrice => net.euros().checked_div(Decimal::ONE - share).unwrap_or(Decimal::MAX),
        };
        let transport = net.euros() * self.transport.percent() / Decimal::ONE_HUNDRED;
        UnitPrice::rounded(with_margin.saturating_add(transport))
    }

    /// How the buyer's amount for `quantity` is shared. The hub takes the remainder cent: it is the one party whose share
    /// nobody else computes from a list.
    #[must_use]
    pub fn split(&self, net: UnitPrice, buyer: UnitPrice, quantity: Quantity) -> Split {
        let producer = net.times(quantity);
        let transport = producer.percent(self.transport);
        Split { producer, transport, hub: buyer.times(quantity) - producer - transport }
    }
}

/// The totals of an order: sum of rounded lines before tax, VAT per rate on the sum of its lines (EN 16931), all taxes in.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Before tax (HT).
    pub net: Amount,
    /// Per VAT rate: the base and the tax.
    pub vat: Vec<VatGroup>,
    /// All taxes included (TTC).
    pub gross: Amount,
}

/// One VAT rate of an order.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VatGroup {
    /// The rate.
    pub rate: Rate,
    /// Sum of the lines of that rate, before tax.
    pub base: Amount,
    /// The tax on that sum, rounded once.
    pub tax: Amount,
}

impl Totals {
    /// The totals of lines given as (VAT rate, amount before tax).
    pub fn of(lines: impl IntoIterator<Item = (Rate, Amount)>) -> Self {
        let mut bases: Map<Rate, Amount> = Map::new();
        for (rate, amount) in lines {
            *bases.get_or_default(rate) += amount;
        }
        let vat: Vec<_> =
            bases.into_iter().map(|(rate, base)| VatGroup { rate, base, tax: base.percent(rate) }).collect();
        let net = vat.iter().map(|group| group.base).sum();
        let gross = vat.iter().map(|group| group.base + group.tax).sum();
        Self { net, vat, gross }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(margin_base: MarginBase) -> Terms {
        Terms { margin_base, margin: Rate::new(Decimal::from(25)).unwrap(), transport: Rate::ZERO }
    }

    fn amount(text: &str) -> Amount {
        Amount::new(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn golden_case_6_margin_on_cost_and_on_price() {
        let net = UnitPrice::new("1.37".parse().unwrap()).unwrap();
        let quantity = Quantity::new("12.345".parse().unwrap()).unwrap();
        let cases = [
            (MarginBase::OnCost, "1.7125", "21.14", "4.23"),
            (MarginBase::OnPrice, "1.8267", "22.55", "5.64"),
        ];
        for (base, unit, total, hub) in cases {
            let terms = terms(base);
            let buyer = terms.buyer_price(net);
            assert_eq!(buyer.euros().to_string(), unit);
            let split = terms.split(net, buyer, quantity);
            assert_eq!(split.producer, amount("16.91"));
            assert_eq!((split.total(), split.hub), (amount(total), amount(hub)), "{base:?}");
            assert_eq!(split.total(), buyer.times(quantity));
        }
    }

    #[test]
    fn vat_is_computed_per_rate_on_the_sum_of_lines() {
        let five_five = Rate::new("5.5".parse().unwrap()).unwrap();
        let twenty = Rate::new(Decimal::from(20)).unwrap();
        // Three lines of 0.30 € at 5.5 %: 0.0495 € together, so 0.05 €; rounded line by line it would be 0.06 €.
        let totals = Totals::of([
            (five_five, amount("0.30")),
            (five_five, amount("0.30")),
            (five_five, amount("0.30")),
            (twenty, amount("10.00")),
        ]);
        assert_eq!((totals.net, totals.gross), (amount("10.90"), amount("12.95")));
        assert_eq!(totals.vat[0].tax, amount("0.05"));
        assert_eq!(totals.vat[1].tax, amount("2.00"));
        assert_eq!(Totals::of([]), Totals::default());
    }

    #[test]
    fn an_absurd_margin_on_price_does_not_panic() {
        let all = Terms { margin: Rate::new(Decimal::ONE_HUNDRED).unwrap(), ..terms(MarginBase::OnPrice) };
        assert!(all.buyer_price(UnitPrice::new(Decimal::ONE).unwrap()) > UnitPrice::ZERO);
    }

    proptest! {
        #[test]
        fn no_cent_is_made_or_lost(net in 0_i64..1_000_000, milli in 0_i64..10_000_000, margin in 0_i64..9_900,
                                   transport in 0_i64..3_000, on_price: bool) {
            let terms = Terms {
                margin_base: if on_price { MarginBase::OnPrice } else { MarginBase::OnCost },
                margin: Rate::from_hundredths(margin).unwrap(),
                transport: Rate::from_hundredths(transport).unwrap(),
            };
            let net = UnitPrice::from_ten_thousandths(net).unwrap();
            let quantity = Quantity::from_thousandths(milli).unwrap();
            let buyer = terms.buyer_price(net);
            prop_assert!(buyer >= net);
            prop_assert_eq!(terms.split(net, buyer, quantity).total(), buyer.times(quantity));
        }
    }
}
