use leptos::{prelude::*, task::spawn_local};

use crate::{
    parts::{Dialog, Toasts},
    state::{AppState, PendingChoice, SignOutError},
    wording::words,
};

/// Signing out, and the question it may raise. Found in context.
#[derive(Clone, Copy)]
pub(crate) struct SignOut {
    /// How many commands wait, when the person must say what becomes of them.
    waiting: RwSignal<Option<usize>>,
    /// What went wrong.
    problem: RwSignal<Option<&'static str>>,
}

impl SignOut {
    /// Nothing asked.
    pub(crate) fn new() -> Self {
        Self { waiting: RwSignal::new(None), problem: RwSignal::new(None) }
    }

    /// Signs out, or asks first what becomes of what waits.
    pub(crate) fn ask(self, state: AppState) {
        self.go(state, None);
    }

    fn go(self, state: AppState, choice: Option<PendingChoice>) {
        spawn_local(async move {
            match state.sign_out(choice).await {
                Ok(()) => self.waiting.set(None),
                Err(SignOutError::Pending { count }) => self.waiting.set(Some(count)),
                Err(SignOutError::Storage(problem)) => {
                    self.problem.set(Some((words().codes().storage)(&problem)));
                }
                Err(SignOutError::Unreachable) => {
                    self.problem.set(Some(words().shell().no_network_title));
                }
            }
        });
    }
}

/// « Des envois attendent encore » : asked only when something does.
#[component]
pub(super) fn SignOutDialog() -> impl IntoView {
    let sign_out = expect_context::<SignOut>();
    let state = expect_context::<AppState>();
    let toasts = expect_context::<Toasts>();
    let words = words().shell();
    let close = move || sign_out.waiting.set(None);
    let choose = move |choice| move |_| sign_out.go(state, Some(choice));
    Effect::new(move |_| {
        if let Some(problem) = sign_out.problem.get() {
            toasts.say(problem.to_owned());
            sign_out.problem.set(None);
        }
    });
    view! {
        <Dialog open=Signal::derive(move || sign_out.waiting.get().is_some()) on_close=move |()| close() label=words.pending_title>
            <h2>{words.pending_title}</h2>
            <p>{move || sign_out.waiting.get().map(words.pending_body)}</p>
            <div class="stack">
                <button class="button primary wide" type="button" on:click=choose(PendingChoice::SendFirst)>
                    {words.send_first}
                </button>
                <button class="button wide" type="button" on:click=choose(PendingChoice::KeepSealed)>{words.keep_sealed}</button>
                <button class="button danger wide" type="button" on:click=choose(PendingChoice::Delete)>
                    {words.delete_pending}
                </button>
                <button class="button quiet wide" type="button" on:click=move |_| close()>{words.cancel}</button>
            </div>
        </Dialog>
    }
}
