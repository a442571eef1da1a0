use super::*;
use crate::catalog::assemble;
use domain::{ordered::Map, wire::ScopePatch};

fn cat() -> Scope {
    Scope("cat:x".into())
}

fn at(seq: u64) -> Cursor {
    Cursor { epoch: 1, seq }
}

fn op(seq: u64, id: &str) -> Op {
    Op { seq, kind: "left".into(), id: id.into(), body: Some(seq.into()) }
}

fn flipped(held: &mut CacheContents, steps: Vec<Step>) -> Changes {
    let mut staging = Staging::new(&held.head);
    steps.into_iter().for_each(|step| staging.take(step, |_, _| true));
    let (writes, changes) = staging.flip(held);
    writes.into_iter().for_each(|write| held.apply(write));
    changes
}

fn changed(held: &mut CacheContents, seq: u64, id: &str) {
    flipped(held, vec![Step::Apply(cat(), vec![op(seq, id)]), Step::Stand(cat(), at(seq))]);
}

#[test]
fn a_log_stays_short_while_a_few_offers_change_all_day() {
    let mut held = CacheContents::default();
    for seq in 1..=300 {
        changed(&mut held, seq, &format!("offer {}", seq % 5));
    }
    assert!(held.log.len() <= PAGES + 1, "{} pages", held.log.len());
    let total = held.log_of(&cat()).count();
    assert!(total <= 5 + PAGES, "{total} changes");
    assert_eq!(held.head.scopes[&cat()].log_length, total);
    let mut last = Map::new();
    let mut seqs = Vec::new();
    for op in held.log_of(&cat()) {
        seqs.push(op.seq);
        last.insert(op.id.clone(), op.seq);
    }
    assert!(seqs.is_sorted());
    assert_eq!(last.values().copied().collect::<Vec<_>>(), [300, 296, 297, 298, 299]);
}

#[test]
fn a_log_that_grew_long_asks_for_a_fresh_snapshot_but_not_for_the_same_again_and_again() {
    let mut held = CacheContents::default();
    flipped(&mut held, vec![Step::Clear(cat()), Step::Stand(cat(), at(1))]);
    let many = |from: u64| (from..from + 600).map(|seq| op(seq, &seq.to_string())).collect();
    flipped(&mut held, vec![Step::Apply(cat(), many(2)), Step::Stand(cat(), at(601))]);
    assert_eq!(Staging::new(&held.head).cursor(&cat()), None, "a fresh snapshot is asked for");

    // The server's snapshot is still the old one: the same log comes again.
    let again = vec![
        Step::Clear(cat()),
        Step::Stand(cat(), at(1)),
        Step::Apply(cat(), many(2)),
        Step::Stand(cat(), at(601)),
    ];
    flipped(&mut held, again);
    assert_eq!(
        Staging::new(&held.head).cursor(&cat()),
        Some(at(601)),
        "now it waits until the log has doubled"
    );
    flipped(&mut held, vec![Step::Apply(cat(), many(602)), Step::Stand(cat(), at(1_201))]);
    flipped(&mut held, vec![Step::Apply(cat(), many(1_202)), Step::Stand(cat(), at(1_801))]);
    assert_eq!(Staging::new(&held.head).cursor(&cat()), None);
}

#[test]
fn a_scope_that_is_asked_anew_starts_over_whatever_comes() {
    let mut held = CacheContents::default();
    changed(&mut held, 4, "old");
    let mut staging = Staging::new(&held.head);
    staging.ask_anew(cat());
    let delta = ScopePatch::Delta { ops: vec![op(2, "new")], cursor: at(4), more: false };
    let scopes = Map::from([(cat(), delta)]);
    let page = PullAnswer {
        server_time: domain::time::Timestamp(1),
        scopes,
        outbox_last: 0,
        receipts: Vec::new(),
        rows: Map::new(),
    };
    staging.receive(&page);
    for step in super::super::plan::plan(staging.head(), None, &page) {
        staging.take(step, |_, _| true);
    }
    let (writes, changes) = staging.flip(&held);
    writes.into_iter().for_each(|write| held.apply(write));
    assert_eq!(held.log_of(&cat()).map(|op| op.id.as_str()).collect::<Vec<_>>(), ["new"]);
    assert!(changes.snapshots.contains(&cat()));
}

#[test]
fn receipts_are_kept_only_for_what_still_waits() {
    let outbox = OutboxId(uuid::Uuid::from_u128(1));
    let receipt = |m| domain::receipt::Receipt {
        m,
        outcome: domain::receipt::Outcome::Applied { order: None, dup_of: None },
        received_at: domain::time::Timestamp(0),
        dup: false,
    };
    let mut staging = Staging::new(&CacheHead::default());
    let first = Step::Acknowledge { outbox, last: 2, receipts: vec![receipt(1), receipt(2)] };
    staging.take(first, |_, m| m == 2);
    staging.take(Step::Acknowledge { outbox, last: 3, receipts: vec![receipt(3)] }, |_, m| m >= 2);
    let applied = &staging.head().applied[&outbox];
    assert_eq!(applied.last, 3);
    assert_eq!(applied.receipts.iter().map(|receipt| receipt.m).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn nothing_new_changes_nothing_but_the_hour() {
    let mut held = CacheContents::default();
    changed(&mut held, 4, "x");
    let before = held.clone();
    assert_eq!(flipped(&mut held, Vec::new()), Changes::default());
    assert_eq!((held.log, held.head.scopes), (before.log, before.head.scopes));
    assert!(assemble(&CacheContents::default(), &cat()).unwrap().is_none());
}
