//! A price list ten times as long, published through the hub's own import.

use std::{fmt::Write as _, time::Duration};

use domain::wire::{
    Catalog,
    desk::{ImportState, ImportStatus},
};
use support::browser::{Api, MercurialeProcess};

/// The catalogue as CSV, each offer `times` times under references of its own.
pub(super) fn of(catalog: &Catalog, times: usize) -> String {
    let mut csv = String::from(
        "Référence;Désignation;Producteur;SIRET producteur;Commune;Code INSEE;Famille;Signes de qualité;Unité;\
         Conditionnement;Prix HT producteur;TVA %;Quantité disponible;Jours de livraison\n",
    );
    for copy in 0..times {
        for offer in &catalog.offers {
            let producer = &catalog.producers[&offer.producer];
            let signs: Vec<_> = offer.signs.iter().map(|sign| sign.code()).collect();
            let unit = match offer.unit.code() {
                "KGM" => "kg",
                "LTR" => "L",
                _ => "pièce",
            };
            let promised = offer.promised.map(|quantity| quantity.to_string()).unwrap_or_default();
            let _ = writeln!(
                csv,
                "{}-{copy};{};{};{};{};{};{};{};{unit};{};{};{};{promised};lundi, mardi, mercredi, jeudi, vendredi",
                offer.reference,
                offer.name,
                producer.name,
                producer.siret,
                producer.commune.name,
                producer.commune.insee,
                offer.family.code(),
                signs.join(", "),
                offer.pack.content(),
                offer.net_price,
                offer.vat.percent(),
            );
        }
    }
    csv
}

/// Imports the list as the hub does, and waits until tablets can have it.
pub(super) async fn publish(server: &MercurialeProcess, csv: &str) {
    let hub = Api::sign_in(&server.address(), "hub").await;
    let path = "/api/price-list-imports?name=long.csv&dry_run=false";
    let mut status: ImportStatus = hub.upload(path, csv.as_bytes().to_vec()).await;
    while let ImportState::Working { .. } = status.state {
        tokio::time::sleep(Duration::from_millis(200)).await;
        status = hub.get(&format!("/api/price-list-imports/{}", status.id)).await;
    }
    let ImportState::Done { report } = status.state else {
        panic!("the long list is refused: {:?}", status.state)
    };
    assert!(report.refused.is_empty(), "{:?}", report.refused.first());
}
