//! Time, chance and what is to come: the one thing every part of the world holds.

use std::{
    cell::{Cell, RefCell},
    cmp::Ordering,
    collections::BinaryHeap,
    fmt::Write as _,
    rc::Rc,
};

use replica::ports::{Answer, Request, Unreachable};

use crate::{
    chance::Chance,
    disk::Disk,
    fault::{Counts, Fault, Swarm},
    slot::Slot,
};

/// A page of a profile. A page opened later in the same place is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PageId {
    pub(crate) profile: usize,
    pub(crate) place: usize,
    pub(crate) life: u32,
}

pub(crate) type Answered = Slot<Result<Answer, Unreachable>>;
/// What a page asked of its device; gives back how to tell it, once the write is durable.
pub(crate) type DeviceWork = Box<dyn FnOnce(&mut Disk) -> Box<dyn FnOnce()>>;

/// A request on the cable.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) from: PageId,
    pub(crate) request: Request,
    pub(crate) cookie: Option<u64>,
    pub(crate) slot: Answered,
}

/// What a server's answer does to the browser's cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CookieChange {
    Keep,
    Set(u64),
    Clear,
}

/// Something that will happen.
pub(crate) enum Event {
    /// A page's request reaches its device.
    Device { page: PageId, strict: bool, work: DeviceWork },
    /// A write of a page is durable: it is told.
    Durable { page: PageId, outbox_steps: u64, tell: Box<dyn FnOnce()> },
    /// What relaxed writes left in memory reaches the disk.
    Flush { profile: usize },
    /// A page's own clock rings.
    Ring { page: PageId, slot: Slot<()> },
    /// A request reaches the server.
    Request(Sent),
    /// An answer reaches the browser.
    Reply { to: PageId, slot: Answered, answer: Result<Answer, Unreachable>, cookie: CookieChange },
    /// A page hears that something moved on the server.
    Poke { page: PageId },
    /// Other tabs of the profile are told to read the device again.
    Tell { from: PageId },
    /// Somebody does something, or something breaks.
    Director,
    /// What the server does by itself.
    Jobs,
}

struct Entry {
    at: i64,
    serial: u64,
    event: Event,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.serial) == (other.at, other.serial)
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    /// The heap gives its greatest: the earliest, and of two at one instant the first that was planned.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.serial).cmp(&(self.at, self.serial))
    }
}

/// What is told of a run, when it is told.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) at: i64,
    pub(crate) text: String,
}

/// How a line of the story begins that tells of something that broke.
pub(crate) const BREAKS: &str = "✗ ";

/// Time, chance and what is to come.
pub(crate) struct Core {
    now: Cell<i64>,
    queue: RefCell<BinaryHeap<Entry>>,
    serial: Cell<u64>,
    chance: RefCell<Chance>,
    swarm: Swarm,
    calm: Cell<bool>,
    counts: RefCell<Counts>,
    trace: Cell<u64>,
    story: Option<RefCell<Vec<Line>>>,
}

impl Core {
    pub(crate) fn new(seed: u64, start: i64, told: bool) -> Rc<Self> {
        let mut chance = Chance::of(seed);
        let swarm = Swarm::drawn(&mut chance);
        Rc::new(Self {
            now: Cell::new(start),
            queue: RefCell::default(),
            serial: Cell::new(0),
            chance: RefCell::new(chance),
            swarm,
            calm: Cell::new(true),
            counts: RefCell::new([0; Fault::ALL.len()]),
            trace: Cell::new(0xcbf2_9ce4_8422_2325),
            story: told.then(RefCell::default),
        })
    }

    pub(crate) fn now(&self) -> i64 {
        self.now.get()
    }

    pub(crate) fn after(&self, delay_ms: i64, event: Event) {
        let serial = self.serial.get();
        self.serial.set(serial + 1);
        let at = self.now.get().saturating_add(delay_ms.max(0));
        self.queue.borrow_mut().push(Entry { at, serial, event });
    }

    /// The next event, at its time.
    pub(crate) fn next(&self) -> Option<Event> {
        let Entry { at, serial, event } = self.queue.borrow_mut().pop()?;
        self.now.set(at.max(self.now.get()));
        self.mix(serial);
        self.mix(at.cast_unsigned());
        Some(event)
    }

    /// When the next event is due.
    pub(crate) fn next_at(&self) -> Option<i64> {
        self.queue.borrow().peek().map(|entry| entry.at)
    }

    pub(crate) fn chance<T>(&self, draw: impl FnOnce(&mut Chance) -> T) -> T {
        draw(&mut self.chance.borrow_mut())
    }

    /// Lets time pass up to an instant, though nothing happens then.
    pub(crate) fn pass_until(&self, at: i64) {
        self.now.set(at.max(self.now.get()));
    }

    /// Draws from another chance, until it is given back in the same way.
    pub(crate) fn swap_chance(&self, other: &mut Chance) {
        std::mem::swap(&mut *self.chance.borrow_mut(), other);
    }

    /// While calm, nothing goes wrong.
    pub(crate) fn set_calm(&self, calm: bool) {
        self.calm.set(calm);
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.calm.get()
    }

    /// Whether a fault strikes here; counted when it does.
    pub(crate) fn strikes(&self, fault: Fault) -> bool {
        let strikes = !self.calm.get() && self.chance(|chance| chance.happens(self.swarm.rate(fault)));
        if strikes {
            self.count(fault);
        }
        strikes
    }

    pub(crate) fn rate(&self, fault: Fault) -> u32 {
        self.swarm.rate(fault)
    }

    pub(crate) fn count(&self, fault: Fault) {
        self.counts.borrow_mut()[fault as usize] += 1;
        self.mix(0x00fa_0000 + fault as u64);
    }

    pub(crate) fn counts(&self) -> Counts {
        *self.counts.borrow()
    }

    /// Takes something into the hash of the run.
    pub(crate) fn mix(&self, value: u64) {
        self.trace.set((self.trace.get() ^ value).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(17));
    }

    pub(crate) fn mix_bytes(&self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
        }
    }

    pub(crate) fn trace(&self) -> u64 {
        self.trace.get()
    }

    /// Tells what happens, when somebody listens.
    pub(crate) fn tell(&self, what: impl FnOnce() -> String) {
        if let Some(story) = &self.story {
            let text = what();
            story.borrow_mut().push(Line { at: self.now(), text });
        }
    }

    /// Everything that was told.
    pub(crate) fn lines(&self) -> Vec<String> {
        let story = self.story.iter().flat_map(|story| story.borrow().clone());
        story.map(|line| format!("{} {}", line.at, line.text)).collect()
    }

    /// The last lines that speak of one of `words`, and what broke meanwhile.
    pub(crate) fn story(&self, words: &[String], start: i64, most: usize) -> String {
        let Some(story) = &self.story else { return String::new() };
        let story = story.borrow();
        let speaks =
            |line: &Line| words.is_empty() || words.iter().any(|word| line.text.contains(word.as_str()));
        let first = story.iter().position(speaks).unwrap_or(0);
        let lines: Vec<_> =
            story[first..].iter().filter(|line| speaks(line) || line.text.starts_with(BREAKS)).collect();
        let mut text = String::new();
        for line in lines.iter().skip(lines.len().saturating_sub(most)) {
            let seconds = (line.at - start) / 1_000;
            let (days, hours, rest) = (seconds / 86_400, seconds / 3_600 % 24, seconds % 3_600);
            let _ =
                writeln!(text, "  day {days} {hours:02}:{:02}:{:02}  {}", rest / 60, rest % 60, line.text);
        }
        text
    }
}
