//! Referrals: opening one, and everything that is read of it. Beginning one is in [`begin`], lists in
//! [`list`], what follows from a new fact in [`follow`]; its answers are in [`crate::answer`].
//!
//! Whoever sees a referral sees whom it is about: so a referral is hidden with a person who is
//! restricted to others, whatever was granted of the referral itself.

use std::collections::BTreeMap;

use heyrick_domain::form::path::Parts;
use heyrick_domain::form::{Draft, Form, Lists};
use heyrick_domain::id::{EpisodeId, PublicId, ReferralId, UserId};
use heyrick_domain::referral::Stage;
use heyrick_domain::restriction::Level;
use heyrick_domain::route::Route;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Columns, Decision, Kind, Resource};
use uuid::Uuid;

use crate::authority::{self, AuthorityContact};
use crate::db::Sql;
use crate::episode::{self, Earlier};
use crate::evidence;
use crate::fact::{self, PersonFacts};
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::person::{self, Person};
use crate::withdrawal::{self, Withdrawal};
use crate::{Store, StoreError, answer, args};
use heyrick_domain::london;

pub mod begin;
mod fill;
pub mod follow;
pub mod list;

pub use begin::{BeginOutcome, record_referral};
pub(crate) use begin::{Opening, Whom, account, open_in};
pub(crate) use follow::{facts_changed, raise_owed, set_stage};
pub use list::{ReferralLine, ReferralPage, ReferralQuery, referrals_for};

/// A referral with all that its pages show.
#[derive(Debug, Clone)]
pub struct Referral {
    /// Its id inside.
    pub id: ReferralId,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What people call it, such as `R-7K4M-2Q`.
    pub reference: String,
    /// As the policies see it.
    pub resource: Resource,
    /// What the policies said about seeing it.
    pub decision: Decision,
    /// Whom it is about.
    pub person: Person,
    /// The passage it belongs to.
    pub episode: EpisodeId,
    /// Where it stands.
    pub stage: Stage,
    /// Where it led when that was last decided, for lists; see [`Self::route`].
    pub kept_route: Option<Route>,
    /// Who began it.
    pub author: UserId,
    /// The same: what colleagues call them.
    pub author_name: String,
    /// Who works on it: name in addresses, and what colleagues call them.
    pub allocated_to: Option<(PublicId, String)>,
    /// One more with every change of it.
    pub version: i64,
    /// When it was begun: microseconds since 1970, UTC.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
    /// Its form, answers and facts; see [`Self::draft`].
    pub parts: Parts,
    /// What is recorded about the person and decides the route.
    pub facts: PersonFacts,
    /// Steps somebody saved, by name.
    pub steps: BTreeMap<String, StepSaved>,
    /// Contact with the local authority, first the latest.
    pub authority_contacts: Vec<AuthorityContact>,
    /// The Duty to Notify of an earlier passage that this one takes over from.
    pub supersedes: Option<Earlier>,
    /// Why it was stopped, if it was.
    pub withdrawal: Option<Withdrawal>,
    /// The name in addresses of the passage it belongs to, once something was sent in it.
    pub passage: Option<PublicId>,
}

/// Who saved a step last, and which version that made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepSaved {
    /// The version whoever saves next must have seen.
    pub version: i64,
    /// What colleagues call whoever saved it.
    pub by: String,
    /// When: microseconds since 1970, UTC.
    pub at: i64,
}

impl Referral {
    /// The draft as its form sees it.
    pub fn draft<'a>(&'a self, lists: &'a Lists) -> Draft<'a> {
        self.parts.draft(lists)
    }

    /// Where it leads: as the facts stand while it is open, where it led once it is closed.
    pub fn route(&self) -> Option<Route> {
        if self.stage.is_open() {
            self.parts.facts.route()
        } else {
            self.kept_route
        }
    }

    /// Whether the local authority was reached, or tried out of hours.
    pub fn authority_contacted(&self) -> bool {
        let mut all = self.authority_contacts.iter();
        all.any(|contact| contact.outcome.counts())
    }

    /// Who of the team sees it.
    pub fn level(&self) -> Level {
        Level::from_code(&self.resource.restriction).unwrap_or(Level::Sealed)
    }

    /// The version of a step that whoever saves it must have seen; 0 while nobody has saved it.
    pub fn step_version(&self, step: &str) -> i64 {
        self.steps.get(step).map_or(0, |saved| saved.version)
    }

    /// What the journal keeps of a look at it.
    pub(crate) fn look(&self) -> Event {
        Event::new(Did::ReferralViewed)
            .object(ObjectKind::Referral, self.id)
            .policy(&self.decision)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    reference: String,
    agency_id: Uuid,
    team_id: Uuid,
    restriction: String,
    author: Uuid,
    author_name: String,
    worker: Option<String>,
    worker_name: Option<String>,
    person_id: Uuid,
    episode_id: Uuid,
    form: String,
    stage: String,
    route: String,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn resource(&self) -> Resource {
        Resource {
            kind: Kind::Referral,
            public_id: PublicId(self.public_id.clone()),
            agency: self.agency_id.into(),
            team: self.team_id.into(),
            restriction: self.restriction.clone(),
            author: self.author.into(),
        }
    }
}

/// A referral by its name in addresses; `None` when there is none the viewer may see. The look is
/// journalled.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn referral_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Referral>, StoreError> {
    let Some(referral) = find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    store.journal.look(viewer, referral.look()).await?;
    Ok(Some(referral))
}

/// A referral without a look in the journal: for changes.
pub(crate) async fn find_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Referral>, StoreError> {
    const FIND: Sql = Sql::new(
        "select r.id, r.public_id, r.reference, r.agency_id, r.team_id, r.restriction, r.author_id as author,
             a.display_name as author_name, w.public_id as worker, w.display_name as worker_name, r.person_id,
             r.episode_id, r.form, r.stage, r.route, r.version, r.created_at, r.updated_at
         from referrals r
         join users a on a.id = r.author_id
         left join users w on w.id = r.allocated_to
         where r.public_id = $1 and {filter}",
    );
    let filter = store.filter(viewer, Action::See, Kind::Referral, Columns::REFERRALS, 2)?;
    let rows: Vec<Row> = store.db.all_filtered(FIND, args![id], filter).await?;
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let decision = store.policies.decide(viewer, Action::See, &row.resource());
    if !decision.allowed {
        return Ok(None);
    }
    let person = person::person_of(store, viewer, row.person_id.into()).await?;
    if person.level() != Level::None && !person.decision.allowed {
        return Ok(None);
    }
    read(store, viewer, row, decision, person).await.map(Some)
}

async fn read(
    store: &Store,
    viewer: &Viewer,
    row: Row,
    decision: Decision,
    person: Person,
) -> Result<Referral, StoreError> {
    let id = ReferralId(row.id);
    let episode = EpisodeId(row.episode_id);
    let form = Form::find(&row.form).ok_or(StoreError::Corrupt("form"))?;
    let mut held = answer::answers_of(store, id).await?;
    if !sees_sealed(store, viewer, &row.resource()) {
        held.answers.retain(|key, _| !is_sealed(form, key));
    }
    let stage = Stage::from_code(&row.stage).ok_or(StoreError::Corrupt("stage"))?;
    let mut facts = fact::facts_of(store, person.id).await?;
    let mut today = store.today();
    let closed = closed_at(store, id, stage).await?;
    if let Some(at) = closed {
        facts = facts.as_at(at);
        today = london::date_of(at);
    }
    let files = evidence::files_of(store, id, closed).await?;
    let steps = steps_of(store, id).await?;
    let discharged = episode::duty_discharged(store, episode, Some(id)).await?;
    let parts = Parts {
        form,
        facts: facts.form_facts(person.details.dob, discharged, files, today),
        saved: steps.keys().cloned().collect(),
        to_check: held.to_check,
        answers: held.answers,
        today,
    };
    Ok(Referral {
        id,
        resource: row.resource(),
        decision,
        person,
        episode,
        stage,
        kept_route: Route::from_code(&row.route),
        author: row.author.into(),
        author_name: row.author_name,
        allocated_to: row.worker.map(PublicId).zip(row.worker_name),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        parts,
        facts,
        steps,
        authority_contacts: authority::contacts_of(store, id).await?,
        supersedes: episode::earlier(store, viewer, episode).await?,
        withdrawal: withdrawal::withdrawal_of(store, id).await?,
        passage: episode::passage_of(store, episode).await?,
        public_id: PublicId(row.public_id),
        reference: row.reference,
    })
}

/// Whether the viewer is shown what is sealed of a referral they see: where somebody can be found stays
/// with the agency that holds the record, whatever was shared of it.
pub(crate) fn sees_sealed(store: &Store, viewer: &Viewer, referral: &Resource) -> bool {
    let sealed = store.policies.decide(viewer, Action::SeeSealed, referral);
    sealed.allowed
}

/// The questions of a referral whose answers the viewer is not shown.
pub(crate) fn sealed_from<'a>(
    store: &Store,
    viewer: &Viewer,
    referral: &'a Referral,
) -> Vec<&'a str> {
    if sees_sealed(store, viewer, &referral.resource) {
        return Vec::new();
    }
    let questions = referral.parts.form.questions.iter();
    let sealed = questions.filter(|(_, question)| question.sealed);
    sealed.map(|(key, _)| key.as_str()).collect()
}

/// Whether the answer to this question is sealed.
pub(crate) fn is_sealed(form: &Form, key: &str) -> bool {
    form.question(key).is_some_and(|question| question.sealed)
}

/// The instant a closed referral stands still at: what was sent as it was prepared, what was stopped as it
/// was left. `None` while it is open.
async fn closed_at(store: &Store, id: ReferralId, stage: Stage) -> Result<Option<i64>, StoreError> {
    const PREPARED: Sql = Sql::new(
        "select prepared_at from preparations where referral_id = $1 and withdrawn_at is null
         order by prepared_at desc limit 1",
    );
    const WITHDRAWN: Sql =
        Sql::new("select withdrawn_at from withdrawals where referral_id = $1 limit 1");
    let sql = match stage {
        Stage::Sent => PREPARED,
        Stage::Withdrawn => WITHDRAWN,
        Stage::Draft | Stage::InReview | Stage::Prepared => return Ok(None),
    };
    let row: Option<(i64,)> = store.db.opt(sql, args![id]).await?;
    Ok(row.map(|(at,)| at))
}

#[derive(sqlx::FromRow)]
struct StepRow {
    step: String,
    version: i64,
    saved_by: String,
    saved_at: i64,
}

async fn steps_of(
    store: &Store,
    id: ReferralId,
) -> Result<BTreeMap<String, StepSaved>, StoreError> {
    const STEPS: Sql = Sql::new(
        "select s.step, s.version, u.display_name as saved_by, s.saved_at
         from referral_steps s join users u on u.id = s.saved_by where s.referral_id = $1",
    );
    let rows: Vec<StepRow> = store.db.all(STEPS, args![id]).await?;
    let saved = |row: StepRow| {
        let saved = StepSaved {
            version: row.version,
            by: row.saved_by,
            at: row.saved_at,
        };
        (row.step, saved)
    };
    Ok(rows.into_iter().map(saved).collect())
}
