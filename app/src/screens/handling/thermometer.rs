use domain::reception::cold::{ColdClass, Limit, Verdict};
use leptos::prelude::*;

use super::{
    goods::{Goods, Lots},
    said::limit,
    typed::Typed,
};
use crate::{parts::Field, wording::words};

/// The class with its limit in words, what was measured, and what follows.
#[component]
pub(super) fn Thermometer(typed: RwSignal<Typed>, goods: StoredValue<Goods>) -> impl IntoView {
    let words = words().reception();
    let class = Memo::new(move |_| typed.with(|typed| typed.class.clone()));
    let verdict = Memo::new(move |_| {
        typed.with(|typed| typed.measure().ok().flatten()).map(|measure| measure.verdict())
    });
    // What comes in cold is measured where it comes in.
    let is_asked = goods.with_value(|goods| {
        matches!(goods.lots, Lots::Labeled { .. }) && goods.class.limit() != Limit::OfTheLabel
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
        <details class="measures" open=move || is_asked || verdict.get().is_some()>
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
