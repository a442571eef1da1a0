//! Drafts on this tablet: what the kitchen's tablets share, as last received, and over it what was changed here and was
//! not said yet. Those edits are small records of the outbox database: as safe as an order, and not yet one.
//!
//! Which draft is open follows from what is known: the lowest slot that holds lines, else the lowest nobody has sent. Two
//! tablets of a kitchen that know the same therefore open the same draft; and a draft somebody was filling when another
//! tablet's order arrived stays that draft, so that the server sees both were meant for one order and asks.

mod unsaid;

use domain::{
    command::{Command, EditDraft, SubmitOrder, SubmittedLine},
    cycle::CycleId,
    draft::{Draft, DraftLine, Drawn, FieldEdit, Overruled, SLOTS, SharedDraft, SharedHeader},
    id::{DraftId, EditId, OutboxId, SiteId},
    order::LineKey,
    ordered::{Map, Set},
    planted::{Bug, planted},
    quantity::Quantity,
};
use uuid::Uuid;

pub use unsaid::{Gesture, GestureId, On, OnLine, delete_all, keep, share, tidy, to_share, together};

use crate::{
    cache::Applied,
    outbox::{Intent, PendingCommand, Queue, Write, record},
    ports::Update,
};
use unsaid::{changed_here, forget, typed, unsaid};

/// What the server told that drafts depend on. A step on the outbox takes it along: what this device said since is in the
/// queue the step finds, which another tab may have changed.
#[derive(Debug, Clone)]
pub struct Told {
    /// The kitchen.
    pub site: SiteId,
    /// What its tablets share.
    pub drafts: Map<DraftId, SharedDraft>,
    /// How far each outbox was applied in that.
    pub applied: Map<OutboxId, Applied>,
    /// Drafts that were sent, as far as this tablet knows.
    pub sent: Set<DraftId>,
}

impl Told {
    /// What the tablets share, with what waits in `queue` to be told them.
    #[must_use]
    pub fn shared(&self, queue: &Queue) -> Map<DraftId, SharedDraft> {
        shared(self.drafts.clone(), &queue.unproved(self.site.into(), &self.applied))
    }
}

/// What the tablets share: what was told, with what this one said and has no proof of yet.
pub(crate) fn shared(
    mut drafts: Map<DraftId, SharedDraft>,
    unproved: &[PendingCommand<'_>],
) -> Map<DraftId, SharedDraft> {
    for PendingCommand { entry, command, .. } in unproved {
        match command {
            Some(Command::EditDraft(said)) => {
                let empty = || SharedDraft::empty(said.draft, said.site, said.cycle);
                drafts.get_or_insert_with(said.draft, empty).hear(said, entry.outbox);
            }
            Some(Command::SubmitOrder(SubmitOrder { drawn: Some(drawn), .. })) => {
                if let Some(draft) = drafts.get_mut(&drawn.draft) {
                    draft.draw(drawn);
                }
            }
            _ => {}
        }
    }
    drafts
}

/// What somebody said of a line of a draft and does not stand, for a person who decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The draft.
    pub draft: DraftId,
    /// The offer and the day.
    pub key: LineKey,
    /// What stands.
    pub stands: Quantity,
    /// What was wanted; zero when the line was removed.
    pub wanted: Quantity,
    /// Whether this tablet said it.
    pub here: bool,
}

/// Drafts as this tablet knows them.
#[derive(Clone, Copy)]
pub struct Drafts<'a> {
    /// What was changed here.
    pub queue: &'a Queue,
    /// What the tablets share, with what this one said and has no proof of yet.
    pub shared: &'a Map<DraftId, SharedDraft>,
    /// Drafts that were sent, as far as this tablet knows.
    pub sent: &'a Set<DraftId>,
}

impl Drafts<'_> {
    /// The lines of a draft as they are on screen: what is shared, and over it what was changed here.
    fn on_screen(&self, empty: &Draft) -> SharedDraft {
        let shared = self.shared.get(&empty.id).cloned();
        let mut draft = shared.unwrap_or_else(|| SharedDraft::empty(empty.id, empty.site, empty.cycle));
        let here = self.here(empty.site);
        unsaid(self.queue, empty).edits.iter().for_each(|edit| draft.edit(edit, here));
        draft
    }

    /// The drafts of a week somebody began, here or elsewhere, by slot.
    fn begun(&self, site: SiteId, cycle: CycleId) -> Vec<(u32, SharedDraft)> {
        let shared = self.shared.values().filter(|draft| (draft.site, draft.cycle) == (site, cycle));
        let mut known = Set::from_iter(shared.map(|draft| draft.id));
        known.extend(changed_here(self.queue));
        let mut begun = Vec::new();
        for empty in (0..SLOTS).map(|slot| Draft::empty(site, cycle, slot)) {
            if known.is_empty() {
                break;
            }
            if known.remove(&empty.id) {
                begun.push((empty.slot, self.on_screen(&empty)));
            }
        }
        begun
    }

    /// The draft that is open.
    #[must_use]
    pub fn open(&self, site: SiteId, cycle: CycleId) -> Draft {
        let begun = self.begun(site, cycle).into_iter();
        let filled = begun.map(|(slot, draft)| draft.as_draft(slot)).find(|draft| !draft.lines.is_empty());
        let mut slots = (0..SLOTS).map(|slot| Draft::empty(site, cycle, slot));
        filled
            .or_else(|| slots.find(|empty| !self.sent.contains(&empty.id)))
            .unwrap_or_else(|| Draft::empty(site, cycle, SLOTS))
    }

    /// What is announced in the drafts of a week.
    #[must_use]
    pub fn announced(&self, site: SiteId, cycle: CycleId) -> Vec<Announced> {
        let here = self.here(site);
        let of = |draft: SharedDraft| {
            let said = draft.overruled.clone();
            said.into_iter().map(move |Overruled { key, wanted, by }| Announced {
                draft: draft.id,
                stands: draft.quantity(&key),
                key,
                wanted,
                here: by == here,
            })
        };
        self.begun(site, cycle).into_iter().flat_map(|(_, draft)| of(draft)).collect()
    }

    /// What is said of a draft as a whole, and what of it does not stand.
    #[must_use]
    pub fn header(&self, draft: &Draft) -> SharedHeader {
        let mut header = self.shared.get(&draft.id).map(|shared| shared.header.clone()).unwrap_or_default();
        unsaid(self.queue, draft).fields.iter().for_each(|edit| header.edit(edit));
        header
    }

    /// Whose word is this device's.
    fn here(&self, site: SiteId) -> OutboxId {
        self.queue.head(site.into()).map_or(OutboxId(Uuid::nil()), |head| head.outbox)
    }

    /// Whether what the tablets share of a line is what this device said last.
    fn is_own_word(&self, draft: &Draft, key: &LineKey) -> bool {
        let last = self.shared.get(&draft.id).and_then(|shared| shared.last_word(key));
        last == Some(self.here(draft.site))
    }

    /// What the tablets share of a line, as far as this one knows.
    #[must_use]
    pub fn shared_quantity(&self, draft: DraftId, key: &LineKey) -> Quantity {
        self.shared.get(&draft).map(|shared| shared.quantity(key)).unwrap_or_default()
    }
}

/// The slot a draft is sent to: its own, unless an order of it was withdrawn. Then it is the first one after that was
/// not, sent or not: an order another tablet made there meanwhile is one the server asks about.
#[must_use]
pub fn sent_as(draft: &Draft, withdrawn: &Set<DraftId>) -> DraftId {
    let slots = (draft.slot..SLOTS).map(|slot| DraftId::usual(draft.site, draft.cycle, slot));
    let free = |id: &DraftId| !withdrawn.contains(id) || planted(Bug::WithdrawnDraftSentAgain);
    slots.into_iter().find(free).unwrap_or(draft.id)
}

/// What sending `shown` as `submission` takes out of what is shared; `None` when nothing of it is. `seen` is what was
/// shared as far as the screen knew.
fn drawn(
    known: Drafts<'_>,
    seen: &Map<DraftId, SharedDraft>,
    shown: &Draft,
    submission: &SubmitOrder,
    edit: EditId,
) -> Option<Drawn> {
    let on_screen = known.on_screen(&Draft { lines: Vec::new(), ..shown.clone() });
    let of = |line: &SubmittedLine| {
        let key = line.key();
        let shared = known.shared_quantity(shown.id, &key);
        let seen = seen.get(&shown.id).map(|seen| seen.quantity(&key)).unwrap_or_default();
        // What another tab of this device added since stays. What it said of this screen's own lines since, and had
        // acknowledged, is shared though this screen does not know it.
        let known_of = shared.min(seen.max(line.quantity));
        let not_here = line.quantity.less(on_screen.quantity(&key).less(shared));
        DraftLine { key, quantity: known_of.max(not_here) }
    };
    let lines: Vec<_> = submission.lines.iter().map(of).filter(|line| !line.quantity.is_zero()).collect();
    (!lines.is_empty()).then_some(Drawn { edit, draft: shown.id, lines })
}

/// A draft about to be sent: as the screen shows it, and all that sending it needs.
#[derive(Debug, Clone)]
pub struct Sending {
    /// What the screen shows.
    pub shown: Draft,
    /// What of it is sent.
    pub submission: SubmitOrder,
    /// What is shared, as far as the screen knows.
    pub seen: Map<DraftId, SharedDraft>,
    /// Names what it takes out of the shared draft.
    pub edit: EditId,
}

/// Records the submission of a draft and clears it. Lines that were not part of it move on to the next slot: nothing a
/// kitchen typed disappears. The very same submission recorded twice (a double tap, two tabs) is one.
#[must_use]
pub fn submit(
    queue: &Queue,
    told: &Told,
    sending: &Sending,
    intent: impl Fn(Command) -> Intent,
) -> Update<()> {
    let shared = told.shared(queue);
    let known = Drafts { queue, shared: &shared, sent: &told.sent };
    let Sending { shown, submission, seen, edit } = sending;
    let is_sent = |key: &LineKey| submission.lines.iter().any(|line| line.key() == *key);
    let empty = Draft { lines: Vec::new(), ..shown.clone() };
    let left: Vec<_> = known.on_screen(&empty).as_draft(shown.slot).lines;
    let left: Vec<_> = left.into_iter().filter(|line| !is_sent(&line.key)).collect();

    let mut stays = unsaid(queue, &empty);
    let again = already_recorded(queue, submission);
    let fields = if again { Vec::new() } else { header_to_say(known, shown, submission.draft) };
    // What is said of an order that was recorded before is told like any other word.
    stays.fields.retain(|_| again);
    stays.edits.retain(|edit| edit.wanted.is_zero() && !is_sent(&edit.key));
    for DraftLine { key, .. } in &left {
        let seen = known.shared_quantity(shown.id, key);
        if !seen.is_zero() {
            let (key, wanted) = (key.clone(), Quantity::ZERO);
            stays.put(typed(key, seen, wanted));
        }
    }
    let mut writes = stays.write(queue);
    if !again {
        // What the order says as a whole goes before it.
        let said = (!fields.is_empty()).then(|| say(submission, *edit, fields));
        let drawn = drawn(known, seen, shown, submission, *edit);
        let submit = Command::SubmitOrder(SubmitOrder { drawn, ..submission.clone() });
        let mut queue = queue.clone();
        for command in said.into_iter().chain([submit]) {
            let recorded = record(&queue, &intent(command)).writes;
            recorded.iter().cloned().for_each(|write| queue.apply_meta(write));
            writes.extend(recorded);
        }
    }
    writes.extend(move_on(known, shown, submission.draft, left));
    Update { writes, value: () }
}

/// What is to be said before `shown` is sent as the draft `sent`, for the order to say what the screen says.
fn header_to_say(known: Drafts<'_>, shown: &Draft, sent: DraftId) -> Vec<FieldEdit> {
    if sent == shown.id {
        return unsaid(known.queue, &Draft { lines: Vec::new(), ..shown.clone() }).fields;
    }
    let there = known.shared.get(&sent).map(|shared| shared.header.stands.clone()).unwrap_or_default();
    FieldEdit::between(&there, &known.header(shown).stands)
}

/// Says something of the draft that is sent as a whole; `sending` names the sending.
fn say(submission: &SubmitOrder, sending: EditId, fields: Vec<FieldEdit>) -> Command {
    let &SubmitOrder { draft, site, cycle, .. } = submission;
    let edit = EditId(Uuid::new_v5(&sending.0, b"header"));
    Command::EditDraft(EditDraft { edit, draft, site, cycle, edits: Vec::new(), fields })
}

/// The writes that put `left` in the draft that is open once `shown` is sent. Typed, so that two tablets that send the same
/// draft move each line once.
fn move_on(known: Drafts<'_>, shown: &Draft, submitted: DraftId, left: Vec<DraftLine>) -> Vec<Write> {
    if left.is_empty() {
        return Vec::new();
    }
    let mut queue = known.queue.clone();
    forget(&mut queue, shown.id);
    let mut sent = known.sent.clone();
    sent.extend([shown.id, submitted]);
    let mut shared = known.shared.clone();
    shared.remove(&shown.id);
    let after = Drafts { queue: &queue, shared: &shared, sent: &sent };
    let next = after.open(shown.site, shown.cycle);
    let mut kept = unsaid(&queue, &Draft { lines: Vec::new(), ..next.clone() });
    for DraftLine { key, quantity } in left {
        let wanted = (next.quantity(&key) + quantity).min(Quantity::OF_A_LINE);
        let seen = after.shared_quantity(next.id, &key);
        kept.put(typed(key, seen, wanted));
    }
    kept.write(&queue)
}

fn already_recorded(queue: &Queue, submission: &SubmitOrder) -> bool {
    let asked: Vec<_> = submission.lines.iter().map(|line| (line.key(), line.quantity)).collect();
    queue.pending(submission.site.into()).any(|entry| match entry.envelope.command() {
        Ok(Command::SubmitOrder(other)) => other.draft == submission.draft && other.same_lines(&asked),
        _ => false,
    })
}
