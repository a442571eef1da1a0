//! Secrets that open something: shown once, kept as their SHA-256. A stolen copy of the base opens nothing.

use domain::command::hex;
use sha2::{Digest, Sha256};

use crate::store::{StoreError, random};

/// What a code of pairing is written with: no character that is taken for another, read aloud or written by hand.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code: 30⁸ of them, of which one counts for ten minutes and ten a minute may be tried.
const CODE_LENGTH: usize = 8;
/// A byte at or past this one would make some characters likelier than others.
const FAIR: usize = 256 / ALPHABET.len() * ALPHABET.len();

/// A token of 256 bits: what its bearer holds, and what the store holds.
pub(crate) fn fresh() -> Result<(String, [u8; 32]), StoreError> {
    let bytes: [u8; 32] = random()?;
    let shown = hex(&bytes);
    let stored = stored_form(&shown);
    Ok((shown, stored))
}

/// What the store holds of a secret.
pub(crate) fn stored_form(shown: &str) -> [u8; 32] {
    Sha256::digest(shown.as_bytes()).into()
}

/// A code a person can read over the phone.
pub(crate) fn fresh_code() -> Result<String, StoreError> {
    let mut code = String::with_capacity(CODE_LENGTH);
    while code.len() < CODE_LENGTH {
        let drawn: [u8; 16] = random()?;
        let fair = drawn.into_iter().map(usize::from).filter(|byte| *byte < FAIR);
        let letters = fair.map(|byte| char::from(ALPHABET[byte % ALPHABET.len()]));
        code.extend(letters.take(CODE_LENGTH - code.len()));
    }
    Ok(code)
}

/// The code a person typed, as it was made: case, spaces and dashes are forgiven. `None`: no code is written so.
pub(crate) fn read_code(typed: &str) -> Option<String> {
    let letters = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '.'));
    let code: String = letters.take(CODE_LENGTH + 1).flat_map(char::to_uppercase).collect();
    let known = |byte| ALPHABET.contains(&byte);
    (code.len() == CODE_LENGTH && code.bytes().all(known)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (one, other) = (fresh().unwrap(), fresh().unwrap());
        assert_eq!(one.0.len(), 64);
        assert_ne!(one.0, other.0);
        assert_eq!(stored_form(&one.0), one.1);
    }

    #[test]
    fn a_code_reads_back_however_it_is_typed_and_nothing_else_does() {
        for _ in 0..100 {
            let code = fresh_code().unwrap();
            let spoken = format!(" {}-{} ", code[..4].to_lowercase(), &code[4..]);
            assert_eq!(read_code(&spoken), Some(code));
        }
        for typed in ["", "K7MQ-2XV", "K7MQ-2XVDD", "K7MQ-2XV0", "K7MQ-2XVÉ", "K7MQ_2XVD"] {
            assert_eq!(read_code(typed), None, "{typed}");
        }
    }
}
