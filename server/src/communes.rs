//! The communes the server knows, with their codes: those of Occitanie. See `communes/NOTE.md`.

use std::{collections::HashMap, sync::OnceLock};

use domain::{enterprise::Commune, search::fold};

const COMMUNES: &str = include_str!("communes/communes.csv");
/// As many as one reads under a line of a form.
const SUGGESTED: usize = 12;

/// Communes by how a person may write them.
struct Known {
    all: Vec<(String, Commune)>,
    by_code: HashMap<&'static str, usize>,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let rows = COMMUNES.lines().skip(1).filter_map(|line| line.split_once(';'));
        let mut known = Known { all: Vec::new(), by_code: HashMap::new() };
        for (at, (insee, name)) in rows.enumerate() {
            known.by_code.insert(insee, at);
            known.all.push((written(name), Commune { name: name.to_owned(), insee: insee.to_owned() }));
        }
        known
    })
}

/// A name without what people leave out: case, accents, hyphens, apostrophes; « St » is « Saint ».
fn written(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let whole = words.map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        word => word,
    });
    whole.collect::<Vec<_>>().join(" ")
}

/// Those whose names begin as what is typed, the shortest first; none for nothing.
#[must_use]
pub fn suggested(typed: &str) -> Vec<Commune> {
    let typed = written(typed);
    if typed.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<_> = known().all.iter().filter(|(name, _)| name.starts_with(&typed)).collect();
    found.sort_by(|(one, a), (other, b)| (one.len(), one, &a.insee).cmp(&(other.len(), other, &b.insee)));
    found.into_iter().take(SUGGESTED).map(|(_, commune)| commune.clone()).collect()
}

/// The commune of a code; else the only one of this name. `None`: the server knows none such, or several.
#[must_use]
pub fn find(name: &str, insee: &str) -> Option<Commune> {
    let Known { all, by_code } = known();
    if !insee.is_empty() {
        return by_code.get(insee).map(|at| all[*at].1.clone());
    }
    let name = written(name);
    let mut named = all.iter().filter(|(known, _)| *known == name);
    named.next().filter(|_| named.next().is_none()).map(|(_, commune)| commune.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commune_is_found_as_people_write_it() {
        for typed in ["Nîmes", "nimes", " NIMES "] {
            assert_eq!(find(typed, "").unwrap().insee, "30189", "{typed}");
        }
        assert_eq!(find("st gilles", "").map(|commune| commune.insee).as_deref(), Some("30258"));
        assert_eq!(find("ailleurs", "34172").unwrap().name, "Montpellier");
        assert_eq!(find("Nîmes", "99999"), None);
        assert_eq!(find("Paris", ""), None, "the server does not know it");
    }

    #[test]
    fn one_of_two_names_is_chosen_and_not_guessed() {
        let two = suggested("Aigues-Vives");
        assert!(two.len() > 1 && two.iter().all(|commune| commune.name == "Aigues-Vives"));
        assert_eq!(find("Aigues-Vives", ""), None);
        assert_eq!(suggested("montpel")[0].name, "Montpellier");
        assert!(suggested("").is_empty() && suggested("-").is_empty());
        assert!(suggested("s").len() <= SUGGESTED);
    }
}
