//! A market day in one process: the production server behind its real router on a real store, the production replica on
//! tablets in memory, and a cable between them that can be cut. Only the browser is missing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc)] // only tests stand on this

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request as HttpRequest, header},
};
use domain::{
    draft::How,
    id::Reference,
    order::LineKey,
    time::{Timestamp, Weekday},
};
use replica::{
    Replica,
    ports::{Answer, Clock, Entropy, Method, Network, Request, Unreachable},
    storage::memory::MemoryStorage,
    sync::RoundEnd,
    view::{OrderEntry, SendState},
};
use serde::de::DeserializeOwned;
use server::{
    config::Options,
    jobs,
    routes::router,
    state::AppState,
    testing::{FakeClock, Market, NOW, PASSWORD, TestStore, quantity},
};
use tower::ServiceExt as _;

/// The server of a market day, its clock, and whether the cable to it is whole.
pub struct MarketDay {
    /// The store, to look at what really happened.
    pub store: TestStore,
    /// Who trades there.
    pub market: Market,
    /// The server's clock; tablets read it too, unless a story says otherwise.
    pub clock: Arc<FakeClock>,
    cable: Rc<Cable>,
}

struct Cable {
    router: RefCell<Router>,
    cut: Cell<bool>,
    lose_replies: Cell<u32>,
}

impl MarketDay {
    /// Opens the market in an empty store, on its first morning.
    pub async fn open(store: TestStore) -> Self {
        let market = Market::open(&store).await;
        let clock = Arc::new(FakeClock::at(NOW));
        let options = Options { clock: clock.clone(), build: "a build".to_owned(), ..Options::default() };
        let router = router(AppState::new(store.clone(), options));
        let cable = Cable { router: RefCell::new(router), cut: Cell::new(false), lose_replies: Cell::new(0) };
        Self { store, market, clock, cable: Rc::new(cable) }
    }

    /// The server dies, for everybody.
    pub fn cut_the_cable(&self) {
        self.cable.cut.set(true);
    }

    /// The server is back.
    pub fn mend_the_cable(&self) {
        self.cable.cut.set(false);
    }

    /// The next `count` requests reach the server, their answers reach nobody.
    pub fn lose_replies(&self, count: u32) {
        self.cable.lose_replies.set(count);
    }

    /// What runs by itself, as the server's own tick does it.
    pub async fn let_the_server_work(&self) {
        jobs::once(&self.store, self.now()).await.expect("the server's own work succeeds");
    }

    /// Moves the clock past the cut-off and its grace, and lets the server close the week.
    pub async fn pass_the_cut_off(&self) {
        let cycle = &self.market.cycle;
        self.clock.set(cycle.cut_off_at.plus_ms(cycle.grace_ms + 1));
        self.let_the_server_work().await;
    }

    /// A tablet nobody has used before, with `somebody@market.example` signed in and everything received.
    pub async fn tablet_of(&self, somebody: &str) -> Tablet {
        let tablet = Tablet::on(self, MemoryStorage::default()).await;
        let email = format!("{somebody}@market.example");
        tablet.replica.sign_in(email, PASSWORD.to_owned()).await.expect("the account exists");
        tablet.sync().await;
        tablet
    }

    /// A person at a desk, over the plain HTTP face.
    pub async fn desk_of(&self, somebody: &str) -> Desk {
        let cookie = Rc::default();
        let desk = Desk { network: Socket { cable: Rc::clone(&self.cable), cookie } };
        let body = format!(r#"{{"email":"{somebody}@market.example","password":"{PASSWORD}"}}"#);
        let answer = desk.send(Method::Post, "/api/session", Some(body)).await;
        assert_eq!(answer.status, 204, "{somebody} signs in");
        desk
    }

    fn now(&self) -> Timestamp {
        server::state::Clock::now(&*self.clock)
    }

    /// An offer of the market on one of its days.
    #[must_use]
    pub fn key(&self, reference: &str, day: Weekday) -> LineKey {
        LineKey {
            offer: Reference::parse(reference).expect("a reference"),
            delivery_on: self.market.day(day),
        }
    }
}

/// One device's end of the cable: its cookies.
#[derive(Clone)]
pub struct Socket {
    cable: Rc<Cable>,
    cookie: Rc<RefCell<Option<String>>>,
}

impl Network for Socket {
    async fn exchange(&self, request: Request) -> Result<Answer, Unreachable> {
        if self.cable.cut.get() {
            return Err(Unreachable("the cable is cut".to_owned()));
        }
        let router = self.cable.router.borrow().clone();
        let answer = router.oneshot(self.as_http(request)).await.expect("a router never fails");
        let lost = self.cable.lose_replies.get();
        if lost > 0 {
            self.cable.lose_replies.set(lost - 1);
            return Err(Unreachable("the answer was lost on its way".to_owned()));
        }
        if let Some(cookie) = answer.headers().get(header::SET_COOKIE) {
            let text = cookie.to_str().expect("cookies are plain text");
            *self.cookie.borrow_mut() = text.split(';').next().map(str::to_owned);
        }
        let status = answer.status().as_u16();
        let seconds =
            answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body ends").to_vec();
        Ok(Answer { status, retry_after_ms: seconds.map(|seconds: u64| seconds * 1_000), body })
    }
}

impl Socket {
    fn as_http(&self, request: Request) -> HttpRequest<Body> {
        let method = match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        };
        let mut http =
            HttpRequest::builder().method(method).uri(request.path).header(header::HOST, "127.0.0.1:8080");
        http = http.header("x-sync", "1").header(header::CONTENT_TYPE, "application/json");
        if let Some(cookie) = &*self.cookie.borrow() {
            http = http.header(header::COOKIE, cookie);
        }
        http.body(request.body.map_or_else(Body::empty, Body::from)).expect("a well-formed request")
    }
}

/// A person at a desk.
pub struct Desk {
    network: Socket,
}

impl Desk {
    /// Asks, and reads the answer.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let answer = self.send(Method::Get, path, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Says something, and reads the answer.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: impl serde::Serialize) -> T {
        let body = serde_json::to_string(&body).expect("plain values");
        let answer = self.send(Method::Post, path, Some(body)).await;
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The status alone.
    pub async fn status_of(&self, path: &str) -> u16 {
        self.send(Method::Get, path, None).await.status
    }

    async fn send(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        let request = Request { method, path: path.to_owned(), body, timeout_ms: 5_000 };
        self.network.exchange(request).await.expect("desks have a cable")
    }
}

/// A tablet's clock: the server's, and what it is wrong by.
pub struct WristWatch {
    server: Arc<FakeClock>,
    wrong_by_ms: Rc<Cell<i64>>,
}

impl Clock for WristWatch {
    fn now(&self) -> Timestamp {
        server::state::Clock::now(&*self.server).plus_ms(self.wrong_by_ms.get())
    }
}

/// Chance that differs from tablet to tablet and from draw to draw.
pub struct Dice(Cell<u128>);

impl Entropy for Dice {
    fn bits(&self) -> u128 {
        // An odd multiplier walks through all 2^128 states; the high half of the product is mixed enough for identifiers.
        let next = self.0.get().wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1);
        self.0.set(next);
        next ^ (next >> 64)
    }
}

/// A tablet: the production replica on storage in memory.
pub struct Tablet {
    /// The replica.
    pub replica: Replica<MemoryStorage, Socket, WristWatch, Dice>,
    storage: MemoryStorage,
    socket: Socket,
    wrong_by_ms: Rc<Cell<i64>>,
    clock: Arc<FakeClock>,
}

thread_local! {
    static SEED: Cell<u128> = const { Cell::new(1) };
}

impl Tablet {
    async fn on(day: &MarketDay, storage: MemoryStorage) -> Self {
        let socket = Socket { cable: Rc::clone(&day.cable), cookie: Rc::default() };
        Self::start(storage, socket, Rc::default(), Arc::clone(&day.clock)).await
    }

    async fn start(
        storage: MemoryStorage,
        socket: Socket,
        wrong_by_ms: Rc<Cell<i64>>,
        clock: Arc<FakeClock>,
    ) -> Self {
        let seed = SEED.with(|seed| seed.replace(seed.get() + 2));
        let watch = WristWatch { server: Arc::clone(&clock), wrong_by_ms: Rc::clone(&wrong_by_ms) };
        let replica = Replica::new(storage.clone(), socket.clone(), watch, Dice(Cell::new(seed)), "a build");
        replica.open(std::future::ready(None)).await.expect("a device in memory opens");
        Self { replica, storage, socket, wrong_by_ms, clock }
    }

    /// The application is closed and opened again: all that was only in memory is gone.
    pub async fn close_and_open_again(self) -> Self {
        let Self { replica, storage, socket, wrong_by_ms, clock } = self;
        drop(replica);
        Self::start(storage, socket, wrong_by_ms, clock).await
    }

    /// Sets the device's clock wrong.
    pub fn set_clock_wrong_by(&self, ms: i64) {
        self.wrong_by_ms.set(ms);
    }

    /// One round with the server.
    pub async fn sync(&self) -> RoundEnd {
        self.replica.round().await
    }

    /// Types a quantity.
    pub async fn want(&self, key: LineKey, kilos: &str) {
        self.replica.set_quantity(key, quantity(kilos), How::Typed);
        self.replica.save_draft().await.expect("the device keeps it");
    }

    /// « Envoyer la commande »: returns once the device keeps it.
    pub async fn send_order(&self) {
        self.replica.submit_draft().await.expect("the device keeps it");
    }

    /// « Mes commandes », which holds one card.
    #[must_use]
    pub fn only_order(&self) -> OrderEntry {
        let orders = self.replica.view().orders;
        assert_eq!(orders.len(), 1, "one card: {orders:#?}");
        orders.into_iter().next().expect("counted above")
    }

    /// What the only card says.
    #[must_use]
    pub fn state(&self) -> SendState {
        self.only_order().state
    }
}
