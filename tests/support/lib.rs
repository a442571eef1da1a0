//! What the stories share.

pub mod browser;
pub mod fleet;
pub mod http_tablet;
pub mod market_day;
