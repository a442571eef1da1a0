//! Many devices at once, over HTTP: they seal orders and push them as the application does, and remember which ones the
//! server acknowledged. No replica and no browser, so that hundreds fit beside the server they load.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc)] // only tests stand on this

use std::{collections::BTreeSet, time::Duration};

use domain::{
    command::{Command, Envelope, SubmitOrder},
    draft::{Draft, Prices as _, submission},
    enterprise::Role,
    id::{DraftId, OrderId, OutboxId, SiteId, UserId},
    offer::Offer,
    order::LineKey,
    receipt::Outcome,
    time::Hlc,
    wire::{Catalog, Me, PROTO, PushAnswer, PushRequest, SCHEMA},
};
use uuid::Uuid;

use crate::browser::{Answer, Api};

/// What kitchens can order of a price list: each offer with a day it is delivered on.
#[derive(Debug)]
pub struct Shelf {
    catalog: Catalog,
    keys: Vec<LineKey>,
}

impl Shelf {
    /// Everything of this list that a kitchen can order.
    #[must_use]
    pub fn of(catalog: Catalog) -> Self {
        let keys = catalog.offers.iter().filter_map(|offer| key_of(&catalog, offer)).collect();
        Self { catalog, keys }
    }

    /// The `n`th order of a site, with `lines` lines, each of one pack; orders that follow one another share most offers,
    /// as those of kitchens do.
    fn order(&self, site: SiteId, n: u128, lines: usize) -> SubmitOrder {
        let mut draft = Draft::empty(site, self.catalog.cycle.id, 0);
        // An order beside the usual one has a draft of its own.
        draft.id = DraftId(Uuid::from_u128(site.0.as_u128().rotate_left(17) ^ n));
        let first = usize::try_from(n % 600).expect("a small number") * 3;
        for key in self.keys.iter().cycle().skip(first).take(lines) {
            let offer = self.catalog.offer(&key.offer).expect("it is on the list");
            draft.set(key.clone(), offer.pack.times(1));
        }
        submission(&draft, &self.catalog, None).expect("everything on it can be sent")
    }
}

fn key_of(catalog: &Catalog, offer: &Offer) -> Option<LineKey> {
    let delivery_on = catalog.cycle.delivery_dates().find(|day| offer.delivered_on(day.weekday()))?;
    Some(LineKey { offer: offer.reference.clone(), delivery_on })
}

/// One device: its outbox, what of it the server acknowledged, and the push nobody knows the end of.
#[derive(Debug)]
pub struct Device {
    outbox: OutboxId,
    user: UserId,
    site: SiteId,
    last: u64,
    acknowledged: u64,
    in_flight: Option<String>,
    orders: BTreeSet<OrderId>,
}

impl Device {
    /// The `n`th device of a kitchen.
    #[must_use]
    pub fn new(me: &Me, n: u64) -> Self {
        let Role::Kitchen { site, .. } = me.role else { panic!("{} orders nothing", me.email) };
        Self {
            outbox: OutboxId(Uuid::from_u64_pair(0x666c_6565_7400_0000 | n, site.0.as_u64_pair().1)),
            user: me.user,
            site,
            last: 0,
            acknowledged: 0,
            in_flight: None,
            orders: BTreeSet::new(),
        }
    }

    /// Its outbox.
    #[must_use]
    pub fn outbox(&self) -> OutboxId {
        self.outbox
    }

    /// How many of its commands the server said it has.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Whether it pushed something and nobody knows how that ended.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.in_flight.is_some()
    }

    /// Every order it ever sealed.
    #[must_use]
    pub fn orders(&self) -> &BTreeSet<OrderId> {
        &self.orders
    }

    /// The next order, sealed: the push that carries it.
    pub fn seal(&mut self, shelf: &Shelf, lines: usize) -> String {
        self.last += 1;
        let order = shelf.order(self.site, self.outbox.0.as_u128().wrapping_add(self.last.into()), lines);
        self.orders.insert(OrderId::of_draft(order.draft));
        let hlc = Hlc { at_ms: 1, counter: 0, node: self.last };
        let command = Envelope::seal(self.last, hlc, self.user, self.site, &Command::SubmitOrder(order));
        let request = PushRequest {
            proto: PROTO,
            schema: SCHEMA,
            build: "fleet".to_owned(),
            device: None,
            outbox: self.outbox,
            cmds: vec![command],
        };
        serde_json::to_string(&request).expect("plain values")
    }

    /// Pushes what is in doubt, else a new order.
    pub async fn push(&mut self, api: &Api, shelf: &Shelf, lines: usize) -> Pushed {
        let body = match self.in_flight.take() {
            Some(body) => body,
            None => self.seal(shelf, lines),
        };
        let end = push(api, body.clone()).await;
        match end {
            Pushed::Acknowledged => self.acknowledged = self.last,
            Pushed::Later | Pushed::Unknown => self.in_flight = Some(body),
        }
        end
    }

    /// Pushes order after order until nobody answers.
    pub async fn push_until_silence(&mut self, api: &Api, shelf: &Shelf, lines: usize) {
        while !matches!(self.push(api, shelf, lines).await, Pushed::Unknown) {}
    }

    /// Pushes what is in doubt until it is acknowledged.
    pub async fn settle(&mut self, api: &Api, shelf: &Shelf) {
        while self.is_in_doubt() {
            self.push(api, shelf, 1).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// How a push ended for who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// The server said it is stored.
    Acknowledged,
    /// The server asked to come back.
    Later,
    /// No answer: nobody knows.
    Unknown,
}

async fn push(api: &Api, body: String) -> Pushed {
    match api.try_post("/sync/v1/push", body).await {
        Some(Answer { status: 200, body }) => {
            let answer: PushAnswer = serde_json::from_str(&body).expect("the server's own words");
            let PushAnswer::Done(done) = answer else { panic!("200 says done: {answer:?}") };
            let outcomes: Vec<_> = done.results.into_iter().map(|receipt| receipt.outcome).collect();
            assert!(matches!(outcomes[..], [Outcome::Applied { order: Some(_), .. }]), "{outcomes:?}");
            Pushed::Acknowledged
        }
        Some(Answer { status: 429 | 503, .. }) => Pushed::Later,
        Some(Answer { status, body }) => panic!("{status} {body}"),
        None => Pushed::Unknown,
    }
}

/// How often, unless the environment says otherwise.
#[must_use]
pub fn count_from(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().expect("a count"))
}

/// Numbers that look like chance and are the same each time.
#[derive(Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 33) % limit
    }
}
