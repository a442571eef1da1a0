//! The key of a device, and what it closes: XChaCha20-Poly1305, a random nonce before each text.

use base64ct::{Base64, Encoding};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use replica::sealing::Cipher;
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// 256 bits. Leaves memory when it is dropped.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// A new one, from `chance`.
    #[must_use]
    pub fn drawn(chance: fn(&mut [u8])) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        chance(bytes.as_mut());
        Self(bytes)
    }

    pub(crate) fn of(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// As the server keeps it: base64.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(Base64::encode_string(self.0.as_ref()))
    }

    /// Back from the server; `None` when it is none.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(Base64::decode_vec(text).ok()?);
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return None;
        }
        key.copy_from_slice(&bytes);
        Some(Self(key))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.as_ref().into())
    }

    pub(crate) fn close(&self, about: &str, open: &[u8], chance: fn(&mut [u8])) -> Vec<u8> {
        let mut closed = vec![0; NONCE];
        chance(&mut closed);
        let nonce = *XNonce::from_slice(&closed);
        let payload = Payload { msg: open, aad: about.as_bytes() };
        // The cipher refuses texts of 256 GiB alone.
        closed.extend(self.cipher().encrypt(&nonce, payload).unwrap_or_default());
        closed
    }

    pub(crate) fn open(&self, about: &str, closed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, closed) = closed.split_at_checked(NONCE)?;
        let payload = Payload { msg: closed, aad: about.as_bytes() };
        self.cipher().decrypt(XNonce::from_slice(nonce), payload).ok()
    }
}

/// A key with its name, at work on a device.
pub struct Vault {
    name: String,
    key: Key,
    chance: fn(&mut [u8]),
}

impl Vault {
    /// The key of the keyring called `name`.
    #[must_use]
    pub fn new(name: &str, key: Key, chance: fn(&mut [u8])) -> Self {
        Self { name: name.to_owned(), key, chance }
    }
}

impl Cipher for Vault {
    fn name(&self) -> &str {
        &self.name
    }

    fn close(&self, about: &str, open: &[u8]) -> Vec<u8> {
        self.key.close(about, open, self.chance)
    }

    fn open(&self, about: &str, closed: &[u8]) -> Option<Vec<u8>> {
        self.key.open(about, closed)
    }

    fn text_of(&self, closed: &[u8]) -> String {
        Base64::encode_string(closed)
    }

    fn bytes_of(&self, text: &str) -> Option<Vec<u8>> {
        Base64::decode_vec(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keyring::tests::chance;

    #[test]
    fn closing_fills_no_text_with_itself() {
        let key = Key::drawn(chance);
        let closed = key.close("draft/1", b"deux kilos", chance);
        assert!(!closed.windows(4).any(|part| b"deux kilos".windows(4).any(|open| open == part)));
        assert_ne!(closed, key.close("draft/1", b"deux kilos", chance), "never twice alike");
    }

    proptest! {
        #[test]
        fn what_is_closed_opens_whole_under_its_key_and_name_alone(
            open in prop::collection::vec(any::<u8>(), 0..200),
            about in "[a-z/]{0,8}",
            at in any::<prop::sample::Index>(),
        ) {
            let key = Key::drawn(chance);
            let mut closed = key.close(&about, &open, chance);
            prop_assert_eq!(key.open(&about, &closed), Some(open));
            prop_assert_eq!(key.open("another", &closed), None);
            prop_assert_eq!(Key::drawn(chance).open(&about, &closed), None);
            prop_assert_eq!(key.open(&about, &closed[..closed.len() - 1]), None);
            let at = at.index(closed.len());
            closed[at] ^= 1;
            prop_assert_eq!(key.open(&about, &closed), None);
            let again = Key::of_text(&key.to_text()).unwrap();
            closed[at] ^= 1;
            prop_assert!(again.open(&about, &closed).is_some());
        }
    }
}
