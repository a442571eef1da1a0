//! Old bytes stay readable: every command ever shipped, as a device of its time wrote it, is read by the code of today.
//!
//! The files of `fixtures/wire/v1` are never edited. A new command, or a new version of one, adds a file.

#[path = "protocol_compatibility/answers.rs"]
mod answers;

use std::{fs, path::Path};

use domain::command::{Command, Envelope, Unread};

fn shipped() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wire/v1");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the corpus is there")
        .map(|entry| entry.expect("a readable entry").path())
        .map(|path| {
            (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn file(name: &str) -> String {
    let found = shipped().into_iter().find(|(of, _)| of == name);
    found.map(|(_, text)| text).unwrap_or_else(|| panic!("{name} is not in the corpus"))
}

/// The arguments of a command, read as what they are and said again.
fn read_and_said(command: &Command) -> serde_json::Value {
    match command {
        Command::PublishAvailability(said) => Unread::of(&said.read().unwrap()).arguments().clone(),
        Command::ConfirmHarvest(said) => Unread::of(&said.read().unwrap()).arguments().clone(),
        Command::RecordReception(said) => Unread::of(&said.read().unwrap()).arguments().clone(),
        Command::RecordQuay(said) => Unread::of(&said.read().unwrap()).arguments().clone(),
        read => read.arguments(),
    }
}

#[test]
fn every_command_ever_shipped_is_read_intact_and_means_what_it_meant() {
    let mut seen = Vec::new();
    for (name, text) in shipped() {
        let envelope: Envelope =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(envelope.is_intact(), "{name}: today's code computes another hash");
        let command = envelope.command().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read_and_said(&command), envelope.a, "{name}: a field was lost or changed on the way");
        seen.push(name);
    }
    let all = [
        "availability.publish@1",
        "draft.edit@1",
        "draft.field@1",
        "harvest.confirm@1",
        "order.amend@1",
        "order.submit@1",
        "order.withdraw@1",
        "quay.record@1",
        "reception.record@1",
        "ticket.settle@1",
    ];
    assert_eq!(seen, all);
}

#[test]
fn every_command_of_today_is_in_the_corpus() {
    // Exhaustive on purpose: a new command does not compile here until it has its file.
    let file = |command: &Command| match command {
        Command::SubmitOrder(_) => "order.submit@1",
        Command::SettleTicket(_) => "ticket.settle@1",
        Command::WithdrawOrder(_) => "order.withdraw@1",
        Command::AmendOrder(_) => "order.amend@1",
        Command::PublishAvailability(_) => "availability.publish@1",
        Command::ConfirmHarvest(_) => "harvest.confirm@1",
        Command::EditDraft(said) if said.fields.is_empty() => "draft.edit@1",
        Command::EditDraft(_) => "draft.field@1",
        Command::RecordReception(_) => "reception.record@1",
        Command::RecordQuay(_) => "quay.record@1",
    };
    for (name, text) in shipped() {
        let envelope: Envelope = serde_json::from_str(&text).unwrap();
        assert_eq!(file(&envelope.command().unwrap()), name);
    }
}

#[test]
fn what_a_newer_application_adds_to_an_envelope_survives_this_one() {
    let (_, text) = &shipped()[0];
    let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
    value["battery"] = serde_json::json!({"level": "low"});
    let envelope: Envelope = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&envelope).unwrap(), value);
}
