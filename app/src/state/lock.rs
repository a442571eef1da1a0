//! Codes: who may open this device without a network, and locking it. Everything here travels with the piece of the lock
//! (`app/pieces.rs`): a device without codes fetches none of it.

use std::{cell::RefCell, rc::Rc, time::Duration};

use domain::wire::ways_in::{SealingKey, SealingKeyName};
use gloo::events::EventListener;
use leptos::{prelude::*, wasm_split::wasm_split};
use replica::{
    cache::CacheName,
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

thread_local! {
    /// The key of this page, for the next person who chooses a code here.
    static KEY: RefCell<Option<Key>> = const { RefCell::new(None) };
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

fn keyring_of(replica: &DeviceReplica) -> Option<Keyring> {
    let text = replica.keyring(None).or_else(|| replica.keyring_here())?;
    Keyring::read(&text)
}

impl AppState {
    /// The codes of this device: of whoever has to say theirs, or of whoever is signed in.
    #[must_use]
    pub fn keyring(self) -> Option<Keyring> {
        keyring_of(self.engine().replica())
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
        let Some(mut keyring) = keyring_of(replica) else { return Err(CodeError::Refused(Refused::NoMore)) };
        let tried = keyring.open(&name, &code, clock::now());
        // Noted before the answer is known to anybody: a page that is closed in between has counted.
        let kept = replica.keep_keyring(&keyring.key, keyring.to_text()).await;
        kept.map_err(CodeError::Storage)?;
        let key = match tried {
            Ok(key) => key,
            Err(Refused::NoMore) => {
                self.leave(keyring).await.map_err(CodeError::Storage)?;
                return Err(CodeError::Refused(Refused::NoMore));
            }
            Err(refused) => return Err(CodeError::Refused(refused)),
        };
        replica.unlock(seal(&keyring.key, &key)).await.map_err(CodeError::Storage)?;
        KEY.set(Some(key));
        watch_idleness(self);
        engine.sync_soon();
        Ok(())
    }

    /// Leaves a locked device to who comes in with the network.
    ///
    /// # Errors
    /// [`StorageProblem`]
    pub async fn leave_locked(self) -> Result<(), StorageProblem> {
        match self.keyring() {
            Some(keyring) => self.leave(keyring).await,
            None => Ok(()),
        }
    }

    async fn leave(self, keyring: Keyring) -> Result<(), StorageProblem> {
        let engine = self.engine();
        let cache = CacheName::parse(&keyring.cache);
        engine.replica().leave_locked(&keyring.key, keyring.to_text(), cache).await?;
        engine.sync_soon();
        Ok(())
    }

    /// Gives somebody a code on this device. The first one closes all it holds.
    ///
    /// # Errors
    /// [`NewCodeError`]
    pub async fn add_code(self, name: String, digits: String) -> Result<(), NewCodeError> {
        let code = Code::chosen(&digits).map_err(NewCodeError::Code)?;
        let engine = self.engine();
        let replica = engine.replica();
        if let (Some(mut keyring), Some(key)) = (self.keyring(), KEY.with_borrow(Clone::clone)) {
            keyring.add(&name, &code, &key, entropy::fill).map_err(NewCodeError::Person)?;
            let kept = replica.keep_keyring(&keyring.key, keyring.to_text()).await;
            return kept.map_err(NewCodeError::Storage);
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
        let sealed = replica.seal(seal(&keyring.key, &key), &keyring.key, keyring.to_text()).await;
        sealed.map_err(NewCodeError::Storage)?;
        KEY.set(Some(key));
        watch_idleness(self);
        Ok(())
    }

    /// Takes somebody's code away. With the last one, all lies open again.
    ///
    /// # Errors
    /// [`StorageProblem`]
    pub async fn remove_code(self, name: String) -> Result<(), StorageProblem> {
        let Some(mut keyring) = self.keyring() else { return Ok(()) };
        keyring.remove(&name);
        let engine = self.engine();
        let replica = engine.replica();
        if keyring.people.is_empty() {
            return replica.unseal(&keyring.key).await;
        }
        replica.keep_keyring(&keyring.key, keyring.to_text()).await
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
            let closing = !keyring.people.is_empty();
            let taken = replica.take_key(seal(&keyring.key, &key), &keyring.key, closing).await;
            if taken.is_ok() && closing {
                KEY.set(Some(key));
            }
        }
        Ok(())
    })
}
