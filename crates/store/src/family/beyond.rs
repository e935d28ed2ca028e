//! What the referral of one member tells of another who did not agree to be named, where the author of the
//! one does not see the other: a task for an inspector who sees both, and nothing at all for the author.
//!
//! As with words used again ([`crate::coach::beyond`]) the clock looks, never whoever opens a page: neither
//! what is shown nor how long it took says that there is another member.

use heyrick_domain::id::{FamilyId, PublicId};
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::{Through, Viewer};
use uuid::Uuid;

use super::tell::places_between;
use super::{Family, Member, find_for};
use crate::db::Sql;
use crate::task::{self, NewTask};
use crate::{Store, StoreError, args, referral, user};

/// Families looked at in one go.
const AT_ONCE: i64 = 20;
/// How long a family rests after a look, in microseconds: ten minutes.
const RESTS: i64 = 10 * 60 * 1_000_000;

#[derive(sqlx::FromRow)]
struct Due {
    id: Uuid,
    public_id: String,
}

/// Looks at the families whose turn it is and raises a task where a referral tells of a member its author
/// may not see. Each question is told of once. Returns how many tasks were raised.
///
/// # Errors
/// [`StoreError::Db`] when the database fails; what is left is looked at the next time.
pub async fn look_beyond(store: &Store) -> Result<usize, StoreError> {
    const DUE: Sql = Sql::new(
        "select f.id, f.public_id from families f left join family_looks l on l.family_id = f.id
         where coalesce(l.looked_at, 0) <= $1 order by coalesce(l.looked_at, 0), f.id limit $2",
    );
    const LOOKED: Sql = Sql::new(
        "insert into family_looks (family_id, looked_at) values ($1, $2)
         on conflict (family_id) do update set looked_at = excluded.looked_at",
    );
    let due: Vec<Due> = store
        .db
        .all(DUE, args![store.now() - RESTS, AT_ONCE])
        .await?;
    let mut raised = 0;
    for one in due {
        let family = PublicId(one.public_id);
        for inspector in inspectors(store, one.id.into()).await? {
            raised += told_to(store, &inspector, &family).await?;
        }
        store.db.exec(LOOKED, args![one.id, store.now()]).await?;
    }
    Ok(raised)
}

/// The inspectors of the agencies whose referrals the family has.
async fn inspectors(store: &Store, family: FamilyId) -> Result<Vec<Viewer>, StoreError> {
    const AGENCIES: Sql = Sql::new(
        "select distinct r.agency_id from referrals r join family_members m on m.person_id = r.person_id
         where m.family_id = $1 order by r.agency_id",
    );
    let agencies: Vec<(Uuid,)> = store.db.all(AGENCIES, args![family]).await?;
    let mut all = Vec::new();
    for (agency,) in agencies {
        all.extend(user::inspectors(store, agency.into()).await?);
    }
    Ok(all)
}

/// Tells one inspector of everything they see both sides of, and nobody was told of yet.
async fn told_to(
    store: &Store,
    inspector: &Viewer,
    family: &PublicId,
) -> Result<usize, StoreError> {
    let Some(family) = find_for(store, inspector, family).await? else {
        return Ok(0);
    };
    let mut raised = 0;
    for naming in &family.members {
        for hidden in hidden_from_author(store, &family, naming).await? {
            let places = places_between(store, inspector, &naming.referral, &hidden.referral);
            let mut questions: Vec<String> = places
                .await?
                .into_iter()
                .map(|place| place.question)
                .collect();
            questions.sort();
            questions.dedup();
            raised += usize::from(tell(store, inspector, naming, hidden, &questions).await?);
        }
    }
    Ok(raised)
}

/// Other members whose referral the author of this one does not see. Somebody whose account was closed
/// sees none.
async fn hidden_from_author<'a>(
    store: &Store,
    family: &'a Family,
    naming: &Member,
) -> Result<Vec<&'a Member>, StoreError> {
    let author = naming.referral.resource.author;
    let author = user::viewer(store, author, Through::CommandLine, None).await?;
    let mut hidden = Vec::new();
    let person = naming.referral.person.id;
    for other in &family.members {
        if other.referral.person.id == person {
            continue;
        }
        let seen = match &author {
            Some(author) => referral::find_for(store, author, &other.referral.public_id).await?,
            None => None,
        };
        if seen.is_none() {
            hidden.push(other);
        }
    }
    Ok(hidden)
}

/// Raises the task about the hidden member, unless there is nothing new to tell or one is open.
async fn tell(
    store: &Store,
    inspector: &Viewer,
    naming: &Member,
    hidden: &Member,
    questions: &[String],
) -> Result<bool, StoreError> {
    const TOLD: Sql = Sql::new(
        "insert into family_told (referral_id, other_id, question, told_at) values ($1, $2, $3, $4)
         on conflict (referral_id, other_id, question) do nothing",
    );
    const OPEN: Sql =
        Sql::new("select id from tasks where referral_id = $1 and kind = $2 and done_at is null");
    let kind = TaskKind::FamilyTells;
    let (naming, hidden) = (&naming.referral, &hidden.referral);
    let mut tx = store.db.begin().await?;
    let mut new = 0;
    for question in questions {
        let values = args![naming.id, hidden.id, question, store.now()];
        new += tx.exec(TOLD, values).await?;
    }
    if new == 0 {
        return Ok(false);
    }
    let open: Option<(Uuid,)> = tx.opt(OPEN, args![hidden.id, kind.code()]).await?;
    if open.is_none() {
        let task = NewTask {
            kind,
            resource: &hidden.resource,
            person: None,
            referral: Some(hidden.id),
            owner: Some(inspector.user),
            due_at: None,
            starts_at: None,
        };
        task::raise(store, &mut tx, None::<&Viewer>, task).await?;
    }
    tx.commit().await?;
    Ok(open.is_none())
}
