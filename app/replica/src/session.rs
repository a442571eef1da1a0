//! Who is signed in, as this device remembers it. Signing in needs the network once; everything after does not.

use domain::{
    enterprise::Role,
    id::UserId,
    planted::{Bug, planted},
    wire::{
        Me, Scope,
        desk::SignInRequest,
        people::{AcceptInvitation, NewPassword, PairRequest},
        ways_in::{UsePasskey, UseSignInLink},
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    amending, availability,
    cache::CacheName,
    door::{self, Trouble},
    drafts, forgotten, harvesting,
    outbox::{self, Queue, Write},
    ports::{Clock, Entropy, Method, Network, Request, Storage, StorageError, Update},
    quay, receiving,
    replica::{Change, Replica},
    sealing::{closings, is_closed},
    sync::RoundTrouble,
};

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionState {
    /// The device has not told yet.
    Unknown,
    /// Somebody, whose code opens what lies on this device.
    Locked,
    /// Nobody.
    SignedOut,
    /// Somebody, as far as this device knows.
    SignedIn(Me),
    /// The server ended the session. Everything still works on this device; sending waits until the person signs in again.
    Expired(Me),
}

impl SessionState {
    /// The person, signed in or expired.
    #[must_use]
    pub fn me(&self) -> Option<&Me> {
        match self {
            Self::SignedIn(me) | Self::Expired(me) => Some(me),
            Self::Unknown | Self::Locked | Self::SignedOut => None,
        }
    }
}

/// How somebody comes in.
#[derive(Clone)]
pub enum ComingIn {
    /// With their address and password.
    Password(SignInRequest),
    /// By the code of somebody who answers for this device: it is paired.
    Code(PairRequest),
    /// By the link of an invitation, and a password chosen now.
    Invitation(AcceptInvitation),
    /// By a link that sets a new password.
    NewPassword(NewPassword),
    /// By a link that signs in.
    Link(UseSignInLink),
    /// By a passkey that was shown.
    Passkey(UsePasskey),
    /// By a session that was opened otherwise: the browser holds its cookie.
    Cookie,
}

impl ComingIn {
    /// Where it is said, and how; `None` when it was said already.
    fn request(&self) -> Option<Request> {
        let (path, body) = match self {
            Self::Password(asked) => ("/api/session", serde_json::to_string(asked)),
            Self::Code(asked) => ("/api/devices", serde_json::to_string(asked)),
            Self::Invitation(asked) => ("/api/invitations/accept", serde_json::to_string(asked)),
            Self::NewPassword(asked) => ("/api/password-links/use", serde_json::to_string(asked)),
            Self::Link(asked) => ("/api/sign-in-links/use", serde_json::to_string(asked)),
            Self::Passkey(asked) => ("/api/passkeys/use", serde_json::to_string(asked)),
            Self::Cookie => return None,
        };
        Some(Request {
            method: Method::Post,
            path: path.to_owned(),
            body: body.ok(),
            timeout_ms: SIGN_IN_TIMEOUT_MS,
        })
    }
}

/// What becomes of commands that still wait when a person signs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingChoice {
    /// Try to send them first; should some remain, they stay sealed.
    SendFirst,
    /// They stay on this tablet, unseen, until somebody of the same kitchen signs in here.
    KeepSealed,
    /// They are deleted, with the kitchen's drafts.
    Delete,
}

/// Whether somebody's session lies on the device under a key that is not at hand.
pub(crate) fn is_locked(queue: &Queue) -> bool {
    queue.meta.get(SESSION).is_some_and(|text| is_closed(text))
}

/// What the device keeps of a session. No secret: the cookie is the browser's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The person.
    pub me: Me,
    /// What they may hold here.
    pub scopes: Vec<Scope>,
}

/// Why signing in did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The cable, or the server's no.
    #[error(transparent)]
    Cable(#[from] Trouble),
    /// The device could not keep the session.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why signing out did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignOutRefusal {
    /// Commands wait and nobody said what becomes of them.
    #[error("{0} commands wait")]
    Pending(usize),
    /// The device could not forget.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

pub(crate) const SESSION: &str = "session";
pub(crate) const SIGN_OUT_OWED: &str = "sign_out_owed";
const TURNED_OUT: &str = "turned_out";
const LEFT: &str = "left/";
/// The server's word for a paired device that may not come in any more.
const DEVICE_REVOKED: &str = "DEVICE_REVOKED";
const SIGN_IN_TIMEOUT_MS: u32 = 15_000;

/// Whether a small record says only what is owed to the server: it lies open on a locked device.
pub(crate) fn lies_open(name: &str) -> bool {
    [SIGN_OUT_OWED, TURNED_OUT].contains(&name) || name.starts_with(LEFT) || forgotten::lies_open(name)
}

/// Notes, in the step that ends a session, that its cache is to be forgotten: a page may not live to delete it, a device may
/// refuse, another tab may write one more view. Whoever comes in for it again takes the note away.
pub(crate) fn leave_cache(name: &CacheName) -> Write {
    Write::PutMeta(format!("{LEFT}{name}"), "true".into())
}

/// The caches nobody here is signed in for any more.
fn left_caches(queue: &Queue) -> Vec<CacheName> {
    let names = queue.meta.keys().filter_map(|name| name.strip_prefix(LEFT));
    names.filter_map(CacheName::parse).collect()
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// Signs in: asks the server, greets it, keeps the answer.
    ///
    /// # Errors
    /// [`SignInError`]; the device stays as it was.
    pub async fn sign_in(&self, email: String, password: String) -> Result<(), SignInError> {
        self.come_in(ComingIn::Password(SignInRequest { email, password, second_step: None })).await
    }

    /// Comes in, whatever the way.
    ///
    /// # Errors
    /// [`SignInError`]; the device stays as it was.
    pub async fn come_in(&self, by: ComingIn) -> Result<(), SignInError> {
        // What a key closed that was let go of is told apart from what can be read.
        self.look_again().await?;
        if let Some(request) = by.request() {
            let answer = self.network.exchange(request).await.map_err(Trouble::from)?;
            match answer.status {
                204 => {}
                // A captive portal says yes to anything, with a page.
                200..400 => return Err(Trouble::Offline(format!("status {}", answer.status)).into()),
                _ => return Err(door::refusal(&answer).into()),
            }
        }
        self.sign_out_paid().await?;
        match self.hello().await {
            Ok(_) if self.me().is_some() => Ok(()),
            Ok(_) => Err(Trouble::SignedOut.into()),
            Err(RoundTrouble::Cable(trouble)) => Err(trouble.into()),
            Err(RoundTrouble::Device(error)) => Err(error.into()),
            Err(RoundTrouble::TooOld) => Err(Trouble::Offline("greeting refused".into()).into()),
        }
    }

    /// Signs out, at once on this device and as soon as possible on the server. What the server told is forgotten; drafts,
    /// and commands that wait unless they are deleted, stay sealed for the next person of the same kitchen.
    ///
    /// # Errors
    /// [`SignOutRefusal`]
    pub async fn sign_out(&self, choice: Option<PendingChoice>) -> Result<(), SignOutRefusal> {
        self.save_draft().await?;
        if choice == Some(PendingChoice::SendFirst) {
            self.round().await;
        }
        let count = self.pending_count();
        if count > 0 && choice.is_none() {
            return Err(SignOutRefusal::Pending(count));
        }
        let Some(me) = self.me() else { return Ok(()) };
        let delete = (choice == Some(PendingChoice::Delete)).then_some(me.role);
        let left = leave_cache(&CacheName::of(&me));
        self.update(move |queue| {
            let mut writes = vec![
                Write::DeleteMeta(SESSION.into()),
                Write::PutMeta(SIGN_OUT_OWED.into(), "true".into()),
                left.clone(),
            ];
            if let Some(role) = delete {
                writes.extend(deletions(queue, role));
            }
            Update { writes, value: () }
        })
        .await?;
        self.forget_session();
        let forgotten = self.storage.delete_cache(&CacheName::of(&me)).await;
        if self.end_session_on_server().await.is_ok() {
            self.sign_out_paid().await?;
        }
        Ok(forgotten?)
    }

    /// The server lets this device in no more. What it told is forgotten at once; what waits stays sealed, and leaves when
    /// somebody of the same kitchen comes in here.
    pub(crate) async fn turn_out(&self) -> Result<(), StorageError> {
        let Some(me) = self.me() else { return Ok(()) };
        let cache = CacheName::of(&me);
        let left = leave_cache(&cache);
        let role = me.role;
        self.update(move |queue| {
            let mut writes = vec![
                Write::DeleteMeta(SESSION.into()),
                Write::PutMeta(TURNED_OUT.into(), "true".into()),
                // The cookie opens nothing any more; it goes with the next round.
                Write::PutMeta(SIGN_OUT_OWED.into(), "true".into()),
            ];
            if !planted(Bug::RemovedKeepsRows) {
                writes.push(left.clone());
            }
            if planted(Bug::RemovedForgetsWhatWaits) {
                writes.extend(deletions(queue, role));
            }
            Update { writes, value: () }
        })
        .await?;
        self.forget_session();
        if planted(Bug::RemovedKeepsRows) {
            return Ok(());
        }
        self.storage.delete_cache(&cache).await
    }

    /// Deletes what an end of a session that was cut left behind.
    pub(crate) async fn forget_what_was_left(&self) -> Result<(), StorageError> {
        let left = left_caches(&self.local.borrow().outbox.queue);
        for cache in left {
            self.storage.delete_cache(&cache).await?;
        }
        Ok(())
    }

    /// Deletes caches that lie open on a device that is locked: the page that was closing one did not live to.
    pub(crate) async fn forget_what_lies_open(&self) -> Result<(), StorageError> {
        let closed: Vec<_> = {
            let local = self.local.borrow();
            let own = local.cache_name();
            let closed = closings(&local.outbox.queue).map(|closing| closing.cache);
            closed.filter(|cache| Some(cache) != own.as_ref()).collect()
        };
        for cache in closed {
            // One that is closed is not read.
            let open = self.storage.read_cache(&cache).await;
            if open.is_ok_and(|open| open.head.generation > 0) {
                self.storage.delete_cache(&cache).await?;
            }
        }
        Ok(())
    }

    /// Whether the server turned this device out, and nobody came in since; with how many commands that wait, sealed.
    #[must_use]
    pub fn turned_out(&self) -> Option<usize> {
        let local = self.local.borrow();
        let queue = &local.outbox.queue;
        queue.meta.contains_key(TURNED_OUT).then(|| queue.commands.len() + queue.sealed.len())
    }

    /// Whether a session was ended here that the server still believes in.
    pub(crate) fn sign_out_owed(&self) -> bool {
        self.local.borrow().outbox.queue.meta.contains_key(SIGN_OUT_OWED)
    }

    pub(crate) async fn sign_out_paid(&self) -> Result<(), StorageError> {
        if self.sign_out_owed() {
            let writes = vec![Write::DeleteMeta(SIGN_OUT_OWED.into())];
            self.update(move |_| Update { writes: writes.clone(), value: () }).await?;
        }
        Ok(())
    }

    pub(crate) fn user(&self) -> Option<UserId> {
        self.local.borrow().session.as_ref().map(|session| session.me.user)
    }

    /// Keeps the session a greeting told, and turns to its cache when it is another person's. `asked_for` was signed in
    /// when the greeting left: whoever signed out or in since, in any tab, has the last word. Whether it was kept.
    pub(crate) async fn enter(
        &self,
        session: Session,
        asked_for: Option<UserId>,
    ) -> Result<bool, StorageError> {
        let (known, ended) = {
            let local = self.local.borrow();
            (local.session.clone(), local.delivery.signed_out)
        };
        if known.as_ref() == Some(&session) && !ended {
            return Ok(true);
        }
        let before = known.as_ref().map(|known| CacheName::of(&known.me));
        let same_cache = before.as_ref() == Some(&CacheName::of(&session.me));
        // The key of one place closes nothing of another's; what it closed, this page may still write over.
        let left = before.clone().filter(|_| !same_cache);
        if left.is_some() {
            self.storage.let_go_of_key();
        }
        if known.as_ref() != Some(&session) {
            if !self.keep_session(&session, asked_for, left).await? {
                self.reload().await?;
                return Ok(false);
            }
            // With it, what lies closed, and for whom.
            self.reload_outbox().await?;
        }
        self.local.borrow_mut().delivery.signed_out = false;
        if !same_cache {
            // The cards of another kitchen leave the screen at once, not when this one's are read.
            self.notify(Change::View);
            self.reload_cache().await?;
            // What the server told another person does not stay behind.
            if let Some(before) = before {
                self.storage.delete_cache(&before).await?;
            }
        }
        self.notify(Change::Session);
        self.notify(Change::View);
        Ok(true)
    }

    /// Writes a session down, unless the device has turned to somebody else since `asked_for` was signed in, or is locked
    /// and was not open here; `left` is the cache of another place that was. Whether it was written.
    async fn keep_session(
        &self,
        session: &Session,
        asked_for: Option<UserId>,
        left: Option<CacheName>,
    ) -> Result<bool, StorageError> {
        let told = session.me.user;
        // Plain values: it always encodes.
        let text = serde_json::to_string(session).unwrap_or_default();
        let place = session.me.role.place();
        let own = format!("{LEFT}{}", CacheName::of(&session.me));
        self.update(move |queue| {
            let there = queue.read::<Session>(SESSION).map(|session| session.me.user);
            // A device that another tab locked meanwhile keeps whoever it has.
            let kept =
                if is_locked(queue) { left.is_some() } else { there == asked_for || there == Some(told) };
            let mut writes = Vec::new();
            if kept {
                writes.push(Write::PutMeta(SESSION.into(), text.clone()));
                let beside = place.filter(|place| queue.sealed.contains(place));
                writes.extend(beside.map(outbox::begin_beside));
                writes.extend(left.as_ref().map(leave_cache));
            }
            if kept && queue.meta.contains_key(&own) {
                writes.push(Write::DeleteMeta(own.clone()));
            }
            if kept && queue.meta.contains_key(TURNED_OUT) {
                writes.push(Write::DeleteMeta(TURNED_OUT.into()));
            }
            Update { writes, value: kept }
        })
        .await
    }

    /// A right was lost: its scope is not asked again in this session; the next greeting says what remains.
    pub(crate) fn forget_right(&self, scope: &Scope) {
        let mut local = self.local.borrow_mut();
        if let Some(session) = &mut local.session {
            session.scopes.retain(|held| held != scope);
        }
    }

    pub(crate) fn forget_session(&self) {
        self.storage.let_go_of_key();
        self.local.borrow_mut().forget_session();
        self.notify(Change::Session);
        self.notify(Change::Catalog { texts: true });
        self.notify(Change::View);
    }
}

/// Whether the server says that it lets this device in no more.
pub(crate) fn is_turned_out(trouble: Option<&RoundTrouble>) -> bool {
    let code = match trouble {
        Some(RoundTrouble::Cable(Trouble::Refused { code, .. })) => Some(code.as_str()),
        _ => None,
    };
    code == Some(DEVICE_REVOKED)
}

fn deletions(queue: &Queue, role: Role) -> Vec<Write> {
    let commands = queue.commands.values().filter(|entry| Some(entry.envelope.place) == role.place());
    let mut writes: Vec<_> =
        commands.map(|entry| Write::DeleteCommand(entry.outbox, entry.envelope.m)).collect();
    match role {
        Role::Kitchen { site, .. } => {
            writes.extend(drafts::delete_all(queue, site));
            writes.extend(amending::delete_all(queue, site));
            writes.extend(receiving::delete_all(queue, site));
        }
        Role::Producer { producer, .. } => {
            writes.extend(availability::delete_all(queue, producer));
            writes.extend(harvesting::delete_all(queue, producer));
        }
        Role::Hub { hub } => writes.extend(quay::delete_all(queue, hub)),
        Role::Authority { .. } => {}
    }
    writes
}
