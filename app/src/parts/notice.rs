use leptos::prelude::*;

use super::Icon;

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoticeKind {
    /// Something to know.
    Plain,
    /// The connection.
    Offline,
    /// Something to look at.
    Check,
    /// Something failed.
    Error,
    /// Something was done.
    Done,
}

impl NoticeKind {
    fn looks(self) -> (Option<&'static str>, &'static str, &'static str) {
        match self {
            Self::Plain => (None, "info", "status"),
            Self::Offline => (None, "cloud-off", "status"),
            Self::Check => (Some("check"), "warning", "status"),
            Self::Error => (Some("error"), "warning", "alert"),
            Self::Done => (Some("done"), "check-double", "status"),
        }
    }
}

/// What happened, then what is safe and what to do.
#[component]
pub(crate) fn Notice(
    /// What it is about.
    kind: NoticeKind,
    /// What happened.
    #[prop(into)]
    title: String,
    /// What is safe, what to do; buttons go in an element of class `actions`.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (data_kind, icon, role) = kind.looks();
    view! {
        <div class="notice" data-kind=data_kind role=role>
            <Icon name=icon/>
            <strong>{title}</strong>
            {children.map(|children| children())}
        </div>
    }
}
