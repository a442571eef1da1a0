//! Smaller copies beside each file that gains by it: brotli for most browsers, gzip for those that refuse brotli over
//! plain http (WebKitGTK).

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

/// The kinds of text and code that shrink; pictures and fonts are already compressed.
const COMPRESSIBLE: [&str; 8] = ["html", "js", "css", "wasm", "json", "webmanifest", "svg", "txt"];

/// Bytes below which a compressed copy is not worth a file.
const SMALLEST: usize = 256;

/// Whether a file of that name and length gets compressed copies.
pub fn is_compressible(file_name: &str, length: usize) -> bool {
    let extension = file_name.rsplit('.').next().unwrap_or_default();
    length >= SMALLEST && COMPRESSIBLE.contains(&extension)
}

/// Brotli at its strongest (11), in a window of 4 MiB.
///
/// # Errors
/// None in memory; the signature is the encoder's.
pub fn brotli(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    {
        let mut encoder = brotli::CompressorWriter::new(&mut out, 64 * 1024, 11, 22);
        encoder.write_all(body)?;
        encoder.flush()?;
    }
    Ok(out)
}

/// Gzip at its strongest (9), without a date, so that the same bytes give the same bytes.
///
/// # Errors
/// None in memory; the signature is the encoder's.
pub fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn both_copies_come_back_whole() {
        let body = "pélardon, tomme, cabécou ".repeat(200).into_bytes();
        let mut from_brotli = Vec::new();
        brotli::Decompressor::new(brotli(&body).unwrap().as_slice(), 4096)
            .read_to_end(&mut from_brotli)
            .unwrap();
        let mut from_gzip = Vec::new();
        flate2::read::GzDecoder::new(gzip(&body).unwrap().as_slice()).read_to_end(&mut from_gzip).unwrap();
        assert_eq!(from_brotli, body);
        assert_eq!(from_gzip, body);
    }

    #[test]
    fn pictures_and_crumbs_are_left_alone() {
        assert!(is_compressible("app-12.wasm", 4000));
        assert!(!is_compressible("icon-512.png", 4000));
        assert!(!is_compressible("crumb.txt", 20));
    }
}
