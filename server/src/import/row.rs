//! One row: an offer and who makes it, or what is wrong with which cells. All the cells are looked at, so that a row is
//! corrected once, not once a fault.

use std::borrow::Cow;

use domain::{
    catalog::{Certificate, Months, ProductFamily, Weekdays},
    enterprise::{BadSiret, Commune, Producer, Siret},
    id::{HubId, ProducerId, Reference},
    money::{Amount, Rate, UnitPrice},
    offer::Offer,
    quantity::{Pack, Quantity, Unit},
    search::fold,
    time::Date,
    wire::desk::RefusedRow,
};
use rust_decimal::Decimal;

use super::{
    calendar,
    cells::{Cell, Row},
    header::{Field, Header},
    number, spelling,
    wording::{self, CellProblem, LARGEST_QUANTITY},
};

/// A row that was taken.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReadRow {
    /// What is proposed.
    pub(crate) offer: Offer,
    /// Who makes it.
    pub(crate) producer: Producer,
}

/// A cell that refuses its row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BadCell {
    field: Field,
    problem: CellProblem,
}

/// The VAT rates of France: mainland, Corsica and overseas.
const VAT_RATES: &[(i64, u32)] =
    &[(0, 0), (105, 2), (175, 2), (21, 1), (55, 1), (85, 1), (10, 0), (13, 0), (20, 0)];

/// Reads a row. The second part of the error lists the cells in the order of the file's columns.
pub(crate) fn read(header: &Header, row: &Row, hub: HubId) -> Result<ReadRow, Vec<BadCell>> {
    let mut reader = Reader { header, row, bad: Vec::new() };
    let reference = reader.reference();
    let name = reader.text(Field::Name, 200);
    let producer = reader.producer(hub);
    let family = reader.family();
    let (unit, net_price) = reader.unit_and_price();
    let pack = reader.pack(unit.as_ref());
    let vat = reader.vat();
    let promised = reader.promised(unit.as_ref());
    let certificate = reader.certificate();
    let delivery_days = reader.days();
    let season = reader.season();
    let described = reader.described();
    let parts = (|| {
        let producer = producer?;
        let offer = Offer {
            reference: reference?,
            revision: 1,
            name: name?,
            producer: producer.id,
            family: family?,
            signs: described(Field::Signs).map(|text| spelling::signs(&text)).unwrap_or_default(),
            certificate,
            origin: described(Field::Origin).and_then(|text| spelling::origin(&text)),
            unit: unit?,
            pack: pack?,
            net_price: net_price?,
            vat: vat?,
            promised,
            delivery_days: delivery_days?,
            season: season?,
            allergens: described(Field::Allergens).and_then(|text| spelling::allergens(&text)),
            temperature: described(Field::Temperature).and_then(|text| spelling::temperature(&text)),
        };
        Some(ReadRow { offer, producer })
    })();
    match parts {
        Some(read) if reader.bad.is_empty() => Ok(read),
        _ => Err(reader.in_column_order()),
    }
}

/// What a refused cell is reported as.
pub(crate) fn report(header: &Header, row: &Row, bad: &BadCell) -> RefusedRow {
    let column = header.column(bad.field);
    let shown = column.map(|column| row.cell(column.at).shown()).unwrap_or_default();
    RefusedRow {
        line: row.line,
        column: wording::heading(bad.field, column.map(|column| column.heading.as_str())),
        code: bad.problem.code(),
        value: shown.clone().into_owned(),
        message: bad.problem.sentence(&shown),
    }
}

/// The reference that already stands at `first_line`.
pub(crate) fn duplicate(first_line: u32) -> BadCell {
    BadCell { field: Field::Reference, problem: CellProblem::Duplicate { first_line } }
}

/// Reads the cells of one row and remembers the bad ones.
struct Reader<'a> {
    header: &'a Header,
    row: &'a Row,
    bad: Vec<BadCell>,
}

impl<'a> Reader<'a> {
    fn cell(&self, field: Field) -> &'a Cell {
        const NOTHING: &Cell = &Cell::Empty;
        self.header.column(field).map_or(NOTHING, |column| self.row.cell(column.at))
    }

    fn refuse<T>(&mut self, field: Field, problem: CellProblem) -> Option<T> {
        self.bad.push(BadCell { field, problem });
        None
    }

    fn in_column_order(mut self) -> Vec<BadCell> {
        let place = |bad: &BadCell| self.header.column(bad.field).map_or(usize::MAX, |column| column.at);
        self.bad.sort_by_key(place);
        self.bad.dedup_by_key(|bad| bad.field);
        self.bad
    }

    /// A cell that only says there is nothing to say reads as empty.
    fn optional(&self, field: Field) -> Option<&'a Cell> {
        let cell = self.cell(field);
        let silent =
            matches!(cell, Cell::Empty) || matches!(cell, Cell::Text(text) if spelling::says_nothing(text));
        (!silent).then_some(cell)
    }

    /// Descriptive text: whatever stands there is kept.
    fn described(&self) -> impl Fn(Field) -> Option<Cow<'a, str>> + use<'a> {
        let (header, row) = (self.header, self.row);
        move |field| {
            let cell = header.column(field).map(|column| row.cell(column.at))?;
            (!matches!(cell, Cell::Empty | Cell::Broken(_))).then(|| cell.shown())
        }
    }

    fn text(&mut self, field: Field, longest: usize) -> Option<String> {
        match self.cell(field) {
            Cell::Empty => self.refuse(field, CellProblem::Missing),
            cell => self.printable(field, cell, longest),
        }
    }

    fn printable(&mut self, field: Field, cell: &Cell, longest: usize) -> Option<String> {
        let text = cell.shown().split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = (1..=longest).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits && !matches!(cell, Cell::Broken(_)) {
            Some(text)
        } else {
            self.refuse(field, CellProblem::BadText { longest })
        }
    }

    fn reference(&mut self) -> Option<Reference> {
        let text = self.text(Field::Reference, 40)?;
        match Reference::parse(&text) {
            Ok(reference) => Some(reference),
            Err(_) => self.refuse(Field::Reference, CellProblem::BadText { longest: 40 }),
        }
    }

    fn producer(&mut self, hub: HubId) -> Option<Producer> {
        let name = self.text(Field::Producer, 200);
        let siret = self.siret();
        let commune_name =
            self.optional(Field::Commune).map(|cell| self.printable(Field::Commune, cell, 100));
        let insee = self.insee();
        let minimum_order = self.minimum();
        let commune = Commune { name: commune_name.flatten().unwrap_or_default(), insee };
        let siret = siret?;
        Some(Producer { id: ProducerId::of_siret(hub, &siret), name: name?, siret, commune, minimum_order })
    }

    /// A SIRET. A spreadsheet that took it for a number dropped its leading zeros: they are put back, and the check digit
    /// says whether that was right.
    fn siret(&mut self) -> Option<Siret> {
        let cell = self.cell(Field::Siret);
        if cell.is_empty() {
            return self.refuse(Field::Siret, CellProblem::Missing);
        }
        let text = cell.shown();
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let lost_zeros = (8..14).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let read = if lost_zeros {
            Siret::parse(&format!("{digits:0>14}")).map_err(|_| BadSiret::Length)
        } else {
            Siret::parse(&text)
        };
        read.map_or_else(|error| self.refuse(Field::Siret, CellProblem::BadSiret(error)), Some)
    }

    fn insee(&mut self) -> String {
        let Some(cell) = self.optional(Field::Insee) else { return String::new() };
        let code = cell.shown().trim().to_uppercase();
        let code = if code.len() == 4 { format!("0{code}") } else { code };
        if code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return code;
        }
        self.refuse(Field::Insee, CellProblem::BadInsee).unwrap_or_default()
    }

    fn minimum(&mut self) -> Option<Amount> {
        let cell = self.optional(Field::Minimum)?;
        let Some((euros, _)) = self.price_of(cell) else {
            return self.refuse(Field::Minimum, CellProblem::NotANumber);
        };
        if euros.scale() > 2 {
            return self.refuse(Field::Minimum, CellProblem::TooPrecise { decimals: 2 });
        }
        match Amount::new(euros) {
            Ok(amount) if amount >= Amount::ZERO => Some(amount).filter(|amount| *amount > Amount::ZERO),
            _ => self.refuse(Field::Minimum, CellProblem::OutOfRange { least: "0", most: "1 000 000 000 €" }),
        }
    }

    fn price_of(&self, cell: &Cell) -> Option<(Decimal, Option<Unit>)> {
        match cell {
            Cell::Number(number) => Some((*number, None)),
            Cell::Text(text) => number::price(text),
            Cell::Empty | Cell::Day(_) | Cell::Broken(_) => None,
        }
    }

    fn family(&mut self) -> Option<ProductFamily> {
        match self.cell(Field::Family) {
            Cell::Empty => self.refuse(Field::Family, CellProblem::Missing),
            cell => spelling::family(&cell.shown())
                .or_else(|| self.refuse(Field::Family, CellProblem::UnknownFamily)),
        }
    }

    /// The unit, which the price may name when its own cell is empty, and must not contradict.
    fn unit_and_price(&mut self) -> (Option<Unit>, Option<UnitPrice>) {
        let (price, unit_of_price) = match self.cell(Field::Price) {
            Cell::Empty => (self.refuse(Field::Price, CellProblem::Missing), None),
            cell => match self.price_of(cell) {
                Some((euros, unit)) => (self.unit_price(euros), unit),
                None => (self.refuse(Field::Price, CellProblem::NotANumber), None),
            },
        };
        let unit = match (self.cell(Field::Unit), unit_of_price) {
            (Cell::Empty, Some(unit)) => Some(unit),
            (Cell::Empty, None) => self.refuse(Field::Unit, CellProblem::Missing),
            (cell, of_price) => match (spelling::unit(&cell.shown()), of_price) {
                (None, _) => self.refuse(Field::Unit, CellProblem::UnknownUnit),
                (Some(unit), Some(of_price)) if unit != of_price => {
                    self.refuse(Field::Price, CellProblem::OtherUnit)
                }
                (unit, _) => unit,
            },
        };
        (unit, price)
    }

    fn unit_price(&mut self, euros: Decimal) -> Option<UnitPrice> {
        match UnitPrice::new(euros) {
            Ok(price) => Some(price),
            Err(_) if euros.normalize().scale() > 4 => {
                self.refuse(Field::Price, CellProblem::TooPrecise { decimals: 4 })
            }
            Err(_) => self.refuse(Field::Price, wording::price_bounds()),
        }
    }

    fn pack(&mut self, unit: Option<&Unit>) -> Option<Pack> {
        let content = match self.optional(Field::Pack) {
            None => Some(Decimal::ONE),
            Some(Cell::Number(number)) => Some(*number),
            Some(Cell::Text(text)) => number::pack(text, unit),
            Some(_) => None,
        };
        let Some(content) = content else { return self.refuse(Field::Pack, CellProblem::NotANumber) };
        match Pack::new(content) {
            Ok(pack) if content <= LARGEST_QUANTITY => Some(pack),
            _ => self.refuse(Field::Pack, bad_quantity(content, true)),
        }
    }

    fn promised(&mut self, unit: Option<&Unit>) -> Option<Quantity> {
        let cell = self.optional(Field::Promised)?;
        let content = match cell {
            Cell::Number(number) => Some(*number),
            Cell::Text(text) if is_unlimited(text) => return None,
            Cell::Text(text) => number::quantity(text, unit),
            _ => None,
        };
        let Some(content) = content else { return self.refuse(Field::Promised, CellProblem::NotANumber) };
        match Quantity::new(content) {
            Ok(quantity) if content <= LARGEST_QUANTITY => Some(quantity),
            _ => self.refuse(Field::Promised, bad_quantity(content, false)),
        }
    }

    fn vat(&mut self) -> Option<Rate> {
        let percent = match self.cell(Field::Vat) {
            Cell::Empty => return self.refuse(Field::Vat, CellProblem::Missing),
            cell => number::percent(&cell.shown()),
        };
        let known = |percent: &Decimal| {
            VAT_RATES.iter().any(|(digits, scale)| Decimal::new(*digits, *scale) == *percent)
        };
        match percent.filter(known).and_then(|percent| Rate::new(percent).ok()) {
            Some(rate) => Some(rate),
            None => self.refuse(Field::Vat, CellProblem::BadVat),
        }
    }

    fn certificate(&mut self) -> Option<Certificate> {
        let number =
            self.optional(Field::Certificate).map(|cell| self.printable(Field::Certificate, cell, 80));
        let valid_until_on = self.optional(Field::ValidUntil).map(|cell| self.date(cell));
        if number.is_none() && valid_until_on.is_none() {
            return None;
        }
        Some(Certificate {
            number: number.flatten().unwrap_or_default(),
            valid_until_on: valid_until_on.flatten(),
        })
    }

    fn date(&mut self, cell: &Cell) -> Option<Date> {
        let date = match cell {
            Cell::Day(day) => Some(*day),
            Cell::Number(serial) => calendar::date_of_serial(serial),
            Cell::Text(text) => calendar::date(text),
            Cell::Empty | Cell::Broken(_) => None,
        };
        date.or_else(|| self.refuse(Field::ValidUntil, CellProblem::BadDate))
    }

    /// A list that names no day delivers on working days.
    fn days(&mut self) -> Option<Weekdays> {
        match self.optional(Field::Days) {
            None => Some(calendar::working_days()),
            Some(cell) => listed(cell)
                .and_then(|text| calendar::weekdays(&text))
                .or_else(|| self.refuse(Field::Days, CellProblem::UnknownDay)),
        }
    }

    fn season(&mut self) -> Option<Months> {
        match self.optional(Field::Season) {
            None => Some(Months::default()),
            Some(cell) => listed(cell)
                .and_then(|text| calendar::months(&text))
                .or_else(|| self.refuse(Field::Season, CellProblem::UnknownMonth)),
        }
    }
}

/// A cell that lists small numbers. « 1,10 » that the spreadsheet took for the number 1.1 can no longer be told from
/// « 1,1 »: nobody guesses.
fn listed(cell: &Cell) -> Option<Cow<'_, str>> {
    match cell {
        Cell::Text(text) => Some(Cow::Borrowed(text)),
        Cell::Number(number) if number.is_integer() => Some(cell.shown()),
        _ => None,
    }
}

fn is_unlimited(text: &str) -> bool {
    matches!(
        fold(text).as_str(),
        "illimite" | "illimitee" | "selon arrivage" | "sur demande" | "oui" | "disponible"
    )
}

fn bad_quantity(value: Decimal, above_zero: bool) -> CellProblem {
    if value.normalize().scale() > 3 && value > Decimal::ZERO {
        CellProblem::TooPrecise { decimals: 3 }
    } else {
        wording::quantity_bounds(above_zero)
    }
}

#[cfg(test)]
mod tests;
