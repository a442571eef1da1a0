//! No other site's page acts in a person's name: a request that changes something comes from our own pages, and says so
//! with a header that no form can send.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::problem::Problem;

/// What a form cannot say.
const OUR_HEADER: &str = "x-sync";
/// Signing in is exempt from the header, not from the rest: its JSON body is what a form cannot send.
const EXEMPT: (&Method, &str) = (&Method::POST, "/api/session");

/// Middleware: refuses changes that another site's page asks for.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_ours(&request) {
        next.run(request).await
    } else {
        Problem::CrossSite.into_response()
    }
}

fn is_ours(request: &Request) -> bool {
    let headers = request.headers();
    let exempt = (request.method(), request.uri().path()) == EXEMPT;
    let says_so = exempt || text(headers, OUR_HEADER) == Some("1");
    let site = text(headers, "sec-fetch-site").is_none_or(|site| site == "same-origin");
    let origin = headers.get(header::ORIGIN).is_none_or(|origin| {
        let asked = host(request);
        let origin = origin.to_str().unwrap_or_default();
        origin.split_once("://").is_some_and(|(_, origin)| asked.is_some_and(|asked| asked == origin))
    });
    says_so && site && origin
}

/// The name the browser called this server by.
pub(crate) fn host(request: &Request) -> Option<&str> {
    let named = request.uri().authority().map(axum::http::uri::Authority::as_str);
    text(request.headers(), header::HOST.as_str()).or(named)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn ours(method: &str, path: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method(method).uri(path).header("host", "hub.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        is_ours(&request.body(Body::empty()).unwrap())
    }

    #[test]
    fn only_our_own_pages_change_anything() {
        let x = ("x-sync", "1");
        assert!(ours("POST", "/sync/v1/push", &[x]));
        assert!(ours("POST", "/sync/v1/push", &[x, ("origin", "https://hub.example")]));
        assert!(ours("POST", "/sync/v1/push", &[x, ("sec-fetch-site", "same-origin")]));
        assert!(!ours("POST", "/sync/v1/push", &[]));
        assert!(!ours("DELETE", "/api/session", &[]));
        for elsewhere in
            ["https://evil.example", "https://hub.example.evil.example", "null", "https://hub.example:8443"]
        {
            assert!(!ours("POST", "/sync/v1/push", &[x, ("origin", elsewhere)]), "{elsewhere}");
        }
        for site in ["cross-site", "same-site", "none"] {
            assert!(!ours("POST", "/api/session", &[x, ("sec-fetch-site", site)]), "{site}");
        }
    }

    #[test]
    fn signing_in_needs_no_header_but_the_right_origin() {
        assert!(ours("POST", "/api/session", &[]));
        assert!(!ours("POST", "/api/session", &[("origin", "https://evil.example")]));
    }
}
