//! The hub's backend, as a library so that tests can start it in their own process.
//!
//! Reading order: [`routes`] (the whole face on one screen), [`access`] (who may), [`sync`] (tablets and phones),
//! [`close_cycle`] and [`jobs`] (what happens at the cut-off), [`store`] (the only place with SQL).

pub mod access;
pub mod announced;
pub mod audit;
pub mod cli;
pub mod close_cycle;
pub mod communes;
pub mod config;
pub mod demand;
pub mod demo;
pub mod documents;
pub mod import;
mod imports;
pub mod jobs;
pub mod mail;
mod openapi;
pub mod problem;
pub mod qr;
pub mod retention;
pub mod routes;
pub mod serve;
pub mod state;
pub mod store;
pub mod sync;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
