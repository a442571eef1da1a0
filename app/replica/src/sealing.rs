//! What lies on a device that is locked, and how it opens.
//!
//! A tablet is shared, and sometimes stolen. Where its people chose codes, what it holds lies closed under a key that only
//! a code opens (`app/vault`); this page says which part of each record is closed. What stays readable is what the device
//! needs while nobody is there, and what tells nothing of anybody's business: which kitchen, how many, numbers and times.
//!
//! | record | closed | readable |
//! |---|---|---|
//! | a command, waiting or answered | what it asks | its number, kitchen, time and hash; the server's receipt |
//! | a small record | all of it | where outboxes stand, what is owed to the server, the codes' own record |
//! | a cached snapshot, a page of changes | all of it | of which feed, how long |
//! | a cached row | its body | its kind and identifier |
//! | a cache's head | nothing: positions, sums, receipts | all of it |
//!
//! A closed text is `~`, the name of its key, `:`, and what the key closed. What no key at hand opens is left where it is
//! and counted, never taken for empty and never sent.

use domain::{id::PlaceId, json, wire::Op};
use serde_json::Value;

use crate::{
    cache::{CacheContents, CacheWrite, Entity, LogPage},
    outbox::{self, Entry, OutboxContents, Queue, Write},
    session,
};

/// A key that closes and opens. `about` names the record: closed under one name, it opens under no other.
pub trait Cipher {
    /// What the key is called: letters and digits.
    fn name(&self) -> &str;
    /// Closes; never twice alike.
    fn close(&self, about: &str, open: &[u8]) -> Vec<u8>;
    /// Opens; `None` for what another key closed, or somebody changed.
    fn open(&self, about: &str, closed: &[u8]) -> Option<Vec<u8>>;
    /// As text: for records that are texts.
    fn text_of(&self, closed: &[u8]) -> String;
    /// Back from text.
    fn bytes_of(&self, text: &str) -> Option<Vec<u8>>;
}

/// Opens what is read and closes what is written. An object, because the application fetches it only where it is needed.
pub trait Seal {
    /// What its key is called.
    fn key_name(&self) -> &str;
    /// Opens what it can of the outbox.
    fn open_outbox(&self, contents: &mut OutboxContents);
    /// Opens what it can of a queue.
    fn open_queue(&self, queue: &mut Queue);
    /// Closes writes of the outbox.
    fn close_outbox(&self, writes: &mut [Write]);
    /// Opens what it can of a cache.
    fn open_cache(&self, contents: &mut CacheContents);
    /// Closes writes of a cache.
    fn close_cache(&self, writes: &mut [CacheWrite]);
}

const MARK: char = '~';
/// The kind of a page's only change, when the page is closed.
const CLOSED: &str = "closed";
pub(crate) const KEYRING: &str = "keyring/";

/// Whether a text is closed.
#[must_use]
pub fn is_closed(text: &str) -> bool {
    text.starts_with(MARK)
}

/// The name of the key that closed a text.
#[must_use]
pub fn key_name(text: &str) -> Option<&str> {
    text.strip_prefix(MARK)?.split_once(':').map(|(name, _)| name)
}

/// Takes out of a queue the commands that are closed: nothing may send, number or show what it cannot read. Whose they are.
pub(crate) fn hide_closed(queue: &mut Queue) -> Vec<PlaceId> {
    let closed = queue.commands.values().filter(|entry| holds_closed(entry));
    let places: Vec<_> = closed.map(|entry| entry.envelope.place).collect();
    if !places.is_empty() {
        queue.commands.retain(|_, entry| !holds_closed(entry));
    }
    places
}

pub(crate) fn holds_closed(entry: &Entry) -> bool {
    entry.envelope.a.as_str().is_some_and(is_closed)
}

/// Whether a small record lies open on a locked device.
fn lies_open(name: &str) -> bool {
    name.starts_with(KEYRING) || session::lies_open(name) || outbox::lies_open(name)
}

/// A [`Seal`] with one key.
pub struct Sealer<C>(pub C);

impl<C: Cipher> Sealer<C> {
    fn close_text(&self, about: &str, open: &str) -> String {
        let closed = self.0.text_of(&self.0.close(about, open.as_bytes()));
        format!("{MARK}{}:{closed}", self.0.name())
    }

    fn open_text(&self, about: &str, text: &str) -> Option<String> {
        let closed = text.strip_prefix(MARK)?.strip_prefix(self.0.name())?.strip_prefix(':')?;
        String::from_utf8(self.0.open(about, &self.0.bytes_of(closed)?)?).ok()
    }

    fn close_value(&self, about: &str, value: &mut Value) {
        *value = Value::String(self.close_text(about, &value.to_string()));
    }

    fn open_value(&self, about: &str, value: &mut Value) {
        let open = value.as_str().and_then(|text| self.open_text(about, text));
        if let Some(open) = open.and_then(|text| json::read(text.as_bytes()).ok()) {
            *value = open;
        }
    }

    fn close_bytes(&self, about: &str, bytes: &mut Vec<u8>) {
        let mut closed = format!("{MARK}{}:", self.0.name()).into_bytes();
        closed.extend(self.0.close(about, bytes));
        *bytes = closed;
    }

    fn open_bytes(&self, about: &str, bytes: &mut Vec<u8>) {
        let before = format!("{MARK}{}:", self.0.name());
        let closed = bytes.strip_prefix(before.as_bytes());
        if let Some(open) = closed.and_then(|closed| self.0.open(about, closed)) {
            *bytes = open;
        }
    }

    fn open_page(&self, page: &mut LogPage) {
        let about = about_page(page);
        let [Op { kind, body: Some(Value::String(text)), .. }] = page.ops.as_slice() else { return };
        let open = if kind == CLOSED { self.open_text(&about, text) } else { None };
        if let Some(ops) = open.and_then(|text| json::read(text.as_bytes()).ok()) {
            page.ops = ops;
        }
    }

    fn close_page(&self, page: &mut LogPage) {
        // Plain values: they always encode.
        let text = serde_json::to_string(&page.ops).unwrap_or_default();
        let body = Some(Value::String(self.close_text(&about_page(page), &text)));
        page.ops = vec![Op { seq: 0, kind: CLOSED.into(), id: String::new(), body }];
    }
}

fn about_entry(entry: &Entry) -> String {
    format!("{}/{}", entry.outbox, entry.envelope.m)
}

fn about_page(page: &LogPage) -> String {
    format!("{}/{}", page.scope.0, page.page)
}

fn about_row(Entity { scope, op }: &Entity) -> String {
    format!("{}/{}/{}", scope.0, op.kind, op.id)
}

impl<C: Cipher> Seal for Sealer<C> {
    fn key_name(&self) -> &str {
        self.0.name()
    }

    fn open_outbox(&self, contents: &mut OutboxContents) {
        self.open_queue(&mut contents.queue);
        for sent in contents.sent.values_mut() {
            let about = about_entry(&sent.entry);
            self.open_value(&about, &mut sent.entry.envelope.a);
        }
    }

    fn open_queue(&self, queue: &mut Queue) {
        for entry in queue.commands.values_mut() {
            let about = about_entry(entry);
            self.open_value(&about, &mut entry.envelope.a);
        }
        let names: Vec<String> = queue.meta.keys().cloned().collect();
        for name in names {
            let Some(text) = queue.meta.get_mut(&name) else { continue };
            if let Some(open) = self.open_text(&name, text) {
                *text = open;
            }
        }
    }

    fn close_outbox(&self, writes: &mut [Write]) {
        for write in writes {
            match write {
                Write::PutCommand(entry) | Write::PutSent(outbox::Sent { entry, .. }) => {
                    let about = about_entry(entry);
                    self.close_value(&about, &mut entry.envelope.a);
                }
                Write::PutMeta(name, text) if !lies_open(name) => {
                    *text = self.close_text(name, text);
                }
                Write::PutMeta(..)
                | Write::DeleteMeta(_)
                | Write::DeleteCommand(..)
                | Write::DeleteSent(..) => {}
            }
        }
    }

    fn open_cache(&self, contents: &mut CacheContents) {
        let scopes: Vec<_> = contents.snapshots.keys().cloned().collect();
        for scope in scopes {
            if let Some(bytes) = contents.snapshots.get_mut(&scope) {
                self.open_bytes(&scope.0, bytes);
            }
        }
        contents.log.values_mut().for_each(|page| self.open_page(page));
        for row in contents.entities.values_mut() {
            let about = about_row(row);
            if let Some(body) = &mut row.op.body {
                self.open_value(&about, body);
            }
        }
    }

    fn close_cache(&self, writes: &mut [CacheWrite]) {
        for write in writes {
            match write {
                CacheWrite::PutSnapshot(scope, bytes) => self.close_bytes(&scope.0, bytes),
                CacheWrite::PutLog(page) => self.close_page(page),
                CacheWrite::PutEntity(row) => {
                    let about = about_row(row);
                    if let Some(body) = &mut row.op.body {
                        self.close_value(&about, body);
                    }
                }
                CacheWrite::PutHead(_)
                | CacheWrite::DeleteSnapshot(_)
                | CacheWrite::ClearLog(_)
                | CacheWrite::DeleteEntity(_)
                | CacheWrite::ClearEntities(_) => {}
            }
        }
    }
}
