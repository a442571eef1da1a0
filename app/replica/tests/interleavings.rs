//! Any order of events: two tablets of one kitchen, a network that fails in every way it knows, a server whose list
//! moves. Whatever happens, no order is lost, none is doubled, and in the end all see the same.
#![allow(clippy::unwrap_used, clippy::panic)] // every step of a story is a test

mod support;

use domain::{
    command::SubmitOrder,
    id::DraftId,
    ordered::Map,
    ticket::{Choice, Subject},
};
use proptest::prelude::*;
use replica::{door::Trouble, recording::RecordError, sync::RoundTrouble, view::SendState};
use support::{
    cable::Fault,
    run,
    server::{Server, Shared, server},
    tablet::Tablet,
    world::{SITE, kitchen, offer},
};

#[derive(Debug, Clone)]
enum Event {
    /// A tablet fills lines and sends.
    Order { tablet: usize, lines: Vec<(u32, i64)> },
    /// A tablet answers its first open question.
    Settle { tablet: usize, choice: Choice },
    /// A tablet says a round, with these faults on its way.
    Round { tablet: usize, faults: Vec<(&'static str, Fault)> },
    /// A page is closed and opened again.
    Reopen { tablet: usize },
    /// The list moves.
    List { product: u32, price: i64 },
    /// A product goes.
    Withdraw { product: u32 },
    /// The server ends the session; it comes back with the next sign-in.
    EndSession,
    /// A catalogue is published anew.
    Publish,
    /// A tablet's disk is copied onto the other tablet, as a restored profile.
    Copy { from: usize },
}

fn fault() -> impl Strategy<Value = (&'static str, Fault)> {
    let path = prop_oneof![Just("hello"), Just("push"), Just("pull"), Just("snap")];
    let fault = prop_oneof![
        Just(Fault::LostRequest),
        Just(Fault::LostReply),
        Just(Fault::Twice),
        Just(Fault::Page(200, "<html>Bienvenue</html>")),
        Just(Fault::Page(502, "Bad gateway")),
        Just(Fault::Page(413, "")),
        Just(Fault::Pass),
    ];
    (path, fault)
}

fn event() -> impl Strategy<Value = Event> {
    let tablet = || 0..2_usize;
    let lines = prop::collection::vec((1..6_u32, 1..9_i64), 1..3);
    let choice = prop_oneof![
        Just(Choice::Accept),
        Just(Choice::Decline),
        Just(Choice::Replace),
        Just(Choice::AddDifference)
    ];
    prop_oneof![
        4 => (tablet(), lines).prop_map(|(tablet, lines)| Event::Order { tablet, lines }),
        2 => (tablet(), choice).prop_map(|(tablet, choice)| Event::Settle { tablet, choice }),
        6 => (tablet(), prop::collection::vec(fault(), 0..3)).prop_map(|(tablet, faults)| Event::Round { tablet, faults }),
        2 => tablet().prop_map(|tablet| Event::Reopen { tablet }),
        2 => (1..6_u32, 5_000..20_000_i64).prop_map(|(product, price)| Event::List { product, price }),
        1 => (1..6_u32).prop_map(|product| Event::Withdraw { product }),
        1 => Just(Event::EndSession),
        1 => Just(Event::Publish),
        1 => tablet().prop_map(|from| Event::Copy { from }),
    ]
}

struct World {
    server: Shared,
    tablets: Vec<Tablet>,
    /// What was recorded: the device said so.
    recorded: Vec<(DraftId, Vec<(String, String)>)>,
    /// The furthest each tablet has seen each draft go.
    furthest: Map<(usize, DraftId), u8>,
    copies: u128,
}

fn asked(submit: &SubmitOrder) -> (DraftId, Vec<(String, String)>) {
    let lines =
        submit.lines.iter().map(|line| (line.offer.to_string(), line.quantity.value().to_string())).collect();
    (submit.draft, lines)
}

/// Once the server has it, it never goes back to being on the tablet only.
fn stage(state: &SendState) -> u8 {
    match state {
        SendState::Saved | SendState::Waiting { .. } | SendState::Sending => 0,
        SendState::Refused { .. } => 1,
        SendState::ToCheck { number: None, .. } => 1,
        SendState::ToCheck { number: Some(_), .. } | SendState::Received { .. } => 2,
        SendState::Withdrawn { .. } => 3,
    }
}

impl World {
    fn new() -> Self {
        let server = server();
        server.borrow_mut().page = 3;
        let tablets = (0..2).map(|seed| Tablet::ready(&server, seed + 1)).collect();
        Self { server, tablets, recorded: Vec::new(), furthest: Map::new(), copies: 0 }
    }

    fn happen(&mut self, event: &Event) {
        match event {
            Event::Order { tablet, lines } => self.order(*tablet, lines),
            Event::Settle { tablet, choice } => {
                let tablet = &self.tablets[*tablet];
                if let Some(ticket) = tablet.replica.view().tickets.first() {
                    run(tablet.replica.settle_ticket(ticket.id, *choice)).unwrap();
                }
            }
            Event::Round { tablet, faults } => {
                let tablet = &self.tablets[*tablet];
                tablet.cable.faults.borrow_mut().extend(faults.iter().cloned());
                tablet.round();
                tablet.cable.faults.borrow_mut().clear();
            }
            Event::Reopen { tablet } => {
                let before = self.tablets[*tablet].replica.view();
                self.tablets[*tablet] = self.tablets[*tablet].reopened();
                let after = self.tablets[*tablet].replica.view();
                assert_eq!((before.pending, before.orders.len()), (after.pending, after.orders.len()));
            }
            Event::List { product, price } => self.server.borrow_mut().list(offer(*product, *price)),
            Event::Withdraw { product } => self.server.borrow_mut().withdraw(*product),
            Event::EndSession => self.server.borrow_mut().me = None,
            Event::Publish => self.server.borrow_mut().publish(),
            Event::Copy { from } => {
                // What the other tablet had not sent is lost with its disk: that is not the protocol's doing.
                let other = 1 - from;
                if self.tablets[other].pending() == 0 {
                    self.copies += 1;
                    self.tablets[other] = self.tablets[*from].copied(1_000 + self.copies);
                    self.furthest.retain(|(tablet, _), _| *tablet != other);
                }
            }
        }
        self.check_monotone();
    }

    fn order(&mut self, tablet: usize, lines: &[(u32, i64)]) {
        let tablet = &self.tablets[tablet];
        for (product, count) in lines {
            tablet.types(*product, *count);
        }
        let shown = tablet.replica.draft().unwrap();
        let catalog = tablet.replica.catalog().unwrap();
        match run(tablet.replica.submit_draft()) {
            Ok(draft) => {
                let submit = domain::draft::submission(&shown, catalog.as_ref(), None).unwrap();
                assert_eq!(draft, submit.draft);
                self.recorded.push(asked(&submit));
            }
            Err(error) => assert_eq!(error, RecordError::NothingToSend),
        }
    }

    fn check_monotone(&mut self) {
        for (number, tablet) in self.tablets.iter().enumerate() {
            for entry in tablet.entries() {
                let now = stage(&entry.state);
                let furthest = self.furthest.get_or_default((number, entry.draft));
                assert!(*furthest < 2 || now == 2, "{} went back to {:?}", entry.code, entry.state);
                *furthest = now.max(*furthest);
            }
        }
    }

    /// Faults stop; everybody who must signs in again; a few rounds.
    fn settle_down(&mut self) {
        self.server.borrow_mut().me = Some(kitchen(SITE));
        for _ in 0..3 {
            for tablet in &self.tablets {
                let end = tablet.round();
                let fine = matches!(end.trouble, None | Some(RoundTrouble::Cable(Trouble::SignedOut)));
                assert!(fine, "{:?}", end.trouble);
            }
            self.check_monotone();
        }
    }

    fn check_all(&self) {
        let server = self.server.borrow();
        for tablet in &self.tablets {
            assert_eq!(tablet.pending(), 0);
            assert_eq!(
                tablet.replica.view().orders,
                tablet.reopened().replica.view().orders,
                "recomputed from scratch"
            );
            let orders: Map<_, _> = tablet.replica.with_base(|base| base.orders.clone());
            assert_eq!(orders, server.orders);
            let mut seen = tablet.replica.catalog().unwrap().offers.clone();
            seen.sort_by(|a, b| a.reference.cmp(&b.reference));
            assert_eq!(seen, server.offers.values().cloned().collect::<Vec<_>>());
        }
        let shown = |tablet: &Tablet| {
            tablet.entries().into_iter().filter(|entry| stage(&entry.state) == 2).collect::<Vec<_>>()
        };
        assert_eq!(shown(&self.tablets[0]), shown(&self.tablets[1]), "all see the same");
        for intent in &self.recorded {
            assert!(server.submitted.iter().any(|submit| asked(submit) == *intent), "lost: {intent:?}");
            assert!(is_answered(&server, intent), "without an answer: {intent:?}");
        }
        for submit in &server.submitted {
            assert!(self.recorded.contains(&asked(submit)), "invented: {submit:?}");
        }
    }
}

/// Whether an intent became its draft's order, or lies whole in a ticket.
fn is_answered(server: &Server, (draft, lines): &(DraftId, Vec<(String, String)>)) -> bool {
    let parked = server.tickets.values().any(|ticket| match &ticket.subject {
        Subject::Submission { submission, .. } => asked(submission) == (*draft, lines.clone()),
        _ => false,
    });
    parked || server.orders.values().any(|order| order.draft == *draft)
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_order_is_lost_none_is_doubled_and_all_see_the_same(events in prop::collection::vec(event(), 1..40)) {
        let mut world = World::new();
        for event in &events {
            world.happen(event);
        }
        world.settle_down();
        world.check_all();
    }
}
