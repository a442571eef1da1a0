//! Of whom a hub asks for more than a password.

use domain::{
    id::{HubId, UserId},
    time::Timestamp,
    wire::{
        people::Deed,
        ways_in::{SecondStepBoard, SecondStepRule},
    },
};

use super::{
    Store, StoreError, Transaction,
    journal::{Actor, Entry},
    value::args,
};

/// The rule as its column says it.
pub(super) fn rule_of(code: &str) -> Result<SecondStepRule, StoreError> {
    SecondStepRule::from_code(code).ok_or(StoreError::Unreadable("a rule of second steps"))
}

/// `$before`, and the condition that the password of account `a` stands alone, and `$after`.
macro_rules! alone {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "NOT EXISTS (SELECT 1 FROM second_step s WHERE s.account = a.id AND s.confirmed_at IS NOT NULL)
             AND NOT EXISTS (SELECT 1 FROM passkey k WHERE k.account = a.id)
             AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.account = a.id)",
            $after
        )
    };
}

impl Transaction {
    /// Sessions of somebody who gave up the last thing they prove themselves with are, from now on, opened with a password alone:
    /// where more is asked, they are served nothing but the choice.
    pub(super) async fn forget_what_was_proved(&mut self, user: UserId) -> Result<(), StoreError> {
        let sql = alone!(
            "UPDATE session SET two_steps = 0 WHERE device IS NULL
             AND account IN (SELECT a.id FROM account a WHERE a.id = $1 AND ",
            ")"
        );
        self.execute(sql, args![user]).await.map(drop)
    }
}

impl Store {
    /// What a hub asks for, and how many come in by a password alone.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn second_step_board(&self, hub: HubId) -> Result<SecondStepBoard, StoreError> {
        let mut tx = self.read().await?;
        let (rule,): (String,) = tx.get("SELECT second_step FROM hub WHERE id = $1", args![hub]).await?;
        let sql = alone!(
            "SELECT CAST(CASE WHEN a.role IN ('hub', 'authority') THEN 1 ELSE 0 END AS BIGINT), COUNT(*)
             FROM account a WHERE a.hub = $1 AND a.disabled_at IS NULL AND ",
            " GROUP BY 1"
        );
        let without: Vec<(bool, u32)> = tx.fetch(sql, args![hub]).await?;
        let of =
            |desks| without.iter().filter(|(is_desk, _)| *is_desk == desks).map(|(_, count)| count).sum();
        Ok(SecondStepBoard { rule: rule_of(&rule)?, desks_without: of(true), others_without: of(false) })
    }

    /// Whether somebody has anything to prove themselves with beside their password.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn proves_more(&self, user: UserId) -> Result<bool, StoreError> {
        let sql = alone!("SELECT COUNT(*) FROM account a WHERE a.id = $1 AND ", "");
        let (alone,): (u32,) = self.read().await?.get(sql, args![user]).await?;
        Ok(alone == 0)
    }

    /// Has a rule count from now on. Sessions it concerns that were opened with less end: their people come in anew, and what
    /// they recorded waits for them.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn set_second_step_rule(
        &self,
        who: Actor,
        rule: SecondStepRule,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write(who.hub).await?;
        tx.execute("UPDATE hub SET second_step = $2 WHERE id = $1", args![who.hub, rule.code()]).await?;
        let sql = "DELETE FROM session WHERE device IS NULL AND two_steps = 0 AND account IN
             (SELECT a.id FROM account a WHERE a.hub = $1
              AND ($2 = 'everybody' OR ($2 = 'desks' AND a.role IN ('hub', 'authority'))))";
        tx.execute(sql, args![who.hub, rule.code()]).await?;
        let deed = Deed::SecondStepRuleSet;
        let about = Some(rule.code().to_owned());
        tx.note(who.hub, now, Entry { by: Some(who.user), device: who.device, deed, about }).await?;
        tx.commit().await
    }
}
