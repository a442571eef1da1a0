//! Every decoder of what comes from outside, and what it promises beside not falling over.

use std::{fs, io::Read, net::IpAddr, str, sync::OnceLock};

use domain::{
    command::{Command, Envelope, Unread},
    cycle::CycleId,
    enterprise::Siret,
    id::{HubId, OutboxId, Reference, SiteId, UserId},
    json,
    time::{Date, Timestamp},
    wire::{
        Catalog, Cursor, HelloAnswer, HelloRequest, Me, Op, Problem, PullAnswer, PullRequest, PushAnswer,
        owners::{Owner, is_siren},
        people::{ApplicationRequest, InvitationRequest},
    },
};
use ipnet::IpNet;
use replica::{door, ports::Answer, rescue::RescueFile};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use server::{
    access::{machine, rights::KitchenSession},
    import, qr,
    sync::push::{Batch, Push},
    testing::doors,
};
use uuid::Uuid;

use crate::{damage::Kind, folder};

/// What reads something from outside.
#[derive(Clone, Copy)]
pub struct Decoder {
    /// Its name on the command line and in reports.
    pub name: &'static str,
    /// The folder of its corpus.
    pub corpus: &'static str,
    /// What its inputs are.
    pub kind: Kind,
    /// How many inputs the tests give it.
    pub in_tests: u64,
    /// Whether it accepts an input; what promise it broke.
    pub read: fn(&[u8]) -> Result<bool, String>,
}

const fn decoder(
    name: &'static str,
    kind: Kind,
    in_tests: u64,
    read: fn(&[u8]) -> Result<bool, String>,
) -> Decoder {
    Decoder { name, corpus: name, kind, in_tests, read }
}

/// All of them. Request bodies come uncompressed alone: the server has no decoder of compressed ones, and a workbook is the only
/// archive it opens.
pub const ALL: &[Decoder] = &[
    decoder("push", Kind::Text, 1_500, push),
    decoder("pull", Kind::Text, 1_500, both_readers::<PullRequest>),
    decoder("hello", Kind::Text, 1_500, both_readers::<HelloRequest>),
    decoder("envelope", Kind::Text, 1_500, envelope),
    decoder("push-answer", Kind::Text, 1_500, both_readers::<PushAnswer>),
    decoder("pull-answer", Kind::Text, 600, both_readers::<PullAnswer>),
    decoder("hello-answer", Kind::Text, 1_500, both_readers::<HelloAnswer>),
    decoder("me", Kind::Text, 1_500, both_readers::<Me>),
    decoder("problem", Kind::Text, 1_500, problem),
    decoder("snapshot", Kind::Text, 600, snapshot),
    decoder("snapshot-brotli", Kind::Bytes, 300, snapshot_brotli),
    decoder("log", Kind::Text, 600, log),
    decoder("rescue", Kind::Text, 1_500, rescue),
    decoder("list-csv", Kind::Text, 300, list_csv),
    decoder("list-xlsx", Kind::Archive, 150, list_xlsx),
    decoder("list-ods", Kind::Archive, 150, list_ods),
    decoder("typed", Kind::Text, 3_000, typed),
    decoder("code", Kind::Text, 3_000, code),
    decoder("cookie", Kind::Bytes, 3_000, cookie),
    decoder("place", Kind::Text, 1_500, place),
    decoder("invitation", Kind::Text, 1_500, both_readers::<InvitationRequest>),
    decoder("forwarded-for", Kind::Text, 3_000, forwarded_for),
];

/// What is accepted reads back as it was written.
fn again<T: Serialize + DeserializeOwned + PartialEq>(value: &T) -> Result<(), String> {
    let text = serde_json::to_vec(value).map_err(|error| format!("cannot be written: {error}"))?;
    let read: T = serde_json::from_slice(&text).map_err(|error| format!("cannot be read back: {error}"))?;
    // Nothing of ours is a float: which of two neighbours one is read as does not count.
    let has_floats = || serde_json::to_value(value).is_ok_and(|value| has_float(&value));
    if read == *value || has_floats() { Ok(()) } else { Err("reads back as something else".to_owned()) }
}

fn has_float(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(all) => all.iter().any(has_float),
        Value::Object(parts) => parts.values().any(has_float),
        _ => false,
    }
}

/// The tablet's reader and the server's: what both accept they take for the same.
fn both_readers<T: Serialize + DeserializeOwned + PartialEq>(bytes: &[u8]) -> Result<bool, String> {
    let (server, tablet) = (serde_json::from_slice::<T>(bytes).ok(), json::read::<T>(bytes).ok());
    if let (Some(server), Some(tablet)) = (&server, &tablet)
        && server != tablet
    {
        return Err("tablet and server read different things".to_owned());
    }
    for value in server.iter().chain(&tablet) {
        again(value)?;
    }
    Ok(server.is_some() || tablet.is_some())
}

fn push(bytes: &[u8]) -> Result<bool, String> {
    let Ok(batch) = serde_json::from_slice::<Batch>(bytes) else { return Ok(false) };
    let nobody = Uuid::nil();
    let who = KitchenSession { user: UserId(nobody), hub: HubId(nobody), site: SiteId(nobody) };
    Ok(Push::read(who, batch, Timestamp(0)).is_ok())
}

fn envelope(bytes: &[u8]) -> Result<bool, String> {
    let accepted = both_readers::<Envelope>(bytes)?;
    if let Ok(envelope) = json::read::<Envelope>(bytes)
        && envelope.is_intact()
        && let Ok(command) = envelope.command()
    {
        // What a device would seal of it says the same.
        let sealed = Envelope::seal(envelope.m, envelope.hlc, envelope.actor, envelope.place, &command);
        let read: Command = sealed.command().map_err(|error| format!("its own seal: {error:?}"))?;
        if !sealed.is_intact() || read != command {
            return Err("sealed again it says something else".to_owned());
        }
        match &command {
            Command::PublishAvailability(said) => same_said_again(said)?,
            Command::ConfirmHarvest(said) => same_said_again(said)?,
            Command::RecordReception(said) => same_said_again(said)?,
            Command::RecordQuay(said) => same_said_again(said)?,
            _ => {}
        }
    }
    Ok(accepted)
}

/// Arguments that are read late: what they are read as, said again, is read as the same.
fn same_said_again<T>(said: &Unread<T>) -> Result<(), String>
where
    T: Serialize + DeserializeOwned + PartialEq,
{
    match said.read() {
        Ok(read) if Unread::of(&read).read().as_ref() != Ok(&read) => {
            Err("said again it is read as something else".to_owned())
        }
        _ => Ok(()),
    }
}

fn problem(bytes: &[u8]) -> Result<bool, String> {
    for status in [200, 400, 401, 403, 409, 413, 422, 429, 500, 503] {
        let answer = Answer { status, retry_after_ms: Some(1), body: bytes.to_vec() };
        let _ = door::refusal(&answer);
        let _ = door::read::<Me>(&answer);
        let _ = door::envelope::<PushAnswer>(&answer);
    }
    both_readers::<Problem>(bytes)
}

fn snapshot(bytes: &[u8]) -> Result<bool, String> {
    let Ok(catalog) = Catalog::decode(bytes) else { return Ok(false) };
    let written = catalog.encode().map_err(|error| format!("cannot be written: {error}"))?;
    let read = Catalog::decode(&written).map_err(|error| format!("cannot be read back: {error}"))?;
    if read == catalog { Ok(true) } else { Err("reads back as something else".to_owned()) }
}

/// What a proxy may have done to a compressed snapshot; a browser inflates no further than this either.
fn snapshot_brotli(bytes: &[u8]) -> Result<bool, String> {
    const LARGEST: u64 = 16 << 20;
    let mut plain = Vec::new();
    let inflated = brotli::Decompressor::new(bytes, 4_096).take(LARGEST).read_to_end(&mut plain);
    if inflated.is_err() { Ok(false) } else { snapshot(&plain) }
}

/// A page of the log of a catalogue, over the catalogue it follows.
fn log(bytes: &[u8]) -> Result<bool, String> {
    static KEPT: OnceLock<Catalog> = OnceLock::new();
    let kept = || {
        let bytes = fs::read(folder().join("snapshot/market.json")).unwrap_or_default();
        Catalog::decode(&bytes).expect("the kept snapshot")
    };
    let mut catalog = KEPT.get_or_init(kept).clone();
    let Ok(ops) = json::read::<Vec<Op>>(bytes) else { return Ok(false) };
    let mut all = true;
    for op in &ops {
        // One that cannot be read changes nothing.
        let before = catalog.clone();
        if catalog.apply(op).is_err() {
            all = false;
            if catalog != before {
                return Err(format!("a change that was refused changed something: {}", op.kind));
            }
        }
    }
    let written = catalog.encode().map_err(|error| format!("cannot be written: {error}"))?;
    let read = Catalog::decode(&written);
    // A snapshot names producers by their place in it: an offer of one that is not there has none.
    let whole = catalog.offers.iter().all(|offer| catalog.producers.contains_key(&offer.producer));
    match read {
        Err(error) if whole => Err(format!("cannot be read back: {error}")),
        _ => Ok(all),
    }
}

fn rescue(bytes: &[u8]) -> Result<bool, String> {
    let accepted = both_readers::<RescueFile>(bytes)?;
    if let Ok(file) = json::read::<RescueFile>(bytes) {
        for entry in &file.commands {
            let _ = (entry.envelope.is_intact(), entry.envelope.command());
        }
    }
    Ok(accepted)
}

fn list(bytes: &[u8], name: &str) -> Result<bool, String> {
    let read = import::read(bytes, name, HubId(Uuid::nil()), &|_, _, _| {});
    let Ok(read) = read else { return Ok(false) };
    // What is taken of a list is what the protocol can say.
    for offer in &read.list.offers {
        again(offer)?;
    }
    for producer in &read.list.producers {
        again(producer)?;
    }
    let _ = read.notes();
    Ok(true)
}

fn list_csv(bytes: &[u8]) -> Result<bool, String> {
    list(bytes, "liste.csv")
}

fn list_xlsx(bytes: &[u8]) -> Result<bool, String> {
    list(bytes, "mercuriale-2026-S49.xlsx")
}

fn list_ods(bytes: &[u8]) -> Result<bool, String> {
    list(bytes, "mercuriale.ods")
}

/// Everything that is written in an address or typed in a line.
fn typed(bytes: &[u8]) -> Result<bool, String> {
    let Ok(text) = str::from_utf8(bytes) else { return Ok(false) };
    let mut accepted = false;
    macro_rules! reads_back {
        ($($name:ty),*) => {$(
            if let Ok(value) = text.parse::<$name>() {
                accepted = true;
                if value.to_string().parse::<$name>().ok().as_ref() != Some(&value) {
                    return Err(format!("{} reads back as something else: {value}", stringify!($name)));
                }
            }
        )*};
    }
    reads_back!(CycleId, Date, Cursor, OutboxId, SiteId);
    if let Ok(siret) = Siret::parse(text) {
        accepted = true;
        if Siret::parse(siret.as_str()).as_ref() != Ok(&siret) || !siret.as_str().is_ascii() {
            return Err(format!("a SIRET: {siret}"));
        }
    }
    accepted |= Reference::parse(text).is_ok() || is_siren(text);
    for (kept, read) in
        [(doors::name(text), doors::name as fn(&str) -> Option<String>), (doors::email(text), doors::email)]
    {
        let Some(kept) = kept else { continue };
        accepted = true;
        if kept.chars().any(char::is_control) || read(&kept).as_ref() != Some(&kept) {
            return Err(format!("kept as what is not taken: {kept:?}"));
        }
    }
    accepted |= doors::password(text, "Anne Roux");
    let _ = server::communes::suggested(text);
    Ok(accepted)
}

fn code(bytes: &[u8]) -> Result<bool, String> {
    let Ok(text) = str::from_utf8(bytes) else { return Ok(false) };
    // The address of a code is drawn too, for a camera: what is too long is no code.
    let _ = qr::qr(text);
    let Some(code) = doors::code(text) else { return Ok(false) };
    if code.len() != 8 || doors::code(&code).as_ref() != Some(&code) {
        return Err(format!("a code that is none: {code:?}"));
    }
    Ok(true)
}

fn cookie(bytes: &[u8]) -> Result<bool, String> {
    Ok(doors::has_token(bytes))
}

fn place(bytes: &[u8]) -> Result<bool, String> {
    let owner = both_readers::<Owner>(bytes)?;
    if let Ok(described) = serde_json::from_slice::<Owner>(bytes)
        && let Some(kept) = doors::owner(&described)
        && doors::owner(&kept).as_ref() != Some(&kept)
    {
        return Err("a community is kept as what is not taken".to_owned());
    }
    let asked = both_readers::<ApplicationRequest>(bytes)?;
    if let Ok(asked) = serde_json::from_slice::<ApplicationRequest>(bytes)
        && let Some(kept) = doors::place(&asked.place)
        && doors::place(&kept).as_ref() != Some(&kept)
    {
        return Err("a place is kept as what is not taken".to_owned());
    }
    Ok(owner || asked)
}

/// Whoever writes the header counts as the peer, or as an address it says; the peer's own, unless it is trusted.
fn forwarded_for(bytes: &[u8]) -> Result<bool, String> {
    let Ok(text) = str::from_utf8(bytes) else { return Ok(false) };
    let said: Vec<_> = text.split(',').collect();
    let trusted: Vec<IpNet> =
        ["10.0.0.0/8", "2001:db8::/32"].iter().filter_map(|net| net.parse().ok()).collect();
    let (proxy, stranger) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([203, 0, 113, 9]));
    if machine::client(stranger, &said, &trusted) != stranger || machine::client(proxy, &said, &[]) != proxy {
        return Err("a stranger's header was believed".to_owned());
    }
    let found = machine::client(proxy, &said, &trusted);
    let _ = machine::counted(found);
    Ok(found != proxy)
}
