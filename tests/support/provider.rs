//! A real provider of OpenID Connect on this machine: npm's `oidc-provider`, with one client and a person who says yes.

use std::{collections::BTreeMap, fs, path::Path, process::Command, time::Duration};

use reqwest::{
    Client, Response,
    header::{self, HeaderValue},
    redirect::Policy,
};
use server::access::oidc::OidcSettings;
use tempfile::TempDir;

use crate::{
    browser::{Spawned, free_port},
    npm,
};

const SCRIPT: &str = include_str!("../agents_sign_in/provider.mjs");

/// The provider, running.
pub struct Provider {
    port: u16,
    _running: Spawned,
    _data: TempDir,
}

impl Provider {
    /// Starts one that knows the server at `address`. `signed`: it signs what it says of people, as ProConnect does.
    ///
    /// # Panics
    /// When Node.js is not there, or the provider does not start.
    #[must_use]
    pub fn start(address: &str, signed: bool) -> Self {
        // Version 9 wants a newer Node.js than Debian has.
        let script = npm::bring(&["oidc-provider@8"]).join("provider.mjs");
        let same = fs::read_to_string(&script).is_ok_and(|text| text == SCRIPT);
        if !same {
            fs::write(&script, SCRIPT).expect("target can be written");
        }
        let (port, data) = (free_port(), TempDir::new().expect("a temporary folder"));
        let mut command = Command::new("node");
        let userinfo = if signed { "signed" } else { "plain" };
        command.arg(&script).arg(port.to_string()).arg(format!("{address}/api/oidc/return")).arg(userinfo);
        let mut running = Spawned::start(&mut command, &log(data.path()));
        running.wait_for_port(port, Duration::from_secs(20));
        Self { port, _running: running, _data: data }
    }

    /// What a server is told of it.
    #[must_use]
    pub fn settings(&self) -> OidcSettings {
        OidcSettings {
            issuer: self.address(),
            client_id: "mercuriale".into(),
            client_secret: "a secret for a test, and for nothing else".into(),
            name: "Compte de la Région".into(),
            pkce: true,
        }
    }

    /// Where it answers: what it calls itself.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Says who sits in front of its screen from now on.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn seat(&self, subject: &str, email: &str, verified: bool) {
        let person = serde_json::json!({"sub": subject, "email": email, "email_verified": verified});
        let asked = format!("{}/person?is={person}", self.address());
        let answer = follower().get(asked).send().await.expect("the provider answers");
        assert!(answer.status().is_success());
    }

    /// Walks through the provider's pages as a browser does that nobody used before, from where the server sent it to where
    /// the provider sends it back to.
    ///
    /// # Panics
    /// When it is led elsewhere.
    pub async fn walk(&self, from: &str) -> String {
        let (browser, mut cookies, mut at) = (follower(), BTreeMap::new(), from.to_owned());
        for _ in 0..12 {
            let kept: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let asked = browser.get(&at).header(header::COOKIE, kept.join("; "));
            let answer = asked.send().await.expect("the provider answers");
            cookies.extend(pairs(&answer));
            let status = answer.status();
            let Some(next) = answer.headers().get(header::LOCATION) else {
                panic!("{at} answers {status}: {}", answer.text().await.unwrap_or_default());
            };
            let next = next.to_str().expect("an address").to_owned();
            at = if next.starts_with('/') { format!("{}{next}", self.address()) } else { next };
            if at.contains("/api/oidc/return") {
                return at;
            }
        }
        panic!("the provider leads in circles: {at}");
    }
}

fn follower() -> Client {
    Client::builder().redirect(Policy::none()).build().expect("a client")
}

/// The cookies an answer sets, by name.
fn pairs(answer: &Response) -> Vec<(String, String)> {
    let set = answer.headers().get_all(header::SET_COOKIE).iter();
    let pair = |set: &HeaderValue| {
        let (name, value) = set.to_str().ok()?.split(';').next()?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    set.filter_map(pair).collect()
}

fn log(folder: &Path) -> std::path::PathBuf {
    folder.join("provider.log")
}
