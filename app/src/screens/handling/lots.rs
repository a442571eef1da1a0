use domain::quay::Lot;
use leptos::prelude::*;

use super::{
    goods::{Goods, Lots, SaidLot},
    typed::{Typed, TypedLot},
};
use crate::{
    parts::Icon,
    wording::{numbers, words},
};

/// The lots as they are typed: one, or as many as there are labels.
#[component]
pub(super) fn TypedLots(typed: RwSignal<Typed>, goods: StoredValue<Goods>) -> impl IntoView {
    let words = words().quay();
    let lots = goods.with_value(|goods| goods.lots.clone());
    let is_one = lots == Lots::One;
    // The fields are made anew when a tap changes what is in them, not while hands type there.
    let tapped = RwSignal::new(0_u32);
    let tap = move |change: &dyn Fn(&mut Vec<TypedLot>)| {
        typed.update(|typed| change(&mut typed.lots));
        tapped.update(|taps| *taps = taps.wrapping_add(1));
    };
    let fields = move || {
        tapped.track();
        let count = typed.with_untracked(|typed| typed.lots.len());
        (0..count).map(|at| view! { <LotFields typed at/> }).collect_view()
    };
    let add = move |_| tap(&|lots| lots.push(TypedLot::default()));
    let more = (!is_one).then(|| {
        view! {
            <button class="button" type="button" on:click=add><Icon name="plus"/>{words.another_lot}</button>
        }
    });
    let came = match lots {
        Lots::Among(came) => came,
        Lots::One | Lots::Labeled { .. } => Vec::new(),
    };
    let choose = move |lot: TypedLot| {
        tap(&|lots| {
            let is_in = lots.contains(&lot);
            lots.retain(|known| *known != lot && !known.code.is_empty());
            if !is_in || lots.is_empty() {
                lots.push(if is_in { TypedLot::default() } else { lot.clone() });
            }
        });
    };
    let choices = came
        .iter()
        .map(|lot| {
            let typed_lot = TypedLot::of(&SaidLot { code: Some(lot.code.clone()), use_by: lot.use_by });
            let is = typed_lot.clone();
            let pressed = move || typed.with(|typed| typed.lots.contains(&is)).to_string();
            let press = move |_| choose(typed_lot.clone());
            view! {
                <button class="button roomy" type="button" aria-pressed=pressed on:click=press>{named(lot)}</button>
            }
        })
        .collect_view();
    let choices = (!came.is_empty()).then(|| {
        view! {
            <p class="soft small">{words.lots_that_came}</p>
            <div class="reasons" role="group" aria-label=words.lots_that_came>{choices}</div>
        }
    });
    view! { <div class="stack">{choices}{fields}{more}</div> }
}

/// « lot L1 · jusqu’au ven. 4 déc. »
fn named(lot: &Lot) -> String {
    let words = words().reception();
    let code = (words.lot_is)(lot.code.as_str());
    match lot.use_by {
        Some(day) => format!("{code} · {}", (words.use_by_is)(&numbers::day(day))),
        None => code,
    }
}

/// One of them: its code, its date.
#[component]
fn LotFields(typed: RwSignal<Typed>, at: usize) -> impl IntoView {
    let words = words().reception();
    let TypedLot { code, use_by } =
        typed.with_untracked(|typed| typed.lots.get(at).cloned()).unwrap_or_default();
    let change = move |change: &dyn Fn(&mut TypedLot)| {
        typed.update(|typed| {
            if let Some(lot) = typed.lots.get_mut(at) {
                change(lot);
            }
        });
    };
    let type_code = move |event| change(&|lot| lot.code = event_target_value(&event));
    let type_day = move |event| change(&|lot| lot.use_by = event_target_value(&event));
    let (code_id, day_id) = (format!("lot-{at}"), format!("use-by-{at}"));
    view! {
        <div class="degrees">
            <div class="field">
                <label for=code_id.clone()>{words.lot}</label>
                <input class="input" id=code_id type="text" maxlength="80" autocomplete="off" value=code on:input=type_code/>
            </div>
            <div class="field">
                <label for=day_id.clone()>{words.use_by}</label>
                <input class="input" id=day_id type="date" value=use_by on:input=type_day/>
            </div>
        </div>
    }
}
