//! What a kitchen says of a whole order: on its tablets, in its draft, and in the order that is sent from it.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use domain::draft::{Field, FieldEdit, Header, Saying};
use replica::saying::SaidOfOrder;
use support::{
    run,
    server::{Shared, server},
    tablet::Tablet,
    world,
};

fn comment(text: &str) -> Option<Saying> {
    Field::Comment.parse(text).ok()
}

impl Tablet {
    /// Writes a comment over the one on screen.
    fn writes(&self, text: &str) {
        let seen = self.replica.header().stands.comment;
        self.replica.set_field(FieldEdit::new(Field::Comment, seen, comment(text)));
    }

    fn counts(&self, covers: u32) {
        let seen = self.replica.header().stands.covers;
        let covers = Field::Covers.parse(&covers.to_string()).ok();
        self.replica.set_field(FieldEdit::new(Field::Covers, seen, covers));
    }

    /// Saves what is on screen and tells it.
    #[track_caller]
    fn tells(&self) {
        run(self.replica.save_draft()).unwrap();
        self.round_ok();
    }

    /// What is said of the only order.
    fn of_order(&self) -> SaidOfOrder {
        self.replica.said_of(self.entry().draft)
    }

    fn says(&self) -> String {
        said(&self.replica.header().stands)
    }

    fn replaced(&self) -> Vec<String> {
        let header = self.replica.header();
        let replaced = header.replaced.iter().flat_map(Header::says);
        replaced.map(|(_, said)| said.as_str().to_owned()).collect()
    }
}

/// « 120: quai nord ».
fn said(header: &Header) -> String {
    let text = |saying: &Option<Saying>| saying.clone().map(String::from).unwrap_or_default();
    format!("{}: {}", text(&header.covers), text(&header.comment))
}

#[test]
fn what_one_tablet_says_is_on_the_other_and_in_the_order() {
    let server = server();
    let (one, two) = (Tablet::ready(&server, 1), Tablet::ready(&server, 2));
    one.counts(120);
    one.tells();
    two.round_ok();
    two.writes("quai nord");
    two.tells();
    one.round_ok();
    assert_eq!((one.says(), two.says()), ("120: quai nord".into(), "120: quai nord".into()));
    assert_eq!((one.pending(), two.pending()), (0, 0), "nobody waits for that");
    one.order(&[(1, 5)]);
    assert_eq!(said(&one.of_order().header), "120: quai nord", "before the server has it");
    one.round_ok();
    two.round_ok();
    for tablet in [&one, &two] {
        assert_eq!(
            (said(&tablet.of_order().header), tablet.of_order().too_late),
            ("120: quai nord".into(), None)
        );
        assert_eq!(tablet.says(), ": ", "the next order is another one");
    }
}

#[test]
fn what_is_typed_in_a_cold_room_leaves_with_the_order() {
    let server = server();
    let one = Tablet::ready(&server, 1);
    one.online(false);
    one.counts(90);
    one.writes("quai sud");
    one.writes("quai sud, après 9 h");
    one.order(&[(1, 5)]);
    let reopened = one.reopened();
    assert_eq!(said(&reopened.of_order().header), "90: quai sud, après 9 h");
    reopened.online(true);
    reopened.round_ok();
    assert_eq!(said(&reopened.of_order().header), "90: quai sud, après 9 h");
    assert_eq!(said(&server.borrow().orders.values().next().unwrap().header), "90: quai sud, après 9 h");
}

#[test]
fn of_two_comments_written_apart_the_last_stands_until_somebody_decides() {
    let server = server();
    let (one, two) = (Tablet::ready(&server, 1), Tablet::ready(&server, 2));
    one.writes("quai nord");
    two.writes("quai sud");
    one.tells();
    two.tells();
    one.round_ok();
    for tablet in [&one, &two] {
        assert_eq!((tablet.says(), tablet.replaced()), (": quai sud".into(), vec!["quai nord".into()]));
    }
    let keep = FieldEdit::new(Field::Comment, comment("quai sud"), comment("quai nord"));
    one.replica.set_field(FieldEdit { decides: true, ..keep });
    assert_eq!((one.says(), one.replaced()), (": quai nord".into(), vec![]), "at once");
    one.tells();
    two.round_ok();
    assert_eq!((two.says(), two.replaced()), (": quai nord".into(), vec![]));
}

/// One tablet sends the order of a draft while another, without network, writes « quai nord » in it.
fn ordered_while_another_tablet_writes() -> (Shared, Tablet, Tablet) {
    let server = server();
    let (one, two) = (Tablet::ready(&server, 1), Tablet::ready(&server, 2));
    two.online(false);
    two.writes("quai nord");
    run(two.replica.save_draft()).unwrap();
    one.order(&[(1, 5)]);
    one.round_ok();
    (server, one, two)
}

#[test]
fn a_comment_that_meets_the_order_on_its_way_is_in_it_until_the_cut_off() {
    let (_, one, two) = ordered_while_another_tablet_writes();
    two.online(true);
    two.round_ok();
    two.round_ok();
    one.round_ok();
    for tablet in [&one, &two] {
        assert_eq!(
            (said(&tablet.of_order().header), tablet.of_order().too_late),
            (": quai nord".into(), None)
        );
    }
}

#[test]
fn a_comment_that_comes_too_late_is_told_as_such() {
    let (server, one, two) = ordered_while_another_tablet_writes();
    let cycle = world::cycle();
    server.borrow_mut().now = cycle.cut_off_at.plus_ms(cycle.grace_ms + 1);
    two.online(true);
    two.round_ok();
    two.round_ok();
    one.round_ok();
    for tablet in [&one, &two] {
        let of_order = tablet.of_order();
        assert_eq!(
            (said(&of_order.header), of_order.too_late.as_ref().map(said)),
            (": ".into(), Some(": quai nord".into()))
        );
    }
}

#[test]
fn the_order_after_a_withdrawn_one_says_what_the_screen_says() {
    let server = server();
    let one = Tablet::ready(&server, 1);
    one.writes("quai nord");
    let draft = one.order(&[(1, 5)]);
    one.round_ok();
    run(one.replica.withdraw_order(draft)).unwrap();
    one.round_ok();
    one.writes("quai sud");
    one.counts(80);
    one.order(&[(2, 5)]);
    one.round_ok();
    let orders = server.borrow().orders.clone();
    let stands = orders.values().filter(|order| !order.is_withdrawn()).map(|order| said(&order.header));
    assert_eq!(stands.collect::<Vec<_>>(), ["80: quai sud"]);
}
