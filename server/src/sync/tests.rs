//! The protocol's promises, on both engines: nothing lost, nothing doubled, nothing silently changed.

mod changing;
mod deciding;
mod forgetting;
mod harvests;
mod pulling;
mod quay;
mod receiving;
mod receptions;
mod sharing;
mod together;

use domain::{
    command::Envelope,
    cycle::CycleId,
    id::{OrderId, OutboxId, SiteId},
    order::Order,
    receipt::{Outcome, Receipt},
    ticket::Ticket,
    time::Timestamp,
    wire::{PushAnswer, PushDone, Scope},
};

use super::push::{BadBatch, Batch, push};
use crate::{
    access::rights::KitchenSession,
    store::{Store, feed::kind},
    testing::{Market, NOW},
};

/// Pushes commands and expects a receipt for each.
async fn push_all(
    store: &Store,
    who: &KitchenSession,
    outbox: OutboxId,
    commands: &[Envelope],
    now: Timestamp,
) -> Vec<Receipt> {
    match try_push(store, who, outbox, commands, now).await {
        Ok(PushAnswer::Done(PushDone { results, .. })) => results,
        other => panic!("not done: {other:?}"),
    }
}

async fn try_push(
    store: &Store,
    who: &KitchenSession,
    outbox: OutboxId,
    commands: &[Envelope],
    now: Timestamp,
) -> Result<PushAnswer, BadBatch> {
    push(store, who, Batch::of(outbox, commands).unwrap(), now).await
}

/// Pushes one command, now.
async fn push_one(store: &Store, who: &KitchenSession, outbox: OutboxId, command: Envelope) -> Outcome {
    push_all(store, who, outbox, &[command], NOW).await.remove(0).outcome
}

async fn orders(store: &Store, market: &Market) -> Vec<Order> {
    orders_of(store, market, market.cycle.id).await
}

async fn orders_of(store: &Store, market: &Market, cycle: CycleId) -> Vec<Order> {
    store.read().await.unwrap().cycle_orders(market.hub, cycle).await.unwrap()
}

async fn order(store: &Store, site: SiteId, order: OrderId) -> Order {
    store.read().await.unwrap().find_order(site, order).await.unwrap().unwrap()
}

/// The tickets of a site, open or not.
async fn tickets(store: &Store, site: SiteId) -> Vec<Ticket> {
    let mut tx = store.read().await.unwrap();
    let found = tx.entities(&Scope::site(site), kind::TICKET).await.unwrap();
    found.into_iter().map(|(_, ticket)| ticket).collect()
}

/// What demand counts of an offer, all days together.
async fn asked(store: &Store, market: &Market, offer: &str) -> String {
    let rows = store.read().await.unwrap().demand_rows(market.hub, market.cycle.id).await.unwrap();
    let counted = rows.iter().filter(|row| row.reference.as_str() == offer);
    counted.map(|row| row.ordered).sum::<domain::quantity::Quantity>().to_string()
}
