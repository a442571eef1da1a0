//! Somebody is invited, makes their account by the link, and is locked out again.

use domain::wire::{
    Me,
    people::{InvitationCard, InvitationMade, PersonCard, PlaceCard},
};
use serde_json::{Value, json};

use super::{devices, market};

const PASSWORD: &str = "trois mots choisis";
const DAY_MS: i64 = 24 * 3_600_000;

fn token(made: &InvitationMade) -> String {
    let (page, token) = made.link.split_once('#').unwrap();
    assert_eq!(page, "http://localhost:8080/invitation");
    token.to_owned()
}

#[tokio::test]
async fn the_hub_invites_a_cook_who_makes_an_account_by_the_link_once() {
    let (_store, market, mut client) = market().await;
    let hub = client.signed_in("hub@market.example").await;
    let places: Vec<PlaceCard> = hub.get("/api/places").await.json();
    let names: Vec<_> = places.iter().map(|place| place.name.as_str()).collect();
    assert_eq!(names, ["Collège Jean-Vilar", "École des Tilleuls", "Ferme du Causse", "Mas des Oliviers"]);
    let asked = json!({"name": "Anne Roux", "email": "Anne@Cuisine.Example", "role": "kitchen", "site": market.kitchens[0].site});
    let made: InvitationMade = hub.post("/api/invitations", &asked).await.json();
    assert!(!made.mailed, "this server has no mail");

    let token = token(&made);
    let card: InvitationCard = client.post("/api/invitations/open", &json!({"token": token})).await.json();
    assert_eq!((card.name.as_str(), card.place.as_str()), ("Anne Roux", "École des Tilleuls"));
    let weak = json!({"token": token, "password": "anne@cuisine.example"});
    assert_eq!(client.post("/api/invitations/accept", &weak).await.refusal(), (422, "WEAK_PASSWORD".into()));
    let accept = json!({"token": token, "password": PASSWORD});
    let accepted = client.post("/api/invitations/accept", &accept).await;
    assert_eq!(accepted.status.as_u16(), 204);
    client.keep_cookie(&accepted);
    let me: Me = client.get("/api/me").await.json();
    assert_eq!((me.name.as_str(), me.email.as_str()), ("Anne Roux", "anne@cuisine.example"));
    assert_eq!(
        client.post("/api/invitations/accept", &accept).await.refusal(),
        (410, "INVITATION_OVER".into()),
        "a second time"
    );
    let signed_in = json!({"email": "anne@cuisine.example", "password": PASSWORD});
    assert_eq!(client.post("/api/session", &signed_in).await.status.as_u16(), 204);
    assert_eq!(hub.post("/api/invitations", &asked).await.refusal(), (409, "EMAIL_TAKEN".into()));
}

#[tokio::test]
async fn an_invitation_ends_by_another_by_being_taken_back_and_by_itself() {
    let (_store, market, client) = market().await;
    let manager = client.signed_in("tilleuls@market.example").await;
    let asked = json!({"name": "Anne", "email": "anne@cuisine.example", "role": "kitchen", "site": market.kitchens[0].site});
    let opens = |made: &InvitationMade| {
        let body = json!({"token": token(made)});
        let client = client.another();
        async move { client.post("/api/invitations/open", &body).await.refusal() }
    };
    let over = (410, "INVITATION_OVER".to_owned());
    let first: InvitationMade = manager.post("/api/invitations", &asked).await.json();
    let second: InvitationMade = manager.post("/api/invitations", &asked).await.json();
    assert_eq!((opens(&first).await, opens(&second).await.0), (over.clone(), 200), "the last one counts");
    let listed: Vec<InvitationCard> = manager.get("/api/invitations").await.json();
    assert_eq!(listed, std::slice::from_ref(&second.invitation));
    let address = format!("/api/invitations/{}", second.invitation.id);
    assert_eq!(manager.delete(&address).await.status.as_u16(), 204);
    assert_eq!(opens(&second).await, over, "taken back");
    let third: InvitationMade = manager.post("/api/invitations", &asked).await.json();
    client.clock.advance_ms(14 * DAY_MS);
    assert_eq!(opens(&third).await, over, "two weeks later");
}

#[tokio::test]
async fn a_kitchen_invites_colleagues_and_nobody_else_anywhere_else() {
    let (_store, market, client) = market().await;
    let manager = client.signed_in("tilleuls@market.example").await;
    let to = [
        json!({"role": "kitchen", "site": market.kitchens[1].site}),
        json!({"role": "kitchen", "site": market.neighbour_kitchen.site}),
        json!({"role": "producer", "producer": market.producers[0]}),
        json!({"role": "hub"}),
        json!({"role": "authority", "owner": market.owners[1]}),
    ];
    for mut asked in to {
        asked["name"] = "Anne".into();
        asked["email"] = "anne@cuisine.example".into();
        let refused = manager.post("/api/invitations", &asked).await;
        assert_eq!(refused.refusal(), (404, "NOT_FOUND".into()), "{asked}");
    }
    // The hub's own hands reach no further than its hub.
    let hub = client.signed_in("hub@market.example").await;
    let elsewhere = json!({"name": "Anne", "email": "a@x.example", "role": "kitchen", "site": market.neighbour_kitchen.site});
    assert_eq!(hub.post("/api/invitations", &elsewhere).await.refusal(), (404, "NOT_FOUND".into()));
    for (name, email, code) in [("", "a@x.example", "BAD_NAME"), ("Anne", "nowhere", "BAD_EMAIL")] {
        let asked = json!({"name": name, "email": email, "role": "hub"});
        assert_eq!(hub.post("/api/invitations", &asked).await.refusal(), (422, code.into()));
    }
    // A colleague is seen by the kitchen and by the hub; a kitchen sees no further.
    let people: Vec<PersonCard> = manager.get("/api/people").await.json();
    assert_eq!(people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["tilleuls"]);
    assert_eq!(hub.get("/api/people").await.json::<Vec<Value>>().len(), 8);
}

#[tokio::test]
async fn a_person_who_is_locked_out_is_out_everywhere_until_let_in_again() {
    let (_store, market, client) = market().await;
    let cook = client.signed_in("tilleuls@market.example").await;
    let (tablet, _) = devices::paired(&cook).await;
    let hub = client.signed_in("hub@market.example").await;
    let person = market.kitchens[0].user;
    assert_eq!(hub.post(&format!("/api/people/{person}/disable"), &json!({})).await.status.as_u16(), 204);
    for session in [&cook, &tablet] {
        assert_eq!(session.get("/api/me").await.refusal(), (401, "NOT_SIGNED_IN".into()));
    }
    assert_eq!(client.another().sign_in("tilleuls@market.example").await.as_u16(), 401);
    assert_eq!(hub.post(&format!("/api/people/{person}/enable"), &json!({})).await.status.as_u16(), 204);
    assert_eq!(cook.get("/api/me").await.refusal().0, 401, "what ended stays ended");
    assert_eq!(client.another().sign_in("tilleuls@market.example").await.as_u16(), 204);
    let me: Me = hub.get("/api/me").await.json();
    let oneself = hub.post(&format!("/api/people/{}/disable", me.user), &json!({})).await;
    assert_eq!(oneself.refusal(), (409, "NOT_ONESELF".into()));
}
