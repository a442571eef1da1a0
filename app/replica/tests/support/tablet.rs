//! A tablet: a replica on a device in memory, with a clock one can set and chance one can repeat.

use std::{cell::Cell, rc::Rc};

use domain::{draft::How, id::DraftId, time::Timestamp};
use replica::{
    Replica,
    ports::{Clock, Entropy},
    recording::RecordError,
    storage::{memory::MemoryStorage, sealing::Sealing},
    sync::RoundEnd,
    view::{OrderEntry, SendState},
};

use super::{
    cable::{Cable, Fault},
    run,
    server::Shared,
    world::{kilos, monday},
};

#[derive(Clone, Default)]
pub struct TestClock(pub Rc<Cell<i64>>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.0.set(self.0.get() + 1);
        Timestamp(self.0.get())
    }
}

#[derive(Clone)]
pub struct TestChance(Rc<Cell<u128>>);

impl Entropy for TestChance {
    fn bits(&self) -> u128 {
        let next = self
            .0
            .get()
            .wrapping_mul(0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645)
            .wrapping_add(0x5851_F42D_4C95_7F2D);
        self.0.set(next);
        next ^ (next >> 64)
    }
}

pub struct Tablet {
    pub replica: Replica<Sealing<MemoryStorage>, Cable, TestClock, TestChance>,
    pub storage: MemoryStorage,
    pub cable: Cable,
    pub clock: TestClock,
    chance: TestChance,
}

impl Tablet {
    /// A new tablet.
    pub fn new(server: &Shared, seed: u128) -> Self {
        let (clock, chance) = (TestClock::default(), TestChance(Rc::new(Cell::new(seed))));
        Self::on(MemoryStorage::default(), Cable::to(server), clock, chance)
    }

    /// A new tablet that has seen the server once.
    pub fn ready(server: &Shared, seed: u128) -> Self {
        let tablet = Self::new(server, seed);
        tablet.round_ok();
        tablet
    }

    fn on(storage: MemoryStorage, cable: Cable, clock: TestClock, chance: TestChance) -> Self {
        let device = Sealing::of(storage.clone());
        let replica = Replica::new(device, cable.clone(), clock.clone(), chance.clone(), "test");
        run(replica.open(std::future::ready(None))).unwrap();
        Self { replica, storage, cable, clock, chance }
    }

    /// The page is closed and opened again.
    #[must_use]
    pub fn reopened(&self) -> Self {
        Self::on(self.storage.clone(), self.cable.clone(), self.clock.clone(), self.chance.clone())
    }

    /// Another tablet with a copy of this one's disk.
    #[must_use]
    pub fn copied(&self, seed: u128) -> Self {
        let chance = TestChance(Rc::new(Cell::new(seed)));
        Self::on(self.storage.copy(), Cable::to(&self.cable.server), self.clock.clone(), chance)
    }

    pub fn online(&self, online: bool) {
        *self.cable.online.borrow_mut() = online;
    }

    pub fn fault(&self, path: &'static str, fault: Fault) {
        self.cable.faults.borrow_mut().push_back((path, fault));
    }

    pub fn round(&self) -> RoundEnd {
        run(self.replica.round())
    }

    #[track_caller]
    pub fn round_ok(&self) {
        assert_eq!(self.round().trouble, None);
    }

    /// Types so many kilos of a product.
    pub fn types(&self, number: u32, count: i64) {
        self.replica.set_quantity(monday(number), kilos(count), How::Typed);
    }

    /// Brings a product to so many kilos by + and −.
    pub fn steps(&self, number: u32, count: i64) {
        self.replica.set_quantity(monday(number), kilos(count), How::Stepped);
    }

    /// Fills the draft and sends it: product numbers and kilos.
    pub fn order(&self, lines: &[(u32, i64)]) -> DraftId {
        self.try_order(lines).unwrap()
    }

    pub fn try_order(&self, lines: &[(u32, i64)]) -> Result<DraftId, RecordError> {
        for (number, count) in lines {
            self.types(*number, *count);
        }
        run(self.replica.submit_draft())
    }

    pub fn entries(&self) -> Vec<OrderEntry> {
        self.replica.view().orders
    }

    #[track_caller]
    pub fn entry(&self) -> OrderEntry {
        let entries = self.entries();
        assert_eq!(entries.len(), 1, "one card: {entries:?}");
        entries.into_iter().next().unwrap()
    }

    #[track_caller]
    pub fn state(&self) -> SendState {
        self.entry().state
    }

    /// Whether nothing waits and the server has every order.
    pub fn all_received(&self) -> bool {
        let received = |entry: &OrderEntry| matches!(entry.state, SendState::Received { .. });
        self.pending() == 0 && self.entries().iter().all(received)
    }

    pub fn pending(&self) -> usize {
        self.replica.pending_count()
    }
}
