//! The application's hashed files, kept for pages of the builds before this one. A page and a server of different builds meet
//! at each deployment, and for as long as an old server answers beside a new one.

use domain::time::Timestamp;

use super::{Store, StoreError, value::args};

/// How long a file is kept after the last server that had it inside: the longest that a page is left open.
const KEPT_MS: i64 = 60 * 86_400_000;

/// A file of the application, under the name the bundle gave it.
pub type AppFile = (String, Vec<u8>);

impl Store {
    /// Notes that this server has these files inside, and forgets those that none had for long. A file is read, by `body`, only
    /// when it is not kept yet.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn keep_app_files(
        &self,
        names: &[String],
        body: impl Fn(&str) -> Option<Vec<u8>>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.write_beside().await?;
        for name in names {
            let known = "UPDATE app_file SET served_at = $2 WHERE name = $1";
            if tx.execute(known, args![&**name, now]).await? == 0
                && let Some(body) = body(name)
            {
                let new = "INSERT INTO app_file (name, body, served_at) VALUES ($1, $2, $3)
                     ON CONFLICT (name) DO NOTHING";
                tx.execute(new, args![&**name, body, now]).await?;
            }
        }
        tx.execute("DELETE FROM app_file WHERE served_at < $1", args![now.plus_ms(-KEPT_MS)]).await?;
        tx.commit().await
    }

    /// Which there are of a file and its compressed copies.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn app_files(&self, name: &str) -> Result<Vec<AppFile>, StoreError> {
        let sql = "SELECT name, body FROM app_file WHERE name IN ($1, $2, $3)";
        let names = args![name, format!("{name}.br"), format!("{name}.gz")];
        self.read().await?.fetch(sql, names).await
    }
}
