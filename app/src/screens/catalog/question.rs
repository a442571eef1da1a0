use std::time::Duration;

use leptos::prelude::*;

use super::selection::Filters;

/// A page of rows.
pub(super) const PAGE: usize = 40;
/// What the bar, the search and the families take of a screen's height at the least, and what a row takes; in pixels of the
/// style sheet.
const ABOVE_ROWS: f64 = 160.0;
const LEAST_ROW: f64 = 92.0;
/// The rest of the page follows when the hand rests, by so many rows, with a breath between.
const REST: Duration = Duration::from_millis(120);
const FEW: usize = 6;
const BREATH: Duration = Duration::from_millis(20);

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
    /// The rows that fit the screen, once that was seen.
    screenful: StoredValue<Option<usize>>,
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
            screenful: StoredValue::new(None),
        }
    }

    /// A key was typed in the search box.
    pub(super) fn type_text(self, text: String) {
        let key = self.keys.get_value().wrapping_add(1);
        self.keys.set_value(key);
        if self.screenful.get_value().is_none() {
            self.screenful.set_value(Some(screenful()));
        }
        self.limit.set(self.screenful.get_value().unwrap_or(PAGE));
        self.text.set(text);
        set_timeout(
            move || {
                if self.keys.get_value() == key {
                    // Looked at while nothing moves: at a key it would have the page laid out twice.
                    self.screenful.set_value(Some(screenful()));
                    self.complete_page(key);
                }
            },
            REST,
        );
    }

    /// Adds rows a few at a time: a key typed meanwhile waits for a few only, and stops the rest.
    fn complete_page(self, key: u32) {
        let shown = self.limit.get_untracked();
        if shown >= PAGE || self.keys.get_value() != key {
            return;
        }
        self.limit.set((shown + FEW).min(PAGE));
        set_timeout(move || self.complete_page(key), BREATH);
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

/// The rows that fit this screen below where they begin now: what shows at once at each key.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a height in rows, clamped
fn screenful() -> usize {
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(f64::INFINITY);
    let first = document().query_selector(".offer").ok().flatten();
    let above = first.map_or(ABOVE_ROWS, |row| row.get_bounding_client_rect().top().max(ABOVE_ROWS));
    (((height - above) / LEAST_ROW).ceil().clamp(4.0, 14.0)) as usize
}
