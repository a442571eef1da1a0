use domain::wire::people::PlaceKind;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use crate::{
    parts::{Icon, Toasts},
    screens::{
        door::{Attempt, outcome},
        new_place::{PlaceFields, TypedPlace},
    },
    state::desk,
    wording::words,
};

const KINDS: &[PlaceKind] = &[PlaceKind::Kitchen, PlaceKind::FoodAid, PlaceKind::Producer];

/// A place is added to the hub: the button, and the form it opens.
#[component]
pub(super) fn Adding() -> impl IntoView {
    let open = RwSignal::new(false);
    let words = words().people();
    move || {
        if open.get() {
            return view! { <Form open/> }.into_any();
        }
        view! {
            <button class="button" type="button" on:click=move |_| open.set(true)>
                <Icon name="plus"/>{words.add_place}
            </button>
        }
        .into_any()
    }
}

#[component]
fn Form(open: RwSignal<bool>) -> impl IntoView {
    let all_words = words();
    let words = all_words.people();
    let toasts = expect_context::<Toasts>();
    let place = TypedPlace::new();
    let attempt = RwSignal::new(Attempt::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(place) = place.read() else { return attempt.set(Attempt::Incomplete) };
        attempt.set(Attempt::Running);
        spawn_local(async move {
            match desk::add_place(&place).await {
                Ok(added) => {
                    toasts.say((words.place_added)(&added.name));
                    open.set(false);
                }
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
        });
    };
    view! {
        <form class="card stack" on:submit=submit novalidate>
            <h2>{words.add_place}</h2>
            {move || outcome(&attempt.get(), words.fill_all, words.place_not_added)}
            <PlaceFields place kinds=KINDS/>
            <div class="row actions">
                <button class="button primary" type="submit">{words.save}</button>
                <button class="button quiet" type="button" on:click=move |_| open.set(false)>
                    {all_words.shell().cancel}
                </button>
            </div>
        </form>
    }
}
