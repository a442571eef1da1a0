//! What a person means, recorded: durable first, on screen as such only then.

use domain::{
    command::{Command, SettleTicket, SubmitOrder, WithdrawOrder},
    cycle::CycleId,
    draft::{CannotAmend, Draft, DraftLine, How, amendment, submission},
    id::{DraftId, EditId, OutboxId, ProducerId, SiteId, TicketId},
    order::{LineKey, Order, changes},
    planted::{Bug, planted},
    quantity::Quantity,
    rules::MAX_LINES,
    ticket::Choice,
};

use crate::{
    amending, availability,
    drafts::{self, Announced, Drafts, Gesture, On, OnLine, Sending, Told},
    local::Local,
    outbox::{self, Intent, Write},
    ports::{Clock, Entropy, Network, Storage, StorageError, Update},
    replica::{Change, Replica, Saved},
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

/// What was begun on this device for a command, and ends when it is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begun {
    /// Nothing: one tap says it all.
    Nothing,
    /// The change of a sent order.
    Change(DraftId),
    /// A producer's week.
    Week(ProducerId, CycleId),
}

impl Begun {
    fn ended(self, queue: &outbox::Queue) -> Vec<Write> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Change(draft) => amending::ended(queue, draft),
            Self::Week(producer, week) => availability::ended(queue, producer, week),
        }
    }
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// Sets what is wanted of `key`, on screen at once. [`Replica::save_draft`] makes it durable; a later round tells the
    /// kitchen's other tablets.
    pub fn set_quantity(&self, key: LineKey, quantity: Quantity, how: How) {
        {
            let mut local = self.local.borrow_mut();
            let Some(draft) = local.draft() else { return };
            let (seen, from) = (local.drafts().shared_quantity(draft.id, &key), draft.quantity(&key));
            let on = On::Line(OnLine { key, how, seen, from, to: quantity, decides: false });
            local.make(Gesture { id: self.next_gesture(), draft, on });
        }
        self.notify(Change::View);
    }

    /// Answers what is announced of a line: `quantity` is wanted of it, having seen all that was said.
    pub fn decide(&self, draft: DraftId, key: LineKey, quantity: Quantity) {
        {
            let mut local = self.local.borrow_mut();
            let announced = local.announced().into_iter();
            let Some(Announced { stands: from, .. }) =
                { announced }.find(|announced| announced.draft == draft && announced.key == key)
            else {
                return;
            };
            let Some((site, cycle)) = local.site_and_week() else { return };
            let draft = Draft { id: draft, site, cycle, slot: 0, lines: Vec::new() };
            let seen = local.drafts().shared_quantity(draft.id, &key);
            let on = On::Line(OnLine { key, how: How::Typed, seen, from, to: quantity, decides: true });
            local.make(Gesture { id: self.next_gesture(), draft, on });
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
        let (told, gestures) = {
            let local = self.local.borrow();
            (local.told(), local.unsaved.clone())
        };
        let Some(told) = told.filter(|_| !gestures.is_empty()) else { return Ok(()) };
        let count = gestures.len();
        let step = move |queue: &outbox::Queue| {
            let writes = drafts::keep(queue, &told, &gestures);
            Update { writes, value: () }
        };
        self.update_in_turn(step, Saved { gestures: count, sent: None }, taken).await
    }

    /// Records the submission of the draft as it is on screen. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn submit_draft(&self) -> Result<DraftId, RecordError> {
        let taken = self.writing.take().await;
        let (sending, told, gestures) = self.about_to_submit()?;
        let intent = self.intent(Command::SubmitOrder(sending.submission.clone()))?;
        let draft = sending.submission.draft;
        let saved = Saved { gestures: gestures.len(), sent: Some([sending.shown.id, draft]) };
        let step = move |queue: &outbox::Queue| {
            // The other tab's lines count as left over: they are not part of what this screen showed.
            let mut stored = queue.clone();
            let saved = drafts::keep(queue, &told, &gestures);
            saved.iter().cloned().for_each(|write| stored.apply_meta(write));
            let intent = |command| Intent { command, ..intent.clone() };
            let mut update = drafts::submit(&stored, &told, &sending, intent);
            update.writes.splice(0..0, saved);
            update
        };
        let written = self.update_in_turn(step, saved, taken).await;
        if !planted(Bug::FailureCalledRecorded) {
            written?;
        }
        self.notify(Change::View);
        Ok(draft)
    }

    fn about_to_submit(&self) -> Result<(Sending, Told, Vec<Gesture>), RecordError> {
        let local = self.local.borrow();
        let told = local.told().ok_or(RecordError::NotSignedIn)?;
        let catalog = local.catalog.as_ref().ok_or(RecordError::NoCatalog)?;
        let shown = local.draft().ok_or(RecordError::NoCatalog)?;
        let submission =
            submission(&shown, catalog.as_ref(), local.catalog_cursor()).ok_or(RecordError::NothingToSend)?;
        let draft = drafts::sent_as(&shown, &local.view.withdrawn_drafts);
        let submission = SubmitOrder { draft, ..submission };
        if submission.lines.len() > MAX_LINES {
            return Err(RecordError::TooManyLines { limit: MAX_LINES });
        }
        let (seen, edit) = (local.view.shared_drafts.clone(), EditId(self.entropy.uuid()));
        Ok((Sending { shown, submission, seen, edit }, told, local.unsaved.clone()))
    }

    /// Has what was changed in drafts here wait in the outbox for the kitchen's other tablets, unless the server keeps no
    /// shared drafts.
    pub(crate) async fn share_drafts(&self) -> Result<(), StorageError> {
        loop {
            let site = self.local.borrow().site_with_unsaid();
            let (Some(site), Some(me)) = (site, self.me()) else { return Ok(()) };
            let (edit, fresh) = (EditId(self.entropy.uuid()), OutboxId(self.entropy.uuid()));
            let (actor, now) = (me.user, self.clock.now());
            // What is only on screen is not said: only what the device holds.
            let step = move |queue: &outbox::Queue| {
                let intent = |command| Intent { actor, place: site.into(), command, now, fresh };
                let draft = drafts::to_share(queue, site);
                let writes = draft.map(|draft| drafts::share(queue, draft, edit, intent)).unwrap_or_default();
                Update { value: !writes.is_empty(), writes }
            };
            if !self.update(step).await? {
                return Ok(());
            }
        }
    }

    /// Records a choice on a ticket. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn settle_ticket(&self, ticket: TicketId, choice: Choice) -> Result<(), RecordError> {
        self.record_once(Command::SettleTicket(SettleTicket { ticket, choice }), Begun::Nothing).await
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
        self.record_once(Command::WithdrawOrder(withdrawal), Begun::Change(draft)).await
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
        self.record_once(Command::AmendOrder(amendment), Begun::Change(draft)).await
    }

    /// Records what is said once: what was begun for it on this device ends with it. A second tap says nothing new, until
    /// the first was answered.
    pub(crate) async fn record_once(&self, command: Command, begun: Begun) -> Result<(), RecordError> {
        self.record_and(command, move |queue| begun.ended(queue)).await
    }

    /// Records a command, unless the very same waits, and what `ends` with it.
    pub(crate) async fn record_and(
        &self,
        command: Command,
        ends: impl Fn(&outbox::Queue) -> Vec<Write> + 'static,
    ) -> Result<(), RecordError> {
        let intent = self.intent(command)?;
        let applied = self.local.borrow().cache.head.applied.clone();
        self.update(move |queue| {
            let waiting = queue.unproved(intent.place, &applied);
            let again = waiting
                .iter()
                .any(|pending| pending.stuck.is_none() && pending.command.as_ref() == Some(&intent.command));
            let mut writes = ends(queue);
            if !again {
                writes.extend(outbox::record(queue, &intent).writes);
            }
            Update { writes, value: () }
        })
        .await?;
        Ok(())
    }

    fn intent(&self, command: Command) -> Result<Intent, RecordError> {
        let me = self.me().ok_or(RecordError::NotSignedIn)?;
        let place = me.role.place().ok_or(RecordError::NotSignedIn)?;
        let fresh = OutboxId(self.entropy.uuid());
        Ok(Intent { actor: me.user, place, command, now: self.clock.now(), fresh })
    }
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

    /// The kitchen, when something was changed in its drafts that its other tablets do not know.
    pub(crate) fn site_with_unsaid(&self) -> Option<SiteId> {
        let changed = |site: &SiteId| drafts::to_share(&self.outbox.queue, *site).is_some();
        self.site().filter(|site| self.shares_drafts && changed(site))
    }

    fn site_and_week(&self) -> Option<(SiteId, CycleId)> {
        Some((self.site()?, self.catalog.as_ref()?.cycle.id))
    }

    /// What is announced in the drafts of the week on screen.
    pub(crate) fn announced(&self) -> Vec<Announced> {
        let week = self.site_and_week();
        week.map(|(site, cycle)| self.drafts().announced(site, cycle)).unwrap_or_default()
    }

    /// Makes a gesture on screen; it is not yet on the device.
    pub(crate) fn make(&mut self, gesture: Gesture) {
        self.lay(std::slice::from_ref(&gesture));
        self.unsaved.push(gesture);
    }

    fn lay(&mut self, gestures: &[Gesture]) {
        let Some(told) = self.told().filter(|_| !gestures.is_empty()) else { return };
        for write in drafts::keep(&self.outbox.queue, &told, gestures) {
            self.outbox.apply(write);
        }
    }

    /// Lays what is only on screen over what was just read from the device.
    pub(crate) fn replay_unsaved(&mut self) {
        let unsaved = std::mem::take(&mut self.unsaved);
        self.lay(&unsaved);
        self.unsaved = unsaved;
    }

    /// Gestures that were just written are not to be written again; those made meanwhile on lines of a draft that was sent
    /// belong to the one that is open now.
    pub(crate) fn gestures_saved(&mut self, saved: &Saved) {
        let first = saved.gestures.min(self.unsaved.len());
        self.unsaved.drain(..first);
        let open = saved
            .sent
            .filter(|_| !self.unsaved.is_empty())
            .and_then(|sent| Some((sent, self.open_after(sent)?)));
        if let Some(([shown, _], open)) = open {
            let of_shown =
                |gesture: &&mut Gesture| gesture.draft.id == shown && matches!(gesture.on, On::Line(_));
            let meanwhile = self.unsaved.iter_mut().filter(of_shown);
            meanwhile.for_each(|gesture| gesture.draft = open.clone());
        }
    }

    /// The draft that is open once these are sent.
    fn open_after(&self, sent: [DraftId; 2]) -> Option<Draft> {
        let mut told = self.told()?;
        told.sent.extend(sent);
        let shared = told.shared(&self.outbox.queue);
        let known = Drafts { queue: &self.outbox.queue, shared: &shared, sent: &told.sent };
        Some(known.open(told.site, self.catalog.as_ref()?.cycle.id))
    }
}
