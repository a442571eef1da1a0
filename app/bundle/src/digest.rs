//! SHA-256, as names and as proofs.

use sha2::{Digest, Sha256};

/// How many hexadecimal digits of a digest go into a file's name or a build id: 64 bits, far beyond an accident.
const SHORT: usize = 16;

/// The SHA-256 of `bytes`, in 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// `stem-<first 16 digits of the hash>.extension`: same bytes, same name; one byte changes, the name changes.
pub fn hashed_name(stem: &str, extension: &str, bytes: &[u8]) -> String {
    let digest = sha256_hex(bytes);
    let short = digest.get(..SHORT).unwrap_or(&digest);
    format!("{stem}-{short}.{extension}")
}

/// One short id for a set of named parts, in the order given. Lengths are hashed too, so moving a byte from one part to
/// its neighbor gives another id.
pub fn short_id<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hasher = Sha256::new();
    for (name, bytes) in parts {
        for piece in [name.as_bytes(), bytes] {
            hasher.update((piece.len() as u64).to_le_bytes());
            hasher.update(piece);
        }
    }
    let mut id = hex(&hasher.finalize());
    id.truncate(SHORT);
    id
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_digest() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_hex(b"abc"), expected);
        assert_eq!(hashed_name("app", "js", b"abc"), "app-ba7816bf8f01cfea.js");
    }

    #[test]
    fn one_byte_changes_the_name_and_nothing_else_does() {
        assert_eq!(hashed_name("app", "js", b"same"), hashed_name("app", "js", b"same"));
        assert_ne!(hashed_name("app", "js", b"same"), hashed_name("app", "js", b"Same"));
    }

    #[test]
    fn a_byte_moved_between_two_parts_gives_another_id() {
        let one = short_id([("a", b"xy".as_slice()), ("b", b"z".as_slice())]);
        let other = short_id([("a", b"x".as_slice()), ("b", b"yz".as_slice())]);
        assert_ne!(one, other);
        assert_eq!(one.len(), 16);
    }
}
