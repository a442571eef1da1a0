//! « Demander un accès »: a kitchen, a producer or an authority asks to join; the hub answers.

use domain::{
    id::HubId,
    wire::people::{ApplicationRequest, HubName, PlaceKind},
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{
    door::{Attempt, Door, outcome},
    new_place::{PlaceFields, TypedPlace},
    remote::Watched,
};
use crate::{
    app::Route,
    parts::{Field, Heading, Icon, Notice, NoticeKind},
    state::desk,
    wording::words,
};

const KINDS: &[PlaceKind] =
    &[PlaceKind::Kitchen, PlaceKind::FoodAid, PlaceKind::Producer, PlaceKind::Authority];

/// The whole page.
#[component]
pub(crate) fn JoinScreen() -> impl IntoView {
    let words = words().people();
    let hubs = Watched::new(None, desk::hubs);
    let form = hubs.show(|hubs| form(&hubs));
    view! {
        <Door>
            <Heading title=words.join_title.to_owned()/>
            {form}
            <a class="button quiet" href=Route::SignIn.path()><Icon name="user"/>{words.back_to_sign_in}</a>
        </Door>
    }
}

fn form(hubs: &[HubName]) -> AnyView {
    let words = words().people();
    let Some(first) = hubs.first() else { return ().into_any() };
    let hub = RwSignal::new(first.id.to_string());
    let place = TypedPlace::new();
    let [name, email, said] = [(); 3].map(|()| RwSignal::new(String::new()));
    let attempt = RwSignal::new(Attempt::Filling);
    let sent = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (who, email) = (name.get_untracked(), email.get_untracked());
        let hub = hub.get_untracked().parse::<HubId>().ok();
        let (Some(hub), Some(place), false, false) =
            (hub, place.read(), who.trim().is_empty(), email.trim().is_empty())
        else {
            return attempt.set(Attempt::Incomplete);
        };
        let asked = ApplicationRequest { hub, place, name: who, email, words: said.get_untracked() };
        attempt.set(Attempt::Running);
        spawn_local(async move {
            match desk::apply(&asked).await {
                Ok(()) => sent.set(true),
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
        });
    };
    // One hub is no choice.
    let choice = (hubs.len() > 1).then(|| {
        let options = hubs
            .iter()
            .map(|hub| view! { <option value=hub.id.to_string()>{hub.name.clone()}</option> })
            .collect_view();
        view! {
            <Field id="hub" label=words.the_hub>
                <select class="input" id="hub" on:change=move |event| hub.set(event_target_value(&event))>{options}</select>
            </Field>
        }
    });
    let lines = view! {
        {choice}
        <PlaceFields place kinds=KINDS/>
        <Field id="who" label=words.your_name>
            <input class="input" id="who" type="text" autocomplete="name" maxlength="80" bind:value=name/>
        </Field>
        <Field id="email" label=words.email>
            <input class="input" id="email" type="email" autocomplete="email" bind:value=email/>
        </Field>
        <Field id="words" label=words.a_word>
            <textarea class="input" id="words" maxlength="1000" bind:value=said></textarea>
        </Field>
        <button class="button primary wide" type="submit">{words.send_application}</button>
    };
    view! {
        <form on:submit=submit novalidate>
            <p>{words.join_body}</p>
            {move || outcome(&attempt.get(), words.fill_all, words.join_failed)}
            {move || sent.get().then(|| view! {
                <Notice kind=NoticeKind::Done title=words.joined_title><p>{words.joined_body}</p></Notice>
            })}
            <div class="stack" hidden=sent>{lines}</div>
        </form>
    }
    .into_any()
}
