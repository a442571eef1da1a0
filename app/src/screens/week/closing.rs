use std::sync::Arc;

use domain::{
    cycle::CycleState,
    wire::desk::{CloseReport, WeekBoard},
};
use leptos::{prelude::*, task::spawn_local};

use super::count;
use crate::{
    app::{Clock, Route},
    parts::{Dialog, Icon, Notice, NoticeKind},
    screens::{
        problem::{Problem, said},
        remote::{Remote, Watched},
    },
    state::{AppError, desk},
    wording::{numbers, words},
};

/// Where the close stands.
#[derive(Clone)]
enum Close {
    Ready,
    Asking,
    Running,
    Done(Arc<CloseReport>),
    Failed(AppError),
}

/// « Clore les commandes »: final, so it stands apart, and asks first.
#[component]
pub(super) fn Closing(board: Watched<WeekBoard>) -> impl IntoView {
    let words = words().hub();
    let close = RwSignal::new(Close::Ready);
    let answer = Memo::new(move |_| match board.get() {
        Remote::Ready(answer) => Some(answer),
        Remote::Loading | Remote::Failed(_) => None,
    });
    let open_cycle = Memo::new(move |_| {
        let cycle = answer.get()?.cycle.clone()?;
        (cycle.state == CycleState::Open).then_some(cycle.id)
    });
    let run = move || {
        let Some(cycle) = open_cycle.get_untracked() else { return };
        close.set(Close::Running);
        spawn_local(async move {
            match desk::close(cycle).await {
                Ok(report) => close.set(Close::Done(Arc::new(report))),
                Err(error) => close.set(Close::Failed(error)),
            }
            board.again();
        });
    };
    let outcome = move || match close.get() {
        Close::Ready | Close::Asking => ().into_any(),
        Close::Running => view! { <p role="status">{words.closing}</p> }.into_any(),
        Close::Done(report) => view! { <Report report/> }.into_any(),
        Close::Failed(error) => view! { <Problem said=said(&error)/> }.into_any(),
    };
    let door = move || {
        open_cycle.get().is_some().then(|| {
            view! {
                <section class="card closing">
                    <div><h2>{words.close}</h2><p class="soft">{words.close_body}</p></div>
                    <button class="button primary" type="button" on:click=move |_| close.set(Close::Asking)>
                        <Icon name="lock"/>{words.close}
                    </button>
                </section>
                <Question answer close run=Callback::new(move |()| run())/>
            }
        })
    };
    view! { {outcome}{door} }
}

#[component]
fn Question(
    answer: Memo<Option<Arc<WeekBoard>>>,
    close: RwSignal<Close>,
    run: Callback<()>,
) -> impl IntoView {
    let words = words().hub();
    let clock = expect_context::<Clock>();
    let open = Signal::derive(move || matches!(close.get(), Close::Asking));
    let leave = move || {
        if matches!(close.get_untracked(), Close::Asking) {
            close.set(Close::Ready);
        }
    };
    let will = move || {
        let answer = answer.get()?;
        let early = answer
            .cycle
            .as_ref()
            .map(|cycle| cycle.cut_off_at.since_ms(clock.now()))
            .filter(|left| *left > 0);
        let early = early
            .map(|left| view! { <p><strong>{(words.close_early)(&numbers::duration(left))}</strong></p> });
        let pending = count(answer.tickets_for_hub) + count(answer.tickets_for_kitchens);
        Some(view! {
            <p>{(words.close_will)(count(answer.orders), &numbers::money(answer.net))}</p>
            {early}
            {(pending > 0).then(|| view! { <p>{(words.close_pending)(pending)}</p> })}
        })
    };
    view! {
        <Dialog open on_close=move |()| leave() label=words.close_question>
            <h2>{words.close_question}</h2>
            {will}
            <p class="soft">{words.close_final}</p>
            <div class="actions">
                <button class="button" type="button" on:click=move |_| leave()>{words.back}</button>
                <button class="button primary" type="button" on:click=move |_| run.run(())>
                    <Icon name="lock"/>{words.close}
                </button>
            </div>
        </Dialog>
    }
}

#[component]
fn Report(report: Arc<CloseReport>) -> impl IntoView {
    let words = words().hub();
    let told =
        |value: u32, said: fn(usize) -> String| (value > 0).then(|| view! { <p>{said(count(value))}</p> });
    view! {
        <Notice kind=NoticeKind::Done title=words.closed_title>
            <p>{(words.closed_body)(count(report.orders), count(report.sheets))}</p>
            {told(report.shortened_lines, words.shortened)}
            {told(report.unanswered_lines, words.unanswered)}
            <div class="actions"><a class="button" href=Route::Demand.path()>{words.see_demand}</a></div>
        </Notice>
    }
}
