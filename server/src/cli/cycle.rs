//! `close-cycle` and `export`: what follows a cut-off, by hand.

use std::{fs, path::Path};

use domain::{cycle::CycleId, producer_sheet::ProducerSheet};

use super::{DataArgs, End, Failure, counted, now};
use crate::{close_cycle, documents::producer_sheet_xlsx};

pub(super) async fn close(cycle: CycleId, data: &DataArgs) -> Result<End, Failure> {
    let store = data.open_existing().await?;
    let hub = store.the_hub().await?;
    let report = close_cycle::close(&store, hub, cycle, now()).await?;
    println!(
        "Cycle {cycle} clos : {}, {}, {}.",
        counted(report.orders, "commande"),
        counted(report.lines, "ligne"),
        counted(report.sheets, "fiche")
    );
    println!(
        "Cycle {cycle} closed. Orders: {}. Lines: {}. Producer sheets: {}.",
        report.orders, report.lines, report.sheets
    );
    println!(
        "  lignes réduites {} · lignes restées sans réponse {} · producteurs {} € HT · acheteurs {} € HT",
        report.shortened_lines, report.unanswered_lines, report.producer_net, report.buyer_net
    );
    Ok(End::Done)
}

pub(super) async fn export_sheets(cycle: CycleId, out: &Path, data: &DataArgs) -> Result<End, Failure> {
    let store = data.open_existing().await?;
    let hub = store.the_hub().await?;
    if store.find_cycle(hub, cycle).await?.is_none() {
        return Err(Failure::refused(format!("Il n’y a pas de cycle {cycle}."), format!("no cycle {cycle}")));
    }
    let sheets = store.sheets(hub, cycle).await?;
    if sheets.is_empty() {
        return Err(Failure::refused(
            format!("Le cycle {cycle} n’a pas de fiche : closez-le d’abord, ou personne n’a commandé."),
            format!("cycle {cycle} has no sheet: close it first, or nobody ordered"),
        ));
    }
    let one_file = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    if one_file {
        write_one(&sheets, out)?;
    } else {
        write_each(&sheets, out)?;
    }
    println!("Fiches écrites dans {} : {} · sheets written", out.display(), sheets.len());
    Ok(End::Done)
}

fn write_each(sheets: &[ProducerSheet], folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|cause| Failure::file(folder, &cause, End::Refused))?;
    for sheet in sheets {
        let bytes = producer_sheet_xlsx::write(sheet).map_err(unwritable)?;
        put(&folder.join(producer_sheet_xlsx::file_name(sheet)), bytes)?;
    }
    Ok(())
}

fn write_one(sheets: &[ProducerSheet], file: &Path) -> Result<(), Failure> {
    put(file, producer_sheet_xlsx::write_all(sheets).map_err(unwritable)?)
}

fn put(file: &Path, bytes: Vec<u8>) -> Result<(), Failure> {
    fs::write(file, bytes).map_err(|cause| Failure::file(file, &cause, End::Refused))
}

fn unwritable(error: producer_sheet_xlsx::WorkbookError) -> Failure {
    Failure::refused("Une fiche n’a pas pu être mise en classeur.", error)
}
