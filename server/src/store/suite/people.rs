//! Who comes in: invitations, devices, sessions and the journal, on both engines.

use domain::{
    enterprise::{Role, RoleName},
    id::UserId,
    time::Timestamp,
    wire::ways_in::SecondStepRule,
};

use crate::{
    on_both_engines,
    store::{
        Actor, InviteError, MAX_PASSKEYS, NewInvitation, NewPasskey, NewSession, OpenedWith, PasskeyError,
        Reopened, Store, Within,
    },
    testing::{Market, NOW, TestStore},
};

on_both_engines!(
    a_device_is_paired_seen_named_and_revoked,
    an_invitation_is_used_once,
    a_person_is_locked_out_and_let_in,
    a_key_is_handed_over_to_its_place_alone,
    a_link_signs_in_once_who_orders_or_sells,
    a_passkey_is_kept_used_as_it_was_and_ended,
    a_ceremony_is_taken_up_once_by_who_began_it,
    a_second_step_is_passed_once_a_code,
    a_rule_ends_the_sessions_it_concerns_that_were_opened_with_less,
    a_session_is_ended_by_its_public_name,
    an_identity_waits_until_its_person_confirms,
    the_journal_is_one_chain_a_hub,
    what_is_over_is_forgotten,
);

fn kitchen(market: &Market) -> (Actor, Within, Role) {
    let who = market.kitchens[0];
    let role = Role::Kitchen { hub: who.hub, site: who.site };
    (Actor { hub: who.hub, user: who.user, device: None }, Within::of(role).unwrap(), role)
}

async fn a_link_signs_in_once_who_orders_or_sells(store: TestStore) {
    let market = Market::open(&store).await;
    let (actor, _, role) = kitchen(&market);
    let soon = NOW.plus_ms(1_000);
    for token in [[1; 32], [2; 32]] {
        assert!(store.make_sign_in_link(actor.user, token, NOW, soon).await.unwrap());
    }
    assert!(store.open_sign_in_link([1; 32], NOW).await.unwrap().is_none(), "the last one counts");
    assert!(store.open_sign_in_link([2; 32], soon).await.unwrap().is_none(), "not too late");
    let owner = store.open_sign_in_link([2; 32], NOW).await.unwrap().unwrap();
    assert_eq!((owner.user, owner.role), (actor.user, role));
    assert!(store.use_sign_in_link(&owner, [2; 32], NOW).await.unwrap());
    assert!(!store.use_sign_in_link(&owner, [2; 32], NOW).await.unwrap(), "once");
    store.make_sign_in_link(actor.user, [3; 32], NOW, soon).await.unwrap();
    assert!(store.purge_access(soon, NOW, NOW).await.unwrap() >= 1);
    let nobody = UserId(uuid::Uuid::from_u128(1));
    assert!(!store.make_sign_in_link(nobody, [4; 32], NOW, soon).await.unwrap());
}

fn key(id: u8) -> NewPasskey {
    NewPasskey { id: vec![id; 32], name: "Quai".into(), body: "1".into() }
}

async fn a_passkey_is_kept_used_as_it_was_and_ended(store: TestStore) {
    let market = Market::open(&store).await;
    let (actor, _, role) = kitchen(&market);
    let other = Actor { user: market.kitchens[1].user, ..actor };
    store.add_passkey(actor, [0; 32], &key(1), NOW).await.unwrap();
    assert!(matches!(store.add_passkey(other, [0; 32], &key(1), NOW).await, Err(PasskeyError::Known)));
    assert_eq!(store.passkey_ids(actor.user).await.unwrap(), [vec![1; 32]]);
    assert!(store.find_passkey(&[2; 32]).await.unwrap().is_none());
    let known = store.find_passkey(&[1; 32]).await.unwrap().unwrap();
    assert_eq!((known.owner.user, known.owner.role, known.body.as_str()), (actor.user, role, "1"));
    let later = NOW.plus_ms(5);
    assert!(store.use_passkey(&known, "2", later).await.unwrap());
    assert!(!store.use_passkey(&known, "2", later).await.unwrap(), "it is not as it was looked at");
    let [card] = &store.ways_in(actor.user).await.unwrap().passkeys[..] else { panic!() };
    assert_eq!((card.name.as_str(), card.made_at, card.used_at), ("Quai", NOW, Some(later)));

    assert!(!store.rename_passkey(other, &card.id, "x").await.unwrap(), "another's");
    assert!(store.rename_passkey(actor, &card.id, "Cuisine").await.unwrap());
    assert!(!store.remove_passkey(other, &card.id, NOW).await.unwrap(), "another's");
    assert!(store.remove_passkey(actor, &card.id, NOW).await.unwrap());
    assert!(!store.remove_passkey(actor, &card.id, NOW).await.unwrap());

    store.add_passkey(actor, [0; 32], &key(3), NOW).await.unwrap();
    let known = store.find_passkey(&[3; 32]).await.unwrap().unwrap();
    store.end_copied_passkey(&known, NOW).await.unwrap();
    assert!(store.find_passkey(&[3; 32]).await.unwrap().is_none());
    for id in 0..u8::try_from(MAX_PASSKEYS).unwrap() {
        store.add_passkey(actor, [0; 32], &key(100 + id), NOW).await.unwrap();
    }
    assert!(matches!(store.add_passkey(actor, [0; 32], &key(99), NOW).await, Err(PasskeyError::TooMany)));
    assert!(store.disable_person(other, all_of(&market), actor.user, NOW).await.unwrap());
    assert_eq!(store.passkey_ids(actor.user).await.unwrap().len(), 0);
}

async fn a_ceremony_is_taken_up_once_by_who_began_it(store: TestStore) {
    let market = Market::open(&store).await;
    let (user, soon) = (Some(kitchen(&market).0.user), NOW.plus_ms(1_000));
    let keep = async |token: u8, user, expires_at| {
        store.keep_passkey_ceremony([token; 32], user, "x", NOW, expires_at).await.unwrap();
    };
    let take =
        async |token: u8, user, now| store.take_passkey_ceremony([token; 32], user, now).await.unwrap();
    let found = Some("x".to_owned());
    for (by, to, taken) in [(None, None, true), (user, user, true), (user, None, false), (None, user, false)]
    {
        keep(1, by, soon).await;
        assert_eq!(take(1, to, NOW).await.is_some(), taken, "{by:?} {to:?}");
        assert_eq!(take(1, by, NOW).await, None, "once, whoever asked");
    }
    keep(2, user, soon).await;
    keep(3, user, soon).await;
    assert_eq!(take(2, user, NOW).await, None, "one key at a time");
    assert_eq!(take(3, user, soon).await, None, "too late");
    keep(4, None, soon).await;
    assert_eq!(store.purge_access(soon, NOW, NOW).await.unwrap(), 1);

    // Strangers who begin without end push out the oldest, and no more.
    keep(5, None, soon).await;
    for at in 0..2_000_u32 {
        let mut token = [0xff; 32];
        token[..4].copy_from_slice(&at.to_be_bytes());
        let expires_at = soon.plus_ms(1 + i64::from(at));
        store.keep_passkey_ceremony(token, None, "x", NOW, expires_at).await.unwrap();
        if at == 1_998 {
            assert_eq!(take(5, None, NOW).await, found);
            keep(5, None, soon).await;
        }
    }
    assert_eq!(take(5, None, NOW).await, None);
}

async fn a_key_is_handed_over_to_its_place_alone(store: TestStore) {
    let market = Market::open(&store).await;
    let (actor, within, _) = kitchen(&market);
    let name = store.keep_sealing_key(actor, within, [7; 32], NOW).await.unwrap();
    let taken =
        async |within, name: &str| store.hand_over_sealing_key(actor, within, name, NOW).await.unwrap();
    assert_eq!(taken(within, &name).await, Some([7; 32]));
    for other in others(&market).into_iter().chain([all_of(&market)]) {
        assert_eq!(taken(other, &name).await, None, "{other:?}");
    }
    assert_eq!(taken(within, "0").await, None);
    let of_hub = store.keep_sealing_key(actor, all_of(&market), [8; 32], NOW).await.unwrap();
    assert_eq!(taken(all_of(&market), &of_hub).await, Some([8; 32]));
    assert_eq!(taken(within, &of_hub).await, None);
}

fn all_of(market: &Market) -> Within {
    Within { hub: market.hub, site: None, producer: None }
}

/// What a role of somebody else of the hub, and of the neighbour, answers for.
fn others(market: &Market) -> [Within; 3] {
    let [_, other] = market.kitchens;
    let producer = Role::Producer { hub: market.hub, producer: market.producers[0] };
    [
        Within::of(Role::Kitchen { hub: other.hub, site: other.site }).unwrap(),
        Within::of(producer).unwrap(),
        Within { hub: market.neighbour, site: None, producer: None },
    ]
}

async fn a_device_is_paired_seen_named_and_revoked(store: TestStore) {
    let market = Market::open(&store).await;
    let (actor, within, role) = kitchen(&market);
    let soon = NOW.plus_ms(1_000);
    store.begin_pairing(actor, [1; 32], NOW, soon).await.unwrap();
    assert!(store.pair([2; 32], "x", NOW).await.unwrap().is_none());
    assert!(store.pair([1; 32], "x", soon).await.unwrap().is_none(), "too late");
    let paired = store.pair([1; 32], "Tablette", NOW).await.unwrap().unwrap();
    assert_eq!((paired.user, paired.role), (actor.user, role));
    assert!(store.pair([1; 32], "x", NOW).await.unwrap().is_none(), "once");

    let session = NewSession {
        token: [3; 32],
        user: paired.user,
        with: OpenedWith::Pairing(paired.device),
        expires_at: soon,
    };
    store.open_session(session, NOW).await.unwrap();
    let found = store.find_session([3; 32], NOW).await.unwrap().unwrap();
    assert_eq!((found.device, found.revoked), (Some(paired.device), false));
    assert_eq!(found.me.device.as_deref(), Some("Tablette"));

    store.see_device(paired.device, "2026.11", 4, NOW).await.unwrap();
    assert!(store.rename_device(actor, within, paired.device, "Quai", NOW).await.unwrap());
    let [card] = &store.devices(all_of(&market), None).await.unwrap()[..] else { panic!() };
    assert_eq!((card.name.as_str(), card.build.as_str(), card.pending), ("Quai", "2026.11", 4));
    assert_eq!(card.place, "École des Tilleuls");
    for other in others(&market) {
        assert!(store.devices(other, None).await.unwrap().is_empty());
        assert!(!store.rename_device(actor, other, paired.device, "x", NOW).await.unwrap());
        assert!(!store.revoke_device(actor, other, paired.device, NOW).await.unwrap());
    }
    assert!(store.revoke_device(actor, within, paired.device, NOW).await.unwrap());
    assert!(store.devices(within, None).await.unwrap().is_empty());
    assert!(store.find_session([3; 32], NOW).await.unwrap().unwrap().revoked);
    assert!(!store.rename_device(actor, within, paired.device, "x", NOW).await.unwrap());
}

fn invitation(market: &Market, token: u8, role: Role) -> NewInvitation {
    let expires_at = NOW.plus_ms(1_000);
    assert_eq!(role.hub(), market.hub);
    NewInvitation {
        name: "Anne".into(),
        email: "Anne@x.example".into(),
        role,
        owner: None,
        token: [token; 32],
        expires_at,
    }
}

async fn an_invitation_is_used_once(store: TestStore) {
    let market = Market::open(&store).await;
    let (actor, within, role) = kitchen(&market);
    store.invite(Some(actor), &invitation(&market, 1, role), NOW).await.unwrap();
    let card = store.invite(Some(actor), &invitation(&market, 2, role), NOW).await.unwrap();
    assert!(store.open_invitation([1; 32], NOW).await.unwrap().is_none(), "the second took its place");
    assert_eq!(store.invitations(within, NOW).await.unwrap(), std::slice::from_ref(&card));
    for other in others(&market) {
        assert!(store.invitations(other, NOW).await.unwrap().is_empty());
        assert!(!store.withdraw_invitation(actor, other, card.id, NOW).await.unwrap());
    }
    let nowhere = Role::Kitchen { hub: market.hub, site: market.neighbour_kitchen.site };
    let refused = store.invite(Some(actor), &invitation(&market, 3, nowhere), NOW).await;
    assert!(matches!(refused, Err(InviteError::UnknownPlace)), "{refused:?}");

    let late = NOW.plus_ms(1_000);
    assert!(store.accept_invitation([2; 32], "hash".into(), late).await.unwrap().is_none());
    let (user, given) = store.accept_invitation([2; 32], "hash".into(), NOW).await.unwrap().unwrap();
    assert_eq!(given, role);
    assert!(store.accept_invitation([2; 32], "hash".into(), NOW).await.unwrap().is_none());
    assert_eq!(store.find_credentials("anne@x.example").await.unwrap().unwrap().user, user);
    let taken = store.invite(Some(actor), &invitation(&market, 4, role), NOW).await;
    assert!(matches!(taken, Err(InviteError::EmailTaken)), "{taken:?}");
}

async fn a_person_is_locked_out_and_let_in(store: TestStore) {
    let market = Market::open(&store).await;
    let (actor, within, _) = kitchen(&market);
    let hub =
        Actor { user: store.find_credentials("hub@market.example").await.unwrap().unwrap().user, ..actor };
    let session = NewSession {
        token: [1; 32],
        user: actor.user,
        with: OpenedWith::OneStep,
        expires_at: NOW.plus_ms(9),
    };
    store.open_session(session, NOW).await.unwrap();
    let people = store.people(within).await.unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!((people[0].role, people[0].place.as_str()), (RoleName::Kitchen, "École des Tilleuls"));
    for other in others(&market) {
        assert!(!store.disable_person(hub, other, actor.user, NOW).await.unwrap());
    }
    assert!(store.disable_person(hub, all_of(&market), actor.user, NOW).await.unwrap());
    assert!(store.find_session([1; 32], NOW).await.unwrap().is_none());
    assert!(store.find_credentials("tilleuls@market.example").await.unwrap().is_none());
    assert_eq!(store.people(within).await.unwrap()[0].disabled_at, Some(NOW));
    let reopened = store.enable_person(hub, all_of(&market), actor.user, NOW).await.unwrap();
    assert_eq!(reopened, Reopened::Done);
    assert!(store.find_session([1; 32], NOW).await.unwrap().is_none(), "what ended stays ended");
    assert!(store.find_credentials("tilleuls@market.example").await.unwrap().is_some());
    let nobody = UserId(uuid::Uuid::nil());
    let unknown = store.enable_person(hub, all_of(&market), nobody, NOW).await.unwrap();
    assert_eq!(unknown, Reopened::Unknown);
    assert!(store.erase_person(hub, market.hub, actor.user, NOW).await.unwrap());
    let erased = store.enable_person(hub, all_of(&market), actor.user, NOW).await.unwrap();
    assert_eq!(erased, Reopened::Erased);
    assert!(store.people(within).await.unwrap()[0].erased);
    let link = store.make_password_link(Some(hub), actor.user, [9; 32], NOW, NOW.plus_ms(9)).await.unwrap();
    assert!(!link, "nobody is left to come in");
}

async fn a_session_is_ended_by_its_public_name(store: TestStore) {
    let market = Market::open(&store).await;
    let (actor, ..) = kitchen(&market);
    for (token, seen) in [([1; 32], NOW), ([2; 32], NOW.plus_ms(1))] {
        let session =
            NewSession { token, user: actor.user, with: OpenedWith::OneStep, expires_at: NOW.plus_ms(9) };
        store.open_session(session, seen).await.unwrap();
    }
    let sessions = store.sessions(actor.user, [1; 32], NOW).await.unwrap();
    assert_eq!(sessions.iter().map(|session| session.current).collect::<Vec<_>>(), [false, true]);
    let stranger = Actor { user: market.kitchens[1].user, ..actor };
    assert!(!store.end_session_named(stranger, &sessions[0].id, NOW).await.unwrap());
    assert!(store.end_session_named(actor, &sessions[0].id, NOW).await.unwrap());
    assert!(store.find_session([2; 32], NOW).await.unwrap().is_none());
    assert!(store.find_session([1; 32], NOW).await.unwrap().is_some());
}

async fn deeds(store: &Store, market: &Market) -> Vec<String> {
    let journal = store.journal(market.hub).await.unwrap();
    journal.lines.iter().rev().map(|line| line.deed.code().to_owned()).collect()
}

async fn the_journal_is_one_chain_a_hub(store: TestStore) {
    let market = Market::open(&store).await;
    let (actor, ..) = kitchen(&market);
    assert_eq!(store.journal(market.hub).await.unwrap().lines, []);
    for n in 0..4 {
        store.begin_pairing(actor, [n; 32], NOW, NOW.plus_ms(1_000)).await.unwrap();
    }
    store.pair([3; 32], "Tablette", NOW).await.unwrap().unwrap();
    assert_eq!(deeds(&store, &market).await.len(), 5);
    let journal = store.journal(market.hub).await.unwrap();
    assert_eq!(journal.broken_at, None);
    assert_eq!(journal.lines[0].about.as_deref(), Some("Tablette"));
    assert_eq!(journal.lines[0].place, 5);
    assert_eq!(store.journal(market.neighbour).await.unwrap().lines, []);
    store.rewrite_journal(market.hub, 1, "SIGNED_IN").await.unwrap();
    assert_eq!(store.journal(market.hub).await.unwrap().broken_at, Some(1));
    assert_eq!(store.broken_journal(market.hub).await.unwrap(), Some(1));
}

async fn what_is_over_is_forgotten(store: TestStore) {
    let market = Market::open(&store).await;
    let (actor, within, role) = kitchen(&market);
    store.begin_pairing(actor, [1; 32], NOW, NOW.plus_ms(10)).await.unwrap();
    store.invite(Some(actor), &invitation(&market, 1, role), NOW).await.unwrap();
    let paired = NewSession {
        token: [2; 32],
        user: actor.user,
        with: OpenedWith::OneStep,
        expires_at: NOW.plus_ms(10),
    };
    store.open_session(paired, NOW).await.unwrap();
    let later = NOW.plus_ms(10);
    assert_eq!(store.purge_access(later, NOW, Timestamp(0)).await.unwrap(), 2, "a code and a session");
    assert_eq!(store.invitations(within, NOW).await.unwrap().len(), 1);
    assert_eq!(store.purge_access(later, NOW, NOW.plus_ms(1_001)).await.unwrap(), 1, "the invitation");
    assert_eq!(deeds(&store, &market).await, ["PAIRING_BEGUN", "INVITED"], "the journal stays");
}

async fn a_second_step_is_passed_once_a_code(store: TestStore) {
    let market = Market::open(&store).await;
    let (actor, ..) = kitchen(&market);
    let user = actor.user;
    let (hashes, salt) = ([vec![1; 32], vec![2; 32]], vec![7; 16]);
    assert!(!store.confirm_second_step(actor, [0; 32], 5, &hashes, NOW).await.unwrap(), "none was begun");
    for secret in [vec![3; 20], vec![4; 20]] {
        assert!(store.begin_second_step(user, secret, salt.clone()).await.unwrap());
    }
    let begun = store.find_second_step(user).await.unwrap().unwrap();
    assert_eq!((begun.secret, begun.salt, begun.is_on), (vec![4; 20], salt.clone(), false));
    assert!(!store.use_step(user, 5).await.unwrap(), "it does not count yet");
    assert_eq!(store.ways_in(user).await.unwrap().second_step, None);
    assert!(store.confirm_second_step(actor, [0; 32], 5, &hashes, NOW).await.unwrap());
    assert!(!store.begin_second_step(user, vec![5; 20], salt).await.unwrap(), "one counts");
    let taken = [(5, false), (7, true), (7, false), (6, false), (8, true)];
    for (step, counts) in taken {
        assert_eq!(store.use_step(user, step).await.unwrap(), counts, "{step}");
    }
    for counts in [true, false] {
        assert_eq!(store.use_recovery_code(actor, vec![2; 32], NOW).await.unwrap(), counts);
    }
    let told = store.ways_in(user).await.unwrap().second_step.unwrap();
    assert_eq!((told.since, told.recovery_codes), (NOW, 1));

    for other in others(&market) {
        assert!(!store.reset_second_step(actor, other, user, NOW).await.unwrap());
    }
    assert!(store.find_second_step(user).await.unwrap().is_some());
    let found = NewSession { token: [1; 32], user, with: OpenedWith::TwoSteps, expires_at: NOW.plus_ms(9) };
    store.open_session(found, NOW).await.unwrap();
    assert!(store.reset_second_step(actor, all_of(&market), user, NOW).await.unwrap());
    assert!(store.find_second_step(user).await.unwrap().is_none());
    assert!(store.find_session([1; 32], NOW).await.unwrap().is_none(), "whoever found the telephone is out");
    store.begin_second_step(user, vec![3; 20], vec![7; 16]).await.unwrap();
    store.confirm_second_step(actor, [0; 32], 9, &hashes, NOW).await.unwrap();
    store.end_second_step(actor, NOW).await.unwrap();
    store.end_second_step(actor, NOW).await.unwrap();
    assert!(store.find_second_step(user).await.unwrap().is_none());
    assert!(!store.use_recovery_code(actor, vec![1; 32], NOW).await.unwrap());
}

async fn a_rule_ends_the_sessions_it_concerns_that_were_opened_with_less(store: TestStore) {
    let market = Market::open(&store).await;
    let (actor, ..) = kitchen(&market);
    let hub = store.find_credentials("hub@market.example").await.unwrap().unwrap().user;
    let code = store.begin_pairing(actor, [9; 32], NOW, NOW.plus_ms(9)).await;
    code.unwrap();
    let device = store.pair([9; 32], "Tablette", NOW).await.unwrap().unwrap().device;
    let sessions = [
        ([1; 32], actor.user, OpenedWith::OneStep),
        ([2; 32], actor.user, OpenedWith::TwoSteps),
        ([3; 32], actor.user, OpenedWith::Pairing(device)),
        ([4; 32], hub, OpenedWith::OneStep),
        ([5; 32], hub, OpenedWith::TwoSteps),
    ];
    for (token, user, with) in sessions {
        let session = NewSession { token, user, with, expires_at: NOW.plus_ms(9) };
        store.open_session(session, NOW).await.unwrap();
    }
    let living = async || {
        let mut living = Vec::new();
        for (token, ..) in sessions {
            if let Some(session) = store.find_session(token, NOW).await.unwrap() {
                living.push((token[0], session.me.second_step_due));
            }
        }
        living
    };
    let set = async |rule| store.set_second_step_rule(actor, rule, NOW).await.unwrap();
    set(SecondStepRule::Chosen).await;
    assert_eq!(living().await, [1, 2, 3, 4, 5].map(|token| (token, false)));
    set(SecondStepRule::Desks).await;
    assert_eq!(living().await, [1, 2, 3, 5].map(|token| (token, false)), "the hub's people alone");
    set(SecondStepRule::Everybody).await;
    assert_eq!(living().await, [2, 3, 5].map(|token| (token, false)), "a paired device goes on");

    let late = NewSession {
        token: [1; 32],
        user: actor.user,
        with: OpenedWith::OneStep,
        expires_at: NOW.plus_ms(9),
    };
    store.open_session(late, NOW).await.unwrap();
    assert_eq!(living().await[0], (1, true), "come in anew, and it owes");
    let before = store.second_step_board(market.hub).await.unwrap();
    assert!(!store.proves_more(actor.user).await.unwrap());
    store.add_passkey(actor, [1; 32], &key(1), NOW).await.unwrap();
    assert_eq!(living().await[0], (1, false), "chosen in this very session");
    assert!(store.proves_more(actor.user).await.unwrap());
    let after = store.second_step_board(market.hub).await.unwrap();
    assert_eq!(after.others_without, before.others_without - 1);
    assert_eq!(after.desks_without, before.desks_without);
}

async fn an_identity_waits_until_its_person_confirms(store: TestStore) {
    let market = Market::open(&store).await;
    let (actor, ..) = kitchen(&market);
    let (issuer, user, soon) = ("https://sign-on.example", actor.user, NOW.plus_ms(1_000));
    assert!(store.find_identity(issuer, "ada").await.unwrap().is_none());
    store.keep_identity_waiting([1; 32], issuer, "ada", user, soon).await.unwrap();
    store.keep_identity_waiting([2; 32], issuer, "ada", user, soon).await.unwrap();
    assert!(store.find_identity_waiting([1; 32], NOW).await.unwrap().is_none(), "the last journey counts");
    assert!(store.find_identity_waiting([2; 32], soon).await.unwrap().is_none(), "too late");
    assert_eq!(store.find_identity_waiting([2; 32], NOW).await.unwrap().unwrap().user, user);
    assert!(store.find_identity(issuer, "ada").await.unwrap().is_none(), "nothing is linked yet");
    let other = Actor { user: market.kitchens[1].user, ..actor };
    assert!(!store.link_identity(other, [2; 32], NOW).await.unwrap(), "it waits for another account");
    store.keep_identity_waiting([3; 32], issuer, "ada", user, soon).await.unwrap();
    assert!(store.link_identity(actor, [3; 32], NOW).await.unwrap());
    assert!(!store.link_identity(actor, [3; 32], NOW).await.unwrap(), "once");
    let found = store.find_identity(issuer, "ada").await.unwrap().unwrap();
    assert_eq!((found.owner.user, found.is_open), (user, true));
    assert!(store.find_identity("https://other.example", "ada").await.unwrap().is_none());

    let [card] = &store.ways_in(user).await.unwrap().identities[..] else { panic!() };
    assert_eq!((card.issuer.as_str(), card.linked_at), (issuer, NOW));
    assert!(!store.unlink_identity(other, &card.id, NOW).await.unwrap(), "another's");
    assert!(store.disable_person(other, all_of(&market), user, NOW).await.unwrap());
    assert!(!store.find_identity(issuer, "ada").await.unwrap().unwrap().is_open);
    assert!(store.unlink_identity(actor, &card.id, NOW).await.unwrap());
    assert!(store.find_identity(issuer, "ada").await.unwrap().is_none());

    store.keep_identity_waiting([4; 32], issuer, "ada", user, soon).await.unwrap();
    assert_eq!(store.purge_access(soon, NOW, NOW).await.unwrap(), 1);
}
