//! Families: people who are referred together, each by themselves. Opening one is in [`begin`], what its
//! members share in [`share`], what of it a member takes in [`choose`], what their referrals tell of
//! somebody who did not agree to be named in [`tell`], and where its author does not see whom, in [`beyond`].
//!
//! A family links persons; which referral of a person is meant is looked up. Members whose referral a viewer
//! does not see are absent and not counted: where fewer than two are left, there is no family to see.

use std::collections::BTreeMap;

use heyrick_domain::family::Relationship;
use heyrick_domain::family::sharing::shared_form;
use heyrick_domain::form::path::Parts;
use heyrick_domain::form::{Answer, Answers, Facts, Form};
use heyrick_domain::id::{FamilyId, PersonId, PublicId, ReferralId};
use heyrick_domain::referral::Stage;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Columns, Kind};
use uuid::Uuid;

use crate::answer::Opener;
use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::referral::{self, Referral};
use crate::{Store, StoreError, args};

pub mod begin;
pub mod beyond;
pub mod choose;
pub mod share;
pub mod tell;

pub use begin::{BeginFamilyError, FamilyOutcome, NewFamily, NewMember, Who, record_family};
pub use choose::{Chosen, MemberOffer, Take, offers_of, record_choices};
pub use share::{NewShared, ShareOutcome, record_shared, record_shared_from};
pub use tell::{Told, told_of, told_of_unnamed};

/// A family as one viewer sees it.
#[derive(Debug, Clone)]
pub struct Family {
    /// Its id inside.
    pub id: FamilyId,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// One more with each change of a shared answer or of its members.
    pub version: i64,
    /// Who linked it, as colleagues call them.
    pub begun_by: String,
    /// When: microseconds since 1970, UTC.
    pub begun_at: i64,
    /// The questions its members share.
    pub form: &'static Form,
    /// Members whose referral the viewer sees, in the order in which they were added; at least two.
    pub members: Vec<Member>,
    /// What was written once for all of them, by question.
    pub shared: BTreeMap<String, Shared>,
}

/// A member, with the referral that counts: the last begun that was not withdrawn.
#[derive(Debug, Clone)]
pub struct Member {
    /// What they are in the family.
    pub relationship: Relationship,
    /// Their referral.
    pub referral: Referral,
}

/// An answer that was written once for the family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    id: Uuid,
    /// What was answered.
    pub answer: Answer,
    /// Who wrote it, as colleagues call them.
    pub by: String,
    /// When: microseconds since 1970, UTC.
    pub at: i64,
}

impl Family {
    /// What is shared, as answers.
    pub fn answers(&self) -> Answers {
        let answers = self.shared.iter();
        answers
            .map(|(key, shared)| (key.clone(), shared.answer.clone()))
            .collect()
    }

    /// The shared pages as a draft reads them.
    pub fn parts(&self, store: &Store) -> Parts {
        let answered = |step: &&heyrick_domain::form::Step| {
            step.ask.iter().any(|key| self.shared.contains_key(key))
        };
        Parts {
            form: self.form,
            answers: self.answers(),
            facts: Facts::default(),
            saved: self
                .form
                .steps
                .iter()
                .filter(answered)
                .map(|step| step.id.clone())
                .collect(),
            to_check: Default::default(),
            today: store.today(),
        }
    }

    /// A member by their referral's name in addresses.
    pub fn member(&self, referral: &PublicId) -> Option<&Member> {
        let mut members = self.members.iter();
        members.find(|member| member.referral.public_id == *referral)
    }

    /// Members whose draft the viewer may write.
    pub fn writable<'a>(
        &'a self,
        store: &'a Store,
        viewer: &'a Viewer,
    ) -> impl Iterator<Item = &'a Member> {
        self.members
            .iter()
            .filter(move |member| member.is_written_by(store, viewer))
    }

    fn look(&self) -> Event {
        let event = Event::new(Did::FamilyViewed)
            .object(ObjectKind::Family, self.id)
            .shown(self.members.iter().map(|member| member.referral.id));
        match self.members.first() {
            Some(member) => event.policy(&member.referral.decision),
            None => event,
        }
    }
}

impl Member {
    /// Whether their referral is a draft the viewer may change.
    pub fn is_written_by(&self, store: &Store, viewer: &Viewer) -> bool {
        let resource = &self.referral.resource;
        let decision = store.policies.decide(viewer, Action::Edit, resource);
        self.referral.stage == Stage::Draft && decision.allowed
    }
}

/// A family by its name in addresses; `None` when there is none to see. The look is journalled with the
/// referrals shown.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn family_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Family>, StoreError> {
    let Some(family) = find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    store.journal.look(viewer, family.look()).await?;
    Ok(Some(family))
}

/// The names in addresses of the families a person the viewer sees belongs to, the latest first; only those
/// the viewer sees.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn families_of(
    store: &Store,
    viewer: &Viewer,
    person: PersonId,
) -> Result<Vec<PublicId>, StoreError> {
    let families = found_of(store, viewer, person).await?;
    Ok(families.into_iter().map(|one| one.public_id).collect())
}

/// The same with everything in them, without a look in the journal.
async fn found_of(
    store: &Store,
    viewer: &Viewer,
    person: PersonId,
) -> Result<Vec<Family>, StoreError> {
    const OF: Sql = Sql::new(
        "select f.public_id from families f join family_members m on m.family_id = f.id
         where m.person_id = $1 order by f.begun_at desc, f.id desc",
    );
    let ids: Vec<(String,)> = store.db.all(OF, args![person]).await?;
    let mut found = Vec::new();
    for (id,) in ids {
        found.extend(find_for(store, viewer, &PublicId(id)).await?);
    }
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    form: String,
    version: i64,
    begun_by: String,
    begun_at: i64,
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    person_id: Uuid,
    relationship: String,
    referral: String,
}

/// A family without a look in the journal: for changes.
pub(crate) async fn find_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Family>, StoreError> {
    const FIND: Sql = Sql::new(
        "select f.id, f.form, f.version, u.display_name as begun_by, f.begun_at
         from families f join users u on u.id = f.begun_by where f.public_id = $1",
    );
    let Some(row) = store.db.opt::<Row>(FIND, args![id]).await? else {
        return Ok(None);
    };
    let members = members_for(store, viewer, row.id.into()).await?;
    if members.len() < 2 {
        return Ok(None);
    }
    let form = shared_form(&row.form).ok_or(StoreError::Corrupt("form"))?;
    let mut shared = shared_of(store, row.id.into()).await?;
    let sealed = |member: &Member| referral::sees_sealed(store, viewer, &member.referral.resource);
    if !members.iter().any(sealed) {
        shared.retain(|key, _| !referral::is_sealed(form, key));
    }
    Ok(Some(Family {
        id: row.id.into(),
        public_id: id.clone(),
        version: row.version,
        begun_by: row.begun_by,
        begun_at: row.begun_at,
        form,
        members,
        shared,
    }))
}

/// Members whose referral the viewer sees, each with the one that counts.
async fn members_for(
    store: &Store,
    viewer: &Viewer,
    family: FamilyId,
) -> Result<Vec<Member>, StoreError> {
    const MEMBERS: Sql = Sql::new(
        "select m.person_id, m.relationship, r.public_id as referral
         from family_members m join referrals r on r.person_id = m.person_id
         where m.family_id = $1 and {filter}
         order by m.position, m.id, case r.stage when 'withdrawn' then 1 else 0 end, r.created_at desc, r.id desc",
    );
    let filter = store.filter(viewer, Action::See, Kind::Referral, Columns::REFERRALS, 2)?;
    let rows: Vec<MemberRow> = store
        .db
        .all_filtered(MEMBERS, args![family], filter)
        .await?;
    let mut members = Vec::new();
    let mut done = None;
    for row in rows {
        if done == Some(row.person_id) {
            continue;
        }
        let id = PublicId(row.referral);
        let Some(referral) = referral::find_for(store, viewer, &id).await? else {
            continue;
        };
        done = Some(row.person_id);
        let relationship = Relationship::from_code(&row.relationship);
        members.push(Member {
            relationship: relationship.ok_or(StoreError::Corrupt("relationship"))?,
            referral,
        });
    }
    Ok(members)
}

#[derive(sqlx::FromRow)]
struct SharedRow {
    id: Uuid,
    key: String,
    value: String,
    answered_by: String,
    answered_at: i64,
}

async fn shared_of(
    store: &Store,
    family: FamilyId,
) -> Result<BTreeMap<String, Shared>, StoreError> {
    const SHARED: Sql = Sql::new(
        "select a.id, a.key, a.value, u.display_name as answered_by, a.answered_at
         from family_answers a join users u on u.id = a.answered_by
         where a.family_id = $1 and a.superseded_at is null and a.value is not null order by a.key",
    );
    let rows: Vec<SharedRow> = store.db.all(SHARED, args![family]).await?;
    let mut opener = Opener::new(store, family);
    let mut shared = BTreeMap::new();
    for row in rows {
        let answer = opener.open(&row.key, &row.value).await?;
        let one = Shared {
            id: row.id,
            answer,
            by: row.answered_by,
            at: row.answered_at,
        };
        shared.insert(row.key, one);
    }
    Ok(shared)
}

/// Says that a family changed, if it still is as it was seen. `None` when somebody was faster.
async fn change(
    tx: &mut crate::Tx,
    family: FamilyId,
    seen: i64,
) -> Result<Option<i64>, StoreError> {
    const CHANGE: Sql = Sql::new(
        "update families set version = version + 1 where id = $1 and version = $2 returning version",
    );
    let row: Option<(i64,)> = tx.opt(CHANGE, args![family, seen]).await?;
    Ok(row.map(|(version,)| version))
}

/// What the journal keeps of a change of a draft that came from the family.
fn carried_event(referral: ReferralId, keys: &[&str], cause: crate::answer::Cause) -> Event {
    Event::new(Did::AnswersSaved)
        .object(ObjectKind::Referral, referral)
        .reason(cause.code())
        .fields(keys)
}
