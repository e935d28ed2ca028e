//! Words that also stand in a record their writer may not see: a task for an inspector, and nothing at
//! all for the writer.
//!
//! The comparison is never made while somebody waits for a page: saving only notes that there is something
//! to compare, whatever there is, and [`look_beyond`] is called by the clock. So neither what is shown nor
//! how long it took says that there is another record.

use heyrick_domain::id::{PersonId, PublicId, ReferralId, UserId};
use heyrick_domain::restriction::Level;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::{Through, Viewer};
use heyrick_policy::{Kind, Resource};
use uuid::Uuid;

use super::reuse::{Reused, reused_anywhere, reused_for};
use crate::db::Sql;
use crate::journal::{Action as Did, Event};
use crate::task::{self, NewTask};
use crate::{Store, StoreError, args, referral, user};

/// Referrals compared in one go.
const AT_ONCE: i64 = 50;
/// How long a comparison nobody could be told of rests before it is tried again, in microseconds: ten minutes.
const RESTS: i64 = 10 * 60 * 1_000_000;
const KIND: TaskKind = TaskKind::ReusedText;

#[derive(sqlx::FromRow)]
struct Waiting {
    referral_id: Uuid,
    person_id: Uuid,
    public_id: String,
    saved_by: Uuid,
    saved_at: i64,
}

/// What came of one pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// There was nothing new to tell, or it joined a task somebody has.
    Known,
    /// A task was raised.
    Raised,
    /// No inspector sees the other record: nobody was told.
    NobodySees,
}

/// Compares what was saved since with every record, and raises a task where the words stand in one that
/// whoever saved them may not see. Each pair is told of once, and not before an inspector sees the other
/// record; until then it is tried again. Returns how many tasks were raised.
///
/// # Errors
/// [`StoreError::Db`] when the database fails; what is left is compared the next time.
pub async fn look_beyond(store: &Store) -> Result<usize, StoreError> {
    const WAITING: Sql = Sql::new(
        "select c.referral_id, r.person_id, r.public_id, c.saved_by, c.saved_at
         from reuse_checks c join referrals r on r.id = c.referral_id
         where c.looked_at <= $1
         order by c.looked_at, c.saved_at limit $2",
    );
    const DONE: Sql = Sql::new("delete from reuse_checks where referral_id = $1 and saved_at = $2");
    const AGAIN: Sql =
        Sql::new("update reuse_checks set looked_at = $3 where referral_id = $1 and saved_at = $2");
    let mut raised = give_to_somebody(store).await?;
    let now = store.now();
    let waiting: Vec<Waiting> = store.db.all(WAITING, args![now - RESTS, AT_ONCE]).await?;
    for one in waiting {
        let mut told_all = true;
        for hidden in hidden_from_writer(store, &one).await? {
            match tell(store, &one, &hidden).await? {
                Came::Known => {}
                Came::Raised => raised += 1,
                Came::NobodySees => told_all = false,
            }
        }
        let (referral, saved_at) = (one.referral_id, one.saved_at);
        match told_all {
            true => store.db.exec(DONE, args![referral, saved_at]).await?,
            false => store.db.exec(AGAIN, args![referral, saved_at, now]).await?,
        };
    }
    Ok(raised)
}

#[derive(sqlx::FromRow)]
struct Unowned {
    id: Uuid,
    referral_id: Uuid,
    public_id: String,
}

/// Tasks nobody ever had, raised while no inspector saw the record: raised anew for one who does now. One
/// that was given back stays with those who saw it.
async fn give_to_somebody(store: &Store) -> Result<usize, StoreError> {
    const UNOWNED: Sql = Sql::new(
        "select t.id, t.referral_id, r.public_id from tasks t join referrals r on r.id = t.referral_id
         where t.kind = $1 and t.owner_id is null and t.done_at is null
             and not exists (select 1 from task_changes h where h.task_id = t.id)
         order by t.raised_at, t.id limit $2",
    );
    const MOVED: Sql = Sql::new("update reuse_told set task_id = $2 where task_id = $1");
    let unowned: Vec<Unowned> = store.db.all(UNOWNED, args![KIND.code(), AT_ONCE]).await?;
    let mut raised = 0;
    for one in unowned {
        let Some(other) = other(store, one.referral_id).await? else {
            continue;
        };
        let pair = Pair {
            written: None,
            other: &one.public_id,
            not: None,
        };
        let Some(inspector) = inspector(store, &pair, other.agency_id).await? else {
            continue;
        };
        let mut tx = store.db.begin().await?;
        let resource = other.resource(&one.public_id);
        let new = new_task(&resource, one.referral_id, inspector);
        let task = task::raise(store, &mut tx, None::<&Viewer>, new).await?;
        tx.exec(MOVED, args![one.id, task.0]).await?;
        tx.commit().await?;
        raised += 1;
    }
    Ok(raised)
}

/// What stands in records whoever saved last may not see. Somebody whose account was closed sees none.
async fn hidden_from_writer(store: &Store, one: &Waiting) -> Result<Vec<Reused>, StoreError> {
    let (referral, person) = (ReferralId(one.referral_id), PersonId(one.person_id));
    let mut all = reused_anywhere(store, referral, person).await?;
    if all.is_empty() {
        return Ok(all);
    }
    let writer = user::viewer(store, UserId(one.saved_by), Through::CommandLine, None).await?;
    let seen = match &writer {
        Some(writer) => reused_for(store, writer, referral, person).await?,
        None => Vec::new(),
    };
    all.retain(|hit| !seen.contains(hit));
    Ok(all)
}

#[derive(sqlx::FromRow)]
struct Other {
    agency_id: Uuid,
    team_id: Uuid,
    author_id: Uuid,
    restriction: String,
}

impl Other {
    fn resource(&self, public_id: &str) -> Resource {
        let level = Level::from_code(&self.restriction).unwrap_or(Level::Sealed);
        Resource {
            kind: Kind::Referral,
            public_id: PublicId(public_id.to_owned()),
            agency: self.agency_id.into(),
            team: self.team_id.into(),
            restriction: level.code().to_owned(),
            author: self.author_id.into(),
        }
    }
}

async fn other(store: &Store, id: Uuid) -> Result<Option<Other>, StoreError> {
    const OTHER: Sql =
        Sql::new("select agency_id, team_id, author_id, restriction from referrals where id = $1");
    Ok(store.db.opt(OTHER, args![id]).await?)
}

fn new_task(resource: &Resource, referral: Uuid, owner: UserId) -> NewTask<'_> {
    NewTask {
        kind: KIND,
        resource,
        person: None,
        referral: Some(ReferralId(referral)),
        owner: Some(owner),
        due_at: None,
        starts_at: None,
    }
}

/// Raises the task about the other record, unless somebody was told already or has one.
async fn tell(store: &Store, one: &Waiting, hidden: &Reused) -> Result<Came, StoreError> {
    const TOLD: Sql = Sql::new(
        "insert into reuse_told (referral_id, other_id, key, told_at) values ($1, $2, $3, $4)
         on conflict (referral_id, other_id, key) do nothing",
    );
    const IN_TASK: Sql = Sql::new(
        "update reuse_told set task_id = $4 where referral_id = $1 and other_id = $2 and key = $3",
    );
    const KNOWN: Sql = Sql::new(
        "select told_at from reuse_told where referral_id = $1 and other_id = $2 and key = $3",
    );
    const OPEN: Sql = Sql::new(
        "select id from tasks where referral_id = $1 and kind = $2 and done_at is null and owner_id is not null",
    );
    let told = args![one.referral_id, hidden.id, &hidden.key];
    if store.db.opt::<(i64,)>(KNOWN, told).await?.is_some() {
        return Ok(Came::Known);
    }
    let Some(other) = other(store, hidden.id).await? else {
        return Ok(Came::Known);
    };
    let pair = Pair {
        written: Some(&one.public_id),
        other: &hidden.public_id,
        not: Some(one.saved_by),
    };
    let Some(inspector) = inspector(store, &pair, other.agency_id).await? else {
        return Ok(Came::NobodySees);
    };
    let mut tx = store.db.begin().await?;
    let values = args![one.referral_id, hidden.id, &hidden.key, store.now()];
    if tx.exec(TOLD, values).await? == 0 {
        return Ok(Came::Known);
    }
    let open: Option<(Uuid,)> = tx.opt(OPEN, args![hidden.id, KIND.code()]).await?;
    let (task, came) = match open {
        Some((task,)) => (task, Came::Known),
        None => {
            let resource = other.resource(&hidden.public_id);
            let new = new_task(&resource, hidden.id, inspector);
            let task = task::raise(store, &mut tx, None::<&Viewer>, new).await?;
            (task.0, Came::Raised)
        }
    };
    let values = args![one.referral_id, hidden.id, &hidden.key, task];
    tx.exec(IN_TASK, values).await?;
    tx.commit().await?;
    Ok(came)
}

/// Two records with the same words.
struct Pair<'a> {
    /// The one whose words were compared, if one inspector should see both.
    written: Option<&'a str>,
    /// The one hidden from whoever wrote them, which the inspector must see.
    other: &'a str,
    /// Whoever wrote them.
    not: Option<Uuid>,
}

/// An inspector of the agency who may see both records; else one who may see the other. `None` while there is
/// none.
async fn inspector(
    store: &Store,
    pair: &Pair<'_>,
    agency: Uuid,
) -> Result<Option<UserId>, StoreError> {
    let mut second = None;
    for who in user::inspectors(store, agency.into()).await? {
        if Some(who.user.0) == pair.not || !sees(store, &who, pair.other).await? {
            continue;
        }
        let both = match pair.written {
            Some(written) => sees(store, &who, written).await?,
            None => true,
        };
        if both {
            return Ok(Some(who.user));
        }
        second = second.or(Some(who.user));
    }
    Ok(second)
}

async fn sees(store: &Store, who: &Viewer, id: &str) -> Result<bool, StoreError> {
    let found = referral::find_for(store, who, &PublicId(id.to_owned())).await?;
    Ok(found.is_some())
}

/// Words of this record that also stand in one its writer may not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beyond {
    /// The question of this referral they stand in.
    pub key: String,
    /// The other referral, its name in addresses and its reference, where the viewer may see it too.
    pub other: Option<(PublicId, String)>,
}

#[derive(sqlx::FromRow)]
struct ToldRow {
    key: String,
    id: Uuid,
    public_id: String,
    reference: String,
}

/// What the viewer was asked to compare of a referral, in a task of theirs that is still open. Other
/// referrals that are named are journalled as a list.
///
/// # Errors
/// [`StoreError::Journal`] when that could not be written; then nothing is shown.
pub async fn told_of(
    store: &Store,
    viewer: &Viewer,
    referral: ReferralId,
) -> Result<Vec<Beyond>, StoreError> {
    const KEYS: Sql = Sql::new(
        "select distinct o.key, r.id, r.public_id, r.reference from reuse_told d
         join tasks t on t.id = d.task_id and t.owner_id = $2 and t.done_at is null
         join referrals r on r.id = d.referral_id
         join reuse_prints m on m.referral_id = d.referral_id and m.key = d.key
         join reuse_prints o on o.referral_id = d.other_id and o.print = m.print
         where d.other_id = $1 order by o.key, r.reference",
    );
    let rows: Vec<ToldRow> = store.db.all(KEYS, args![referral, viewer.user]).await?;
    let mut told = Vec::new();
    let mut named = Vec::new();
    for row in rows {
        let seen = sees(store, viewer, &row.public_id).await?;
        if seen {
            named.push(row.id);
        }
        let one = Beyond {
            key: row.key,
            other: seen.then_some((PublicId(row.public_id), row.reference)),
        };
        // Several the viewer may not see are one sentence: how many there are is not told.
        if !told.contains(&one) {
            told.push(one);
        }
    }
    if !named.is_empty() {
        let look = Event::new(Did::ReferralListed).shown(named);
        store.journal.look(viewer, look).await?;
    }
    Ok(told)
}
