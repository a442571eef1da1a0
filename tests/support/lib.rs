//! What the stories share.

pub mod browser;
pub mod market_day;
