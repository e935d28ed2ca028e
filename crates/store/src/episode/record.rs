//! Recording what happened to a passage: the rule, the row, its tasks, its clocks and the journal in one
//! transaction.

use heyrick_domain::calendar::Division;
use heyrick_domain::clock::{Availability, ClockFacts, ClockKind, Decided, Period};
use heyrick_domain::episode::{
    Authority, Available, Details, Event, EventError, EventKind, FurtherPeriod, Standing, State,
    Support, ToDo, fold, holding, record,
};
use heyrick_domain::id::{EpisodeId, PersonId, PublicId, ReferralId, UserId};
use heyrick_domain::partial_date::{PartialDate, eighteenth_birthday};
use heyrick_domain::referral::Stage;
use heyrick_domain::route::Route;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Kind, Resource};
use jiff::civil::Date;
use uuid::Uuid;

use super::clock::{day_begins, day_of, ends, recalculate};
use super::event::{self, Beside, begins, events_in};
use crate::db::{DbError, Sql};
use crate::journal::{Action as Did, Event as Entry, ObjectKind};
use crate::task::{self, NewTask};
use crate::{Store, StoreError, Tx, args, fact, sight};

/// Longest note beside an event, in characters.
pub const NOTE_MAX: usize = 4000;

/// What somebody says happened.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// What.
    pub kind: EventKind,
    /// The day on the letter.
    pub on: Date,
    /// The day it reached us.
    pub received_on: Option<Date>,
    /// In codes.
    pub details: Details,
    /// In words.
    pub note: Option<String>,
    /// The number of the earlier event it stands in place of.
    pub corrects: Option<usize>,
    /// How many events the page showed that it was recorded on.
    pub seen: usize,
}

/// Why an event was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordEventError {
    /// The table, or a guard of it, refused.
    #[error(transparent)]
    Rule(#[from] EventError),
    /// The store refused or failed; [`StoreError::Stale`] when somebody recorded something meanwhile.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for RecordEventError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct Passage {
    pub id: Uuid,
    pub person_id: Uuid,
    pub person: String,
    pub dob: Option<String>,
}

pub(super) const FIND: Sql = Sql::new(
    "select e.id, e.person_id, p.public_id as person, p.dob from episodes e join persons p on p.id = e.person_id
     where e.public_id = $1",
);

/// Records what happened, as decided and said elsewhere. Returns its name in addresses; `Ok(None)` when
/// there is no such passage to see.
///
/// # Errors
/// [`RecordEventError::Rule`] says why it cannot be; [`StoreError::Stale`] when somebody recorded another
/// event since the page was shown; [`StoreError::NotAllowed`]; [`StoreError::Refused`] with
/// `episode-error-note-long`.
pub async fn record_event(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    new: NewEvent,
) -> Result<Option<PublicId>, RecordEventError> {
    let Some(passage) = store.db.opt::<Passage>(FIND, args![id]).await? else {
        return Ok(None);
    };
    let person = PublicId(passage.person.clone());
    let Some(record) = sight::find_for(store, viewer, Kind::Person, &person).await? else {
        return Ok(None);
    };
    store.allow(viewer, Action::RecordFacts, &record.resource)?;
    let note = fact::trimmed(new.note.as_deref());
    if note
        .as_ref()
        .is_some_and(|note| note.chars().count() > NOTE_MAX)
    {
        return Err(StoreError::Refused("episode-error-note-long").into());
    }
    let event = Event {
        kind: new.kind,
        on: new.on,
        received_on: new.received_on,
        details: new.details,
        noted: note.is_some(),
        corrects: new.corrects,
    };
    let mut tx = store.db.begin().await?;
    let person = PersonId(passage.person_id);
    let held = events_in(&mut tx, passage.id.into()).await?;
    if held.len() != new.seen {
        return Err(StoreError::Stale.into());
    }
    let mut pen = Pen::new(
        store,
        Some(viewer),
        passage.id.into(),
        person,
        record.resource,
    );
    pen.dob = fact::read_dob(passage.dob)?;
    let beside = Beside {
        note: note.as_deref(),
        by: Some(viewer),
    };
    let public_id = pen.write(&mut tx, held, event, beside).await?;
    tx.commit().await?;
    Ok(Some(public_id))
}

/// Writes events of one passage.
pub(super) struct Pen<'a> {
    store: &'a Store,
    viewer: Option<&'a Viewer>,
    episode: EpisodeId,
    person: PersonId,
    resource: Resource,
    /// The date of birth, as far as it is known.
    pub dob: Option<PartialDate>,
}

impl<'a> Pen<'a> {
    pub fn new(
        store: &'a Store,
        viewer: Option<&'a Viewer>,
        episode: EpisodeId,
        person: PersonId,
        resource: Resource,
    ) -> Self {
        Self {
            store,
            viewer,
            episode,
            person,
            resource,
            dob: None,
        }
    }

    /// One event after those that are held: its row, what follows, and the journal.
    pub async fn write(
        &self,
        tx: &mut Tx,
        held: Vec<Event>,
        new: Event,
        beside: Beside<'_>,
    ) -> Result<PublicId, RecordEventError> {
        let begin = match held.is_empty() {
            true => new.kind.sent_from(),
            false => begins(&held),
        };
        let recorded = record(begin, &held, &new, self.store.today())?;
        let number = held.len();
        let public_id = event::insert(
            self.store,
            tx,
            self.episode,
            self.person,
            number,
            &new,
            beside,
        )
        .await?;
        let mut all = held;
        all.push(new.clone());
        let facts = self.clock_facts(tx, &recorded.standing, &all).await?;
        let cause = new.kind.code();
        let moved = recalculate(self.store, tx, self.episode, &facts, cause).await?;
        self.follow(tx, &recorded.to_do, &new).await?;
        self.move_tasks(tx).await?;
        self.journal(tx, Did::EpisodeEventRecorded, cause).await?;
        if moved {
            self.journal(tx, Did::ClocksMoved, cause).await?;
        }
        Ok(public_id)
    }

    /// Works the clocks out anew where something besides an event changed, such as a bank holiday; says
    /// whether any moved.
    pub async fn recalculated(&self, tx: &mut Tx, cause: &str) -> Result<bool, StoreError> {
        let events = events_in(tx, self.episode).await?;
        let Some(standing) = standing_of(&events)? else {
            return Ok(false);
        };
        let held = holding(&events).map_err(|_| StoreError::Corrupt("episode"))?;
        let division = self.division(tx).await?;
        let facts = facts_of(&standing, &held, division, self.dob);
        let moved = recalculate(self.store, tx, self.episode, &facts, cause).await?;
        if moved {
            self.move_tasks(tx).await?;
            self.journal(tx, Did::ClocksMoved, cause).await?;
        }
        Ok(moved)
    }

    async fn journal(&self, tx: &mut Tx, did: Did, code: &str) -> Result<(), StoreError> {
        let entry = Entry::new(did)
            .object(ObjectKind::Person, self.person)
            .reason(code)
            .fields(["episode"]);
        match self.viewer {
            Some(viewer) => self.store.journal.record(tx, viewer, entry).await,
            None => {
                let program = crate::journal::Actor::PROGRAM;
                self.store.journal.record(tx, program, entry).await
            }
        }
    }

    /// The referral of this passage that was sent, and who wrote it: its tasks hang on it.
    async fn sent(&self, tx: &mut Tx) -> Result<Option<(ReferralId, UserId)>, StoreError> {
        const SENT: Sql = Sql::new(
            "select id, coalesce(allocated_to, author_id) as worker from referrals
             where episode_id = $1 and stage = 'sent' order by created_at desc, id desc limit 1",
        );
        let row: Option<(Uuid, Uuid)> = tx.opt(SENT, args![self.episode]).await?;
        Ok(row.map(|(id, worker)| (ReferralId(id), UserId(worker))))
    }

    /// Raises and settles what the table says.
    async fn follow(&self, tx: &mut Tx, to_do: &[ToDo], event: &Event) -> Result<(), StoreError> {
        let sent = self.sent(tx).await?;
        for one in to_do {
            match (one, self.viewer, sent) {
                (ToDo::Settle(kind), Some(viewer), Some((referral, _))) => {
                    task::settle(self.store, tx, viewer, *kind, referral).await?;
                    task::settle(self.store, tx, viewer, *kind, self.person).await?;
                }
                (ToDo::Settle(_), ..) => {}
                (ToDo::Raise(kind), viewer, sent) => {
                    let new = NewTask {
                        kind: *kind,
                        resource: &self.resource,
                        person: sent.is_none().then_some(self.person),
                        referral: sent.map(|(referral, _)| referral),
                        owner: sent.map(|(_, worker)| worker),
                        due_at: self.due(tx, *kind, event).await?,
                        starts_at: None,
                    };
                    match viewer {
                        Some(viewer) => {
                            task::raise(self.store, tx, viewer, new).await?;
                        }
                        None => {
                            task::raise_unasked(self.store, tx, new).await?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// When a task of this kind is due, where the event or a clock says it.
    async fn due(
        &self,
        tx: &mut Tx,
        kind: TaskKind,
        event: &Event,
    ) -> Result<Option<i64>, StoreError> {
        let clock = match kind {
            TaskKind::EvidenceAsked => return Ok(event.details.answer_by.map(ends)),
            TaskKind::DecisionReview => ClockKind::Reconsideration,
            TaskKind::AskConsent => ClockKind::Eighteen,
            _ => match waits_for(kind) {
                Some((_, due)) => due,
                None => return Ok(None),
            },
        };
        Ok(day_of(tx, self.episode, clock).await?.map(ends))
    }

    /// Brings tasks that wait for a clock to where it leads now: nothing waits for a day that moved.
    async fn move_tasks(&self, tx: &mut Tx) -> Result<(), StoreError> {
        const MOVE: Sql = Sql::new(
            "update tasks set due_at = $3, starts_at = $4, version = version + 1
             where referral_id = $1 and kind = $2 and done_at is null and (due_at <> $3 or starts_at <> $4)",
        );
        let Some((referral, _)) = self.sent(tx).await? else {
            return Ok(());
        };
        for kind in TaskKind::ALL {
            let Some((from, due)) = waits_for(*kind) else {
                continue;
            };
            let from = day_of(tx, self.episode, from).await?;
            let due = day_of(tx, self.episode, due).await?;
            if let Some((from, due)) = from.zip(due) {
                let values = args![referral, kind.code(), ends(due), day_begins(from)];
                tx.exec(MOVE, values).await?;
            }
        }
        Ok(())
    }

    /// What clocks need to know.
    async fn clock_facts(
        &self,
        tx: &mut Tx,
        standing: &Standing,
        events: &[Event],
    ) -> Result<ClockFacts, RecordEventError> {
        let held = holding(events)?;
        let division = self.division(tx).await?;
        Ok(facts_of(standing, &held, division, self.dob))
    }

    /// Whose bank holidays count: where the report was made (D-2); England and Wales where nobody said.
    async fn division(&self, tx: &mut Tx) -> Result<Division, StoreError> {
        const PLACE: Sql = Sql::new(
            "select a.value from answers a join referrals r on r.id = a.referral_id
             where r.episode_id = $1 and a.key = 'fr-location' order by r.created_at desc limit 1",
        );
        let row: Option<(String,)> = tx.opt(PLACE, args![self.episode]).await?;
        let place = row.and_then(|(value,)| serde_json::from_str::<String>(&value).ok());
        Ok(place
            .and_then(|place| Division::of_location(&place))
            .unwrap_or(Division::EnglandAndWales))
    }
}

/// The clocks from which on a task is shown, and by which it is due.
fn waits_for(kind: TaskKind) -> Option<(ClockKind, ClockKind)> {
    Some(match kind {
        TaskKind::ReconsiderationDay20 => (
            ClockKind::ReconsiderationDay20,
            ClockKind::ReconsiderationDay20,
        ),
        TaskKind::ReconsiderationDay27 => (
            ClockKind::ReconsiderationDay27,
            ClockKind::ReconsiderationDay27,
        ),
        TaskKind::EighteenIn100 => (ClockKind::EighteenIn100, ClockKind::EighteenIn28),
        TaskKind::EighteenIn28 => (ClockKind::EighteenIn28, ClockKind::Eighteen),
        _ => return None,
    })
}

/// An episode as clocks see it.
pub(super) fn facts_of(
    standing: &Standing,
    held: &[Event],
    division: Division,
    dob: Option<PartialDate>,
) -> ClockFacts {
    let came = |kind: EventKind| held.iter().rev().find(|event| event.kind == kind);
    let decided = |decision: Option<heyrick_domain::episode::Decision>| {
        decision.map(|one| Decided {
            on: one.on,
            positive: one.positive,
        })
    };
    let answered = held.iter().rev().find(|event| {
        matches!(
            event.kind,
            EventKind::ReconsiderationRefused
                | EventKind::ReconsiderationUpheld
                | EventKind::ReconsiderationOverturned
        )
    });
    let over = matches!(standing.state, State::Withdrawn | State::ClosedOther);
    ClockFacts {
        route: match standing.state {
            State::DtnSubmitted => Some(Route::Dtn),
            _ => standing.sent_on.map(|_| Route::Nrm),
        },
        handed_over_on: standing.sent_on,
        devolved_panel: standing.authority() == Some(Authority::DevolvedPanel),
        reasonable: decided(standing.rg),
        period: match standing.further {
            Some((_, FurtherPeriod::Determined)) => Period::Determined,
            _ => Period::Automatic,
        },
        conclusive: decided(standing.cg),
        reconsideration: match standing.available {
            Some(Available::Yes) => Availability::Yes,
            Some(Available::No) => Availability::No,
            Some(Available::Unknown) | None => Availability::Unknown,
        },
        reconsideration_asked_on: came(EventKind::ReconsiderationRequested).map(|event| event.on),
        reconsideration_answered_on: answered.map(|event| event.on),
        child: came(EventKind::ReferredAsChild).is_some()
            && came(EventKind::DeterminedAdult).is_none(),
        born: dob.and_then(whole),
        supported: matches!(
            standing.support,
            Some(Support::InService | Support::Transition)
        ),
        disqualified_on: standing.disqualified.map(|one| one.on),
        closed_on: over.then(|| held.last().map(|event| event.on)).flatten(),
        ..ClockFacts::new(division)
    }
}

/// A date of birth that is known to the day.
fn whole(dob: PartialDate) -> Option<Date> {
    dob.to_string().parse().ok()
}

/// A referral was sent: the passage's life after it begins. Called in the transaction of the sending.
pub(crate) async fn sent(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    referral: &crate::referral::Referral,
    on: Date,
) -> Result<(), StoreError> {
    let held = events_in(tx, referral.episode).await?;
    let Ok((route, ground)) = referral.parts.facts.route_and_ground() else {
        return Ok(());
    };
    let kind = EventKind::of_sending(route, ground);
    // Another referral in a passage that is under way: on old facts, and no life of its own.
    if referral.stage != Stage::Prepared || !held.is_empty() {
        return Ok(());
    }
    let dob = referral.person.details.dob;
    let support = referral.parts.facts.support;
    let details = Details {
        eighteen_on: dob.and_then(whole).map(eighteenth_birthday),
        wants_support: support
            .map(|said| said == heyrick_domain::consent::ConsentValue::Yes)
            .filter(|_| route == Route::Nrm),
        ..Details::default()
    };
    let resource = referral.resource.clone();
    let person = referral.person.id;
    let mut pen = Pen::new(store, Some(viewer), referral.episode, person, resource);
    pen.dob = dob;
    let event = Event::new(kind, on).with(details);
    pen.by_itself(tx, held, event).await.map(drop)
}

impl Pen<'_> {
    /// An event that follows from a fact recorded elsewhere. Where the table has no place for it, nothing
    /// follows, and the answer is `false`.
    pub async fn by_itself(
        &self,
        tx: &mut Tx,
        held: Vec<Event>,
        event: Event,
    ) -> Result<bool, StoreError> {
        let beside = Beside {
            note: None,
            by: self.viewer,
        };
        match self.write(tx, held, event, beside).await {
            Ok(_) => Ok(true),
            Err(RecordEventError::Rule(_)) => Ok(false),
            Err(RecordEventError::Store(error)) => Err(error),
        }
    }
}

/// Where a passage stands after its events; `None` before anything was sent.
pub(super) fn standing_of(events: &[Event]) -> Result<Option<Standing>, StoreError> {
    if events.is_empty() {
        return Ok(None);
    }
    let standing = fold(begins(events), events);
    standing
        .map(Some)
        .map_err(|_| StoreError::Corrupt("episode"))
}

/// Whether somebody is eighteen on that day.
pub(super) fn is_eighteen(standing: &Standing, today: Date) -> bool {
    standing.eighteen_on.is_some_and(|day| today >= day)
}
