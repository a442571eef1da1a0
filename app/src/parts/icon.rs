use leptos::prelude::*;

/// A sign beside words; it says nothing by itself to a screen reader.
#[component]
pub(crate) fn Icon(
    /// Its name among the drawings of the page (`public/drawings/sprite.svg`).
    name: &'static str,
    /// As high as the text around.
    #[prop(optional)]
    small: bool,
    /// Another place in its parent's grid.
    #[prop(optional)]
    class: Option<&'static str>,
) -> impl IntoView {
    let class = class.unwrap_or(if small { "icon icon-s" } else { "icon" });
    view! { <svg class=class aria-hidden="true"><use_ href=format!("#{name}")></use_></svg> }
}

/// A family's drawing.
#[component]
pub(crate) fn Drawing(
    /// Its name among the drawings of the page (`public/drawings/sprite.svg`).
    name: &'static str,
    /// For an empty screen.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let class = if large { "drawing drawing-l" } else { "drawing" };
    view! { <svg class=class aria-hidden="true"><use_ href=format!("#{name}")></use_></svg> }
}
