//! Words that also stand in a record their writer may not see: a task for an inspector, and nothing at
//! all for the writer.
//!
//! The comparison is never made while somebody waits for a page: saving only notes that there is something
//! to compare, whatever there is, and [`look_beyond`] is called by the clock. So neither what is shown nor
//! how long it took says that there is another record.

use heyrick_domain::id::{PersonId, PublicId, ReferralId, UserId};
use heyrick_domain::restriction::Level;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_policy::{Kind, Resource};
use uuid::Uuid;

use super::reuse::{Reused, reused_anywhere, reused_for};
use crate::db::Sql;
use crate::task::{self, NewTask};
use crate::{Store, StoreError, args, referral, user};

/// Referrals compared in one go.
const AT_ONCE: i64 = 50;

#[derive(sqlx::FromRow)]
struct Waiting {
    referral_id: Uuid,
    person_id: Uuid,
    public_id: String,
    saved_by: Uuid,
    saved_at: i64,
}

/// Compares what was saved since with every record, and raises a task where the words stand in one that
/// whoever saved them may not see. Each pair is told of once. Returns how many tasks were raised.
///
/// # Errors
/// [`StoreError::Db`] when the database fails; what is left is compared the next time.
pub async fn look_beyond(store: &Store) -> Result<usize, StoreError> {
    const WAITING: Sql = Sql::new(
        "select c.referral_id, r.person_id, r.public_id, c.saved_by, c.saved_at
         from reuse_checks c join referrals r on r.id = c.referral_id
         order by c.saved_at limit $1",
    );
    const DONE: Sql = Sql::new("delete from reuse_checks where referral_id = $1 and saved_at = $2");
    let waiting: Vec<Waiting> = store.db.all(WAITING, args![AT_ONCE]).await?;
    let mut raised = 0;
    for one in waiting {
        for hidden in hidden_from_writer(store, &one).await? {
            raised += usize::from(tell(store, &one, &hidden).await?);
        }
        let values = args![one.referral_id, one.saved_at];
        store.db.exec(DONE, values).await?;
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

/// Raises the task about the other record, unless somebody was told already.
async fn tell(store: &Store, one: &Waiting, hidden: &Reused) -> Result<bool, StoreError> {
    const TOLD: Sql = Sql::new(
        "insert into reuse_told (referral_id, other_id, key, told_at) values ($1, $2, $3, $4)
         on conflict (referral_id, other_id, key) do nothing",
    );
    const OPEN: Sql =
        Sql::new("select id from tasks where referral_id = $1 and kind = $2 and done_at is null");
    const OTHER: Sql =
        Sql::new("select agency_id, team_id, author_id, restriction from referrals where id = $1");
    let Some(other) = store.db.opt::<Other>(OTHER, args![hidden.id]).await? else {
        return Ok(false);
    };
    let inspector = inspector(store, one, hidden, other.agency_id).await?;
    let mut tx = store.db.begin().await?;
    let values = args![one.referral_id, hidden.id, &hidden.key, store.now()];
    if tx.exec(TOLD, values).await? == 0 {
        return Ok(false);
    }
    let kind = TaskKind::ReusedText;
    let open: Option<(Uuid,)> = tx.opt(OPEN, args![hidden.id, kind.code()]).await?;
    let level = Level::from_code(&other.restriction).unwrap_or(Level::Sealed);
    if open.is_none() {
        let resource = Resource {
            kind: Kind::Referral,
            public_id: PublicId(hidden.public_id.clone()),
            agency: other.agency_id.into(),
            team: other.team_id.into(),
            restriction: level.code().to_owned(),
            author: other.author_id.into(),
        };
        let new = NewTask {
            kind,
            resource: &resource,
            person: None,
            referral: Some(ReferralId(hidden.id)),
            owner: inspector,
            due_at: None,
            starts_at: None,
        };
        task::raise(store, &mut tx, None::<&Viewer>, new).await?;
    }
    tx.commit().await?;
    Ok(open.is_none())
}

/// An inspector who may see both records; else one who may see the other.
async fn inspector(
    store: &Store,
    one: &Waiting,
    hidden: &Reused,
    agency: Uuid,
) -> Result<Option<UserId>, StoreError> {
    const INSPECTORS: Sql = Sql::new(
        "select id from users where role = $1 and agency_id = $2 and disabled_at is null and id <> $3 order by id",
    );
    let values = args![Role::Inspector.code(), agency, one.saved_by];
    let all: Vec<(Uuid,)> = store.db.all(INSPECTORS, values).await?;
    let mut second = None;
    for (id,) in all {
        let Some(who) = user::viewer(store, UserId(id), Through::CommandLine, None).await? else {
            continue;
        };
        if !sees(store, &who, &hidden.public_id).await? {
            continue;
        }
        if sees(store, &who, &one.public_id).await? {
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

/// The questions of a referral with words that stand in a record beyond it: for an inspector who was told.
pub(super) async fn told_of(
    store: &Store,
    viewer: &Viewer,
    referral: ReferralId,
) -> Result<Vec<String>, StoreError> {
    const KEYS: Sql = Sql::new(
        "select distinct o.key from reuse_told d
         join tasks t on t.referral_id = d.other_id and t.kind = 'reused_text' and t.owner_id = $2 and t.done_at is null
         join reuse_prints m on m.referral_id = d.referral_id and m.key = d.key
         join reuse_prints o on o.referral_id = d.other_id and o.print = m.print
         where d.other_id = $1 order by o.key",
    );
    let keys: Vec<(String,)> = store.db.all(KEYS, args![referral, viewer.user]).await?;
    Ok(keys.into_iter().map(|(key,)| key).collect())
}
