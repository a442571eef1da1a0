//! How things are found on a page, and waited for.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use thirtyfour::{
    By, ElementId, RequestData, SessionId, WebElement, common::command::FormatRequestData,
    prelude::WebDriverError,
};

use super::{Page, target_folder};

const LOOKUP: &str = include_str!("../lookup.js");
/// How long anything may take to appear. Long, because a shared machine may be busy; what is there is seen at once.
const PATIENCE: Duration = Duration::from_secs(20);
const BREATH: Duration = Duration::from_millis(40);

/// Why something did not happen yet.
#[derive(Debug)]
pub(super) struct NotYet(pub(super) String);

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
    pub(super) async fn text_now(&self) -> Result<String, NotYet> {
        let text = self.run("return visibleText(null);", Vec::new()).await?;
        text.as_str().map(str::to_owned).ok_or_else(|| "no text".into())
    }

    /// Finds something by role and name, does `deed` with it, and tries again until it works.
    pub(super) async fn act<D, F>(&self, role: &str, name: &str, deed: D)
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

    pub(super) async fn find(&self, role: &str, name: &str) -> Result<WebElement, NotYet> {
        let script = "return find(arguments[0], arguments[1]).slice(0, 1);";
        let found = self.elements(script, vec![json!(role), json!(name)]).await?;
        found.into_iter().next().ok_or_else(|| "not there".into())
    }

    /// What assistive technology is told by the browser itself must be what `lookup.js` made of the markup.
    pub(super) async fn check_heard(
        &self,
        element: &WebElement,
        role: &str,
        name: &str,
    ) -> Result<(), NotYet> {
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
        // What folds away is a button to hands; each browser has its own word for it, or none.
        let folds = role == "button" && element.tag_name().await.map_err(NotYet::from)? == "summary";
        let is_role = computed == role || folds;
        if label == name && is_role {
            return Ok(());
        }
        Err(format!("heard as {computed} « {label} »").into())
    }

    /// In the middle of the window: bars stick to its edges and would be hit instead.
    pub(super) async fn bring_into_view(&self, element: &WebElement) -> Result<(), NotYet> {
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' });";
        self.run_on(script, element).await.map(drop)
    }

    pub(super) async fn elements(
        &self,
        script: &str,
        arguments: Vec<Value>,
    ) -> Result<Vec<WebElement>, NotYet> {
        let answer = self.session.execute(format!("{LOOKUP}\n{script}"), arguments).await;
        answer.and_then(thirtyfour::prelude::ScriptRet::elements).map_err(NotYet::from)
    }

    pub(super) async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value, NotYet> {
        let answer = self.session.execute(format!("{LOOKUP}\n{script}"), arguments).await;
        answer.map(|answer| answer.json().clone()).map_err(NotYet::from)
    }

    pub(super) async fn run_on(&self, script: &str, element: &WebElement) -> Result<Value, NotYet> {
        let element = element.to_json().map_err(NotYet::from)?;
        self.run(script, vec![element]).await
    }

    /// Asks `attempt` again and again. When patience ends, the story fails with what the page shows.
    pub(super) async fn eventually<T, A, F>(&self, wanted: &str, attempt: A) -> T
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

    pub(super) async fn fail(&self, complaint: &str) -> ! {
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

pub(super) async fn click(element: WebElement) -> Result<(), WebDriverError> {
    element.click().await
}

pub(super) async fn choose_option(list: WebElement, option: &str) -> Result<(), WebDriverError> {
    let path = format!(".//option[normalize-space()=\"{option}\"]");
    list.find(By::XPath(path)).await?.click().await
}

pub(super) async fn write_over(field: WebElement, text: &str) -> Result<(), WebDriverError> {
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
