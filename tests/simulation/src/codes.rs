//! Codes of a shared tablet, as its people use them in several pages at once: chosen, asked, forgotten, given up.
//!
//! The key is one a hand could break, made of its own name: what is at stake here is what becomes of records, not a cipher.
//! Whoever checks opens everything; a page opens what the production code gives it the key to.

use std::rc::Rc;

use domain::id::SiteId;
use replica::{
    cache::{CacheContents, CacheName},
    locking::Recoded,
    outbox::{OutboxContents, Write},
    sealing::{Cipher, Seal, Sealer, is_closed, key_name},
    session::SessionState,
};

use crate::{
    backend::Backend,
    core::PageId,
    disk::Disk,
    page::{Page, Told},
    violation::Violation,
    world::World,
};

/// How many wrong codes in a row end all codes: fewer than in earnest, so that it happens.
const LETS_IN_AFTER: u32 = 3;
/// How often a person begins again when another page was quicker.
const TRIES: usize = 5;
const TAG: usize = 8;

struct Toy(String);

fn mixed(seed: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(seed, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

impl Toy {
    fn tag(&self, about: &str, open: &[u8]) -> [u8; TAG] {
        mixed(mixed(mixed(0xcbf2_9ce4_8422_2325, self.0.as_bytes()), about.as_bytes()), open).to_le_bytes()
    }

    fn masked(&self, bytes: &[u8]) -> Vec<u8> {
        let mask = mixed(0x9e37_79b9_7f4a_7c15, self.0.as_bytes()).to_le_bytes();
        bytes.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask ^ 0x80).collect()
    }
}

impl Cipher for Toy {
    fn name(&self) -> &str {
        &self.0
    }
    fn close(&self, about: &str, open: &[u8]) -> Vec<u8> {
        let mut closed = self.tag(about, open).to_vec();
        closed.extend(self.masked(open));
        closed
    }
    fn open(&self, about: &str, closed: &[u8]) -> Option<Vec<u8>> {
        let (tag, masked) = closed.split_at_checked(TAG)?;
        let open = self.masked(masked);
        (self.tag(about, &open) == *tag).then_some(open)
    }
    fn text_of(&self, closed: &[u8]) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |of: u8| char::from(DIGITS[usize::from(of & 15)]);
        closed.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
    }
    fn bytes_of(&self, text: &str) -> Option<Vec<u8>> {
        let digit = |of: u8| char::from(of).to_digit(16).and_then(|of| u8::try_from(of).ok());
        text.as_bytes().chunks(2).map(|two| Some(digit(two[0])? << 4 | digit(*two.get(1)?)?)).collect()
    }
}

fn seal(key: &str) -> Rc<dyn Seal> {
    Rc::new(Sealer(Toy(key.to_owned())))
}

/// Everything an outbox database holds, whoever has the keys.
pub(crate) fn all_open(outbox: &OutboxContents) -> OutboxContents {
    let mut contents = outbox.clone();
    let entries = outbox.queue.commands.values().chain(outbox.sent.values().map(|sent| &sent.entry));
    let texts = entries.filter_map(|entry| entry.envelope.a.as_str());
    let mut keys: Vec<&str> =
        texts.chain(outbox.queue.meta.values().map(String::as_str)).filter_map(key_name).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().for_each(|key| seal(key).open_outbox(&mut contents));
    contents
}

/// Everything a cache holds.
pub(crate) fn open_cache(cache: &CacheContents) -> CacheContents {
    let mut cache = cache.clone();
    if let Some(key) = cache.head.key.take() {
        seal(&key).open_cache(&mut cache);
    }
    cache
}

/// The record of codes: who has one does not matter here, how many do.
#[derive(Clone)]
struct Codes {
    key: String,
    cache: String,
    people: u32,
    wrong: u32,
}

impl Codes {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('|');
        let (key, cache) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        Some(Self { key, cache, people: parts.next()?.parse().ok()?, wrong: parts.next()?.parse().ok()? })
    }

    fn text(&self) -> String {
        format!("{}|{}|{}|{}", self.key, self.cache, self.people, self.wrong)
    }

    fn recoded(&self, before: String) -> Recoded {
        Recoded { key: self.key.clone(), before, after: self.text() }
    }
}

impl Page {
    fn codes(&self) -> Option<(Codes, String)> {
        let text = self.replica.keyring(None).or_else(|| self.replica.keyring_here())?;
        Some((Codes::read(&text)?, text))
    }

    fn did(&self, what: &'static str, came: &impl std::fmt::Debug) {
        self.told.borrow_mut().push(Told::Codes(format!("{what}: {came:?}")));
    }

    /// The first code of the tablet, or one more.
    async fn gives_code(self: Rc<Self>, key: String) {
        for _ in 0..TRIES {
            let Some((mut codes, before)) = self.codes() else { break };
            codes.people += 1;
            let kept = self.replica.keep_keyring(codes.recoded(before)).await;
            self.did("gives one more code", &kept);
            if kept != Ok(false) || self.replica.reload().await.is_err() {
                return;
            }
        }
        let Some(cache) = self.replica.cache_name() else { return };
        let codes = Codes { key, cache: cache.to_string(), people: 1, wrong: 0 };
        let sealed = self.replica.seal(seal(&codes.key), &codes.key, codes.text()).await;
        self.did("gives the first code", &sealed);
    }

    /// The last code is taken away.
    async fn gives_codes_up(self: Rc<Self>) {
        for _ in 0..TRIES {
            let Some((codes, before)) = self.codes() else { return };
            let ended = self.replica.unseal(&codes.key, before).await;
            self.did("gives codes up", &ended);
            if ended != Ok(false) || self.replica.reload().await.is_err() {
                return;
            }
        }
    }

    /// Somebody types a code on the locked screen.
    pub(crate) async fn tries(self: Rc<Self>, right: bool) {
        for _ in 0..TRIES {
            let Some((mut codes, before)) = self.codes() else { return self.leaves().await };
            codes.wrong = if right { 0 } else { codes.wrong + 1 };
            if codes.people == 0 || codes.wrong >= LETS_IN_AFTER {
                (codes.people, codes.wrong) = (0, 0);
                let change = codes.recoded(before);
                let left = self.replica.leave_locked(Some(change), CacheName::parse(&codes.cache)).await;
                self.did("one wrong code too many", &left);
                return;
            }
            let kept = self.replica.keep_keyring(codes.recoded(before)).await;
            if kept == Ok(false) && self.replica.reload().await.is_ok() {
                continue;
            }
            if let (true, Ok(true), Some(cache)) = (right, kept, CacheName::parse(&codes.cache)) {
                let opened = self.replica.unlock(seal(&codes.key), &codes.key, &cache).await;
                self.nudge();
                self.did("opens with a code", &opened);
            }
            return;
        }
    }

    /// Nobody remembers a code.
    async fn leaves(self: Rc<Self>) {
        let change =
            self.codes().map(|(codes, before)| (CacheName::parse(&codes.cache), codes.recoded(before)));
        let (cache, change) = change.map_or((None, None), |(cache, change)| (cache, Some(change)));
        let left = self.replica.leave_locked(change, cache).await;
        self.nudge();
        self.did("leaves the locked tablet", &left);
    }

    /// Somebody came in with the network: the server hands over the keys of their kitchen, if it answers.
    pub(crate) async fn takes_keys(&self, answers: impl Fn() -> bool) {
        let own = self.replica.cache_name();
        for codes in self.replica.keyrings().iter().filter_map(|text| Codes::read(text)) {
            let cache = CacheName::parse(&codes.cache);
            self.pause(20).await;
            if cache != own || !answers() {
                continue;
            }
            let Some(cache) = cache else { continue };
            let closing = codes.people > 0;
            let taken = self.replica.take_key(seal(&codes.key), &codes.key, &cache, closing).await;
            self.did("takes a key", &taken);
        }
    }
}

impl<B: Backend> World<B> {
    /// Somebody does something with the codes of a tablet. Whether there was anything to do.
    pub(crate) fn codes(&mut self, page: PageId) -> bool {
        let now = self.core.now();
        let away =
            now < self.desk.away_until || now < self.profiles[page.profile].browser.offline_until.get();
        let Some(tab) = self.tab(page) else { return false };
        let shown = Rc::clone(&tab.page);
        let drawn = self.core.chance(|chance| chance.below(8));
        match (shown.replica.session(), shown.replica.is_sealed()) {
            (SessionState::Locked, _) => match drawn {
                0..4 => self.begin(page, shown.tries(true)),
                4..7 => self.begin(page, shown.tries(false)),
                _ => self.begin(page, shown.leaves()),
            },
            (SessionState::SignedIn(_), false) if !away => {
                self.desk.keys += 1;
                let key = format!("k{}", self.desk.keys);
                self.begin(page, shown.gives_code(key));
            }
            (SessionState::SignedIn(_) | SessionState::Expired(_), true) => match drawn {
                0..3 => {
                    self.kill_all(page.profile);
                    self.open(page.profile, page.place);
                }
                3..5 => self.begin(page, shown.gives_codes_up()),
                5 => self.begin(page, shown.gives_code(String::new())),
                _ => return false,
            },
            _ => return false,
        }
        true
    }

    /// What a tablet says lies closed does, whoever wrote last.
    pub(crate) fn check_closed(&mut self, profile: usize) {
        let open = left_open(&self.profiles[profile].disk.borrow());
        if let Some(what) = open {
            self.broken(Violation::of("I12", format!("tablet {profile} is locked, and {what} lies open")));
        }
    }

    /// Nobody is in on a tablet, or it is locked: nothing the server told lies there to be read.
    pub(crate) fn check_left(&mut self) {
        for profile in 0..self.profiles.len() {
            let found = {
                let disk = self.profiles[profile].disk.borrow();
                let session = disk.outbox.queue.meta.get("session");
                let readable = |cache: &&CacheContents| cache.head.generation > 0 && cache.head.key.is_none();
                let is_in = session.is_some_and(|text| !is_closed(text));
                let left = disk.caches.iter().find(|(_, cache)| !is_in && readable(cache));
                left.map(|(name, _)| name.to_string())
            };
            if let Some(name) = found {
                let what = format!("nobody is in on tablet {profile}, and {name} lies there");
                self.broken(Violation::of("I12", what));
            }
        }
    }
}

/// What lies open of somebody whose rows are closed.
fn left_open(disk: &Disk) -> Option<String> {
    let queue = &disk.outbox.queue;
    for cache in queue.meta.keys().filter_map(|name| name.strip_prefix("closes/")) {
        let of_it = |place: String| cache.ends_with(&place);
        let entries = queue.commands.values().chain(disk.outbox.sent.values().map(|sent| &sent.entry));
        for entry in entries.filter(|entry| of_it(entry.envelope.place.to_string())) {
            // Under an earlier key of its kitchen that did not come back yet, it is closed too.
            if !entry.envelope.a.as_str().is_some_and(is_closed) {
                return Some(format!("command {} of {}", entry.envelope.m, entry.outbox));
            }
        }
        let site = cache.strip_prefix("cache-v1-site-").unwrap_or_default();
        let records =
            queue.meta.iter().filter(|(name, text)| !name.starts_with("closes/") && !is_closed(text));
        let of_business = ["session", "edits/", "draft/", "amending/", "receiving/"];
        let mut said = records.filter(|(name, _)| of_business.iter().any(|of| name.starts_with(of)));
        if let Some((name, _)) = said.find(|(_, text)| text.contains(site)) {
            return Some(name.clone());
        }
    }
    None
}

/// Whether something of a kitchen lies under a key that is not the one it lies under now: the key did not come back yet.
pub(crate) fn still_closed(disk: &Disk, site: SiteId) -> bool {
    let queue = &disk.outbox.queue;
    let now = queue.meta.get(&format!("closes/cache-v1-site-{site}"));
    let entries = queue.commands.values().chain(disk.outbox.sent.values().map(|sent| &sent.entry));
    let mut keys = entries
        .filter(|entry| entry.envelope.place.0 == site.0)
        .filter_map(|entry| key_name(entry.envelope.a.as_str()?));
    keys.any(|key| now.map(String::as_str) != Some(key))
}

/// Whether a step deletes what waits because the kitchen removed the tablet: nobody asked for that.
pub(crate) fn is_removal(writes: &[Write]) -> bool {
    writes.iter().any(|write| matches!(write, Write::PutMeta(name, _) if name == "turned_out"))
}
