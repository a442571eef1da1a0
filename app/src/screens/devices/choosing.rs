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
        if known.passkeys.is_empty() && known.second_step.is_none() && known.identities.is_empty() {
            return view! { <Passkeys ways/><SecondStep ways/> }.into_any();
        }
        view! {
            <Notice kind=NoticeKind::Plain title=words.come_in_otherwise>
                <p>{words.come_in_otherwise_body}</p>
                <div class="actions"><a class="button primary" href=Route::SignIn.path()>{words.to_the_door}</a></div>
            </Notice>
        }
        .into_any()
    })
}

/// Whether the hub still asks for more than this session was opened with. Found in context. It is asked once, when the page
/// opens: what is shown once, recovery codes, must not leave because the device learned meanwhile that all is well.
#[derive(Clone, Copy)]
pub(super) struct Owed {
    still: RwSignal<bool>,
    state: AppState,
    toasts: Toasts,
}

impl Owed {
    /// As the page opens.
    pub(super) fn now(state: AppState, toasts: Toasts) -> Self {
        let is_due =
            state.session().with_untracked(|session| session.me().is_some_and(|me| me.second_step_due));
        Self { still: RwSignal::new(is_due), state, toasts }
    }

    /// Whether something is owed.
    pub(super) fn is_owed(self) -> bool {
        self.still.get()
    }

    /// Something was chosen, and read: the device learns that everything is open.
    pub(super) fn chosen(self, ways: Watched<OwnWaysIn>) {
        if !self.still.get_untracked() {
            return ways.again();
        }
        spawn_local(async move {
            // Should the line break here, the next round learns of it.
            if self.state.come_in(ComingIn::Cookie).await.is_ok() {
                self.toasts.say(words().ways_in().enough.to_owned());
                self.still.try_set(false);
            }
            ways.again();
        });
    }
}
