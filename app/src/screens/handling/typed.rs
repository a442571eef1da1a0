//! What is typed of a product, before it can be said. Pure.

use domain::{
    draft::Saying,
    quantity::Quantity,
    reception::{
        Gap, GapReason, Label, Objection,
        cold::{Celsius, ColdClass, Measure},
    },
};
use rust_decimal::Decimal;

use super::goods::{Goods, Lots, SaidLine, SaidLot};

/// A lot as it is typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct TypedLot {
    pub(super) code: String,
    /// `2026-12-01`, as the browser's field for dates says it.
    pub(super) use_by: String,
}

/// What is typed of a product.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typed {
    pub(super) quantity: Quantity,
    pub(super) reason: Option<GapReason>,
    pub(super) comment: String,
    pub(super) class: ColdClass,
    pub(super) surface: String,
    pub(super) core: String,
    /// Never empty: there is a field to type in.
    pub(super) lots: Vec<TypedLot>,
}

/// Why what is typed cannot be said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unfit {
    /// A temperature that is none.
    Temperature,
    /// One code twice.
    SameLot,
    /// A date of no lot.
    DateWithoutLot,
    /// It may not be said so.
    Said(Objection),
}

impl TypedLot {
    pub(super) fn of(lot: &SaidLot) -> Self {
        let code = lot.code.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default();
        Self { code, use_by: lot.use_by.map(|day| day.to_string()).unwrap_or_default() }
    }

    /// The lot; `None` where nothing is typed.
    fn said(&self) -> Option<SaidLot> {
        let lot = SaidLot { code: Label::parse(&self.code).ok(), use_by: self.use_by.parse().ok() };
        (lot != SaidLot::default()).then_some(lot)
    }
}

impl Typed {
    pub(super) fn of(said: &SaidLine, class: ColdClass) -> Self {
        let degrees = |celsius: Celsius| celsius.degrees().normalize().to_string().replace('.', ",");
        let measured = said.measured.as_ref();
        let comment = said.gap.as_ref().and_then(|gap| gap.comment.as_ref());
        let mut lots: Vec<_> = said.lots.iter().map(TypedLot::of).collect();
        if lots.is_empty() {
            lots.push(TypedLot::default());
        }
        Self {
            quantity: said.quantity,
            reason: said.gap.as_ref().map(|gap| gap.reason.clone()),
            comment: comment.map(|text| text.as_str().to_owned()).unwrap_or_default(),
            class: measured.map_or(class, |measure| measure.class.clone()),
            surface: measured.map(|measure| degrees(measure.surface)).unwrap_or_default(),
            core: measured.and_then(|measure| measure.core).map(degrees).unwrap_or_default(),
            lots,
        }
    }

    /// What the thermometer said; `None` when nobody measured.
    pub(super) fn measure(&self) -> Result<Option<Measure>, Unfit> {
        let Some(surface) = degrees(&self.surface)? else { return Ok(None) };
        Ok(Some(Measure { class: self.class.clone(), surface, core: degrees(&self.core)? }))
    }

    fn lots(&self, goods: &Goods) -> Result<Vec<SaidLot>, Unfit> {
        let lots: Vec<_> = self.lots.iter().filter_map(TypedLot::said).collect();
        if goods.lots != Lots::One && lots.iter().any(|lot| lot.code.is_none()) {
            return Err(Unfit::DateWithoutLot);
        }
        let is_said_before =
            |at: usize| lots.iter().take(at).any(|lot| Some(&lot.code) == lots.get(at).map(|lot| &lot.code));
        if (0..lots.len()).any(is_said_before) { Err(Unfit::SameLot) } else { Ok(lots) }
    }

    /// What it says of `goods`.
    pub(super) fn said(&self, goods: &Goods) -> Result<SaidLine, Unfit> {
        let gap = |reason: &GapReason| Gap {
            reason: reason.clone(),
            comment: Saying::try_from(self.comment.trim().to_owned()).ok(),
        };
        let said = SaidLine {
            product: goods.product().clone(),
            quantity: self.quantity,
            gap: self.reason.as_ref().map(gap),
            lots: self.lots(goods)?,
            measured: self.measure()?,
        };
        match said.objection(goods.expected) {
            Some(objection) => Err(Unfit::Said(objection)),
            None => Ok(said),
        }
    }
}

/// Reads « 3,5 », « −18 », « 4.0 »; nothing typed is nothing measured.
fn degrees(text: &str) -> Result<Option<Celsius>, Unfit> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if plain.is_empty() {
        return Ok(None);
    }
    let plain = plain.replace(',', ".").replace('−', "-");
    let read = Decimal::from_str_exact(&plain).ok().and_then(|degrees| Celsius::new(degrees).ok());
    read.map(Some).ok_or(Unfit::Temperature)
}

#[cfg(test)]
mod tests {
    use domain::{
        id::Reference,
        quantity::{Pack, Unit},
    };

    use super::*;

    fn goods(lots: Lots) -> Goods {
        let product = Reference::parse("CAROTTE").unwrap();
        let expected = Quantity::new("100".parse().unwrap()).unwrap();
        Goods {
            name: "Carotte".to_owned(),
            unit: Unit::Kilogram,
            pack: Pack::new("5".parse().unwrap()).unwrap(),
            expected,
            about: vec![],
            proposed: SaidLine { product, quantity: expected, gap: None, lots: vec![], measured: None },
            class: ColdClass::Ambient,
            lots,
        }
    }

    #[test]
    fn a_temperature_is_read_as_hands_type_it() {
        for (text, read) in [("3,5", "3.5"), ("−18", "-18"), (" -12.0 ", "-12"), ("63", "63")] {
            let read = Celsius::new(read.parse().unwrap()).unwrap();
            assert!(matches!(degrees(text), Ok(Some(degrees)) if degrees == read), "{text}");
        }
        assert!(matches!(degrees("  "), Ok(None)), "nothing measured");
        for text in ["tiède", "3,55", "200", "--4", "4°"] {
            assert!(matches!(degrees(text), Err(Unfit::Temperature)), "{text}");
        }
    }

    #[test]
    fn lots_are_read_as_their_labels_say_and_each_once() {
        let day = "2026-12-04";
        let said = |lots: &[(&str, &str)], goods: &Goods| {
            let lots =
                lots.iter().map(|(code, use_by)| TypedLot { code: (*code).into(), use_by: (*use_by).into() });
            let typed = Typed { lots: lots.collect(), ..Typed::of(&goods.proposed, ColdClass::Ambient) };
            typed.said(goods).map(|said| said.lots.len())
        };
        let (quay, kitchen) = (goods(Lots::Among(vec![])), goods(Lots::One));
        assert_eq!(said(&[("", "")], &quay), Ok(0));
        assert_eq!(said(&[(" L1 ", day), ("", ""), ("L2", "")], &quay), Ok(2));
        assert_eq!(said(&[("L1", ""), ("L1 ", day)], &quay), Err(Unfit::SameLot));
        assert_eq!(said(&[("", day)], &quay), Err(Unfit::DateWithoutLot));
        assert_eq!(said(&[("", day)], &kitchen), Ok(1), "a kitchen may read a date alone");
    }
}
