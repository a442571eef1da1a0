//! What every handler may reach: the store, the clock, the settings, and two small boards kept in memory.

use std::{
    fmt::Debug,
    ops::Deref,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use domain::time::Timestamp;

use crate::{
    access::{attempts::Attempts, oidc::Provider, password::Passwords, tally::Tally},
    config::Options,
    imports::ImportBoard,
    store::Store,
    sync::intake::Intake,
};

/// Where the time comes from: the machine's, or a test's.
pub trait Clock: Debug + Send + Sync {
    /// The instant it is.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Cheap to clone; every clone is the same state.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// What [`AppState`] shares.
pub struct Shared {
    /// The store.
    pub store: Store,
    /// Settings.
    pub options: Options,
    pub(crate) attempts: Attempts,
    pub(crate) provider: Option<Provider>,
    /// Pushes, by session.
    pub(crate) pushes: Tally<[u8; 32]>,
    pub(crate) passwords: Passwords,
    pub(crate) imports: ImportBoard,
    pub(crate) intake: Intake,
}

impl AppState {
    /// The state of one server.
    #[must_use]
    pub fn new(store: Store, options: Options) -> Self {
        let provider = options.oidc.clone().zip(options.public_address.clone());
        Self(Arc::new(Shared {
            provider: provider.map(|(settings, address)| Provider::new(settings, &address)),
            intake: Intake::new(store.clone()),
            store,
            options,
            attempts: Attempts::default(),
            pushes: Tally::default(),
            passwords: Passwords::default(),
            imports: ImportBoard::default(),
        }))
    }

    /// The instant it is, by the server's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.options.clock.now()
    }
}

impl Deref for AppState {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}
