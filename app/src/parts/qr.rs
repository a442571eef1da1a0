use domain::wire::people::QrCode;
use leptos::prelude::*;

/// A side on screen, in pixels: a camera reads it at arm's length.
const SIDE: u32 = 232;

/// A QR code, dark on light whatever the colors around it.
#[component]
pub(crate) fn Qr(
    /// What to draw.
    code: QrCode,
    /// What it is, for whom does not see it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let side = code.side;
    view! {
        <svg
            width=SIDE height=SIDE viewBox=format!("0 0 {side} {side}") role="img" aria-label=label
            shape-rendering="crispEdges"
        >
            <rect width=side height=side fill="#fff"/>
            <path d=code.path fill="#000"/>
        </svg>
    }
}
