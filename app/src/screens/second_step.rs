//! What passes the second step, asked for at the door after a right password.

use leptos::{html, prelude::*};

use crate::{parts::Field, state::AppError, wording::words};

/// Whether the server asks for the second step.
pub(super) fn is_asked(error: &AppError) -> bool {
    matches!(error, AppError::Problem { code, .. } if code == "SECOND_STEP_REQUIRED")
}

/// Six digits, or a recovery code.
#[component]
pub(super) fn SecondStepField(
    /// What is typed.
    code: RwSignal<String>,
) -> impl IntoView {
    let words = words().ways_in();
    let recovery = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    // Whoever was just asked types at once.
    Effect::new(move |_| {
        recovery.track();
        if let Some(input) = input.get() {
            let _ = input.focus();
        }
    });
    let other = move |_| {
        code.set(String::new());
        recovery.update(|recovery| *recovery = !*recovery);
    };
    let field = move || {
        let (label, hint, mode) = if recovery.get() {
            (words.recovery_code, words.recovery_code_hint, "text")
        } else {
            (words.six_digits, words.six_digits_hint, "numeric")
        };
        view! {
            <Field id="second-step" label>
                <input
                    class="input" id="second-step" name="second-step" type="text" inputmode=mode node_ref=input
                    autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="12"
                    aria-describedby="second-step-hint" bind:value=code
                />
                <p class="hint" id="second-step-hint">{hint}</p>
            </Field>
        }
    };
    view! {
        {field}
        <button class="button quiet" type="button" on:click=other>
            {move || if recovery.get() { words.use_six_digits } else { words.use_recovery_code }}
        </button>
    }
}
