//! Settings of a running server. Where they come from (arguments, environment) is the command line's business.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use ipnet::IpNet;

use crate::{
    access::oidc::OidcSettings,
    mail::Mailer,
    routes::assets,
    state::{Clock, SystemClock},
};

/// Settings of a running server.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// The build of the application it serves; a device with another one is told so.
    pub build: String,
    /// How often what runs by itself looks whether there is something to do.
    pub tick: Duration,
    /// Where letters go; without one, who invites gives the link otherwise.
    pub mailer: Option<Mailer>,
    /// Where people find this server, without a final slash: what links begin with. Without one, what the browser called it,
    /// which whoever asks may choose: no letter leaves the machine then.
    pub public_address: Option<String>,
    /// Where people may come in with an account of elsewhere; it counts with a public address.
    pub oidc: Option<OidcSettings>,
    /// The proxies in front of this server: what they say of whom they were asked by is believed. None: nobody is.
    pub trusted_proxies: Vec<IpNet>,
    /// How often a minute one session, which is one device, may push ([`PUSHES_A_MINUTE`]).
    pub pushes_a_minute: NonZeroU32,
}

/// A tablet pushes after each order and each change of a draft it shares, some seconds apart: one a second for a whole minute is
/// no tablet of ours (ASVS 5.0, 2.4.1). Who waits loses nothing: what is recorded stays on the device until it has its receipt.
pub const PUSHES_A_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            build: assets::build().unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned()),
            tick: Duration::from_secs(2),
            mailer: None,
            public_address: None,
            oidc: None,
            trusted_proxies: Vec::new(),
            pushes_a_minute: PUSHES_A_MINUTE,
        }
    }
}
