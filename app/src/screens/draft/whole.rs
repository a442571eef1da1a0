//! What is said of the whole order: covers, and a word to the hub. Kept at each key, like quantities.

use domain::draft::{Field, FieldEdit, Header, Saying};
use leptos::prelude::*;

use crate::{
    parts::{self, Notice, NoticeKind},
    screens::notes::said_in,
    state::AppState,
    wording::words,
};

/// Left to type when the person is told how much.
const NEARLY_FULL: usize = 100;

/// The two fields, and what of them waits for a choice.
#[component]
pub(super) fn WholeOrder() -> impl IntoView {
    let words = words().notes();
    view! {
        <section class="card stack" aria-label=words.whole_order>
            <h2>{words.whole_order}</h2>
            <ReplacedNotices/>
            <CoversField/>
            <CommentField/>
        </section>
    }
}

/// What a field of the draft says, while somebody may be typing in it: what is typed here is kept, what is said elsewhere
/// comes in while nobody types.
#[derive(Clone, Copy)]
struct Typed {
    state: AppState,
    name: Field,
    text: RwSignal<String>,
    /// What the control showed last: whoever types saw that.
    shown: StoredValue<Option<Saying>>,
    has_focus: StoredValue<bool>,
    says: Memo<Option<Saying>>,
}

impl Typed {
    fn follow(name: Field) -> Self {
        let state = expect_context::<AppState>();
        let says = Memo::new(move |_| state.header().stands.get(name).cloned());
        let (shown, has_focus) = (StoredValue::new(None), StoredValue::new(false));
        let typed = Self { state, name, text: RwSignal::default(), shown, has_focus, says };
        Effect::new(move |_| {
            let says = says.get();
            if !has_focus.get_value() {
                typed.show(says);
            }
        });
        typed
    }

    fn show(self, says: Option<Saying>) {
        self.text.set(says.clone().map(String::from).unwrap_or_default());
        self.shown.set_value(says);
    }

    fn enter(self) {
        self.has_focus.set_value(true);
    }

    fn leave(self) {
        self.has_focus.set_value(false);
        self.show(self.says.get_untracked());
    }

    /// Takes what is typed; `false`, and nothing is said, when the field cannot say that.
    fn takes(self, text: String) -> bool {
        let value = self.name.parse(&text).ok();
        let fits = value.is_some() || text.trim().is_empty();
        if fits {
            let seen = self.shown.get_value();
            self.shown.set_value(value.clone());
            self.state.set_field(FieldEdit::new(self.name, seen, value));
        }
        self.text.set(text);
        fits
    }
}

#[component]
fn CoversField() -> impl IntoView {
    let words = words().notes();
    let typed = Typed::follow(Field::Covers);
    let is_wrong = RwSignal::new(false);
    let leave = move |_| {
        typed.leave();
        is_wrong.set(false);
    };
    view! {
        <parts::Field id="covers" label=words.covers>
            <input
                class="input" id="covers" type="text" inputmode="numeric" maxlength="6" autocomplete="off"
                aria-invalid=move || is_wrong.get().then_some("true")
                aria-describedby="covers-range"
                prop:value=typed.text
                on:focus=move |_| typed.enter()
                on:blur=leave
                on:input=move |event| is_wrong.set(!typed.takes(event_target_value(&event)))
            />
            <p class="hint" id="covers-range">{move || is_wrong.get().then_some(words.covers_range)}</p>
        </parts::Field>
    }
}

#[component]
fn CommentField() -> impl IntoView {
    let words = words().notes();
    let typed = Typed::follow(Field::Comment);
    let hint = move || {
        let left = Saying::LONGEST.saturating_sub(typed.text.read().chars().count());
        if left < NEARLY_FULL { (words.letters_left)(left) } else { words.comment_hint.to_owned() }
    };
    view! {
        <parts::Field id="comment" label=words.comment>
            <textarea
                class="input" id="comment" rows="3" maxlength=Saying::LONGEST.to_string()
                aria-describedby="comment-hint"
                prop:value=typed.text
                on:focus=move |_| typed.enter()
                on:blur=move |_| typed.leave()
                on:input=move |event| {
                    typed.takes(event_target_value(&event));
                }
            ></textarea>
            <p class="hint" id="comment-hint">{hint}</p>
        </parts::Field>
    }
}

/// What was said of the whole and does not stand, each with its choice.
#[component]
fn ReplacedNotices() -> impl IntoView {
    let state = expect_context::<AppState>();
    let header = Memo::new(move |_| state.header());
    move || {
        let header = header.get();
        let replaced = header.replaced.iter().flat_map(Header::says);
        replaced.map(|(name, said)| notice(state, &header.stands, name, said)).collect_view()
    }
}

fn notice(state: AppState, stands: &Header, name: Field, said: &Saying) -> impl IntoView + use<> {
    let words = words().notes();
    let title = match name {
        Field::Covers => words.covers_replaced,
        Field::Comment => words.comment_replaced,
    };
    let (was, stood) = (said_in(name, said), stands.get(name).cloned());
    let stands = stood.as_ref().map(|stands| said_in(name, stands));
    let decided = |value| FieldEdit { decides: true, ..FieldEdit::new(name, stood.clone(), value) };
    let (keep, put_back) = (decided(stood.clone()), decided(Some(said.clone())));
    let stands = stands.map(|stands| view! { <p>{(words.stands)(&stands)}</p> });
    let button = move |name: &'static str, edit: FieldEdit| {
        view! { <button class="button" type="button" on:click=move |_| state.set_field(edit.clone())>{name}</button> }
    };
    view! {
        <Notice kind=NoticeKind::Check title>
            <p>{(words.was_said)(&was)}</p>
            {stands}
            <div class="actions">{button(words.leave_so, keep)}{button(words.put_back, put_back)}</div>
        </Notice>
    }
}
