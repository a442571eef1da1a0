//! « Appareils et connexions »: the devices one answers for, how one more is paired, and where one is signed in.

mod choosing;
mod identities;
mod pairing;
mod passkeys;
mod second_step;
mod sessions;

use domain::{enterprise::Role, wire::people::DeviceCard};
use leptos::{prelude::*, task::spawn_local};

use super::{
    door::said_of_access,
    remote::{WATCHED, Watched},
};
use crate::{
    app::Route,
    parts::{Dialog, Empty, Field, Heading, Icon, Notice, NoticeKind, Toasts},
    state::{AppError, AppState, desk},
    wording::{numbers, words},
};
use choosing::{Choosing, Owed};
use identities::Identities;
use pairing::Pairing;
use passkeys::Passkeys;
use second_step::SecondStep;
use sessions::Sessions;

/// What a person is about to do with a device.
#[derive(Clone, PartialEq)]
enum Asked {
    Nothing,
    Rename(DeviceCard),
    Remove(DeviceCard),
}

/// The whole screen.
#[component]
pub(crate) fn DevicesScreen() -> impl IntoView {
    let state = expect_context::<AppState>();
    let all_words = words();
    let words = all_words.people();
    let me = state.session().with_untracked(|session| session.me().cloned());
    let paired = me.as_ref().and_then(|me| me.device.clone());
    let is_hub = me.as_ref().is_some_and(|me| matches!(me.role, Role::Hub { .. }));
    // An authority has no device, and its own ways in like anybody.
    let manages = me.as_ref().is_some_and(|me| Route::People.is_for(&me.role));
    let owed = Owed::now(state, expect_context::<Toasts>());
    provide_context(owed);
    let ways = Watched::new(None, desk::ways_in);
    let body = match paired {
        Some(name) => view! {
            <Notice kind=NoticeKind::Plain title=(words.this_device)(&name)><p>{words.paired_manages_nothing}</p></Notice>
        }
        .into_any(),
        None => (move || {
            if owed.is_owed() {
                return view! { <Choosing ways/> }.into_any();
            }
            view! { {manages.then(|| view! { <Devices is_hub/> })}<Passkeys ways/><SecondStep ways/><Identities ways/><Sessions/> }.into_any()
        })
        .into_any(),
    };
    view! {
        <Heading title=words.devices.to_owned()>
            <p class="soft">{words.devices_about}</p>
            {move || (manages && !owed.is_owed()).then(|| view! {
                <p class="row actions">
                    <a class="button quiet" href=Route::People.path()><Icon name="user"/>{all_words.shell().people}</a>
                </p>
            })}
        </Heading>
        <div class="stack">{body}</div>
    }
}

#[component]
fn Devices(is_hub: bool) -> impl IntoView {
    let words = words().people();
    let asked = RwSignal::new(Asked::Nothing);
    let devices = Watched::new(Some(WATCHED), desk::devices);
    // A device of the hub is a desk of its own: only kitchens and producers pair.
    let pairing = (!is_hub).then(|| view! { <Pairing devices/> });
    let list = devices.show(move |devices| {
        if devices.is_empty() {
            return view! { <Empty drawing="autres" title=words.no_device_title><p>{words.no_device}</p></Empty> }.into_any();
        }
        let rows = devices.iter().map(|device| row(device.clone(), is_hub, asked)).collect_view();
        view! { <ul class="card stack" role="list">{rows}</ul> }.into_any()
    });
    view! {
        {pairing}
        {list}
        {move || match asked.get() {
            Asked::Nothing => ().into_any(),
            Asked::Rename(device) => view! { <Renaming device asked devices/> }.into_any(),
            Asked::Remove(device) => view! { <Removal device asked devices/> }.into_any(),
        }}
    }
}

fn row(device: DeviceCard, is_hub: bool, asked: RwSignal<Asked>) -> impl IntoView {
    let words = words().people();
    let place = is_hub.then(|| view! { <p>{device.place.clone()}</p> });
    let waiting = usize::try_from(device.pending).unwrap_or(0);
    let waiting = (waiting > 0).then(|| view! { <p>{(words.waiting_on_it)(waiting)}</p> });
    let (to_rename, to_remove) = (device.clone(), device.clone());
    view! {
        <li class="stack">
            <h2>{device.name.clone()}</h2>
            {place}
            <p>{(words.seen)(&numbers::moment(device.seen_at))}</p>
            {waiting}
            <p class="small soft">{(words.paired_by)(&device.paired_by, &numbers::day_at(device.paired_at))}</p>
            <div class="row actions">
                <button
                    class="button" type="button" aria-label=(words.rename_it)(&device.name)
                    on:click=move |_| asked.set(Asked::Rename(to_rename.clone()))
                >{words.rename}</button>
                <button
                    class="button danger" type="button" aria-label=(words.remove_it)(&device.name)
                    on:click=move |_| asked.set(Asked::Remove(to_remove.clone()))
                >{words.remove}</button>
            </div>
        </li>
    }
}

/// Another name for a device.
#[component]
fn Renaming(device: DeviceCard, asked: RwSignal<Asked>, devices: Watched<Vec<DeviceCard>>) -> impl IntoView {
    let all_words = words();
    let words = all_words.people();
    let name = RwSignal::new(device.name.clone());
    let save = act(asked, devices, move || {
        let name = name.get_untracked();
        async move { desk::rename_device(device.id, name).await.map(|()| None) }
    });
    view! {
        <Dialog open=true on_close=move |()| asked.set(Asked::Nothing) label=(words.rename_it)(&device.name)>
            <h2>{(words.rename_it)(&device.name)}</h2>
            <Field id="device-name" label=words.new_name>
                <input class="input" id="device-name" type="text" autocomplete="off" maxlength="80" bind:value=name/>
            </Field>
            <button class="button primary wide" type="button" on:click=move |_| save.run(())>{words.save}</button>
            <button class="button quiet wide" type="button" on:click=move |_| asked.set(Asked::Nothing)>
                {all_words.shell().cancel}
            </button>
        </Dialog>
    }
}

/// A device is let in no more.
#[component]
fn Removal(device: DeviceCard, asked: RwSignal<Asked>, devices: Watched<Vec<DeviceCard>>) -> impl IntoView {
    let all_words = words();
    let words = all_words.people();
    let waiting = usize::try_from(device.pending).unwrap_or(0);
    let name = device.name.clone();
    let remove = act(asked, devices, move || {
        let said = (words.removed)(&name);
        async move { desk::revoke_device(device.id).await.map(|()| Some(said)) }
    });
    view! {
        <Dialog open=true on_close=move |()| asked.set(Asked::Nothing) label=(words.remove_it)(&device.name)>
            <h2>{(words.remove_it)(&device.name)}</h2>
            <p>{words.remove_body}</p>
            {(waiting > 0).then(|| view! { <p>{(words.remove_waiting)(waiting)}</p> })}
            <button class="button danger wide" type="button" on:click=move |_| remove.run(())>{words.remove}</button>
            <button class="button quiet wide" type="button" on:click=move |_| asked.set(Asked::Nothing)>
                {all_words.shell().cancel}
            </button>
        </Dialog>
    }
}

/// Does what was asked, closes the question, and reads the list again; says what came of it.
fn act<F>(
    asked: RwSignal<Asked>,
    devices: Watched<Vec<DeviceCard>>,
    deed: impl Fn() -> F + Send + Sync + 'static,
) -> Callback<()>
where
    F: Future<Output = Result<Option<String>, AppError>> + 'static,
{
    let toasts = expect_context::<Toasts>();
    Callback::new(move |()| {
        let deed = deed();
        spawn_local(async move {
            match deed.await {
                Ok(said) => {
                    said.into_iter().for_each(|said| toasts.say(said));
                    asked.set(Asked::Nothing);
                }
                Err(error) => toasts.say(said_of_access(&error).sentence),
            }
            devices.again();
        });
    })
}
