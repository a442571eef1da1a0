//! What the kitchen's tablets share before anything is ordered.

use domain::{
    command::{EditDraft, SubmitOrder},
    draft::{Header, SharedDraft},
    id::{DraftId, OrderId, OutboxId},
    order::{Order, OrderState},
    receipt::Outcome,
    wire::Scope,
};

use super::{Server, world};

impl Server {
    pub(super) fn edit_draft(&mut self, said: &EditDraft, by: OutboxId) -> Outcome {
        let empty = || SharedDraft::empty(said.draft, said.site, said.cycle);
        let draft = self.drafts.get_or_insert_with(said.draft, empty);
        draft.hear(said, by);
        let draft = draft.clone();
        self.put_draft(&draft);
        let order = self.orders.get(&OrderId::of_draft(draft.id)).cloned();
        let follows =
            |order: &Order| order.state == OrderState::Accepted && world::cycle().takes_orders_at(self.now);
        if let Some(order) = order.filter(|order| !said.fields.is_empty() && follows(order)) {
            self.put_order(Order { header: draft.header.stands, ..order });
        }
        Outcome::Applied { order: None, dup_of: None }
    }

    pub(super) fn draw(&mut self, submit: &SubmitOrder) {
        if let Some(drawn) = &submit.drawn
            && let Some(draft) = self.drafts.get_mut(&drawn.draft)
        {
            draft.draw(drawn);
            let draft = draft.clone();
            self.put_draft(&draft);
        }
    }

    pub(super) fn header(&self, draft: DraftId) -> Header {
        self.drafts.get(&draft).map(|draft| draft.header.stands.clone()).unwrap_or_default()
    }

    fn put_draft(&mut self, draft: &SharedDraft) {
        self.feed(&Scope::site(draft.site), "draft", &draft.id.to_string(), Some(draft));
    }
}
