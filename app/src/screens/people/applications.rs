use domain::wire::people::{ApplicationCard, InvitationCard, InvitationMade};
use leptos::{prelude::*, task::spawn_local};

use super::inviting::link;
use crate::{
    parts::Toasts,
    screens::{
        door::said_of_access,
        remote::{Remote, WATCHED, Watched},
    },
    state::desk,
    wording::{numbers, words},
};

/// Who asks to join; nothing where nobody does.
#[component]
pub(super) fn Applications(invitations: Watched<Vec<InvitationCard>>) -> impl IntoView {
    let words = words().people();
    let toasts = expect_context::<Toasts>();
    let made = RwSignal::new(None::<InvitationMade>);
    let applications = Watched::new(Some(WATCHED), desk::applications);
    let answer = Callback::new(move |(card, accepted): (ApplicationCard, bool)| {
        spawn_local(async move {
            let answered = if accepted {
                desk::accept_application(card.id).await.map(Some)
            } else {
                desk::refuse_application(card.id).await.map(|()| None)
            };
            match answered {
                Ok(Some(invitation)) => made.set(Some(invitation)),
                Ok(None) => toasts.say((words.application_refused)(&card.name)),
                Err(error) => toasts.say(said_of_access(&error).sentence),
            }
            applications.again();
            invitations.again();
        });
    });
    let list = move || match applications.get() {
        Remote::Ready(waiting) if !waiting.is_empty() => {
            let rows = waiting.iter().map(|card| row(card.clone(), answer)).collect_view();
            let rows = view! { <ul class="stack" role="list">{rows}</ul> };
            view! { <section class="card stack"><div class="card-heading"><h2>{words.applications}</h2></div>{rows}</section> }
                .into_any()
        }
        // The list of people says what goes wrong.
        Remote::Ready(_) | Remote::Loading | Remote::Failed(_) => ().into_any(),
    };
    view! { {move || made.get().map(link)}{list} }
}

fn row(card: ApplicationCard, answer: Callback<(ApplicationCard, bool)>) -> impl IntoView {
    let words = words().people();
    let ApplicationCard { place, name, email, words: said, made_at, is_known, .. } = card.clone();
    let what =
        format!("{} · {} · {}", (words.place_kind)(place.kind), place.commune, numbers::siret(&place.siret));
    let who = format!("{name} · {email} · {}", numbers::day_at(made_at));
    let said = (!said.is_empty()).then(|| view! { <p class="note-comment">{said}</p> });
    let known = is_known.then(|| view! { <p>{words.place_known}</p> });
    let (to_accept, to_refuse) = (card.clone(), card);
    view! {
        <li class="stack">
            <h3>{place.name.clone()}</h3>
            <p>{what}</p>
            <p class="soft">{who}</p>
            {said}
            {known}
            <div class="row actions">
                <button
                    class="button primary" type="button" aria-label=(words.accept_of)(&place.name)
                    on:click=move |_| answer.run((to_accept.clone(), true))
                >{words.accept}</button>
                <button
                    class="button" type="button" aria-label=(words.refuse_of)(&place.name)
                    on:click=move |_| answer.run((to_refuse.clone(), false))
                >{words.refuse}</button>
            </div>
        </li>
    }
}
