//! Keeping in touch with the server: one round after another, each safe to cut anywhere.
//!
//! ```text
//! hello (now and then)   who am I, what time is it, which scopes
//! share                  what was changed in drafts since waits, too, for the kitchen's other tablets
//! push                   what waits, ≤ 50 commands or 256 KiB at a time; the reply alone removes nothing
//! pull                   every scope, page after page, into staging; then ONE flip
//! settle                 what the flipped view proves applied leaves the outbox, with its receipt
//! ```

mod another_life;
mod exchange;
mod hello;
mod pull;
mod push;

pub(crate) use pull::Decoded;

pub mod meter;
pub mod plan;
pub mod staging;

use domain::{
    id::PlaceId,
    planted::{Bug, planted},
    wire::Action,
};

use crate::{
    door::Trouble,
    ports::{Clock, Entropy, Network, Storage, StorageError},
    replica::Replica,
    session::{is_locked, is_turned_out},
};

/// How a round ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoundEnd {
    /// What stopped it; `None` when everything was said and heard.
    pub trouble: Option<RoundTrouble>,
    /// What the server wants of this build, when a hello was said.
    pub action: Option<Action>,
}

/// What stops a round. Nothing recorded is ever lost by it; the next round starts from what is on the device.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoundTrouble {
    /// The cable.
    #[error(transparent)]
    Cable(#[from] Trouble),
    /// The device.
    #[error(transparent)]
    Device(#[from] StorageError),
    /// The server serves something this build cannot read.
    #[error("this build is too old for what the server serves")]
    TooOld,
}

impl RoundEnd {
    /// When the server wishes to be asked again.
    #[must_use]
    pub fn retry_after_ms(&self) -> Option<u64> {
        match &self.trouble {
            Some(RoundTrouble::Cable(Trouble::Busy { retry_after_ms })) => *retry_after_ms,
            _ => None,
        }
    }

    /// Whether trying again soon may help. A session that ended or a right that is missing will not come back by insisting.
    #[must_use]
    pub fn failed(&self) -> bool {
        !matches!(
            &self.trouble,
            None | Some(
                RoundTrouble::Cable(Trouble::SignedOut | Trouble::Refused { .. }) | RoundTrouble::TooOld
            )
        )
    }
}

impl<S: Storage, N: Network, C: Clock, E: Entropy> Replica<S, N, C, E> {
    /// One round. Rounds of one replica must follow each other; rounds of two tabs may cross, it costs a repetition.
    pub async fn round(&self) -> RoundEnd {
        let mut action = None;
        let mut trouble = self.try_round(&mut action).await.err();
        if is_turned_out(trouble.as_ref())
            && let Err(error) = self.turn_out().await
        {
            trouble = Some(error.into());
        }
        if trouble == Some(RoundTrouble::Device(StorageError::Locked))
            && let Err(error) = self.look_again().await
        {
            trouble = Some(error.into());
        }
        self.round_ended(trouble.as_ref());
        RoundEnd { trouble, action }
    }

    /// A round that could not begin, for `reason`, is one more during which the server could not be reached.
    pub fn round_not_begun(&self, reason: &str) -> RoundEnd {
        let trouble = Some(RoundTrouble::Cable(Trouble::Offline(reason.to_owned())));
        self.round_ended(trouble.as_ref());
        RoundEnd { trouble, action: None }
    }

    /// Where to say again from, when a person asked that all be sent again: once.
    fn asked_again(&self, place: PlaceId) -> Option<u64> {
        let asked = std::mem::take(&mut self.local.borrow_mut().send_all);
        asked.then(|| self.first_answered(place)).flatten()
    }

    async fn try_round(&self, action: &mut Option<Action>) -> Result<(), RoundTrouble> {
        // Whoever is here has not said their code: nothing is said in their name.
        if is_locked(&self.local.borrow().outbox.queue) {
            if self.hello_due() {
                self.forget_what_lies_open().await?;
                self.greeted();
            }
            return Ok(self.look_again().await?);
        }
        let unsure = self.local.borrow().unsure;
        if unsure || self.hello_due() {
            self.look_again().await?;
            if self.me().is_none() {
                self.forget_what_was_left().await?;
            }
        }
        if self.sign_out_owed() {
            return self.pay_sign_out().await;
        }
        if self.hello_due() {
            let was_blank = self.is_blank();
            *action = Some(self.hello().await?);
            if was_blank && self.me().is_some() {
                self.forgot_before_this_page();
            }
        }
        let Some(me) = self.me() else { return Ok(()) };
        let place = me.role.place();
        let mut refused = None;
        let mut compared = 0;
        if let Some(place) = place {
            self.adopt_strays(place).await?;
            // A device too full to say what changed in a draft still sends its orders.
            let _ = self.share_drafts().await;
            match self.push(place, self.asked_again(place)).await {
                // A person who may not send may still receive.
                Err(RoundTrouble::Cable(trouble @ Trouble::Refused { .. })) => refused = Some(trouble),
                pushed => compared = pushed?,
            }
        }
        if *action == Some(Action::UpdateRequired) {
            return Err(RoundTrouble::TooOld);
        }
        let pulled = self.pull(place, compared).await?;
        if let (Some(place), None) = (place, &refused) {
            self.say_what_was_lost(place, pulled.lost_from).await?;
        }
        refused.map_or(Ok(()), |trouble| Err(trouble.into()))
    }

    /// A server that came back from a backup forgot answers it gave: what we still hold is said again.
    async fn say_what_was_lost(&self, place: PlaceId, lost_from: Option<u64>) -> Result<(), RoundTrouble> {
        let life = self.another_life(place);
        let compared = match life {
            Some(_) => self.compare_all(place).await?,
            None => match lost_from.filter(|_| !planted(Bug::LostNotSaidAgain)) {
                Some(from) => Some(self.push(place, Some(from)).await?),
                None => None,
            },
        };
        if let Some(compared) = compared {
            self.pull(Some(place), compared).await?;
        }
        match life {
            Some(life) => self.note_compared(place, life).await,
            None => Ok(()),
        }
    }
}
