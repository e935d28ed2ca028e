//! What follows for a person's referrals when something new is recorded of them, in the same transaction:
//! where each leads, and the answers a new age sends back to the start.

use heyrick_domain::age::AgeStatus;
use heyrick_domain::form::Form;
use heyrick_domain::id::{PersonId, PublicId, ReferralId};
use heyrick_domain::partial_date::PartialDate;
use heyrick_domain::referral::Stage;
use heyrick_domain::retention::RetentionClass;
use heyrick_domain::route::route;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Kind, Resource};
use uuid::Uuid;

use super::list::RouteIs;
use crate::answer::{self, Cause};
use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::task::{self, NewTask};
use crate::{Store, StoreError, Tx, args, episode, fact};
use heyrick_domain::london;

#[derive(sqlx::FromRow)]
struct Open {
    id: Uuid,
    public_id: String,
    form: String,
    episode_id: Uuid,
    agency_id: Uuid,
    team_id: Uuid,
    restriction: String,
    author_id: Uuid,
}

impl Open {
    fn resource(&self) -> Resource {
        Resource {
            kind: Kind::Referral,
            public_id: PublicId(self.public_id.clone()),
            agency: self.agency_id.into(),
            team: self.team_id.into(),
            restriction: self.restriction.clone(),
            author: self.author_id.into(),
        }
    }
}

/// A person's referrals that have not left.
const OPEN: Sql = Sql::new(
    "select id, public_id, form, episode_id, agency_id, team_id, restriction, author_id from referrals
     where person_id = $1 and stage in ('draft', 'in_review', 'prepared') order by id",
);

/// Brings a person's open referrals up to what is recorded of them now: called in the transaction of
/// every fact that decides the route. `before`: what was known of the age until now. A referral that
/// rests on a new fact is another version of it.
///
/// A new age sends back the answers that hang on it, as the Home Office's form does; what was answered
/// stays in the history. Facts are never touched.
pub(crate) async fn facts_changed(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    person: PersonId,
    before: Option<AgeStatus>,
) -> Result<(), StoreError> {
    const LEADS: Sql = Sql::new(
        "update referrals set route = $2, version = version + 1, updated_at = $3 where id = $1 returning version",
    );
    let open: Vec<Open> = tx.all(OPEN, args![person]).await?;
    if open.is_empty() {
        return Ok(());
    }
    let facts = fact::facts_in(tx, person).await?;
    let dob = dob(tx, person).await?;
    let today = store.today();
    let now = facts.age_now(dob, today);
    let age_changed = before.is_some() && before != now;
    for one in open {
        let discharged = episode::duty_discharged_in(tx, one.episode_id.into()).await?;
        let leads = route(facts.route_facts(dob, discharged, today))
            .ok()
            .map(|(route, _)| route);
        let values = args![one.id, RouteIs::from(leads).code(), store.now()];
        let held: Option<(i64,)> = tx.opt(LEADS, values).await?;
        let (version,) = held.ok_or(StoreError::Corrupt("referral"))?;
        if age_changed {
            let form = Form::find(&one.form).ok_or(StoreError::Corrupt("form"))?;
            send_back(store, tx, viewer, one.id.into(), form, version).await?;
        }
    }
    raise_owed(store, tx, viewer, person).await
}

/// Raises what is owed to somebody with a referral that has not left, each thing once about each referral:
/// called when one is begun, and when what it hangs on changes.
pub(crate) async fn raise_owed(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    person: PersonId,
) -> Result<(), StoreError> {
    const KNOWN: Sql = Sql::new("select dob, county_lines from persons where id = $1");
    let open: Vec<Open> = tx.all(OPEN, args![person]).await?;
    let row: Option<(Option<String>, Option<String>)> = tx.opt(KNOWN, args![person]).await?;
    let (dob, county_lines) = row.unwrap_or_default();
    let facts = fact::facts_in(tx, person).await?;
    let age = facts.age_now(fact::read_dob(dob)?, store.today());
    let child = age.is_some_and(AgeStatus::child_rules);
    let owed = TaskKind::owed(child, county_lines.as_deref() == Some("yes"));
    for one in open {
        for kind in owed {
            if task::was_raised(tx, *kind, one.id.into()).await? {
                continue;
            }
            let new = NewTask {
                kind: *kind,
                resource: &one.resource(),
                person: Some(person),
                referral: Some(one.id.into()),
                owner: Some(one.author_id.into()),
                due_at: None,
                starts_at: None,
            };
            task::raise(store, tx, viewer, new).await?;
        }
    }
    Ok(())
}

async fn dob(tx: &mut Tx, person: PersonId) -> Result<Option<PartialDate>, StoreError> {
    const DOB: Sql = Sql::new("select dob from persons where id = $1");
    let row: Option<(Option<String>,)> = tx.opt(DOB, args![person]).await?;
    fact::read_dob(row.and_then(|row| row.0))
}

/// Clears the answers that hang on the age. Their steps have to be saved again by somebody who saw
/// them empty.
async fn send_back(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    id: ReferralId,
    form: &'static Form,
    version: i64,
) -> Result<(), StoreError> {
    const UNSAVED: Sql =
        Sql::new("delete from referral_steps where referral_id = $1 and step in {each $2}");
    let from = form.steps.iter().position(|step| step.resets_from_here);
    let steps = &form.steps[from.unwrap_or(form.steps.len())..];
    let names = crate::db::json_list(steps.iter().map(|step| &step.id));
    tx.exec(UNSAVED, args![id, names]).await?;
    let back = form.reset_by_age();
    let mut pen = answer::Pen::new(store, viewer, id, version);
    let mut cleared = Vec::new();
    for held in answer::stored_in(tx, id).await? {
        let Some(key) = back.iter().find(|key| **key == held.key) else {
            continue;
        };
        let step = steps.iter().find(|step| step.ask.contains(&held.key));
        let step = step.ok_or(StoreError::Corrupt("form"))?;
        pen.clear(tx, &step.id, &held, Cause::Age).await?;
        cleared.push(*key);
    }
    if cleared.is_empty() {
        return Ok(());
    }
    let event = Event::new(Did::AnswersSaved)
        .object(ObjectKind::Referral, id)
        .reason(Cause::Age.code())
        .fields(cleared);
    store.journal.record(tx, viewer, event).await
}

/// Says where a referral stands from now on. The caller was let in, and knows that it may stand there.
pub(crate) async fn set_stage(
    tx: &mut Tx,
    referral: ReferralId,
    stage: Stage,
    now: i64,
) -> Result<(), StoreError> {
    const STANDS: Sql = Sql::new(
        "update referrals set stage = $2, version = version + 1, updated_at = $3 where id = $1",
    );
    const KEPT: Sql =
        Sql::new("update referrals set retention_class = $2, review_on = $3 where id = $1");
    tx.exec(STANDS, args![referral, stage.code(), now]).await?;
    if stage == Stage::Sent {
        let class = RetentionClass::Referral;
        let review_on = class.review_on(london::date_of(now));
        tx.exec(KEPT, args![referral, class.code(), review_on])
            .await?;
    }
    Ok(())
}
