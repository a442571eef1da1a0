//! Days, months, dates and cycles as people write them: « lun-ven », « L M V », « toute l'année », « 31/12/2026 », « 2026-S49 ».

use domain::{
    catalog::{Months, Weekdays},
    cycle::CycleId,
    search::fold,
    time::{Date, Weekday},
};

/// Words between days or months that say nothing.
const FILLERS: &[&str] =
    &["du", "de", "des", "le", "les", "l", "d", "et", "jours", "jour", "matin", "mois", "en"];

/// Delivery days. `None` when a word is no day.
pub(crate) fn weekdays(text: &str) -> Option<Weekdays> {
    let folded = fold(text);
    match folded.as_str() {
        "tous les jours" | "tlj" | "toute la semaine" | "tous" | "semaine" | "lundi a vendredi" => {
            return Some(working_days());
        }
        "7 j 7" | "7 j sur 7" | "tous les jours dimanche compris" => return Some(Weekdays::from_bits(0x7f)),
        _ => {}
    }
    let mut tuesday_seen = false;
    let numbers = numbers(
        text,
        |word| {
            let number = weekday(word, tuesday_seen)?;
            tuesday_seen |= number == 2;
            Some(number)
        },
        7,
    )?;
    let days = numbers
        .into_iter()
        .filter_map(|number| Weekday::from_monday_one_offset(i8::try_from(number).ok()?).ok());
    Some(Weekdays::of(days))
}

/// Monday to Friday: when the cold lorries run, and what a list that names no day means.
#[must_use]
pub fn working_days() -> Weekdays {
    Weekdays::of([Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday])
}

/// The number of a day, Monday being 1. A lone M is Tuesday the first time, Wednesday the next.
fn weekday(word: &str, tuesday_seen: bool) -> Option<u8> {
    Some(match word {
        "lundi" | "lundis" | "lun" | "lu" | "l" | "1" => 1,
        "m" if tuesday_seen => 3,
        "mardi" | "mardis" | "mar" | "ma" | "m" | "2" => 2,
        "mercredi" | "mercredis" | "mer" | "merc" | "me" | "x" | "3" => 3,
        "jeudi" | "jeudis" | "jeu" | "je" | "j" | "4" => 4,
        "vendredi" | "vendredis" | "ven" | "vend" | "ve" | "v" | "5" => 5,
        "samedi" | "samedis" | "sam" | "sa" | "s" | "6" => 6,
        "dimanche" | "dimanches" | "dim" | "di" | "d" | "7" => 7,
        _ => return None,
    })
}

/// Months in season. `None` when a word is no month.
pub(crate) fn months(text: &str) -> Option<Months> {
    let folded = fold(text);
    if matches!(
        folded.as_str(),
        "toute l annee" | "toute annee" | "annee" | "tous" | "tous les mois" | "12 mois" | "permanent"
    ) {
        return Some(Months::from_bits(0x0fff));
    }
    numbers(text, month, 12).map(Months::from_numbers)
}

fn month(word: &str) -> Option<u8> {
    if let Ok(number) = word.parse::<u8>() {
        return (1..=12).contains(&number).then_some(number);
    }
    Some(match word {
        "janvier" | "janv" | "jan" => 1,
        "fevrier" | "fevr" | "fev" => 2,
        "mars" | "mar" => 3,
        "avril" | "avr" => 4,
        "mai" => 5,
        "juin" => 6,
        "juillet" | "juil" => 7,
        "aout" | "aou" => 8,
        "septembre" | "sept" | "sep" => 9,
        "octobre" | "oct" => 10,
        "novembre" | "nov" => 11,
        "decembre" | "dec" => 12,
        _ => return None,
    })
}

/// Numbers from a list of names and ranges: « lundi, mer-ven », « oct à mars ». Ranges go round the end.
fn numbers(text: &str, mut name: impl FnMut(&str) -> Option<u8>, last: u8) -> Option<Vec<u8>> {
    let mut found = Vec::new();
    for part in text.split([',', ';', '/', '+', '|', '\n', '&']) {
        let dashed: Vec<_> = part.split(['-', '–', '—']).map(fold).collect();
        let words: Vec<String> = dashed
            .iter()
            .flat_map(|side| side.split(' '))
            .flat_map(|word| one_or_letters(word, last))
            .collect();
        let is_filler = |word: &String| {
            word.is_empty() || (words.len() > 1 && FILLERS.contains(&word.as_str()) && name(word).is_none())
        };
        let through = words.iter().any(|word| word == "a" || word == "au");
        let fillers: Vec<bool> = words.iter().map(is_filler).collect();
        let mut named = Vec::new();
        for (word, filler) in words.iter().zip(fillers) {
            if !filler && word != "a" && word != "au" {
                named.push(name(word)?);
            }
        }
        let is_range = named.len() == 2 && (through || dashed.len() == 2);
        match named[..] {
            [from, to] if is_range => found.extend(round(from, to, last)),
            _ => found.extend(named),
        }
    }
    (!found.is_empty()).then_some(found)
}

/// « LMMJV » is five letters of days; any other word is itself.
fn one_or_letters(word: &str, last: u8) -> Vec<String> {
    let letters_of_days = last == 7 && word.len() > 2 && word.chars().all(|c| "lmjvsd".contains(c));
    if letters_of_days { word.chars().map(String::from).collect() } else { vec![word.to_owned()] }
}

/// From `from` to `to`, through the end of the cycle when `to` comes first.
fn round(from: u8, to: u8, last: u8) -> Vec<u8> {
    if from <= to { (from..=to).collect() } else { (from..=last).chain(1..=to).collect() }
}

/// A date: ISO, or day first as in France, with `/`, `-`, `.` or spaces; the month by number or by name.
pub(crate) fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // A spreadsheet's ISO text may carry a time of day.
    let day_part = text.split_once(['T']).map_or(text, |(day, _)| day);
    let parts: Vec<_> = day_part
        .split(|c: char| "/-. ".contains(c) || c.is_whitespace())
        .filter(|part| !part.is_empty())
        .collect();
    let [first, second, third] = parts[..] else { return None };
    let number =
        |part: &str| part.parse::<i16>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    let month = month(&fold(second)).and_then(|month| i8::try_from(month).ok())?;
    let (year, day) = if first.len() == 4 { (first, third) } else { (third, first.trim_end_matches("er")) };
    let year = match (number(year)?, year.len()) {
        (year, 4) => year,
        (year, 2) => 2000 + year,
        _ => return None,
    };
    Date::new(year, month, i8::try_from(number(day)?).ok()?).ok().filter(is_plausible)
}

/// The day a spreadsheet stores as a plain number, days since 30 December 1899, when the column lost its format.
pub(crate) fn date_of_serial(serial: &rust_decimal::Decimal) -> Option<Date> {
    let days = i64::try_from(serial.trunc()).ok().filter(|days| (1..200_000).contains(days))?;
    let epoch = Date::new(1899, 12, 30).ok()?;
    epoch.checked_add(jiff::Span::new().try_days(days).ok()?).ok().map(Date::from).filter(is_plausible)
}

fn is_plausible(date: &Date) -> bool {
    (2000..2200).contains(&date.year())
}

/// The cycle a title, a tab or a file name speaks of: « Mercuriale 2026-S49 », « semaine 49 de 2026 », « S49 2026 ».
pub(crate) fn cycle(text: &str) -> Option<CycleId> {
    let folded = fold(text);
    let words: Vec<_> = folded.split(' ').filter(|word| !FILLERS.contains(word)).collect();
    let is_week = |word: &str| matches!(word, "s" | "w" | "sem" | "semaine");
    words.windows(3).find_map(|three| {
        let (year, week) = match three {
            [year, mark, week] if is_week(mark) => (*year, *week),
            [mark, week, year] if is_week(mark) => (*year, *week),
            _ => return None,
        };
        let whole_year = year.len() == 4;
        whole_year.then(|| CycleId::new(year.parse().ok()?, week.parse().ok()?).ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> Option<String> {
        weekdays(text).map(|days| days.iter().map(|day| day.to_monday_one_offset().to_string()).collect())
    }

    #[test]
    fn delivery_days_have_many_spellings() {
        let cases = [
            ("lundi, mardi", "12"),
            ("Lundi et Jeudi", "14"),
            ("lun-ven", "12345"),
            ("du lundi au vendredi", "12345"),
            ("lundi à jeudi", "1234"),
            ("L M V", "125"),
            ("L M M J V", "12345"),
            ("LMMJV", "12345"),
            ("L-M-V", "125"),
            ("L, Me, V", "135"),
            ("mar. / jeu.", "24"),
            ("ven-lun", "1567"),
            ("lundi", "1"),
            ("L", "1"),
            ("tous les jours", "12345"),
            ("1, 3, 5", "135"),
            ("lundi, mer-ven", "1345"),
            ("samedi", "6"),
        ];
        for (text, expected) in cases {
            assert_eq!(days(text).as_deref(), Some(expected), "{text:?}");
        }
        for bad in ["", "demain", "lundi matin tôt", "8", "fériés"] {
            assert_eq!(days(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn months_have_many_spellings() {
        let set = |numbers: &[u8]| Some(Months::from_numbers(numbers.iter().copied()));
        let cases: [(&str, Option<Months>); 11] = [
            ("1, 2, 3", set(&[1, 2, 3])),
            ("janv, févr", set(&[1, 2])),
            ("Janvier-Mars", set(&[1, 2, 3])),
            ("oct à mars", set(&[1, 2, 3, 10, 11, 12])),
            ("de juin à août", set(&[6, 7, 8])),
            ("toute l'année", set(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
            ("8", set(&[8])),
            ("1-3", set(&[1, 2, 3])),
            ("13", None),
            ("0", None),
            ("été", None),
        ];
        for (text, expected) in cases {
            assert_eq!(months(text), expected, "{text:?}");
        }
    }

    #[test]
    fn dates_are_read_day_first_or_iso() {
        let cases = [
            ("2026-12-31", Some("2026-12-31")),
            ("31/12/2026", Some("2026-12-31")),
            ("31-12-26", Some("2026-12-31")),
            ("31.12.2026", Some("2026-12-31")),
            ("1er mars 2027", Some("2027-03-01")),
            ("31 décembre 2026", Some("2026-12-31")),
            ("2026-12-31T00:00:00", Some("2026-12-31")),
            ("31/02/2026", None),
            ("12/31/2026", None),
            ("2026", None),
            ("bientôt", None),
            ("31/12/1026", None),
            ("-1/12/2026", None),
        ];
        for (text, expected) in cases {
            assert_eq!(date(text), expected.map(|date| date.parse().unwrap()), "{text:?}");
        }
        assert_eq!(date_of_serial(&46_387.into()), Some("2026-12-31".parse().unwrap()));
        assert_eq!(date_of_serial(&7.into()), None);
    }

    #[test]
    fn a_cycle_is_found_in_a_title() {
        let cases = [
            ("Mercuriale 2026-S49", Some("2026-W49")),
            ("mercuriale-2026-S49.xlsx", Some("2026-W49")),
            ("Prix de la semaine 49 de 2026", Some("2026-W49")),
            ("S03_2027", Some("2027-W03")),
            ("2026-W54", None),
            ("Feuil1", None),
            ("s 49", None),
        ];
        for (text, expected) in cases {
            assert_eq!(cycle(text), expected.map(|cycle| cycle.parse().unwrap()), "{text:?}");
        }
    }
}
