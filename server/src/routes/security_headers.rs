//! What every answer says to the browser about trust.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// Nothing from elsewhere, nothing inline; `wasm-unsafe-eval` lets a page compile WebAssembly and nothing else.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

const FIXED: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // `no-referrer` would also blank the Origin of our own forms, which the server checks.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

const ONE_YEAR_OF_HTTPS: &str = "max-age=31536000; includeSubDomains";

/// Middleware: adds the headers to the answer, whatever made it.
pub async fn add(request: Request, next: Next) -> Response {
    let loopback = is_loopback(request.headers());
    let mut response = next.run(request).await;
    for (name, value) in FIXED {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if !loopback {
        let https_only = HeaderValue::from_static(ONE_YEAR_OF_HTTPS);
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, https_only);
    }
    response
}

/// Whether the browser calls this machine by a loopback name, over plain http: a promise of https would lock a developer
/// out of every other local server for a year.
pub(crate) fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name =
        host.rsplit_once(':').map_or(host, |(name, port)| if port.ends_with(']') { host } else { name });
    name == "localhost" || name == "[::1]" || name.starts_with("127.")
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware, routing::get};
    use tower::ServiceExt;

    use super::*;

    async fn headers_for(host: &str) -> HeaderMap {
        let app = Router::new().route("/", get(|| async { "" })).layer(middleware::from_fn(add));
        let request = Request::builder().uri("/").header(header::HOST, host).body(Body::empty()).unwrap();
        app.oneshot(request).await.unwrap().headers().clone()
    }

    #[tokio::test]
    async fn every_answer_carries_the_policy_and_unknown_addresses_too() {
        let app = Router::new().layer(middleware::from_fn(add));
        let request = Request::builder().uri("/nowhere").body(Body::empty()).unwrap();
        let answers = [app.oneshot(request).await.unwrap().headers().clone(), headers_for("a.example").await];
        for headers in answers {
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
            assert!(!policy.contains("'unsafe-inline'"), "{policy}");
            assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }

    #[tokio::test]
    async fn https_is_promised_everywhere_but_on_this_machine() {
        for host in ["127.0.0.1:8080", "localhost", "localhost:80", "[::1]:8080", "[::1]"] {
            assert!(!headers_for(host).await.contains_key(header::STRICT_TRANSPORT_SECURITY), "{host}");
        }
        for host in ["mercuriale.example", "mercuriale.example:8443", "localhost.example"] {
            assert!(headers_for(host).await.contains_key(header::STRICT_TRANSPORT_SECURITY), "{host}");
        }
    }
}
