//! Passkeys: what `navigator.credentials` makes and shows (WebAuthn level 3).
//!
//! Options and credentials travel as JSON, bytes in base64url. A browser that reads and writes that by itself is left to do
//! so; for an older one the bytes are turned here, at the places where the standard has them.

use base64ct::{Base64UrlUnpadded, Encoding};
use js_sys::{Array, Function, JSON, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Why no passkey came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyTrouble {
    /// The person gave up, let it wait too long, or has no key here: browsers do not tell which.
    GaveUp,
    /// This device has one for that account already.
    HasOne,
    /// The browser or the device cannot.
    Unsupported,
    /// The browser makes none at this address.
    WrongAddress,
    /// Something else.
    Failed,
}

/// Whether this browser makes passkeys here: it knows them, and the address has a name. They are bound to one, and a number
/// is none.
#[must_use]
pub fn is_possible() -> bool {
    let host = web_sys::window().and_then(|window| window.location().hostname().ok()).unwrap_or_default();
    class().is_some() && has_name(&host)
}

fn has_name(host: &str) -> bool {
    !host.starts_with('[') && host.contains(|c: char| c.is_ascii_alphabetic())
}

/// Makes a passkey. `options` are the server's; what comes back is for the server.
///
/// # Errors
/// [`PasskeyTrouble`]
pub async fn make(options: &str) -> Result<String, PasskeyTrouble> {
    ask("create", "parseCreationOptionsFromJSON", options).await
}

/// Has somebody show a passkey. As [`make`].
///
/// # Errors
/// [`PasskeyTrouble`]
pub async fn show(options: &str) -> Result<String, PasskeyTrouble> {
    ask("get", "parseRequestOptionsFromJSON", options).await
}

async fn ask(deed: &str, reader: &str, options: &str) -> Result<String, PasskeyTrouble> {
    let options = JSON::parse(options).map_err(trouble)?;
    let request = Object::new();
    put(&request, "publicKey", &read(reader, options)?)?;
    let navigator = web_sys::window().ok_or(PasskeyTrouble::Unsupported)?.navigator();
    let credentials = field(&navigator, "credentials").ok_or(PasskeyTrouble::Unsupported)?;
    let deed = method(&credentials, deed).ok_or(PasskeyTrouble::Unsupported)?;
    let promise: Promise = deed.call1(&credentials, &request).map_err(trouble)?.unchecked_into();
    let credential = JsFuture::from(promise).await.map_err(trouble)?;
    if credential.is_null() {
        return Err(PasskeyTrouble::GaveUp);
    }
    let json = written(&credential).map_err(trouble)?;
    JSON::stringify(&json).map(String::from).map_err(trouble)
}

/// `PublicKeyCredential`, in a browser that knows passkeys.
fn class() -> Option<JsValue> {
    field(web_sys::window()?.as_ref(), "PublicKeyCredential")
}

/// Options as the browser takes them.
fn read(reader: &str, options: JsValue) -> Result<JsValue, PasskeyTrouble> {
    let class = class().ok_or(PasskeyTrouble::Unsupported)?;
    match method(&class, reader) {
        Some(reader) => reader.call1(&class, &options).map_err(trouble),
        None => {
            to_bytes(&options, "challenge")?;
            field(&options, "user").map_or(Ok(()), |user| to_bytes(&user, "id"))?;
            for list in ["excludeCredentials", "allowCredentials"] {
                for key in field(&options, list).iter().flat_map(|list| Array::from(list).to_vec()) {
                    to_bytes(&key, "id")?;
                }
            }
            Ok(options)
        }
    }
}

/// A credential as it travels.
fn written(credential: &JsValue) -> Result<JsValue, JsValue> {
    if let Some(to_json) = method(credential, "toJSON") {
        return to_json.call0(credential);
    }
    let json = Object::new();
    for name in ["id", "type"] {
        Reflect::set(&json, &name.into(), &Reflect::get(credential, &name.into())?)?;
    }
    to_text(credential, "rawId", &json)?;
    let results = method(credential, "getClientExtensionResults").map(|results| results.call0(credential));
    Reflect::set(
        &json,
        &"clientExtensionResults".into(),
        &results.unwrap_or_else(|| Ok(Object::new().into()))?,
    )?;
    let (answer, response) = (Reflect::get(credential, &"response".into())?, Object::new());
    for name in ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"] {
        to_text(&answer, name, &response)?;
    }
    Reflect::set(&json, &"response".into(), &response)?;
    Ok(json.into())
}

/// Turns a text in base64url into the bytes it says, where it stands.
fn to_bytes(of: &JsValue, name: &str) -> Result<(), PasskeyTrouble> {
    let Some(text) = field(of, name).and_then(|text| text.as_string()) else { return Ok(()) };
    let bytes = Base64UrlUnpadded::decode_vec(&text).map_err(|_| PasskeyTrouble::Failed)?;
    put(of.unchecked_ref(), name, &Uint8Array::from(&bytes[..]))
}

/// Writes the bytes of one object into another, in base64url; nothing, where there are none.
fn to_text(of: &JsValue, name: &str, into: &Object) -> Result<(), JsValue> {
    let Some(bytes) = field(of, name) else { return Ok(()) };
    let text = Base64UrlUnpadded::encode_string(&Uint8Array::new(&bytes).to_vec());
    Reflect::set(into, &name.into(), &text.into()).map(drop)
}

/// What an object has under a name.
fn field(of: &JsValue, name: &str) -> Option<JsValue> {
    let found = Reflect::get(of, &name.into()).ok()?;
    (!found.is_undefined() && !found.is_null()).then_some(found)
}

fn method(of: &JsValue, name: &str) -> Option<Function> {
    field(of, name)?.dyn_into().ok()
}

fn put(into: &Object, name: &str, value: &JsValue) -> Result<(), PasskeyTrouble> {
    Reflect::set(into, &name.into(), value).map(drop).map_err(trouble)
}

/// What the browser threw (WebAuthn level 3, 5.1.3 and 5.1.4).
fn trouble(thrown: JsValue) -> PasskeyTrouble {
    let name = field(&thrown, "name").and_then(|name| name.as_string()).unwrap_or_default();
    match name.as_str() {
        "NotAllowedError" | "AbortError" => PasskeyTrouble::GaveUp,
        "InvalidStateError" => PasskeyTrouble::HasOne,
        "NotSupportedError" | "ConstraintError" => PasskeyTrouble::Unsupported,
        "SecurityError" => PasskeyTrouble::WrongAddress,
        _ => PasskeyTrouble::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_no_name() {
        assert!(has_name("localhost") && has_name("hub.example"));
        assert!(!has_name("127.0.0.1") && !has_name("[::1]") && !has_name(""));
    }
}
