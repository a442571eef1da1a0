//! The hub's backend, as a library so that tests can start it in their own process.
