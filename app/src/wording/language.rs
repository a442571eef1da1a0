//! Which language the person reads, remembered on the device.

use std::cell::Cell;

use gloo_timers::future::TimeoutFuture;
use replica::turn::either;

use super::English;

/// The languages of the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Language {
    /// The first language: everything is written in it first.
    #[default]
    French,
    /// The second.
    English,
}

impl Language {
    /// The tag of `<html lang>`, also what the device remembers.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }

    /// The locale numbers and dates are written in.
    pub(crate) fn locale(self) -> &'static str {
        match self {
            Self::French => "fr-FR",
            Self::English => "en-GB",
        }
    }

    /// The language one switches to.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::French => Self::English,
            Self::English => Self::French,
        }
    }

    /// Its own name for itself.
    pub(crate) fn own_name(self) -> &'static str {
        match self {
            Self::French => "Français",
            Self::English => "English",
        }
    }
}

const KEY: &str = "mercuriale.language";

thread_local! {
    /// The sentences in use when they are not the French ones.
    static SPOKEN: Cell<Option<&'static English>> = const { Cell::new(None) };
}

/// The language of now.
pub(crate) fn current() -> Language {
    if english().is_some() { Language::English } else { Language::French }
}

pub(super) fn english() -> Option<&'static English> {
    SPOKEN.get()
}

/// How long the sentences of the other language are waited for: a network that hangs must not keep the page closed.
const PATIENCE_MS: u32 = 4_000;

/// Makes `language` the language of now, and returns what is: French, when the sentences of the other are not on this
/// device and did not come.
pub(crate) async fn speak(language: Language) -> Language {
    SPOKEN.set(match language {
        Language::French => None,
        Language::English => {
            let fetched = either(super::english::fetch(), TimeoutFuture::new(PATIENCE_MS)).await;
            fetched.and_then(Result::ok)
        }
    });
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(root) = document.and_then(|document| document.document_element()) {
        let _ = root.set_attribute("lang", current().tag());
    }
    current()
}

/// The language this device remembers; French when it remembers none.
pub(crate) fn remembered() -> Language {
    let kept = web_sys::window()
        .and_then(|window| window.local_storage().ok().flatten())
        .and_then(|storage| storage.get_item(KEY).ok().flatten());
    if kept.as_deref() == Some(Language::English.tag()) { Language::English } else { Language::French }
}

/// Makes `language` that of the next visits on this device.
pub(crate) fn remember(language: Language) {
    if let Some(storage) = web_sys::window().and_then(|window| window.local_storage().ok().flatten()) {
        // A browser that keeps nothing still switches for this visit.
        let _ = storage.set_item(KEY, language.tag());
    }
}
