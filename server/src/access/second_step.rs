//! A second step: six digits that an application and this server reckon from one secret and the time (RFC 6238), or a
//! recovery code where the application is lost.

use domain::{command::hex, time::Timestamp};
use totp_rs::{Builder, Secret, Totp};

use super::token;
use crate::store::{StoreError, random};

/// As many bits as the hash that is used: RFC 4226, R6.
const SECRET_BYTES: usize = 20;
const DIGITS: usize = 6;
/// One step of thirty seconds either way: what clocks of telephones and slow fingers need.
const DRIFT_STEPS: u16 = 1;
/// How many times somebody may come in without the application.
const RECOVERY_CODES: usize = 10;
/// What applications show above the code.
const ISSUER: &str = "Mercuriale";

/// What somebody typed in answer to the second step.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// What the application shows.
    Digits(String),
    /// One of the codes that were handed over for the day it is lost.
    Recovery(String),
}

/// Reads what somebody typed: spaces and dashes are forgiven. `None`: no code is written so.
pub(crate) fn read(typed: &str) -> Option<Typed> {
    let bare: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(DIGITS + 1).collect();
    if bare.len() == DIGITS && bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Typed::Digits(bare));
    }
    token::read_code(typed).map(Typed::Recovery)
}

/// A secret nobody knows yet.
pub(crate) fn fresh_secret() -> Result<Vec<u8>, StoreError> {
    random::<SECRET_BYTES>().map(Vec::from)
}

/// Recovery codes nobody knows yet.
pub(crate) fn fresh_recovery_codes() -> Result<Vec<String>, StoreError> {
    (0..RECOVERY_CODES).map(|_| token::fresh_code()).collect()
}

/// The step of time whose code this is, at `now` or one step beside.
pub(crate) fn step_of(secret: &[u8], digits: &str, now: Timestamp) -> Option<u64> {
    totp(secret).check(digits, seconds(now))
}

/// What the application shows at `at`: for tests, which hold the secret as it does.
#[cfg(test)]
pub(crate) fn code_at(secret: &[u8], at: Timestamp) -> String {
    totp(secret).generate(seconds(at)).to_string()
}

fn totp(secret: &[u8]) -> Totp {
    let secret = Secret::from(secret.to_vec());
    // Its checks are about lengths that are ours: twenty bytes, six digits.
    Builder::new().with_secret(secret).with_skew(DRIFT_STEPS).build_noncompliant()
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.0 / 1_000).unwrap_or(0)
}

/// The secret as a person types it into an application: base 32, in groups of four.
pub(crate) fn in_groups(secret: &[u8]) -> String {
    let letters: Vec<char> = base32(secret).chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

/// What an application of codes reads from the square.
pub(crate) fn address(secret: &[u8], email: &str) -> String {
    let secret = base32(secret);
    format!("otpauth://totp/{ISSUER}:{}?secret={secret}&issuer={ISSUER}", escaped(email))
}

fn base32(secret: &[u8]) -> String {
    Secret::from(secret.to_vec()).to_base32()
}

/// What an address may hold as it is; the rest, byte by byte.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{}", hex(&[byte])) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, in six digits.
        let secret = b"12345678901234567890";
        for (at, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let now = Timestamp(at * 1_000);
            assert_eq!(step_of(secret, code, now), Some(u64::try_from(at / 30).unwrap()));
            assert_eq!(code_at(secret, now), code);
            assert!(step_of(secret, code, now.plus_ms(30_000)).is_some(), "a slow finger");
            assert!(step_of(secret, code, now.plus_ms(-30_000)).is_some(), "a fast clock");
            assert_eq!(step_of(secret, code, now.plus_ms(90_000)), None);
        }
        assert_eq!(step_of(secret, "28708", Timestamp(59_000)), None);
    }

    #[test]
    fn an_application_reads_the_secret_from_its_address() {
        assert_eq!(in_groups(b"12345678901234567890"), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            address(b"12345678901234567890", "anne+roux@x.example"),
            "otpauth://totp/Mercuriale:anne%2broux@x.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Mercuriale"
        );
    }

    #[test]
    fn digits_and_recovery_codes_are_told_apart() {
        assert_eq!(read(" 287 082 "), Some(Typed::Digits("287082".into())));
        assert_eq!(read("k7mq-2xvd"), Some(Typed::Recovery("K7MQ2XVD".into())));
        for typed in ["", "28708", "2870821", "abcdef"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
