//! The project's commands, behind the aliases of `.cargo/config.toml`.

fn main() {}
