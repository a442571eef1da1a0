use domain::{
    command::SettleTicket,
    id::{TicketId, UserId},
    ordered::Map,
    receipt::Outcome,
    ticket::Choice,
};
use uuid::Uuid;

use super::*;

const PLACE: PlaceId = PlaceId(Uuid::from_u128(1));
const OTHER_PLACE: PlaceId = PlaceId(Uuid::from_u128(2));

fn outbox(n: u128) -> OutboxId {
    OutboxId(Uuid::from_u128(n))
}

fn intent(place: PlaceId, what: u128, now: i64) -> Intent {
    Intent {
        actor: UserId(Uuid::from_u128(9)),
        place,
        command: Command::SettleTicket(SettleTicket {
            ticket: TicketId(Uuid::from_u128(what)),
            choice: Choice::Accept,
        }),
        now: Timestamp(now),
        fresh: outbox(place.0.as_u128() * 100),
    }
}

fn done<T>(contents: &mut OutboxContents, update: Update<T>) -> T {
    update.writes.into_iter().for_each(|write| contents.apply(write));
    update.value
}

fn recorded(contents: &mut OutboxContents, place: PlaceId, what: u128) -> Entry {
    let update = record(&contents.queue, &intent(place, what, 1_000));
    done(contents, update)
}

fn tickets(queue: &Queue, place: PlaceId) -> Vec<u128> {
    let ticket = |entry: &Entry| match entry.envelope.command() {
        Ok(Command::SettleTicket(settle)) => settle.ticket.0.as_u128(),
        _ => 0,
    };
    queue.pending(place).map(ticket).collect()
}

fn receipt(m: u64, at: i64) -> Receipt {
    Receipt {
        m,
        outcome: Outcome::Applied { order: None, dup_of: None },
        received_at: Timestamp(at),
        dup: false,
    }
}

#[test]
fn numbers_have_no_gap_and_each_site_has_its_own() {
    let mut contents = OutboxContents::default();
    let ours: Vec<_> = (1..=3).map(|what| recorded(&mut contents, PLACE, what).envelope.m).collect();
    let theirs = recorded(&mut contents, OTHER_PLACE, 4);
    assert_eq!((ours, theirs.envelope.m), (vec![1, 2, 3], 1));
    assert_ne!(theirs.outbox, contents.queue.head(PLACE).unwrap().outbox);
    assert_eq!(tickets(&contents.queue, PLACE), [1, 2, 3]);
    assert!(contents.queue.commands.values().all(|entry| entry.envelope.is_intact()));
}

#[test]
fn a_clock_that_goes_back_keeps_the_order() {
    let mut contents = OutboxContents::default();
    for (what, now) in [(1, 5_000), (2, 100), (3, 100)] {
        let update = record(&contents.queue, &intent(PLACE, what, now));
        done(&mut contents, update);
    }
    let hlcs: Vec<_> = contents.queue.pending(PLACE).map(|entry| entry.envelope.hlc).collect();
    assert!(hlcs.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn an_outbox_that_takes_a_new_name_loses_nothing_and_reseals_all() {
    let mut contents = OutboxContents::default();
    for what in 1..=3 {
        recorded(&mut contents, PLACE, what);
    }
    let old = contents.queue.head(PLACE).unwrap().outbox;
    let update = renumber(&contents.queue, PLACE, old, outbox(77), &[]);
    assert!(done(&mut contents, update));
    assert_eq!(tickets(&contents.queue, PLACE), [1, 2, 3]);
    assert!(contents.queue.pending(PLACE).zip(1..).all(|(entry, m)| {
        entry.outbox == outbox(77) && entry.envelope.m == m && entry.envelope.is_intact()
    }));
    assert_eq!(contents.queue.commands.len(), 3);
    assert_eq!(recorded(&mut contents, PLACE, 4).envelope.m, 4);
    let late = renumber(&contents.queue, PLACE, old, outbox(78), &[]);
    assert!(!late.value && late.writes.is_empty(), "the other tab was quicker");
}

#[test]
fn a_command_nobody_can_carry_lets_its_neighbors_go() {
    let mut contents = OutboxContents::default();
    for what in 1..=3 {
        recorded(&mut contents, PLACE, what);
    }
    let poison = (contents.queue.head(PLACE).unwrap().outbox, 2);
    let update = set_aside(&contents.queue, PLACE, poison, outbox(77), &StuckReason::TooLarge);
    assert!(done(&mut contents, update));
    assert_eq!(tickets(&contents.queue, PLACE), [1, 3]);
    let unproved = contents.queue.unproved(PLACE, &Map::new());
    let stuck: Vec<_> = unproved.iter().map(|pending| pending.stuck.clone()).collect();
    assert_eq!(stuck, [None, None, Some(StuckReason::TooLarge)]);
    let update = adopt(&contents.queue, PLACE, outbox(79));
    assert_eq!(done(&mut contents, update), 0, "what was put aside stays aside");
}

#[test]
fn a_lost_head_record_strands_nothing() {
    let mut contents = OutboxContents::default();
    for what in 1..=2 {
        recorded(&mut contents, PLACE, what);
    }
    contents.queue.meta.clear();
    let update = adopt(&contents.queue, PLACE, outbox(80));
    assert_eq!(done(&mut contents, update), 2);
    assert_eq!(tickets(&contents.queue, PLACE), [1, 2]);
    assert_eq!(recorded(&mut contents, PLACE, 3).envelope.m, 3);
}

#[test]
fn an_entry_leaves_only_with_proof_and_receipt() {
    let mut contents = OutboxContents::default();
    for what in 1..=3 {
        recorded(&mut contents, PLACE, what);
    }
    let outbox = contents.queue.head(PLACE).unwrap().outbox;
    let applied = Map::from([(outbox, Applied { last: 2, receipts: vec![receipt(1, 10), receipt(3, 30)] })]);
    let update = settle(&contents.queue, &applied, |_| None);
    assert_eq!(done(&mut contents, update), 1);
    assert_eq!(tickets(&contents.queue, PLACE), [2, 3]);
    assert_eq!(contents.sent.keys().collect::<Vec<_>>(), [&(outbox, 1)]);
    assert_eq!(
        contents.queue.unproved(PLACE, &applied).len(),
        1,
        "number 2 is proved, it only waits for its receipt"
    );
}

#[test]
fn a_batch_stops_at_its_bounds_but_always_carries_something() {
    let mut contents = OutboxContents::default();
    for what in 1..=60 {
        recorded(&mut contents, PLACE, what);
    }
    let numbers = |from, most| -> Vec<u64> {
        batch(contents.queue.pending(PLACE), from, most).iter().map(|envelope| envelope.m).collect()
    };
    assert_eq!(numbers(1, 50).len(), 50);
    assert_eq!(numbers(58, 50), [58, 59, 60]);
    let mut huge: Vec<_> = contents.queue.pending(PLACE).take(3).cloned().collect();
    for entry in &mut huge {
        entry.envelope.a = "x".repeat(200 * 1024).into();
    }
    assert_eq!(batch(huge.iter(), 1, 50).len(), 1);
}

#[test]
fn old_answers_are_forgotten_by_the_servers_clock() {
    let mut contents = OutboxContents::default();
    for (what, day) in [(1, 0), (2, 10), (3, 40)] {
        let entry = recorded(&mut contents, PLACE, what);
        let receipt = receipt(entry.envelope.m, day * 24 * 3_600 * 1_000);
        contents.apply(Write::PutSent(Sent { entry, receipt, number: None }));
    }
    for write in forget_old_sent(&contents.sent) {
        contents.apply(write);
    }
    assert_eq!(contents.sent.keys().map(|(_, m)| *m).collect::<Vec<_>>(), [2, 3]);
}
