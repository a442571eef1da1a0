use leptos::{prelude::*, task::spawn_local};

use super::{DraftBoard, DraftSaved};
use crate::{
    app::{Navigation, Route},
    parts::Icon,
    screens::orders::SavedHere,
    screens::problem::{Problem, not_recorded},
    state::{AppState, RecordError},
    wording::{numbers, words},
};

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

/// The slip of the kitchen's draft.
#[component]
pub(super) fn SendSlip() -> impl IntoView {
    let board = expect_context::<DraftBoard>();
    let left_behind = move || {
        let view = board.view()?;
        let lines: usize = view.groups.iter().map(|group| group.lines.len()).sum();
        let behind = lines - view.sendable.min(lines);
        (behind > 0).then(|| view! { <p>{(words().draft().left_behind)(behind)}</p> })
    };
    view! { <Slip>{left_behind}<DraftSaved/><SendButton/></Slip> }
}

/// Totals and VAT by rate of the draft at hand.
#[component]
pub(crate) fn Slip(
    /// The button that sends, and what is to be said of it.
    children: Children,
) -> impl IntoView {
    let board = expect_context::<DraftBoard>();
    let all_words = words();
    let words = all_words.draft();
    let total = move || numbers::money(board.view().map(|view| view.totals.net).unwrap_or_default());
    let amounts = move || {
        let view = board.view()?;
        let vat = view
            .totals
            .vat
            .iter()
            .map(|group| {
                let name = (words.vat_on)(&numbers::rate(group.rate), &numbers::money(group.base));
                view! { <dt>{name}</dt><dd>{numbers::money(group.tax)}</dd> }
            })
            .collect_view();
        let gross = numbers::money(view.totals.gross);
        Some(
            view! { <dl class="amounts">{vat}<dt class="sum">{words.gross}</dt><dd class="sum">{gross}</dd></dl> },
        )
    };
    view! {
        <aside class="side slip" aria-label=words.summary>
            <header class="slip-heading"><h2>{words.summary}</h2></header>
            <div class="slip-body">{amounts}</div>
            <div class="slip-foot">
                <output class="total" role="status" aria-label=all_words.catalog().total>
                    <span class="total-label" aria-hidden="true">{all_words.catalog().total}</span>
                    <span class="total-value">{total}</span>
                </output>
                {children()}
            </div>
        </aside>
    }
}

#[component]
fn SendButton() -> impl IntoView {
    let state = expect_context::<AppState>();
    let board = expect_context::<DraftBoard>();
    let navigation = expect_context::<Navigation>();
    let saved = expect_context::<SavedHere>();
    let words = words().draft();
    let sending = RwSignal::new(Sending::Ready);
    let can_send = Memo::new(move |_| board.view().is_some_and(|view| view.sendable > 0));
    let send = move |_| {
        if sending.get_untracked() == Sending::Saving {
            return;
        }
        if !can_send.get_untracked() {
            return sending.set(Sending::Failed(RecordError::NothingToSend));
        }
        sending.set(Sending::Saving);
        spawn_local(async move {
            match state.submit_draft().await {
                // Written for good: the order's own page says where it stands from here on.
                Ok(draft) => {
                    saved.note(draft, state.now());
                    navigation.go(Route::Order(draft));
                }
                Err(error) => sending.set(Sending::Failed(error)),
            }
        });
    };
    let problem = move || match sending.get() {
        Sending::Failed(error) => Some(view! { <Problem said=not_recorded(&error)/> }),
        Sending::Ready | Sending::Saving => None,
    };
    let name = move || if sending.get() == Sending::Saving { words.saving } else { words.send };
    view! {
        {problem}
        <button
            class="button primary"
            type="button"
            aria-disabled=move || (!can_send.get()).then_some("true")
            on:click=send
        ><Icon name="send"/>{name}</button>
    }
}

/// The order as a text somebody can send by hand.
pub(super) fn recap(state: AppState, board: DraftBoard) -> String {
    let place = state.session().with(|session| session.me().map(|me| me.place.clone())).unwrap_or_default();
    let code =
        state.draft().with(|draft| draft.as_ref().map(|draft| draft.id.short_code())).unwrap_or_default();
    let lines = board.view().map(|view| {
        let lines = view.groups.iter().flat_map(|group| &group.lines);
        let said = lines.filter_map(|line| {
            let offer = line.offer.as_ref()?;
            let quantity = numbers::quantity(line.quantity, &offer.unit);
            Some(format!("{} — {quantity}, {}", offer.name, numbers::day(line.key.delivery_on)))
        });
        said.collect::<Vec<_>>().join("\n")
    });
    format!("{}\n{}", (words().draft().recap)(&place, &code), lines.unwrap_or_default())
}
