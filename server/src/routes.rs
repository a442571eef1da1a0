//! The whole table of routes on one screen.

use std::{any::Any, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{cycle::CycleId, wire::MAX_PUSH_BYTES};
use tower_http::{
    catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer, timeout::TimeoutLayer,
    trace::TraceLayer,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{access::same_origin, openapi, problem::Problem, state::AppState};

mod announced;
mod applications;
pub mod assets;
mod close;
mod cycle_demand;
mod cycle_notes;
mod delivery_gaps;
mod devices;
mod harvests;
mod health;
mod hello;
mod import_price_list;
mod indicators;
pub(crate) mod invitations;
mod json;
mod lots;
mod me;
mod oidc;
mod owners;
mod passkeys;
mod passwords;
mod people;
mod poke;
mod pull;
mod push;
mod sealing_keys;
mod second_step;
pub mod security_headers;
mod session;
mod sessions;
mod settle;
mod sheet;
mod sheet_xlsx;
mod sheets;
mod sign_in_links;
mod snapshot;
mod tickets;
mod week;

/// No answer takes longer; what would, works in the background.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything the server answers.
pub fn router(state: AppState) -> Router {
    let (quick, mut description) = OpenApiRouter::with_openapi(openapi::describe())
        .routes(routes!(health::health))
        // Anybody.
        .routes(routes!(session::open, session::close))
        .routes(routes!(me::me))
        .routes(routes!(oidc::ways_in))
        .routes(routes!(oidc::start))
        .routes(routes!(oidc::back))
        .routes(routes!(oidc::confirm))
        .routes(routes!(passkeys::start))
        .routes(routes!(passkeys::enter))
        .routes(routes!(devices::pair, devices::list))
        .routes(routes!(applications::hubs))
        .routes(routes!(applications::apply, applications::list))
        .routes(routes!(owners::communes))
        .routes(routes!(invitations::open))
        .routes(routes!(invitations::accept))
        .routes(routes!(passwords::forgotten))
        .routes(routes!(passwords::set))
        .routes(routes!(sign_in_links::ask))
        .routes(routes!(sign_in_links::enter))
        // Whoever answers for people and devices.
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::end))
        .routes(routes!(passwords::change))
        .routes(routes!(second_step::ways_in))
        .routes(routes!(second_step::begin))
        .routes(routes!(second_step::confirm))
        .routes(routes!(second_step::end))
        .routes(routes!(passkeys::begin))
        .routes(routes!(passkeys::add))
        .routes(routes!(passkeys::rename))
        .routes(routes!(passkeys::remove))
        .routes(routes!(oidc::unlink))
        .routes(routes!(people::data))
        .routes(routes!(passwords::link))
        .routes(routes!(devices::begin))
        .routes(routes!(devices::rename))
        .routes(routes!(devices::revoke))
        .routes(routes!(invitations::make, invitations::list))
        .routes(routes!(invitations::withdraw))
        .routes(routes!(people::list))
        .routes(routes!(applications::places, applications::add))
        // Tablets and phones.
        .routes(routes!(hello::hello))
        .routes(routes!(push::receive))
        .routes(routes!(pull::pull))
        .routes(routes!(poke::poke))
        .routes(routes!(snapshot::snapshot))
        .routes(routes!(sealing_keys::keep))
        .routes(routes!(sealing_keys::hand_over))
        // The hub's desk.
        .routes(routes!(applications::accept))
        .routes(routes!(applications::refuse))
        .routes(routes!(owners::list, owners::add))
        .routes(routes!(owners::change))
        .routes(routes!(owners::of_place))
        .routes(routes!(owners::of_person))
        .routes(routes!(people::disable))
        .routes(routes!(people::enable))
        .routes(routes!(people::erase))
        .routes(routes!(second_step::reset))
        .routes(routes!(second_step::board, second_step::set_rule))
        .routes(routes!(people::journal))
        .routes(routes!(week::week))
        .routes(routes!(announced::week))
        .routes(routes!(announced::list))
        .routes(routes!(import_price_list::status))
        .routes(routes!(cycle_demand::board))
        .routes(routes!(cycle_notes::list))
        .routes(routes!(harvests::board))
        .routes(routes!(delivery_gaps::list))
        .routes(routes!(lots::find))
        .routes(routes!(close::close))
        .routes(routes!(sheets::list))
        .routes(routes!(tickets::list))
        .routes(routes!(settle::settle))
        // Producers, and the hub.
        .routes(routes!(sheet::sheet))
        .routes(routes!(sheet_xlsx::xlsx))
        // Authorities.
        .routes(routes!(indicators::indicators))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .split_for_parts();
    // Receiving a large file takes what the network takes.
    let (slow, described) = OpenApiRouter::new().routes(routes!(import_price_list::start)).split_for_parts();
    description.merge(described);
    openapi::complete(&mut description);
    let description = description.to_json().unwrap_or_default();
    let described = get(|| async { ([(header::CONTENT_TYPE, "application/json")], description) });
    Router::new()
        .merge(quick)
        .merge(slow)
        .route("/api/openapi.json", described)
        .layer(DefaultBodyLimit::max(MAX_PUSH_BYTES))
        .layer(middleware::from_fn(same_origin::check))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(CatchPanicLayer::custom(failed))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .with_state(state.clone())
        .merge(assets::router().with_state(state))
        .layer(middleware::from_fn(security_headers::add))
}

/// A request in the log: what was asked and where. No body, no header, and of the address only the path: the rest may name
/// a person or a file.
fn span(request: &Request) -> tracing::Span {
    tracing::info_span!("request", method = %request.method(), path = request.uri().path())
}

fn failed(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler stopped on a fault of the program");
    Problem::Failed.into_response()
}

/// A page of this very server: at its public address, else as the browser calls it.
fn own_address(state: &AppState, headers: &HeaderMap, page: &str) -> String {
    if let Some(address) = &state.options.public_address {
        return format!("{address}{page}");
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if security_headers::is_loopback(headers) { "http" } else { "https" };
    format!("{scheme}://{host}{page}")
}

/// The week an address names.
fn cycle_of(text: &str) -> Result<CycleId, Problem> {
    text.parse().map_err(|_| Problem::UnknownCycle)
}

#[cfg(test)]
mod tests;
