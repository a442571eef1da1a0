//! Whole commands, in this process, on folders of their own.

use std::{fs, path::Path};

use calamine::{Reader, Xlsx, open_workbook};
use domain::{enterprise::RoleName, time::Timestamp};
use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::{
    demo,
    store::{DatabaseUrl, Store, Within},
};

const LIST: &str = "Mercuriale 2030-S10\nRéférence;Désignation;Producteur;SIRET;Famille;Unité;Prix HT;TVA\n\
    A1;Carotte;Ferme du Gué;00000045500014;Légumes;kg;2,10;5,5\n\
    A2;Pélardon;Ferme du Gué;00000045500014;Fromages;pièce;1,95;5,5\n\
    ;Total;;;;;4,05;\n\
    A3;Savon;Ferme du Gué;00000045500014;Quincaillerie;kg;3;20\n";

async fn mercuriale(arguments: &[&str]) -> End {
    run(std::iter::once("mercuriale").chain(arguments.iter().copied()).map(OsString::from)).await
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn report(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// A folder with the list in it, and the paths commands are given.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("liste.csv"), LIST).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        text(&self.folder.path().join(name)).to_owned()
    }

    async fn import(&self, file: &str, more: &[&str]) -> (End, Value) {
        let (file, data, written) = (self.path(file), self.path("data"), self.path("report.json"));
        let mut arguments = vec!["import-price-list", &file, "--data", &data, "--report", &written];
        arguments.extend(more);
        let end = mercuriale(&arguments).await;
        (end, report(Path::new(&written)))
    }
}

#[tokio::test]
async fn a_dry_run_needs_no_base_and_makes_none() {
    let desk = Desk::new();
    let (end, report) = desk.import("liste.csv", &["--dry-run"]).await;
    assert_eq!(end, End::Refused);
    assert_eq!((&report["accepted"], &report["updated"]), (&2.into(), &0.into()));
    let refused = report["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 1);
    assert_eq!((&refused[0]["line"], &refused[0]["column"]), (&6.into(), &"Famille".into()));
    assert!(refused[0]["message"].as_str().unwrap().contains("Quincaillerie"));
    assert!(!Path::new(&desk.path("data")).exists());
}

#[tokio::test]
async fn importing_again_doubles_nothing_and_says_what_changed() {
    let desk = Desk::new();
    let (_, first) = desk.import("liste.csv", &[]).await;
    assert_eq!((&first["accepted"], &first["changes"]["new"]), (&2.into(), &2.into()));
    fs::write(desk.path("liste.csv"), LIST.replace("2,10", "2,30").replace("Quincaillerie", "Autres"))
        .unwrap();
    let (end, again) = desk.import("liste.csv", &[]).await;
    assert_eq!(end, End::Done);
    assert_eq!((&again["accepted"], &again["updated"]), (&3.into(), &1.into()));
    let changes = &again["changes"];
    assert_eq!(
        (&changes["new"], &changes["price_up"], &changes["unchanged"]),
        (&1.into(), &1.into(), &1.into())
    );
}

#[tokio::test]
async fn a_file_refused_as_a_whole_says_why_in_its_report() {
    let desk = Desk::new();
    fs::write(desk.path("lettre.csv"), "Bonjour, ceci est une lettre.").unwrap();
    fs::File::create(desk.path("lourd.xlsx")).unwrap().set_len(200 * 1024 * 1024).unwrap();
    for (file, code) in [("lettre.csv", "NOT_A_SPREADSHEET"), ("lourd.xlsx", "TOO_LARGE")] {
        let (end, report) = desk.import(file, &["--dry-run"]).await;
        assert_eq!(
            (end, &report["file"]["code"], &report["accepted"]),
            (End::Refused, &code.into(), &0.into())
        );
    }
}

#[tokio::test]
async fn a_new_installation_invites_its_first_person() {
    let desk = Desk::new();
    let data = desk.path("data");
    let invite = ["invite", "--name", "Sami", "--email", "sami@hub.example", "--data", &data];
    assert_eq!(mercuriale(&invite).await, End::Done);
    assert_eq!(mercuriale(&invite).await, End::Done, "a link that was lost is made again");
    let store = Store::open(&DatabaseUrl::Sqlite { folder: data.clone().into() }).await.unwrap();
    let hub = store.the_hub().await.unwrap();
    let within = Within { hub, site: None, producer: None };
    let [invited] = &store.invitations(within, now()).await.unwrap()[..] else {
        panic!("the last one counts")
    };
    assert_eq!((invited.name.as_str(), invited.role), ("Sami", RoleName::Hub));
    store.close().await;
    let wrong = ["invite", "--name", "Sami", "--email", "nowhere", "--data", &data];
    assert_eq!(mercuriale(&wrong).await, End::Misused);
}

#[tokio::test]
async fn wrong_use_is_told_from_a_refusal() {
    let desk = Desk::new();
    let (data, list) = (desk.path("data"), desk.path("liste.csv"));
    let misuses: [&[&str]; 11] = [
        &[],
        &["grow"],
        &["close-cycle", "49"],
        &["close-cycle", "2030-W10", "--data", &data],
        &["verify", "--data", &data],
        &["import-price-list", &desk.path("absent.csv"), "--dry-run", "--data", &data],
        &["import-price-list", &list, "--data", &data, "--database-url", "postgres://x/y"],
        &["serve", "--listen", "partout", "--data", &data],
        &["serve", "--trusted-proxy", "10.0.0.0/8,partout", "--data", &data],
        &["serve", "--pushes-a-minute", "0", "--data", &data],
        &["verify", "--database-url", "mysql://x/y"],
    ];
    for arguments in misuses {
        assert_eq!(mercuriale(arguments).await, End::Misused, "{arguments:?}");
    }
    assert_eq!(mercuriale(&["--help"]).await, End::Done);
    assert!(!Path::new(&data).exists(), "no base is made by mistake");
}

#[tokio::test]
async fn a_week_is_closed_exported_checked_copied_and_brought_back() {
    let desk = Desk::new();
    let (data, copy) = (desk.path("data"), desk.path("copy.db"));
    let url = DatabaseUrl::Sqlite { folder: data.clone().into() };
    let store = Store::open(&url).await.unwrap();
    demo::prepare(&store, now()).await.unwrap();
    let hub = store.the_hub().await.unwrap();
    let cycle = store.current_cycle(hub).await.unwrap().unwrap().id.to_string();
    store.close().await;

    let export = |out: String| {
        let (cycle, data) = (cycle.clone(), data.clone());
        async move {
            mercuriale(&["export", "producer-sheets", "--cycle", &cycle, "--out", &out, "--data", &data])
                .await
        }
    };
    assert_eq!(export(desk.path("sheets")).await, End::Refused, "nothing is closed yet");
    assert_eq!(mercuriale(&["backup", &copy, "--data", &data]).await, End::Done);
    assert_eq!(
        mercuriale(&["backup", &copy, "--data", &data]).await,
        End::Misused,
        "a copy overwrites nothing"
    );
    assert_eq!(mercuriale(&["close-cycle", &cycle, "--data", &data]).await, End::Done);
    assert_eq!(mercuriale(&["close-cycle", &cycle, "--data", &data]).await, End::Refused);
    assert_eq!(export(desk.path("sheets")).await, End::Done);
    assert_eq!(export(desk.path("all.xlsx")).await, End::Done);
    let sheets: Vec<_> =
        fs::read_dir(desk.path("sheets")).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(sheets.len() > 50, "{}", sheets.len());
    let workbook: Xlsx<_> = open_workbook(&sheets[0]).unwrap();
    assert_eq!(workbook.sheet_names(), ["À préparer", "Par cuisine"]);
    assert_eq!(mercuriale(&["verify", "--data", &data]).await, End::Done);

    assert_eq!(mercuriale(&["restore", &copy, "--data", &data]).await, End::Done);
    assert_eq!(mercuriale(&["verify", "--data", &data]).await, End::Done);
    assert_eq!(mercuriale(&["close-cycle", &cycle, "--data", &data]).await, End::Done, "it is open again");
}

#[tokio::test]
async fn nothing_of_a_demonstration_is_served_without_asking_and_nothing_real_becomes_one() {
    let desk = Desk::new();
    let data = desk.path("data");
    let url = DatabaseUrl::Sqlite { folder: data.clone().into() };
    let store = Store::open(&url).await.unwrap();
    demo::prepare(&store, Timestamp(1_764_000_000_000)).await.unwrap();
    store.close().await;
    assert_eq!(mercuriale(&["serve", "--listen", "127.0.0.1:0", "--data", &data]).await, End::Refused);

    let real = Desk::new();
    real.import("liste.csv", &[]).await;
    let served = ["serve", "--demo", "--listen", "127.0.0.1:0", "--data", &real.path("data")];
    assert_eq!(mercuriale(&served).await, End::Refused);
}

#[tokio::test]
async fn a_taken_address_is_told_in_words() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let desk = Desk::new();
    let (address, data) = (taken.local_addr().unwrap().to_string(), desk.path("data"));
    assert_eq!(mercuriale(&["serve", "--listen", &address, "--data", &data]).await, End::Refused);
}
