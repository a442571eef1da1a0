//! « Réception »: what came of one order on one day. Lines are as confirmed until somebody says otherwise; a tap is enough
//! for all of them, and only what differs is written.

mod checked;
mod line_sheet;
mod note;

use domain::{
    id::DraftId,
    order::{Order, OrderLine, OrderState},
    reception::{LineRecord, delivered_on},
    time::Date,
};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    parts::{Field, Heading, Icon, Notice, NoticeKind, Toasts},
    screens::{
        order_detail::NotHere,
        problem::{Problem, not_recorded},
    },
    state::{AppState, EntryLines, RecordError},
    wording::{numbers, words},
};
use checked::Checked;
use line_sheet::LineSheet;
use note::Note;

/// The whole screen.
#[component]
pub(crate) fn ReceptionScreen(draft: DraftId, day: Date) -> impl IntoView {
    let state = expect_context::<AppState>();
    let order = Memo::new(move |_| {
        state.told().with(|told| {
            let entry = told.orders.iter().find(|entry| entry.draft == draft)?;
            match &entry.lines {
                EntryLines::Accepted(order) => Some(order.clone()),
                EntryLines::Submitted(_) => None,
            }
        })
    });
    view! {
        <div class="reception stack">
            <Heading title=(words().reception().title)(&numbers::long_day(day))/>
            {move || match order.get() {
                Some(order) if order.state == OrderState::Consolidated => view! { <Delivery order day/> }.into_any(),
                Some(_) => view! { <NotClosed/> }.into_any(),
                None => view! { <NotHere/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn NotClosed() -> impl IntoView {
    let words = words().reception();
    view! {
        <Notice kind=NoticeKind::Plain title=words.not_closed_title><p>{words.not_closed_body}</p></Notice>
    }
}

/// What one does with a delivery: receive it, or read its note.
#[component]
fn Delivery(order: Order, day: Date) -> impl IntoView {
    let state = expect_context::<AppState>();
    let order = StoredValue::new(order);
    let received = Memo::new(move |_| order.with_value(|order| state.received(order, day)));
    // What a colleague's tablet says meanwhile does not move the lines under the fingers.
    let receiving = RwSignal::new(received.with_untracked(|received| received.reception.records.is_empty()));
    let refused = move || {
        let reason = received.with(|received| received.refused.clone())?;
        let why = words().reason(&reason);
        Some(view! {
            <Notice kind=NoticeKind::Check title=(words().reception().refused)(why.short)>
                <p>{why.sentence}</p>
            </Notice>
        })
    };
    let page = move || {
        if receiving.get() {
            view! { <Receiving order day receiving/> }.into_any()
        } else {
            view! { <Note order received receiving/> }.into_any()
        }
    };
    view! { {refused}{page} }
}

/// Where recording stands.
#[derive(Clone, PartialEq)]
enum Recording {
    Ready,
    Saving,
    Failed(RecordError),
}

/// The lines, each looked at; then a name.
#[component]
fn Receiving(order: StoredValue<Order>, day: Date, receiving: RwSignal<bool>) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().reception();
    keep_lit(state);
    let checked = order.with_value(|order| Checked::open(state, order, day));
    let lines = StoredValue::new(
        order.with_value(|order| delivered_on(order, day).cloned().collect::<Vec<OrderLine>>()),
    );
    let opened = RwSignal::new(None::<OrderLine>);
    let left = Memo::new(move |_| lines.with_value(|lines| checked.left(lines)));
    let left_said = move || match left.get() {
        0 => words.all_looked_at.to_owned(),
        count => (words.left)(count),
    };
    let all = move |_| lines.with_value(|lines| checked.accept_all(lines));
    let rows = lines.with_value(|lines| {
        lines.iter().map(|line| view! { <LineRow line=line.clone() checked opened/> }).collect_view()
    });
    let sheet = move || opened.get().map(|line| view! { <LineSheet line checked opened/> });
    view! {
        <div class="receive-all">
            <p role="status">{left_said}</p>
            <button class="button primary roomy" type="button" aria-disabled=move || (left.get() == 0).then_some("true") on:click=all>
                <Icon name="check-double"/>{words.all_conforming}
            </button>
        </div>
        <ul class="lines" role="list">{rows}</ul>
        {sheet}
        <Sign order day checked left receiving/>
    }
}

/// The screen stays lit while one receives, and is asked for again when one comes back to it.
fn keep_lit(state: AppState) {
    let lit = StoredValue::new_local(None);
    let ask = move || {
        spawn_local(async move {
            let awake = state.stay_awake().await;
            // The screen may be gone: then the lock goes with the answer.
            let _ = lit.try_update_value(|lit| *lit = awake);
        });
    };
    ask();
    let again = window_event_listener(ev::visibilitychange, move |_| ask());
    on_cleanup(move || again.remove());
}

/// One line: what, how much is expected, how it is.
#[component]
fn LineRow(line: OrderLine, checked: Checked, opened: RwSignal<Option<OrderLine>>) -> impl IntoView {
    let words = words().reception();
    let offer = line.key.offer.clone();
    let said = Memo::new(move |_| checked.of(&offer));
    let unit = line.unit.clone();
    let how = move || {
        said.get().map(|said| match &said.gap {
            None => words.conforming.to_owned(),
            Some(gap) => {
                format!("{} · {}", (words.why)(&gap.reason), numbers::quantity(said.received, &unit))
            }
        })
    };
    let is_gap = move || said.with(|said| said.as_ref().is_some_and(|said| said.gap.is_some()));
    let is_fine = move || said.with(|said| said.as_ref().is_some_and(|said| said.gap.is_none()));
    let (name, expected) =
        (line.name.clone(), (words.confirmed)(&numbers::quantity(line.counted(), &line.unit)));
    let fine = line.clone();
    let accept = move |_| checked.set(LineRecord::conforming(&fine));
    let open = move |_| opened.set(Some(line.clone()));
    view! {
        <li class="line" data-check=move || is_gap().then_some("") data-done=move || is_fine().then_some("")>
            <div class="line-what"><h3 class="line-name">{name.clone()}</h3></div>
            <p class="line-detail">{expected}<strong class="line-said">{how}</strong></p>
            <div class="line-control row">
                <button class="button roomy" type="button" aria-pressed=move || is_fine().to_string()
                    aria-label=format!("{}\u{a0}: {name}", words.conforming) on:click=accept>
                    <Icon name="check"/>{words.conforming}
                </button>
                <button class="button roomy" type="button" aria-pressed=move || is_gap().to_string()
                    aria-label=format!("{}\u{a0}: {name}", words.gap) on:click=open>
                    <Icon name="warning"/>{words.gap}
                </button>
            </div>
        </li>
    }
}

/// A name, and « Enregistrer la réception ».
#[component]
fn Sign(
    order: StoredValue<Order>,
    day: Date,
    checked: Checked,
    left: Memo<usize>,
    receiving: RwSignal<bool>,
) -> impl IntoView {
    let state = expect_context::<AppState>();
    let toasts = expect_context::<Toasts>();
    let all_words = words();
    let words = all_words.reception();
    let recording = RwSignal::new(Recording::Ready);
    let obstacle = Memo::new(move |_| match (left.get(), checked.name()) {
        (1.., _) => Some(words.needs_lines),
        (0, None) => Some(words.needs_name),
        (0, Some(_)) => None,
    });
    let record = move |_| {
        let Some(name) = checked.name().filter(|_| obstacle.get_untracked().is_none()) else { return };
        if recording.get_untracked() == Recording::Saving {
            return;
        }
        recording.set(Recording::Saving);
        spawn_local(async move {
            let order = order.get_value();
            let unloaded = untrack(|| checked.unloaded(name, &order, day));
            match state.record_reception(&order, day, unloaded).await {
                Ok(()) => {
                    toasts.say(all_words.orders().saved.to_owned());
                    receiving.try_set(false);
                }
                Err(error) => drop(recording.try_set(Recording::Failed(error))),
            }
        });
    };
    let problem = move || match recording.get() {
        Recording::Failed(RecordError::NothingToSend) => {
            Some(view! { <Notice kind=NoticeKind::Plain title=words.nothing_new/> }.into_any())
        }
        Recording::Failed(error) => Some(view! { <Problem said=not_recorded(&error)/> }.into_any()),
        Recording::Ready | Recording::Saving => None,
    };
    let kept = move || {
        checked.is_kept().then(|| {
            view! {
                <p class="draft-saved soft small"><Icon name="check"/><span>{words.kept_here}</span></p>
            }
        })
    };
    let name = move || if recording.get() == Recording::Saving { words.recording } else { words.record };
    view! {
        <section class="card stack" aria-label=words.record>
            <Field id="received-by" label=words.your_name>
                <input class="input" id="received-by" type="text" maxlength="80" autocomplete="name"
                    prop:value=move || checked.typed_name() on:input=move |event| checked.type_name(event_target_value(&event))/>
            </Field>
            {problem}
            <p class="soft small" id="reception-obstacle">{obstacle}</p>
            {kept}
            <button class="button primary roomy" type="button" aria-disabled=move || obstacle.get().map(|_| "true")
                aria-describedby="reception-obstacle" on:click=record>
                <Icon name="send"/>{name}
            </button>
        </section>
    }
}
