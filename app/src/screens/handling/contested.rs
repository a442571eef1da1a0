//! What two people said otherwise of one product: both, and a button to decide.

use futures_util::future::LocalBoxFuture;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    parts::{Notice, NoticeKind, Toasts},
    screens::problem::{Problem, not_recorded},
    state::RecordError,
    wording::words,
};

/// One of the two: the words of its button, and what records that it stands.
#[derive(Clone)]
pub(crate) struct Choice {
    /// « Garder 8 kg (Camille Fabre) »
    pub(crate) name: String,
    /// Records it.
    pub(crate) decide: Callback<(), LocalBoxFuture<'static, Result<(), RecordError>>>,
}

/// What was said of `product`, to be decided.
#[component]
pub(crate) fn Contested(product: String, choices: Vec<Choice>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let all_words = words();
    let words = all_words.reception();
    let failed = RwSignal::new(None::<RecordError>);
    let buttons = choices
        .into_iter()
        .map(|Choice { name, decide }| {
            let press = move |_| {
                let decided = decide.run(());
                spawn_local(async move {
                    match decided.await {
                        Ok(()) => toasts.say(all_words.orders().choice_saved.to_owned()),
                        Err(error) => drop(failed.try_set(Some(error))),
                    }
                });
            };
            view! { <button class="button roomy" type="button" on:click=press>{name}</button> }
        })
        .collect_view();
    let problem = move || failed.get().map(|error| view! { <Problem said=not_recorded(&error)/> });
    view! {
        <Notice kind=NoticeKind::Check title=(words.contested)(&product)>
            <p>{words.contested_body}</p>
            {problem}
            <div class="actions">{buttons}</div>
        </Notice>
    }
}
