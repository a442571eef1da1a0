//! « Votre invitation »: its link says who is invited to what; a password makes the account.

use domain::wire::people::{AcceptInvitation, InvitationCard};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{
    door::{Attempt, Door, outcome, take_fragment},
    remote::Watched,
};
use crate::{
    app::{Navigation, Route},
    parts::{Field, Heading},
    state::{AppState, ComingIn, desk},
    wording::words,
};

/// The whole page.
#[component]
pub(crate) fn InvitationScreen() -> impl IntoView {
    let words = words().people();
    let token = take_fragment();
    let asked = token.clone();
    let invitation = Watched::new(None, move || desk::open_invitation(asked.clone()));
    let form = invitation.show(move |card| form(&card, token.clone()));
    view! { <Door><Heading title=words.invitation_title.to_owned()/>{form}</Door> }
}

fn form(card: &InvitationCard, token: String) -> impl IntoView + use<> {
    let state = expect_context::<AppState>();
    let navigation = expect_context::<Navigation>();
    let words = words().people();
    let password = RwSignal::new(String::new());
    let attempt = RwSignal::new(Attempt::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let accepted = AcceptInvitation { token: token.clone(), password: password.get_untracked() };
        if accepted.password.is_empty() {
            return attempt.set(Attempt::Incomplete);
        }
        attempt.set(Attempt::Running);
        spawn_local(async move {
            match state.come_in(ComingIn::Invitation(accepted)).await {
                Ok(()) => navigation.replace(Route::Home),
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
        });
    };
    let running = move || attempt.get() == Attempt::Running;
    let email = card.email.clone();
    view! {
        <form on:submit=submit novalidate>
            <h2>{(words.welcome)(&card.name)}</h2>
            <p>{(words.invited_to)(&card.place)}" "{(words.will_sign_in)(&email)}</p>
            // For the browser that keeps passwords: this one belongs to that address.
            <input type="email" autocomplete="username" readonly hidden value=email/>
            {move || outcome(&attempt.get(), words.fill_all, words.account_failed)}
            <Field id="new-password" label=words.new_password>
                <input
                    class="input" id="new-password" type="password" role="textbox" autocomplete="new-password"
                    required aria-describedby="new-password-hint" bind:value=password
                />
                <p class="hint" id="new-password-hint">{words.password_hint}</p>
            </Field>
            <button class="button primary wide" type="submit" aria-disabled=move || running().then_some("true")>
                {move || if running() { words.making_account } else { words.make_account }}
            </button>
        </form>
    }
}
