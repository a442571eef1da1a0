//! « Modifier la commande »: the quantities of a sent order, opened again.

use domain::{draft::DraftLine, id::DraftId, order::Order};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    app::{Navigation, Route},
    parts::{Heading, Icon, Notice, NoticeKind, Toasts},
    screens::{
        draft::{CutOff, DraftBoard, Groups, Slip},
        order_detail::NotHere,
        problem::{Problem, not_recorded},
    },
    state::{AppState, Asked, Draft, OrderEntry, RecordError},
    wording::words,
};

/// The whole screen. It opens on the order as it is shown then; what arrives meanwhile does not move under the fingers,
/// and the server asks when it matters.
#[component]
pub(crate) fn AmendScreen(draft: DraftId) -> impl IntoView {
    let state = expect_context::<AppState>();
    let entry =
        move || state.orders().with(|orders| orders.iter().find(|entry| entry.draft == draft).cloned());
    let can_change = Memo::new(move |_| entry().map(|entry| entry.changeable().is_some()));
    let title = || view! { <Heading title=words().orders.amend.to_owned()/> };
    move || match (can_change.get(), untrack(entry)) {
        (Some(true), Some(entry)) => view! { <Editing entry/> }.into_any(),
        (Some(false), _) => view! {
            {title()}
            <Notice kind=NoticeKind::Check title=words().orders.not_changeable>
                <div class="actions">
                    <a class="button" href=Route::Order(draft).path()>{words().orders.see_order}</a>
                </div>
            </Notice>
        }
        .into_any(),
        _ => view! { {title()}<NotHere/> }.into_any(),
    }
}

#[component]
fn Editing(entry: OrderEntry) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = &words().orders;
    entry.changeable().cloned().map(|order| {
        let asked = entry.asked(&order);
        let edited = RwSignal::new(opened(&order, asked.lines.clone()));
        provide_context(DraftBoard::amending(state, order, edited));
        view! {
            <div class="with-side">
                <div class="draft stack">
                    <Heading title=words.amend.to_owned()><CutOff/></Heading>
                    <p class="soft">{words.amend_body}</p>
                    <Groups/>
                </div>
                <Slip><SendAmendment asked edited/></Slip>
            </div>
        }
    })
}

fn opened(order: &Order, lines: Vec<DraftLine>) -> Draft {
    Draft { id: order.draft, site: order.site, cycle: order.cycle, slot: 0, lines }
}

/// Where sending stands.
#[derive(Clone, PartialEq)]
enum Sending {
    /// Not asked.
    Ready,
    /// Being written on this device.
    Saving,
    /// Not written.
    Failed(RecordError),
}

/// Why a change cannot be sent as it is; `None` when it can.
fn obstacle(asked: &[DraftLine], edited: &[DraftLine], sendable: usize) -> Option<&'static str> {
    let words = &words().orders;
    match edited {
        [] => Some(words.nothing_left),
        _ if edited == asked => Some(words.nothing_changed),
        _ if sendable != edited.len() => Some(words.lines_to_correct),
        _ => None,
    }
}

#[component]
fn SendAmendment(asked: Asked, edited: RwSignal<Draft>) -> impl IntoView {
    let state = expect_context::<AppState>();
    let board = expect_context::<DraftBoard>();
    let navigation = expect_context::<Navigation>();
    let toasts = expect_context::<Toasts>();
    let all_words = words();
    let sending = RwSignal::new(Sending::Ready);
    let asked = StoredValue::new(asked);
    let stops = Memo::new(move |_| {
        let sendable = board.view().map_or(0, |view| view.sendable);
        asked.with_value(|asked| edited.with(|edited| obstacle(&asked.lines, &edited.lines, sendable)))
    });
    let send = move |_| {
        if sending.get_untracked() == Sending::Saving || stops.get_untracked().is_some() {
            return;
        }
        sending.set(Sending::Saving);
        spawn_local(async move {
            let Draft { id, lines, .. } = edited.get_untracked();
            match state.amend(id, asked.get_value(), lines).await {
                Ok(()) => {
                    toasts.say(all_words.orders.saved.to_owned());
                    navigation.go(Route::Order(id));
                }
                Err(error) => sending.set(Sending::Failed(error)),
            }
        });
    };
    let problem = move || match sending.get() {
        Sending::Failed(error) => Some(view! { <Problem said=not_recorded(&error)/> }),
        Sending::Ready | Sending::Saving => None,
    };
    let saving = move || sending.get() == Sending::Saving;
    let name = move || if saving() { all_words.draft.saving } else { all_words.orders.send_amendment };
    view! {
        {problem}
        <p class="soft small" id="amend-obstacle">{move || stops.get()}</p>
        <button
            class="button primary"
            type="button"
            aria-disabled=move || stops.get().map(|_| "true")
            aria-describedby="amend-obstacle"
            on:click=send
        ><Icon name="send"/>{name}</button>
    }
}
