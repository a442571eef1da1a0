//! Outboxes and receipts: which command was received, and what it was answered. Stored with the effects, never changed.

use domain::{
    id::{OutboxId, PlaceId, UserId},
    receipt::Receipt,
    time::Timestamp,
};

use super::{StoreError, Transaction, value::args};

/// Whose an outbox is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The place's that asks; `last` is its last command received.
    Ours {
        /// 0 before the first.
        last: u64,
    },
    /// Another place's.
    Foreign,
}

/// The answer given to a command, and the hash it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReceipt {
    /// Of the command.
    pub hash: String,
    /// The answer.
    pub receipt: Receipt,
}

impl Transaction {
    /// Binds an outbox to a place at first sight, and says whose it is.
    pub(crate) async fn claim_outbox(
        &mut self,
        outbox: OutboxId,
        place: PlaceId,
        now: Timestamp,
    ) -> Result<Claim, StoreError> {
        let sql = "INSERT INTO outbox (id, place, last, first_seen_at) VALUES ($1, $2, 0, $3)
             ON CONFLICT (id) DO UPDATE SET last = outbox.last RETURNING place, last";
        let (owner, last): (PlaceId, u64) = self.get(sql, args![outbox, place, now]).await?;
        Ok(if owner == place { Claim::Ours { last } } else { Claim::Foreign })
    }

    /// Whose an outbox is; one never seen is everybody's.
    pub(crate) async fn find_outbox(
        &mut self,
        outbox: OutboxId,
        place: PlaceId,
    ) -> Result<Claim, StoreError> {
        let sql = "SELECT place, last FROM outbox WHERE id = $1";
        let row: Option<(PlaceId, u64)> = self.find(sql, args![outbox]).await?;
        Ok(match row {
            Some((owner, last)) if owner == place => Claim::Ours { last },
            Some(_) => Claim::Foreign,
            None => Claim::Ours { last: 0 },
        })
    }

    /// The answer given to a command.
    pub(crate) async fn find_receipt(
        &mut self,
        outbox: OutboxId,
        m: u64,
    ) -> Result<Option<StoredReceipt>, StoreError> {
        let sql = "SELECT hash, outcome, received_at FROM receipt WHERE outbox = $1 AND m = $2";
        let row: Option<(String, String, Timestamp)> = self.find(sql, args![outbox, m]).await?;
        row.map(|(hash, outcome, received_at)| {
            let outcome = serde_json::from_str(&outcome)?;
            Ok(StoredReceipt { hash, receipt: Receipt { m, outcome, received_at, dup: false } })
        })
        .transpose()
    }

    /// Stores the answer to the next command of an outbox. `command` is its own text, `account` whose session carried it,
    /// `kept_until` when it may be forgotten.
    pub(crate) async fn save_receipt(
        &mut self,
        outbox: OutboxId,
        hash: &str,
        command: &str,
        account: UserId,
        receipt: &Receipt,
        kept_until: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO receipt (outbox, m, hash, outcome, command, account, received_at, kept_until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let outcome = serde_json::to_string(&receipt.outcome)?;
        let values =
            args![outbox, receipt.m, hash, outcome, command, account, receipt.received_at, kept_until];
        self.execute(sql, values).await?;
        let sql = "UPDATE outbox SET last = $2 WHERE id = $1 AND last = $2 - 1";
        match self.execute(sql, args![outbox, receipt.m]).await? {
            1 => Ok(()),
            _ => Err(StoreError::Unreadable("an outbox whose last command is not the one before")),
        }
    }

    /// The answers after a command number, in order.
    pub(crate) async fn receipts_after(
        &mut self,
        outbox: OutboxId,
        after: u64,
    ) -> Result<Vec<Receipt>, StoreError> {
        let sql = "SELECT m, outcome, received_at FROM receipt WHERE outbox = $1 AND m > $2 ORDER BY m";
        let rows: Vec<(u64, String, Timestamp)> = self.fetch(sql, args![outbox, after]).await?;
        rows.into_iter()
            .map(|(m, outcome, received_at)| {
                Ok(Receipt { m, outcome: serde_json::from_str(&outcome)?, received_at, dup: false })
            })
            .collect()
    }
}
