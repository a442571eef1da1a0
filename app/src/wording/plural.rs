//! One or several: French says « 1,5 kilo », English "1.5 kilos".

use rust_decimal::Decimal;

use super::Language;

/// The form that goes with `count`: French keeps the singular below 2, English for exactly 1.
pub(super) fn pick<'t>(
    language: Language,
    count: impl Into<Decimal>,
    one: &'t str,
    other: &'t str,
) -> &'t str {
    let count = count.into();
    let singular = match language {
        Language::French => count < Decimal::TWO,
        Language::English => count == Decimal::ONE,
    };
    if singular { one } else { other }
}

/// `count` as the French write it, then its noun in the right form, held together.
pub(super) fn french(count: usize, one: &str, other: &str) -> String {
    format!(
        "{}\u{a0}{}",
        super::numbers::integer_in(Language::French, count),
        pick(Language::French, count, one, other)
    )
}

/// The same in English.
pub(super) fn english(count: usize, one: &str, other: &str) -> String {
    format!(
        "{} {}",
        super::numbers::integer_in(Language::English, count),
        pick(Language::English, count, one, other)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_keeps_the_singular_below_two() {
        let cases = [
            ("0", "colis de", "boxes"),
            ("1", "colis de", "box"),
            ("1.5", "colis de", "boxes"),
            ("2", "colis", "boxes"),
        ];
        for (count, french, english) in cases {
            let count: Decimal = count.parse().unwrap();
            assert_eq!(pick(Language::French, count, "colis de", "colis"), french, "{count}");
            assert_eq!(pick(Language::English, count, "box", "boxes"), english, "{count}");
        }
    }
}
