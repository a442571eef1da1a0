//! Who may do what: signing in, sessions, the one table of rights, and whose page a request comes from.
//!
//! A session is a random token of 256 bits in a cookie; the store holds its SHA-256 only. Its life depends on the role and
//! on whether it is a paired device's, see [`session::times`]. A queue of commands outlives its session: an expired one asks for the password, nothing else.

pub(crate) mod attempts;
pub mod machine;
pub mod oidc;
pub(crate) mod passkeys;
pub mod password;
pub mod rights;
pub(crate) mod same_origin;
pub(crate) mod second_step;
pub mod session;
pub(crate) mod tally;
pub(crate) mod token;
pub(crate) mod typed;
