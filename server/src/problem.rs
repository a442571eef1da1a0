//! Two faces of an error: outward a status, a stable code and a French title (RFC 9457); inward the cause, logged once.

use axum::{
    Json,
    extract::rejection::{BytesRejection, JsonRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{receipt::Reason, wire};

use crate::{
    close_cycle::CloseError,
    store::{OwnerError, StoreError},
};

/// Why a request was not answered as asked.
#[derive(Debug)]
pub enum Problem {
    /// Nobody is signed in.
    NotSignedIn,
    /// Address and password do not go together. Which of the two is wrong is not said.
    BadCredentials,
    /// The password is right, and the account has a second step.
    SecondStepRequired,
    /// Not what passes the second step.
    BadSecondStep,
    /// Signed in, and the hub asks for more than was given.
    SecondStepDue,
    /// Who asks for more gives more first.
    SecondStepFirst,
    /// The second step is on already.
    SecondStepOn,
    /// No second step waits for its first code.
    SecondStepNotBegun,
    /// At this address no passkey works.
    PasskeysUnavailable,
    /// Not what a passkey was asked for, or none that is known.
    PasskeyRefused,
    /// A passkey of which there are two: it is ended.
    PasskeyCopied,
    /// What a passkey was asked for is over, or another browser's.
    PasskeyTooLate,
    /// The passkey is kept already.
    PasskeyKnown,
    /// More passkeys than a person needs.
    TooManyPasskeys,
    /// Too many wrong passwords; seconds to wait.
    TooManyAttempts(u64),
    /// Signed in, but not for this.
    NoRight,
    /// The request was made by another site's page.
    CrossSite,
    /// No such thing, or none for this person: the two are not told apart.
    NotFound,
    /// Not readable as what it should be; what is wrong with it.
    Malformed(String),
    /// The device was revoked: it seals what it holds, and comes in no more.
    DeviceRevoked,
    /// Done from a session of one's own, never from a paired device.
    PairedDevice,
    /// No such code of pairing, or no longer.
    UnknownCode,
    /// An invitation that was used, taken back, or is too old.
    InvitationOver,
    /// A link that was used, or is too old.
    LinkOver,
    /// The address has an account.
    EmailTaken,
    /// Not an address of mail.
    BadEmail,
    /// Not a name: empty, too long or unprintable.
    BadName,
    /// Not a SIRET.
    BadSiret,
    /// Not a SIREN.
    BadSiren,
    /// Not a code of INSEE of what it should be of.
    BadInsee,
    /// A commune nobody knows by this code.
    BadCommune,
    /// A community would lie under itself.
    OwnerCycle,
    /// A text that is too long.
    TooLong,
    /// The hub has this place already.
    PlaceExists,
    /// A password that is too short, too long, or the first anybody would try.
    WeakPassword,
    /// Not a key of 256 bits.
    BadKey,
    /// Asked of somebody who came in a moment ago, and this session is older.
    SignInAgain,
    /// What was known of this person is erased, for ever.
    PersonErased,
    /// Nobody locks oneself out.
    NotOneself,
    /// More than this endpoint takes.
    TooLarge,
    /// No such cycle.
    UnknownCycle,
    /// The cycle is closed.
    CycleClosed,
    /// A choice that is not possible on this ticket.
    NotPossible(Reason),
    /// The store is busy: the same request may succeed in a moment.
    Busy,
    /// The server failed.
    Failed,
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn
            | Self::BadCredentials
            | Self::SecondStepRequired
            | Self::BadSecondStep
            | Self::PasskeyRefused
            | Self::PasskeyCopied => StatusCode::UNAUTHORIZED,
            Self::TooManyAttempts(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::NoRight
            | Self::CrossSite
            | Self::DeviceRevoked
            | Self::PairedDevice
            | Self::SecondStepDue
            | Self::SignInAgain => StatusCode::FORBIDDEN,
            Self::NotFound | Self::UnknownCycle | Self::UnknownCode => StatusCode::NOT_FOUND,
            Self::InvitationOver | Self::LinkOver | Self::PasskeyTooLate => StatusCode::GONE,
            Self::BadEmail
            | Self::BadName
            | Self::BadSiret
            | Self::BadSiren
            | Self::BadInsee
            | Self::BadCommune
            | Self::TooLong
            | Self::WeakPassword
            | Self::BadKey => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::CycleClosed
            | Self::NotPossible(_)
            | Self::EmailTaken
            | Self::PlaceExists
            | Self::SecondStepFirst
            | Self::SecondStepOn
            | Self::SecondStepNotBegun
            | Self::PasskeysUnavailable
            | Self::PasskeyKnown
            | Self::TooManyPasskeys
            | Self::OwnerCycle
            | Self::PersonErased
            | Self::NotOneself => StatusCode::CONFLICT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::NotSignedIn => "NOT_SIGNED_IN",
            Self::BadCredentials => "BAD_CREDENTIALS",
            Self::SecondStepRequired => "SECOND_STEP_REQUIRED",
            Self::BadSecondStep => "BAD_SECOND_STEP",
            Self::SecondStepDue => "SECOND_STEP_DUE",
            Self::SecondStepFirst => "SECOND_STEP_FIRST",
            Self::SecondStepOn => "SECOND_STEP_ON",
            Self::SecondStepNotBegun => "SECOND_STEP_NOT_BEGUN",
            Self::PasskeysUnavailable => "PASSKEYS_UNAVAILABLE",
            Self::PasskeyRefused => "PASSKEY_REFUSED",
            Self::PasskeyCopied => "PASSKEY_COPIED",
            Self::PasskeyTooLate => "PASSKEY_TOO_LATE",
            Self::PasskeyKnown => "PASSKEY_KNOWN",
            Self::TooManyPasskeys => "TOO_MANY_PASSKEYS",
            Self::TooManyAttempts(_) => "TOO_MANY_ATTEMPTS",
            Self::NoRight => "NO_RIGHT",
            Self::CrossSite => "CROSS_SITE",
            Self::NotFound => "NOT_FOUND",
            Self::Malformed(_) => "MALFORMED",
            Self::DeviceRevoked => "DEVICE_REVOKED",
            Self::PairedDevice => "PAIRED_DEVICE",
            Self::UnknownCode => "UNKNOWN_CODE",
            Self::InvitationOver => "INVITATION_OVER",
            Self::LinkOver => "LINK_OVER",
            Self::EmailTaken => "EMAIL_TAKEN",
            Self::BadEmail => "BAD_EMAIL",
            Self::BadName => "BAD_NAME",
            Self::BadSiret => "BAD_SIRET",
            Self::BadSiren => "BAD_SIREN",
            Self::BadInsee => "BAD_INSEE",
            Self::BadCommune => "BAD_COMMUNE",
            Self::OwnerCycle => "OWNER_CYCLE",
            Self::TooLong => "TOO_LONG",
            Self::PlaceExists => "PLACE_EXISTS",
            Self::WeakPassword => "WEAK_PASSWORD",
            Self::BadKey => "BAD_KEY",
            Self::SignInAgain => "SIGN_IN_AGAIN",
            Self::PersonErased => "PERSON_ERASED",
            Self::NotOneself => "NOT_ONESELF",
            Self::TooLarge => "TOO_LARGE",
            Self::UnknownCycle => "UNKNOWN_CYCLE",
            Self::CycleClosed => "CYCLE_CLOSED",
            Self::NotPossible(reason) => reason.code(),
            Self::Busy => "BUSY",
            Self::Failed => "FAILED",
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::NotSignedIn => "Connectez-vous pour continuer.",
            Self::BadCredentials => "Adresse e-mail ou mot de passe incorrect.",
            Self::SecondStepRequired => "Donnez aussi le code de la deuxième étape.",
            Self::BadSecondStep => "Ce code n’est pas le bon, ou a déjà servi. Attendez le suivant.",
            Self::SecondStepDue => {
                "Votre groupement demande plus qu’un mot de passe : une clé d’accès, ou un code."
            }
            Self::SecondStepFirst => {
                "Choisissez d’abord vous-même une clé d’accès ou un code, puis connectez-vous avec."
            }
            Self::SecondStepOn => "La deuxième étape est déjà active.",
            Self::SecondStepNotBegun => "Recommencez : aucune deuxième étape n’attend de code.",
            Self::PasskeysUnavailable => "Les clés d’accès ne sont pas possibles à cette adresse.",
            Self::PasskeyRefused => "Cette clé d’accès n’ouvre aucun compte ici.",
            Self::PasskeyCopied => "Cette clé d’accès semble copiée : elle n’ouvre plus rien.",
            Self::PasskeyTooLate => "C’était trop long. Recommencez.",
            Self::PasskeyKnown => "Cette clé d’accès est déjà enregistrée.",
            Self::TooManyPasskeys => "Vous avez déjà vingt clés d’accès : retirez-en une.",
            Self::TooManyAttempts(_) => "Trop d’essais. Réessayez dans une minute.",
            Self::NoRight => "Votre compte n’a pas accès à cette page.",
            Self::CrossSite => "Cette demande vient d’un autre site : elle est refusée.",
            Self::NotFound => "Introuvable.",
            Self::Malformed(_) => "Demande illisible.",
            Self::DeviceRevoked => "Cet appareil a été retiré. Il n’a plus accès au service.",
            Self::PairedDevice => {
                "Cela se fait depuis votre propre connexion, pas depuis un appareil partagé."
            }
            Self::UnknownCode => "Ce code n’existe pas, ou n’est plus valable. Demandez-en un nouveau.",
            Self::InvitationOver => "Cette invitation n’est plus valable. Demandez-en une nouvelle.",
            Self::LinkOver => "Ce lien n’est plus valable. Demandez-en un nouveau.",
            Self::EmailTaken => "Cette adresse a déjà un compte.",
            Self::BadEmail => "Cette adresse e-mail n’est pas valable.",
            Self::BadSiret => "Ce numéro SIRET n’est pas valable : vérifiez ses 14 chiffres.",
            Self::BadSiren => "Ce numéro SIREN n’est pas valable : vérifiez ses 9 chiffres.",
            Self::BadInsee => "Ce code INSEE n’est pas celui d’une telle collectivité.",
            Self::BadCommune => "Cette commune n’est pas connue : choisissez-la dans la liste.",
            Self::OwnerCycle => "Une collectivité ne peut pas faire partie d’elle-même.",
            Self::TooLong => "Ce texte est trop long.",
            Self::PlaceExists => "Ce lieu existe déjà.",
            Self::BadName => "Donnez un nom de 1 à 80 caractères.",
            Self::WeakPassword => {
                "Choisissez un mot de passe d’au moins 12 caractères, que personne ne devine."
            }
            Self::BadKey => "Cette clé n’est pas valable.",
            Self::SignInAgain => "Connectez-vous de nouveau pour cela.",
            Self::PersonErased => "Les données de cette personne sont effacées : invitez-la de nouveau.",
            Self::NotOneself => "Vous ne pouvez pas fermer votre propre compte.",
            Self::TooLarge => "Envoi trop volumineux.",
            Self::UnknownCycle => "Ce cycle n’existe pas.",
            Self::CycleClosed => "Les commandes de ce cycle sont closes.",
            Self::NotPossible(_) => "Ce choix n’est plus possible.",
            Self::Busy => "Le service est occupé. Réessayez dans un instant.",
            Self::Failed => "Le service a rencontré une erreur. Rien n’a été modifié.",
        }
    }

    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::TooManyAttempts(seconds) => Some(*seconds),
            Self::Busy => Some(2),
            _ => None,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = wire::Problem {
            kind: "about:blank".to_owned(),
            status: status.as_u16(),
            code: self.code().to_owned(),
            title: self.title().to_owned(),
            detail: match &self {
                Self::Malformed(detail) => Some(detail.clone()),
                _ => None,
            },
        };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s() {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::CycleClosed(_) => Self::CycleClosed,
            StoreError::UnknownCycle(_) => Self::UnknownCycle,
            error if error.is_temporary() => {
                tracing::warn!(%error, "the store is busy");
                Self::Busy
            }
            error => {
                tracing::error!(%error, "the store failed");
                Self::Failed
            }
        }
    }
}

impl From<OwnerError> for Problem {
    fn from(error: OwnerError) -> Self {
        match error {
            OwnerError::Unknown => Self::NotFound,
            OwnerError::Cycle => Self::OwnerCycle,
            OwnerError::Store(error) => error.into(),
        }
    }
}

impl From<CloseError> for Problem {
    fn from(error: CloseError) -> Self {
        match error {
            CloseError::UnknownCycle(_) => Self::UnknownCycle,
            CloseError::AlreadyClosed(_) => Self::CycleClosed,
            CloseError::Store(error) => error.into(),
            error => {
                tracing::error!(%error, "a cycle was not closed");
                Self::Failed
            }
        }
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Malformed(rejection.body_text()),
        }
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Malformed(rejection.body_text()),
        }
    }
}
