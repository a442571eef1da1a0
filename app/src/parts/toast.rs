use leptos::prelude::*;

use crate::wording::words;

/// How long the way back stays open.
const SHOWN_MS: u64 = 10_000;

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    undo: Option<Callback<()>>,
}

/// What was just done, with the way back. Found in context.
#[derive(Clone, Copy)]
pub(crate) struct Toasts {
    shown: RwSignal<Option<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// None so far.
    pub(crate) fn new() -> Self {
        Self { shown: RwSignal::new(None), next: StoredValue::new(0) }
    }

    /// Says what was done, and how to undo it.
    pub(crate) fn done(self, text: String, undo: impl Fn() + Send + Sync + 'static) {
        self.show(text, Some(Callback::new(move |()| undo())));
    }

    /// Says what was done.
    pub(crate) fn say(self, text: String) {
        self.show(text, None);
    }

    fn show(self, text: String, undo: Option<Callback<()>>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.shown.set(Some(Toast { id, text, undo }));
        set_timeout(move || self.hide(id), std::time::Duration::from_millis(SHOWN_MS));
    }

    fn hide(self, id: u32) {
        if self.shown.with_untracked(|shown| shown.as_ref().is_some_and(|toast| toast.id == id)) {
            self.shown.set(None);
        }
    }
}

/// Where toasts appear.
#[component]
pub(crate) fn ToastStack() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let toast = move || {
        toasts.shown.get().map(|Toast { id, text, undo }| {
            let button = undo.map(|undo| {
                let press = move |_| {
                    undo.run(());
                    toasts.hide(id);
                };
                view! { <button type="button" on:click=press>{words().shell().undo}</button> }
            });
            view! { <div class="toast" role="status">{text}{button}</div> }
        })
    };
    view! { <div class="toasts">{toast}</div> }
}
