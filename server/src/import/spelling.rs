//! The many ways people write what a price list enumerates: units, families, signs, origins, allergens, temperatures.
//!
//! Everything is compared folded (lower case, no accents, no punctuation). What changes the money or the quantity (unit,
//! family) must be known; what only describes (a sign, an allergen, a temperature) is kept as it came when it is not.

use domain::{
    catalog::{Allergen, Origin, ProductFamily, QualitySign, TemperatureClass},
    quantity::Unit,
    search::fold,
};
use rust_decimal::Decimal;

/// What people write where there is nothing to say.
const NOTHING: &[&str] = &["", "aucun", "aucune", "sans", "neant", "non", "nc", "n a", "na", "ras", "x"];

/// Whether a cell only says that there is nothing to say (« - », « néant », « n/a »).
pub(crate) fn says_nothing(text: &str) -> bool {
    NOTHING.contains(&fold(text).as_str())
}

/// Folded words without articles, in the singular: enough to compare names of things.
fn plain(text: &str) -> String {
    let folded = fold(text);
    let words: Vec<_> = folded
        .split(' ')
        .filter(|word| {
            !matches!(
                *word,
                "de" | "des" | "du" | "d" | "la" | "le" | "les" | "l" | "et" | "a" | "au" | "aux" | "en"
            )
        })
        .map(|word| if word.len() > 3 { word.trim_end_matches('s') } else { word })
        .collect();
    words.join(" ")
}

/// A unit of sale: « kg », « Kilogrammes », « le litre », « pce », « botte », « bq »…
pub(crate) fn unit(text: &str) -> Option<Unit> {
    let folded = fold(text);
    let words: Vec<_> = folded
        .split(' ')
        .filter(|word| !matches!(*word, "le" | "la" | "au" | "par" | "a" | "net" | "1"))
        .collect();
    // « l'unité » is the piece, « l » alone the litre.
    let words = if words.len() > 1 && words[0] == "l" { &words[1..] } else { &words[..] };
    Some(match words.join(" ").as_str() {
        "kg" | "kgs" | "k" | "kilo" | "kilos" | "kilogramme" | "kilogrammes" | "kgm" => Unit::Kilogram,
        "l" | "lt" | "lit" | "litre" | "litres" | "ltr" => Unit::Litre,
        "piece" | "pieces" | "pce" | "pces" | "pc" | "pcs" | "p" | "u" | "un" | "unite" | "unites"
        | "h 87" => Unit::Piece,
        "botte" | "bottes" | "bot" | "bte" | "bttes" | "bh" => Unit::Bunch,
        "barquette" | "barquettes" | "barq" | "bq" | "bqt" | "bqs" | "brq" | "ty" => Unit::Punnet,
        _ => return None,
    })
}

/// A unit or a known part or multiple of one, and what one of it makes in the unit: grams are a thousandth of a kilogram.
pub(crate) fn unit_and_part(text: &str) -> Option<(Unit, Decimal)> {
    if let Some(unit) = unit(text) {
        return Some((unit, Decimal::ONE));
    }
    Some(match fold(text).as_str() {
        "g" | "gr" | "grs" | "gramme" | "grammes" => (Unit::Kilogram, Decimal::new(1, 3)),
        "t" | "tonne" | "tonnes" => (Unit::Kilogram, Decimal::ONE_THOUSAND),
        "ml" | "millilitre" | "millilitres" => (Unit::Litre, Decimal::new(1, 3)),
        "cl" | "centilitre" | "centilitres" => (Unit::Litre, Decimal::new(1, 2)),
        "hl" | "hectolitre" | "hectolitres" => (Unit::Litre, Decimal::ONE_HUNDRED),
        "douzaine" | "douzaines" => (Unit::Piece, Decimal::from(12)),
        _ => return None,
    })
}

/// A family of ma cantine's declaration, by its code, its official name, or the word of the trade.
pub(crate) fn family(text: &str) -> Option<ProductFamily> {
    let named = plain(text);
    let words: Vec<_> = named
        .split(' ')
        .filter(|word| !matches!(*word, "frai" | "fraiche" | "surgele" | "surgelee" | "produit" | "produits"))
        .collect();
    Some(match words.join(" ").as_str() {
        "fruit legume" | "legume fruit" | "legume" | "fruit" | "primeur" | "maraichage" | "f l" | "fl" => {
            ProductFamily::FruitAndVegetables
        }
        "viande volaille" | "viande" | "volaille" | "boucherie" | "boucherie volaille" => {
            ProductFamily::MeatAndPoultry
        }
        "charcuterie" | "salaison" => ProductFamily::Charcuterie,
        "mer" | "mer aquaculture" | "poisson" | "maree" | "poissonnerie" | "poisson fruit mer" => {
            ProductFamily::Seafood
        }
        "laitier"
        | "bof"
        | "bof laitier beurre oeuf"
        | "laitier beurre oeuf"
        | "beurre oeuf fromage"
        | "cremerie"
        | "oeuf"
        | "fromage"
        | "laitier oeuf"
        | "oeuf laitier"
        | "lait" => ProductFamily::Dairy,
        "boulangerie" | "boulangerie patisserie" | "pain" | "patisserie" => ProductFamily::Bakery,
        "boisson" => ProductFamily::Drinks,
        "autre" | "epicerie" | "autre epicerie" | "autre d epicerie" | "epicerie seche" => {
            ProductFamily::Grocery
        }
        _ => return None,
    })
}

/// One official sign.
fn sign(folded: &str) -> Option<QualitySign> {
    Some(match folded {
        "bio" | "ab" | "agriculture biologique" | "biologique" | "eurofeuille" | "bio ab" | "ab bio" => {
            QualitySign::Organic
        }
        "label rouge" | "labelrouge" | "lr" => QualitySign::LabelRouge,
        "aop"
        | "aoc"
        | "aoc aop"
        | "aop aoc"
        | "aocaop"
        | "appellation origine protegee"
        | "appellation d origine protegee"
        | "appellation d origine controlee" => QualitySign::Aop,
        "igp" | "indication geographique protegee" => QualitySign::Igp,
        "stg" | "specialite traditionnelle garantie" => QualitySign::Stg,
        "hve"
        | "hve 3"
        | "hve niveau 3"
        | "haute valeur environnementale"
        | "haute valeur environnementale niveau 3" => QualitySign::Hve,
        "peche durable" | "ecolabel peche durable" => QualitySign::SustainableFishing,
        "rup" | "region ultraperipherique" | "regions ultraperipheriques" => QualitySign::OutermostRegion,
        "commerce equitable"
        | "equitable"
        | "fairtrade"
        | "max havelaar"
        | "fairtrade max havelaar"
        | "agri ethique" => QualitySign::FairTrade,
        "fermier" | "fermiere" | "produit fermier" => QualitySign::Farm,
        _ => return None,
    })
}

/// Signs that may be followed by the name of what they protect: « IGP Aveyron », « Label Rouge n° 12 ».
const NAMED_SIGNS: &[&str] = &["label rouge", "aop", "aoc", "igp", "stg"];

/// The signs of a cell, in its order, each once. « Conventionnel » is none; an unknown one is kept as it is written.
pub(crate) fn signs(text: &str) -> Vec<QualitySign> {
    let mut signs = Vec::new();
    for part in text.split([',', ';', '/', '+', '|', '\n', '&']).flat_map(|part| part.split(" et ")) {
        let folded = fold(part);
        if says_nothing(part) || folded == "conventionnel" {
            continue;
        }
        let named = || {
            NAMED_SIGNS
                .iter()
                .find(|name| folded.starts_with(&format!("{name} ")))
                .and_then(|name| sign(name))
        };
        let each: Option<Vec<_>> = folded.split(' ').map(sign).collect();
        let found = match (sign(&folded).or_else(named), each) {
            (Some(one), _) => vec![one],
            (None, Some(several)) => several,
            (None, None) => vec![QualitySign::Other(part.trim().to_owned())],
        };
        for sign in found {
            if !signs.contains(&sign) {
                signs.push(sign);
            }
        }
    }
    signs
}

/// Where a product comes from, as far as ma cantine tells apart. A country is sorted under its zone.
pub(crate) fn origin(text: &str) -> Option<Origin> {
    if says_nothing(text) {
        return None;
    }
    let folded = fold(text);
    Some(match folded.as_str() {
        "france" | "fr" | "francaise" | "francais" | "occitanie" | "local" | "origine france" => {
            Origin::France
        }
        "europe" | "ue" | "union europeenne" | "eee" | "espagne" | "italie" | "portugal" | "belgique"
        | "allemagne" | "pays bas" | "grece" | "pologne" | "irlande" | "autriche" | "danemark" => {
            Origin::Europe
        }
        "monde" | "hors ue" | "hors europe" | "import" | "maroc" | "tunisie" => Origin::World,
        _ => Origin::Other(text.trim().to_owned()),
    })
}

/// What a cell says of allergens: nothing (`None`), none of the fourteen, or which.
pub(crate) fn allergens(text: &str) -> Option<Vec<Allergen>> {
    match fold(text).as_str() {
        "" | "nc" | "n a" | "na" | "non communique" => return None,
        "aucun" | "sans" | "sans allergene" | "neant" | "aucun allergene" | "non" => return Some(Vec::new()),
        _ => {}
    }
    let mut found = Vec::new();
    for part in text.split([',', ';', '/', '+', '|', '\n']).flat_map(|part| part.split(" et ")) {
        let allergen = match plain(part).as_str() {
            "" => continue,
            "gluten"
            | "ble"
            | "cereale contenant gluten"
            | "cereale"
            | "froment"
            | "seigle"
            | "orge"
            | "avoine"
            | "epeautre" => Allergen::Gluten,
            "crustace" | "crevette" | "crabe" => Allergen::Crustaceans,
            "oeuf" => Allergen::Eggs,
            "poisson" => Allergen::Fish,
            "arachide" | "cacahuete" => Allergen::Peanuts,
            "soja" => Allergen::Soybeans,
            "lait" | "lactose" | "produit laitier" => Allergen::Milk,
            "fruit coque" | "noix" | "noisette" | "amande" => Allergen::Nuts,
            "celeri" => Allergen::Celery,
            "moutarde" => Allergen::Mustard,
            "sesame" | "graine sesame" => Allergen::Sesame,
            "sulfite" | "anhydride sulfureux" | "so 2" | "anhydride sulfureux sulfite" => Allergen::Sulphites,
            "lupin" => Allergen::Lupin,
            "mollusque" => Allergen::Molluscs,
            _ => Allergen::Other(part.trim().to_owned()),
        };
        if !found.contains(&allergen) {
            found.push(allergen);
        }
    }
    Some(found)
}

/// How cold a product travels.
pub(crate) fn temperature(text: &str) -> Option<TemperatureClass> {
    if says_nothing(text) {
        return None;
    }
    let named = plain(text);
    Some(match named.as_str() {
        "temperature ambiante" | "sec" | "ambiante" => TemperatureClass::Ambient,
        "4 e gamme" | "4 eme gamme" | "iv gamme" | "ive gamme" => TemperatureClass::ReadyToUse,
        "surgelee" | "congele" | "negatif" => TemperatureClass::Frozen,
        "poisson" | "maree" => TemperatureClass::FreshFish,
        _ => TemperatureClass::KNOWN
            .iter()
            .find(|class| plain(class.code()) == named)
            .cloned()
            .unwrap_or_else(|| TemperatureClass::Other(text.trim().to_owned())),
    })
}

#[cfg(test)]
mod tests;
