//! `--demo`: an invented market to try Mercuriale with, made offline and always the same, through the same doors as a real
//! one: the price list by the importer, the orders by the protocol's own rules.
//!
//! It fills an empty base, and no other. A demonstration opened again after its week gets a new one.

use domain::{
    cycle::{CycleId, CycleState},
    time::Timestamp,
};

use crate::{
    access::password::NotHashed,
    close_cycle::{self, CloseError},
    import::FileRefusalError,
    store::{Store, StoreError},
};

mod accounts;
mod market;
mod orders;
mod owners;
mod places;

pub use accounts::{ACCOUNTS, Account, PASSWORD};
use market::Market;
pub use market::PRICE_LIST;

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The base serves somebody: nothing invented goes into it.
    #[error("the database is not empty and is no demonstration")]
    NotADemo,
    /// A demonstration whose making was interrupted.
    #[error("the making of this demonstration was interrupted")]
    Unfinished,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The list carried in the program was refused.
    #[error(transparent)]
    List(#[from] FileRefusalError),
    /// Last week could not be closed.
    #[error(transparent)]
    Close(#[from] CloseError),
    /// A password could not be hashed.
    #[error(transparent)]
    Password(#[from] NotHashed),
    /// A value carried in the program is not what its type asks for.
    #[error("demonstration data: {0}")]
    Data(&'static str),
}

/// Fills an empty base, or brings a demonstration up to date: afterwards a cycle is open and its cut-off is at least a day
/// away from when it was made.
///
/// # Errors
/// [`DemoError::NotADemo`] on a base that serves somebody, [`DemoError::Unfinished`] on half a demonstration; or what
/// failed on the way.
pub async fn prepare(store: &Store, now: Timestamp) -> Result<(), DemoError> {
    if store.is_empty().await? {
        return fill(store, now).await;
    }
    if !store.is_demo().await? {
        return Err(DemoError::NotADemo);
    }
    if store.find_credentials(accounts::LAST.email).await?.is_none() {
        return Err(DemoError::Unfinished);
    }
    renew(store, now).await
}

/// Accounts come last: the last of them says that all the rest is there. Whose kitchens are is said after them, and again should
/// that have been interrupted.
async fn fill(store: &Store, now: Timestamp) -> Result<(), DemoError> {
    store.set_demo_flag().await?;
    let market = Market::new()?;
    store.create_hub(&market.hub, &market.terms).await?;
    for site in &market.sites {
        store.create_site(site).await?;
    }
    open_week(store, &market, None, now).await?;
    accounts::create(store, &market).await?;
    owners::create(store, &market, now).await
}

async fn renew(store: &Store, now: Timestamp) -> Result<(), DemoError> {
    let market = Market::new()?;
    owners::create(store, &market, now).await?;
    let last = store.current_cycle(market.hub.id).await?;
    if let Some(cycle) = &last {
        let open = cycle.state == CycleState::Open;
        if open && cycle.cut_off_at > now {
            return Ok(());
        }
        if open {
            close_cycle::close(store, market.hub.id, cycle.id, now).await?;
        }
    }
    open_week(store, &market, last.map(|cycle| cycle.id), now).await
}

async fn open_week(
    store: &Store,
    market: &Market,
    closed: Option<CycleId>,
    now: Timestamp,
) -> Result<(), DemoError> {
    let cycle = market::open_cycle(now, closed).ok_or(DemoError::Data("no week after this one"))?;
    store.publish_price_list(market.hub.id, &cycle, &market.list, now, false, &|_, _| {}).await?;
    orders::send(store, market, &cycle, now).await
}

#[cfg(test)]
mod tests;
