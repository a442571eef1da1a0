//! What can go wrong, by class: whether a run has it, how often, and how often it came.

use crate::chance::Chance;

macro_rules! faults {
    ($($(#[$told:meta])* $fault:ident = $name:literal, $kind:ident;)*) => {
        /// A class of faults.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $($(#[$told])* $fault,)*
        }

        impl Fault {
            /// Every class.
            pub const ALL: &[Fault] = &[$(Fault::$fault),*];

            /// For the report.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Fault::$fault => $name,)* }
            }

            pub(crate) fn kind(self) -> Kind {
                match self { $(Fault::$fault => Kind::$kind,)* }
            }
        }
    };
}

/// Where a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// On each message.
    Message,
    /// On each push: nothing else has the server write what a device sent.
    Push,
    /// On each push that lives until its commands are judged: what strikes pushes comes first.
    Command,
    /// On each write of a device.
    Write,
    /// Now and then, somewhere.
    Event,
    /// As an event, where there is not always something to strike.
    Uncommon,
    /// As an event, where there is something to strike, which is seldom.
    Seldom,
}

impl Kind {
    /// How many strikes a million chances have at most: rare chances are taken more often, so that no class stays rare.
    fn most(self) -> u32 {
        match self {
            Kind::Message => 135_000,
            Kind::Push | Kind::Command => 950_000,
            Kind::Write => 150_000,
            Kind::Event => 230_000,
            Kind::Uncommon => 400_000,
            Kind::Seldom => 900_000,
        }
    }

    /// Of sixteen runs, how many do without, and how many have it as often as it gets.
    fn odds(self) -> (usize, usize) {
        match self {
            Kind::Message | Kind::Event | Kind::Uncommon => (8, 1),
            Kind::Push => (5, 4),
            Kind::Command => (4, 8),
            Kind::Write => (5, 3),
            Kind::Seldom => (7, 2),
        }
    }
}

faults! {
    /// A request never arrives.
    LostRequest = "request lost", Message;
    /// The server did it; its answer never arrives.
    LostReply = "reply lost after commit", Message;
    /// A request arrives twice.
    Doubled = "request doubled", Message;
    /// A proxy says an old request again, minutes to days later.
    Replayed = "old request replayed", Message;
    /// A message takes seconds to hours.
    Delayed = "message delayed", Message;
    /// An answer is cut.
    Truncated = "reply truncated", Message;
    /// A captive portal answers with a page of its own.
    ForeignPage = "foreign page", Message;
    /// Something in between answers 413, 429, 502 or 503.
    ProxyError = "proxy error", Message;
    /// The server dies before its commit.
    CrashBeforeCommit = "server crash before commit", Push;
    /// The server dies after its commit, before its reply.
    CrashAfterCommit = "server crash after commit", Message;
    /// A write of the server fails as a full disk or a busy base does.
    FailedWrite = "server write failed", Push;
    /// A write of the server fails as a fault of the program does.
    FaultyCommand = "program fault on server", Command;
    /// A write finds no room.
    QuotaFull = "quota full", Write;
    /// The device's database closes under a write, before or after it took place.
    ConnectionLost = "storage connection lost", Write;
    /// A tab is closed at any await.
    TabKilled = "tab killed", Event;
    /// All tabs of a browser are.
    BrowserKilled = "browser killed", Event;
    /// What the browser had not flushed is gone.
    PowerCut = "power cut", Event;
    /// A tab is frozen for minutes.
    Frozen = "tab frozen", Event;
    /// All storage of the profile is deleted.
    Evicted = "eviction", Event;
    /// The profile comes back as it was some time ago.
    RolledBack = "old profile restored", Seldom;
    /// Another tablet gets a copy of the profile.
    Cloned = "profile cloned", Uncommon;
    /// The cache lies damaged.
    CacheDamaged = "cache damaged", Uncommon;
    /// A record of the outbox cannot be read any more.
    RecordDamaged = "outbox record damaged", Seldom;
    /// No network at all for a while.
    Offline = "offline", Event;
    /// The device's clock is set to any time within ten years.
    ClockJumped = "clock jumped", Event;
    /// The device's clock stands still.
    ClockFrozen = "clock frozen", Event;
    /// The server is away for a while.
    ServerDown = "server down", Event;
    /// The server comes back from a backup, as a new life.
    Restored = "server restored from backup", Seldom;
    /// The server ends sessions.
    SessionEnded = "session ended", Event;
    /// An account is disabled for a while.
    AccountDisabled = "account disabled", Event;
    /// A person changes kitchens.
    AccountMoved = "person moved to another kitchen", Event;
    /// A kitchen removes a tablet that may have things waiting.
    Removed = "tablet removed", Uncommon;
    /// Codes begin, end, are asked, forgotten.
    Locked = "codes and locks", Uncommon;
}

/// Counts by class.
pub type Counts = [u64; Fault::ALL.len()];

/// Which classes a run has, and how often each comes, in parts per million.
#[derive(Debug, Clone)]
pub(crate) struct Swarm([u32; Fault::ALL.len()]);

impl Swarm {
    /// Each class is there or not, and rare or frequent, now and then as frequent as it gets: a run with everything at
    /// once explores less than many runs that differ.
    pub(crate) fn drawn(chance: &mut Chance) -> Self {
        let mut rates = [0; Fault::ALL.len()];
        for (rate, fault) in rates.iter_mut().zip(Fault::ALL) {
            let (most, (without, full)) = (fault.kind().most(), fault.kind().odds());
            *rate = match chance.below(16) {
                drawn if drawn < without => 0,
                drawn if drawn < 16 - full => u32::try_from(chance.stretch(i64::from(most))).unwrap_or(most),
                _ => most,
            };
        }
        Self(rates)
    }

    pub(crate) fn rate(&self, fault: Fault) -> u32 {
        self.0[fault as usize]
    }
}
