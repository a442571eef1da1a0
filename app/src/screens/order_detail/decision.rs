//! What was put aside, why, and the choices.

use domain::{
    command::SubmitOrder,
    order::{LineKey, Order, OrderLine},
    quantity::{Quantity, Unit},
    sorting,
    ticket::{Choice, Settler, Subject, Ticket},
};
use leptos::{prelude::*, task::spawn_local};

use super::CallHub;
use crate::{
    parts::{Badge, Toasts},
    screens::{
        offer_words::pack_price,
        problem::{Problem, Said, not_recorded},
    },
    state::{AppState, EntryLines},
    wording::{numbers, words},
};

/// Where a choice stands.
#[derive(Clone)]
enum Settling {
    /// Not made.
    Ready,
    /// Being recorded.
    Running,
    /// Not recorded.
    Failed(Said),
}

/// One thing to decide.
#[component]
pub(super) fn Decision(ticket: Ticket, lines: EntryLines) -> impl IntoView {
    let state = expect_context::<AppState>();
    let toasts = expect_context::<Toasts>();
    let words = words();
    let reason = (words.codes.reason)(&ticket.reason);
    let order = match &lines {
        EntryLines::Accepted(order) => Some(order),
        EntryLines::Submitted(_) => None,
    };
    let settling = RwSignal::new(Settling::Ready);
    let id = ticket.id;
    let choose = move |choice: Choice| {
        if matches!(settling.get_untracked(), Settling::Running) {
            return;
        }
        settling.set(Settling::Running);
        spawn_local(async move {
            match state.settle(id, choice).await {
                // The card leaves by itself: it is no longer among what waits for a choice.
                Ok(()) => toasts.say(words.orders.choice_saved.to_owned()),
                Err(error) => settling.set(Settling::Failed(not_recorded(&error))),
            }
        });
    };
    let actions = if ticket.settler() == Settler::Kitchen {
        view! { <Choices ticket=&ticket order on_choice=Callback::new(choose)/> }.into_any()
    } else {
        view! { <p>{words.orders.hub_decides}</p><div class="actions"><CallHub/></div> }.into_any()
    };
    let problem = move || match settling.get() {
        Settling::Failed(said) => Some(view! { <Problem said/> }),
        Settling::Ready | Settling::Running => None,
    };
    view! {
        <section class="decision">
            <header>
                <h2>{title(&ticket, order)}</h2>
                <Badge state="check" icon="warning" text=(words.orders.to_check)(reason.short)/>
            </header>
            <p>{reason.sentence}</p>
            {figures(&ticket, order)}
            {problem}
            {actions}
        </section>
    }
}

/// The buttons of a ticket, the safest last.
#[component]
pub(crate) fn Choices<'t>(
    ticket: &'t Ticket,
    /// The order it is about, when one is at hand.
    order: Option<&'t Order>,
    on_choice: Callback<Choice>,
) -> impl IntoView + use<> {
    let buttons = ticket
        .choices()
        .iter()
        .map(|choice| {
            let name = choice_name(ticket, order, *choice);
            let class = if *choice == Choice::Decline { "button" } else { "button primary" };
            view! { <button class=class type="button" on:click=move |_| on_choice.run(*choice)>{name}</button> }
        })
        .collect_view();
    view! { <div class="actions">{buttons}</div> }
}

fn line_of<'o>(ticket: &Ticket, order: Option<&'o Order>) -> Option<&'o OrderLine> {
    match &ticket.subject {
        Subject::Line { line, .. } => order?.line(line),
        Subject::Submission { .. } | Subject::Command { .. } => None,
    }
}

fn choice_name(ticket: &Ticket, order: Option<&Order>, choice: Choice) -> String {
    let words = &words().orders;
    let name = match (choice, &ticket.subject) {
        (Choice::Accept, Subject::Line { price_now: Some(price), .. }) => {
            let price = match line_of(ticket, order) {
                Some(line) => (words.per_pack)(&numbers::money(pack_price(*price, line.pack))),
                None => numbers::unit_price(*price),
            };
            return (words.accept_price)(&price);
        }
        (Choice::Accept, _) => words.accept_late,
        (Choice::Decline, Subject::Line { .. }) => words.leave_out,
        (Choice::Decline, Subject::Submission { standing: Some(_), .. }) => words.keep_first,
        (Choice::Decline, Subject::Submission { standing: None, .. }) => words.refuse,
        (Choice::Decline, Subject::Command { .. }) => words.take_note,
        (Choice::Replace, _) => words.replace,
        (Choice::AddDifference, _) => words.add_difference,
    };
    name.to_owned()
}

fn title(ticket: &Ticket, order: Option<&Order>) -> String {
    let words = &words().orders;
    match &ticket.subject {
        Subject::Line { line, .. } => {
            line_of(ticket, order).map_or_else(|| line.offer.to_string(), |line| line.name.clone())
        }
        Subject::Submission { standing: Some(_), .. } => words.second_sending.to_owned(),
        Subject::Submission { standing: None, submission } => {
            (words.sent_again)(&numbers::money(submission.total_seen))
        }
        Subject::Command { .. } => words.unreadable_command.to_owned(),
    }
}

/// The figures of a choice: prices before and after, or two sendings side by side.
fn figures(ticket: &Ticket, order: Option<&Order>) -> AnyView {
    let words = &words().orders;
    match (&ticket.subject, line_of(ticket, order), order) {
        (Subject::Line { price_seen, price_now: Some(now), .. }, Some(line), _) => {
            let was = numbers::money(pack_price(*price_seen, line.pack));
            let is = (words.per_pack)(&numbers::money(pack_price(*now, line.pack)));
            let more = now.times(line.ordered) - price_seen.times(line.ordered);
            view! {
                <p class="before-after">
                    <del>{was}</del><span aria-hidden="true">"→"</span><ins>{is}</ins>
                    <span class="soft">{(words.more_in_all)(&numbers::money(more))}</span>
                </p>
            }
            .into_any()
        }
        (Subject::Submission { submission, standing: Some(_) }, _, Some(order)) => {
            view! { <TwoSendings differences=differences(order, submission)/> }.into_any()
        }
        _ => ().into_any(),
    }
}

/// A line on which two sendings of one draft differ.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Difference {
    key: LineKey,
    name: Option<String>,
    unit: Option<Unit>,
    first: Quantity,
    second: Quantity,
}

/// The lines on which a second sending differs from the standing order, in key order.
fn differences(standing: &Order, second: &SubmitOrder) -> Vec<Difference> {
    let in_first = standing.lines.iter().map(|line| {
        let other = second.lines.iter().find(|other| other.key() == line.key);
        Difference {
            key: line.key.clone(),
            name: Some(line.name.clone()),
            unit: Some(line.unit.clone()),
            first: line.ordered,
            second: other.map(|other| other.quantity).unwrap_or_default(),
        }
    });
    let only_in_second =
        second.lines.iter().filter(|line| standing.line(&line.key()).is_none()).map(|line| Difference {
            key: line.key(),
            name: None,
            unit: None,
            first: Quantity::ZERO,
            second: line.quantity,
        });
    let mut found: Vec<_> = in_first.chain(only_in_second).filter(|line| line.first != line.second).collect();
    sorting::sort_by(&mut found, |a, b| a.key.cmp(&b.key));
    found
}

#[component]
fn TwoSendings(differences: Vec<Difference>) -> impl IntoView {
    use domain::draft::Prices;
    let words = &words().orders;
    let catalog = expect_context::<AppState>().catalog().get_untracked();
    let rows = differences
        .into_iter()
        .map(|line| {
            let offer = catalog.as_ref().and_then(|loaded| loaded.catalog.offer(&line.key.offer));
            let name = line.name.or_else(|| offer.map(|offer| offer.name.clone()));
            let unit = line.unit.or_else(|| offer.map(|offer| offer.unit.clone()));
            let said = |quantity: Quantity| match &unit {
                Some(unit) => numbers::quantity(quantity, unit),
                None => numbers::number(quantity.value()),
            };
            view! {
                <tr>
                    <th scope="row">{name.unwrap_or_else(|| line.key.offer.to_string())}</th>
                    <td class="date">{numbers::day(line.key.delivery_on)}</td>
                    <td class="number">{said(line.first)}</td>
                    <td class="number">{said(line.second)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-frame">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{words.product}</th>
                        <th scope="col">{words.day}</th>
                        <th scope="col" class="number">{words.first_sending}</th>
                        <th scope="col" class="number">{words.second_sending}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
