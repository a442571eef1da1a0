//! What a file is, by its bytes: its name may lie. Whatever is not a spreadsheet is refused in words, before anything
//! of it is inflated or parsed.

use domain::wire::desk::FileRefusal;

use super::{MAX_FILE_BYTES, archive, cells::Sheet, header::Field, text, workbook};

/// Why a whole file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Neither a workbook nor a text with columns.
    NotASpreadsheet,
    /// Excel's format of before 2007.
    OldExcel,
    /// Excel's binary workbook.
    BinaryExcel,
    /// No row of products.
    Empty,
    /// Encrypted.
    PasswordProtected,
    /// Heavier than a price list can be.
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// Holds far more than its size says.
    Bomb,
    /// The reader gave up inside.
    Damaged,
    /// No row with the columns a price list needs.
    NoHeader {
        /// The columns nobody found.
        missing: Vec<Field>,
    },
}

impl Unreadable {
    /// The stable code.
    pub(crate) fn code(&self) -> FileRefusal {
        match self {
            Self::NotASpreadsheet | Self::OldExcel | Self::BinaryExcel => FileRefusal::NotASpreadsheet,
            Self::Empty => FileRefusal::Empty,
            Self::PasswordProtected => FileRefusal::PasswordProtected,
            Self::TooLarge { .. } => FileRefusal::TooLarge,
            Self::Bomb => FileRefusal::Bomb,
            Self::Damaged => FileRefusal::Damaged,
            Self::NoHeader { .. } => FileRefusal::NoHeader,
        }
    }
}

impl From<super::cells::TooMuch> for Unreadable {
    fn from(_: super::cells::TooMuch) -> Self {
        Self::Bomb
    }
}

/// What the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Office Open XML.
    Xlsx,
    /// OpenDocument.
    Ods,
    /// Text with separators.
    Text,
}

/// The signature of an OLE compound file: old Excel, and every Office file under a password.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const ZIP: &[u8] = b"PK\x03\x04";
const EMPTY_ZIP: &[u8] = b"PK\x05\x06";
/// Text-like or not, these are not spreadsheets.
const OTHERS: &[&[u8]] = &[
    b"%PDF",
    b"{\\rtf",
    b"<!DOCTYPE",
    b"<!doctype",
    b"<html",
    b"<HTML",
    b"<?xml",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"MZ",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
];

impl Source {
    /// Recognizes a file, or says why it is refused.
    pub(crate) fn recognize(bytes: &[u8]) -> Result<Self, Unreadable> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > MAX_FILE_BYTES {
            return Err(Unreadable::TooLarge { bytes: size });
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Unreadable::Empty);
        }
        if bytes.starts_with(OLE) {
            return Err(ole(bytes));
        }
        if bytes.starts_with(ZIP) || bytes.starts_with(EMPTY_ZIP) {
            return archive::inspect(bytes);
        }
        let start = bytes.trim_ascii_start();
        if OTHERS.iter().any(|signature| start.starts_with(signature)) || !text::is_text(bytes) {
            return Err(Unreadable::NotASpreadsheet);
        }
        Ok(Self::Text)
    }

    /// Its sheets, the first one first.
    pub(crate) fn sheets(self, bytes: &[u8]) -> Result<Vec<Sheet>, Unreadable> {
        match self {
            Self::Xlsx => workbook::xlsx(bytes),
            Self::Ods => workbook::ods(bytes),
            Self::Text => text::sheet(bytes).map(|sheet| vec![sheet]),
        }
    }
}

/// An OLE file: encrypted, or too old. Modern files under a password carry a stream of that name; old ones begin their
/// workbook stream with a record that says so.
fn ole(bytes: &[u8]) -> Unreadable {
    let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if contains(bytes, &encrypted) || has_file_pass(bytes) {
        Unreadable::PasswordProtected
    } else {
        Unreadable::OldExcel
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Whether a BIFF8 workbook stream has a FILEPASS record (0x002F) among its first records (MS-XLS 2.4.117).
fn has_file_pass(bytes: &[u8]) -> bool {
    /// BOF, 16 bytes long, version 0x0600, workbook globals.
    const BOF: &[u8] = &[0x09, 0x08, 0x10, 0x00, 0x00, 0x06, 0x05, 0x00];
    const FILE_PASS: u16 = 0x002f;
    let Some(start) = bytes.windows(BOF.len()).position(|window| window == BOF) else { return false };
    let mut at = start;
    for _ in 0..8 {
        let Some(&[kind_low, kind_high, length_low, length_high]) = bytes.get(at..at + 4) else {
            return false;
        };
        if u16::from_le_bytes([kind_low, kind_high]) == FILE_PASS {
            return true;
        }
        at += 4 + usize::from(u16::from_le_bytes([length_low, length_high]));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_are() {
        assert_eq!(Source::recognize("Référence;Prix\nA;2,10\n".as_bytes()), Ok(Source::Text));
        let others: [(&[u8], Unreadable); 7] = [
            (b"", Unreadable::Empty),
            (b" \r\n\t ", Unreadable::Empty),
            (b"%PDF-1.7 ...", Unreadable::NotASpreadsheet),
            (b"\n<!DOCTYPE html><table>", Unreadable::NotASpreadsheet),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Unreadable::NotASpreadsheet),
            (b"\x00\x01\x02\x03\x04\x05\x06\x07", Unreadable::NotASpreadsheet),
            (b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", Unreadable::NotASpreadsheet),
        ];
        for (bytes, expected) in others {
            assert_eq!(Source::recognize(bytes), Err(expected), "{bytes:?}");
        }
    }

    #[test]
    fn a_file_that_is_too_heavy_is_refused_by_its_size() {
        let heavy = vec![b'a'; usize::try_from(MAX_FILE_BYTES).unwrap() + 1];
        assert_eq!(Source::recognize(&heavy), Err(Unreadable::TooLarge { bytes: MAX_FILE_BYTES + 1 }));
    }

    #[test]
    fn office_files_under_a_password_are_told_from_old_ones() {
        let ole = |inside: &[u8]| [OLE, &[0; 504], inside, &[0; 64]].concat();
        let bof = [&[0x09, 0x08, 0x10, 0x00, 0x00, 0x06, 0x05, 0x00][..], &[0; 12]].concat();
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Source::recognize(&ole(&name)), Err(Unreadable::PasswordProtected));
        let file_pass = [&bof[..], &[0x2f, 0x00, 0x02, 0x00, 0x01, 0x00]].concat();
        assert_eq!(Source::recognize(&ole(&file_pass)), Err(Unreadable::PasswordProtected));
        assert_eq!(Source::recognize(&ole(&bof)), Err(Unreadable::OldExcel));
    }
}
