//! What another tablet of the kitchen said of the draft: quantities that met, lines an order left behind.

use std::sync::Arc;

use domain::{draft::Prices, quantity::Quantity};
use leptos::prelude::*;

use crate::{
    app::Route,
    parts::{Notice, NoticeKind},
    state::{Announced, AppState, EntryLines, LoadedCatalog, SendState},
    wording::{numbers, words},
};

/// Everything announced, each with its choice; nothing when there is nothing.
#[component]
pub(super) fn Announcements() -> impl IntoView {
    let state = expect_context::<AppState>();
    let each = move || {
        let loaded = state.catalog().get();
        let told = state.told().get();
        told.announced
            .iter()
            .cloned()
            .map(|announced| announcement(state, announced, loaded.as_ref()))
            .collect_view()
    };
    view! { {each} <LeftBehind/> }
}

/// How many lines wait for a choice, and the way to them: for a screen that is not about the draft.
#[component]
pub(crate) fn AnnouncedElsewhere() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().draft();
    let count = Memo::new(move |_| state.told().read().announced.len());
    move || {
        (count.get() > 0).then(|| {
            view! {
                <Notice kind=NoticeKind::Check title=(words.to_choose)(count.get())>
                    <div class="actions">
                        <a class="button" href=Route::Draft.path()>{words.see_draft}</a>
                    </div>
                </Notice>
            }
        })
    }
}

/// The draft on screen holds what an order that left did not.
#[component]
fn LeftBehind() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().draft();
    let number = Memo::new(move |_| {
        let draft = state.draft().with(|draft| draft.as_ref().map(|draft| draft.id))?;
        state.told().with(|told| {
            let orders = &told.orders;
            let sent = orders.iter().find(|entry| entry.draft == draft)?;
            match &sent.state {
                SendState::Received { number, .. } | SendState::ToCheck { number: Some(number), .. } => {
                    Some(number.to_string())
                }
                _ => None,
            }
        })
    });
    move || {
        number.get().map(|number| {
            view! {
                <Notice kind=NoticeKind::Check title=(words.left_behind_title)(&number)>
                    <p>{words.left_behind_body}</p>
                </Notice>
            }
        })
    }
}

fn announcement(
    state: AppState,
    announced: Announced,
    loaded: Option<&Arc<LoadedCatalog>>,
) -> impl IntoView + use<> {
    let words = words().draft();
    let offer = loaded.and_then(|loaded| loaded.catalog.offer(&announced.key.offer));
    let name = offer.map_or_else(|| announced.key.offer.to_string(), |offer| offer.name.clone());
    let unit = offer.map(|offer| offer.unit.clone());
    let said = |quantity: Quantity| {
        unit.as_ref().map_or_else(|| quantity.to_string(), |unit| numbers::quantity(quantity, unit))
    };
    let Announced { stands, wanted, here, .. } = announced.clone();
    let who = if here { words.this_tablet } else { words.other_tablet };
    let was = if wanted.is_zero() { (words.had_removed)(who) } else { (words.had_put)(who, &said(wanted)) };
    let ordered = ordered(state, &announced);
    let is = if let Some((number, quantity)) = ordered.as_ref() {
        (words.is_ordered)(number, &said(*quantity))
    } else if stands.is_zero() {
        words.is_out.to_owned()
    } else {
        (words.is_there)(&said(stands))
    };
    let keep = if stands.is_zero() { words.leave_so.to_owned() } else { (words.keep)(&said(stands)) };
    let take = match (wanted.is_zero(), stands.is_zero()) {
        // Another quantity of what was ordered is a change of the order.
        _ if ordered.is_some() => None,
        (true, true) => None,
        (true, false) => Some(words.remove_line.to_owned()),
        (false, _) => Some((words.put)(&said(wanted))),
    };
    let title = format!("{name}, {}", numbers::day(announced.key.delivery_on));
    let see = ordered.map(|_| {
        view! { <a class="button" href=Route::Order(announced.draft).path()>{words.see_order}</a> }
    });
    let (kept, taken) = (announced.clone(), announced);
    let take = take.map(|take| {
        view! { <button class="button" type="button" on:click=move |_| state.decide(&taken, wanted)>{take}</button> }
    });
    view! {
        <Notice kind=NoticeKind::Check title>
            <p>{was}" "{is}</p>
            <div class="actions">
                <button class="button" type="button" on:click=move |_| state.decide(&kept, stands)>{keep}</button>
                {take}
                {see}
            </div>
        </Notice>
    }
}

/// What the order that was sent from the draft asks of the line, and its number.
fn ordered(state: AppState, announced: &Announced) -> Option<(String, Quantity)> {
    state.told().with(|told| {
        let orders = &told.orders;
        let sent = orders.iter().find(|entry| entry.draft == announced.draft)?;
        let EntryLines::Accepted(order) = &sent.lines else { return None };
        Some((order.number.to_string(), order.line(&announced.key)?.ordered))
    })
}
