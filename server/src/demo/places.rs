//! Where meals are cooked: invented kitchens and food-aid structures in real communes.

use domain::{
    enterprise::{Commune, Siret, Site, SiteKind},
    id::{HubId, SiteId},
};
use uuid::Uuid;

use super::DemoError;

/// See `NOTE.md` beside it.
const COMMUNES: &str = include_str!("communes.csv");

const KITCHENS: usize = 172;
const FOOD_AID: usize = 9;

/// Nine kinds and twenty-five names have no common divisor: taken together in turn, they make 225 different places.
const KITCHEN_KINDS: [&str; 9] = [
    "Lycée",
    "Collège",
    "École",
    "Groupe scolaire",
    "Crèche",
    "Résidence",
    "Lycée professionnel",
    "Restaurant universitaire",
    "Cuisine centrale",
];
const FOOD_AID_KINDS: [&str; 3] = ["Épicerie solidaire", "Restaurant solidaire", "Comptoir d’entraide"];
const NAMES: [&str; 25] = [
    "des Micocouliers",
    "du Mazet",
    "de la Garrigue",
    "des Romarins",
    "du Pont-Vieux",
    "de la Draille",
    "des Arbousiers",
    "du Causse",
    "de la Source",
    "des Tilleuls",
    "du Belvédère",
    "de l’Olivette",
    "des Genêts",
    "du Moulin-Neuf",
    "de la Bergerie",
    "des Cyprès",
    "du Grand-Pré",
    "de la Capitelle",
    "des Amandiers",
    "du Lavoir",
    "de la Treille",
    "des Cigales",
    "du Levant",
    "de l’Autan",
    "des Deux-Rives",
];

/// The kitchens, then the food-aid structures; always the same.
pub(super) fn all(hub: HubId) -> Result<Vec<Site>, DemoError> {
    let communes: Vec<Commune> = COMMUNES
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(';'))
        .map(|(insee, name)| Commune { name: name.to_owned(), insee: insee.to_owned() })
        .collect();
    (0..KITCHENS + FOOD_AID).map(|place| site(hub, place, &communes)).collect()
}

fn site(hub: HubId, place: usize, communes: &[Commune]) -> Result<Site, DemoError> {
    let (kind, word) = if place < KITCHENS {
        (SiteKind::Kitchen, KITCHEN_KINDS[place % KITCHEN_KINDS.len()])
    } else {
        (SiteKind::FoodAid, FOOD_AID_KINDS[place % FOOD_AID_KINDS.len()])
    };
    let name = format!("{word} {}", NAMES[place % NAMES.len()]);
    let commune = communes.get(place % communes.len().max(1)).cloned().ok_or(DemoError::Data("communes"))?;
    let id = SiteId(Uuid::new_v5(&hub.0, format!("site/{place}").as_bytes()));
    Ok(Site { id, hub, kind, name, siret: siret(place)?, commune })
}

/// A SIRET that INSEE never gave: it begins with 000. Its SIREN and itself pass the Luhn check, as real ones do.
fn siret(place: usize) -> Result<Siret, DemoError> {
    let siren = with_check_digit(&format!("0001{place:04}"));
    let digits = with_check_digit(&format!("{siren}0001"));
    Siret::parse(&digits).map_err(|_| DemoError::Data("SIRET"))
}

/// `digits` and the one that makes their Luhn sum a multiple of ten.
fn with_check_digit(digits: &str) -> String {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|digit| digit.to_digit(10))
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_place_is_one_of_its_own() {
        let sites = all(HubId(Uuid::nil())).unwrap();
        let kitchens = sites.iter().filter(|site| site.kind == SiteKind::Kitchen).count();
        assert_eq!((kitchens, sites.len()), (172, 181));
        let different = |what: fn(&Site) -> String| sites.iter().map(what).collect::<HashSet<_>>().len();
        assert_eq!(different(|site| site.name.clone()), 181);
        assert_eq!(different(|site| site.siret.to_string()), 181);
        assert_eq!(different(|site| site.id.to_string()), 181);
        assert!(
            sites.iter().all(|site| site.siret.as_str().starts_with("000") && !site.commune.name.is_empty())
        );
    }
}
