//! Receptions in memory, with the checks SQL's schema makes.

use domain::{order::OrderNumber, reception::Reception, wire::Scope};

use super::MemoryTransaction;
use crate::store::{CountedLine, StoreError, feed::kind, receptions::BROKEN};

impl MemoryTransaction {
    pub(super) fn write_reception(
        &mut self,
        reception: &Reception,
        lines: &[CountedLine],
    ) -> Result<(), StoreError> {
        let key = (reception.order, reception.delivery_on);
        let taken = self.tables().receptions.iter().any(|(known, other)| {
            let same = |one: Option<OrderNumber>, another| one == another && one.is_some();
            *known != key
                && other.site == reception.site
                && (same(other.number, reception.number)
                    || same(other.credit_number, reception.credit_number))
        });
        let twice = lines
            .iter()
            .enumerate()
            .any(|(at, line)| lines[..at].iter().any(|other| other.reference == line.reference));
        if taken || twice || reception.number.is_none() {
            return Err(BROKEN);
        }
        self.put(|tables| &mut tables.receptions, key, Some(reception.clone()))?;
        let name = Reception::name(reception.order, reception.delivery_on);
        self.publish_one(&Scope::site(reception.site), kind::RECEPTION, name, reception)
    }
}
