//! What a move of the stepper makes of a quantity. Pure.

use domain::quantity::{Pack, Quantity};

use crate::{
    parts::StepperMove,
    wording::typed_quantity::{NotAQuantity, parse},
};

/// What a move comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// This is wanted from now on.
    Set(Quantity),
    /// Nothing changes yet: a field that was just emptied to be typed again is not a line removed.
    Wait,
    /// What was typed is no quantity; what was wanted stands.
    Unreadable(NotAQuantity),
}

/// What `step` makes of `wanted`, by packs. Buttons always land on a whole number of packs; hands may type anything, and are
/// told when it is not one.
pub(crate) fn after(step: &StepperMove, wanted: Quantity, pack: Pack) -> Step {
    match step {
        StepperMove::More if pack.divides(wanted) => Step::Set(wanted + pack.content()),
        StepperMove::More => Step::Set(pack.round_up(wanted)),
        StepperMove::Less if pack.divides(wanted) => Step::Set(wanted.less(pack.content())),
        StepperMove::Less => Step::Set(pack.round_up(wanted).less(pack.content())),
        StepperMove::Typed { text, done } => match parse(text) {
            Ok(typed) if typed.is_zero() && !done => Step::Wait,
            Ok(typed) => Step::Set(typed),
            Err(_) if *done => Step::Wait,
            Err(problem) => Step::Unreadable(problem),
        },
    }
}

/// The whole number of packs to suggest instead of `wanted`; `None` when it is one.
pub(crate) fn suggestion(wanted: Quantity, pack: Pack) -> Option<Quantity> {
    (!pack.divides(wanted)).then(|| pack.round_up(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Quantity {
        Quantity::new(text.parse().unwrap()).unwrap()
    }

    fn pack(text: &str) -> Pack {
        Pack::new(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_buttons_go_by_whole_packs_even_from_a_quantity_that_is_none() {
        let cases = [
            (StepperMove::More, "0", "2.5"),
            (StepperMove::More, "2.5", "5"),
            (StepperMove::More, "3", "5"),
            (StepperMove::Less, "5", "2.5"),
            (StepperMove::Less, "3", "2.5"),
            (StepperMove::Less, "1", "0"),
            (StepperMove::Less, "0", "0"),
        ];
        for (step, wanted, expected) in cases {
            assert_eq!(
                after(&step, quantity(wanted), pack("2.5")),
                Step::Set(quantity(expected)),
                "{step:?} {wanted}"
            );
        }
    }

    #[test]
    fn what_is_typed_counts_at_each_key_but_an_empty_field_only_once_left() {
        let typed = |text: &str, done| StepperMove::Typed { text: text.into(), done };
        let step = |step| after(&step, quantity("10"), pack("5"));
        assert_eq!(step(typed("12", false)), Step::Set(quantity("12")));
        assert_eq!(step(typed("", false)), Step::Wait);
        assert_eq!(step(typed("0", false)), Step::Wait, "0 may become 0,5");
        assert_eq!(step(typed("", true)), Step::Set(Quantity::ZERO));
        assert_eq!(step(typed("dix", false)), Step::Unreadable(NotAQuantity::Number));
        assert_eq!(step(typed("dix", true)), Step::Wait, "left unread, the field shows what stood");
    }

    #[test]
    fn a_quantity_that_is_no_whole_number_of_packs_gets_a_suggestion() {
        assert_eq!(suggestion(quantity("7"), pack("5")), Some(quantity("10")));
        assert_eq!(suggestion(quantity("10"), pack("5")), None);
        assert_eq!(suggestion(Quantity::ZERO, pack("5")), None);
    }
}
