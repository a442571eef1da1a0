use leptos::prelude::*;

use super::{Navigation, Route};
use crate::{
    parts::{Notice, NoticeKind},
    state::{AppState, Forgotten, SessionState},
    wording::words,
};

/// What concerns every page: the session ended, the storage complains or was emptied, a newer build waits.
#[component]
pub(super) fn SessionNotices() -> impl IntoView {
    let state = expect_context::<AppState>();
    let navigation = expect_context::<Navigation>();
    let words = words();
    let ended =
        Memo::new(move |_| state.session().with(|session| matches!(session, SessionState::Expired(_))));
    // Never under a form: an order being prepared is one.
    let update = Memo::new(move |_| state.device().read().update_ready && !is_form(navigation.route()));
    view! {
        {move || ended.get().then(|| view! {
            <Notice kind=NoticeKind::Check title=words.shell().session_ended>
                <p>{words.shell().session_ended_body}</p>
                <div class="actions"><a class="button" href=Route::SignIn.path()>{words.shell().sign_in_again}</a></div>
            </Notice>
        })}
        <StorageNotice/>
        {move || state.device().get().forgotten.map(|forgotten| view! {
            <Notice kind=NoticeKind::Check title=words.shell().forgotten_title>
                <p>{match forgotten {
                    Forgotten::UnderThisPage => words.shell().forgotten_here,
                    Forgotten::BeforeThisPage => words.shell().forgotten_before,
                }}</p>
                <div class="actions">
                    <a class="button" href=Route::Orders.path()>{words.shell().my_orders}</a>
                    <button class="button quiet" type="button" on:click=move |_| state.forgotten_is_told()>
                        {words.shell().forgotten_read}
                    </button>
                </div>
            </Notice>
        })}
        {move || update.get().then(|| view! {
            <Notice kind=NoticeKind::Plain title=words.shell().update_ready>
                <div class="actions">
                    <button class="button" type="button" on:click=move |_| state.apply_update()>{words.shell().update_now}</button>
                </div>
            </Notice>
        })}
    }
}

/// What the device's storage complains of.
#[component]
pub(crate) fn StorageNotice() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words();
    move || {
        state.device().get().storage_problem.map(|problem| view! {
            <Notice kind=NoticeKind::Error title=words.shell().storage_title><p>{(words.troubles().storage)(&problem)}</p></Notice>
        })
    }
}

/// Pages where somebody is filling something in.
fn is_form(route: Route) -> bool {
    match route {
        Route::Catalog
        | Route::Draft
        | Route::Amend(_)
        | Route::PriceList
        | Route::SignIn
        | Route::Pair
        | Route::Invitation
        | Route::Password
        | Route::Join
        | Route::ComeBack
        | Route::Devices
        | Route::People => true,
        Route::Home
        | Route::Orders
        | Route::Order(_)
        | Route::Offers
        | Route::Prepare
        | Route::Week
        | Route::Demand
        | Route::Sheet(_)
        | Route::Indicators
        | Route::Settings
        | Route::Diagnostic
        | Route::Journal
        | Route::NotFound => false,
    }
}
