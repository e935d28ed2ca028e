//! Settling places, and how a review ends: released, sent back, taken back, overtaken.

use heyrick_domain::id::PublicId;
use heyrick_domain::referral::Stage;
use heyrick_domain::review::{
    NewMark, Reader, ReleaseError, SettleError, Settled, Settlement, Words, new_marks, release,
    settle, settled_lines,
};
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;

use super::{
    Found, NOTE_MAX, PLACES, Place, Reading, Review, ReviewOutcome, find_for, known_of, places,
    settled, settled_one,
};
use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::preparation::{self, Confirmed};
use crate::task::NewTask;
use crate::{Store, StoreError, Tx, args, seal, task};

/// What came of settling a place, or of ending a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settling {
    /// Done.
    Done,
    /// A colleague settled this place in between; nothing was written over it.
    Theirs,
    /// It cannot be settled so.
    Refused(SettleError),
    /// The words that would leave instead are marked themselves: say them otherwise, or say why they may.
    Marked(Vec<NewMark>),
    /// It cannot be released yet.
    NotReleased(ReleaseError),
    /// What is recorded changed since the reader was asked; the review is over.
    Overtaken,
    /// There is no such open review to see.
    Absent,
}

/// The open review of this name, for a change.
async fn open_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    review: &PublicId,
) -> Result<Option<Reading>, StoreError> {
    let found = find_for(store, viewer, id).await?;
    Ok(found
        .filter(|reading| reading.review.public_id == *review && reading.review.closed.is_none()))
}

fn must_be_second(reader: Reader) -> Result<(), StoreError> {
    match reader {
        Reader::Second => Ok(()),
        Reader::Author | Reader::Unqualified => Err(StoreError::NotAllowed),
    }
}

/// Settles one place. `standing` is what the place said as it was shown.
///
/// # Errors
/// [`StoreError::NotAllowed`] for an author, or without a reviewing role today; [`StoreError::Refused`]
/// with `review-too-long`.
pub async fn record_settlement(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    review: &PublicId,
    number: usize,
    standing: i64,
    how: &Settlement,
) -> Result<Settling, StoreError> {
    const SETTLE: Sql = Sql::new(
        "update review_findings set settled = $2, replacement_sealed = $3, why = $4, settled_by = $5, settled_at = $6
         where id = $1 and coalesce(settled_at, 0) = $7",
    );
    let Some(reading) = open_for(store, viewer, id, review).await? else {
        return Ok(Settling::Absent);
    };
    must_be_second(reading.reader)?;
    if reading.overtaken {
        end(store, viewer, &reading, ReviewOutcome::Overtaken, None).await?;
        return Ok(Settling::Overtaken);
    }
    let places = &reading.review.places;
    let Some(place) = places.iter().find(|place| place.number == number) else {
        return Ok(Settling::Absent);
    };
    if let Err(error) = settle(place.must_go, how) {
        return Ok(Settling::Refused(error));
    }
    let marks = marks_of(store, viewer, &reading, place, how).await?;
    if !marks.is_empty() {
        return Ok(Settling::Marked(marks));
    }
    let mut tx = store.db.begin().await?;
    if !hold(&mut tx, &reading.review).await? {
        return Ok(Settling::Absent);
    }
    let key = seal::record_key(store, &mut tx, reading.referral.id.0).await?;
    let (words, why) = match how {
        Settlement::Generalised { words, why } => {
            let why = why.as_deref().map(short).transpose()?;
            (Some(short(words)?), why.filter(|why| !why.is_empty()))
        }
        Settlement::Kept { why } => (None, Some(short(why)?)),
        Settlement::Removed => (None, None),
    };
    let sealed = words.map(|words| seal::seal(&key, words.as_bytes()));
    let values = args![
        place.id,
        how.code(),
        sealed.transpose()?,
        why,
        viewer.user,
        store.now(),
        standing
    ];
    if tx.exec(SETTLE, values).await? == 0 {
        return Ok(Settling::Theirs);
    }
    let event = Event::new(Did::FindingSettled)
        .object(ObjectKind::Referral, reading.referral.id)
        .reason(how.code())
        .fields([&place.key]);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(Settling::Done)
}

/// What is marked in the words of this settlement, beside those of the others as they stand.
async fn marks_of(
    store: &Store,
    viewer: &Viewer,
    reading: &Reading,
    place: &Place,
    how: &Settlement,
) -> Result<Vec<NewMark>, StoreError> {
    let review = &reading.review;
    let others = review.places.iter().filter(|other| other.id != place.id);
    let mut all: Vec<Settled> = others.filter_map(settled_one).collect();
    let this = all.len();
    all.push(Settled {
        key: place.key.clone(),
        range: place.range.clone(),
        how: how.clone(),
    });
    let known = known_of(store, viewer, &reading.referral).await?;
    let mut marks = new_marks(&review.before.lines, &all, &known, review.before.naming());
    marks.retain(|mark| mark.settlement == this);
    Ok(marks)
}

fn short(text: &str) -> Result<&str, StoreError> {
    let text = text.trim();
    if text.chars().count() > NOTE_MAX {
        return Err(StoreError::Refused("review-too-long"));
    }
    Ok(text)
}

/// Keeps others from closing the review until this transaction ends; `false` when somebody has.
async fn hold(tx: &mut Tx, review: &Review) -> Result<bool, StoreError> {
    const HOLD: Sql =
        Sql::new("update reviews set asked_at = asked_at where id = $1 and closed_at is null");
    Ok(tx.exec(HOLD, args![review.id]).await? > 0)
}

/// Releases what is left, and prepares it: the certificate names the reader.
///
/// # Errors
/// [`StoreError::NotAllowed`] without a reviewing role today; [`StoreError::Refused`] when the last gate
/// finds something that may not leave.
pub async fn record_release(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    review: &PublicId,
) -> Result<Settling, StoreError> {
    const AFTER: Sql = Sql::new("update reviews set after_sealed = $2 where id = $1");
    let Some(reading) = open_for(store, viewer, id, review).await? else {
        return Ok(Settling::Absent);
    };
    let decision = store
        .policies
        .decide(viewer, Action::Review, &reading.referral.resource);
    if reading.reader == Reader::Second && reading.overtaken {
        end(store, viewer, &reading, ReviewOutcome::Overtaken, None).await?;
        return Ok(Settling::Overtaken);
    }
    let known = known_of(store, viewer, &reading.referral).await?;
    let mut tx = store.db.begin().await?;
    if !close(
        store,
        &mut tx,
        viewer,
        &reading,
        ReviewOutcome::Released,
        None,
    )
    .await?
    {
        return Ok(Settling::Absent);
    }
    // Read again now that nobody can settle any more.
    let found: Vec<Found> = tx.all(PLACES, args![reading.review.id]).await?;
    let key = seal::record_key(store, &mut tx, reading.referral.id.0).await?;
    let places = places(Some(&key), &reading.review.before, found)?;
    let open = places.iter().filter(|place| place.settled.is_none());
    let open = open.count();
    let before = &reading.review.before;
    let settled = settled(&places);
    let words = Words {
        before: &before.lines,
        settled: &settled,
    };
    if let Err(error) = release(reading.reader, open, words, &known, before.naming()) {
        return Ok(Settling::NotReleased(error));
    }
    let mut after = before.clone();
    after.lines = settled_lines(&before.lines, &settled);
    let sealed = seal::seal(&key, &preparation::bytes(&after))?;
    tx.exec(AFTER, args![reading.review.id, sealed]).await?;
    let referral = &reading.referral;
    preparation::move_on(store, &mut tx, referral, Stage::InReview, Stage::Prepared).await?;
    let made = preparation::New {
        content: &after,
        confirmed: Confirmed::SecondReader,
        review: Some(reading.review.id),
    };
    preparation::insert(store, &mut tx, viewer, referral, made, &decision).await?;
    tx.commit().await?;
    Ok(Settling::Done)
}

/// Sends a review back to the author, with a note.
///
/// # Errors
/// [`StoreError::NotAllowed`] for an author, or without a reviewing role today; [`StoreError::Refused`]
/// with `review-note-missing` or `review-too-long`.
pub async fn record_sent_back(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    review: &PublicId,
    note: &str,
) -> Result<Settling, StoreError> {
    let Some(reading) = open_for(store, viewer, id, review).await? else {
        return Ok(Settling::Absent);
    };
    must_be_second(reading.reader)?;
    let note = short(note)?;
    if note.is_empty() {
        return Err(StoreError::Refused("review-note-missing"));
    }
    end(store, viewer, &reading, ReviewOutcome::SentBack, Some(note)).await
}

/// Takes a review back before it is released, so that the draft can be changed.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who prepares no referrals.
pub async fn record_taken_back(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    review: &PublicId,
) -> Result<Settling, StoreError> {
    let Some(reading) = open_for(store, viewer, id, review).await? else {
        return Ok(Settling::Absent);
    };
    store.allow(viewer, Action::Prepare, &reading.referral.resource)?;
    let outcome = if reading.overtaken {
        ReviewOutcome::Overtaken
    } else {
        ReviewOutcome::TakenBack
    };
    end(store, viewer, &reading, outcome, None).await
}

/// Ends a review without a release: the referral is a draft again.
async fn end(
    store: &Store,
    viewer: &Viewer,
    reading: &Reading,
    outcome: ReviewOutcome,
    note: Option<&str>,
) -> Result<Settling, StoreError> {
    let mut tx = store.db.begin().await?;
    if !close(store, &mut tx, viewer, reading, outcome, note).await? {
        return Ok(Settling::Absent);
    }
    let referral = &reading.referral;
    preparation::move_on(store, &mut tx, referral, Stage::InReview, Stage::Draft).await?;
    if outcome == ReviewOutcome::SentBack {
        let again = NewTask {
            kind: TaskKind::SentBack,
            resource: &referral.resource,
            person: None,
            referral: Some(referral.id),
            owner: Some(reading.review.asked_by),
            due_at: None,
            starts_at: None,
        };
        task::raise(store, &mut tx, viewer, again).await?;
    }
    tx.commit().await?;
    Ok(Settling::Done)
}

/// Closes a review; `false` when somebody has already.
async fn close(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    reading: &Reading,
    outcome: ReviewOutcome,
    note: Option<&str>,
) -> Result<bool, StoreError> {
    const CLOSE: Sql = Sql::new(
        "update reviews set closed_at = $2, closed_by = $3, outcome = $4, note = $5
         where id = $1 and closed_at is null",
    );
    let values = args![
        reading.review.id,
        store.now(),
        viewer.user,
        outcome.code(),
        note
    ];
    if tx.exec(CLOSE, values).await? == 0 {
        return Ok(false);
    }
    let referral = &reading.referral;
    task::settle(store, tx, viewer, TaskKind::SecondReading, referral.id).await?;
    let event = Event::new(Did::ReviewClosed)
        .object(ObjectKind::Referral, referral.id)
        .reason(outcome.code());
    store.journal.record(tx, viewer, event).await?;
    Ok(true)
}
