//! The hub's backend, as a library so that tests can start it in their own process.

pub mod import;
pub mod routes;
pub mod store;
