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
//!
//! What must be closed is not remembered by a page: it is written. A small record says under which key all of one place
//! lies, `closes/<its cache>`; each step on the outbox reads it in its own transaction, whichever page takes the step. A
//! page without that key is refused ([`StorageError::Locked`]) and looks again. A place's rows are closed under the key of
//! that place alone, since nobody else is ever given another. A cache's head says the same of the cache.

use std::rc::Rc;

use domain::{
    id::PlaceId,
    json,
    ordered::Map,
    planted::{Bug, planted},
    wire::Op,
};
use serde_json::Value;

use crate::{
    availability,
    cache::{CacheContents, CacheName, CacheWrite, Entity, LogPage},
    harvesting,
    outbox::{self, Entry, OutboxContents, Queue, Write},
    ports::StorageError,
    session::{self, SESSION, Session},
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
    /// Opens a small record that lies under another name than its own.
    fn open_record(&self, name: &str, text: &str) -> Option<String>;
    /// Closes a write of the outbox.
    fn close(&self, write: &mut Write);
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

/// Takes out of a queue the commands that are closed, and notes whose they are: nothing may send, number or show what it
/// cannot read.
pub(crate) fn hide_closed(queue: &mut Queue) {
    let closed = queue.commands.values().filter(|entry| holds_closed(entry));
    queue.sealed = closed.map(|entry| entry.envelope.place).collect();
    if !queue.sealed.is_empty() {
        queue.commands.retain(|_, entry| !holds_closed(entry));
    }
}

pub(crate) fn holds_closed(entry: &Entry) -> bool {
    entry.envelope.a.as_str().is_some_and(is_closed)
}

const CLOSES: &str = "closes/";
const ASIDE: &str = "aside/";

/// Says that all that belongs to whoever has `cache` lies closed under `key`; with the place they record for, when their
/// cache is their own.
#[must_use]
pub fn closes(cache: &CacheName, key: &str, place: Option<PlaceId>) -> Write {
    let place = place.filter(|place| cache.whose() != Some(*place));
    let text = place.map_or_else(|| key.to_owned(), |place| format!("{key} {place}"));
    Write::PutMeta(format!("{CLOSES}{cache}"), text)
}

/// Whose something is: those of a hub have a cache each, and one outbox.
pub(crate) type Owner = [Option<PlaceId>; 2];

/// Whether both are the same, or share what they record for.
pub(crate) fn meet(one: &Owner, other: &Owner) -> bool {
    one.iter().flatten().any(|id| other.contains(&Some(*id)))
}

/// Whose the records of a session are.
pub(crate) fn owner_of(session: &Session) -> Owner {
    [CacheName::of(&session.me).whose(), session.me.role.place()]
}

/// A word that something lies closed, read.
#[derive(Clone)]
pub(crate) struct Closing<'a> {
    pub(crate) cache: CacheName,
    pub(crate) key: &'a str,
    owner: Owner,
}

impl<'a> Closing<'a> {
    fn read(name: &str, text: &'a str) -> Option<Self> {
        let cache = CacheName::parse(name.strip_prefix(CLOSES)?)?;
        let (key, place) = text.split_once(' ').unwrap_or((text, ""));
        let owner = [cache.whose(), place.parse().ok()];
        Some(Self { cache, key, owner })
    }
}

/// Says that it lies closed no more.
pub(crate) fn closes_no_more(cache: &CacheName) -> Write {
    Write::DeleteMeta(format!("{CLOSES}{cache}"))
}

/// The key under which all of whoever has `cache` lies, as far as `queue` says.
pub(crate) fn key_of<'a>(queue: &'a Queue, cache: &CacheName) -> Option<&'a str> {
    closings(queue).find(|closing| closing.cache == *cache).map(|closing| closing.key)
}

/// What lies closed here, as far as `queue` says.
pub(crate) fn closings(queue: &Queue) -> impl Iterator<Item = Closing<'_>> {
    queue.meta.iter().filter_map(|(name, text)| Closing::read(name, text))
}

/// A record that was written over while its key was away: it waits under another name.
pub(crate) fn laid_aside<'a>(name: &'a str, text: &str) -> Option<&'a str> {
    name.strip_prefix(ASIDE)?.strip_prefix(key_name(text)?)?.strip_prefix('/')
}

/// Whether a small record lies open on a locked device.
fn lies_open(name: &str) -> bool {
    [KEYRING, CLOSES].iter().any(|prefix| name.starts_with(prefix))
        || session::lies_open(name)
        || outbox::lies_open(name)
}

/// Whose a write is that lies closed where its owner has a key; `None` for what lies open, and for what is closed already.
pub(crate) fn whose(write: &Write) -> Option<Owner> {
    match write {
        Write::PutCommand(entry) | Write::PutSent(outbox::Sent { entry, .. }) => {
            Some([Some(entry.envelope.place), None])
        }
        Write::PutMeta(name, text) if !lies_open(name) && !is_closed(text) => whose_record(name, text),
        _ => None,
    }
}

/// A producer's records bear their name; a kitchen's and a hub's say whose they are.
fn whose_record(name: &str, text: &str) -> Option<Owner> {
    if name == SESSION {
        return Some(owner_of(&json::read(text.as_bytes()).ok()?));
    }
    if let Some(of) = [availability::TYPED, harvesting::TYPED].iter().find_map(|of| name.strip_prefix(of)) {
        return Some([of.split('/').next()?.parse().ok(), None]);
    }
    let record: Value = json::read(text.as_bytes()).ok()?;
    Some(["site", "hub"].map(|of| record.get(of)?.as_str()?.parse().ok()))
}

/// The keys at hand.
pub(crate) type Seals = [Rc<dyn Seal>];

fn with_key<'a>(seals: &'a Seals, key: &str) -> Option<&'a dyn Seal> {
    seals.iter().find(|seal| seal.key_name() == key).map(Rc::as_ref)
}

/// Closes what a step writes, as `queue`, which it found, and the step itself say.
///
/// # Errors
/// [`StorageError::Locked`] when it writes what must lie under a key that is not at hand.
pub(crate) fn close(seals: &Seals, queue: &Queue, writes: &mut Vec<Write>) -> Result<(), StorageError> {
    keep_closed(seals, queue, writes);
    let mut said: Map<CacheName, (Owner, String)> = Map::new();
    let said_by = |name: &str, text: &str| {
        let Closing { cache, key, owner } = Closing::read(name, text)?;
        Some((cache, (owner, key.to_owned())))
    };
    said.extend(queue.meta.iter().filter_map(|(name, text)| said_by(name, text)));
    for write in &*writes {
        match write {
            Write::PutMeta(name, text) => said.extend(said_by(name, text)),
            Write::DeleteMeta(name) => {
                said.retain(|cache, _| Some(cache.as_str()) != name.strip_prefix(CLOSES));
            }
            _ => {}
        }
    }
    if said.is_empty() {
        return Ok(());
    }
    // Somebody came in with the network: what they do lies open until their key is here again.
    let came_in = writes.iter().find(|write| matches!(write, Write::PutMeta(name, _) if name == SESSION));
    if let Some(owner) = came_in.and_then(whose) {
        let away = |(of, key): &(Owner, String)| meet(of, &owner) && with_key(seals, key).is_none();
        let ended = said.iter().filter(|(_, closing)| away(closing)).map(|(cache, _)| closes_no_more(cache));
        writes.extend(ended.collect::<Vec<_>>());
        said.retain(|_, closing| !away(closing));
    }
    for write in writes {
        let Some(owner) = whose(write) else { continue };
        if planted(Bug::WhatWaitsLeftOpen) && matches!(write, Write::PutCommand(_)) {
            continue;
        }
        if let Some((_, key)) = said.values().find(|(of, _)| meet(of, &owner)) {
            with_key(seals, key).ok_or(StorageError::Locked)?.close(write);
        }
    }
    Ok(())
}

/// A step deletes nothing it could not read, and what it writes over that is laid aside.
fn keep_closed(seals: &Seals, queue: &Queue, writes: &mut Vec<Write>) {
    let away = |name: &str| {
        let text = queue.meta.get(name).filter(|_| name != SESSION)?;
        let key = key_name(text).filter(|key| with_key(seals, key).is_none())?;
        Some((format!("{ASIDE}{key}/{name}"), text.clone()))
    };
    writes.retain(|write| !matches!(write, Write::DeleteMeta(name) if away(name).is_some()));
    let over: Vec<_> = writes
        .iter()
        .filter_map(|write| match write {
            Write::PutMeta(name, text) if !is_closed(text) => away(name),
            _ => None,
        })
        .collect();
    writes.extend(over.into_iter().map(|(name, text)| Write::PutMeta(name, text)));
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

    fn open_record(&self, name: &str, text: &str) -> Option<String> {
        self.open_text(name, text)
    }

    fn close(&self, write: &mut Write) {
        match write {
            Write::PutCommand(entry) | Write::PutSent(outbox::Sent { entry, .. }) => {
                let about = about_entry(entry);
                self.close_value(&about, &mut entry.envelope.a);
            }
            Write::PutMeta(name, text) => *text = self.close_text(name, text),
            Write::DeleteMeta(_) | Write::DeleteCommand(..) | Write::DeleteSent(..) => {}
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
