//! The web application: opens the replica, then mounts the screens.

// A binary has no outside: here `pub` means "for the other modules".
#![allow(unreachable_pub)]
// A component is given its properties: that is how views are built.
#![allow(clippy::needless_pass_by_value)]
#![cfg_attr(feature = "conformance", allow(dead_code, unused_imports))]

mod app;
mod device;
mod parts;
mod screens;
mod state;
mod wording;

#[cfg(not(feature = "conformance"))]
fn main() {
    use leptos::prelude::*;

    mount_to_body(|| view! { <app::App/> });
}

/// Not the application: a page that tells whether this browser's storage does what the replica needs.
#[cfg(feature = "conformance")]
fn main() {
    device::indexed_db::conformance::tell();
}
