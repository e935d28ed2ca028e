//! What follows for passages from facts recorded elsewhere, from other bank holidays, and from the day: an
//! eighteenth birthday.

use heyrick_domain::clock::ClockKind;
use heyrick_domain::episode::{Event, EventKind, Known, follows};
use heyrick_domain::id::PersonId;
use heyrick_domain::partial_date::{PartialDate, eighteenth_birthday};
use heyrick_domain::user::Viewer;
use heyrick_policy::Resource;

use super::clock::{day_of, stored_day};
use super::event::events_in;
use super::passage::{Passage, latest_in};
use super::pen::{Pen, standing_of};
use crate::db::Sql;
use crate::fact::facts_in;
use crate::{Store, StoreError, Tx, args};

/// Most birthdays noticed in one go.
const AT_ONCE: i64 = 100;

/// Most events that follow from one fact: another birthday, an age found out with it, and an answer given
/// with that.
const FOLLOWING: usize = 3;

/// Brings a person's passage up to what is recorded of them now: called in the transaction of every fact.
/// `dob`: the date of birth as it is now.
pub(crate) async fn facts_recorded(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    person: PersonId,
    resource: &Resource,
    dob: Option<PartialDate>,
) -> Result<(), StoreError> {
    let Some(passage) = latest_in(tx, person).await? else {
        return Ok(());
    };
    let facts = facts_in(tx, person).await?;
    let today = store.today();
    let known = Known {
        answers: &facts.answers(),
        age: facts.age_now(dob, today),
        born: dob,
    };
    let pen = Pen::new(
        store,
        Some(viewer),
        passage.id(),
        person,
        resource.clone(),
        dob,
    );
    for _ in 0..FOLLOWING {
        let recorded = events_in(tx, passage.id()).await?;
        let Some((standing, held)) = standing_of(&recorded)? else {
            return Ok(());
        };
        let Some(event) = follows(&standing, &recorded, &held, &known, today) else {
            break;
        };
        if !pen.by_itself(tx, recorded, event).await? {
            break;
        }
    }
    // Where no event is taken, as when the passage is over, the birthday moves by its own cause all the same.
    let birthday = dob.and_then(PartialDate::exact).map(eighteenth_birthday);
    let counted_to = stored_day(tx, passage.id(), ClockKind::Eighteen).await?;
    if counted_to.is_some() && counted_to != birthday {
        pen.recalculated(tx, EventKind::BirthDateChanged.code())
            .await?;
    }
    Ok(())
}

/// Works out anew every clock that counts working days, also one that stopped: bank holidays changed, and
/// no later event may seem to be what moved it. Returns in how many passages one moved.
pub(crate) async fn holidays_changed(store: &Store, tx: &mut Tx) -> Result<usize, StoreError> {
    const COUNTING: Sql = Sql::new(
        "select distinct e.id, e.person_id, p.public_id as person, p.agency_id, p.team_id, p.restriction,
             p.created_by as author_id, p.dob
         from clocks c join episodes e on e.id = c.episode_id join persons p on p.id = e.person_id
         where (c.kind = 'reasonable' or c.kind like 'support_%') and c.superseded_at is null",
    );
    let counting: Vec<Passage> = tx.all(COUNTING, args![]).await?;
    recount(store, tx, counting, "holidays_changed").await
}

/// Works the clocks of every passage with a decision out anew: how long support lasts was set. Returns in
/// how many one moved.
pub(crate) async fn support_periods_set(store: &Store, tx: &mut Tx) -> Result<usize, StoreError> {
    const DECIDED: Sql = Sql::new(
        "select distinct e.id, e.person_id, p.public_id as person, p.agency_id, p.team_id, p.restriction,
             p.created_by as author_id, p.dob
         from episode_events v join episodes e on e.id = v.episode_id join persons p on p.id = e.person_id
         where v.kind in ('rg_negative', 'cg_negative', 'cg_positive')",
    );
    let decided: Vec<Passage> = tx.all(DECIDED, args![]).await?;
    recount(store, tx, decided, "support_periods_set").await
}

async fn recount(
    store: &Store,
    tx: &mut Tx,
    passages: Vec<Passage>,
    cause: &str,
) -> Result<usize, StoreError> {
    let mut moved = 0;
    for passage in passages {
        let pen = Pen::of(store, None, &passage)?;
        moved += usize::from(pen.recalculated(tx, cause).await?);
    }
    Ok(moved)
}

/// Records every eighteenth birthday that has come, on its own day, so that whether they remain is asked.
/// Returns how many were recorded. Called by the program's own work; nothing else notices a day.
///
/// # Errors
/// [`StoreError::Db`] when the database fails; what is left is recorded the next time.
pub async fn record_birthdays(store: &Store) -> Result<usize, StoreError> {
    // One recorded in error does not count, nor one of a birthday that is another now.
    const COME: Sql = Sql::new(
        "select e.id, e.person_id, p.public_id as person, p.agency_id, p.team_id, p.restriction,
             p.created_by as author_id, p.dob
         from clocks c join episodes e on e.id = c.episode_id join persons p on p.id = e.person_id
         where c.kind = $1 and c.superseded_at is null and c.settled_on is null and c.leads_to <= $2
             and not exists (
                 select 1 from episode_events v where v.episode_id = e.id and v.kind = 'turned_eighteen'
                     and v.on_date >= c.leads_to and not exists (
                         select 1 from episode_events w where w.episode_id = e.id and w.corrects = v.number))
         order by c.leads_to, e.id limit $3",
    );
    let values = args![ClockKind::Eighteen.code(), store.today(), AT_ONCE];
    let come: Vec<Passage> = store.db.all(COME, values).await?;
    let mut noticed = 0;
    for passage in come {
        let mut tx = store.db.begin().await?;
        let recorded = events_in(&mut tx, passage.id()).await?;
        let standing = standing_of(&recorded)?;
        let day = day_of(&mut tx, passage.id(), ClockKind::Eighteen).await?;
        if let Some(day) = day.filter(|_| standing.is_some_and(|(standing, _)| standing.child)) {
            let event = Event::new(EventKind::TurnedEighteen, day);
            let pen = Pen::of(store, None, &passage)?;
            noticed += usize::from(pen.by_itself(&mut tx, recorded, event).await?);
        }
        tx.commit().await?;
    }
    Ok(noticed)
}
