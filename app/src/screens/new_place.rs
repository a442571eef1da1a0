//! A place somebody describes: the same lines where one asks to join and where the hub adds one.

use domain::{
    enterprise::Commune,
    wire::people::{NewPlace, PlaceKind},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{parts::Field, state::desk, wording::words};

/// What is typed so far.
#[derive(Clone, Copy)]
pub(super) struct TypedPlace {
    kind: RwSignal<PlaceKind>,
    name: RwSignal<String>,
    siret: RwSignal<String>,
    commune: RwSignal<String>,
    /// Communes that begin as what is typed.
    suggested: RwSignal<Vec<Commune>>,
}

impl TypedPlace {
    /// Nothing yet, of a kitchen.
    pub(super) fn new() -> Self {
        let text = || RwSignal::new(String::new());
        let (kind, suggested) = (RwSignal::new(PlaceKind::Kitchen), RwSignal::new(Vec::new()));
        Self { kind, name: text(), siret: text(), commune: text(), suggested }
    }

    /// The place, once every line says something.
    pub(super) fn read(self) -> Option<NewPlace> {
        let typed = self.commune.get_untracked();
        // One that was chosen says which of those of its name it is; one that was typed, its name alone.
        let chosen = self.suggested.with_untracked(|all| all.iter().find(|one| told(one) == typed).cloned());
        let chosen = chosen.unwrap_or(Commune { name: typed, insee: String::new() });
        let place = NewPlace {
            kind: self.kind.get_untracked(),
            name: self.name.get_untracked(),
            siret: self.siret.get_untracked(),
            commune: chosen.name,
            insee: chosen.insee,
        };
        let lines = [&place.name, &place.siret, &place.commune];
        lines.iter().all(|line| !line.trim().is_empty()).then_some(place)
    }
}

/// A commune as it is offered: its code tells it from others of its name.
fn told(commune: &Commune) -> String {
    format!("{} ({})", commune.name, commune.insee)
}

/// Its lines. `kinds`: what it may be.
#[component]
pub(super) fn PlaceFields(place: TypedPlace, kinds: &'static [PlaceKind]) -> impl IntoView {
    let all_words = words();
    let words = all_words.people();
    let TypedPlace { kind, name, siret, commune, suggested } = place;
    let suggest = move |_| {
        let typed = commune.get_untracked();
        // What was just chosen needs nothing more.
        if typed.trim().len() < 2 || suggested.with_untracked(|all| all.iter().any(|one| told(one) == typed))
        {
            return;
        }
        spawn_local(async move {
            if let Ok(found) = desk::communes(&typed).await
                && commune.try_get_untracked() == Some(typed)
            {
                suggested.set(found);
            }
        });
    };
    let communes = move || {
        let all = suggested.get();
        all.iter().map(|one| view! { <option value=told(one)></option> }).collect_view()
    };
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
            <input
                class="input" id="place-commune" type="text" autocomplete="off" maxlength="80" list="communes"
                aria-describedby="place-commune-hint" bind:value=commune on:input=suggest
            />
            <datalist id="communes">{communes}</datalist>
            <p class="hint" id="place-commune-hint">{all_words.owners().commune_hint}</p>
        </Field>
    }
}
