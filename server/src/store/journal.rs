//! The journal of access: one line a deed, each with the hash of the line before, so that none is rewritten unseen.
//!
//! A line names people and devices by their identifiers. Names are looked up when it is read: a person who is erased is
//! erased here too, and the chain still holds.

use std::fmt::Display;

use domain::{
    id::{DeviceId, HubId, UserId},
    time::Timestamp,
    wire::people::{Deed, Journal, JournalLine},
};
use sha2::{Digest, Sha256};

use super::{Store, StoreError, Transaction, accounts::name_in, transaction::Sql, value::args};

/// How many lines a desk reads.
const LISTED: u32 = 300;

/// Who does something, for the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Of which hub.
    pub hub: HubId,
    /// Who.
    pub user: UserId,
    /// Through which paired device.
    pub device: Option<DeviceId>,
}

/// A line to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) by: Option<UserId>,
    pub(crate) device: Option<DeviceId>,
    pub(crate) deed: Deed,
    /// The identifier of whom or what it was done to.
    pub(crate) about: Option<String>,
}

impl Actor {
    /// What this one did, to whom or what.
    pub(crate) fn did(&self, deed: Deed, about: impl Display) -> Entry {
        Entry { by: Some(self.user), device: self.device, deed, about: Some(about.to_string()) }
    }
}

/// A line as it is stored.
type Stored = (u64, Timestamp, Option<String>, Option<String>, String, Option<String>, Vec<u8>);
/// The same, with names: who, with what, about whom; and the document of the producer or community it is about.
type Named = (
    u64,
    Timestamp,
    Option<String>,
    Option<String>,
    String,
    Option<String>,
    Vec<u8>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

impl Transaction {
    /// Writes a line at the end of a hub's journal.
    pub(crate) async fn note(&mut self, hub: HubId, at: Timestamp, entry: Entry) -> Result<(), StoreError> {
        self.lock_hub(hub).await?;
        let sql = "SELECT place, hash FROM journal WHERE hub = $1 ORDER BY place DESC LIMIT 1";
        let (before, hash): (u64, Vec<u8>) = self.find(sql, args![hub]).await?.unwrap_or_default();
        let (by, device) = (entry.by.map(|by| by.to_string()), entry.device.map(|device| device.to_string()));
        let mut line: Stored = (before + 1, at, by, device, String::from(entry.deed), entry.about, hash);
        line.6 = sealed(hub, &line, &line.6);
        let (place, at, by, device, deed, about, hash) = line;
        let sql = "INSERT INTO journal (hub, place, at, account, device, deed, about, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        self.execute(sql, args![hub, place, at, by, device, deed, about, hash]).await.map(drop)
    }
}

impl Store {
    /// Writes one line, about what changed nothing else.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) async fn note(&self, hub: HubId, at: Timestamp, entry: Entry) -> Result<(), StoreError> {
        let mut tx = self.write(hub).await?;
        tx.note(hub, at, entry).await?;
        tx.commit().await
    }

    /// The newest lines of a hub's journal, checked against each other.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn journal(&self, hub: HubId) -> Result<Journal, StoreError> {
        // One more than is told: what the oldest told one is checked against.
        let sql = told_where("j.hub = $1 ORDER BY j.place DESC LIMIT $2");
        let rows: Vec<Named> = self.read().await?.fetch(sql, args![hub, LISTED + 1]).await?;
        let told = rows.into_iter().map(told).collect::<Result<Vec<_>, _>>()?;
        let (mut lines, mut stored): (Vec<_>, Vec<_>) = told.into_iter().unzip();
        stored.reverse();
        lines.truncate(usize::try_from(LISTED).unwrap_or(usize::MAX));
        Ok(Journal { lines, broken_at: broken(hub, &stored) })
    }

    /// What a hub's journal says that a person did, or that was done to them, the newest first.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(super) async fn journal_of(
        &self,
        hub: HubId,
        person: UserId,
    ) -> Result<Vec<JournalLine>, StoreError> {
        let sql = told_where("j.hub = $1 AND (j.account = $2 OR j.about = $2) ORDER BY j.place DESC");
        let rows: Vec<Named> = self.read().await?.fetch(sql, args![hub, person]).await?;
        rows.into_iter().map(|row| Ok(told(row)?.0)).collect()
    }

    /// The first place of a hub's journal whose line is not the one that was written there, all looked at.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn broken_journal(&self, hub: HubId) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT place, at, account, device, deed, about, hash FROM journal WHERE hub = $1
             ORDER BY place";
        let rows: Vec<Stored> = self.read().await?.fetch(sql, args![hub]).await?;
        Ok(match rows.first() {
            Some((1, ..)) | None => broken(hub, &rows),
            Some((place, ..)) => Some(*place),
        })
    }
}

/// Lines with the names of those they are about.
fn told_where(condition: &str) -> Sql {
    Sql::Built(format!(
        "SELECT j.place, j.at, j.account, j.device, j.deed, j.about, j.hash, a.name, d.name,
             COALESCE(oa.name, od.name, oi.name, ap.name, os.name, j.about), COALESCE(op.body, ow.body)
         FROM journal j
         LEFT JOIN account a ON a.id = j.account LEFT JOIN device d ON d.id = j.device
         LEFT JOIN account oa ON oa.id = j.about LEFT JOIN device od ON od.id = j.about
         LEFT JOIN invitation oi ON oi.id = j.about LEFT JOIN application ap ON ap.id = j.about
         LEFT JOIN site os ON os.id = j.about LEFT JOIN producer op ON op.id = j.about
         LEFT JOIN owner ow ON ow.id = j.about
         WHERE {condition}"
    ))
}

/// A line as it is told, and as it is stored.
fn told(row: Named) -> Result<(JournalLine, Stored), StoreError> {
    let (place, at, account, device, deed, about, hash, by, with, named, producer) = row;
    let named = producer.as_deref().map(name_in).transpose()?.or(named);
    let line = JournalLine { place, at, by, device: with, deed: Deed::from_code(&deed), about: named };
    Ok((line, (place, at, account, device, deed, about, hash)))
}

/// The hash of a line that follows one of hash `before`.
fn sealed(hub: HubId, line: &Stored, before: &[u8]) -> Vec<u8> {
    let (place, at, by, device, deed, about, _) = line;
    // A list of JSON texts: no two lines are written alike.
    let text = serde_json::json!([hub, place, at, by, device, deed, about]).to_string();
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(text.as_bytes());
    hash.finalize().to_vec()
}

/// The first of these lines, oldest first, that is not what was written. Of the very first of a journal, nothing comes before.
fn broken(hub: HubId, lines: &[Stored]) -> Option<u64> {
    let begins = lines.first().filter(|line| line.0 == 1);
    let first = begins.filter(|line| sealed(hub, line, &[]) != line.6).map(|line| line.0);
    let follows =
        |pair: &&[Stored]| pair[1].0 == pair[0].0 + 1 && sealed(hub, &pair[1], &pair[0].6) == pair[1].6;
    first.or_else(|| lines.windows(2).find(|pair| !follows(pair)).map(|pair| pair[1].0))
}
