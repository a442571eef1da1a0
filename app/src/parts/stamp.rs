//! Elements stamped from a pattern: markup that never changes is copied whole by one call of the browser, then filled.
//!
//! Leptos makes each element, attribute and text by a call of its own. That is right for what is made once; of rows that all
//! change at each typed letter, it is most of the time.

use std::{any::Any, cell::OnceCell};

use leptos::{
    prelude::*,
    tachys::{
        html::attribute::{Attribute, any_attribute::AnyAttribute},
        hydration::Cursor,
        renderer::Rndr,
        view::{
            Mountable, Position, PositionState, Render, RenderHtml, add_attr::AddAnyAttr,
            any_view::AnyViewState,
        },
    },
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, Node};

/// What marks an element of a pattern as a place to fill.
const PLACE: &str = "data-place";

/// One element with what it contains, as markup; `data-place` marks each of the places to fill.
pub(crate) struct Pattern<const PLACES: usize> {
    markup: &'static str,
    model: OnceCell<Model<PLACES>>,
}

/// A pattern once the browser has read it.
struct Model<const PLACES: usize> {
    root: Element,
    /// Of each place, how many elements inside the root come before it.
    places: [u32; PLACES],
}

impl<const PLACES: usize> Pattern<PLACES> {
    /// The pattern of this markup. In a constant, another number of places than it has does not compile.
    pub(crate) const fn new(markup: &'static str) -> Self {
        assert!(count(markup.as_bytes(), PLACE.as_bytes()) == PLACES, "as many places as are marked");
        Self { markup, model: OnceCell::new() }
    }

    /// A copy of it, and its places in the order of the markup.
    pub(crate) fn stamp(&self) -> (Element, [Element; PLACES]) {
        let model = self.model.get_or_init(|| Model::read(self.markup));
        let root: Element =
            model.root.clone_node_with_deep(true).map_or_else(|_| model.root.clone(), JsCast::unchecked_into);
        let inside = root.get_elements_by_tag_name("*");
        let places = model.places.map(|at| inside.item(at).unwrap_or_else(|| root.clone()));
        (root, places)
    }
}

impl<const PLACES: usize> Model<PLACES> {
    fn read(markup: &str) -> Self {
        let holder = Rndr::create_element("div", None);
        holder.set_inner_html(markup);
        let root = holder.first_element_child().unwrap_or(holder);
        let inside = root.get_elements_by_tag_name("*");
        let marked = |at: &u32| inside.item(*at).is_some_and(|element| element.has_attribute(PLACE));
        let mut marked = (0..inside.length()).filter(marked);
        let places = [(); PLACES].map(|()| marked.next().unwrap_or_default());
        for place in places.iter().filter_map(|at| inside.item(*at)) {
            Rndr::remove_attribute(&place, PLACE);
        }
        Self { root, places }
    }
}

/// How many times `part` comes in `text`.
const fn count(text: &[u8], part: &[u8]) -> usize {
    let (mut at, mut found) = (0, 0);
    while at + part.len() <= text.len() {
        let mut same = 0;
        while same < part.len() && text[at + same] == part[same] {
            same += 1;
        }
        if same == part.len() {
            found += 1;
        }
        at += 1;
    }
    found
}

/// An element made by hand, and what lives as long as it is shown.
pub(crate) struct Stamped {
    element: Element,
    inside: Vec<AnyViewState>,
    kept: Vec<Box<dyn Any>>,
}

impl Stamped {
    /// This element.
    pub(crate) fn new(element: Element) -> Self {
        Self { element, inside: Vec::new(), kept: Vec::new() }
    }

    /// Puts a view into one of its places, before what stands there already if `first`.
    pub(crate) fn put(&mut self, place: &Element, first: bool, view: AnyView) {
        let mut state = view.build();
        state.mount(place, place.first_child().filter(|_| first).as_ref());
        self.inside.push(state);
    }

    /// Does `work` now, and again whenever what it read changes. It is given what it answered the time before.
    pub(crate) fn keep_true<T: 'static>(&mut self, work: impl FnMut(Option<T>) -> T + 'static) {
        self.kept.push(Box::new(RenderEffect::new(work)));
    }

    /// Has events of these names, of the element or of anything inside, answered in the present owner's name.
    pub(crate) fn listen(&mut self, names: &[&str], answer: impl Fn(Event) + 'static) {
        let owner = Owner::current().unwrap_or_default();
        let answer = Closure::<dyn Fn(Event)>::new(move |event| owner.with(|| answer(event)));
        for name in names {
            // Fails for no element and no name.
            let _ = self.element.add_event_listener_with_callback(name, answer.as_ref().unchecked_ref());
        }
        self.kept.push(Box::new(answer));
    }
}

impl Mountable for Stamped {
    fn unmount(&mut self) {
        self.element.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.element.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.element.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}

/// A view that is stamped when it is shown.
pub(crate) struct Stamp(Box<dyn FnOnce() -> Stamped + Send>);

impl Stamp {
    /// What `make` makes.
    pub(crate) fn new(make: impl FnOnce() -> Stamped + Send + 'static) -> Self {
        Self(Box::new(make))
    }
}

impl Render for Stamp {
    type State = Stamped;

    fn build(self) -> Stamped {
        (self.0)()
    }

    fn rebuild(self, state: &mut Stamped) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl AddAnyAttr for Stamp {
    type Output<SomeNewAttr: Attribute> = Self;

    /// A pattern has its attributes: none is added from outside.
    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self
    where
        Self: RenderHtml,
    {
        self
    }
}

/// Pages are made in the browser alone: nothing is ever written as text, nor found written.
impl RenderHtml for Stamp {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Stamped {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}

/// Gives an element an attribute, or takes it away, unless it stands as it should.
pub(crate) fn set_flag(element: &Element, name: &str, value: &str, [was, is]: [bool; 2]) {
    match (was, is) {
        (false, true) => drop(element.set_attribute(name, value)),
        (true, false) => drop(element.remove_attribute(name)),
        _ => {}
    }
}
