//! The binary `mercuriale`.

fn main() {}
