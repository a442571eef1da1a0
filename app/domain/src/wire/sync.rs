//! The messages of `/sync/v1`.
//!
//! ```text
//! hello   who am I, what time is it, which scopes may I hold
//! push    commands up, receipts down        (the push reply alone never removes a command from the outbox)
//! pull    cursors up, changes down, together with the last command number the server has applied
//! ```

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    command::Envelope,
    enterprise::Role,
    id::{DeviceId, HubId, OutboxId, ProducerId, SiteId, UserId},
    ordered::Map,
    receipt::Receipt,
    text_form::text_form,
    time::Timestamp,
};

/// Version of the protocol.
pub const PROTO: u32 = 1;
/// Version of the entities' schema. Additive changes do not raise it.
pub const SCHEMA: u32 = 1;
/// A push holds at most this many commands…
pub const MAX_COMMANDS: usize = 50;
/// … and this many bytes.
pub const MAX_PUSH_BYTES: usize = 256 * 1024;

/// A stream of changes a device may hold: the unit of rights, of cursor and of snapshot.
///
/// `cat:<hub>` the catalogue · `site:<id>` a kitchen's orders, drafts and tickets · `prod:<id>` a producer's sheets ·
/// `hub:<id>` the quay.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(pub String);

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Scope {
    /// A hub's catalogue.
    #[must_use]
    pub fn catalog(hub: HubId) -> Self {
        Self(format!("cat:{hub}"))
    }

    /// Whether it is a catalogue: told as a snapshot and its changes, not row by row.
    #[must_use]
    pub fn is_catalog(&self) -> bool {
        self.0.starts_with("cat:")
    }

    /// A kitchen's own orders, drafts and tickets.
    #[must_use]
    pub fn site(site: SiteId) -> Self {
        Self(format!("site:{site}"))
    }

    /// A producer's own demand and sheets.
    #[must_use]
    pub fn producer(producer: ProducerId) -> Self {
        Self(format!("prod:{producer}"))
    }

    /// What is to pass over a hub's quay, and what did.
    #[must_use]
    pub fn hub(hub: HubId) -> Self {
        Self(format!("hub:{hub}"))
    }

    /// The feed that is about a role's place alone.
    #[must_use]
    pub fn own(role: Role) -> Option<Self> {
        match role {
            Role::Kitchen { site, .. } => Some(Self::site(site)),
            Role::Producer { producer, .. } => Some(Self::producer(producer)),
            Role::Hub { hub } => Some(Self::hub(hub)),
            Role::Authority { .. } => None,
        }
    }
}

/// A position in a scope's feed: the life of the store (`epoch`) and the last change seen (`seq`). Written `e<hex>.<seq>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    /// Changes when the server's store was restored or reset: positions of another epoch mean nothing.
    pub epoch: u64,
    /// The last change seen.
    pub seq: u64,
}

/// Not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a feed cursor such as e1f.42")]
pub struct BadCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "e{:x}.{}", self.epoch, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;
    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (epoch, seq) = text.strip_prefix('e').and_then(|rest| rest.split_once('.')).ok_or(BadCursor)?;
        let epoch = u64::from_str_radix(epoch, 16).map_err(|_| BadCursor)?;
        Ok(Self { epoch, seq: seq.parse().map_err(|_| BadCursor)? })
    }
}

text_form!(Cursor);

/// What a device says when it wakes up.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloRequest {
    /// [`PROTO`] of the application.
    pub proto: u32,
    /// [`SCHEMA`] of the application.
    pub schema: u32,
    /// Its build.
    pub build: String,
    /// How many commands wait in its outbox.
    #[serde(default)]
    pub pending: u64,
}

/// What the server wants of a device.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Go on.
    Ok,
    /// A newer build is here.
    UpdateAvailable,
    /// This build may still push, nothing else.
    UpdateRequired,
}

/// The server's answer.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloAnswer {
    /// The server's clock.
    pub server_time: Timestamp,
    /// The build it serves.
    pub build: String,
    /// What it wants.
    pub action: Action,
    /// Who is signed in.
    pub me: Me,
    /// The scopes this person may hold.
    pub scopes: Vec<Scope>,
    /// Whether it keeps drafts that the tablets of a kitchen share: one that does not would put them before a person.
    #[serde(default)]
    pub shares_drafts: bool,
}

/// Who is signed in, as `GET /api/me` and `hello` tell it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "MeFields")]
pub struct Me {
    /// The person.
    pub user: UserId,
    /// Shown in the account menu.
    pub name: String,
    /// Where they sign in.
    pub email: String,
    /// What they may be.
    #[serde(flatten)]
    pub role: Role,
    /// The name of their site, producer or hub.
    pub place: String,
    /// What the paired device is called that they speak through; `None` for a session of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Whether their hub asks for more than the password they came in with: until then they may choose a passkey or a second
    /// step, and nothing else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub second_step_due: bool,
}

/// [`Me`] as it stands on the cable: what its role is bound to beside the rest.
#[derive(Deserialize)]
struct MeFields {
    user: UserId,
    name: String,
    email: String,
    role: String,
    hub: HubId,
    site: Option<SiteId>,
    producer: Option<ProducerId>,
    place: String,
    #[serde(default)]
    device: Option<String>,
    #[serde(default)]
    second_step_due: bool,
}

/// Not a role, or one without its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a role with its place")]
pub struct BadRole;

impl TryFrom<MeFields> for Me {
    type Error = BadRole;
    fn try_from(fields: MeFields) -> Result<Self, BadRole> {
        let hub = fields.hub;
        let role = match (fields.role.as_str(), fields.site, fields.producer) {
            ("kitchen", Some(site), _) => Role::Kitchen { hub, site },
            ("producer", _, Some(producer)) => Role::Producer { hub, producer },
            ("hub", ..) => Role::Hub { hub },
            ("authority", ..) => Role::Authority { hub },
            _ => return Err(BadRole),
        };
        let MeFields { user, name, email, place, device, second_step_due, .. } = fields;
        Ok(Self { user, name, email, role, place, device, second_step_due })
    }
}

/// Commands on their way up.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushRequest {
    /// [`PROTO`].
    pub proto: u32,
    /// [`SCHEMA`].
    pub schema: u32,
    /// The application's build.
    pub build: String,
    /// The device, when it is paired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// The outbox they were written in.
    pub outbox: OutboxId,
    /// In order, without gaps.
    pub cmds: Vec<Envelope>,
}

/// The server's answer to a push. The HTTP status is 200 for [`PushAnswer::Done`], 409 for a gap, 422 for a hash.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushAnswer {
    /// Every command got its receipt.
    Done(PushDone),
    /// A command before these is missing: send again from `expected`.
    Gap {
        /// The server's clock.
        server_time: Timestamp,
        /// The number it waits for.
        expected: u64,
        /// Receipts of the commands before the gap.
        results: Vec<Receipt>,
    },
    /// The server cannot now; nothing of the rest was done.
    Later {
        /// The server's clock.
        server_time: Timestamp,
        /// When to try again.
        retry_after_ms: u64,
        /// Receipts of the commands before it stopped.
        results: Vec<Receipt>,
    },
    /// Number `m` was received before with other contents: this outbox was cloned and must take a new name.
    HashMismatch {
        /// The server's clock.
        server_time: Timestamp,
        /// The number.
        m: u64,
    },
    /// This outbox belongs to another site.
    ForeignOutbox {
        /// The server's clock.
        server_time: Timestamp,
    },
}

/// Every command got its receipt.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushDone {
    /// The server's clock.
    pub server_time: Timestamp,
    /// The last number of this outbox the server has applied.
    pub outbox_last: u64,
    /// One a command, in order.
    pub results: Vec<Receipt>,
}

/// Which changes a device wants.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    /// Where it stands in each scope; `None` when it has nothing yet.
    #[cfg_attr(feature = "schema", schema(value_type = Map<String, Value>))]
    pub cursors: Map<Scope, Option<Cursor>>,
    /// Its outbox, to be told how far it was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<OutboxId>,
    /// Receipts it already holds: only later ones are sent.
    #[serde(default)]
    pub receipts_after: u64,
    /// Rough limit of the answer.
    #[serde(default)]
    pub max_bytes: Option<u64>,
}

/// The server's answer to a pull.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullAnswer {
    /// The server's clock.
    pub server_time: Timestamp,
    /// Per scope asked for.
    pub scopes: Map<Scope, ScopePatch>,
    /// The last number of the outbox whose effects these changes contain.
    pub outbox_last: u64,
    /// The receipts up to it.
    pub receipts: Vec<Receipt>,
    /// What all living rows of a small scope sum to after these changes ([`super::RowsDigest`]): a device that holds
    /// others starts that scope over. Told with the last page of what changed; a catalogue has none.
    #[cfg_attr(feature = "schema", schema(value_type = Map<String, String>))]
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub rows: Map<Scope, String>,
}

/// The changes of one scope.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopePatch {
    /// Changes since the cursor.
    Delta {
        /// In feed order; one entity appears at most once.
        ops: Vec<Op>,
        /// Where the device stands after them.
        cursor: Cursor,
        /// There are more.
        #[serde(default)]
        more: bool,
    },
    /// Start from this immutable snapshot, then ask for what came after its cursor.
    Snapshot {
        /// Where it is: `GET` it once, its bytes never change.
        url: String,
        /// SHA-256 of its (uncompressed) bytes, in hexadecimal.
        sha256: String,
        /// Where the device stands after it.
        cursor: Cursor,
    },
    /// Throw away what is held of this scope, then apply.
    Reset {
        /// Everything that exists.
        ops: Vec<Op>,
        /// Where the device stands after them.
        cursor: Cursor,
        /// There are more.
        #[serde(default)]
        more: bool,
    },
    /// No right to this scope (any more): forget it.
    Forbidden,
}

/// One change of one entity.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Op {
    /// Its place in the feed.
    pub seq: u64,
    /// `cycle`, `terms`, `producer`, `offer`, `left`, `order`, `draft`, `ticket`, `site`, `demand`, `sheet`, `arrival`, `quay`,
    /// `departure`, `label`; others are kept unread.
    pub kind: String,
    /// Its identifier within the kind.
    pub id: String,
    /// Its whole body; `None` when it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

/// A problem as RFC 9457 (`application/problem+json`): one stable code for programs, the sentence is the application's.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Always `about:blank`: the code says it all.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable, for programs and for the sentence shown.
    pub code: String,
    /// In French, for a person reading it raw.
    pub title: String,
    /// More of the same, when there is more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_signed_in_reads_back_with_the_place_of_their_role() {
        let id = uuid::Uuid::from_u128;
        let hub = HubId(id(1));
        let roles = [
            Role::Kitchen { hub, site: SiteId(id(2)) },
            Role::Producer { hub, producer: ProducerId(id(3)) },
            Role::Hub { hub },
            Role::Authority { hub },
        ];
        for role in roles {
            let (name, email, place) = ("Anne".to_owned(), "anne@demo.example".to_owned(), "Quai".to_owned());
            let me =
                Me { user: UserId(id(4)), name, email, role, place, device: None, second_step_due: false };
            let text = serde_json::to_string(&me).unwrap();
            assert_eq!(serde_json::from_str::<Me>(&text).unwrap(), me);
            let without_place =
                text.replace("\"site\"", "\"elsewhere\"").replace("\"producer\":", "\"other\":");
            let needs_place = matches!(role, Role::Kitchen { .. } | Role::Producer { .. });
            assert_eq!(serde_json::from_str::<Me>(&without_place).is_err(), needs_place);
        }
    }

    #[test]
    fn a_cursor_is_opaque_but_exact() {
        let cursor = Cursor { epoch: u64::MAX, seq: 1_834 };
        assert_eq!(cursor.to_string(), "effffffffffffffff.1834");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in ["", "e", "e.", "1.2", "ezz.1", "e1.-1", "e1"] {
            assert_eq!(bad.parse::<Cursor>(), Err(BadCursor), "{bad:?}");
        }
    }
}
