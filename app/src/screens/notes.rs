//! What a kitchen says of a whole order, as people read it.

use domain::draft::{Field, Header, Saying};
use leptos::prelude::*;

use crate::wording::{numbers, words};

/// What a field says: a number as one writes it, a word between its quotation marks.
pub(crate) fn said_in(name: Field, saying: &Saying) -> String {
    match name {
        Field::Covers => saying.as_str().parse::<u32>().map(numbers::integer).unwrap_or_default(),
        Field::Comment => (words().notes().quoted)(saying.as_str()),
    }
}

/// Covers and comment; nothing where nothing is said.
#[component]
pub(crate) fn Note(header: Header) -> impl IntoView {
    let words = words().notes();
    let covers = header.covers.as_ref().map(|covers| (words.for_covers)(&said_in(Field::Covers, covers)));
    let covers = covers.map(|covers| view! { <p>{covers}</p> });
    let comment = header
        .comment
        .as_ref()
        .map(|comment| view! { <p class="note-comment">{said_in(Field::Comment, comment)}</p> });
    view! { {covers}{comment} }
}
