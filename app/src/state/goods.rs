//! What becomes of goods once orders are closed, as screens ask for it and say it: the harvest, the quay, the reception. All of
//! it is on the device: nothing here waits for a network.

use domain::{
    cycle::CycleId,
    harvest::{Less, OrderAnswer},
    id::OrderId,
    order::Order,
    quay::{Departure, PageKey},
    reception::Label,
    time::Date,
};
use leptos::prelude::Track;

pub use replica::{
    harvesting::{DayToHarvest, TypedLess},
    quay::{BegunPage, Handled, PageHere, QuayDay},
    receiving::{BegunReception, Received, Unloaded},
};

use super::{AppState, RecordError};

/// The harvest.
impl AppState {
    /// What this device knows of a day of the producer at hand, to harvest for.
    #[must_use]
    pub fn day_to_harvest(self, cycle: CycleId, delivery_on: Date) -> Option<DayToHarvest> {
        self.engine().replica().day_to_harvest(cycle, delivery_on)
    }

    /// Keeps what is being typed of a day. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]: it is on screen alone.
    pub async fn keep_harvest(
        self,
        cycle: CycleId,
        delivery_on: Date,
        less: &[TypedLess],
    ) -> Result<(), RecordError> {
        let engine = self.engine();
        engine.recorded(engine.replica().keep_harvest(cycle, delivery_on, less).await)
    }

    /// Confirms all that is asked for a day but what there is less of.
    ///
    /// # Errors
    /// [`RecordError`]: nothing was recorded.
    pub async fn confirm_harvest(
        self,
        cycle: CycleId,
        delivery_on: Date,
        less: Vec<Less>,
    ) -> Result<(), RecordError> {
        let engine = self.engine();
        engine.record(engine.replica().confirm_harvest(cycle, delivery_on, less)).await
    }

    /// What producers answered about an order of the kitchen at hand, on a day. Read anew with each view.
    #[must_use]
    pub fn harvest_answers(self, order: OrderId, delivery_on: Date) -> Vec<OrderAnswer> {
        self.signals.views.track();
        self.engine().replica().harvest_answers(order, delivery_on)
    }
}

/// The quay of the hub at hand.
impl AppState {
    /// The days on which something passes over it, in order. Read anew with each view.
    #[must_use]
    pub fn quay_days(self) -> Vec<(Date, CycleId)> {
        self.signals.views.track();
        self.engine().replica().quay_days()
    }

    /// What this device knows of one of them. Read anew with each view.
    #[must_use]
    pub fn quay_day(self, delivery_on: Date, cycle: CycleId) -> QuayDay {
        self.signals.views.track();
        self.engine().replica().quay_day(delivery_on, cycle)
    }

    /// The page that was begun on this device and is not recorded yet.
    #[must_use]
    pub fn begun_page(self, key: &PageKey) -> Option<BegunPage> {
        self.engine().replica().begun_page(key)
    }

    /// The name a page was last recorded under on this device, by whoever is signed in.
    #[must_use]
    pub fn last_handler(self) -> Option<Label> {
        self.engine().replica().last_handler()
    }

    /// Keeps a page as far as it was looked at. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]: it is on screen alone.
    pub async fn keep_page(self, key: &PageKey, begun: BegunPage) -> Result<(), RecordError> {
        let engine = self.engine();
        engine.recorded(engine.replica().keep_page(key, begun).await)
    }

    /// Records what passed over the quay.
    ///
    /// # Errors
    /// [`RecordError`]: nothing was recorded.
    pub async fn record_page(self, key: &PageKey, handled: Handled) -> Result<(), RecordError> {
        let engine = self.engine();
        engine.record(engine.replica().record_page(key, handled)).await
    }
}

/// The reception in the kitchen at hand.
impl AppState {
    /// What left the quay for it on a day of a week, as the server told it. Read anew with each view.
    #[must_use]
    pub fn departure(self, cycle: CycleId, delivery_on: Date) -> Option<Departure> {
        self.signals.views.track();
        self.engine().replica().departure(cycle, delivery_on)
    }

    /// What is known of the delivery of an order on a day. Read anew with each view.
    #[must_use]
    pub fn received(self, order: &Order, delivery_on: Date) -> Received {
        self.signals.views.track();
        self.engine().replica().received(order, delivery_on)
    }

    /// The reception that was begun on this device and is not recorded yet.
    #[must_use]
    pub fn begun_reception(self, order: OrderId, delivery_on: Date) -> Option<BegunReception> {
        self.engine().replica().begun_reception(order, delivery_on)
    }

    /// Keeps a reception as far as it was looked at. Resolves once it is durable.
    ///
    /// # Errors
    /// [`RecordError`]: it is on screen alone.
    pub async fn keep_reception(
        self,
        order: OrderId,
        delivery_on: Date,
        begun: BegunReception,
    ) -> Result<(), RecordError> {
        let engine = self.engine();
        engine.recorded(engine.replica().keep_reception(order, delivery_on, begun).await)
    }

    /// Records what came of an order on a day.
    ///
    /// # Errors
    /// [`RecordError`]: nothing was recorded.
    pub async fn record_reception(
        self,
        order: &Order,
        delivery_on: Date,
        unloaded: Unloaded,
    ) -> Result<(), RecordError> {
        let engine = self.engine();
        engine.record(engine.replica().record_reception(order, delivery_on, unloaded)).await
    }
}
