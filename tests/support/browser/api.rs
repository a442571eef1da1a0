//! The server through its HTTP face, signed in as somebody.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use domain::{
    cycle::CycleId,
    enterprise::Role,
    id::{OrderId, OutboxId},
    ordered::Map,
    producer_sheet::{ProducerSheet, SheetPortion},
    wire::{
        Catalog, Cursor, Me, PullAnswer, PullRequest, Scope, ScopePatch,
        desk::{CloseReport, DemandBoard, SheetSummary, WeekBoard},
    },
};
use reqwest::{Client, Method, RequestBuilder, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use super::DEMO_PASSWORD;

/// What was answered to a request.
#[derive(Debug)]
pub struct Answer {
    /// HTTP's.
    pub status: u16,
    /// As text.
    pub body: String,
}

/// A session over HTTP, without a browser.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    address: String,
    cookie: String,
}

/// What a tablet of a kitchen would hold of its orders, and where in the feed that stands.
#[derive(Debug, Default)]
pub struct SiteView {
    orders: BTreeSet<OrderId>,
    stands_at: Option<Cursor>,
}

impl Api {
    /// Signs in as `somebody@demo.example`.
    pub async fn sign_in(address: &str, somebody: &str) -> Self {
        let mut api = Self::anonymous(address);
        let credentials = json!({ "email": format!("{somebody}@demo.example"), "password": DEMO_PASSWORD });
        let answer =
            api.request(Method::POST, "/api/session").json(&credentials).send().await.expect("it answers");
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{somebody} signs in");
        let cookie = answer.headers().get(header::SET_COOKIE).expect("a session has its cookie");
        let cookie = cookie.to_str().expect("a cookie is plain text");
        api.cookie = cookie.split(';').next().expect("a cookie has a value").to_owned();
        api
    }

    /// Nobody, at another server.
    #[must_use]
    pub fn anonymous(address: &str) -> Self {
        Self { client: Client::new(), address: address.to_owned(), cookie: String::new() }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.address)).header("X-Sync", "1");
        if self.cookie.is_empty() { request } else { request.header(header::COOKIE, &self.cookie) }
    }

    /// Reads what `path` holds.
    ///
    /// # Panics
    /// When the answer is not 200 or not a `T`.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        read(self.request(Method::GET, path), path).await
    }

    /// Posts `body` to `path`.
    ///
    /// # Panics
    /// As [`Api::get`].
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> T {
        read(self.request(Method::POST, path).json(body), path).await
    }

    /// Posts text to `path` and gives whatever was answered; nothing when nothing was.
    pub async fn try_post(&self, path: &str, body: String) -> Option<Answer> {
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, "application/json");
        let answer = request.body(body).send().await.ok()?;
        let status = answer.status().as_u16();
        Some(Answer { status, body: answer.text().await.ok()? })
    }

    /// Posts a file's bytes to `path`.
    ///
    /// # Panics
    /// As [`Api::get`].
    pub async fn upload<T: DeserializeOwned>(&self, path: &str, file: Vec<u8>) -> T {
        read(self.request(Method::POST, path).body(file), path).await
    }

    /// A POST of `body` to `path` as bytes of HTTP/1.1, for a test that holds the line itself.
    #[must_use]
    pub fn raw_post(&self, path: &str, body: &str) -> Vec<u8> {
        let host = self.address.trim_start_matches("http://");
        let cookie = &self.cookie;
        let length = body.len();
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nX-Sync: 1\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }

    /// How far an outbox was applied.
    pub async fn last_applied(&self, outbox: OutboxId) -> u64 {
        self.look(&mut SiteView::default(), Some(outbox)).await
    }

    /// Every order of this kitchen.
    pub async fn orders_of_site(&self) -> BTreeSet<OrderId> {
        let mut view = SiteView::default();
        self.look(&mut view, None).await;
        view.orders
    }

    /// Brings a view of this kitchen up to date, page by page, and says how far an outbox was applied.
    pub async fn look(&self, view: &mut SiteView, outbox: Option<OutboxId>) -> u64 {
        let Role::Kitchen { site, .. } = self.me().await.role else { panic!("this person has no site") };
        loop {
            let cursors = Map::from([(Scope::site(site), view.stands_at)]);
            let request = PullRequest { cursors, outbox, receipts_after: u64::MAX, max_bytes: None };
            let mut answer: PullAnswer = self.post("/sync/v1/pull", &request).await;
            let (ops, cursor, more) = match answer.scopes.remove(&Scope::site(site)) {
                Some(ScopePatch::Delta { ops, cursor, more } | ScopePatch::Reset { ops, cursor, more }) => {
                    (ops, cursor, more)
                }
                other => panic!("a site has changes: {other:?}"),
            };
            let found = ops.into_iter().filter(|op| op.kind == "order" && op.body.is_some());
            view.orders.extend(found.map(|op| OrderId(op.id.parse().expect("an identifier"))));
            view.stands_at = Some(cursor);
            if !more {
                return answer.outbox_last;
            }
        }
    }

    /// How many bytes `path` takes on the cable for a browser that reads `encoding`.
    ///
    /// # Panics
    /// When the answer is not 200.
    pub async fn bytes_on_the_cable(&self, path: &str, encoding: &str) -> usize {
        let asked = self.request(Method::GET, path).header(header::ACCEPT_ENCODING, encoding).send().await;
        let answer = asked.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.bytes().await.unwrap_or_else(|error| panic!("{path}: {error}")).len()
    }

    /// The status of reading `path`, whatever it is.
    pub async fn status(&self, path: &str) -> u16 {
        let answer = self.request(Method::GET, path).send().await;
        answer.unwrap_or_else(|error| panic!("{path}: {error}")).status().as_u16()
    }

    /// Who this is.
    pub async fn me(&self) -> Me {
        self.get("/api/me").await
    }

    /// The hub's board of the week.
    pub async fn week(&self) -> WeekBoard {
        self.get("/api/week").await
    }

    /// The cycle that is open.
    pub async fn cycle(&self) -> CycleId {
        self.week().await.cycle.expect("the demo has a cycle").id
    }

    /// The hub's consolidated demand.
    pub async fn demand(&self) -> DemandBoard {
        self.get(&format!("/api/cycles/{}/demand", self.cycle().await)).await
    }

    /// Waits until the hub counts `expected` orders: what leaves a tablet takes a moment.
    ///
    /// # Panics
    /// After ten seconds, or at once when there are more.
    pub async fn expect_orders(&self, expected: u32) {
        let started = Instant::now();
        loop {
            let orders = self.week().await.orders;
            assert!(orders <= expected, "{orders} orders, {expected} expected");
            if orders == expected {
                return;
            }
            assert!(started.elapsed() < Duration::from_secs(10), "{orders} orders, {expected} expected");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Closes the current cycle, as the hub.
    pub async fn close(&self) -> CloseReport {
        self.post(&format!("/api/cycles/{}/close", self.cycle().await), &json!({})).await
    }

    /// What every producer's sheet of the closed cycle says of `product` for the place named `place`.
    pub async fn portions_of(&self, product: &str, place: &str) -> Vec<SheetPortion> {
        let cycle = self.cycle().await;
        let sheets: Vec<SheetSummary> = self.get(&format!("/api/cycles/{cycle}/sheets")).await;
        let mut portions = Vec::new();
        for summary in sheets {
            let sheet: ProducerSheet =
                self.get(&format!("/api/cycles/{cycle}/sheets/{}", summary.producer)).await;
            let products = sheet.days.into_iter().flat_map(|day| day.products);
            let lines = products.filter(|line| line.name == product).flat_map(|line| line.portions);
            portions.extend(lines.filter(|portion| portion.site_name == place));
        }
        portions
    }

    /// Where a tablet that has nothing yet finds the price list.
    ///
    /// # Panics
    /// When this person has no catalogue.
    pub async fn snapshot_path(&self) -> String {
        let me = self.me().await;
        let (Role::Kitchen { hub, .. } | Role::Producer { hub, .. } | Role::Hub { hub }) = me.role else {
            panic!("{} has no catalogue", me.email)
        };
        let scope = Scope::catalog(hub);
        let cursors = Map::from([(scope.clone(), None)]);
        let request = PullRequest { cursors, outbox: None, receipts_after: 0, max_bytes: None };
        let mut answer: PullAnswer = self.post("/sync/v1/pull", &request).await;
        let Some(ScopePatch::Snapshot { url, .. }) = answer.scopes.remove(&scope) else {
            panic!("a tablet that has nothing starts from a snapshot")
        };
        url
    }

    /// The price list as a tablet that has nothing yet receives it.
    ///
    /// # Panics
    /// As [`Api::snapshot_path`].
    pub async fn catalog(&self) -> Catalog {
        let url = self.snapshot_path().await;
        let snapshot = self.request(Method::GET, &url).send().await.expect("the snapshot comes");
        let bytes = snapshot.bytes().await.expect("the snapshot comes whole");
        Catalog::decode(&bytes).expect("the snapshot is readable")
    }
}

async fn read<T: DeserializeOwned>(request: RequestBuilder, path: &str) -> T {
    let answer = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
    let status = answer.status();
    let body = answer.text().await.unwrap_or_else(|error| panic!("{path}: {error}"));
    assert!(status.is_success(), "{path}: {status} {body}");
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error} in {body}"))
}
