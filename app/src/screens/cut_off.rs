//! Before when one orders: beside every heading where something is ordered.

use leptos::prelude::*;

use crate::{
    app::Clock,
    parts::Icon,
    state::AppState,
    wording::{numbers, words},
};

/// The limit of the week at hand, and what else is said beside the heading.
#[component]
pub(crate) fn CutOff(
    /// Below the limit.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let state = expect_context::<AppState>();
    let clock = expect_context::<Clock>();
    let words = words().catalog();
    let said = move || {
        state.catalog().with(|loaded| {
            let cycle = &loaded.as_ref()?.catalog.cycle;
            let moment = numbers::moment(cycle.cut_off_at);
            let is_open = cycle.takes_orders_at(clock.now());
            Some(if is_open { (words.before)(&moment) } else { (words.closed_since)(&moment) })
        })
    };
    view! {
        <div class="heading-notes end">
            <p class="cut-off"><Icon name="clock"/>{said}</p>
            {children.map(|children| children())}
        </div>
    }
}
