//! I14: what a tablet's clock says decides nothing. The same people do the same things twice, once with clocks that are
//! right and once with clocks that jump by years and stop; the server must come to hold the same.
//!
//! People have a chance of their own, so that a tablet which asks once more because of its clock changes nothing of what
//! they do. They take turns, and what is begun in a turn ends in it: who comes first is never a matter of milliseconds,
//! which would be the server's clock to decide.

use domain::{
    order::{LineStatus, Order, OrderLine, OrderState},
    receipt::Outcome,
    ticket::{Subject, Ticket, TicketState},
    time::Timestamp,
};

use crate::{
    backend::Backend, chance::Chance, core::PageId, director::MINUTE, oracle::Said, violation::Violation,
    world::World,
};

/// A turn outlasts the longest hesitation of a person and everything a tablet does about it.
const TURN_MS: i64 = 8 * MINUTE;
const TURNS: i64 = 50;

/// What a run with wrong clocks came to otherwise than the same with right ones, if anything.
pub(crate) fn difference(right: &[String], wrong: &[String]) -> Option<Violation> {
    let only = |here: &[String], there: &[String]| -> Vec<String> {
        here.iter().filter(|line| !there.contains(line)).cloned().collect()
    };
    let (lost, new) = (only(right, wrong).join("\n"), only(wrong, right).join("\n"));
    if lost.is_empty() && new.is_empty() {
        return None;
    }
    Some(Violation::of("I14", format!("only with right clocks: {lost}\nonly with wrong clocks: {new}")))
}

impl<B: Backend> World<B> {
    /// Lets people take their turns. What the server holds in the end, but for the instants it says itself.
    pub(crate) fn take_turns(&mut self, seed: u64, wrong_clocks: bool) -> (u64, Vec<String>) {
        let mut people = Chance::of(seed ^ 0x00c1_0c00);
        let mut steps = self.rest();
        self.takes_turns = true;
        self.core.set_calm(true);
        let first = self.core.now() / TURN_MS + 1;
        for turn in first..first + TURNS {
            steps += self.pass_until(turn * TURN_MS);
            self.core.swap_chance(&mut people);
            self.turn(wrong_clocks);
            self.core.swap_chance(&mut people);
        }
        steps += self.pass_until((first + TURNS) * TURN_MS);
        steps += self.rest();
        (steps, self.held())
    }

    fn pass_until(&mut self, at: i64) -> u64 {
        let steps = self.run_for(at - self.core.now(), |_| false);
        self.core.pass_until(at);
        steps
    }

    fn turn(&mut self, wrong_clocks: bool) {
        let now = self.core.now();
        self.upset_a_clock(wrong_clocks);
        if let Err(error) = self.desk.jobs(Timestamp(now)) {
            self.broken(Violation::of("jobs", format!("what runs by itself failed: {error}")));
        }
        let soon = now..now + TURN_MS;
        let comes_back = |n: usize| soon.contains(&self.profiles[n].browser.offline_until.get());
        let comes_back = (0..self.profiles.len()).any(comes_back);
        let closes = soon.contains(&(self.market.cycle.cut_off_at.0 + self.market.cycle.grace_ms));
        self.cut_a_line();
        // Whoever has a network again says first what waited; nobody races the cut-off.
        if let Some(page) = self.any_page().filter(|_| !comes_back && !closes) {
            self.one_act(page);
        }
    }

    fn one_act(&mut self, page: PageId) {
        match self.core.chance(|chance| chance.below(16)) {
            0..2 => self.types(page),
            2..6 => {
                self.types(page);
                if let Some(tab) = self.tab(page) {
                    let shown = tab.page.clone();
                    self.begin(page, shown.send(None));
                }
            }
            6..8 => self.chooses(page),
            8..11 => self.changes_mind(page),
            11 => {
                self.kill(page.profile, page.place);
                self.open(page.profile, page.place);
            }
            12..14 => self.hub_changes_its_list(),
            _ => self.hub_settles(),
        }
    }

    /// One tablet at a time has no network, for a few turns.
    fn cut_a_line(&mut self) {
        let now = self.core.now();
        let profile = self.any_profile();
        let turns = self.core.chance(|chance| chance.once_in(5).then(|| chance.between(1, 5)));
        let all_on = self.profiles.iter().all(|profile| profile.browser.offline_until.get() < now);
        if let (Some(turns), true) = (turns, all_on) {
            self.profiles[profile].browser.offline_until.set(now + turns * TURN_MS + MINUTE);
        }
    }

    fn upset_a_clock(&mut self, wrong_clocks: bool) {
        let (profile, skew, stops) = (self.any_profile(), self.any_skew(), self.any_profile());
        if wrong_clocks {
            self.profiles[profile].clock.skew_ms.set(skew);
            self.stop_clock(stops);
        }
    }

    /// What was decided, without what only the server's clock or a command's hash says.
    fn held(&self) -> Vec<String> {
        let mut held: Vec<_> = self.desk.store.orders().iter().map(order).collect();
        held.extend(self.desk.store.tickets().iter().map(ticket));
        held.extend(self.answers().into_iter().flat_map(|(said, receipts)| {
            receipts.into_iter().filter_map(move |receipt| answer(&said, &receipt.outcome))
        }));
        held.sort();
        held
    }
}

fn order(order: &Order) -> String {
    let state = match order.state {
        OrderState::Accepted => "accepted",
        OrderState::Consolidated => "consolidated",
        OrderState::Withdrawn { .. } => "withdrawn",
    };
    let changed = order.amendments.last().map_or(0, |last| last.revision);
    let lines: Vec<_> = order.lines.iter().map(line).collect();
    let Order { site, cycle, draft, number, totals, .. } = order;
    format!("{site} {cycle} {draft} {number} {state}, changed {changed} times, {totals:?}: {lines:?}")
}

fn line(of: &OrderLine) -> String {
    let proposed =
        of.proposed.as_ref().map(|proposal| format!("{:?} {}", proposal.reason, line(&proposal.line)));
    let status = match &of.status {
        LineStatus::Accepted => "counts".to_owned(),
        LineStatus::Held { reason, .. } => format!("waits {reason:?}"),
        LineStatus::Dropped { reason } => format!("is out {reason:?}"),
    };
    let OrderLine { key, ordered, confirmed, unit_price, net_price, vat, amount, .. } = of;
    format!(
        "{key} {ordered} {confirmed:?} at {unit_price} {net_price} {vat:?} = {amount} {status} {proposed:?}"
    )
}

fn ticket(ticket: &Ticket) -> String {
    let state = match &ticket.state {
        TicketState::Open => "open".to_owned(),
        TicketState::Settled { choice, .. } => format!("{choice:?}"),
        TicketState::Expired { .. } => "expired".to_owned(),
        TicketState::Closed { reason, .. } => format!("closed {reason:?}"),
    };
    let subject = match ticket.subject.clone() {
        Subject::Command { kind, .. } => kind,
        Subject::Submission { mut submission, standing } => {
            // What its tablets had been told of the draft before is a matter of when each asked.
            submission.drawn = None;
            format!("{submission:?} beside {standing:?}")
        }
        subject @ Subject::Line { .. } => format!("{subject:?}"),
    };
    format!("{} {:?} {:?} {state}: {subject}", ticket.site, ticket.cycle, ticket.reason)
}

fn answer(said: &Said, outcome: &Outcome) -> Option<String> {
    let came = match outcome {
        Outcome::Applied { dup_of, .. } => format!("applied, again: {}", dup_of.is_some()),
        Outcome::Adjusted { code, .. } => format!("adjusted {code:?}"),
        Outcome::Parked { code, order, .. } => format!("put aside {code:?} {order:?}"),
        Outcome::Refused { code } => format!("refused {code:?}"),
    };
    // Tickets are named after the hash of a command, which holds its clock's reading.
    (!matches!(said, Said::Choice { .. })).then(|| format!("{said:?}: {came}"))
}
