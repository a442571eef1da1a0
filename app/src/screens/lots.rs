//! « Traçabilité »: a lot leads to every kitchen that got some, a kitchen and a day to the lots that left for it. When something
//! is wrong with a lot, this is the list one telephones from.

mod found;

use std::sync::Arc;

use domain::{
    id::SiteId,
    quay::FoundLot,
    wire::people::{InvitedAs, PlaceCard},
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{
    problem::{Problem, said},
    remote::Watched,
};
use crate::{
    app::Route,
    parts::{Field, Heading, Icon},
    state::{AppError, desk},
    wording::words,
};
use found::Found;

/// Where a search stands.
#[derive(Clone)]
enum Search {
    /// Nobody asked anything.
    Nothing,
    Asking,
    Found(Arc<Vec<FoundLot>>),
    Failed(AppError),
}

/// What is asked.
#[derive(Clone)]
enum Wanted {
    Code(String),
    Kitchen(SiteId, String),
}

fn ask(search: RwSignal<Search>, wanted: Wanted) {
    search.set(Search::Asking);
    spawn_local(async move {
        let found = match wanted {
            Wanted::Code(code) => desk::lots(&code).await,
            Wanted::Kitchen(site, day) => desk::lots_of_kitchen(site, &day).await,
        };
        let found = found.map_or_else(Search::Failed, |found| Search::Found(Arc::new(found)));
        // Nobody looks any more when the page was left meanwhile.
        let _ = search.try_set(found);
    });
}

/// The whole screen.
#[component]
pub(crate) fn LotsScreen() -> impl IntoView {
    let all_words = words();
    let words = all_words.lots();
    let search = RwSignal::new(Search::Nothing);
    let result = move || match search.get() {
        Search::Nothing => ().into_any(),
        Search::Asking => view! { <p class="soft">{all_words.shell().loading}</p> }.into_any(),
        Search::Found(lots) => view! { <Found lots/> }.into_any(),
        Search::Failed(error) => view! { <Problem said=said(&error)/> }.into_any(),
    };
    view! {
        <Heading title=words.title.to_owned()>
            <p class="soft">{words.about}</p>
            <p class="row actions no-print">
                <a class="button quiet" href=Route::Quay.path()><Icon name="truck"/>{all_words.shell().quay}</a>
            </p>
        </Heading>
        <div class="stack">
            <div class="lots-forms no-print"><ByCode search/><ByKitchen search/></div>
            <div role="status">{result}</div>
        </div>
    }
}

#[component]
fn ByCode(search: RwSignal<Search>) -> impl IntoView {
    let words = words().lots();
    let code = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let code = code.get_untracked().trim().to_owned();
        if !code.is_empty() {
            ask(search, Wanted::Code(code));
        }
    };
    view! {
        <form class="card stack" on:submit=submit novalidate>
            <h2>{words.by_code}</h2>
            <Field id="lot-code" label=words.code>
                <input class="input" id="lot-code" type="search" autocomplete="off" maxlength="80"
                    aria-describedby="lot-code-hint" bind:value=code/>
                <p class="hint" id="lot-code-hint">{words.code_hint}</p>
            </Field>
            <button class="button primary" type="submit"><Icon name="search"/>{words.find}</button>
        </form>
    }
}

#[component]
fn ByKitchen(search: RwSignal<Search>) -> impl IntoView {
    let words = words().lots();
    let places = Watched::new(None, desk::places);
    let (site, day) = (RwSignal::new(None::<SiteId>), RwSignal::new(String::new()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let (Some(site), false) = (site.get_untracked(), day.with_untracked(String::is_empty)) {
            ask(search, Wanted::Kitchen(site, day.get_untracked()));
        }
    };
    let kitchens = places.show(move |places| {
        let options = places.iter().filter_map(option).collect_view();
        view! {
            <select class="input" id="lot-kitchen" on:change=move |event| site.set(event_target_value(&event).parse().ok())>
                <option value="">{words.choose}</option>
                {options}
            </select>
        }
    });
    view! {
        <form class="card stack" on:submit=submit novalidate>
            <h2>{words.by_kitchen}</h2>
            <Field id="lot-kitchen" label=words.kitchen>{kitchens}</Field>
            <Field id="lot-day" label=words.day>
                <input class="input" id="lot-day" type="date" bind:value=day/>
            </Field>
            <button class="button primary" type="submit"><Icon name="search"/>{words.find}</button>
        </form>
    }
}

fn option(place: &PlaceCard) -> Option<impl IntoView + use<>> {
    let InvitedAs::Kitchen { site } = place.invited_as else { return None };
    let name = format!("{}, {}", place.name, place.commune.name);
    Some(view! { <option value=site.to_string()>{name}</option> })
}
