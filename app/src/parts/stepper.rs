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

/// [−] quantity [+]. While one types, the field keeps what is typed; left, it shows the quantity again. A quantity that
/// changes meanwhile by another hand shows at once, and what was typed before is not said again.
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
    let typing = RwSignal::new(None::<String>);
    let value = move || typing.get().unwrap_or_else(|| face.with(|face| face.text.clone()));
    let plain = move || face.with_untracked(|face| face.plain.clone());
    // What the quantity was when these fingers last touched it.
    let left_at = StoredValue::new(plain());
    let input = move |event| {
        let text = event_target_value(&event);
        typing.set(Some(text.clone()));
        on_move.run(StepperMove::Typed { text, done: false });
        left_at.set_value(plain());
    };
    Effect::new(move |_| {
        let moved = face.with(|face| left_at.with_value(|left_at| *left_at != face.plain));
        if moved && typing.with_untracked(Option::is_some) {
            typing.set(None);
        }
    });
    let leave = move || {
        if let Some(text) = typing.get_untracked() {
            typing.set(None);
            on_move.run(StepperMove::Typed { text, done: true });
        }
    };
    let step = move |by: StepperMove| {
        typing.set(None);
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
    let flag = move |pick: fn(&StepperFace) -> bool| move || face.with(|face| pick(face).then_some(""));
    view! {
        <div
            class="stepper"
            role="group"
            aria-labelledby=labelled_by
            data-chosen=flag(|face| face.chosen && !face.wrong)
            data-wrong=flag(|face| face.wrong)
        >
            <button
                type="button"
                aria-label=less
                aria-disabled=move || face.with(|face| (!face.chosen).then_some("true"))
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
                    aria-valuenow=move || face.with(|face| face.plain.clone())
                    aria-valuetext=move || face.with(|face| face.spoken.clone())
                    prop:value=value
                    on:input=input
                    on:change=move |_| leave()
                    on:blur=move |_| leave()
                    on:focus=select_all
                    on:keydown=key
                />
                <span class="unit">{move || face.with(|face| face.unit.clone())}</span>
            </span>
            <button type="button" aria-label=more on:click=move |_| step(StepperMove::More)>"+"</button>
        </div>
    }
}
