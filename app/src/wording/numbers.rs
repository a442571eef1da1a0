//! Numbers, money and dates as people write them here: one façade over the browser's `Intl`.
//!
//! Exact decimals go in as text: `Intl` formats a string of digits exactly, where a float would round. Formatters are
//! costly to make, so each is made once a language. Hours are those of the hub's clock on the wall, whatever the device
//! believes of its place.

use std::{cell::RefCell, collections::HashMap};

use domain::{
    cycle::CycleId,
    money::{Amount, Rate, UnitPrice},
    quantity::{Quantity, Unit},
    time::{Date, Timestamp, Weekday},
};
use js_sys::{Array, Function, Intl, Object, Reflect};
use rust_decimal::Decimal;
use wasm_bindgen::JsValue;

use super::{Language, current, plural, words};

/// The clock on the wall of every hub so far.
const TIME_ZONE: &str = "Europe/Paris";

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Money,
    UnitPrice,
    Plain,
    Day,
    LongDay,
    DayMonth,
    DayOfMonth,
    MomentDay,
    DayWithYear,
    Weekday,
    Clock,
}

thread_local! {
    static FORMATTERS: RefCell<HashMap<(Language, Kind), Function>> = RefCell::new(HashMap::new());
}

fn options(pairs: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in pairs {
        // Setting a property of a plain new object does not fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

fn formatter(language: Language, kind: Kind) -> Function {
    let text = JsValue::from_str;
    let money = |decimals: u8| -> Vec<(&str, JsValue)> {
        vec![
            ("style", text("currency")),
            ("currency", text("EUR")),
            ("minimumFractionDigits", 2.into()),
            ("maximumFractionDigits", decimals.into()),
        ]
    };
    let utc = ("timeZone", text("UTC"));
    let paris = ("timeZone", text(TIME_ZONE));
    let (weekday, day) = (("weekday", text("short")), ("day", text("numeric")));
    let month = ("month", text("short"));
    let long = [("weekday", text("long")), day.clone(), ("month", text("long")), utc.clone()];
    let date = |pairs: &[(&str, JsValue)]| {
        Intl::DateTimeFormat::new(&Array::of1(&text(language.locale())), &options(pairs)).format()
    };
    let number = |pairs: &[(&str, JsValue)]| {
        Intl::NumberFormat::new(&Array::of1(&text(language.locale())), &options(pairs)).format()
    };
    match kind {
        Kind::Money => number(&money(2)),
        Kind::UnitPrice => number(&money(4)),
        Kind::Plain => number(&[("maximumFractionDigits", 3.into())]),
        Kind::Day => date(&[weekday, day, month, utc]),
        Kind::LongDay => date(&long),
        Kind::DayMonth => date(&[day, month, utc]),
        Kind::DayOfMonth => date(&[day, utc]),
        Kind::MomentDay => date(&[weekday, day, month, paris]),
        Kind::Weekday => date(&[("weekday", text("long")), utc]),
        Kind::DayWithYear => date(&[day, month, ("year", text("numeric")), utc]),
        Kind::Clock => {
            date(&[("hour", text("2-digit")), ("minute", text("2-digit")), ("hourCycle", text("h23")), paris])
        }
    }
}

fn write(language: Language, kind: Kind, value: &JsValue) -> String {
    let function = FORMATTERS.with_borrow_mut(|formatters| {
        formatters.entry((language, kind)).or_insert_with(|| formatter(language, kind)).clone()
    });
    let written =
        function.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default();
    if language == Language::French { with_first_of_month(written) } else { written }
}

/// The French say « 1er décembre »; `Intl` says « 1 décembre ».
fn with_first_of_month(written: String) -> String {
    // A lone « 1 » is a number; beside other words it is a day.
    if !written.contains(' ') || !written.split(' ').any(|word| word == "1") {
        return written;
    }
    written.split(' ').map(|word| if word == "1" { "1er" } else { word }).collect::<Vec<_>>().join(" ")
}

fn decimal(language: Language, kind: Kind, value: Decimal) -> String {
    write(language, kind, &JsValue::from_str(&value.to_string()))
}

/// « 13,70 € »
pub(crate) fn money(amount: Amount) -> String {
    decimal(current(), Kind::Money, amount.euros())
}

/// « 1,37 € », « 1,7125 € »: a price keeps its third and fourth decimals when it has some.
pub(crate) fn unit_price(price: UnitPrice) -> String {
    decimal(current(), Kind::UnitPrice, price.euros())
}

/// « 1 234,5 »: at most three decimals.
pub(crate) fn number(value: Decimal) -> String {
    decimal(current(), Kind::Plain, value)
}

/// « 2 000 »
pub(crate) fn integer(count: impl TryInto<i64>) -> String {
    integer_in(current(), count)
}

pub(super) fn integer_in(language: Language, count: impl TryInto<i64>) -> String {
    let count = count.try_into().unwrap_or(i64::MAX);
    // Small counts need no formatter, and native tests have none.
    if (0..1_000).contains(&count) { count.to_string() } else { decimal(language, Kind::Plain, count.into()) }
}

/// « 5,5 % »
pub(crate) fn percent(value: Decimal) -> String {
    match current() {
        Language::French => format!("{}\u{a0}%", number(value)),
        Language::English => format!("{}%", number(value)),
    }
}

/// « 5,5 % »
pub(crate) fn rate(rate: Rate) -> String {
    percent(rate.percent())
}

/// What share of `whole` `part` is, to one decimal; `None` of nothing: neither 0 % nor 100 %.
pub(crate) fn share(part: Decimal, whole: Decimal) -> Option<Decimal> {
    part.checked_div(whole).map(|ratio| (ratio * Decimal::ONE_HUNDRED).round_dp(1))
}

/// « 20 kg », « 1 pièce »
pub(crate) fn quantity(quantity: Quantity, unit: &Unit) -> String {
    let space = if matches!(unit, Unit::Kilogram | Unit::Litre) { '\u{202f}' } else { '\u{a0}' };
    format!("{}{space}{}", number(quantity.value()), unit_word(unit, quantity))
}

/// « kg », « pièces »: the word of a unit beside `quantity` of it.
pub(crate) fn unit_word(unit: &Unit, quantity: Quantity) -> String {
    let language = current();
    let (one, other) = (words().codes().unit)(unit);
    if one.is_empty() {
        unit.code().to_owned()
    } else {
        plural::pick(language, quantity.value(), one, other).to_owned()
    }
}

/// « kg », « pièce »: the word of a unit after a price.
pub(crate) fn unit_name(unit: &Unit) -> String {
    unit_word(unit, Quantity::new(Decimal::ONE).unwrap_or_default())
}

fn midnight(day: Date) -> JsValue {
    let since = day.duration_since(*Date::constant(1970, 1, 1));
    // A day of the years we know is an exact float.
    JsValue::from_f64(since.as_secs_f64() * 1000.0)
}

/// « lun. 23 nov. »
pub(crate) fn day(day: Date) -> String {
    write(current(), Kind::Day, &midnight(day))
}

/// « lundi 23 novembre »
pub(crate) fn long_day(day: Date) -> String {
    write(current(), Kind::LongDay, &midnight(day))
}

/// « lundi »
pub(crate) fn weekday(weekday: Weekday) -> String {
    // 1 January 2024 was a Monday.
    let day = Date::new(2024, 1, weekday.to_monday_one_offset()).unwrap_or_default();
    write(current(), Kind::Weekday, &midnight(day))
}

/// « 31 déc. 2026 »
pub(crate) fn day_with_year(day: Date) -> String {
    write(current(), Kind::DayWithYear, &midnight(day))
}

fn instant(at: Timestamp) -> JsValue {
    // Milliseconds since 1970 stay exact in a float for the next 280,000 years.
    #[allow(clippy::cast_precision_loss)]
    JsValue::from_f64(at.0 as f64)
}

/// « 10 h 00 », « 7 h 05 »
pub(crate) fn clock(at: Timestamp) -> String {
    let language = current();
    let written = write(language, Kind::Clock, &instant(at));
    match (language, written.split_once(':')) {
        (Language::French, Some((hours, minutes))) => {
            let hours = hours.strip_prefix('0').filter(|rest| !rest.is_empty()).unwrap_or(hours);
            format!("{hours}\u{a0}h\u{a0}{minutes}")
        }
        _ => written,
    }
}

/// « lun. 23 nov. 7 h 05 »
pub(crate) fn moment(at: Timestamp) -> String {
    format!("{} {}", write(current(), Kind::MomentDay, &instant(at)), clock(at))
}

/// « lun. 23 nov. », of an instant.
pub(crate) fn day_at(at: Timestamp) -> String {
    write(current(), Kind::MomentDay, &instant(at))
}

/// The day of an instant, by the clock on the wall of the hub.
pub(crate) fn date_at(at: Timestamp) -> Option<Date> {
    let text = JsValue::from_str;
    let parts = [
        ("timeZone", text(TIME_ZONE)),
        ("year", text("numeric")),
        ("month", text("2-digit")),
        ("day", text("2-digit")),
    ];
    // Swedes write days as machines do: « 2026-12-01 ».
    let format = Intl::DateTimeFormat::new(&Array::of1(&text("sv-SE")), &options(&parts)).format();
    format.call1(&JsValue::UNDEFINED, &instant(at)).ok()?.as_string()?.parse().ok()
}

/// Whether two instants are of one day here.
pub(crate) fn same_day(one: Timestamp, other: Timestamp) -> bool {
    day_at(one) == day_at(other) && one.since_ms(other).abs() < 7 * 86_400_000
}

/// « 2 h 14 », « 35 min », « 3 jours »: how long, of a length of time that is not negative.
pub(crate) fn duration(ms: i64) -> String {
    let minutes = ms.max(0) / 60_000;
    let (days, hours) = (minutes / 1440, minutes / 60);
    let language = current();
    match (language, minutes) {
        (Language::French, 2880..) => format!("{days}\u{a0}jours"),
        (Language::English, 2880..) => format!("{days}\u{a0}days"),
        (Language::French, 60..) => format!("{hours}\u{a0}h\u{a0}{:02}", minutes % 60),
        (Language::English, 60..) => format!("{hours}\u{a0}h {:02}", minutes % 60),
        _ => format!("{minutes}\u{a0}min"),
    }
}

/// « 30 nov.–4 déc. », « 23–29 nov. »
pub(crate) fn day_range(first: Date, last: Date) -> String {
    let language = current();
    let end = write(language, Kind::DayMonth, &midnight(last));
    if first == last {
        return end;
    }
    let same_month = (first.year(), first.month()) == (last.year(), last.month());
    let kind = if same_month { Kind::DayOfMonth } else { Kind::DayMonth };
    format!("{}–{end}", write(language, kind, &midnight(first)))
}

/// « semaine 49 (30 nov.–4 déc.) »
pub(crate) fn week(cycle: CycleId) -> String {
    (words().shell().week)(cycle.week(), &week_days(cycle))
}

/// « 30 nov.–4 déc. »: from Monday to Friday.
pub(crate) fn week_days(cycle: CycleId) -> String {
    day_range(cycle.day(Weekday::Monday), cycle.day(Weekday::Friday))
}

/// « 05 61 00 00 00 »: ten French digits by pairs, anything else as it came.
pub(crate) fn phone(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
    if digits.len() != 10 || !digits.iter().all(char::is_ascii_digit) {
        return text.to_owned();
    }
    digits.chunks(2).map(|pair| pair.iter().collect::<String>()).collect::<Vec<_>>().join("\u{a0}")
}

/// « 000 000 455 00014 »
pub(crate) fn siret(digits: &str) -> String {
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    [part(0..3), part(3..6), part(6..9), part(9..14)].join("\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_french_phone_number_goes_by_pairs_and_others_as_they_came() {
        assert_eq!(phone("05.61.00 00 00"), "05\u{a0}61\u{a0}00\u{a0}00\u{a0}00");
        assert_eq!(phone("+33 5 61 00 00 00"), "+33 5 61 00 00 00");
    }

    #[test]
    fn the_first_of_a_month_is_an_ordinal_and_nothing_else_is() {
        let cases = [
            ("mar. 1 déc.", "mar. 1er déc."),
            ("1 mars 2027", "1er mars 2027"),
            ("lun. 11 janv.", "lun. 11 janv."),
            ("1", "1"),
            ("1\u{202f}234,5", "1\u{202f}234,5"),
        ];
        for (intl, french) in cases {
            assert_eq!(with_first_of_month(intl.to_owned()), french);
        }
    }

    #[test]
    fn a_share_of_nothing_is_not_a_share() {
        assert_eq!(share(Decimal::ONE, Decimal::ZERO), None);
        assert_eq!(share(Decimal::from(184), Decimal::from(1000)), Some("18.4".parse().unwrap()));
    }
}
