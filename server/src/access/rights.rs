//! The one table of rights. A handler asks for the session of the role it serves, and gets the place it is bound to; the
//! store's queries are then asked for that place only.
//!
//! | | kitchen | producer | hub | authority |
//! |---|---|---|---|---|
//! | its own name (`/api/me`) | yes ² | yes ² | yes ² | yes ² |
//! | hello | yes ² | yes ² | yes ² | yes ² |
//! | pull | `cat:` its hub, `site:` its own | `cat:` its hub, `prod:` its own | `cat:` its own | nothing to hold |
//! | snapshot | `cat:` its hub | `cat:` its hub | `cat:` its own | – |
//! | poke | `site:` its own | `prod:` its own | – | – |
//! | push | for its own site | for itself | – | – |
//! | what producers announced of a week | – | its own, in its feed | its own hub's | – |
//! | what producers confirmed of a harvest | of its own lines, in its feed | its own, in its feed | its own hub's | – |
//! | week, demand, notes, harvests, delivery gaps, imports, closing, list of sheets, tickets | – | – | its own hub | – |
//! | a sheet | – | its own | any of its hub | – |
//! | indicators | – | – | – | of the kitchens under its community, sums only |
//! | keys of devices that lock: keep, take (just come in) | its site's | its own | its own | – |
//! | own sessions, password, data: read, end, change | yes ¹ | yes ¹ | yes | yes |
//! | own ways in: read | yes ¹ ² | yes ¹ ² | yes ² | yes ² |
//! | own second step, passkey: turn on, make | yes ¹ ³ | yes ¹ ³ | yes ³ | yes ³ |
//! | own second step, passkeys, accounts of elsewhere: turn off, rename, remove | yes ¹ | yes ¹ | yes | yes |
//! | pair a device | for its site ¹ | for itself ¹ | – | – |
//! | devices: read, rename, revoke | its site's ¹ | its own ¹ | any of its hub | – |
//! | people: read, invite | of its site ¹ | of its own ¹ | any of its hub | – |
//! | applications: read, answer; places: add | – | – | its own | – |
//! | communities: read, add, change; whose a kitchen and an authority are | – | – | its own | – |
//! | people: link for a password | – | – | any of its hub | – |
//! | people: disable, enable, erase, reset a second step | – | – | any of its hub but oneself | – |
//! | journal of access; of whom more than a password is asked: read, set | – | – | its own | – |
//!
//! ¹ from a session of one's own: a paired device is shared, and manages nothing.
//! ² and ³ even when the hub asks for more than the password that opened the session; nothing else is served then. ³ only of
//! who has nothing yet to prove more with: whoever stole a password does not put a passkey of theirs beside the owner's.

use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{
    enterprise::Role,
    id::{HubId, OwnerId, PlaceId, ProducerId, SiteId, UserId},
    wire::{Me, Scope},
};

use super::session;
use crate::{
    problem::Problem,
    state::AppState,
    store::{Actor, SignedIn, Within},
};

/// Anybody signed in.
pub struct AnySession(pub Me);

/// Anybody signed in, whether or not their hub asks for more than they gave.
pub struct HalfwaySession(pub SignedIn);

/// Who holds a replica: kitchens, producers, and the hub for its catalogue.
pub struct ReplicaSession(pub Me);

/// Who orders for a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KitchenSession {
    /// The person.
    pub user: UserId,
    /// The hub it orders from.
    pub hub: HubId,
    /// The only site it may order for.
    pub site: SiteId,
}

/// Who sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProducerSession {
    /// The person.
    pub user: UserId,
    /// The hub it sells through.
    pub hub: HubId,
    /// The only producer it may speak for.
    pub producer: ProducerId,
}

/// Who records commands, and for which place alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorder {
    /// A kitchen.
    Kitchen(KitchenSession),
    /// A producer.
    Producer(ProducerSession),
    /// A hub, of its quay.
    Hub(HubSession),
}

impl From<KitchenSession> for Recorder {
    fn from(who: KitchenSession) -> Self {
        Self::Kitchen(who)
    }
}

impl From<ProducerSession> for Recorder {
    fn from(who: ProducerSession) -> Self {
        Self::Producer(who)
    }
}

impl From<HubSession> for Recorder {
    fn from(who: HubSession) -> Self {
        Self::Hub(who)
    }
}

impl Recorder {
    /// The person.
    pub(crate) fn user(self) -> UserId {
        match self {
            Self::Kitchen(KitchenSession { user, .. })
            | Self::Producer(ProducerSession { user, .. })
            | Self::Hub(HubSession { user, .. }) => user,
        }
    }

    /// Whose market it is about.
    pub(crate) fn hub(self) -> HubId {
        match self {
            Self::Kitchen(KitchenSession { hub, .. })
            | Self::Producer(ProducerSession { hub, .. })
            | Self::Hub(HubSession { hub, .. }) => hub,
        }
    }

    /// The only place it may record for.
    pub(crate) fn place(self) -> PlaceId {
        match self {
            Self::Kitchen(KitchenSession { site, .. }) => site.into(),
            Self::Producer(ProducerSession { producer, .. }) => producer.into(),
            Self::Hub(HubSession { hub, .. }) => hub.into(),
        }
    }
}

/// Who works at a hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubSession {
    /// The person.
    pub user: UserId,
    /// The only hub it may see.
    pub hub: HubId,
}

impl HubSession {
    /// For the journal: no device of a hub is paired.
    pub(crate) fn actor(self) -> Actor {
        Actor { hub: self.hub, user: self.user, device: None }
    }
}

/// Anybody, from a session of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// What is known of it.
    pub signed_in: SignedIn,
    /// Its token, as the store holds it.
    pub token: [u8; 32],
}

/// Somebody's own session, in which they may choose what they prove themselves with beside a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoosingSession(pub OwnSession);

/// Who answers for devices and people, from a session of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeeperSession {
    /// Who.
    pub actor: Actor,
    /// What they are.
    pub role: Role,
    /// What they answer for: the store's queries are asked for that part alone.
    pub within: Within,
}

/// Who may read sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SheetSession {
    /// The hub.
    pub hub: HubId,
    /// The only producer whose sheets it may read; `None` for the hub itself.
    pub only: Option<ProducerId>,
}

/// Who looks at the sums of a community's kitchens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthoritySession {
    /// The hub.
    pub hub: HubId,
    /// The only community it looks at, with all under it; nobody said which: nothing.
    pub owner: Option<OwnerId>,
}

/// What each session is made of; `None`: this role may not.
trait OfRole: Sized {
    fn of_role(me: Me) -> Option<Self>;
}

impl OfRole for AnySession {
    fn of_role(me: Me) -> Option<Self> {
        Some(Self(me))
    }
}

impl OfRole for ReplicaSession {
    fn of_role(me: Me) -> Option<Self> {
        (!scopes(me.role).is_empty()).then_some(Self(me))
    }
}

impl OfRole for Recorder {
    fn of_role(me: Me) -> Option<Self> {
        match me.role {
            Role::Kitchen { hub, site } => Some(KitchenSession { user: me.user, hub, site }.into()),
            Role::Producer { hub, producer } => Some(ProducerSession { user: me.user, hub, producer }.into()),
            Role::Hub { hub } => Some(HubSession { user: me.user, hub }.into()),
            Role::Authority { .. } => None,
        }
    }
}

impl OfRole for HubSession {
    fn of_role(me: Me) -> Option<Self> {
        match me.role {
            Role::Hub { hub } => Some(Self { user: me.user, hub }),
            Role::Kitchen { .. } | Role::Producer { .. } | Role::Authority { .. } => None,
        }
    }
}

impl OfRole for SheetSession {
    fn of_role(me: Me) -> Option<Self> {
        match me.role {
            Role::Hub { hub } => Some(Self { hub, only: None }),
            Role::Producer { hub, producer } => Some(Self { hub, only: Some(producer) }),
            Role::Kitchen { .. } | Role::Authority { .. } => None,
        }
    }
}

impl SheetSession {
    /// Whether it may read this producer's sheets.
    #[must_use]
    pub fn may_read(&self, producer: ProducerId) -> bool {
        self.only.is_none_or(|only| only == producer)
    }
}

/// The feeds a role may hold.
#[must_use]
pub fn scopes(role: Role) -> Vec<Scope> {
    let catalog = match role {
        Role::Kitchen { hub, .. } | Role::Producer { hub, .. } | Role::Hub { hub } => {
            Some(Scope::catalog(hub))
        }
        Role::Authority { .. } => None,
    };
    catalog.into_iter().chain(Scope::own(role)).collect()
}

macro_rules! extracted {
    ($($session:ty),*) => {$(
        impl FromRequestParts<AppState> for $session {
            type Rejection = Problem;
            async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
                Self::of_role(whole(session::of_request(parts, state).await?)?.me).ok_or(Problem::NoRight)
            }
        }
    )*};
}
extracted!(AnySession, ReplicaSession, Recorder, HubSession, SheetSession);

/// A session whose owner gave all that their hub asks for.
fn whole(signed_in: SignedIn) -> Result<SignedIn, Problem> {
    if signed_in.me.second_step_due { Err(Problem::SecondStepDue) } else { Ok(signed_in) }
}

impl FromRequestParts<AppState> for HalfwaySession {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Ok(Self(session::of_request(parts, state).await?))
    }
}

impl FromRequestParts<AppState> for AuthoritySession {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let signed_in = whole(session::of_request(parts, state).await?)?;
        match signed_in.me.role {
            Role::Authority { hub } => Ok(Self { hub, owner: signed_in.owner }),
            Role::Kitchen { .. } | Role::Producer { .. } | Role::Hub { .. } => Err(Problem::NoRight),
        }
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        whole(session::of_request(parts, state).await?)
    }
}

impl FromRequestParts<AppState> for OwnSession {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let own = own(parts, state).await?;
        Ok(Self { signed_in: whole(own.signed_in)?, token: own.token })
    }
}

impl FromRequestParts<AppState> for ChoosingSession {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let own = own(parts, state).await?;
        if own.signed_in.me.second_step_due && state.store.proves_more(own.signed_in.me.user).await? {
            return Err(Problem::SecondStepDue);
        }
        Ok(Self(own))
    }
}

async fn own(parts: &Parts, state: &AppState) -> Result<OwnSession, Problem> {
    let signed_in = session::of_request(parts, state).await?;
    if signed_in.device.is_some() {
        return Err(Problem::PairedDevice);
    }
    let token = session::token(&parts.headers).ok_or(Problem::NotSignedIn)?;
    Ok(OwnSession { signed_in, token })
}

impl FromRequestParts<AppState> for KeeperSession {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let OwnSession { signed_in, .. } = OwnSession::from_request_parts(parts, state).await?;
        let within = Within::of(signed_in.me.role).ok_or(Problem::NoRight)?;
        Ok(Self { actor: signed_in.actor(), role: signed_in.me.role, within })
    }
}
