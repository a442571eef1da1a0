use domain::{
    draft::{DraftLineView, How, LineWarning, Prices},
    order::LineKey,
    quantity::Quantity,
    time::Date,
};
use leptos::prelude::*;

use super::{DraftBoard, board::line_of};
use crate::{
    parts::{Notice, NoticeKind, Stepper, StepperMove, Toasts},
    screens::{
        offer_words::{self, Signs, stepper_face},
        quantity_step::{Step, after},
    },
    state::AppState,
    wording::{numbers, words},
};

/// One line: what, how much, what it costs, and what is wrong with it.
#[component]
pub(super) fn DraftLineRow(line: LineKey) -> impl IntoView {
    let state = expect_context::<AppState>();
    let board = expect_context::<DraftBoard>();
    let key = StoredValue::new(line.clone());
    let view = Memo::new(move |_| {
        let view = board.view()?;
        key.with_value(|key| line_of(&view, key).cloned())
    });
    let offer = view.get_untracked().and_then(|view| view.offer);
    let name = offer.as_ref().map_or_else(|| line.offer.to_string(), |offer| offer.name.clone());
    let signs = offer.as_ref().map(|offer| offer.signs.clone()).unwrap_or_default();
    let edit =
        Edit { state, board, key, toasts: expect_context::<Toasts>(), name: StoredValue::new(name.clone()) };
    let id = format!("line-{line}");
    let control = offer.map(|_| view! { <LineStepper view edit id=id.clone()/> });
    let amount = move || view.get().map(|view| numbers::money(view.amount));
    let troubled = move || view.get().is_some_and(|view| !view.warnings.is_empty());
    view! {
        <li class="line" data-check=move || troubled().then_some("")>
            <div class="line-what"><h3 class="line-name" id=id.clone()>{name}</h3><Signs signs/></div>
            <div class="line-detail"><span>{move || view.get().map(|view| detail(&view))}</span><DayChoice view edit/></div>
            {control}
            <p class="line-amount">{amount}</p>
            {move || view.get().map(|view| warnings(&view, edit))}
        </li>
    }
}

/// What a line can do to itself.
#[derive(Clone, Copy)]
struct Edit {
    state: AppState,
    board: DraftBoard,
    key: StoredValue<LineKey>,
    toasts: Toasts,
    name: StoredValue<String>,
}

impl Edit {
    fn set(self, quantity: Quantity, how: How) {
        self.board.set(self.key.get_value(), quantity, how);
    }

    /// Takes the line out, and leaves the way back open for a while.
    fn remove(self, was: Quantity) {
        self.set(Quantity::ZERO, How::Typed);
        let (board, key) = (self.board, self.key.get_value());
        let text = self.name.with_value(|name| (words().draft().removed)(name));
        self.toasts.done(text, move || board.set(key.clone(), was, How::Typed));
    }

    /// Moves the line to another day; a line already there takes it in.
    fn move_to(self, day: Date, quantity: Quantity) {
        let key = self.key.get_value();
        let there = LineKey { delivery_on: day, ..key };
        let already = self.board.quantity(&there);
        self.set(Quantity::ZERO, How::Typed);
        self.board.set(there, already + quantity, How::Stepped);
    }
}

/// « Colis de 10 kg · 1,37 € HT/kg · TVA 5,5 % »
fn detail(view: &DraftLineView) -> String {
    let words = words().catalog();
    let day = (words.delivered_on)(&numbers::day(view.key.delivery_on));
    match &view.offer {
        Some(offer) => [
            day,
            offer_words::pack(offer.pack, &offer.unit),
            offer_words::per_unit(view.unit_price, &offer.unit),
            (words.vat)(&numbers::rate(offer.vat)),
        ]
        .join(" · "),
        None => day,
    }
}

#[component]
fn LineStepper(view: Memo<Option<DraftLineView>>, edit: Edit, id: String) -> impl IntoView {
    let words = words().catalog();
    let face = Memo::new(move |_| {
        let Some((view, offer)) = view.get().and_then(|view| view.offer.clone().map(|offer| (view, offer)))
        else {
            return Default::default();
        };
        let wrong = view.warnings.iter().any(|warning| !matches!(warning, LineWarning::NotDelivered));
        stepper_face(view.quantity, offer.pack, &offer.unit, wrong)
    });
    let on_move = move |step: StepperMove| {
        let Some(view) = view.get_untracked() else { return };
        let Some(offer) = &view.offer else { return };
        match after(&step, view.quantity, offer.pack) {
            Step::Set(quantity) if quantity.is_zero() => edit.remove(view.quantity),
            Step::Set(quantity) => edit.set(quantity, step.how()),
            Step::Wait | Step::Unreadable(_) => {}
        }
    };
    view! {
        <Stepper
            face=face.into()
            on_move=Callback::new(on_move)
            labels=[words.quantity, words.less, words.add]
            labelled_by=id
        />
    }
}

/// The days this offer can be delivered, when there is a choice.
#[component]
fn DayChoice(view: Memo<Option<DraftLineView>>, edit: Edit) -> impl IntoView {
    let here = edit.key.with_value(|key| key.delivery_on);
    let days = Memo::new(move |_| -> Vec<Date> {
        let Some(offer) = view.get().and_then(|view| view.offer) else { return Vec::new() };
        edit.state.catalog().with(|loaded| {
            loaded
                .as_ref()
                .map(|loaded| offer.delivery_dates(loaded.catalog.cycle()).collect())
                .unwrap_or_default()
        })
    });
    let choose = move |event| {
        let day: Option<Date> = event_target_value(&event).parse().ok();
        if let (Some(day), Some(view)) = (day.filter(|day| *day != here), view.get_untracked()) {
            edit.move_to(day, view.quantity);
        }
    };
    move || {
        let mut days = days.get();
        if days.len() < 2 && days.contains(&here) {
            return None;
        }
        if !days.contains(&here) {
            days.insert(0, here);
        }
        let options = days
            .into_iter()
            .map(|day| view! { <option value=day.to_string() selected=day == here>{numbers::long_day(day)}</option> })
            .collect_view();
        Some(
            view! { <select class="input" aria-label=words().draft().day_of_line on:change=choose>{options}</select> },
        )
    }
}

fn warnings(view: &DraftLineView, edit: Edit) -> impl IntoView + use<> {
    let all_words = words();
    let words = all_words.draft();
    let unit = view.offer.as_ref().map(|offer| offer.unit.clone());
    let said =
        move |quantity| unit.as_ref().map(|unit| numbers::quantity(quantity, unit)).unwrap_or_default();
    let was = view.quantity;
    let remove = move || {
        view! { <button class="button quiet" type="button" on:click=move |_| edit.remove(was)>{words.remove_line}</button> }
    };
    let day = numbers::long_day(view.key.delivery_on);
    let pack = view.offer.as_ref().map(|offer| offer.pack.content()).unwrap_or_default();
    view.warnings
        .iter()
        .map(|warning| match warning {
            LineWarning::Gone => view! {
                <Notice kind=NoticeKind::Check title=words.gone_title>
                    <p>{words.gone_body}</p>
                    <div class="actions">{remove()}</div>
                </Notice>
            }
            .into_any(),
            LineWarning::PackMultiple { suggested } => {
                let suggested = *suggested;
                let title = (all_words.catalog().by_packs_of)(&said(pack), &said(suggested));
                let take = (all_words.catalog().take)(&said(suggested));
                view! {
                    <Notice kind=NoticeKind::Check title>
                        <div class="actions">
                            <button class="button" type="button" on:click=move |_| edit.set(suggested, How::Typed)>
                                {take}
                            </button>
                            {remove()}
                        </div>
                    </Notice>
                }
                .into_any()
            }
            LineWarning::NotDelivered => view! {
                <Notice kind=NoticeKind::Check title=(words.not_delivered_title)(&day)>
                    <p>{words.not_delivered_body}</p>
                    <div class="actions">{remove()}</div>
                </Notice>
            }
            .into_any(),
            LineWarning::AbovePromise { promised } => view! {
                <Notice kind=NoticeKind::Check title=(words.above_promise_title)(&said(*promised))>
                    <p>{words.above_promise_body}</p>
                </Notice>
            }
            .into_any(),
        })
        .collect_view()
}
