//! « Annoncer ma semaine »: what there will be next week, from a telephone, with one thumb and no network.

mod product;
mod typed_week;

use domain::{cycle::CycleId, id::ProducerId};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    app::{Clock, Navigation, Route},
    parts::{Badge, Empty, Heading, Icon, Notice, NoticeKind, Toasts},
    screens::{
        orders::face,
        problem::{Problem, not_recorded},
    },
    state::{AppState, ComingWeek, RecordError, SendState},
    wording::{numbers, words},
};
use product::Product;
use typed_week::TypedWeek;

/// The whole screen.
#[component]
pub(crate) fn AnnounceScreen(
    /// Whose week.
    producer: ProducerId,
) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words();
    let week = Memo::new(move |_| week_to_come(state));
    move || match week.get() {
        Some(week) => view! { <Editing week producer/> }.into_any(),
        None => view! {
            <Heading title=words.announce().announce.to_owned()/>
            <Empty drawing="fruits-legumes" title=words.announce().nothing_said>
                <p>{words.announce().no_week}</p>
            </Empty>
        }
        .into_any(),
    }
}

/// The week after the list this device holds.
pub(crate) fn week_to_come(state: AppState) -> Option<CycleId> {
    state.catalog().with(|loaded| loaded.as_ref()?.catalog.cycle.id.next())
}

/// What this device knows of a week, as it changes.
pub(crate) fn known(state: AppState, week: CycleId) -> Memo<Option<ComingWeek>> {
    Memo::new(move |_| {
        state.told().track();
        state.coming_week(week)
    })
}

/// Where a week stands: « Annoncé mar. 24 nov., 10 h 02 : 4 produits », and what waits on this device.
#[component]
pub(crate) fn WeekState(
    /// What is known of it.
    known: Memo<Option<ComingWeek>>,
) -> impl IntoView {
    let words = words().announce();
    let clock = expect_context::<Clock>();
    let stands = move || {
        let stands = known.get().and_then(|known| known.stands);
        stands.map_or_else(
            || words.nothing_said.to_owned(),
            |said| {
                let moment = numbers::moment(said.said_at);
                match said.products.len() {
                    0 => (words.said_nothing)(&moment),
                    count => (words.said)(&moment, count),
                }
            },
        )
    };
    let here = move || {
        let state = known.get()?.here?.state;
        let face = face(&state, clock.now());
        Some(view! { <Badge state=face.look icon=face.icon text=face.text/> })
    };
    view! { <p class="soft">{stands}</p>{here} }
}

#[component]
fn Editing(week: CycleId, producer: ProducerId) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().announce();
    let known = known(state, week);
    let typed = TypedWeek::open(state, week, producer);
    let rows = typed.rows().into_iter().map(|row| view! { <Product row typed/> }).collect_view();
    view! {
        <div class="my-offers announce">
            <Heading title=(words.announce_week)(&numbers::week(week))><p class="soft">{words.body}</p></Heading>
            <WeekState known/>
            <Refused known typed/>
            <div class="row actions">
                <button class="button" type="button" on:click=move |_| typed.as_last_week()>
                    <Icon name="clock"/>{words.as_last_week}
                </button>
                <Publish typed nothing=true/>
            </div>
            <ul class="stack" role="list">{rows}</ul>
            <Foot typed/>
        </div>
    }
}

/// What was said here and not kept, beside what stands: one of the two, in a tap.
#[component]
fn Refused(known: Memo<Option<ComingWeek>>, typed: TypedWeek) -> impl IntoView {
    let all_words = words();
    let words = all_words.announce();
    move || {
        let ComingWeek { here, stands, .. } = known.get()?;
        let here = here?;
        let SendState::Refused { reason } = here.state else { return None };
        let stands = stands.map(|stands| stands.products);
        let theirs = stands.as_ref().map(|products| view! { <p>{(words.theirs)(products.len())}</p> });
        let keep = stands.map(|products| {
            view! {
                <button class="button" type="button" on:click=move |_| typed.fill_and_publish(&products)>
                    {words.keep_theirs}
                </button>
            }
        });
        let mine = here.said.clone();
        Some(view! {
            <Notice kind=NoticeKind::Check title=words.refused_title.to_owned()>
                <p>{all_words.reason(&reason).sentence}</p>
                <p>{(words.mine)(here.said.len())}</p>
                {theirs}
                <div class="actions">
                    <button class="button" type="button" on:click=move |_| typed.fill(&mine)>{words.take_mine}</button>
                    {keep}
                </div>
            </Notice>
        })
    }
}

/// What is typed so far, and the button that says it.
#[component]
fn Foot(typed: TypedWeek) -> impl IntoView {
    let words = words().announce();
    let kept = move || {
        typed.kept().then(|| {
            view! { <p class="draft-saved soft small"><Icon name="check"/><span>{words.kept}</span></p> }
        })
    };
    view! {
        <div class="announce-foot">
            <p role="status">{move || (words.products)(typed.count())}</p>
            {kept}
            <Publish typed nothing=false/>
        </div>
    }
}

/// Where publishing stands.
#[derive(Clone, PartialEq)]
enum Publishing {
    Ready,
    Saving,
    Failed(RecordError),
}

/// « Publier ma semaine », or « Rien cette semaine ».
#[component]
fn Publish(typed: TypedWeek, nothing: bool) -> impl IntoView {
    let words = words().announce();
    let (navigation, toasts) = (expect_context::<Navigation>(), expect_context::<Toasts>());
    let publishing = RwSignal::new(Publishing::Ready);
    let cannot = move || !nothing && (typed.count() == 0 || typed.has_no_day());
    let publish = move |_| {
        if publishing.get_untracked() == Publishing::Saving || untrack(cannot) {
            return;
        }
        publishing.set(Publishing::Saving);
        spawn_local(async move {
            match typed.publish(nothing).await {
                Ok(()) => {
                    toasts.say(words.published.to_owned());
                    navigation.go(Route::Offers);
                }
                Err(error) => publishing.set(Publishing::Failed(error)),
            }
        });
    };
    let problem = move || match publishing.get() {
        Publishing::Failed(error) => Some(view! { <Problem said=not_recorded(&error)/> }),
        Publishing::Ready | Publishing::Saving => None,
    };
    let name = move || match publishing.get() {
        Publishing::Saving => words.publishing,
        _ if nothing => words.nothing_this_week,
        _ => words.publish,
    };
    let icon = (!nothing).then(|| view! { <Icon name="send"/> });
    view! {
        {problem}
        <button
            class="button"
            class:primary=!nothing
            type="button"
            aria-disabled=move || cannot().then_some("true")
            on:click=publish
        >{icon}{name}</button>
    }
}
