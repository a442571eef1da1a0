//! What unlocks a device, played by the browser: a finger that is the right one, or is not. Chromium only.

use serde_json::json;

use super::Tablet;

impl Tablet {
    /// Gives this tablet what makes and keeps passkeys, and a person whose finger is always there and is the right one.
    pub async fn give_authenticator(&self) {
        self.cdp("WebAuthn.enable", json!({ "enableUI": false })).await;
        let options = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserVerified": true, "automaticPresenceSimulation": true,
        });
        self.cdp("WebAuthn.addVirtualAuthenticator", json!({ "options": options })).await;
    }

    /// Takes it away, with all it keeps.
    pub async fn take_authenticator(&self) {
        self.cdp("WebAuthn.disable", json!({})).await;
    }
}
