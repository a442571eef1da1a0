use std::sync::Arc;

use domain::{
    availability::Silent,
    cycle::CycleId,
    wire::announced::{AnnouncedBy, AnnouncedWeek, SaidInFigures},
};
use leptos::prelude::*;

use super::Desk;
use crate::{
    screens::remote::{WATCHED, Watched},
    state::desk,
    wording::{numbers, words},
};

/// What producers announce of the week to come, and the list one makes of it.
#[component]
pub(super) fn Announced(desk: Desk) -> impl IntoView {
    let announced = Watched::new(Some(WATCHED), desk::announced);
    announced.show(move |answer: Arc<AnnouncedWeek>| {
        answer.week.map(|week| view! { <Week answer=Arc::clone(&answer) week desk/> })
    })
}

#[component]
fn Week(answer: Arc<AnnouncedWeek>, week: CycleId, desk: Desk) -> impl IntoView {
    let words = words().announce();
    let all = answer.producers.len();
    let said = answer.producers.iter().filter(|by| by.said.is_some()).count();
    let rows = answer.producers.iter().map(row).collect_view();
    let make = (said > 0).then(|| view! { <Make week silent=all - said desk/> });
    view! {
        <section class="card">
            <div class="card-heading">
                <h2>{(words.to_come)(&numbers::week(week))}</h2>
                <p class="soft">{(words.who_said)(said, all)}</p>
            </div>
            {make}
            <details>
                <summary>{words.see_all}</summary>
                <div class="table-frame" tabindex="0" role="region" aria-label=words.see_all>
                    <table class="table">
                        <caption class="unseen">{words.see_all}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{words.producer}</th>
                                <th scope="col" class="number">{words.last_list}</th>
                                <th scope="col">{words.announced}</th>
                                <th scope="col">{words.prices}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </section>
    }
}

fn row(by: &AnnouncedBy) -> impl IntoView + use<> {
    let words = words().announce();
    let (announced, prices) = match &by.said {
        None => (words.not_yet.to_owned(), String::new()),
        Some(said) if said.products == 0 => ((words.said_nothing)(&numbers::moment(said.at)), String::new()),
        Some(said) => (announced(said), prices(said)),
    };
    view! {
        <tr>
            <th scope="row">{by.name.clone()}</th>
            <td class="number">{numbers::integer(by.offers)}</td>
            <td>{announced}</td>
            <td>{prices}</td>
        </tr>
    }
}

fn count(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// « Annoncé mar. 24 nov. : 4 produits, dont 1 selon la météo »
fn announced(said: &SaidInFigures) -> String {
    let words = words().announce();
    let mut parts = vec![(words.said)(&numbers::moment(said.at), count(said.products))];
    if said.weather > 0 {
        parts.push((words.weather_of)(count(said.weather)));
    }
    if !said.unnamed.is_empty() {
        parts.push((words.unnamed)(said.unnamed.len()));
    }
    parts.join(", ")
}

/// « 2 en hausse, 1 en baisse »
fn prices(said: &SaidInFigures) -> String {
    let words = words().announce();
    let moved: Vec<_> = [(said.dearer, words.dearer), (said.cheaper, words.cheaper)]
        .into_iter()
        .filter(|(moved, _)| *moved > 0)
        .map(|(moved, said)| said(count(moved)))
        .collect();
    if moved.is_empty() { words.same_prices.to_owned() } else { moved.join(", ") }
}

/// What becomes of who said nothing, and the button that shows the list.
#[component]
fn Make(week: CycleId, silent: usize, desk: Desk) -> impl IntoView {
    let words = words().announce();
    let choice = RwSignal::new(Silent::LeaveOut);
    let option = move |silent: Silent, text: &'static str| {
        view! {
            <label class="check-row">
                <input
                    type="radio" name="silent"
                    prop:checked=move || choice.get() == silent
                    on:change=move |_| choice.set(silent)
                />
                <span>{text}</span>
            </label>
        }
    };
    let ask = (silent > 0).then(|| {
        view! {
            <fieldset class="announced-silent">
                <legend>{(words.silent)(silent)}</legend>
                {option(Silent::LeaveOut, words.leave_out)}
                {option(Silent::Keep, words.keep)}
            </fieldset>
        }
    });
    view! {
        {ask}
        <div class="actions">
            <button class="button primary" type="button" on:click=move |_| desk.make(week, choice.get_untracked())>
                {words.make_list}
            </button>
        </div>
    }
}
