use domain::wire::ways_in::{IdentityCard, OwnWaysIn};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    parts::Toasts,
    screens::{
        door::said_of_access,
        remote::{Remote, Watched},
    },
    state::desk,
    wording::{numbers, words},
};

/// Accounts of elsewhere that one comes in with; nothing where there are none.
#[component]
pub(super) fn Identities(ways: Watched<OwnWaysIn>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let words = words().ways_in();
    let remove = Callback::new(move |name: String| {
        spawn_local(async move {
            toasts.say(match desk::unlink_identity(&name).await {
                Ok(()) => words.identity_removed.to_owned(),
                Err(error) => said_of_access(&error).sentence,
            });
            ways.again();
        });
    });
    move || match ways.get() {
        Remote::Ready(ways) if !ways.identities.is_empty() => {
            let rows = ways.identities.iter().map(|identity| row(identity.clone(), remove)).collect_view();
            Some(view! {
                <section class="card stack">
                    <div class="card-heading"><h2>{words.identities}</h2></div>
                    <ul class="stack" role="list">{rows}</ul>
                </section>
            })
        }
        Remote::Ready(_) | Remote::Loading | Remote::Failed(_) => None,
    }
}

fn row(identity: IdentityCard, remove: Callback<String>) -> impl IntoView {
    let (people, words) = (words().people(), words().ways_in());
    let IdentityCard { id, issuer, linked_at } = identity;
    // What people know a service by.
    let host = issuer.split("//").last().unwrap_or_default().split('/').next().unwrap_or_default().to_owned();
    let label = (people.remove_it)(&host);
    view! {
        <li class="stack">
            <p>{host}<br/><span class="small soft">{(words.linked)(&numbers::day_at(linked_at))}</span></p>
            <div class="row actions">
                <button class="button danger" type="button" aria-label=label on:click=move |_| remove.run(id.clone())>
                    {people.remove}
                </button>
            </div>
        </li>
    }
}
