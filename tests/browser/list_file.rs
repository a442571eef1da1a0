//! A price list as a spreadsheet, written from the one the demo serves.

use std::{fmt::Write as _, fs, path::Path};

use domain::{
    catalog::{QualitySign, TemperatureClass},
    draft::Prices as _,
    offer::Offer,
    quantity::Unit,
    time::Weekday,
    wire::Catalog,
};

const HEADINGS: &str = "Référence;Désignation;Producteur;SIRET producteur;Commune;Code INSEE;Famille;Signes de qualité;\
    N° certificat;Valable jusqu'au;Origine;Unité;Conditionnement;Prix HT producteur;TVA %;Quantité disponible;\
    Jours de livraison;Mois de saison;Allergènes;Classe de température";

/// Writes all of `catalog` to `file`, with `price` for what stands in each price cell.
pub(crate) fn write_csv(catalog: &Catalog, file: &Path, price: impl Fn(&Offer) -> String) {
    let mut text = format!("{HEADINGS}\r\n");
    for offer in &catalog.offers {
        writeln!(text, "{}\r", row(catalog, offer, &price(offer)).join(";")).expect("a string takes text");
    }
    fs::write(file, text).expect("a file can be written");
}

fn row(catalog: &Catalog, offer: &Offer, price: &str) -> Vec<String> {
    let producer = catalog.producer(offer.producer).expect("each offer has its producer");
    let certificate = offer.certificate.as_ref();
    let valid_until = certificate.and_then(|certificate| certificate.valid_until_on);
    vec![
        offer.reference.to_string(),
        offer.name.clone(),
        producer.name.clone(),
        producer.siret.to_string(),
        producer.commune.name.clone(),
        producer.commune.insee.clone(),
        offer.family.code().to_owned(),
        offer.signs.iter().map(sign).collect::<Vec<_>>().join(", "),
        certificate.map(|certificate| certificate.number.clone()).unwrap_or_default(),
        valid_until.map(|date| date.to_string()).unwrap_or_default(),
        offer.origin.as_ref().map(|origin| origin.code().to_owned()).unwrap_or_default(),
        unit(&offer.unit).to_owned(),
        comma(&offer.pack.content()),
        price.to_owned(),
        comma(&offer.vat.percent()),
        offer.promised.as_ref().map(comma).unwrap_or_default(),
        offer.delivery_days.iter().map(day).collect::<Vec<_>>().join(", "),
        (1..=12)
            .filter(|month| offer.season.contains(*month))
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join(", "),
        offer
            .allergens
            .iter()
            .flatten()
            .map(|allergen| spoken(allergen.code()))
            .collect::<Vec<_>>()
            .join(", "),
        offer.temperature.as_ref().map(temperature).unwrap_or_default(),
    ]
}

/// A decimal as one types it here.
pub(crate) fn comma(number: &impl ToString) -> String {
    number.to_string().replace('.', ",")
}

fn sign(sign: &QualitySign) -> String {
    match sign {
        QualitySign::Aop => "AOP".to_owned(),
        other => other.code().replace('_', " "),
    }
}

fn temperature(class: &TemperatureClass) -> String {
    match class {
        TemperatureClass::ReadyToUse => "4e gamme".to_owned(),
        other => spoken(other.code()),
    }
}

fn spoken(code: &str) -> String {
    code.replace('_', " ")
}

fn unit(unit: &Unit) -> &str {
    match unit {
        Unit::Kilogram => "kg",
        Unit::Litre => "L",
        Unit::Piece => "pièce",
        Unit::Bunch => "botte",
        Unit::Punnet => "barquette",
        Unit::Other(code) => code,
    }
}

fn day(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "lundi",
        Weekday::Tuesday => "mardi",
        Weekday::Wednesday => "mercredi",
        Weekday::Thursday => "jeudi",
        Weekday::Friday => "vendredi",
        Weekday::Saturday => "samedi",
        Weekday::Sunday => "dimanche",
    }
}
