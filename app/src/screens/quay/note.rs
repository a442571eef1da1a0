//! What was recorded of a page: what passed, who said it and when, where it stands; what two people said otherwise; and who
//! comes next.

use domain::{
    quay::{PageKey, QuayLine, Side},
    records::{self, Standing},
};
use futures_util::FutureExt;
use leptos::prelude::*;

use super::page::next;
use crate::{
    app::Clock,
    parts::{Badge, Icon, PrintButton},
    screens::{
        handling::{
            contested::{Choice, Contested},
            goods::Goods,
            said::about,
        },
        orders::face,
    },
    state::{
        AppState,
        goods::{Handled, PageHere, QuayDay},
    },
    wording::{numbers, words},
};

/// The whole note.
#[component]
pub(super) fn Note(
    page: PageKey,
    goods: Vec<Goods>,
    day: Memo<QuayDay>,
    handling: RwSignal<bool>,
) -> impl IntoView {
    let words = words().quay();
    let is_out = matches!(page.side, Side::Out(_));
    let here = Memo::new(move |_| day.with(|day| day.page(&page).cloned()));
    let body = move || here.get().map(|here| contents(&here, &goods));
    let following = Memo::new(move |_| day.with(|day| next(day, &page)));
    let onward = move || match following.get() {
        Some(next) => view! {
            <a class="button primary roomy" href=next.route.path()>
                {(words.next)(&next.name)}<Icon name="chevron" class="icon chevron"/>
            </a>
        }
        .into_any(),
        None => view! { <p role="status">{if is_out { words.all_left } else { words.all_arrived }}</p> }
            .into_any(),
    };
    let correct = if is_out { words.correct_departure } else { words.correct_arrival };
    view! {
        {body}
        <div class="row actions no-print">
            {onward}
            <button class="button roomy" type="button" on:click=move |_| handling.set(true)>
                <Icon name="list"/>{correct}
            </button>
            <PrintButton class="button"/>
        </div>
    }
}

fn contents(here: &PageHere, goods: &[Goods]) -> impl IntoView + use<> {
    let disputed = goods.iter().filter_map(|goods| {
        let said = here.page.said_of(goods.product());
        (said.len() > 1).then(|| contested(here, goods, &said))
    });
    let choices = disputed.collect_view();
    view! {
        {choices}
        <section class="card stack reception-note">
            {heading(here)}
            {signatures(here)}
            {table(here, goods)}
        </section>
    }
}

/// What it is, its number, and where it stands.
fn heading(here: &PageHere) -> impl IntoView + use<> {
    let all_words = words();
    let words = all_words.quay();
    let clock = expect_context::<Clock>();
    let is_out = matches!(here.page.key.side, Side::Out(_));
    let title = match here.page.number {
        Some(number) => (words.delivery_note)(&number.to_string()),
        None if is_out => words.delivery_note_without_number.to_owned(),
        None => words.arrival_recorded.to_owned(),
    };
    let waits = here.waits.clone().map(|state| {
        move || {
            let face = face(&state, clock.now());
            view! { <Badge state=face.look icon=face.icon text=face.text/> }
        }
    });
    let reception = all_words.reception();
    let arrived = (here.waits.is_none() && !here.page.records.is_empty()).then(|| {
        view! { <Badge state="received" icon="check-double" text=reception.on_platform.to_owned()/> }
    });
    let later = (is_out && here.page.number.is_none())
        .then(|| view! { <p class="soft">{reception.number_later}</p> });
    view! { <div class="card-heading"><h2>{title}</h2>{waits}{arrived}</div>{later} }
}

/// Who said something, the first first.
fn signatures(here: &PageHere) -> impl IntoView + use<> {
    let words = words().quay();
    let by = if matches!(here.page.key.side, Side::Out(_)) { words.loaded_by } else { words.weighed_by };
    let lines = here.page.records.iter().map(|record| {
        let signed = by(record.received_by.as_str(), &numbers::moment(record.recorded_at));
        view! { <p>{signed}</p> }
    });
    lines.collect_view()
}

fn table(here: &PageHere, goods: &[Goods]) -> impl IntoView + use<> {
    let all_words = words();
    let words = all_words.quay();
    let is_out = matches!(here.page.key.side, Side::Out(_));
    let said = if is_out { words.loaded_head } else { words.came };
    let rows = goods.iter().map(|goods| row(here.page.standing(goods.product()), goods, said)).collect_view();
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label=said>
            <table class="table order-lines">
                <thead>
                    <tr>
                        <th scope="col">{all_words.reception().product}</th>
                        <th scope="col" class="number">{words.expected}</th>
                        <th scope="col" class="number">{said}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(standing: Option<&QuayLine>, goods: &Goods, head: &'static str) -> impl IntoView + use<> {
    let all_words = words();
    let quantity = |quantity| numbers::quantity(quantity, &goods.unit);
    let said =
        standing.map_or_else(|| all_words.reception().not_said.to_owned(), |line| quantity(line.quantity));
    let about = standing.map(|line| about(&line.clone().into())).unwrap_or_default();
    let is_gap = standing.is_none_or(|line| line.gap.is_some() || line.quantity != goods.expected);
    view! {
        <tr data-check=is_gap.then_some("")>
            <th scope="row">{goods.name.clone()}<br/><span class="soft small">{about.join(" · ")}</span></th>
            <td class="number" data-name=all_words.quay().expected>{quantity(goods.expected)}</td>
            <td class="number" data-name=head>{said}</td>
        </tr>
    }
}

/// Two things said of one product, and what to record to decide.
fn contested(here: &PageHere, goods: &Goods, said: &[Standing<'_, QuayLine>]) -> impl IntoView + use<> {
    let state = expect_context::<AppState>();
    let (page, seen) = (here.page.key, records::ids(&here.page.records));
    let choice = |standing: &Standing<'_, QuayLine>| {
        let quantity = numbers::quantity(standing.line.quantity, &goods.unit);
        let name = (words().reception().keep)(&quantity, standing.record.received_by.as_str());
        // Who decides says so, where this device knows who that is.
        let handled_by = state.last_handler().unwrap_or_else(|| standing.record.received_by.clone());
        let handled = Handled { handled_by, seen: seen.clone(), lines: vec![standing.line.clone()] };
        let decide = Callback::new(move |()| {
            let handled = handled.clone();
            async move { state.record_page(&page, handled).await }.boxed_local()
        });
        Choice { name, decide }
    };
    let choices = said.iter().map(choice).collect();
    view! { <Contested product=goods.name.clone() choices/> }
}
