//! Words of one referral that also stand in others, of other people: found by prints, within a sight.

use heyrick_domain::coach::prints;
use heyrick_domain::id::{PersonId, ReferralId};
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Columns, Kind};
use uuid::Uuid;

use crate::db::{Filter, Sql};
use crate::{Store, StoreError, args};

/// Words that also stand in another referral.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Reused {
    /// The question of this referral they stand in.
    pub key: String,
    /// The other referral.
    pub id: Uuid,
    /// Its name in addresses.
    pub public_id: String,
    /// What people call it.
    pub reference: String,
}

/// What was written once for a family stands in each member's referral on purpose.
const REUSED: Sql = Sql::new(
    "select m.key, r.id, r.public_id, r.reference
     from reuse_prints m
     join reuse_prints o on o.print = m.print and o.referral_id <> m.referral_id
     join referrals r on r.id = o.referral_id
     join persons p on p.id = r.person_id
     where m.referral_id = $1 and r.person_id <> $2
       and not exists (select 1 from family_members x
           join family_members y on y.family_id = x.family_id and y.person_id = r.person_id
           join family_answers f on f.family_id = x.family_id and f.key = m.key
           where x.person_id = $2)
       and {filter}
     group by m.key, r.id, r.public_id, r.reference
     having count(distinct m.print) >= $3
     order by m.key, r.reference",
);

/// Words that stand in referrals the viewer may see. As everywhere, a referral is hidden with a person who
/// is restricted to others.
pub(crate) async fn reused_for(
    store: &Store,
    viewer: &Viewer,
    referral: ReferralId,
    person: PersonId,
) -> Result<Vec<Reused>, StoreError> {
    let mut filter = store.filter(viewer, Action::See, Kind::Referral, Columns::REFERRALS, 4)?;
    let next = 4 + filter.args.len();
    let person_filter = store.filter(viewer, Action::See, Kind::Person, Columns::PERSONS, next)?;
    filter.sql = format!(
        "{} and (p.restriction = 'none' or {})",
        filter.sql, person_filter.sql
    );
    filter.args.extend(person_filter.args);
    run(store, referral, person, filter).await
}

/// Words that stand in any referral. For [`super::beyond`] alone: nothing of it is ever shown to whoever
/// wrote them.
pub(super) async fn reused_anywhere(
    store: &Store,
    referral: ReferralId,
    person: PersonId,
) -> Result<Vec<Reused>, StoreError> {
    let all = Filter {
        sql: "(1 = 1)".to_owned(),
        args: Vec::new(),
    };
    run(store, referral, person, all).await
}

async fn run(
    store: &Store,
    referral: ReferralId,
    person: PersonId,
    filter: Filter,
) -> Result<Vec<Reused>, StoreError> {
    let enough = i64::try_from(prints::ENOUGH).unwrap_or(i64::MAX);
    let values = args![referral, person, enough];
    Ok(store.db.all_filtered(REUSED, values, filter).await?)
}
