use domain::catalog::{ProductFamily, QualitySign};
use leptos::prelude::*;

use super::Question;
use crate::{
    parts::{Drawing, Icon, SearchBox},
    screens::offer_words::drawing,
    wording::words,
};

/// Search and families, always in view.
#[component]
pub(super) fn Finder(families: Signal<Vec<ProductFamily>>) -> impl IntoView {
    let question = expect_context::<Question>();
    let words = words();
    let organic = move || question.filters.with(|filters| filters.signs.contains(&QualitySign::Organic));
    let in_season = move || question.filters.with(|filters| filters.in_season);
    let count = move || question.filters.with(super::selection::Filters::count);
    let filters_name = move || match count() {
        0 => words.catalog().filters.to_owned(),
        count => (words.catalog().filters_on)(count),
    };
    view! {
        <div class="finder">
            <div class="finder-row">
                <SearchBox
                    name=words.catalog().search
                    text=question.text
                    on_type=Callback::new(move |text| question.type_text(text))
                />
                <button
                    class="chip" type="button" aria-pressed=move || pressed(organic())
                    on:click=move |_| question.filter(|filters| filters.toggle(&QualitySign::Organic))
                >{words.catalog().organic}</button>
                <button
                    class="chip" type="button" aria-pressed=move || pressed(in_season())
                    on:click=move |_| question.filter(|filters| filters.in_season = !filters.in_season)
                >{words.catalog().in_season}</button>
                <button
                    class="chip filter-button" type="button" aria-haspopup="dialog" aria-label=filters_name
                    on:click=move |_| question.filters_open.set(true)
                >
                    <Icon name="filter"/>
                    <span>{words.catalog().filters}</span>
                    {move || (count() > 0).then(|| view! { <span class="count">{count()}</span> })}
                </button>
            </div>
            <div class="chips" role="group" aria-label=words.catalog().families>
                <FamilyChip family=None name=words.catalog().all.to_owned()/>
                {move || families.get().into_iter().map(|family| {
                    let name = (words.codes().family_short)(&family).to_owned();
                    view! { <FamilyChip family=Some(family) name/> }
                }).collect_view()}
            </div>
        </div>
    }
}

/// « true » or « false », as `aria-pressed` wants it.
pub(super) fn pressed(is_on: bool) -> &'static str {
    if is_on { "true" } else { "false" }
}

#[component]
fn FamilyChip(family: Option<ProductFamily>, name: String) -> impl IntoView {
    let question = expect_context::<Question>();
    let picture = family.as_ref().map(|family| drawing(family));
    let here = {
        let family = family.clone();
        move || question.filters.with(|filters| filters.family == family)
    };
    let choose = move |_| question.filter(|filters| filters.family.clone_from(&family));
    view! {
        <button class="chip" type="button" aria-pressed=move || pressed(here()) on:click=choose>
            {picture.map(|name| view! { <Drawing name/> })}
            {name}
        </button>
    }
}
