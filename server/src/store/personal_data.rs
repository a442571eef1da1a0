//! What is kept about a person: told to them, and erased.
//!
//! | what | where | erased |
//! |---|---|---|
//! | name, address of mail, password | the account | yes |
//! | sessions, links, codes, second step, passkeys, accounts of elsewhere, invitations they got | each in its table | yes |
//! | what they did about access | the journal, by their identifier | the identifier stays, and names nobody |
//! | their name on reception notes they signed | the reception | no: who received what is told for five years (Regulation 178/2002, art. 18) |
//! | the orders they sent | commands and orders, by their identifier | no: accounts are kept ten years (Code de commerce, L123-22) |

use domain::{
    id::{HubId, UserId},
    time::Timestamp,
    wire::{
        Me,
        people::{Deed, PersonalData},
    },
};

use super::{Store, StoreError, Within, journal::Actor, value::args};

/// What an erased person is called.
const NOBODY: &str = "—";
/// Where no mail goes (RFC 2606): the address of who is erased.
const NOWHERE: &str = "@erased.invalid";

/// Whether an account is what is left of an erased person.
pub(super) fn is_erased(email: &str) -> bool {
    email.ends_with(NOWHERE)
}

impl Store {
    /// All that is kept about a person. `current` is the session that asks.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn personal_data(
        &self,
        me: Me,
        current: [u8; 32],
        now: Timestamp,
    ) -> Result<PersonalData, StoreError> {
        let sessions = self.sessions(me.user, current, now).await?;
        let journal = self.journal_of(me.role.hub(), me.user).await?;
        let devices = match Within::of(me.role) {
            Some(within) => self.devices(within, Some(me.user)).await?,
            None => Vec::new(),
        };
        let ways_in = self.ways_in(me.user).await?;
        let sql = "SELECT COUNT(*) FROM receipt WHERE account = $1";
        let (commands,): (u32,) = self.read().await?.get(sql, args![me.user]).await?;
        Ok(PersonalData { me, sessions, devices, ways_in, journal, commands })
    }

    /// Erases what is known of a person. Whether there is such a person.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn erase_person(
        &self,
        who: Actor,
        hub: HubId,
        person: UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(hub).await?;
        let sql = "SELECT email FROM account WHERE id = $1 AND hub = $2";
        let Some((email,)) = tx.find::<(String,)>(sql, args![person, hub]).await? else { return Ok(false) };
        // An address must be one of its own, and lead nowhere.
        let nowhere = format!("{person}{NOWHERE}");
        let sql = "UPDATE account SET name = $3, email = $4, password_hash = '',
                 disabled_at = COALESCE(disabled_at, $5) WHERE id = $1 AND hub = $2";
        tx.execute(sql, args![person, hub, NOBODY, nowhere, now]).await?;
        for sql in [
            "DELETE FROM session WHERE account = $1",
            "DELETE FROM pairing WHERE account = $1",
            "DELETE FROM password_link WHERE account = $1",
            "DELETE FROM sign_in_link WHERE account = $1",
        ] {
            tx.execute(sql, args![person]).await?;
        }
        tx.forget_second_step(person).await?;
        tx.forget_identities(person).await?;
        tx.forget_passkeys(person).await?;
        tx.execute("DELETE FROM invitation WHERE email = $1", args![email]).await?;
        tx.note(hub, now, who.did(Deed::PersonErased, person)).await?;
        tx.commit().await?;
        Ok(true)
    }
}
