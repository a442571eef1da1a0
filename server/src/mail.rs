//! Letters that leave: by a server of mail, or into a folder where a developer reads them.

use std::{path::Path, sync::Arc};

use lettre::{
    Address, AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};

/// A letter to write.
#[derive(Debug, Clone)]
pub struct Letter {
    /// To whom.
    pub to: Address,
    /// In French, then in English.
    pub subject: String,
    /// Plain text: what it asks for is one link.
    pub body: String,
}

/// Why a letter did not leave.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The settings are not those of a server of mail.
    #[error("these settings name no server of mail: {0}")]
    Settings(String),
    /// The letter could not be written.
    #[error("the letter could not be written: {0}")]
    Letter(#[from] lettre::error::Error),
    /// The server of mail did not take it.
    #[error("the server of mail did not take the letter: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The folder did not take it.
    #[error("the letter could not be put into its folder: {0}")]
    Folder(#[from] lettre::transport::file::Error),
}

/// Where letters go.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    way: Arc<Way>,
}

enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(AsyncFileTransport<Tokio1Executor>),
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address of the server may hold its password.
        f.debug_struct("Mailer").field("from", &self.from.email).finish_non_exhaustive()
    }
}

impl Mailer {
    /// By a server of mail: `smtps://user:password@mail.example` (TLS from the first byte) or
    /// `smtp://…?tls=required` (STARTTLS). `from` is the sender all letters have.
    ///
    /// # Errors
    /// [`MailError::Settings`]
    pub fn smtp(url: &str, from: &str) -> Result<Self, MailError> {
        let from =
            from.parse().map_err(|_| MailError::Settings("the sender is not an address".to_owned()))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| MailError::Settings(error.to_string()))?
            .build();
        Ok(Self { from, way: Arc::new(Way::Smtp(transport)) })
    }

    /// Into a folder, one file a letter: nothing leaves the machine.
    ///
    /// # Errors
    /// [`MailError::Settings`] when the folder cannot be made.
    pub fn folder(folder: &Path) -> Result<Self, MailError> {
        std::fs::create_dir_all(folder).map_err(|error| MailError::Settings(error.to_string()))?;
        let nobody = MailError::Settings("the sender is not an address".to_owned());
        let from = "Mercuriale <mercuriale@localhost>".parse().map_err(|_| nobody)?;
        Ok(Self { from, way: Arc::new(Way::Folder(AsyncFileTransport::new(folder))) })
    }

    /// Whether letters leave this machine.
    #[must_use]
    pub fn reaches_people(&self) -> bool {
        matches!(*self.way, Way::Smtp(_))
    }

    /// Sends a letter; resolves once the server, or the folder, has it.
    ///
    /// # Errors
    /// [`MailError`]: it did not leave.
    pub async fn send(&self, letter: Letter) -> Result<(), MailError> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, letter.to))
            .subject(letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body)?;
        match &*self.way {
            Way::Smtp(transport) => transport.send(message).await.map(drop)?,
            Way::Folder(transport) => transport.send(message).await.map(drop)?,
        }
        Ok(())
    }
}
