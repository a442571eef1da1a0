use domain::{catalog::QualitySign, id::ProducerId, sorting, time::Date};
use leptos::prelude::*;

use super::{Question, finder::pressed};
use crate::{
    parts::{CloseButton, Dialog, Field},
    state::AppState,
    wording::{numbers, words},
};

/// All filters, from the bottom edge. `found`: how many offers answer them.
#[component]
pub(crate) fn FilterSheet(found: Signal<usize>) -> impl IntoView {
    let question = expect_context::<Question>();
    let words = words().catalog();
    let close = move || question.filters_open.set(false);
    // Its contents are made when it opens: a closed sheet costs nothing.
    let contents = move || question.filters_open.get().then(|| view! { <Fields/> });
    view! {
        <Dialog open=question.filters_open on_close=move |()| close() label=words.filters sheet=true>
            <div class="dialog-heading">
                <h2>{words.filters}</h2>
                <CloseButton on_press=move |()| close()/>
            </div>
            {contents}
            <div class="actions">
                <button class="button" type="button" on:click=move |_| question.clear_filters()>{words.clear_all}</button>
                <button class="button primary" type="button" on:click=move |_| close()>
                    {move || (words.see)(found.get())}
                </button>
            </div>
        </Dialog>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let words = words();
    let state = expect_context::<AppState>();
    let question = expect_context::<Question>();
    let (mut producers, days): (Vec<(ProducerId, String)>, Vec<Date>) =
        state.catalog().with_untracked(|loaded| match loaded {
            Some(loaded) => (
                loaded
                    .catalog
                    .producers
                    .values()
                    .map(|producer| (producer.id, producer.name.clone()))
                    .collect(),
                loaded.catalog.cycle.delivery_dates().collect(),
            ),
            None => Default::default(),
        });
    sorting::sort_by_key(&mut producers, |(_, name)| domain::search::fold(name));
    let in_season = move || question.filters.with(|filters| filters.in_season);
    let chosen_producer = move || question.filters.with(|filters| filters.producer.map(|id| id.to_string()));
    let chosen_day = move || question.filters.with(|filters| filters.day.map(|day| day.to_string()));
    let first = question.filters.get_untracked();
    view! {
        <div class="field">
            <span class="label" id="filter-signs">{words.catalog().signs}</span>
            <div class="chips chips-wrap" role="group" aria-labelledby="filter-signs">
                {QualitySign::KNOWN.iter().map(|sign| view! { <SignChip sign/> }).collect_view()}
                <button
                    class="chip" type="button" aria-pressed=move || pressed(in_season())
                    on:click=move |_| question.filter(|filters| filters.in_season = !filters.in_season)
                >{words.catalog().in_season}</button>
            </div>
        </div>
        <Field id="filter-producer" label=words.catalog().producer>
            <select
                class="input" id="filter-producer"
                prop:value=move || chosen_producer().unwrap_or_default()
                on:change=move |event| {
                    let producer = event_target_value(&event).parse().ok();
                    question.filter(|filters| filters.producer = producer);
                }
            >
                <option value="">{words.catalog().all_producers}</option>
                {producers.into_iter().map(|(id, name)| {
                    let selected = first.producer == Some(id);
                    let id = id.to_string();
                    view! { <option value=id selected=selected>{name}</option> }
                }).collect_view()}
            </select>
        </Field>
        <Field id="filter-day" label=words.catalog().delivery_day>
            <select
                class="input" id="filter-day"
                prop:value=move || chosen_day().unwrap_or_default()
                on:change=move |event| {
                    let day = event_target_value(&event).parse().ok();
                    question.filter(|filters| filters.day = day);
                }
            >
                <option value="">{words.catalog().all_days}</option>
                {days.into_iter().map(|day| {
                    let selected = first.day == Some(day);
                    view! { <option value=day.to_string() selected=selected>{numbers::long_day(day)}</option> }
                }).collect_view()}
            </select>
        </Field>
    }
}

#[component]
fn SignChip(sign: &'static QualitySign) -> impl IntoView {
    let question = expect_context::<Question>();
    let is_on = move || question.filters.with(|filters| filters.signs.contains(sign));
    view! {
        <button
            class="chip" type="button" aria-pressed=move || pressed(is_on())
            on:click=move |_| question.filter(|filters| filters.toggle(sign))
        >{(words().codes().sign)(sign)}</button>
    }
}
