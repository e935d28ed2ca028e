//! The board: how much is overdue and due, who carries it, and who is waited for. Numbers of records the
//! viewer may see, and of no other; a sealed record that is not theirs is in no number.

use std::collections::BTreeMap;

use heyrick_domain::id::PublicId;
use heyrick_domain::task::TaskKind;
use heyrick_domain::task::escalation::{Delays, Rung};
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::walk::{Condition, Eyes, Scope, granted};
use crate::db::Sql;
use crate::journal::{Action as Did, Event};
use crate::{Store, StoreError, episode};

/// Most referrals listed that wait for a decision; all are counted.
const WAITING_MAX: usize = 10;

/// How many open tasks there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Numbers {
    /// All that are open.
    pub all: i64,
    /// Due before now.
    pub overdue: i64,
    /// Due from now until the day asked for.
    pub week: i64,
    /// Overdue so long that they went up to the sergeant.
    pub to_sergeant: i64,
    /// The same, to the inspector.
    pub to_inspector: i64,
}

impl Numbers {
    fn add(&mut self, more: Self) {
        self.all += more.all;
        self.overdue += more.overdue;
        self.week += more.week;
        self.to_sergeant += more.to_sergeant;
        self.to_inspector += more.to_inspector;
    }
}

/// What somebody carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// Their name in addresses, and what colleagues call them.
    pub owner: (PublicId, String),
    /// Their tasks.
    pub numbers: Numbers,
}

/// A referral that was sent and waits for the competent authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What people call it.
    pub reference: String,
    /// When it was sent.
    pub since: Date,
}

/// The board.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// All tasks together.
    pub total: Numbers,
    /// Those that name nobody.
    pub unowned: Numbers,
    /// Each person's, the most overdue first.
    pub by_owner: Vec<Carried>,
    /// Each kind's, the most overdue first.
    pub by_kind: Vec<(TaskKind, Numbers)>,
    /// Referrals that wait for the competent authority, the longest first; not all of them.
    pub waiting: Vec<Waiting>,
    /// How many wait.
    pub waiting_all: usize,
}

#[derive(sqlx::FromRow)]
struct Sent {
    episode_id: Uuid,
    public_id: String,
    reference: String,
    since: String,
    decided: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    owner: Option<String>,
    name: Option<String>,
    kind: String,
    every: i64,
    overdue: i64,
    week: i64,
    to_sergeant: i64,
    to_inspector: i64,
}

/// The board of the viewer's teams; tasks due before `until` are due this week. One event in the journal.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who is neither sergeant nor inspector today;
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn board_for(
    store: &Store,
    viewer: &Viewer,
    until: i64,
    delays: Delays,
) -> Result<Board, StoreError> {
    let decision = store.allow_here(viewer, Action::SeeBoard)?;
    let eyes = Eyes::of(store, viewer)?;
    let rows = numbers(store, viewer, &eyes, until, delays).await?;
    let (waiting, waiting_all) = waiting(store, viewer, &eyes).await?;
    let look = Event::new(Did::BoardViewed).policy(&decision);
    store.journal.look(viewer, look).await?;
    let mut board = Board {
        waiting,
        waiting_all,
        ..Board::default()
    };
    let mut owners: BTreeMap<String, Carried> = BTreeMap::new();
    let mut kinds: BTreeMap<TaskKind, Numbers> = BTreeMap::new();
    for row in rows {
        let kind = TaskKind::from_code(&row.kind).ok_or(StoreError::Corrupt("task"))?;
        let numbers = Numbers {
            all: row.every,
            overdue: row.overdue,
            week: row.week,
            to_sergeant: row.to_sergeant,
            to_inspector: row.to_inspector,
        };
        board.total.add(numbers);
        kinds.entry(kind).or_default().add(numbers);
        match row.owner.zip(row.name) {
            None => board.unowned.add(numbers),
            Some((owner, name)) => {
                let carried = owners.entry(owner.clone()).or_insert_with(|| Carried {
                    owner: (PublicId(owner), name),
                    numbers: Numbers::default(),
                });
                carried.numbers.add(numbers);
            }
        }
    }
    board.by_owner = owners.into_values().collect();
    board.by_owner.sort_by(|a, b| {
        let key = |one: &Carried| (-one.numbers.overdue, -one.numbers.all);
        (key(a), &a.owner.1).cmp(&(key(b), &b.owner.1))
    });
    board.by_kind = kinds.into_iter().collect();
    board
        .by_kind
        .sort_by_key(|(kind, numbers)| (-numbers.overdue, -numbers.all, *kind));
    Ok(board)
}

/// Records within the viewer's teams, or given to them by name.
fn within(condition: &mut Condition<'_>, viewer: &Viewer, granted: &str) -> String {
    let mut scopes: Vec<String> = viewer
        .teams
        .iter()
        .map(|team| condition.scope(Scope::Team(team.0)))
        .collect();
    if !viewer.granted.is_empty() {
        scopes.push(condition.scope(Scope::Granted(granted)));
    }
    match scopes.is_empty() {
        true => "1 = 0".to_owned(),
        false => format!("({})", scopes.join(" or ")),
    }
}

async fn numbers(
    store: &Store,
    viewer: &Viewer,
    eyes: &Eyes,
    until: i64,
    delays: Delays,
) -> Result<Vec<Row>, StoreError> {
    const NUMBERS: Sql = Sql::new(
        "select o.public_id as owner, o.display_name as name, t.kind, count(*) as every,
             count(case when t.due_at < $1 then 1 end) as overdue,
             count(case when t.due_at >= $1 and t.due_at < $2 then 1 end) as week,
             count(case when t.due_at <= $3 then 1 end) as to_sergeant,
             count(case when t.due_at <= $4 then 1 end) as to_inspector
         from tasks t
         join persons p on p.id = t.person_id
         left join referrals r on r.id = t.referral_id
         left join users o on o.id = t.owner_id
         where t.done_at is null and t.starts_at <= $1 and {filter}
         group by o.public_id, o.display_name, t.kind",
    );
    let now = store.now();
    let at = Timestamp::from_microsecond(now).map_err(|_| StoreError::Corrupt("clock"))?;
    let up = |rung| delays.due_until(rung, at).as_microsecond();
    let granted = granted(viewer);
    let mut condition = Condition::new(store, viewer, eyes);
    for value in [now, until, up(Rung::Sergeant), up(Rung::Inspector)] {
        condition.bind(value);
    }
    let within = within(&mut condition, viewer, &granted);
    let seen = condition.seen();
    let filter = condition.filter(format!("{within} and {seen}"));
    Ok(store.db.all_filtered(NUMBERS, vec![], filter).await?)
}

/// Where something was decided and then taken back, corrected or looked at again, the passage itself says
/// whether it waits.
async fn waiting(
    store: &Store,
    viewer: &Viewer,
    eyes: &Eyes,
) -> Result<(Vec<Waiting>, usize), StoreError> {
    const SENT: Sql = Sql::new(
        "select r.episode_id, r.public_id, r.reference, min(s.sent_on) as since,
             (select count(*) from episode_events d where d.episode_id = r.episode_id and d.kind in
                 ('rg_negative', 'cg_positive', 'cg_negative', 'withdrawn', 'declines_to_remain', 'closed')) as decided
         from referrals r
         join persons p on p.id = r.person_id
         join preparations a on a.referral_id = r.id
         join sendings s on s.preparation_id = a.id
         where r.stage = 'sent' and r.route = 'nrm' and {filter}
           and (not exists (select 1 from episode_events v where v.episode_id = r.episode_id and v.kind in
                 ('rg_negative', 'cg_positive', 'cg_negative', 'withdrawn', 'declines_to_remain', 'closed'))
             or exists (select 1 from episode_events w where w.episode_id = r.episode_id
                 and (w.corrects is not null or w.kind = 'reconsideration_requested')))
         group by r.id, r.episode_id, r.public_id, r.reference
         order by since, r.id",
    );
    let mut condition = Condition::new(store, viewer, eyes);
    let teams: Vec<String> = viewer
        .teams
        .iter()
        .map(|team| condition.bind(team.0))
        .collect();
    if teams.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let seen = condition.seen_referral();
    let filter = condition.filter(format!("r.team_id in ({}) and {seen}", teams.join(", ")));
    let rows: Vec<Sent> = store.db.all_filtered(SENT, vec![], filter).await?;
    let mut all = 0;
    let mut waiting = Vec::new();
    for row in rows {
        if row.decided > 0 && !episode::waits(store, row.episode_id.into()).await? {
            continue;
        }
        all += 1;
        if waiting.len() < WAITING_MAX {
            waiting.push(Waiting {
                public_id: PublicId(row.public_id),
                reference: row.reference,
                since: row
                    .since
                    .parse()
                    .map_err(|_| StoreError::Corrupt("sending"))?,
            });
        }
    }
    Ok((waiting, all))
}
