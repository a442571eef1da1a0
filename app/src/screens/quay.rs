//! « Quai »: what producers bring and what leaves for kitchens, on a day, without a network. Above all what is short, while
//! there is time to call somebody.

mod day;
mod note;
mod page;
mod rows;
mod shortages;

use domain::{cycle::CycleId, search, time::Date};
use leptos::prelude::*;

pub(crate) use page::QuayPageScreen;

use crate::{
    app::{Clock, Route},
    parts::{Badge, Empty, Heading, Icon, SearchBox},
    screens::orders::face,
    state::{AppState, goods::QuayDay},
    wording::{numbers, words},
};
use day::Days;
use rows::{Row, arrivals, departures};
use shortages::Shortages;

/// With more rows than this one searches.
const SEARCHED: usize = 12;

/// The whole screen.
#[component]
pub(crate) fn QuayScreen(
    /// What leaves, instead of what comes.
    is_out: bool,
) -> impl IntoView {
    let state = expect_context::<AppState>();
    let all_words = words();
    let words = all_words.quay();
    let days = Days::here(state);
    let title = move || match days.shown() {
        Some((day, _)) => (words.title)(&numbers::long_day(day)),
        None => all_words.shell().quay.to_owned(),
    };
    let body = move || match days.shown() {
        Some((day, cycle)) => view! { <Day day cycle is_out/> }.into_any(),
        None => view! {
            <Empty drawing="autres" title=words.empty_title>
                <p>{words.empty_body}</p>
                <a class="button" href=Route::Week.path()>{all_words.shell().week_board}</a>
            </Empty>
        }
        .into_any(),
    };
    view! {
        <Heading title=Signal::derive(title)>
            <Steps days/>
            <p class="row actions"><a class="button quiet" href=Route::Lots.path()><Icon name="search"/>{words.trace}</a></p>
        </Heading>
        <div class="quay stack">{body}</div>
    }
}

/// To the day before, to the day after.
#[component]
fn Steps(days: Days) -> impl IntoView {
    let words = words().quay();
    let step = move |to: Option<(Date, CycleId)>, name: &'static str, class: &'static str| {
        let go = move |_| {
            if let Some(to) = to {
                days.show(to);
            }
        };
        let label =
            to.map_or_else(|| name.to_owned(), |(day, _)| format!("{name}\u{a0}: {}", numbers::day(day)));
        view! {
            <button class="button icon-only" type="button" aria-label=label aria-disabled=to.is_none().then_some("true") on:click=go>
                <Icon name="chevron" class=class/>
            </button>
        }
    };
    move || {
        let (before, after) = days.beside();
        (before.is_some() || after.is_some()).then(|| {
            view! {
                <div class="row quay-steps">
                    {step(before, words.day_before, "icon chevron back")}
                    {step(after, words.day_after, "icon chevron")}
                </div>
            }
        })
    }
}

#[component]
fn Day(day: Date, cycle: CycleId, is_out: bool) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().quay();
    let known = Memo::new(move |_| state.quay_day(day, cycle));
    let rows = Memo::new(move |_| {
        known.with(|known| if is_out { departures(state, known) } else { arrivals(state, known) })
    });
    let typed = RwSignal::new(String::new());
    let is_long = Memo::new(move |_| rows.with(Vec::len) > SEARCHED);
    let find = if is_out { words.find_kitchen } else { words.find_producer };
    let search = move || {
        is_long.get().then(|| {
            view! { <SearchBox name=find text=typed on_type=Callback::new(move |text| typed.set(text))/> }
        })
    };
    let found = Memo::new(move |_| {
        let wanted = search::fold(&typed.get());
        let matches = |row: &&Row| {
            search::fold(&row.name).contains(&wanted) || search::fold(&row.commune).contains(&wanted)
        };
        rows.with(|rows| rows.iter().filter(matches).cloned().collect::<Vec<_>>())
    });
    let group = move |is_done: bool, title: fn(usize) -> String| {
        let rows: Vec<_> =
            found.with(|found| found.iter().filter(|row| row.is_done == is_done).cloned().collect());
        (!rows.is_empty()).then(|| {
            view! {
                <section>
                    <h2>{title(rows.len())}</h2>
                    <ul class="orders" role="list">{rows.into_iter().map(card).collect_view()}</ul>
                </section>
            }
        })
    };
    let (waiting, done) = if is_out {
        (words.to_load_group, words.loaded_group)
    } else {
        (words.expected_group, words.arrived_group)
    };
    let none = move || found.with(Vec::is_empty).then(|| view! { <p role="status">{words.none_found}</p> });
    view! {
        <Shortages known/>
        <Sides known is_out/>
        {search}
        {none}
        {move || group(false, waiting)}
        {move || group(true, done)}
    }
}

/// « Arrivées », « Départs »: how many each.
#[component]
fn Sides(known: Memo<QuayDay>, is_out: bool) -> impl IntoView {
    let words = words().quay();
    let side = move |route: Route, name: &'static str, count: usize, here: bool| {
        view! {
            <a class="button roomy" href=route.path() aria-current=here.then_some("page")>
                {name}<span class="soft number">{numbers::integer(count)}</span>
            </a>
        }
    };
    move || {
        let (incoming, outgoing) = known.with(|known| (known.arrivals.len(), known.kitchens.len()));
        view! {
            <nav class="quay-sides" aria-label=words.back>
                {side(Route::Quay, words.arrivals, incoming, !is_out)}
                {side(Route::QuayOut, words.departures, outgoing, is_out)}
            </nav>
        }
    }
}

fn card(row: Row) -> impl IntoView {
    let all_words = words();
    let words = all_words.quay();
    let clock = expect_context::<Clock>();
    let waits = row.waits.clone().map(|state| {
        move || {
            let face = face(&state, clock.now());
            view! { <Badge state=face.look icon=face.icon text=face.text/> }
        }
    });
    let told = (row.said_at.is_some() && row.waits.is_none()).then(|| {
        view! { <Badge state="received" icon="check-double" text=all_words.reception().on_platform.to_owned()/> }
    });
    let check = |text: String| view! { <Badge state="check" icon="warning" text/> };
    let marks = [
        row.is_contested.then(|| words.contested.to_owned()),
        (row.gaps > 0).then(|| (words.gaps)(row.gaps)),
        (row.said_at.is_some() && row.left > 0).then(|| (words.left)(row.left)),
        row.is_refused.then(|| words.not_kept.to_owned()),
    ];
    let is_to_check = marks.iter().any(Option::is_some);
    let marks = marks.into_iter().flatten().map(check).collect_view();
    let begun =
        row.is_begun.then(|| view! { <Badge state="waiting" icon="clock" text=words.begun.to_owned()/> });
    let short = row
        .short
        .iter()
        .map(|short| view! { <p class="order-what quay-short">{short.clone()}</p> })
        .collect_view();
    let (products, stands) = ((all_words.shell().products)(row.products), row.stands());
    view! {
        <li class="order" data-state=is_to_check.then_some("check")>
            <h3 class="order-when"><a href=Route::QuayPage(row.page).path()>{row.name}</a></h3>
            <div class="order-what"><p>{row.commune}" · "{products}</p>{short}</div>
            <p class="order-amount quay-stands">{stands}</p>
            <p class="order-state">{begun}{marks}{waits}{told}</p>
            <Icon name="chevron" class="icon chevron"/>
        </li>
    }
}
