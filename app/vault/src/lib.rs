//! The lock of a shared device.
//!
//! One key a device and place, drawn at random, closes what lies on the device. It is kept nowhere as it is: each person
//! who chose a code has it wrapped under what argon2id makes of that code, and the server has it for the day nobody
//! remembers theirs. See `replica::sealing` for what is closed, and the README for what this does not protect.

mod code;
mod key;
mod keyring;

pub use code::{BadCode, Code};
pub use key::{Key, Vault};
pub use keyring::{BadPerson, Keyring, LETS_IN_AFTER, Person, Refused};
