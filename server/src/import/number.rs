//! Numbers as people type them: « 2,10 € », « 1 234,50 », « 1.234,50 », « 2,10€/kg », « 5,5 % ».

use domain::quantity::Unit;
use rust_decimal::Decimal;

use super::spelling;

/// A number, and the words around it.
#[derive(Debug, PartialEq)]
struct Measured<'a> {
    number: Decimal,
    before: &'a str,
    after: &'a str,
}

/// A number alone. The last of `.` and `,` is the decimal mark when both stand there; one that repeats only groups
/// thousands. Spaces of every width and apostrophes group too. Groups are of three digits, or this is no number.
pub(crate) fn parse(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, decimals) = split_decimals(text)?;
    let mut digits = join_groups(whole)?;
    if digits.is_empty() && decimals.is_empty() || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if digits.is_empty() {
        digits.push('0');
    }
    if !decimals.is_empty() {
        digits.push('.');
        digits.push_str(decimals);
    }
    // More than a Decimal holds is no price, no weight and no quantity.
    let number = Decimal::from_str_exact(&digits).ok()?.normalize();
    Some(if negative { -number } else { number })
}

/// Parts `1.234,50` into `1.234` and `50`.
fn split_decimals(text: &str) -> Option<(&str, &str)> {
    let count = |mark: char| text.chars().filter(|c| *c == mark).count();
    let (dots, commas) = (count('.'), count(','));
    let at = match (dots, commas) {
        (0, 0) => return Some((text, "")),
        (1, 0) => text.find('.')?,
        (0, 1) => text.find(',')?,
        (_, 0) | (0, _) => return Some((text, "")),
        _ => {
            let (dot, comma) = (text.rfind('.')?, text.rfind(',')?);
            let (at, repeats) = if dot > comma { (dot, dots) } else { (comma, commas) };
            if repeats > 1 {
                return None;
            }
            at
        }
    };
    Some((&text[..at], &text[at + 1..]))
}

/// `1 234` and `1.234` as `1234`; `None` when a group is not of three digits or anything else stands there.
fn join_groups(whole: &str) -> Option<String> {
    let separates = |c: char| c.is_whitespace() || matches!(c, '.' | ',' | '\'' | '’');
    let groups: Vec<_> = whole.split(separates).collect();
    let sizes_fit = groups.len() == 1
        || (!groups[0].is_empty()
            && groups[0].len() <= 3
            && groups[1..].iter().all(|group| group.len() == 3));
    let digits = groups.concat();
    (sizes_fit && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// Finds the one number of a text. `None` when there is none, or more than one.
fn measure(text: &str) -> Option<Measured<'_>> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    // A sign, or the mark of « ,50 », belongs to the number.
    let start = text[..start].trim_end_matches([',', '.']).len();
    let start = text[..start].strip_suffix(['-', '−', '+']).map_or(start, str::len);
    let number = parse(&text[start..end])?;
    Some(Measured { number, before: text[..start].trim(), after: text[end..].trim() })
}

/// A price: euros per unit, and the unit when the cell names it (« 2,10 €/kg »). `None` when it is no number, or says it
/// has its taxes in.
pub(crate) fn price(text: &str) -> Option<(Decimal, Option<Unit>)> {
    let measured = measure(text)?;
    let mut unit = None;
    for side in [measured.before, measured.after] {
        if !side.chars().all(|c| c.is_alphabetic() || c.is_whitespace() || "€/.'’()".contains(c)) {
            return None;
        }
        let words = domain::search::fold(&side.replace('€', " "));
        let rest: Vec<_> = words.split(' ').filter(|word| !PRICE_WORDS.contains(word)).collect();
        if !rest.is_empty() {
            unit = Some(spelling::unit(&rest.join(" "))?);
        }
    }
    Some((measured.number, unit))
}

/// What may stand beside a price without changing it.
const PRICE_WORDS: &[&str] = &[
    "", "eur", "euro", "euros", "ht", "hors", "taxe", "taxes", "net", "le", "la", "l", "par", "a", "au",
    "du", "de", "d", "les", "un", "une",
];

/// A quantity in `unit`: a number alone, or with a unit that is the same or a known part of it (« 500 g » is 0.5 kg).
pub(crate) fn quantity(text: &str, unit: Option<&Unit>) -> Option<Decimal> {
    let measured = measure(text)?;
    if !measured.before.is_empty() {
        return None;
    }
    if measured.after.is_empty() {
        return Some(measured.number);
    }
    let (named, factor) = spelling::unit_and_part(measured.after)?;
    (unit.is_none_or(|unit| *unit == named)).then(|| (measured.number * factor).normalize())
}

/// A pack's content: a quantity, with the word of what holds it (« colis de 5 kg », « par 6 », « 6 × 1 L »); « vrac » and
/// « à la pièce » are packs of one.
pub(crate) fn pack(text: &str, unit: Option<&Unit>) -> Option<Decimal> {
    let folded = domain::search::fold(text);
    if LOOSE.contains(&folded.as_str()) || spelling::unit(&folded).is_some_and(|named| Some(&named) == unit) {
        return Some(Decimal::ONE);
    }
    let lower = text.to_lowercase();
    let bare = HOLDERS.iter().find_map(|holder| lower.strip_prefix(holder)).unwrap_or(&lower).trim();
    let bare = bare.strip_prefix("de ").unwrap_or(bare);
    if let Some((count, content)) = bare.split_once(['x', '×', '*']) {
        let count = parse(count)?;
        let content = quantity(content.trim(), unit)?;
        return count.checked_mul(content).map(|all| all.normalize());
    }
    quantity(bare, unit)
}

const LOOSE: &[&str] =
    &["vrac", "en vrac", "a l unite", "a la piece", "au kilo", "au kg", "au litre", "detail", "au detail"];
const HOLDERS: &[&str] = &[
    "colis",
    "caisses",
    "caisse",
    "cagettes",
    "cagette",
    "cartons",
    "carton",
    "plateaux",
    "plateau",
    "sacs",
    "sac",
    "sachets",
    "sachet",
    "bidons",
    "bidon",
    "seaux",
    "seau",
    "pots",
    "pot",
    "boîtes",
    "boîte",
    "boites",
    "boite",
    "bouteilles",
    "bouteille",
    "poches",
    "poche",
    "filets",
    "filet",
    "par",
];

/// A percentage, in per cent: « 5,5 », « 5,5 % », and 0.055 as a cell in per cent stores it.
pub(crate) fn percent(text: &str) -> Option<Decimal> {
    let (text, marked) = match text.trim().strip_suffix('%') {
        Some(text) => (text, true),
        None => (text, false),
    };
    let number = parse(text)?;
    let is_share = !marked && number > Decimal::ZERO && number < Decimal::ONE;
    Some(if is_share { (number * Decimal::ONE_HUNDRED).normalize() } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it() {
        let cases = [
            ("2,10", Some("2.1")),
            ("2.10", Some("2.1")),
            (" 1 234,50 ", Some("1234.5")),
            ("1\u{202f}234,50", Some("1234.5")),
            ("1\u{a0}234\u{a0}567", Some("1234567")),
            ("1.234,50", Some("1234.5")),
            ("1,234.50", Some("1234.5")),
            ("1.234.567", Some("1234567")),
            ("1'234,50", Some("1234.5")),
            (",5", Some("0.5")),
            ("12,", Some("12")),
            ("-3", Some("-3")),
            ("+3", Some("3")),
            ("0", Some("0")),
            ("1 2", None),
            ("12 34", None),
            ("1,2,3", None),
            ("1.2.3", None),
            ("1,234,5.6.7", None),
            ("deux", None),
            ("2e3", None),
            ("", None),
            (",", None),
            ("-", None),
            ("١٢", None),
            ("99999999999999999999999999999999999", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), expected.map(|number| number.parse().unwrap()), "{text:?}");
        }
    }

    #[test]
    fn a_price_may_name_its_currency_and_its_unit() {
        let kilo = Some(Unit::Kilogram);
        let cases = [
            ("2,10 €", Some(("2.1", None))),
            ("2,10€/kg", Some(("2.1", kilo.clone()))),
            ("2,10 € HT / kg", Some(("2.1", kilo.clone()))),
            ("€ 2.10", Some(("2.1", None))),
            ("2,10 euros le kilo", Some(("2.1", kilo))),
            ("1 234,50 EUR", Some(("1234.5", None))),
            ("0,35 € la pièce", Some(("0.35", Some(Unit::Piece)))),
            ("-2,10 €", Some(("-2.1", None))),
            ("2,10 € TTC", None),
            ("2,10 $", None),
            ("2,10 à 3,20", None),
            ("sur demande", None),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|(number, unit)| (number.parse().unwrap(), unit));
            assert_eq!(price(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_quantity_may_name_its_unit_and_it_must_fit() {
        let kilo = Some(&Unit::Kilogram);
        let cases = [
            ("330", kilo, Some("330")),
            ("330 kg", kilo, Some("330")),
            ("500 g", kilo, Some("0.5")),
            ("1,2 t", kilo, Some("1200")),
            ("75 cl", Some(&Unit::Litre), Some("0.75")),
            ("12 pièces", Some(&Unit::Piece), Some("12")),
            ("12 pièces", kilo, None),
            ("12 bananes", kilo, None),
            ("env. 12", kilo, None),
        ];
        for (text, unit, expected) in cases {
            assert_eq!(quantity(text, unit), expected.map(|number| number.parse().unwrap()), "{text:?}");
        }
    }

    #[test]
    fn a_pack_may_say_what_holds_it() {
        let kilo = Some(&Unit::Kilogram);
        let cases = [
            ("10", kilo, Some("10")),
            ("2,5", kilo, Some("2.5")),
            ("colis de 5 kg", kilo, Some("5")),
            ("Caisse 10 kg", kilo, Some("10")),
            ("par 6", Some(&Unit::Piece), Some("6")),
            ("6 x 1 L", Some(&Unit::Litre), Some("6")),
            ("12×0,25", kilo, Some("3")),
            ("vrac", kilo, Some("1")),
            ("à la pièce", Some(&Unit::Piece), Some("1")),
            ("kg", kilo, Some("1")),
            ("grand", kilo, None),
        ];
        for (text, unit, expected) in cases {
            assert_eq!(pack(text, unit), expected.map(|number| number.parse().unwrap()), "{text:?}");
        }
    }

    #[test]
    fn a_percentage_may_be_stored_as_a_share() {
        let cases = [
            ("5,5", "5.5"),
            ("5,5 %", "5.5"),
            ("5,50%", "5.5"),
            ("0.055", "5.5"),
            ("0,2", "20"),
            ("20", "20"),
            ("0", "0"),
        ];
        for (text, expected) in cases {
            assert_eq!(percent(text), Some(expected.parse().unwrap()), "{text:?}");
        }
        assert_eq!(percent("réduit"), None);
    }
}
