//! What follows for passages from facts recorded elsewhere, and from the day: an age found out, an answer
//! to whether somebody remains, an eighteenth birthday.

use heyrick_domain::age::AgeStatus;
use heyrick_domain::clock::ClockKind;
use heyrick_domain::consent::{ConsentItem, ConsentValue};
use heyrick_domain::episode::{Details, Event, EventKind, Standing, State, WithdrawalMethod};
use heyrick_domain::id::{EpisodeId, PersonId, PublicId};
use heyrick_domain::partial_date::PartialDate;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Kind, Resource};
use jiff::civil::Date;
use uuid::Uuid;

use super::event::events_in;
use super::record::{Pen, is_eighteen, standing_of};
use crate::db::Sql;
use crate::fact::{self, PersonFacts, facts_in};
use crate::{Store, StoreError, Tx, args};

/// Most birthdays noticed in one go.
const AT_ONCE: i64 = 100;

/// Brings a person's passage up to what is recorded of them now: called in the transaction of every fact.
pub(crate) async fn facts_recorded(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    person: PersonId,
    resource: &Resource,
    dob: Option<PartialDate>,
) -> Result<(), StoreError> {
    const LATEST: Sql = Sql::new(
        "select e.id from episodes e
         where e.person_id = $1 and exists (select 1 from episode_events v where v.episode_id = e.id)
         order by e.opened_at desc, e.id desc limit 1",
    );
    let Some((id,)) = tx.opt::<(Uuid,)>(LATEST, args![person]).await? else {
        return Ok(());
    };
    let episode = EpisodeId(id);
    let facts = facts_in(tx, person).await?;
    // At most two follow from one fact: an age that is found out, and an answer given with it.
    for _ in 0..2 {
        let held = events_in(tx, episode).await?;
        let Some(standing) = standing_of(&held)? else {
            return Ok(());
        };
        let today = store.today();
        let Some(event) = follows(&standing, &held, &facts, dob, today) else {
            return Ok(());
        };
        let mut pen = Pen::new(store, Some(viewer), episode, person, resource.clone());
        pen.dob = dob;
        if !pen.by_itself(tx, held, event).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// The event that follows from what is recorded, if one does.
fn follows(
    standing: &Standing,
    held: &[Event],
    facts: &PersonFacts,
    dob: Option<PartialDate>,
    today: Date,
) -> Option<Event> {
    let entry = facts.consent(ConsentItem::NrmEntry);
    let event = |kind| Event::new(kind, today);
    if standing.child {
        let adult = facts.age_now(dob, today) == Some(AgeStatus::Adult);
        return adult.then(|| match is_eighteen(standing, today) {
            true => Event::new(
                EventKind::TurnedEighteen,
                standing.eighteen_on.unwrap_or(today),
            ),
            false => event(EventKind::DeterminedAdult),
        });
    }
    if standing.needs_adult_consent {
        let grown = held.iter().rev().find(|one| {
            matches!(
                one.kind,
                EventKind::TurnedEighteen | EventKind::DeterminedAdult
            )
        })?;
        // What was answered as a child is no answer to this.
        let entry = facts.consent_since(ConsentItem::NrmEntry, grown.on);
        let wants = facts.consent(ConsentItem::MsvccSupport);
        return match entry {
            Some(ConsentValue::Given) => Some(event(EventKind::Remains).with(Details {
                wants_support: Some(wants == Some(ConsentValue::Yes)),
                ..Details::default()
            })),
            Some(ConsentValue::Refused | ConsentValue::Withdrawn) => {
                Some(event(EventKind::DeclinesToRemain))
            }
            _ => None,
        };
    }
    match (standing.state, entry) {
        (State::DtnSubmitted, Some(ConsentValue::Given)) => {
            let told = held.iter().any(|one| one.kind == EventKind::ConsentsLater);
            (!told).then(|| event(EventKind::ConsentsLater))
        }
        (_, Some(ConsentValue::Withdrawn)) => Some(event(EventKind::Withdrawn).with(Details {
            method: Some(WithdrawalMethod::Professional),
            ..Details::default()
        })),
        _ => None,
    }
}

#[derive(sqlx::FromRow)]
struct Passage {
    id: Uuid,
    person_id: Uuid,
    public_id: String,
    agency_id: Uuid,
    team_id: Uuid,
    restriction: String,
    author: Uuid,
    dob: Option<String>,
    leads_to: String,
}

/// Works out anew every clock that counts working days and still runs: bank holidays changed. Returns in
/// how many passages one moved.
pub(crate) async fn holidays_changed(store: &Store, tx: &mut Tx) -> Result<usize, StoreError> {
    const COUNTING: Sql = Sql::new(
        "select distinct e.id, e.person_id, p.public_id, p.agency_id, p.team_id, p.restriction, p.created_by as author,
             p.dob, '' as leads_to
         from clocks c join episodes e on e.id = c.episode_id join persons p on p.id = e.person_id
         where c.kind = 'reasonable' and c.superseded_at is null and c.settled_on is null",
    );
    let counting: Vec<Passage> = tx.all(COUNTING, args![]).await?;
    let mut moved = 0;
    for one in counting {
        let pen = one.pen(store)?;
        moved += usize::from(pen.recalculated(tx, "holidays_changed").await?);
    }
    Ok(moved)
}

impl Passage {
    /// What writes events of this passage when nobody asked for it.
    fn pen<'a>(&self, store: &'a Store) -> Result<Pen<'a>, StoreError> {
        let resource = Resource {
            kind: Kind::Person,
            public_id: PublicId(self.public_id.clone()),
            agency: self.agency_id.into(),
            team: self.team_id.into(),
            restriction: self.restriction.clone(),
            author: self.author.into(),
        };
        let mut pen = Pen::new(store, None, self.id.into(), self.person_id.into(), resource);
        pen.dob = fact::read_dob(self.dob.clone())?;
        Ok(pen)
    }
}

/// Records every eighteenth birthday that has come, on its own day, so that whether they remain is asked.
/// Returns how many were recorded. Called by the program's own work; nothing else notices a day.
///
/// # Errors
/// [`StoreError::Db`] when the database fails; what is left is recorded the next time.
pub async fn record_birthdays(store: &Store) -> Result<usize, StoreError> {
    const COME: Sql = Sql::new(
        "select e.id, e.person_id, p.public_id, p.agency_id, p.team_id, p.restriction, p.created_by as author, p.dob,
             c.leads_to
         from clocks c join episodes e on e.id = c.episode_id join persons p on p.id = e.person_id
         where c.kind = $1 and c.superseded_at is null and c.settled_on is null and c.leads_to <= $2
           and not exists (select 1 from episode_events v where v.episode_id = e.id and v.kind = 'turned_eighteen')
         order by c.leads_to, e.id limit $3",
    );
    let values = args![ClockKind::Eighteen.code(), store.today(), AT_ONCE];
    let come: Vec<Passage> = store.db.all(COME, values).await?;
    let mut recorded = 0;
    for one in come {
        let day: Date = one
            .leads_to
            .parse()
            .map_err(|_| StoreError::Corrupt("clock"))?;
        let mut tx = store.db.begin().await?;
        let held = events_in(&mut tx, one.id.into()).await?;
        if standing_of(&held)?.is_some_and(|standing| standing.child) {
            let pen = one.pen(store)?;
            let event = Event::new(EventKind::TurnedEighteen, day);
            recorded += usize::from(pen.by_itself(&mut tx, held, event).await?);
        }
        tx.commit().await?;
    }
    Ok(recorded)
}
