//! The only place with SQL. SQLite and PostgreSQL behind one face, one suite of tests on both.
//!
//! [`Store`] opens transactions; what can be done in one stands in the file of its subject. Money and quantities are
//! integers here (`value.rs` says in what), documents are JSON, and each scope's devices read one feed (`feed.rs`).

mod accounts;
mod app_files;
mod applications;
mod availability;
mod catalog;
mod cycles;
mod demand;
mod devices;
mod drafts;
mod engine;
mod error;
pub mod feed;
mod harvests;
mod hubs;
mod identities;
#[cfg(any(test, feature = "testing"))]
mod inspection;
mod invitations;
mod journal;
#[cfg(any(test, feature = "testing"))]
pub mod memory;
mod news;
mod orders;
mod owners;
mod passkeys;
mod passwords;
mod personal_data;
mod places;
pub mod port;
mod price_list;
mod quay;
mod receipts;
mod receptions;
mod retention;
mod sealing_keys;
mod second_step;
mod second_step_rule;
mod sessions;
mod sheets;
mod sign_in_links;
mod snapshots;
#[cfg(test)]
mod suite;
mod tickets;
mod transaction;
mod upkeep;
mod value;
mod watermark;

use std::sync::Arc;

use domain::{id::HubId, wire::Cursor};
use engine::Engine;
use news::Herald;
use tokio::{runtime::Handle, sync::broadcast, task::JoinHandle};
use value::args;
use watermark::Watermark;

pub use accounts::{Credentials, NewUser, Reopened};
pub use app_files::AppFile;
pub use applications::NewApplication;
pub use catalog::CycleOffers;
use catalog::KeptLists;
pub use demand::DemandRow;
pub(crate) use demand::table_of;
pub use devices::{Paired, Within};
pub use engine::{BadDatabaseUrl, DatabaseUrl, FILE, schema_version};
pub use error::StoreError;
pub use feed::Reach;
pub use harvests::Answered;
pub use invitations::{InviteError, NewInvitation, OpenedInvitation};
pub use journal::Actor;
pub(crate) use journal::Entry;
pub use news::News;
pub use owners::{Owned, OwnerError};
pub use passkeys::{KnownPasskey, MAX_PASSKEYS, NewPasskey, PasskeyError};
pub use passwords::LinkOwner;
pub use places::PlaceToAdd;
pub use port::{SyncStore, SyncTransaction};
pub use price_list::PriceList;
pub use quay::LotPlace;
pub use receipts::{Claim, StoredReceipt};
pub use receptions::{CountedLine, Series};
pub use second_step::SecondStep;
pub use sessions::{NewSession, OpenedWith, SessionTimes, SignedIn};
pub use snapshots::{Encoding, Snapshot};
pub use tickets::TicketCounts;
pub use transaction::Transaction;
pub use upkeep::{UpkeepError, restore};

/// An open store. Cheap to clone; every clone is the same store.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    epoch: u64,
    herald: Arc<Herald>,
    lists: Arc<KeptLists>,
}

impl Store {
    /// Opens the store, makes it when absent, and brings its schema up to date.
    ///
    /// # Errors
    /// When the folder or the server cannot be reached, or the schema cannot be brought up to date.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let engine = Engine::open(url).await?;
        let mut tx = engine.write().await?;
        let epoch = u64::from_le_bytes(random()?);
        let sql = "INSERT INTO store_life (id, epoch) VALUES (1, $1) ON CONFLICT (id) DO NOTHING";
        tx.execute(sql, args![epoch.cast_signed()]).await?;
        let (epoch,): (i64,) = tx.get("SELECT epoch FROM store_life WHERE id = 1", args![]).await?;
        let sql = "SELECT CAST(COALESCE(SUM(head), 0) AS BIGINT) FROM scope";
        let (places,): (i64,) = tx.get(sql, args![]).await?;
        let mut reached = Cursor { epoch: epoch.cast_unsigned(), seq: places.cast_unsigned() };
        let watermark = match url {
            DatabaseUrl::Sqlite { folder } => {
                if Watermark::read(folder).is_some_and(|mark| is_behind(reached, mark)) {
                    tracing::warn!("the base was set back since it last served: it begins a new life");
                    reached.epoch = tx.begin_a_new_life().await?;
                }
                let unwritable = |cause| StoreError::Folder { folder: folder.clone(), cause };
                Some(Watermark::follow(folder, reached).map_err(unwritable)?)
            }
            DatabaseUrl::Postgres(_) => None,
        };
        tx.commit().await?;
        Ok(Self {
            engine,
            epoch: reached.epoch,
            herald: Arc::new(Herald::new(watermark)),
            lists: Arc::default(),
        })
    }

    /// What moves from now on, told after each commit of this process.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<News> {
        self.herald.listen()
    }

    /// Tells all who listen that no more news will come.
    pub fn say_farewell(&self) {
        self.herald.say_farewell();
    }

    /// The life of this store: feed positions of another one mean nothing here.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// A transaction that sees one state and changes nothing.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn read(&self) -> Result<Transaction, StoreError> {
        self.engine.read().await
    }

    /// A transaction that changes what belongs to a hub. Writers of one hub go one after the other.
    ///
    /// # Errors
    /// When the database cannot be reached, or is busy for too long.
    pub async fn write(&self, hub: HubId) -> Result<Transaction, StoreError> {
        let mut tx = self.write_beside().await?;
        tx.lock_hub(hub).await?;
        Ok(tx)
    }

    /// A transaction that changes what belongs to no hub: sessions, and a new hub itself.
    async fn write_beside(&self) -> Result<Transaction, StoreError> {
        Ok(self.engine.write().await?.told_by(&self.herald).with_lists(&self.lists))
    }

    /// Has work of many statements done where it holds up nothing else: an embedded base works on the thread that asks, and
    /// a thread that answers requests must not be kept from them.
    pub fn apart<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        match self.engine {
            Engine::Sqlite(_) => tokio::task::spawn_blocking(move || Handle::current().block_on(work)),
            Engine::Postgres(_) => tokio::spawn(work),
        }
    }

    /// Waits until every connection is given back and closed.
    pub async fn close(&self) {
        self.engine.close().await;
    }

    /// Whether nobody is served from here yet.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let (hubs,): (i64,) = self.read().await?.get("SELECT COUNT(*) FROM hub", args![]).await?;
        Ok(hubs == 0)
    }

    /// Writes down that what is here was invented for a demonstration.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn set_demo_flag(&self) -> Result<(), StoreError> {
        let mut tx = self.write_beside().await?;
        tx.execute("UPDATE store_life SET demo = 1 WHERE id = 1", args![]).await?;
        tx.commit().await
    }

    /// Whether what is here was invented for a demonstration.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn is_demo(&self) -> Result<bool, StoreError> {
        let (demo,) = self.read().await?.get("SELECT demo FROM store_life WHERE id = 1", args![]).await?;
        Ok(demo)
    }
}

/// Whether a base that stands at `reached` once stood further in the same life.
fn is_behind(reached: Cursor, mark: Cursor) -> bool {
    reached.epoch == mark.epoch && reached.seq < mark.seq
}

/// Bytes nobody can guess.
///
/// # Errors
/// [`StoreError::Entropy`] when the machine has none.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(StoreError::Entropy)?;
    Ok(bytes)
}
