//! What a person does on a page, and what they are told came of it.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
    task::Poll,
};

use domain::{
    draft::DraftLine,
    id::{DraftId, TicketId},
    ticket::Choice,
};
use replica::{
    backoff::Backoff,
    session::PendingChoice,
    view::{Asked, OrderEntry},
};

use crate::{
    oracle::{Said, amendment_on_screen, on_screen, withdrawal_on_screen},
    page::{Page, Told},
};

impl Page {
    /// « Envoyer la commande », at once or some milliseconds after the person looked at the page: what was on screen whenever it could have been recorded is what the person meant.
    pub(crate) async fn send(self: Rc<Self>, look_ms: Option<i64>) {
        if let Some(look_ms) = look_ms {
            self.good_moment();
            self.pause(look_ms).await;
        }
        let mut seen: Vec<Said> = Vec::new();
        let result = {
            let mut sending = pin!(self.replica.submit_draft());
            poll_fn(|context| {
                if let Some(said) = on_screen(&self.replica)
                    && !seen.contains(&said)
                {
                    self.attempted.borrow_mut().push(said.clone());
                    seen.push(said);
                }
                let polled: Poll<_> = sending.as_mut().poll(context);
                polled
            })
            .await
        };
        self.nudge();
        self.told.borrow_mut().push(Told::Sent { seen, result });
    }

    /// « Retirer la commande ».
    pub(crate) async fn withdraw(self: Rc<Self>, draft: DraftId) {
        let said = self.card(draft).and_then(|card| withdrawal_on_screen(&card));
        self.attempted.borrow_mut().extend(said.clone());
        let result = self.replica.withdraw_order(draft).await;
        self.nudge();
        self.told.borrow_mut().push(Told::Changed { said, result });
    }

    /// « Modifier » and, after a while, « Envoyer la modification »: whatever happens meanwhile, the person changes what
    /// they saw when they began.
    pub(crate) async fn amend(self: Rc<Self>, draft: DraftId, wanted: Vec<DraftLine>, thinking_ms: i64) {
        let Some((seen, said)) = self.card(draft).and_then(|card| opened(&card, &wanted)) else { return };
        self.pause(thinking_ms).await;
        self.attempted.borrow_mut().push(said.clone());
        let result = self.replica.amend_order(draft, seen, wanted).await;
        self.nudge();
        self.told.borrow_mut().push(Told::Changed { said: Some(said), result });
    }

    fn card(&self, draft: DraftId) -> Option<OrderEntry> {
        self.replica.view().orders.into_iter().find(|card| card.draft == draft)
    }

    pub(crate) async fn choose(self: Rc<Self>, ticket: TicketId, choice: Choice) {
        self.attempted.borrow_mut().push(Said::Choice { ticket, choice });
        let result = self.replica.settle_ticket(ticket, choice).await;
        self.nudge();
        self.told.borrow_mut().push(Told::Chosen { ticket, choice, result });
    }

    pub(crate) async fn sign_in(self: Rc<Self>, email: String) {
        let result = self.replica.sign_in(email, "secret".into()).await;
        if result.is_ok() {
            let core = Rc::clone(&self.core);
            self.takes_keys(|| core.is_calm() || !core.chance(|chance| chance.once_in(4))).await;
        }
        self.backoff.set(Backoff::default());
        // Rounds said for somebody else do not count for this person.
        self.rounds.set(0);
        self.nudge();
        self.told.borrow_mut().push(Told::SignedIn(result));
    }

    pub(crate) async fn sign_out(self: Rc<Self>, choice: Option<PendingChoice>) {
        let result = self.replica.sign_out(choice).await;
        self.nudge();
        self.told.borrow_mut().push(Told::SignedOut { choice, result });
    }

    /// One cook signs out, and others sign in at once, one after the other.
    pub(crate) async fn hand_over(self: Rc<Self>, emails: Vec<String>) {
        for email in emails {
            Rc::clone(&self).sign_out(Some(PendingChoice::KeepSealed)).await;
            Rc::clone(&self).sign_in(email).await;
        }
    }
}

/// What the editor of an order's quantities holds when it opens, and what is said once `wanted` is sent from it.
fn opened(card: &OrderEntry, wanted: &[DraftLine]) -> Option<(Asked, Said)> {
    let seen = card.asked(card.changeable()?);
    Some((seen, amendment_on_screen(card, wanted)?))
}
