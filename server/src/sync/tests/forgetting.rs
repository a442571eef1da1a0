//! What is old enough is forgotten, and nothing is lost by it.

use domain::{
    command::{Command, EditDraft},
    draft::{How, LineEdit},
    enterprise::Role,
    id::{DraftId, EditId, Reference},
    order::LineKey,
    receipt::{Outcome, Reason},
    time::{Timestamp, Weekday},
    wire::{Cursor, Me, PullRequest, ScopePatch},
};
use uuid::Uuid;

use super::*;
use crate::{
    close_cycle::close,
    retention::{Forgotten, forget},
    store::feed::Put,
    sync::pull::pull,
    testing::{Device, TestStore, offers, quantity},
};

crate::on_both_engines!(
    the_shared_draft_of_a_week_long_closed_is_removed_and_its_tablets_are_told,
    a_device_from_before_a_forgotten_removal_starts_over,
    the_way_from_a_snapshot_on_is_never_forgotten,
    a_forgotten_answer_makes_no_second_order,
);

const NOTHING: Forgotten = Forgotten { drafts: 0, removals: 0, answers: 0 };

fn after_days(days: i64) -> Timestamp {
    NOW.plus_ms(days * 86_400_000)
}

fn edit(market: &Market, n: u128) -> EditDraft {
    let site = market.kitchens[0].site;
    EditDraft {
        edit: EditId(Uuid::from_u128(n)),
        draft: DraftId::usual(site, market.cycle.id, 0),
        site,
        cycle: market.cycle.id,
        edits: vec![LineEdit {
            key: LineKey {
                offer: Reference::parse("P-001").unwrap(),
                delivery_on: market.day(Weekday::Monday),
            },
            how: How::Stepped,
            seen: quantity("0"),
            wanted: quantity("3"),
            decides: false,
        }],
        fields: Vec::new(),
    }
}

/// What a person's device is told of one scope.
async fn told(store: &Store, who: &KitchenSession, scope: &Scope, cursor: Option<Cursor>) -> ScopePatch {
    let role = Role::Kitchen { hub: who.hub, site: who.site };
    let me = Me {
        user: who.user,
        name: String::new(),
        email: String::new(),
        role,
        place: String::new(),
        device: None,
        second_step_due: false,
    };
    let request = PullRequest {
        cursors: [(scope.clone(), cursor)].into(),
        outbox: None,
        receipts_after: 0,
        max_bytes: None,
    };
    pull(store, &me, &request, NOW).await.unwrap().scopes.remove(scope).unwrap()
}

fn cursor_of(patch: &ScopePatch) -> Cursor {
    match patch {
        ScopePatch::Delta { cursor, .. }
        | ScopePatch::Reset { cursor, .. }
        | ScopePatch::Snapshot { cursor, .. } => *cursor,
        ScopePatch::Forbidden => panic!("{patch:?}"),
    }
}

fn kinds(patch: &ScopePatch) -> Vec<(&str, bool)> {
    match patch {
        ScopePatch::Delta { ops, .. } | ScopePatch::Reset { ops, .. } => {
            ops.iter().map(|op| (op.kind.as_str(), op.body.is_some())).collect()
        }
        ScopePatch::Snapshot { .. } | ScopePatch::Forbidden => panic!("{patch:?}"),
    }
}

async fn the_shared_draft_of_a_week_long_closed_is_removed_and_its_tablets_are_told(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let (mut tablet, scope) = (Device::of(who, 1), Scope::site(who.site));
    let said = tablet.seal(&Command::EditDraft(edit(&market, 1)));
    let order = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    push_all(&store, who, tablet.outbox, &[said, order], NOW).await;
    let seen = told(&store, who, &scope, None).await;
    assert!(kinds(&seen).contains(&("draft", true)));

    assert_eq!(forget(&store, after_days(60)).await.unwrap(), NOTHING, "its week is open");
    close(&*store, market.hub, market.cycle.id, after_days(8)).await.unwrap();
    let closed = told(&store, who, &scope, Some(cursor_of(&seen))).await;
    assert_eq!(forget(&store, after_days(8 + 35)).await.unwrap(), NOTHING, "one still talks of it");
    assert_eq!(forget(&store, after_days(8 + 36)).await.unwrap(), Forgotten { drafts: 1, ..NOTHING });
    let after = told(&store, who, &scope, Some(cursor_of(&closed))).await;
    assert_eq!(kinds(&after), [("draft", false)]);
    assert!(kinds(&told(&store, who, &scope, None).await).contains(&("order", true)), "orders stay");

    // A tablet that comes back with something it had to say of that draft does not bring it to life again.
    let late = tablet.seal(&Command::EditDraft(edit(&market, 2)));
    let answers = push_all(&store, who, tablet.outbox, &[late], after_days(8 + 36)).await;
    assert_eq!(answers[0].outcome, Outcome::Refused { code: Reason::CycleClosed });
    assert_eq!(kinds(&told(&store, who, &scope, Some(cursor_of(&after))).await), []);
}

async fn a_device_from_before_a_forgotten_removal_starts_over(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let (mut tablet, scope) = (Device::of(who, 1), Scope::site(who.site));
    let said = tablet.seal(&Command::EditDraft(edit(&market, 1)));
    push_all(&store, who, tablet.outbox, &[said], NOW).await;
    let with_draft = cursor_of(&told(&store, who, &scope, None).await);
    close(&*store, market.hub, market.cycle.id, after_days(8)).await.unwrap();
    forget(&store, after_days(50)).await.unwrap();
    let without = cursor_of(&told(&store, who, &scope, None).await);

    assert_eq!(forget(&store, after_days(50 + 400)).await.unwrap().removals, 0);
    assert_eq!(kinds(&told(&store, who, &scope, Some(with_draft)).await), [("draft", false)]);
    assert_eq!(forget(&store, after_days(50 + 401)).await.unwrap().removals, 1);
    let found_in_a_drawer = told(&store, who, &scope, Some(with_draft)).await;
    assert!(matches!(found_in_a_drawer, ScopePatch::Reset { .. }), "{found_in_a_drawer:?}");
    assert!(!kinds(&found_in_a_drawer).iter().any(|(kind, _)| *kind == "draft"));
    let kept_up = told(&store, who, &scope, Some(without)).await;
    assert!(matches!(kept_up, ScopePatch::Delta { .. }), "{kept_up:?}");
}

async fn the_way_from_a_snapshot_on_is_never_forgotten(store: TestStore) {
    let market = Market::open(&store).await;
    let (who, scope) = (&market.kitchens[0], Scope::catalog(market.hub));
    let with_all = told(&store, who, &scope, None).await;
    let mut fewer = offers(market.hub);
    let last = fewer.pop().unwrap();
    // The last snapshot still holds what is removed after it.
    let mut tx = store.write(market.hub).await.unwrap();
    tx.publish(&scope, [Put::gone(kind::OFFER, &last.reference)]).await.unwrap();
    tx.commit().await.unwrap();
    forget(&store, after_days(1)).await.unwrap();
    assert_eq!(forget(&store, after_days(100)).await.unwrap(), NOTHING);
    let on = told(&store, who, &scope, Some(cursor_of(&with_all))).await;
    assert!(kinds(&on).contains(&("offer", false)), "{on:?}");

    market.publish(&store, fewer, after_days(100)).await;
    assert_eq!(forget(&store, after_days(101)).await.unwrap().removals, 1);
    let again = told(&store, who, &scope, Some(cursor_of(&with_all))).await;
    assert!(matches!(again, ScopePatch::Snapshot { .. }), "{again:?}");
    let on = told(&store, who, &scope, Some(cursor_of(&again))).await;
    assert_eq!(kinds(&on), []);
}

async fn a_forgotten_answer_makes_no_second_order(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let order = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    let said = tablet.seal(&Command::EditDraft(edit(&market, 1)));
    push_all(&store, who, tablet.outbox, &[order.clone(), said.clone()], NOW).await;

    assert_eq!(forget(&store, after_days(120)).await.unwrap(), NOTHING);
    assert_eq!(forget(&store, after_days(121)).await.unwrap().answers, 1, "of the draft");
    assert_eq!(forget(&store, after_days(400)).await.unwrap(), NOTHING);
    let heard = push_all(&store, who, tablet.outbox, std::slice::from_ref(&order), after_days(400)).await;
    assert!(heard[0].dup && matches!(heard[0].outcome, Outcome::Applied { .. }), "{heard:?}");
    assert_eq!(forget(&store, after_days(401)).await.unwrap().answers, 1, "of the order");

    // It is told that its number is taken, opens a new outbox, and says it again.
    let batch = Batch::of(tablet.outbox, &[order]).unwrap();
    let answer = push(&*store, who, batch, after_days(401)).await.unwrap();
    assert!(matches!(answer, PushAnswer::HashMismatch { m: 1, .. }), "{answer:?}");
    let mut anew = Device::of(who, 2);
    let order = anew.submit(market.submission(who.site, &[("P-001", "10")]));
    let heard = push_all(&store, who, anew.outbox, &[order], after_days(401)).await;
    assert!(matches!(heard[0].outcome, Outcome::Applied { dup_of: Some(_), .. }), "{heard:?}");
    assert_eq!(asked(&store, &market, "P-001").await, "10");
}
