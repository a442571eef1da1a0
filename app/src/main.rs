//! The web application: opens the replica, then mounts the screens.

// A binary has no outside: here `pub` means "for the other modules".
#![allow(unreachable_pub)]

mod device;
mod state;

use leptos::prelude::*;

fn main() {
    mount_to_body(|| view! { <h1>"Mercuriale"</h1> });
}
