//! « À récolter »: one day of a closed week, answered with one thumb and no network. All of it in a tap; what differs is said
//! line by line.

mod answering;
mod product;

use domain::{
    harvest::Less,
    producer_sheet::{ProducerSheet, SheetDay},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    app::Clock,
    parts::{Badge, Icon, Notice, NoticeKind, Toasts},
    screens::{
        order_detail::CallHub,
        orders::face,
        problem::{Problem, not_recorded},
    },
    state::{AppState, DayToHarvest, RecordError, SendState},
    wording::{numbers, words},
};
use answering::{Answering, Unexplained};
use product::Product;

/// The days of a sheet, each with its own answer.
#[component]
pub(super) fn ToHarvest(sheet: ProducerSheet) -> impl IntoView {
    let state = expect_context::<AppState>();
    let asked: Vec<_> = sheet.days.iter().filter(|day| day.asked().next().is_some()).collect();
    let unanswered = |day: &&&SheetDay| {
        let known = state.day_to_harvest(sheet.cycle, day.delivery_on);
        known.is_none_or(|known| known.said().is_none())
    };
    // One day at a time under the thumb: the first that waits for an answer.
    let first = asked.iter().find(unanswered).map(|day| day.delivery_on);
    let days = asked.iter().map(|day| {
        let open = asked.len() == 1 || first == Some(day.delivery_on);
        view! { <Day sheet=sheet.clone() day=(*day).clone() open/> }
    });
    view! { <div class="my-offers harvests no-print">{days.collect_view()}<p><CallHub/></p></div> }
}

#[component]
fn Day(sheet: ProducerSheet, day: SheetDay, open: bool) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().harvest();
    let (cycle, delivery_on) = (sheet.cycle, day.delivery_on);
    let known = Memo::new(move |_| {
        state.told().track();
        state.day_to_harvest(cycle, delivery_on)
    });
    let answering = Answering::open(state, cycle, &day);
    // What another telephone answered comes on screen, unless something is being typed here.
    Effect::watch(
        move || known.with(|known| known.as_ref().and_then(|known| known.stands.clone())),
        move |_, _, _| {
            if let Some(known) = known.get_untracked().filter(|known| known.typed.is_none()) {
                answering.show(&known.shown());
            }
        },
        false,
    );
    let rows = answering.rows().into_iter().map(|row| view! { <Product row answering/> }).collect_view();
    let title = (words.to_harvest)(&numbers::long_day(delivery_on));
    view! {
        <details class="harvest" open=open>
            <summary class="harvest-head"><h2>{title}<Icon name="chevron" class="icon chevron"/></h2><AnswerState known/></summary>
            <div class="stack">
                <Refused known answering/>
                <ul class="lines" role="list">{rows}</ul>
                <Foot known answering/>
            </div>
        </details>
    }
}

/// « Confirmé ven. 27 nov., 10 h 02 : moins sur 2 produits », and what waits on this device.
#[component]
fn AnswerState(known: Memo<Option<DayToHarvest>>) -> impl IntoView {
    let words = words().harvest();
    let clock = expect_context::<Clock>();
    let stands = move || {
        let stands = known.get().and_then(|known| known.stands);
        stands.map_or_else(
            || words.not_yet.to_owned(),
            |said| {
                let moment = numbers::moment(said.said_at);
                match said.less.len() {
                    0 => (words.said_all)(&moment),
                    count => (words.said_less)(&moment, count),
                }
            },
        )
    };
    let here = move || {
        let state = known.get()?.here?.state;
        let face = face(&state, clock.now());
        Some(view! { <Badge state=face.look icon=face.icon text=face.text/> })
    };
    view! { <span class="soft">{stands}</span>{here} }
}

/// What was answered here and not kept, beside what stands: one of the two, in a tap.
#[component]
fn Refused(known: Memo<Option<DayToHarvest>>, answering: Answering) -> impl IntoView {
    let all_words = words();
    let words = all_words.harvest();
    move || {
        let DayToHarvest { here, stands, .. } = known.get()?;
        let here = here?;
        let SendState::Refused { reason } = here.state else { return None };
        let theirs = stands.as_ref().map(|stands| view! { <p>{(words.theirs)(stands.less.len())}</p> });
        let keep = stands.map(|stands| {
            view! {
                <button class="button" type="button" on:click=move |_| answering.fill_and_confirm(&stands.less)>
                    {words.keep_theirs}
                </button>
            }
        });
        let mine = here.said.clone();
        Some(view! {
            <Notice kind=NoticeKind::Check title=words.refused_title.to_owned()>
                <p>{all_words.reason(&reason).sentence}</p>
                <p>{(words.mine)(mine.len())}</p>
                {theirs}
                <div class="actions">
                    <button class="button" type="button" on:click=move |_| answering.fill(&mine)>{words.take_mine}</button>
                    {keep}
                </div>
            </Notice>
        })
    }
}

/// Where confirming stands.
#[derive(Clone, PartialEq)]
enum Confirming {
    Ready,
    Saving,
    Failed(RecordError),
}

/// What the button under the thumb does.
#[derive(Clone, PartialEq)]
enum Said {
    /// Nothing more: what is on screen is what was answered.
    Already,
    /// This is answered.
    Less(Vec<Less>),
    /// Nothing yet: somebody has to say why there is less of it.
    Unexplained(Unexplained),
}

impl Said {
    fn of(known: Option<&DayToHarvest>, on_screen: Result<Vec<Less>, Unexplained>) -> Self {
        match on_screen {
            Err(unexplained) => Self::Unexplained(unexplained),
            Ok(less) if known.and_then(DayToHarvest::said) == Some(&less) => Self::Already,
            Ok(less) => Self::Less(less),
        }
    }
}

/// « Tout confirmer », under the thumb.
#[component]
fn Foot(known: Memo<Option<DayToHarvest>>, answering: Answering) -> impl IntoView {
    let words = words().harvest();
    let toasts = expect_context::<Toasts>();
    let confirming = RwSignal::new(Confirming::Ready);
    let said = Memo::new(move |_| known.with(|known| Said::of(known.as_ref(), answering.less())));
    let confirm = move |_| {
        let Said::Less(less) = said.get_untracked() else { return };
        if confirming.get_untracked() == Confirming::Saving {
            return;
        }
        confirming.set(Confirming::Saving);
        spawn_local(async move {
            let confirmed = answering.confirm(less).await;
            if confirmed.is_ok() {
                toasts.say(words.confirmed_here.to_owned());
            }
            let now = confirmed.map_or_else(Confirming::Failed, |()| Confirming::Ready);
            drop(confirming.try_set(now));
        });
    };
    let problem = move || match confirming.get() {
        Confirming::Failed(error) => Some(view! { <Problem said=not_recorded(&error)/> }),
        Confirming::Ready | Confirming::Saving => None,
    };
    let status = move || match said.get() {
        Said::Already => words.is_confirmed.to_owned(),
        Said::Unexplained(Unexplained(product)) => (words.needs_why)(&product),
        Said::Less(_) if answering.kept() => words.kept.to_owned(),
        Said::Less(_) => String::new(),
    };
    let name = move || match (confirming.get(), answering.count()) {
        (Confirming::Saving, _) => words.confirming.to_owned(),
        (_, 0) => words.confirm_all.to_owned(),
        (_, count) => (words.confirm_less)(count),
    };
    let button = move || {
        let cannot = matches!(said.get(), Said::Unexplained(_)).then_some("true");
        (said.get() != Said::Already).then(|| {
            view! {
                <button class="button primary roomy" type="button" aria-disabled=cannot on:click=confirm>
                    <Icon name="check-double"/>{name}
                </button>
            }
        })
    };
    view! {
        <div class="announce-foot">
            {problem}
            <p class="small" role="status">{status}</p>
            {button}
        </div>
    }
}
