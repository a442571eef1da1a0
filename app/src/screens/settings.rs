//! « Réglages »: the language, this device, the account, codes.

pub(crate) mod codes;

use domain::enterprise::Role;
use leptos::prelude::*;

use crate::{
    app::{Clock, Route, SignOut, Speaking, codes},
    parts::{Heading, Icon},
    state::{AppState, desk},
    wording::{self, numbers, words},
};

/// The whole screen.
#[component]
pub(crate) fn SettingsScreen() -> impl IntoView {
    let state = expect_context::<AppState>();
    let speaking = expect_context::<Speaking>();
    let sign_out = expect_context::<SignOut>();
    let (words, people, account) = (words().shell(), words().people(), words().account());
    let other = wording::current().other();
    let me = state.session().with_untracked(|session| session.me().cloned());
    let paired = me.as_ref().and_then(|me| me.device.clone());
    let own = paired.is_none();
    // Whoever only reads sums keeps nothing here.
    let keeps = me.as_ref().is_some_and(|me| !matches!(me.role, Role::Authority { .. }));
    let manages = own && me.is_some_and(|me| Route::People.is_for(&me.role));
    let whose =
        move || state.session().with(|session| session.me().map(|me| format!("{} · {}", me.name, me.email)));
    view! {
        <Heading title=words.settings.to_owned()/>
        <div class="stack">
            <section class="card stack">
                <div class="card-heading"><h2>{account.signed_in_as}</h2></div>
                <p>{whose}</p>
                {paired.map(|name| view! { <p>{(people.this_device)(&name)}</p> })}
                <div class="row actions">
                    {own.then(|| view! {
                        <a class="button" href=Route::Password.path()>{people.change_password}</a>
                        <a class="button" href=desk::OWN_DATA download="mercuriale-mes-donnees.json">
                            <Icon name="download"/>{people.own_data}
                        </a>
                        <a class="button" href=Route::Devices.path()><Icon name="lock"/>{people.devices}</a>
                    })}
                    {manages.then(|| view! {
                        <a class="button" href=Route::People.path()><Icon name="user"/>{words.people}</a>
                    })}
                    <button class="button" type="button" on:click=move |_| sign_out.ask(state)>
                        <Icon name="log-out"/>{account.sign_out}
                    </button>
                </div>
            </section>
            <section class="card stack">
                <div class="card-heading"><h2>{account.language}</h2></div>
                <button class="button" type="button" lang=other.tag() on:click=move |_| speaking.switch()>
                    <Icon name="language"/>{other.own_name()}
                </button>
            </section>
            {keeps.then(|| view! { <DeviceCodes/> })}
            <Device/>
            <section class="card stack">
                <div class="card-heading"><h2>{account.install_title}</h2></div>
                <p>{account.install_body}</p>
                <ul class="stack">{account.install_steps.map(|step| view! { <li>{step}</li> }).collect_view()}</ul>
            </section>
        </div>
    }
}

/// Codes: at once where there are some, else once they are asked for.
#[component]
fn DeviceCodes() -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().lock();
    let shown = RwSignal::new(state.has_codes());
    view! {
        <section class="card stack">
            <div class="card-heading"><h2>{words.codes_title}</h2></div>
            {move || if shown.get() {
                codes().into_any()
            } else {
                view! {
                    <button class="button" type="button" on:click=move |_| shown.set(true)>
                        <Icon name="lock"/>{words.open_codes}
                    </button>
                }.into_any()
            }}
        </section>
    }
}

/// What this device holds, and when it last spoke with the platform.
#[component]
fn Device() -> impl IntoView {
    let state = expect_context::<AppState>();
    let clock = expect_context::<Clock>();
    let all_words = words();
    let account = all_words.account();
    let contact = move || {
        clock.now();
        state.contact().get().last.map_or_else(|| account.never.to_owned(), numbers::moment)
    };
    view! {
        <section class="card stack">
            <div class="card-heading"><h2>{account.device_title}</h2></div>
            <dl class="facts">
                <dt>{account.last_contact}</dt><dd>{contact}</dd>
                <dt>{account.waiting_here}</dt><dd>{move || state.told().read().pending}</dd>
                <dt>{account.build}</dt><dd>{state.build()}</dd>
            </dl>
            <div class="row actions">
                <button class="button" type="button" on:click=move |_| state.sync_soon()>
                    <Icon name="refresh"/>{account.send_now}
                </button>
                <a class="button" href=Route::Diagnostic.path()>
                    <Icon name="scale"/>{all_words.diagnostic().open}
                </a>
            </div>
        </section>
    }
}
