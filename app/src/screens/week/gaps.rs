use domain::wire::desk::DeliveryGap;
use leptos::prelude::*;

use crate::{
    screens::remote::{WATCHED, Watched},
    state::desk,
    wording::{numbers, words},
};

/// « Écarts et avoirs »: what kitchens did not receive as confirmed, the last day first.
#[component]
pub(super) fn Gaps() -> impl IntoView {
    let words = words().reception();
    let gaps = Watched::new(Some(WATCHED), desk::delivery_gaps);
    let list = gaps.show(move |gaps| {
        if gaps.is_empty() {
            return view! { <p class="soft">{words.no_gaps}</p> }.into_any();
        }
        let rows = gaps.iter().map(row).collect_view();
        view! {
            <div class="table-frame" tabindex="0" role="region" aria-label=words.gaps>
                <table class="table">
                    <caption class="unseen">{words.gaps}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{words.kitchen}</th>
                            <th scope="col">{words.producer}</th>
                            <th scope="col">{words.product}</th>
                            <th scope="col">{words.reason}</th>
                            <th scope="col" class="number">{words.confirmed_head}</th>
                            <th scope="col" class="number">{words.received_head}</th>
                            <th scope="col" class="number">{words.credit_head}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    });
    view! { <section class="card stack"><div class="card-heading"><h2>{words.gaps}</h2></div>{list}</section> }
}

fn row(gap: &DeliveryGap) -> impl IntoView + use<> {
    let words = words().reception();
    let line = &gap.line;
    let quantity = |quantity| numbers::quantity(quantity, &line.unit);
    let why = line.gap.as_ref().map(|gap| (words.why)(&gap.reason).to_owned());
    let two = line.contested.then(|| words.two_say.to_owned());
    let why: Vec<_> = why.into_iter().chain(two).collect();
    let comment = line.gap.as_ref().and_then(|gap| gap.comment.as_ref());
    let comment =
        comment.map(|comment| view! { <br/><span class="soft small">{comment.as_str().to_owned()}</span> });
    let note = (words.note)(&gap.note_number.to_string());
    let credit = gap
        .credit_number
        .map(|number| view! { <br/><span class="soft small">{(words.credit)(&number.to_string())}</span> });
    view! {
        <tr>
            <th scope="row">
                {gap.site_name.clone()}<br/><span class="soft small">{numbers::day(gap.delivery_on)}" · "{note}</span>
            </th>
            <td>{gap.producer_name.clone()}</td>
            <td>{line.product.clone()}</td>
            <td>{why.join(" · ")}{comment}</td>
            <td class="number">{quantity(line.confirmed)}</td>
            <td class="number">{quantity(line.received)}</td>
            <td class="number">{numbers::money(gap.credit)}{credit}</td>
        </tr>
    }
}
