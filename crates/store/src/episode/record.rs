//! Recording what somebody says happened to a passage, and that its referral was sent.

use heyrick_domain::consent::ConsentValue;
use heyrick_domain::episode::{Details, Event, EventError, EventKind, by_hand};
use heyrick_domain::id::PublicId;
use heyrick_domain::partial_date::{PartialDate, eighteenth_birthday};
use heyrick_domain::referral::Stage;
use heyrick_domain::route::Route;
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;
use jiff::civil::Date;

use super::event::events_in;
use super::passage::find_for;
use super::pen::Pen;
use crate::db::DbError;
use crate::{Store, StoreError, Tx, fact};

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
    /// In codes. What a correction leaves unsaid stands as it was.
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
    let Some((passage, record)) = find_for(store, viewer, id).await? else {
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
    let recorded = events_in(&mut tx, passage.id()).await?;
    if recorded.len() != new.seen {
        return Err(StoreError::Stale.into());
    }
    by_hand(&recorded, &event)?;
    let event = event.carried_over(&recorded);
    let pen = Pen::of(store, Some(viewer), &passage)?;
    let public_id = pen.write(&mut tx, recorded, event, note.as_deref()).await?;
    tx.commit().await?;
    Ok(Some(public_id))
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
    let born = dob.and_then(PartialDate::exact);
    let support = referral.parts.facts.support;
    let details = Details {
        eighteen_on: born.map(eighteenth_birthday),
        wants_support: support
            .map(|said| said == ConsentValue::Yes)
            .filter(|_| route == Route::Nrm),
        ..Details::default()
    };
    let resource = referral.resource.clone();
    let person = referral.person.id;
    let pen = Pen::new(store, Some(viewer), referral.episode, person, resource, dob);
    let event = Event::new(kind, on).with(details);
    pen.by_itself(tx, held, event).await.map(drop)
}
