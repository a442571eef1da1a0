//! The draft a kitchen's tablets share: a document of its feed, and nothing that is ordered.

use domain::{
    command::{Command, EditDraft, SubmitOrder},
    draft::{DraftLine, Drawn, How, LineEdit, SharedDraft},
    id::{DraftId, EditId, Reference},
    order::LineKey,
    quantity::Quantity,
    receipt::{Outcome, Reason},
    time::Weekday,
    wire::Op,
};
use uuid::Uuid;

use super::*;
use crate::testing::{Device, TestStore};

crate::on_both_engines!(
    what_tablets_change_is_one_document_of_their_feed,
    an_order_takes_what_it_drew_out_of_the_shared_draft,
    nobody_changes_the_draft_of_another_kitchen,
    a_draft_holds_nothing_absurd,
);

const DONE: Outcome = Outcome::Applied { order: None, dup_of: None };

fn key(market: &Market, offer: &str) -> LineKey {
    LineKey { offer: Reference::parse(offer).unwrap(), delivery_on: market.day(Weekday::Monday) }
}

fn kilos(count: i64) -> Quantity {
    Quantity::from_thousandths(count * 1_000).unwrap()
}

fn draft_of(market: &Market, kitchen: usize) -> DraftId {
    DraftId::usual(market.kitchens[kitchen].site, market.cycle.id, 0)
}

/// The first kitchen's draft as a step changes a line of it that was seen holding nothing.
fn step(market: &Market, n: u128, offer: &str, count: i64) -> EditDraft {
    EditDraft {
        edit: EditId(Uuid::from_u128(n)),
        draft: draft_of(market, 0),
        site: market.kitchens[0].site,
        cycle: market.cycle.id,
        edits: vec![LineEdit {
            key: key(market, offer),
            how: How::Stepped,
            seen: Quantity::ZERO,
            wanted: kilos(count),
            decides: false,
        }],
    }
}

async fn changes_of(store: &TestStore, site: SiteId) -> Vec<Op> {
    store.read().await.unwrap().changes(&Scope::site(site), 0, 1_000, false).await.unwrap()
}

async fn shared(store: &TestStore, market: &Market) -> Option<SharedDraft> {
    let site = market.kitchens[0].site;
    let ops = changes_of(store, site).await;
    let draft = ops.into_iter().find(|op| op.kind == "draft")?;
    serde_json::from_value(draft.body?).ok()
}

async fn what_tablets_change_is_one_document_of_their_feed(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    for (n, count) in [(1, 2), (2, 3)] {
        let mut tablet = Device::of(who, n);
        let sealed = tablet.seal(&Command::EditDraft(step(&market, n.into(), "P-001", count)));
        assert_eq!(push_one(&store, who, tablet.outbox, sealed).await, DONE);
    }
    let draft = shared(&store, &market).await.unwrap();
    assert_eq!(draft.quantity(&key(&market, "P-001")), kilos(5));
    assert_eq!(asked(&store, &market, "P-001").await, "0", "nothing is ordered");
    let before = changes_of(&store, who.site).await;
    // A copied outbox says it again: nothing moves, no tablet is woken.
    let mut copy = Device::of(who, 3);
    let again = copy.seal(&Command::EditDraft(step(&market, 1, "P-001", 2)));
    assert_eq!(push_one(&store, who, copy.outbox, again).await, DONE);
    assert_eq!(changes_of(&store, who.site).await, before);
}

async fn an_order_takes_what_it_drew_out_of_the_shared_draft(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let said = tablet.seal(&Command::EditDraft(step(&market, 1, "P-001", 12)));
    let drawn = Drawn {
        edit: EditId(Uuid::from_u128(2)),
        draft: draft_of(&market, 0),
        lines: vec![DraftLine { key: key(&market, "P-001"), quantity: kilos(10) }],
    };
    let order = SubmitOrder { drawn: Some(drawn), ..market.submission(who.site, &[("P-001", "10")]) };
    let sent = tablet.submit(order);
    push_all(&store, who, tablet.outbox, &[said, sent], NOW).await;
    assert_eq!(asked(&store, &market, "P-001").await, "10");
    let left = shared(&store, &market).await.unwrap();
    assert_eq!(left.quantity(&key(&market, "P-001")), kilos(12), "more than it: wanted whole");
}

async fn nobody_changes_the_draft_of_another_kitchen(store: TestStore) {
    let market = Market::open(&store).await;
    let (who, other) = (&market.kitchens[0], &market.kitchens[1]);
    let mut tablet = Device::of(who, 1);
    let own = tablet.seal(&Command::EditDraft(step(&market, 1, "P-001", 2)));
    push_one(&store, who, tablet.outbox, own).await;
    let before = shared(&store, &market).await;
    let mut stranger = Device::of(other, 2);
    // By its name, as if it were one's own; and as the other kitchen's.
    let theirs = EditDraft { site: other.site, ..step(&market, 2, "P-001", 9) };
    let sealed = stranger.seal(&Command::EditDraft(theirs));
    let malformed = Outcome::Refused { code: Reason::Malformed };
    assert_eq!(push_one(&store, other, stranger.outbox, sealed).await, malformed);
    let forged = stranger.seal(&Command::EditDraft(step(&market, 3, "P-001", 9)));
    let refused = Outcome::Refused { code: Reason::NoRight };
    assert_eq!(push_one(&store, other, stranger.outbox, forged).await, refused);
    assert_eq!(shared(&store, &market).await, before);
}

async fn a_draft_holds_nothing_absurd(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let line = step(&market, 1, "P-001", 1).edits.remove(0);
    let absurd = LineEdit { wanted: kilos(10_000_000), ..line.clone() };
    let elsewhere = EditDraft { cycle: "2031-W01".parse().unwrap(), ..step(&market, 1, "P-001", 1) };
    for (said, code) in [
        (elsewhere, Reason::UnknownCycle),
        (EditDraft { edits: vec![absurd], ..step(&market, 2, "P-001", 1) }, Reason::Malformed),
        (EditDraft { edits: vec![line; 501], ..step(&market, 3, "P-001", 1) }, Reason::Malformed),
    ] {
        let sealed = tablet.seal(&Command::EditDraft(said));
        let outcome = push_one(&store, who, tablet.outbox, sealed).await;
        assert_eq!(outcome, Outcome::Refused { code });
    }
    for page in 0..5_u128 {
        let many = (0..500).map(|n| LineEdit {
            key: LineKey {
                offer: Reference::parse(&format!("X-{page}-{n}")).unwrap(),
                ..key(&market, "P-001")
            },
            ..step(&market, 0, "P-001", 1).edits.remove(0)
        });
        let said = EditDraft { edits: many.collect(), ..step(&market, 10 + page, "P-001", 1) };
        let sealed = tablet.seal(&Command::EditDraft(said));
        let outcome = push_one(&store, who, tablet.outbox, sealed).await;
        let full = Outcome::Refused { code: Reason::TooManyLines };
        assert_eq!(outcome, if page == 4 { full } else { DONE });
    }
}
