//! Looking into a zip before anyone parses it: what it claims to be, and what it would inflate to.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::source::{Source, Unreadable};

/// A workbook has some dozen parts; pictures and themes add a few.
const MAX_ENTRIES: usize = 2_000;
/// All parts inflated together. A price list of 20,000 rows makes some 25 MB.
const MAX_INFLATED_BYTES: u64 = 128 * 1024 * 1024;
/// Beyond this many bytes out of one byte in, a large file is built, not written.
const MAX_RATIO: u64 = 250;
/// Below this, a high ratio harms nobody: a sheet of blank rows deflates very well.
const HARMLESS_BYTES: u64 = 16 * 1024 * 1024;

/// What the archive is, once every part has been inflated and counted, and none kept.
pub(crate) fn inspect(bytes: &[u8]) -> Result<Source, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    if archive.is_empty() {
        return Err(Unreadable::NotASpreadsheet);
    }
    if archive.len() > MAX_ENTRIES {
        return Err(Unreadable::Bomb);
    }
    let kind = kind(&mut archive)?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let declared = archive.decompressed_size().unwrap_or(0);
    check_size(u64::try_from(declared).unwrap_or(u64::MAX), size)?;
    let mut inflated = 0;
    for at in 0..archive.len() {
        inflated += count(&mut archive, at, MAX_INFLATED_BYTES - inflated + 1)?;
        check_size(inflated, size)?;
    }
    Ok(kind)
}

fn check_size(inflated: u64, compressed: u64) -> Result<(), Unreadable> {
    let out_of_proportion = inflated > HARMLESS_BYTES && inflated / compressed.max(1) > MAX_RATIO;
    if inflated > MAX_INFLATED_BYTES || out_of_proportion { Err(Unreadable::Bomb) } else { Ok(()) }
}

/// What the names inside say. An OpenDocument that is encrypted says so in its manifest.
fn kind(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Source, Unreadable> {
    let has = |archive: &ZipArchive<_>, wanted: &str| {
        archive.file_names().flatten().any(|name| name.replace('\\', "/").eq_ignore_ascii_case(wanted))
    };
    if has(archive, "xl/workbook.xml") {
        return Ok(Source::Xlsx);
    }
    if has(archive, "xl/workbook.bin") {
        return Err(Unreadable::BinaryExcel);
    }
    let mime_type = start_of(archive, "mimetype", 100);
    if !mime_type.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
        return Err(Unreadable::NotASpreadsheet);
    }
    let manifest = start_of(archive, "META-INF/manifest.xml", 1024 * 1024);
    if manifest.contains("encryption-data") { Err(Unreadable::PasswordProtected) } else { Ok(Source::Ods) }
}

/// The first `most` bytes of a part, as text; nothing when it is not there.
fn start_of(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str, most: u64) -> String {
    let mut bytes = Vec::new();
    if let Ok(part) = archive.by_name(name) {
        // What could be read before a fault is enough to know what it is.
        let _ = part.take(most).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Inflates one part and forgets it; stops after `most` bytes.
fn count(archive: &mut ZipArchive<Cursor<&[u8]>>, at: usize, most: u64) -> Result<u64, Unreadable> {
    let part = archive.by_index_raw(at).map_err(|_| Unreadable::Damaged)?;
    if part.encrypted() {
        return Err(Unreadable::PasswordProtected);
    }
    drop(part);
    let part = archive.by_index(at).map_err(|_| Unreadable::Damaged)?;
    std::io::copy(&mut part.take(most), &mut std::io::sink()).map_err(|_| Unreadable::Damaged)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    type Parts<'a> = &'a [(&'a str, &'a [u8])];

    fn archive(parts: Parts<'_>) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn an_archive_is_what_it_holds() {
        let ods: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
        let cases: [(Parts<'_>, Result<Source, Unreadable>); 6] = [
            (&[("xl/workbook.xml", b"<workbook/>")], Ok(Source::Xlsx)),
            (&[("mimetype", ods), ("content.xml", b"<x/>")], Ok(Source::Ods)),
            (
                &[("mimetype", ods), ("META-INF/manifest.xml", b"<manifest:encryption-data/>")],
                Err(Unreadable::PasswordProtected),
            ),
            (&[("xl/workbook.bin", b"")], Err(Unreadable::BinaryExcel)),
            (&[("word/document.xml", b"<w/>")], Err(Unreadable::NotASpreadsheet)),
            (&[("mimetype", b"application/vnd.oasis.opendocument.text")], Err(Unreadable::NotASpreadsheet)),
        ];
        for (parts, expected) in cases {
            assert_eq!(inspect(&archive(parts)), expected, "{parts:?}");
        }
    }

    #[test]
    fn a_zip_bomb_is_refused_before_it_is_parsed() {
        let zeros = vec![b' '; 40 * 1024 * 1024];
        let bomb = archive(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &zeros)]);
        assert!(bomb.len() < 200_000);
        assert_eq!(inspect(&bomb), Err(Unreadable::Bomb));
    }

    #[test]
    fn a_bomb_that_lies_about_its_size_is_counted_as_it_inflates() {
        let zeros = vec![b' '; 40 * 1024 * 1024];
        let mut bomb = archive(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &zeros)]);
        // The sizes stand in the central directory, 24 bytes after each of its signatures, and in each local header.
        let real = u32::try_from(zeros.len()).unwrap().to_le_bytes();
        for at in 0..bomb.len() - 4 {
            if bomb[at..at + 4] == real {
                bomb[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
            }
        }
        let found = inspect(&bomb);
        assert!(matches!(found, Err(Unreadable::Bomb | Unreadable::Damaged)), "{found:?}");
    }

    #[test]
    fn too_many_parts_are_a_bomb() {
        let names: Vec<_> = (0..=MAX_ENTRIES).map(|n| format!("xl/media/{n}.png")).collect();
        let mut parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        parts.push(("xl/workbook.xml", b""));
        assert_eq!(inspect(&archive(&parts)), Err(Unreadable::Bomb));
    }

    #[test]
    fn a_cut_archive_is_damaged() {
        let whole = archive(&[("xl/workbook.xml", b"<workbook/>")]);
        assert_eq!(inspect(&whole[..whole.len() / 2]), Err(Unreadable::Damaged));
    }
}
