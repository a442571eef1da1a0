//! Online work of the hub, the authority and the import screen: each call is one exchange, nothing is kept.

use domain::{
    cycle::CycleId,
    id::{ProducerId, TicketId},
    producer_sheet::ProducerSheet,
    ticket::{Choice, Ticket},
    wire::desk::{
        CloseReport, DemandBoard, ImportStatus, Indicators, KitchenNote, SettleRequest, SheetSummary,
        TicketCard, WeekBoard,
    },
};

use super::AppError;
use crate::device::fetch::{self, get, post};

/// « Semaine ».
///
/// # Errors
/// [`AppError`]; the same for every call here.
pub async fn week() -> Result<WeekBoard, AppError> {
    get("/api/week").await
}

/// The bytes of a file a person picked; empty when it cannot be read.
pub async fn bytes_of(file: &web_sys::File) -> Vec<u8> {
    crate::device::files::bytes_of(file).await
}

/// Starts an import of a price list; with `dry_run`, nothing will be written.
pub async fn start_import(
    name: &str,
    bytes: &[u8],
    dry_run: bool,
    cycle: Option<CycleId>,
) -> Result<ImportStatus, AppError> {
    let name = String::from(js_sys::encode_uri_component(name));
    let cycle = cycle.map(|cycle| format!("&cycle={cycle}")).unwrap_or_default();
    fetch::upload(&format!("/api/price-list-imports?name={name}&dry_run={dry_run}{cycle}"), bytes).await
}

/// Where an import stands.
pub async fn import_status(id: &str) -> Result<ImportStatus, AppError> {
    let id = String::from(js_sys::encode_uri_component(id));
    get(&format!("/api/price-list-imports/{id}")).await
}

/// « Demande consolidée ».
pub async fn demand(cycle: CycleId) -> Result<DemandBoard, AppError> {
    get(&format!("/api/cycles/{cycle}/demand")).await
}

/// What kitchens say of their orders of a cycle as a whole.
pub async fn notes(cycle: CycleId) -> Result<Vec<KitchenNote>, AppError> {
    get(&format!("/api/cycles/{cycle}/notes")).await
}

/// « Clore les commandes ».
pub async fn close(cycle: CycleId) -> Result<CloseReport, AppError> {
    post(&format!("/api/cycles/{cycle}/close"), None).await
}

/// The sheets of a closed cycle.
pub async fn sheets(cycle: CycleId) -> Result<Vec<SheetSummary>, AppError> {
    get(&format!("/api/cycles/{cycle}/sheets")).await
}

/// One sheet.
pub async fn sheet(cycle: CycleId, producer: ProducerId) -> Result<ProducerSheet, AppError> {
    get(&format!("/api/cycles/{cycle}/sheets/{producer}")).await
}

/// Where the sheet of a producer is downloaded as a spreadsheet: for a link.
#[must_use]
pub fn sheet_download(cycle: CycleId, producer: ProducerId) -> String {
    format!("/api/cycles/{cycle}/sheets/{producer}/xlsx")
}

/// The open tickets of the hub.
pub async fn tickets() -> Result<Vec<TicketCard>, AppError> {
    get("/api/tickets").await
}

/// Settles a ticket as the hub.
pub async fn settle(id: TicketId, choice: Choice) -> Result<Ticket, AppError> {
    let body = serde_json::to_string(&SettleRequest { choice }).unwrap_or_default();
    post(&format!("/api/tickets/{id}/settle"), Some(body)).await
}

/// « Indicateurs ».
pub async fn indicators() -> Result<Indicators, AppError> {
    get("/api/indicators").await
}
