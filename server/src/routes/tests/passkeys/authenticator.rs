//! An authenticator in software, with the browser around it: makes keys and signs challenges as WebAuthn level 3 says
//! (6.1, 6.5, 7), on P-256, without attestation.

use base64ct::{Base64UrlUnpadded, Encoding};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Flags of authenticator data (6.1): somebody is there, and unlocked it; a key comes along.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const WITH_KEY: u8 = 0x40;

/// One key, and what can be told otherwise than it is.
#[derive(Clone)]
pub(super) struct Authenticator {
    /// Its private key.
    pub(super) pkcs8: Vec<u8>,
    /// As it names its key.
    pub(super) id: Vec<u8>,
    /// Whose the key is, in base64url; as the server called them when it was made.
    pub(super) user: String,
    /// How often it was used; one without a counter stays at zero.
    pub(super) counter: u32,
    /// The page that asks.
    pub(super) origin: String,
    /// The name of the server it takes that page's to be.
    pub(super) rp_id: String,
    /// Whether somebody unlocks it.
    pub(super) verifies: bool,
}

impl Authenticator {
    /// A new one, in a browser that shows the server at `localhost`.
    pub(super) fn new(number: u8) -> Self {
        let drawn = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new());
        Self {
            pkcs8: drawn.unwrap().as_ref().to_vec(),
            id: vec![number; 32],
            user: String::new(),
            counter: 0,
            origin: "http://localhost:8080".into(),
            rp_id: "localhost".into(),
            verifies: true,
        }
    }

    fn key(&self) -> EcdsaKeyPair {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.pkcs8, &SystemRandom::new()).unwrap()
    }

    /// Makes its key, as `navigator.credentials.create` asks: what `toJSON` gives.
    pub(super) fn makes(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        self.user = options["user"]["id"].as_str().unwrap().to_owned();
        let client_data = self.client_data("webauthn.create", &options);
        let mut data = self.data(WITH_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.public_key());
        // {"fmt": "none", "attStmt": {}, "authData": …}
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        attestation.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        attestation.extend(data);
        self.credential(&json!({
            "clientDataJSON": text(client_data.as_bytes()),
            "attestationObject": text(&attestation),
        }))
    }

    /// Signs a challenge, as `navigator.credentials.get` asks: what `toJSON` gives.
    pub(super) fn signs(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let client_data = self.client_data("webauthn.get", &options);
        let data = self.data(0);
        let signed = [&data[..], &Sha256::digest(client_data.as_bytes())].concat();
        let signature = self.key().sign(&SystemRandom::new(), &signed).unwrap();
        self.credential(&json!({
            "clientDataJSON": text(client_data.as_bytes()),
            "authenticatorData": text(&data),
            "signature": text(signature.as_ref()),
            "userHandle": self.user,
        }))
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        let (challenge, origin) = (&options["challenge"], &self.origin);
        json!({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false}).to_string()
    }

    /// Authenticator data up to the counter.
    fn data(&self, flags: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut data = Sha256::digest(self.rp_id.as_bytes()).to_vec();
        data.push(PRESENT | verified | flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// The public half, in COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}.
    fn public_key(&self) -> Vec<u8> {
        let key = self.key();
        let (x, y) = key.public_key().as_ref()[1..].split_at(32);
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", x, b"\x22\x58\x20", y].concat()
    }

    fn credential(&self, response: &Value) -> String {
        let id = text(&self.id);
        json!({"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}})
            .to_string()
    }
}

fn text(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}
