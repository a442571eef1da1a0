//! Rules as tables: a state, a command, what must come out.

mod changing;

use uuid::Uuid;

use super::*;
use crate::{
    catalog::{ProductFamily, Weekdays},
    id::{ProducerId, SiteId},
    money::{Amount, Rate},
    order::{OrderNumber, OrderState, totals_of},
    pricing::MarginBase,
    quantity::{Pack, Unit},
    time::{Date, Weekday},
};

const IN_TIME: Timestamp = Timestamp(5_000);
const TOO_LATE: Timestamp = Timestamp(20_000);

fn reference(text: &str) -> Reference {
    Reference::parse(text).unwrap()
}

fn euros(text: &str) -> UnitPrice {
    UnitPrice::new(text.parse().unwrap()).unwrap()
}

fn kilos(text: &str) -> Quantity {
    Quantity::new(text.parse().unwrap()).unwrap()
}

fn monday() -> Date {
    "2026-11-30".parse().unwrap()
}

fn offer(name: &str, net_price: &str) -> Offer {
    Offer {
        reference: reference(name),
        revision: 1,
        name: name.to_owned(),
        producer: ProducerId(Uuid::from_u128(9)),
        family: ProductFamily::FruitAndVegetables,
        signs: vec![],
        certificate: None,
        origin: None,
        unit: Unit::Kilogram,
        pack: Pack::new("5".parse().unwrap()).unwrap(),
        net_price: euros(net_price),
        vat: Rate::new("5.5".parse().unwrap()).unwrap(),
        promised: None,
        delivery_days: Weekdays::of([Weekday::Monday]),
        season: crate::catalog::Months::default(),
        allergens: None,
        temperature: None,
    }
}

/// The world a command is judged in: one cycle, three offers, nothing withdrawn, no order yet.
struct World {
    cycle: OrderCycle,
    terms: Terms,
    listed: HashMap<Reference, Offer>,
    withdrawn: HashMap<Reference, Offer>,
    standing: Option<Order>,
}

impl World {
    fn new() -> Self {
        let offers = [offer("leek", "2.00"), offer("carrot", "1.00"), offer("apple", "1.60")];
        Self {
            cycle: OrderCycle {
                id: "2026-W49".parse().unwrap(),
                opens_at: Timestamp(0),
                cut_off_at: Timestamp(10_000),
                grace_ms: 500,
                delivery_days: Weekdays::of([Weekday::Monday, Weekday::Tuesday]),
                published_at: Timestamp(0),
                state: CycleState::Open,
            },
            terms: Terms {
                margin_base: MarginBase::OnCost,
                margin: Rate::new("25".parse().unwrap()).unwrap(),
                transport: Rate::ZERO,
            },
            listed: offers.into_iter().map(|offer| (offer.reference.clone(), offer)).collect(),
            withdrawn: HashMap::new(),
            standing: None,
        }
    }

    fn context(&self, received_at: Timestamp) -> SubmitContext<'_> {
        SubmitContext {
            received_at,
            cycle: Some(&self.cycle),
            terms: &self.terms,
            listed: &self.listed,
            withdrawn: &self.withdrawn,
            standing: self.standing.as_ref(),
            salt: "hash",
        }
    }

    /// What a kitchen sends when it sees the list as it is now.
    fn submission(&self, lines: &[(&str, &str)]) -> SubmitOrder {
        let lines: Vec<_> = lines
            .iter()
            .map(|(name, quantity)| {
                let offer = &self.listed[&reference(name)];
                SubmittedLine {
                    offer: offer.reference.clone(),
                    offer_revision: offer.revision,
                    delivery_on: monday(),
                    quantity: kilos(quantity),
                    price_seen: self.terms.buyer_price(offer.net_price),
                    vat_seen: offer.vat,
                }
            })
            .collect();
        let site = SiteId(Uuid::from_u128(1));
        SubmitOrder {
            draft: DraftId::usual(site, self.cycle.id, 0),
            site,
            cycle: self.cycle.id,
            total_seen: lines.iter().map(|line| line.price_seen.times(line.quantity)).sum(),
            lines,
            cut_off_seen: self.cycle.cut_off_at,
            catalog_cursor: None,
            drawn: None,
        }
    }

    fn accept(&mut self, submit: &SubmitOrder) {
        let SubmitDecision::Accept(accepted) = decide_submit(submit, &self.context(IN_TIME)) else {
            panic!("not accepted")
        };
        self.standing = Some(Order {
            id: OrderId::of_draft(submit.draft),
            draft: submit.draft,
            number: OrderNumber { year: 2026, sequence: 1 },
            site: submit.site,
            cycle: submit.cycle,
            received_at: IN_TIME,
            state: OrderState::Accepted,
            totals: totals_of(&accepted.lines),
            header: Default::default(),
            amendments: Vec::new(),
            lines: accepted.lines,
        });
    }

    fn settle(&self, ticket: &Ticket, choice: Choice, who: Settler, at: Timestamp) -> SettleDecision {
        decide_settle(ticket, choice, who, Some(&self.cycle), &self.context(at))
    }

    fn reprice(&mut self, name: &str, net_price: &str) {
        let offer = self.listed.get_mut(&reference(name)).unwrap();
        offer.net_price = euros(net_price);
        offer.revision += 1;
    }

    fn withdraw(&mut self, name: &str) {
        let offer = self.listed.remove(&reference(name)).unwrap();
        self.withdrawn.insert(offer.reference.clone(), offer);
    }
}

fn accepted(decision: SubmitDecision) -> Accepted {
    match decision {
        SubmitDecision::Accept(accepted) => accepted,
        other => panic!("expected an accepted order, got {other:?}"),
    }
}

fn status_of<'a>(accepted: &'a Accepted, name: &str) -> &'a LineStatus {
    &accepted.lines.iter().find(|line| line.key.offer == reference(name)).unwrap().status
}

fn held_reason(accepted: &Accepted, name: &str) -> Option<Reason> {
    match status_of(accepted, name) {
        LineStatus::Held { reason, .. } => Some(reason.clone()),
        _ => None,
    }
}

#[test]
fn an_order_in_time_at_the_prices_seen_is_simply_accepted() {
    let world = World::new();
    let order = accepted(decide_submit(
        &world.submission(&[("leek", "10"), ("carrot", "5")]),
        &world.context(IN_TIME),
    ));
    assert!(order.tickets.is_empty() && order.adjusted.is_none());
    assert!(order.lines.iter().all(|line| line.status == LineStatus::Accepted));
    assert_eq!(totals_of(&order.lines).net, Amount::new("31.25".parse().unwrap()).unwrap());
    let id = OrderId(Uuid::nil());
    assert_eq!(order.outcome(id), Outcome::Applied { order: Some(id), dup_of: None });
}

#[test]
fn the_grace_counts_and_after_it_the_whole_order_waits_for_the_hub() {
    let world = World::new();
    let submit = world.submission(&[("leek", "10")]);
    assert!(matches!(decide_submit(&submit, &world.context(Timestamp(10_500))), SubmitDecision::Accept(_)));
    assert_eq!(decide_submit(&submit, &world.context(Timestamp(10_501))), SubmitDecision::Park(Reason::Late));
}

#[test]
fn a_price_that_fell_is_taken_and_told() {
    let mut world = World::new();
    let submit = world.submission(&[("leek", "10")]);
    world.reprice("leek", "1.80");
    let order = accepted(decide_submit(&submit, &world.context(IN_TIME)));
    assert_eq!(order.adjusted, Some(Reason::PriceLower));
    assert_eq!((order.lines[0].price_seen, order.lines[0].unit_price), (euros("2.5"), euros("2.25")));
}

#[test]
fn a_price_that_rose_holds_its_line_and_only_its_line() {
    let mut world = World::new();
    let submit = world.submission(&[("leek", "10"), ("carrot", "5")]);
    world.reprice("leek", "2.40");
    let order = accepted(decide_submit(&submit, &world.context(IN_TIME)));
    assert_eq!(held_reason(&order, "leek"), Some(Reason::PriceChanged));
    assert_eq!(*status_of(&order, "carrot"), LineStatus::Accepted);
    assert_eq!(order.tickets[0].price_now, Some(euros("3")));
    assert_eq!(totals_of(&order.lines).net, Amount::new("6.25".parse().unwrap()).unwrap());
    assert!(matches!(
        order.outcome(OrderId(Uuid::nil())),
        Outcome::Parked { code: Reason::PriceChanged, .. }
    ));
}

#[test]
fn a_product_that_left_the_list_holds_its_line() {
    let mut world = World::new();
    let submit = world.submission(&[("leek", "10"), ("carrot", "5")]);
    world.withdraw("leek");
    let order = accepted(decide_submit(&submit, &world.context(IN_TIME)));
    assert_eq!(held_reason(&order, "leek"), Some(Reason::Withdrawn));
    assert_eq!(order.tickets[0].price_now, None);
}

#[test]
fn a_line_that_cannot_be_delivered_or_packed_is_held_not_lost() {
    let world = World::new();
    let mut submit = world.submission(&[("leek", "7"), ("carrot", "5")]);
    submit.lines[1].delivery_on = "2026-12-01".parse().unwrap();
    let order = accepted(decide_submit(&submit, &world.context(IN_TIME)));
    assert_eq!(held_reason(&order, "leek"), Some(Reason::PackMultiple));
    assert_eq!(held_reason(&order, "carrot"), Some(Reason::NotDelivered));
}

#[test]
fn the_same_draft_with_the_same_lines_is_one_order_even_after_prices_moved() {
    let mut world = World::new();
    let submit = world.submission(&[("leek", "10"), ("carrot", "5")]);
    world.accept(&submit);
    world.reprice("leek", "9");
    let mut shuffled = submit.clone();
    shuffled.lines.reverse();
    for at in [IN_TIME, TOO_LATE] {
        assert_eq!(
            decide_submit(&shuffled, &world.context(at)),
            SubmitDecision::SameAs(OrderId::of_draft(submit.draft))
        );
    }
}

#[test]
fn the_same_draft_with_other_lines_waits_for_the_kitchens_choice() {
    let mut world = World::new();
    world.accept(&world.submission(&[("leek", "10")]));
    let second = world.submission(&[("leek", "15")]);
    assert_eq!(decide_submit(&second, &world.context(IN_TIME)), SubmitDecision::Park(Reason::DoubleSubmit));
    assert_eq!(decide_submit(&second, &world.context(TOO_LATE)), SubmitDecision::Park(Reason::Late));
}

#[test]
fn what_could_never_be_delivered_is_refused_and_what_is_unknown_is_kept() {
    let world = World::new();
    let decide = |submit: &SubmitOrder| decide_submit(submit, &world.context(IN_TIME));
    assert_eq!(decide(&world.submission(&[])), SubmitDecision::Refuse(Reason::EmptyOrder));
    let twice = world.submission(&[("leek", "5"), ("leek", "5")]);
    assert_eq!(decide(&twice), SubmitDecision::Refuse(Reason::Malformed));
    let nothing = world.submission(&[("leek", "0")]);
    assert_eq!(decide(&nothing), SubmitDecision::Refuse(Reason::Malformed));
    let mut unknown = world.submission(&[("leek", "5")]);
    unknown.lines[0].offer = reference("moon cheese");
    assert_eq!(decide(&unknown), SubmitDecision::Park(Reason::UnknownOffer));
    let no_cycle = SubmitContext { cycle: None, ..world.context(IN_TIME) };
    assert_eq!(
        decide_submit(&world.submission(&[("leek", "5")]), &no_cycle),
        SubmitDecision::Park(Reason::UnknownCycle)
    );
}

#[test]
fn a_total_that_does_not_come_out_is_told() {
    let world = World::new();
    let mut submit = world.submission(&[("leek", "10")]);
    submit.total_seen = Amount::from_cents(1);
    assert_eq!(
        accepted(decide_submit(&submit, &world.context(IN_TIME))).adjusted,
        Some(Reason::TotalDiffers)
    );
}

fn ticket(subject: Subject, reason: Reason) -> Ticket {
    Ticket {
        id: TicketId(Uuid::from_u128(77)),
        site: SiteId(Uuid::from_u128(1)),
        cycle: Some("2026-W49".parse().unwrap()),
        reason,
        subject,
        opened_at: IN_TIME,
        state: TicketState::Open,
    }
}

fn line_ticket(price_now: Option<&str>, reason: Reason) -> Ticket {
    let subject = Subject::Line {
        order: OrderId(Uuid::from_u128(5)),
        line: LineKey { offer: reference("leek"), delivery_on: monday() },
        price_seen: euros("2.5"),
        price_now: price_now.map(euros),
    };
    ticket(subject, reason)
}

fn late_ticket(submission: SubmitOrder, standing: Option<OrderId>, reason: Reason) -> Ticket {
    ticket(Subject::Submission { submission: Box::new(submission), standing }, reason)
}

#[test]
fn a_held_line_is_taken_at_its_new_price_or_left_out() {
    let world = World::new();
    let ticket = line_ticket(Some("3"), Reason::PriceChanged);
    let settled = |choice| world.settle(&ticket, choice, Settler::Kitchen, IN_TIME);
    assert!(matches!(settled(Choice::Accept), SettleDecision::Line { status: LineStatus::Accepted, .. }));
    let SettleDecision::Line { status, .. } = settled(Choice::Decline) else { panic!() };
    assert_eq!(status, LineStatus::Dropped { reason: Reason::Declined });
    assert_eq!(settled(Choice::Replace), SettleDecision::Refuse(Reason::Malformed));
}

#[test]
fn a_withdrawn_line_can_only_be_left_out_and_says_why() {
    let world = World::new();
    let ticket = line_ticket(None, Reason::Withdrawn);
    assert_eq!(
        world.settle(&ticket, Choice::Accept, Settler::Kitchen, IN_TIME),
        SettleDecision::Refuse(Reason::Malformed)
    );
    let SettleDecision::Line { status, .. } =
        world.settle(&ticket, Choice::Decline, Settler::Kitchen, TOO_LATE)
    else {
        panic!()
    };
    assert_eq!(status, LineStatus::Dropped { reason: Reason::Withdrawn });
}

#[test]
fn after_the_cut_off_the_kitchen_may_not_add_but_the_hub_may_until_it_closes() {
    let mut world = World::new();
    let ticket = line_ticket(Some("3"), Reason::PriceChanged);
    assert_eq!(
        world.settle(&ticket, Choice::Accept, Settler::Kitchen, TOO_LATE),
        SettleDecision::Refuse(Reason::CycleClosed)
    );
    assert!(matches!(
        world.settle(&ticket, Choice::Accept, Settler::Hub, TOO_LATE),
        SettleDecision::Line { .. }
    ));
    world.cycle.state = CycleState::Closed { closed_at: TOO_LATE };
    assert_eq!(
        world.settle(&ticket, Choice::Accept, Settler::Hub, TOO_LATE),
        SettleDecision::Refuse(Reason::CycleClosed)
    );
}

#[test]
fn a_late_order_is_the_hubs_to_take_and_the_kitchen_may_not() {
    let world = World::new();
    let late = late_ticket(world.submission(&[("leek", "10")]), None, Reason::Late);
    assert_eq!(
        world.settle(&late, Choice::Accept, Settler::Kitchen, TOO_LATE),
        SettleDecision::Refuse(Reason::NoRight)
    );
    let SettleDecision::NewOrder(order) = world.settle(&late, Choice::Accept, Settler::Hub, TOO_LATE) else {
        panic!()
    };
    assert_eq!(*status_of(&order, "leek"), LineStatus::Accepted);
    assert_eq!(world.settle(&late, Choice::Decline, Settler::Hub, TOO_LATE), SettleDecision::Close);
}

#[test]
fn a_second_submission_replaces_adds_or_is_left() {
    let mut world = World::new();
    world.accept(&world.submission(&[("leek", "10"), ("carrot", "5")]));
    let second = world.submission(&[("leek", "5"), ("apple", "10")]);
    let ticket = late_ticket(second, world.standing.as_ref().map(|order| order.id), Reason::DoubleSubmit);
    let lines = |choice| match world.settle(&ticket, choice, Settler::Kitchen, IN_TIME) {
        SettleDecision::SetLines { accepted, .. } => {
            let line = |line: &OrderLine| {
                (line.key.offer.to_string(), line.ordered.to_string(), line.status == LineStatus::Accepted)
            };
            accepted.lines.iter().map(line).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let expect = |rows: &[(&str, &str, bool)]| {
        rows.iter()
            .map(|(name, kilos, counts)| ((*name).to_owned(), (*kilos).to_owned(), *counts))
            .collect::<Vec<_>>()
    };
    // Replaced: the carrot stays readable, left out.
    assert_eq!(
        lines(Choice::Replace),
        expect(&[("apple", "10", true), ("carrot", "5", false), ("leek", "5", true)])
    );
    assert_eq!(
        lines(Choice::AddDifference),
        expect(&[("apple", "10", true), ("carrot", "5", true), ("leek", "10", true)])
    );
    assert_eq!(world.settle(&ticket, Choice::Decline, Settler::Kitchen, IN_TIME), SettleDecision::Close);
}

#[test]
fn a_choice_is_made_once() {
    let world = World::new();
    let mut ticket = line_ticket(Some("3"), Reason::PriceChanged);
    ticket.state = TicketState::Settled { choice: Choice::Accept, settled_at: IN_TIME };
    assert_eq!(world.settle(&ticket, Choice::Accept, Settler::Kitchen, IN_TIME), SettleDecision::Already);
    assert_eq!(
        world.settle(&ticket, Choice::Decline, Settler::Kitchen, IN_TIME),
        SettleDecision::Refuse(Reason::AlreadySettled)
    );
}
