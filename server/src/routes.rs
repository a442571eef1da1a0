//! The whole table of routes on one screen.

use axum::{Router, http::StatusCode, middleware, routing::get};

pub mod assets;
pub mod security_headers;

/// Everything the server answers.
pub fn router() -> Router {
    Router::new()
        .route("/health", get(|| async { StatusCode::OK }))
        .merge(assets::router())
        .layer(middleware::from_fn(security_headers::add))
}
