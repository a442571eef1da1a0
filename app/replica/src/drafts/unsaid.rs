//! What was changed here in drafts and not said yet: one small record a draft, written at each gesture, emptied when a round
//! has it wait in the outbox for the kitchen's other tablets.

use domain::{
    command::{Command, EditDraft},
    cycle::CycleId,
    draft::{Draft, DraftLine, FieldEdit, How, LineEdit},
    id::{DraftId, EditId, SiteId},
    json,
    order::LineKey,
    quantity::Quantity,
    rules::MAX_LINES,
};
use serde::{Deserialize, Serialize};

use super::{Drafts, Told};
use crate::outbox::{Intent, Queue, Write, record};

/// What was changed here in one draft and not said yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Unsaid {
    /// The draft.
    draft: DraftId,
    /// Whose.
    site: SiteId,
    /// For which week.
    cycle: CycleId,
    /// Line by line, in key order.
    pub(super) edits: Vec<LineEdit>,
    /// Field by field of what is said of it as a whole, each at most once.
    #[serde(default)]
    pub(super) fields: Vec<FieldEdit>,
    /// The last gesture kept of each page, said or not: a write that was told to have failed may have taken place.
    #[serde(default)]
    kept: Vec<GestureId>,
}

/// Which gesture, of which page: each counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GestureId {
    /// A name the page took by chance.
    pub page: u64,
    /// Gestures of a page are numbered as they are made.
    pub number: u64,
}

/// Pages of one profile that may have something to write at the same time.
const PAGES: usize = 8;

/// A gesture in a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gesture {
    /// Which one.
    pub id: GestureId,
    /// The draft it was made in.
    pub draft: Draft,
    /// On what.
    pub on: On,
}

/// What a gesture is made on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On {
    /// A line.
    Line(OnLine),
    /// What is said of the draft as a whole.
    Field(FieldEdit),
}

/// What the screen said of a line before, and what it says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnLine {
    /// The offer and the day.
    pub key: LineKey,
    /// By + and −, or typed.
    pub how: How,
    /// What the tablets shared of it, as the screen knew.
    pub seen: Quantity,
    /// What the screen said.
    pub from: Quantity,
    /// What it says now.
    pub to: Quantity,
    /// Whether it answers something that is announced: then it is said even if it changes nothing.
    pub decides: bool,
}

const UNSAID: &str = "edits/";
/// A draft as builds that shared none kept it: whole.
const WHOLE: &str = "draft/";

fn unsaid_name(draft: DraftId) -> String {
    format!("{UNSAID}{draft}")
}

fn whole_name(draft: DraftId) -> String {
    format!("{WHOLE}{draft}")
}

fn at(edits: &[LineEdit], key: &LineKey) -> Result<usize, usize> {
    edits.binary_search_by(|edit| edit.key.cmp(key))
}

impl Unsaid {
    fn of(draft: &Draft) -> Self {
        Self {
            draft: draft.id,
            site: draft.site,
            cycle: draft.cycle,
            edits: Vec::new(),
            fields: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// Puts an edit in the place of the one before on its line: whoever made it saw that one's effect.
    pub(super) fn put(&mut self, edit: LineEdit) {
        match at(&self.edits, &edit.key) {
            Ok(at) => {
                let before = &self.edits[at];
                let (how, decides) = (before.how.max(edit.how), before.decides || edit.decides);
                self.edits[at] = LineEdit { how, decides, ..edit };
            }
            Err(at) => self.edits.insert(at, edit),
        }
    }

    /// Puts a change of a field after the one that waits: whoever made it saw that one's effect.
    fn put_field(&mut self, edit: &FieldEdit) {
        let at = self.fields.iter().position(|before| before.name == edit.name);
        let before = at.map(|at| self.fields.remove(at));
        let whole = before.map_or_else(|| edit.clone(), |before| before.then(edit));
        if !whole.is_nothing() {
            self.fields.push(whole);
        }
    }

    /// Whether nothing waits to be said.
    fn is_said(&self) -> bool {
        self.edits.is_empty() && self.fields.is_empty()
    }

    fn remove(&mut self, key: &LineKey) {
        if let Ok(at) = at(&self.edits, key) {
            self.edits.remove(at);
        }
    }

    fn has_kept(&self, gesture: GestureId) -> bool {
        self.kept.iter().any(|last| last.page == gesture.page && last.number >= gesture.number)
    }

    fn note_kept(&mut self, gesture: GestureId) {
        self.kept.retain(|last| last.page != gesture.page);
        self.kept.push(gesture);
        let beyond = self.kept.len().saturating_sub(PAGES);
        self.kept.drain(..beyond);
    }

    /// The writes that make the record say this.
    pub(super) fn write(&self, queue: &Queue) -> Vec<Write> {
        let name = unsaid_name(self.draft);
        let mut writes = vec![if self.is_said() && self.kept.is_empty() {
            Write::DeleteMeta(name)
        } else {
            // Quantities and references: it always encodes.
            Write::PutMeta(name, serde_json::to_string(self).unwrap_or_default())
        }];
        let whole = whole_name(self.draft);
        if queue.meta.contains_key(&whole) {
            writes.push(Write::DeleteMeta(whole));
        }
        writes
    }
}

/// What was changed here in a draft and not said yet.
pub(super) fn unsaid(queue: &Queue, draft: &Draft) -> Unsaid {
    let mut unsaid: Unsaid = queue.read(&unsaid_name(draft.id)).unwrap_or_else(|| Unsaid::of(draft));
    let whole: Option<Draft> = queue.read(&whole_name(draft.id));
    for DraftLine { key, quantity: wanted } in whole.map(|whole| whole.lines).unwrap_or_default() {
        if at(&unsaid.edits, &key).is_err() {
            unsaid.put(typed(key, Quantity::ZERO, wanted));
        }
    }
    unsaid
}

/// So much is wanted of a line, whatever it was.
pub(super) fn typed(key: LineKey, seen: Quantity, wanted: Quantity) -> LineEdit {
    LineEdit { key, how: How::Typed, seen, wanted, decides: false }
}

/// Forgets, in a queue at hand, what was changed in a draft.
pub(super) fn forget(queue: &mut Queue, draft: DraftId) {
    queue.meta.remove(&unsaid_name(draft));
    queue.meta.remove(&whole_name(draft));
}

/// Keeps gestures, leaving the lines another tab touched meanwhile as they are. On a line both touched, steps add up.
#[must_use]
pub fn keep(queue: &Queue, told: &Told, gestures: &[Gesture]) -> Vec<Write> {
    let shared = told.shared(queue);
    let mut stored = queue.clone();
    let mut writes = Vec::new();
    for gesture in gestures {
        let known = Drafts { queue: &stored, shared: &shared, sent: &told.sent };
        let kept = kept(known, gesture).write(&stored);
        kept.iter().cloned().for_each(|write| stored.apply_meta(write));
        writes.extend(kept);
    }
    writes
}

/// What is unsaid of a draft once a gesture is kept.
fn kept(known: Drafts<'_>, gesture: &Gesture) -> Unsaid {
    let Gesture { id, draft, on } = gesture;
    let empty = Draft { lines: Vec::new(), ..draft.clone() };
    let mut unsaid = unsaid(known.queue, &empty);
    if unsaid.has_kept(*id) {
        return unsaid;
    }
    unsaid.note_kept(*id);
    match on {
        On::Line(on) => keep_line(&mut unsaid, known, draft, on),
        On::Field(edit) => unsaid.put_field(edit),
    }
    unsaid
}

fn keep_line(unsaid: &mut Unsaid, known: Drafts<'_>, draft: &Draft, on: &OnLine) {
    let OnLine { key, how, seen, from, to, decides } = on;
    let empty = Draft { lines: Vec::new(), ..draft.clone() };
    let there = known.on_screen(&empty).quantity(key);
    let wanted = match how {
        // However often one taps, a line holds so much.
        How::Stepped if to >= from => (there + to.less(*from)).min(Quantity::OF_A_LINE),
        How::Stepped => there.less(from.less(*to)),
        How::Typed => *to,
    };
    let shared = known.shared_quantity(draft.id, key);
    // What somebody else said since, whoever types has not seen. What this device said since is their own word.
    let seen = if *how == How::Typed && !known.is_own_word(draft, key) { *seen } else { shared };
    if shared == wanted && !decides {
        unsaid.remove(key);
    } else {
        unsaid.put(LineEdit { key: key.clone(), how: *how, seen, wanted, decides: *decides });
    }
}

/// The drafts in which something was changed here and not said yet.
pub(super) fn changed_here(queue: &Queue) -> impl Iterator<Item = DraftId> {
    let names = queue.meta.keys();
    let drafts = names.filter_map(|name| name.strip_prefix(UNSAID).or_else(|| name.strip_prefix(WHOLE)));
    drafts.filter_map(|draft| draft.parse().ok())
}

/// Whose a draft is that was changed here, and for which week.
fn owner(queue: &Queue, draft: DraftId) -> Option<(SiteId, CycleId)> {
    let unsaid: Option<Unsaid> = queue.read(&unsaid_name(draft));
    let whole = || queue.read::<Draft>(&whole_name(draft)).map(|whole| (whole.site, whole.cycle));
    unsaid.map(|unsaid| (unsaid.site, unsaid.cycle)).or_else(whole)
}

/// A draft of `site` in which something was changed and not said yet.
#[must_use]
pub fn to_share(queue: &Queue, site: SiteId) -> Option<DraftId> {
    let unsaid = |draft: DraftId| {
        let known: Option<Unsaid> = queue.read(&unsaid_name(draft));
        queue.meta.contains_key(&whole_name(draft)) || known.is_some_and(|known| !known.is_said())
    };
    let its = |draft: &DraftId| owner(queue, *draft).is_some_and(|(of, _)| of == site);
    changed_here(queue).filter(its).find(|draft| unsaid(*draft))
}

/// Forgets drafts of which everything was said, when a page opens.
#[must_use]
pub fn tidy(queue: &Queue) -> Vec<Write> {
    let names = changed_here(queue).map(unsaid_name);
    let said = |name: &String| queue.read::<Unsaid>(name).is_some_and(|unsaid| unsaid.is_said());
    names.filter(said).map(Write::DeleteMeta).collect()
}

/// Says what was changed in a draft, lines first, then what is said of the whole: from now on it waits in the outbox, for the
/// other tablets. `intent` makes the record of it.
#[must_use]
pub fn share(queue: &Queue, draft: DraftId, edit: EditId, intent: impl Fn(Command) -> Intent) -> Vec<Write> {
    let Some((site, cycle)) = owner(queue, draft) else { return Vec::new() };
    let empty = Draft { id: draft, site, cycle, slot: 0, lines: Vec::new() };
    let mut said = unsaid(queue, &empty);
    let left = said.edits.split_off(said.edits.len().min(MAX_LINES));
    let edits = std::mem::replace(&mut said.edits, left);
    let fields = if edits.is_empty() { std::mem::take(&mut said.fields) } else { Vec::new() };
    let mut writes = said.write(queue);
    if !edits.is_empty() || !fields.is_empty() {
        let command = EditDraft { edit, draft, site, cycle, edits, fields };
        writes.extend(record(queue, &intent(Command::EditDraft(command))).writes);
    }
    writes
}

/// What was changed in a draft, `now` and `before`, apart from one another: a line or field both speak of is as `now` says.
/// Any other record is.
#[must_use]
pub fn together(now: &str, before: &str) -> String {
    let read = |text: &str| json::read::<Unsaid>(text.as_bytes()).ok();
    let (Some(mut whole), Some(before)) = (read(now), read(before)) else { return now.to_owned() };
    for edit in before.edits {
        if at(&whole.edits, &edit.key).is_err() {
            whole.put(edit);
        }
    }
    let spoken_of =
        |whole: &Unsaid, edit: &FieldEdit| whole.fields.iter().any(|field| field.name == edit.name);
    for edit in before.fields {
        if !spoken_of(&whole, &edit) {
            whole.fields.push(edit);
        }
    }
    for last in before.kept {
        if !whole.kept.iter().any(|kept| kept.page == last.page) {
            whole.note_kept(last);
        }
    }
    serde_json::to_string(&whole).unwrap_or_default()
}

/// Deletes what was changed in every draft of a site and not said yet.
#[must_use]
pub fn delete_all(queue: &Queue, site: SiteId) -> Vec<Write> {
    // One that cannot be read is nobody's.
    let its = changed_here(queue).filter(|draft| owner(queue, *draft).is_none_or(|(of, _)| of == site));
    its.flat_map(|draft| [unsaid_name(draft), whole_name(draft)])
        .filter(|name| queue.meta.contains_key(name))
        .map(Write::DeleteMeta)
        .collect()
}
