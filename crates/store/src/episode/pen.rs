//! What writes an event into a passage: its row, the tasks and clocks that follow, and the journal, in one
//! transaction.

use heyrick_domain::calendar::Division;
use heyrick_domain::clock::ClockKind;
use heyrick_domain::episode::{
    Event, EventKind, Standing, ToDo, Waits, begins, clock_facts, fold, holding, record, waits_for,
};
use heyrick_domain::id::{EpisodeId, PersonId, PublicId, ReferralId, UserId};
use heyrick_domain::london;
use heyrick_domain::partial_date::PartialDate;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::Resource;
use jiff::civil::Date;
use uuid::Uuid;

use super::clock::{day_of, recalculate};
use super::event::{self, Beside, events_in};
use super::passage::Passage;
use super::record::RecordEventError;
use crate::db::Sql;
use crate::journal::{Action as Did, Actor, Event as Entry, ObjectKind};
use crate::task::{self, NewTask};
use crate::{Store, StoreError, Tx, args};

/// Writes events of one passage. `viewer`: who says so; `None` where the day itself does.
pub(super) struct Pen<'a> {
    store: &'a Store,
    viewer: Option<&'a Viewer>,
    episode: EpisodeId,
    person: PersonId,
    resource: Resource,
    dob: Option<PartialDate>,
}

/// The referral of a passage that was sent, and whose work it is: tasks hang on it.
#[derive(Clone, Copy)]
struct Sent {
    referral: ReferralId,
    worker: UserId,
}

impl<'a> Pen<'a> {
    pub fn new(
        store: &'a Store,
        viewer: Option<&'a Viewer>,
        episode: EpisodeId,
        person: PersonId,
        resource: Resource,
        dob: Option<PartialDate>,
    ) -> Self {
        Self {
            store,
            viewer,
            episode,
            person,
            resource,
            dob,
        }
    }

    /// For a passage as it was found.
    pub fn of(
        store: &'a Store,
        viewer: Option<&'a Viewer>,
        passage: &Passage,
    ) -> Result<Self, StoreError> {
        let (id, person, resource) = (passage.id(), passage.person(), passage.resource());
        Ok(Self::new(
            store,
            viewer,
            id,
            person,
            resource,
            passage.dob()?,
        ))
    }

    /// One event after those that are recorded: its row, what follows, and the journal.
    pub async fn write(
        &self,
        tx: &mut Tx,
        recorded: Vec<Event>,
        new: Event,
        note: Option<&str>,
    ) -> Result<PublicId, RecordEventError> {
        let begin = match recorded.is_empty() {
            true => new.kind.sent_from(),
            false => begins(&recorded),
        };
        let made = record(begin, &recorded, &new, self.store.today())?;
        let beside = Beside {
            note,
            by: self.viewer,
        };
        let number = recorded.len();
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
        let mut all = recorded;
        all.push(new.clone());
        let held = holding(&all)?;
        let cause = new.kind.code();
        let moved = self.recalculate(tx, &made.standing, &held, cause).await?;
        let sent = self.sent(tx).await?;
        for one in &made.to_do {
            if self.asked_before(tx, *one, &new, sent).await? {
                continue;
            }
            self.follow(tx, *one, &held, sent).await?;
        }
        if let Some(sent) = sent {
            self.bring(tx, &moved, &held, sent).await?;
            if new.kind == EventKind::InformationAsked {
                self.bring_question(tx, &new, sent).await?;
            }
        }
        self.journal(tx, Did::EpisodeEventRecorded, cause).await?;
        if !moved.is_empty() {
            self.journal(tx, Did::ClocksMoved, cause).await?;
        }
        Ok(public_id)
    }

    /// An event that follows from a fact recorded elsewhere. Where the table has no place for it, nothing
    /// follows, and the answer is `false`.
    pub async fn by_itself(
        &self,
        tx: &mut Tx,
        recorded: Vec<Event>,
        event: Event,
    ) -> Result<bool, StoreError> {
        match self.write(tx, recorded, event, None).await {
            Ok(_) => Ok(true),
            Err(RecordEventError::Rule(_)) => Ok(false),
            Err(RecordEventError::Store(error)) => Err(error),
        }
    }

    /// Works the clocks out anew where something besides an event changed, such as a bank holiday; says
    /// whether any moved.
    pub async fn recalculated(&self, tx: &mut Tx, cause: &str) -> Result<bool, StoreError> {
        let recorded = events_in(tx, self.episode).await?;
        let Some((standing, held)) = standing_of(&recorded)? else {
            return Ok(false);
        };
        let moved = self.recalculate(tx, &standing, &held, cause).await?;
        if moved.is_empty() {
            return Ok(false);
        }
        if let Some(sent) = self.sent(tx).await? {
            self.bring(tx, &moved, &held, sent).await?;
        }
        self.journal(tx, Did::ClocksMoved, cause).await?;
        Ok(true)
    }

    async fn recalculate(
        &self,
        tx: &mut Tx,
        standing: &Standing,
        held: &[Event],
        cause: &str,
    ) -> Result<Vec<ClockKind>, StoreError> {
        let born = self.dob.and_then(PartialDate::exact);
        let facts = clock_facts(standing, held, self.division(tx).await?, born);
        recalculate(self.store, tx, self.episode, &facts, cause).await
    }

    async fn journal(&self, tx: &mut Tx, did: Did, code: &str) -> Result<(), StoreError> {
        let entry = Entry::new(did)
            .object(ObjectKind::Person, self.person)
            .reason(code)
            .fields(["episode"]);
        let actor = self.viewer.map_or(Actor::PROGRAM, Actor::from);
        self.store.journal.record(tx, actor, entry).await
    }

    async fn sent(&self, tx: &mut Tx) -> Result<Option<Sent>, StoreError> {
        const SENT: Sql = Sql::new(
            "select id, coalesce(allocated_to, author_id) as worker from referrals
             where episode_id = $1 and stage = 'sent' order by created_at desc, id desc limit 1",
        );
        let row: Option<(Uuid, Uuid)> = tx.opt(SENT, args![self.episode]).await?;
        Ok(row.map(|(referral, worker)| Sent {
            referral: referral.into(),
            worker: worker.into(),
        }))
    }

    /// Whether a task is not to be raised because it was before: of what is owed from the draft on, at the
    /// sending; and while a question for more information is open, at the next.
    async fn asked_before(
        &self,
        tx: &mut Tx,
        to_do: ToDo,
        new: &Event,
        sent: Option<Sent>,
    ) -> Result<bool, StoreError> {
        let (ToDo::Raise(kind), Some(sent)) = (to_do, sent) else {
            return Ok(false);
        };
        match (kind, new.kind.by_sending()) {
            (TaskKind::EvidenceAsked, _) => {
                let open = task::open_due(tx, kind, sent.referral).await?;
                Ok(open.is_some())
            }
            (_, true) => task::was_raised(tx, kind, sent.referral).await,
            _ => Ok(false),
        }
    }

    /// The task of a question that was asked is due on its day; of several that are open, on the earliest.
    async fn bring_question(&self, tx: &mut Tx, new: &Event, sent: Sent) -> Result<(), StoreError> {
        let kind = TaskKind::EvidenceAsked;
        let Some(due) = new.details.answer_by.map(ends) else {
            return Ok(());
        };
        let open = task::open_due(tx, kind, sent.referral).await?;
        let corrected = new.corrects.is_some();
        if corrected || open.is_some_and(|held| due < held) {
            task::bring(self.store, tx, kind, sent.referral, due, None).await?;
        }
        Ok(())
    }

    /// Raises or settles what the table says. One task at most of a kind is open about the person and their
    /// referral together: a fact may have raised it about the person before.
    async fn follow(
        &self,
        tx: &mut Tx,
        to_do: ToDo,
        held: &[Event],
        sent: Option<Sent>,
    ) -> Result<(), StoreError> {
        let (ToDo::Settle(kind) | ToDo::Raise(kind)) = to_do;
        task::settle(self.store, tx, self.viewer, kind, self.person).await?;
        if let Some(sent) = sent {
            task::settle(self.store, tx, self.viewer, kind, sent.referral).await?;
        }
        if let ToDo::Raise(_) = to_do {
            let (starts, due) = self.days(tx, kind, held).await?;
            let new = NewTask {
                kind,
                resource: &self.resource,
                person: sent.is_none().then_some(self.person),
                referral: sent.map(|sent| sent.referral),
                owner: sent.map(|sent| sent.worker),
                due_at: due.map(ends),
                starts_at: starts.map(begins_at),
            };
            task::raise(self.store, tx, self.viewer, new).await?;
        }
        Ok(())
    }

    /// From which day on a task of this kind is shown and by which it is due, where a clock or a letter
    /// says it.
    async fn days(
        &self,
        tx: &mut Tx,
        kind: TaskKind,
        held: &[Event],
    ) -> Result<(Option<Date>, Option<Date>), StoreError> {
        if kind == TaskKind::EvidenceAsked {
            let asked = held
                .iter()
                .rfind(|event| event.kind == EventKind::InformationAsked);
            return Ok((None, asked.and_then(|event| event.details.answer_by)));
        }
        let Some(Waits { from, due }) = waits_for(kind) else {
            return Ok((None, None));
        };
        let starts = match from {
            Some(from) => day_of(tx, self.episode, from).await?,
            None => None,
        };
        Ok((starts, day_of(tx, self.episode, due).await?))
    }

    /// Brings the tasks that wait for a clock that moved to where it leads now. A day somebody gave a task
    /// stands until then.
    async fn bring(
        &self,
        tx: &mut Tx,
        moved: &[ClockKind],
        held: &[Event],
        sent: Sent,
    ) -> Result<(), StoreError> {
        for kind in TaskKind::ALL {
            let waits = waits_for(*kind).is_some_and(|waits| {
                moved.contains(&waits.due) || waits.from.is_some_and(|from| moved.contains(&from))
            });
            if waits {
                self.bring_one(tx, *kind, held, sent).await?;
            }
        }
        Ok(())
    }

    async fn bring_one(
        &self,
        tx: &mut Tx,
        kind: TaskKind,
        held: &[Event],
        sent: Sent,
    ) -> Result<(), StoreError> {
        if let (starts, Some(due)) = self.days(tx, kind, held).await? {
            let (due, starts) = (ends(due), starts.map(begins_at));
            task::bring(self.store, tx, kind, sent.referral, due, starts).await?;
        }
        Ok(())
    }

    /// Whose bank holidays count: where the report was made that the passage began with (D-2); England and
    /// Wales where nobody said. Another referral, sent or not, is no cause to count anew.
    async fn division(&self, tx: &mut Tx) -> Result<Division, StoreError> {
        const PLACE: Sql = Sql::new(
            "select a.value from sendings s
             join preparations p on p.id = s.preparation_id
             join referrals r on r.id = p.referral_id
             join answers a on a.referral_id = r.id and a.key = 'fr-location'
             where r.episode_id = $1 order by s.recorded_at, s.id limit 1",
        );
        let row: Option<(String,)> = tx.opt(PLACE, args![self.episode]).await?;
        let place = row.and_then(|(value,)| serde_json::from_str::<String>(&value).ok());
        Ok(place
            .and_then(|place| Division::of_location(&place))
            .unwrap_or(Division::EnglandAndWales))
    }
}

/// The first instant of a day, in microseconds since 1970, UTC.
fn begins_at(day: Date) -> i64 {
    london::begins(day).as_microsecond()
}

/// The last second of a day, in microseconds since 1970, UTC.
fn ends(day: Date) -> i64 {
    london::ends(day).as_microsecond()
}

/// Where a passage stands, and the events of it that hold; `None` before anything was sent.
pub(super) fn standing_of(
    recorded: &[Event],
) -> Result<Option<(Standing, Vec<Event>)>, StoreError> {
    if recorded.is_empty() {
        return Ok(None);
    }
    let standing = fold(begins(recorded), recorded);
    let held = holding(recorded);
    standing
        .and_then(|standing| Ok(Some((standing, held?))))
        .map_err(|_| StoreError::Corrupt("episode"))
}
