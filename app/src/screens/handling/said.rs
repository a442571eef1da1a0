//! What was said of a product, as a person reads it.

use domain::reception::cold::{Celsius, ColdClass, Limit};

use super::goods::SaidLine;
use crate::wording::{numbers, words};

/// « 4 °C »
fn celsius(degrees: Celsius) -> String {
    format!("{}\u{202f}°C", numbers::number(degrees.degrees()))
}

/// « Limite légale : 4 °C au plus. »
pub(crate) fn limit(class: &ColdClass) -> String {
    let words = words().reception();
    match class.limit() {
        Limit::AtMost(degrees) => (words.at_most)(&celsius(degrees)),
        Limit::AtLeast(degrees) => (words.at_least)(&celsius(degrees)),
        Limit::OfTheLabel => words.of_label.to_owned(),
    }
}

/// Reason, comment, temperature, lots, dates: what is said of a line beside its quantity.
pub(crate) fn about(said: &SaidLine) -> Vec<String> {
    let words = words().reception();
    let gap = said.gap.as_ref();
    let reason = gap.map(|gap| (words.why)(&gap.reason).to_owned());
    let comment = gap.and_then(|gap| gap.comment.as_ref()).map(|comment| comment.as_str().to_owned());
    let measured = said.measured.as_ref().map(|measure| {
        (words.measured)(
            &celsius(measure.core.unwrap_or(measure.surface)),
            (words.class_name)(&measure.class),
        )
    });
    let lots = said.lots.iter().flat_map(|lot| {
        let code = lot.code.as_ref().map(|code| (words.lot_is)(code.as_str()));
        [code, lot.use_by.map(|day| (words.use_by_is)(&numbers::day(day)))]
    });
    [reason, comment, measured].into_iter().chain(lots).flatten().collect()
}
