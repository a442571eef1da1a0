//! The description of the whole HTTP face, generated from the handlers.

use domain::{
    command::{AmendOrder, SettleTicket, SubmitOrder, WithdrawOrder},
    cycle::OrderCycle,
    enterprise::{Producer, Site},
    offer::Offer,
    order::{Order, Proposal},
    pricing::Terms,
    producer_sheet::ProducerSheet,
    ticket::Ticket,
    wire::{desk::ProducerDemand, snapshot::HubCard},
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self, Content, Ref, Response, ResponseBuilder,
        security::{ApiKey, ApiKeyValue, SecurityScheme},
    },
};

/// The body of every refusal.
pub(crate) use domain::wire::Problem as ProblemBody;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Mercuriale",
        description = "Commandes de produits locaux pour la restauration collective.\n\n\
            Money and quantities are decimal numbers written as strings; instants are milliseconds since 1970; days are \
            ISO dates. Every request that changes something carries the header `X-Sync: 1`, except signing in, and comes \
            from the server's own origin. Problems are `application/problem+json` with a stable `code`."
    ),
    tags(
        (name = "session", description = "Signing in and out."),
        (name = "people", description = "Who comes in, with which device, by whose invitation."),
        (name = "sync", description = "What tablets and phones speak: commands in, receipts and changes out."),
        (name = "hub", description = "The hub's desk."),
        (name = "sheets", description = "What producers prepare."),
        (name = "authority", description = "Sums."),
        (name = "service", description = "The service itself."),
    ),
    modifiers(&SessionCookie),
    security(("session" = [])),
    // What travels inside `Op.body` and `Envelope.a`, by its kind.
    components(schemas(
        HubCard, OrderCycle, Terms, Producer, Offer, Site, Order, Ticket, ProducerDemand, ProducerSheet, SubmitOrder,
        SettleTicket, WithdrawOrder, AmendOrder, Proposal
    )),
)]
struct Description;

struct SessionCookie;

impl Modify for SessionCookie {
    fn modify(&self, api: &mut openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        let cookie = ApiKeyValue::with_description(
            "__Host-session",
            "Set by POST /api/session; named `session` on a loopback address over plain http.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// Adds what every endpoint that reads a body may answer, whatever it is for.
pub(crate) fn complete(description: &mut openapi::OpenApi) {
    for item in description.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
        for operation in operations.into_iter().flatten().filter(|operation| operation.request_body.is_some())
        {
            for (status, code) in [("400", "MALFORMED"), ("413", "TOO_LARGE")] {
                let answers = &mut operation.responses.responses;
                answers.entry(status.to_owned()).or_insert_with(|| problem(code).into());
            }
        }
    }
}

fn problem(code: &str) -> Response {
    let body = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(code).content("application/problem+json", body).build()
}

/// What every route's own description is added to.
pub(crate) fn describe() -> openapi::OpenApi {
    Description::openapi()
}
