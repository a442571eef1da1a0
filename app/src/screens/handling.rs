//! Goods under somebody's hands: in a kitchen's cold store, on the quay. Lines are as expected until somebody says otherwise;
//! a tap is enough for all of them, and only what differs is written.

pub(crate) mod checked;
pub(crate) mod contested;
pub(crate) mod goods;
mod line_row;
mod line_sheet;
mod lots;
pub(crate) mod said;
mod sign;
mod thermometer;
mod typed;

use domain::reception::Label;
use futures_util::future::LocalBoxFuture;
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    parts::Icon,
    state::{AppState, RecordError},
    wording::words,
};
use checked::Checked;
use goods::Goods;
use line_row::LineRow;
use line_sheet::LineSheet;
use sign::Sign;

/// What one does with the goods, in words.
#[derive(Clone, Copy)]
pub(crate) struct Act {
    /// « Tout est conforme »
    pub(crate) all_fine: &'static str,
    /// « Conforme »
    pub(crate) fine: &'static str,
    /// The same where less is proposed than was confirmed: « Comme le quai ».
    pub(crate) as_proposed: &'static str,
    /// « Écart »
    pub(crate) otherwise: &'static str,
    /// « Quantité gardée »
    pub(crate) quantity: &'static str,
    /// « Enregistrer la réception »
    pub(crate) record: &'static str,
}

/// Records what was looked at, under a name.
pub(crate) type Record = Callback<Label, LocalBoxFuture<'static, Result<(), RecordError>>>;

/// The lines, each looked at; then a name.
#[component]
pub(crate) fn Handling(
    /// What is to be looked at.
    goods: Vec<Goods>,
    /// What was.
    checked: Checked,
    /// What one does with it.
    act: Act,
    /// How it is recorded.
    record: Record,
    /// Called once it is.
    on_recorded: Callback<()>,
) -> impl IntoView {
    let state = expect_context::<AppState>();
    let words = words().reception();
    keep_lit(state);
    let opened = RwSignal::new(None::<Goods>);
    let rows =
        goods.iter().map(|goods| view! { <LineRow goods=goods.clone() checked act opened/> }).collect_view();
    let goods = StoredValue::new(goods);
    let left = Memo::new(move |_| goods.with_value(|goods| checked.left(goods)));
    let left_said = move || match left.get() {
        0 => words.all_looked_at.to_owned(),
        count => (words.left)(count),
    };
    let all = move |_| goods.with_value(|goods| checked.accept_all(goods));
    let sheet = move || opened.get().map(|goods| view! { <LineSheet goods checked act opened/> });
    view! {
        <div class="receive-all">
            <p role="status">{left_said}</p>
            <button class="button primary roomy" type="button" aria-disabled=move || (left.get() == 0).then_some("true") on:click=all>
                <Icon name="check-double"/>{act.all_fine}
            </button>
        </div>
        <ul class="lines" role="list">{rows}</ul>
        {sheet}
        <Sign checked left act record on_recorded/>
    }
}

/// The screen stays lit while one handles goods, and is asked for again when one comes back to it.
fn keep_lit(state: AppState) {
    let lit = StoredValue::new_local(None);
    let ask = move || {
        spawn_local(async move {
            let awake = state.stay_awake().await;
            // The screen may be gone: then the lock goes with the answer.
            let _ = lit.try_update_value(|lit| *lit = awake);
        });
    };
    ask();
    let again = window_event_listener(ev::visibilitychange, move |_| ask());
    on_cleanup(move || again.remove());
}
