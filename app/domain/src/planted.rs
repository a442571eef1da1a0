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
    /// Whoever carries a command, it counts as the kitchen's it names.
    SessionSiteNotChecked;
    /// An order that arrives within the grace is late.
    GraceIgnored;
    /// The tablet's clock says whether an order is in time.
    CutOffByTabletClock;
    /// An offer that left the list is still sold.
    WithdrawnAccepted;
    /// A line is taxed as the screen said, not as the list says.
    VatOfScreen;
    /// A line that waits for a choice counts in demand.
    HeldLineCounted;
    /// Who ordered first is served first when a promise is short.
    AllocationByArrival;
    /// A command that cannot be carried out is refused without a word.
    PoisonRefused;
    /// The next order gets the number of the last.
    NumberGivenTwice;
    /// A question that was answered can be answered again.
    TicketAnsweredTwice;
    /// « Enregistré » is said though the device refused to write.
    FailureCalledRecorded;
    /// Rows the device lost from its view go unseen.
    DigestIgnored;
    /// A snapshot whose bytes changed on the device is shown all the same.
    SnapshotHashIgnored;
    /// Rows of before stay when the server sends all of them anew.
    ResetKeepsOldRows;
    /// What the server deleted stays on the tablet.
    DeletedRowsKept;
    /// A round that failed is tried again at once, for ever.
    RetryWithoutPause;
    /// A page that was cut short is taken for the last one.
    CutPageIsTheLast;
    /// The server's word about a number counts, whoever's command bears it.
    NumbersBelieved;
    /// What another kitchen left sealed on the tablet is shown.
    SealedOrdersShown;
    /// Tablets are not told what is left of a promise.
    LeftNotTold;
    /// A closed week leaves its questions open.
    ClosedWeekKeepsAsking;
    /// A line somebody declined is delivered.
    DeclinedLineDelivered;
    /// What a replacement leaves out vanishes from the order.
    ReplacedLinesVanish;
    /// A tablet whose clock jumped forgets what was answered.
    AnswersForgottenByTabletClock;
    /// A command is taken though one before it is missing.
    GapAccepted;
    /// What another tab recorded is read and not shown.
    OtherTabNotShown;
    /// A quantity that is no whole number of packs is rounded up without asking.
    PackRoundedUp;
    /// An order is judged by the week that is open, not by its own.
    WeekOfTodayAsked;
    /// A second submission counts as if the first had counted nothing.
    SecondSubmissionCountedTwice;
    /// A line nobody will deliver is on a producer's sheet.
    DroppedLineOnSheet;
    /// A question that was answered is asked again by a copied outbox.
    AnsweredQuestionAskedAgain;
    /// An answer outlives the server that was set back behind it.
    SetBackAnswerKept;
    /// An order is said to be applied before its rows are told.
    AppliedBeforeWhole;
    /// A new page of changes is laid below those that are there.
    LogPagesOutOfOrder;
    /// Another person's view stays in memory until the next one is read.
    ViewOutlivesPerson;
    /// A withdrawn order's lines still count in demand.
    WithdrawalStillCounts;
    /// A withdrawn order swallows what is sent for its draft.
    WithdrawnOrderTakesOrders;
    /// A withdrawal is obeyed after the cut-off and its grace.
    LateWithdrawalObeyed;
    /// A withdrawal takes away what its person never saw.
    UnseenWithdrawalObeyed;
    /// An amendment replaces lines its person never saw.
    UnseenAmendmentObeyed;
    /// A line of which more is wanted stays as it was.
    RaisedLineStays;
    /// A line an amendment leaves out stays.
    LeftOutLineStays;
    /// The questions of a withdrawn order are still asked.
    QuestionsOutliveWithdrawal;
    /// The questions an amendment answers are still asked.
    QuestionsOutliveAmendment;
    /// A change that waits on the tablet is not on the card.
    ChangeNotShown;
    /// The next order of the week goes to the draft that was withdrawn.
    WithdrawnDraftSentAgain;
    /// Asking for more puts at risk what was confirmed.
    ConfirmedLineAtRisk;
    /// What nobody agreed to is taken at the close.
    ProposalTakenAtClose;
    /// A step made apart from another takes its place.
    StepsOverwrite;
    /// What somebody typed and does not stand is forgotten.
    OverruledNotKept;
    /// What is said again about a shared draft counts again.
    EditCountedTwice;
    /// What was sent stays in the shared draft.
    SentStaysInDraft;
    /// An order goes on saying what its draft said when it was sent.
    OrderKeepsFirstHeader;
    /// A comment that another took the place of unseen is not kept.
    ReplacedNotKept;
    /// A tablet that was removed keeps what it was told.
    RemovedKeepsRows;
    /// A tablet that was removed forgets what waits.
    RemovedForgetsWhatWaits;
    /// What waits on a tablet that locks is not closed.
    WhatWaitsLeftOpen;
    /// A key's codes are forgotten, and what lies under it is not opened.
    KeyLaidAside;
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
