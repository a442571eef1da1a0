//! A place somebody describes: the same lines where one asks to join and where the hub adds one.

use domain::wire::people::{NewPlace, PlaceKind};
use leptos::prelude::*;

use crate::{parts::Field, wording::words};

/// What is typed so far.
#[derive(Clone, Copy)]
pub(super) struct TypedPlace {
    kind: RwSignal<PlaceKind>,
    name: RwSignal<String>,
    siret: RwSignal<String>,
    commune: RwSignal<String>,
}

impl TypedPlace {
    /// Nothing yet, of a kitchen.
    pub(super) fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self { kind: RwSignal::new(PlaceKind::Kitchen), name: text(), siret: text(), commune: text() }
    }

    /// The place, once every line says something.
    pub(super) fn read(self) -> Option<NewPlace> {
        let place = NewPlace {
            kind: self.kind.get_untracked(),
            name: self.name.get_untracked(),
            siret: self.siret.get_untracked(),
            commune: self.commune.get_untracked(),
        };
        let lines = [&place.name, &place.siret, &place.commune];
        lines.iter().all(|line| !line.trim().is_empty()).then_some(place)
    }
}

/// Its lines. `kinds`: what it may be.
#[component]
pub(super) fn PlaceFields(place: TypedPlace, kinds: &'static [PlaceKind]) -> impl IntoView {
    let words = words().people();
    let TypedPlace { kind, name, siret, commune } = place;
    let options = kinds
        .iter()
        .enumerate()
        .map(|(at, kind)| view! { <option value=at>{(words.place_kind)(*kind)}</option> });
    let choose = move |event| {
        let chosen = event_target_value(&event).parse::<usize>().ok().and_then(|at| kinds.get(at));
        kind.set(chosen.copied().unwrap_or(PlaceKind::Kitchen));
    };
    view! {
        <Field id="place-kind" label=words.it_is>
            <select class="input" id="place-kind" on:change=choose>{options.collect_view()}</select>
        </Field>
        <Field id="place-name" label=words.place_name>
            <input class="input" id="place-name" type="text" autocomplete="organization" maxlength="80" bind:value=name/>
        </Field>
        <Field id="place-siret" label=words.siret>
            <input
                class="input" id="place-siret" type="text" inputmode="numeric" autocomplete="off" maxlength="20"
                aria-describedby="place-siret-hint" bind:value=siret
            />
            <p class="hint" id="place-siret-hint">{words.siret_hint}</p>
        </Field>
        <Field id="place-commune" label=words.commune>
            <input class="input" id="place-commune" type="text" autocomplete="address-level2" maxlength="80" bind:value=commune/>
        </Field>
    }
}
