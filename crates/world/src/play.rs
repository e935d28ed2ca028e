//! Plays the script: every act through the store's public functions, at its instant.

use std::collections::BTreeMap;

use heyrick_domain::episode::{Details, EventKind};
use heyrick_domain::family::Relationship;
use heyrick_domain::grant::Relation;
use heyrick_domain::id::PublicId;
use heyrick_domain::office_hours::OfficeHours;
use heyrick_domain::referral::AuthorityOutcome;
use heyrick_domain::restriction::Level;
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_policy::Kind;
use heyrick_store::authority::{self, NewAuthorityContact};
use heyrick_store::episode::{self, NewEvent};
use heyrick_store::grant::{self, Cover, NewAllocation, NewCover};
use heyrick_store::person::{self, NewName};
use heyrick_store::referral::{self, BeginOutcome};
use heyrick_store::restriction::{self, NewRestriction};
use heyrick_store::user::{self, User};
use heyrick_store::{
    Store, StoreError, age, agency, best_interests, capacity, consent, contact, withdrawal,
};
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::base;
use crate::cast::Part;
use crate::desk::Desk;
use crate::file::WorldError;
use crate::invent::Invented;
use crate::scenes;
use crate::script::{Act, What};

mod family;

/// Everybody on stage, and what was made for them so far.
pub(crate) struct Stage<'a> {
    pub store: &'a Store,
    pub seed: u64,
    users: BTreeMap<String, User>,
    cases: BTreeMap<usize, Case<'a>>,
}

/// One person's records.
#[derive(Debug, Clone)]
pub(crate) struct Case<'a> {
    pub part: &'a Part,
    pub invented: &'a Invented,
    pub person: Option<PublicId>,
    /// The latest referral.
    pub referral: Option<PublicId>,
    /// The latest decision in their best interests.
    decision: Option<PublicId>,
}

impl<'a> Stage<'a> {
    pub async fn set(
        store: &'a Store,
        cast: &'a [(Part, Invented)],
        seed: u64,
    ) -> Result<Self, WorldError> {
        let users = user::users(store).await?;
        let case = |(part, invented): &'a (Part, Invented)| {
            let case = Case {
                part,
                invented,
                person: None,
                referral: None,
                decision: None,
            };
            (part.number, case)
        };
        Ok(Self {
            store,
            seed,
            users: users
                .into_iter()
                .map(|user| (user.username.clone(), user))
                .collect(),
            cases: cast.iter().map(case).collect(),
        })
    }

    /// Lets it become this instant; half a minute later where it is later already.
    pub fn until(&self, at: Timestamp) {
        if self.store.now() < at.as_microsecond() {
            self.store.clock.set(at);
        } else {
            self.wait(SignedDuration::from_secs(30));
        }
    }

    /// Lets time pass.
    pub fn wait(&self, time: SignedDuration) {
        let now = Timestamp::from_microsecond(self.store.now()).unwrap_or(Timestamp::UNIX_EPOCH);
        if let Ok(later) = now.checked_add(time) {
            self.store.clock.set(later);
        }
    }

    fn user(&self, username: &str) -> Result<&User, WorldError> {
        self.users
            .get(username)
            .ok_or_else(|| WorldError::Content(format!("nobody is called {username}")))
    }

    /// Somebody as they are at this moment.
    pub async fn viewer(&self, username: &str) -> Result<Viewer, WorldError> {
        let account = self.user(username)?;
        let viewer = user::viewer(self.store, account.id, Through::CommandLine, None).await?;
        viewer.ok_or_else(|| WorldError::Content(format!("{username} cannot sign in")))
    }

    /// Does what an act says.
    pub async fn perform(&mut self, act: &Act) -> Result<(), WorldError> {
        self.until(act.at);
        self.attempt(act).await.map_err(|error| {
            let (by, number) = (act.by, act.number);
            WorldError::Content(format!("{by} with PV{number}: {error}"))
        })
    }

    async fn attempt(&mut self, act: &Act) -> Result<(), WorldError> {
        let viewer = self.viewer(act.by).await?;
        let Some(mut case) = self.cases.get(&act.number).cloned() else {
            return self.cover(&viewer, &act.what).await;
        };
        let done = match &act.what {
            What::Meet => self.meet(&viewer, &mut case).await?,
            What::Begin => self.begin(&viewer, &mut case).await?,
            What::Family(members) => return self.opened(&viewer, members).await,
            What::Share(step, key, words) => self.share(&viewer, &case, (step, key, words)).await?,
            What::Say(step, key, words) => self.say(&viewer, &case, (step, key, words)).await?,
            What::Decide(new) => {
                let id = case.person()?;
                case.decision = best_interests::record_best_interests(self.store, &viewer, id, new)
                    .await
                    .map_err(refused)?;
                case.decision.is_some()
            }
            other => self.record(&viewer, &case, other).await?,
        };
        if !done {
            return Err(WorldError::Content("there was nothing to see".to_owned()));
        }
        self.cases.insert(act.number, case);
        Ok(())
    }

    /// A family, whose members' referrals are known from then on.
    async fn opened(
        &mut self,
        viewer: &Viewer,
        members: &[(usize, Relationship)],
    ) -> Result<(), WorldError> {
        if self.family(viewer, members).await? {
            Ok(())
        } else {
            Err(WorldError::Content("there was nothing to see".to_owned()))
        }
    }

    async fn meet(&self, viewer: &Viewer, case: &mut Case<'_>) -> Result<bool, WorldError> {
        let details = scenes::details(case.invented, case.part.entry, self.store.today());
        case.person = Some(person::record_person(self.store, viewer, &details).await?);
        Ok(true)
    }

    async fn begin(&self, viewer: &Viewer, case: &mut Case<'_>) -> Result<bool, WorldError> {
        let begun = referral::record_referral(self.store, viewer, case.person()?).await?;
        match begun {
            BeginOutcome::Begun(id) => case.referral = Some(id),
            BeginOutcome::Open(_) | BeginOutcome::Absent => return Ok(false),
        }
        Ok(true)
    }

    /// What is recorded about the person; `false` when there is nobody to see.
    async fn record(
        &self,
        viewer: &Viewer,
        case: &Case<'_>,
        what: &What,
    ) -> Result<bool, WorldError> {
        let (store, id) = (self.store, case.person()?);
        Ok(match what {
            What::Look => person::person_for(store, viewer, id).await?.is_some(),
            What::Name(kind, raw) => {
                let new = NewName {
                    kind: *kind,
                    raw: raw.clone(),
                };
                person::record_name(store, viewer, id, &new)
                    .await?
                    .is_some()
            }
            What::Reach(new) => contact::record_contact(store, viewer, id, new)
                .await?
                .is_some(),
            What::Age(new) => age::record_ages(store, viewer, id, new)
                .await
                .map_err(refused)?,
            What::Ask(new) => consent::record_consents(store, viewer, id, new)
                .await
                .map_err(refused)?
                .is_some(),
            What::Assess(new) => capacity::record_assessment(store, viewer, id, new)
                .await
                .map_err(refused)?
                .is_some(),
            What::Sign => {
                let decision = case.decision.as_ref().ok_or_else(nothing)?;
                best_interests::record_signature(store, viewer, decision, None)
                    .await
                    .map_err(refused)?
                    .is_some()
            }
            other => self.record_referral(viewer, case, other).await?,
        })
    }

    /// What is recorded about the referral, or about who sees what.
    async fn record_referral(
        &self,
        viewer: &Viewer,
        case: &Case<'_>,
        what: &What,
    ) -> Result<bool, WorldError> {
        match what {
            What::Talk => crate::talk::talk(self, viewer, case).await,
            What::Call(outcome, note) => self.call(viewer, case, *outcome, note).await,
            What::Happened(kind, details, note) => {
                self.happened(viewer, case, *kind, details, *note).await
            }
            What::Exhibit(exhibit) if self.store.files.is_somewhere() => {
                exhibit.attach(self.store, viewer, case.referral()?).await
            }
            What::Exhibit(_) => Ok(true),
            What::Withdraw(reason) => {
                let id = case.referral()?;
                Ok(withdrawal::record_withdrawal(self.store, viewer, id, reason).await?)
            }
            What::Restrict(level, reason) => self.restrict(viewer, case, *level, reason).await,
            What::Give {
                referral,
                relation,
                to,
                days,
            } => {
                let (kind, id) = if *referral {
                    (Kind::Referral, case.referral()?)
                } else {
                    (Kind::Person, case.person()?)
                };
                let last = days.map(|days| self.store.today().saturating_add(days.days()));
                let new = NewAllocation {
                    user: self.user(to)?.public_id.clone(),
                    relation: *relation,
                    last,
                    reason: given_because(*relation).to_owned(),
                };
                let given = grant::record_allocation(self.store, viewer, kind, id, &new).await?;
                Ok(given.is_some())
            }
            other => Desk { stage: self, case }.work(viewer, other).await,
        }
    }

    /// What happened after the referral was sent, on the day it is told of.
    async fn happened(
        &self,
        viewer: &Viewer,
        case: &Case<'_>,
        kind: EventKind,
        details: &Details,
        note: Option<&str>,
    ) -> Result<bool, WorldError> {
        let sent = referral::referral_for(self.store, viewer, case.referral()?).await?;
        let passage = sent.and_then(|sent| sent.passage).ok_or_else(nothing)?;
        let held = episode::episode_for(self.store, viewer, &passage).await?;
        let new = NewEvent {
            kind,
            on: self.store.today(),
            received_on: None,
            details: details.clone(),
            note: note.map(str::to_owned),
            corrects: None,
            seen: held.map_or(0, |held| held.events.len()),
        };
        let recorded = episode::record_event(self.store, viewer, &passage, new).await;
        Ok(recorded.map_err(refused)?.is_some())
    }

    async fn call(
        &self,
        viewer: &Viewer,
        case: &Case<'_>,
        outcome: AuthorityOutcome,
        note: &str,
    ) -> Result<bool, WorldError> {
        let new = NewAuthorityContact {
            outcome,
            attempted_at: self.store.now(),
            note: Some(note.to_owned()),
        };
        let id = case.referral()?;
        let hours = OfficeHours::default();
        Ok(authority::record_authority_contact(self.store, viewer, id, &new, hours).await?)
    }

    async fn restrict(
        &self,
        viewer: &Viewer,
        case: &Case<'_>,
        level: Level,
        reason: &str,
    ) -> Result<bool, WorldError> {
        let new = NewRestriction {
            seen: Level::None,
            level,
            reason: reason.to_owned(),
            review_on: Some(self.store.today().saturating_add(60.days())),
            keep: vec![self.user(case.part.by)?.public_id.clone()],
        };
        let records = [
            (Kind::Person, case.person.as_ref()),
            (Kind::Referral, case.referral.as_ref()),
        ];
        for (kind, id) in records {
            let Some(id) = id else { continue };
            restriction::record_restriction(self.store, viewer, kind, id, &new)
                .await
                .map_err(refused)?;
        }
        Ok(true)
    }

    /// Cover and acting rank, which concern no record.
    async fn cover(&self, viewer: &Viewer, what: &What) -> Result<(), WorldError> {
        let today = self.store.today();
        let (to, what, days) = match what {
            What::Cover { to, days } => (to, Cover::Team(self.own_team(viewer).await?), *days),
            What::Act { to, days } => (to, Cover::Rank(Role::Sergeant), *days),
            _ => return Err(nothing()),
        };
        let new = NewCover {
            user: self.user(to)?.public_id.clone(),
            what,
            first: today,
            last: today.saturating_add(days.days()),
            reason: "Leave and a course: somebody must be able to decide.".to_owned(),
        };
        grant::record_cover(self.store, viewer, &new).await?;
        Ok(())
    }

    async fn own_team(&self, viewer: &Viewer) -> Result<PublicId, WorldError> {
        let teams = agency::teams(self.store).await?;
        let own = teams
            .into_iter()
            .find(|team| Some(team.id) == viewer.team && team.name == base::TEAM);
        own.map(|team| team.public_id).ok_or_else(nothing)
    }
}

impl Case<'_> {
    pub fn person(&self) -> Result<&PublicId, WorldError> {
        self.person.as_ref().ok_or_else(nothing)
    }

    pub fn referral(&self) -> Result<&PublicId, WorldError> {
        self.referral.as_ref().ok_or_else(nothing)
    }
}

const fn given_because(relation: Relation) -> &'static str {
    match relation {
        Relation::Shared => {
            "Agreed at the weekly meeting: they house and support this person, who knows and agrees."
        }
        _ => "Has worked with this person before and speaks to the hospital anyway.",
    }
}

/// A rule refused what the script says: the tests keep that from happening.
pub(crate) fn refused(error: impl std::fmt::Display) -> WorldError {
    WorldError::Content(format!("the rules refused: {error}"))
}

pub(crate) fn nothing() -> WorldError {
    WorldError::Store(StoreError::Corrupt("script"))
}
