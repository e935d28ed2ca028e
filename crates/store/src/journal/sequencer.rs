//! Gives committed events their place in the tree, and signs checkpoints.
//!
//! One at a time among all processes, by a lease; each batch is fenced by it. Writers never wait for it:
//! events are committed first and sequenced within a quarter of a second. A checkpoint is signed at
//! most once a second and whenever the queue has run empty, kept in the database and appended to a
//! file outside it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::SEAL_DOMAIN;
use super::checkpoint::{Checkpoint, CheckpointFile};
use super::tree::{Hash, Node, Tree, leaf_hash, peaks_of};
use crate::db::{Arg, DbError, Sql, Tx};
use crate::lease::Lease;
use crate::{Store, StoreError, args, random};

/// How often waiting events are looked for.
const EVERY: Duration = Duration::from_millis(250);
/// How long to wait after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// How many events a transaction sequences.
const BATCH: usize = 256;
/// How long the lease holds after the last batch, in microseconds.
const LEASE_LASTS: i64 = 5_000_000;
/// A checkpoint is signed at most this often under load, in microseconds.
const SIGN_EVERY: i64 = 1_000_000;
const LEASE: &str = "sequencer";

/// Why the sequencer stands still. Events are still recorded; they wait.
#[derive(Debug, thiserror::Error)]
pub enum SequencerError {
    /// Another process sequences.
    #[error("another process is sequencing the journal")]
    Held,
    /// The database holds fewer events than the file outside it vouches for.
    #[error(
        "the checkpoint file remembers {remembered} events and the database holds {held}: events were removed, or the database was put back to an earlier state; run `heyrick journal verify`"
    )]
    Behind {
        /// Size of the last checkpoint in the file.
        remembered: u64,
        /// Events with a place in the tree.
        held: u64,
    },
    /// Database and file tell two stories about the same number of events.
    #[error(
        "the checkpoint file and the database disagree about the first {0} events; run `heyrick journal verify`"
    )]
    Forked(u64),
    /// The tree's end is not where this process left it.
    #[error(
        "the journal's end was changed behind this program's back; run `heyrick journal verify`"
    )]
    Changed,
    /// A stored node of the tree is missing.
    #[error("the tree over the journal has holes; run `heyrick journal verify`")]
    Holes,
    /// The file outside the database cannot be read or written.
    #[error("the checkpoint file {0} could not be read or written")]
    File(PathBuf, #[source] std::io::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for SequencerError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// The background task of a server.
#[derive(Debug)]
pub struct Sequencer {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Sequencer {
    /// Starts sequencing for this store; checkpoints are appended to this file.
    pub fn start(store: &Store, checkpoints: impl Into<PathBuf>) -> Self {
        let (stop, stopped) = oneshot::channel();
        let file = CheckpointFile::new(checkpoints);
        let task = tokio::spawn(run(store.clone(), file, stopped));
        Self { stop, task }
    }

    /// Sequences what is waiting, signs, gives the lease up, and ends.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

async fn run(store: Store, file: CheckpointFile, mut stopped: oneshot::Receiver<()>) {
    let mut work: Option<Work> = None;
    let mut pause = EVERY;
    loop {
        let stop = tokio::select! {
            _ = &mut stopped => true,
            () = tokio::time::sleep(pause) => false,
        };
        pause = EVERY;
        match step(&store, &file, &mut work).await {
            Ok(()) | Err(SequencerError::Held) => (),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "sequencer");
                work = None;
                pause = AFTER_FAILURE;
            }
        }
        if stop {
            break;
        }
    }
    if let Some(work) = work
        && let Err(error) = work.end().await
    {
        tracing::warn!(error = &error as &dyn std::error::Error, "sequencer");
    }
}

async fn step(
    store: &Store,
    file: &CheckpointFile,
    work: &mut Option<Work>,
) -> Result<(), SequencerError> {
    let work = match work {
        Some(work) => work,
        None => work.insert(Work::begin(store, file).await?),
    };
    work.catch_up().await
}

/// Sequences everything that is waiting, signs a checkpoint, and returns the latest one; `None` for an
/// empty journal.
///
/// # Errors
/// [`SequencerError::Held`] while a server does it.
pub async fn sequence_now(
    store: &Store,
    checkpoints: impl Into<PathBuf>,
) -> Result<Option<Checkpoint>, SequencerError> {
    let mut work = Work::begin(store, &CheckpointFile::new(checkpoints)).await?;
    work.catch_up().await?;
    let (size, root) = (work.tree.size(), work.tree.root());
    work.end().await?;
    Ok((size > 0).then(|| Checkpoint {
        origin: store.keys.origin().to_owned(),
        size,
        root,
    }))
}

/// The sequencer while it holds the lease.
struct Work {
    store: Store,
    file: CheckpointFile,
    lease: Lease,
    tree: Tree,
    /// Size of the last checkpoint, and when it was signed.
    signed: u64,
    signed_at: i64,
    prolonged_at: i64,
    /// Events whose seal is not ours: they get no place in the tree, and `verify` names them.
    forged: BTreeSet<Uuid>,
}

impl Work {
    async fn begin(store: &Store, file: &CheckpointFile) -> Result<Self, SequencerError> {
        let holder = Uuid::from_bytes(random()?);
        let now = store.now();
        let lease = Lease::take(&store.db, LEASE, holder, now, LEASE_LASTS)
            .await?
            .ok_or(SequencerError::Held)?;
        let mut work = Self {
            store: store.clone(),
            file: file.clone(),
            lease,
            tree: Tree::default(),
            signed: 0,
            signed_at: 0,
            prolonged_at: now,
            forged: BTreeSet::new(),
        };
        if let Err(error) = work.take_up().await {
            work.lease.give_up(&store.db).await?;
            return Err(error);
        }
        Ok(work)
    }

    /// Takes the tree up where the last sequencer left it, if the file agrees.
    async fn take_up(&mut self) -> Result<(), SequencerError> {
        const LAST: Sql =
            Sql::new("select size, note from journal_checkpoints order by size desc limit 1");
        self.tree = self.stored_tree().await?;
        let last: Option<(i64, String)> = self.store.db.opt(LAST, vec![]).await?;
        self.signed = last.as_ref().map_or(0, |(size, _)| count(*size));
        if self.signed > self.tree.size() {
            return Err(SequencerError::Changed);
        }
        self.file.mend().map_err(|error| self.file_error(error))?;
        let remembered = self.file.last().map_err(|error| self.file_error(error))?;
        let remembered = remembered.and_then(|note| Checkpoint::open(&note, &self.store.keys));
        if let Some(remembered) = &remembered {
            self.compare(remembered)?;
        }
        match last {
            // A crash between database and file: what the database has, the file gets.
            Some((_, note)) if remembered.is_none_or(|seen| seen.size < self.signed) => self
                .file
                .append(&note)
                .map_err(|error| self.file_error(error)),
            _ => Ok(()),
        }
    }

    fn compare(&self, remembered: &Checkpoint) -> Result<(), SequencerError> {
        let held = self.tree.size();
        if remembered.size > held {
            return Err(SequencerError::Behind {
                remembered: remembered.size,
                held,
            });
        }
        if remembered.size == held && remembered.root != self.tree.root() {
            return Err(SequencerError::Forked(held));
        }
        Ok(())
    }

    async fn stored_tree(&self) -> Result<Tree, SequencerError> {
        const NODE: Sql =
            Sql::new("select hash from journal_nodes where level = $1 and place = $2");
        let size = self.held().await?;
        let mut peaks = Vec::new();
        for (level, place) in peaks_of(size) {
            let row: Option<(Vec<u8>,)> = self
                .store
                .db
                .opt(NODE, args![i64::from(level), signed(place)])
                .await?;
            let hash = row.and_then(|row| Hash::try_from(row.0).ok());
            peaks.push(hash.ok_or(SequencerError::Holes)?);
        }
        Tree::from_peaks(size, peaks).ok_or(SequencerError::Holes)
    }

    async fn held(&self) -> Result<u64, SequencerError> {
        let row: Option<(i64,)> = self.store.db.opt(HELD, vec![]).await?;
        Ok(row.map_or(0, |row| count(row.0)))
    }

    /// Sequences batch after batch until nothing waits, and signs when it is time.
    async fn catch_up(&mut self) -> Result<(), SequencerError> {
        loop {
            let sequenced = if self.anything_waits().await? {
                self.sequence_batch().await?
            } else {
                0
            };
            let now = self.store.now();
            let time_to_sign = sequenced == 0 || now - self.signed_at >= SIGN_EVERY;
            if self.tree.size() > self.signed && time_to_sign {
                self.sign(now).await?;
            }
            if sequenced < BATCH {
                break;
            }
        }
        let now = self.store.now();
        if now - self.prolonged_at > LEASE_LASTS / 3 {
            self.lease.prolong(&self.store.db, now).await?;
            self.prolonged_at = now;
        }
        Ok(())
    }

    async fn anything_waits(&self) -> Result<bool, SequencerError> {
        const WAITING: Sql = Sql::new(
            "select id from journal_events where leaf is null order by at, writer, counter limit $1",
        );
        let limit = self.forged.len() as i64 + 1;
        let rows: Vec<(Uuid,)> = self.store.db.all(WAITING, args![limit]).await?;
        Ok(rows.iter().any(|(id,)| !self.forged.contains(id)))
    }

    async fn sequence_batch(&mut self) -> Result<usize, SequencerError> {
        const BATCH_SQL: Sql = Sql::new(
            "select id, body, seal from journal_events where leaf is null order by at, writer, counter limit $1",
        );
        const PLACE: Sql =
            Sql::new("update journal_events set leaf = $2 where id = $1 and leaf is null");
        let now = self.store.now();
        let mut tx = self.store.db.begin().await?;
        self.lease.fence(&mut tx, now).await?;
        let held: Option<(i64,)> = tx.opt(HELD, vec![]).await?;
        if held.map_or(0, |row| count(row.0)) != self.tree.size() {
            return Err(SequencerError::Changed);
        }
        let limit = (BATCH + self.forged.len()) as i64;
        let waiting: Vec<(Uuid, Vec<u8>, Vec<u8>)> = tx.all(BATCH_SQL, args![limit]).await?;
        let mut tree = self.tree.clone();
        let mut nodes = Vec::new();
        for (id, body, seal) in waiting {
            if !self.store.keys.is_keyed_hash(SEAL_DOMAIN, &body, &seal) {
                if self.forged.insert(id) {
                    tracing::error!(event = %id, "a journal event was not written by this program");
                }
                continue;
            }
            tx.exec(PLACE, args![id, signed(tree.size())]).await?;
            tree.push(leaf_hash(&body), |node| nodes.push(node));
        }
        insert_nodes(&mut tx, &nodes).await?;
        tx.commit().await?;
        let sequenced = tree.size() - self.tree.size();
        self.tree = tree;
        self.prolonged_at = now;
        Ok(sequenced as usize)
    }

    async fn sign(&mut self, now: i64) -> Result<(), SequencerError> {
        const KEEP: Sql = Sql::new(
            "insert into journal_checkpoints (size, root, note, at) values ($1, $2, $3, $4)",
        );
        let checkpoint = Checkpoint {
            origin: self.store.keys.origin().to_owned(),
            size: self.tree.size(),
            root: self.tree.root(),
        };
        let note = checkpoint.sign(&self.store.keys);
        let mut tx = self.store.db.begin().await?;
        self.lease.fence(&mut tx, now).await?;
        tx.exec(
            KEEP,
            args![
                signed(checkpoint.size),
                checkpoint.root.as_slice(),
                &note,
                now
            ],
        )
        .await?;
        tx.commit().await?;
        self.signed = checkpoint.size;
        self.signed_at = now;
        self.file
            .append(&note)
            .map_err(|error| self.file_error(error))
    }

    async fn end(mut self) -> Result<(), SequencerError> {
        if self.tree.size() > self.signed {
            self.sign(self.store.now()).await?;
        }
        Ok(self.lease.give_up(&self.store.db).await?)
    }

    fn file_error(&self, error: std::io::Error) -> SequencerError {
        SequencerError::File(self.file.path().to_owned(), error)
    }
}

const HELD: Sql = Sql::new("select coalesce(max(leaf), -1) + 1 from journal_events");

/// Eight rows a statement, the rest one by one.
async fn insert_nodes(tx: &mut Tx, nodes: &[Node]) -> Result<(), StoreError> {
    const ONE: Sql = Sql::new("insert into journal_nodes (level, place, hash) values ($1, $2, $3)");
    const EIGHT: Sql = Sql::new(
        "insert into journal_nodes (level, place, hash) values ($1, $2, $3), ($4, $5, $6), ($7, $8, $9),
         ($10, $11, $12), ($13, $14, $15), ($16, $17, $18), ($19, $20, $21), ($22, $23, $24)",
    );
    let (eights, rest) = nodes.as_chunks::<8>();
    for eight in eights {
        tx.exec(EIGHT, eight.iter().flat_map(node_args).collect())
            .await?;
    }
    for node in rest {
        tx.exec(ONE, node_args(node)).await?;
    }
    Ok(())
}

fn node_args(node: &Node) -> Vec<Arg> {
    args![
        i64::from(node.level),
        signed(node.place),
        node.hash.as_slice()
    ]
}

/// A size or place as the database keeps it.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A size or place from the database; a negative one was put there by somebody else and reads as 0.
pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
