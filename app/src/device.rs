//! The browser behind the replica's ports.

pub mod awake;
pub mod clock;
pub mod entropy;
pub mod fetch;
pub mod files;
pub mod indexed_db;
pub mod locks;
pub mod machine;
pub mod page;
pub mod passkeys;
pub mod poke;
pub mod quota;
pub mod style;
pub mod tabs;
pub mod timing;
pub mod worker;
