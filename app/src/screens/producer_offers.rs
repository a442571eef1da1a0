//! « Mes disponibilités »: a producer's own offers of the week, what was promised, what is asked so far.

use std::collections::HashMap;

use domain::{
    draft::Prices,
    id::{ProducerId, Reference},
    money::UnitPrice,
    offer::Offer,
    quantity::Quantity,
};
use leptos::prelude::*;

use super::{
    announce::{WeekState, known, week_to_come},
    offer_words::{self, Signs, drawing},
};
use crate::{
    app::Route,
    parts::{Drawing, Empty, Heading, Icon, Progress},
    state::AppState,
    wording::{numbers, words},
};

/// The whole screen.
#[component]
pub(crate) fn ProducerOffersScreen(producer: ProducerId) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words();
    let offers = Memo::new(move |_| -> Vec<Offer> {
        state.catalog().with(|loaded| {
            let offers = loaded.iter().flat_map(|loaded| &loaded.catalog.offers);
            offers.filter(|offer| offer.producer == producer).cloned().collect()
        })
    });
    let asked = Memo::new(move |_| -> HashMap<Reference, Quantity> {
        let mut asked = HashMap::new();
        let demand = state.told().with(|told| told.producer.demand());
        for line in demand.into_iter().flat_map(|demand| demand.lines) {
            *asked.entry(line.reference).or_insert(Quantity::ZERO) += line.ordered;
        }
        asked
    });
    let until = move || {
        state.catalog().with(|loaded| {
            let cycle = loaded.as_ref()?.catalog.cycle();
            let moment = numbers::moment(cycle.cut_off_at);
            Some(format!("{} · {}", numbers::week(cycle.id), (words.producer().orders_until)(&moment)))
        })
    };
    let list = move || {
        let offers = offers.get();
        if offers.is_empty() {
            return view! {
                <Empty drawing="fruits-legumes" title=words.producer().no_offer_title>
                    <p>{words.producer().no_offer_body}</p>
                </Empty>
            }
            .into_any();
        }
        let cards = offers.into_iter().map(|offer| view! { <OwnOffer offer asked/> }).collect_view();
        view! { <ul class="stack" role="list">{cards}</ul> }.into_any()
    };
    view! {
        <div class="my-offers">
            <Heading title=words.shell().my_offers.to_owned()/>
            <NextWeek/>
            <p class="soft">{until}</p>
            {list}
        </div>
    }
}

/// The week to come: where it stands, and the way to announce it.
#[component]
fn NextWeek() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().announce();
    let week = Memo::new(move |_| week_to_come(state));
    move || {
        let week = week.get()?;
        let known = known(state, week);
        let is_said = move || known.get().is_some_and(|known| known.said().is_some());
        let name = move || if is_said() { words.change } else { words.announce };
        Some(view! {
            <section class="card next-week">
                <div class="card-heading"><h2>{(words.coming)(&numbers::week(week))}</h2></div>
                <WeekState known/>
                <a class="button primary" href=Route::Announce.path()>{name}</a>
            </section>
        })
    }
}

/// One own offer.
#[component]
fn OwnOffer(offer: Offer, asked: Memo<HashMap<Reference, Quantity>>) -> impl IntoView {
    let words = words().producer();
    let unit = offer.unit.clone();
    let reference = offer.reference.clone();
    let wanted = Memo::new(move |_| asked.with(|asked| asked.get(&reference).copied().unwrap_or_default()));
    let said = {
        let unit = unit.clone();
        move |quantity| numbers::quantity(quantity, &unit)
    };
    let promised = offer.promised.map_or_else(|| words.not_promised.to_owned(), &said);
    let days = offer.delivery_days.iter().map(numbers::weekday).collect::<Vec<_>>().join(", ");
    let asked_line = {
        let said = said.clone();
        move || if wanted.get().is_zero() { words.nothing_asked.to_owned() } else { said(wanted.get()) }
    };
    let progress = offer.promised.filter(|promised| !promised.is_zero()).map(|promised| {
        let label = {
            let said = said.clone();
            Signal::derive(move || (words.asked_of)(&said(wanted.get()), &said(promised)))
        };
        let share = Signal::derive(move || per_thousand(wanted.get(), promised));
        let beyond = move || {
            let short = wanted.get().less(promised);
            (!short.is_zero()).then(|| view! {
                <p class="offer-note" role="status"><Icon name="warning" small=true/>{(words.beyond)(&said(short))}</p>
            })
        };
        view! { <Progress label max=Signal::stored(1000) value=share/>{beyond} }
    });
    view! {
        <li class="my-offer">
            <header>
                <Drawing name=drawing(&offer.family)/>
                <h2>{offer.name}</h2>
                <p class="soft small">{offer_words::pack(offer.pack, &unit)}</p>
            </header>
            <Signs signs=offer.signs/>
            <dl class="facts">
                <dt>{words.promised}</dt><dd class="number">{promised}</dd>
                <dt>{words.asked_so_far}</dt><dd class="number">{asked_line}</dd>
                <dt>{words.your_price}</dt><dd class="number">{price(offer.net_price, &unit)}</dd>
                <dt>{words.delivery_days}</dt><dd class="number">{days}</dd>
            </dl>
            {progress}
        </li>
    }
}

fn price(net: UnitPrice, unit: &domain::quantity::Unit) -> String {
    format!("{}/{}", numbers::unit_price(net), numbers::unit_name(unit))
}

/// How far `part` has come of `whole`, from 0 to 1000.
fn per_thousand(part: Quantity, whole: Quantity) -> u32 {
    let share = part.thousandths().saturating_mul(1000).checked_div(whole.thousandths());
    u32::try_from(share.unwrap_or(0).clamp(0, 1000)).unwrap_or(0)
}
