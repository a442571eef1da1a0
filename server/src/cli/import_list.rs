//! `import-price-list`: progress on stderr, what changed on stdout, a report as JSON when asked.

use std::{
    fs,
    io::{self, IsTerminal, Write},
    path::Path,
    sync::Mutex,
};

use domain::{
    cycle::CycleId,
    id::HubId,
    wire::desk::{ChangeKind, ImportPhase, ImportReport, ListChanges, OfferChange},
};
use serde::Serialize;
use uuid::Uuid;

use super::{End, Failure, ImportArgs, data, hub, now};
use crate::{
    import::{self, FileRefusalError, ImportError, ReadList},
    store::Store,
};

/// Refused cells and changes shown on stdout; the report has them all.
const SHOWN: usize = 20;

pub(super) async fn import(args: ImportArgs) -> Result<End, Failure> {
    let outcome = carry_out(&args).await;
    let (report, refusal) = match outcome {
        Ok(report) => (report, None),
        Err(Stopped::Refused(refusal)) => (ImportReport::default(), Some(refusal)),
        Err(Stopped::Failed(failure)) => return Err(failure),
    };
    if let Some(path) = &args.report {
        write_report(path, &report, refusal.as_ref())?;
    }
    if let Some(refusal) = refusal {
        return Err(ImportError::File(refusal).into());
    }
    Ok(if report.refused.is_empty() { End::Done } else { End::Refused })
}

/// Why nothing was imported.
enum Stopped {
    /// The file is refused as a whole: that, too, is a report.
    Refused(FileRefusalError),
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl From<FileRefusalError> for Stopped {
    fn from(refusal: FileRefusalError) -> Self {
        Self::Refused(refusal)
    }
}

async fn carry_out(args: &ImportArgs) -> Result<ImportReport, Stopped> {
    let bytes = load(&args.file)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let teller = Teller::default();
    let tell = |phase, done, total| teller.tell(phase, done, total);
    let store = open(args).await?;
    let hub = match &store {
        Some(store) => the_hub(store, args.dry_run).await?,
        None => None,
    };
    let read = import::read(&bytes, &name, hub.unwrap_or(HubId(Uuid::nil())), &tell)?;
    let report = match (&store, hub) {
        (Some(store), Some(hub)) => {
            match import::publish(store, hub, args.cycle, &read, args.dry_run, now(), &tell).await {
                Ok(report) => report,
                Err(ImportError::File(refusal)) => return Err(refusal.into()),
                Err(error) => return Err(error.into()),
            }
        }
        _ => import::report_without_store(&read),
    };
    teller.end();
    tell_outcome(args, &read, &report);
    Ok(report)
}

/// The file's bytes; one that is too heavy is refused by its size, unread.
fn load(file: &Path) -> Result<Vec<u8>, Stopped> {
    let unreadable = |cause: io::Error| Failure::file(file, &cause, End::Misused);
    let size = fs::metadata(file).map_err(unreadable)?;
    if size.is_dir() {
        let path = file.display();
        return Err(
            Failure::misused(format!("{path} est un dossier."), format!("{path} is a folder.")).into()
        );
    }
    import::check_size(size.len())?;
    Ok(fs::read(file).map_err(unreadable)?)
}

/// The store. A dry run does without one that is not there.
async fn open(args: &ImportArgs) -> Result<Option<Store>, Failure> {
    let url = args.data.url(data::DEFAULT)?;
    if args.dry_run && !url.is_there() {
        return Ok(None);
    }
    Ok(Some(Store::open(&url).await?))
}

/// The hub whose list it is. An empty base gets one: the first price list founds it, without margin until it is set.
async fn the_hub(store: &Store, dry_run: bool) -> Result<Option<HubId>, Failure> {
    if !store.is_empty().await? {
        return Ok(Some(store.the_hub().await?));
    }
    if dry_run {
        return Ok(None);
    }
    Ok(Some(hub::found(store, "Plateforme").await?))
}

/// Says how far the work is, on stderr: on one line that moves on a terminal, one line a phase elsewhere.
#[derive(Default)]
struct Teller(Mutex<Option<ImportPhase>>);

impl Teller {
    fn tell(&self, phase: ImportPhase, done: u32, total: u32) {
        let mut told = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let words = match phase {
            ImportPhase::Reading => "Lecture du fichier · reading",
            ImportPhase::Checking => "Contrôle des lignes · checking rows",
            ImportPhase::Writing => "Écriture · writing",
            ImportPhase::Publishing => "Publication aux tablettes · publishing",
        };
        let mut stderr = io::stderr();
        // Progress is a courtesy: nothing depends on its being heard.
        if stderr.is_terminal() {
            let count = if total > 0 { format!(" {done}/{total}") } else { String::new() };
            let _ = write!(stderr, "\r\x1b[2K{words}{count}");
            let _ = stderr.flush();
        } else if *told != Some(phase) {
            let _ = writeln!(stderr, "{words}");
        }
        *told = Some(phase);
    }

    fn end(&self) {
        if io::stderr().is_terminal() {
            eprintln!();
        }
    }
}

fn tell_outcome(args: &ImportArgs, read: &ReadList, report: &ImportReport) {
    let week =
        args.cycle.or(read.cycle_in_file).map_or_else(String::new, |cycle: CycleId| format!(" {cycle}"));
    let lines = refused_lines(report);
    let dry = if args.dry_run { " À blanc, rien n’est écrit." } else { "" };
    println!(
        "Mercuriale{week}. Lignes prises : {}, dont modifiées : {}. Lignes refusées : {lines}.{dry}",
        report.accepted, report.updated
    );
    println!(
        "Price list{week}. Rows taken: {}, of them updated: {}. Rows refused: {lines}.",
        report.accepted, report.updated
    );
    tell_changes(&report.changes);
    for note in read.notes() {
        println!("{note}");
    }
    for bad in report.refused.iter().take(SHOWN) {
        println!("  ligne {}, {} : {}", bad.line, bad.column, bad.message);
    }
    tell_more(report.refused.len(), args.report.is_none());
}

/// Several cells may refuse one row.
fn refused_lines(report: &ImportReport) -> usize {
    let mut lines: Vec<_> = report.refused.iter().map(|bad| bad.line).collect();
    lines.dedup();
    lines.len()
}

fn tell_changes(changes: &ListChanges) {
    println!(
        "  nouvelles {} · prix en hausse {} · prix en baisse {} · autres changements {} · inchangées {} · retirées {}",
        changes.new, changes.price_up, changes.price_down, changes.other, changes.unchanged, changes.gone
    );
    let prices = |change: &&OfferChange| {
        matches!(change.kind, ChangeKind::PriceUp { .. } | ChangeKind::PriceDown { .. })
    };
    for change in changes.rows.iter().filter(prices).take(SHOWN) {
        if let ChangeKind::PriceUp { from, to } | ChangeKind::PriceDown { from, to } = &change.kind {
            println!("  {} {} : {} → {}", change.reference, change.name, euros(from), euros(to));
        }
    }
}

fn euros(price: &domain::money::UnitPrice) -> String {
    format!("{} €", price.euros().to_string().replace('.', ","))
}

fn tell_more(refused: usize, without_report: bool) {
    if refused > SHOWN {
        let where_to = if without_report { " ; --report les écrit toutes" } else { "" };
        println!("  … et {} autres cellules{where_to}.", refused - SHOWN);
    }
}

/// The report of a file refused as a whole also says why.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    report: &'a ImportReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<WholeFile<'a>>,
}

#[derive(Serialize)]
struct WholeFile<'a> {
    code: &'a str,
    message: &'a str,
}

fn write_report(
    path: &Path,
    report: &ImportReport,
    refusal: Option<&FileRefusalError>,
) -> Result<(), Failure> {
    let file = refusal.map(|refusal| WholeFile { code: refusal.code.code(), message: &refusal.message });
    let json = serde_json::to_vec_pretty(&Written { report, file })
        .map_err(|error| Failure::refused("Le compte rendu n’a pas pu être écrit.", error))?;
    fs::write(path, json).map_err(|cause| Failure::file(path, &cause, End::Refused))
}
