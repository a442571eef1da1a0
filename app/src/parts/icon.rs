use leptos::prelude::*;

/// The one file of all signs and drawings; precached with the rest of the build.
const SPRITE: &str = "/drawings/sprite.svg";

/// A sign beside words; it says nothing by itself to a screen reader.
#[component]
pub(crate) fn Icon(
    /// Its name in the sprite.
    name: &'static str,
    /// As high as the text around.
    #[prop(optional)]
    small: bool,
    /// Another place in its parent's grid.
    #[prop(optional)]
    class: Option<&'static str>,
) -> impl IntoView {
    let class = class.unwrap_or(if small { "icon icon-s" } else { "icon" });
    view! { <svg class=class aria-hidden="true"><use_ href=format!("{SPRITE}#{name}")></use_></svg> }
}

/// A family's drawing.
#[component]
pub(crate) fn Drawing(
    /// Its name in the sprite.
    name: &'static str,
    /// For an empty screen.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let class = if large { "drawing drawing-l" } else { "drawing" };
    view! { <svg class=class aria-hidden="true"><use_ href=format!("{SPRITE}#{name}")></use_></svg> }
}
