//! A page as a person meets it: things have a role and a name, and appear within a moment.

use std::{
    future::Future,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use thirtyfour::{
    ElementId, RequestData, SessionId, WebDriver, WebElement, common::command::FormatRequestData,
    prelude::WebDriverError,
};

use super::machine::target_folder;

const LOOKUP: &str = include_str!("lookup.js");
/// How long anything may take to appear. Long, because a shared machine may be busy; what is there is seen at once.
const PATIENCE: Duration = Duration::from_secs(20);
const BREATH: Duration = Duration::from_millis(40);

/// The page a browser shows.
#[derive(Debug, Clone)]
pub struct Page {
    session: WebDriver,
    address: String,
}

/// Why something did not happen yet.
#[derive(Debug)]
struct NotYet(String);

impl From<WebDriverError> for NotYet {
    /// The first lines: the rest is the driver's stack.
    fn from(error: WebDriverError) -> Self {
        Self(error.to_string().lines().take(3).collect::<Vec<_>>().join(" "))
    }
}

impl From<String> for NotYet {
    fn from(why: String) -> Self {
        Self(why)
    }
}

impl From<&str> for NotYet {
    fn from(why: &str) -> Self {
        Self(why.to_owned())
    }
}

impl Page {
    pub(super) fn new(session: WebDriver, address: &str) -> Self {
        Self { session, address: address.to_owned() }
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

    /// Opens an empty page: the application is no longer anywhere on screen.
    pub(super) async fn leave(&self) {
        self.session.goto("about:blank").await.expect("an empty page opens");
    }

    /// Reloads.
    pub async fn reload(&self) {
        let reloaded = self.session.refresh().await;
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

    /// Presses the button of that name.
    pub async fn press(&self, name: &str) {
        self.act("button", name, click).await;
    }

    /// Follows the link of that name.
    pub async fn follow(&self, name: &str) {
        self.act("link", name, click).await;
    }

    /// Types in the catalogue's search box, over what it held.
    pub async fn search(&self, words: &str) {
        self.act("searchbox", "Rechercher un produit", |field| write_over(field, words)).await;
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

    /// Types a quantity for the product of that name, where its stepper stands.
    pub async fn set_quantity(&self, product: &str, quantity: &str) {
        self.in_item(product, "spinbutton", "Quantité", |field| write_over(field, quantity)).await;
        let settled = format!("« {product} » shows {quantity}");
        self.eventually(&settled, || async {
            let now = self.quantity_now(product).await?;
            if same_number(&now, quantity) { Ok(()) } else { Err(format!("it shows {now}").into()) }
        })
        .await;
    }

    /// Checks the quantity shown for a product.
    pub async fn expect_quantity(&self, product: &str, quantity: &str) {
        self.eventually(&format!("« {product} » shows {quantity}"), || async {
            let now = self.quantity_now(product).await?;
            if same_number(&now, quantity) { Ok(()) } else { Err(format!("it shows {now}").into()) }
        })
        .await;
    }

    async fn quantity_now(&self, product: &str) -> Result<String, NotYet> {
        let script = "const item = findItem(arguments[0]); \
                      const field = item && find('spinbutton', 'Quantité', item)[0]; \
                      return field ? field.value : null;";
        let value = self.run(script, vec![json!(product)]).await?;
        value.as_str().map(str::to_owned).ok_or_else(|| format!("no quantity for « {product} »").into())
    }

    /// Presses a button that stands with a product: « Ajouter », « Retirer ».
    pub async fn press_of(&self, product: &str, button: &str) {
        self.in_item(product, "button", button, click).await;
    }

    /// The names of the list items or rows on screen, in order.
    pub async fn titles(&self) -> Vec<String> {
        let titles = self.run("return itemTitles();", Vec::new()).await.expect("the page answers");
        serde_json::from_value(titles).expect("titles are text")
    }

    /// Waits until a product of that name is listed.
    pub async fn expect_product(&self, product: &str) {
        self.eventually(&format!("« {product} » in the list"), || async {
            let found = self.run("return findItem(arguments[0]) !== null;", vec![json!(product)]).await?;
            if found == json!(true) { Ok(()) } else { Err("not listed".into()) }
        })
        .await;
    }

    /// All that stands with a product, as text.
    pub async fn text_of_product(&self, product: &str) -> String {
        self.eventually(&format!("« {product} » in the list"), || async {
            let text = self.run(
                "const item = findItem(arguments[0]); return item && visibleText(item);",
                vec![json!(product)],
            );
            text.await?.as_str().map(str::to_owned).ok_or_else(|| "not listed".into())
        })
        .await
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

    /// Waits until what stands with a product is something else than `before`.
    pub async fn expect_other_text_of_product(&self, product: &str, before: &str) {
        self.eventually(&format!("« {product} » changed"), || async {
            let script = "const item = findItem(arguments[0]); return item && visibleText(item);";
            match self.run(script, vec![json!(product)]).await?.as_str() {
                Some(text) if text != before => Ok(()),
                _ => Err(format!("still {before}").into()),
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

    /// Checks that nothing has to be scrolled sideways.
    pub async fn expect_no_sideways_scroll(&self, where_: &str) {
        let script = "const page = document.scrollingElement; \
            const wide = Array.from(document.querySelectorAll('body *')).filter(element => visible(element) \
              && element.getBoundingClientRect().right > innerWidth + 1).slice(0, 5) \
              .map(element => `${element.localName}.${element.className}`); \
            return [page.scrollWidth, innerWidth, wide.join(' ')];";
        let measured = self.run(script, Vec::new()).await.expect("the page answers");
        let (page, window) = (measured[0].as_u64(), measured[1].as_u64());
        assert!(page <= window, "{where_}: {page:?} px wide in {window:?}: {}", measured[2]);
    }

    /// What the console holds since the last call: errors only. Chromium only.
    pub async fn console_errors(&self) -> Vec<String> {
        let entries = self.session.browser_log().await.expect("chromedriver tells its console");
        entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect()
    }

    /// Everything the page says now.
    pub async fn text(&self) -> String {
        self.text_now().await.expect("the page answers")
    }

    async fn text_now(&self) -> Result<String, NotYet> {
        let text = self.run("return visibleText(null);", Vec::new()).await?;
        text.as_str().map(str::to_owned).ok_or_else(|| "no text".into())
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

    /// Finds something by role and name, does `deed` with it, and tries again until it works.
    async fn act<D, F>(&self, role: &str, name: &str, deed: D)
    where
        D: Fn(WebElement) -> F,
        F: Future<Output = Result<(), WebDriverError>>,
    {
        self.eventually(&format!("{role} « {name} »"), || async {
            let found = self.find(role, name).await?;
            self.check_heard(&found, role, name).await?;
            self.bring_into_view(&found).await?;
            deed(found).await.map_err(NotYet::from)
        })
        .await;
    }

    /// As [`Page::act`], inside the list item of a product.
    async fn in_item<D, F>(&self, product: &str, role: &str, name: &str, deed: D)
    where
        D: Fn(WebElement) -> F,
        F: Future<Output = Result<(), WebDriverError>>,
    {
        let script = "const item = findItem(arguments[0]); \
                      return item ? find(arguments[1], arguments[2], item).slice(0, 1) : [];";
        self.eventually(&format!("{role} « {name} » of « {product} »"), || async {
            let found = self.elements(script, vec![json!(product), json!(role), json!(name)]).await?;
            let found = found.into_iter().next().ok_or("not there")?;
            self.check_heard(&found, role, name).await?;
            self.bring_into_view(&found).await?;
            deed(found).await.map_err(NotYet::from)
        })
        .await;
    }

    async fn find(&self, role: &str, name: &str) -> Result<WebElement, NotYet> {
        let script = "return find(arguments[0], arguments[1]).slice(0, 1);";
        let found = self.elements(script, vec![json!(role), json!(name)]).await?;
        found.into_iter().next().ok_or_else(|| "not there".into())
    }

    /// What assistive technology is told by the browser itself must be what `lookup.js` made of the markup.
    async fn check_heard(&self, element: &WebElement, role: &str, name: &str) -> Result<(), NotYet> {
        let ask = |what| Heard { element: element.element_id(), what };
        let heard = |answer: String| answer.replace(['\u{a0}', '\u{202f}'], " ").trim().to_owned();
        let label = self.session.cmd(ask("computedlabel")).await.map_err(NotYet::from)?;
        let label = heard(label.value().map_err(NotYet::from)?);
        let computed: String = self
            .session
            .cmd(ask("computedrole"))
            .await
            .map_err(NotYet::from)?
            .value()
            .map_err(NotYet::from)?;
        if label == name && computed == role {
            return Ok(());
        }
        Err(format!("heard as {computed} « {label} »").into())
    }

    /// In the middle of the window: bars stick to its edges and would be hit instead.
    async fn bring_into_view(&self, element: &WebElement) -> Result<(), NotYet> {
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' });";
        self.run_on(script, element).await.map(drop)
    }

    async fn elements(&self, script: &str, arguments: Vec<Value>) -> Result<Vec<WebElement>, NotYet> {
        let answer = self.session.execute(format!("{LOOKUP}\n{script}"), arguments).await;
        answer.and_then(thirtyfour::prelude::ScriptRet::elements).map_err(NotYet::from)
    }

    async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value, NotYet> {
        let answer = self.session.execute(format!("{LOOKUP}\n{script}"), arguments).await;
        answer.map(|answer| answer.json().clone()).map_err(NotYet::from)
    }

    async fn run_on(&self, script: &str, element: &WebElement) -> Result<Value, NotYet> {
        let element = element.to_json().map_err(NotYet::from)?;
        self.run(script, vec![element]).await
    }

    /// Asks `attempt` again and again. When patience ends, the story fails with what the page shows.
    async fn eventually<T, A, F>(&self, wanted: &str, attempt: A) -> T
    where
        A: Fn() -> F,
        F: Future<Output = Result<T, NotYet>>,
    {
        let started = Instant::now();
        loop {
            let not_yet = match attempt().await {
                Ok(done) => return done,
                Err(not_yet) => not_yet,
            };
            if started.elapsed() > PATIENCE {
                self.fail(&format!("{wanted}: {}", not_yet.0)).await;
            }
            tokio::time::sleep(BREATH).await;
        }
    }

    async fn fail(&self, complaint: &str) -> ! {
        let story = std::thread::current().name().unwrap_or("story").replace("::", "-");
        let picture = target_folder().join("screenshots").join(format!("failed-{story}.png"));
        if let Some(folder) = picture.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        let _ = self.session.screenshot(&picture).await;
        let path = self.session.current_url().await.map_or_else(|_| "?".to_owned(), |url| url.to_string());
        let text: String = self.text_now().await.unwrap_or_default().chars().take(1_500).collect();
        let console = self.session.browser_log().await.unwrap_or_default();
        let console: Vec<_> = console.into_iter().map(|entry| entry.message).collect();
        panic!("{complaint}\nat {path} ({})\n{text}\n{}", picture.display(), console.join("\n"));
    }
}

/// The role or the name the browser computed for an element: WebDriver has it, the library does not.
#[derive(Debug)]
struct Heard {
    element: ElementId,
    what: &'static str,
}

impl FormatRequestData for Heard {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let Self { element, what } = self;
        RequestData::new(reqwest::Method::GET, format!("session/{session}/element/{element}/{what}"))
    }
}

async fn click(element: WebElement) -> Result<(), WebDriverError> {
    element.click().await
}

async fn write_over(field: WebElement, text: &str) -> Result<(), WebDriverError> {
    // As a person would: all of it, then the new words; `clear` would leave the field and settle it empty.
    field.click().await?;
    let all = thirtyfour::Key::Control + "a";
    field.send_keys(all).await?;
    if text.is_empty() {
        field.send_keys(thirtyfour::Key::Delete + "").await
    } else {
        field.send_keys(text).await
    }
}

/// « 10 », "10.0" and "10,000" typed for the same thing.
fn same_number(shown: &str, typed: &str) -> bool {
    let plain = |text: &str| -> Option<rust_decimal::Decimal> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        digits.replace(',', ".").parse().ok()
    };
    plain(shown).is_some() && plain(shown) == plain(typed)
}

fn says(text: &str, words: &str) -> bool {
    text.to_lowercase().contains(&words.to_lowercase())
}
