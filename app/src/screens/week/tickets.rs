use domain::{
    ticket::{Choice, Settler},
    wire::desk::{TicketCard, WeekBoard},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    parts::{Notice, NoticeKind, Toasts},
    screens::{
        order_detail::Choices,
        problem::said,
        remote::{WATCHED, Watched},
    },
    state::desk,
    wording::{numbers, words},
};

/// What waits for the hub, and what waits for kitchens.
#[component]
pub(super) fn Tickets(board: Watched<WeekBoard>) -> impl IntoView {
    let words = words().hub();
    let tickets = Watched::new(Some(WATCHED), desk::tickets);
    let toasts = expect_context::<Toasts>();
    let settle = move |(id, choice)| {
        spawn_local(async move {
            if let Err(error) = desk::settle(id, choice).await {
                toasts.say(said(&error).sentence);
            }
            tickets.again();
            board.again();
        });
    };
    let list = tickets.show(move |cards| {
        if cards.is_empty() {
            return view! { <p class="soft">{words.nothing_to_decide}</p> }.into_any();
        }
        let cards = cards
            .iter()
            .map(|card| {
                let id = card.ticket.id;
                let choose = Callback::new(move |choice: Choice| settle((id, choice)));
                view! { <li><TicketNotice card=card.clone() choose/></li> }
            })
            .collect_view();
        view! { <ul class="stack" role="list">{cards}</ul> }.into_any()
    });
    view! { <section class="card stack"><div class="card-heading"><h2>{words.to_decide}</h2></div>{list}</section> }
}

#[component]
fn TicketNotice(card: TicketCard, choose: Callback<Choice>) -> impl IntoView {
    let all_words = words();
    let words = all_words.hub();
    let ticket = card.ticket;
    let reason = all_words.reason(&ticket.reason);
    let act = match ticket.settler() {
        Settler::Hub => view! { <Choices ticket=&ticket order=None on_choice=choose/> }.into_any(),
        Settler::Kitchen => view! { <p class="soft">{words.kitchen_chooses}</p> }.into_any(),
    };
    view! {
        <Notice kind=NoticeKind::Check title=(words.ticket_of)(&card.site_name, reason.short)>
            <p>{(words.arrived)(&numbers::moment(ticket.opened_at))}</p>
            {act}
        </Notice>
    }
}
