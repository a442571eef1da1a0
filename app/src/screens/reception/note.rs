//! The reception note: what was said, by whom, what is not paid; and what two people said otherwise.

use domain::{
    order::Order,
    pricing::Totals,
    reception::{LineRecord, ReceivedLine, Reception, credit_of, received_lines},
    records::Standing,
    time::Date,
};
use leptos::{prelude::*, task::spawn_local};

use super::line_sheet::celsius;
use crate::{
    app::{Clock, Route},
    parts::{Badge, Icon, Notice, NoticeKind, PrintButton, Toasts},
    screens::{
        orders::face,
        problem::{Problem, not_recorded},
    },
    state::{AppState, Received, RecordError, Unloaded},
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
    let contested = lines.iter().filter(|line| line.said.len() > 1);
    let choices =
        contested.map(|line| view! { <Contested choice=Choice::of(order, reception, line)/> }).collect_view();
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
    let about = line.standing().map(about).unwrap_or_default().into_iter().chain(more).collect::<Vec<_>>();
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

/// Reason, comment, temperature, lot, date: what is said of a line beside its quantity.
fn about(said: &LineRecord) -> Vec<String> {
    let words = words().reception();
    let reason = said.gap.as_ref().map(|gap| (words.why)(&gap.reason).to_owned());
    let comment = said.gap.as_ref().and_then(|gap| gap.comment.as_ref());
    let comment = comment.map(|comment| comment.as_str().to_owned());
    let measured = said.measured.as_ref().map(|measure| {
        (words.measured)(
            &celsius(measure.core.unwrap_or(measure.surface)),
            (words.class_name)(&measure.class),
        )
    });
    let lot = said.lot.as_ref().map(|lot| (words.lot_is)(lot.as_str()));
    let use_by = said.use_by.map(|day| (words.use_by_is)(&numbers::day(day)));
    [reason, comment, measured, lot, use_by].into_iter().flatten().collect()
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
#[derive(Clone)]
struct Choice {
    order: Order,
    day: Date,
    product: String,
    /// On each button: its words, and what it records.
    said: Vec<(String, Unloaded)>,
}

impl Choice {
    fn of(order: &Order, reception: &Reception, line: &ReceivedLine<'_>) -> Self {
        let words = words().reception();
        let seen = reception.record_ids();
        let each = |standing: &Standing<'_, LineRecord>| {
            let quantity = numbers::quantity(standing.line.received, &line.line.unit);
            let received_by = standing.record.received_by.clone();
            let name = (words.keep)(&quantity, received_by.as_str());
            (name, Unloaded { received_by, seen: seen.clone(), lines: vec![standing.line.clone()] })
        };
        let said = line.said.iter().map(each).collect();
        Self { order: order.clone(), day: reception.delivery_on, product: line.line.name.clone(), said }
    }
}

#[component]
fn Contested(choice: Choice) -> impl IntoView {
    let state = expect_context::<AppState>();
    let toasts = expect_context::<Toasts>();
    let all_words = words();
    let words = all_words.reception();
    let failed = RwSignal::new(None::<RecordError>);
    let Choice { order, day, product, said } = choice;
    let order = StoredValue::new(order);
    let decide = move |unloaded: Unloaded| {
        spawn_local(async move {
            match state.record_reception(&order.get_value(), day, unloaded).await {
                Ok(()) => toasts.say(all_words.orders().choice_saved.to_owned()),
                Err(error) => drop(failed.try_set(Some(error))),
            }
        });
    };
    let buttons = said
        .into_iter()
        .map(|(name, unloaded)| {
            view! {
                <button class="button roomy" type="button" on:click=move |_| decide(unloaded.clone())>{name}</button>
            }
        })
        .collect_view();
    let problem = move || failed.get().map(|error| view! { <Problem said=not_recorded(&error)/> });
    view! {
        <Notice kind=NoticeKind::Check title=(words.contested)(&product)>
            <p>{words.contested_body}</p>
            {problem}
            <div class="actions">{buttons}</div>
        </Notice>
    }
}
