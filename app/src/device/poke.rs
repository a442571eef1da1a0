//! The server's « something moved », while somebody looks at the page: an open line that carries no data. Without it the
//! device asks at its own rhythm; with it a change made elsewhere shows at once.

use std::{cell::RefCell, rc::Rc};

use gloo::events::EventListener;
use web_sys::EventSource;

const ADDRESS: &str = "/sync/v1/poke";

/// The line, when one is open.
#[derive(Default)]
pub struct Pokes(RefCell<Option<Line>>);

struct Line {
    source: EventSource,
    _told: [EventListener; 2],
}

impl Pokes {
    /// Opens the line when it is `wanted` and not open, closes it when it is not wanted. `moved` is called at each poke, and when
    /// the line opens: what moved while it was not open was told to nobody.
    pub fn keep(&self, wanted: bool, moved: impl Fn() + 'static) {
        let mut line = self.0.borrow_mut();
        // One that the server refused is dead for good; the browser mends the others by itself.
        let open = line.as_ref().is_some_and(|line| line.source.ready_state() != EventSource::CLOSED);
        if open != wanted {
            *line = wanted.then(|| Line::open(moved)).flatten();
        }
    }
}

impl Line {
    fn open(moved: impl Fn() + 'static) -> Option<Self> {
        let source = EventSource::new(ADDRESS).ok()?;
        let moved = Rc::new(moved);
        let told = ["open", "moved"].map(|event| {
            let moved = Rc::clone(&moved);
            EventListener::new(&source, event, move |_| moved())
        });
        Some(Self { source, _told: told })
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.source.close();
    }
}
