//! Lists of tasks: mine, the team's, nobody's, what went up, what is done; fast among many.
//!
//! As with people and referrals: a page lies after or before a place, and is put together from walks that
//! an index orders. The policy's condition stands in each walk, for the referral and for whom it is about.

use heyrick_domain::id::{PublicId, UserId};
use heyrick_domain::person::Details;
use heyrick_domain::task::TaskKind;
use heyrick_domain::task::escalation::{Delays, Rung};
use heyrick_domain::user::Viewer;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::walk::{Condition, Eyes, Order, Walk, granted, walks};
use crate::db::Sql;
use crate::journal::{Action as Did, Event};
use crate::{Store, StoreError};

/// Most tasks of one page.
pub(super) const LIMIT_MAX: u32 = 200;
/// As many as are counted.
pub const COUNTED: usize = 1000;

/// Whose tasks are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whose {
    /// The viewer's own, and those that need somebody like the viewer and name nobody.
    #[default]
    Mine,
    /// All of records the viewer sees, in their agency.
    Team,
    /// Raised by the viewer and left to others.
    WaitingOnOthers,
    /// Nobody's by name, of records the viewer sees.
    Unowned,
    /// Overdue so long that they went up to the viewer, who is sergeant or inspector today.
    Escalated,
    /// Not shown yet: they begin on a later day.
    Later,
    /// Done, the latest first.
    Done,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// First due first.
    #[default]
    Due,
    /// By what is to be done.
    Kind,
    /// By whom it is about.
    Person,
}

/// Whose by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerIs {
    /// Nobody's.
    Nobody,
    /// Somebody's, by their name in addresses.
    Somebody(PublicId),
}

/// Where a page of the list begins or ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What the list is ordered by before the day.
    pub(super) key: String,
    /// When the task is due, or was done.
    pub(super) at: i64,
    /// Its id.
    pub(super) id: Uuid,
}

/// Which tasks are asked for.
#[derive(Debug, Clone, Default)]
pub struct TaskQuery {
    /// Whose.
    pub whose: Whose,
    /// Only those due before this instant: microseconds since 1970, UTC.
    pub due_before: Option<i64>,
    /// Only those due at this instant or later.
    pub due_from: Option<i64>,
    /// Only of this kind.
    pub kind: Option<TaskKind>,
    /// Only this owner's.
    pub owner: Option<OwnerIs>,
    /// Only about this person or referral, by its name in addresses.
    pub about: Option<PublicId>,
    /// Of what went up, only what reached this rung.
    pub rung: Option<Rung>,
    /// How long until an overdue task goes up.
    pub delays: Delays,
    /// In which order.
    pub sort: Sort,
    /// Where the page before ended.
    pub after: Option<Place>,
    /// Where the page after began; comes before `after`.
    pub before: Option<Place>,
    /// How many at most.
    pub limit: u32,
}

/// What was done with a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoneBy {
    /// When: microseconds since 1970, UTC.
    pub at: i64,
    /// Who, by name.
    pub by: Option<String>,
    /// What came of it, where somebody called it done.
    pub result: Option<String>,
}

/// A task, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What people call it, such as `T-7K4M-2Q`.
    pub reference: String,
    /// What is to be done.
    pub kind: TaskKind,
    /// The person it is about: name in addresses, and what people call it.
    pub person: (PublicId, String),
    /// The referral it is about.
    pub referral: Option<(PublicId, String)>,
    /// The passage of that referral, once something was sent in it.
    pub episode: Option<PublicId>,
    /// What colleagues call the person, if they call them anything.
    pub called: Option<String>,
    /// When it is due: microseconds since 1970, UTC.
    pub due_at: i64,
    /// From when it is shown: microseconds since 1970, UTC.
    pub starts_at: i64,
    /// Who does it, by name; `None` for anybody who may.
    pub owner: Option<String>,
    /// The same in addresses.
    pub owner_id: Option<PublicId>,
    /// Whether that is the viewer.
    pub mine: bool,
    /// Who raised it, by name.
    pub raised_by: Option<String>,
    /// When: microseconds since 1970, UTC.
    pub raised_at: i64,
    /// What is meant, in the words of whoever added it by hand.
    pub note: Option<String>,
    /// Changes with every change.
    pub version: i64,
    /// How it was done; `None` while it is open.
    pub done: Option<DoneBy>,
    /// To whom it went up, and when: by the rows kept, or worked out where there is none yet.
    pub escalated: Vec<(Rung, i64)>,
}

/// Part of a list of tasks.
#[derive(Debug, Clone, Default)]
pub struct TaskPage {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// Where the next page begins, if there is more.
    pub next: Option<Place>,
    /// Where the page before ends, if there is one.
    pub previous: Option<Place>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Row {
    pub id: Uuid,
    pub public_id: String,
    pub reference: String,
    pub kind: String,
    pub person: Uuid,
    pub person_public: String,
    pub person_reference: String,
    sort_name: String,
    called: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    pub referral: Option<Uuid>,
    pub referral_public: Option<String>,
    referral_reference: Option<String>,
    episode_public: Option<String>,
    pub due_at: i64,
    starts_at: i64,
    pub owner_id: Option<Uuid>,
    owner: Option<String>,
    owner_public: Option<String>,
    pub raised_by_id: Option<Uuid>,
    raised_by: Option<String>,
    raised_at: i64,
    note: Option<String>,
    pub version: i64,
    pub done_at: Option<i64>,
    pub done_by_id: Option<Uuid>,
    done_by: Option<String>,
    pub result: Option<String>,
    to_sergeant: Option<i64>,
    to_inspector: Option<i64>,
}

impl Row {
    fn place(&self, query: &TaskQuery) -> Place {
        let key = match query.sort {
            _ if query.whose == Whose::Done => "",
            Sort::Due => "",
            Sort::Kind => &self.kind,
            Sort::Person => &self.sort_name,
        };
        let at = match query.whose {
            Whose::Done => self.done_at.unwrap_or_default(),
            _ => self.due_at,
        };
        Place {
            key: key.to_owned(),
            at,
            id: self.id,
        }
    }

    fn escalated(&self, now: i64, delays: Delays) -> Vec<(Rung, i64)> {
        let due = Timestamp::from_microsecond(self.due_at).unwrap_or(Timestamp::MAX);
        let kept = [self.to_sergeant, self.to_inspector];
        let reached = |(rung, kept): (Rung, Option<i64>)| {
            let at = kept.unwrap_or_else(|| delays.reached(rung, due).as_microsecond());
            (self.done_at.is_none() && at <= now).then_some((rung, at))
        };
        Rung::ALL
            .into_iter()
            .zip(kept)
            .filter_map(reached)
            .collect()
    }

    pub fn task(self, me: UserId, now: i64, delays: Delays) -> Result<Task, StoreError> {
        let escalated = self.escalated(now, delays);
        let referral = self
            .referral_public
            .map(PublicId)
            .zip(self.referral_reference);
        let details = Details {
            first_name: self.first_name,
            last_name: self.last_name,
            called: self.called,
            ..Details::default()
        };
        let (by, result) = (self.done_by, self.result);
        Ok(Task {
            public_id: PublicId(self.public_id),
            reference: self.reference,
            kind: TaskKind::from_code(&self.kind).ok_or(StoreError::Corrupt("task"))?,
            person: (PublicId(self.person_public), self.person_reference),
            referral,
            episode: self.episode_public.map(PublicId),
            called: details.label(),
            due_at: self.due_at,
            starts_at: self.starts_at,
            mine: self.owner_id == Some(me.0),
            owner: self.owner,
            owner_id: self.owner_public.map(PublicId),
            raised_by: self.raised_by,
            raised_at: self.raised_at,
            note: self.note,
            version: self.version,
            done: self.done_at.map(|at| DoneBy { at, by, result }),
            escalated,
        })
    }
}

/// Tasks about records the viewer may see. One event in the journal, with the records shown.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn tasks_for(
    store: &Store,
    viewer: &Viewer,
    query: &TaskQuery,
) -> Result<TaskPage, StoreError> {
    let page = page(store, viewer, &Eyes::of(store, viewer)?, query).await?;
    look(store, viewer, Did::TaskListed, &page.rows).await?;
    page.tasks(store, viewer, query)
}

/// Journals the records whose tasks are shown.
pub(super) async fn look(
    store: &Store,
    viewer: &Viewer,
    did: Did,
    rows: &[Row],
) -> Result<(), StoreError> {
    let about = |row: &Row| row.referral.unwrap_or(row.person);
    let mut shown: Vec<Uuid> = rows.iter().map(about).collect();
    shown.sort_unstable();
    shown.dedup();
    store
        .journal
        .look(viewer, Event::new(did).shown(shown))
        .await
}

/// The rows of a page and what lies around it.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub rows: Vec<Row>,
    pub next: Option<Place>,
    previous: Option<Place>,
}

impl Rows {
    pub fn tasks(
        self,
        store: &Store,
        viewer: &Viewer,
        query: &TaskQuery,
    ) -> Result<TaskPage, StoreError> {
        let now = store.now();
        let task = |row: Row| row.task(viewer.user, now, query.delays);
        Ok(TaskPage {
            tasks: self.rows.into_iter().map(task).collect::<Result<_, _>>()?,
            next: self.next,
            previous: self.previous,
        })
    }
}

/// One page, not journalled yet.
pub(super) async fn page(
    store: &Store,
    viewer: &Viewer,
    eyes: &Eyes,
    query: &TaskQuery,
) -> Result<Rows, StoreError> {
    let limit = usize::try_from(query.limit.clamp(1, LIMIT_MAX)).unwrap_or(1);
    let mut rows = walked(store, viewer, eyes, query, limit + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let back = query.before.is_some();
    if back {
        rows.reverse();
    }
    let first = rows.first().map(|row| row.place(query));
    let last = rows.last().map(|row| row.place(query));
    Ok(Rows {
        next: last.filter(|_| back || more),
        previous: first.filter(|_| if back { more } else { query.after.is_some() }),
        rows,
    })
}

/// The rows of every walk in the order asked for, each once.
pub(super) async fn walked(
    store: &Store,
    viewer: &Viewer,
    eyes: &Eyes,
    query: &TaskQuery,
    limit: usize,
) -> Result<Vec<Row>, StoreError> {
    let granted = granted(viewer);
    let mut rows = Vec::new();
    for walk in walks(store, viewer, query, &granted) {
        rows.extend(run(store, viewer, eyes, query, walk, limit).await?);
    }
    let place = |row: &Row| {
        let place = row.place(query);
        (place.key, place.at, place.id)
    };
    rows.sort_by_cached_key(place);
    if Order::of(query).is_down() {
        rows.reverse();
    }
    rows.dedup_by_key(|row| row.id);
    rows.truncate(limit);
    Ok(rows)
}

async fn run(
    store: &Store,
    viewer: &Viewer,
    eyes: &Eyes,
    query: &TaskQuery,
    walk: Walk<'_>,
    limit: usize,
) -> Result<Vec<Row>, StoreError> {
    let condition = Condition::new(store, viewer, eyes).walk(walk, query, limit);
    Ok(store.db.all_filtered(TASKS, vec![], condition).await?)
}

pub(super) const TASKS: Sql = Sql::new(
    "select t.id, t.public_id, t.reference, t.kind, p.id as person, p.public_id as person_public,
         p.reference as person_reference, p.sort_name, p.called, p.first_name, p.last_name,
         r.id as referral, r.public_id as referral_public, r.reference as referral_reference,
         (select p2.public_id from episodes p2 where p2.id = r.episode_id
          and exists (select 1 from episode_events v where v.episode_id = p2.id)) as episode_public,
         t.due_at, t.starts_at, t.owner_id, o.display_name as owner, o.public_id as owner_public,
         t.raised_by as raised_by_id, b.display_name as raised_by, t.raised_at, t.note, t.version,
         t.done_at, t.done_by as done_by_id, d.display_name as done_by, t.result,
         (select max(e.at) from task_escalations e
          where e.task_id = t.id and e.rung = 'sergeant' and e.settled_at is null) as to_sergeant,
         (select max(e.at) from task_escalations e
          where e.task_id = t.id and e.rung = 'inspector' and e.settled_at is null) as to_inspector
     from tasks t
     join persons p on p.id = t.person_id
     left join referrals r on r.id = t.referral_id
     left join users o on o.id = t.owner_id
     left join users b on b.id = t.raised_by
     left join users d on d.id = t.done_by
     where {filter}",
);

/// A task the viewer may see, open or done, by its name in addresses.
pub(super) async fn find_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Row>, StoreError> {
    let eyes = Eyes::of(store, viewer)?;
    let mut condition = Condition::new(store, viewer, &eyes);
    let (id, seen) = (condition.bind(id), condition.seen());
    let filter = condition.filter(format!("t.public_id = {id} and {seen}"));
    let rows: Vec<Row> = store.db.all_filtered(TASKS, vec![], filter).await?;
    Ok(rows.into_iter().next())
}
