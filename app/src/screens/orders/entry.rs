//! What a card says of an order, whether the server has it or not. Pure.

use domain::{money::Amount, order::OrderNumber, ordered::Set, time::Date};

use crate::state::{EntryLines, OrderEntry};

/// An order in a few figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntryFigures {
    /// The days it is for.
    pub days: Vec<Date>,
    /// How many lines.
    pub lines: usize,
    /// Before tax: what counts once the server has it, what was seen until then.
    pub net: Amount,
    /// Given by the server.
    pub number: Option<OrderNumber>,
}

/// The figures of an order.
pub(crate) fn figures(entry: &OrderEntry) -> EntryFigures {
    let (days, lines, net, number): (Set<Date>, _, _, _) = match &entry.lines {
        EntryLines::Submitted(sent) => (
            Set::from_iter(sent.lines.iter().map(|line| line.delivery_on)),
            sent.lines.len(),
            sent.total_seen,
            None,
        ),
        EntryLines::Accepted(order) => (
            Set::from_iter(order.lines.iter().map(|line| line.key.delivery_on)),
            order.lines.len(),
            order.totals.net,
            Some(order.number),
        ),
    };
    EntryFigures { days: days.into_iter().collect(), lines, net, number }
}
