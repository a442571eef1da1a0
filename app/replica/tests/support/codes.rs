//! Codes of a shared tablet: who has one, and what they do with it.

use std::{cell::Cell, rc::Rc};

use domain::time::Timestamp;
use replica::{
    cache::CacheName,
    locking::Recoded,
    ports::StorageError,
    sealing::{Seal, Sealer},
};
use vault::{Code, Key, Keyring, Refused, Vault};

use super::{
    run,
    tablet::Tablet,
    world::{SITE, kitchen},
};

thread_local! {
    static DRAWN: Cell<u64> = const { Cell::new(1) };
}

/// Never twice the same, and the same in each run.
pub fn chance(bytes: &mut [u8]) {
    for byte in bytes {
        let next =
            DRAWN.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        DRAWN.set(next);
        *byte = next.to_be_bytes()[0];
    }
}

pub fn seal(name: &str, key: &Key) -> Rc<dyn Seal> {
    Rc::new(Sealer(Vault::new(name, key.clone(), chance)))
}

pub fn code(text: &str) -> Code {
    Code::typed(text).unwrap()
}

pub const NADIA: &str = "271828";

/// The cache of the kitchen of the stories.
pub fn cache() -> CacheName {
    CacheName::of(&kitchen(SITE))
}

/// Nadia chooses a code on a tablet; the key, as the server keeps it.
pub fn locks(tablet: &Tablet) -> Key {
    locks_with(tablet, "k1").unwrap()
}

/// The same under a key of that name.
pub fn locks_with(tablet: &Tablet, name: &str) -> Result<Key, StorageError> {
    let key = Key::drawn(chance);
    let cache = tablet.replica.cache_name().unwrap().to_string();
    let mut keyring = Keyring::new(name.into(), "Cuisine du collège".into(), cache);
    keyring.add("Nadia", &code(NADIA), &key, chance).unwrap();
    run(tablet.replica.seal(seal(name, &key), name, keyring.to_text()))?;
    Ok(key)
}

/// The codes that lie on a tablet, and their record.
pub fn keyring(tablet: &Tablet) -> (Keyring, String) {
    let text = tablet.replica.keyring(None).or_else(|| tablet.replica.keyring_here()).unwrap();
    (Keyring::read(&text).unwrap(), text)
}

pub fn recoded(keyring: &Keyring, before: String) -> Recoded {
    Recoded { key: keyring.key.clone(), before, after: keyring.to_text() }
}

/// Types a code on the locked screen, as the application does.
pub fn types(tablet: &Tablet, digits: &str) -> Result<(), Refused> {
    let (mut keyring, before) = keyring(tablet);
    let opened = keyring.open("Nadia", &code(digits), Timestamp(1_000_000_000));
    assert!(run(tablet.replica.keep_keyring(recoded(&keyring, before))).unwrap());
    let cache = CacheName::parse(&keyring.cache).unwrap();
    run(tablet.replica.unlock(seal(&keyring.key, &opened?), &keyring.key, &cache)).unwrap();
    Ok(())
}

/// Somebody forgot their code: the device is left to who comes in with the network.
pub fn leaves(tablet: &Tablet) -> bool {
    let (keyring, before) = keyring(tablet);
    let cache = CacheName::parse(&keyring.cache);
    run(tablet.replica.leave_locked(Some(recoded(&keyring, before)), cache)).unwrap()
}
