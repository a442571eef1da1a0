//! Shared drafts, followed by a second, naive reckoning: everything that was said of a draft, in the order the server says
//! it heard it, comes to what the draft holds and announces.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    command::{Command, Envelope, SubmitOrder},
    draft::{How, SharedDraft},
    id::{DraftId, EditId, SiteId},
    order::LineKey,
    receipt::Outcome,
};

use crate::{
    backend::Backend,
    saying::{Field, Whole},
    violation::Violation,
    world::World,
};

/// So many of the last things said of a draft are told by name.
pub(crate) const NAMED: usize = 100;

/// One thing said of a line, in thousandths.
enum Word {
    Edit { how: How, seen: i64, wanted: i64, decides: bool },
    Sent(i64),
}

/// A line as a naive list of its words makes it: not there, or so much, zero when it was removed.
#[derive(Default)]
struct Line {
    there: Option<i64>,
    announced: Vec<i64>,
}

impl Line {
    fn hear(&mut self, word: &Word) {
        match *word {
            Word::Sent(quantity) => {
                let Some(there) = self.there else { return };
                if there < quantity {
                    self.announce(there);
                }
                if there <= quantity {
                    self.there = None;
                }
            }
            Word::Edit { how, seen, wanted, decides } => {
                if decides && self.there.unwrap_or(0) == seen {
                    self.announced.clear();
                }
                self.edit(how, seen, wanted);
            }
        }
    }

    fn edit(&mut self, how: How, seen: i64, wanted: i64) {
        let now = self.there.unwrap_or(0);
        let removed = self.there == Some(0);
        if now == seen || (self.there.is_none() && wanted > seen) {
            self.becomes(wanted);
        } else if wanted == seen || (wanted == 0 && removed) {
            // Nothing is changed by it.
        } else if wanted == 0 {
            self.announce(0);
        } else if removed {
            self.announce(0);
            self.becomes(wanted);
        } else if how == How::Typed && self.there.is_some() {
            if now != wanted {
                self.announce(now);
            }
            self.becomes(wanted);
        } else if now + wanted - seen >= 0 {
            self.becomes(now + wanted - seen);
        } else {
            self.announce(wanted);
        }
    }

    fn becomes(&mut self, quantity: i64) {
        self.there = if quantity == 0 { self.there.map(|_| 0) } else { Some(quantity) };
    }

    fn announce(&mut self, quantity: i64) {
        self.announced.push(quantity);
    }
}

/// What was said at once.
#[derive(Default)]
struct Words {
    of_lines: Vec<(LineKey, Word)>,
    of_whole: Vec<Field>,
}

/// Everything said of a draft.
type Said = BTreeMap<EditId, Words>;

/// What the server answered to about drafts, by draft.
fn said(envelopes: impl Iterator<Item = (Envelope, Outcome)>) -> BTreeMap<(SiteId, DraftId), Said> {
    let mut drafts: BTreeMap<(SiteId, DraftId), Said> = BTreeMap::new();
    for (envelope, outcome) in envelopes {
        match envelope.command() {
            // What the server failed on is put aside, for a person.
            Ok(Command::EditDraft(said)) if matches!(outcome, Outcome::Applied { .. }) => {
                let words = said.edits.iter().map(|edit| {
                    let (seen, wanted) = (edit.seen.thousandths(), edit.wanted.thousandths());
                    (edit.key.clone(), Word::Edit { how: edit.how, seen, wanted, decides: edit.decides })
                });
                let of_whole = said.fields.iter().map(Field::of).collect();
                let words = Words { of_lines: words.collect(), of_whole };
                drafts.entry((said.site, said.draft)).or_default().insert(said.edit, words);
            }
            Ok(Command::SubmitOrder(SubmitOrder { site, drawn: Some(drawn), .. })) => {
                let words = drawn
                    .lines
                    .iter()
                    .map(|line| (line.key.clone(), Word::Sent(line.quantity.thousandths())));
                let words = Words { of_lines: words.collect(), ..Words::default() };
                drafts.entry((site, drawn.draft)).or_default().insert(drawn.edit, words);
            }
            _ => {}
        }
    }
    drafts
}

/// Whether it only says what an order took, if anything.
fn is_sending(words: &Words) -> bool {
    words.of_whole.is_empty() && words.of_lines.iter().all(|(_, word)| matches!(word, Word::Sent(_)))
}

/// What a draft holds and announces otherwise than what was said of it comes to.
fn otherwise(draft: &SharedDraft, said: &Said) -> Option<String> {
    let heard: BTreeSet<_> = draft.heard.iter().collect();
    if heard.len() != draft.heard.len() {
        return Some("something was heard twice".to_owned());
    }
    let mut lines: BTreeMap<&LineKey, Line> = BTreeMap::new();
    let mut whole = Whole::default();
    for edit in &draft.heard {
        let Some(words) = said.get(edit) else { return Some(format!("nobody said {edit}")) };
        words.of_lines.iter().for_each(|(key, word)| lines.entry(key).or_default().hear(word));
        words.of_whole.iter().for_each(|field| whole.hear(field));
    }
    let says = Whole::of(&draft.header);
    if says != whole {
        return Some(format!("it says {says:?}, and was said to say {whole:?}"));
    }
    let held: BTreeMap<_, _> =
        draft.lines.iter().map(|line| (&line.key, line.quantity.thousandths())).collect();
    let wanted: BTreeMap<_, _> = lines.iter().filter_map(|(key, line)| Some((*key, line.there?))).collect();
    if held != wanted {
        return Some(format!("it holds {held:?}, and was said to hold {wanted:?}"));
    }
    let announced: BTreeSet<_> =
        draft.overruled.iter().map(|lost| (&lost.key, lost.wanted.thousandths())).collect();
    let should: BTreeSet<_> =
        lines.iter().flat_map(|(key, line)| line.announced.iter().map(|lost| (*key, *lost))).collect();
    (announced != should).then(|| format!("it announces {announced:?}, and should {should:?}"))
}

impl<B: Backend> World<B> {
    /// I2, I3, I10: what was said of a shared draft counts once, adds up, and what does not stand is announced.
    pub(crate) fn shared_otherwise(&self) -> Option<Violation> {
        let receipts = self.desk.store.receipts().into_iter();
        let answered = receipts
            .filter_map(|(_, row)| Some((serde_json::from_str(&row.command).ok()?, row.receipt.outcome)));
        let said = said(answered);
        let drafts: BTreeMap<_, _> =
            self.desk.store.drafts().into_iter().map(|draft| ((draft.site, draft.id), draft)).collect();
        for ((site, id), said) in &said {
            let empty = || Violation::about("I1", format!("nothing is left of draft {id}"), [id.to_string()]);
            let Some(draft) = drafts.get(&(*site, *id)) else {
                // A sending may draw on what was never shared.
                if said.values().all(is_sending) {
                    continue;
                }
                return Some(empty());
            };
            if draft.heard.len() >= NAMED {
                continue;
            }
            let unheard = said.iter().find(|(edit, words)| !is_sending(words) && !draft.heard.contains(edit));
            let what = match unheard {
                Some((edit, _)) => Some(format!("{edit} was answered and not heard")),
                None => otherwise(draft, said),
            };
            if let Some(what) = what {
                return Some(Violation::about("I10", format!("draft {id}: {what}"), [id.to_string()]));
            }
        }
        None
    }
}
