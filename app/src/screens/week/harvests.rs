use std::sync::Arc;

use domain::wire::harvests::{HarvestBoard, HarvestDay, ProducerHarvest, ShortProduct};
use leptos::prelude::*;

use crate::{
    parts::Icon,
    screens::{
        offer_words,
        remote::{WATCHED, Watched},
    },
    state::desk,
    wording::{numbers, words},
};

/// « Récoltes à confirmer »: who did not answer yet, with how to reach them, and what will be missing.
#[component]
pub(super) fn Harvests() -> impl IntoView {
    let words = words().harvest();
    let board = Watched::new(Some(WATCHED), desk::harvests);
    let answers = board.show(|board| match board.cycle {
        Some(week) if board.producers.is_empty() => {
            view! { <p class="soft">{numbers::week(week)}</p><p>{words.none_asked}</p> }.into_any()
        }
        Some(week) => view! { <p class="soft">{numbers::week(week)}</p><Answers board/> }.into_any(),
        None => view! { <p class="soft">{words.none_closed}</p> }.into_any(),
    });
    view! { <section class="card stack"><div class="card-heading"><h2>{words.board}</h2></div>{answers}</section> }
}

#[component]
fn Answers(board: Arc<HarvestBoard>) -> impl IntoView {
    let words = words().harvest();
    let days =
        || board.producers.iter().flat_map(|producer| producer.days.iter().map(move |day| (producer, day)));
    let all = days().count();
    let said = days().filter(|(_, day)| day.said_at.is_some()).count();
    let silent: Vec<_> = days()
        .filter(|(_, day)| day.said_at.is_none())
        .map(|(producer, day)| silent_row(producer, day))
        .collect();
    let missing: Vec<_> = days()
        .flat_map(|(producer, day)| day.short.iter().map(move |short| short_row(producer, day, short)))
        .collect();
    let unanswered = if silent.is_empty() {
        view! { <p>{words.all_confirmed}</p> }.into_any()
    } else {
        view! {
            <div class="table-frame" tabindex="0" role="region" aria-label=words.board>
                <table class="table">
                    <caption class="unseen">{words.board}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{words.producer}</th>
                            <th scope="col">{words.day}</th>
                            <th scope="col" class="number">{words.products}</th>
                        </tr>
                    </thead>
                    <tbody>{silent}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <p class="soft">{(words.who_confirmed)(said, all)}</p>
        {unanswered}
        <h3>{words.missing}</h3>
        <Missing rows=missing/>
    }
}

fn silent_row(producer: &ProducerHarvest, day: &HarvestDay) -> AnyView {
    let words = words().harvest();
    let emails = producer.emails.iter().map(|email| {
        let name = (words.write_to)(email);
        view! { <br/><a class="small" href=format!("mailto:{email}") aria-label=name>{email.clone()}</a> }
    });
    view! {
        <tr>
            <th scope="row">
                {producer.name.clone()}
                {emails.collect_view()}
            </th>
            <td>{numbers::day(day.delivery_on)}</td>
            <td class="number">{numbers::integer(day.products)}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn Missing(rows: Vec<AnyView>) -> impl IntoView {
    let words = words().harvest();
    if rows.is_empty() {
        return view! { <p class="soft">{words.nothing_missing}</p> }.into_any();
    }
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label=words.missing>
            <table class="table">
                <caption class="unseen">{words.missing}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words.product}</th>
                        <th scope="col" class="number">{words.granted}</th>
                        <th scope="col" class="number">{words.confirmed}</th>
                        <th scope="col">{words.why}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn short_row(producer: &ProducerHarvest, day: &HarvestDay, short: &ShortProduct) -> AnyView {
    let words = words().harvest();
    let quantity = |quantity| numbers::quantity(quantity, &short.unit);
    let comment = short.why.comment.as_ref().map(|comment| {
        view! { <br/><span class="soft small">{comment.as_str().to_owned()}</span> }
    });
    let kitchens = short.kitchens.iter().map(|kitchen| {
        let gets =
            (words.kitchen_gets)(&kitchen.name, &quantity(kitchen.confirmed), &quantity(kitchen.granted));
        view! { <br/><span class="soft small">{gets}</span> }
    });
    let instead = short.why.substitute.as_ref().map(|proposed| {
        let price = offer_words::per_unit(proposed.unit_price, &short.unit);
        let could = (words.could_bring)(&quantity(proposed.quantity), &proposed.name, &price);
        view! { <br/><span class="small"><Icon name="refresh" small=true/>" "{could}</span> }
    });
    view! {
        <tr data-check="">
            <th scope="row">
                {short.name.clone()}<br/>
                <span class="soft small">{producer.name.clone()}" · "{numbers::day(day.delivery_on)}</span>
            </th>
            <td class="number">{quantity(short.granted)}</td>
            <td class="number">{quantity(short.confirmed)}</td>
            <td>{(words.reason)(&short.why.reason)}{comment}{kitchens.collect_view()}{instead}</td>
        </tr>
    }
    .into_any()
}
