//! A small server that keeps to the protocol: receipts with effects, feeds in commit order, one snapshot. The rules are
//! the real ones.

mod receptions;
mod shared_drafts;

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use domain::{
    command::{Command, Envelope, SubmitOrder, WithdrawOrder, hex},
    draft::SharedDraft,
    enterprise::Role,
    id::{DraftId, OrderId, OutboxId, TicketId},
    offer::Offer,
    order::{Order, OrderNumber, OrderState, totals_of},
    ordered::Map,
    receipt::{Outcome, Reason, Receipt},
    reception::Reception,
    rules::{self, Accepted, SettleDecision, SubmitContext, SubmitDecision, WithdrawDecision},
    ticket::{Settler, Subject, Ticket, TicketState},
    time::Timestamp,
    wire::{
        Action, Catalog, Cursor, HelloAnswer, Me, Op, PullAnswer, PullRequest, PushAnswer, PushDone,
        PushRequest, RowsDigest, Scope, ScopePatch,
    },
};
use replica::ports::{Answer, Method, Request};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::world;

#[derive(Debug, Clone, Default)]
struct Feed {
    head: u64,
    rows: Map<(String, String), Op>,
}

#[derive(Debug, Clone)]
pub struct Server {
    pub now: Timestamp,
    pub me: Option<Me>,
    pub epoch: u64,
    pub busy: bool,
    /// Whether this device pushed too often: it is told to wait, and nothing of it is read.
    pub too_many_pushes: bool,
    pub may_push: bool,
    /// The device is let in no more.
    pub revoked: bool,
    pub shares_drafts: bool,
    /// How often a row of a kitchen is still left out of what is told.
    pub leaves_out: u32,
    /// Whether what it says of sums is wrong.
    pub sums_wrong: bool,
    /// Whether it breaks down on each change of an order, and puts it aside for the hub.
    pub fails_on_changes: bool,
    /// How often a kitchen's rows were told from nothing.
    pub resets: u32,
    pub page: usize,
    pub forbidden: Vec<Scope>,
    pub offers: Map<domain::id::Reference, Offer>,
    pub orders: Map<OrderId, Order>,
    pub tickets: Map<TicketId, Ticket>,
    pub drafts: Map<DraftId, SharedDraft>,
    pub receptions: Map<String, Reception>,
    pub receipts: Map<OutboxId, Vec<(Receipt, String)>>,
    pub submitted: Vec<SubmitOrder>,
    pub snapshots: Map<String, Vec<u8>>,
    snapshot: Option<(String, String, Cursor)>,
    feeds: Map<Scope, Feed>,
}

pub type Shared = Rc<RefCell<Server>>;

pub fn server() -> Shared {
    let mut server = Server {
        now: Timestamp(1_000_000),
        me: Some(world::kitchen(world::SITE)),
        epoch: 7,
        busy: false,
        too_many_pushes: false,
        may_push: true,
        revoked: false,
        shares_drafts: true,
        leaves_out: 0,
        sums_wrong: false,
        fails_on_changes: false,
        resets: 0,
        page: 100,
        forbidden: Vec::new(),
        offers: Map::new(),
        orders: Map::new(),
        tickets: Map::new(),
        drafts: Map::new(),
        receptions: Map::new(),
        receipts: Map::new(),
        submitted: Vec::new(),
        snapshots: Map::new(),
        snapshot: None,
        feeds: Map::new(),
    };
    let scope = cat();
    server.feed(&scope, "hub", "current", Some(&world::hub()));
    server.feed(&scope, "cycle", "current", Some(&world::cycle()));
    server.feed(&scope, "terms", "current", Some(&world::terms()));
    server.feed(&scope, "producer", &world::PRODUCER.to_string(), Some(&world::producer()));
    for number in 1..=5 {
        server.list(world::offer(number, 10_000));
    }
    server.publish();
    Rc::new(RefCell::new(server))
}

pub fn cat() -> Scope {
    Scope::catalog(world::HUB)
}

impl Server {
    fn feed<T: Serialize>(&mut self, scope: &Scope, kind: &str, id: &str, body: Option<&T>) {
        let feed = self.feeds.get_or_default(scope.clone());
        feed.head += 1;
        let body = body.map(|body| serde_json::to_value(body).unwrap());
        let op = Op { seq: feed.head, kind: kind.into(), id: id.into(), body };
        feed.rows.insert((kind.into(), id.into()), op);
    }

    /// Puts an offer in the list.
    pub fn list(&mut self, offer: Offer) {
        self.feed(&cat(), "offer", offer.reference.as_str(), Some(&offer));
        self.offers.insert(offer.reference.clone(), offer);
    }

    /// Takes an offer out of the list.
    pub fn withdraw(&mut self, number: u32) {
        let reference = world::reference(number);
        self.offers.remove(&reference);
        self.feed::<Offer>(&cat(), "offer", reference.as_str(), None);
    }

    /// Puts any row in a feed.
    pub fn put_row<T: Serialize>(&mut self, scope: &Scope, kind: &str, id: &str, body: &T) {
        self.feed(scope, kind, id, Some(body));
    }

    /// Builds the catalogue's snapshot.
    pub fn publish(&mut self) {
        let offers = self.offers.values().cloned().collect();
        let catalog = Catalog::new(world::hub(), world::cycle(), world::terms(), [world::producer()], offers);
        let bytes = catalog.encode().unwrap();
        let sha = hex(&Sha256::digest(&bytes));
        let url = format!("/sync/v1/snap/{}/{sha}", cat());
        let cursor = Cursor { epoch: self.epoch, seq: self.feeds[&cat()].head };
        self.snapshots.insert(url.clone(), bytes);
        self.snapshot = Some((url, sha, cursor));
    }

    /// The store comes back from a backup taken as `before`: another life, another epoch.
    pub fn restore(&mut self, before: &Server) {
        let epoch = self.epoch + 1;
        let (now, submitted) = (self.now, self.submitted.clone());
        *self = Server { epoch, now, submitted, ..before.clone() };
        self.publish();
    }

    pub(super) fn exchange(&mut self, request: &Request) -> Answer {
        self.now = self.now.plus_ms(1);
        let body = request.body.as_deref().unwrap_or("null");
        match (request.method, request.path.as_str()) {
            (Method::Post, "/api/session") if body.contains("\"juste\"") => {
                self.me.get_or_insert_with(|| world::kitchen(world::SITE));
                Answer { status: 204, ..Answer::default() }
            }
            (Method::Post, "/api/session") => problem(401, "BAD_CREDENTIALS"),
            (Method::Delete, "/api/session") => {
                self.me = None;
                Answer { status: 204, ..Answer::default() }
            }
            _ if self.me.is_none() => problem(401, "NOT_SIGNED_IN"),
            _ if self.revoked => problem(403, "DEVICE_REVOKED"),
            _ if self.busy => Answer { retry_after_ms: Some(3_000), ..problem(503, "BUSY") },
            (Method::Post, "/sync/v1/hello") => self.hello(),
            (Method::Post, "/sync/v1/push") if self.too_many_pushes => too_many_pushes(),
            (Method::Post, "/sync/v1/push") if !self.may_push => problem(403, "NO_RIGHT"),
            (Method::Post, "/sync/v1/push") => match serde_json::from_str(body) {
                Ok(push) => self.push(push),
                Err(_) => problem(400, "MALFORMED"),
            },
            (Method::Post, "/sync/v1/pull") => json(200, &self.pull(&serde_json::from_str(body).unwrap())),
            (Method::Get, path) => match self.snapshots.get(path) {
                Some(bytes) => Answer { status: 200, retry_after_ms: None, body: bytes.clone() },
                None => problem(404, "NOT_FOUND"),
            },
            _ => problem(404, "NOT_FOUND"),
        }
    }

    fn hello(&self) -> Answer {
        let me = self.me.clone().unwrap();
        let Role::Kitchen { hub, site } = me.role else { panic!("kitchens only") };
        let scopes = [Scope::catalog(hub), Scope::site(site)];
        let scopes = scopes.into_iter().filter(|scope| !self.forbidden.contains(scope)).collect();
        let (server_time, build) = (self.now, "model".to_owned());
        json(
            200,
            &HelloAnswer {
                server_time,
                build,
                action: Action::Ok,
                me,
                scopes,
                shares_drafts: self.shares_drafts,
            },
        )
    }

    fn push(&mut self, push: PushRequest) -> Answer {
        let mut results = Vec::new();
        for envelope in push.cmds {
            let known = self.receipts.get_or_default(push.outbox);
            let last = known.len() as u64;
            if let Some((receipt, hash)) = known.get(usize::try_from(envelope.m - 1).unwrap()) {
                if *hash != envelope.h {
                    let answer = PushAnswer::HashMismatch { server_time: self.now, m: envelope.m };
                    return json(422, &answer);
                }
                results.push(Receipt { dup: true, ..receipt.clone() });
                continue;
            }
            if envelope.m > last + 1 {
                let answer = PushAnswer::Gap { server_time: self.now, expected: last + 1, results };
                return json(409, &answer);
            }
            if !envelope.is_intact() {
                return problem(400, "MALFORMED");
            }
            let receipt = Receipt {
                m: envelope.m,
                outcome: self.carry_out(push.outbox, &envelope),
                received_at: self.now,
                dup: false,
            };
            self.receipts.get_or_default(push.outbox).push((receipt.clone(), envelope.h));
            results.push(receipt);
        }
        let outbox_last = self.receipts.get(&push.outbox).map_or(0, |known| known.len() as u64);
        json(200, &PushAnswer::Done(PushDone { server_time: self.now, outbox_last, results }))
    }

    fn carry_out(&mut self, outbox: OutboxId, envelope: &Envelope) -> Outcome {
        match envelope.command() {
            Ok(Command::WithdrawOrder(_) | Command::AmendOrder(_)) if self.fails_on_changes => {
                let ticket = TicketId(uuid::Uuid::new_v5(&outbox.0, envelope.h.as_bytes()));
                Outcome::Parked { code: Reason::Failed, ticket, order: None }
            }
            Ok(Command::SubmitOrder(submit)) => self.submit(&submit, &envelope.h),
            Ok(Command::SettleTicket(settle)) => self.settle(settle.ticket, settle.choice, &envelope.h),
            Ok(Command::WithdrawOrder(withdraw)) => self.withdraw_order(&withdraw),
            Ok(Command::RecordReception(said)) => match said.read() {
                Ok(said) => self.record_reception(&said, envelope),
                Err(_) => Outcome::Refused { code: Reason::Malformed },
            },
            Ok(Command::EditDraft(said)) => self.edit_draft(&said, outbox),
            // A kitchen says nothing of a producer's weeks, nor of the quay.
            Ok(Command::PublishAvailability(_) | Command::ConfirmHarvest(_) | Command::RecordQuay(_)) => {
                Outcome::Refused { code: Reason::NoRight }
            }
            Ok(Command::AmendOrder(amend)) => {
                let decision =
                    self.judged(&amend.wanted, &envelope.h, |context| rules::decide_amend(&amend, context));
                self.decided(&amend.wanted, &envelope.h, decision)
            }
            Err(_) => Outcome::Refused { code: Reason::Malformed },
        }
    }

    fn submit(&mut self, submit: &SubmitOrder, salt: &str) -> Outcome {
        self.submitted.push(submit.clone());
        self.draw(submit);
        let decision = self.judged(submit, salt, |context| rules::decide_submit(submit, context));
        self.decided(submit, salt, decision)
    }

    fn withdraw_order(&mut self, withdraw: &WithdrawOrder) -> Outcome {
        let standing = self.orders.get(&withdraw.order);
        let decision = rules::decide_withdraw(withdraw, standing, Some(&world::cycle()), self.now);
        match decision {
            WithdrawDecision::Withdraw => {
                let mut order = self.orders[&withdraw.order].clone();
                order.withdraw(self.now);
                self.put_order(order);
                Outcome::Applied { order: Some(withdraw.order), dup_of: None }
            }
            WithdrawDecision::Already(order) => Outcome::Applied { order: Some(order), dup_of: Some(order) },
            WithdrawDecision::Refuse(code) => Outcome::Refused { code },
            WithdrawDecision::Unknown => Outcome::Refused { code: Reason::UnknownOrder },
        }
    }

    fn decided(&mut self, submit: &SubmitOrder, salt: &str, decision: SubmitDecision) -> Outcome {
        let order = OrderId::of_draft(submit.draft);
        match decision {
            SubmitDecision::Accept(accepted) => {
                let outcome = accepted.outcome(order);
                match self.orders.get(&order).cloned() {
                    Some(mut order) => {
                        order.amend(accepted.lines, self.now);
                        self.put_order(order);
                    }
                    None => self.make_order(submit, accepted),
                }
                outcome
            }
            SubmitDecision::SameAs(order) => Outcome::Applied { order: Some(order), dup_of: Some(order) },
            SubmitDecision::Refuse(code) => Outcome::Refused { code },
            SubmitDecision::Park(code) => {
                let ticket = rules::submission_ticket_id(submit.draft, salt);
                let standing = self.orders.get(&order).filter(|order| !order.is_withdrawn());
                let standing = standing.map(|order| order.id);
                let subject = Subject::Submission { submission: Box::new(submit.clone()), standing };
                self.open_ticket(ticket, code.clone(), subject, submit);
                Outcome::Parked { code, ticket, order: None }
            }
        }
    }

    fn judged<T>(&self, submit: &SubmitOrder, salt: &str, judge: impl FnOnce(&SubmitContext<'_>) -> T) -> T {
        let listed: HashMap<_, _> = self.offers.clone().into_iter().collect();
        let withdrawn = (1..=5)
            .map(|number| world::offer(number, 10_000))
            .filter(|offer| !listed.contains_key(&offer.reference))
            .map(|offer| (offer.reference.clone(), offer))
            .collect();
        judge(&SubmitContext {
            received_at: self.now,
            cycle: Some(&world::cycle()),
            terms: &world::terms(),
            listed: &listed,
            withdrawn: &withdrawn,
            standing: self.orders.get(&OrderId::of_draft(submit.draft)),
            salt,
        })
    }

    fn make_order(&mut self, submit: &SubmitOrder, accepted: Accepted) {
        let sequence = u32::try_from(self.orders.len()).unwrap() + 1;
        let id = OrderId::of_draft(submit.draft);
        let order = Order {
            id,
            draft: submit.draft,
            number: OrderNumber { year: 2026, sequence },
            site: submit.site,
            cycle: submit.cycle,
            received_at: self.now,
            state: OrderState::Accepted,
            totals: totals_of(&accepted.lines),
            header: self.header(submit.draft),
            amendments: Vec::new(),
            lines: accepted.lines,
        };
        for held in accepted.tickets {
            let subject = Subject::Line {
                order: id,
                line: held.line,
                price_seen: held.price_seen,
                price_now: held.price_now,
            };
            self.open_ticket(held.ticket, held.reason, subject, submit);
        }
        self.put_order(order);
    }

    pub fn put_order(&mut self, order: Order) {
        self.feed(&Scope::site(order.site), "order", &order.id.to_string(), Some(&order));
        self.orders.insert(order.id, order);
    }

    fn open_ticket(&mut self, id: TicketId, reason: Reason, subject: Subject, submit: &SubmitOrder) {
        let (site, cycle) = (submit.site, Some(submit.cycle));
        self.put_ticket(Ticket {
            id,
            site,
            cycle,
            reason,
            subject,
            opened_at: self.now,
            state: TicketState::Open,
        });
    }

    pub fn put_ticket(&mut self, ticket: Ticket) {
        self.feed(&Scope::site(ticket.site), "ticket", &ticket.id.to_string(), Some(&ticket));
        self.tickets.insert(ticket.id, ticket);
    }

    fn settle(&mut self, id: TicketId, choice: domain::ticket::Choice, salt: &str) -> Outcome {
        let Some(ticket) = self.tickets.get(&id).cloned() else {
            return Outcome::Refused { code: Reason::UnknownTicket };
        };
        let submission = match &ticket.subject {
            Subject::Submission { submission, .. } => submission.as_ref().clone(),
            _ => self.submitted[0].clone(),
        };
        let decision = self.judged(&submission, salt, |context| {
            rules::decide_settle(&ticket, choice, Settler::Kitchen, Some(&world::cycle()), context)
        });
        let done = Outcome::Applied { order: None, dup_of: None };
        match decision {
            SettleDecision::Refuse(code) => return Outcome::Refused { code },
            SettleDecision::Already => return done,
            SettleDecision::Close => {}
            SettleDecision::NewOrder(accepted) => self.make_order(&submission, accepted),
            SettleDecision::Line { order, line, status } => {
                let mut order = self.orders[&order].clone();
                order.settle_line(&line, id, &status, self.now);
                self.put_order(order);
            }
            SettleDecision::SetLines { order, accepted } => {
                let mut order = self.orders[&order].clone();
                order.amend(accepted.lines, self.now);
                self.put_order(order);
            }
        }
        self.put_ticket(Ticket { state: TicketState::Settled { choice, settled_at: self.now }, ..ticket });
        done
    }

    fn pull(&mut self, pull: &PullRequest) -> PullAnswer {
        let scopes: Map<_, _> =
            pull.cursors.iter().map(|(scope, from)| (scope.clone(), self.told(scope, *from))).collect();
        let small = scopes.iter().filter(|(scope, _)| !scope.is_catalog());
        let rows =
            small.filter_map(|(scope, patch)| Some((scope.clone(), self.sum(scope, patch)?))).collect();
        let known = pull.outbox.and_then(|outbox| self.receipts.get(&outbox));
        let receipts = known.into_iter().flatten().map(|(receipt, _)| receipt);
        PullAnswer {
            server_time: self.now,
            scopes,
            outbox_last: known.map_or(0, |known| known.len() as u64),
            receipts: receipts.filter(|receipt| receipt.m > pull.receipts_after).cloned().collect(),
            rows,
        }
    }

    /// A patch, as it is told: faults and all.
    fn told(&mut self, scope: &Scope, from: Option<Cursor>) -> ScopePatch {
        let mut patch = self.patch(scope, from);
        match &mut patch {
            ScopePatch::Delta { ops, .. }
                if self.leaves_out > 0 && !scope.is_catalog() && !ops.is_empty() =>
            {
                self.leaves_out -= 1;
                ops.remove(0);
            }
            ScopePatch::Reset { .. } if !scope.is_catalog() => self.resets += 1,
            _ => {}
        }
        patch
    }

    fn sum(&self, scope: &Scope, patch: &ScopePatch) -> Option<String> {
        let whole = match patch {
            ScopePatch::Delta { ops, more, .. } => !more && !ops.is_empty(),
            ScopePatch::Reset { more, .. } => !more,
            _ => false,
        };
        let rows = self.feeds.get(scope)?.rows.values().filter(|op| op.body.is_some());
        let sum = RowsDigest::of(rows.map(|op| (op.kind.as_str(), op.id.as_str(), op.seq)));
        whole.then(|| if self.sums_wrong { "wrong".to_owned() } else { sum.to_string() })
    }

    fn patch(&self, scope: &Scope, from: Option<Cursor>) -> ScopePatch {
        if self.forbidden.contains(scope) {
            return ScopePatch::Forbidden;
        }
        let empty = Feed::default();
        let feed = self.feeds.get(scope).unwrap_or(&empty);
        let from = from.filter(|from| from.epoch == self.epoch);
        if let (None, Some((url, sha256, cursor)), true) = (from, &self.snapshot, *scope == cat()) {
            return ScopePatch::Snapshot { url: url.clone(), sha256: sha256.clone(), cursor: *cursor };
        }
        let after = from.map_or(0, |from| from.seq);
        let mut ops: Vec<_> = feed.rows.values().filter(|op| op.seq > after).cloned().collect();
        ops.sort_by_key(|op| op.seq);
        let more = ops.len() > self.page;
        ops.truncate(self.page);
        let seq = if more { ops[ops.len() - 1].seq } else { feed.head };
        let cursor = Cursor { epoch: self.epoch, seq };
        match from {
            Some(_) => ScopePatch::Delta { ops, cursor, more },
            None => {
                ops.retain(|op| op.body.is_some());
                ScopePatch::Reset { ops, cursor, more }
            }
        }
    }
}

fn json(status: u16, body: &impl Serialize) -> Answer {
    Answer { status, retry_after_ms: None, body: serde_json::to_vec(body).unwrap() }
}

/// As the server's `routes/push.rs` says it.
fn too_many_pushes() -> Answer {
    let body = br#"{"later":{"code":"TOO_MANY_PUSHES","server_time":1,"retry_after_ms":7000,"results":[]}}"#;
    Answer { status: 429, retry_after_ms: Some(7_000), body: body.to_vec() }
}

fn problem(status: u16, code: &str) -> Answer {
    json(status, &serde_json::json!({"type": "about:blank", "status": status, "code": code, "title": code}))
}
