//! The business of Mercuriale, pure: the same code decides on the tablet and on the server.
//!
//! Nothing here reads a clock, a network, a disk or a screen, and nothing here speaks French: time and chance come in
//! as parameters, refusals go out as stable codes, sentences live in the application's `wording`.
//!
//! Reading order: values ([`id`], [`time`], [`money`], [`quantity`]), who ([`enterprise`]), what is proposed
//! ([`catalog`], [`offer`], [`cycle`], [`availability`], [`search`]), what is wanted ([`draft`], [`order`], [`command`]), what is decided
//! ([`rules`], [`receipt`], [`ticket`]), what follows at the cut-off ([`consolidation`], [`allocation`],
//! [`producer_sheet`], [`harvest`]), what passes over the quay and what came of it ([`records`], [`quay`], [`reception`]), and what crosses the network ([`wire`], read by [`json`]).

pub mod allocation;
pub mod availability;
pub mod catalog;
pub mod coded;
pub mod command;
pub mod consolidation;
pub mod cycle;
pub mod draft;
pub mod enterprise;
pub mod harvest;
pub mod id;
pub mod json;
pub mod money;
pub mod offer;
pub mod order;
pub mod ordered;
mod plain_decimal;
pub mod planted;
pub mod pricing;
pub mod producer_sheet;
pub mod quantity;
pub mod quay;
pub mod receipt;
pub mod reception;
pub mod records;
pub mod rules;
#[cfg(feature = "schema")]
mod schema;
pub mod search;
pub mod sorting;
mod text_form;
pub mod ticket;
pub mod time;
pub mod wire;
