use std::cell::Cell;

use leptos::prelude::*;

thread_local! {
    /// A label names its bar by an id, and no two may share one.
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// How far something has come, in words first.
#[component]
pub(crate) fn Progress(
    /// In words.
    #[prop(into)]
    label: Signal<String>,
    /// What it goes up to; 0 while unknown.
    #[prop(into)]
    max: Signal<u32>,
    /// How far.
    #[prop(into)]
    value: Signal<u32>,
) -> impl IntoView {
    let id = format!("progress-{}", NEXT.replace(NEXT.get().wrapping_add(1)));
    let label_for = id.clone();
    let known = move || max.get() > 0;
    view! {
        <div class="progress" data-reached=move || (known() && value.get() >= max.get()).then_some("")>
            <label for=label_for>{label}</label>
            <progress
                id=id
                max=move || known().then(|| max.get())
                value=move || known().then(|| value.get().min(max.get()))
            ></progress>
        </div>
    }
}
