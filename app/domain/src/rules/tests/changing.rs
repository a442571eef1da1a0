//! A kitchen that changes its mind: what was asked, what is wanted, what must come out.

use super::*;
use crate::command::{AmendOrder, WithdrawOrder};

impl World {
    /// A world where 10 kg of leeks and 5 kg of carrots are ordered.
    fn ordered() -> Self {
        let mut world = Self::new();
        world.accept(&world.submission(&[("leek", "10"), ("carrot", "5")]));
        world
    }

    fn order(&self) -> &Order {
        self.standing.as_ref().unwrap()
    }

    fn withdrawal(&self) -> WithdrawOrder {
        let order = self.order();
        WithdrawOrder { order: order.id, site: order.site, cycle: order.cycle, seen: order.asked() }
    }

    fn withdrawn(mut self) -> Self {
        self.standing.as_mut().unwrap().withdraw(IN_TIME);
        self
    }

    /// What a kitchen sends that sees the order and the list as they are now.
    fn amendment(&self, lines: &[(&str, &str)]) -> AmendOrder {
        let order = self.order();
        AmendOrder { revision_seen: order.revision(), seen: order.asked(), wanted: self.submission(lines) }
    }

    fn amend(&mut self, lines: &[(&str, &str)]) -> Accepted {
        let amended = accepted(decide_amend(&self.amendment(lines), &self.context(IN_TIME)));
        self.standing.as_mut().unwrap().amend(amended.lines.clone(), IN_TIME);
        amended
    }

    fn line(&self, name: &str) -> &OrderLine {
        self.order().lines.iter().find(|line| line.key.offer == reference(name)).unwrap()
    }
}

/// « leek 10, carrot 5 »
fn said(order: &Order) -> String {
    let lines = order.asked();
    lines.iter().map(|line| format!("{} {}", line.key.offer, line.quantity)).collect::<Vec<_>>().join(", ")
}

#[test]
fn golden_cases_of_a_withdrawal() {
    let closed = |mut world: World| {
        world.standing.as_mut().unwrap().state = OrderState::Consolidated;
        world
    };
    let id = World::ordered().order().id;
    let last = Timestamp(10_500);
    let refuse = WithdrawDecision::Refuse;
    let cases = [
        ("in time", World::ordered(), IN_TIME, WithdrawDecision::Withdraw),
        ("in the grace", World::ordered(), last, WithdrawDecision::Withdraw),
        ("after it", World::ordered(), Timestamp(10_501), refuse(Reason::TooLateToChange)),
        ("twice", World::ordered().withdrawn(), IN_TIME, WithdrawDecision::Already(id)),
        ("twice, the second late", World::ordered().withdrawn(), TOO_LATE, WithdrawDecision::Already(id)),
        ("of a closed week", closed(World::ordered()), IN_TIME, refuse(Reason::TooLateToChange)),
    ];
    for (case, world, at, expected) in cases {
        let mut withdrawal = World::ordered().withdrawal();
        let decided = decide_withdraw(&withdrawal, world.standing.as_ref(), Some(&world.cycle), at);
        assert_eq!(decided, expected, "{case}");
        withdrawal.seen.pop();
        let unseen = decide_withdraw(&withdrawal, world.standing.as_ref(), Some(&world.cycle), at);
        let changed =
            if expected == WithdrawDecision::Withdraw { refuse(Reason::OrderChanged) } else { expected };
        assert_eq!(unseen, changed, "{case}, by somebody who saw fewer lines");
    }
    let world = World::ordered();
    let nowhere = decide_withdraw(&world.withdrawal(), None, Some(&world.cycle), IN_TIME);
    assert_eq!(nowhere, WithdrawDecision::Unknown);
}

#[test]
fn a_withdrawn_order_counts_for_nothing_and_can_still_be_read() {
    let mut world = World::new();
    world.reprice("carrot", "1.20");
    let mut submission = world.submission(&[("leek", "10"), ("carrot", "5")]);
    submission.lines[1].price_seen = euros("1.25");
    world.accept(&submission);
    let order = world.withdrawn().standing.unwrap();
    assert_eq!(
        (order.state, order.totals.net),
        (OrderState::Withdrawn { withdrawn_at: IN_TIME }, Amount::ZERO)
    );
    let dropped = LineStatus::Dropped { reason: Reason::OrderWithdrawn };
    assert!(order.lines.iter().all(|line| line.status == dropped), "held ones too: {:?}", order.lines);
    assert_eq!((order.lines.len(), order.asked()), (2, vec![]));
}

/// Its name, what happened before it came, when it came, what is decided.
type AmendmentCase = (&'static str, fn(&mut World, &mut AmendOrder), Timestamp, &'static str);

#[test]
fn golden_cases_of_an_amendment() {
    let last = Timestamp(10_500);
    let cases: [AmendmentCase; 9] = [
        ("as it was seen", |_, _| {}, IN_TIME, "accepted"),
        ("in the grace", |_, _| {}, last, "accepted"),
        ("after it", |_, _| {}, Timestamp(10_501), "LATE"),
        ("changed meanwhile", |world, _| drop(world.amend(&[("leek", "10")])), IN_TIME, "ORDER_CHANGED"),
        (
            "changed meanwhile, and back",
            |world, _| {
                world.amend(&[("leek", "10")]);
                world.amend(&[("leek", "10"), ("carrot", "5")]);
            },
            IN_TIME,
            "ORDER_CHANGED",
        ),
        (
            "changed meanwhile to the very same",
            |world, _| drop(world.amend(&[("leek", "15")])),
            IN_TIME,
            "same",
        ),
        (
            "withdrawn meanwhile",
            |world, _| world.standing.as_mut().unwrap().withdraw(IN_TIME),
            IN_TIME,
            "ORDER_WITHDRAWN",
        ),
        ("of nothing", |_, amend| amend.wanted.lines.clear(), IN_TIME, "EMPTY_ORDER"),
        (
            "with what nobody knows",
            |_, amend| amend.wanted.lines[0].offer = reference("x"),
            IN_TIME,
            "UNKNOWN_OFFER",
        ),
    ];
    for (case, meanwhile, at, expected) in cases {
        let mut world = World::ordered();
        let mut amendment = world.amendment(&[("leek", "15")]);
        meanwhile(&mut world, &mut amendment);
        let decided = match decide_amend(&amendment, &world.context(at)) {
            SubmitDecision::Accept(_) => "accepted".to_owned(),
            SubmitDecision::SameAs(_) => "same".to_owned(),
            SubmitDecision::Park(reason) | SubmitDecision::Refuse(reason) => reason.code().to_owned(),
        };
        assert_eq!(decided, expected, "{case}");
    }
    let world = World::ordered();
    let amendment = world.amendment(&[("leek", "15")]);
    let nowhere = SubmitContext { standing: None, ..world.context(IN_TIME) };
    assert_eq!(decide_amend(&amendment, &nowhere), SubmitDecision::Park(Reason::UnknownOrder));
}

#[test]
fn an_amendment_raises_lowers_adds_and_leaves_out_under_the_same_number() {
    let mut world = World::ordered();
    let number = world.order().number;
    world.amend(&[("leek", "15"), ("apple", "5")]);
    assert_eq!((said(world.order()).as_str(), world.order().number), ("apple 5, leek 15", number));
    assert_eq!(world.line("carrot").status, LineStatus::Dropped { reason: Reason::Declined });
    world.amend(&[("leek", "5"), ("apple", "5"), ("carrot", "10")]);
    assert_eq!(said(world.order()), "apple 5, carrot 10, leek 5");
    let order = world.order();
    assert_eq!(order.totals, totals_of(&order.lines));
    let told: Vec<_> = order
        .amendments
        .iter()
        .map(|told| {
            let change = |change: &crate::order::LineChange| {
                format!("{} {}→{}", change.key.offer, change.before, change.after)
            };
            (told.revision, told.changes.iter().map(change).collect::<Vec<_>>().join(", "))
        })
        .collect();
    let expected = [(1, "apple 0→5, carrot 5→0, leek 10→15"), (2, "carrot 0→10, leek 15→5")];
    assert_eq!(told, expected.map(|(revision, changes)| (revision, changes.to_owned())));
}

#[test]
fn an_unchanged_or_lowered_line_keeps_its_price_whatever_became_of_the_offer() {
    for quantity in ["10", "5"] {
        let mut world = World::ordered();
        world.reprice("leek", "9.00");
        let amendment = world.amendment(&[("leek", quantity), ("carrot", "10")]);
        world.withdraw("leek");
        let amended = accepted(decide_amend(&amendment, &world.context(IN_TIME)));
        let leek = amended.lines.iter().find(|line| line.key.offer == reference("leek")).unwrap();
        assert_eq!((leek.status.clone(), leek.unit_price), (LineStatus::Accepted, euros("2.5")));
        assert_eq!((leek.ordered, leek.amount), (kilos(quantity), euros("2.5").times(kilos(quantity))));
        assert_eq!(leek.split.total(), leek.amount);
        assert_eq!(amended.tickets, []);
    }
}

#[test]
fn a_raised_line_whose_price_rose_stands_as_it_was_until_the_kitchen_agrees() {
    let mut world = World::ordered();
    let amendment = world.amendment(&[("leek", "20"), ("carrot", "5")]);
    world.reprice("leek", "3.00");
    let amended = accepted(decide_amend(&amendment, &world.context(IN_TIME)));
    assert!(matches!(amended.outcome(world.order().id), Outcome::Parked { code: Reason::PriceChanged, .. }));
    world.standing.as_mut().unwrap().amend(amended.lines, IN_TIME);
    let leek = world.line("leek");
    assert_eq!(
        (leek.ordered, leek.status.clone()),
        (kilos("10"), LineStatus::Accepted),
        "nothing is at risk"
    );
    let proposal = leek.proposed.as_deref().unwrap();
    assert_eq!((proposal.line.ordered, proposal.line.unit_price), (kilos("20"), euros("3.75")));
    assert_eq!((leek.ticket(), &proposal.reason), (Some(amended.tickets[0].ticket), &Reason::PriceChanged));
    // Asked for again at the price that is seen now, the question is gone.
    world.amend(&[("leek", "20"), ("carrot", "5")]);
    assert_eq!((world.line("leek").ticket(), world.line("leek").unit_price), (None, euros("3.75")));
}

#[test]
fn a_submission_of_a_withdrawn_draft_waits_even_when_it_is_the_very_same() {
    let world = World::ordered().withdrawn();
    let again = world.submission(&[("leek", "10"), ("carrot", "5")]);
    let decided = |at| decide_submit(&again, &world.context(at));
    assert_eq!(decided(IN_TIME), SubmitDecision::Park(Reason::OrderWithdrawn));
    assert_eq!(decided(TOO_LATE), SubmitDecision::Park(Reason::Late));
    let ticket = late_ticket(again.clone(), None, Reason::OrderWithdrawn);
    assert_eq!(ticket.choices(), [Choice::Accept, Choice::Decline]);
    let SettleDecision::NewOrder(order) = world.settle(&ticket, Choice::Accept, Settler::Kitchen, IN_TIME)
    else {
        panic!("a new order")
    };
    assert!(order.lines.iter().all(|line| line.status == LineStatus::Accepted));
}

#[test]
fn a_question_about_what_is_gone_is_not_answered_any_more() {
    let world = World::ordered();
    let mut ticket = line_ticket(Some("3"), Reason::PriceChanged);
    ticket.state = TicketState::Closed { reason: Reason::OrderWithdrawn, closed_at: IN_TIME };
    for choice in [Choice::Accept, Choice::Decline] {
        let settled = world.settle(&ticket, choice, Settler::Kitchen, IN_TIME);
        assert_eq!(settled, SettleDecision::Refuse(Reason::OrderWithdrawn));
    }
}
