//! A device wakes up: what time is it, who am I, what may I hold, is my build too old.

use domain::{
    time::Timestamp,
    wire::{Action, HelloAnswer, HelloRequest, Me, PROTO, SCHEMA},
};

use crate::access::rights;

/// The answer to a device that wakes up. `build` is the application this server carries.
#[must_use]
pub fn hello(request: &HelloRequest, me: Me, build: &str, now: Timestamp) -> HelloAnswer {
    let action = if request.proto < PROTO || request.schema < SCHEMA {
        Action::UpdateRequired
    } else if request.build == build {
        Action::Ok
    } else {
        Action::UpdateAvailable
    };
    let scopes = rights::scopes(me.role);
    HelloAnswer { server_time: now, build: build.to_owned(), action, me, scopes, shares_drafts: true }
}
