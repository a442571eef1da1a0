use domain::wire::people::{DeviceCard, PairingCode};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    app::Clock,
    parts::{Icon, Qr, Toasts},
    screens::{
        door::said_of_access,
        remote::{Remote, Watched},
    },
    state::desk,
    wording::{numbers, words},
};

/// A code that pairs one device, while it counts and until it did.
#[component]
pub(super) fn Pairing(devices: Watched<Vec<DeviceCard>>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let clock = expect_context::<Clock>();
    let words = words().people();
    let code = RwSignal::new(None::<PairingCode>);
    let ask = move |_| {
        spawn_local(async move {
            match desk::pairing_code().await {
                Ok(shown) => code.set(Some(shown)),
                Err(error) => toasts.say(said_of_access(&error).sentence),
            }
        });
    };
    // The device that was paired since the code was asked for.
    let newest = Memo::new(move |_| match devices.get() {
        Remote::Ready(devices) => devices.iter().max_by_key(|device| device.paired_at).cloned(),
        Remote::Loading | Remote::Failed(_) => None,
    });
    let before = StoredValue::new(None);
    Effect::new(move |_| {
        let Some(device) = newest.get() else { return };
        let is_new = before.with_value(|before| *before < Some(device.paired_at));
        if is_new && code.with_untracked(Option::is_some) {
            toasts.say((words.was_paired)(&device.name));
            code.set(None);
        }
        before.update_value(|before| *before = (*before).max(Some(device.paired_at)));
    });
    let is_over = Memo::new(move |_| code.read().as_ref().is_some_and(|code| clock.now() >= code.expires_at));
    move || {
        match (code.get(), is_over.get()) {
        (None, _) => view! {
            <button class="button primary" type="button" on:click=ask><Icon name="plus"/>{words.pair_a_device}</button>
        }
        .into_any(),
        (Some(code), false) => shown(code),
        (Some(_), true) => view! {
            <section class="card stack">
                <p role="status">{words.code_over}</p>
                <button class="button primary" type="button" on:click=ask>{words.another_code}</button>
            </section>
        }
        .into_any(),
    }
    }
}

fn shown(PairingCode { code, expires_at, qr }: PairingCode) -> AnyView {
    let words = words().people();
    view! {
        <section class="card stack">
            <div class="card-heading"><h2>{words.pair_a_device}</h2></div>
            <p>{words.code_how}</p>
            <p class="board total" role="status">
                <span class="total-label">{words.pairing_code}</span>
                <span class="total-value number">{code}</span>
            </p>
            <Qr code=qr label=words.qr_of_code/>
            <p class="soft">{(words.code_until)(&numbers::clock(expires_at))}</p>
        </section>
    }
    .into_any()
}
