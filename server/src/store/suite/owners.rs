//! Communities as a tree, on both engines: what lies under one, and that none lies under itself.

use domain::wire::owners::{Owner, OwnerKind};

use crate::{
    on_both_engines,
    store::{Actor, Owned, OwnerError},
    testing::{Market, NOW, TestStore},
};

on_both_engines!(what_lies_under_a_community_is_found_and_no_community_lies_under_itself);

fn other(name: &str, parent: Option<domain::id::OwnerId>) -> Owner {
    Owner { kind: OwnerKind::Other, name: name.into(), insee: None, siren: None, parent }
}

async fn what_lies_under_a_community_is_found_and_no_community_lies_under_itself(store: TestStore) {
    let market = Market::open(&store).await;
    let (hub, [region, gard, herault]) = (market.hub, market.owners);
    let count = async |owner| store.read().await.unwrap().count_sites_below(hub, owner).await.unwrap();
    assert_eq!((count(Some(region)).await, count(Some(gard)).await, count(None).await), (2, 1, 0));
    let actor = Actor { hub, user: market.kitchens[0].user, device: None };
    let deep = store.add_owner(hub, Some(actor), &other("Syndicat", Some(gard)), NOW).await.unwrap().id;
    let kitchen = Owned::Kitchen(market.kitchens[0].site);
    assert!(store.set_owner(hub, Some(actor), kitchen, deep, NOW).await.unwrap());
    assert_eq!((count(Some(region)).await, count(Some(gard)).await, count(Some(herault)).await), (2, 1, 1));
    let other_hub = store.read().await.unwrap().count_sites_below(market.neighbour, Some(region)).await;
    assert_eq!(other_hub.unwrap(), 0);

    let cycle = store.change_owner(actor, gard, &other("Gard", Some(deep)), NOW).await;
    assert!(matches!(cycle, Err(OwnerError::Cycle)), "{cycle:?}");
    let nowhere = domain::id::OwnerId(uuid::Uuid::nil());
    let unknown = store.change_owner(actor, nowhere, &other("x", None), NOW).await;
    assert!(matches!(unknown, Err(OwnerError::Unknown)), "{unknown:?}");
    store.change_owner(actor, deep, &other("Syndicat", Some(herault)), NOW).await.unwrap();
    assert_eq!((count(Some(gard)).await, count(Some(herault)).await), (0, 2));
    let neighbour = Actor { hub: market.neighbour, ..actor };
    let foreign = store.change_owner(neighbour, gard, &other("x", None), NOW).await;
    assert!(matches!(foreign, Err(OwnerError::Unknown)), "{foreign:?}");
    assert!(!store.set_owner(market.neighbour, None, kitchen, gard, NOW).await.unwrap());

    let described = Owner { siren: Some("243400017".into()), ..other("Métropole", None) };
    let first = store.owner_of_siren(actor, &described, NOW).await.unwrap();
    assert_eq!(store.owner_of_siren(actor, &described, NOW).await.unwrap(), first, "known by its SIREN");
    let journal = store.journal(hub).await.unwrap();
    assert_eq!(journal.lines[0].about.as_deref(), Some("Métropole"));
    assert_eq!(journal.broken_at, None);
}
