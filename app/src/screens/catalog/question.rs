use std::time::Duration;

use leptos::prelude::*;

use super::selection::Filters;

/// A page of rows.
pub(super) const PAGE: usize = 40;
/// What the bar, the search and the families leave of a screen's height to rows, and what a row takes of it at the least;
/// in pixels of the style sheet.
const ABOVE_ROWS: f64 = 160.0;
const LEAST_ROW: f64 = 92.0;
/// The rest of the page follows when the hand rests.
const REST: Duration = Duration::from_millis(120);

/// What the person is looking for. Kept while they go to another page and back. Found in context.
#[derive(Clone, Copy)]
pub(crate) struct Question {
    /// What is typed.
    pub text: RwSignal<String>,
    /// The filters.
    pub filters: RwSignal<Filters>,
    /// How many rows may show.
    pub limit: RwSignal<usize>,
    /// Whether the sheet of filters is open.
    pub filters_open: RwSignal<bool>,
    /// Counts the keys: the page completes itself only if none came since.
    keys: StoredValue<u32>,
}

impl Question {
    /// Nothing asked.
    pub(crate) fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            filters: RwSignal::new(Filters::default()),
            limit: RwSignal::new(PAGE),
            filters_open: RwSignal::new(false),
            keys: StoredValue::new(0),
        }
    }

    /// A key was typed in the search box.
    pub(super) fn type_text(self, text: String) {
        let key = self.keys.get_value().wrapping_add(1);
        self.keys.set_value(key);
        self.limit.set(screenful());
        self.text.set(text);
        set_timeout(
            move || {
                if self.keys.get_value() == key {
                    self.limit.set(PAGE);
                }
            },
            REST,
        );
    }

    /// Changes the filters, from the top of the list.
    pub(super) fn filter(self, change: impl FnOnce(&mut Filters)) {
        self.limit.set(PAGE);
        self.filters.update(change);
    }

    /// Takes all filters away, and the family.
    pub(super) fn clear_filters(self) {
        self.filter(|filters| *filters = Filters::default());
    }

    /// Shows a page more.
    pub(super) fn show_more(self) {
        self.limit.update(|limit| *limit += PAGE);
    }
}

/// The rows that fit this screen: what shows at once at each key.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a height in rows, clamped
fn screenful() -> usize {
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(f64::INFINITY);
    (((height - ABOVE_ROWS) / LEAST_ROW).ceil().clamp(4.0, 14.0)) as usize
}
