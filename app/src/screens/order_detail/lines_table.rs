use domain::{
    command::SubmittedLine,
    draft::Prices,
    harvest::AnsweredLine,
    money::UnitPrice,
    order::{LineStatus, Order, OrderLine},
    pricing::Totals,
    reception::delivery_days,
};
use leptos::prelude::*;

use crate::{
    screens::offer_words,
    state::{AppState, EntryLines, LoadedCatalog, OrderEntry},
    wording::{numbers, words},
};

/// A row, in words.
struct Row {
    name: String,
    about: String,
    asked: String,
    kept: String,
    price_was: Option<String>,
    price: String,
    amount: String,
}

/// The lines of an order, as sent or as the server holds them.
#[component]
pub(super) fn LinesTable(entry: OrderEntry) -> impl IntoView {
    // What producers answer arrives while one looks.
    move || table(&entry)
}

fn table(entry: &OrderEntry) -> AnyView {
    let words = words().orders();
    let (rows, foot) = match &entry.lines {
        EntryLines::Submitted(sent) => {
            let rows =
                with_catalog(|loaded| sent.lines.iter().map(|line| submitted_row(line, loaded)).collect());
            (rows, view! { <Total name=words.total_net value=numbers::money(sent.total_seen)/> }.into_any())
        }
        EntryLines::Accepted(order) => (accepted_rows(order), totals(order)),
    };
    let body = rows
        .into_iter()
        .map(|row| {
            let was = row.price_was.map(|was| view! { <del>{was}</del>" " });
            view! {
                <tr>
                    <th scope="row">{row.name}<br/><span class="soft small">{row.about}</span></th>
                    <td class="number" data-name=words.asked>{row.asked}</td>
                    <td class="number" data-name=words.kept>{row.kept}</td>
                    <td class="number" data-name=words.price>{was}{row.price}</td>
                    <td class="number" data-name=words.amount>{row.amount}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label=words.lines_of_order>
            <table class="table order-lines">
                <caption class="unseen">{words.lines_of_order}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words.product}</th>
                        <th scope="col" class="number">{words.asked}</th>
                        <th scope="col" class="number">{words.kept}</th>
                        <th scope="col" class="number">{words.price}</th>
                        <th scope="col" class="number">{words.amount}</th>
                    </tr>
                </thead>
                <tbody>{body}</tbody>
                <tfoot>{foot}</tfoot>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Total(#[prop(into)] name: String, value: String) -> impl IntoView {
    view! { <tr><th scope="row" colspan="4">{name}</th><td class="number">{value}</td></tr> }
}

fn totals(order: &Order) -> AnyView {
    let all_words = words();
    let Totals { net, vat, gross } = &order.totals;
    let vat = vat
        .iter()
        .map(|group| {
            let name = (all_words.draft().vat_on)(&numbers::rate(group.rate), &numbers::money(group.base));
            view! { <Total name value=numbers::money(group.tax)/> }
        })
        .collect_view();
    let seen = order.lines.iter().map(|line| line.price_seen.times(line.ordered)).sum();
    let seen = (*net != seen)
        .then(|| view! { <Total name=all_words.orders().total_seen value=numbers::money(seen)/> });
    view! {
        {seen}
        <Total name=all_words.orders().total_net value=numbers::money(*net)/>
        {vat}
        <Total name=all_words.orders().total_gross value=numbers::money(*gross)/>
    }
    .into_any()
}

fn with_catalog<T>(read: impl FnOnce(Option<&LoadedCatalog>) -> T) -> T {
    expect_context::<AppState>().catalog().with_untracked(|loaded| read(loaded.as_deref()))
}

fn submitted_row(line: &SubmittedLine, loaded: Option<&LoadedCatalog>) -> Row {
    let offer = loaded.and_then(|loaded| loaded.catalog.offer(&line.offer));
    let asked = match offer {
        Some(offer) => numbers::quantity(line.quantity, &offer.unit),
        None => numbers::number(line.quantity.value()),
    };
    Row {
        name: offer.map_or_else(|| line.offer.to_string(), |offer| offer.name.clone()),
        about: numbers::day(line.delivery_on),
        asked,
        kept: "–".to_owned(),
        price_was: None,
        price: numbers::unit_price(line.price_seen),
        amount: numbers::money(line.price_seen.times(line.quantity)),
    }
}

/// The lines the server holds, each with what its producer answered.
fn accepted_rows(order: &Order) -> Vec<Row> {
    let state = expect_context::<AppState>();
    let answers: Vec<_> =
        delivery_days(order).into_iter().map(|day| (day, state.harvest_answers(order.id, day))).collect();
    let answered = |line: &OrderLine| {
        let (_, answers) = answers.iter().find(|(day, _)| *day == line.key.delivery_on)?;
        answers.iter().find_map(|answer| answer.line(&line.key.offer))
    };
    order.lines.iter().map(|line| accepted_row(line, answered(line))).collect()
}

fn accepted_row(line: &OrderLine, answered: Option<&AnsweredLine>) -> Row {
    let words = words();
    let asked = numbers::quantity(line.ordered, &line.unit);
    let (kept, note) = match &line.status {
        LineStatus::Accepted => {
            let granted = numbers::quantity(line.counted(), &line.unit);
            let shared = answered.map_or(line.counted(), |answered| answered.granted);
            let short = (shared < line.ordered)
                .then(|| (words.orders().short)(&asked, &numbers::quantity(shared, &line.unit)));
            let harvest = answered.map(|answered| harvest_note(line, answered));
            let short =
                [short, harvest].into_iter().flatten().reduce(|one, other| format!("{one} · {other}"));
            let proposed = line.proposed.as_ref().map(|proposal| {
                (words.orders().proposed)(&numbers::quantity(proposal.line.ordered, &line.unit))
            });
            (granted, short.or(proposed))
        }
        LineStatus::Held { reason, .. } => {
            (words.orders().held.to_owned(), Some((words.orders().to_check)(words.reason(reason).short)))
        }
        LineStatus::Dropped { reason } => {
            ("–".to_owned(), Some((words.orders().refused)(words.reason(reason).short)))
        }
    };
    let day = numbers::day(line.key.delivery_on);
    let counts = line.status == LineStatus::Accepted;
    Row {
        name: line.name.clone(),
        about: [Some(day), note].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        asked,
        kept,
        price_was: differs(line).then(|| numbers::unit_price(line.price_seen)),
        price: numbers::unit_price(line.unit_price),
        amount: if counts { numbers::money(line.amount) } else { "–".to_owned() },
    }
}

/// What the producer answered about a line: « confirmé », or how much of it, why, and what could come instead.
fn harvest_note(line: &OrderLine, answered: &AnsweredLine) -> String {
    let words = words().harvest();
    let Some(short) = &answered.short else { return words.confirmed_line.to_owned() };
    let quantity = |quantity| numbers::quantity(quantity, &line.unit);
    let comment = short.comment.as_ref().map(|comment| format!(" ({})", comment.as_str()));
    let why = format!("{}{}", (words.reason)(&short.reason), comment.unwrap_or_default());
    let less = (words.short_line)(&quantity(answered.confirmed), &quantity(answered.granted), &why);
    let proposed = short.substitute.as_ref().map(|proposed| {
        let price = offer_words::per_unit(proposed.unit_price, &line.unit);
        (words.proposed)(&quantity(proposed.quantity), &proposed.name, &price)
    });
    let shared = (!answered.confirmed.is_zero()).then(|| words.shared_line.to_owned());
    let said = [Some(less), shared, proposed];
    said.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Both figures show when the price that counts is not the one that was seen.
fn differs(line: &OrderLine) -> bool {
    line.price_seen != UnitPrice::ZERO && line.price_seen != line.unit_price
}

/// An order as a text somebody can send by hand.
pub(super) fn recap(entry: &OrderEntry) -> String {
    let place = expect_context::<AppState>()
        .session()
        .with_untracked(|session| session.me().map(|me| me.place.clone()))
        .unwrap_or_default();
    let rows: Vec<Row> = match &entry.lines {
        EntryLines::Submitted(sent) => {
            with_catalog(|loaded| sent.lines.iter().map(|line| submitted_row(line, loaded)).collect())
        }
        EntryLines::Accepted(order) => accepted_rows(order),
    };
    let lines: Vec<String> =
        rows.iter().map(|row| format!("{} — {}, {}", row.name, row.asked, row.about)).collect();
    format!("{}\n{}", (words().draft().recap)(&place, &entry.code), lines.join("\n"))
}
