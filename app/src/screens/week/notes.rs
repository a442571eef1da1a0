use domain::{cycle::CycleId, wire::desk::KitchenNote};
use leptos::prelude::*;

use crate::{
    screens::{
        notes::Note,
        remote::{WATCHED, Watched},
    },
    state::desk,
    wording::words,
};

/// What kitchens say of their orders, kitchen by kitchen.
#[component]
pub(super) fn Notes(cycle: CycleId) -> impl IntoView {
    let words = words().notes();
    let notes = Watched::new(Some(WATCHED), move || desk::notes(cycle));
    let list = notes.show(move |notes| {
        if notes.is_empty() {
            return view! { <p class="soft">{words.nobody_says}</p> }.into_any();
        }
        let each = notes.iter().map(row).collect_view();
        view! { <ul class="stack" role="list">{each}</ul> }.into_any()
    });
    view! { <section class="card stack"><div class="card-heading"><h2>{words.kitchens_say}</h2></div>{list}</section> }
}

fn row(note: &KitchenNote) -> impl IntoView + use<> {
    let number = (words().shell().number)(&note.number);
    view! {
        <li>
            <h3>{note.site_name.clone()}" "<span class="soft">{number}</span></h3>
            <Note header=note.header.clone()/>
        </li>
    }
}
