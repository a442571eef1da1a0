use domain::draft::How;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, KeyboardEvent};

use super::{Pattern, Stamp, Stamped, set_flag};

/// What the stepper shows and how it steps; all of it computed elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct StepperFace {
    /// The quantity, as written here: « 20 ».
    pub text: String,
    /// The same for programs: `20`.
    pub plain: String,
    /// For ears: « 20 kg, 2 colis ».
    pub spoken: String,
    /// Under the quantity: « kg · 2 colis ».
    pub unit: String,
    /// Some is wanted.
    pub chosen: bool,
    /// What is wanted cannot be had as it is.
    pub wrong: bool,
}

/// What a person does with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StepperMove {
    /// One pack more.
    More,
    /// One pack less.
    Less,
    /// This was typed; `done` when the field was left.
    Typed {
        /// As typed.
        text: String,
        /// The field was left.
        done: bool,
    },
}

impl StepperMove {
    /// The gesture it is, for what two tablets make of it.
    pub(crate) fn how(&self) -> How {
        match self {
            Self::More | Self::Less => How::Stepped,
            Self::Typed { .. } => How::Typed,
        }
    }
}

/// What is being typed, and the quantity it stood beside.
#[derive(Clone, PartialEq)]
struct Typed {
    text: String,
    plain: String,
}

const MARKUP: &str = r#"<div class="stepper" role="group"><button type="button" data-place>−</button><span class="stepper-value"><input data-place type="text" inputmode="decimal" role="spinbutton" autocomplete="off" aria-valuemin="0"><span class="unit" data-place></span></span><button type="button" data-place>+</button></div>"#;

thread_local! {
    static PATTERN: Pattern<4> = const { Pattern::new(MARKUP) };
}

/// [−] quantity [+]. While one types, the field keeps what is typed; left, it shows the quantity again. A quantity that
/// changes meanwhile by another hand shows at once, and what was typed before is not said again.
///
/// Stamped: a catalogue makes dozens of these at a keystroke, and most never change.
#[component]
pub(crate) fn Stepper(
    /// What it shows.
    face: Signal<StepperFace>,
    /// Called at each move.
    on_move: Callback<StepperMove>,
    /// Names of the field and of the two buttons: quantity, less, more.
    labels: [&'static str; 3],
    /// The element that says of what.
    #[prop(into)]
    labelled_by: String,
) -> impl IntoView {
    let hand = Hand { face, on_move, typing: RwSignal::new(None) };
    Stamp::new(move || {
        let (root, [less, field, unit, more]) = PATTERN.with(Pattern::stamp);
        let _ = root.set_attribute("aria-labelledby", &labelled_by);
        for (element, label) in [&field, &less, &more].into_iter().zip(labels) {
            let _ = element.set_attribute("aria-label", label);
        }
        let field: HtmlInputElement = field.unchecked_into();
        let mut stamped = Stamped::new(root.clone());
        stamped.listen(
            &["click", "input", "change", "focusin", "focusout", "keydown"],
            hand.answering(less.clone(), field.clone(), more),
        );
        stamped.keep_true(move |before| {
            let (face, value) = hand.shown();
            draw(&Drawn { root: &root, less: &less, field: &field, unit: &unit }, before.as_ref(), &face);
            if field.value() != value {
                field.set_value(&value);
            }
            face
        });
        stamped
    })
}

/// The elements that change.
struct Drawn<'e> {
    root: &'e Element,
    less: &'e Element,
    field: &'e HtmlInputElement,
    unit: &'e Element,
}

/// Draws what differs from what was drawn before.
fn draw(drawn: &Drawn<'_>, before: Option<&StepperFace>, face: &StepperFace) {
    let differs = |part: fn(&StepperFace) -> &str| before.is_none_or(|before| part(before) != part(face));
    let turns = |flag: fn(&StepperFace) -> bool| [before.is_some_and(flag), flag(face)];
    set_flag(drawn.root, "data-chosen", "", turns(|face| face.chosen && !face.wrong));
    set_flag(drawn.root, "data-wrong", "", turns(|face| face.wrong));
    set_flag(drawn.less, "aria-disabled", "true", turns(|face| !face.chosen));
    if differs(|face| &face.plain) {
        let _ = drawn.field.set_attribute("aria-valuenow", &face.plain);
    }
    if differs(|face| &face.spoken) {
        let _ = drawn.field.set_attribute("aria-valuetext", &face.spoken);
    }
    if differs(|face| &face.unit) {
        drawn.unit.set_text_content(Some(&face.unit));
    }
}

/// What a hand does with a stepper, and what it sees of it.
#[derive(Clone, Copy)]
struct Hand {
    face: Signal<StepperFace>,
    on_move: Callback<StepperMove>,
    typing: RwSignal<Option<Typed>>,
}

impl Hand {
    /// What is shown, and what stands in the field.
    fn shown(self) -> (StepperFace, String) {
        let face = self.face.get();
        let typed = self.typing.get().filter(|typed| typed.plain == face.plain);
        let value = typed.map_or_else(|| face.text.clone(), |typed| typed.text);
        (face, value)
    }

    /// What answers the events of a stepper that has these parts.
    fn answering(self, less: Element, field: HtmlInputElement, more: Element) -> impl Fn(Event) + 'static {
        move |event| {
            let target = event.target();
            let is = |element: &Element| target.as_ref().is_some_and(|target| target == element.as_ref());
            match event.type_().as_str() {
                "click" if is(&less) => self.step(StepperMove::Less),
                "click" if is(&more) => self.step(StepperMove::More),
                _ if !is(&field) => {}
                "input" => self.type_text(field.value()),
                "change" | "focusout" => self.leave(),
                // Typing replaces: nobody wants to erase a zero first.
                "focusin" => field.select(),
                "keydown" => self.key(event.unchecked_ref()),
                _ => {}
            }
        }
    }

    fn type_text(self, text: String) {
        self.on_move.run(StepperMove::Typed { text: text.clone(), done: false });
        let plain = self.face.get_untracked().plain;
        self.typing.set(Some(Typed { text, plain }));
    }

    fn leave(self) {
        let Some(typed) = self.typing.get_untracked() else { return };
        self.typing.set(None);
        if typed.plain == self.face.get_untracked().plain {
            self.on_move.run(StepperMove::Typed { text: typed.text, done: true });
        }
    }

    fn step(self, by: StepperMove) {
        if self.typing.get_untracked().is_some() {
            self.typing.set(None);
        }
        self.on_move.run(by);
    }

    fn key(self, event: &KeyboardEvent) {
        match event.key().as_str() {
            "ArrowUp" => {
                event.prevent_default();
                self.step(StepperMove::More);
            }
            "ArrowDown" => {
                event.prevent_default();
                self.step(StepperMove::Less);
            }
            "Enter" => self.leave(),
            _ => {}
        }
    }
}
