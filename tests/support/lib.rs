//! What the stories share.

pub mod browser;
pub mod fleet;
pub mod http_tablet;
pub mod market_day;
pub mod npm;
pub mod provider;
