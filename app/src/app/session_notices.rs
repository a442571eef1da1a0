use leptos::prelude::*;

use super::{Navigation, Route, pieces};
use crate::{
    parts::{Notice, NoticeKind},
    state::{AppState, Forgotten, SessionState},
    wording::words,
};

/// What concerns every page: the session ended, the storage complains or was emptied, a newer build waits. All but the
/// storage's complaint is rare, and comes when there is something to say.
#[component]
pub(super) fn SessionNotices() -> impl IntoView {
    let state = expect_context::<AppState>();
    let is_rare = Memo::new(move |_| {
        let news = state.device().read();
        news.update_ready
            || news.forgotten.is_some()
            || state.session().with(|session| is_due(session) || matches!(session, SessionState::Expired(_)))
    });
    view! {
        {move || is_rare.get().then(pieces::notices)}
        <StorageNotice/>
    }
}

/// The session ended, the storage was emptied, a newer build waits.
#[component]
pub(super) fn RareNotices() -> impl IntoView {
    let state = expect_context::<AppState>();
    let navigation = expect_context::<Navigation>();
    let (words, account) = (words().shell(), words().account());
    let ended =
        Memo::new(move |_| state.session().with(|session| matches!(session, SessionState::Expired(_))));
    let due = Memo::new(move |_| state.session().with(is_due));
    // Never under a form: an order being prepared is one.
    let update = Memo::new(move |_| state.device().read().update_ready && !is_form(navigation.route()));
    view! {
        {move || ended.get().then(|| view! {
            <Notice kind=NoticeKind::Check title=account.session_ended>
                <p>{words.session_ended_body}</p>
                <div class="actions"><a class="button" href=Route::SignIn.path()>{account.sign_in_again}</a></div>
            </Notice>
        })}
        {move || due.get().then(|| view! {
            <Notice kind=NoticeKind::Check title=account.more_asked>
                <p>{account.more_asked_body}</p>
                {move || (navigation.route() != Route::Devices).then(|| view! {
                    <div class="actions"><a class="button" href=Route::Devices.path()>{account.choose}</a></div>
                })}
            </Notice>
        })}
        {move || state.device().get().forgotten.map(|forgotten| view! {
            <Notice kind=NoticeKind::Check title=account.forgotten_title>
                <p>{match forgotten {
                    Forgotten::UnderThisPage => account.forgotten_here,
                    Forgotten::BeforeThisPage => account.forgotten_before,
                }}</p>
                <div class="actions">
                    <a class="button" href=Route::Orders.path()>{words.my_orders}</a>
                    <button class="button quiet" type="button" on:click=move |_| state.forgotten_is_told()>
                        {account.forgotten_read}
                    </button>
                </div>
            </Notice>
        })}
        {move || update.get().then(|| view! {
            <Notice kind=NoticeKind::Plain title=account.update_ready>
                <div class="actions">
                    <button class="button" type="button" on:click=move |_| state.apply_update()>{account.update_now}</button>
                </div>
            </Notice>
        })}
    }
}

/// Whether the hub asks for more than somebody came in with.
fn is_due(session: &SessionState) -> bool {
    matches!(session, SessionState::SignedIn(me) if me.second_step_due)
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
        | Route::Announce
        | Route::Reception(..)
        | Route::QuayPage(_)
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
        | Route::Quay
        | Route::QuayOut
        | Route::Lots
        | Route::Indicators
        | Route::Settings
        | Route::Diagnostic
        | Route::Journal
        | Route::NotFound => false,
    }
}
