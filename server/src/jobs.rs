//! What runs by itself. One closed list:
//!
//! 1. cycles whose cut-off and grace have passed are closed;
//! 2. what is left of promises, and producers' demand, follow the orders within seconds;
//! 3. a publication whose snapshot was not made gets it;
//! 4. sessions past their life are forgotten, and once a day what `retention.rs` says is old;
//! 5. the app's files inside this binary are kept for pages that will outlive it, and those of long ago forgotten.
//!
//! Each is safe to run twice, and one that fails is tried again at the next tick.

use domain::time::Timestamp;
use tokio::{
    sync::watch,
    time::{Duration, Instant, MissedTickBehavior},
};

use crate::{
    access::session::LONGEST_IDLE_MS,
    close_cycle::{self, CloseError},
    demand,
    retention::{self, Forgotten},
    routes::assets,
    state::AppState,
    store::{Store, StoreError, SyncStore},
};

const TIDY_EVERY_MS: i64 = 3_600_000;
const FORGET_EVERY_MS: i64 = 24 * TIDY_EVERY_MS;
/// Telling rests so many times as long as it took: orders wait while what is left of them is told, and at the cut-off they
/// come all the while.
const REST: u32 = 19;
const LONGEST_REST: Duration = Duration::from_secs(20);

/// Runs the list at each tick until `stop` changes.
pub async fn run(state: AppState, mut stop: watch::Receiver<bool>) {
    let mut tick = tokio::time::interval(state.options.tick);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut tidied_at, mut forgot_at) = (Timestamp(i64::MIN), Timestamp(i64::MIN));
    let mut rested = Instant::now();
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = stop.changed() => return,
        }
        let now = state.now();
        if let Err(error) = at_tick(&state.store, now, &mut rested).await {
            tracing::warn!(%error, "what runs by itself will be tried again");
        }
        if now.since_ms(tidied_at) > TIDY_EVERY_MS {
            tidied_at = now;
            if let Err(error) = tidy(&state.store, now).await {
                tracing::warn!(%error, "what is old was not forgotten, and will be");
            }
        }
        if now.since_ms(forgot_at) > FORGET_EVERY_MS {
            forgot_at = now;
            forget(&state.store, now).await;
        }
    }
}

async fn at_tick(store: &Store, now: Timestamp, rested: &mut Instant) -> Result<(), StoreError> {
    close_due(store, now).await?;
    let begun = Instant::now();
    if begun >= *rested {
        tell_moved(store).await?;
        *rested = Instant::now() + (begun.elapsed() * REST).min(LONGEST_REST);
    }
    make_snapshots(store, now).await
}

async fn tidy(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    store.purge_access(now, now.plus_ms(-LONGEST_IDLE_MS), retention::invitations_before(now)).await?;
    assets::keep(store, now).await
}

/// Forgets what is old, where it holds up nothing else.
async fn forget(store: &Store, now: Timestamp) {
    let held = store.clone();
    let forgetting = store.apart(async move { retention::forget(&held, now).await });
    match forgetting.await {
        Ok(Ok(forgotten)) if forgotten == Forgotten::default() => {}
        Ok(Ok(forgotten)) => tracing::info!(?forgotten, "what is old was forgotten"),
        Ok(Err(error)) => tracing::warn!(%error, "what is old was not forgotten, and will be"),
        Err(error) => tracing::error!(%error, "forgetting what is old broke off"),
    }
}

/// Everything that is due at `now`, once.
///
/// # Errors
/// The first failure of the store; what came before it is done.
pub async fn once<S: SyncStore>(store: &S, now: Timestamp) -> Result<(), StoreError> {
    close_due(store, now).await?;
    tell_moved(store).await?;
    make_snapshots(store, now).await
}

async fn close_due<S: SyncStore>(store: &S, now: Timestamp) -> Result<(), StoreError> {
    for (hub, cycle) in store.due_cycles(now).await? {
        match close_cycle::close(store, hub, cycle, now).await {
            Ok(_) | Err(CloseError::AlreadyClosed(_)) => {}
            Err(CloseError::Store(error)) => return Err(error),
            // Told every time until a person looks: a week that cannot be closed is nobody's secret.
            Err(error) => tracing::error!(%error, %cycle, "the cycle could not be closed"),
        }
    }
    Ok(())
}

async fn tell_moved<S: SyncStore>(store: &S) -> Result<(), StoreError> {
    for (hub, cycle) in store.stale_cycles().await? {
        demand::refresh(store, hub, cycle).await?;
    }
    Ok(())
}

async fn make_snapshots<S: SyncStore>(store: &S, now: Timestamp) -> Result<(), StoreError> {
    for hub in store.hubs_without_snapshot().await? {
        store.make_snapshot(hub, now).await?;
    }
    Ok(())
}
