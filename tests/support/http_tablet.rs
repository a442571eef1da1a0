//! A tablet over real HTTP: the production replica on storage in memory, before a server in its own process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc)] // only tests stand on this

use std::{cell::RefCell, collections::BTreeSet, rc::Rc, time::Duration};

use domain::{
    draft::{How, Prices as _},
    id::OrderId,
    order::LineKey,
};
use replica::{
    Replica,
    ports::{Answer, Clock, Entropy, Method, Network, Request, Unreachable},
    storage::memory::MemoryStorage,
    view::SendState,
};
use reqwest::{Client, header};
use server::state::{Clock as _, SystemClock};
use uuid::Uuid;

use crate::browser::DEMO_PASSWORD;

/// The cable, and the cookie that came by it.
pub struct Http {
    client: Client,
    address: String,
    cookie: Rc<RefCell<Option<String>>>,
}

impl Network for Http {
    async fn exchange(&self, request: Request) -> Result<Answer, Unreachable> {
        let lost = |error: reqwest::Error| Unreachable(error.to_string());
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Delete => reqwest::Method::DELETE,
        };
        let timeout = Duration::from_millis(request.timeout_ms.into());
        let mut http =
            self.client.request(method, format!("{}{}", self.address, request.path)).timeout(timeout);
        http = http.header("X-Sync", "1").header(header::CONTENT_TYPE, "application/json");
        let cookie = self.cookie.borrow().clone();
        if let Some(cookie) = cookie {
            http = http.header(header::COOKIE, cookie);
        }
        let answer = http.body(request.body.unwrap_or_default()).send().await.map_err(lost)?;
        if let Some(cookie) = answer.headers().get(header::SET_COOKIE) {
            let text = cookie.to_str().expect("cookies are plain text");
            *self.cookie.borrow_mut() = text.split(';').next().map(str::to_owned);
        }
        let seconds =
            answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(lost)?.to_vec();
        Ok(Answer { status, retry_after_ms: seconds.map(|seconds: u64| seconds * 1_000), body })
    }
}

/// This machine's clock.
pub struct Watch;

impl Clock for Watch {
    fn now(&self) -> domain::time::Timestamp {
        SystemClock.now()
    }
}

/// This machine's chance.
pub struct Chance;

impl Entropy for Chance {
    fn bits(&self) -> u128 {
        Uuid::now_v7().as_u128().rotate_left(64) ^ u128::from(std::process::id())
    }
}

/// A tablet with somebody signed in.
pub struct HttpTablet(Replica<MemoryStorage, Http, Watch, Chance>);

impl HttpTablet {
    /// A tablet nobody has used before, with `somebody@demo.example` signed in and everything received.
    pub async fn of(address: &str, somebody: &str) -> Self {
        let network = Http { client: Client::new(), address: address.to_owned(), cookie: Rc::default() };
        let tablet = Self(Replica::new(MemoryStorage::default(), network, Watch, Chance, "a build"));
        tablet.0.open(std::future::ready(None)).await.expect("a device in memory opens");
        tablet.sign_in(somebody).await;
        tablet
    }

    /// `somebody@demo.example` signs in, and receives everything.
    pub async fn sign_in(&self, somebody: &str) {
        let email = format!("{somebody}@demo.example");
        self.0.sign_in(email, DEMO_PASSWORD.to_owned()).await.expect("the account exists");
        self.sync().await;
    }

    /// One round with the server.
    pub async fn sync(&self) {
        self.0.round().await;
    }

    /// Orders one pack of the first offer that is delivered, and syncs until the server's answer is seen.
    pub async fn order_something(&self) {
        let catalog = self.0.catalog().expect("the list came");
        let (key, pack) = catalog
            .offers
            .iter()
            .find_map(|offer| {
                let delivered = |day: &domain::time::Date| offer.delivered_on(day.weekday());
                let delivery_on = catalog.cycle().delivery_dates().find(delivered)?;
                Some((LineKey { offer: offer.reference.clone(), delivery_on }, offer.pack))
            })
            .expect("something is delivered");
        self.0.set_quantity(key, pack.times(1), How::Typed);
        self.0.save_draft().await.expect("the device keeps it");
        self.0.submit_draft().await.expect("the device keeps it");
        for _ in 0..3 {
            self.sync().await;
        }
    }

    /// What the last card says.
    #[must_use]
    pub fn state(&self) -> SendState {
        self.0.view().orders.pop().expect("something was ordered").state
    }

    /// The server's orders this tablet holds.
    #[must_use]
    pub fn orders(&self) -> BTreeSet<OrderId> {
        self.0.with_base(|base| base.orders.keys().copied().collect())
    }
}
