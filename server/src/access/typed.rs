//! What a person types about themselves and their devices, read at the door.

use std::str::FromStr;

use base64ct::{Base64, Encoding};
use domain::{
    enterprise::Siret,
    wire::{
        owners::{Owner, is_siren},
        people::NewPlace,
    },
};
use lettre::Address;

use super::password;
use crate::{communes, problem::Problem};

const LONGEST_NAME: usize = 80;
/// RFC 5321: what a mail server takes of an address.
const LONGEST_EMAIL: usize = 254;
const SHORTEST_PASSWORD: usize = 12;

/// A name of a person or of a device: 1 to 80 printable characters.
pub(crate) fn name(typed: &str) -> Result<String, Problem> {
    let name = typed.trim();
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(Problem::BadName) }
}

/// An address of mail, in lower case.
pub(crate) fn email(typed: &str) -> Result<Address, Problem> {
    let email = typed.trim().to_lowercase();
    let has_domain = email.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    // What reads addresses for letters takes control characters above ASCII for letters.
    if email.len() > LONGEST_EMAIL || !has_domain || email.chars().any(char::is_control) {
        return Err(Problem::BadEmail);
    }
    Address::from_str(&email).map_err(|_| Problem::BadEmail)
}

/// A place somebody described: names that fit, a SIRET that checks, each as it is written.
pub(crate) fn place(typed: &NewPlace) -> Result<NewPlace, Problem> {
    let siret = Siret::parse(&typed.siret).map_err(|_| Problem::BadSiret)?;
    let (place_name, commune) = (name(&typed.name)?, name(&typed.commune)?);
    let known = communes::find(&commune, &typed.insee);
    if known.is_none() && !typed.insee.is_empty() {
        return Err(Problem::BadCommune);
    }
    let (commune, insee) = known.map_or((commune, String::new()), |known| (known.name, known.insee));
    Ok(NewPlace { kind: typed.kind, name: place_name, siret: siret.into(), commune, insee })
}

/// A community somebody described: a name that fits, codes of its kind.
pub(crate) fn owner(typed: &Owner) -> Result<Owner, Problem> {
    let said = |text: &Option<String>| {
        let digits = text.iter().flat_map(|text| text.chars()).filter(|c| !c.is_whitespace());
        Some(digits.collect::<String>()).filter(|text| !text.is_empty())
    };
    let (insee, siren) = (said(&typed.insee), said(&typed.siren));
    if insee.as_deref().is_some_and(|code| !typed.kind.may_have_code(code)) {
        return Err(Problem::BadInsee);
    }
    if siren.as_deref().is_some_and(|siren| !is_siren(siren)) {
        return Err(Problem::BadSiren);
    }
    Ok(Owner { kind: typed.kind, name: name(&typed.name)?, insee, siren, parent: typed.parent })
}

/// A key of 256 bits, in base64.
pub(crate) fn sealing_key(typed: &str) -> Result<[u8; 32], Problem> {
    let mut key = [0; 32];
    let read = Base64::decode(typed, &mut key).map_err(|_| Problem::BadKey)?;
    if read.len() == key.len() { Ok(key) } else { Err(Problem::BadKey) }
}

/// The same, as it travels back.
pub(crate) fn text_of_key(key: &[u8; 32]) -> String {
    Base64::encode_string(key)
}

/// A password its person chose: 12 characters at least (no rule about which, ASVS 5.0 6.2.1 and 6.2.5), and neither one
/// character said again and again, nor what stands on the screen beside it.
pub(crate) fn password(typed: String, beside: &[&str]) -> Result<String, Problem> {
    let folded = typed.to_lowercase();
    let different = { folded.chars() }.collect::<std::collections::BTreeSet<_>>().len();
    let is_beside = beside.iter().any(|text| {
        let text = text.to_lowercase();
        folded == text || text.split('@').next() == Some(&folded)
    });
    let fits = (SHORTEST_PASSWORD..=password::LONGEST).contains(&typed.chars().count())
        && typed.len() <= password::LONGEST;
    if fits && different >= 5 && !is_beside { Ok(typed) } else { Err(Problem::WeakPassword) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_printable() {
        assert_eq!(name("  Tablette du froid ").unwrap(), "Tablette du froid");
        for typed in ["", "   ", "a\u{7}b", &"x".repeat(81)] {
            assert!(name(typed).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn a_commune_gets_its_code_where_there_is_one_of_its_name() {
        let typed = |commune: &str, insee: &str| NewPlace {
            kind: domain::wire::people::PlaceKind::Kitchen,
            name: "École du Gué".into(),
            siret: "000 000 455 00014".into(),
            commune: commune.into(),
            insee: insee.into(),
        };
        let read = |commune, insee| place(&typed(commune, insee)).map(|read| (read.commune, read.insee));
        assert_eq!(read("anduze", "").unwrap(), ("Anduze".into(), "30010".into()));
        assert_eq!(read("Ailleurs-sur-Mer", "").unwrap(), ("Ailleurs-sur-Mer".into(), String::new()));
        assert_eq!(read("Aigues-Vives", "30004").unwrap().1, "30004");
        assert!(matches!(read("Anduze", "99999"), Err(Problem::BadCommune)));
    }

    #[test]
    fn a_community_has_codes_of_its_kind() {
        use domain::wire::owners::OwnerKind;
        let typed = |kind, insee: &str, siren: &str| {
            let (insee, siren) = (Some(insee.to_owned()), Some(siren.to_owned()));
            owner(&Owner { kind, name: " Gard ".into(), insee, siren, parent: None })
        };
        let read = typed(OwnerKind::Department, "30", "").unwrap();
        assert_eq!((read.name.as_str(), read.insee.as_deref(), read.siren), ("Gard", Some("30"), None));
        assert!(typed(OwnerKind::Metropole, "", "243 400 017").is_ok());
        assert!(matches!(typed(OwnerKind::Metropole, "34", ""), Err(Problem::BadInsee)));
        assert!(matches!(typed(OwnerKind::Department, "30", "243400018"), Err(Problem::BadSiren)));
    }

    #[test]
    fn an_address_has_a_name_and_a_domain() {
        assert_eq!(email(" Anne.Roux@Cuisine.Example ").unwrap().to_string(), "anne.roux@cuisine.example");
        let long = format!("a@{}.example", "x".repeat(250));
        let controlled = ["a@b.example\r\nBcc: c", "a@cui\u{81}sine.example"];
        for typed in ["", "anne", "anne@", "@x.example", "a b@x.example", "anne@local", &long]
            .iter()
            .chain(&controlled)
        {
            assert!(email(typed).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn a_password_is_long_and_nobodys_first_guess() {
        let beside = ["anne.roux.cuisine@cuisine.example", "Anne Roux de la cuisine"];
        assert!(password("quatre mots de passe".into(), &beside).is_ok());
        let long = "é".repeat(200);
        let weak =
            ["", "onze lettre", "aaaaaaaaaaaaaa", "anne.roux.cuisine", "ANNE ROUX DE LA CUISINE", &long];
        for typed in weak {
            assert!(password(typed.to_owned(), &beside).is_err(), "{typed:?}");
        }
    }
}
