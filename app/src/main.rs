//! The web application: opens the replica, then mounts the screens.

use leptos::prelude::*;

fn main() {
    mount_to_body(|| view! { <h1>"Mercuriale"</h1> });
}
