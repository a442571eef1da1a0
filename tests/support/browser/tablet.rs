//! A browser on the application: sizes, closing and opening again, signing in.

use std::{ops::Deref, path::PathBuf};

use serde_json::json;
use thirtyfour::WebDriver;

use super::{DEMO_PASSWORD, Engine, Page, engine::Driven, machine::target_folder};

/// A viewport, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

const fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

/// A 10-inch tablet lying on the worktop.
pub const TABLET_LANDSCAPE: Size = size(1180, 820);
/// The same, held.
pub const TABLET_PORTRAIT: Size = size(820, 1180);
/// A phone in one hand.
pub const PHONE: Size = size(390, 844);
/// The hub's desk.
pub const DESKTOP: Size = size(1440, 900);

/// A browser with one page on the application. Reads as the [`Page`] it shows.
#[derive(Debug)]
pub struct Tablet {
    engine: Engine,
    page: Page,
    driven: Driven,
}

impl Deref for Tablet {
    type Target = Page;
    fn deref(&self) -> &Page {
        &self.page
    }
}

impl Tablet {
    /// A browser nobody has used before, on the first page of `address`.
    pub async fn open(engine: Engine, address: &str) -> Self {
        let driven = Driven::start(engine).await;
        let page = Page::new(engine, driven.session().clone(), address);
        let tablet = Self { engine, page, driven };
        tablet.resize(TABLET_LANDSCAPE).await;
        tablet.goto("/").await;
        tablet
    }

    /// Signs in as `somebody@demo.example`.
    pub async fn sign_in(&self, somebody: &str) {
        self.fill("Adresse e-mail", &format!("{somebody}@demo.example")).await;
        self.fill("Mot de passe", DEMO_PASSWORD).await;
        self.press("Se connecter").await;
        self.expect_gone("textbox", "Mot de passe").await;
    }

    /// Leaves the application entirely and comes back: the whole browser is closed and opened again on its profile. On
    /// WebKit, whose automation keeps no profile, the page is left and its address opened again.
    pub async fn close_and_open_again(&mut self) {
        if self.engine.keeps_its_profile() {
            self.close().await;
            self.start_again().await;
        } else {
            self.page.leave().await;
        }
        self.goto("/").await;
    }

    /// Closes the whole browser. Not on WebKit, whose automation keeps no profile.
    pub async fn close(&mut self) {
        self.driven.close().await;
    }

    /// Starts the browser that was closed, on its profile; it shows nothing yet.
    pub async fn start_again(&mut self) {
        self.driven.open().await;
        self.take_new_session().await;
    }

    async fn take_new_session(&mut self) {
        self.page = Page::new(self.engine, self.driven.session().clone(), self.page.address());
        self.resize(TABLET_LANDSCAPE).await;
    }

    /// Kills every process of the browser at once, as an empty battery does. Chromium only, as what follows.
    pub fn kill_9(&mut self) {
        self.driven.kill_9();
    }

    /// Opens the browser again after [`Tablet::kill_9`], on the profile as it was left, at `path` of the application.
    pub async fn open_again_at(&mut self, path: &str) {
        self.driven.open_again().await;
        self.take_new_session().await;
        self.goto(path).await;
    }

    /// Makes the viewport that large.
    pub async fn resize(&self, to: Size) {
        match self.engine {
            Engine::Chromium => {
                let metrics = json!({ "width": to.width, "height": to.height, "deviceScaleFactor": 1, "mobile": false });
                self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
            }
            Engine::WebKit | Engine::Firefox => self.page.resize_window(to.width, to.height).await,
        }
    }

    /// Makes the processor `times` slower than it is. Chromium only.
    pub async fn slow_down(&self, times: u32) {
        self.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await;
    }

    /// Cuts the network of the page and of its workers, or gives it back. Chromium only; a dead server is the more
    /// honest test, this one is for what only the browser knows (`navigator.onLine`).
    pub async fn cut_network(&self, cut: bool) {
        let conditions =
            json!({ "offline": cut, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.cdp("Network.enable", json!({})).await;
        self.cdp("Network.emulateNetworkConditions", conditions).await;
    }

    pub(super) fn session(&self) -> &WebDriver {
        self.driven.session()
    }

    pub(super) async fn cdp(&self, method: &str, parameters: serde_json::Value) {
        let sent = self.driven.session().cdp().send_raw(method, parameters).await;
        sent.unwrap_or_else(|error| panic!("{method}: {error}"));
    }

    /// Writes what is on screen to `target/screenshots/<name>.png`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let path = target_folder().join("screenshots").join(format!("{name}.png"));
        self.page.screenshot_to(&path).await;
        path
    }
}
