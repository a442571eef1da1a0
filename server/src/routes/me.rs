//! `GET /api/me`: who is signed in.

use axum::Json;
use domain::wire::Me;

use crate::{access::rights::HalfwaySession, openapi::ProblemBody};

/// Who is signed in.
#[utoipa::path(get, path = "/api/me", tag = "session", responses(
    (status = 200, body = Me),
    (status = 401, description = "NOT_SIGNED_IN", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn me(HalfwaySession(signed_in): HalfwaySession) -> Json<Me> {
    Json(signed_in.me)
}
