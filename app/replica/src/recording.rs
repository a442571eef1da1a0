//! What a person means, recorded: durable first, on screen as such only then.

use domain::{
    command::{Command, SettleTicket, SubmitOrder, WithdrawOrder},
    draft::{CannotAmend, Draft, DraftLine, amendment, submission},
    enterprise::Role,
    id::{DraftId, OutboxId, TicketId},
    order::{LineKey, Order, changes},
    planted::{Bug, planted},
    quantity::Quantity,
    rules::MAX_LINES,
    ticket::Choice,
};

use crate::{
    drafts,
    local::{Local, Unsaved},
    outbox::{self, Intent},
    ports::{Clock, Entropy, Network, Storage, StorageError, Update},
    replica::{Change, Replica},
    view::{Asked, OrderEntry},
};

/// Why an intent was not recorded. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// No kitchen is signed in.
    #[error("no kitchen is signed in")]
    NotSignedIn,
    /// There is no price list here yet.
    #[error("no price list here yet")]
    NoCatalog,
    /// No line of the draft can be sent.
    #[error("no line can be sent")]
    NothingToSend,
    /// This tablet has no such order, or one that is past changing.
    #[error("no order that can be changed")]
    NotChangeable,
    /// A line of the changed order cannot be sent as it is.
    #[error("some lines are to be corrected")]
    LinesToCorrect,
    /// More lines than one order may hold.
    #[error("more than {limit} lines")]
    TooManyLines {
        /// How many it may hold.
        limit: usize,
    },
    /// The device did not keep it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CannotAmend> for RecordError {
    fn from(cannot: CannotAmend) -> Self {
        match cannot {
            CannotAmend::LinesToCorrect => Self::LinesToCorrect,
            CannotAmend::Empty => Self::NothingToSend,
        }
    }
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// Sets what is wanted of `key`, on screen at once. [`Replica::save_draft`] makes it durable.
    pub fn set_quantity(&self, key: LineKey, quantity: Quantity) {
        {
            let mut local = self.local.borrow_mut();
            let Some(draft) = local.draft() else { return };
            local.unsaved.push(Unsaved { draft, key, quantity });
            local.replay_unsaved();
        }
        self.notify(Change::View);
    }

    /// Whether the device holds every quantity that is on screen.
    #[must_use]
    pub fn draft_is_saved(&self) -> bool {
        self.local.borrow().unsaved.is_empty()
    }

    /// Writes quantities that are only on screen. Called again at will: it takes what is there when its turn comes.
    ///
    /// # Errors
    /// [`StorageError`]: they stay on screen, and the next call tries again.
    pub async fn save_draft(&self) -> Result<(), StorageError> {
        let taken = self.writing.take().await;
        let changes = self.local.borrow().unsaved.clone();
        if changes.is_empty() {
            return Ok(());
        }
        let count = changes.len();
        let step = move |queue: &outbox::Queue| Update { writes: save(queue, &changes), value: () };
        self.update_in_turn(step, count, taken).await
    }

    /// Records the submission of the draft as it is on screen. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn submit_draft(&self) -> Result<DraftId, RecordError> {
        let taken = self.writing.take().await;
        let (shown, submission, sent, changes) = self.about_to_submit()?;
        let intent = self.intent(Command::SubmitOrder(submission.clone()))?;
        let (draft, count) = (submission.draft, changes.len());
        let step = move |queue: &outbox::Queue| {
            // The other tab's lines count as left over: they are not part of what this screen showed.
            let mut stored = queue.clone();
            let saved = save(queue, &changes);
            saved.iter().cloned().for_each(|write| stored.apply_meta(write));
            let mut update = drafts::submit(&stored, &sent, &shown, &submission, &intent);
            update.writes.splice(0..0, saved);
            update
        };
        let written = self.update_in_turn(step, count, taken).await;
        if !planted(Bug::FailureCalledRecorded) {
            written?;
        }
        {
            let mut local = self.local.borrow_mut();
            // What was tapped meanwhile belongs to the draft that is open now.
            if let Some(open) = local.draft() {
                local
                    .unsaved
                    .iter_mut()
                    .for_each(|unsaved| unsaved.draft = Draft { lines: Vec::new(), ..open.clone() });
            }
            local.replay_unsaved();
        }
        self.notify(Change::View);
        Ok(draft)
    }

    #[allow(clippy::type_complexity)]
    fn about_to_submit(
        &self,
    ) -> Result<(Draft, SubmitOrder, std::collections::BTreeSet<DraftId>, Vec<Unsaved>), RecordError> {
        let local = self.local.borrow();
        local.site().ok_or(RecordError::NotSignedIn)?;
        let catalog = local.catalog.as_ref().ok_or(RecordError::NoCatalog)?;
        let shown = local.draft().ok_or(RecordError::NoCatalog)?;
        let submission =
            submission(&shown, catalog.as_ref(), local.catalog_cursor()).ok_or(RecordError::NothingToSend)?;
        let draft = drafts::sent_as(&shown, &local.view.withdrawn_drafts);
        let submission = SubmitOrder { draft, ..submission };
        if submission.lines.len() > MAX_LINES {
            return Err(RecordError::TooManyLines { limit: MAX_LINES });
        }
        Ok((shown, submission, local.view.sent_drafts.clone(), local.unsaved.clone()))
    }

    /// Records a choice on a ticket. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn settle_ticket(&self, ticket: TicketId, choice: Choice) -> Result<(), RecordError> {
        self.record_once(Command::SettleTicket(SettleTicket { ticket, choice })).await
    }

    /// Records that the kitchen wants nothing any more of an order it sent. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn withdraw_order(&self, draft: DraftId) -> Result<(), RecordError> {
        let withdrawal = {
            let local = self.local.borrow();
            let (entry, order) = local.changeable(draft).ok_or(RecordError::NotChangeable)?;
            let seen = entry.asked(order).lines;
            WithdrawOrder { order: order.id, site: order.site, cycle: order.cycle, seen }
        };
        self.record_once(Command::WithdrawOrder(withdrawal)).await
    }

    /// Records that the kitchen wants `lines` of an order it sent, and nothing else, having `seen` it when it began to
    /// change them. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn amend_order(
        &self,
        draft: DraftId,
        seen: Asked,
        lines: Vec<DraftLine>,
    ) -> Result<(), RecordError> {
        let amendment = {
            let local = self.local.borrow();
            let catalog = local.catalog.as_ref().ok_or(RecordError::NoCatalog)?;
            let (_, order) = local.changeable(draft).ok_or(RecordError::NotChangeable)?;
            let wanted = Draft { id: draft, site: order.site, cycle: order.cycle, slot: 0, lines };
            if changes(&seen.lines, &wanted.lines).is_empty() {
                return Err(RecordError::NothingToSend);
            }
            let seen = (seen.revision, seen.lines);
            amendment(order, seen, &wanted, catalog.as_ref(), local.catalog_cursor())?
        };
        if amendment.wanted.lines.len() > MAX_LINES {
            return Err(RecordError::TooManyLines { limit: MAX_LINES });
        }
        self.record_once(Command::AmendOrder(amendment)).await
    }

    async fn record_once(&self, command: Command) -> Result<(), RecordError> {
        let intent = self.intent(command)?;
        self.update(move |queue| {
            // A second tap says nothing new.
            let again = queue
                .pending(intent.site)
                .any(|entry| entry.envelope.command() == Ok(intent.command.clone()));
            let writes = if again { Vec::new() } else { outbox::record(queue, &intent).writes };
            Update { writes, value: () }
        })
        .await?;
        Ok(())
    }

    fn intent(&self, command: Command) -> Result<Intent, RecordError> {
        let me = self.me().ok_or(RecordError::NotSignedIn)?;
        let Role::Kitchen { site, .. } = me.role else { return Err(RecordError::NotSignedIn) };
        let fresh = OutboxId(self.entropy.uuid());
        Ok(Intent { actor: me.user, site, command, now: self.clock.now(), fresh })
    }
}

/// The writes of quantities that are only on screen.
fn save(queue: &outbox::Queue, changes: &[Unsaved]) -> Vec<outbox::Write> {
    let mut stored = queue.clone();
    let mut writes = Vec::new();
    for Unsaved { draft, key, quantity } in changes {
        let update = drafts::set(&stored, draft, &[(key.clone(), *quantity)]);
        update.writes.iter().cloned().for_each(|write| stored.apply_meta(write));
        writes.extend(update.writes);
    }
    writes
}

impl Local {
    /// Where the catalogue stands that the screens are built from.
    fn catalog_cursor(&self) -> Option<String> {
        let at = self.cache.head.scopes.get(&self.catalog_scope()?)?;
        Some(at.cursor.to_string())
    }

    /// The card of `draft` and its order, when that may still be wanted otherwise.
    fn changeable(&self, draft: DraftId) -> Option<(&OrderEntry, &Order)> {
        let entry = self.view.orders.iter().find(|entry| entry.draft == draft)?;
        Some((entry, entry.changeable()?))
    }

    /// Lays what is only on screen over what was just read from the device.
    pub(crate) fn replay_unsaved(&mut self) {
        for write in save(&self.outbox.queue, &self.unsaved) {
            self.outbox.apply(write);
        }
    }
}
