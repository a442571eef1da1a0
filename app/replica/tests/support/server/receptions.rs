//! Closing a week, and receptions: the real rules, over the maps of the small server.

use std::collections::HashMap;

use domain::{
    command::Envelope,
    consolidation::consolidate,
    order::OrderNumber,
    receipt::{Outcome, Reason},
    reception::{Reception, RecordReception},
    rules::{ReceptionDecision, decide_reception},
    time::Timestamp,
    wire::Scope,
};

use super::{Server, world};

impl Server {
    /// Closes the orders of the week: what each line gets is known.
    pub fn close_orders(&mut self) {
        let orders = self.orders.values().filter(|order| !order.is_withdrawn()).cloned().collect();
        for order in consolidate(orders, &HashMap::new(), &world::terms()).orders {
            self.feed(&Scope::site(order.site), "order", &order.id.to_string(), Some(&order));
            self.orders.insert(order.id, order);
        }
    }

    pub(super) fn record_reception(&mut self, said: &RecordReception, envelope: &Envelope) -> Outcome {
        let name = Reception::name(said.order, said.delivery_on);
        let (order, standing) = (self.orders.get(&said.order), self.receptions.get(&name));
        let applied = |dup_of| Outcome::Applied { order: Some(said.order), dup_of };
        match (decide_reception(said, order, &[], standing), order) {
            (ReceptionDecision::Record, Some(order)) => {
                let sequence = u32::try_from(self.receptions.len()).unwrap() + 1;
                let first = || Reception {
                    number: Some(OrderNumber { year: 2026, sequence }),
                    ..Reception::empty(order, said.delivery_on)
                };
                let mut reception = standing.cloned().unwrap_or_else(first);
                reception.hear(said, Timestamp(i64::try_from(envelope.hlc.at_ms).unwrap()));
                self.feed(&Scope::site(said.site), "reception", &name, Some(&reception));
                let contested = reception.is_contested(said.record);
                self.receptions.insert(name, reception);
                if contested {
                    Outcome::Adjusted { code: Reason::DoubleRecord, order: said.order }
                } else {
                    applied(None)
                }
            }
            (ReceptionDecision::Refuse(code), _) => Outcome::Refused { code },
            (ReceptionDecision::Already | ReceptionDecision::Record, _) => applied(Some(said.order)),
        }
    }
}
