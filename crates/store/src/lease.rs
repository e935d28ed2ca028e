//! Leases: who alone does something, among all processes on one database.
//!
//! A lease is a row with a holder, an epoch and a time until which it holds. Work done under it calls
//! [`Lease::fence`] in its own transaction: whoever lost the lease meanwhile, a paused process say,
//! finds the epoch gone and writes nothing. Nodes' clocks may differ by less than the lease lasts.

use uuid::Uuid;

use crate::db::{Db, Sql, Tx};
use crate::{StoreError, args};

/// A lease that was taken; it may have been lost since.
#[derive(Debug, Clone)]
pub struct Lease {
    name: String,
    holder: Uuid,
    epoch: i64,
    /// Microseconds from each fence until others may take it.
    lasts: i64,
}

impl Lease {
    /// Takes the lease if nobody holds it at `now`; `None` while somebody does. `lasts` in
    /// microseconds.
    ///
    /// # Errors
    /// [`StoreError::Db`] when the database fails.
    pub async fn take(
        db: &Db,
        name: &str,
        holder: Uuid,
        now: i64,
        lasts: i64,
    ) -> Result<Option<Self>, StoreError> {
        const TAKE: Sql = Sql::new(
            "insert into leases (name, holder, epoch, until_at) values ($1, $2, 1, $3)
             on conflict (name) do update
             set holder = excluded.holder, epoch = leases.epoch + 1, until_at = excluded.until_at
             where leases.until_at <= $4
             returning epoch",
        );
        let mut tx = db.begin().await?;
        let taken: Option<(i64,)> = tx
            .opt(TAKE, args![name, holder, now.saturating_add(lasts), now])
            .await?;
        tx.commit().await?;
        Ok(taken.map(|(epoch,)| Self {
            name: name.to_owned(),
            holder,
            epoch,
            lasts,
        }))
    }

    /// Which time round this is: one more with every change of holder.
    pub fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Prolongs the lease in this transaction, and proves that it is still ours when this commits.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody else has taken it; then do not commit.
    pub async fn fence(&self, tx: &mut Tx, now: i64) -> Result<(), StoreError> {
        const FENCE: Sql = Sql::new(
            "update leases set until_at = $4 where name = $1 and holder = $2 and epoch = $3",
        );
        let until = now.saturating_add(self.lasts);
        match tx
            .exec(FENCE, args![&self.name, self.holder, self.epoch, until])
            .await?
        {
            0 => Err(StoreError::Stale),
            _ => Ok(()),
        }
    }

    /// Prolongs the lease in a transaction of its own.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody else has taken it.
    pub async fn prolong(&self, db: &Db, now: i64) -> Result<(), StoreError> {
        let mut tx = db.begin().await?;
        self.fence(&mut tx, now).await?;
        Ok(tx.commit().await?)
    }

    /// Gives the lease up, so that nobody has to wait for it to run out. Losing it first is no error.
    ///
    /// # Errors
    /// [`StoreError::Db`] when the database fails.
    pub async fn give_up(&self, db: &Db) -> Result<(), StoreError> {
        const GIVE_UP: Sql = Sql::new(
            "update leases set until_at = 0 where name = $1 and holder = $2 and epoch = $3",
        );
        db.exec(GIVE_UP, args![&self.name, self.holder, self.epoch])
            .await?;
        Ok(())
    }
}
