//! What kitchens say of whole drafts and orders, followed by a second, naive reckoning: texts by field, in the order the server
//! says it heard them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    command::Command,
    cycle::{CycleState, OrderCycle},
    draft::{Field as Name, FieldEdit, Header, Saying, SharedDraft, SharedHeader},
    id::EditId,
    order::Order,
    receipt::Outcome,
    time::Timestamp,
};
use server::store::SyncTransaction;

use crate::{backend::Backend, minds::is_withdrawn, sharing::NAMED, violation::Violation, world::World};

/// One thing said of a field of the whole, as text: nothing is an empty one.
pub(crate) struct Field {
    name: Name,
    seen: String,
    value: String,
    decides: bool,
}

impl Field {
    pub(crate) fn of(edit: &FieldEdit) -> Self {
        let text = |saying: &Option<Saying>| saying.clone().map(String::from).unwrap_or_default();
        let (name, decides) = (edit.name, edit.decides);
        let (seen, value) = (text(&edit.seen), text(&edit.value));
        Self { name, seen, value, decides }
    }
}

/// What is said of the whole, field by field, and what of it does not stand, as a naive list of its words makes it.
#[derive(Default, PartialEq, Debug)]
pub(crate) struct Whole {
    stands: BTreeMap<Name, String>,
    announced: BTreeSet<(Name, String)>,
}

impl Whole {
    pub(crate) fn hear(&mut self, said: &Field) {
        let stood = self.stands.get(&said.name).cloned().unwrap_or_default();
        if said.decides && stood == said.seen {
            self.announced.retain(|(name, _)| *name != said.name);
        }
        if said.value == said.seen {
            return;
        }
        if stood != said.seen && stood != said.value && !stood.is_empty() {
            self.announced.insert((said.name, stood));
        }
        self.stands.insert(said.name, said.value.clone());
        self.stands.retain(|_, value| !value.is_empty());
    }

    pub(crate) fn of(header: &SharedHeader) -> Self {
        let mut whole = Self::said_by(&header.stands);
        let announced = header.replaced.iter().flat_map(Header::says);
        whole.announced = announced.map(|(name, lost)| (name, lost.as_str().to_owned())).collect();
        whole
    }

    fn said_by(header: &Header) -> Self {
        let stands = header.says().map(|(name, said)| (name, said.as_str().to_owned())).collect();
        Self { stands, announced: BTreeSet::new() }
    }
}

/// What was said of whole drafts, and when first.
type Times = BTreeMap<EditId, (Timestamp, Vec<Field>)>;

/// The instant from which an order need not follow its draft any more.
fn end(cycle: &OrderCycle) -> Timestamp {
    let limit = cycle.cut_off_at.plus_ms(cycle.grace_ms);
    match cycle.state {
        CycleState::Open => limit,
        CycleState::Closed { closed_at } => limit.min(closed_at),
    }
}

/// Whether an order says what its draft said at some moment, and all that was said of it in time.
fn says(order: &Order, draft: &SharedDraft, times: &Times, end: Timestamp) -> bool {
    let mut whole = Whole::default();
    let mut may = vec![Whole::default().stands];
    for edit in &draft.heard {
        let Some((at, fields)) = times.get(edit) else { continue };
        fields.iter().for_each(|field| whole.hear(field));
        if *at < end {
            may.clear();
        }
        may.push(whole.stands.clone());
    }
    may.contains(&Whole::said_by(&order.header).stands)
}

impl<B: Backend> World<B> {
    /// I2, I3: an order says what its draft says, until its week takes no orders any more.
    pub(crate) fn order_says_otherwise(&self) -> Option<Violation> {
        let mut times = Times::new();
        // What the server failed on is put aside, for a person.
        let receipts = self.desk.store.receipts().into_iter();
        for (_, row) in receipts.filter(|(_, row)| matches!(row.receipt.outcome, Outcome::Applied { .. })) {
            let envelope: Option<domain::command::Envelope> = serde_json::from_str(&row.command).ok();
            if let Some(Ok(Command::EditDraft(said))) = envelope.map(|envelope| envelope.command()) {
                let said_at = row.receipt.received_at;
                let fields = said.fields.iter().map(Field::of).collect();
                let (at, _) = times.entry(said.edit).or_insert((said_at, fields));
                *at = said_at.min(*at);
            }
        }
        let drafts: BTreeMap<_, _> =
            self.desk.store.drafts().into_iter().map(|draft| ((draft.site, draft.id), draft)).collect();
        let (store, hub) = (&self.desk.store, self.desk.hub);
        for order in store.orders().into_iter().filter(|order| !is_withdrawn(order)) {
            let named = drafts.get(&(order.site, order.draft)).filter(|draft| draft.heard.len() < NAMED);
            let Some(draft) = named else { continue };
            let cycle =
                store.run(async { store.read().await.ok()?.find_cycle(hub, order.cycle).await.ok()? });
            if !cycle.is_some_and(|cycle| says(&order, draft, &times, end(&cycle))) {
                let what = format!("says {:?}, and its draft {:?}", order.header, draft.header);
                let code = order.draft.short_code();
                return Some(Violation::about("I3", format!("{code}: {what}"), [code, order.id.to_string()]));
            }
        }
        None
    }
}
