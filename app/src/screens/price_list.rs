//! « Mercuriale »: lay a spreadsheet down, look at what it changes, publish it.

mod announced;
mod report;

use std::{sync::Arc, time::Duration};

use domain::{
    availability::Silent,
    cycle::CycleId,
    wire::desk::{ImportPhase, ImportReport, ImportState, ImportStatus, WeekBoard},
};
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use super::{
    problem::{Problem, said},
    remote::Watched,
};
use crate::{
    parts::{Drawing, Heading, Notice, NoticeKind, Progress},
    state::{AppError, desk},
    wording::{numbers, words},
};
use announced::Announced;
use report::Report;

/// How often a running import is asked how far it is.
const POLL_MS: u32 = 300;

/// Where the import stands.
#[derive(Clone)]
enum Import {
    /// Nothing chosen.
    Choosing,
    /// On its way, or at work.
    Working(Option<(ImportPhase, u32, u32)>),
    /// Read, nothing written: what it would change.
    Preview(ImportReport),
    /// Written.
    Published(ImportReport),
    /// The file as a whole could not be used.
    Refused(domain::wire::desk::FileRefusal),
    /// The exchange failed.
    Failed(AppError),
}

/// What the list is made of.
#[derive(Clone)]
enum Source {
    /// A file of this device.
    File { name: String, bytes: Vec<u8> },
    /// What producers announced of a week.
    Announced { week: CycleId, silent: Silent },
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::File { name, .. } => name.clone(),
            Self::Announced { week, .. } => (words().announce().list_of)(&numbers::week(*week)),
        }
    }

    async fn start(&self, dry_run: bool) -> Result<ImportStatus, AppError> {
        match self {
            Self::File { name, bytes } => desk::start_import(name, bytes, dry_run, None).await,
            Self::Announced { week, silent } => desk::start_list_of_announced(*week, *silent, dry_run).await,
        }
    }
}

/// The import, and what it is made of.
#[derive(Clone, Copy)]
struct Desk {
    import: RwSignal<Import>,
    source: StoredValue<Option<Source>>,
}

impl Desk {
    /// Reads a file of this device, then asks what it would change.
    fn choose(self, file: web_sys::File) {
        self.import.set(Import::Working(None));
        spawn_local(async move {
            let name = file.name();
            let bytes = desk::bytes_of(&file).await;
            self.source.set_value(Some(Source::File { name, bytes }));
            self.run(true).await;
        });
    }

    /// Asks what a list of what was announced would change.
    fn make(self, week: CycleId, silent: Silent) {
        self.import.set(Import::Working(None));
        self.source.set_value(Some(Source::Announced { week, silent }));
        spawn_local(self.run(true));
    }

    /// Publishes what was looked at.
    fn publish(self) {
        self.import.set(Import::Working(None));
        spawn_local(self.run(false));
    }

    async fn run(self, dry_run: bool) {
        let Some(source) = self.source.get_value() else { return };
        let mut answer = source.start(dry_run).await;
        loop {
            match answer {
                Ok(ImportStatus { id, state: ImportState::Working { phase, done, total } }) => {
                    self.import.set(Import::Working(Some((phase, done, total))));
                    gloo_timers::future::sleep(Duration::from_millis(POLL_MS.into())).await;
                    answer = desk::import_status(&id).await;
                }
                Ok(ImportStatus { state: ImportState::Done { report }, .. }) => {
                    return self.import.set(if dry_run {
                        Import::Preview(report)
                    } else {
                        Import::Published(report)
                    });
                }
                Ok(ImportStatus { state: ImportState::Refused { code, .. }, .. }) => {
                    return self.import.set(Import::Refused(code));
                }
                Err(error) => return self.import.set(Import::Failed(error)),
            }
        }
    }
}

/// The whole screen.
#[component]
pub(crate) fn PriceListScreen() -> impl IntoView {
    let words = words();
    let desk = Desk { import: RwSignal::new(Import::Choosing), source: StoredValue::new(None) };
    view! {
        <Heading title=words.shell().price_list.to_owned()/>
        <div class="stack">{move || state_of(desk.import.get(), desk)}</div>
    }
}

fn state_of(import: Import, desk: Desk) -> AnyView {
    let words = words();
    let again = move || {
        view! {
            <button class="button" type="button" on:click=move |_| desk.import.set(Import::Choosing)>
                {words.import().another_file}
            </button>
        }
    };
    match import {
        Import::Choosing => {
            view! { <Drop desk/><p class="soft">{words.import().needed_columns}</p><Announced desk/><Current/> }.into_any()
        }
        Import::Working(progress) => view! { <Working progress name=name(desk)/> }.into_any(),
        Import::Preview(report) => {
            let can_publish = report.accepted > 0;
            let publish = can_publish.then(|| view! {
                <button class="button primary" type="button" on:click=move |_| desk.publish()>{words.import().publish}</button>
            });
            let nothing = (!can_publish).then(|| view! { <p>{words.import().nothing_to_publish}</p> });
            view! {
                <Report name=name(desk) report is_published=false/>
                {nothing}
                <div class="row actions">{publish}{again()}</div>
            }
            .into_any()
        }
        Import::Published(report) => view! {
            <Report name=name(desk) report is_published=true/>
            <div class="row actions">{again()}</div>
        }
        .into_any(),
        Import::Refused(code) => view! {
            <Notice kind=NoticeKind::Error title=words.import().refused_file>
                <p>{name(desk)}</p>
                <p>{(words.import().file_refusal)(&code)}</p>
                <p class="small">{(words.shell().code)(code.code())}</p>
                <div class="actions">{again()}</div>
            </Notice>
        }
        .into_any(),
        Import::Failed(error) => {
            view! { <Problem said=said(&error)/><div class="row actions">{again()}</div> }.into_any()
        }
    }
}

fn name(desk: Desk) -> String {
    desk.source.with_value(|source| source.as_ref().map(Source::name)).unwrap_or_default()
}

/// A sheet to lay the workbook on: a real file input; dropping is one more way.
#[component]
fn Drop(desk: Desk) -> impl IntoView {
    let words = words().import();
    let over = RwSignal::new(false);
    let picked = move |event: ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) {
            desk.choose(file);
        }
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let files = event.data_transfer().and_then(|transfer| transfer.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            desk.choose(file);
        }
    };
    view! {
        <label
            class="drop"
            data-over=move || over.get().then_some("")
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <Drawing name="autres"/>
            <strong>{words.drop_here}</strong>
            <span class="soft">{words.formats}</span>
            <input type="file" accept=".xlsx,.xlsm,.ods,.csv,.txt" aria-label=words.file on:change=picked/>
        </label>
    }
}

/// The list kitchens see now.
#[component]
fn Current() -> impl IntoView {
    let words = words();
    let board = Watched::new(None, desk::week);
    let said = move |board: Arc<WeekBoard>| match &board.cycle {
        None => view! { <p>{words.import().none_yet}</p> }.into_any(),
        Some(cycle) => {
            let [offers, producers] =
                [board.offers, board.producers].map(|count| usize::try_from(count).unwrap_or(0));
            view! {
                <p>{(words.import().current)(&numbers::week(cycle.id), offers, producers)}</p>
                <p class="soft small">{(words.hub().published)(&numbers::moment(cycle.published_at))}</p>
            }
            .into_any()
        }
    };
    view! {
        <section class="card">
            <div class="card-heading"><h2>{words.import().current_title}</h2></div>
            {board.show(said)}
        </section>
    }
}

/// What is going on, and how far it is.
#[component]
fn Working(progress: Option<(ImportPhase, u32, u32)>, name: String) -> impl IntoView {
    let words = words();
    let (label, done, total) = match progress {
        None => (words.import().sending.to_owned(), 0, 0),
        Some((phase, _, 0)) => ((words.import().phase)(phase).to_owned(), 0, 0),
        Some((phase, done, total)) => {
            let rows = (words.import().rows_done)(&numbers::integer(done), &numbers::integer(total));
            (format!("{} · {rows}", (words.import().phase)(phase)), done, total)
        }
    };
    view! {
        <section class="card">
            <div class="card-heading"><h2>{name}</h2></div>
            <div role="status"><Progress label=Signal::stored(label) max=Signal::stored(total) value=Signal::stored(done)/></div>
        </section>
    }
}
