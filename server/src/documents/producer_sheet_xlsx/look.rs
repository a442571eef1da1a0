//! How the workbook looks: few formats, made once. It is printed in black and white and read in a cold room.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// Every format of the workbook.
pub(super) struct Look {
    pub(super) title: Format,
    pub(super) label: Format,
    pub(super) heading: Format,
    pub(super) text: Format,
    pub(super) name: Format,
    pub(super) day: Format,
    pub(super) quantity: Format,
    pub(super) strong_quantity: Format,
    pub(super) short: Format,
    pub(super) price: Format,
    pub(super) amount: Format,
    pub(super) subtotal: Format,
    pub(super) subtotal_amount: Format,
    pub(super) total: Format,
    pub(super) total_amount: Format,
}

/// Euros to the cent.
const AMOUNT: &str = "#,##0.00\\ \"€\"";
/// Euros with up to four decimals.
const PRICE: &str = "#,##0.00##\\ \"€\"";
/// « lundi 30 novembre », in French whatever the machine speaks.
const DAY: &str = "[$-40C]dddd d mmmm";
/// Light enough to stay readable in a photocopy.
const SHADE: Color = Color::RGB(0x00E8_ECEA);

impl Look {
    pub(super) fn new() -> Self {
        let cell = Format::new().set_border_bottom(FormatBorder::Hair).set_align(FormatAlign::Top);
        let subtotal = cell.clone().set_bold().set_background_color(SHADE);
        let total = Format::new().set_bold().set_border_top(FormatBorder::Medium);
        let strong_quantity = cell.clone().set_bold();
        Self {
            title: Format::new().set_bold().set_font_size(16),
            label: Format::new().set_bold(),
            heading: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_background_color(SHADE)
                .set_border_bottom(FormatBorder::Medium)
                .set_align(FormatAlign::VerticalCenter),
            // « @ »: a SIRET or a reference stays text when someone edits it.
            text: cell.clone().set_num_format("@"),
            name: cell.clone().set_bold().set_text_wrap(),
            day: cell.clone().set_num_format(DAY).set_align(FormatAlign::Left),
            quantity: cell.clone(),
            short: strong_quantity.clone().set_italic().set_border(FormatBorder::Thin),
            strong_quantity,
            price: cell.clone().set_num_format(PRICE),
            amount: cell.clone().set_num_format(AMOUNT),
            subtotal_amount: subtotal.clone().set_num_format(AMOUNT),
            subtotal,
            total_amount: total.clone().set_num_format(AMOUNT),
            total,
        }
    }
}
