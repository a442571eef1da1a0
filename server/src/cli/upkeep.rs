//! `backup`, `restore`, `verify`.

use std::path::Path;

use super::{DataArgs, End, Failure, counted, data, now};
use crate::{
    audit,
    store::{self, DatabaseUrl, UpkeepError},
};

pub(super) async fn backup(file: &Path, data: &DataArgs) -> Result<End, Failure> {
    let store = data.open_existing().await?;
    store.backup(file).await?;
    store.close().await;
    println!("La base est copiée dans {} · copied", file.display());
    Ok(End::Done)
}

pub(super) async fn restore(file: &Path, args: &DataArgs) -> Result<End, Failure> {
    let DatabaseUrl::Sqlite { folder } = args.url(data::DEFAULT)? else {
        return Err(UpkeepError::NotEmbedded.into());
    };
    let kept = store::restore(&folder, file, now()).await?;
    println!("La base de {} est remise en l’état de {} · restored", folder.display(), file.display());
    if let Some(kept) = kept {
        println!("Ce qui y était est gardé dans {} · what was there is kept", kept.display());
    }
    Ok(End::Done)
}

pub(super) async fn verify(data: &DataArgs) -> Result<End, Failure> {
    let store = data.open_existing().await?;
    let faults = store.faults_of_file().await?;
    let audit = audit::audit(&store).await?;
    let mut rewritten = Vec::new();
    for hub in store.hubs().await? {
        rewritten.extend(store.broken_journal(hub).await?);
    }
    store.close().await;
    for fault in &faults {
        println!("  fichier · file: {fault}");
    }
    for (cycle, fault) in &audit.faults {
        println!("  {cycle}: {fault}");
    }
    for place in &rewritten {
        println!(
            "  journal des accès, ligne {place} : réécrite · journal of access, line {place}: rewritten"
        );
    }
    if faults.is_empty() && audit.faults.is_empty() && rewritten.is_empty() {
        let (cycles, orders) = (counted(audit.cycles, "cycle"), counted(audit.orders, "commande"));
        println!("La base est saine : {cycles}, {orders}, toutes les sommes tombent juste.");
        println!(
            "The base is sound: every sum comes out (cycles {}, orders {}).",
            audit.cycles, audit.orders
        );
        return Ok(End::Done);
    }
    Err(Failure::refused(
        "La base a des défauts, dits ci-dessus. Gardez-en une copie avant toute chose.",
        "The base has faults, told above. Keep a copy of it before anything else.",
    ))
}
