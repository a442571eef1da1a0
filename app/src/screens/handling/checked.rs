//! What was looked at so far, kept on the device at each gesture: a tablet that goes out in the middle loses none.

use domain::{
    id::{RecordId, Reference},
    reception::Label,
};
use futures_util::future::LocalBoxFuture;
use leptos::{prelude::*, task::spawn_local};

use super::goods::{Goods, SaidLine, SaidLot};
use crate::state::AppState;

/// What was said and is not recorded.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Begun {
    /// Who handles the goods, as typed so far.
    pub(crate) handled_by: String,
    /// The records that were on screen: what it may take the place of.
    pub(crate) seen: Vec<RecordId>,
    /// The products that were looked at.
    pub(crate) lines: Vec<SaidLine>,
}

/// Keeps what was said; whether it is durable.
pub(crate) type Keep = Callback<Begun, LocalBoxFuture<'static, bool>>;

/// Goods that are being looked at.
#[derive(Clone, Copy)]
pub(crate) struct Checked {
    begun: RwSignal<Begun>,
    /// Whether the device holds what is on screen.
    kept: RwSignal<bool>,
    keep: Keep,
}

impl Checked {
    /// Opens what was kept before, else what is recorded already, to be corrected: `otherwise`.
    pub(crate) fn open(kept: Option<Begun>, otherwise: impl FnOnce() -> Begun, keep: Keep) -> Self {
        let is_kept = kept.is_some();
        Self { begun: RwSignal::new(kept.unwrap_or_else(otherwise)), kept: RwSignal::new(is_kept), keep }
    }

    /// What is said of a product.
    pub(crate) fn of(self, product: &Reference) -> Option<SaidLine> {
        self.begun.with(|begun| begun.lines.iter().find(|line| line.product == *product).cloned())
    }

    /// How many products nobody looked at yet.
    pub(crate) fn left(self, goods: &[Goods]) -> usize {
        goods.iter().filter(|goods| self.of(goods.product()).is_none()).count()
    }

    /// Says something of a product.
    pub(crate) fn set(self, said: SaidLine) {
        self.begun.update(|begun| {
            begun.lines.retain(|line| line.product != said.product);
            begun.lines.push(said);
        });
        self.keep();
    }

    /// A product is as proposed.
    pub(crate) fn accept(self, goods: &Goods) {
        let before = untrack(|| self.of(goods.product()));
        self.set(goods.accepted(before));
    }

    /// Whatever nobody looked at is as proposed.
    pub(crate) fn accept_all(self, goods: &[Goods]) {
        self.begun.update(|begun| {
            let is_left = |goods: &&Goods| begun.lines.iter().all(|said| said.product != *goods.product());
            let left: Vec<_> = goods.iter().filter(is_left).map(|goods| goods.accepted(None)).collect();
            begun.lines.extend(left);
        });
        self.keep();
    }

    /// Says the first lot of a product. Whoever reads its label has it before them: it is as proposed, unless something else
    /// was said.
    pub(crate) fn set_first_lot(self, goods: &Goods, code: Option<Label>) {
        let before = untrack(|| self.of(goods.product()));
        let mut said = before.unwrap_or_else(|| goods.accepted(None));
        match (said.lots.first_mut(), code) {
            (Some(first), Some(code)) => first.code = Some(code),
            // Its date stays for the code that is typed next; without one it is not said.
            (Some(first), None) => first.code = None,
            (None, Some(code)) => said.lots.push(SaidLot { code: Some(code), use_by: None }),
            (None, None) => return,
        }
        self.set(said);
    }

    /// All that was said, read once.
    pub(crate) fn begun(self) -> Begun {
        self.begun.get_untracked()
    }

    /// The name, as typed.
    pub(crate) fn typed_name(self) -> String {
        self.begun.with(|begun| begun.handled_by.clone())
    }

    /// The name, when it is one.
    pub(crate) fn name(self) -> Option<Label> {
        self.begun.with(|begun| Label::parse(&begun.handled_by).ok())
    }

    /// Types the name.
    pub(crate) fn type_name(self, text: String) {
        self.begun.update(|begun| begun.handled_by = text);
        self.keep();
    }

    /// Whether the device holds what is on screen.
    pub(crate) fn is_kept(self) -> bool {
        self.kept.get()
    }

    fn keep(self) {
        self.kept.set(false);
        let begun = self.begun.get_untracked();
        let keeping = self.keep.run(begun.clone());
        spawn_local(async move {
            let kept = keeping.await;
            // Only what is on screen still: the fingers may have gone on.
            if kept && self.begun.try_with_untracked(|now| *now == begun) == Some(true) {
                self.kept.set(true);
            }
        });
    }
}

/// Whoever is signed in, where that is a person: a shared tablet bears the name of nobody.
pub(crate) fn own_name(state: AppState) -> String {
    let me = state.session().with_untracked(|session| session.me().cloned());
    me.filter(|me| me.device.is_none()).map(|me| me.name).unwrap_or_default()
}
