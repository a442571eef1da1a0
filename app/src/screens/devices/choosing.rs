use domain::wire::ways_in::OwnWaysIn;
use leptos::{prelude::*, task::spawn_local};

use super::{passkeys::Passkeys, second_step::SecondStep};
use crate::{
    app::Route,
    parts::{Notice, NoticeKind, Toasts},
    screens::remote::Watched,
    state::{AppState, ComingIn},
    wording::words,
};

/// What somebody chooses of whom the hub asks for more than the password they came in with. Who chose already comes in by
/// that.
#[component]
pub(super) fn Choosing(ways: Watched<OwnWaysIn>) -> impl IntoView {
    let words = words().ways_in();
    ways.show(move |known| {
        if known.passkeys.is_empty() {
            return view! { <Passkeys ways/><SecondStep ways/> }.into_any();
        }
        view! {
            <Notice kind=NoticeKind::Plain title=words.come_in_by_passkey>
                <p>{words.come_in_by_passkey_body}</p>
                <div class="actions"><a class="button primary" href=Route::SignIn.path()>{words.to_the_door}</a></div>
            </Notice>
        }
        .into_any()
    })
}

/// What goes on once enough was given: the device learns that everything is open.
pub(super) fn chosen(state: AppState, toasts: Toasts) {
    let is_due = state.session().with_untracked(|session| session.me().is_some_and(|me| me.second_step_due));
    if is_due {
        spawn_local(async move {
            // Should the line break here, the next round learns of it.
            if state.come_in(ComingIn::Cookie).await.is_ok() {
                toasts.say(words().ways_in().enough.to_owned());
            }
        });
    }
}
