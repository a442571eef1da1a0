use domain::wire::{
    owners::OwnerCard,
    people::{InvitationCard, InvitationMade, InvitationRequest, InvitedAs, PlaceCard, QrCode},
};
use leptos::{
    ev::{FocusEvent, SubmitEvent},
    prelude::*,
    task::spawn_local,
};

use super::owners::owner_options;
use crate::{
    parts::{Field, Icon, Notice, NoticeKind, Qr},
    screens::{
        door::{Attempt, outcome},
        remote::Watched,
    },
    state::desk,
    wording::words,
};

/// Where inviting stands.
#[derive(Clone, PartialEq)]
enum Stage {
    Closed,
    Filling,
    Made(Box<InvitationMade>),
}

/// The button, the form it opens, and the link that comes of it.
#[component]
pub(super) fn Inviting(is_hub: bool, invitations: Watched<Vec<InvitationCard>>) -> impl IntoView {
    let words = words().people();
    let stage = RwSignal::new(Stage::Closed);
    let button = move || {
        view! {
            <button class="button primary" type="button" on:click=move |_| stage.set(Stage::Filling)>
                <Icon name="plus"/>{words.invite_title}
            </button>
        }
    };
    move || match stage.get() {
        Stage::Closed => button().into_any(),
        Stage::Filling => view! { <Form is_hub stage invitations/> }.into_any(),
        Stage::Made(made) => view! { {link(*made)}{button()} }.into_any(),
    }
}

/// What an invitation came to: a link that is shown once.
pub(super) fn link(made: InvitationMade) -> impl IntoView {
    let words = words().people();
    let said = if made.mailed { words.mailed } else { words.not_mailed };
    view! {
        <Notice kind=NoticeKind::Done title=(words.invited)(&made.invitation.name)>
            <p>{said}</p>
            <Handed link=made.link qr=made.qr/>
        </Notice>
    }
}

/// A link to hand over: to copy, or for a camera.
#[component]
pub(super) fn Handed(link: String, qr: QrCode) -> impl IntoView {
    let words = words().people();
    let select = |event: FocusEvent| event_target::<web_sys::HtmlInputElement>(&event).select();
    view! {
        <input class="input" type="text" readonly aria-label=words.link value=link on:focus=select/>
        <Qr code=qr label=words.qr_of_link/>
    }
}

#[component]
fn Form(is_hub: bool, stage: RwSignal<Stage>, invitations: Watched<Vec<InvitationCard>>) -> impl IntoView {
    let all_words = words();
    let words = all_words.people();
    let (name, email, chosen) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let attempt = RwSignal::new(Attempt::Filling);
    // Communities are the hub's to invite to.
    let places = Watched::new(None, move || async move {
        let owners = if is_hub { desk::owners().await? } else { Vec::new() };
        Ok((desk::places().await?, owners))
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (name, email) = (name.get_untracked(), email.get_untracked());
        let invited_as = invited_as(&chosen.get_untracked()).filter(|_| !name.trim().is_empty());
        let Some(invited_as) = invited_as.filter(|_| !email.trim().is_empty()) else {
            return attempt.set(Attempt::Incomplete);
        };
        attempt.set(Attempt::Running);
        spawn_local(async move {
            match desk::invite(&InvitationRequest { name, email, invited_as }).await {
                Ok(made) => stage.set(Stage::Made(Box::new(made))),
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
            invitations.again();
        });
    };
    let select = places.show(move |read| select(&read.0, &read.1, is_hub, chosen));
    view! {
        <form class="card stack" on:submit=submit novalidate>
            <h2>{words.invite_title}</h2>
            {move || outcome(&attempt.get(), words.fill_all, words.invite_failed)}
            <Field id="invited-name" label=words.name>
                <input class="input" id="invited-name" type="text" autocomplete="off" maxlength="80" bind:value=name/>
            </Field>
            <Field id="invited-email" label=words.email>
                <input class="input" id="invited-email" type="email" autocomplete="off" bind:value=email/>
            </Field>
            <Field id="invited-as" label=words.invite_as>{select}</Field>
            <div class="row actions">
                <button class="button primary" type="submit">{words.invite}</button>
                <button class="button quiet" type="button" on:click=move |_| stage.set(Stage::Closed)>
                    {all_words.shell().cancel}
                </button>
            </div>
        </form>
    }
}

/// Where to: everything of its hub for the hub, its own place for anybody else, which is then chosen already.
fn select(
    places: &[PlaceCard],
    owners: &[OwnerCard],
    is_hub: bool,
    chosen: RwSignal<String>,
) -> impl IntoView + use<> {
    let all_words = words();
    let words = all_words.people();
    if let ([only], false) = (places, is_hub) {
        chosen.set(value(only.invited_as));
    }
    let group = |label: &'static str, of: fn(&InvitedAs) -> bool| {
        let options: Vec<_> = places
            .iter()
            .filter(|place| of(&place.invited_as))
            .map(|place| {
                let name = format!("{} · {}", place.name, place.commune.name);
                view! { <option value=value(place.invited_as)>{name}</option> }
            })
            .collect();
        (!options.is_empty()).then(|| view! { <optgroup label=label>{options}</optgroup> })
    };
    let others = is_hub.then(|| {
        view! {
            <option value=value(InvitedAs::Hub)>{words.the_hub}</option>
        }
    });
    let communities = owner_options(owners, |owner| value(InvitedAs::Authority { owner }));
    let communities = (!owners.is_empty())
        .then(|| view! { <optgroup label=all_words.owners().owners>{communities}</optgroup> });
    let kitchens = group(words.kitchens, |invited_as| matches!(invited_as, InvitedAs::Kitchen { .. }));
    let producers = group(words.producers, |invited_as| matches!(invited_as, InvitedAs::Producer { .. }));
    view! {
        <select class="input" id="invited-as" prop:value=chosen on:change=move |event| chosen.set(event_target_value(&event))>
            <option value="">{words.choose}</option>
            {others}
            {communities}
            {kitchens}
            {producers}
        </select>
    }
}

/// A place as the text of an option, and back.
fn value(invited_as: InvitedAs) -> String {
    serde_json::to_string(&invited_as).unwrap_or_default()
}

fn invited_as(value: &str) -> Option<InvitedAs> {
    serde_json::from_str(value).ok()
}
