//! What was put aside, why, and the choices.

use domain::{
    order::{Order, OrderLine, changes},
    receipt::Reason,
    ticket::{Choice, Settler, Subject, Ticket},
};
use leptos::{prelude::*, task::spawn_local};

use super::{CallHub, difference_table::Differences};
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
    let reason = words.reason(&ticket.reason);
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
                Ok(()) => toasts.say(words.orders().choice_saved.to_owned()),
                Err(error) => settling.set(Settling::Failed(not_recorded(&error))),
            }
        });
    };
    let actions = if ticket.settler() == Settler::Kitchen {
        view! { <Choices ticket=&ticket order on_choice=Callback::new(choose)/> }.into_any()
    } else {
        view! { <p>{words.orders().hub_decides}</p><div class="actions"><CallHub/></div> }.into_any()
    };
    let problem = move || match settling.get() {
        Settling::Failed(said) => Some(view! { <Problem said/> }),
        Settling::Ready | Settling::Running => None,
    };
    view! {
        <section class="decision">
            <header>
                <h2>{title(&ticket, order)}</h2>
                <Badge state="check" icon="warning" text=(words.orders().to_check)(reason.short)/>
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
    let words = words().orders();
    let name = match (choice, &ticket.subject) {
        (Choice::Accept, Subject::Line { price_now: Some(price), .. }) => {
            let price = match line_of(ticket, order) {
                Some(line) => (words.per_pack)(&numbers::money(pack_price(*price, line.pack))),
                None => numbers::unit_price(*price),
            };
            return (words.accept_price)(&price);
        }
        (Choice::Accept, _) if ticket.reason == Reason::OrderWithdrawn => words.make_new_order,
        (Choice::Accept, _) => words.accept_late,
        (Choice::Decline, _) if line_of(ticket, order).is_some_and(|line| line.proposed.is_some()) => {
            words.leave_as_before
        }
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
    let words = words().orders();
    match &ticket.subject {
        Subject::Line { line, .. } => {
            line_of(ticket, order).map_or_else(|| line.offer.to_string(), |line| line.name.clone())
        }
        Subject::Submission { standing: Some(_), .. } if ticket.reason == Reason::OrderChanged => {
            words.parked_amendment.to_owned()
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
    let words = words().orders();
    match (&ticket.subject, line_of(ticket, order), order) {
        (Subject::Line { price_seen, price_now: Some(now), .. }, Some(line), _) => {
            let was = numbers::money(pack_price(*price_seen, line.pack));
            let is = (words.per_pack)(&numbers::money(pack_price(*now, line.pack)));
            let wanted = line.proposed.as_ref().map_or(line.ordered, |proposal| proposal.line.ordered);
            let more = now.times(wanted) - price_seen.times(wanted);
            view! {
                <p class="before-after">
                    <del>{was}</del><span aria-hidden="true">"→"</span><ins>{is}</ins>
                    <span class="soft">{(words.more_in_all)(&numbers::money(more))}</span>
                </p>
            }
            .into_any()
        }
        (Subject::Submission { submission, standing: Some(_) }, _, Some(order)) => {
            let heads = if ticket.reason == Reason::OrderChanged {
                [words.before, words.after]
            } else {
                [words.first_sending, words.second_sending]
            };
            let changes = changes(&order.asked(), &submission.asked());
            view! { <Differences changes order=Some(order.clone()) heads/> }.into_any()
        }
        _ => ().into_any(),
    }
}
