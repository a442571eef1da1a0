//! Codes: who may open this device without a network, and locking it. Everything here travels with the piece of the lock
//! (`app/pieces.rs`): a device without codes fetches none of it.

use std::{cell::RefCell, rc::Rc, time::Duration};

use domain::wire::ways_in::{SealingKey, SealingKeyName};
use gloo::events::EventListener;
use leptos::{prelude::*, wasm_split::wasm_split};
use replica::{
    cache::CacheName,
    locking::Recoded,
    sealing::{Seal, Sealer},
};
use vault::{BadCode, BadPerson, Code, Key, Keyring, Refused, Vault};
use web_sys::BroadcastChannel;

use super::{
    AppError, AppState, StorageProblem,
    engine::DeviceReplica,
    exchange::{Later, Missing},
};
use crate::device::{clock, entropy, fetch, page};

/// A device nobody touched for so long locks by itself.
const IDLE_MS: i64 = 5 * 60_000;
const IDLE_LOOKED_AT: Duration = Duration::from_secs(10);
/// The channel on which pages of one device lock together.
const CHANNEL: &str = "mercuriale-lock";

/// How often a record of codes that other pages keep changing is read again.
const TRIES: usize = 5;

thread_local! {
    /// The key of this page and what it is called, for the next person who chooses a code here.
    static KEY: RefCell<Option<(String, Key)>> = const { RefCell::new(None) };
}

fn keep_at_hand(name: &str, key: Key) {
    KEY.set(Some((name.to_owned(), key)));
}

fn key_at_hand(name: &str) -> Option<Key> {
    KEY.with_borrow(|kept| kept.as_ref().filter(|(called, _)| called == name).map(|(_, key)| key.clone()))
}

/// Why a code did not open the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeError {
    /// Not six digits.
    NotSixDigits,
    /// Wrong, too soon, or one too many.
    Refused(Refused),
    /// The device could not note that it was tried, or could not be read.
    Storage(StorageProblem),
}

/// Why somebody was given no code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewCodeError {
    /// The code.
    Code(BadCode),
    /// The name.
    Person(BadPerson),
    /// The first code of a device needs the server once: it keeps the key.
    Server(AppError),
    /// The device could not close what it holds.
    Storage(StorageProblem),
    /// Nobody is signed in.
    NotSignedIn,
}

fn seal(name: &str, key: &Key) -> Rc<dyn Seal> {
    Rc::new(Sealer(Vault::new(name, key.clone(), entropy::fill)))
}

/// The codes, and their record as it was read.
fn keyring_of(replica: &DeviceReplica) -> Option<(Keyring, String)> {
    let text = replica.keyring(None).or_else(|| replica.keyring_here())?;
    Some((Keyring::read(&text)?, text))
}

fn recoded(keyring: &Keyring, before: String) -> Recoded {
    Recoded { key: keyring.key.clone(), before, after: keyring.to_text() }
}

fn crowded() -> StorageProblem {
    StorageProblem::Failed("codes that other pages keep changing".into())
}

impl AppState {
    /// The codes of this device: of whoever has to say theirs, or of whoever is signed in.
    #[must_use]
    pub fn keyring(self) -> Option<Keyring> {
        keyring_of(self.engine().replica()).map(|(keyring, _)| keyring)
    }

    /// How many commands wait here, closed.
    #[must_use]
    pub fn closed_count(self) -> usize {
        self.engine().replica().sealed_count()
    }

    /// Opens the device with somebody's code.
    ///
    /// # Errors
    /// [`CodeError`]
    pub async fn open_with_code(self, name: String, digits: String) -> Result<(), CodeError> {
        let engine = self.engine();
        let replica = engine.replica();
        let code = Code::typed(&digits).map_err(|_| CodeError::NotSixDigits)?;
        for _ in 0..TRIES {
            let Some((mut keyring, before)) = keyring_of(replica) else {
                return Err(CodeError::Refused(Refused::NoMore));
            };
            let tried = keyring.open(&name, &code, clock::now());
            let change = recoded(&keyring, before);
            if tried.as_ref().err() == Some(&Refused::NoMore) {
                if self.leave(&keyring, change).await.map_err(CodeError::Storage)? {
                    return Err(CodeError::Refused(Refused::NoMore));
                }
                continue;
            }
            // Noted before the answer is known to anybody: a page that is closed in between has counted. One that was
            // tried on another page meanwhile counts too.
            if !replica.keep_keyring(change).await.map_err(CodeError::Storage)? {
                replica.reload().await.map_err(CodeError::Storage)?;
                continue;
            }
            let key = tried.map_err(CodeError::Refused)?;
            return self.opened_with(&keyring, key).await.map_err(CodeError::Storage);
        }
        Err(CodeError::Storage(crowded()))
    }

    async fn opened_with(self, keyring: &Keyring, key: Key) -> Result<(), StorageProblem> {
        let engine = self.engine();
        let cache = CacheName::parse(&keyring.cache).ok_or(StorageProblem::Unreadable(String::new()))?;
        engine.replica().unlock(seal(&keyring.key, &key), &keyring.key, &cache).await?;
        keep_at_hand(&keyring.key, key);
        watch_idleness(self);
        engine.sync_soon();
        Ok(())
    }

    /// Leaves a locked device to who comes in with the network.
    ///
    /// # Errors
    /// [`StorageProblem`]
    pub async fn leave_locked(self) -> Result<(), StorageProblem> {
        let engine = self.engine();
        match keyring_of(engine.replica()) {
            Some((keyring, before)) => {
                let unchanged = recoded(&keyring, before);
                self.leave(&keyring, Recoded { after: unchanged.before.clone(), ..unchanged }).await?;
            }
            // A key whose codes are nowhere: whoever comes in gets it from the server.
            None => {
                engine.replica().leave_locked(None, None).await?;
            }
        }
        Ok(())
    }

    async fn leave(self, keyring: &Keyring, change: Recoded) -> Result<bool, StorageProblem> {
        let engine = self.engine();
        let left = engine.replica().leave_locked(Some(change), CacheName::parse(&keyring.cache)).await?;
        engine.sync_soon();
        Ok(left)
    }

    /// Gives somebody a code on this device. The first one closes all it holds.
    ///
    /// # Errors
    /// [`NewCodeError`]
    pub async fn add_code(self, name: String, digits: String) -> Result<(), NewCodeError> {
        let code = Code::chosen(&digits).map_err(NewCodeError::Code)?;
        let engine = self.engine();
        let replica = engine.replica();
        for _ in 0..TRIES {
            let Some((mut keyring, before)) = keyring_of(replica) else { break };
            let Some(key) = key_at_hand(&keyring.key) else { break };
            keyring.add(&name, &code, &key, entropy::fill).map_err(NewCodeError::Person)?;
            if replica.keep_keyring(recoded(&keyring, before)).await.map_err(NewCodeError::Storage)? {
                return Ok(());
            }
            replica.reload().await.map_err(NewCodeError::Storage)?;
        }
        let place = replica.session().me().map(|me| me.place.clone()).ok_or(NewCodeError::NotSignedIn)?;
        let cache = replica.cache_name().ok_or(NewCodeError::NotSignedIn)?;
        let key = Key::drawn(entropy::fill);
        // Whether the name does is known before the server is asked for anything.
        let mut trial = Keyring::new(String::new(), String::new(), String::new());
        trial.add(&name, &code, &key, entropy::fill).map_err(NewCodeError::Person)?;
        let SealingKeyName { name: called } = keep_key(&key).await.map_err(NewCodeError::Server)?;
        let mut keyring = Keyring::new(called, place, cache.to_string());
        keyring.add(&name, &code, &key, entropy::fill).map_err(NewCodeError::Person)?;
        // A device that says it could not may have done it.
        keep_at_hand(&keyring.key, key.clone());
        let sealed = replica.seal(seal(&keyring.key, &key), &keyring.key, keyring.to_text()).await;
        sealed.map_err(NewCodeError::Storage)?;
        watch_idleness(self);
        Ok(())
    }

    /// Takes somebody's code away. With the last one, all lies open again.
    ///
    /// # Errors
    /// [`StorageProblem`]
    pub async fn remove_code(self, name: String) -> Result<(), StorageProblem> {
        let engine = self.engine();
        let replica = engine.replica();
        for _ in 0..TRIES {
            let Some((mut keyring, before)) = keyring_of(replica) else { return Ok(()) };
            keyring.remove(&name);
            let done = if keyring.people.is_empty() {
                replica.unseal(&keyring.key, before).await?
            } else {
                replica.keep_keyring(recoded(&keyring, before)).await?
            };
            if done {
                return Ok(());
            }
            replica.reload().await?;
        }
        Err(crowded())
    }

    /// Whether this device asks for a code when it is opened.
    #[must_use]
    pub fn has_codes(self) -> bool {
        self.engine().replica().is_sealed()
    }

    /// Locks the device: what this page knows leaves memory with it.
    pub async fn lock(self) {
        if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
            let _ = channel.post_message(&"lock".into());
        }
        self.lock_this_page().await;
    }

    async fn lock_this_page(self) {
        let _ = self.engine().replica().save_draft().await;
        page::reload();
    }
}

async fn keep_key(key: &Key) -> Result<SealingKeyName, AppError> {
    let body = SealingKey { key: key.to_text().to_string() };
    fetch::post("/api/sealing-keys", serde_json::to_string(&body).ok()).await
}

/// Locks after a while without a hand, and when another page of this device does.
fn watch_idleness(state: AppState) {
    let touched = StoredValue::new(clock::now());
    for event in ["pointerdown", "keydown"] {
        EventListener::new(&gloo::utils::document(), event, move |_| touched.set_value(clock::now()))
            .forget();
    }
    let look = move || {
        if state.has_codes() && clock::now().since_ms(touched.get_value()) > IDLE_MS {
            leptos::task::spawn_local(state.lock_this_page());
        }
    };
    // A page that was hidden has its timers held: it looks again when somebody does.
    EventListener::new(&gloo::utils::document(), "visibilitychange", move |_| look()).forget();
    set_interval(look, IDLE_LOOKED_AT);
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        let locks = move |_: &web_sys::Event| {
            if state.has_codes() {
                leptos::task::spawn_local(state.lock_this_page());
            }
        };
        EventListener::new(&channel, "message", locks).forget();
    }
}

/// Somebody came in with the network: what lies here closed for their place is opened with the key the server kept. One
/// that is another place's, or unknown to the server, stays as it is.
#[wasm_split(lock, wasm_split_path = leptos::wasm_split, fallible,
    return_wrapper(let later = _; { later.await } -> Result<(), Missing>))]
pub(super) fn recover(replica: Rc<DeviceReplica>) -> Later<()> {
    Box::pin(async move {
        let keyrings: Vec<Keyring> =
            replica.keyrings().iter().filter_map(|text| Keyring::read(text)).collect();
        for keyring in keyrings {
            let path = format!("/api/sealing-keys/{}/hand-over", keyring.key);
            let Ok(SealingKey { key }) = fetch::post(&path, None).await else { continue };
            let Some(key) = Key::of_text(&key) else { continue };
            let Some(cache) = CacheName::parse(&keyring.cache) else { continue };
            let closing = !keyring.people.is_empty();
            let taken = replica.take_key(seal(&keyring.key, &key), &keyring.key, &cache, closing).await;
            if taken.is_ok() && closing {
                keep_at_hand(&keyring.key, key);
            }
        }
        Ok(())
    })
}
