//! `GET /api/cycles/{cycle}/sheets/{producer}/xlsx`: one producer's sheet, as a workbook.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::sheet;
use crate::{
    access::rights::SheetSession, documents::producer_sheet_xlsx, openapi::ProblemBody, problem::Problem,
    state::AppState,
};

const XLSX: HeaderValue =
    HeaderValue::from_static("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");

/// The same sheet as a workbook.
#[utoipa::path(get, path = "/api/cycles/{cycle}/sheets/{producer}/xlsx", tag = "sheets",
    params(("cycle" = String, Path, example = "2026-W49"), ("producer" = String, Path, description = "ProducerId")),
    responses(
        (status = 200, description = "An attachment.", body = Vec<u8>,
         content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn xlsx(
    who: SheetSession,
    State(state): State<AppState>,
    Path((cycle, producer)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let sheet = sheet::find(&who, &state, &cycle, &producer).await?;
    let name = producer_sheet_xlsx::file_name(&sheet);
    let workbook = producer_sheet_xlsx::write(&sheet).map_err(|error| {
        tracing::error!(%error, "a workbook was not made");
        Problem::Failed
    })?;
    let mut response = workbook.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, XLSX);
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
