//! What several people say of the same goods, each record written once.
//!
//! What is said grows and is never edited: a record that corrects others names them. Of the records of a product that nobody
//! corrected the first that arrived counts: said twice the same it is said once, said twice differently it waits for a
//! person, and it is never summed. What a kitchen receives ([`reception`](crate::reception)) and what passes over the quay
//! ([`quay`](crate::quay)) are said so.

use serde::{Deserialize, Serialize};

use crate::{
    id::{RecordId, Reference},
    reception::Label,
    sorting,
    time::Timestamp,
};

/// What is said of one product.
pub trait Said: PartialEq {
    /// The product, by its offer.
    fn about(&self) -> &Reference;
}

/// A list of what is said holds at most this many records: corrections of corrections end somewhere.
pub const MAX_RECORDS: usize = 100;

/// A record, as it was taken in.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record<L> {
    /// Its identifier.
    pub id: RecordId,
    /// Who handled the goods, by their name.
    pub received_by: Label,
    /// When, as the device believed.
    pub recorded_at: Timestamp,
    /// Records it takes the place of, on the products it speaks of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supersedes: Vec<RecordId>,
    /// What it says, each product at most once.
    pub lines: Vec<L>,
}

/// What counts of one product.
#[derive(Debug, PartialEq, Eq)]
pub struct Standing<'a, L> {
    /// The record that counts.
    pub record: &'a Record<L>,
    /// What it says of the product.
    pub line: &'a L,
}

impl<L> Clone for Standing<'_, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for Standing<'_, L> {}

/// Takes in a record. `false`: it was known.
pub fn hear<L>(records: &mut Vec<Record<L>>, said: Record<L>) -> bool {
    let known = records.iter().any(|record| record.id == said.id);
    if !known {
        records.push(said);
    }
    !known
}

/// The records there are.
#[must_use]
pub fn ids<L>(records: &[Record<L>]) -> Vec<RecordId> {
    records.iter().map(|record| record.id).collect()
}

/// What is said of a product and was not corrected, in the order it arrived: what counts first. The same said twice is
/// said once.
#[must_use]
pub fn said_of<'a, L: Said>(records: &'a [Record<L>], product: &Reference) -> Vec<Standing<'a, L>> {
    let mut said: Vec<Standing<'a, L>> = Vec::new();
    for standing in speaking_of(records, product) {
        if !corrects(records, product, standing.record.id)
            && said.iter().all(|other| other.line != standing.line)
        {
            said.push(standing);
        }
    }
    said
}

/// The records of a product that nobody corrected: those a correction names.
#[must_use]
pub fn to_supersede<L: Said>(records: &[Record<L>], product: &Reference) -> Vec<RecordId> {
    let speaking = speaking_of(records, product).map(|standing| standing.record.id);
    speaking.filter(|id| !corrects(records, product, *id)).collect()
}

/// Whether what a record says of some product stands beside something else.
#[must_use]
pub fn is_contested<L: Said>(records: &[Record<L>], record: RecordId) -> bool {
    let lines = records.iter().filter(|known| known.id == record).flat_map(|known| &known.lines);
    lines.into_iter().any(|line| said_of(records, line.about()).len() > 1)
}

/// The records that lines about to be said take the place of: those of their products that were on screen (`seen`) and nobody
/// corrected since, in order.
#[must_use]
pub fn superseded<L: Said>(records: &[Record<L>], lines: &[L], seen: &[RecordId]) -> Vec<RecordId> {
    let standing = lines.iter().flat_map(|line| to_supersede(records, line.about()));
    let mut superseded: Vec<_> = standing.filter(|record| seen.contains(record)).collect();
    sorting::sort(&mut superseded);
    superseded.dedup();
    superseded
}

/// Whether each of these lines stands already, and nothing else does: a second tap.
#[must_use]
pub fn says_nothing_new<L: Said>(records: &[Record<L>], lines: &[L]) -> bool {
    lines.iter().all(|line| {
        let standing = said_of(records, line.about());
        matches!(&standing[..], [only] if only.line == line)
    })
}

fn speaking_of<'a, L: Said>(
    records: &'a [Record<L>],
    product: &Reference,
) -> impl Iterator<Item = Standing<'a, L>> {
    records.iter().filter_map(move |record| {
        let line = record.lines.iter().find(|line| line.about() == product)?;
        Some(Standing { record, line })
    })
}

/// Whether a later record took the place of `id` on this product.
fn corrects<L: Said>(records: &[Record<L>], product: &Reference, id: RecordId) -> bool {
    speaking_of(records, product).any(|standing| standing.record.supersedes.contains(&id))
}
