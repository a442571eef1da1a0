//! Who gets what when a promise is short.
//!
//! The declared rule: pro rata of what each asked, in whole packs, largest remainder first, ties to the smaller order. It is
//! computed in integers, so that the same demand always gives the same shares.

use crate::{
    planted::{Bug, planted},
    quantity::{Pack, Quantity},
};

/// What one line asks for. `key` breaks the last ties and identifies the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<K> {
    /// Whose.
    pub key: K,
    /// How much, in the offer's unit.
    pub quantity: Quantity,
}

/// What one line gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant<K> {
    /// Whose.
    pub key: K,
    /// What it asked for.
    pub asked: Quantity,
    /// What it gets: never more than it asked, a whole number of packs.
    pub granted: Quantity,
}

/// Shares `promised` among `requests`; each gets what it asked when the promise suffices.
///
/// Whole packs only: what remains of the promise below one pack is given to nobody.
#[must_use]
pub fn allocate<K: Ord + Clone>(promised: Quantity, pack: Pack, requests: &[Request<K>]) -> Vec<Grant<K>> {
    let asked: Quantity = requests.iter().map(|request| request.quantity).sum();
    if asked <= promised || planted(Bug::PromiseIgnored) {
        return requests.iter().map(|request| grant(request, request.quantity)).collect();
    }
    if planted(Bug::AllocationByArrival) {
        return by_arrival(promised, requests);
    }
    let pack_size = i128::from(pack.content().thousandths());
    let packs = i128::from(promised.thousandths()) / pack_size;
    let total = i128::from(asked.thousandths()).max(1);
    // Each quota is packs × asked ÷ total: its whole part is given, the remainders (same denominator) compete.
    let quota = |request: &Request<K>| packs * i128::from(request.quantity.thousandths());
    let mut shares: Vec<i128> = requests.iter().map(|request| quota(request) / total).collect();
    let left = packs - shares.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..requests.len()).collect();
    order.sort_by(|&a, &b| {
        let remainder = |at: usize| quota(&requests[at]) % total;
        remainder(b)
            .cmp(&remainder(a))
            .then_with(|| requests[a].quantity.cmp(&requests[b].quantity))
            .then_with(|| requests[a].key.cmp(&requests[b].key))
    });
    for at in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        shares[at] += 1;
    }
    requests
        .iter()
        .zip(shares)
        .map(|(request, share)| grant(request, whole_packs(request, share * pack_size)))
        .collect()
}

/// Shares a quantity that is at hand and may not suffice: in whole packs where all of it is, else in whole units, else to the
/// gram, so that nothing of it is left over. What each gets, in the order of the requests.
#[must_use]
pub fn share_all<K: Ord + Clone>(quantity: Quantity, pack: Pack, requests: &[Request<K>]) -> Vec<Quantity> {
    let whole =
        |step: &Pack| step.divides(quantity) && requests.iter().all(|request| step.divides(request.quantity));
    let step = [pack, Pack::ONE].into_iter().find(whole).unwrap_or(Pack::THOUSANDTH);
    allocate(quantity, step, requests).into_iter().map(|grant| grant.granted).collect()
}

/// First come, first served: what the declared rule is not, and a planted fault does.
fn by_arrival<K: Clone>(promised: Quantity, requests: &[Request<K>]) -> Vec<Grant<K>> {
    let mut left = promised;
    let served = requests.iter().map(|request| {
        let granted = request.quantity.min(left);
        left = left.less(granted);
        grant(request, granted)
    });
    served.collect()
}

/// `thousandths` as a quantity, never above what was asked (an order that is no whole number of packs keeps its rest).
fn whole_packs<K>(request: &Request<K>, thousandths: i128) -> Quantity {
    let quantity = i64::try_from(thousandths).ok().and_then(|value| Quantity::from_thousandths(value).ok());
    quantity.unwrap_or_default().min(request.quantity)
}

fn grant<K: Clone>(request: &Request<K>, granted: Quantity) -> Grant<K> {
    Grant { key: request.key.clone(), asked: request.quantity, granted }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shares(promised: i64, pack: i64, asked: &[i64]) -> Vec<i64> {
        let requests: Vec<_> = asked
            .iter()
            .enumerate()
            .map(|(key, kilos)| Request { key, quantity: Quantity::new((*kilos).into()).unwrap() })
            .collect();
        let grants =
            allocate(Quantity::new(promised.into()).unwrap(), Pack::new(pack.into()).unwrap(), &requests);
        grants.iter().map(|grant| grant.granted.thousandths() / 1_000).collect()
    }

    #[test]
    fn golden_case_7_shortage_pro_rata_then_by_boxes() {
        assert_eq!(shares(80, 1, &[60, 30, 10]), [48, 24, 8]);
        assert_eq!(shares(80, 5, &[60, 30, 10]), [45, 25, 10]);
    }

    #[test]
    fn a_promise_that_suffices_is_not_shared() {
        assert_eq!(shares(100, 5, &[60, 30, 10]), [60, 30, 10]);
        assert_eq!(shares(0, 5, &[60, 30]), [0, 0]);
        assert_eq!(shares(3, 5, &[10]), [0]);
        assert_eq!(shares(5, 5, &[]), Vec::<i64>::new());
    }

    #[test]
    fn equal_orders_and_equal_remainders_go_by_key() {
        assert_eq!(shares(5, 5, &[10, 10]), [5, 0]);
    }

    proptest! {
        #[test]
        fn nothing_is_made_and_nobody_gets_more_than_asked(promised in 0_i64..2_000, pack in 1_i64..30,
                                                           asked in prop::collection::vec(1_i64..40, 1..30)) {
            let asked: Vec<_> = asked.into_iter().map(|packs| packs * pack).collect();
            let got = shares(promised, pack, &asked);
            let total: i64 = got.iter().sum();
            prop_assert!(got.iter().zip(&asked).all(|(got, asked)| got <= asked && got % pack == 0));
            let wanted: i64 = asked.iter().sum();
            let expected = if wanted <= promised { wanted } else { promised / pack * pack };
            prop_assert_eq!(total, expected);
        }

        #[test]
        fn who_asks_more_never_gets_less_by_more_than_a_pack(promised in 0_i64..500, asked in prop::collection::vec(1_i64..60, 2..12)) {
            let got = shares(promised, 1, &asked);
            for (i, j) in (0..asked.len()).flat_map(|i| (0..asked.len()).map(move |j| (i, j))) {
                prop_assert!(asked[i] <= asked[j] || got[i] + 1 >= got[j], "{asked:?} {got:?}");
            }
        }
    }
}
