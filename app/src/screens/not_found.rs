//! An address nobody gave.

use leptos::prelude::*;

use crate::{
    app::Route,
    parts::{Empty, Heading},
    wording::words,
};

/// The whole screen.
#[component]
pub(crate) fn NotFoundScreen() -> impl IntoView {
    let words = words().shell();
    view! {
        <Heading title=words.not_found.to_owned()/>
        <Empty drawing="autres" title=words.not_found>
            <p>{words.not_found_body}</p>
            <a class="button primary" href=Route::Home.path()>{words.go_home}</a>
        </Empty>
    }
}
