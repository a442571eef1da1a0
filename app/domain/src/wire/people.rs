//! Who may come in, and with what: people, invitations, devices, sessions, and the journal of all that. Online work.

use serde::{Deserialize, Serialize};

use crate::{
    coded::coded_enum,
    enterprise::{Commune, RoleName},
    id::{ApplicationId, DeviceId, HubId, InvitationId, OwnerId, ProducerId, SiteId, UserId},
    time::Timestamp,
    wire::{Me, ways_in::OwnWaysIn},
};

/// A tablet or a phone that somebody answers for.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCard {
    /// Its identifier.
    pub id: DeviceId,
    /// As people of its place call it.
    pub name: String,
    /// Its kitchen's or producer's name.
    pub place: String,
    /// Who paired it.
    pub paired_by: String,
    /// When.
    pub paired_at: Timestamp,
    /// When it last spoke, to within some minutes.
    pub seen_at: Timestamp,
    /// How many commands waited on it then.
    pub pending: u32,
    /// The build of its application then.
    pub build: String,
}

/// A code that pairs one device, once, soon.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairingCode {
    /// Eight characters, in two groups: `K7MQ-2XVD`.
    pub code: String,
    /// When it stops pairing.
    pub expires_at: Timestamp,
    /// The address that fills the code in, for the camera of the device.
    pub qr: QrCode,
}

/// A QR code to draw.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrCode {
    /// How many modules a side has, the quiet zone included.
    pub side: u32,
    /// The dark modules, as an SVG path whose unit is one module.
    pub path: String,
}

/// The body of `POST /api/devices`: a new device shows the code it was given. Never logged.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct PairRequest {
    /// As a person typed it.
    pub code: String,
    /// What the device will be called.
    pub name: String,
}

/// The body of `POST /api/devices/{id}/rename`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenameRequest {
    /// What the device is called from now on.
    pub name: String,
}

/// One of a person's own sessions. Those of the devices they paired are told as devices.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCard {
    /// Names it, and opens nothing.
    pub id: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last served, to within some minutes.
    pub seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Somebody who signs in.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonCard {
    /// Their identifier.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Where they sign in.
    pub email: String,
    /// What they are.
    pub role: RoleName,
    /// Of what place.
    pub place: String,
    /// The community whose figures they read; of an authority alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerId>,
    /// Since when they may not sign in any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<Timestamp>,
    /// Whether what was known of them is erased: this is what is left, and nobody comes in with it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

/// What an invited person will be, and where.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum InvitedAs {
    /// Orders for a site.
    Kitchen {
        /// Its site.
        site: SiteId,
    },
    /// Sells through the hub.
    Producer {
        /// Which.
        producer: ProducerId,
    },
    /// Works at the hub.
    Hub,
    /// Reads the indicators of a community's kitchens.
    Authority {
        /// Which.
        owner: OwnerId,
    },
}

/// The body of `POST /api/invitations`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRequest {
    /// Who.
    pub name: String,
    /// Where they will sign in.
    pub email: String,
    /// What they will be.
    #[serde(flatten)]
    pub invited_as: InvitedAs,
}

/// An invitation that was made, with what opens it: told once, to who made it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationMade {
    /// The invitation.
    pub invitation: InvitationCard,
    /// The address to open, once.
    pub link: String,
    /// The same, for a camera.
    pub qr: QrCode,
    /// Whether it also left by mail.
    pub mailed: bool,
}

/// An invitation, as lists and the invited person read it.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationCard {
    /// Its identifier.
    pub id: InvitationId,
    /// Who.
    pub name: String,
    /// Where they will sign in.
    pub email: String,
    /// What they will be.
    pub role: RoleName,
    /// Of what place.
    pub place: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it stops counting.
    pub expires_at: Timestamp,
}

/// The body of `POST /api/invitations/open`. Never logged.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct OpenInvitation {
    /// What the link carries.
    pub token: String,
}

/// The body of `POST /api/invitations/accept`. Never logged.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct AcceptInvitation {
    /// What the link carries.
    pub token: String,
    /// The password the person chose.
    pub password: String,
}

/// The body of `POST /api/password-links`: somebody who forgot theirs asks for a link.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgottenPassword {
    /// Where they sign in.
    pub email: String,
}

/// A link that sets a person's password: told once, to whoever answers for them.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordLink {
    /// The address to open, once.
    pub link: String,
    /// The same, for a camera.
    pub qr: QrCode,
    /// When it stops counting.
    pub expires_at: Timestamp,
}

/// The body of `POST /api/password-links/use`. Never logged.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct NewPassword {
    /// What the link carries.
    pub token: String,
    /// The password the person chose.
    pub password: String,
    /// What passes the second step, for who has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_step: Option<String>,
}

/// The body of `POST /api/me/password`. Never logged.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The one that counts until now.
    pub current: String,
    /// The one the person chose.
    pub password: String,
}

/// All that is kept about a person, for them to read and to take along (GDPR, articles 15 and 20).
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalData {
    /// Who.
    pub me: Me,
    /// Their sessions.
    pub sessions: Vec<SessionCard>,
    /// The devices they paired that count still.
    pub devices: Vec<DeviceCard>,
    /// What they come in with beside a password.
    pub ways_in: OwnWaysIn,
    /// What the journal of access says they did.
    pub journal: Vec<JournalLine>,
    /// How many commands of orders bear their identifier.
    pub commands: u32,
}

/// A place somebody can be invited to.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceCard {
    /// What a person there will be.
    #[serde(flatten)]
    pub invited_as: InvitedAs,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub commune: Commune,
    /// The community that owns it; nobody said of which, or a producer, which belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerId>,
}

/// What a place is, that is added to a hub.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A kitchen that orders.
    Kitchen,
    /// A food-aid structure: a buyer like the others.
    FoodAid,
    /// Who grows or makes.
    Producer,
    /// Who reads the hub's indicators.
    Authority,
}

/// A place somebody describes, as they typed it. The body of `POST /api/places`.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPlace {
    /// What it is.
    pub kind: PlaceKind,
    /// As people call it.
    pub name: String,
    /// Its establishment.
    pub siret: String,
    /// The name of its commune.
    pub commune: String,
    /// The code of its commune, where it was chosen from those the server knows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub insee: String,
}

/// A hub one can ask to join. Public.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubName {
    /// Its identifier.
    pub id: HubId,
    /// As people call it.
    pub name: String,
}

/// The body of `POST /api/applications`: somebody asks to join.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationRequest {
    /// Which hub.
    pub hub: HubId,
    /// Their place.
    pub place: NewPlace,
    /// Who asks.
    pub name: String,
    /// Where they would sign in.
    pub email: String,
    /// What they say beside; empty for nothing.
    #[serde(default)]
    pub words: String,
}

/// An application that waits for the hub.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationCard {
    /// Its identifier.
    pub id: ApplicationId,
    /// The place, read.
    pub place: NewPlace,
    /// Who asks.
    pub name: String,
    /// Where they would sign in.
    pub email: String,
    /// What they say beside.
    pub words: String,
    /// When they asked.
    pub made_at: Timestamp,
    /// Whether the hub has this place already.
    pub is_known: bool,
}

/// A line of the journal: who did what that concerns access, when, from where.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalLine {
    /// Its place: one after the other, without a gap.
    pub place: u64,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Who did it; nobody, when nobody was signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// With which paired device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// What was done.
    pub deed: Deed,
    /// To whom or what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// The journal's newest lines, and whether its chain holds.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    /// The newest first.
    pub lines: Vec<JournalLine>,
    /// The first place whose line is not the one that was written there; `None` when all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_at: Option<u64>,
}

coded_enum! {
    /// What the journal tells of.
    pub enum Deed {
        /// A session was opened with a password.
        SignedIn = "SIGNED_IN",
        /// A wrong password for an address that has an account.
        SignInFailed = "SIGN_IN_FAILED",
        /// A letter with a link that signs in left for somebody who asked for it.
        SignInLinkMade = "SIGN_IN_LINK_MADE",
        /// A session was opened by such a link.
        SignedInByLink = "SIGNED_IN_BY_LINK",
        /// A session was ended by its person.
        SignedOut = "SIGNED_OUT",
        /// A session was ended from another one.
        SessionEnded = "SESSION_ENDED",
        /// A place was added.
        PlaceAdded = "PLACE_ADDED",
        /// A community was added.
        OwnerAdded = "OWNER_ADDED",
        /// What is said of a community was changed.
        OwnerChanged = "OWNER_CHANGED",
        /// It was said which community a kitchen or a person belongs to.
        OwnerSet = "OWNER_SET",
        /// Somebody asked to join.
        Applied = "APPLIED",
        /// Whoever asked to join is let in.
        ApplicationAccepted = "APPLICATION_ACCEPTED",
        /// Whoever asked to join is not.
        ApplicationRefused = "APPLICATION_REFUSED",
        /// Somebody was invited.
        Invited = "INVITED",
        /// An invitation was taken back.
        InvitationWithdrawn = "INVITATION_WITHDRAWN",
        /// The invited person made their account.
        InvitationAccepted = "INVITATION_ACCEPTED",
        /// A link was made that sets a person's password.
        PasswordLinkMade = "PASSWORD_LINK_MADE",
        /// A password was set by a link, or changed.
        PasswordChanged = "PASSWORD_CHANGED",
        /// A person turned their second step on.
        SecondStepOn = "SECOND_STEP_ON",
        /// A person turned it off.
        SecondStepOff = "SECOND_STEP_OFF",
        /// The hub turned off the second step of somebody who lost what it needs.
        SecondStepReset = "SECOND_STEP_RESET",
        /// The hub asks for more than a password of others than before.
        SecondStepRuleSet = "SECOND_STEP_RULE_SET",
        /// A right password, and a wrong code of the second step.
        SecondStepFailed = "SECOND_STEP_FAILED",
        /// Somebody came in by a recovery code.
        RecoveryCodeUsed = "RECOVERY_CODE_USED",
        /// A session was opened with an account of elsewhere.
        SignedInFromElsewhere = "SIGNED_IN_FROM_ELSEWHERE",
        /// A person confirmed that an account of elsewhere is theirs.
        IdentityLinked = "IDENTITY_LINKED",
        /// A person removed one.
        IdentityUnlinked = "IDENTITY_UNLINKED",
        /// A person made a passkey.
        PasskeyAdded = "PASSKEY_ADDED",
        /// A passkey was removed: by its person, or by the hub when its person lost what it lies on.
        PasskeyRemoved = "PASSKEY_REMOVED",
        /// A session was opened by a passkey.
        SignedInByPasskey = "SIGNED_IN_BY_PASSKEY",
        /// A passkey counted backwards: a copy of it may be about. It was ended.
        PasskeyCopied = "PASSKEY_COPIED",
        /// What is known of a person was erased.
        PersonErased = "PERSON_ERASED",
        /// A person may not sign in any more.
        PersonDisabled = "PERSON_DISABLED",
        /// A person may again.
        PersonEnabled = "PERSON_ENABLED",
        /// A code that pairs a device was shown.
        PairingBegun = "PAIRING_BEGUN",
        /// A device was paired.
        DevicePaired = "DEVICE_PAIRED",
        /// A device has another name.
        DeviceRenamed = "DEVICE_RENAMED",
        /// A device may not come in any more.
        DeviceRevoked = "DEVICE_REVOKED",
        /// A device was given codes of its people, and its key was kept.
        DeviceSealed = "DEVICE_SEALED",
        /// The key of a device was handed over to somebody of its place.
        DeviceKeyHandedOver = "DEVICE_KEY_HANDED_OVER",
        /// The orders of a week were closed by a person.
        OrdersClosed = "ORDERS_CLOSED",
        /// A ticket was settled by the hub.
        TicketSettled = "TICKET_SETTLED",
        /// A price list was imported.
        ListImported = "LIST_IMPORTED",
        /// A price list was made of what producers announced.
        ListMadeOfAnnounced = "LIST_MADE_OF_ANNOUNCED",
    }
}
