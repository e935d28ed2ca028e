//! Lists of open tasks, first due first, fast among many.
//!
//! As with people and referrals: a page begins after a place, and is put together from walks that an index
//! orders. The policy's condition stands in each walk, for the referral and for whom it is about.

use heyrick_domain::id::{PublicId, UserId};
use heyrick_domain::person::Details;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Columns, Kind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::{Arg, Filter, Sql, json_list};
use crate::journal::{Action as Did, Event};
use crate::{Store, StoreError, args};

/// Most tasks of one page.
const LIMIT_MAX: u32 = 200;
/// As many as are counted; nobody has more.
const COUNTED: usize = 1000;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// When the last task shown is due.
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
    pub due_at: i64,
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

#[derive(Debug, sqlx::FromRow)]
pub(super) struct Row {
    pub id: Uuid,
    public_id: String,
    reference: String,
    pub kind: String,
    pub person: Uuid,
    pub person_public: String,
    person_reference: String,
    called: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    pub referral: Option<Uuid>,
    pub referral_public: Option<String>,
    referral_reference: Option<String>,
    due_at: i64,
    pub owner_id: Option<Uuid>,
    owner: Option<String>,
    raised_by: Option<String>,
    raised_at: i64,
}

impl Row {
    pub fn task(self, me: UserId) -> Result<Task, StoreError> {
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
    let limit = usize::try_from(query.limit.clamp(1, LIMIT_MAX)).unwrap_or(1);
    let mut rows = walked(store, viewer, query, limit + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| Place {
        due_at: row.due_at,
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

/// How many tasks there are, for a sentence on the first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    let query = TaskQuery {
        due_before: Some(until),
        ..TaskQuery::default()
    };
    let now = store.now();
    let mut counts = TaskCounts::default();
    for row in walked(store, viewer, &query, COUNTED).await? {
        match row.due_at < now {
            true => counts.overdue += 1,
            false => counts.soon += 1,
        }
    }
    Ok(counts)
}

/// A way through the open tasks that an index orders.
#[derive(Debug, Clone, Copy)]
enum Walk<'a> {
    /// The viewer's, by name.
    Own,
    /// Nobody's by name, raised by the viewer, and not for a second person.
    Raised,
    /// Nobody's by name, for a second person of this team who may.
    ForAny(Scope<'a>, TaskKind),
    /// Raised by the viewer, left to others.
    Left,
    /// All within this reach.
    All(Scope<'a>),
}

/// A team whose records the viewer sees, or the records given to them by name.
#[derive(Debug, Clone, Copy)]
enum Scope<'a> {
    Team(Uuid),
    Granted(&'a str),
}

/// The rows of every walk, first due first, each once.
async fn walked(
    store: &Store,
    viewer: &Viewer,
    query: &TaskQuery,
    limit: usize,
) -> Result<Vec<Row>, StoreError> {
    let granted = json_list(viewer.granted.iter().map(|id| &id.0));
    let mut scopes: Vec<Scope<'_>> = viewer
        .teams
        .iter()
        .map(|team| Scope::Team(team.0))
        .collect();
    if !viewer.granted.is_empty() {
        scopes.push(Scope::Granted(&granted));
    }
    let walks = match query.whose {
        Whose::WaitingOnOthers => vec![Walk::Left],
        Whose::Team => scopes.into_iter().map(Walk::All).collect(),
        Whose::Mine => {
            let reviewed = TaskKind::ALL.iter().filter(|kind| kind.for_any_reviewer());
            let pairs =
                reviewed.flat_map(|kind| scopes.iter().map(|one| Walk::ForAny(*one, *kind)));
            [Walk::Own, Walk::Raised].into_iter().chain(pairs).collect()
        }
    };
    let mut rows = Vec::new();
    for walk in walks {
        rows.extend(run(store, viewer, query, walk, limit).await?);
    }
    rows.sort_by_key(|row: &Row| (row.due_at, row.id));
    rows.dedup_by_key(|row| row.id);
    rows.truncate(limit);
    Ok(rows)
}

async fn run(
    store: &Store,
    viewer: &Viewer,
    query: &TaskQuery,
    walk: Walk<'_>,
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
         where t.done_at is null and t.starts_at <= $5 and t.due_at < $1 and (t.due_at, t.id) > ($2, $3) and {filter}
         order by t.due_at, t.id limit $4",
    );
    let after = query.after.unwrap_or(Place {
        due_at: i64::MIN,
        id: Uuid::nil(),
    });
    let before = query.due_before.unwrap_or(i64::MAX);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = args![before, after.due_at, after.id, limit, store.now()];
    let mut condition = Condition::new(store, viewer, values.len() + 1);
    let filter = condition.walk(walk)?;
    Ok(store.db.all_filtered(LIST, values, filter).await?)
}

/// An open task the viewer may see, by its name in addresses.
pub(super) async fn find_for(
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
    let mut condition = Condition::new(store, viewer, 2);
    let sql = condition.seen()?;
    let filter = condition.filter(sql);
    let rows: Vec<Row> = store.db.all_filtered(FIND, args![id], filter).await?;
    Ok(rows.into_iter().next())
}

/// A condition being put together from the policies' and our own; values are bound, never pasted.
struct Condition<'a> {
    store: &'a Store,
    viewer: &'a Viewer,
    first: usize,
    args: Vec<Arg>,
}

impl<'a> Condition<'a> {
    fn new(store: &'a Store, viewer: &'a Viewer, first: usize) -> Self {
        Self {
            store,
            viewer,
            first,
            args: Vec::new(),
        }
    }

    fn filter(&mut self, sql: String) -> Filter {
        Filter {
            sql,
            args: std::mem::take(&mut self.args),
        }
    }

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

    /// Records the viewer may see, of their agency, or theirs to do. As everywhere: who sees a referral
    /// sees whom it is about, unless that person is restricted to others.
    fn seen(&mut self) -> Result<String, StoreError> {
        let person = self.may(Action::See, Kind::Person)?;
        let referral = self.may(Action::See, Kind::Referral)?;
        let (agency, me) = (self.bind(self.viewer.agency), self.bind(self.viewer.user));
        Ok(format!(
            "(case when t.referral_id is null then case when {person} then 1 else 0 end
                when {referral} and (p.restriction = 'none' or {person}) then 1 else 0 end = 1
              and (t.agency_id = {agency} or t.owner_id = {me}))"
        ))
    }

    fn scope(&mut self, scope: Scope<'_>) -> String {
        match scope {
            Scope::Team(team) => format!("t.team_id = {}", self.bind(team)),
            Scope::Granted(ids) => {
                let ids = self.bind(ids);
                format!(
                    "(t.person_id in (select id from persons where public_id in {{each {ids}}})
                      or t.referral_id in (select id from referrals where public_id in {{each {ids}}}))"
                )
            }
        }
    }

    fn walk(&mut self, walk: Walk<'_>) -> Result<Filter, StoreError> {
        const SECOND: &str = "('second_reading', 'sign_best_interests')";
        let me = self.bind(self.viewer.user);
        let way = match walk {
            Walk::Own => format!("t.owner_id = {me}"),
            Walk::Raised => {
                format!("t.raised_by = {me} and t.owner_id is null and t.kind not in {SECOND}")
            }
            Walk::Left => format!(
                "t.raised_by = {me} and case when t.owner_id is null then t.kind in {SECOND} else t.owner_id <> {me} end"
            ),
            Walk::All(scope) => self.scope(scope),
            Walk::ForAny(scope, kind) => {
                let may = match kind {
                    TaskKind::SignBestInterests => {
                        self.may(Action::SignBestInterests, Kind::Person)?
                    }
                    _ => self.may(Action::Review, Kind::Referral)?,
                };
                let kind = self.bind(kind.code());
                let scope = self.scope(scope);
                format!(
                    "t.owner_id is null and t.kind = {kind} and t.raised_by <> {me} and {scope} and {may}"
                )
            }
        };
        let seen = self.seen()?;
        Ok(self.filter(format!("{way} and {seen}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_second_person_is_written_in_the_walks() {
        // `Condition::walk` names these kinds in SQL.
        let second: Vec<&str> = TaskKind::ALL
            .iter()
            .filter(|kind| kind.for_any_reviewer())
            .map(|kind| kind.code())
            .collect();
        assert_eq!(second, ["second_reading", "sign_best_interests"]);
    }
}
