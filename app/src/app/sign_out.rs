use leptos::{prelude::*, task::spawn_local};

use crate::{
    parts::{Dialog, Field, Toasts},
    state::{AppState, PendingChoice, SignOutError},
    wording::words,
};

/// Signing out, and the question it may raise. Found in context.
#[derive(Clone, Copy)]
pub(crate) struct SignOut {
    /// How many commands wait, when the person must say what becomes of them.
    waiting: RwSignal<Option<usize>>,
    /// Whether there was such a question: what asks it comes then, and stays.
    was_asked: RwSignal<bool>,
    /// Where what went wrong is said.
    toasts: Toasts,
}

impl SignOut {
    /// Nothing asked.
    pub(crate) fn new(toasts: Toasts) -> Self {
        Self { waiting: RwSignal::new(None), was_asked: RwSignal::new(false), toasts }
    }

    /// Whether there ever was a question.
    pub(super) fn was_asked(self) -> bool {
        self.was_asked.get()
    }

    /// Signs out, or asks first what becomes of what waits.
    pub(crate) fn ask(self, state: AppState) {
        self.go(state, None);
    }

    fn go(self, state: AppState, choice: Option<PendingChoice>) {
        spawn_local(async move {
            match state.sign_out(choice).await {
                Ok(()) => self.waiting.set(None),
                Err(SignOutError::Pending { count }) => {
                    self.waiting.set(Some(count));
                    self.was_asked.set(true);
                }
                Err(SignOutError::Storage(problem)) => {
                    self.toasts.say((words().troubles().storage)(&problem).to_owned());
                }
                Err(SignOutError::Unreachable) => {
                    self.toasts.say(words().shell().no_network_title.to_owned());
                }
            }
        });
    }
}

/// « Des envois attendent encore »: asked only when something does.
#[component]
pub(super) fn SignOutDialog() -> impl IntoView {
    let sign_out = expect_context::<SignOut>();
    let state = expect_context::<AppState>();
    let (words, account) = (words().shell(), words().account());
    let deleting = RwSignal::new(false);
    let close = move || {
        sign_out.waiting.set(None);
        deleting.set(false);
    };
    let choose = move |choice| move |_| sign_out.go(state, Some(choice));
    view! {
        <Dialog open=Signal::derive(move || sign_out.waiting.get().is_some()) on_close=move |()| close() label=account.pending_title>
            <h2>{account.pending_title}</h2>
            <p>{move || sign_out.waiting.get().map(account.pending_body)}</p>
            <div class="stack">
                <button class="button primary wide" type="button" on:click=choose(PendingChoice::SendFirst)>
                    {account.send_first}
                </button>
                <button class="button wide" type="button" on:click=choose(PendingChoice::KeepSealed)>{account.keep_sealed}</button>
                {move || if deleting.get() {
                    view! { <Deletion/> }.into_any()
                } else {
                    view! {
                        <button class="button danger wide" type="button" on:click=move |_| deleting.set(true)>
                            {account.delete_pending}
                        </button>
                    }
                    .into_any()
                }}
                <button class="button quiet wide" type="button" on:click=move |_| close()>{words.cancel}</button>
            </div>
        </Dialog>
    }
}

/// What is deleted is lost for ever: whoever wants that writes how much it is. A wet hand does not by accident.
#[component]
fn Deletion() -> impl IntoView {
    let sign_out = expect_context::<SignOut>();
    let state = expect_context::<AppState>();
    let account = words().account();
    let typed = RwSignal::new(String::new());
    let agrees = move || {
        let count = sign_out.waiting.get().unwrap_or_default().to_string();
        typed.read().trim() == count
    };
    let delete = move |_| {
        if agrees() {
            sign_out.go(state, Some(PendingChoice::Delete));
        }
    };
    view! {
        <Field id="how-many" label=account.delete_typed>
            <input class="input" id="how-many" type="text" inputmode="numeric" autocomplete="off" bind:value=typed/>
        </Field>
        <button
            class="button danger wide" type="button" aria-disabled=move || (!agrees()).then_some("true")
            on:click=delete
        >{account.delete_pending}</button>
    }
}
