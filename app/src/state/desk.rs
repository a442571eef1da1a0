//! Online work of the hub, the authority, the import screen and whoever answers for people and devices: each call is one exchange, nothing is kept.

use domain::{
    availability::Silent,
    cycle::CycleId,
    enterprise::Commune,
    id::{ApplicationId, DeviceId, InvitationId, OwnerId, ProducerId, SiteId, TicketId, UserId},
    producer_sheet::ProducerSheet,
    quay::FoundLot,
    ticket::{Choice, Ticket},
    wire::{
        announced::AnnouncedWeek,
        desk::{
            CloseReport, DeliveryGap, DemandBoard, ImportStatus, Indicators, KitchenNote, SettleRequest,
            SheetSummary, TicketCard, WeekBoard,
        },
        harvests::HarvestBoard,
        owners::{OwnedBy, Owner, OwnerCard},
        people::{
            ApplicationCard, ApplicationRequest, ChangePassword, DeviceCard, ForgottenPassword, HubName,
            InvitationCard, InvitationMade, InvitationRequest, Journal, NewPlace, OpenInvitation,
            PairingCode, PasswordLink, PersonCard, PlaceCard, RenameRequest, SessionCard,
        },
        ways_in::{
            ConfirmIdentity, ConfirmSecondStep, OwnWaysIn, PasswordAgain, RecoveryCodes, SecondStepBegun,
            SecondStepBoard, SecondStepRule, SetSecondStepRule, SignInLinkRequest, WaysIn,
        },
    },
};
use serde::Serialize;

use super::AppError;
use crate::device::fetch::{self, delete, get, post, tell};

/// « Semaine ».
///
/// # Errors
/// [`AppError`]; the same for every call here.
pub async fn week() -> Result<WeekBoard, AppError> {
    get("/api/week").await
}

/// What producers announced of the week to come.
pub async fn announced() -> Result<AnnouncedWeek, AppError> {
    get("/api/announced").await
}

/// Starts a price list made of what was announced; with `dry_run`, nothing will be written.
pub async fn start_list_of_announced(
    week: CycleId,
    silent: Silent,
    dry_run: bool,
) -> Result<ImportStatus, AppError> {
    #[derive(Serialize)]
    struct Asked {
        week: CycleId,
        silent: Silent,
        dry_run: bool,
    }
    post("/api/announced/list", Some(json(&Asked { week, silent, dry_run }))).await
}

/// The bytes of a file a person picked; empty when it cannot be read.
pub async fn bytes_of(file: &web_sys::File) -> Vec<u8> {
    crate::device::files::bytes_of(file).await
}

/// Starts an import of a price list; with `dry_run`, nothing will be written.
pub async fn start_import(
    name: &str,
    bytes: &[u8],
    dry_run: bool,
    cycle: Option<CycleId>,
) -> Result<ImportStatus, AppError> {
    let name = String::from(js_sys::encode_uri_component(name));
    let cycle = cycle.map(|cycle| format!("&cycle={cycle}")).unwrap_or_default();
    fetch::upload(&format!("/api/price-list-imports?name={name}&dry_run={dry_run}{cycle}"), bytes).await
}

/// Where an import stands.
pub async fn import_status(id: &str) -> Result<ImportStatus, AppError> {
    let id = String::from(js_sys::encode_uri_component(id));
    get(&format!("/api/price-list-imports/{id}")).await
}

/// « Demande consolidée ».
pub async fn demand(cycle: CycleId) -> Result<DemandBoard, AppError> {
    get(&format!("/api/cycles/{cycle}/demand")).await
}

/// What kitchens say of their orders of a cycle as a whole.
pub async fn notes(cycle: CycleId) -> Result<Vec<KitchenNote>, AppError> {
    get(&format!("/api/cycles/{cycle}/notes")).await
}

/// « Récoltes à confirmer ».
pub async fn harvests() -> Result<HarvestBoard, AppError> {
    get("/api/harvests").await
}

/// « Écarts et avoirs ».
pub async fn delivery_gaps() -> Result<Vec<DeliveryGap>, AppError> {
    get("/api/delivery-gaps").await
}

/// Where lots of a code went.
pub async fn lots(code: &str) -> Result<Vec<FoundLot>, AppError> {
    let code = String::from(js_sys::encode_uri_component(code));
    get(&format!("/api/lots?code={code}")).await
}

/// The lots that left for a kitchen on a day, as a field of days writes it.
pub async fn lots_of_kitchen(site: SiteId, day: &str) -> Result<Vec<FoundLot>, AppError> {
    let day = String::from(js_sys::encode_uri_component(day));
    get(&format!("/api/lots?site={site}&day={day}")).await
}

/// « Clore les commandes ».
pub async fn close(cycle: CycleId) -> Result<CloseReport, AppError> {
    post(&format!("/api/cycles/{cycle}/close"), None).await
}

/// The sheets of a closed cycle.
pub async fn sheets(cycle: CycleId) -> Result<Vec<SheetSummary>, AppError> {
    get(&format!("/api/cycles/{cycle}/sheets")).await
}

/// One sheet.
pub async fn sheet(cycle: CycleId, producer: ProducerId) -> Result<ProducerSheet, AppError> {
    get(&format!("/api/cycles/{cycle}/sheets/{producer}")).await
}

/// Where the sheet of a producer is downloaded as a spreadsheet: for a link.
#[must_use]
pub fn sheet_download(cycle: CycleId, producer: ProducerId) -> String {
    format!("/api/cycles/{cycle}/sheets/{producer}/xlsx")
}

/// The open tickets of the hub.
pub async fn tickets() -> Result<Vec<TicketCard>, AppError> {
    get("/api/tickets").await
}

/// Settles a ticket as the hub.
pub async fn settle(id: TicketId, choice: Choice) -> Result<Ticket, AppError> {
    post(&format!("/api/tickets/{id}/settle"), Some(json(&SettleRequest { choice }))).await
}

/// « Indicateurs ».
pub async fn indicators() -> Result<Indicators, AppError> {
    get("/api/indicators").await
}

/// Plain values: they always encode.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The devices of one's place; of the whole hub, for the hub.
pub async fn devices() -> Result<Vec<DeviceCard>, AppError> {
    get("/api/devices").await
}

/// A code that pairs one device.
pub async fn pairing_code() -> Result<PairingCode, AppError> {
    post("/api/pairings", None).await
}

/// Gives a device another name.
pub async fn rename_device(device: DeviceId, name: String) -> Result<(), AppError> {
    tell(&format!("/api/devices/{device}/rename"), Some(json(&RenameRequest { name }))).await
}

/// Lets a device in no more.
pub async fn revoke_device(device: DeviceId) -> Result<(), AppError> {
    tell(&format!("/api/devices/{device}/revoke"), None).await
}

/// One's own sessions.
pub async fn sessions() -> Result<Vec<SessionCard>, AppError> {
    get("/api/sessions").await
}

/// Ends one of them.
pub async fn end_session(name: &str) -> Result<(), AppError> {
    delete(&format!("/api/sessions/{name}")).await
}

/// The people of one's place; of the whole hub, for the hub.
pub async fn people() -> Result<Vec<PersonCard>, AppError> {
    get("/api/people").await
}

/// Where one may invite people to.
pub async fn places() -> Result<Vec<PlaceCard>, AppError> {
    get("/api/places").await
}

/// Adds a place to the hub.
pub async fn add_place(place: &NewPlace) -> Result<PlaceCard, AppError> {
    post("/api/places", Some(json(place))).await
}

/// The communities of the hub.
pub async fn owners() -> Result<Vec<OwnerCard>, AppError> {
    get("/api/owners").await
}

/// Adds a community.
pub async fn add_owner(owner: &Owner) -> Result<OwnerCard, AppError> {
    post("/api/owners", Some(json(owner))).await
}

/// Says anew what a community is.
pub async fn change_owner(id: OwnerId, owner: &Owner) -> Result<(), AppError> {
    tell(&format!("/api/owners/{id}"), Some(json(owner))).await
}

/// Says whose a kitchen is.
pub async fn set_owner_of_place(site: SiteId, owner: OwnerId) -> Result<(), AppError> {
    tell(&format!("/api/places/{site}/owner"), Some(json(&OwnedBy { owner }))).await
}

/// Says whose totals a person reads.
pub async fn set_owner_of_person(person: UserId, owner: OwnerId) -> Result<(), AppError> {
    tell(&format!("/api/people/{person}/owner"), Some(json(&OwnedBy { owner }))).await
}

/// The communes whose names begin so.
pub async fn communes(name: &str) -> Result<Vec<Commune>, AppError> {
    get(&format!("/api/communes?name={}", String::from(js_sys::encode_uri_component(name)))).await
}

/// The hubs one can ask to join.
pub async fn hubs() -> Result<Vec<HubName>, AppError> {
    get("/api/hubs").await
}

/// Asks to join a hub.
pub async fn apply(asked: &ApplicationRequest) -> Result<(), AppError> {
    tell("/api/applications", Some(json(asked))).await
}

/// Who waits for the hub's answer.
pub async fn applications() -> Result<Vec<ApplicationCard>, AppError> {
    get("/api/applications").await
}

/// Lets in who asked to join.
pub async fn accept_application(id: ApplicationId) -> Result<InvitationMade, AppError> {
    post(&format!("/api/applications/{id}/accept"), None).await
}

/// Does not.
pub async fn refuse_application(id: ApplicationId) -> Result<(), AppError> {
    tell(&format!("/api/applications/{id}/refuse"), None).await
}

/// Lets a person sign in no more.
pub async fn disable_person(person: UserId) -> Result<(), AppError> {
    tell(&format!("/api/people/{person}/disable"), None).await
}

/// Lets a person sign in again.
pub async fn enable_person(person: UserId) -> Result<(), AppError> {
    tell(&format!("/api/people/{person}/enable"), None).await
}

/// Asks for a letter with a link that sets a new password.
pub async fn forgot_password(email: String) -> Result<(), AppError> {
    tell("/api/password-links", Some(json(&ForgottenPassword { email }))).await
}

/// Asks for a letter with a link that signs in.
pub async fn ask_sign_in_link(email: String) -> Result<(), AppError> {
    tell("/api/sign-in-links", Some(json(&SignInLinkRequest { email }))).await
}

/// Changes one's own password.
pub async fn change_password(asked: &ChangePassword) -> Result<(), AppError> {
    tell("/api/me/password", Some(json(asked))).await
}

/// A link that sets the password of somebody one answers for.
pub async fn password_link(person: UserId) -> Result<PasswordLink, AppError> {
    post(&format!("/api/people/{person}/password-link"), None).await
}

/// What the door offers beside a password.
pub async fn door() -> Result<WaysIn, AppError> {
    get("/api/ways-in").await
}

/// Where one leaves for the provider of accounts of elsewhere: for a link.
pub const ELSEWHERE: &str = "/api/oidc/start";

/// Links the account of elsewhere that this browser came back with, and signs in.
pub async fn confirm_identity(asked: &ConfirmIdentity) -> Result<(), AppError> {
    tell("/api/oidc/confirm", Some(json(asked))).await
}

/// Removes an account of elsewhere from one's ways in.
pub async fn unlink_identity(name: &str) -> Result<(), AppError> {
    delete(&format!("/api/me/identities/{name}")).await
}

/// One's own ways in.
pub async fn ways_in() -> Result<OwnWaysIn, AppError> {
    get("/api/me/ways-in").await
}

/// Begins a second step.
pub async fn begin_second_step(asked: &PasswordAgain) -> Result<SecondStepBegun, AppError> {
    post("/api/me/second-step", Some(json(asked))).await
}

/// Has it count, by a first code.
pub async fn confirm_second_step(asked: &ConfirmSecondStep) -> Result<RecoveryCodes, AppError> {
    post("/api/me/second-step/confirm", Some(json(asked))).await
}

/// Turns one's own second step off.
pub async fn end_second_step(asked: &PasswordAgain) -> Result<(), AppError> {
    tell("/api/me/second-step/end", Some(json(asked))).await
}

/// What the hub asks for beside a password.
pub async fn second_step_board() -> Result<SecondStepBoard, AppError> {
    get("/api/second-step-rule").await
}

/// Has it ask for more, or less.
pub async fn set_second_step_rule(rule: SecondStepRule) -> Result<(), AppError> {
    tell("/api/second-step-rule", Some(json(&SetSecondStepRule { rule }))).await
}

/// Removes the second step of somebody who lost what it needs.
pub async fn reset_second_step(person: UserId) -> Result<(), AppError> {
    tell(&format!("/api/people/{person}/second-step/reset"), None).await
}

/// Erases what is known of a person.
pub async fn erase_person(person: UserId) -> Result<(), AppError> {
    tell(&format!("/api/people/{person}/erase"), None).await
}

/// Where one downloads all that is kept about oneself: for a link.
pub const OWN_DATA: &str = "/api/me/data";

/// Invitations that wait.
pub async fn invitations() -> Result<Vec<InvitationCard>, AppError> {
    get("/api/invitations").await
}

/// Invites somebody.
pub async fn invite(asked: &InvitationRequest) -> Result<InvitationMade, AppError> {
    post("/api/invitations", Some(json(asked))).await
}

/// Takes an invitation back.
pub async fn withdraw_invitation(id: InvitationId) -> Result<(), AppError> {
    delete(&format!("/api/invitations/{id}")).await
}

/// What the invitation of a link says.
pub async fn open_invitation(token: String) -> Result<InvitationCard, AppError> {
    post("/api/invitations/open", Some(json(&OpenInvitation { token }))).await
}

/// The journal of access.
pub async fn journal() -> Result<Journal, AppError> {
    get("/api/journal").await
}
