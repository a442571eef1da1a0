//! Receptions: a row for what must be unique, one a line for what counts of it; the document, with all that was said, is the
//! feed's. They are kept as long as the orders they are of: what came from whom must be told for five years (Regulation
//! 178/2002).

use domain::{
    enterprise::Producer,
    id::{HubId, OrderId, ProducerId, RecordId, Reference, SiteId},
    money::Amount,
    order::OrderNumber,
    pricing::Split,
    quantity::Quantity,
    reception::Reception,
    time::{Date, Timestamp},
    wire::{
        Scope,
        desk::{DeliveryGap, GapLine},
    },
};

use super::{
    StoreError, Transaction,
    feed::{Put, kind},
    orders::year_of,
    value::args,
};

/// A series of numbers of a site, beside that of its orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Series {
    /// Reception notes.
    Reception,
    /// Credits.
    Credit,
    /// Delivery notes.
    Delivery,
}

impl Series {
    fn code(self) -> &'static str {
        match self {
            Self::Reception => "reception",
            Self::Credit => "credit",
            Self::Delivery => "delivery",
        }
    }
}

/// What counts of one line of a reception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedLine {
    /// The offer; the day is the reception's.
    pub reference: Reference,
    /// Who made it.
    pub producer: ProducerId,
    /// The record that counts.
    pub record: RecordId,
    /// What it says was kept.
    pub received: Quantity,
    /// What its kitchen does not pay, by whose it is.
    pub credit: Split,
    /// What the hub is told, where somebody must look at it.
    pub gap: Option<GapLine>,
}

/// What is answered where a reception breaks a rule of the store.
pub(super) const BROKEN: StoreError = StoreError::Unreadable("a reception that breaks a rule of the store");

/// A desk that faces more gaps than this needs another list.
const LISTED: u32 = 500;

impl Transaction {
    /// The next number of a series of a site: per calendar year in France, unbroken.
    pub(crate) async fn next_document_number(
        &mut self,
        site: SiteId,
        series: Series,
        now: Timestamp,
    ) -> Result<OrderNumber, StoreError> {
        let year = year_of(now)?;
        let sql = "INSERT INTO document_number (site, year, kind, last) VALUES ($1, $2, $3, 1)
             ON CONFLICT (site, year, kind) DO UPDATE SET last = document_number.last + 1 RETURNING last";
        let (sequence,) = self.get(sql, args![site, i64::from(year), series.code()]).await?;
        Ok(OrderNumber { year, sequence })
    }

    /// What was said of the delivery of an order of a site on a day.
    pub(crate) async fn find_reception(
        &mut self,
        site: SiteId,
        order: OrderId,
        delivery_on: Date,
    ) -> Result<Option<Reception>, StoreError> {
        self.find_entity(&Scope::site(site), kind::RECEPTION, Reception::name(order, delivery_on)).await
    }

    /// Writes a reception as it now is, with what counts of it, and sends it to its site's tablets.
    pub(crate) async fn save_reception(
        &mut self,
        hub: HubId,
        reception: &Reception,
        lines: &[CountedLine],
    ) -> Result<(), StoreError> {
        let number = reception.number.ok_or(BROKEN)?;
        let credit = reception.credit_number;
        let sql = "INSERT INTO reception
             (order_id, delivery_on, hub, site, year, sequence, credit_year, credit_sequence)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (order_id, delivery_on) DO UPDATE
             SET credit_year = excluded.credit_year, credit_sequence = excluded.credit_sequence";
        let values = args![
            reception.order,
            reception.delivery_on,
            hub,
            reception.site,
            i64::from(number.year),
            number.sequence,
            credit.map(|number| i64::from(number.year)),
            credit.map(|number| i64::from(number.sequence)),
        ];
        self.execute(sql, values).await?;
        for line in lines {
            self.save_counted(hub, reception, line).await?;
        }
        let name = Reception::name(reception.order, reception.delivery_on);
        self.publish(&Scope::site(reception.site), [Put::of(kind::RECEPTION, name, reception)?]).await
    }

    async fn save_counted(
        &mut self,
        hub: HubId,
        reception: &Reception,
        line: &CountedLine,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO reception_line (order_id, delivery_on, reference, hub, producer, record, received, credit,
             producer_share, transport, hub_share, gap)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (order_id, delivery_on, reference) DO UPDATE
             SET record = excluded.record, received = excluded.received, credit = excluded.credit,
                 producer_share = excluded.producer_share, transport = excluded.transport,
                 hub_share = excluded.hub_share, gap = excluded.gap";
        let values = args![
            reception.order,
            reception.delivery_on,
            &line.reference,
            hub,
            line.producer,
            line.record.to_string(),
            line.received,
            line.credit.total(),
            line.credit.producer,
            line.credit.transport,
            line.credit.hub,
            line.gap.as_ref().map(serde_json::to_string).transpose()?,
        ];
        self.execute(sql, values).await.map(drop)
    }

    /// What kitchens of a hub did not receive as confirmed, the last day first.
    pub(crate) async fn delivery_gaps(&mut self, hub: HubId) -> Result<Vec<DeliveryGap>, StoreError> {
        let sql = "SELECT s.name, p.body, l.delivery_on, o.year, o.sequence, r.year, r.sequence,
                 r.credit_year, r.credit_sequence, l.credit, l.gap
             FROM reception_line l
             JOIN reception r ON r.order_id = l.order_id AND r.delivery_on = l.delivery_on
             JOIN orders o ON o.id = l.order_id JOIN site s ON s.id = r.site JOIN producer p ON p.id = l.producer
             WHERE l.hub = $1 AND l.gap IS NOT NULL
             ORDER BY l.delivery_on DESC, s.name, l.order_id, l.reference LIMIT $2";
        let rows: Vec<GapRow> = self.fetch(sql, args![hub, LISTED]).await?;
        rows.into_iter().map(told).collect()
    }
}

/// Kitchen, producer, day, number of the order, of the note, of the credit, the credit, the line.
type GapRow = (String, String, Date, i64, u32, i64, u32, Option<i64>, Option<u32>, Amount, String);

fn told(row: GapRow) -> Result<DeliveryGap, StoreError> {
    let (
        site_name,
        producer,
        delivery_on,
        year,
        sequence,
        note_year,
        note,
        credit_year,
        credit_note,
        credit,
        gap,
    ) = row;
    let producer: Producer = serde_json::from_str(&producer)?;
    let line: GapLine = serde_json::from_str(&gap)?;
    let credited = credit_year.zip(credit_note);
    Ok(DeliveryGap {
        site_name,
        producer_name: producer.name,
        delivery_on,
        order_number: number(year, sequence)?,
        note_number: number(note_year, note)?,
        credit_number: credited.map(|(year, sequence)| number(year, sequence)).transpose()?,
        credit,
        line,
    })
}

fn number(year: i64, sequence: u32) -> Result<OrderNumber, StoreError> {
    Ok(OrderNumber { year: i16::try_from(year).map_err(|_| BROKEN)?, sequence })
}
