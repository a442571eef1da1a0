//! Sorting by one routine for every type.
//!
//! The standard sort is compiled anew for each type and comparison, some four kilobytes each time: thirty of them were a
//! fifteenth of what a tablet downloads. Here only places are sorted, by one compiled routine, and the items then moved
//! to them: for the dozens of things a screen shows nobody feels the detour. The search, which ranks thousands, keeps
//! the standard one.

use std::cmp::Ordering;

/// Sorts by a comparison; equal items keep their order.
pub fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let places = sorted_places(items.len(), &|one, other| compare(&items[one], &items[other]));
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(places.into_iter().filter_map(|place| taken[place].take()));
}

/// Sorts by a key, which is asked for at each comparison; equal items keep their order.
pub fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Sorts by the items' own order.
pub fn sort<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, T::cmp);
}

fn sorted_places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_sort_does(mut items in prop::collection::vec((0_u8..5, any::<u8>()), 0..40)) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort_by_key(&mut items, |item| item.0);
            prop_assert_eq!(&items, &expected, "equal keys keep their order");
            expected.sort();
            sort(&mut items);
            prop_assert_eq!(&items, &expected);
        }
    }
}
