//! Maps and sets in the order of their keys, kept in one sorted vector.
//!
//! A tree of the standard library is compiled anew for each type of key and value, some six kilobytes each time: together
//! a twelfth of what a tablet downloads first. What a device holds is read in order and grows at the end, or counts
//! dozens: a vector is then the quicker one too. Where thousands arrive in any order, as on the server, the tree stays.

mod map;
mod set;

pub use map::Map;
pub use set::Set;
