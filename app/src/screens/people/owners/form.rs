use domain::wire::owners::{Owner, OwnerCard, OwnerKind};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{Read, owner_options};
use crate::{
    parts::{Field, Toasts},
    screens::{
        door::{Attempt, outcome},
        remote::Watched,
    },
    state::desk,
    wording::words,
};

/// What a community is: a new one, or one that is there.
#[component]
pub(super) fn OwnerForm(card: Option<OwnerCard>, read: Watched<Read>, done: Callback<()>) -> impl IntoView {
    let all_words = words();
    let words = all_words.owners();
    let toasts = expect_context::<Toasts>();
    let id = card.as_ref().map(|card| card.id);
    let known = card.map(|card| card.owner);
    let text =
        |of: fn(&Owner) -> Option<String>| RwSignal::new(known.as_ref().and_then(of).unwrap_or_default());
    let kind = RwSignal::new(known.as_ref().map_or(OwnerKind::Commune, |owner| owner.kind));
    let name = text(|owner| Some(owner.name.clone()));
    let (insee, siren) = (text(|owner| owner.insee.clone()), text(|owner| owner.siren.clone()));
    let parent = text(|owner| owner.parent.map(|parent| parent.to_string()));
    let attempt = RwSignal::new(Attempt::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let said = |text: String| Some(text).filter(|text| !text.trim().is_empty());
        let Some(name) = said(name.get_untracked()) else { return attempt.set(Attempt::Incomplete) };
        let owner = Owner {
            kind: kind.get_untracked(),
            name,
            insee: said(insee.get_untracked()),
            siren: said(siren.get_untracked()),
            parent: parent.get_untracked().parse().ok(),
        };
        attempt.set(Attempt::Running);
        spawn_local(async move {
            let saved = match id {
                Some(id) => desk::change_owner(id, &owner).await,
                None => desk::add_owner(&owner).await.map(drop),
            };
            match saved {
                Ok(()) => {
                    toasts.say((words.saved)(&owner.name));
                    done.run(());
                }
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
        });
    };
    let kinds = OwnerKind::ALL
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let selected = *one == kind.get_untracked();
            view! { <option value=at selected=selected>{(words.kind)(*one)}</option> }
        })
        .collect_view();
    let choose = move |event| {
        let at = event_target_value(&event).parse::<usize>().ok();
        kind.set(at.and_then(|at| OwnerKind::ALL.get(at).copied()).unwrap_or(OwnerKind::Other));
    };
    let above = read.show(move |read| {
        let others: Vec<_> = read.0.iter().filter(|card| Some(card.id) != id).cloned().collect();
        let options = owner_options(&others, |id| id.to_string());
        view! {
            <select class="input" id="owner-parent" prop:value=parent on:change=move |event| parent.set(event_target_value(&event))>
                <option value="">{words.of_nothing}</option>
                {options}
            </select>
        }
    });
    view! {
        <form class="stack" on:submit=submit novalidate>
            {move || outcome(&attempt.get(), words.fill_name, words.not_saved)}
            <Field id="owner-kind" label=words.is>
                <select class="input" id="owner-kind" on:change=choose>{kinds}</select>
            </Field>
            <Field id="owner-name" label=words.name>
                <input class="input" id="owner-name" type="text" autocomplete="off" maxlength="80" bind:value=name/>
            </Field>
            <Field id="owner-parent" label=words.part_of>{above}</Field>
            <Field id="owner-insee" label=words.insee>
                <input class="input" id="owner-insee" type="text" autocomplete="off" maxlength="5"
                    aria-describedby="owner-optional" bind:value=insee/>
            </Field>
            <Field id="owner-siren" label=words.siren>
                <input class="input" id="owner-siren" type="text" inputmode="numeric" autocomplete="off" maxlength="11"
                    aria-describedby="owner-optional" bind:value=siren/>
                <p class="hint" id="owner-optional">{words.optional}</p>
            </Field>
            <button class="button primary wide" type="submit">{all_words.people().save}</button>
        </form>
    }
}
