use domain::draft::How;
use leptos::prelude::*;

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

/// [−] quantity [+]. While one types, the field keeps what is typed; left, it shows the quantity again. A quantity that
/// changes meanwhile by another hand shows at once, and what was typed before is not said again.
///
/// Drawn whole by one effect: a catalogue makes dozens of these at a keystroke, and most never change.
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
    let typing = RwSignal::new(None::<Typed>);
    let input = move |event| {
        let text = event_target_value(&event);
        on_move.run(StepperMove::Typed { text: text.clone(), done: false });
        let plain = face.get_untracked().plain;
        typing.set(Some(Typed { text, plain }));
    };
    let leave = move || {
        let Some(typed) = typing.get_untracked() else { return };
        typing.set(None);
        if typed.plain == face.get_untracked().plain {
            on_move.run(StepperMove::Typed { text: typed.text, done: true });
        }
    };
    let step = move |by: StepperMove| {
        if typing.get_untracked().is_some() {
            typing.set(None);
        }
        on_move.run(by);
    };
    let key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "ArrowUp" => {
            event.prevent_default();
            step(StepperMove::More);
        }
        "ArrowDown" => {
            event.prevent_default();
            step(StepperMove::Less);
        }
        "Enter" => leave(),
        _ => {}
    };
    // Typing replaces: nobody wants to erase a zero first.
    let select_all =
        |event: leptos::ev::FocusEvent| event_target::<web_sys::HtmlInputElement>(&event).select();
    let [quantity, less, more] = labels;
    let flag = |is_on: bool| is_on.then_some("");
    move || {
        let StepperFace { text, plain, spoken, unit, chosen, wrong } = face.get();
        let typed = typing.get().filter(|typed| typed.plain == plain);
        let value = typed.map_or(text, |typed| typed.text);
        view! {
            <div
                class="stepper"
                role="group"
                aria-labelledby=labelled_by.clone()
                data-chosen=flag(chosen && !wrong)
                data-wrong=flag(wrong)
            >
                <button
                    type="button"
                    aria-label=less
                    aria-disabled=(!chosen).then_some("true")
                    on:click=move |_| step(StepperMove::Less)
                >"−"</button>
                <span class="stepper-value">
                    <input
                        type="text"
                        inputmode="decimal"
                        role="spinbutton"
                        autocomplete="off"
                        aria-label=quantity
                        aria-valuemin="0"
                        aria-valuenow=plain
                        aria-valuetext=spoken
                        prop:value=value
                        on:input=input
                        on:change=move |_| leave()
                        on:blur=move |_| leave()
                        on:focus=select_all
                        on:keydown=key
                    />
                    <span class="unit">{unit}</span>
                </span>
                <button type="button" aria-label=more on:click=move |_| step(StepperMove::More)>"+"</button>
            </div>
        }
    }
}
