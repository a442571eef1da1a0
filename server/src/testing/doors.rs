//! The doors where what strangers say is read, for whoever knocks on them with what nobody would say.

use axum::http::{HeaderMap, HeaderValue, header};
use domain::wire::{owners::Owner, people::NewPlace};

use crate::access::{session, token, typed};

/// A code of pairing, however it is typed.
#[must_use]
pub fn code(typed: &str) -> Option<String> {
    token::read_code(typed)
}

/// A name, as it is kept.
#[must_use]
pub fn name(text: &str) -> Option<String> {
    typed::name(text).ok()
}

/// An address of mail, as it is kept.
#[must_use]
pub fn email(text: &str) -> Option<String> {
    typed::email(text).ok().map(|email| email.to_string())
}

/// Whether a password may be chosen beside a name.
#[must_use]
pub fn password(text: &str, beside: &str) -> bool {
    typed::password(text.to_owned(), &[beside]).is_ok()
}

/// A place, as it is kept.
#[must_use]
pub fn place(described: &NewPlace) -> Option<NewPlace> {
    typed::place(described).ok()
}

/// A community, as it is kept.
#[must_use]
pub fn owner(described: &Owner) -> Option<Owner> {
    typed::owner(described).ok()
}

/// Whether a header of cookies carries a session's token.
#[must_use]
pub fn has_token(cookies: &[u8]) -> bool {
    let Ok(cookies) = HeaderValue::from_bytes(cookies) else { return false };
    let host = HeaderValue::from_static("127.0.0.1:8080");
    let headers: HeaderMap = [(header::HOST, host), (header::COOKIE, cookies)].into_iter().collect();
    session::token(&headers).is_some()
}
