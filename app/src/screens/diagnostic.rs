//! « Diagnostic »: where this device stands, what waits on it, and the ways out when it cannot send by itself.

use leptos::{ev, prelude::*, task::spawn_local};
use replica::diagnosis::{AnsweredCommand, Diagnosis, WaitingCommand};
use wasm_bindgen::JsCast;

use crate::{
    app::Clock,
    parts::{Heading, Icon, Toasts},
    state::{AppState, Room},
    wording::{DiagnosticWords, numbers, words},
};

/// A device this far off says so.
const OFF_BY_MS: i64 = 60_000;
const MEGABYTE: u64 = 1_000_000;

/// The whole screen.
#[component]
pub(crate) fn DiagnosticScreen() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().diagnostic();
    let diagnosis = Memo::new(move |_| {
        state.contact().track();
        state.told().track();
        state.diagnosis()
    });
    view! {
        <Heading title=words.title.to_owned()><p class="soft">{words.about}</p></Heading>
        <div class="stack">
            <DeviceFacts diagnosis/>
            <section class="card stack">
                <div class="card-heading"><h2>{words.waiting_title}</h2></div>
                {move || waiting(&diagnosis.read().waiting)}
                <p class="soft">{words.rescue_body}</p>
                <WaysOut/>
            </section>
            <section class="card stack">
                <div class="card-heading"><h2>{words.answered_title}</h2></div>
                {move || answered(&diagnosis.read().answered)}
            </section>
            <section class="card stack">
                <div class="card-heading"><h2>{words.view_title}</h2></div>
                {move || places(&diagnosis.read().scopes)}
            </section>
        </div>
    }
}

/// The device: build, clock, last contact, room.
#[component]
fn DeviceFacts(diagnosis: Memo<Diagnosis>) -> impl IntoView {
    let state = expect_context::<AppState>();
    let clock = expect_context::<Clock>();
    let all_words = words();
    let words = all_words.diagnostic();
    let room = RwSignal::new(None::<Room>);
    spawn_local(async move { room.set(state.room().await) });
    let contact = move || {
        clock.now();
        state.contact().get().last.map_or_else(|| all_words.account().never.to_owned(), numbers::moment)
    };
    let gap = move || {
        let offset = state.contact().get().clock_offset_ms;
        let gap = numbers::duration(offset.saturating_abs());
        if offset.saturating_abs() < OFF_BY_MS {
            return words.on_time.to_owned();
        }
        if offset < 0 { (words.fast)(&gap) } else { (words.slow)(&gap) }
    };
    let memory = move || {
        let megabytes = |bytes: u64| numbers::integer(bytes.div_ceil(MEGABYTE));
        room.get().map(|room| (words.memory_used)(&megabytes(room.used), &megabytes(room.all)))
    };
    let kept = move || room.get().map(|room| if room.is_kept { words.is_kept } else { words.may_be_evicted });
    let unreadable = move || {
        let count = diagnosis.read().unreadable;
        (count > 0).then(|| view! { <p>{(words.unreadable)(count)}</p> })
    };
    view! {
        <section class="card stack">
            <dl class="facts">
                <dt>{all_words.account().build}</dt><dd>{state.build()}</dd>
                <dt>{all_words.account().last_contact}</dt><dd>{contact}</dd>
                <dt>{words.clock}</dt><dd>{gap}</dd>
                <dt>{words.memory}</dt><dd>{memory}</dd>
                <dt>{words.kept}</dt><dd>{kept}</dd>
            </dl>
            {unreadable}
        </section>
    }
}

/// A file out, a file in, and everything once more.
#[component]
fn WaysOut() -> impl IntoView {
    let state = expect_context::<AppState>();
    let toasts = expect_context::<Toasts>();
    let words = words().diagnostic();
    let take = move |event: ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) else { return };
        spawn_local(async move {
            toasts.say(match state.take_rescue_file(file).await {
                Ok(taken) => (words.taken)(taken.new, taken.known, taken.foreign),
                Err(error) => (words.rescue_error)(&error).to_owned(),
            });
        });
    };
    let again = move |_| {
        spawn_local(async move {
            if state.send_everything_again().await.is_ok() {
                toasts.say(words.sent_again.to_owned());
            }
        });
    };
    view! {
        <div class="row actions">
            <button class="button" type="button" on:click=move |_| state.save_rescue_file()>
                <Icon name="download"/>{words.save_file}
            </button>
            <label class="button file-button">
                <Icon name="upload"/>{words.take_file}
                <input type="file" accept=".json" aria-label=words.take_file on:change=take/>
            </label>
            <button class="button" type="button" on:click=again><Icon name="refresh"/>{words.send_again}</button>
        </div>
    }
}

/// A row of three cells and the heading of each: number, what and when, where it stands.
fn table(when: &'static str, rows: Vec<[String; 4]>) -> AnyView {
    let words = words().diagnostic();
    let rows = rows.into_iter().map(|[number, what, at, stands]| {
        view! { <tr><td class="number">{number}</td><th scope="row">{what}</th><td class="date">{at}</td><td>{stands}</td></tr> }
    });
    view! {
        <div class="table-frame" tabindex="0">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col" class="number">{words.number}</th>
                        <th scope="col">{words.what}</th>
                        <th scope="col">{when}</th>
                        <th scope="col">{words.stands}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn waiting(commands: &[WaitingCommand]) -> AnyView {
    let words = words().diagnostic();
    if commands.is_empty() {
        return view! { <p>{words.none_waiting}</p> }.into_any();
    }
    let row = |command: &WaitingCommand| {
        let stands = command.stuck.as_ref().map_or_else(|| words.ready.to_owned(), words.stuck);
        let at = numbers::moment(command.recorded_at);
        [command.m.to_string(), what(words, &command.kind), at, stands]
    };
    table(words.recorded, commands.iter().map(row).collect())
}

fn answered(commands: &[AnsweredCommand]) -> AnyView {
    let all_words = words();
    let words = all_words.diagnostic();
    if commands.is_empty() {
        return view! { <p>{words.none_answered}</p> }.into_any();
    }
    let row = |command: &AnsweredCommand| {
        let said = command.reason.as_ref().map(|reason| all_words.reason(reason).short.to_owned());
        let at = numbers::moment(command.received_at);
        [command.m.to_string(), what(words, &command.kind), at, said.unwrap_or_else(|| words.done.to_owned())]
    };
    table(words.received, commands.iter().map(row).collect())
}

fn what(words: &DiagnosticWords, kind: &str) -> String {
    match kind.split_once('@') {
        Some(("order.submit", _)) => words.order.to_owned(),
        Some(("ticket.settle", _)) => words.choice.to_owned(),
        Some(("order.withdraw", _)) => words.withdrawal.to_owned(),
        Some(("order.amend", _)) => words.amendment.to_owned(),
        Some(("draft.edit", _)) => words.draft.to_owned(),
        _ => (words.other_kind)(kind),
    }
}

fn places(scopes: &[(String, String)]) -> impl IntoView + use<> {
    let words = words().diagnostic();
    let rows = scopes.iter().map(|(scope, cursor)| {
        let part = scope.split(':').next().unwrap_or_default().to_owned();
        view! { <dt>{words.part}" "{part}</dt><dd>{words.place}" "{cursor.clone()}</dd> }
    });
    view! { <dl class="facts">{rows.collect_view()}</dl> }
}
