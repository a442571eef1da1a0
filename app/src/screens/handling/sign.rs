use leptos::{prelude::*, task::spawn_local};

use super::{Act, Record, checked::Checked};
use crate::{
    parts::{Field, Icon, Notice, NoticeKind, Toasts},
    screens::problem::{Problem, not_recorded},
    state::RecordError,
    wording::words,
};

/// Where recording stands.
#[derive(Clone, PartialEq)]
enum Recording {
    Ready,
    Saving,
    Failed(RecordError),
}

/// A name, and « Enregistrer ».
#[component]
pub(super) fn Sign(
    checked: Checked,
    left: Memo<usize>,
    act: Act,
    record: Record,
    on_recorded: Callback<()>,
) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let all_words = words();
    let words = all_words.reception();
    let recording = RwSignal::new(Recording::Ready);
    let obstacle = Memo::new(move |_| match (left.get(), checked.name()) {
        (1.., _) => Some(words.needs_lines),
        (0, None) => Some(words.needs_name),
        (0, Some(_)) => None,
    });
    let press = move |_| {
        let Some(name) = checked.name().filter(|_| obstacle.get_untracked().is_none()) else { return };
        if recording.get_untracked() == Recording::Saving {
            return;
        }
        recording.set(Recording::Saving);
        let recorded = record.run(name);
        spawn_local(async move {
            match recorded.await {
                Ok(()) => {
                    toasts.say(all_words.orders().saved.to_owned());
                    let _ = on_recorded.try_run(());
                }
                Err(error) => drop(recording.try_set(Recording::Failed(error))),
            }
        });
    };
    let problem = move || match recording.get() {
        Recording::Failed(RecordError::NothingToSend) => {
            Some(view! { <Notice kind=NoticeKind::Plain title=words.nothing_new/> }.into_any())
        }
        Recording::Failed(error) => Some(view! { <Problem said=not_recorded(&error)/> }.into_any()),
        Recording::Ready | Recording::Saving => None,
    };
    let kept = move || {
        checked.is_kept().then(|| {
            view! {
                <p class="draft-saved soft small"><Icon name="check"/><span>{words.kept_here}</span></p>
            }
        })
    };
    let name = move || if recording.get() == Recording::Saving { words.recording } else { act.record };
    view! {
        <section class="card stack signing" aria-label=act.record>
            <Field id="received-by" label=words.your_name>
                <input class="input" id="received-by" type="text" maxlength="80" autocomplete="name"
                    prop:value=move || checked.typed_name() on:input=move |event| checked.type_name(event_target_value(&event))/>
            </Field>
            {problem}
            <p class="soft small" id="reception-obstacle">{obstacle}</p>
            {kept}
            <button class="button primary roomy" type="button" aria-disabled=move || obstacle.get().map(|_| "true")
                aria-describedby="reception-obstacle" on:click=press>
                <Icon name="send"/>{name}
            </button>
        </section>
    }
}
