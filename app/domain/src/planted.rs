//! Faults of the program, planted on purpose: the simulation switches one on to prove that it would find it.
//!
//! Each stands at its place as one condition. Without the feature `planted`, which nothing that serves turns on,
//! [`planted`] is a constant `false` and the compiler leaves nothing of it.

macro_rules! bugs {
    ($($(#[$told:meta])* $bug:ident;)*) => {
        /// A fault one can switch on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Bug {
            $($(#[$told])* $bug,)*
        }

        impl Bug {
            /// Every one.
            pub const ALL: &[Bug] = &[$(Bug::$bug),*];
        }
    };
}

bugs! {
    /// The server takes a known number for a known command, whatever it says.
    ReceiptWithoutHash;
    /// A command that failed leaves what it had begun to write.
    NoSavepoint;
    /// The push reply alone takes commands out of the outbox.
    DeleteOnPushReply;
    /// A pull leaves out the first change after the cursor.
    CursorSkips;
    /// A fresh snapshot is shown without what changed since.
    SnapshotWithoutLog;
    /// What waits on the tablet hides what the server has.
    UnSubmitOnPull;
    /// A view another tab's flip made stale is shown as if it were written.
    StaleFlipShown;
    /// Pages asked from an older view replace a newer one.
    StaleFlipAccepted;
    /// A copied outbox keeps its name and its numbers.
    NumberReusedAfterClone;
    /// A second submission of a draft counts as the first, whatever its lines.
    SecondSubmissionSwallowed;
    /// Closing leaves held lines held.
    CloseIgnoresHeldLines;
    /// An order's total is a cent short.
    TotalLosesACent;
    /// A pull tells any scope that is asked for.
    RightsNotCheckedOnPull;
    /// Everybody gets what they asked, whatever was promised.
    PromiseIgnored;
    /// Two commands get one number.
    NumberReused;
    /// The last command that was applied still counts as waiting.
    ProofOffByOne;
    /// A cursor of another life of the store is followed.
    EpochIgnored;
    /// What a restored server forgot is not said again.
    LostNotSaidAgain;
    /// A settled line does not move the running totals.
    TotalsNotMoved;
    /// What was pulled for one person is kept for the next.
    FlipIntoAnothersCache;
    /// A failed round forgets that the catalogue lies damaged.
    DamageForgotten;
    /// A command that cannot be read any more blocks those after it.
    HoleBlocks;
    /// A closed week goes on taking orders.
    ClosedWeekTakesOrders;
    /// A price that rose is taken without asking.
    PriceRiseSilent;
}

#[cfg(feature = "planted")]
mod switch {
    use std::cell::Cell;

    use super::Bug;

    thread_local! {
        static ON: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    /// Switches a fault on, on this thread; or all off.
    pub fn plant(bug: Option<Bug>) {
        ON.set(bug);
    }

    /// Whether this fault is on.
    #[must_use]
    pub fn planted(bug: Bug) -> bool {
        ON.get() == Some(bug)
    }
}

#[cfg(feature = "planted")]
pub use switch::{plant, planted};

/// Whether this fault is on: never.
#[cfg(not(feature = "planted"))]
#[must_use]
pub const fn planted(_: Bug) -> bool {
    false
}
