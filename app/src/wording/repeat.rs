//! An earlier order, taken up again.

use domain::draft::WhyLeftOut;

use super::plural::{english, french};

/// Sentences about it, in one language.
pub(crate) struct RepeatWords {
    pub title: &'static str,
    pub about: &'static str,
    pub repeat: &'static str,
    pub repeat_order: fn(&str) -> String,
    /// What came of it.
    pub taken: fn(usize, &str) -> String,
    pub nothing_taken: fn(&str) -> String,
    pub left_out: &'static str,
    pub why: fn(WhyLeftOut) -> &'static str,
    pub repriced: &'static str,
    pub price_moved: fn(&str, &str, &str) -> String,
    pub read: &'static str,
    pub undo: &'static str,
}

pub(super) static FRENCH: RepeatWords = RepeatWords {
    title: "Reprendre une commande",
    about: "Les mêmes produits et quantités, aux prix et aux jours de cette semaine. Rien ne part avant que vous l’envoyiez.",
    repeat: "Reprendre",
    repeat_order: |days| format!("Reprendre la commande du {days}"),
    taken: |lines, days| {
        let lines = french(lines, "ligne reprise", "lignes reprises");
        format!("{lines} de la commande du {days}")
    },
    nothing_taken: |days| format!("Rien de la commande du {days} ne peut être repris"),
    left_out: "Non repris\u{a0}:",
    why: |why| match why {
        WhyLeftOut::Gone => "plus dans la mercuriale",
        WhyLeftOut::OtherUnit => "vendu dans une autre unité",
        WhyLeftOut::NotDelivered => "pas livré cette semaine",
    },
    repriced: "Prix changés\u{a0}:",
    price_moved: |name, then, now| format!("{name}\u{a0}: {then}, maintenant {now}"),
    read: "J’ai vu",
    undo: "Défaire",
};

pub(super) static ENGLISH: RepeatWords = RepeatWords {
    title: "Repeat an order",
    about: "The same products and quantities, at the prices and on the days of this week. Nothing leaves before you send it.",
    repeat: "Repeat",
    repeat_order: |days| format!("Repeat the order of {days}"),
    taken: |lines, days| {
        let lines = english(lines, "line taken up", "lines taken up");
        format!("{lines} from the order of {days}")
    },
    nothing_taken: |days| format!("Nothing of the order of {days} can be taken up"),
    left_out: "Not taken up:",
    why: |why| match why {
        WhyLeftOut::Gone => "no longer in the price list",
        WhyLeftOut::OtherUnit => "sold in another unit",
        WhyLeftOut::NotDelivered => "not delivered this week",
    },
    repriced: "Prices changed:",
    price_moved: |name, then, now| format!("{name}: {then}, now {now}"),
    read: "Seen",
    undo: "Undo",
};
