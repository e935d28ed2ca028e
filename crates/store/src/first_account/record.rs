//! Beginning a first account and writing its notes: rows that only get company.

use heyrick_domain::first_account::talk::Talk;
use heyrick_domain::first_account::{AccountError, Ground, NOTE_MAX, NewAccount, grounds};
use heyrick_domain::id::{PublicId, ReferralId};
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Decision};
use uuid::Uuid;

use super::{AccountWords, find_for, of_account, of_note, opened, sealed};
use crate::db::{DbError, Sql};
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::referral::Referral;
use crate::{Store, StoreError, Tx, args, seal};

/// Why an account was not begun.
#[derive(Debug, thiserror::Error)]
pub enum RecordAccountError {
    /// The gate: everything that speaks against it, the gravest first.
    #[error("a first account is not begun now")]
    NotNow(Vec<Ground>),
    /// What is missing or wrong, each with its field.
    #[error("the account cannot be recorded like this")]
    Rule(Vec<(AccountError, &'static str)>),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for RecordAccountError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Begins an account of a referral's person. Gives its name in addresses; `Ok(None)` when there is no
/// such referral to see.
///
/// # Errors
/// [`RecordAccountError::NotNow`] and [`RecordAccountError::Rule`]; [`StoreError::NotAllowed`] when the
/// viewer may not record facts about the referral; [`StoreError::Refused`] with `referral-closed`.
pub async fn record_account(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    new: &NewAccount,
) -> Result<Option<PublicId>, RecordAccountError> {
    let Some(referral) = find_for(store, viewer, referral).await? else {
        return Ok(None);
    };
    let decision = store.allow(viewer, Action::RecordFacts, &referral.resource)?;
    if !referral.stage.is_open() {
        return Err(StoreError::Refused("referral-closed").into());
    }
    let age = referral.parts.facts.route.age;
    let against = grounds(&new.gate, age);
    let (Some(age), true) = (age, against.is_empty()) else {
        return Err(RecordAccountError::NotNow(against));
    };
    let problems = new.problems(store.now());
    if !problems.is_empty() {
        return Err(RecordAccountError::Rule(problems));
    }
    let talk = Talk::in_force(&referral.parts.form.id, store.today());
    let talk = talk.ok_or(StoreError::Refused("first-account-no-talk"))?;
    let mut tx = store.db.begin().await?;
    hold_referral(&mut tx, referral.id, store.now()).await?;
    let public_id = insert(store, &mut tx, viewer, &referral, new, (talk, age.code())).await?;
    let event = Event::new(Did::FirstAccountBegun)
        .object(ObjectKind::Referral, referral.id)
        .policy(&decision)
        .values(serde_json::to_vec(new).unwrap_or_default());
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(Some(public_id))
}

async fn hold_referral(tx: &mut Tx, id: ReferralId, now: i64) -> Result<(), StoreError> {
    const HOLD: Sql = Sql::new(
        "update referrals set version = version + 1, updated_at = $2
         where id = $1 and stage in ('draft', 'in_review', 'prepared')",
    );
    match tx.exec(HOLD, args![id, now]).await? {
        0 => Err(StoreError::Refused("referral-closed")),
        _ => Ok(()),
    }
}

async fn insert(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    referral: &Referral,
    new: &NewAccount,
    (talk, age): (&Talk, &str),
) -> Result<PublicId, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into first_accounts (id, public_id, referral_id, talk, begun_at, from_paper, age, gate, choice, pack,
             words_sealed, version, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13)",
    );
    let id = store.new_id()?;
    let public_id = store.new_public_id()?;
    let words = AccountWords {
        place: new.place.trim().to_owned(),
        present: new.present.trim().to_owned(),
        language: new.language.trim().to_owned(),
        interpreter: new.interpreter.trim().to_owned(),
        needs: new.needs.trim().to_owned(),
    };
    let key = seal::record_key(store, tx, referral.id.0).await?;
    let gate = serde_json::to_string(&new.gate).map_err(|_| StoreError::Corrupt("gate"))?;
    let values = args![
        id,
        &public_id,
        referral.id,
        &talk.id,
        new.begun_at,
        new.from_paper,
        age,
        gate,
        new.choice.map(|choice| choice.code()),
        new.pack.code(),
        sealed(&key, of_account(id), &words)?,
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    Ok(public_id)
}

/// An account about to be written to.
pub(super) struct Held {
    pub tx: Tx,
    pub id: Uuid,
    pub begun_at: i64,
    pub talk: &'static Talk,
    pub referral: Referral,
    pub decision: Decision,
}

/// Holds an account for a transaction; others who write to it wait. `None` when there is none to see.
pub(super) async fn hold(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    account: &PublicId,
) -> Result<Option<Held>, StoreError> {
    const HOLD: Sql = Sql::new(
        "update first_accounts set version = version + 1 where referral_id = $1 and public_id = $2
         returning id, begun_at, talk",
    );
    let Some(referral) = find_for(store, viewer, referral).await? else {
        return Ok(None);
    };
    let decision = store.allow(viewer, Action::RecordFacts, &referral.resource)?;
    let mut tx = store.db.begin().await?;
    let row: Option<(Uuid, i64, String)> = tx.opt(HOLD, args![referral.id, account]).await?;
    let Some((id, begun_at, talk)) = row else {
        return Ok(None);
    };
    let talk = Talk::find(&talk).ok_or(StoreError::Corrupt("first account"))?;
    Ok(Some(Held {
        tx,
        id,
        begun_at,
        talk,
        referral,
        decision,
    }))
}

/// What came of writing a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoteOutcome {
    /// Written, or nothing differed.
    Saved {
        /// The version the next writer must have seen.
        version: i64,
    },
    /// Somebody wrote meanwhile; nothing was changed.
    Conflict {
        /// The version now.
        version: i64,
        /// What they wrote.
        theirs: String,
        /// Who.
        by: String,
        /// When: microseconds since 1970, UTC.
        at: i64,
    },
    /// There is no such account to see, or no such topic.
    Absent,
}

#[derive(sqlx::FromRow)]
struct Last {
    number: i64,
    text_sealed: Vec<u8>,
    written_by: String,
    written_at: i64,
}

/// Writes the note of a topic anew over the version the writer saw; 0 while there is none. What stood there
/// is kept. The same words sent twice are written once.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not; [`StoreError::Refused`] with
/// `first-account-error-note-long`, or `referral-closed`.
pub async fn record_note(
    store: &Store,
    viewer: &Viewer,
    (referral, account): (&PublicId, &PublicId),
    topic: &str,
    seen: i64,
    text: &str,
) -> Result<NoteOutcome, StoreError> {
    const LAST: Sql = Sql::new(
        "select n.number, n.text_sealed, u.display_name as written_by, n.written_at
         from first_account_notes n join users u on u.id = n.written_by
         where n.account_id = $1 and n.topic = $2 order by n.number desc limit 1",
    );
    let Some(mut held) = hold(store, viewer, referral, account).await? else {
        return Ok(NoteOutcome::Absent);
    };
    if held.talk.topic(topic).is_none() {
        return Ok(NoteOutcome::Absent);
    }
    let text = text.replace("\r\n", "\n");
    if text.chars().count() > NOTE_MAX {
        return Err(StoreError::Refused("first-account-error-note-long"));
    }
    let key = seal::record_key(store, &mut held.tx, held.referral.id.0).await?;
    let last: Option<Last> = held.tx.opt(LAST, args![held.id, topic]).await?;
    let (now, theirs): (i64, String) = match &last {
        Some(last) => {
            let place = of_note(held.id, topic, last.number);
            (last.number, opened(&key, &place, &last.text_sealed)?)
        }
        None => (0, String::new()),
    };
    if theirs == text {
        return Ok(NoteOutcome::Saved { version: now });
    }
    if let Some(last) = last.filter(|_| now != seen) {
        drop(held.tx);
        store
            .journal
            .look(
                viewer,
                super::look(Did::FirstAccountViewed, &held.referral).fields([topic]),
            )
            .await?;
        return Ok(NoteOutcome::Conflict {
            version: now,
            theirs,
            by: last.written_by,
            at: last.written_at,
        });
    }
    hold_referral(&mut held.tx, held.referral.id, store.now()).await?;
    let number = now + 1;
    let text_sealed = sealed(&key, of_note(held.id, topic, number), &text)?;
    write(store, viewer, held, topic, number, (text_sealed, &text)).await?;
    Ok(NoteOutcome::Saved { version: number })
}

async fn write(
    store: &Store,
    viewer: &Viewer,
    mut held: Held,
    topic: &str,
    number: i64,
    (text_sealed, text): (Vec<u8>, &str),
) -> Result<(), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into first_account_notes (id, account_id, topic, number, text_sealed, written_by, written_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    );
    let values = args![
        store.new_id()?,
        held.id,
        topic,
        number,
        text_sealed,
        viewer.user,
        store.now()
    ];
    held.tx.exec(INSERT, values).await?;
    let event = Event::new(Did::FirstAccountNoted)
        .object(ObjectKind::Referral, held.referral.id)
        .policy(&held.decision)
        .fields([topic])
        .values(text);
    store.journal.record(&mut held.tx, viewer, event).await?;
    held.tx.commit().await?;
    Ok(())
}
