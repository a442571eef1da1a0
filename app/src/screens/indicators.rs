//! What an authority reads: sums of a hub's week, never an order.

use domain::wire::desk::Indicators;
use leptos::prelude::*;

use super::{
    remote::{WATCHED, Watched},
    week::Figure,
};
use crate::{
    parts::Heading,
    state::desk,
    wording::{numbers, words},
};

/// The whole screen.
#[component]
pub(crate) fn IndicatorsScreen() -> impl IntoView {
    let indicators = Watched::new(Some(WATCHED), desk::indicators);
    view! {
        <Heading title=words().shell().indicators.to_owned()/>
        {indicators.show(|figures| figures_of(&figures))}
    }
}

fn figures_of(figures: &Indicators) -> impl IntoView + use<> {
    let words = words().hub();
    let of_net = |part: domain::money::Amount| match numbers::share(part.euros(), figures.net.euros()) {
        Some(share) => numbers::percent(share),
        None => "—".to_owned(),
    };
    let of_offers = |part: u32| match numbers::share(part.into(), figures.offers.into()) {
        Some(share) => numbers::percent(share),
        None => "—".to_owned(),
    };
    view! {
        <div class="stack">
            <p class="soft">{numbers::week(figures.cycle)}</p>
            <dl class="figures">
                <Figure name=words.bought value=numbers::money(figures.net)/>
                <Figure name=words.organic_bought value=numbers::money(figures.organic_net) more=of_net(figures.organic_net)/>
                <Figure name=words.signed_bought value=numbers::money(figures.signed_net) more=of_net(figures.signed_net)/>
                <Figure name=words.to_producers value=numbers::money(figures.producer_net) more=of_net(figures.producer_net)/>
                <Figure name=words.kitchens_ordered value=numbers::integer(figures.kitchens_with_orders)
                    more=(words.of)(&numbers::integer(figures.kitchens))/>
                <Figure name=words.producers_in_list value=numbers::integer(figures.producers)/>
                <Figure name=words.offers_in_list value=numbers::integer(figures.offers)/>
                <Figure name=words.organic_offers value=numbers::integer(figures.organic_offers) more=of_offers(figures.organic_offers)/>
                <Figure name=words.signed_offers value=numbers::integer(figures.signed_offers) more=of_offers(figures.signed_offers)/>
            </dl>
            <p class="soft">{words.indicators_note}</p>
        </div>
    }
}
