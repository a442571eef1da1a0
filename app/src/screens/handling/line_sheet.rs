//! One product that is not simply as expected: how much of it, why, what the thermometer and the label say.

use domain::{draft::Saying, quantity::Quantity, reception::GapReason};
use leptos::prelude::*;

use super::{
    Act,
    checked::Checked,
    goods::Goods,
    lots::TypedLots,
    thermometer::Thermometer,
    typed::{Typed, Unfit},
};
use crate::{
    parts::{CloseButton, Dialog, Field, Stepper, StepperMove},
    screens::{
        offer_words::stepper_face,
        quantity_step::{Step, after},
    },
    wording::{numbers, words},
};

/// The sheet of one product.
#[component]
pub(super) fn LineSheet(
    goods: Goods,
    checked: Checked,
    act: Act,
    opened: RwSignal<Option<Goods>>,
) -> impl IntoView {
    let all_words = words();
    let words = all_words.reception();
    let said = untrack(|| checked.of(goods.product())).unwrap_or_else(|| goods.accepted(None));
    let typed = RwSignal::new(Typed::of(&said, goods.class.clone()));
    // Once validating was tried, what is wrong is said for as long as it is.
    let tried = RwSignal::new(false);
    let close = Callback::new(move |()| opened.set(None));
    let name = goods.name.clone();
    let goods = StoredValue::new(goods);
    let said = move |typed: &Typed| goods.with_value(|goods| typed.said(goods));
    let validate = move |_| match typed.with_untracked(said) {
        Ok(said) => {
            checked.set(said);
            opened.set(None);
        }
        Err(_) => tried.set(true),
    };
    let problem = move || {
        let unfit = tried.get().then(|| typed.with(|typed| said(typed).err())).flatten();
        unfit.map(|unfit| match unfit {
            Unfit::Temperature => words.bad_temperature,
            Unfit::SameLot => all_words.quay().same_lot,
            Unfit::DateWithoutLot => all_words.quay().date_without_lot,
            Unfit::Said(objection) => (words.objection)(objection),
        })
    };
    view! {
        <Dialog open=Signal::stored(true) on_close=close label=name.clone() sheet=true>
            <div class="dialog-heading"><h2 id="line-sheet-name">{name}</h2><CloseButton on_press=close/></div>
            <Reasons typed goods act/>
            <HowMuch typed goods act/>
            <Comment typed/>
            <Thermometer typed goods/>
            <TypedLots typed goods/>
            <p class="field-error" role="alert">{problem}</p>
            <div class="actions">
                <button class="button primary roomy" type="button" on:click=validate>{words.validate}</button>
            </div>
        </Dialog>
    }
}

/// As expected, or one of the reasons why not.
#[component]
fn Reasons(typed: RwSignal<Typed>, goods: StoredValue<Goods>, act: Act) -> impl IntoView {
    let words = words().reception();
    let expected = goods.with_value(|goods| goods.expected);
    let choose = move |reason: Option<GapReason>| {
        typed.update(|typed| {
            typed.quantity = match &reason {
                None => expected,
                // What is refused goes back whole, unless somebody says otherwise.
                Some(GapReason::Refused | GapReason::Temperature | GapReason::WrongProduct) => Quantity::ZERO,
                Some(_) => typed.quantity,
            };
            typed.reason = reason;
        });
    };
    let choices = std::iter::once(None).chain(GapReason::KNOWN.iter().cloned().map(Some));
    let buttons = choices
        .map(|reason| {
            let name = reason.as_ref().map_or(act.fine, |reason| (words.why)(reason)).to_owned();
            let is = reason.clone();
            let pressed = move || typed.with(|typed| typed.reason == is).to_string();
            view! {
                <button class="button roomy" type="button" aria-pressed=pressed on:click=move |_| choose(reason.clone())>
                    {name}
                </button>
            }
        })
        .collect_view();
    view! { <div class="reasons" role="group" aria-label=words.state>{buttons}</div> }
}

#[component]
fn HowMuch(typed: RwSignal<Typed>, goods: StoredValue<Goods>, act: Act) -> impl IntoView {
    let all_words = words();
    let catalog = all_words.catalog();
    let Goods { pack, unit, expected, .. } = goods.get_value();
    let said = (all_words.reception().confirmed)(&numbers::quantity(expected, &unit));
    let face = Memo::new(move |_| stepper_face(typed.with(|typed| typed.quantity), pack, &unit, false));
    let on_move = Callback::new(move |step: StepperMove| {
        if let Step::Set(quantity) = after(&step, typed.with_untracked(|typed| typed.quantity), pack) {
            typed.update(|typed| typed.quantity = quantity);
        }
    });
    view! {
        <div class="kept">
            <p><strong id="quantity-kept">{act.quantity}</strong>" "<span class="soft">{said}</span></p>
            <Stepper face=face.into() on_move labels=[catalog.quantity, catalog.less, catalog.add] labelled_by="quantity-kept"/>
        </div>
    }
}

#[component]
fn Comment(typed: RwSignal<Typed>) -> impl IntoView {
    let words = words().reception();
    let is_shown = Memo::new(move |_| typed.with(|typed| typed.reason.is_some()));
    move || {
        is_shown.get().then(|| view! {
            <Field id="gap-comment" label=words.comment>
                <textarea class="input" id="gap-comment" rows="2" maxlength=Saying::LONGEST.to_string()
                    prop:value=move || typed.with(|typed| typed.comment.clone())
                    on:input=move |event| typed.update(|typed| typed.comment = event_target_value(&event))></textarea>
            </Field>
        })
    }
}
