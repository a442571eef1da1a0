//! The session's cookie and life.

use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use cookie::{Cookie, SameSite, time::Duration};
use domain::{enterprise::Role, time::Timestamp};

use super::token::stored_form;
use crate::{
    problem::Problem,
    routes::security_headers::is_loopback,
    state::AppState,
    store::{SessionTimes, SignedIn},
};

const SESSION: &str = "session";
const HOUR_MS: i64 = 3_600_000;
/// The last use is written down when it is older than this: reading a page is no reason to write at each request.
const TOUCHED_EVERY_MS: i64 = 5 * 60_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The longest any role's session may lie unused.
pub(crate) const LONGEST_IDLE_MS: i64 = 8 * DAY_MS;

/// A paired device: five weeks unused, as long as a summer's closure of a kitchen that still opens now and then; a school
/// year and its summer in all. It is listed by name, and whoever answers for its place ends it with one tap.
const PAIRED: SessionTimes = SessionTimes { idle_ms: 35 * DAY_MS, absolute_ms: 400 * DAY_MS };

/// How long a session lives: that of a paired device, or a person's own. Tablets and phones: 8 days unused, 30 days in all; they order once a week, and an order made
/// without a network must leave by itself whenever the network is back. Desks, which see everybody's orders: 12 hours.
#[must_use]
pub fn times(role: Role, paired: bool) -> SessionTimes {
    match role {
        _ if paired => PAIRED,
        Role::Kitchen { .. } | Role::Producer { .. } => {
            SessionTimes { idle_ms: LONGEST_IDLE_MS, absolute_ms: 30 * DAY_MS }
        }
        Role::Hub { .. } | Role::Authority { .. } => {
            SessionTimes { idle_ms: 12 * HOUR_MS, absolute_ms: 12 * HOUR_MS }
        }
    }
}

/// The cookie's name. `__Host-` binds it to https and to this very host; on this machine over plain http WebKit would keep
/// no such cookie, so it has a plain name there, and only there.
fn name(headers: &HeaderMap, base: &str) -> String {
    if is_loopback(headers) { base.to_owned() } else { format!("__Host-{base}") }
}

/// `Set-Cookie` of a cookie that no script reads. `Lax`: a browser that comes back from a provider brings it.
pub(crate) fn named(headers: &HeaderMap, base: &str, value: String, life: Duration) -> Option<HeaderValue> {
    let cookie = Cookie::build((name(headers, base), value))
        .http_only(true)
        .secure(!is_loopback(headers))
        .same_site(SameSite::Lax)
        .path("/")
        .max_age(life);
    HeaderValue::from_str(&cookie.build().to_string()).ok()
}

/// `Set-Cookie` of a session that opens.
pub(crate) fn opening(headers: &HeaderMap, token: String, times: SessionTimes) -> Option<HeaderValue> {
    named(headers, SESSION, token, Duration::milliseconds(times.absolute_ms))
}

/// `Set-Cookie` of a session that ends.
pub(crate) fn ending(headers: &HeaderMap) -> Option<HeaderValue> {
    named(headers, SESSION, String::new(), Duration::ZERO)
}

/// The token of a request, as the store holds it.
pub(crate) fn token(headers: &HeaderMap) -> Option<[u8; 32]> {
    value(headers, SESSION).map(|shown| stored_form(&shown))
}

/// What one of our cookies carries.
pub(crate) fn value(headers: &HeaderMap, base: &str) -> Option<String> {
    let name = name(headers, base);
    let lists = headers.get_all(header::COOKIE).iter().filter_map(|list| list.to_str().ok());
    let mut cookies = lists.flat_map(Cookie::split_parse).flatten();
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// The living session of a request.
pub(crate) async fn of_request(parts: &Parts, state: &AppState) -> Result<SignedIn, Problem> {
    let token = token(&parts.headers).ok_or(Problem::NotSignedIn)?;
    let now = state.now();
    let session = state.store.find_session(token, now).await?.ok_or(Problem::NotSignedIn)?;
    if is_stale(&session, now) {
        return Err(Problem::NotSignedIn);
    }
    if session.revoked {
        return Err(Problem::DeviceRevoked);
    }
    if now.since_ms(session.seen_at) > TOUCHED_EVERY_MS
        && let Err(error) = state.store.touch_session(token, now).await
    {
        tracing::warn!(%error, "a session's last use was not written down");
    }
    Ok(session)
}

/// For how long somebody counts as just come in (ASVS 5.0 7.5.1, 7.5.3).
const FRESH_MS: i64 = 10 * 60_000;

/// Whether a session was opened a moment ago: with a password, a code, a link.
pub(crate) fn is_fresh(session: &SignedIn, now: Timestamp) -> bool {
    now.since_ms(session.opened_at) <= FRESH_MS
}

fn is_stale(session: &SignedIn, now: Timestamp) -> bool {
    now.since_ms(session.seen_at) > times(session.me.role, session.device.is_some()).idle_ms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &str, cookies: &str) -> HeaderMap {
        [(header::HOST, host), (header::COOKIE, cookies)]
            .map(|(name, value)| (name, HeaderValue::from_str(value).unwrap()))
            .into_iter()
            .collect()
    }

    #[test]
    fn the_cookie_is_bound_to_its_host_except_on_this_machine() {
        let role = Role::Hub { hub: domain::id::HubId(uuid::Uuid::nil()) };
        let set = |host| {
            opening(&headers(host, ""), "ab".into(), times(role, false)).unwrap().to_str().unwrap().to_owned()
        };
        let bound = "__Host-session=ab; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=43200";
        assert_eq!(set("hub.example"), bound);
        assert_eq!(set("127.0.0.1:8080"), "session=ab; HttpOnly; SameSite=Lax; Path=/; Max-Age=43200");
    }

    #[test]
    fn a_plain_cookie_counts_on_this_machine_only() {
        assert!(token(&headers("localhost:8080", "a=b; session=12")).is_some());
        assert!(token(&headers("hub.example", "session=12")).is_none());
        assert_eq!(
            token(&headers("hub.example", "__Host-session=12; x=y")),
            token(&headers("localhost", "session=12"))
        );
    }
}
