//! The week being typed, kept on the device at each gesture: a telephone that goes out in a field loses none of it.

use domain::{
    availability::AvailableProduct, catalog::Weekdays, cycle::CycleId, id::ProducerId, offer::Offer,
    quantity::Quantity,
};
use leptos::{prelude::*, task::spawn_local};

use crate::state::{AppState, RecordError};

/// A product of the last list, and what is typed of it; none of it: it will not be there.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) offer: Offer,
    pub(super) product: RwSignal<AvailableProduct>,
}

/// The week being typed.
#[derive(Clone, Copy)]
pub(super) struct TypedWeek {
    state: AppState,
    week: CycleId,
    rows: StoredValue<Vec<Row>>,
    /// Whether the device holds what is on screen, and nobody else does.
    kept: RwSignal<bool>,
}

impl TypedWeek {
    /// Opens a week: as it was left, else as it was said, else empty.
    pub(super) fn open(state: AppState, week: CycleId, producer: ProducerId) -> Self {
        let known = state.coming_week(week);
        let said = known.as_ref().and_then(|known| known.said()).unwrap_or_default();
        let offers: Vec<Offer> = state.catalog().with_untracked(|loaded| {
            let offers = loaded.iter().flat_map(|loaded| &loaded.catalog.offers);
            offers.filter(|offer| offer.producer == producer).cloned().collect()
        });
        let rows = offers.into_iter().map(|offer| {
            let product = RwSignal::new(typed(&offer, said));
            Row { offer, product }
        });
        let is_typed = known.as_ref().is_some_and(|known| known.typed.is_some());
        Self { state, week, rows: StoredValue::new(rows.collect()), kept: RwSignal::new(is_typed) }
    }

    pub(super) fn rows(self) -> Vec<Row> {
        self.rows.get_value()
    }

    /// All there will be, as it is typed.
    fn products(self) -> Vec<AvailableProduct> {
        let typed = self.rows().into_iter().map(|row| row.product.get());
        typed.filter(|product| !product.available.is_zero()).collect()
    }

    /// How many products there will be.
    pub(super) fn count(self) -> usize {
        self.products().len()
    }

    /// Whether a product there will be has no day left.
    pub(super) fn has_no_day(self) -> bool {
        self.products().iter().any(|product| product.delivery_days == Weekdays::default())
    }

    pub(super) fn kept(self) -> bool {
        self.kept.get()
    }

    /// Changes one product.
    pub(super) fn set(self, row: &Row, product: AvailableProduct) {
        row.product.set(product);
        self.keep();
    }

    /// Everything as the last list had it.
    pub(super) fn as_last_week(self) {
        for row in self.rows() {
            row.product.set(AvailableProduct::as_before(&row.offer));
        }
        self.keep();
    }

    /// What somebody said before; all the rest will not be there.
    pub(super) fn fill(self, said: &[AvailableProduct]) {
        for row in self.rows() {
            row.product.set(typed(&row.offer, said));
        }
        self.keep();
    }

    /// What stands, said again: it answers what was refused here.
    pub(super) fn fill_and_publish(self, said: &[AvailableProduct]) {
        self.fill(said);
        let said = said.to_vec();
        // A device that does not keep it says so itself.
        spawn_local(async move { _ = self.state.publish_week(self.week, said).await });
    }

    /// Records the week, or that there is nothing.
    ///
    /// # Errors
    /// [`RecordError`]: nothing was recorded.
    pub(super) async fn publish(self, nothing: bool) -> Result<(), RecordError> {
        let products = if nothing { Vec::new() } else { untrack(|| self.products()) };
        self.state.publish_week(self.week, products).await
    }

    fn keep(self) {
        self.kept.set(false);
        let products = untrack(|| self.products());
        spawn_local(async move {
            let kept = self.state.keep_week(self.week, &products).await.is_ok();
            // Only what is on screen still: the thumb may have gone on.
            if kept && self.rows.try_get_value().is_some() && untrack(|| self.products()) == products {
                self.kept.set(true);
            }
        });
    }
}

/// What is typed of an offer once `said` was said of the week.
fn typed(offer: &Offer, said: &[AvailableProduct]) -> AvailableProduct {
    let product = said.iter().find(|product| product.reference == offer.reference);
    product.cloned().unwrap_or_else(|| AvailableProduct {
        available: Quantity::ZERO,
        ..AvailableProduct::as_before(offer)
    })
}
