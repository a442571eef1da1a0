//! A draft as the tablets of a kitchen share it: each says what it changes and what it saw, and what they say without
//! having seen each other is brought together here, the same on a tablet and on the server.
//!
//! ```text
//!                    what stands is what was seen    somebody changed it meanwhile
//! stepped + or −     as wanted                       steps add up
//! typed              as wanted                       the last one that arrives stands, the other is kept and announced
//! removed            removed                         the line stays, the removal is announced
//! ```
//!
//! A draft holds wholes: a line that is not what an order took stays as it is, and sending it asks what it adds.
//!
//! No clock decides: a tablet's may be wrong by years. What loses is announced until somebody who sees it decides.

use serde::{Deserialize, Serialize};

use super::{Draft, DraftLine, SharedHeader};
use crate::{
    command::EditDraft,
    cycle::CycleId,
    id::{DraftId, EditId, OutboxId, SiteId},
    order::LineKey,
    planted::{Bug, planted},
    quantity::Quantity,
};

/// The gesture an edit was made by: it says what two edits made apart come to.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By + and −: so much more, or less.
    Stepped,
    /// By typing it: so much, whatever it was.
    Typed,
}

/// One line as somebody saw it and as they want it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineEdit {
    /// The offer and the day.
    pub key: LineKey,
    /// By which gesture.
    pub how: How,
    /// What the shared draft held of it, as they saw it.
    pub seen: Quantity,
    /// What they want of it; zero removes the line.
    pub wanted: Quantity,
    /// Whether they were shown what is announced of the line, and this is their answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub decides: bool,
}

/// A draft that several tablets fill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedDraft {
    /// Its identifier.
    pub id: DraftId,
    /// Whose.
    pub site: SiteId,
    /// For which week.
    pub cycle: CycleId,
    /// What is wanted, in key order. What was sent is not there any more; what was removed is, with a quantity of zero.
    pub lines: Vec<SharedLine>,
    /// What somebody said and does not stand, oldest first.
    #[serde(default)]
    pub overruled: Vec<Overruled>,
    /// What is said of it as a whole. An order takes nothing out of that: it says the same.
    #[serde(default, skip_serializing_if = "SharedHeader::is_empty")]
    pub header: SharedHeader,
    /// The last things said of it, oldest first: a copied outbox says them again.
    #[serde(default)]
    pub heard: Vec<EditId>,
}

/// One line of a shared draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedLine {
    /// The offer and the day.
    pub key: LineKey,
    /// How much, in the offer's unit; zero once it was removed.
    pub quantity: Quantity,
    /// From which outbox the last word on it came.
    pub by: OutboxId,
}

/// What somebody said of a line and does not stand: kept until somebody who sees it decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overruled {
    /// The offer and the day.
    pub key: LineKey,
    /// How much they wanted; zero when they removed it.
    pub wanted: Quantity,
    /// From which outbox they said it.
    pub by: OutboxId,
}

/// More lines than this, removed ones counted, no shared draft holds.
pub const MAX_SHARED_LINES: usize = 2_000;
/// More of what was overruled than this is not kept: the oldest goes.
const MOST_OVERRULED: usize = 200;
/// A copied outbox says again what waited in it: a handful, and soon after.
const MOST_HEARD: usize = 100;

/// What an order takes out of a shared draft.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// Its own identifier.
    pub edit: EditId,
    /// The draft on whose screen the order was sent.
    pub draft: DraftId,
    /// What the shared draft was seen to hold of the lines that were sent.
    pub lines: Vec<DraftLine>,
}

/// What a line comes to when an edit meets it.
enum Meeting {
    /// It holds this much, and nobody's word is lost.
    Joined(Quantity),
    /// It holds this much, and what stood is kept as overruled.
    StandingLost(Quantity),
    /// It holds what it held, and what was wanted is kept as overruled.
    EditLost,
}

impl SharedDraft {
    /// The draft nobody has filled yet.
    #[must_use]
    pub fn empty(id: DraftId, site: SiteId, cycle: CycleId) -> Self {
        Self {
            id,
            site,
            cycle,
            lines: Vec::new(),
            overruled: Vec::new(),
            header: SharedHeader::default(),
            heard: Vec::new(),
        }
    }

    /// What is wanted of `key`.
    #[must_use]
    pub fn quantity(&self, key: &LineKey) -> Quantity {
        self.find(key).map_or(Quantity::ZERO, |at| self.lines[at].quantity)
    }

    /// The outbox the last word on `key` came from.
    #[must_use]
    pub fn last_word(&self, key: &LineKey) -> Option<OutboxId> {
        self.find(key).map(|at| self.lines[at].by)
    }

    /// What is wanted, as the draft of `slot`.
    #[must_use]
    pub fn as_draft(&self, slot: u32) -> Draft {
        let held = self.lines.iter().filter(|line| !line.quantity.is_zero());
        let lines = held.map(|line| DraftLine { key: line.key.clone(), quantity: line.quantity }).collect();
        Draft { id: self.id, site: self.site, cycle: self.cycle, slot, lines }
    }

    /// Takes in what a command from `by` says, unless it did before.
    pub fn hear(&mut self, said: &EditDraft, by: OutboxId) {
        if self.is_new(said.edit) {
            said.edits.iter().for_each(|edit| self.edit(edit, by));
            said.fields.iter().for_each(|edit| self.header.edit(edit));
        }
    }

    /// Takes in an edit from `by`.
    pub fn edit(&mut self, edit: &LineEdit, by: OutboxId) {
        let standing = self.find(&edit.key).map(|at| self.lines[at].clone());
        if edit.decides && self.quantity(&edit.key) == edit.seen {
            self.overruled.retain(|overruled| overruled.key != edit.key);
        }
        match meet(standing.as_ref().map(|line| line.quantity), edit) {
            Meeting::Joined(quantity) => self.put(&edit.key, quantity, by),
            Meeting::StandingLost(quantity) => {
                if let Some(standing) = standing {
                    self.overrule(&edit.key, standing.quantity, standing.by);
                }
                self.put(&edit.key, quantity, by);
            }
            Meeting::EditLost => self.overrule(&edit.key, edit.wanted, by),
        }
    }

    /// An order was sent that drew on it: its lines leave. One that somebody raised meanwhile stays, whole; one that
    /// somebody lowered leaves, and what they wanted is announced.
    pub fn draw(&mut self, drawn: &Drawn) {
        if !self.is_new(drawn.edit) || planted(Bug::SentStaysInDraft) {
            return;
        }
        for DraftLine { key, quantity } in &drawn.lines {
            let Some(at) = self.find(key) else { continue };
            if self.lines[at].quantity > *quantity {
                continue;
            }
            let line = self.lines.remove(at);
            if line.quantity < *quantity {
                self.overrule(key, line.quantity, line.by);
            }
        }
    }

    /// Whether something is said for the first time, and notes that it was said.
    fn is_new(&mut self, said: EditId) -> bool {
        if self.heard.contains(&said) && !planted(Bug::EditCountedTwice) {
            return false;
        }
        self.heard.push(said);
        let beyond = self.heard.len().saturating_sub(MOST_HEARD);
        self.heard.drain(..beyond);
        true
    }

    fn find(&self, key: &LineKey) -> Option<usize> {
        self.lines.binary_search_by(|line| line.key.cmp(key)).ok()
    }

    fn put(&mut self, key: &LineKey, quantity: Quantity, by: OutboxId) {
        match self.lines.binary_search_by(|line| line.key.cmp(key)) {
            Ok(at) => {
                let line = &mut self.lines[at];
                (line.quantity, line.by) = (quantity, by);
            }
            // What was never there, or was sent, is not marked as removed.
            Err(_) if quantity.is_zero() => {}
            Err(at) => self.lines.insert(at, SharedLine { key: key.clone(), quantity, by }),
        }
    }

    fn overrule(&mut self, key: &LineKey, wanted: Quantity, by: OutboxId) {
        if planted(Bug::OverruledNotKept) {
            return;
        }
        let overruled = Overruled { key: key.clone(), wanted, by };
        self.overruled.retain(|known| *known != overruled);
        self.overruled.push(overruled);
        let beyond = self.overruled.len().saturating_sub(MOST_OVERRULED);
        self.overruled.drain(..beyond);
    }
}

/// What `edit` makes of a line that holds `standing`: `None` when it is not there, because it was sent or never was; zero
/// when somebody removed it.
fn meet(standing: Option<Quantity>, edit: &LineEdit) -> Meeting {
    let &LineEdit { how, seen, wanted, .. } = edit;
    let there = standing.unwrap_or_default();
    let was_sent = standing.is_none();
    if there == seen {
        return Meeting::Joined(wanted);
    }
    match how {
        // They only said that it is fine as they saw it.
        _ if wanted == seen => Meeting::Joined(there),
        _ if wanted.is_zero() && there.is_zero() && !was_sent => Meeting::Joined(there),
        _ if wanted.is_zero() => Meeting::EditLost,
        // Somebody removed it, and somebody else still wants it.
        _ if there.is_zero() && !was_sent => Meeting::StandingLost(wanted),
        How::Stepped if planted(Bug::StepsOverwrite) => Meeting::Joined(wanted),
        How::Typed if there == wanted => Meeting::Joined(wanted),
        How::Typed if !was_sent => Meeting::StandingLost(wanted),
        // It was sent meanwhile as it was seen: it is wanted whole, and sending it asks what that adds to the order.
        _ if was_sent && wanted > seen => Meeting::Joined(wanted),
        How::Typed | How::Stepped if wanted > seen => {
            Meeting::Joined((there + wanted.less(seen)).min(Quantity::OF_A_LINE))
        }
        How::Typed | How::Stepped => {
            let less = seen.less(wanted);
            if there >= less { Meeting::Joined(there.less(less)) } else { Meeting::EditLost }
        }
    }
}

#[cfg(test)]
mod tests;
