use leptos::prelude::*;

use crate::{
    app::Route,
    parts::Progress,
    screens::draft::{DraftBoard, DraftSaved, MinimumNote, minimum_note},
    wording::{numbers, words},
};

/// The order so far, beside the list.
#[component]
pub(super) fn CatalogSlip() -> impl IntoView {
    let board = expect_context::<DraftBoard>();
    let all_words = words();
    let words = all_words.catalog();
    let total = move || numbers::money(board.view().map(|view| view.totals.net).unwrap_or_default());
    let facts = move || {
        let view = board.view().filter(|view| !view.groups.is_empty())?;
        let lines = view.groups.iter().map(|group| group.lines.len()).sum();
        let lines =
            (words.lines_from)(lines, view.groups.iter().filter(|group| group.producer.is_some()).count());
        let days = view.days.iter().map(|day| numbers::long_day(*day)).collect::<Vec<_>>().join(", ");
        Some(view! {
            <dl class="facts">
                <dt>{words.delivery}</dt><dd>{days}</dd>
                <dt>{words.lines}</dt><dd>{lines}</dd>
            </dl>
        })
    };
    let minimums = move || {
        let view = board.view()?;
        let notes: Vec<MinimumNote> =
            view.groups.iter().filter_map(minimum_note).filter(|note| !note.reached).collect();
        Some(notes.into_iter().map(|note| {
            view! { <Progress label=format!("{} · {}", note.producer, note.said) max=note.max value=note.value/> }
        }).collect_view())
    };
    let is_empty = move || board.view().is_none_or(|view| view.groups.is_empty());
    view! {
        <aside class="side slip" aria-label=all_words.shell().my_order>
            <header class="slip-heading"><h2>{all_words.shell().my_order}</h2></header>
            <div class="slip-body">
                {facts}
                <div class="stack">{minimums}</div>
                <DraftSaved/>
                {move || is_empty().then(|| view! { <p class="soft">{words.slip_empty}</p> })}
            </div>
            <div class="slip-foot">
                <output class="total" role="status" aria-label=words.total>
                    <span class="total-label" aria-hidden="true">{words.total}</span>
                    <span class="total-value">{total}</span>
                </output>
                <a class="button primary" href=Route::Draft.path()>{words.review}</a>
            </div>
        </aside>
    }
}
