//! The program's own work while it serves: noticing what went up, sending the daily e-mail. One node at a time, by a lease.
//!
//! Nothing a page shows depends on it: see ADR 21.

use std::time::Duration;

use heyrick_domain::task::escalation::Delays;
use heyrick_store::coach::beyond::look_beyond;
use heyrick_store::episode::record_birthdays;
use heyrick_store::evidence::care::look_after;
use heyrick_store::family;
use heyrick_store::lease::Lease;
use heyrick_store::task::record_escalations;
use heyrick_store::{Store, StoreError};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::digest::Digests;

/// How often there is a look for work.
const EVERY: Duration = Duration::from_secs(30);
/// How long the lease holds after the last write, in microseconds: longer than a round takes, and short
/// enough that another node goes on soon.
const LEASE_LASTS: i64 = 120_000_000;
const LEASE: &str = "worker";

/// What the worker needs to know.
#[derive(Debug, Clone)]
pub struct Work {
    /// The records.
    pub store: Store,
    /// How long a task may be overdue before it goes up.
    pub delays: Delays,
    /// The daily e-mail; `None` where no e-mail is sent.
    pub digests: Option<Digests>,
}

/// The background task of a server.
#[derive(Debug)]
pub struct Worker {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Worker {
    /// Starts working until stopped.
    pub fn start(work: Work) -> Self {
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(run(work, stopped));
        Self { stop, task }
    }

    /// Ends after the round it is in.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

async fn run(work: Work, mut stopped: oneshot::Receiver<()>) {
    let mut pause = Duration::from_secs(1);
    loop {
        tokio::select! {
            _ = &mut stopped => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = EVERY;
        match work.round().await {
            // Another node took the lease meanwhile: it goes on where this one stopped.
            Ok(()) | Err(StoreError::Stale) => {}
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "worker");
            }
        }
    }
}

impl Work {
    /// Does everything there is to do now, if no other node does.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails or the lease was lost.
    pub async fn round(&self) -> Result<(), StoreError> {
        let store = &self.store;
        let holder = Uuid::new_v4();
        let now = store.now();
        let Some(lease) = Lease::take(&store.db, LEASE, holder, now, LEASE_LASTS).await? else {
            return Ok(());
        };
        let done = self.under(&lease).await;
        lease.give_up(&store.db).await?;
        done
    }

    /// Each piece of work by itself: what stops one holds up no other.
    async fn under(&self, lease: &Lease) -> Result<(), StoreError> {
        let up = record_escalations(&self.store, lease, self.delays).await;
        let grown = record_birthdays(&self.store).await;
        let beyond = look_beyond(&self.store).await;
        let families = family::beyond::look_beyond(&self.store).await;
        let files = look_after(&self.store).await;
        let sent = match &self.digests {
            Some(digests) => digests.round(&self.store, lease, self.delays).await,
            None => Ok(()),
        };
        up?;
        grown?;
        beyond?;
        families?;
        files?;
        sent
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use heyrick_store::{Clock, Db, Keys, migrate};
    use jiff::{SignedDuration, Timestamp};

    use super::*;

    #[tokio::test]
    async fn nodes_take_turns_and_a_node_that_died_is_followed() {
        for fresh in heyrick_testkit::engines().unwrap() {
            let db = Db::connect(&fresh.url).await.unwrap();
            migrate::migrate(&db, 0).await.unwrap();
            let start: Timestamp = "2026-03-03T12:00:00Z".parse().unwrap();
            let clock = Clock::fixed(start);
            let store = Store::open(db, Keys::generate().unwrap(), clock.clone());
            let store = store.await.unwrap();
            let delays = Delays::default();
            let work = Work {
                store,
                delays,
                digests: None,
            };
            let (now, other) = (work.store.now(), Uuid::new_v4());
            let take = |now| Lease::take(&work.store.db, LEASE, other, now, LEASE_LASTS);
            let died = take(now).await.unwrap().unwrap();
            work.round().await.unwrap();
            assert!(
                died.prolong(&work.store.db, now).await.is_ok(),
                "left alone"
            );
            clock.set(start.checked_add(SignedDuration::from_secs(121)).unwrap());
            work.round().await.unwrap();
            assert!(died.prolong(&work.store.db, now).await.is_err(), "followed");
            assert!(take(work.store.now()).await.unwrap().is_some(), "given up");
        }
    }
}
