//! Proves the journal whole, or says in plain sentences what was done to it.
//!
//! Everything is worked out again from the events' own bytes: hashes, tree, roots. It is compared with
//! what stands beside them: columns, seals, writers' counters, stored nodes, signed checkpoints in the
//! database and in the file outside it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::checkpoint::{Checkpoint, CheckpointFile, Remembered};
use super::event::Body;
pub use super::finding::{Finding, Kept, Notice};
use super::sequencer::{count, signed};
use super::tree::{Hash, Tree, leaf_hash, nodes_in};
use super::{Action, DAY, SEAL_DOMAIN};
use crate::db::{Db, DbError, Sql};
use crate::keys::Keys;
use crate::{StoreError, args};

/// How many events are read at a time.
const PAGE: u64 = 8192;
/// How many findings are told one by one; the rest are counted.
const TOLD: usize = 100;
/// How long nothing may be written before it is noticed: 31 days, in microseconds.
const QUIET: i64 = 31 * DAY;
/// How far an event may be older than the one before it: an hour, in microseconds.
const OLDER: i64 = 3_600 * 1_000_000;

/// What `verify` looked at and what it found.
#[derive(Debug, Default)]
pub struct Report {
    /// Events with a place in the tree.
    pub sequenced: u64,
    /// Events that still wait for one.
    pub waiting: u64,
    /// Writers whose counters were followed.
    pub writers: usize,
    /// Checkpoints in the database.
    pub checkpoints: usize,
    /// Checkpoints in the file outside; `None` when it was not looked at.
    pub remembered: Option<usize>,
    /// The root over all sequenced events: what to compare with a copy kept elsewhere.
    pub root: Hash,
    /// What is wrong, at most a hundred.
    pub findings: Vec<Finding>,
    /// How many more things are wrong.
    pub untold: usize,
    /// What is strange about the time of events and breaks nothing, at most a hundred.
    pub notices: Vec<Notice>,
}

impl Report {
    /// Says whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    fn found(&mut self, finding: Finding) {
        match self.findings.len() < TOLD {
            true => self.findings.push(finding),
            false => self.untold += 1,
        }
    }
}

/// Why the journal could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The checkpoint file failed.
    #[error("the checkpoint file could not be read")]
    File(#[from] std::io::Error),
    /// A part of the work was interrupted.
    #[error("the work was interrupted")]
    Interrupted,
}

impl From<DbError> for VerifyError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Looks at the whole journal. May run beside a server. `file` is left out only where there is none to
/// look at; then a cut end cannot be noticed.
///
/// # Errors
/// [`VerifyError`] when something could not be read; what was tampered with is in the report.
pub async fn verify(
    db: &Db,
    keys: &Keys,
    file: Option<&CheckpointFile>,
) -> Result<Report, VerifyError> {
    // What the file must hold, then the file, then the database: while a server runs both only grow, the
    // database first, and neither may seem to lack what came meanwhile.
    let settled = settled(db).await?;
    let remembered = match file {
        Some(file) => Some(file.read()?),
        None => None,
    };
    let mut work = Work::begin(db, keys).await?;
    match (remembered, file) {
        (Some(Some(remembered)), _) => work.take_file(&remembered, &settled).await?,
        (Some(None), Some(file)) if work.size > 0 => work
            .report
            .found(Finding::NoFile(file.path().display().to_string())),
        _ => (),
    }
    let mut from = 0;
    while from < work.size {
        let to = work.size.min(from + PAGE);
        work.page(from, to).await?;
        from = to;
    }
    let mut report = work.finish().await?;
    if report.sequenced == 0 && report.waiting == 0 && has_accounts(db).await? {
        report.found(Finding::Emptied);
    }
    Ok(report)
}

async fn has_accounts(db: &Db) -> Result<bool, VerifyError> {
    const ONE: Sql = Sql::new("select username from users limit 1");
    let row: Option<(String,)> = db.opt(ONE, vec![]).await?;
    Ok(row.is_some())
}

/// The checkpoints in the database but the newest, which a crash may have kept from the file: a sequencer
/// signs the next one only once the file has the one before.
async fn settled(db: &Db) -> Result<Vec<u64>, VerifyError> {
    const SIZES: Sql = Sql::new("select size from journal_checkpoints order by size desc");
    let sizes: Vec<(i64,)> = db.all(SIZES, vec![]).await?;
    Ok(sizes.into_iter().skip(1).map(|row| count(row.0)).collect())
}

struct Work<'a> {
    db: &'a Db,
    keys: &'a Keys,
    /// How many places of the tree are looked at: those taken when the work began.
    size: u64,
    tree: Tree,
    /// Each writer's last counter and time.
    writers: HashMap<Uuid, (i64, i64)>,
    /// The time of the event before, in the order of the tree.
    before: Option<i64>,
    /// Signed roots by size, and where each was kept.
    vouched: BTreeMap<u64, Vec<(Hash, Kept)>>,
    report: Report,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    writer: Uuid,
    counter: i64,
    at: i64,
    actor: Option<Uuid>,
    role: Option<String>,
    session: Option<Uuid>,
    action: String,
    object_kind: Option<String>,
    object: Option<Uuid>,
    body: Vec<u8>,
    seal: Vec<u8>,
    leaf: Option<i64>,
}

/// What one row shows by itself, worked out apart from all others.
struct Looked {
    id: Uuid,
    writer: Uuid,
    counter: i64,
    at: i64,
    leaf: Option<i64>,
    hash: Hash,
    findings: Vec<Finding>,
    /// What it says itself of the machine's clock.
    behind: Option<u32>,
}

impl<'a> Work<'a> {
    async fn begin(db: &'a Db, keys: &'a Keys) -> Result<Self, VerifyError> {
        const SIZE: Sql = Sql::new("select coalesce(max(leaf), -1) + 1 from journal_events");
        const NOTES: Sql =
            Sql::new("select size, root, note from journal_checkpoints order by size");
        let notes: Vec<(i64, Vec<u8>, String)> = db.all(NOTES, vec![]).await?;
        let size: Option<(i64,)> = db.opt(SIZE, vec![]).await?;
        let mut work = Self {
            db,
            keys,
            size: size.map_or(0, |row| count(row.0)),
            tree: Tree::default(),
            writers: HashMap::new(),
            before: None,
            vouched: BTreeMap::new(),
            report: Report::default(),
        };
        work.report.checkpoints = notes.len();
        for (size, root, note) in notes {
            match Checkpoint::open(&note, keys) {
                Some(open) if open.size == count(size) && open.root.as_slice() == root => {
                    work.vouch(&open, Kept::Database);
                }
                _ => work.report.found(Finding::Unsigned(count(size))),
            }
        }
        Ok(work)
    }

    fn vouch(&mut self, checkpoint: &Checkpoint, kept: Kept) {
        let all = self.vouched.entry(checkpoint.size).or_default();
        // The same root twice is one thing to check; the file is the one to name.
        all.retain(|(root, _)| *root != checkpoint.root);
        all.push((checkpoint.root, kept));
    }

    async fn take_file(
        &mut self,
        remembered: &Remembered,
        settled: &[u64],
    ) -> Result<(), VerifyError> {
        const NOTE: Sql =
            Sql::new("select note from journal_checkpoints order by size desc limit 1");
        let open: Vec<_> = remembered
            .notes
            .iter()
            .map(|note| Checkpoint::open(note, self.keys))
            .collect();
        self.report.remembered = Some(open.iter().flatten().count());
        self.missing(open.iter().flatten(), settled);
        for checkpoint in open.iter().flatten() {
            self.vouch(checkpoint, Kept::File);
        }
        if open.iter().flatten().count() == 0 && self.size > 0 {
            self.report.found(Finding::ForeignFile);
        } else if Checkpoint::open(&remembered.end, self.keys).is_none() {
            let last: Option<(String,)> = self.db.opt(NOTE, vec![]).await?;
            // A crash while appending leaves the beginning of a note the database already has.
            if !last.is_some_and(|(note,)| note.starts_with(remembered.end.trim_end())) {
                self.report.found(Finding::FileEnd);
            }
        }
        Ok(())
    }

    /// Names the checkpoints that stand on one side and are gone from the other. Those of more events than
    /// there are are told as a cut end.
    fn missing<'c>(&mut self, file: impl Iterator<Item = &'c Checkpoint>, settled: &[u64]) {
        let file: BTreeSet<u64> = file.map(|checkpoint| checkpoint.size).collect();
        if file.is_empty() {
            return; // told as a foreign file
        }
        let kept: BTreeSet<u64> = self.vouched.keys().copied().collect();
        let from_file = settled.iter().filter(|size| !file.contains(size));
        let from_database = file.difference(&kept).filter(|size| **size <= self.size);
        let gone: Vec<Finding> = from_file
            .map(|size| (*size, Kept::File))
            .chain(from_database.map(|size| (*size, Kept::Database)))
            .map(|(size, gone)| Finding::Gone { size, gone })
            .collect();
        for finding in gone {
            self.report.found(finding);
        }
    }

    /// Looks at the places `from` up to, not including, `to`.
    async fn page(&mut self, from: u64, to: u64) -> Result<(), VerifyError> {
        const EVENTS: Sql = Sql::new(
            "select id, writer, counter, at, actor, role, session, action, object_kind, object, body, seal, leaf
             from journal_events where leaf >= $1 and leaf < $2 order by leaf",
        );
        const SHOWN: Sql = Sql::new(
            "select s.event_id, s.object from journal_shown s
             where s.event_id in (select e.id from journal_events e where e.leaf >= $1 and e.leaf < $2)",
        );
        let range = || args![signed(from), signed(to)];
        let rows: Vec<Row> = self.db.all(EVENTS, range()).await?;
        let shown: Vec<(Uuid, Uuid)> = self.db.all(SHOWN, range()).await?;
        let mut stored = self.stored_nodes(from, to).await?;
        let mut expected = from;
        for looked in look_at(self.keys, rows, shown).await? {
            let leaf = count(looked.leaf.unwrap_or_default());
            for missing in expected..leaf {
                self.report.found(Finding::Removed(missing));
                // What stood there cannot be known; its stored hash lets the rest be followed.
                let hash = stored.get(&(0, missing)).copied().unwrap_or_default();
                self.place(hash, &mut stored);
            }
            self.judge(&looked, &stored, leaf);
            self.place(looked.hash, &mut stored);
            expected = leaf + 1;
        }
        for missing in expected..to {
            self.report.found(Finding::Removed(missing));
            let hash = stored.get(&(0, missing)).copied().unwrap_or_default();
            self.place(hash, &mut stored);
        }
        Ok(())
    }

    async fn stored_nodes(
        &self,
        from: u64,
        to: u64,
    ) -> Result<HashMap<(u32, u64), Hash>, VerifyError> {
        const NODES: Sql = Sql::new(
            "select place, hash from journal_nodes where level = $1 and place >= $2 and place < $3",
        );
        let mut stored = HashMap::new();
        for level in 0..u64::BITS {
            let (first, last) = (from >> level, to >> level);
            if last == 0 {
                break;
            }
            let rows: Vec<(i64, Vec<u8>)> = self
                .db
                .all(NODES, args![i64::from(level), signed(first), signed(last)])
                .await?;
            stored.extend(rows.into_iter().filter_map(|(place, hash)| {
                Some(((level, count(place)), Hash::try_from(hash).ok()?))
            }));
        }
        Ok(stored)
    }

    fn judge(&mut self, looked: &Looked, stored: &HashMap<(u32, u64), Hash>, leaf: u64) {
        let id = looked.id;
        for finding in &looked.findings {
            self.report.found(finding.clone());
        }
        if stored.get(&(0, leaf)) != Some(&looked.hash) {
            self.report.found(Finding::Leaf { id, leaf });
        }
        self.follow(looked);
    }

    /// Notices what is strange about the time of an event.
    fn watch(&mut self, row: &Looked) {
        let event = row.id;
        let since = self
            .before
            .map_or(0, |before| row.at.saturating_sub(before));
        self.before = Some(row.at);
        let notice = match row.behind {
            Some(days) => Notice::Behind { event, days },
            None if since > QUIET => Notice::Ahead {
                event,
                days: since / DAY,
            },
            None if since < -OLDER => Notice::Backwards {
                event,
                minutes: -since / 60_000_000,
            },
            None => return,
        };
        if self.report.notices.len() < TOLD {
            self.report.notices.push(notice);
        }
    }

    /// Follows the writer's counter and clock.
    fn follow(&mut self, row: &Looked) {
        self.watch(row);
        let (last, at) = self
            .writers
            .get(&row.writer)
            .copied()
            .unwrap_or((0, i64::MIN));
        if row.counter <= last {
            self.report.found(Finding::Order(row.id));
            return;
        }
        if row.counter > last + 1 {
            self.report.found(Finding::Gap {
                writer: row.writer,
                first: last + 1,
                last: row.counter - 1,
            });
        }
        if row.at < at {
            self.report.found(Finding::Time(row.id));
        }
        self.writers.insert(row.writer, (row.counter, row.at));
    }

    /// Adds a leaf to our own tree and compares what it completes, and every root vouched for.
    fn place(&mut self, leaf: Hash, stored: &mut HashMap<(u32, u64), Hash>) {
        let report = &mut self.report;
        self.tree.push(leaf, |node| {
            let same = stored.remove(&(node.level, node.place)) == Some(node.hash);
            // A wrong leaf is told with its event.
            if !same && node.level > 0 {
                report.found(Finding::Node {
                    level: node.level,
                    place: node.place,
                });
            }
        });
        let size = self.tree.size();
        for (root, kept) in self.vouched.remove(&size).into_iter().flatten() {
            if root != self.tree.root() {
                self.report.found(Finding::Root { size, kept });
            }
        }
    }

    async fn finish(mut self) -> Result<Report, VerifyError> {
        const STORED: Sql =
            Sql::new("select count(*) from journal_nodes where level = $1 and place < $2");
        self.rest().await?;
        for (size, all) in std::mem::take(&mut self.vouched) {
            for (_, kept) in all {
                let held = self.size;
                self.report.found(Finding::Cut { size, held, kept });
            }
        }
        let mut stored = 0;
        for level in (0..62).take_while(|level| self.size >> level > 0) {
            let places = signed(self.size >> level);
            let row: Option<(i64,)> = self.db.opt(STORED, args![level, places]).await?;
            stored += row.map_or(0, |row| count(row.0));
        }
        let needed = nodes_in(self.size);
        if stored != needed {
            self.report.found(Finding::Nodes { stored, needed });
        }
        self.report.sequenced = self.size;
        self.report.writers = self.writers.len();
        self.report.root = self.tree.root();
        Ok(self.report)
    }

    /// The events that came after the size was taken, or wait for their place: one statement, so that a
    /// running server cannot seem to leave gaps.
    async fn rest(&mut self) -> Result<(), VerifyError> {
        const REST: Sql = Sql::new(
            "select id, writer, counter, at, actor, role, session, action, object_kind, object, body, seal, leaf
             from journal_events where leaf is null or leaf >= $1 order by at, writer, counter",
        );
        const SHOWN: Sql = Sql::new(
            "select s.event_id, s.object from journal_shown s
             where s.event_id in (select e.id from journal_events e where e.leaf is null or e.leaf >= $1)",
        );
        let from = args![signed(self.size)];
        let rows: Vec<Row> = self.db.all(REST, from.clone()).await?;
        let ids: BTreeSet<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut shown: Vec<(Uuid, Uuid)> = self.db.all(SHOWN, from).await?;
        shown.retain(|(event, _)| ids.contains(event));
        self.report.waiting = rows.len() as u64;
        for looked in look_at(self.keys, rows, shown).await? {
            for finding in &looked.findings {
                self.report.found(finding.clone());
            }
            self.follow(&looked);
        }
        Ok(())
    }
}

/// What each row shows by itself, on as many threads as there are processors.
async fn look_at(
    keys: &Keys,
    rows: Vec<Row>,
    shown: Vec<(Uuid, Uuid)>,
) -> Result<Vec<Looked>, VerifyError> {
    let mut by_event: HashMap<Uuid, BTreeSet<Uuid>> = HashMap::new();
    for (event, object) in shown {
        by_event.entry(event).or_default().insert(object);
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let shown = by_event.remove(&row.id).unwrap_or_default();
            (row, shown)
        })
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let chunk = rows.len().div_ceil(threads).max(1);
    let keys = keys.clone();
    let work = move || {
        std::thread::scope(|scope| {
            let parts: Vec<_> = rows
                .chunks(chunk)
                .map(|rows| {
                    scope.spawn(|| rows.iter().map(|row| look_at_one(&keys, row)).collect())
                })
                .collect();
            parts
                .into_iter()
                .map(|part| part.join().map_err(|_| VerifyError::Interrupted))
                .collect::<Result<Vec<Vec<Looked>>, _>>()
        })
    };
    let parts = tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| VerifyError::Interrupted)??;
    Ok(parts.into_iter().flatten().collect())
}

fn look_at_one(keys: &Keys, (row, shown): &(Row, BTreeSet<Uuid>)) -> Looked {
    let mut findings = Vec::new();
    let body = Body::read(&row.body);
    let behind = body.as_ref().and_then(days_behind);
    match body {
        None => findings.push(Finding::Unreadable(row.id)),
        Some(body) => {
            if !row.says(&body) {
                findings.push(Finding::Columns(row.id));
            }
            if body.shown.iter().copied().collect::<BTreeSet<_>>() != *shown {
                findings.push(Finding::Shown(row.id));
            }
        }
    }
    if !keys.is_keyed_hash(SEAL_DOMAIN, &row.body, &row.seal) {
        findings.push(Finding::Seal(row.id));
    }
    Looked {
        id: row.id,
        writer: row.writer,
        counter: row.counter,
        at: row.at,
        leaf: row.leaf,
        hash: leaf_hash(&row.body),
        findings,
        behind,
    }
}

/// How many days the machine's clock stood behind, where the event says so.
fn days_behind(body: &Body) -> Option<u32> {
    let says = body.action == Action::ClockBehind.code();
    let days = body.reason.as_deref()?.strip_prefix("days_")?;
    says.then(|| days.parse().ok()).flatten()
}

impl Row {
    /// Says whether every column is what the body says.
    fn says(&self, body: &Body) -> bool {
        self.id == body.id
            && self.writer == body.writer
            && self.counter == body.counter
            && self.at == body.at
            && self.actor == body.actor
            && self.role == body.role
            && self.session == body.session
            && self.action == body.action
            && self.object_kind == body.kind
            && self.object == body.object
    }
}
