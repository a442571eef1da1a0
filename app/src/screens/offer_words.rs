//! An offer, as a person reads it: the same words in the catalogue, in the draft and on the producer's page.

use domain::{
    catalog::{Origin, ProductFamily, QualitySign},
    money::{Amount, UnitPrice},
    offer::Offer,
    quantity::{Pack, Quantity, Unit},
    time::Date,
};
use leptos::prelude::*;
use rust_decimal::prelude::ToPrimitive;

use crate::{
    parts::{Icon, StepperFace},
    wording::{numbers, words},
};

/// The drawing of a family.
pub(crate) fn drawing(family: &ProductFamily) -> &'static str {
    match family {
        ProductFamily::FruitAndVegetables => "fruits-legumes",
        ProductFamily::MeatAndPoultry => "viandes-volailles",
        ProductFamily::Charcuterie => "charcuterie",
        ProductFamily::Seafood => "mer",
        ProductFamily::Dairy => "laitiers",
        ProductFamily::Bakery => "boulangerie",
        ProductFamily::Drinks => "boissons",
        ProductFamily::Grocery | ProductFamily::Other(_) => "autres",
    }
}

/// « Colis de 10 kg », « À la pièce »
pub(crate) fn pack(pack: Pack, unit: &Unit) -> String {
    let words = words().catalog();
    let counted = !matches!(unit, Unit::Kilogram | Unit::Litre);
    if counted && pack.times(1) == one() {
        (words.one_by_one)(&numbers::unit_name(unit))
    } else {
        (words.pack_of)(&numbers::quantity(pack.content(), unit))
    }
}

fn one() -> Quantity {
    Quantity::new(rust_decimal::Decimal::ONE).unwrap_or_default()
}

/// What one pack costs.
pub(crate) fn pack_price(price: UnitPrice, pack: Pack) -> Amount {
    price.times(pack.content())
}

/// « 1,37 € HT/kg »
pub(crate) fn per_unit(price: UnitPrice, unit: &Unit) -> String {
    (words().catalog().per_unit)(&numbers::unit_price(price), &numbers::unit_name(unit))
}

/// What the stepper shows of `wanted`.
pub(crate) fn stepper_face(wanted: Quantity, offer_pack: Pack, unit: &Unit, wrong: bool) -> StepperFace {
    let text = numbers::number(wanted.value());
    let unit_word = numbers::unit_word(unit, wanted);
    let chosen = !wanted.is_zero();
    let packs = (chosen && offer_pack.divides(wanted) && offer_pack.content() != one())
        .then(|| offer_pack.count(wanted).to_usize())
        .flatten()
        .map(words().catalog().packs);
    StepperFace {
        plain: wanted.value().to_string(),
        spoken: match &packs {
            Some(packs) => format!("{}, {packs}", numbers::quantity(wanted, unit)),
            None => numbers::quantity(wanted, unit),
        },
        unit: match packs {
            Some(packs) => format!("{unit_word} · {packs}"),
            None => unit_word,
        },
        text,
        chosen,
        wrong,
    }
}

/// What the proof of an offer's signs is worth on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// It claims nothing, or its proof has no end.
    Quiet,
    /// It claims a sign and shows no proof.
    Missing,
    /// Until that day.
    Until(Date),
    /// It ended that day.
    Expired(Date),
}

/// The proof of an offer delivered on `day`.
fn proof(offer: &Offer, day: Option<Date>) -> Proof {
    let certified = |sign: &QualitySign| !matches!(sign, QualitySign::Farm | QualitySign::OutermostRegion);
    if !offer.signs.iter().any(certified) {
        return Proof::Quiet;
    }
    match (&offer.certificate, day) {
        (None, _) => Proof::Missing,
        (Some(proof), day) => match (proof.valid_until_on, day) {
            (None, _) => Proof::Quiet,
            (Some(until), Some(day)) if until < day => Proof::Expired(until),
            (Some(until), _) => Proof::Until(until),
        },
    }
}

impl Proof {
    /// In words.
    fn said(self) -> Option<String> {
        let words = words().catalog();
        match self {
            Self::Quiet => None,
            Self::Missing => Some(words.certificate_missing.to_owned()),
            Self::Until(day) => Some((words.certificate_until)(&numbers::day_with_year(day))),
            Self::Expired(day) => Some((words.certificate_expired)(&numbers::day_with_year(day))),
        }
    }
}

/// What else a buyer should know of an offer delivered on `day`: its proof, where it comes from when that is not here, and
/// what it contains. `None` when there is nothing to say.
pub(crate) fn facts(offer: &Offer, day: Option<Date>) -> Option<String> {
    let all_words = words();
    let words = all_words.catalog();
    let abroad = offer.origin.as_ref().filter(|origin| **origin != Origin::France);
    let abroad = abroad.map(|origin| (words.from)((all_words.codes().origin)(origin)));
    let allergens: Vec<&str> =
        offer.allergens.iter().flatten().map(|one| (all_words.codes().allergen)(one)).collect();
    let contains = (!allergens.is_empty()).then(|| (words.contains)(&allergens.join(", ")));
    let said: Vec<String> = [proof(offer, day).said(), abroad, contains].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" · "))
}

fn sign_class(sign: &QualitySign) -> &'static str {
    match sign {
        QualitySign::Organic => "bio",
        QualitySign::LabelRouge => "label-rouge",
        QualitySign::Aop => "aop",
        QualitySign::Igp => "igp",
        QualitySign::Stg => "stg",
        QualitySign::Hve => "hve",
        QualitySign::SustainableFishing => "peche-durable",
        QualitySign::FairTrade => "equitable",
        QualitySign::Farm => "fermier",
        QualitySign::OutermostRegion => "rup",
        QualitySign::Other(_) => "other",
    }
}

/// The signs of an offer, as small labels; nothing when it has none.
#[component]
pub(crate) fn Signs(signs: Vec<QualitySign>) -> impl IntoView {
    let words = words();
    let labels = signs
        .into_iter()
        .map(|sign| {
            let leaf = (sign == QualitySign::Organic).then(|| view! { <Icon name="leaf" small=true/> });
            let class = sign_class(&sign);
            view! { <li class="sign" data-sign=class>{leaf}{(words.codes().sign)(&sign).to_owned()}</li> }
        })
        .collect_view();
    (!labels.is_empty()).then(|| view! { <ul class="signs" aria-label=words.catalog().signs>{labels}</ul> })
}

#[cfg(test)]
mod tests {
    use domain::{
        catalog::{Certificate, Months, Weekdays},
        id::{ProducerId, Reference},
        money::Rate,
    };
    use uuid::Uuid;

    use super::*;

    fn organic(certificate: Option<Certificate>) -> Offer {
        Offer {
            reference: Reference::parse("A1").unwrap(),
            revision: 1,
            name: "Carotte".into(),
            producer: ProducerId(Uuid::nil()),
            family: ProductFamily::FruitAndVegetables,
            signs: vec![QualitySign::Organic],
            certificate,
            origin: None,
            unit: Unit::Kilogram,
            pack: Pack::new(5.into()).unwrap(),
            net_price: UnitPrice::ZERO,
            vat: Rate::ZERO,
            promised: None,
            delivery_days: Weekdays::default(),
            season: Months::default(),
            allergens: None,
            temperature: None,
        }
    }

    #[test]
    fn a_sign_is_worth_what_its_proof_is_worth_on_the_day_of_delivery() {
        let until: Date = "2026-12-01".parse().unwrap();
        let proven = organic(Some(Certificate { number: "FR-BIO-01".into(), valid_until_on: Some(until) }));
        assert_eq!(proof(&proven, Some(until)), Proof::Until(until), "its last day still proves");
        assert_eq!(proof(&proven, Some("2026-12-02".parse().unwrap())), Proof::Expired(until));
        assert_eq!(proof(&organic(None), None), Proof::Missing);
        let plain = Offer { signs: vec![QualitySign::Farm], ..organic(None) };
        assert_eq!(proof(&plain, None), Proof::Quiet, "« fermier » has no certificate");
    }
}
