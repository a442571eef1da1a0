//! Moving between pages: the address bar is the one truth, and any link of the page that stays inside is followed
//! without loading anything.

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

use super::route::Route;

/// Where we are, and how to go elsewhere. Found in context.
#[derive(Clone, Copy)]
pub(crate) struct Navigation {
    route: RwSignal<Route>,
    /// Whether a page was left for another: the first page does not take the focus, the others do.
    moved: RwSignal<bool>,
}

impl Navigation {
    /// Reads the address bar and listens to it and to links. Call once, in the root.
    pub(crate) fn start() -> Self {
        let navigation = Self { route: RwSignal::new(address()), moved: RwSignal::new(false) };
        let on_pop = window_event_listener(ev::popstate, move |_| navigation.show(address()));
        let on_click = window_event_listener(ev::click, move |event| navigation.follow(&event));
        on_cleanup(move || {
            on_pop.remove();
            on_click.remove();
        });
        navigation
    }

    /// The page we are on.
    pub(crate) fn route(self) -> Route {
        self.route.get()
    }

    /// The same, for whoever only wants to know now.
    pub(crate) fn route_untracked(self) -> Route {
        self.route.get_untracked()
    }

    /// Whether somebody moved since the application started.
    pub(crate) fn has_moved(self) -> bool {
        self.moved.get_untracked()
    }

    /// Goes to a page, which the back button leaves.
    pub(crate) fn go(self, route: Route) {
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&route.path()));
        }
        self.show(route);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Shows a page instead of this one, which the back button will not find.
    pub(crate) fn replace(self, route: Route) {
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&route.path()));
        }
        self.show(route);
    }

    fn show(self, route: Route) {
        if self.route.get_untracked() != route {
            self.moved.set(true);
            self.route.set(route);
        }
    }

    /// Follows a plain click on a link that stays inside.
    fn follow(self, event: &MouseEvent) {
        let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if modified || event.button() != 0 || event.default_prevented() {
            return;
        }
        let Some(link) = link_of(event) else { return };
        let elsewhere = !link.target().is_empty() || link.has_attribute("download");
        let same_site = location().origin().is_ok_and(|origin| origin == link.origin());
        let path = link.pathname();
        if elsewhere || !same_site || path.starts_with("/api/") || !link.hash().is_empty() {
            return;
        }
        event.prevent_default();
        self.go(Route::parse(&path));
    }
}

fn link_of(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("a[href]").ok()??.dyn_into().ok()
}

fn address() -> Route {
    Route::parse(&location().pathname().unwrap_or_default())
}
