//! Who may open a device, each with a code of their own, and how often they may be wrong.

use base64ct::{Base64, Encoding};
use domain::{json, time::Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    code::{Code, Effort},
    key::Key,
};

const LONGEST_NAME: usize = 40;
const SALT: usize = 16;
/// Wrong codes that cost nothing but the typing: fingers are wet.
const FREE: u32 = 3;
/// How many wrong codes in a row end all codes of the device.
pub const LETS_IN_AFTER: u32 = 10;
const FIRST_WAIT_MS: i64 = 5_000;
const LONGEST_WAIT_MS: i64 = 5 * 60_000;

/// Somebody who uses the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// As colleagues call them.
    pub name: String,
    salt: String,
    effort: Effort,
    /// The device's key, closed under what the code makes.
    wrapped: String,
}

/// The record of codes of one place on one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyring {
    /// Names the key, here and on the server.
    pub key: String,
    /// The place, for eyes.
    pub place: String,
    /// The cache that the key closes, to be forgotten with it.
    pub cache: String,
    /// Who may open it.
    pub people: Vec<Person>,
    /// Wrong codes since the last right one.
    #[serde(default)]
    wrong: u32,
    /// When the last one was typed, as the device believes.
    #[serde(default)]
    wrong_at: Timestamp,
}

/// Why a code did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is another. So many more may be tried.
    Wrong {
        /// At least one.
        left: u32,
    },
    /// Not before this time has passed.
    Wait {
        /// At least one millisecond.
        ms: i64,
    },
    /// One too many: there are no codes on this device any more. Somebody of the place has to come in with the network.
    NoMore,
    /// The device has no memory to try it.
    NoMemory,
}

/// Why somebody cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPerson {
    /// No name, or one that does not fit.
    #[error("no name that fits")]
    Name,
    /// Somebody here is called so.
    #[error("somebody is called so")]
    Known,
    /// The device has no memory to make the code safe.
    #[error("not enough memory")]
    NoMemory,
}

impl Keyring {
    /// An empty one for the key called `key`.
    #[must_use]
    pub fn new(key: String, place: String, cache: String) -> Self {
        Self { key, place, cache, people: Vec::new(), wrong: 0, wrong_at: Timestamp(0) }
    }

    /// Reads a record; `None` when it is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        json::read(text.as_bytes()).ok()
    }

    /// The record.
    #[must_use]
    pub fn to_text(&self) -> String {
        // Plain values: they always encode.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Adds somebody with their code.
    ///
    /// # Errors
    /// [`BadPerson`]
    pub fn add(
        &mut self,
        name: &str,
        code: &Code,
        key: &Key,
        chance: fn(&mut [u8]),
    ) -> Result<(), BadPerson> {
        let name = name.trim();
        if !(1..=LONGEST_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return Err(BadPerson::Name);
        }
        if self.people.iter().any(|person| person.name.to_lowercase() == name.to_lowercase()) {
            return Err(BadPerson::Known);
        }
        let mut salt = [0; SALT];
        chance(&mut salt);
        let stretched = Effort::TODAY.stretch(code, &salt).ok_or(BadPerson::NoMemory)?;
        let bytes = Zeroizing::new(Base64::decode_vec(&key.to_text()).unwrap_or_default());
        let wrapped = Key::of(stretched).close(&self.key, &bytes, chance);
        self.people.push(Person {
            name: name.to_owned(),
            salt: Base64::encode_string(&salt),
            effort: Effort::TODAY,
            wrapped: Base64::encode_string(&wrapped),
        });
        Ok(())
    }

    /// Takes somebody's code away. Whether they had one.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.people.len();
        self.people.retain(|person| person.name != name);
        self.people.len() < before
    }

    /// How long nobody may try.
    #[must_use]
    pub fn wait_ms(&self, now: Timestamp) -> i64 {
        if self.wrong < FREE {
            return 0;
        }
        let doubled = FIRST_WAIT_MS.saturating_mul(1 << (self.wrong - FREE).min(16));
        let wait = doubled.min(LONGEST_WAIT_MS);
        // A clock that was set back makes nobody wait longer than they had to.
        (self.wrong_at.0.saturating_add(wait) - now.0).clamp(0, wait)
    }

    /// Tries a code. The record changes either way: keep it before the answer is shown.
    ///
    /// # Errors
    /// [`Refused`]
    pub fn open(&mut self, name: &str, code: &Code, now: Timestamp) -> Result<Key, Refused> {
        let wait = self.wait_ms(now);
        if wait > 0 {
            return Err(Refused::Wait { ms: wait });
        }
        if self.people.is_empty() {
            return Err(Refused::NoMore);
        }
        let Some(person) = self.people.iter().find(|person| person.name == name) else {
            // Another page took their code away since the names were shown.
            return Err(Refused::Wrong { left: LETS_IN_AFTER - self.wrong });
        };
        let salt = Base64::decode_vec(&person.salt).unwrap_or_default();
        let stretched = person.effort.stretch(code, &salt).ok_or(Refused::NoMemory)?;
        let wrapped = Base64::decode_vec(&person.wrapped).unwrap_or_default();
        let opened = Key::of(stretched).open(&self.key, &wrapped);
        let key = opened.and_then(|bytes| Key::of_text(&Base64::encode_string(&Zeroizing::new(bytes))));
        match key {
            Some(key) => {
                self.wrong = 0;
                Ok(key)
            }
            None => Err(self.was_wrong(now)),
        }
    }

    fn was_wrong(&mut self, now: Timestamp) -> Refused {
        self.wrong += 1;
        self.wrong_at = now;
        if self.wrong < LETS_IN_AFTER {
            return Refused::Wrong { left: LETS_IN_AFTER - self.wrong };
        }
        // The key is wrapped nowhere on this device any more.
        self.people.clear();
        self.wrong = 0;
        Refused::NoMore
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        static DRAWN: Cell<u64> = const { Cell::new(1) };
    }

    /// Never twice the same, and the same in each run.
    pub(crate) fn chance(bytes: &mut [u8]) {
        for byte in bytes {
            let next =
                DRAWN.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            DRAWN.set(next);
            *byte = next.to_be_bytes()[0];
        }
    }

    fn code(text: &str) -> Code {
        Code::typed(text).unwrap()
    }

    fn with_two(key: &Key) -> Keyring {
        let mut keyring = Keyring::new("k1".into(), "Cuisine".into(), "cache-v1-site".into());
        keyring.add(" Nadia ", &code("271828"), key, chance).unwrap();
        keyring.add("Paul", &code("314159"), key, chance).unwrap();
        keyring
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1_000)
    }

    #[test]
    fn each_opens_the_one_key_with_their_own_code() {
        let key = Key::drawn(chance);
        let mut keyring = Keyring::read(&with_two(&key).to_text()).unwrap();
        assert_eq!(*keyring.open("Nadia", &code("271828"), at(0)).ok().unwrap().to_text(), *key.to_text());
        assert_eq!(*keyring.open("Paul", &code("314159"), at(0)).ok().unwrap().to_text(), *key.to_text());
        assert_eq!(keyring.open("Paul", &code("271828"), at(0)).err(), Some(Refused::Wrong { left: 9 }));
        assert!(keyring.open("Paul", &code("314159"), at(0)).is_ok(), "and a right one makes up for it");
        assert_eq!(keyring.open("Paul", &code("271828"), at(0)).err(), Some(Refused::Wrong { left: 9 }));
        assert!(!keyring.to_text().contains("271828"));
    }

    #[test]
    fn wrong_codes_cost_more_and_more_time_and_the_tenth_all_codes() {
        let key = Key::drawn(chance);
        let mut keyring = with_two(&key);
        let mut now = 0;
        let mut waits = Vec::new();
        for left in (1..LETS_IN_AFTER).rev() {
            assert_eq!(keyring.open("Nadia", &code("000001"), at(now)).err(), Some(Refused::Wrong { left }));
            let wait = keyring.wait_ms(at(now)) / 1_000;
            waits.push(wait);
            if wait > 0 {
                let early = keyring.open("Nadia", &code("271828"), at(now + wait - 1)).err();
                assert_eq!(early, Some(Refused::Wait { ms: 1_000 }), "not even the right one");
                assert_eq!(
                    keyring.wait_ms(at(now - 99_999)),
                    wait * 1_000,
                    "a clock set back changes nothing"
                );
            }
            now += wait;
        }
        assert_eq!(waits, [0, 0, 5, 10, 20, 40, 80, 160, 300]);
        assert_eq!(keyring.open("Nadia", &code("000001"), at(now)).err(), Some(Refused::NoMore));
        assert_eq!(keyring.open("Paul", &code("314159"), at(now)).err(), Some(Refused::NoMore));
        assert!(!keyring.to_text().contains("wrapped"), "the key is nowhere in it");
    }

    #[test]
    fn names_are_short_and_told_apart() {
        let key = Key::drawn(chance);
        let mut keyring = with_two(&key);
        for (name, why) in [
            ("", BadPerson::Name),
            ("a\nb", BadPerson::Name),
            (&"n".repeat(41), BadPerson::Name),
            ("nadia", BadPerson::Known),
        ] {
            assert_eq!(keyring.add(name, &code("998877"), &key, chance), Err(why));
        }
        assert!(keyring.remove("Nadia") && !keyring.remove("Nadia"));
        let refused = keyring.open("Nadia", &code("271828"), at(0)).err();
        assert_eq!(refused, Some(Refused::Wrong { left: LETS_IN_AFTER }), "which counts for nothing");
    }

    #[test]
    fn what_is_not_a_record_is_none() {
        for text in ["", "{}", "[1]", "{\"key\":1}"] {
            assert!(Keyring::read(text).is_none());
        }
    }
}
