//! The shell: what is common to all pages, and which page is shown.
//!
//! The language is the only thing that rebuilds everything: sentences are plain text in the tree, and the tree is made anew
//! when they change.

mod account_menu;
mod clock;
mod main_nav;
mod navigation;
mod pieces;
mod route;
mod session_notices;
mod sign_out;
mod top_bar;

use leptos::{prelude::*, task::spawn_local};

pub(crate) use clock::Clock;
pub(crate) use navigation::Navigation;
pub(crate) use pieces::{codes, filters};
pub(crate) use route::Route;
pub(crate) use session_notices::StorageNotice;
pub(crate) use sign_out::SignOut;

use crate::{
    parts::{ToastStack, Toasts},
    screens::{
        catalog::{CatalogScreen, Question},
        draft::DraftBoard,
        not_found::NotFoundScreen,
        orders::SavedHere,
    },
    state::{AppState, SessionState},
    wording::{self, Language, words},
};
use domain::{enterprise::Role, wire::Me};
use main_nav::MainNav;
use session_notices::SessionNotices;
use top_bar::TopBar;

/// The language of the screens, once its sentences are here. Found in context.
#[derive(Clone, Copy)]
pub(crate) struct Speaking {
    language: RwSignal<Option<Language>>,
    toasts: Toasts,
}

impl Speaking {
    /// In the language this device remembers.
    fn start(toasts: Toasts) -> Self {
        let language = RwSignal::new(None);
        spawn_local(async move { language.set(Some(wording::speak(wording::remembered()).await)) });
        Self { language, toasts }
    }

    /// Changes to the other language, on this device and for the next visits.
    pub(crate) fn switch(self) {
        spawn_local(async move {
            let asked = wording::current().other();
            let spoken = wording::speak(asked).await;
            if spoken == asked {
                wording::remember(spoken);
                self.language.set(Some(spoken));
            } else {
                self.toasts.say(words().shell().language_missing.to_owned());
            }
        });
    }
}

/// What decides the whole page.
#[derive(Clone, PartialEq)]
enum Stage {
    /// The device has not told yet who is signed in, nor in which language: the page before the app stays.
    Opening,
    /// Somebody is, and has to say their code.
    Locked,
    /// Nobody is.
    Door,
    /// Somebody is, or was until the server ended the session.
    House(Me),
}

/// The root.
#[component]
pub(crate) fn App() -> impl IntoView {
    let state = AppState::start();
    let toasts = Toasts::new();
    let speaking = Speaking::start(toasts);
    provide_context(state);
    provide_context(speaking);
    provide_context(Navigation::start());
    provide_context(toasts);
    provide_context(Clock::start(state));
    provide_context(SignOut::new(toasts));
    provide_context(Question::new());
    provide_context(DraftBoard::new(state));
    provide_context(SavedHere::new());
    let stage = Memo::new(move |_| match state.session().get() {
        SessionState::Unknown => Stage::Opening,
        SessionState::Locked => Stage::Locked,
        SessionState::SignedOut => Stage::Door,
        // That enough was given meanwhile is no reason to build the page anew under somebody's hands.
        SessionState::SignedIn(me) | SessionState::Expired(me) => {
            Stage::House(Me { second_step_due: false, ..me })
        }
    });
    let navigation = expect_context::<Navigation>();
    // The language is read here, so that a change makes the tree anew.
    move || match (speaking.language.get(), stage.get()) {
        (None, _) | (_, Stage::Opening) => ().into_any(),
        (Some(_), Stage::Door) => view! { {pieces::door(navigation.route())}<ToastStack/> }.into_any(),
        (Some(_), Stage::Locked) => view! { {pieces::locked()}<ToastStack/> }.into_any(),
        (Some(_), Stage::House(me)) => view! { <House me/> }.into_any(),
    }
}

/// The application of somebody who is signed in.
#[component]
fn House(me: Me) -> impl IntoView {
    let navigation = expect_context::<Navigation>();
    let role = me.role;
    let state = expect_context::<AppState>();
    let is_due =
        move || state.session().with_untracked(|session| session.me().is_some_and(|me| me.second_step_due));
    // A page of another role, or the door once inside, leads home.
    Effect::new(move |_| {
        let route = navigation.route();
        if route == Route::Home || !route.is_for(&role) {
            navigation.replace(if is_due() { Route::Devices } else { route::home(&role) });
        }
    });
    pieces::fetch_the_next(role);
    let is_door = Memo::new(move |_| navigation.route().is_door());
    let rooms = move || {
        if is_door.get() {
            // Only here: inside, the frame stays when the page changes.
            return pieces::door(navigation.route());
        }
        view! {
            <div class="shell">
                <a class="skip" href="#content">{words().shell().skip}</a>
                <TopBar place=me.place.clone() role/>
                <MainNav role/>
                <main class="content" id="content" tabindex="-1">
                    <SessionNotices/>
                    {move || screen(navigation.route(), &role)}
                </main>
            </div>
        }
        .into_any()
    };
    let sign_out = expect_context::<SignOut>();
    view! {
        {rooms}
        <ToastStack/>
        {move || sign_out.was_asked().then(pieces::sign_out)}
    }
}

/// The screen of a page.
fn screen(route: Route, role: &Role) -> AnyView {
    if !route.is_for(role) {
        return ().into_any();
    }
    match route {
        Route::Catalog => view! { <CatalogScreen/> }.into_any(),
        Route::NotFound => view! { <NotFoundScreen/> }.into_any(),
        // On the way to somewhere else.
        Route::Home => ().into_any(),
        route if route.is_door() => ().into_any(),
        _ => pieces::screen(route, *role),
    }
}
