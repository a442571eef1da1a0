use leptos::prelude::*;

/// An item of a list: the key it is known by, and how it is drawn when it comes.
pub(crate) struct Item {
    key: String,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Item {
    /// The item known by `key`.
    pub(crate) fn new<V: IntoView>(
        key: impl Into<String>,
        draw: impl FnOnce() -> V + Send + 'static,
    ) -> Self {
        Self { key: key.into(), draw: Box::new(move || draw().into_any()) }
    }
}

/// Draws what comes, moves what stays, forgets what goes. One compiled list for all of them: written with `For` itself,
/// each would weigh as much as this one.
pub(crate) fn keyed_list(items: impl Fn() -> Vec<Item> + Send + Sync + 'static) -> AnyView {
    let items: Box<dyn Fn() -> Vec<Item> + Send + Sync> = Box::new(items);
    view! { <For each=items key=|item: &Item| item.key.clone() children=|item: Item| (item.draw)()/> }
        .into_any()
}
