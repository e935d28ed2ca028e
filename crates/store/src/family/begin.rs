//! One action that opens one referral for each member of a family, or adds members to one: all of them or
//! none, in one transaction. Each referral leads where its own person's facts lead.

use std::collections::BTreeSet;

use heyrick_domain::family::{self, MembersError, Relationship};
use heyrick_domain::form::path::Parts;
use heyrick_domain::form::{Answers, Form};
use heyrick_domain::id::{FamilyId, PersonId, PublicId};
use heyrick_domain::person::Details;
use heyrick_domain::retention::RetentionClass;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Columns, Kind, Resource};

use super::share::{Carry, carry};
use super::{Family, find_for};
use crate::db::{DbError, Sql};
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::person::{self, Person};
use crate::referral::begin::Begun;
use crate::referral::{Opening, Whom, account, open_in};
use crate::{Store, StoreError, Tx, args, episode, fact};

/// Who is to be a member.
#[derive(Debug, Clone)]
pub enum Who {
    /// Somebody on record, by their name in addresses.
    Known(PublicId),
    /// Somebody who is put on record with it.
    New(Box<Details>),
}

/// A member to be.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Who.
    pub who: Who,
    /// What they are in the family.
    pub relationship: Relationship,
}

/// A family to be opened, or members to be added.
#[derive(Debug, Clone)]
pub struct NewFamily {
    /// The family they are added to; `None` begins one.
    pub to: Option<PublicId>,
    /// Who, in the order in which the family is shown.
    pub members: Vec<NewMember>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FamilyOutcome {
    /// The family's name in addresses; every member has a referral.
    Opened(PublicId),
    /// There is no such family to see, or one of the persons is not there to see.
    Absent,
}

/// Why a family was not opened.
#[derive(Debug, thiserror::Error)]
pub enum BeginFamilyError {
    /// The rule refused.
    #[error(transparent)]
    Rule(#[from] MembersError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for BeginFamilyError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// A referral that was just begun has none.
const NO_FILES: usize = 0;

/// A member ready to be written: on record, or to be put there.
enum Ready {
    Known(Box<Recorded>),
    New(Box<Details>),
}

/// Opens a family, or adds members to one. Who has a referral that was not withdrawn keeps that one; for
/// everybody else one is begun. What the family shares already is carried into those that are begun.
///
/// # Errors
/// [`BeginFamilyError::Rule`] for who cannot be a family; [`StoreError::NotAllowed`] when the viewer may not
/// make a referral of one of them; [`StoreError::Refused`] for details that are wrong, and as beginning a
/// referral does.
pub async fn record_family(
    store: &Store,
    viewer: &Viewer,
    new: &NewFamily,
) -> Result<FamilyOutcome, BeginFamilyError> {
    let there = match &new.to {
        Some(id) => match find_for(store, viewer, id).await? {
            Some(family) => Some(family),
            None => return Ok(FamilyOutcome::Absent),
        },
        None => None,
    };
    let Some(ready) = ready(store, viewer, new).await? else {
        return Ok(FamilyOutcome::Absent);
    };
    check(new, there.as_ref())?;
    let account = account(store, viewer).await?;
    let mut tx = store.db.begin().await?;
    let opened = match &there {
        Some(family) => Opened::of(family, &mut tx).await?,
        None => open(store, &mut tx, viewer, &ready).await?,
    };
    for (member, ready) in new.members.iter().zip(ready) {
        let person = match ready {
            Ready::Known(person) => *person,
            Ready::New(details) => {
                let (id, resource) = person::add(store, &mut tx, viewer, &details).await?;
                Recorded {
                    id,
                    resource,
                    details: *details,
                    names: Vec::new(),
                    handed_over: false,
                }
            }
        };
        add(
            store,
            &mut tx,
            viewer,
            opened.id,
            &person,
            member.relationship,
        )
        .await?;
        if person.handed_over {
            continue;
        }
        let whom = person.whom();
        if let Opening::Begun(begun) = open_in(store, &mut tx, viewer, whom, &account).await? {
            carry_to(store, &mut tx, viewer, &begun, whom, &opened.shared).await?;
        }
    }
    tx.commit().await?;
    Ok(FamilyOutcome::Opened(opened.public_id))
}

fn check(new: &NewFamily, there: Option<&Family>) -> Result<(), MembersError> {
    let known: Vec<&str> = new
        .members
        .iter()
        .filter_map(|member| match &member.who {
            Who::Known(id) => Some(id.0.as_str()),
            Who::New(_) => None,
        })
        .collect();
    let fresh = new.members.len() - known.len();
    let already = there.map_or(0, |family| family.members.len());
    let are: BTreeSet<&str> = there
        .iter()
        .flat_map(|family| &family.members)
        .map(|member| member.referral.person.public_id.0.as_str())
        .collect();
    if known.iter().any(|id| are.contains(id)) {
        return Err(MembersError::Twice);
    }
    family::members(known, fresh, already)
}

/// Every member found, or details checked; `None` when somebody is not there to see.
async fn ready(
    store: &Store,
    viewer: &Viewer,
    new: &NewFamily,
) -> Result<Option<Vec<Ready>>, StoreError> {
    let mut all = Vec::new();
    for member in &new.members {
        all.push(match &member.who {
            Who::New(details) => Ready::New(Box::new(person::checked(store, details)?)),
            Who::Known(id) => match person::find_for(store, viewer, id).await? {
                Some(person) => {
                    let handed_over = handed_over(store, viewer, person.id).await?;
                    Ready::Known(Box::new(Recorded::of(person, handed_over)))
                }
                None => return Ok(None),
            },
        });
    }
    Ok(Some(all))
}

async fn handed_over(store: &Store, viewer: &Viewer, person: PersonId) -> Result<bool, StoreError> {
    const SENT: Sql = Sql::new(
        "select r.public_id from referrals r where r.person_id = $1 and r.stage = 'sent' and {filter} limit 1",
    );
    let filter = store.filter(viewer, Action::See, Kind::Referral, Columns::REFERRALS, 2)?;
    let sent: Vec<(String,)> = store.db.all_filtered(SENT, args![person], filter).await?;
    Ok(!sent.is_empty())
}

/// The family that is written in.
struct Opened {
    id: FamilyId,
    public_id: PublicId,
    shared: Answers,
}

impl Opened {
    async fn of(family: &Family, tx: &mut Tx) -> Result<Self, StoreError> {
        let held = super::change(tx, family.id, family.version).await?;
        held.ok_or(StoreError::Stale)?;
        Ok(Self {
            id: family.id,
            public_id: family.public_id.clone(),
            shared: family.answers(),
        })
    }
}

async fn open(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    members: &[Ready],
) -> Result<Opened, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into families (id, public_id, agency_id, team_id, form, retention_class, review_on, version, begun_by,
             begun_at)
         values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9)",
    );
    let (id, public_id) = (FamilyId(store.new_id()?), store.new_public_id()?);
    let form = Form::in_force(store.today()).ok_or(StoreError::Refused("referral-no-form"))?;
    let of = members.iter().find_map(|member| match member {
        Ready::Known(person) => Some((person.resource.agency, person.resource.team)),
        Ready::New(_) => None,
    });
    let (agency, team) = match of {
        Some(of) => of,
        None => (viewer.agency, viewer.team.ok_or(StoreError::NotAllowed)?),
    };
    let class = RetentionClass::PotentialVictim;
    let values = args![
        id,
        &public_id,
        agency,
        team,
        &form.id,
        class.code(),
        class.review_on(store.today()),
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    let event = Event::new(Did::FamilyBegun).object(ObjectKind::Family, id);
    store.journal.record(tx, viewer, event).await?;
    Ok(Opened {
        id,
        public_id,
        shared: Answers::new(),
    })
}

/// A member on record, perhaps since a moment ago.
struct Recorded {
    id: PersonId,
    resource: Resource,
    details: Details,
    names: Vec<person::PersonName>,
    /// There is a referral the viewer sees that was handed over: it is linked as it is.
    handed_over: bool,
}

impl Recorded {
    fn of(person: Person, handed_over: bool) -> Self {
        Self {
            id: person.id,
            resource: person.resource,
            details: person.details,
            names: person.names,
            handed_over,
        }
    }

    fn whom(&self) -> Whom<'_> {
        Whom {
            id: self.id,
            resource: &self.resource,
            details: &self.details,
            names: &self.names,
        }
    }
}

async fn add(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    family: FamilyId,
    person: &Recorded,
    relationship: Relationship,
) -> Result<(), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into family_members (id, family_id, person_id, position, relationship, added_by, added_at)
         values ($1, $2, $3, (select count(*) from family_members where family_id = $2), $4, $5, $6)",
    );
    let decision = store.allow(viewer, Action::Edit, &person.resource)?;
    let values = args![
        store.new_id()?,
        family,
        person.id,
        relationship.code(),
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    let event = Event::new(Did::FamilyMemberAdded)
        .object(ObjectKind::Person, person.id)
        .reason(relationship.code())
        .policy(&decision);
    store.journal.record(tx, viewer, event).await
}

/// Carries what the family shares into a referral that was just begun.
async fn carry_to(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    begun: &Begun,
    whom: Whom<'_>,
    shared: &Answers,
) -> Result<(), StoreError> {
    if shared.is_empty() {
        return Ok(());
    }
    let facts = fact::facts_in(tx, whom.id).await?;
    let discharged = episode::duty_discharged_in(tx, begun.passage).await?;
    let own = Parts {
        form: begun.form,
        answers: Answers::new(),
        facts: facts.form_facts(whom.details.dob, discharged, NO_FILES, store.today()),
        saved: BTreeSet::new(),
        to_check: BTreeSet::new(),
        today: store.today(),
    };
    let to = Carry {
        referral: begun.id,
        own,
    };
    carry(store, tx, viewer, to, shared).await.map(drop)
}
