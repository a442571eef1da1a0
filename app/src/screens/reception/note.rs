//! The reception note: what was said, by whom, what is not paid; and what two people said otherwise.

use domain::{
    order::Order,
    pricing::Totals,
    reception::{LineRecord, ReceivedLine, Reception, credit_of, received_lines},
    records::Standing,
};
use futures_util::FutureExt;
use leptos::prelude::*;

use crate::{
    app::{Clock, Route},
    parts::{Badge, Icon, PrintButton},
    screens::{
        handling::{
            contested::{Choice, Contested},
            said::about,
        },
        orders::face,
    },
    state::{AppState, Received, Unloaded},
    wording::{numbers, words},
};

/// The whole note.
#[component]
pub(super) fn Note(
    order: StoredValue<Order>,
    received: Memo<Received>,
    receiving: RwSignal<bool>,
) -> impl IntoView {
    let words = words();
    let draft = order.with_value(|order| order.draft);
    let body = move || {
        let received = received.get();
        order.with_value(|order| contents(order, &received))
    };
    view! {
        {body}
        <div class="row actions">
            <PrintButton class="button"/>
            <button class="button" type="button" on:click=move |_| receiving.set(true)>
                <Icon name="list"/>{words.reception().correct}
            </button>
            <a class="button quiet" href=Route::Order(draft).path()>{words.orders().see_order}</a>
        </div>
    }
}

fn contents(order: &Order, received: &Received) -> impl IntoView + use<> {
    let reception = &received.reception;
    let lines = received_lines(order, reception);
    let disputed = lines.iter().filter(|line| line.said.len() > 1);
    let choices = disputed.map(|line| contested(order, reception, line)).collect_view();
    view! {
        <section class="card stack reception-note">
            {heading(order, received)}
            {signatures(reception)}
            {table(&lines)}
            {credit(reception, &credit_of(&lines))}
        </section>
        {choices}
    }
}

/// Which note, of which order, and where it stands.
fn heading(order: &Order, received: &Received) -> impl IntoView + use<> {
    let all_words = words();
    let words = all_words.reception();
    let clock = expect_context::<Clock>();
    let title = match received.reception.number {
        Some(number) => (words.note)(&number.to_string()),
        None => words.note_without_number.to_owned(),
    };
    let of = (all_words.shell().number)(&order.number.to_string());
    let waits = received.waits.clone().map(|state| {
        let face = move || face(&state, clock.now());
        move || {
            let face = face();
            view! { <Badge state=face.look icon=face.icon text=face.text/> }
        }
    });
    let arrived = (received.waits.is_none() && received.reception.number.is_some()).then(|| {
        view! { <Badge state="received" icon="check-double" text=words.on_platform.to_owned()/> }
    });
    let later = received.reception.number.is_none().then(|| format!(" · {}", words.number_later));
    view! {
        <div class="card-heading"><h2>{title}</h2>{waits}{arrived}</div>
        <p class="soft">{all_words.shell().my_order}" "{of}{later}</p>
    }
}

/// Who said something, the first first.
fn signatures(reception: &Reception) -> impl IntoView + use<> {
    let words = words().reception();
    reception
        .records
        .iter()
        .map(|record| {
            let signed =
                (words.received_by)(record.received_by.as_str(), &numbers::moment(record.recorded_at));
            view! { <p>{signed}</p> }
        })
        .collect_view()
}

fn table(lines: &[ReceivedLine<'_>]) -> impl IntoView + use<> {
    let words = words().reception();
    let rows = lines.iter().map(row).collect_view();
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label=words.see_note>
            <table class="table order-lines">
                <thead>
                    <tr>
                        <th scope="col">{words.product}</th>
                        <th scope="col" class="number">{words.ordered}</th>
                        <th scope="col" class="number">{words.confirmed_head}</th>
                        <th scope="col" class="number">{words.received_head}</th>
                        <th scope="col" class="number">{words.credit_head}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(line: &ReceivedLine<'_>) -> impl IntoView + use<> {
    let words = words().reception();
    let quantity = |quantity| numbers::quantity(quantity, &line.line.unit);
    let received = line.standing().map_or_else(|| words.not_said.to_owned(), |said| quantity(said.received));
    let surplus = line.surplus();
    let more = (!surplus.is_zero()).then(|| (words.surplus)(&quantity(surplus)));
    let said = line.standing().map(|said| about(&said.clone().into()));
    let about = said.unwrap_or_default().into_iter().chain(more).collect::<Vec<_>>();
    let credit = if line.credit.cents() == 0 { "–".to_owned() } else { numbers::money(line.credit) };
    view! {
        <tr data-check=line.is_gap().then_some("")>
            <th scope="row">{line.line.name.clone()}<br/><span class="soft small">{about.join(" · ")}</span></th>
            <td class="number" data-name=words.ordered>{quantity(line.line.ordered)}</td>
            <td class="number" data-name=words.confirmed_head>{quantity(line.line.counted())}</td>
            <td class="number" data-name=words.received_head>{received}</td>
            <td class="number" data-name=words.credit_head>{credit}</td>
        </tr>
    }
}

/// What is not paid, with its number once there is one.
fn credit(reception: &Reception, credit: &Totals) -> impl IntoView + use<> {
    let all_words = words();
    let words = all_words.reception();
    if credit.net.cents() == 0 {
        return view! { <p>{words.no_credit}</p> }.into_any();
    }
    let title = match reception.credit_number {
        Some(number) => (words.credit)(&number.to_string()),
        None => words.credit_without_number.to_owned(),
    };
    let row =
        |name: String, amount| view! { <dt>{name}</dt><dd class="number">{numbers::money(amount)}</dd> };
    let vat = credit.vat.iter().map(|group| {
        row((all_words.draft().vat_on)(&numbers::rate(group.rate), &numbers::money(group.base)), group.tax)
    });
    view! {
        <h3>{title}</h3>
        <dl class="amounts">
            {row(all_words.orders().total_net.to_owned(), credit.net)}
            {vat.collect_view()}
            {row(all_words.orders().total_gross.to_owned(), credit.gross)}
        </dl>
    }
    .into_any()
}

/// Two things said of one line, and what to record to decide.
fn contested(order: &Order, reception: &Reception, line: &ReceivedLine<'_>) -> impl IntoView + use<> {
    let state = expect_context::<AppState>();
    let (day, seen) = (reception.delivery_on, reception.record_ids());
    let choice = |standing: &Standing<'_, LineRecord>| {
        let quantity = numbers::quantity(standing.line.received, &line.line.unit);
        let received_by = standing.record.received_by.clone();
        let name = (words().reception().keep)(&quantity, received_by.as_str());
        let unloaded = Unloaded { received_by, seen: seen.clone(), lines: vec![standing.line.clone()] };
        let order = order.clone();
        let decide = Callback::new(move |()| {
            let (order, unloaded) = (order.clone(), unloaded.clone());
            async move { state.record_reception(&order, day, unloaded).await }.boxed_local()
        });
        Choice { name, decide }
    };
    let choices = line.said.iter().map(choice).collect();
    view! { <Contested product=line.line.name.clone() choices/> }
}
