//! The real router, without a network: who gets in, who sees what, what each endpoint says.

mod announcing;
mod applying;
mod asking_more;
mod described;
mod desk;
mod devices;
mod harvesting;
mod joining;
mod owning;
mod passkeys;
mod passwords;
mod quay;
mod rights;
mod sealing_keys;
mod second_step;
mod sign_in_links;
mod signing_in;
mod speaking;

use domain::{
    command::SubmitOrder,
    wire::{PROTO, PushRequest, SCHEMA},
};

use crate::testing::{Answer, Client, Device, Market, TestStore, on_sqlite};

/// A market on an embedded store, and a browser in front of it.
async fn market() -> (TestStore, Market, Client) {
    let store = on_sqlite().await;
    let market = Market::open(&store).await;
    let client = Client::new(&store);
    (store, market, client)
}

/// What a tablet pushes.
fn push_of(tablet: &Device, cmds: Vec<domain::command::Envelope>) -> PushRequest {
    let build = "test".into();
    PushRequest { proto: PROTO, schema: SCHEMA, build, device: None, outbox: tablet.outbox, cmds }
}

/// Sends one order from a tablet that is signed in.
async fn order(client: &Client, tablet: &mut Device, submission: SubmitOrder) -> Answer {
    let sent = tablet.submit(submission);
    client.post("/sync/v1/push", &push_of(tablet, vec![sent])).await
}
