//! What the server forgets, and when. Orders, their lines, their receptions and their numbers are kept: nothing here touches
//! them.
//!
//! | what | how long | why that long |
//! |---|---|---|
//! | an answer to a command about an order | 400 days | a school year and its summer: a tablet found in a drawer still hears what became of what it said |
//! | an answer to what was told of a shared draft | 120 days | nobody waits for it |
//! | that an entity of a kitchen or a producer was removed | 400 days | as above |
//! | that an entity of a catalogue was removed | 60 days | a device that was away for longer takes the whole list, which is shorter |
//! | the name and address of an invitation that ended | 30 days | until then the journal says who was invited |
//! | what tablets share of a draft | 35 days after its week was closed | nothing can be ordered of it any more |
//!
//! What is forgotten loses nothing. A device that stands before a removal nobody tells any more starts that scope over. A
//! command whose answer is gone is told to be another one with the same number: its device opens a new outbox and says it
//! again, and an order of the same draft is found to be there.

use domain::{command::tells_of_draft, time::Timestamp};

use crate::store::{Store, StoreError};

const DAY_MS: i64 = 86_400_000;
const ANSWER_DAYS: i64 = 400;
const DRAFT_ANSWER_DAYS: i64 = 120;
const REMOVAL_DAYS: i64 = 400;
const CATALOG_REMOVAL_DAYS: i64 = 60;
const DRAFT_DAYS: i64 = 35;
const INVITATION_DAYS: i64 = 30;

/// Until when the answer to a command of this kind, received at `at`, is kept.
#[must_use]
pub fn answer_kept_until(kind: &str, at: Timestamp) -> Timestamp {
    let days = if tells_of_draft(kind) { DRAFT_ANSWER_DAYS } else { ANSWER_DAYS };
    at.plus_ms(days * DAY_MS)
}

/// Whether nothing is kept of the drafts of a week any more, which was closed at `closed_at`.
#[must_use]
pub fn drafts_are_over(closed_at: Timestamp, now: Timestamp) -> bool {
    closed_at < days_before(now, DRAFT_DAYS)
}

/// Invitations that ended before this are forgotten.
#[must_use]
pub fn invitations_before(now: Timestamp) -> Timestamp {
    days_before(now, INVITATION_DAYS)
}

/// Forgets what is old enough at `now`. How much that was.
///
/// # Errors
/// When the database cannot be reached; what was forgotten until then is.
pub async fn forget(store: &Store, now: Timestamp) -> Result<Forgotten, StoreError> {
    let drafts = store.forget_drafts(days_before(now, DRAFT_DAYS)).await?;
    store.note_removals(now).await?;
    let (others, catalog) = (days_before(now, REMOVAL_DAYS), days_before(now, CATALOG_REMOVAL_DAYS));
    let removals = store.forget_removals(others, catalog).await?;
    let answers = store.forget_answers(now).await?;
    Ok(Forgotten { drafts, removals, answers })
}

fn days_before(now: Timestamp, days: i64) -> Timestamp {
    now.plus_ms(-days * DAY_MS)
}

/// What one call of [`forget`] forgot, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Shared drafts of weeks long closed: removed, which their tablets are told.
    pub drafts: u64,
    /// Removals that nobody is told any more.
    pub removals: u64,
    /// Answers.
    pub answers: u64,
}
