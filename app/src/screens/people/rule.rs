use domain::wire::ways_in::{SecondStepBoard, SecondStepRule};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use crate::{
    parts::Toasts,
    screens::{
        door::{Attempt, outcome},
        remote::Watched,
    },
    state::desk,
    wording::words,
};

const RULES: [SecondStepRule; 3] = [SecondStepRule::Chosen, SecondStepRule::Desks, SecondStepRule::Everybody];

/// « Plus qu’un mot de passe »: of whom the hub asks for it.
#[component]
pub(super) fn Rule() -> impl IntoView {
    let words = words().ways_in();
    let board = Watched::new(None, desk::second_step_board);
    let body = board.show(move |known| view! { <Choice known=*known board/> });
    view! {
        <details class="card">
            <summary class="card-heading"><h2>{words.rule}</h2></summary>
            <div class="stack">{body}</div>
        </details>
    }
}

#[component]
fn Choice(known: SecondStepBoard, board: Watched<SecondStepBoard>) -> impl IntoView {
    let all_words = words();
    let words = all_words.ways_in();
    let toasts = expect_context::<Toasts>();
    let choice = RwSignal::new(known.rule);
    let attempt = RwSignal::new(Attempt::Filling);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        attempt.set(Attempt::Running);
        spawn_local(async move {
            match desk::set_second_step_rule(choice.get_untracked()).await {
                Ok(()) => {
                    toasts.say(words.rule_kept.to_owned());
                    board.again();
                }
                Err(error) => attempt.set(Attempt::Failed(error)),
            }
        });
    };
    let options = RULES.map(|rule| {
        view! {
            <label class="check-row">
                <input
                    type="radio" name="second-step-rule"
                    prop:checked=move || choice.get() == rule
                    on:change=move |_| choice.set(rule)
                />
                <span>{(words.rule_is)(rule)}</span>
            </label>
        }
    });
    view! {
        <form class="stack" on:submit=submit novalidate>
            <p>{words.rule_about}</p>
            <p>{(words.rule_without)(known.desks_without, known.others_without)}</p>
            {move || outcome(&attempt.get(), words.fill_in, words.rule_not_kept)}
            <fieldset class="stack">
                <legend class="unseen">{words.rule}</legend>
                {options.collect_view()}
            </fieldset>
            <div class="row actions">
                <button class="button primary" type="submit" disabled=move || choice.get() == known.rule>
                    {all_words.people().save}
                </button>
            </div>
        </form>
    }
}
