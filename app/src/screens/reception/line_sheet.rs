//! One line that is not simply as confirmed: how much was kept, why, what the thermometer and the label say.

use domain::{
    draft::{Prices, Saying},
    order::OrderLine,
    quantity::Quantity,
    reception::{
        Gap, GapReason, Label, LineRecord, Objection,
        cold::{Celsius, ColdClass, Limit, Measure, Verdict},
    },
};
use leptos::prelude::*;
use rust_decimal::Decimal;

use super::checked::Checked;
use crate::{
    parts::{CloseButton, Dialog, Field, Stepper, StepperMove},
    screens::{
        offer_words::stepper_face,
        quantity_step::{Step, after},
    },
    state::AppState,
    wording::{numbers, words},
};

/// What is typed of a line, before it is a record.
#[derive(Clone, PartialEq)]
struct Typed {
    received: Quantity,
    reason: Option<GapReason>,
    comment: String,
    class: ColdClass,
    surface: String,
    core: String,
    lot: String,
    use_by: String,
}

/// Why what is typed makes no record.
#[derive(Clone, Copy, PartialEq)]
enum Unfit {
    /// A temperature that is none.
    Temperature,
    /// As a record it may not be said.
    Said(Objection),
}

impl Typed {
    fn of(said: &LineRecord, proposed: ColdClass) -> Self {
        let degrees = |celsius: Celsius| celsius.degrees().normalize().to_string().replace('.', ",");
        let measured = said.measured.as_ref();
        Self {
            received: said.received,
            reason: said.gap.as_ref().map(|gap| gap.reason.clone()),
            comment: said
                .gap
                .iter()
                .flat_map(|gap| &gap.comment)
                .map(|text| text.as_str().to_owned())
                .collect(),
            class: measured.map_or(proposed, |measure| measure.class.clone()),
            surface: measured.map(|measure| degrees(measure.surface)).unwrap_or_default(),
            core: measured.and_then(|measure| measure.core).map(degrees).unwrap_or_default(),
            lot: said.lot.iter().map(Label::as_str).collect(),
            use_by: said.use_by.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    /// What the thermometer said; `None` when nobody measured.
    fn measure(&self) -> Result<Option<Measure>, Unfit> {
        let Some(surface) = degrees(&self.surface)? else { return Ok(None) };
        Ok(Some(Measure { class: self.class.clone(), surface, core: degrees(&self.core)? }))
    }

    fn record(&self, line: &OrderLine) -> Result<LineRecord, Unfit> {
        let gap = |reason: &GapReason| Gap {
            reason: reason.clone(),
            comment: Saying::try_from(self.comment.trim().to_owned()).ok(),
        };
        let said = LineRecord {
            offer: line.key.offer.clone(),
            received: self.received,
            gap: self.reason.as_ref().map(gap),
            lot: Label::parse(&self.lot).ok(),
            use_by: self.use_by.parse().ok(),
            measured: self.measure()?,
        };
        match said.objection(line.counted()) {
            Some(objection) => Err(Unfit::Said(objection)),
            None => Ok(said),
        }
    }
}

/// Reads « 3,5 », « −18 », « 4.0 »; nothing typed is nothing measured.
fn degrees(text: &str) -> Result<Option<Celsius>, Unfit> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if plain.is_empty() {
        return Ok(None);
    }
    let plain = plain.replace(',', ".").replace('−', "-");
    let read = Decimal::from_str_exact(&plain).ok().and_then(|degrees| Celsius::new(degrees).ok());
    read.map(Some).ok_or(Unfit::Temperature)
}

/// « 4 °C »
pub(super) fn celsius(degrees: Celsius) -> String {
    format!("{}\u{202f}°C", numbers::number(degrees.degrees()))
}

/// The sheet of one line.
#[component]
pub(super) fn LineSheet(
    line: OrderLine,
    checked: Checked,
    opened: RwSignal<Option<OrderLine>>,
) -> impl IntoView {
    let words = words().reception();
    let said = untrack(|| checked.of(&line.key.offer)).unwrap_or_else(|| LineRecord::conforming(&line));
    let typed = RwSignal::new(Typed::of(&said, proposed_class(&line)));
    // Once validating was tried, what is wrong is said for as long as it is.
    let tried = RwSignal::new(false);
    let close = Callback::new(move |()| opened.set(None));
    let (name, of, judged) = (line.name.clone(), line.clone(), line.clone());
    let validate = move |_| match typed.with_untracked(|typed| typed.record(&of)) {
        Ok(said) => {
            checked.set(said);
            opened.set(None);
        }
        Err(_) => tried.set(true),
    };
    let problem = move || {
        let unfit = tried.get().then(|| typed.with(|typed| typed.record(&judged).err())).flatten();
        unfit.map(|unfit| match unfit {
            Unfit::Temperature => words.bad_temperature,
            Unfit::Said(objection) => (words.objection)(objection),
        })
    };
    view! {
        <Dialog open=Signal::stored(true) on_close=close label=name.clone() sheet=true>
            <div class="dialog-heading"><h2 id="line-sheet-name">{name}</h2><CloseButton on_press=close/></div>
            <Reasons typed line=line.clone()/>
            <Kept typed line=line.clone()/>
            <Comment typed/>
            <Thermometer typed/>
            <LotAndDate typed/>
            <p class="field-error" role="alert">{problem}</p>
            <div class="actions">
                <button class="button primary roomy" type="button" on:click=validate>{words.validate}</button>
            </div>
        </Dialog>
    }
}

/// The class the price list names, while it names the product: a proposal.
fn proposed_class(line: &OrderLine) -> ColdClass {
    let named = expect_context::<AppState>()
        .catalog()
        .with_untracked(|loaded| loaded.as_ref()?.catalog.offer(&line.key.offer)?.temperature.clone());
    named.map_or(ColdClass::Ambient, |class| ColdClass::proposed_for(&class))
}

/// As confirmed, or one of the reasons why not.
#[component]
fn Reasons(typed: RwSignal<Typed>, line: OrderLine) -> impl IntoView {
    let words = words().reception();
    let confirmed = line.counted();
    let choose = move |reason: Option<GapReason>| {
        typed.update(|typed| {
            typed.received = match &reason {
                None => confirmed,
                // What is refused goes back whole, unless somebody says otherwise.
                Some(GapReason::Refused | GapReason::Temperature | GapReason::WrongProduct) => Quantity::ZERO,
                Some(_) => typed.received,
            };
            typed.reason = reason;
        });
    };
    let choices = std::iter::once(None).chain(GapReason::KNOWN.iter().cloned().map(Some));
    let buttons = choices
        .map(|reason| {
            let name = reason.as_ref().map_or(words.conforming, |reason| (words.why)(reason)).to_owned();
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

/// How much was kept.
#[component]
fn Kept(typed: RwSignal<Typed>, line: OrderLine) -> impl IntoView {
    let all_words = words();
    let catalog = all_words.catalog();
    let (pack, unit) = (line.pack, line.unit.clone());
    let face = Memo::new(move |_| stepper_face(typed.with(|typed| typed.received), pack, &unit, false));
    let on_move = Callback::new(move |step: StepperMove| {
        if let Step::Set(quantity) = after(&step, typed.with_untracked(|typed| typed.received), pack) {
            typed.update(|typed| typed.received = quantity);
        }
    });
    let expected = (all_words.reception().confirmed)(&numbers::quantity(line.counted(), &line.unit));
    view! {
        <div class="kept">
            <p><strong id="quantity-kept">{all_words.reception().quantity_kept}</strong>" "<span class="soft">{expected}</span></p>
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

/// The class with its limit in words, what was measured, and what follows.
#[component]
fn Thermometer(typed: RwSignal<Typed>) -> impl IntoView {
    let words = words().reception();
    let class = Memo::new(move |_| typed.with(|typed| typed.class.clone()));
    let verdict = Memo::new(move |_| {
        typed.with(|typed| typed.measure().ok().flatten()).map(|measure| measure.verdict())
    });
    let wants_core = Memo::new(move |_| {
        let typed_core = typed.with(|typed| !typed.core.is_empty());
        typed_core || matches!(verdict.get(), Some(Verdict::MeasureCore | Verdict::NotConforming))
    });
    let options = ColdClass::KNOWN
        .iter()
        .map(|known| {
            let of = known.clone();
            view! { <option value=known.code() selected=move || class.get() == of>{(words.class_name)(known).to_owned()}</option> }
        })
        .collect_view();
    let judged = move || {
        verdict.get().map(|verdict| match verdict {
            Verdict::Conforming => view! { <p class="verdict">{words.measured_well}</p> },
            Verdict::MeasureCore => view! { <p class="verdict">{words.measure_core}</p> },
            Verdict::NotConforming => view! { <p class="verdict">{words.not_conforming}</p> },
        })
    };
    let core = move || {
        wants_core
            .get()
            .then(|| view! { <Degrees id="core" label=words.core value=move |typed| &mut typed.core typed/> })
    };
    view! {
        <details class="measures" open=move || verdict.get().is_some()>
            <summary>{words.temperature}</summary>
            <Field id="cold-class" label=words.class>
                <select class="input" id="cold-class"
                    on:change=move |event| typed.update(|typed| typed.class = ColdClass::from_code(&event_target_value(&event)))>
                    {options}
                </select>
                <p class="hint">{move || limit(&class.get())}</p>
            </Field>
            <div class="degrees">
                <Degrees id="surface" label=words.surface value=|typed| &mut typed.surface typed/>
                {core}
            </div>
            <div role="status">{judged}</div>
        </details>
    }
}

/// « Limite légale : 4 °C au plus. »
fn limit(class: &ColdClass) -> String {
    let words = words().reception();
    match class.limit() {
        Limit::AtMost(degrees) => (words.at_most)(&celsius(degrees)),
        Limit::AtLeast(degrees) => (words.at_least)(&celsius(degrees)),
        Limit::OfTheLabel => words.of_label.to_owned(),
    }
}

/// A temperature as hands type it: the keypads of some tablets have no minus sign, so it is a text.
#[component]
fn Degrees(
    id: &'static str,
    label: &'static str,
    value: fn(&mut Typed) -> &mut String,
    typed: RwSignal<Typed>,
) -> impl IntoView {
    let initial = typed.try_update_untracked(|typed| value(typed).clone()).unwrap_or_default();
    view! {
        <Field id label>
            <input class="input" id=id type="text" maxlength="6" autocomplete="off" value=initial
                on:input=move |event| typed.update(|typed| *value(typed) = event_target_value(&event))/>
        </Field>
    }
}

#[component]
fn LotAndDate(typed: RwSignal<Typed>) -> impl IntoView {
    let words = words().reception();
    let (lot, use_by) = typed.with_untracked(|typed| (typed.lot.clone(), typed.use_by.clone()));
    view! {
        <div class="degrees">
            <Field id="lot" label=words.lot>
                <input class="input" id="lot" type="text" maxlength="80" autocomplete="off" value=lot
                    on:input=move |event| typed.update(|typed| typed.lot = event_target_value(&event))/>
            </Field>
            <Field id="use-by" label=words.use_by>
                <input class="input" id="use-by" type="date" value=use_by
                    on:input=move |event| typed.update(|typed| typed.use_by = event_target_value(&event))/>
            </Field>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temperature_is_read_as_hands_type_it() {
        for (text, read) in [("3,5", "3.5"), ("−18", "-18"), (" -12.0 ", "-12"), ("63", "63")] {
            let read = Celsius::new(read.parse().unwrap()).unwrap();
            assert!(matches!(degrees(text), Ok(Some(degrees)) if degrees == read), "{text}");
        }
        assert!(matches!(degrees("  "), Ok(None)), "nothing measured");
        for text in ["tiède", "3,55", "200", "--4", "4°"] {
            assert!(matches!(degrees(text), Err(Unfit::Temperature)), "{text}");
        }
    }
}
