//! A page as a person meets it: things have a role and a name, and appear within a moment.

mod finding;
mod products;

use std::{io::Write as _, path::Path};

use serde_json::json;
use thirtyfour::WebDriver;

use super::{Engine, machine::target_folder};
use finding::{NotYet, choose_option, click, write_over};

const EMPTY: &str = "about:blank";

/// The page a browser shows.
#[derive(Debug, Clone)]
pub struct Page {
    engine: Engine,
    session: WebDriver,
    address: String,
}

impl Page {
    pub(super) fn new(engine: Engine, session: WebDriver, address: &str) -> Self {
        Self { engine, session, address: address.to_owned() }
    }

    /// Where the application is, without a final slash.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Opens a path of the application, as if typed in the address bar.
    pub async fn goto(&self, path: &str) {
        let opened = self.session.goto(format!("{}{path}", self.address)).await;
        opened.unwrap_or_else(|error| panic!("{path} does not open: {}", NotYet::from(error).0));
    }

    /// Opens an empty page: the application is no longer anywhere on screen. WebKit's driver was seen to wait in vain for
    /// that page, where nothing of ours runs: it is asked once more, and says so on the standard error.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn leave(&self) {
        if let Err(missed) = self.session.goto(EMPTY).await {
            let _ = writeln!(std::io::stderr(), "{}: {EMPTY} again: {}", self.engine, NotYet::from(missed).0);
            self.session.goto(EMPTY).await.expect("an empty page opens");
        }
    }

    /// Reloads. Firefox's driver reloads past the worker, so that its page is opened again instead.
    pub async fn reload(&self) {
        let reloaded = match self.engine {
            Engine::Chromium | Engine::WebKit => self.session.refresh().await,
            Engine::Firefox => self.session.goto(format!("{}{}", self.address, self.path().await)).await,
        };
        reloaded.unwrap_or_else(|error| panic!("the page does not reload: {}", NotYet::from(error).0));
    }

    /// The path shown in the address bar.
    pub async fn path(&self) -> String {
        self.session.current_url().await.expect("a page has an address").path().to_owned()
    }

    /// Writes in the textbox of that name, over what it held.
    pub async fn fill(&self, name: &str, text: &str) {
        self.act("textbox", name, |field| write_over(field, text)).await;
    }

    /// Writes in the field of that name that also proposes a list.
    pub async fn fill_or_choose(&self, name: &str, text: &str) {
        self.act("combobox", name, |field| write_over(field, text)).await;
    }

    /// Chooses `option` in the list of that name.
    pub async fn choose(&self, name: &str, option: &str) {
        self.act("combobox", name, |field| choose_option(field, option)).await;
    }

    /// Presses the button of that name.
    pub async fn press(&self, name: &str) {
        self.act("button", name, click).await;
    }

    /// Follows the link of that name.
    pub async fn follow(&self, name: &str) {
        self.act("link", name, click).await;
    }

    /// Ticks or unticks, or chooses.
    pub async fn tick(&self, role: &str, name: &str) {
        self.act(role, name, click).await;
    }

    /// Gives a file to the input of that name.
    pub async fn choose_file(&self, name: &str, file: &Path) {
        let path = file.to_str().expect("a test file has a plain path").to_owned();
        self.eventually(&format!("file input « {name} »"), || async {
            let input = self.find("file", name).await?;
            input.send_keys(path.as_str()).await.map_err(NotYet::from)
        })
        .await;
    }

    /// Waits until the page says `words`, anywhere, whatever the case.
    pub async fn expect_text(&self, words: &str) {
        self.eventually(&format!("the words « {words} »"), || async {
            if says(&self.text_now().await?, words) { Ok(()) } else { Err("not said".into()) }
        })
        .await;
    }

    /// Checks that the page does not say `words` now.
    pub async fn expect_no_text(&self, words: &str) {
        let text = self.text().await;
        assert!(!says(&text, words), "the page says « {words} »:\n{text}");
    }

    /// Waits until one of `role` (a status, an alert) says `words`.
    pub async fn expect_said_by(&self, role: &str, words: &str) {
        let wanted = format!("a {role} that says « {words} »");
        self.eventually(&wanted, || async {
            let said =
                self.run("return find(arguments[0], null).map(visibleText);", vec![json!(role)]).await?;
            let said: Vec<String> = serde_json::from_value(said).map_err(|error| error.to_string())?;
            if said.iter().any(|text| says(text, words)) {
                Ok(())
            } else {
                Err(format!("they say {said:?}").into())
            }
        })
        .await;
    }

    /// Waits until something of that role and name is there, and gives its text.
    pub async fn text_of(&self, role: &str, name: &str) -> String {
        self.eventually(&format!("{role} « {name} »"), || async {
            let found = self.find(role, name).await?;
            let text = self.run_on("return visibleText(arguments[0]);", &found).await?;
            text.as_str().map(str::to_owned).ok_or_else(|| "no text".into())
        })
        .await
    }

    /// Waits until a row of a table says `words`, and gives all it says.
    pub async fn text_of_row_that_says(&self, words: &str) -> String {
        self.eventually(&format!("a row that says « {words} »"), || async {
            let rows = self.run("return find('row', null).map(visibleText);", Vec::new()).await?;
            let rows: Vec<String> = serde_json::from_value(rows).map_err(|error| error.to_string())?;
            rows.into_iter().find(|text| says(text, words)).ok_or_else(|| "not said".into())
        })
        .await
    }

    /// Waits until something of that role and name is there.
    pub async fn expect(&self, role: &str, name: &str) {
        self.eventually(&format!("{role} « {name} »"), || async { self.find(role, name).await.map(drop) })
            .await;
    }

    /// Waits until nothing of that role and name is left.
    pub async fn expect_gone(&self, role: &str, name: &str) {
        self.eventually(&format!("no {role} « {name} »"), || async {
            let left =
                self.run("return find(arguments[0], arguments[1]).length;", vec![json!(role), json!(name)]);
            if left.await? == json!(0) { Ok(()) } else { Err("still there".into()) }
        })
        .await;
    }

    /// Whether something of that role and name is there now.
    pub async fn has(&self, role: &str, name: &str) -> bool {
        self.find(role, name).await.is_ok()
    }

    /// Waits until the address bar shows `path`.
    pub async fn expect_path(&self, path: &str) {
        self.eventually(&format!("the address {path}"), || async {
            let now = self.path().await;
            if now == path { Ok(()) } else { Err(format!("it is {now}").into()) }
        })
        .await;
    }

    /// Waits until the application could be opened without a network: its worker holds the whole build and has taken
    /// this page.
    pub async fn wait_until_kept_offline(&self) {
        let script = "return document.documentElement.dataset.offline === 'ready' \
                      && navigator.serviceWorker.controller !== null;";
        self.eventually("the worker in control", || async {
            if self.run(script, Vec::new()).await? == json!(true) { Ok(()) } else { Err("not yet".into()) }
        })
        .await;
    }

    /// Waits until a page has its heading and nothing on it says that it is loading.
    pub async fn expect_settled(&self) {
        let script = "const title = find('heading', null).length > 0; const waits = find('status', null).map(visibleText); \
                      return title && document.querySelector('main') !== null \
                        && !waits.some((text) => /^(chargement|loading)/i.test(text));";
        self.eventually("a page at rest", || async {
            if self.run(script, Vec::new()).await? == json!(true) {
                Ok(())
            } else {
                Err("still loading".into())
            }
        })
        .await;
    }

    /// Checks that nothing has to be scrolled sideways, and that no button or field is cut by the edge of the screen.
    pub async fn expect_no_sideways_scroll(&self, where_: &str) {
        let script = "const page = document.scrollingElement; \
            const beyond = (element) => visible(element) \
              && element.getBoundingClientRect().right > page.clientWidth + 1; \
            const scrolls = (element) => element !== null && element !== document.body \
              && (['auto', 'scroll'].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement)); \
            const named = (elements) => Array.from(elements).slice(0, 5) \
              .map((element) => `${element.localName}.${element.className}`).join(' '); \
            const all = (selector) => Array.from(document.querySelectorAll(selector)).filter(beyond); \
            const cut = all('button, a.button, input').filter((element) => !scrolls(element)); \
            return [page.scrollWidth, innerWidth, named(all('body *')), named(cut)];";
        let measured = self.run(script, Vec::new()).await.expect("the page answers");
        let (page, window) = (measured[0].as_u64(), measured[1].as_u64());
        assert!(page <= window, "{where_}: {page:?} px wide in {window:?}: {}", measured[2]);
        assert_eq!(measured[3], "", "{where_}: cut by the edge of the screen");
    }

    /// What the console holds since the last call: errors only. Chromium only.
    pub async fn console_errors(&self) -> Vec<String> {
        let entries = self.session.browser_log().await.expect("chromedriver tells its console");
        entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect()
    }

    /// What a script of the page answers.
    pub async fn evaluate(&self, script: &str) -> serde_json::Value {
        self.run(script, Vec::new()).await.expect("the page answers")
    }

    /// Waits until a script of the page answers `wanted`.
    pub async fn expect_answer(&self, what: &str, script: &str, wanted: &serde_json::Value) {
        self.eventually(&format!("{what}: {wanted}"), || async {
            let answer = self.run(script, Vec::new()).await?;
            if answer == *wanted { Ok(()) } else { Err(format!("it is {answer}").into()) }
        })
        .await;
    }

    /// As [`Page::evaluate`], with what the script reads as `arguments`.
    pub async fn evaluate_with(&self, script: &str, arguments: Vec<serde_json::Value>) -> serde_json::Value {
        self.run(script, arguments).await.expect("the page answers")
    }

    /// What an asynchronous script of the page answers in the end.
    pub async fn evaluate_later(&self, script: &str) -> serde_json::Value {
        let script = format!("const done = arguments[0]; (async () => {{ {script} }})().then(done);");
        let answer = self.session.execute_async(script, Vec::new()).await.expect("the page answers");
        answer.json().clone()
    }

    /// Everything the page says now.
    pub async fn text(&self) -> String {
        self.text_now().await.expect("the page answers")
    }

    pub(super) async fn resize_window(&self, width: u32, height: u32) {
        // The window has a frame of its own: ask, measure, ask again for the difference.
        let mut asked = (width, height);
        for _ in 0..2 {
            self.session.set_window_rect(0, 0, asked.0, asked.1).await.expect("the window can be resized");
            let inner =
                self.run("return [innerWidth, innerHeight];", Vec::new()).await.expect("the page answers");
            let inner =
                |at: usize| inner[at].as_u64().and_then(|pixels| u32::try_from(pixels).ok()).unwrap_or(0);
            asked = (asked.0 + width - inner(0).min(width), asked.1 + height - inner(1).min(height));
        }
    }

    pub(super) async fn screenshot_to(&self, path: &Path) {
        let folder = path.parent().expect("a file stands in a folder");
        std::fs::create_dir_all(folder).expect("a folder can be made");
        self.session.screenshot(path).await.expect("the browser can be photographed");
    }
}

fn says(text: &str, words: &str) -> bool {
    text.to_lowercase().contains(&words.to_lowercase())
}
