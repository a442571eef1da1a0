//! QR codes, as a path the page draws.

use std::fmt::Write;

use domain::wire::people::QrCode;
use qrcode::{Color, EcLevel};

/// The white border a reader needs, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// The code of a text. `None`: the text is too long for one.
#[must_use]
pub fn qr(text: &str) -> Option<QrCode> {
    let code = qrcode::QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let side = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (row, modules) in colors.chunks(side).enumerate() {
        let mut at = 0;
        // Each run of dark modules is one rectangle.
        for run in modules.chunk_by(|one, other| one == other) {
            if run[0] == Color::Dark {
                let (x, y, long) = (at + QUIET, row + QUIET, run.len());
                // Writing to a string does not fail.
                let _ = write!(path, "M{x} {y}h{long}v1h-{long}z");
            }
            at += run.len();
        }
    }
    Some(QrCode { side: u32::try_from(side + 2 * QUIET).ok()?, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_eyes_and_its_border() {
        let drawn = qr("https://hub.example/associer#K7MQ2XVD").unwrap();
        // The top of the eyes at left and at right: seven dark modules, then one light.
        let right = drawn.side - 4 - 7;
        assert!(
            drawn.path.starts_with("M4 4h7v1h-7z") && drawn.path.contains(&format!("M{right} 4h7v1h-7z"))
        );
        assert!(!drawn.path.contains("M3 ") && drawn.side >= 29);
        assert!(qr(&"x".repeat(4_000)).is_none());
    }
}
