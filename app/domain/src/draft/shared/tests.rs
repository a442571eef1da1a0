//! Two tablets of a kitchen, apart.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{id::Reference, time::Weekday};

const FIRST: OutboxId = OutboxId(Uuid::from_u128(1));
const SECOND: OutboxId = OutboxId(Uuid::from_u128(2));

fn key(name: &str) -> LineKey {
    let cycle: CycleId = "2026-W49".parse().unwrap();
    LineKey { offer: Reference::parse(name).unwrap(), delivery_on: cycle.day(Weekday::Monday) }
}

fn kilos(thousandths: i64) -> Quantity {
    Quantity::from_thousandths(thousandths * 1_000).unwrap()
}

fn empty() -> SharedDraft {
    let (site, cycle) = (SiteId(Uuid::from_u128(7)), "2026-W49".parse().unwrap());
    SharedDraft::empty(DraftId::usual(site, cycle, 0), site, cycle)
}

fn edit(how: How, seen: i64, wanted: i64) -> LineEdit {
    LineEdit { key: key("P-001"), how, seen: kilos(seen), wanted: kilos(wanted), decides: false }
}

fn overruled(draft: &SharedDraft) -> Vec<(i64, OutboxId)> {
    draft.overruled.iter().map(|lost| (lost.wanted.thousandths() / 1_000, lost.by)).collect()
}

/// What the draft holds of the line and announces, after both tablets saw it holding 2 and said this, in that order.
fn after(first: (How, i64), second: (How, i64)) -> (i64, Vec<(i64, OutboxId)>) {
    let mut draft = empty();
    draft.edit(&edit(How::Typed, 0, 2), FIRST);
    draft.edit(&edit(first.0, 2, first.1), FIRST);
    draft.edit(&edit(second.0, 2, second.1), SECOND);
    (draft.quantity(&key("P-001")).thousandths() / 1_000, overruled(&draft))
}

#[test]
fn what_two_tablets_say_apart_is_brought_together() {
    use How::{Stepped, Typed};
    for (first, second, holds, announces) in [
        ((Stepped, 4), (Stepped, 5), 7, vec![]),
        ((Stepped, 1), (Stepped, 5), 4, vec![]),
        ((Stepped, 5), (Stepped, 1), 4, vec![]),
        ((Typed, 12), (Stepped, 3), 13, vec![]),
        ((Stepped, 3), (Typed, 12), 12, vec![(3, FIRST)]),
        ((Typed, 12), (Typed, 15), 15, vec![(12, FIRST)]),
        ((Typed, 12), (Typed, 12), 12, vec![]),
        ((Typed, 12), (Typed, 2), 12, vec![]),
        ((Typed, 1), (Typed, 1), 1, vec![]),
        // Removed here, changed there: it stays, whichever comes first.
        ((Typed, 0), (Stepped, 3), 3, vec![(0, FIRST)]),
        ((Stepped, 3), (Typed, 0), 3, vec![(0, SECOND)]),
        ((Stepped, 0), (Typed, 5), 5, vec![(0, FIRST)]),
        ((Typed, 0), (Stepped, 0), 0, vec![]),
    ] {
        assert_eq!(after(first, second), (holds, announces), "{first:?} then {second:?}");
    }
}

/// What the draft holds and announces when one tablet sent the line it saw holding 2, and another said this apart.
fn after_sending(said: (How, i64)) -> (i64, Vec<(i64, OutboxId)>) {
    let mut draft = empty();
    draft.edit(&edit(How::Typed, 0, 2), FIRST);
    draft.draw(&drawn(1, 2));
    draft.edit(&edit(said.0, 2, said.1), SECOND);
    (draft.quantity(&key("P-001")).thousandths() / 1_000, overruled(&draft))
}

fn drawn(id: u128, quantity: i64) -> Drawn {
    let lines = vec![DraftLine { key: key("P-001"), quantity: kilos(quantity) }];
    Drawn { edit: EditId(Uuid::from_u128(id)), draft: empty().id, lines }
}

#[test]
fn what_was_said_before_one_knew_of_a_sending_is_wanted_whole() {
    use How::{Stepped, Typed};
    for (said, holds, announces) in [
        ((Stepped, 5), 5, vec![]),
        ((Typed, 5), 5, vec![]),
        ((Stepped, 1), 0, vec![(1, SECOND)]),
        ((Typed, 1), 0, vec![(1, SECOND)]),
        ((Typed, 0), 0, vec![(0, SECOND)]),
    ] {
        assert_eq!(after_sending(said), (holds, announces), "{said:?}");
    }
}

#[test]
fn a_sending_takes_what_it_saw_and_swallows_nobodys_word() {
    for (there, sent, stays, announces) in
        [(5, 5, 0, vec![]), (7, 5, 7, vec![]), (1, 5, 0, vec![(1, SECOND)]), (0, 5, 0, vec![(0, SECOND)])]
    {
        let mut draft = empty();
        draft.edit(&edit(How::Typed, 0, 5), FIRST);
        draft.edit(&edit(How::Typed, 5, there), SECOND);
        draft.draw(&drawn(1, sent));
        // A copied outbox says it again, another tablet sends the same draft.
        draft.draw(&drawn(1, sent));
        draft.draw(&drawn(2, sent));
        assert_eq!((draft.quantity(&key("P-001")), overruled(&draft)), (kilos(stays), announces), "{there}");
    }
}

#[test]
fn steps_below_what_stands_take_nothing_away() {
    use How::{Stepped, Typed};
    let mut draft = empty();
    draft.edit(&edit(Typed, 0, 4), FIRST);
    draft.edit(&edit(Typed, 4, 1), FIRST);
    draft.edit(&edit(Stepped, 4, 2), SECOND);
    assert_eq!((draft.quantity(&key("P-001")), overruled(&draft)), (kilos(1), vec![(2, SECOND)]));
}

#[test]
fn what_is_announced_stays_until_somebody_who_sees_it_decides() {
    let mut draft = empty();
    draft.edit(&edit(How::Typed, 0, 12), FIRST);
    draft.edit(&edit(How::Typed, 0, 15), SECOND);
    assert_eq!(overruled(&draft), [(12, FIRST)]);
    draft.edit(&edit(How::Typed, 0, 15), FIRST);
    draft.edit(&edit(How::Typed, 12, 0), FIRST);
    // Touching the line is no answer: one may not have been shown what is announced.
    draft.edit(&edit(How::Typed, 15, 20), SECOND);
    assert_eq!(overruled(&draft).len(), 2);
    let kept = LineEdit { decides: true, ..edit(How::Typed, 20, 20) };
    draft.edit(&kept, SECOND);
    assert_eq!((draft.quantity(&kept.key), overruled(&draft)), (kilos(20), vec![]));
}

#[test]
fn what_is_said_twice_counts_once() {
    let said = EditDraft {
        edit: EditId(Uuid::from_u128(9)),
        draft: empty().id,
        site: empty().site,
        cycle: empty().cycle,
        edits: vec![edit(How::Stepped, 0, 3)],
        fields: Vec::new(),
    };
    let mut draft = empty();
    draft.hear(&said, FIRST);
    draft.hear(&said, SECOND);
    assert_eq!(draft.quantity(&key("P-001")), kilos(3));
}

proptest! {
    /// Steps up made apart come to the same whatever the order they arrive in, and none is lost.
    #[test]
    fn steps_add_up(steps in prop::collection::vec((0..50_i64, 1..20_i64), 1..12), seed in any::<u64>()) {
        let mut draft = empty();
        draft.edit(&edit(How::Typed, 0, 50), FIRST);
        let mut order: Vec<_> = steps.iter().collect();
        order.sort_by_key(|(seen, step)| seed.wrapping_mul((seen * 31 + step).cast_unsigned() | 1));
        for (seen, step) in &order {
            draft.edit(&edit(How::Stepped, *seen, seen + step), SECOND);
        }
        let sum: i64 = steps.iter().map(|(_, step)| step).sum();
        prop_assert_eq!(draft.quantity(&key("P-001")), kilos(50 + sum));
        prop_assert!(draft.overruled.is_empty());
    }

    /// Whatever is said, each word stands, is added, or is announced; and no quantity leaves its range.
    #[test]
    fn no_word_is_lost(said in prop::collection::vec((any::<bool>(), 0..6_i64, 0..6_i64, any::<bool>()), 1..30)) {
        let mut draft = empty();
        for (typed, seen, wanted, sent) in said {
            let how = if typed { How::Typed } else { How::Stepped };
            let before = draft.quantity(&key("P-001"));
            let said = edit(how, seen, wanted);
            draft.edit(&said, SECOND);
            let now = draft.quantity(&said.key);
            let stands = now == said.wanted;
            let added = how == How::Stepped && now.thousandths() - before.thousandths() == (wanted - seen) * 1_000;
            let announced = draft.overruled.iter().any(|lost| lost.wanted == said.wanted);
            prop_assert!(wanted == seen || stands || added || announced, "{said:?} over {before}");
            if sent {
                draft.draw(&Drawn { edit: EditId(Uuid::from_u128(u128::from(draft.heard.len() as u64) + 50)), ..drawn(0, 3) });
            }
        }
    }
}
