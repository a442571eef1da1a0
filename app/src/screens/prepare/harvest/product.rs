//! One product to harvest: how much of it, less of it and why, what could come instead, and which kitchen gets what.

use domain::{
    draft::{Prices, Saying},
    harvest::{Less, ShortReason, Shortfall, Substitute, shares},
    offer::Offer,
    quantity::Quantity,
};
use leptos::prelude::*;

use super::answering::{Answering, Row};
use crate::{
    parts::{Icon, Stepper, StepperMove},
    screens::{
        offer_words::{self, stepper_face},
        quantity_step::{Step, after},
    },
    state::{AppState, TypedLess},
    wording::{numbers, words},
};

/// One row.
#[component]
pub(super) fn Product(row: Row, answering: Answering) -> impl IntoView {
    let id = format!("harvest-{}", row.product.reference);
    let is_less = Memo::new({
        let row = row.clone();
        move |_| row.typed.with(Option::is_some)
    });
    let form = {
        let (row, id) = (row.clone(), id.clone());
        move || is_less.get().then(|| view! { <HowMuchLess row=row.clone() answering id=id.clone()/> })
    };
    let row = StoredValue::new(row);
    let (name, pack) = row
        .with_value(|row| (row.product.name.clone(), offer_words::pack(row.product.pack, &row.product.unit)));
    view! {
        <li class="line harvest-line" data-check=move || is_less.get().then_some("")>
            <div class="line-what">
                <h3 class="line-name" id=id>{name.clone()}</h3>
                <p class="soft small">{pack}</p>
            </div>
            <HowMuch row/>
            <Choice row answering name/>
            {form}
            <ByKitchen row/>
        </li>
    }
}

/// « 50 kg · 10 colis », struck through where there is less.
#[component]
fn HowMuch(row: StoredValue<Row>) -> impl IntoView {
    let said = move |quantity: Quantity| row.with_value(|row| numbers::quantity(quantity, &row.product.unit));
    let packs = move |quantity: Quantity| {
        row.with_value(|row| {
            let face = stepper_face(quantity, row.product.pack, &row.product.unit, false);
            face.unit.split_once(" · ").map(|(_, packs)| packs.to_owned())
        })
    };
    move || {
        row.with_value(|row| match row.less() {
            Some(typed) => view! {
                <p class="harvest-much"><del>{said(row.granted)}</del>" "<strong>{said(typed.confirmed)}</strong></p>
            }
            .into_any(),
            None => view! {
                <p class="harvest-much"><strong>{said(row.granted)}</strong>" "<span class="soft">{packs(row.granted)}</span></p>
            }
            .into_any(),
        })
    }
}

/// « Moins », « Pas disponible »; or all of it after all.
#[component]
fn Choice(row: StoredValue<Row>, answering: Answering, name: String) -> impl IntoView {
    let words = words().harvest();
    let start = move |confirmed: Quantity| {
        row.with_value(|row| {
            let reference = row.product.reference.clone();
            let typed =
                TypedLess { reference, confirmed, reason: None, comment: String::new(), substitute: None };
            answering.set(row, Some(typed));
        });
    };
    let one_less = move |_| {
        let confirmed =
            row.with_value(|row| match after(&StepperMove::Less, row.granted, row.product.pack) {
                Step::Set(confirmed) => confirmed,
                Step::Wait | Step::Unreadable(_) => Quantity::ZERO,
            });
        start(confirmed);
    };
    let all = move |_| row.with_value(|row| answering.set(row, None));
    move || {
        let label = |button: &str| format!("{button}\u{a0}: {name}");
        if row.with_value(|row| row.typed.with(Option::is_some)) {
            return view! {
                <div class="line-control row">
                    <button class="button" type="button" aria-label=label(words.all_after_all) on:click=all>
                        <Icon name="refresh"/>{words.all_after_all}
                    </button>
                </div>
            }
            .into_any();
        }
        view! {
            <div class="line-control row">
                <button class="button" type="button" aria-label=label(words.less) on:click=one_less>
                    <Icon name="minus"/>{words.less}
                </button>
                <button class="button" type="button" aria-label=label(words.none) on:click=move |_| start(Quantity::ZERO)>
                    <Icon name="close"/>{words.none}
                </button>
            </div>
        }
        .into_any()
    }
}

/// Changes what is typed of a row that there is less of.
fn change(row: &Row, answering: Answering, how: impl FnOnce(&mut TypedLess)) {
    if let Some(mut typed) = row.typed.get_untracked() {
        how(&mut typed);
        answering.set(row, Some(typed));
    }
}

#[component]
fn HowMuchLess(row: Row, answering: Answering, id: String) -> impl IntoView {
    let words = words().harvest();
    let (wrong, granted) = (RwSignal::new(false), row.granted);
    let row = StoredValue::new(row);
    let face = move || {
        row.with_value(|row| {
            let confirmed = row.typed.with(|typed| typed.as_ref().map(|typed| typed.confirmed));
            let shown = confirmed.unwrap_or(granted);
            stepper_face(shown, row.product.pack, &row.product.unit, wrong.get())
        })
    };
    let on_move = move |step: StepperMove| {
        row.with_value(|row| {
            let before = row.typed.with_untracked(|typed| typed.as_ref().map(|typed| typed.confirmed));
            let Step::Set(confirmed) = after(&step, before.unwrap_or(granted), row.product.pack) else {
                return;
            };
            let counted = row.product.unit.measures(confirmed);
            wrong.set(!counted);
            if counted {
                change(row, answering, |typed| follow(typed, confirmed.min(granted), granted));
            }
        });
    };
    let unfit = move || wrong.get().then_some(words.whole_only);
    view! {
        <div class="harvest-less stack">
            <div class="kept">
                <strong id=format!("{id}-much")>{words.how_much}</strong>
                <Stepper
                    face=Signal::derive(face)
                    on_move=Callback::new(on_move)
                    labels=words.stepper_labels
                    labelled_by=format!("{id}-much")
                />
            </div>
            <p class="field-error" role="alert">{unfit}</p>
            <Why row answering/>
            <Comment row answering id=id.clone()/>
            <Instead row answering id/>
        </div>
    }
}

/// So much is confirmed; a substitute for all that was missing goes on being for all that is.
fn follow(typed: &mut TypedLess, confirmed: Quantity, granted: Quantity) {
    let (was, is) = (granted.less(typed.confirmed), granted.less(confirmed));
    if let Some(proposed) = &mut typed.substitute {
        proposed.quantity = if proposed.quantity == was { is } else { proposed.quantity.min(is) };
    }
    typed.substitute = typed.substitute.take().filter(|proposed| !proposed.quantity.is_zero());
    typed.confirmed = confirmed;
}

/// One of the reasons.
#[component]
fn Why(row: StoredValue<Row>, answering: Answering) -> impl IntoView {
    let words = words().harvest();
    let buttons = ShortReason::KNOWN.iter().map(|reason| {
        let is = move || {
            row.with_value(|row| row.typed.with(|typed| typed.as_ref()?.reason.clone())).as_ref()
                == Some(reason)
        };
        let choose = move |_| {
            row.with_value(|row| change(row, answering, |typed| typed.reason = Some(reason.clone())));
        };
        view! {
            <button class="button roomy" type="button" aria-pressed=move || is().to_string() on:click=choose>
                {(words.reason)(reason)}
            </button>
        }
    });
    view! { <div class="reasons" role="group" aria-label=words.why>{buttons.collect_view()}</div> }
}

#[component]
fn Comment(row: StoredValue<Row>, answering: Answering, id: String) -> impl IntoView {
    let words = words().harvest();
    let id = format!("{id}-comment");
    let typed = move || {
        row.with_value(|row| row.typed.with(|typed| typed.as_ref().map(|typed| typed.comment.clone())))
    };
    let write = move |event| {
        let text = event_target_value(&event);
        row.with_value(|row| change(row, answering, |typed| typed.comment = text));
    };
    view! {
        <div class="field">
            <label for=id.clone()>{words.comment}</label>
            <input class="input" id=id type="text" autocomplete="off" maxlength=Saying::LONGEST.to_string()
                prop:value=move || typed().unwrap_or_default() on:input=write/>
        </div>
    }
}

/// Another product in its place, at the list's price: nothing, unless somebody chooses.
#[component]
fn Instead(row: StoredValue<Row>, answering: Answering, id: String) -> impl IntoView {
    let words = words().harvest();
    let state = expect_context::<AppState>();
    let others = StoredValue::new(row.with_value(|row| answering.others(row)));
    if others.with_value(Vec::is_empty) {
        return ().into_any();
    }
    let proposed = move || row.with_value(|row| row.typed.with(|typed| typed.as_ref()?.substitute.clone()));
    let choose = move |event| {
        let chosen = event_target_value(&event);
        row.with_value(|row| {
            change(row, answering, |typed| {
                let offer = others.with_value(|others| {
                    others.iter().find(|offer| offer.reference.as_str() == chosen).cloned()
                });
                let missing = row.granted.less(typed.confirmed);
                typed.substitute = offer.and_then(|offer| substitute(state, &offer, missing));
            });
        });
    };
    let options = others.with_value(|others| {
        let option = |offer: &Offer| {
            let reference = offer.reference.to_string();
            let price = offer_words::per_unit(offer.net_price, &offer.unit);
            let (value, is) = (reference.clone(), reference);
            let selected = move || proposed().is_some_and(|proposed| proposed.offer.as_str() == is);
            view! { <option value=value selected=selected>{format!("{} · {price}", offer.name)}</option> }
        };
        others.iter().map(option).collect_view()
    });
    let select = format!("{id}-instead");
    view! {
        <div class="field">
            <label for=select.clone()>{words.instead}</label>
            <select class="input" id=select on:change=choose>
                <option value="" selected=move || proposed().is_none()>{words.instead_none}</option>
                {options}
            </select>
        </div>
        <InsteadHowMuch row answering id/>
    }
    .into_any()
}

/// At the price of the list this device holds; `None` where it holds none.
fn substitute(state: AppState, offer: &Offer, quantity: Quantity) -> Option<Substitute> {
    let unit_price = state
        .catalog()
        .with_untracked(|loaded| Some(loaded.as_ref()?.catalog.terms().buyer_price(offer.net_price)))?;
    let (name, net_price) = (offer.name.clone(), offer.net_price);
    Some(Substitute { offer: offer.reference.clone(), name, quantity, net_price, unit_price })
}

#[component]
fn InsteadHowMuch(row: StoredValue<Row>, answering: Answering, id: String) -> impl IntoView {
    let words = words().harvest();
    let is_shown = Memo::new(move |_| {
        row.with_value(|row| {
            row.typed.with(|typed| typed.as_ref().is_some_and(|typed| typed.substitute.is_some()))
        })
    });
    let quantity = move || {
        row.with_value(|row| {
            row.typed.with(|typed| Some(typed.as_ref()?.substitute.as_ref()?.quantity)).unwrap_or_default()
        })
    };
    let face =
        move || row.with_value(|row| stepper_face(quantity(), row.product.pack, &row.product.unit, false));
    let on_move = move |step: StepperMove| {
        row.with_value(|row| {
            let Step::Set(wanted) = after(&step, untrack(quantity), row.product.pack) else { return };
            change(row, answering, |typed| {
                let missing = row.granted.less(typed.confirmed);
                let fits = !wanted.is_zero() && row.product.unit.measures(wanted);
                if let Some(proposed) = typed.substitute.as_mut().filter(|_| fits) {
                    proposed.quantity = wanted.min(missing);
                }
            });
        });
    };
    let id = format!("{id}-instead-much");
    move || {
        is_shown.get().then(|| {
            view! {
                <div class="kept">
                    <strong id=id.clone()>{words.instead_how_much}</strong>
                    <Stepper
                        face=Signal::derive(face)
                        on_move=Callback::new(on_move)
                        labels=words.stepper_labels
                        labelled_by=id.clone()
                    />
                </div>
            }
        })
    }
}

/// Who gets what, folded away: a field counts by product.
#[component]
fn ByKitchen(row: StoredValue<Row>) -> impl IntoView {
    let words = words().harvest();
    let kitchens = move || {
        row.with_value(|row| {
            let less = row.less().map(|typed| Less {
                reference: typed.reference,
                confirmed: typed.confirmed,
                // Why does not change who gets what.
                why: Shortfall { reason: ShortReason::Otherwise, comment: None, substitute: None },
            });
            let shares = shares(&row.product, less.as_ref());
            let rows = row.product.portions.iter().zip(shares).map(|(portion, share)| {
                let quantity = |quantity| numbers::quantity(quantity, &row.product.unit);
                let was = (share.confirmed < share.granted)
                    .then(|| view! { <del>{quantity(share.granted)}</del>" " });
                view! { <li><span>{portion.site_name.clone()}</span><span>{was}<strong>{quantity(share.confirmed)}</strong></span></li> }
            });
            rows.collect_view()
        })
    };
    let count = row.with_value(|row| row.product.portions.len());
    let shared =
        move || row.with_value(|row| row.less().map(|_| view! { <p class="soft small">{words.shared}</p> }));
    view! {
        <details class="harvest-kitchens">
            <summary>{(words.by_kitchen)(count)}</summary>
            <ul role="list">{kitchens}</ul>
            {shared}
        </details>
    }
}
