//! One product of the week: how much, at which price, which days, and whether the weather decides.

use domain::{
    availability::{AvailableProduct, Confidence},
    catalog::Weekdays,
    money::UnitPrice,
    quantity::Quantity,
    time::Weekday,
};
use leptos::prelude::*;

use super::typed_week::{Row, TypedWeek};
use crate::{
    parts::{Drawing, Icon, Stepper, StepperFace, StepperMove},
    screens::{
        offer_words::{self, drawing, stepper_face},
        quantity_step::{Step, after},
    },
    wording::{numbers, typed_quantity, words},
};

/// A tap moves a price by so many ten thousandths of a euro: five cents.
const PRICE_STEP: i64 = 500;

/// The days a hub may deliver.
const DAYS: [Weekday; 5] =
    [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

/// One row.
#[component]
pub(super) fn Product(row: Row, typed: TypedWeek) -> impl IntoView {
    let words = words().announce();
    let offer = row.offer.clone();
    let id = format!("announce-{}", offer.reference);
    let product = row.product;
    let off = move || product.with(|product| product.available.is_zero()).then_some("");
    view! {
        <li class="my-offer" data-off=off>
            <header>
                <Drawing name=drawing(&offer.family)/>
                <h2 id=id.clone()>{offer.name.clone()}</h2>
                <p class="soft small">{offer_words::pack(offer.pack, &offer.unit)}</p>
            </header>
            <div class="announce-fields">
                <div><p class="small" aria-hidden="true">{words.available}</p><HowMuch row=row.clone() typed id=id.clone()/></div>
                <div><p class="small" aria-hidden="true">{words.price}</p><Price row=row.clone() typed id/></div>
            </div>
            <More row typed/>
        </li>
    }
}

#[component]
fn HowMuch(row: Row, typed: TypedWeek, id: String) -> impl IntoView {
    let row = StoredValue::new(row);
    let face = move || {
        row.with_value(|row| {
            let available = row.product.with(|product| product.available);
            stepper_face(available, row.offer.pack, &row.offer.unit, false)
        })
    };
    let on_move = move |step: StepperMove| {
        row.with_value(|row| {
            let product = row.product.get_untracked();
            if let Step::Set(available) = after(&step, product.available, row.offer.pack) {
                let available = available.min(Quantity::OF_A_LINE);
                typed.set(row, AvailableProduct { available, ..product });
            }
        });
    };
    view! {
        <Stepper
            face=Signal::derive(face)
            on_move=Callback::new(on_move)
            labels=words().announce().quantity_labels
            labelled_by=id
        />
    }
}

/// What a move makes of a price; `None` when what was typed is none.
fn moved(step: &StepperMove, price: UnitPrice) -> Option<UnitPrice> {
    let by = |by: i64| UnitPrice::from_ten_thousandths((price.ten_thousandths() + by).max(PRICE_STEP)).ok();
    match step {
        StepperMove::More => by(PRICE_STEP),
        StepperMove::Less => by(-PRICE_STEP),
        StepperMove::Typed { text, .. } => {
            let typed = typed_quantity::parse(text).ok().filter(|typed| !typed.is_zero())?;
            UnitPrice::new(typed.value()).ok()
        }
    }
}

#[component]
fn Price(row: Row, typed: TypedWeek, id: String) -> impl IntoView {
    let words = words().announce();
    let unread = RwSignal::new(false);
    let last = row.offer.net_price;
    let unit = row.offer.unit.clone();
    let row = StoredValue::new(row);
    let price = move || row.with_value(|row| row.product.with(|product| product.net_price));
    let face = move || {
        let price = price();
        StepperFace {
            text: shown(price),
            plain: price.euros().to_string(),
            spoken: numbers::unit_price(price),
            unit: format!("€/{}", numbers::unit_name(&unit)),
            chosen: true,
            wrong: unread.get(),
        }
    };
    let on_move = move |step: StepperMove| {
        row.with_value(|row| {
            let product = row.product.get_untracked();
            match moved(&step, product.net_price) {
                Some(net_price) => {
                    unread.set(false);
                    typed.set(row, AvailableProduct { net_price, ..product });
                }
                // A field that was just emptied to be typed again says nothing wrong; left, it shows what stood.
                None => {
                    let typing =
                        matches!(&step, StepperMove::Typed { text, done: false } if !text.is_empty());
                    unread.set(typing);
                }
            }
        });
    };
    let note = move || {
        let sentence = match (unread.get(), price() == last) {
            (true, _) => words.not_a_price.to_owned(),
            (false, true) => return None,
            (false, false) => (words.price_moved)(&numbers::unit_price(last)),
        };
        Some(
            view! { <p class="offer-note small" role="status"><Icon name="warning" small=true/><span>{sentence}</span></p> },
        )
    };
    view! {
        <Stepper
            face=Signal::derive(face)
            on_move=Callback::new(on_move)
            labels=words.price_labels
            labelled_by=id
        />
        {note}
    }
}

/// A price to be typed over: « 1,80 ».
fn shown(price: UnitPrice) -> String {
    numbers::unit_price(price).trim_matches(|c: char| c == '€' || c.is_whitespace()).to_owned()
}

/// Days and weather, folded away: most weeks nobody touches them.
#[component]
fn More(row: Row, typed: TypedWeek) -> impl IntoView {
    let words = words().announce();
    let product = row.product;
    let row = StoredValue::new(row);
    let change = move |to: AvailableProduct| row.with_value(|row| typed.set(row, to));
    let days = DAYS
        .into_iter()
        .map(|day| {
            let is_on = move || product.with(|product| product.delivery_days.contains(day));
            let turn = move |_| {
                let product = product.get_untracked();
                let kept = product.delivery_days.iter().filter(|other| *other != day);
                let added = (!product.delivery_days.contains(day)).then_some(day);
                change(AvailableProduct { delivery_days: Weekdays::of(kept.chain(added)), ..product });
            };
            view! {
                <label class="check-row">
                    <input type="checkbox" prop:checked=is_on on:change=turn/>
                    <span>{numbers::weekday(day)}</span>
                </label>
            }
        })
        .collect_view();
    let weather = move || product.with(|product| product.confidence == Confidence::Weather);
    let turn_weather = move |_| {
        let product = product.get_untracked();
        let confidence = match product.confidence {
            Confidence::Sure => Confidence::Weather,
            Confidence::Weather => Confidence::Sure,
        };
        change(AvailableProduct { confidence, ..product });
    };
    let no_day = move || {
        let none = product.with(|product| product.delivery_days == Weekdays::default());
        none.then(|| view! { <p class="offer-note small" role="status">{words.no_day}</p> })
    };
    let summary = move || {
        product.with(|product| {
            let days = product.delivery_days.iter().map(numbers::weekday).collect::<Vec<_>>().join(", ");
            match product.confidence {
                Confidence::Sure => days,
                Confidence::Weather => format!("{days} · {}", words.weather),
            }
        })
    };
    view! {
        <details class="announce-more">
            <summary><span>{words.more}</span>" "<span class="soft small">{summary}</span></summary>
            <fieldset>
                <legend class="small">{words.days}</legend>
                <div class="checks">{days}</div>
            </fieldset>
            {no_day}
            <label class="check-row">
                <input type="checkbox" prop:checked=weather on:change=turn_weather/>
                <span>{words.weather}</span>
            </label>
        </details>
    }
}
