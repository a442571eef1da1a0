//! A whole store, read by whoever checks it and prepared for it: the simulation and tests. Never in a build that serves.

use std::collections::BTreeMap;

use domain::{
    cycle::CycleId,
    draft::SharedDraft,
    enterprise::Role,
    id::{HubId, OutboxId, UserId},
    money::Amount,
    order::Order,
    receipt::Receipt,
    ticket::Ticket,
    time::Timestamp,
    wire::Scope,
};
use serde::de::DeserializeOwned;

use super::{Store, StoreError, accounts::role_columns, feed::kind, memory::ReceiptRow, value::args};

type ReceiptColumns = (OutboxId, u64, String, String, String, Timestamp);

impl Store {
    /// An account whose identifier is given rather than drawn. Nobody can sign in with it: it has no password.
    ///
    /// # Errors
    /// When the address has one, its place does not exist, or the database cannot be reached.
    pub async fn put_account(&self, user: UserId, email: &str, role: Role) -> Result<(), StoreError> {
        let (role, hub, site, producer) = role_columns(role);
        let sql = "INSERT INTO account (id, email, name, password_hash, role, hub, site, producer)
             VALUES ($1, $2, $2, '', $3, $4, $5, $6)";
        let mut tx = self.write_beside().await?;
        tx.execute(sql, args![user, email, role, hub, site, producer]).await?;
        tx.commit().await
    }

    /// Makes a line of the journal say something else, as somebody with the base in their hands would.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn rewrite_journal(&self, hub: HubId, place: u64, deed: &str) -> Result<(), StoreError> {
        let mut tx = self.write_beside().await?;
        let sql = "UPDATE journal SET deed = $3 WHERE hub = $1 AND place = $2";
        tx.execute(sql, args![hub, place, deed]).await?;
        tx.commit().await
    }

    /// Every stored answer, by outbox and number.
    ///
    /// # Errors
    /// When the database cannot be reached, or a row cannot be read.
    pub async fn all_receipts(&self) -> Result<Vec<((OutboxId, u64), ReceiptRow)>, StoreError> {
        let sql = "SELECT outbox, m, hash, outcome, command, received_at FROM receipt";
        let rows: Vec<ReceiptColumns> = self.read().await?.fetch(sql, args![]).await?;
        let read = |(outbox, m, hash, outcome, command, received_at): ReceiptColumns| {
            let outcome = serde_json::from_str(&outcome)?;
            let receipt = Receipt { m, outcome, received_at, dup: false };
            Ok(((outbox, m), ReceiptRow { hash, command, receipt }))
        };
        let mut receipts = rows.into_iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        receipts.sort_by_key(|(key, _)| *key);
        Ok(receipts)
    }

    /// Every order, by identifier.
    ///
    /// # Errors
    /// When the database cannot be reached, or a row cannot be read.
    pub async fn all_orders(&self) -> Result<Vec<Order>, StoreError> {
        let mut orders: Vec<Order> = self.all_of_kind(kind::ORDER).await?;
        orders.sort_by_key(|order| order.id);
        Ok(orders)
    }

    /// Every ticket, by identifier.
    ///
    /// # Errors
    /// When the database cannot be reached, or a row cannot be read.
    pub async fn all_tickets(&self) -> Result<Vec<Ticket>, StoreError> {
        let mut tickets: Vec<Ticket> = self.all_of_kind(kind::TICKET).await?;
        tickets.sort_by_key(|ticket| ticket.id);
        Ok(tickets)
    }

    /// Every shared draft.
    ///
    /// # Errors
    /// When the database cannot be reached, or a row cannot be read.
    pub async fn all_drafts(&self) -> Result<Vec<SharedDraft>, StoreError> {
        self.all_of_kind(kind::DRAFT).await
    }

    async fn all_of_kind<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<T>, StoreError> {
        let sql = "SELECT body FROM feed WHERE kind = $1 AND deleted = 0";
        let rows: Vec<(String,)> = self.read().await?.fetch(sql, args![kind]).await?;
        rows.into_iter().map(|(body,)| Ok(serde_json::from_str(&body)?)).collect()
    }

    /// Where each feed stands.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn heads(&self) -> Result<BTreeMap<Scope, u64>, StoreError> {
        let rows: Vec<(String, u64)> =
            self.read().await?.fetch("SELECT name, head FROM scope", args![]).await?;
        Ok(rows.into_iter().map(|(name, head)| (Scope(name), head)).collect())
    }

    /// What the sheets of a cycle sum to.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn sheets_amount(&self, hub: HubId, cycle: CycleId) -> Result<Amount, StoreError> {
        let sql = "SELECT amount FROM sheet WHERE hub = $1 AND cycle = $2";
        let rows: Vec<(Amount,)> = self.read().await?.fetch(sql, args![hub, cycle]).await?;
        Ok(rows.into_iter().map(|(amount,)| amount).sum())
    }
}
