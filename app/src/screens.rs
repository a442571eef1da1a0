//! One file a screen, its pieces in the folder of the same name.

pub(crate) mod amend;
pub(crate) mod announce;
pub(crate) mod catalog;
pub(crate) mod come_back;
pub(crate) mod cut_off;
pub(crate) mod demand;
pub(crate) mod devices;
pub(crate) mod diagnostic;
mod door;
pub(crate) mod draft;
mod handling;
pub(crate) mod indicators;
pub(crate) mod invitation;
pub(crate) mod join;
pub(crate) mod journal;
pub(crate) mod locked;
pub(crate) mod lots;
mod new_place;
pub(crate) mod not_found;
mod notes;
mod offer_words;
pub(crate) mod order_detail;
pub(crate) mod orders;
pub(crate) mod pair;
mod passkey;
pub(crate) mod password;
pub(crate) mod people;
pub(crate) mod prepare;
pub(crate) mod price_list;
pub(crate) mod problem;
pub(crate) mod producer_offers;
mod quantity_step;
pub(crate) mod quay;
pub(crate) mod reception;
mod remote;
mod second_step;
pub(crate) mod settings;
pub(crate) mod sheet;
pub(crate) mod sign_in;
pub(crate) mod week;

/// The drawings of the families, for the board of the first page.
const FAMILY_DRAWINGS: [&str; 8] = [
    "fruits-legumes",
    "viandes-volailles",
    "charcuterie",
    "mer",
    "laitiers",
    "boulangerie",
    "boissons",
    "autres",
];
