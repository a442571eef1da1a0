//! The answer being typed, kept on the device at each gesture: a telephone that goes out between two rows loses none of it.

use domain::{
    cycle::CycleId,
    harvest::Less,
    offer::Offer,
    producer_sheet::{SheetDay, SheetProduct},
    quantity::Quantity,
    time::Date,
};
use leptos::{prelude::*, task::spawn_local};

use crate::state::{AppState, RecordError, TypedLess};

/// A product that is asked, and what is typed of it; `None`: all of it.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) product: SheetProduct,
    /// What is asked, all kitchens together.
    pub(super) granted: Quantity,
    pub(super) typed: RwSignal<Option<TypedLess>>,
}

impl Row {
    /// What there is less of, as it is typed.
    pub(super) fn less(&self) -> Option<TypedLess> {
        self.typed.get().filter(|typed| typed.confirmed < self.granted)
    }
}

/// A product of which there is less, and nobody says why.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unexplained(pub(super) String);

/// The answer being typed.
#[derive(Clone, Copy)]
pub(super) struct Answering {
    state: AppState,
    cycle: CycleId,
    day: Date,
    rows: StoredValue<Vec<Row>>,
    /// Whether the device holds what is on screen, and nobody else does.
    kept: RwSignal<bool>,
}

impl Answering {
    /// Opens a day: as it was left, else as it was answered, else all of it.
    pub(super) fn open(state: AppState, cycle: CycleId, day: &SheetDay) -> Self {
        let known = state.day_to_harvest(cycle, day.delivery_on);
        let shown = known.as_ref().map(|known| known.shown()).unwrap_or_default();
        let rows = day.asked().map(|product| {
            let typed = shown.iter().find(|typed| typed.reference == product.reference).cloned();
            Row { product: product.clone(), granted: product.granted(), typed: RwSignal::new(typed) }
        });
        let is_typed = known.is_some_and(|known| known.typed.is_some());
        let (rows, kept) = (StoredValue::new(rows.collect()), RwSignal::new(is_typed));
        Self { state, cycle, day: day.delivery_on, rows, kept }
    }

    pub(super) fn rows(self) -> Vec<Row> {
        self.rows.get_value()
    }

    /// What could be brought instead of a product: other offers of its producer, counted in the same unit, while this
    /// device holds the list of that week.
    pub(super) fn others(self, row: &Row) -> Vec<Offer> {
        self.state.catalog().with_untracked(|loaded| {
            let list = loaded.iter().map(|loaded| &loaded.catalog).filter(|list| list.cycle.id == self.cycle);
            let own = list.flat_map(|list| {
                let of = list.offers.iter().find(|offer| offer.reference == row.product.reference);
                let producer = of.map(|offer| offer.producer);
                list.offers.iter().filter(move |offer| Some(offer.producer) == producer)
            });
            let others = own
                .filter(|offer| offer.reference != row.product.reference && offer.unit == row.product.unit);
            others.cloned().collect()
        })
    }

    fn typed(self) -> Vec<TypedLess> {
        self.rows().iter().filter_map(Row::less).collect()
    }

    /// How many products there is less of.
    pub(super) fn count(self) -> usize {
        self.typed().len()
    }

    /// What there is less of, as it will be said.
    ///
    /// # Errors
    /// [`Unexplained`]: the first product nobody says why of.
    pub(super) fn less(self) -> Result<Vec<Less>, Unexplained> {
        let rows = self.rows();
        let said = rows.iter().filter_map(|row| {
            let typed = row.less()?;
            Some(typed.less().ok_or_else(|| Unexplained(row.product.name.clone())))
        });
        let mut less: Vec<Less> = said.collect::<Result<_, _>>()?;
        domain::sorting::sort_by(&mut less, |one, other| one.reference.cmp(&other.reference));
        Ok(less)
    }

    pub(super) fn kept(self) -> bool {
        self.kept.get()
    }

    /// Changes one product.
    pub(super) fn set(self, row: &Row, typed: Option<TypedLess>) {
        row.typed.set(typed);
        self.keep();
    }

    /// What was answered elsewhere comes on screen: the device holds it already.
    pub(super) fn show(self, shown: &[TypedLess]) {
        for row in self.rows() {
            let typed = shown.iter().find(|typed| typed.reference == row.product.reference).cloned();
            if row.typed.with_untracked(|before| *before != typed) {
                row.typed.set(typed);
            }
        }
    }

    /// What was answered before; all of the rest.
    pub(super) fn fill(self, said: &[Less]) {
        self.show(&said.iter().map(TypedLess::again).collect::<Vec<_>>());
        self.keep();
    }

    /// What stands, said again: it answers what was refused here.
    pub(super) fn fill_and_confirm(self, said: &[Less]) {
        self.fill(said);
        let said = said.to_vec();
        // A device that does not keep it says so itself.
        spawn_local(async move { _ = self.confirm(said).await });
    }

    /// Records the answer.
    ///
    /// # Errors
    /// [`RecordError`]: nothing was recorded.
    pub(super) async fn confirm(self, less: Vec<Less>) -> Result<(), RecordError> {
        self.state.confirm_harvest(self.cycle, self.day, less).await
    }

    fn keep(self) {
        self.kept.set(false);
        let typed = untrack(|| self.typed());
        spawn_local(async move {
            let kept = self.state.keep_harvest(self.cycle, self.day, &typed).await.is_ok();
            // Only what is on screen still: the thumb may have gone on.
            if kept && self.rows.try_get_value().is_some() && untrack(|| self.typed()) == typed {
                self.kept.set(true);
            }
        });
    }
}
