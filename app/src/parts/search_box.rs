use leptos::prelude::*;

use super::Icon;

/// A field to search by what is typed, letter by letter.
#[component]
pub(crate) fn SearchBox(
    /// What it is called, and what it says while it is empty.
    name: &'static str,
    /// What is typed.
    #[prop(into)]
    text: Signal<String>,
    /// Called at each letter.
    on_type: Callback<String>,
) -> impl IntoView {
    view! {
        <div class="searchbox">
            <Icon name="search"/>
            <input
                class="input"
                type="search"
                role="searchbox"
                aria-label=name
                placeholder=name
                enterkeyhint="search"
                autocomplete="off"
                prop:value=text
                on:input=move |event| on_type.run(event_target_value(&event))
            />
        </div>
    }
}
