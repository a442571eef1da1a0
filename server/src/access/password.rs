//! Passwords: argon2id with OWASP's parameters, off the threads that answer, a few at a time.

use std::sync::{Arc, OnceLock};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::store::{StoreError, random};

/// 19 MiB, two passes, one lane: OWASP's recommendation for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Each takes 19 MiB and tens of milliseconds of one core: more at once would only make everybody wait.
const AT_ONCE: usize = 2;
/// Longer ones are cut nowhere: they are refused, so that nobody pays for hashing a book.
pub const LONGEST: usize = 256;

/// A password could not be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct NotHashed;

fn argon2id() -> Result<Argon2<'static>, NotHashed> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| NotHashed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password, with a salt of its own, as a PHC string.
///
/// # Errors
/// When the machine has no random bytes, or not 19 MiB.
pub fn hash(password: &str) -> Result<String, NotHashed> {
    let hashed: PasswordHash = argon2id()?.hash_password(password.as_bytes()).map_err(|_| NotHashed)?;
    Ok(hashed.to_string())
}

fn derived(text: &str, salt: &[u8]) -> Result<Vec<u8>, NotHashed> {
    let mut hash = vec![0; 32];
    argon2id()?.hash_password_into(text.as_bytes(), salt, &mut hash).map_err(|_| NotHashed)?;
    Ok(hash)
}

fn matches(password: &str, stored: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else { return false };
    argon2id().is_ok_and(|argon2id| argon2id.verify_password(password.as_bytes(), &parsed).is_ok())
}

/// Checks passwords, a few at a time.
pub(crate) struct Passwords {
    places: Arc<Semaphore>,
    nobodys: Arc<OnceLock<String>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), nobodys: Arc::default() }
    }
}

impl Passwords {
    /// Hashes a password somebody chose.
    pub(crate) async fn hash(&self, password: String) -> Result<String, StoreError> {
        let _place = self.places.clone().acquire_owned().await.map_err(|_| StoreError::Stopped)?;
        let hashed = tokio::task::spawn_blocking(move || hash(&password)).await;
        hashed.map_err(|_| StoreError::Stopped)?.map_err(|_| StoreError::Stopped)
    }

    /// The hashes of texts under one salt: a text is found again by the hash of what somebody types.
    pub(crate) async fn derive(&self, texts: Vec<String>, salt: Vec<u8>) -> Result<Vec<Vec<u8>>, StoreError> {
        let _place = self.places.clone().acquire_owned().await.map_err(|_| StoreError::Stopped)?;
        let derive = move || texts.iter().map(|text| derived(text, &salt)).collect::<Result<Vec<_>, _>>();
        let derived = tokio::task::spawn_blocking(derive).await;
        derived.map_err(|_| StoreError::Stopped)?.map_err(|_| StoreError::Stopped)
    }

    /// Whether `password` is the one `stored` was made of. Without a stored one the answer is no, at the same cost: how
    /// long it takes does not tell whether an address has an account.
    pub(crate) async fn check(&self, password: String, stored: Option<String>) -> Result<bool, StoreError> {
        let _place = self.places.clone().acquire_owned().await.map_err(|_| StoreError::Stopped)?;
        let nobodys = Arc::clone(&self.nobodys);
        let check = move || match stored {
            Some(stored) => Ok(password.len() <= LONGEST && matches(&password, &stored)),
            None => {
                let other = match nobodys.get() {
                    Some(other) => other,
                    None => nobodys.get_or_init(|| nobodys_hash().unwrap_or_default()),
                };
                matches(&password[..password.floor_char_boundary(LONGEST)], other);
                Ok(false)
            }
        };
        tokio::task::spawn_blocking(check).await.map_err(|_| StoreError::Stopped)?
    }
}

/// The hash of a password that nobody has.
fn nobodys_hash() -> Option<String> {
    let bytes: [u8; 16] = random().ok()?;
    hash(&domain::command::hex(&bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches_and_two_hashes_of_it_differ() {
        let stored = hash("un mot de passe").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_ne!(stored, hash("un mot de passe").unwrap());
        let passwords = Passwords::default();
        assert!(passwords.check("un mot de passe".into(), Some(stored.clone())).await.unwrap());
        assert!(!passwords.check("Un mot de passe".into(), Some(stored.clone())).await.unwrap());
        assert!(!passwords.check("un mot de passe".into(), None).await.unwrap());
        assert!(!passwords.check("é".repeat(200), Some(stored)).await.unwrap());
        assert!(!passwords.check("x".into(), Some("not a hash".into())).await.unwrap());
    }
}
