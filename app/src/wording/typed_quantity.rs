//! Quantities as hands type or paste them.

use domain::quantity::Quantity;
use rust_decimal::Decimal;

/// The largest quantity a line holds.
const LARGEST: i64 = 999_999_999;

/// Why a typed text is no quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAQuantity {
    /// Not a number from 0 to 999,999.999.
    Number,
    /// More than three decimals.
    TooPrecise,
}

/// Reads « 1234,5 », « 1 234.5 », « 1.234,50 », « 2½ »: any space is forgiven, the last separator is the decimal one, a
/// separator that comes several times groups thousands. Nothing typed is nothing wanted.
pub(crate) fn parse(text: &str) -> Result<Quantity, NotAQuantity> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if compact.is_empty() {
        return Ok(Quantity::ZERO);
    }
    let (number, half) = match compact.strip_suffix('½') {
        Some(rest) => (rest, true),
        None => (compact.as_str(), false),
    };
    let mut value = if number.is_empty() && half { Decimal::ZERO } else { plain(number)? };
    if half {
        value += Decimal::new(5, 1);
    }
    let quantity = Quantity::new(value).map_err(|_| NotAQuantity::TooPrecise)?;
    if quantity.thousandths() <= LARGEST { Ok(quantity) } else { Err(NotAQuantity::Number) }
}

/// Reads a number whose spaces are gone. Signs and exponents are no quantity.
fn plain(text: &str) -> Result<Decimal, NotAQuantity> {
    let decimal_at = decimal_separator(text);
    let (whole, decimals) = match decimal_at {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    let whole = without_groups(whole)?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + decimals.len() == 0 || whole.len() > 9 || !digits(&whole) || !digits(decimals) {
        return Err(NotAQuantity::Number);
    }
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > 3 {
        return Err(NotAQuantity::TooPrecise);
    }
    let whole = if whole.is_empty() { "0" } else { &whole };
    let written = if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") };
    Decimal::from_str_exact(&written).map_err(|_| NotAQuantity::Number)
}

/// Takes the thousands separators out: one kind only, before groups of three digits only. « 1.5.2 » is a slip, not 152.
fn without_groups(whole: &str) -> Result<String, NotAQuantity> {
    let mut marks = whole.chars().filter(|c| matches!(c, '.' | ','));
    let Some(mark) = marks.next() else { return Ok(whole.to_owned()) };
    let groups: Vec<&str> = whole.split(mark).collect();
    let first_fits = groups.first().is_some_and(|first| (1..=3).contains(&first.len()));
    let fits =
        first_fits && groups.iter().skip(1).all(|group| group.len() == 3) && marks.all(|other| other == mark);
    if fits { Ok(groups.concat()) } else { Err(NotAQuantity::Number) }
}

/// Where the decimal separator stands: the last one, unless the same one comes several times and is the only kind.
fn decimal_separator(text: &str) -> Option<usize> {
    let last = text.rfind(['.', ','])?;
    let mark = &text[last..=last];
    let several = text.matches(mark).count() > 1;
    (!several).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Quantity {
        Quantity::new(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn whatever_a_cook_types_is_read() {
        let cases = [
            ("1234,5", "1234.5"),
            ("1 234.5", "1234.5"),
            ("1\u{202f}234,5", "1234.5"),
            ("1\u{a0}234,5", "1234.5"),
            ("1\u{2009}234\u{2002},5", "1234.5"),
            ("1.5", "1.5"),
            ("1.234,50", "1234.5"),
            ("1,234.50", "1234.5"),
            ("1.234.567", "1234567"),
            (" 20 ", "20"),
            ("007", "7"),
            (",5", "0.5"),
            ("12,", "12"),
            ("2,500", "2.5"),
            ("½", "0.5"),
            ("2½", "2.5"),
            ("", "0"),
            ("   ", "0"),
        ];
        for (typed, read) in cases {
            let expected = if read == "1234567" { Err(NotAQuantity::Number) } else { Ok(quantity(read)) };
            assert_eq!(parse(typed), expected, "{typed:?}");
        }
        assert_eq!(parse("999 999,999"), Ok(quantity("999999.999")));
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for bad in [
            "-1",
            "+1",
            "1e3",
            "dix",
            "1,2,3.4.5",
            "1.5.2",
            "12.34,5",
            "12kg",
            ",",
            "½½",
            "1000000",
            "9999999999",
            "٣",
        ] {
            assert_eq!(parse(bad), Err(NotAQuantity::Number), "{bad:?}");
        }
        assert_eq!(parse("1,2345"), Err(NotAQuantity::TooPrecise));
        assert_eq!(parse("1,2340"), Ok(quantity("1.234")));
    }
}
