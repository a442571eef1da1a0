//! Second steps: begun, confirmed, passed once a code, ended.

use domain::{
    id::UserId,
    time::Timestamp,
    wire::{
        people::Deed,
        ways_in::{OwnWaysIn, SecondStepCard},
    },
};

use super::{Store, StoreError, Transaction, Within, journal::Actor, value::args};

/// What a second step is checked against.
#[derive(Clone)]
pub struct SecondStep {
    /// What both sides reckon codes from.
    pub secret: Vec<u8>,
    /// What recovery codes are salted with before they are hashed.
    pub salt: Vec<u8>,
    /// Whether it counts: a first code was given.
    pub is_on: bool,
}

impl Store {
    /// A person's second step, begun or on.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn find_second_step(&self, user: UserId) -> Result<Option<SecondStep>, StoreError> {
        let sql = "SELECT secret, salt, confirmed_at FROM second_step WHERE account = $1";
        type Columns = (Vec<u8>, Vec<u8>, Option<Timestamp>);
        let row: Option<Columns> = self.read().await?.find(sql, args![user]).await?;
        Ok(row.map(|(secret, salt, at)| SecondStep { secret, salt, is_on: at.is_some() }))
    }

    /// What a person comes in with beside a password.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn ways_in(&self, user: UserId) -> Result<OwnWaysIn, StoreError> {
        let (second_step, identities) = (self.second_step(user).await?, self.identities(user).await?);
        Ok(OwnWaysIn { second_step, identities, passkeys: self.passkeys(user).await? })
    }

    /// A person's second step that counts, as they are told of it.
    ///
    /// # Errors
    /// When the database cannot be reached.
    async fn second_step(&self, user: UserId) -> Result<Option<SecondStepCard>, StoreError> {
        let sql = "SELECT s.confirmed_at, (SELECT COUNT(*) FROM recovery_code r WHERE r.account = s.account)
             FROM second_step s WHERE s.account = $1 AND s.confirmed_at IS NOT NULL";
        let row: Option<(Timestamp, u32)> = self.read().await?.find(sql, args![user]).await?;
        Ok(row.map(|(since, recovery_codes)| SecondStepCard { since, recovery_codes }))
    }

    /// Keeps a secret that waits for its first code, in the place of one that waited. Whether none counts already.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn begin_second_step(
        &self,
        user: UserId,
        secret: Vec<u8>,
        salt: Vec<u8>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write_beside().await?;
        let sql = "INSERT INTO second_step (account, secret, salt) VALUES ($1, $2, $3)
             ON CONFLICT (account) DO UPDATE SET secret = excluded.secret, salt = excluded.salt, last_step = 0
             WHERE second_step.confirmed_at IS NULL";
        let begun = tx.execute(sql, args![user, secret, salt]).await? > 0;
        tx.commit().await?;
        Ok(begun)
    }

    /// Has a second step count, whose first code was that of `step`, and which the session of `token` thereby passed; `hashes`
    /// are of its recovery codes. Whether it waited for that.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn confirm_second_step(
        &self,
        who: Actor,
        token: [u8; 32],
        step: u64,
        hashes: &[Vec<u8>],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "UPDATE second_step SET confirmed_at = $2, last_step = $3
             WHERE account = $1 AND confirmed_at IS NULL";
        if tx.execute(sql, args![who.user, now, step]).await? == 0 {
            return Ok(false);
        }
        for hash in hashes {
            let sql = "INSERT INTO recovery_code (account, hash) VALUES ($1, $2)";
            tx.execute(sql, args![who.user, hash.clone()]).await?;
        }
        tx.complete_session(token).await?;
        tx.note(who.hub, now, who.did(Deed::SecondStepOn, who.user)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Takes the code of a step, once, and none of an earlier step after it. Whether it was taken.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn use_step(&self, user: UserId, step: u64) -> Result<bool, StoreError> {
        let mut tx = self.write_beside().await?;
        let sql = "UPDATE second_step SET last_step = $2
             WHERE account = $1 AND confirmed_at IS NOT NULL AND last_step < $2";
        let taken = tx.execute(sql, args![user, step]).await? > 0;
        tx.commit().await?;
        Ok(taken)
    }

    /// Takes a recovery code, once. Whether it was taken.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn use_recovery_code(
        &self,
        who: Actor,
        hash: Vec<u8>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "DELETE FROM recovery_code WHERE account = $1 AND hash = $2";
        if tx.execute(sql, args![who.user, hash]).await? == 0 {
            return Ok(false);
        }
        tx.note(who.hub, now, who.did(Deed::RecoveryCodeUsed, who.user)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Ends one's own second step. One that is not there is ended already.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn end_second_step(&self, who: Actor, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.write(who.hub).await?;
        if tx.forget_second_step(who.user).await? {
            tx.forget_what_was_proved(who.user).await?;
            tx.note(who.hub, now, who.did(Deed::SecondStepOff, who.user)).await?;
        }
        tx.commit().await
    }

    /// Ends the second step of somebody who lost what it needs, their passkeys, which lay on the same telephone, their accounts
    /// of elsewhere, and their own sessions, one of which may be whoever found it. Whether there is such a person.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn reset_second_step(
        &self,
        who: Actor,
        within: Within,
        person: UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(who.hub).await?;
        let sql = "SELECT id FROM account WHERE id = $1 AND hub = $2
                 AND ($3 IS NULL OR site = $3) AND ($4 IS NULL OR producer = $4)";
        let values = args![person, within.hub, within.site, within.producer];
        if tx.find::<(UserId,)>(sql, values).await?.is_none() {
            return Ok(false);
        }
        if tx.forget_second_step(person).await? {
            tx.note(who.hub, now, who.did(Deed::SecondStepReset, person)).await?;
        }
        if tx.forget_passkeys(person).await? > 0 {
            tx.note(who.hub, now, who.did(Deed::PasskeyRemoved, person)).await?;
        }
        if tx.forget_identities(person).await? > 0 {
            tx.note(who.hub, now, who.did(Deed::IdentityUnlinked, person)).await?;
        }
        tx.execute("DELETE FROM session WHERE account = $1 AND device IS NULL", args![person]).await?;
        tx.commit().await?;
        Ok(true)
    }
}

impl Transaction {
    /// Forgets a person's second step. Whether one counted.
    pub(super) async fn forget_second_step(&mut self, person: UserId) -> Result<bool, StoreError> {
        self.execute("DELETE FROM recovery_code WHERE account = $1", args![person]).await?;
        let sql = "SELECT confirmed_at FROM second_step WHERE account = $1";
        let was: Option<(Option<Timestamp>,)> = self.find(sql, args![person]).await?;
        self.execute("DELETE FROM second_step WHERE account = $1", args![person]).await?;
        Ok(was.is_some_and(|(at,)| at.is_some()))
    }
}
