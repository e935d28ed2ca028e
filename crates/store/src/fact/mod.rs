//! What is recorded about a person and decides the route: ages, consents, capacity, best interests.
//!
//! Rows only ever get company. Every writer goes through `begin` and `recorded`: one at a time for
//! one person, so that each row is later than the one before, and what hangs on the facts follows in
//! the same transaction.

use heyrick_domain::age::{AgeFact, AgeStatus, AtWhat, status_at, status_now};
use heyrick_domain::capacity::{CapacityAssessment, CapacityOutcome, NewBestInterests};
use heyrick_domain::consent::{Consent, ConsentItem, ConsentValue, current};
use heyrick_domain::form::Facts;
use heyrick_domain::id::{EpisodeId, PersonId, PublicId, UserId};
use heyrick_domain::partial_date::PartialDate;
use heyrick_domain::route::{BestInterests, Ground, NoRoute, Route, RouteFacts, route};
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Kind, Resource};
use jiff::civil::Date;
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::{Store, StoreError, Tx, age, args, best_interests, capacity, consent, episode, sight};

mod recording;

pub(crate) use recording::{Recording, begin, recorded};

/// Something recorded about an age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedAge {
    /// What was recorded.
    pub fact: AgeFact,
    /// What it rests on, in words.
    pub basis_words: Option<String>,
    /// Who recorded it: what colleagues call them.
    pub recorded_by: String,
}

/// An answer about consent, as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedConsent {
    /// Its name in the API.
    pub public_id: PublicId,
    /// The answer.
    pub consent: Consent,
    /// Who recorded it.
    pub recorded_by: String,
    /// When: microseconds since 1970, UTC.
    pub recorded_at: i64,
}

/// An assessment of capacity, as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedAssessment {
    /// Its name in the API.
    pub public_id: PublicId,
    /// The assessment.
    pub assessment: CapacityAssessment,
    /// Who recorded it.
    pub recorded_by: String,
    /// When: microseconds since 1970, UTC.
    pub recorded_at: i64,
}

/// A decision in somebody's best interests, as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedBestInterests {
    /// Its name in addresses and in the API.
    pub public_id: PublicId,
    /// The assessment it follows.
    pub assessment: PublicId,
    /// What was decided, by whom and why.
    pub made: NewBestInterests,
    /// Who recorded it, and may not sign it.
    pub author: UserId,
    /// The same: what colleagues call them.
    pub recorded_by: String,
    /// When: microseconds since 1970, UTC.
    pub recorded_at: i64,
    /// A supervisor's signature.
    pub signature: Option<Signature>,
}

/// A supervisor's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Who signed.
    pub by: String,
    /// When: microseconds since 1970, UTC.
    pub at: i64,
    /// What they wrote beside it.
    pub note: Option<String>,
}

/// Everything recorded about a person, each list in the order it was recorded or asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonFacts {
    /// Ages: now, at exploitation, at an alleged act.
    pub ages: Vec<RecordedAge>,
    /// Answers about consent, in the order they were asked.
    pub consents: Vec<RecordedConsent>,
    /// Assessments of capacity.
    pub assessments: Vec<RecordedAssessment>,
    /// Decisions in their best interests.
    pub best_interests: Vec<RecordedBestInterests>,
}

impl PersonFacts {
    /// What is known of the age today; `None` when nothing is.
    pub fn age_now(&self, dob: Option<PartialDate>, today: Date) -> Option<AgeStatus> {
        status_now(&self.age_facts(), dob, today)
    }

    /// What is known of the age at exploitation or at an alleged act.
    pub fn age_at(&self, at_what: AtWhat) -> Option<AgeStatus> {
        status_at(&self.age_facts(), at_what)
    }

    /// Every answer about consent, in the order they were asked.
    pub fn answers(&self) -> Vec<Consent> {
        let answers = self.consents.iter().map(|one| one.consent.clone());
        answers.collect()
    }

    /// The answer that holds.
    pub fn consent(&self, item: ConsentItem) -> Option<ConsentValue> {
        current(&self.answers(), item).map(|consent| consent.value)
    }

    /// The decision in their best interests that holds: the latest, unless capacity was found after it.
    pub fn best_interests_now(&self) -> Option<&RecordedBestInterests> {
        let has =
            |one: &&RecordedAssessment| one.assessment.outcome == CapacityOutcome::HasCapacity;
        let regained = self
            .assessments
            .iter()
            .filter(has)
            .map(|one| one.recorded_at);
        let regained = regained.max().unwrap_or(i64::MIN);
        self.best_interests
            .last()
            .filter(|made| made.recorded_at > regained)
    }

    /// The latest assessment, if it found that they cannot decide.
    pub fn lacking_now(&self) -> Option<&RecordedAssessment> {
        let lacks =
            |one: &&RecordedAssessment| one.assessment.outcome == CapacityOutcome::LacksCapacity;
        self.assessments.last().filter(lacks)
    }

    /// What decides the route.
    pub fn route_facts(
        &self,
        dob: Option<PartialDate>,
        duty_discharged: bool,
        today: Date,
    ) -> RouteFacts {
        RouteFacts {
            age: self.age_now(dob, today),
            nrm_entry: self.consent(ConsentItem::NrmEntry),
            best_interests: self.best_interests_now().map(|made| BestInterests {
                decision: made.made.decision,
                signed: made.signature.is_some(),
            }),
            duty_discharged,
        }
    }

    /// What the form takes from them instead of asking. `files`: how many are attached as evidence.
    pub fn form_facts(
        &self,
        dob: Option<PartialDate>,
        duty_discharged: bool,
        files: usize,
        today: Date,
    ) -> Facts {
        Facts {
            route: self.route_facts(dob, duty_discharged, today),
            age_at_exploitation: self.age_at(AtWhat::Exploitation),
            support: self.consent(ConsentItem::MsvccSupport),
            cooperation: self.consent(ConsentItem::PoliceCooperation),
            identity: self.consent(ConsentItem::DtnIdentity) == Some(ConsentValue::Yes),
            files,
        }
    }

    /// What was recorded by that instant, in microseconds since 1970, UTC: what a referral that was closed
    /// then rests on, whatever was recorded after it.
    #[must_use]
    pub fn as_at(mut self, at: i64) -> Self {
        self.ages.retain(|one| one.fact.recorded_at <= at);
        self.consents.retain(|one| one.recorded_at <= at);
        self.assessments.retain(|one| one.recorded_at <= at);
        self.best_interests.retain(|one| one.recorded_at <= at);
        for made in &mut self.best_interests {
            made.signature.take_if(|signature| signature.at > at);
        }
        self
    }

    fn age_facts(&self) -> Vec<AgeFact> {
        self.ages.iter().map(|one| one.fact.clone()).collect()
    }
}

/// Everything recorded about a person. The caller was let in to them already.
pub(crate) async fn facts_of(store: &Store, person: PersonId) -> Result<PersonFacts, StoreError> {
    Ok(PersonFacts {
        ages: age::ages_of(store, person).await?,
        consents: consent::consents_of(store, person).await?,
        assessments: capacity::assessments_of(store, person).await?,
        best_interests: best_interests::of(store, person).await?,
    })
}

/// The same, inside a transaction: what was recorded in it counts.
pub(crate) async fn facts_in(tx: &mut Tx, person: PersonId) -> Result<PersonFacts, StoreError> {
    Ok(PersonFacts {
        ages: age::ages_in(tx, person).await?,
        consents: consent::consents_in(tx, person).await?,
        assessments: capacity::assessments_in(tx, person).await?,
        best_interests: best_interests::held_in(tx, person).await?,
    })
}

/// Which facts a page or an answer shows; the journal keeps it with the look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Ages.
    Ages,
    /// Answers about consent.
    Consents,
    /// Assessments of capacity.
    Assessments,
    /// Decisions in their best interests.
    BestInterests,
}

impl Shown {
    const fn field(self) -> &'static str {
        match self {
            Self::Ages => "ages",
            Self::Consents => "consents",
            Self::Assessments => "capacity_assessments",
            Self::BestInterests => "best_interests",
        }
    }
}

/// A person as far as facts about them need it, with the facts.
#[derive(Debug, Clone)]
pub struct About {
    /// Their name in addresses.
    pub public_id: PublicId,
    /// What people call the record, such as `P-7K4M-2Q`.
    pub reference: String,
    /// As the policies see it.
    pub resource: Resource,
    /// Date of birth as far as it is known.
    pub dob: Option<PartialDate>,
    /// Whether the duty of s.52 was discharged in their latest episode by something already sent.
    pub duty_discharged: bool,
    /// What is recorded.
    pub facts: PersonFacts,
    today: Date,
}

impl About {
    /// What is known of the age today.
    pub fn age_now(&self) -> Option<AgeStatus> {
        self.facts.age_now(self.dob, self.today)
    }

    /// Where a referral would go as things stand, and on what ground.
    ///
    /// # Errors
    /// [`NoRoute`] says what must be recorded first.
    pub fn route(&self) -> Result<(Route, Ground), NoRoute> {
        let facts = self
            .facts
            .route_facts(self.dob, self.duty_discharged, self.today);
        route(facts)
    }
}

/// A person with everything recorded about them; `None` when there is none the viewer may see. The look
/// is journalled.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn facts_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    shown: Shown,
) -> Result<Option<About>, StoreError> {
    const PERSON: Sql = Sql::new("select dob from persons where id = $1");
    let Some(record) = sight::find_for(store, viewer, Kind::Person, id).await? else {
        return Ok(None);
    };
    let person = PersonId(record.id);
    let row: Option<(Option<String>,)> = store.db.opt(PERSON, args![person]).await?;
    let about = About {
        public_id: id.clone(),
        reference: record.reference,
        dob: read_dob(row.and_then(|row| row.0))?,
        duty_discharged: duty_discharged(store, person).await?,
        facts: facts_of(store, person).await?,
        today: store.today(),
        resource: record.resource,
    };
    let decision = store.policies.decide(viewer, Action::See, &about.resource);
    let look = Event::new(Did::PersonViewed)
        .object(ObjectKind::Person, person)
        .fields([shown.field()])
        .policy(&decision);
    store.journal.look(viewer, look).await?;
    Ok(Some(about))
}

/// Whether the duty was discharged in somebody's latest passage; not while there is none.
pub(crate) async fn duty_discharged(store: &Store, person: PersonId) -> Result<bool, StoreError> {
    const LATEST: Sql = Sql::new(
        "select id from episodes where person_id = $1 order by opened_at desc, id desc limit 1",
    );
    let latest: Option<(Uuid,)> = store.db.opt(LATEST, args![person]).await?;
    match latest {
        Some((id,)) => episode::duty_discharged(store, EpisodeId(id), None).await,
        None => Ok(false),
    }
}

pub(crate) fn read_dob(dob: Option<String>) -> Result<Option<PartialDate>, StoreError> {
    dob.map(|dob| {
        dob.parse()
            .map_err(|_| StoreError::Corrupt("date of birth"))
    })
    .transpose()
}

/// A text without white space around it; `None` when nothing is left.
pub(crate) fn trimmed(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A stored day, if there is one. `what` names the record for the error.
pub(crate) fn read_day(
    day: Option<String>,
    what: &'static str,
) -> Result<Option<Date>, StoreError> {
    day.map(|day| day.parse().map_err(|_| StoreError::Corrupt(what)))
        .transpose()
}
