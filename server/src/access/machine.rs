//! Whose machine a request comes from. What is counted a machine is counted under this address.
//!
//! Behind a proxy every request comes from the proxy, which adds the address it was asked from at the end of
//! `X-Forwarded-For`. Whoever asks may write that header too: only what a trusted proxy added is believed, so the list is
//! read from its end, one trusted hop after the other.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use ipnet::IpNet;

use crate::state::AppState;

/// What proxies add to.
const FORWARDED: &str = "x-forwarded-for";

/// The machine that asks, as it is counted: an address, or a network where one person holds a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Machine(pub(crate) IpAddr);

impl FromRequestParts<AppState> for Machine {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = info.map_or(IpAddr::from([0, 0, 0, 0]), |ConnectInfo(address)| address.ip());
        Ok(Self(counted(client(peer, &forwarded(&parts.headers), &state.options.trusted_proxies))))
    }
}

/// What proxies said, in the order they said it; a header that is no text says nothing that can be believed.
fn forwarded(headers: &HeaderMap) -> Vec<&str> {
    let said = headers.get_all(FORWARDED).iter();
    said.flat_map(|value| value.to_str().unwrap_or("?").split(',')).collect()
}

/// Who asks: the peer, unless it is a trusted proxy; then whoever that one was asked by, and so on. What is not an address
/// ends the chain at the proxy that passed it on: nobody counts as somebody else by writing nonsense.
#[must_use]
pub fn client(peer: IpAddr, forwarded: &[&str], trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut client = peer.to_canonical();
    for hop in forwarded.iter().rev() {
        if !is_trusted(client) {
            break;
        }
        let Some(before) = address(hop) else { break };
        client = before;
    }
    client
}

/// An address as proxies write it: alone or with a port, the newer ones in brackets or not.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let alone = bare.parse::<IpAddr>().ok();
    let address = alone.or_else(|| hop.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    address.map(|address| address.to_canonical())
}

/// An IPv6 client is given a whole /64 and may ask from each of its addresses (RFC 6177): the network is counted.
#[must_use]
pub fn counted(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_what_trusted_proxies_added_is_believed() {
        let trusted = ["10.0.0.0/8", "192.0.2.7/32", "2001:db8:cafe::/48"].map(|net| net.parse().unwrap());
        #[rustfmt::skip]
        let cases: [(&str, &str, &[&str], &str); 21] = [
            ("nobody in between",                  "203.0.113.9", &[], "203.0.113.9"),
            ("a stranger's header",                "203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            ("a stranger who names a proxy",       "203.0.113.9", &["198.51.100.1", "10.0.0.1"], "203.0.113.9"),
            ("one proxy",                          "10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("a proxy that says nothing",          "10.0.0.1", &[], "10.0.0.1"),
            ("a header the client had written",    "10.0.0.1", &["127.0.0.1", "203.0.113.9"], "203.0.113.9"),
            ("a client that writes a proxy's name", "10.0.0.1", &["10.9.9.9", "203.0.113.9"], "203.0.113.9"),
            ("two proxies",                        "10.0.0.1", &["203.0.113.9", "192.0.2.7"], "203.0.113.9"),
            ("two proxies and a forged beginning", "10.0.0.1", &["1.1.1.1", "203.0.113.9", "192.0.2.7"], "203.0.113.9"),
            ("a proxy beside the trusted one",     "192.0.2.8", &["203.0.113.9"], "192.0.2.8"),
            ("somebody inside",                    "10.0.0.1", &["10.1.2.3"], "10.1.2.3"),
            ("IPv6 behind IPv4",                   "10.0.0.1", &["2001:db8:1::5"], "2001:db8:1::5"),
            ("IPv6 all the way",                   "2001:db8:cafe::1", &["2001:db8:1::5"], "2001:db8:1::5"),
            ("IPv4 through a socket of both kinds", "::ffff:10.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("a port",                             "10.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("brackets",                           "10.0.0.1", &["[2001:db8:1::5]"], "2001:db8:1::5"),
            ("brackets and a port",                "10.0.0.1", &["[2001:db8:1::5]:4711"], "2001:db8:1::5"),
            ("spaces",                             "10.0.0.1", &["  203.0.113.9 "], "203.0.113.9"),
            ("garbage",                            "10.0.0.1", &["203.0.113.9", "unknown"], "10.0.0.1"),
            ("garbage before",                     "10.0.0.1", &["_hidden", "192.0.2.7"], "192.0.2.7"),
            ("nothing between two commas",         "10.0.0.1", &["203.0.113.9", ""], "10.0.0.1"),
        ];
        for (what, peer, said, expected) in cases {
            assert_eq!(client(ip(peer), said, &trusted), ip(expected), "{what}");
        }
        assert_eq!(client(ip("10.0.0.1"), &["203.0.113.9"], &[]), ip("10.0.0.1"), "nobody is trusted");
    }

    #[test]
    fn several_headers_are_one_list_and_bytes_that_are_no_text_end_it() {
        let mut headers = HeaderMap::new();
        headers.append(FORWARDED, HeaderValue::from_static("198.51.100.1, 203.0.113.9"));
        headers.append(FORWARDED, HeaderValue::from_static("10.0.0.2"));
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        assert_eq!(client(ip("10.0.0.1"), &forwarded(&headers), &trusted), ip("203.0.113.9"));
        headers.append(FORWARDED, HeaderValue::from_bytes(b"\xff").unwrap());
        assert_eq!(client(ip("10.0.0.1"), &forwarded(&headers), &trusted), ip("10.0.0.1"));
    }

    #[test]
    fn a_person_with_a_network_is_counted_once() {
        assert_eq!(counted(ip("2001:db8:1:2:aaaa::1")), counted(ip("2001:db8:1:2:bbbb::2")));
        assert_ne!(counted(ip("2001:db8:1:2::1")), counted(ip("2001:db8:1:3::1")));
        assert_eq!(counted(ip("::ffff:203.0.113.9")), ip("203.0.113.9"));
        assert_ne!(counted(ip("203.0.113.9")), counted(ip("203.0.113.8")));
    }
}
