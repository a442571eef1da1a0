//! One page of the quay's book: what a producer brings, or what leaves for a kitchen, looked at and recorded by whoever has it
//! in their hands.

use domain::{
    quay::{Departing, Lot, PageKey, QuayLine, Side},
    reception::{Label, Objection, cold::Limit},
    time::Date,
};
use futures_util::FutureExt;
use leptos::prelude::*;

use super::{day::remember, note::Note, rows::named};
use crate::{
    app::{Clock, Route},
    parts::{Heading, Icon, Notice, NoticeKind},
    screens::handling::{
        Act, Handling,
        checked::{Begun, Checked, own_name},
        goods::{Goods, Lots, SaidLine, proposed_class},
        said::limit,
    },
    state::{
        AppState,
        goods::{BegunPage, Handled, PageHere, QuayDay},
    },
    wording::{numbers, words},
};

/// The whole screen.
#[component]
pub(crate) fn QuayPageScreen(page: PageKey) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().quay();
    let PageKey { cycle, delivery_on, side } = page;
    let today = numbers::date_at(expect_context::<Clock>().now_untracked());
    remember(today, (delivery_on, cycle));
    let day = Memo::new(move |_| state.quay_day(delivery_on, cycle));
    let label = Memo::new(move |_| day.with(|day| label(day, side)));
    let title = move || label.get().map_or_else(|| words.nothing_title.to_owned(), |(name, _)| name);
    let about = move || {
        let when = numbers::long_day(delivery_on);
        label.get().map_or_else(|| when.clone(), |(_, commune)| format!("{commune} · {when}"))
    };
    let goods = Memo::new(move |_| {
        // The list at hand says how cold each product travels.
        state.catalog().track();
        day.with(|day| goods(state, day, side))
    });
    let here = Memo::new(move |_| day.with(|day| day.page(&page).cloned()));
    let is_said = here.with_untracked(|here| here.as_ref().is_some_and(|here| !here.page.records.is_empty()));
    // What a colleague's tablet says meanwhile does not move the lines under the fingers.
    let handling = RwSignal::new(!is_said);
    // Nor does what it changes of what is there, once somebody looked at a line: what is being typed would go with it.
    let on_screen = Memo::new(move |before: Option<&Vec<Goods>>| match before {
        Some(before) if handling.get() && !before.is_empty() && state.begun_page(&page).is_some() => {
            before.clone()
        }
        _ => goods.get(),
    });
    let body = move || {
        let goods = on_screen.get();
        if goods.is_empty() {
            view! { <Nothing/> }.into_any()
        } else if handling.get() {
            view! { <Recording page goods handling/> }.into_any()
        } else {
            view! { <Note page goods day handling/> }.into_any()
        }
    };
    let all = if matches!(side, Side::In(_)) { Route::Quay } else { Route::QuayOut };
    view! {
        <div class="reception quay stack">
            <Heading title=Signal::derive(title)>
                <p class="soft">{about}</p>
                <a class="button quiet end no-print" href=all.path()><Icon name="list"/>{words.back}</a>
            </Heading>
            <Refused here/>
            {body}
        </div>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let words = words().quay();
    view! {
        <Notice kind=NoticeKind::Plain title=words.nothing_title><p>{words.nothing_body}</p></Notice>
    }
}

/// Why the last record of this device was not kept.
#[component]
fn Refused(here: Memo<Option<PageHere>>) -> impl IntoView {
    move || {
        let reason = here.with(|here| here.as_ref()?.refused.clone())?;
        let why = words().reason(&reason);
        Some(view! {
            <Notice kind=NoticeKind::Check title=(words().quay().refused)(why.short)>
                <p>{why.sentence}</p>
            </Notice>
        })
    }
}

/// A name and a commune; `None` when nothing is to pass there.
fn label(day: &QuayDay, side: Side) -> Option<(String, String)> {
    match side {
        Side::In(producer) => {
            let arrival = day.arrivals.iter().find(|arrival| arrival.producer == producer)?;
            Some((arrival.name.clone(), arrival.commune.clone()))
        }
        Side::Out(site) => {
            let (_, label) = day.kitchens.iter().find(|(known, _)| *known == site)?;
            Some((named(&label.name), label.commune.clone()))
        }
    }
}

/// What is to pass there.
fn goods(state: AppState, day: &QuayDay, side: Side) -> Vec<Goods> {
    match side {
        Side::In(producer) => {
            let arrivals = day.arrivals.iter().filter(|arrival| arrival.producer == producer);
            arrivals.flat_map(|arrival| arriving(state, arrival)).collect()
        }
        Side::Out(site) => day.departing(site).iter().map(|departing| leaving(state, departing)).collect(),
    }
}

fn arriving(state: AppState, arrival: &domain::quay::Arrival) -> Vec<Goods> {
    let of_day = lot_of(arrival.delivery_on);
    let goods = arrival.products.iter().map(|product| {
        let class = proposed_class(state, &product.reference);
        let cold = (class.limit() != Limit::OfTheLabel).then(|| limit(&class));
        Goods {
            name: product.name.clone(),
            unit: product.unit.clone(),
            pack: product.pack,
            expected: product.quantity,
            about: cold.into_iter().collect(),
            proposed: QuayLine::conforming(product.reference.clone(), product.quantity).into(),
            class,
            lots: of_day.clone().map_or(Lots::One, |of_day| Lots::Labeled { of_day }),
        }
    });
    goods.collect()
}

/// « 20261201 »: what a producer writes who numbers lots by the day.
fn lot_of(day: Date) -> Option<Label> {
    Label::parse(&day.to_string().replace('-', "")).ok()
}

fn leaving(state: AppState, departing: &Departing<'_>) -> Goods {
    let words = words().quay();
    let product = departing.product;
    let came = departing.came.map_or(&[][..], |came| &came.lots[..]);
    let stands = match departing.came {
        None => Some(words.not_weighed.to_owned()),
        Some(_) if departing.share < departing.confirmed => {
            Some((words.there_is)(&numbers::quantity(departing.share, &product.unit)))
        }
        Some(_) => None,
    };
    let lots = (!came.is_empty()).then(|| codes(came));
    Goods {
        name: product.name.clone(),
        unit: product.unit.clone(),
        pack: product.pack,
        expected: departing.confirmed,
        about: std::iter::once(departing.arrival.name.clone()).chain(stands).chain(lots).collect(),
        proposed: departing.proposed().into(),
        class: proposed_class(state, &product.reference),
        lots: Lots::Among(came.to_vec()),
    }
}

/// « lot L1, lot L2 »
fn codes(lots: &[Lot]) -> String {
    let codes: Vec<_> = lots.iter().map(|lot| (words().reception().lot_is)(lot.code.as_str())).collect();
    codes.join(", ")
}

/// The lines, each looked at; then a name.
#[component]
fn Recording(page: PageKey, goods: Vec<Goods>, handling: RwSignal<bool>) -> impl IntoView {
    let state = expect_context::<AppState>();
    let checked = checked(state, page, &goods);
    let known: Vec<_> = goods.iter().map(|goods| goods.product().clone()).collect();
    let record = Callback::new(move |name: Label| {
        let mut handled = handled(state, page, checked.begun(), name);
        handled.lines.retain(|line| known.contains(&line.product));
        async move { state.record_page(&page, handled).await }.boxed_local()
    });
    let on_recorded = Callback::new(move |()| {
        handling.try_set(false);
    });
    view! { <Handling goods checked act=act(page.side) record on_recorded/> }
}

fn act(side: Side) -> Act {
    let all_words = words();
    let (words, reception) = (all_words.quay(), all_words.reception());
    match side {
        Side::In(_) => Act {
            all_fine: reception.all_conforming,
            fine: reception.conforming,
            as_proposed: reception.conforming,
            otherwise: words.weigh,
            quantity: words.quantity_weighed,
            record: words.record_arrival,
        },
        Side::Out(_) => Act {
            all_fine: words.all_loaded,
            fine: words.loaded,
            as_proposed: words.loaded_so,
            otherwise: words.otherwise,
            quantity: words.quantity_loaded,
            record: words.record_departure,
        },
    }
}

/// Opens what was begun; else what is recorded already, to be corrected; else nothing.
fn checked(state: AppState, page: PageKey, goods: &[Goods]) -> Checked {
    let begun = untrack(|| state.begun_page(&page)).map(|begun| Begun {
        handled_by: begun.handled_by,
        seen: begun.seen,
        lines: begun.lines.into_iter().map(SaidLine::from).filter(|said| still_holds(said, goods)).collect(),
    });
    let keep = Callback::new(move |begun: Begun| {
        let begun = BegunPage {
            handled_by: begun.handled_by,
            seen: begun.seen,
            lines: begun.lines.into_iter().map(QuayLine::from).collect(),
        };
        async move { state.keep_page(&page, begun).await.is_ok() }.boxed_local()
    });
    Checked::open(begun, || recorded(state, page), keep)
}

/// What is expected may have changed since somebody looked: they look again.
fn still_holds(said: &SaidLine, goods: &[Goods]) -> bool {
    let goods = goods.iter().find(|goods| *goods.product() == said.product);
    goods.is_some_and(|goods| said.objection(goods.expected) != Some(Objection::Unexplained))
}

/// What is on screen before anybody touches it: what is recorded, by which records, and the name this device knows.
fn recorded(state: AppState, page: PageKey) -> Begun {
    let name = state.last_handler().map_or_else(|| own_name(state), String::from);
    let PageKey { cycle, delivery_on, .. } = page;
    let day = untrack(|| state.quay_day(delivery_on, cycle));
    let Some(here) = day.page(&page) else {
        return Begun { handled_by: name, ..Begun::default() };
    };
    Begun {
        handled_by: name,
        seen: domain::records::ids(&here.page.records),
        lines: here.page.counted().into_iter().cloned().map(SaidLine::from).collect(),
    }
}

/// What to record, signed: the lines that are not said so already.
fn handled(state: AppState, page: PageKey, begun: Begun, handled_by: Label) -> Handled {
    let day = untrack(|| state.quay_day(page.delivery_on, page.cycle));
    let mut lines: Vec<_> = begun.lines.into_iter().map(QuayLine::from).collect();
    if let Some(here) = day.page(&page) {
        lines.retain(|line| {
            let standing = here.page.said_of(&line.product);
            !matches!(&standing[..], [only] if only.line == line)
        });
    }
    Handled { handled_by, seen: begun.seen, lines }
}

/// Where one goes from here.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Next {
    /// Its page.
    pub(super) route: Route,
    /// Whose.
    pub(super) name: String,
}

/// Who is not here yet, or not loaded: the next after this page, else the first.
pub(super) fn next(day: &QuayDay, page: &PageKey) -> Option<Next> {
    let waits = |key: &PageKey| day.page(key).is_none_or(|here| here.page.records.is_empty());
    let at = |side| PageKey { side, ..*page };
    let all: Vec<(PageKey, String)> = match page.side {
        Side::In(_) => day.arrivals.iter().map(|arrival| (arrival.page(), arrival.name.clone())).collect(),
        Side::Out(_) => {
            day.kitchens.iter().map(|(site, label)| (at(Side::Out(*site)), named(&label.name))).collect()
        }
    };
    let here = all.iter().position(|(key, _)| key == page).map_or(0, |here| here + 1);
    let (before, after) = all.split_at(here.min(all.len()));
    let next = after.iter().chain(before).find(|(key, _)| key != page && waits(key));
    next.map(|(key, name)| Next { route: Route::QuayPage(*key), name: name.clone() })
}
