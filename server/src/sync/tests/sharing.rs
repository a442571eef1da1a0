//! The draft a kitchen's tablets share: a document of its feed, and nothing that is ordered.

use domain::{
    command::{Command, EditDraft, SubmitOrder},
    draft::{DraftLine, Drawn, Field, FieldEdit, Header, How, LineEdit, Saying, SharedDraft},
    id::{DraftId, EditId, OrderId, Reference},
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
    an_order_says_what_its_draft_says,
    what_no_field_may_say_is_refused,
    a_comment_after_the_cut_off_stays_in_the_draft,
    the_hub_reads_what_kitchens_say,
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
        fields: Vec::new(),
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

/// The first kitchen's draft as a comment on it, of somebody who saw none.
fn comment(market: &Market, n: u128, text: &str) -> Command {
    let value = Field::Comment.parse(text).ok();
    Command::EditDraft(EditDraft {
        edit: EditId(Uuid::from_u128(n)),
        draft: draft_of(market, 0),
        site: market.kitchens[0].site,
        cycle: market.cycle.id,
        edits: Vec::new(),
        fields: vec![FieldEdit::new(Field::Comment, None, value)],
    })
}

/// What the first kitchen's order says, and what its draft says.
async fn comments(store: &TestStore, market: &Market) -> [String; 2] {
    let order = OrderId::of_draft(draft_of(market, 0));
    let mut tx = store.read().await.unwrap();
    let order = tx.find_order(market.kitchens[0].site, order).await.unwrap().map(|order| order.header);
    let draft = shared(store, market).await.map(|draft| draft.header.stands);
    let text = |header: Option<Header>| header.and_then(|header| header.comment);
    [order, draft].map(|header| text(header).map(String::from).unwrap_or_default())
}

async fn an_order_says_what_its_draft_says(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let said = tablet.seal(&comment(&market, 1, "quai nord"));
    let sent = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    push_all(&store, who, tablet.outbox, &[said, sent], NOW).await;
    assert_eq!(comments(&store, &market).await, ["quai nord", "quai nord"]);
    // Another tablet, which had seen neither.
    let mut other = Device::of(who, 2);
    let said = other.seal(&comment(&market, 2, "quai sud"));
    assert_eq!(push_one(&store, who, other.outbox, said).await, DONE);
    assert_eq!(comments(&store, &market).await, ["quai sud", "quai sud"]);
    assert_eq!(asked(&store, &market, "P-001").await, "10", "no line moves for it");
    let draft = shared(&store, &market).await.unwrap();
    assert_eq!(draft.header.replaced.len(), 1, "what was replaced unseen is announced");
    // A copied outbox says it again.
    let mut copy = Device::of(who, 3);
    let before = changes_of(&store, who.site).await;
    let again = copy.seal(&comment(&market, 1, "quai nord"));
    assert_eq!(push_one(&store, who, copy.outbox, again).await, DONE);
    assert_eq!(changes_of(&store, who.site).await, before);
}

async fn what_no_field_may_say_is_refused(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let Command::EditDraft(mut said) = comment(&market, 1, "quai nord") else { unreachable!() };
    said.fields[0].name = Field::Covers;
    let mixed = tablet.seal(&Command::EditDraft(said));
    let refused = Outcome::Refused { code: Reason::Malformed };
    assert_eq!(push_one(&store, who, tablet.outbox, mixed).await, refused);
    assert_eq!(shared(&store, &market).await, None);
}

async fn a_comment_after_the_cut_off_stays_in_the_draft(store: TestStore) {
    let market = Market::open(&store).await;
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 1);
    let sent = tablet.submit(market.submission(who.site, &[("P-001", "10")]));
    push_all(&store, who, tablet.outbox, &[sent], NOW).await;
    let late = market.cycle.cut_off_at.plus_ms(market.cycle.grace_ms + 1);
    let said = tablet.seal(&comment(&market, 1, "quai nord"));
    push_all(&store, who, tablet.outbox, &[said], late).await;
    assert_eq!(comments(&store, &market).await, ["", "quai nord"]);
}

async fn the_hub_reads_what_kitchens_say(store: TestStore) {
    let market = Market::open(&store).await;
    let notes = async || {
        let mut tx = store.read().await.unwrap();
        tx.kitchen_notes(market.hub, market.cycle.id).await.unwrap()
    };
    for (who, n) in market.kitchens.iter().zip(1..) {
        let mut tablet = Device::of(who, n);
        let order = tablet.submit(market.submission(who.site, &[("P-001", "5")]));
        push_all(&store, who, tablet.outbox, &[order], NOW).await;
    }
    assert!(notes().await.is_empty(), "nothing is said");
    let who = &market.kitchens[0];
    let mut tablet = Device::of(who, 9);
    let said = tablet.seal(&comment(&market, 1, "quai nord"));
    push_all(&store, who, tablet.outbox, &[said], NOW).await;
    let notes = notes().await;
    assert_eq!(notes.len(), 1);
    assert_eq!(
        (notes[0].number.as_str(), notes[0].order),
        ("2026-0001", OrderId::of_draft(draft_of(&market, 0)))
    );
    assert_eq!(notes[0].header.comment.as_ref().map(Saying::as_str), Some("quai nord"));
}
