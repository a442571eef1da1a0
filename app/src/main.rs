//! The web application: opens the replica, then mounts the screens.

// A binary has no outside: here `pub` means "for the other modules".
#![allow(unreachable_pub)]

mod app;
mod device;
mod parts;
mod screens;
mod state;
mod wording;

use leptos::prelude::*;

fn main() {
    mount_to_body(|| view! { <app::App/> });
}
