//! What a desk screen reads over the network: loading, there, or failed; asked again as long as one looks at it.

use std::{future::Future, sync::Arc, time::Duration};

use leptos::{prelude::*, task::spawn_local};

use super::problem::{Problem, said};
use crate::{state::AppError, wording::words};

/// Often enough for a board one looks at.
pub(crate) const WATCHED: Duration = Duration::from_secs(8);

/// Something read over the network.
#[derive(Debug)]
pub(crate) enum Remote<T> {
    /// Asked, not answered yet.
    Loading,
    /// The last answer.
    Ready(Arc<T>),
    /// No answer yet, and the last attempt failed.
    Failed(AppError),
}

impl<T> Clone for Remote<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Loading => Self::Loading,
            Self::Ready(value) => Self::Ready(Arc::clone(value)),
            Self::Failed(error) => Self::Failed(error.clone()),
        }
    }
}

impl<T: PartialEq> PartialEq for Remote<T> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Loading, Self::Loading) => true,
            (Self::Ready(one), Self::Ready(other)) => one == other,
            (Self::Failed(one), Self::Failed(other)) => one == other,
            _ => false,
        }
    }
}

/// Something read over the network, and the way to read it again.
pub(crate) struct Watched<T: Send + Sync + 'static> {
    value: RwSignal<Remote<T>>,
    again: Callback<()>,
}

impl<T: Send + Sync + 'static> Clone for Watched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Watched<T> {}

impl<T: PartialEq + Send + Sync + 'static> Watched<T> {
    /// Reads now, then again every `every` while the screen lives. An answer stays when a later attempt fails: the pill of
    /// the shell says that the network is gone.
    pub(crate) fn new<F, Fut>(every: Option<Duration>, read: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + Clone + 'static,
        Fut: Future<Output = Result<T, AppError>> + 'static,
    {
        let value = RwSignal::new(Remote::Loading);
        let again = Callback::new(move |()| {
            let read = read.clone();
            spawn_local(async move {
                match read().await {
                    Ok(answer) => keep(value, answer),
                    Err(error) => forget(value, error),
                }
            });
        });
        again.run(());
        if let Some(handle) =
            every.and_then(|every| set_interval_with_handle(move || again.run(()), every).ok())
        {
            on_cleanup(move || handle.clear());
        }
        Self { value, again }
    }

    /// What there is.
    pub(crate) fn get(self) -> Remote<T> {
        self.value.get()
    }

    /// Reads again now.
    pub(crate) fn again(self) {
        self.again.run(());
    }

    /// Shows what there is: `ready` lays out an answer.
    pub(crate) fn show<V: IntoView + 'static>(
        self,
        ready: impl Fn(Arc<T>) -> V + Send + 'static,
    ) -> impl IntoView {
        move || match self.get() {
            Remote::Loading => {
                view! { <p class="soft" role="status">{words().shell().loading}</p> }.into_any()
            }
            Remote::Ready(value) => ready(value).into_any(),
            Remote::Failed(error) => {
                view! { <Problem said=said(&error) retry=Callback::new(move |()| self.again())/> }.into_any()
            }
        }
    }
}

/// Nothing moves on screen when the answer is what is already there. The screen may be gone: then nothing does.
fn keep<T: PartialEq + Send + Sync + 'static>(value: RwSignal<Remote<T>>, answer: T) {
    let same = value.try_with_untracked(|now| matches!(now, Remote::Ready(kept) if **kept == answer));
    if same == Some(false) {
        value.set(Remote::Ready(Arc::new(answer)));
    }
}

fn forget<T: Send + Sync + 'static>(value: RwSignal<Remote<T>>, error: AppError) {
    let had = value.try_with_untracked(|now| matches!(now, Remote::Ready(_)));
    if had == Some(false) {
        value.set(Remote::Failed(error));
    }
}
