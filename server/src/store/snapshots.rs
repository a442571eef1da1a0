//! The whole catalogue as one immutable, compressed copy, named by its hash: what a tablet takes first.

use std::io::{self, Read, Write};

use domain::{
    command::hex,
    id::{HubId, Reference},
    quantity::Quantity,
    time::Timestamp,
    wire::{Catalog, Scope},
};
use sha2::{Digest, Sha256};

use super::{Reach, Store, StoreError, Transaction, feed::kind, value::args};

/// A snapshot, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// SHA-256 of its uncompressed bytes, in hexadecimal.
    pub hash: String,
    /// Place in the feed it stands at.
    pub seq: u64,
}

/// How a snapshot travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Smallest.
    Brotli,
    /// Plain HTTP in some browsers has no brotli.
    Gzip,
    /// As it is.
    Identity,
}

/// A tablet may hold the address of a snapshot that has just been followed by another.
const KEPT: u32 = 4;
/// Brotli's best: a price list is compressed once and read by every tablet.
const BROTLI_QUALITY: i32 = 11;
/// 4 MiB: a whole catalogue is within reach of its own beginning.
const BROTLI_WINDOW: i32 = 22;

/// A snapshot's bytes, ready to store.
struct Packed {
    hash: String,
    brotli: Vec<u8>,
    gzip: Vec<u8>,
}

impl Store {
    /// Makes the snapshot of a hub's catalogue as it now is, unless it has no list yet.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn make_snapshot(&self, hub: HubId, now: Timestamp) -> Result<(), StoreError> {
        let Some((catalog, seq)) = self.read().await?.catalog(hub).await? else { return Ok(()) };
        // Seconds of work for one core: not on the threads that answer.
        let packed =
            tokio::task::spawn_blocking(move || pack(&catalog)).await.map_err(|_| StoreError::Stopped)??;
        let scope = Scope::catalog(hub);
        let mut tx = self.write(hub).await?;
        let sql =
            "INSERT INTO snapshot (scope, hash, seq, brotli, gzip, made_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (scope, hash) DO UPDATE SET seq = excluded.seq, made_at = excluded.made_at";
        tx.execute(sql, args![&scope, packed.hash, seq, packed.brotli, packed.gzip, now]).await?;
        let sql = "DELETE FROM snapshot WHERE scope = $1 AND hash NOT IN
             (SELECT hash FROM snapshot WHERE scope = $1 ORDER BY seq DESC LIMIT $2)";
        tx.execute(sql, args![&scope, KEPT]).await?;
        tx.commit().await
    }

    /// The hubs whose last publication has no snapshot: the server stopped between the two.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn hubs_without_snapshot(&self) -> Result<Vec<HubId>, StoreError> {
        let sql = "SELECT id FROM hub WHERE list_seq > 0 AND NOT EXISTS
             (SELECT 1 FROM snapshot WHERE scope = 'cat:' || hub.id AND seq >= hub.list_seq)";
        let rows: Vec<(HubId,)> = self.read().await?.fetch(sql, args![]).await?;
        Ok(rows.into_iter().map(|(hub,)| hub).collect())
    }

    /// The bytes of a snapshot, as they travel.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn snapshot_bytes(
        &self,
        scope: &Scope,
        hash: &str,
        encoding: Encoding,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = match encoding {
            Encoding::Brotli | Encoding::Identity => {
                "SELECT brotli FROM snapshot WHERE scope = $1 AND hash = $2"
            }
            Encoding::Gzip => "SELECT gzip FROM snapshot WHERE scope = $1 AND hash = $2",
        };
        let row: Option<(Vec<u8>,)> = self.read().await?.find(sql, args![scope, hash]).await?;
        let Some((bytes,)) = row else { return Ok(None) };
        if encoding != Encoding::Identity {
            return Ok(Some(bytes));
        }
        let mut plain = Vec::new();
        brotli::Decompressor::new(bytes.as_slice(), 1 << 16).read_to_end(&mut plain)?;
        Ok(Some(plain))
    }
}

impl Transaction {
    /// The last snapshot of a scope.
    pub(crate) async fn last_snapshot(&mut self, scope: &Scope) -> Result<Option<Snapshot>, StoreError> {
        let sql = "SELECT hash, seq FROM snapshot WHERE scope = $1 ORDER BY seq DESC LIMIT 1";
        let row = self.find(sql, args![scope]).await?;
        Ok(row.map(|(hash, seq)| Snapshot { hash, seq }))
    }

    /// The whole catalogue, and the place in the feed it stands at; `None` before the first list.
    async fn catalog(&mut self, hub: HubId) -> Result<Option<(Catalog, u64)>, StoreError> {
        let scope = Scope::catalog(hub);
        let Some(Reach { head: seq, .. }) = self.find_reach(&scope).await? else { return Ok(None) };
        let Some(cycle) = self.current_cycle(hub).await? else { return Ok(None) };
        let card = self.hub_card(hub).await?;
        let terms = self.terms(hub).await?;
        let producers =
            self.entities(&scope, kind::PRODUCER).await?.into_iter().map(|(_, producer)| producer);
        let offers = self.listed_offers(hub, cycle.id).await?;
        let mut catalog = Catalog::new(card, cycle, terms, producers, offers);
        for (reference, left) in self.entities::<Quantity>(&scope, kind::LEFT).await? {
            let reference = Reference::parse(&reference)
                .map_err(|_| StoreError::Unreadable("a promise of an offer without a reference"))?;
            catalog.left.insert(reference, left);
        }
        Ok(Some((catalog, seq)))
    }
}

fn pack(catalog: &Catalog) -> Result<Packed, StoreError> {
    let bytes = catalog.encode()?;
    Ok(Packed { hash: hex(&Sha256::digest(&bytes)), brotli: brotli_of(&bytes)?, gzip: gzip_of(&bytes)? })
}

fn brotli_of(bytes: &[u8]) -> Result<Vec<u8>, io::Error> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &params)?;
    Ok(packed)
}

fn gzip_of(bytes: &[u8]) -> Result<Vec<u8>, io::Error> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}
