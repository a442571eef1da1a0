//! Shared drafts: documents of a kitchen's own feed, and nothing else. Nothing is counted from them.

use domain::{
    draft::SharedDraft,
    id::{DraftId, SiteId},
    wire::Scope,
};

use super::{
    StoreError, Transaction,
    feed::{Put, kind},
};

impl Transaction {
    /// What the tablets of a site share of a draft.
    pub(crate) async fn find_draft(
        &mut self,
        site: SiteId,
        draft: DraftId,
    ) -> Result<Option<SharedDraft>, StoreError> {
        self.find_entity(&Scope::site(site), kind::DRAFT, draft).await
    }

    /// Writes a shared draft as it now is, and sends it to its site's tablets.
    pub(crate) async fn save_draft(&mut self, draft: &SharedDraft) -> Result<(), StoreError> {
        self.publish(&Scope::site(draft.site), [Put::of(kind::DRAFT, draft.id, draft)?]).await
    }
}
