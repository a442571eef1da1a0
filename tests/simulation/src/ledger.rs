//! Sums by hand: integers only, none of the program's own arithmetic.

use std::collections::{BTreeMap, HashMap};

use domain::{
    cycle::OrderCycle,
    id::Reference,
    money::Amount,
    offer::Offer,
    order::{LineKey, LineStatus, Order, OrderLine, OrderState},
};
use server::store::DemandRow;

/// What is known of a cycle beside its orders.
pub(crate) type Facts = (Vec<DemandRow>, Option<OrderCycle>, HashMap<Reference, Offer>);

/// `numerator / denominator`, half away from zero.
fn rounded(numerator: i128, denominator: i128) -> i128 {
    let half = if numerator < 0 { -denominator / 2 } else { denominator / 2 };
    (numerator + half) / denominator
}

/// Ten-thousandths of a euro times thousandths of a unit, in cents.
fn cents(price: i64, quantity: i64) -> i128 {
    rounded(i128::from(price) * i128::from(quantity), 100_000)
}

fn counts(line: &&OrderLine) -> bool {
    line.status == LineStatus::Accepted
}

/// What is wrong with an order's money or state.
pub(crate) fn fault_of(order: &Order) -> Option<String> {
    let mut net = 0;
    let mut bases: BTreeMap<i64, i128> = BTreeMap::new();
    for line in &order.lines {
        let held = matches!(line.status, LineStatus::Held { .. });
        if order.state == OrderState::Consolidated && (held || (counts(&line) && line.confirmed.is_none())) {
            return Some(format!("{} is open in a closed week", line.key));
        }
        if !counts(&line) {
            continue;
        }
        let counted = line.confirmed.unwrap_or(line.ordered);
        if counted > line.ordered {
            return Some(format!("{} got more than it asked", line.key));
        }
        let amount = cents(line.unit_price.ten_thousandths(), counted.thousandths());
        let producer = cents(line.net_price.ten_thousandths(), counted.thousandths());
        if amount != i128::from(line.amount.cents()) || producer != i128::from(line.split.producer.cents()) {
            return Some(format!("{} costs {} instead of {amount} cents", line.key, line.amount));
        }
        let parts = line.split.producer.cents() + line.split.transport.cents() + line.split.hub.cents();
        if i128::from(parts) != amount {
            return Some(format!("the parts of {} sum to {parts} instead of {amount} cents", line.key));
        }
        net += amount;
        *bases.entry(line.vat.hundredths()).or_default() += amount;
    }
    let tax: i128 = bases.iter().map(|(rate, base)| rounded(base * i128::from(*rate), 10_000)).sum();
    let told = (i128::from(order.totals.net.cents()), i128::from(order.totals.gross.cents()));
    (told != (net, net + tax))
        .then(|| format!("the order says {told:?}, its lines {:?} cents", (net, net + tax)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sum {
    ordered: i64,
    granted: i64,
    producer: i64,
    buyer: i64,
    lines: i64,
}

/// What is wrong with a cycle's sums.
pub(crate) fn fault_of_cycle(
    orders: &[&Order],
    rows: &[DemandRow],
    offers: &HashMap<Reference, Offer>,
    closed: bool,
    sheets: Option<Amount>,
) -> Option<String> {
    let mut sums: BTreeMap<LineKey, Sum> = BTreeMap::new();
    for line in orders.iter().flat_map(|order| &order.lines).filter(counts) {
        let sum = sums.entry(line.key.clone()).or_default();
        sum.ordered += line.ordered.thousandths();
        sum.granted += line.confirmed.unwrap_or(line.ordered).thousandths();
        sum.producer += line.split.producer.cents();
        sum.buyer += line.amount.cents();
        sum.lines += 1;
    }
    let told: BTreeMap<LineKey, Sum> = rows.iter().map(told_by).collect();
    if let Some(key) = sums.keys().chain(told.keys()).find(|key| sums.get(key) != told.get(key)) {
        return Some(format!(
            "demand of {key} is told as {:?}, its lines sum to {:?}",
            told.get(key),
            sums.get(key)
        ));
    }
    if !closed {
        return None;
    }
    let mut granted: BTreeMap<&Reference, (i64, i64)> = BTreeMap::new();
    for (key, sum) in &sums {
        let of = granted.entry(&key.offer).or_default();
        (of.0, of.1) = (of.0 + sum.ordered, of.1 + sum.granted);
    }
    for (reference, (ordered, granted)) in granted {
        let promised = offers.get(reference).and_then(|offer| offer.promised).map(|of| of.thousandths());
        let fair = promised.map_or(granted == ordered, |promised| {
            granted <= promised && (ordered > promised || granted == ordered)
        });
        if !fair {
            return Some(format!("{reference}: {ordered} asked, {promised:?} promised, {granted} granted"));
        }
    }
    if let Some(what) = unfair_share(orders, offers) {
        return Some(what);
    }
    let owed: i64 = sums.values().map(|sum| sum.producer).sum();
    let sheets = sheets.unwrap_or_default().cents();
    (sheets != owed).then(|| format!("the sheets sum to {sheets}, the lines to {owed} cents"))
}

/// The declared rule: where a promise is short, each line gets the whole packs of its part, or one more; never more than
/// it asked.
fn unfair_share(orders: &[&Order], offers: &HashMap<Reference, Offer>) -> Option<String> {
    let mut lines: BTreeMap<&Reference, Vec<&OrderLine>> = BTreeMap::new();
    for line in orders.iter().flat_map(|order| &order.lines).filter(counts) {
        lines.entry(&line.key.offer).or_default().push(line);
    }
    lines.into_iter().find_map(|(reference, lines)| {
        let offer = offers.get(reference)?;
        let (promised, pack) = (offer.promised?.thousandths(), offer.pack.content().thousandths());
        let asked: i64 = lines.iter().map(|line| line.ordered.thousandths()).sum();
        let fair = |line: &&OrderLine| {
            let (ordered, packs) = (line.ordered.thousandths(), promised / pack);
            let whole = i128::from(packs) * i128::from(ordered) / i128::from(asked);
            let granted = line.confirmed.map(|granted| i128::from(granted.thousandths()));
            let part = |packs: i128| Some((packs * i128::from(pack)).min(i128::from(ordered)));
            granted == part(whole) || granted == part(whole + 1)
        };
        let unfair = lines.iter().find(|line| asked > promised && !fair(line))?;
        Some(format!("{} did not get its part of {reference}", unfair.key))
    })
}

fn told_by(row: &DemandRow) -> (LineKey, Sum) {
    let key = LineKey { offer: row.reference.clone(), delivery_on: row.delivery_on };
    let sum = Sum {
        ordered: row.ordered.thousandths(),
        granted: row.confirmed.unwrap_or(row.ordered).thousandths(),
        producer: row.producer_net.cents(),
        buyer: row.buyer_net.cents(),
        lines: i64::from(row.lines),
    };
    (key, sum)
}
