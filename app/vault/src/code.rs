//! The code a person types: six digits, on keys large enough for wet hands.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// As many digits as a telephone asks for: a million codes, of which ten may be tried here.
const DIGITS: usize = 6;

/// A code that may be chosen.
pub struct Code(Zeroizing<String>);

/// Why a code may not be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// Not six digits.
    #[error("not six digits")]
    NotSixDigits,
    /// One of those tried first: one digit repeated, or digits in a row.
    #[error("among the first that would be tried")]
    TooEasy,
}

impl Code {
    /// Reads what was typed.
    ///
    /// # Errors
    /// [`BadCode::NotSixDigits`]
    pub fn typed(text: &str) -> Result<Self, BadCode> {
        let digits = text.trim();
        let fits = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(Self(Zeroizing::new(digits.to_owned()))) } else { Err(BadCode::NotSixDigits) }
    }

    /// Reads a code somebody chooses.
    ///
    /// # Errors
    /// [`BadCode`]
    pub fn chosen(text: &str) -> Result<Self, BadCode> {
        let code = Self::typed(text)?;
        let steps: Vec<i16> =
            code.0.as_bytes().windows(2).map(|pair| i16::from(pair[1]) - i16::from(pair[0])).collect();
        let in_a_row = |step: i16| steps.iter().all(|at| *at == step || *at == -9 * step);
        if steps.iter().all(|at| *at == 0) || in_a_row(1) || in_a_row(-1) {
            return Err(BadCode::TooEasy);
        }
        Ok(code)
    }
}

/// How hard it is made to try codes on another machine. Kept with each person, so that it can be raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Effort {
    /// KiB.
    memory: u32,
    passes: u32,
}

impl Effort {
    /// OWASP's recommendation for argon2id: a second on a slow tablet.
    pub(crate) const TODAY: Self = Self { memory: 19 * 1024, passes: 2 };

    /// What argon2id makes of a code; `None` where there is no memory for it.
    pub(crate) fn stretch(self, code: &Code, salt: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        let params = Params::new(self.memory, self.passes, 1, Some(32)).ok()?;
        let mut stretched = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(code.0.as_bytes(), salt, stretched.as_mut())
            .ok()?;
        Some(stretched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_that_are_not_the_first_to_be_tried() {
        for good in ["271828", "112233", " 904517 ", "121212"] {
            assert!(Code::chosen(good).is_ok(), "{good}");
        }
        for short in ["", "1234", "1234567", "12345a", "１２３４５６", "12 345"] {
            assert_eq!(Code::chosen(short).err(), Some(BadCode::NotSixDigits), "{short}");
        }
        for easy in ["000000", "777777", "123456", "456789", "654321", "567890", "098765", "890123"] {
            assert_eq!(Code::chosen(easy).err(), Some(BadCode::TooEasy), "{easy}");
        }
    }
}
