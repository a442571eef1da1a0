use domain::{
    draft::{DraftLine, How, Prices},
    offer::Offer,
    order::LineKey,
    quantity::Quantity,
    time::Date,
    wire::Catalog,
};
use leptos::prelude::*;

use super::{Question, selection::day_of};
use crate::{
    parts::{Icon, Pattern, Stamp, Stamped, Stepper, StepperMove, set_flag},
    screens::{
        offer_words::{self, Signs, stepper_face},
        quantity_step::{Step, after, suggestion},
    },
    state::AppState,
    wording::{numbers, typed_quantity::NotAQuantity, words},
};

const MARKUP: &str = r#"<li class="offer"><h3 class="offer-name" data-place></h3><div class="offer-pack" data-place><span data-place></span></div><p class="offer-origin" data-place></p><p class="offer-price"><span class="price-tag" data-place></span><span class="per-unit" data-place></span><span class="vat" data-place></span></p></li>"#;

thread_local! {
    static PATTERN: Pattern<7> = const { Pattern::new(MARKUP) };
}

/// One offer of the list, and how much of it is wanted.
#[component]
pub(super) fn OfferRow<'c>(offer: Offer, catalog: &'c Catalog, document: u32) -> impl IntoView + use<> {
    let words = words();
    let days: Vec<Date> = offer.delivery_dates(&catalog.cycle).collect();
    let first_day = days.first().copied();
    let wish = Wish::new(&offer, days);
    let price = catalog.terms.buyer_price(offer.net_price);
    let name_id = format!("offer-{document}");
    let place = catalog
        .producer(offer.producer)
        .map(|producer| format!("{} · {}", producer.name, producer.commune.name));
    let more = offer_words::facts(&offer, first_day);
    let origin = move |day: Option<Date>| {
        let day = day.map(|day| (words.catalog().delivered_on)(&numbers::day(day)));
        [place.clone(), day, more.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let is_promised = offer.promised.is_none_or(|promised| !promised.is_zero());
    let can_be_had = is_promised && wish.now.get_untracked().day.is_some();
    Stamp::new(move || {
        let (root, [name, top, pack, origin_line, tag, per_unit, vat]) = PATTERN.with(Pattern::stamp);
        name.set_id(&name_id);
        let texts = [
            (&name, offer.name),
            (&pack, offer_words::pack(offer.pack, &offer.unit)),
            (&tag, numbers::money(offer_words::pack_price(price, offer.pack))),
            (&per_unit, offer_words::per_unit(price, &offer.unit)),
            (&vat, (words.catalog().vat)(&numbers::rate(offer.vat))),
        ];
        for (element, text) in texts {
            element.set_text_content(Some(&text));
        }
        let mut row = Stamped::new(root.clone());
        if !offer.signs.is_empty() {
            row.put(&top, true, view! { <Signs signs=offer.signs/> }.into_any());
        }
        let control = if can_be_had {
            view! { <Wanted wish name_id/> }.into_any()
        } else {
            let _ = root.set_attribute("data-gone", "");
            let text = if is_promised { words.catalog().not_this_week } else { words.catalog().sold_out };
            view! { <p class="badge"><Icon name="close"/>{text}</p> }.into_any()
        };
        row.put(&root, false, control);
        row.keep_true(move |before: Option<(Option<Date>, bool)>| {
            let Now { day, wanted, .. } = wish.now.get();
            if before.is_none_or(|(shown, _)| shown != day) {
                origin_line.set_text_content(Some(&origin(day)));
            }
            let is_ordered = !wanted.is_zero();
            let was_ordered = before.is_some_and(|(_, ordered)| ordered);
            set_flag(&root, "data-ordered", "", [was_ordered, is_ordered]);
            (day, is_ordered)
        });
        row
    })
}

/// What a row needs to know of one offer, and what is wanted of it.
#[derive(Clone, Copy)]
struct Wish {
    state: AppState,
    offer: StoredValue<Offer>,
    /// What there is of it now.
    now: Memo<Now>,
    /// What was typed and is no quantity.
    unread: RwSignal<Option<NotAQuantity>>,
}

/// What may change under a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Now {
    /// The day the row is about.
    day: Option<Date>,
    /// How much is wanted that day.
    wanted: Quantity,
    /// What is left of the promise, for everybody.
    left: Option<Quantity>,
}

impl Wish {
    fn new(offer: &Offer, days: Vec<Date>) -> Self {
        let state = expect_context::<AppState>();
        let question = expect_context::<Question>();
        let offer = StoredValue::new(offer.clone());
        let now = Memo::new(move |_| {
            let asked = question.filters.with(|filters| filters.day);
            let (draft, loaded) = (state.draft().read(), state.catalog().read());
            offer.with_value(|offer| {
                let mine = |line: &&DraftLine| line.key.offer == offer.reference;
                let ordered = draft.iter().flat_map(|draft| &draft.lines).filter(mine);
                let day = day_of(&days, asked, ordered.map(|line| line.key.delivery_on));
                let wanted = draft.as_ref().zip(key(offer, day)).map(|(draft, key)| draft.quantity(&key));
                let left = loaded.as_ref().and_then(|loaded| loaded.catalog.quantity_left(offer));
                Now { day, wanted: wanted.unwrap_or_default(), left }
            })
        });
        Self { state, offer, now, unread: RwSignal::new(None) }
    }

    fn set(self, quantity: Quantity, how: How) {
        if self.unread.get_untracked().is_some() {
            self.unread.set(None);
        }
        let day = self.now.get_untracked().day;
        if let Some(key) = self.offer.with_value(|offer| key(offer, day)) {
            self.state.set_quantity(key, quantity, how);
        }
    }

    /// What to say under the row, and what to take instead.
    fn note(self) -> Option<Note> {
        if let Some(unread) = self.unread.get() {
            return Some(Note::Unread(unread));
        }
        let Now { wanted, left, .. } = self.now.get();
        let pack = self.offer.with_value(|offer| offer.pack);
        if let Some(suggested) = suggestion(wanted, pack) {
            return Some(Note::Pack(suggested));
        }
        left.filter(|left| wanted > *left).map(Note::Left)
    }
}

fn key(offer: &Offer, day: Option<Date>) -> Option<LineKey> {
    Some(LineKey { offer: offer.reference.clone(), delivery_on: day? })
}

#[derive(Clone, Copy, PartialEq)]
enum Note {
    Unread(NotAQuantity),
    Pack(Quantity),
    Left(Quantity),
}

/// The stepper, what is left, and what is to be said.
#[component]
fn Wanted(wish: Wish, name_id: String) -> impl IntoView {
    let words = words().catalog();
    let face = move || {
        let (wanted, wrong) = (wish.now.get().wanted, wish.note().is_some());
        wish.offer.with_value(|offer| stepper_face(wanted, offer.pack, &offer.unit, wrong))
    };
    let on_move = move |step: StepperMove| {
        let pack = wish.offer.with_value(|offer| offer.pack);
        match after(&step, wish.now.get_untracked().wanted, pack) {
            Step::Set(quantity) => wish.set(quantity, step.how()),
            Step::Wait => wish.unread.set(None),
            Step::Unreadable(problem) => wish.unread.set(Some(problem)),
        }
    };
    let below = move || {
        let left = wish.now.get().left;
        let said = |quantity| wish.offer.with_value(|offer| numbers::quantity(quantity, &offer.unit));
        let text = match left {
            None => String::new(),
            Some(left) if left.is_zero() => words.all_asked.to_owned(),
            Some(left) => (words.left)(&said(left)),
        };
        let two_packs = wish.offer.with_value(|offer| offer.pack.times(2));
        let low = left.is_some_and(|left| left <= two_packs).then_some("");
        let note = wish.note().map(|note| said_note(note, wish));
        view! { <p class="offer-left" data-low=low>{text}</p>{note} }
    };
    view! {
        <Stepper
            face=Signal::derive(face)
            on_move=Callback::new(on_move)
            labels=[words.quantity, words.less, words.add]
            labelled_by=name_id
        />
        {below}
    }
}

fn said_note(note: Note, wish: Wish) -> impl IntoView {
    let words = words().catalog();
    let (pack, unit) = wish.offer.with_value(|offer| (offer.pack, offer.unit.clone()));
    let said = |quantity| numbers::quantity(quantity, &unit);
    let (sentence, taken) = match note {
        Note::Unread(NotAQuantity::Number) => (words.not_a_number.to_owned(), None),
        Note::Unread(NotAQuantity::TooPrecise) => (words.too_precise.to_owned(), None),
        Note::Pack(suggested) => (
            (words.by_packs_of)(&said(pack.content()), &said(suggested)),
            Some((suggested, (words.take)(&said(suggested)))),
        ),
        Note::Left(left) => ((words.only_left)(&said(left)), None),
    };
    let take = taken.map(|(quantity, name)| {
        view! { <button class="button compact" type="button" on:click=move |_| wish.set(quantity, How::Typed)>{name}</button> }
    });
    view! { <p class="offer-note" role="status"><Icon name="warning" small=true/><span>{sentence}</span>{take}</p> }
}
