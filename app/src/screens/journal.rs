//! « Journal des accès »: who did what, and whether somebody rewrote it.

use domain::wire::people::{Journal, JournalLine};
use leptos::prelude::*;

use super::remote::{WATCHED, Watched};
use crate::{
    app::Route,
    parts::{Heading, Icon, Notice, NoticeKind},
    state::desk,
    wording::{numbers, words},
};

/// The whole screen.
#[component]
pub(crate) fn JournalScreen() -> impl IntoView {
    let all_words = words();
    let words = all_words.people();
    let journal = Watched::new(Some(WATCHED), desk::journal);
    let table = journal.show(move |journal| table(&journal));
    view! {
        <Heading title=words.journal.to_owned()>
            <p class="soft">{words.journal_about}</p>
            <p class="row actions">
                <a class="button quiet" href=Route::People.path()><Icon name="user"/>{all_words.shell().people}</a>
            </p>
        </Heading>
        <div class="stack">{table}</div>
    }
}

fn table(journal: &Journal) -> impl IntoView + use<> {
    let words = words().people();
    let broken = journal.broken_at.map(|place| {
        let title = (words.journal_broken)(&numbers::integer(place));
        view! { <Notice kind=NoticeKind::Error title=title/> }
    });
    let rows = journal.lines.iter().map(row).collect_view();
    view! {
        {broken}
        <div class="table-frame" tabindex="0" role="region" aria-label=words.journal>
            <table class="table">
                <caption class="unseen">{words.journal}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words.when}</th>
                        <th scope="col">{words.who}</th>
                        <th scope="col">{words.deed_heading}</th>
                        <th scope="col">{words.about}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(line: &JournalLine) -> impl IntoView + use<> {
    let words = words().people();
    let by = line.by.as_deref().unwrap_or(words.nobody);
    let by = line.device.as_deref().map_or_else(|| by.to_owned(), |device| (words.with_device)(by, device));
    view! {
        <tr>
            <td class="date">{numbers::moment(line.at)}</td>
            <th scope="row">{by}</th>
            <td>{(words.deed)(&line.deed).to_owned()}</td>
            <td>{line.about.clone()}</td>
        </tr>
    }
}
