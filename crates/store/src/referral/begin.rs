//! Beginning a referral: a passage is opened or gone on with, and what is already known is filled in.

use heyrick_domain::form::Form;
use heyrick_domain::id::{EpisodeId, PersonId, PublicId, ReferenceKind, ReferralId};
use heyrick_domain::referral::Stage;
use heyrick_domain::restriction::Level;
use heyrick_domain::retention::RetentionClass;
use heyrick_domain::route::Route;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Columns, Kind, Resource};

use super::fill::{Filled, Known};
use crate::answer::{self, Cause};
use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::list::lists;
use crate::person::{self, Details, Person, PersonName};
use crate::{Store, StoreError, Tx, args, episode, fact};

/// How often a new reference is tried when one is taken.
const REFERENCE_TRIES: usize = 8;

/// What came of wanting to begin a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BeginOutcome {
    /// A new draft.
    Begun(PublicId),
    /// There is one that has not left yet; go on with it.
    Open(PublicId),
    /// There is no such person to see.
    Absent,
}

/// Begins a referral of a person, in their team, filled from what is known of them. Where one the viewer
/// sees has not left yet, that one is offered and none is made.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not; [`StoreError::Refused`] with `referral-no-form`
/// when no form is in force today.
pub async fn record_referral(
    store: &Store,
    viewer: &Viewer,
    person: &PublicId,
) -> Result<BeginOutcome, StoreError> {
    let Some(person) = person::find_for(store, viewer, person).await? else {
        return Ok(BeginOutcome::Absent);
    };
    let account = account(store, viewer).await?;
    let mut tx = store.db.begin().await?;
    let opening = open_in(store, &mut tx, viewer, Whom::of(&person), &account).await?;
    let id = match opening {
        Opening::Open(id) => return Ok(BeginOutcome::Open(id)),
        Opening::Begun(begun) => begun.public_id,
    };
    tx.commit().await?;
    Ok(BeginOutcome::Begun(id))
}

/// Whom a referral is begun of; perhaps recorded in the same transaction.
#[derive(Clone, Copy)]
pub(crate) struct Whom<'a> {
    pub id: PersonId,
    pub resource: &'a Resource,
    pub details: &'a Details,
    /// Names they go by besides the given one.
    pub names: &'a [PersonName],
}

impl<'a> Whom<'a> {
    pub(crate) fn of(person: &'a Person) -> Self {
        Self {
            id: person.id,
            resource: &person.resource,
            details: &person.details,
            names: &person.names,
        }
    }
}

/// A referral that was begun.
pub(crate) struct Begun {
    pub id: ReferralId,
    pub public_id: PublicId,
    pub form: &'static Form,
    pub passage: EpisodeId,
}

/// What opening a referral came to.
pub(crate) enum Opening {
    Begun(Begun),
    /// There is one that has not left yet.
    Open(PublicId),
}

/// Begins a referral in a transaction, or finds the one that has not left.
pub(crate) async fn open_in(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    whom: Whom<'_>,
    account: &Account,
) -> Result<Opening, StoreError> {
    let resource = Resource {
        kind: Kind::Referral,
        public_id: store.new_public_id()?,
        agency: whom.resource.agency,
        team: whom.resource.team,
        restriction: Level::None.code().to_owned(),
        author: viewer.user,
    };
    let decision = store.allow(viewer, Action::Create, &resource)?;
    let form = Form::in_force(store.today()).ok_or(StoreError::Refused("referral-no-form"))?;
    // Whoever begins another for the same person, or records a fact, waits here.
    person::touch(tx, whom.id, store.now()).await?;
    if let Some(open) = open_one(store, tx, viewer, whom.id).await? {
        return Ok(Opening::Open(open));
    }
    let passage = episode::open(store, tx, viewer, whom.id).await?;
    let route = route(store, tx, whom, passage).await?;
    let (id, reference) = insert(store, tx, &resource, whom.id, passage, form, route).await?;
    let known = Known {
        details: whom.details,
        names: whom.names,
        email: account.email.as_deref(),
        agency: &account.agency,
        reference: &reference,
    };
    let filled = known.fill(form, lists(), store.today());
    write(store, tx, viewer, id, form, &filled).await?;
    let event = Event::new(Did::ReferralAdded)
        .object(ObjectKind::Referral, id)
        .policy(&decision)
        .fields(filled.iter().map(|one| &one.question.key));
    store.journal.record(tx, viewer, event).await?;
    super::follow::raise_owed(store, tx, viewer, whom.id).await?;
    Ok(Opening::Begun(Begun {
        id,
        public_id: resource.public_id,
        form,
        passage,
    }))
}

/// What of whoever begins a referral is filled in.
#[derive(sqlx::FromRow)]
pub(crate) struct Account {
    email: Option<String>,
    agency: String,
}

pub(crate) async fn account(store: &Store, viewer: &Viewer) -> Result<Account, StoreError> {
    const ACCOUNT: Sql = Sql::new(
        "select u.email, a.name as agency from users u join agencies a on a.id = u.agency_id where u.id = $1",
    );
    let row: Option<Account> = store.db.opt(ACCOUNT, args![viewer.user]).await?;
    row.ok_or(StoreError::Corrupt("account"))
}

/// A referral of the person that has not left, of those the viewer sees; the last begun.
async fn open_one(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    person: PersonId,
) -> Result<Option<PublicId>, StoreError> {
    const OPEN: Sql = Sql::new(
        "select r.public_id from referrals r
         where r.person_id = $1 and r.stage in ('draft', 'in_review', 'prepared') and {filter}
         order by r.created_at desc, r.id desc limit 1",
    );
    let filter = store.filter(viewer, Action::See, Kind::Referral, Columns::REFERRALS, 2)?;
    let rows: Vec<(String,)> = tx.all_filtered(OPEN, args![person], filter).await?;
    Ok(rows.into_iter().next().map(|(id,)| PublicId(id)))
}

/// Where the facts lead today.
async fn route(
    store: &Store,
    tx: &mut Tx,
    whom: Whom<'_>,
    passage: EpisodeId,
) -> Result<Option<Route>, StoreError> {
    let facts = fact::facts_in(tx, whom.id).await?;
    let discharged = episode::duty_discharged_in(tx, passage).await?;
    let facts = facts.route_facts(whom.details.dob, discharged, store.today());
    Ok(heyrick_domain::route::route(facts)
        .ok()
        .map(|(route, _)| route))
}

async fn insert(
    store: &Store,
    tx: &mut Tx,
    resource: &Resource,
    person: PersonId,
    passage: EpisodeId,
    form: &Form,
    route: Option<Route>,
) -> Result<(ReferralId, String), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into referrals (id, public_id, reference, agency_id, team_id, person_id, episode_id, form, stage, route,
             author_id, restriction, retention_class, review_on, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15, $15)
         on conflict (reference) do nothing",
    );
    let id = ReferralId(store.new_id()?);
    let class = RetentionClass::ReferralDraft;
    for _ in 0..REFERENCE_TRIES {
        let reference = store.new_reference(ReferenceKind::Referral)?;
        let values = args![
            id,
            &resource.public_id,
            &reference,
            resource.agency,
            resource.team,
            person,
            passage,
            &form.id,
            Stage::Draft.code(),
            super::list::RouteIs::from(route).code(),
            resource.author,
            &resource.restriction,
            class.code(),
            class.review_on(store.today()),
            store.now()
        ];
        if tx.exec(INSERT, values).await? > 0 {
            return Ok((id, reference));
        }
    }
    Err(StoreError::Refused("referral-no-reference"))
}

async fn write(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    id: ReferralId,
    form: &Form,
    filled: &[Filled<'_>],
) -> Result<(), StoreError> {
    let mut pen = answer::Pen::new(store, viewer, id, 1);
    for one in filled {
        let key = &one.question.key;
        let step = form
            .steps
            .iter()
            .find(|step| step.ask.contains(key))
            .ok_or(StoreError::Corrupt("form"))?;
        let cause = Cause::Filled(one.from);
        pen.write(tx, &step.id, one.question, &one.answer, None, cause)
            .await?;
    }
    Ok(())
}
