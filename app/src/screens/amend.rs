//! « Modifier la commande »: the quantities of a sent order, opened again.

mod add_product;
mod edited;

use domain::{draft::DraftLine, id::DraftId};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    app::{Navigation, Route},
    parts::{Heading, Icon, Notice, NoticeKind, Toasts},
    screens::{
        cut_off::CutOff,
        draft::{DraftBoard, Groups, Slip},
        order_detail::NotHere,
        problem::{Problem, not_recorded},
    },
    state::{AppState, Draft, OrderEntry, RecordError},
    wording::words,
};
use add_product::AddProduct;
use edited::Edited;

/// The whole screen. It opens on the order as it is shown then; what arrives meanwhile does not move under the fingers,
/// and the server asks when it matters.
#[component]
pub(crate) fn AmendScreen(draft: DraftId) -> impl IntoView {
    let state = expect_context::<AppState>();
    let entry =
        move || state.told().with(|told| told.orders.iter().find(|entry| entry.draft == draft).cloned());
    let can_change = Memo::new(move |_| entry().map(|entry| entry.changeable().is_some()));
    let title = || view! { <Heading title=words().orders().amend.to_owned()/> };
    move || match (can_change.get(), untrack(entry)) {
        (Some(true), Some(entry)) => view! { <Editing entry/> }.into_any(),
        (Some(false), _) => view! {
            {title()}
            <Notice kind=NoticeKind::Check title=words().orders().not_changeable>
                <div class="actions">
                    <a class="button" href=Route::Order(draft).path()>{words().orders().see_order}</a>
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
    let words = words().orders();
    entry.changeable().cloned().map(|order| {
        let edited = Edited::open(state, &entry, order);
        provide_context(edited.board());
        view! {
            <div class="with-side">
                <div class="draft stack">
                    <Heading title=words.amend.to_owned()><CutOff/></Heading>
                    <p class="soft">{words.amend_body}</p>
                    <Resumed edited/>
                    <Groups/>
                    <AddProduct/>
                </div>
                <Slip><SendAmendment edited/></Slip>
            </div>
        }
    })
}

/// That this was begun before, and the way back to the order as it stands.
#[component]
fn Resumed(edited: Edited) -> impl IntoView {
    let words = words().orders();
    move || {
        edited.resumed.get().then(|| {
            let moved = move || edited.is_of_another().then(|| view! { <p>{words.order_moved}</p> });
            view! {
                <Notice kind=NoticeKind::Plain title=words.change_resumed.to_owned()>
                    {moved}
                    <div class="actions">
                        <button class="button" type="button" on:click=move |_| edited.start_over()>
                            {words.start_over}
                        </button>
                    </div>
                </Notice>
            }
        })
    }
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
    let words = words().orders();
    match edited {
        [] => Some(words.nothing_left),
        _ if edited == asked => Some(words.nothing_changed),
        _ if sendable != edited.len() => Some(words.lines_to_correct),
        _ => None,
    }
}

#[component]
fn SendAmendment(edited: Edited) -> impl IntoView {
    let state = expect_context::<AppState>();
    let board = expect_context::<DraftBoard>();
    let navigation = expect_context::<Navigation>();
    let toasts = expect_context::<Toasts>();
    let all_words = words();
    let sending = RwSignal::new(Sending::Ready);
    let stops = Memo::new(move |_| {
        let sendable = board.view().map_or(0, |view| view.sendable);
        edited.seen.with(|seen| edited.wanted.with(|wanted| obstacle(&seen.lines, &wanted.lines, sendable)))
    });
    let send = move |_| {
        if sending.get_untracked() == Sending::Saving || stops.get_untracked().is_some() {
            return;
        }
        sending.set(Sending::Saving);
        spawn_local(async move {
            let Draft { id, lines, .. } = edited.wanted.get_untracked();
            match state.amend(id, edited.seen.get_untracked(), lines).await {
                Ok(()) => {
                    toasts.say(all_words.orders().saved.to_owned());
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
    let name = move || if saving() { all_words.draft().saving } else { all_words.orders().send_amendment };
    let kept = move || {
        let begun = edited.kept.get() && stops.get() != Some(all_words.orders().nothing_changed);
        begun.then(|| view! {
            <p class="draft-saved soft small"><Icon name="check"/><span>{all_words.orders().change_kept}</span></p>
        })
    };
    view! {
        {problem}
        <p class="soft small" id="amend-obstacle">{move || stops.get()}</p>
        {kept}
        <button
            class="button primary"
            type="button"
            aria-disabled=move || stops.get().map(|_| "true")
            aria-describedby="amend-obstacle"
            on:click=send
        ><Icon name="send"/>{name}</button>
    }
}
