use domain::reception::Label;
use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{
    Act,
    checked::Checked,
    goods::{Goods, Lots, SaidLine},
    said::about,
};
use crate::{
    parts::Icon,
    wording::{numbers, words},
};

/// One product: what, how much is expected, how it is.
#[component]
pub(super) fn LineRow(
    goods: Goods,
    checked: Checked,
    act: Act,
    opened: RwSignal<Option<Goods>>,
) -> impl IntoView {
    let words = words().reception();
    let name = goods.name.clone();
    let expected = (words.confirmed)(&numbers::quantity(goods.expected, &goods.unit));
    let about = goods.about.iter().map(|about| view! { <span>{about.clone()}</span> }).collect_view();
    let fine = if goods.proposed.gap.is_none() { act.fine } else { act.as_proposed };
    let goods = StoredValue::new(goods);
    let said = Memo::new(move |_| goods.with_value(|goods| checked.of(goods.product())));
    let is_proposed = move |said: &SaidLine| goods.with_value(|goods| said.is_as(&goods.proposed));
    let how = move || said.get().map(|said| goods.with_value(|goods| how(&said, goods, act)));
    let is_gap = move || said.with(|said| said.as_ref().is_some_and(|said| said.gap.is_some()));
    let is_done = move || said.with(Option::is_some) && !is_gap();
    let as_proposed = move || said.with(|said| said.as_ref().is_some_and(is_proposed));
    let otherwise = move || said.with(|said| said.as_ref().is_some_and(|said| !is_proposed(said)));
    let accept = move |_| goods.with_value(|goods| checked.accept(goods));
    let open = move |_| opened.set(Some(goods.get_value()));
    let of_day = goods.with_value(|goods| match &goods.lots {
        Lots::Labeled { of_day } => Some(of_day.clone()),
        Lots::One | Lots::Among(_) => None,
    });
    let lot = of_day.map(|of_day| view! { <FirstLot goods said checked of_day/> });
    let class = if lot.is_some() { "line labeled" } else { "line" };
    view! {
        <li class=class data-check=move || is_gap().then_some("") data-done=move || is_done().then_some("")>
            <div class="line-what"><h3 class="line-name">{name.clone()}</h3></div>
            <p class="line-detail"><span>{expected}</span>{about}<strong class="line-said">{how}</strong></p>
            {lot}
            <div class="line-control row">
                <button class="button roomy" type="button" aria-pressed=move || as_proposed().to_string()
                    aria-label=format!("{fine}\u{a0}: {name}") on:click=accept>
                    <Icon name="check"/>{fine}
                </button>
                <button class="button roomy" type="button" aria-pressed=move || otherwise().to_string()
                    aria-label=format!("{}\u{a0}: {name}", act.otherwise) on:click=open>
                    <Icon name="warning"/>{act.otherwise}
                </button>
            </div>
        </li>
    }
}

/// « Conforme · lot L1 », « Manquant · 8 kg · 4 °C (Volaille, lapin) »
fn how(said: &SaidLine, goods: &Goods, act: Act) -> String {
    let mut said = said.clone();
    if matches!(goods.lots, Lots::Labeled { .. }) {
        // They are in their fields.
        said.lots.clear();
    }
    let mut parts = about(&said);
    match &said.gap {
        None => parts.insert(0, act.fine.to_owned()),
        Some(_) => parts.insert(1, numbers::quantity(said.quantity, &goods.unit)),
    }
    parts.join(" · ")
}

/// The lot of a product where the product stands: typed, read by a scanner, or the day's in a tap.
#[component]
fn FirstLot(
    goods: StoredValue<Goods>,
    said: Memo<Option<SaidLine>>,
    checked: Checked,
    of_day: Label,
) -> impl IntoView {
    let all_words = words();
    let words = all_words.reception();
    let code = Memo::new(move |_| said.with(|said| said.as_ref()?.lots.first()?.code.clone()));
    let several = move || {
        let codes = said.with(|said| {
            let lots = said.iter().flat_map(|said| &said.lots);
            lots.filter_map(|lot| Some((words.lot_is)(lot.code.as_ref()?.as_str()))).collect::<Vec<_>>()
        });
        (codes.len() > 1).then(|| view! { <span class="soft small">{codes.join(", ")}</span> })
    };
    // As hands type it: a space before the next letter is not taken away from under them.
    let text = RwSignal::new(String::new());
    Effect::new(move |_| {
        let code = code.get();
        if text.with_untracked(|text| Label::parse(text).ok() != code) {
            text.set(code.map(String::from).unwrap_or_default());
        }
    });
    let type_code = move |event| {
        let typed = event_target_value(&event);
        let code = Label::parse(&typed).ok();
        text.set(typed);
        goods.with_value(|goods| checked.set_first_lot(goods, code));
    };
    let name = goods.with_value(|goods| goods.name.clone());
    let of_day = StoredValue::new(of_day);
    let take = move |_| {
        goods.with_value(|goods| checked.set_first_lot(goods, Some(of_day.get_value())));
    };
    let label = format!("{}\u{a0}: {name}", all_words.quay().lot_of_day);
    let proposal = move || {
        let label = label.clone();
        code.with(Option::is_none).then(|| view! {
            <button class="button roomy" type="button" aria-label=label on:click=take>{all_words.quay().lot_of_day}</button>
        })
    };
    view! {
        <div class="line-lot">
            <input class="input" type="text" maxlength="80" autocomplete="off" autocapitalize="characters" enterkeyhint="next"
                placeholder=words.lot aria-label=format!("{}\u{a0}: {name}", words.lot)
                prop:value=text on:input=type_code on:keydown=to_the_next/>
            {proposal}
            {several}
        </div>
    }
}

/// Enter, which scanners type too, goes to the next label.
fn to_the_next(event: KeyboardEvent) {
    if event.key() != "Enter" {
        return;
    }
    event.prevent_default();
    let line = event.target().and_then(|field| field.dyn_into::<Element>().ok()?.closest(".line").ok()?);
    let next = line.and_then(|line| line.next_element_sibling()?.query_selector(".line-lot input").ok()?);
    if let Some(field) = next.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        let _ = field.focus();
    }
}
