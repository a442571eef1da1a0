//! `POST /api/price-list-imports` and `GET /api/price-list-imports/{id}`: a price list from a file.

use std::{future::poll_fn, pin::Pin};

use axum::{
    Json,
    body::{self, HttpBody},
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use domain::{
    command::hex,
    cycle::CycleId,
    wire::{
        desk::{FileRefusal, ImportPhase, ImportReport, ImportState, ImportStatus},
        people::Deed,
    },
};
use serde::Deserialize;

use crate::{
    access::rights::HubSession,
    import::{self, FileRefusalError, ImportError, MAX_FILE_BYTES, ReadList},
    openapi::ProblemBody,
    problem::Problem,
    state::AppState,
    store::{Actor, Entry, StoreError, random},
};

/// Past this many bytes even the courtesy of reading to the end is refused.
const READ_AT_MOST: u64 = 512 * 1024 * 1024;

/// What the address says about the file.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// The file's name.
    name: String,
    /// Only say what it would change.
    #[serde(default)]
    dry_run: bool,
    /// The week it is for, when the file does not say, or says another.
    cycle: Option<String>,
}

/// Takes a file, answers at once, and works on: ask the other address how far it is.
#[utoipa::path(post, path = "/api/price-list-imports", tag = "hub", params(ImportQuery),
    request_body(content = Vec<u8>, description = "The file as it is: .xlsx, .ods or .csv", content_type = "application/octet-stream"),
    responses(
        (status = 202, body = ImportStatus),
        (status = 400, description = "MALFORMED", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "TOO_LARGE, only for what is absurdly so", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn start(
    who: HubSession,
    State(state): State<AppState>,
    query: Result<Query<ImportQuery>, QueryRejection>,
    body: body::Body,
) -> Result<(StatusCode, Json<ImportStatus>), Problem> {
    let Query(query) = query.map_err(|rejection| Problem::Malformed(rejection.body_text()))?;
    let cycle = query.cycle.as_deref().map(str::parse).transpose();
    let cycle = cycle.map_err(|_| Problem::Malformed("cycle: not a week such as 2026-W49".to_owned()))?;
    let file = read_whole(body).await?;
    let work = Work::new(state, who, cycle, query.dry_run, Deed::ListImported)?;
    let status = match file {
        Ok(bytes) => work.clone().begin(work.read_file(query.name, bytes)),
        Err(refusal) => work.tell(refused(refusal)),
    };
    Ok((StatusCode::ACCEPTED, Json(status)))
}

/// How far an import of this hub has come.
#[utoipa::path(get, path = "/api/price-list-imports/{id}", tag = "hub",
    params(("id" = String, Path, description = "As the first answer named it")),
    responses(
        (status = 200, body = ImportStatus),
        (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "NO_RIGHT", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "NOT_FOUND: forgotten, or another hub's", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn status(
    who: HubSession,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<ImportStatus>, Problem> {
    state.imports.find(who.hub, &id).map(Json).ok_or(Problem::NotFound)
}

/// Reads a file to its end, keeping no more than an import may hold: a browser that is cut off in the middle of its sending
/// tells its user about the network, not about the file.
async fn read_whole(mut body: body::Body) -> Result<Result<Vec<u8>, FileRefusalError>, Problem> {
    let mut bytes = Vec::new();
    let mut length = 0_u64;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|error| Problem::Malformed(error.to_string()))?;
        let Some(data) = frame.data_ref() else { continue };
        length = length.saturating_add(u64::try_from(data.len()).unwrap_or(u64::MAX));
        if length > READ_AT_MOST {
            return Err(Problem::TooLarge);
        }
        if length <= MAX_FILE_BYTES {
            bytes.extend_from_slice(data);
        } else {
            bytes = Vec::new();
        }
    }
    Ok(import::check_size(length).map(|()| bytes))
}

/// An import at work.
#[derive(Clone)]
pub(super) struct Work {
    state: AppState,
    who: Actor,
    id: String,
    cycle: Option<CycleId>,
    dry_run: bool,
    deed: Deed,
}

impl Work {
    pub(super) fn new(
        state: AppState,
        who: HubSession,
        cycle: Option<CycleId>,
        dry_run: bool,
        deed: Deed,
    ) -> Result<Self, Problem> {
        let id = hex(&random::<16>()?);
        Ok(Self { state, who: who.actor(), id, cycle, dry_run, deed })
    }

    fn tell(&self, state: ImportState) -> ImportStatus {
        self.state.imports.set(self.who.hub, &self.id, state.clone());
        ImportStatus { id: self.id.clone(), state }
    }

    fn progress(&self, phase: ImportPhase, done: u32, total: u32) {
        self.tell(ImportState::Working { phase, done, total });
    }

    /// Has a list found and published, aside; the answer of the first moment.
    pub(super) fn begin(
        self,
        found: impl Future<Output = Result<ReadList, ImportError>> + Send + 'static,
    ) -> ImportStatus {
        let status = self.tell(ImportState::Working { phase: ImportPhase::Reading, done: 0, total: 0 });
        let store = self.state.store.clone();
        store.apart(async move {
            let outcome = match found.await {
                Ok(list) => self.publish(&list).await,
                Err(error) => Err(error),
            };
            self.end(outcome);
        });
        status
    }

    async fn read_file(self, name: String, bytes: Vec<u8>) -> Result<ReadList, ImportError> {
        // Reading is one core's work: not on the threads that answer.
        let reading = tokio::task::spawn_blocking(move || {
            let progress = |phase, done, total| self.progress(phase, done, total);
            import::read(&bytes, &name, self.who.hub, &progress)
        });
        Ok(reading.await.map_err(|_| StoreError::Stopped)??)
    }

    fn end(&self, outcome: Result<ImportReport, ImportError>) {
        self.tell(match outcome {
            Ok(report) => ImportState::Done { report },
            Err(ImportError::File(refusal)) => refused(refusal),
            Err(error) => failed(&error),
        });
    }

    async fn publish(&self, list: &ReadList) -> Result<ImportReport, ImportError> {
        let progress = |phase, done, total| self.progress(phase, done, total);
        let (store, now) = (&self.state.store, self.state.now());
        let hub = self.who.hub;
        let report = import::publish(store, hub, self.cycle, list, self.dry_run, now, &progress).await?;
        if !self.dry_run {
            let about = self.cycle.map(|cycle| cycle.to_string());
            let entry = Entry { by: Some(self.who.user), device: None, deed: self.deed.clone(), about };
            store.note(hub, now, entry).await?;
        }
        Ok(report)
    }
}

fn refused(FileRefusalError { code, message }: FileRefusalError) -> ImportState {
    ImportState::Refused { code, message }
}

fn failed(error: &ImportError) -> ImportState {
    let (code, message) = match error {
        ImportError::NoCycle => ("NO_CYCLE", error.to_string()),
        ImportError::File(_) | ImportError::Store(_) => {
            tracing::error!(%error, "an import failed");
            ("FAILED", "Le service a rencontré une erreur. Rien n’a été modifié.".to_owned())
        }
    };
    ImportState::Refused { code: FileRefusal::Other(code.to_owned()), message }
}
