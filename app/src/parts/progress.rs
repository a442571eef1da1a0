use leptos::prelude::*;

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
    let known = move || max.get() > 0;
    view! {
        <div class="progress" data-reached=move || (known() && value.get() >= max.get()).then_some("")>
            <label>
                {label}
                <progress
                    max=move || known().then(|| max.get())
                    value=move || known().then(|| value.get().min(max.get()))
                ></progress>
            </label>
        </div>
    }
}
