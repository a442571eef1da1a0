//! The protocol of tablets and phones, over the store: commands in, receipts and changes out.
//!
//! ```text
//! push   outbox ─► batches that came together share a commit; where it fails each is tried alone, each command in a
//!        savepoint of its own ─► effects and receipt together ─► reply
//! pull   cursors ─► changes, and in the same reading how far the outbox was applied
//! ```
//!
//! What is decided stands in `domain::rules`; here the facts are loaded, the decision is carried out and stored.

mod availability;
mod change;
mod draft;
mod harvest;
pub mod hello;
pub mod intake;
pub mod pull;
pub mod push;
mod quay;
mod reception;
pub mod settle;
mod submit;
#[cfg(test)]
mod tests;
mod unwinding;
