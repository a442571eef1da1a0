//! What becomes of a good input: bits turned, parts lost, doubled, taken from another, numbers and words nobody would write.

use std::io::{Cursor, Read, Write};

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// What an input is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters, JSON most of all.
    Text,
    /// Bytes.
    Bytes,
    /// A zip archive, damaged inside as well as out.
    Archive,
}

/// What breaks readers of text.
const WORDS: [&str; 40] = [
    "null",
    "true",
    "-1",
    "0",
    "-0",
    "1e999",
    "1e-999",
    "18446744073709551616",
    "9223372036854775807",
    "-9223372036854775808",
    "4294967296",
    "0.1",
    "1.7976931348623157e308",
    "\"\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\\",
    "\"",
    "{}",
    "[]",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\u{0}",
    "\u{feff}",
    "é",
    "\u{1f355}",
    "\u{202e}",
    "2026-W53",
    "2026-W99",
    "9999-12-31",
    "-0001-01-01",
    "00000000-0000-0000-0000-000000000000",
    "&#0;",
    "&lol;",
    "=1+1",
    "%00",
];
/// Deeper than any recursion should go.
const DEPTH: usize = 100_000;
/// No input grows beyond: a server refuses more before it reads it.
const LARGEST: usize = 4 << 20;

/// Chance of one input.
struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(1);
        usize::try_from(self.0.next_u64() % limit).unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        self.0.next_u64().to_le_bytes()[0]
    }

    /// A part of something so long.
    fn part(&mut self, length: usize) -> (usize, usize) {
        let from = self.below(length + 1);
        (from, from + self.below((length - from).min(200) + 1))
    }
}

/// The damaged input of a number.
#[must_use]
pub fn damaged(corpus: &[Vec<u8>], kind: Kind, number: u64) -> Vec<u8> {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(number));
    let mut bytes = corpus[dice.below(corpus.len())].clone();
    if kind == Kind::Archive && dice.below(4) > 0 {
        let inside = damaged_inside(&bytes, &mut dice);
        return inside.unwrap_or(bytes);
    }
    let other = &corpus[dice.below(corpus.len())];
    harm(&mut bytes, other, kind, &mut dice);
    bytes
}

/// Some harm, most often little: what is broken everywhere is refused at its first byte.
fn harm(bytes: &mut Vec<u8>, other: &[u8], kind: Kind, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        once(bytes, other, kind, dice);
    }
    bytes.truncate(LARGEST);
}

fn once(bytes: &mut Vec<u8>, other: &[u8], kind: Kind, dice: &mut Dice) {
    let (from, to) = dice.part(bytes.len());
    match dice.below(if kind == Kind::Bytes { 8 } else { 12 }) {
        0 => {
            if let Some(byte) = bytes.get_mut(from) {
                *byte ^= 1 << (dice.below(8));
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(from) {
                *byte = dice.byte();
            }
        }
        2 => drop(bytes.drain(from..to)),
        3 => bytes.truncate(from),
        4 => {
            let again = bytes[from..to].to_vec();
            drop(bytes.splice(to..to, again));
        }
        5 => {
            let (begin, end) = dice.part(other.len());
            drop(bytes.splice(from..to, other[begin..end].iter().copied()));
        }
        6 => {
            let extreme = [0u8, 0xff, 0x7f, 0x80][dice.below(4)];
            bytes[from..to].fill(extreme);
        }
        7 => {
            let random: Vec<u8> = (0..dice.below(16)).map(|_| dice.byte()).collect();
            drop(bytes.splice(from..from, random));
        }
        8 if dice.below(50) == 0 => {
            let open = ["[", "{\"a\":", "<a>"][dice.below(3)];
            drop(bytes.splice(from..from, open.repeat(DEPTH / open.len()).into_bytes()));
        }
        9 => {
            // A number becomes another one.
            let digit = |byte: &u8| byte.is_ascii_digit();
            if let Some(begin) = bytes.iter().skip(from).position(digit).map(|at| from + at) {
                let end = bytes
                    .iter()
                    .skip(begin)
                    .position(|byte| !digit(byte))
                    .map_or(bytes.len(), |at| begin + at);
                drop(bytes.splice(begin..end, WORDS[dice.below(13)].bytes()));
            }
        }
        10 => {
            // What stands between two marks becomes a word.
            let mark = |byte: &u8| b"\",;:{}[]<>".contains(byte);
            if let Some(begin) = bytes.iter().skip(from).position(mark).map(|at| from + at + 1) {
                let end = bytes.iter().skip(begin).position(mark).map_or(bytes.len(), |at| begin + at);
                drop(bytes.splice(begin..end, WORDS[dice.below(WORDS.len())].bytes()));
            }
        }
        _ => drop(bytes.splice(from..from, WORDS[dice.below(WORDS.len())].bytes())),
    }
}

/// An archive with one of its parts harmed, its checksums right. `None` when it cannot be taken apart.
fn damaged_inside(bytes: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let harmed = dice.below(archive.len());
    let mut written = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).ok()?;
        let (name, mut inner) = (part.name().ok()?.into_owned(), Vec::new());
        part.read_to_end(&mut inner).ok()?;
        if at == harmed {
            let whole = inner.clone();
            harm(&mut inner, &whole, Kind::Text, dice);
        }
        written.start_file(name, SimpleFileOptions::default()).ok()?;
        written.write_all(&inner).ok()?;
    }
    Some(written.finish().ok()?.into_inner())
}
