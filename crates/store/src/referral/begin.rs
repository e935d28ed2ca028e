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
use crate::person::{self, Person};
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
    let resource = Resource {
        kind: Kind::Referral,
        public_id: store.new_public_id()?,
        agency: person.resource.agency,
        team: person.resource.team,
        restriction: Level::None.code().to_owned(),
        author: viewer.user,
    };
    let decision = store.allow(viewer, Action::Create, &resource)?;
    let form = Form::in_force(store.today()).ok_or(StoreError::Refused("referral-no-form"))?;
    let account = account(store, viewer).await?;
    let mut tx = store.db.begin().await?;
    // Whoever begins another for the same person, or records a fact, waits here.
    person::touch(&mut tx, person.id, store.now()).await?;
    if let Some(open) = open_one(store, &mut tx, viewer, person.id).await? {
        return Ok(BeginOutcome::Open(open));
    }
    let passage = episode::open(store, &mut tx, viewer, person.id).await?;
    let route = route(store, &mut tx, &person, passage).await?;
    let (id, reference) = insert(store, &mut tx, &resource, &person, passage, form, route).await?;
    let known = Known {
        person: &person,
        email: account.email.as_deref(),
        agency: &account.agency,
        reference: &reference,
    };
    let filled = known.fill(form, lists(), store.today());
    write(store, &mut tx, viewer, id, form, &filled).await?;
    let event = Event::new(Did::ReferralAdded)
        .object(ObjectKind::Referral, id)
        .policy(&decision)
        .fields(filled.iter().map(|one| &one.question.key));
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(BeginOutcome::Begun(resource.public_id))
}

#[derive(sqlx::FromRow)]
struct Account {
    email: Option<String>,
    agency: String,
}

async fn account(store: &Store, viewer: &Viewer) -> Result<Account, StoreError> {
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
    person: &Person,
    passage: EpisodeId,
) -> Result<Option<Route>, StoreError> {
    let facts = fact::facts_in(tx, person.id).await?;
    let discharged = episode::duty_discharged_in(tx, passage).await?;
    let facts = facts.route_facts(person.details.dob, discharged, store.today());
    Ok(heyrick_domain::route::route(facts)
        .ok()
        .map(|(route, _)| route))
}

async fn insert(
    store: &Store,
    tx: &mut Tx,
    resource: &Resource,
    person: &Person,
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
            person.id,
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
