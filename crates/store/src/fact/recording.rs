//! How a fact is recorded: one at a time for one person, with journal, tasks and what hangs on it.

use heyrick_domain::age::AgeStatus;
use heyrick_domain::consent::{ConsentItem, ConsentValue};
use heyrick_domain::id::{PersonId, PublicId, UserId};
use heyrick_domain::partial_date::PartialDate;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Decision, Kind, Resource};

use super::{PersonFacts, read_dob};
use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::task::{self, NewTask};
use crate::{Store, StoreError, Tx, age, args, consent, episode, referral, sight};

/// Facts about one person, about to be recorded.
pub(crate) struct Recording {
    /// The transaction they are written in.
    pub tx: Tx,
    /// About whom.
    pub person: PersonId,
    /// The person's record, as the policies see it: tasks that facts raise stand in its team.
    pub resource: Resource,
    /// The instant they are recorded at: later than every fact recorded before.
    pub at: i64,
    /// What was known of the age before.
    pub age: Option<AgeStatus>,
    dob: Option<PartialDate>,
    decision: Decision,
    events: Vec<Event>,
}

/// Begins to record facts about a person; `None` when there is none the viewer may see. Others who
/// record about the same person wait until this is done.
pub(crate) async fn begin(
    store: &Store,
    viewer: &Viewer,
    action: Action,
    id: &PublicId,
) -> Result<Option<Recording>, StoreError> {
    const HOLD: Sql = Sql::new(
        "update persons set updated_at = case when updated_at >= $2 then updated_at + 1 else $2 end where id = $1",
    );
    const HELD: Sql = Sql::new("select dob, updated_at from persons where id = $1");
    let Some(record) = sight::find_for(store, viewer, Kind::Person, id).await? else {
        return Ok(None);
    };
    let decision = store.allow(viewer, action, &record.resource)?;
    let person = PersonId(record.id);
    let mut tx = store.db.begin().await?;
    tx.exec(HOLD, args![person, store.now()]).await?;
    let held: Option<(Option<String>, i64)> = tx.opt(HELD, args![person]).await?;
    let (dob, at) = held.ok_or(StoreError::Corrupt("person"))?;
    let dob = read_dob(dob)?;
    Ok(Some(Recording {
        age: age_in(store, &mut tx, person, dob).await?,
        tx,
        person,
        resource: record.resource,
        at,
        dob,
        decision,
        events: Vec::new(),
    }))
}

async fn age_in(
    store: &Store,
    tx: &mut Tx,
    person: PersonId,
    dob: Option<PartialDate>,
) -> Result<Option<AgeStatus>, StoreError> {
    let facts = PersonFacts {
        ages: age::ages_in(tx, person).await?,
        ..PersonFacts::default()
    };
    Ok(facts.age_now(dob, store.today()))
}

impl Recording {
    /// Adds what the journal says about one row: what was done, which code it is filed under, and the
    /// values, of which only a keyed hash is kept.
    pub(crate) fn wrote(&mut self, did: Did, field: &str, values: impl serde::Serialize) {
        let values = serde_json::to_vec(&values).unwrap_or_default();
        let event = Event::new(did)
            .object(ObjectKind::Person, self.person)
            .fields([field])
            .policy(&self.decision)
            .values(values);
        self.events.push(event);
    }

    /// Raises a task about the person, in place of an open one of the same kind.
    pub(crate) async fn raise(
        &mut self,
        store: &Store,
        viewer: &Viewer,
        kind: TaskKind,
        due_at: Option<i64>,
        owner: Option<UserId>,
    ) -> Result<(), StoreError> {
        let new = NewTask {
            kind,
            resource: &self.resource,
            person: Some(self.person),
            referral: None,
            owner,
            due_at,
            starts_at: None,
        };
        task::raise(store, &mut self.tx, viewer, new).await?;
        Ok(())
    }

    /// Settles open tasks of a kind about the person.
    pub(crate) async fn settle(
        &mut self,
        store: &Store,
        viewer: &Viewer,
        kind: TaskKind,
    ) -> Result<(), StoreError> {
        task::settle(store, &mut self.tx, viewer, kind, self.person).await
    }
}

/// Ends what [`begin`] began: journal, what hangs on the facts, commit. Every fact goes through here.
pub(crate) async fn recorded(
    store: &Store,
    viewer: &Viewer,
    mut recording: Recording,
) -> Result<(), StoreError> {
    for event in std::mem::take(&mut recording.events) {
        store
            .journal
            .record(&mut recording.tx, viewer, event)
            .await?;
    }
    ask_an_adult(store, viewer, &mut recording).await?;
    let (person, before) = (recording.person, recording.age);
    referral::facts_changed(store, &mut recording.tx, viewer, person, before).await?;
    let (resource, dob) = (recording.resource.clone(), recording.dob);
    episode::facts_recorded(store, &mut recording.tx, viewer, person, &resource, dob).await?;
    recording.tx.commit().await?;
    Ok(())
}

/// Somebody who was treated as a child and turns out to be an adult is asked whether they want to
/// remain (AGE-4); the task is settled by an answer, or by doubt again.
async fn ask_an_adult(
    store: &Store,
    viewer: &Viewer,
    recording: &mut Recording,
) -> Result<(), StoreError> {
    let person = recording.person;
    let tx = &mut recording.tx;
    let age = age_in(store, tx, person, recording.dob).await?;
    let held = consent::held_in(tx, person, ConsentItem::NrmEntry).await?;
    let asked = !matches!(held, None | Some(ConsentValue::NotAsked));
    let was_child = recording.age.is_some_and(AgeStatus::child_rules);
    if asked || age != Some(AgeStatus::Adult) {
        task::settle(store, tx, viewer, TaskKind::AskConsent, person).await
    } else if was_child {
        recording
            .raise(store, viewer, TaskKind::AskConsent, None, Some(viewer.user))
            .await
    } else {
        Ok(())
    }
}
