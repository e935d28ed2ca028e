//! Tasks: raised and settled in the transaction of the fact that makes or answers them, listed for
//! whoever may see the record they are about, done by hand with a result.

use heyrick_domain::id::{PersonId, PublicId, ReferenceKind, ReferralId, TaskId, UserId};
use heyrick_domain::person::Details;
use heyrick_domain::task::{self, DoneError, TaskKind};
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Columns, Kind, Resource};
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{Arg, Filter, Sql};
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::{Store, StoreError, Tx, args, sight};

/// A task to be raised. The record's own referral or person, or both, must be named.
#[derive(Debug, Clone)]
pub struct NewTask<'a> {
    /// What is to be done.
    pub kind: TaskKind,
    /// Whose it is: the record's agency and team.
    pub resource: &'a Resource,
    /// The person it is about; that of the referral when it is left out.
    pub person: Option<PersonId>,
    /// The referral it is about.
    pub referral: Option<ReferralId>,
    /// Who does it; `None` for anybody of the team who may, except whoever raised it where it needs a
    /// second person.
    pub owner: Option<UserId>,
    /// When it is due: microseconds since 1970, UTC; `None` for what is usual.
    pub due_at: Option<i64>,
}

/// The record whose tasks are meant: a person's own, or a referral's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Tasks about a person and no referral.
    Person(PersonId),
    /// Tasks about a referral.
    Referral(ReferralId),
}

impl From<PersonId> for About {
    fn from(id: PersonId) -> Self {
        Self::Person(id)
    }
}

impl From<ReferralId> for About {
    fn from(id: ReferralId) -> Self {
        Self::Referral(id)
    }
}

/// Raises a task. An open one of the same kind about the same record is settled first, so that there
/// is one at most.
pub(crate) async fn raise(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    new: NewTask<'_>,
) -> Result<TaskId, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into tasks (id, public_id, reference, agency_id, team_id, person_id, referral_id, kind, due_at,
             owner_id, raised_by, raised_at)
         values ($1, $2, $3, $4, $5, coalesce($6, (select r.person_id from referrals r where r.id = $7)), $7, $8, $9,
             $10, $11, $12)
         on conflict (reference) do nothing",
    );
    match (new.person, new.referral) {
        (_, Some(referral)) => settle(store, tx, viewer, new.kind, referral).await?,
        (Some(person), None) => settle(store, tx, viewer, new.kind, person).await?,
        (None, None) => return Err(StoreError::Corrupt("task")),
    }
    let now = store.now();
    let usual = Timestamp::from_microsecond(now).map(|now| new.kind.usually_due(now));
    let due = match new.due_at {
        Some(due) => Some(due),
        None => usual.ok().map(Timestamp::as_microsecond),
    };
    let id = TaskId(store.new_id()?);
    loop {
        let values = args![
            id,
            store.new_public_id()?,
            store.new_reference(ReferenceKind::Task)?,
            new.resource.agency,
            new.resource.team,
            new.person,
            new.referral,
            new.kind.code(),
            due,
            new.owner,
            viewer.user,
            now
        ];
        if tx.exec(INSERT, values).await? > 0 {
            break;
        }
    }
    let event = Event::new(Did::TaskAdded)
        .object(ObjectKind::Task, id)
        .reason(new.kind.code());
    store.journal.record(tx, viewer, event).await?;
    Ok(id)
}

/// Settles open tasks of this kind about a record: the thing itself happened.
pub(crate) async fn settle(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    kind: TaskKind,
    about: impl Into<About>,
) -> Result<(), StoreError> {
    const OF_PERSON: Sql = Sql::new(
        "update tasks set done_at = $3, done_by = $4
         where person_id = $1 and referral_id is null and kind = $2 and done_at is null returning id",
    );
    const OF_REFERRAL: Sql = Sql::new(
        "update tasks set done_at = $3, done_by = $4
         where referral_id = $1 and kind = $2 and done_at is null returning id",
    );
    let (sql, id) = match about.into() {
        About::Person(id) => (OF_PERSON, id.0),
        About::Referral(id) => (OF_REFERRAL, id.0),
    };
    let values = args![id, kind.code(), store.now(), viewer.user];
    let settled: Vec<(Uuid,)> = tx.all(sql, values).await?;
    for (id,) in settled {
        let event = Event::new(Did::TaskDone)
            .object(ObjectKind::Task, id)
            .reason(kind.code());
        store.journal.record(tx, viewer, event).await?;
    }
    Ok(())
}

/// Settles every open task about a referral: it was withdrawn, or sent.
pub(crate) async fn settle_all(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    referral: ReferralId,
) -> Result<(), StoreError> {
    for kind in TaskKind::ALL {
        settle(store, tx, viewer, *kind, referral).await?;
    }
    Ok(())
}

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
}

/// Where a page of the list ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// When the last task shown is due; [`UNDATED`] when it is not.
    due_at: i64,
    /// Its id.
    id: Uuid,
}

/// Which open tasks are asked for.
#[derive(Debug, Clone, Default)]
pub struct TaskQuery {
    /// Whose.
    pub whose: Whose,
    /// Only those due before this instant: microseconds since 1970, UTC.
    pub due_before: Option<i64>,
    /// Where the page before ended.
    pub after: Option<Place>,
    /// How many at most.
    pub limit: u32,
}

/// An open task, as it is listed.
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
    /// What colleagues call the person, if they call them anything.
    pub called: Option<String>,
    /// When it is due: microseconds since 1970, UTC.
    pub due_at: Option<i64>,
    /// Who does it, by name; `None` for anybody who may.
    pub owner: Option<String>,
    /// Whether that is the viewer.
    pub mine: bool,
    /// Who raised it, by name.
    pub raised_by: Option<String>,
    /// When: microseconds since 1970, UTC.
    pub raised_at: i64,
}

/// Part of a list of tasks.
#[derive(Debug, Clone, Default)]
pub struct TaskPage {
    /// The tasks, first due first.
    pub tasks: Vec<Task>,
    /// Where the next page begins, if there is more.
    pub next: Option<Place>,
}

/// Where tasks without a day stand in the order: after everything with one.
const UNDATED: i64 = i64::MAX - 1;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    reference: String,
    kind: String,
    person: Uuid,
    person_public: String,
    person_reference: String,
    called: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    referral: Option<Uuid>,
    referral_public: Option<String>,
    referral_reference: Option<String>,
    due_at: Option<i64>,
    owner_id: Option<Uuid>,
    owner: Option<String>,
    raised_by: Option<String>,
    raised_at: i64,
}

/// Open tasks about records the viewer may see, first due first. One event in the journal, with the
/// records shown.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn tasks_for(
    store: &Store,
    viewer: &Viewer,
    query: &TaskQuery,
) -> Result<TaskPage, StoreError> {
    let limit = usize::try_from(query.limit.clamp(1, 200)).unwrap_or(1);
    let mut rows = rows(store, viewer, query, limit + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| Place {
        due_at: row.due_at.unwrap_or(UNDATED),
        id: row.id,
    });
    let mut shown: Vec<Uuid> = rows
        .iter()
        .map(|row| row.referral.unwrap_or(row.person))
        .collect();
    shown.sort_unstable();
    shown.dedup();
    let look = Event::new(Did::TaskListed).shown(shown);
    store.journal.look(viewer, look).await?;
    let tasks = rows.into_iter().map(|row| row.task(viewer.user));
    Ok(TaskPage {
        tasks: tasks.collect::<Result<_, _>>()?,
        next,
    })
}

async fn rows(
    store: &Store,
    viewer: &Viewer,
    query: &TaskQuery,
    limit: usize,
) -> Result<Vec<Row>, StoreError> {
    const LIST: Sql = Sql::new(
        "select t.id, t.public_id, t.reference, t.kind, p.id as person, p.public_id as person_public,
             p.reference as person_reference, p.called, p.first_name, p.last_name,
             r.id as referral, r.public_id as referral_public, r.reference as referral_reference,
             t.due_at, t.owner_id, o.display_name as owner, b.display_name as raised_by, t.raised_at
         from tasks t
         join persons p on p.id = t.person_id
         left join referrals r on r.id = t.referral_id
         left join users o on o.id = t.owner_id
         left join users b on b.id = t.raised_by
         where t.done_at is null and coalesce(t.due_at, $1) < $2
           and (coalesce(t.due_at, $1) > $3 or (coalesce(t.due_at, $1) = $3 and t.id > $4))
           and {filter}
         order by coalesce(t.due_at, $1), t.id limit $5",
    );
    let after = query.after.unwrap_or(Place {
        due_at: i64::MIN,
        id: Uuid::nil(),
    });
    let before = query.due_before.unwrap_or(i64::MAX);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = args![UNDATED, before, after.due_at, after.id, limit];
    let filter = whose(store, viewer, query.whose, values.len() + 1)?;
    Ok(store.db.all_filtered(LIST, values, filter).await?)
}

/// How many tasks there are, for a sentence on the first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct TaskCounts {
    /// The viewer's own, due before now.
    pub overdue: i64,
    /// The viewer's own, due from now until the day asked for.
    pub soon: i64,
}

/// Counts the viewer's own open tasks that are overdue, and that fall due before `until`.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn task_counts_for(
    store: &Store,
    viewer: &Viewer,
    until: i64,
) -> Result<TaskCounts, StoreError> {
    const COUNT: Sql = Sql::new(
        "select cast(coalesce(sum(case when t.due_at < $1 then 1 else 0 end), 0) as BIGINT) as overdue,
             cast(coalesce(sum(case when t.due_at >= $1 then 1 else 0 end), 0) as BIGINT) as soon
         from tasks t
         join persons p on p.id = t.person_id
         left join referrals r on r.id = t.referral_id
         where t.done_at is null and t.due_at < $2 and {filter}",
    );
    let filter = whose(store, viewer, Whose::Mine, 3)?;
    let values = args![store.now(), until];
    let rows: Vec<TaskCounts> = store.db.all_filtered(COUNT, values, filter).await?;
    Ok(rows.into_iter().next().unwrap_or_default())
}

/// A condition being put together from the policies' and our own.
struct Condition<'a> {
    store: &'a Store,
    viewer: &'a Viewer,
    first: usize,
    args: Vec<Arg>,
}

impl Condition<'_> {
    fn bind(&mut self, value: impl Into<Arg>) -> String {
        self.args.push(value.into());
        format!("${}", self.first + self.args.len() - 1)
    }

    fn may(&mut self, action: Action, kind: Kind) -> Result<String, StoreError> {
        let columns = match kind {
            Kind::Referral => Columns::REFERRALS,
            _ => Columns::PERSONS,
        };
        let first = self.first + self.args.len();
        let filter = self
            .store
            .filter(self.viewer, action, kind, columns, first)?;
        self.args.extend(filter.args);
        Ok(filter.sql)
    }
}

/// Records the viewer may see, in their agency or given to them; of those the ones asked for.
fn whose(store: &Store, viewer: &Viewer, whose: Whose, first: usize) -> Result<Filter, StoreError> {
    let mut condition = Condition {
        store,
        viewer,
        first,
        args: Vec::new(),
    };
    let person = condition.may(Action::See, Kind::Person)?;
    let referral = condition.may(Action::See, Kind::Referral)?;
    let (agency, me) = (condition.bind(viewer.agency), condition.bind(viewer.user));
    // As everywhere: who sees a referral sees whom it is about, unless that person is restricted to others.
    let mut sql = format!(
        "(case when t.referral_id is null then case when {person} then 1 else 0 end
            when {referral} and (p.restriction = 'none' or {person}) then 1 else 0 end = 1
          and (t.agency_id = {agency} or t.owner_id = {me})"
    );
    match whose {
        Whose::Team => {}
        Whose::WaitingOnOthers => {
            sql.push_str(&format!(
                " and t.raised_by = {me} and (t.owner_id is null or t.owner_id <> {me})"
            ));
            let own = for_me(&mut condition, &me)?;
            sql.push_str(&format!(" and not {own}"));
        }
        Whose::Mine => {
            let own = for_me(&mut condition, &me)?;
            sql.push_str(&format!(" and {own}"));
        }
    }
    sql.push(')');
    Ok(Filter {
        sql,
        args: condition.args,
    })
}

/// Mine by name; or nobody's by name and something I may do, and where it needs a second person, not I
/// who asked. What needs no second person falls to whoever raised it.
fn for_me(condition: &mut Condition<'_>, me: &str) -> Result<String, StoreError> {
    let review = condition.may(Action::Review, Kind::Referral)?;
    let sign = condition.may(Action::SignBestInterests, Kind::Person)?;
    Ok(format!(
        "(case when t.owner_id is not null then case when t.owner_id = {me} then 1 else 0 end
           when t.kind = 'second_reading' then case when t.raised_by <> {me} and {review} then 1 else 0 end
           when t.kind = 'sign_best_interests' then case when t.raised_by <> {me} and {sign} then 1 else 0 end
           when t.raised_by = {me} then 1 else 0 end = 1)"
    ))
}

impl Row {
    fn task(self, me: UserId) -> Result<Task, StoreError> {
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
        Ok(Task {
            public_id: PublicId(self.public_id),
            reference: self.reference,
            kind: TaskKind::from_code(&self.kind).ok_or(StoreError::Corrupt("task"))?,
            person: (PublicId(self.person_public), self.person_reference),
            referral,
            called: details.label(),
            due_at: self.due_at,
            mine: self.owner_id == Some(me.0),
            owner: self.owner,
            raised_by: self.raised_by,
            raised_at: self.raised_at,
        })
    }
}

/// An open task by its name in addresses, and whether the viewer may call it done; `None` when there is
/// none the viewer may see. The page that shows it is journalled as a list of one.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn task_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<(Task, bool)>, StoreError> {
    let Some(row) = find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let may = works_on(store, viewer, &row).await?;
    let shown = row.referral.unwrap_or(row.person);
    let look = Event::new(Did::TaskListed).shown([shown]);
    store.journal.look(viewer, look).await?;
    let task = row.task(viewer.user)?;
    let may = may && task.kind.done_by_hand();
    Ok(Some((task, may)))
}

/// Whether the viewer may change the record, or was given the task.
async fn works_on(store: &Store, viewer: &Viewer, row: &Row) -> Result<bool, StoreError> {
    let (record, about) = match &row.referral_public {
        Some(referral) => (Kind::Referral, referral),
        None => (Kind::Person, &row.person_public),
    };
    let about = sight::find_for(store, viewer, record, &PublicId(about.clone())).await?;
    Ok(about.is_some_and(|about| {
        let edit = store.policies.decide(viewer, Action::Edit, &about.resource);
        edit.allowed || row.owner_id == Some(viewer.user.0)
    }))
}

async fn find_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Row>, StoreError> {
    const FIND: Sql = Sql::new(
        "select t.id, t.public_id, t.reference, t.kind, p.id as person, p.public_id as person_public,
             p.reference as person_reference, p.called, p.first_name, p.last_name,
             r.id as referral, r.public_id as referral_public, r.reference as referral_reference,
             t.due_at, t.owner_id, o.display_name as owner, b.display_name as raised_by, t.raised_at
         from tasks t
         join persons p on p.id = t.person_id
         left join referrals r on r.id = t.referral_id
         left join users o on o.id = t.owner_id
         left join users b on b.id = t.raised_by
         where t.public_id = $1 and t.done_at is null and {filter}",
    );
    let filter = whose(store, viewer, Whose::Team, 2)?;
    let rows: Vec<Row> = store.db.all_filtered(FIND, args![id], filter).await?;
    Ok(rows.into_iter().next())
}

/// Why a task was not called done.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// The rule refused.
    #[error(transparent)]
    Rule(#[from] DoneError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<crate::db::DbError> for TaskError {
    fn from(error: crate::db::DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Calls an open task done, with what came of it. `Ok(false)` when there is no such task to see.
///
/// # Errors
/// [`TaskError::Rule`] for what is missing; [`StoreError::NotAllowed`] for somebody who may neither
/// change the record nor was given the task; [`StoreError::Stale`] when somebody was faster.
pub async fn record_done(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    result: &str,
) -> Result<bool, TaskError> {
    const DONE: Sql = Sql::new(
        "update tasks set done_at = $2, done_by = $3, result = $4 where id = $1 and done_at is null",
    );
    let Some(row) = find_for(store, viewer, id).await? else {
        return Ok(false);
    };
    let kind = TaskKind::from_code(&row.kind).ok_or(StoreError::Corrupt("task"))?;
    if !works_on(store, viewer, &row).await? {
        return Err(StoreError::NotAllowed.into());
    }
    let result = task::done(kind, result)?;
    let mut tx = store.db.begin().await?;
    let values = args![row.id, store.now(), viewer.user, &result];
    if tx.exec(DONE, values).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    let event = Event::new(Did::TaskDone)
        .object(ObjectKind::Task, row.id)
        .reason(kind.code())
        .values(result.into_bytes());
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}
