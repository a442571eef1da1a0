//! A browser without a screen: keeps its cookie and talks to the real router, without a network.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::{Body, BodyDataStream, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{FakeClock, NOW, PASSWORD};
use crate::{config::Options, routes, state::AppState, store::Store};

/// What a browser calls the server: a name, so that passkeys are possible.
const HOST: &str = "localhost:8080";

/// A browser without a screen.
#[derive(Clone)]
pub struct Client {
    router: Router,
    cookies: BTreeMap<String, String>,
    host: &'static str,
    /// The server's clock.
    pub clock: Arc<FakeClock>,
}

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body, read as what it should be.
    ///
    /// # Panics
    /// When it is something else.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{} {error}: {text}", self.status))
    }

    /// The status, and the problem's code when it is one.
    #[must_use]
    pub fn refusal(&self) -> (u16, String) {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        (self.status.as_u16(), body["code"].as_str().unwrap_or_default().to_owned())
    }
}

impl Client {
    /// A new browser in front of a server of this store, whose clock stands at [`NOW`].
    #[must_use]
    pub fn new(store: &Store) -> Self {
        Self::with(store, Options::default())
    }

    /// The same, in front of a server with these settings beside.
    #[must_use]
    pub fn with(store: &Store, options: Options) -> Self {
        let clock = Arc::new(FakeClock::at(NOW));
        let options = Options { clock: clock.clone(), build: "test".into(), ..options };
        let router = routes::router(AppState::new(store.clone(), options));
        Self { router, cookies: BTreeMap::new(), host: HOST, clock }
    }

    /// Another browser in front of the same server.
    #[must_use]
    pub fn another(&self) -> Self {
        Self { cookies: BTreeMap::new(), ..self.clone() }
    }

    /// Another browser, which calls the server so.
    #[must_use]
    pub fn called(&self, host: &'static str) -> Self {
        Self { host, ..self.another() }
    }

    /// Signs in and keeps the cookie. The answer's status.
    ///
    /// # Panics
    /// When the server breaks off.
    pub async fn sign_in(&mut self, email: &str) -> StatusCode {
        let answer = self.post("/api/session", &json!({"email": email, "password": PASSWORD})).await;
        self.keep_cookie(&answer);
        answer.status
    }

    /// Another browser, signed in.
    ///
    /// # Panics
    /// When this address cannot.
    pub async fn signed_in(&self, email: &str) -> Self {
        let mut client = self.another();
        assert_eq!(client.sign_in(email).await, StatusCode::NO_CONTENT, "{email}");
        client
    }

    /// Takes the cookies an answer sets.
    pub fn keep_cookie(&mut self, answer: &Answer) {
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let pair = set.to_str().ok().and_then(|set| set.split(';').next()?.split_once('='));
            if let Some((name, value)) = pair {
                self.set_cookie(name, value);
            }
        }
    }

    /// What one of its cookies carries.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.get(name).cloned()
    }

    /// Has a cookie carry something else; nothing, to be rid of it.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// `GET`.
    ///
    /// # Panics
    /// When the server breaks off.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).expect("a request")).await
    }

    /// `DELETE`.
    ///
    /// # Panics
    /// When the server breaks off.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path).body(Body::empty()).expect("a request")).await
    }

    /// `POST` of a JSON body.
    ///
    /// # Panics
    /// When the server breaks off.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(body).expect("JSON");
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    /// `POST` of a file.
    ///
    /// # Panics
    /// When the server breaks off.
    pub async fn post_bytes(&self, path: &str, body: Vec<u8>) -> Answer {
        self.send(self.request("POST", path).body(Body::from(body)).expect("a request")).await
    }

    /// A request as our own pages make it, without its body.
    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.host)
            .header(header::ORIGIN, format!("http://{}", self.host))
            .header("x-sync", "1");
        if self.cookies.is_empty() {
            return request;
        }
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header(header::COOKIE, pairs.join("; "))
    }

    /// A stream of events, to be read as they come.
    ///
    /// # Panics
    /// When the server breaks off.
    pub async fn listen(&self, path: &str) -> BodyDataStream {
        let request = self.request("GET", path).body(Body::empty()).expect("a request");
        self.router.clone().oneshot(request).await.expect("an answer").into_body().into_data_stream()
    }

    /// Any request.
    ///
    /// # Panics
    /// When the server breaks off.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        // A stream of events has no end to wait for: [`Client::listen`] reads it.
        let endless = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if endless { Body::empty() } else { body };
        let body = to_bytes(body, usize::MAX).await.expect("a body").to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}
