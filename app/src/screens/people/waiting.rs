use domain::wire::people::InvitationCard;
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

/// Invitations nobody accepted yet; nothing where there is none.
#[component]
pub(super) fn Waiting(invitations: Watched<Vec<InvitationCard>>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let words = words().people();
    let take_back = Callback::new(move |card: InvitationCard| {
        spawn_local(async move {
            toasts.say(match desk::withdraw_invitation(card.id).await {
                Ok(()) => words.taken_back.to_owned(),
                Err(error) => said_of_access(&error).sentence,
            });
            invitations.again();
        });
    });
    move || match invitations.get() {
        Remote::Ready(waiting) if !waiting.is_empty() => {
            let rows = waiting.iter().map(|card| row(card.clone(), take_back)).collect_view();
            let rows = view! { <ul class="stack" role="list">{rows}</ul> };
            view! { <section class="card stack"><div class="card-heading"><h2>{words.waiting}</h2></div>{rows}</section> }
                .into_any()
        }
        // The list below says what goes wrong.
        Remote::Ready(_) | Remote::Loading | Remote::Failed(_) => ().into_any(),
    }
}

fn row(card: InvitationCard, take_back: Callback<InvitationCard>) -> impl IntoView {
    let words = words().people();
    let about =
        format!("{} · {} · {}", card.email, card.place, (words.expires)(&numbers::day_at(card.expires_at)));
    let label = (words.take_back_of)(&card.name);
    view! {
        <li class="row">
            <div><h3>{card.name.clone()}</h3><p class="small soft">{about}</p></div>
            <button class="button" type="button" aria-label=label on:click=move |_| take_back.run(card.clone())>
                {words.take_back}
            </button>
        </li>
    }
}
