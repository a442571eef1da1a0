//! One producer's sheet, as the hub reads and prints it.

mod page;

use domain::{id::ProducerId, producer_sheet::ProducerSheet};
use leptos::prelude::*;

pub(crate) use page::SheetPages;

use super::{
    problem::{Problem, said},
    remote::{Remote, Watched},
};
use crate::{
    app::Route,
    parts::{Empty, Heading},
    state::{AppError, AppState, desk},
    wording::words,
};

/// The whole screen: the sheet of the current cycle.
#[component]
pub(crate) fn SheetScreen(producer: ProducerId) -> impl IntoView {
    let words = words().hub();
    let state = expect_context::<AppState>();
    let sheet = Watched::new(None, move || find(producer));
    let hub =
        state.catalog().with_untracked(|loaded| loaded.as_ref().map(|loaded| loaded.catalog.hub.clone()));
    let title = move || match sheet.get() {
        Remote::Ready(sheet) => (words.sheet_of)(&sheet.producer.name),
        Remote::Loading | Remote::Failed(_) => words.sheet.to_owned(),
    };
    let contents = move || match sheet.get() {
        Remote::Loading => {
            view! { <p class="soft" role="status">{crate::wording::words().shell().loading}</p> }.into_any()
        }
        Remote::Ready(sheet) => view! { <SheetPages sheet=(*sheet).clone() hub=hub.clone()/> }.into_any(),
        Remote::Failed(AppError::Problem { status: 404, .. }) => view! {
            <Empty drawing="autres" title=words.not_closed_title>
                <p>{words.not_closed_body}</p>
                <a class="button primary" href=Route::Demand.path()>{words.all_demand}</a>
            </Empty>
        }
        .into_any(),
        Remote::Failed(error) => {
            view! { <Problem said=said(&error) retry=Callback::new(move |()| sheet.again())/> }.into_any()
        }
    };
    view! { <Heading title=Signal::derive(title)/><div class="stack">{contents}</div> }
}

/// The sheet of a producer for the hub's current cycle.
async fn find(producer: ProducerId) -> Result<ProducerSheet, AppError> {
    let missing = || AppError::Problem { code: "NOT_FOUND".into(), status: 404, title: String::new() };
    let cycle = desk::week().await?.cycle.ok_or_else(missing)?;
    desk::sheet(cycle.id, producer).await
}
