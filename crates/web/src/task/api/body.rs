//! What the API of tasks takes and shows.

use axum::http::StatusCode;
use heyrick_domain::id::PublicId;
use heyrick_domain::task::TaskKind;
use heyrick_domain::task::escalation::Rung;
use heyrick_domain::user::Viewer;
use heyrick_store::task::{OwnerIs, Place, Sort, Task, TaskQuery, Whose};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::{Cursor, LIMIT_MAX, LIMIT_USUAL, Problem, instant};
use crate::app::App;

/// Whose tasks are asked for.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ShowWord {
    #[default]
    Mine,
    Team,
    Unowned,
    Escalated,
    Others,
    Later,
    Done,
}

impl From<ShowWord> for Whose {
    fn from(word: ShowWord) -> Self {
        match word {
            ShowWord::Mine => Self::Mine,
            ShowWord::Team => Self::Team,
            ShowWord::Unowned => Self::Unowned,
            ShowWord::Escalated => Self::Escalated,
            ShowWord::Others => Self::WaitingOnOthers,
            ShowWord::Later => Self::Later,
            ShowWord::Done => Self::Done,
        }
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SortWord {
    #[default]
    Due,
    Kind,
    Person,
}

impl From<SortWord> for Sort {
    fn from(word: SortWord) -> Self {
        match word {
            SortWord::Due => Self::Due,
            SortWord::Kind => Self::Kind,
            SortWord::Person => Self::Person,
        }
    }
}

/// Which tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// Whose; the token owner's own unless said.
    #[serde(default)]
    #[param(inline)]
    pub show: ShowWord,
    /// Only those that are overdue.
    #[serde(default)]
    pub overdue: bool,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only this owner's: the name of an account in addresses, or `nobody`.
    pub owner: Option<String>,
    /// Only about this person or referral: its name in addresses.
    pub about: Option<String>,
    /// In which order; what is done comes latest first.
    #[serde(default)]
    #[param(inline)]
    pub sort: SortWord,
    /// How many; 25 unless said.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next` or `previous` of another page.
    pub cursor: Option<String>,
}

/// Where another page lies, as a cursor seals it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Turn {
    After(Place),
    Before(Place),
}

/// A page of tasks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaskList {
    pub items: Vec<TaskBody>,
    /// The cursor of the next page; null on the last.
    pub next: Option<String>,
    /// The cursor of the page before; null on the first.
    pub previous: Option<String>,
}

/// The record a task is about.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaskRecord {
    id: String,
    #[schema(example = "R-7K4M-2Q")]
    reference: String,
}

/// Somebody who has a task.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaskOwner {
    id: String,
    #[schema(example = "DC Amber")]
    name: String,
}

/// To whom a task went up, and when.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaskUp {
    /// `sergeant` or `inspector`.
    to: &'static str,
    #[schema(format = DateTime)]
    at: String,
}

/// How a task was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaskDone {
    #[schema(format = DateTime)]
    at: String,
    by: Option<String>,
    /// What came of it, where somebody called it done.
    result: Option<String>,
}

/// A task.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Task)]
pub(super) struct TaskBody {
    id: String,
    #[schema(example = "T-7K4M-2Q")]
    reference: String,
    #[schema(example = "crime_record")]
    kind: &'static str,
    person: TaskRecord,
    referral: Option<TaskRecord>,
    #[schema(format = DateTime)]
    due_at: String,
    /// From when it is shown among open tasks.
    #[schema(format = DateTime)]
    starts_at: String,
    /// Null for anybody who may.
    owner: Option<TaskOwner>,
    raised_by: Option<String>,
    #[schema(format = DateTime)]
    raised_at: String,
    note: Option<String>,
    escalated: Vec<TaskUp>,
    /// Null while it is open.
    done: Option<TaskDone>,
    /// Changes with every change; the number of the `ETag`.
    version: i64,
}

impl From<Task> for TaskBody {
    fn from(task: Task) -> Self {
        let record = |(id, reference): (PublicId, String)| TaskRecord {
            id: id.0,
            reference,
        };
        let up = |(rung, at): (Rung, i64)| TaskUp {
            to: rung.code(),
            at: instant(at),
        };
        Self {
            id: task.public_id.0,
            reference: task.reference,
            kind: task.kind.code(),
            person: record(task.person),
            referral: task.referral.map(record),
            due_at: instant(task.due_at),
            starts_at: instant(task.starts_at),
            owner: task
                .owner_id
                .zip(task.owner)
                .map(|(id, name)| TaskOwner { id: id.0, name }),
            raised_by: task.raised_by,
            raised_at: instant(task.raised_at),
            note: task.note,
            escalated: task.escalated.into_iter().map(up).collect(),
            done: task.done.map(|done| TaskDone {
                at: instant(done.at),
                by: done.by,
                result: done.result,
            }),
            version: task.version,
        }
    }
}

impl ListQuery {
    pub fn query(self, app: &App, viewer: &Viewer) -> Result<TaskQuery, Problem> {
        let bad = || Problem::new(StatusCode::BAD_REQUEST, "bad-query");
        let limit = self.limit.unwrap_or(LIMIT_USUAL);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(bad());
        }
        let turn: Option<Turn> = self
            .cursor
            .as_deref()
            .map(|cursor| Cursor::open(&app.store.keys, viewer.user, "tasks", cursor))
            .transpose()?;
        let (after, before) = match turn {
            Some(Turn::After(place)) => (Some(place), None),
            Some(Turn::Before(place)) => (None, Some(place)),
            None => (None, None),
        };
        let id = |text: &str| PublicId::read(text).ok_or_else(bad);
        Ok(TaskQuery {
            whose: self.show.into(),
            due_before: self.overdue.then(|| app.store.now()),
            kind: self
                .kind
                .map(|word| TaskKind::from_code(&word).ok_or_else(bad))
                .transpose()?,
            owner: match self.owner.as_deref() {
                None => None,
                Some("nobody") => Some(OwnerIs::Nobody),
                Some(text) => Some(OwnerIs::Somebody(id(text)?)),
            },
            about: self.about.as_deref().map(id).transpose()?,
            sort: self.sort.into(),
            delays: app.settings.delays,
            after,
            before,
            limit,
            ..TaskQuery::default()
        })
    }
}
