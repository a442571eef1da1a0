use domain::wire::people::SessionCard;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    parts::Toasts,
    screens::{door::said_of_access, remote::Watched},
    state::desk,
    wording::{numbers, words},
};

/// Where one is signed in, and the way to end it from here.
#[component]
pub(super) fn Sessions() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let words = words().people();
    let sessions = Watched::new(None, desk::sessions);
    let end = Callback::new(move |name: String| {
        spawn_local(async move {
            toasts.say(match desk::end_session(&name).await {
                Ok(()) => words.session_was_ended.to_owned(),
                Err(error) => said_of_access(&error).sentence,
            });
            sessions.again();
        });
    });
    let list = sessions.show(move |sessions| {
        let rows = sessions.iter().map(|session| row(session.clone(), end)).collect_view();
        view! { <ul class="stack" role="list">{rows}</ul> }
    });
    view! { <section class="card stack"><div class="card-heading"><h2>{words.sessions}</h2></div>{list}</section> }
}

fn row(session: SessionCard, end: Callback<String>) -> impl IntoView {
    let words = words().people();
    let SessionCard { id, opened_at, seen_at, current } = session;
    let what = if current { words.session_here } else { words.session_elsewhere };
    let times = format!(
        "{} · {}",
        (words.opened)(&numbers::moment(opened_at)),
        (words.seen)(&numbers::moment(seen_at))
    );
    let button = (!current).then(|| {
        let label = format!("{}, {what}", words.end_session);
        view! {
            <button class="button" type="button" aria-label=label on:click=move |_| end.run(id.clone())>
                {words.end_session}
            </button>
        }
    });
    view! { <li class="row"><div><h3>{what}</h3><p class="small soft">{times}</p></div>{button}</li> }
}
