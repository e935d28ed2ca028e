//! Breaks of a first account and its end, each a row.

use heyrick_domain::first_account::WORDS_MAX;
use heyrick_domain::first_account::turn::{Kind, Reason, State, Turn, TurnError, take};
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use uuid::Uuid;

use super::record::{Held, hold};
use super::{LeftApart, of_turn, sealed};
use crate::db::{DbError, Sql};
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::{Store, StoreError, Tx, args, fact, seal};

/// A break, its end, or the end, to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTurn {
    /// What.
    pub kind: Kind,
    /// When; `None`: now.
    pub at: Option<i64>,
    /// Why it ends; of an end alone.
    pub reason: Option<Reason>,
    /// What was written beside an end.
    pub note: Option<String>,
    /// Whether the interpreter left at another time than the person.
    pub left_apart: Option<LeftApart>,
}

/// Why a break or an end was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordTurnError {
    /// The rule refused.
    #[error("this cannot happen to the account now")]
    Rule(TurnError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for RecordTurnError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Pauses an account, lets it go on, or ends it. Gives where it stands then; `Ok(None)` when there is none
/// to see. An account can be ended whatever became of its referral.
///
/// # Errors
/// [`RecordTurnError::Rule`] for what cannot happen now; [`StoreError::NotAllowed`] when the viewer may not;
/// [`StoreError::Refused`] with `first-account-error-stop-note`: too long, or missing where the reason is
/// something else.
pub async fn record_turn(
    store: &Store,
    viewer: &Viewer,
    at: (&PublicId, &PublicId),
    new: &NewTurn,
) -> Result<Option<State>, RecordTurnError> {
    record_turns(store, viewer, at, std::slice::from_ref(new)).await
}

/// Several turns, all of them or none, such as a break that is over.
///
/// # Errors
/// As [`record_turn`]'s.
pub async fn record_turns(
    store: &Store,
    viewer: &Viewer,
    (referral, account): (&PublicId, &PublicId),
    all: &[NewTurn],
) -> Result<Option<State>, RecordTurnError> {
    let Some(mut held) = hold(store, viewer, referral, account).await? else {
        return Ok(None);
    };
    let mut turns = turns_in(&mut held.tx, held.id).await?;
    for new in all {
        let note = noted(new)?;
        let turn = Turn {
            kind: new.kind,
            at: new.at.unwrap_or_else(|| store.now()),
            reason: new.reason,
        };
        take(held.begun_at, &turns, turn, store.now()).map_err(RecordTurnError::Rule)?;
        turns.push(turn);
        let number = i64::try_from(turns.len()).unwrap_or(i64::MAX);
        insert_turn(
            store,
            viewer,
            &mut held,
            (number, turn),
            note,
            new.left_apart,
        )
        .await?;
        let event = Event::new(Did::FirstAccountTurned)
            .object(ObjectKind::Referral, held.referral.id)
            .policy(&held.decision)
            .reason(new.reason.map_or(new.kind.code(), Reason::code))
            .values(serde_json::to_vec(&turn).unwrap_or_default());
        store.journal.record(&mut held.tx, viewer, event).await?;
    }
    let state = State::of(held.begun_at, &turns);
    held.tx.commit().await?;
    Ok(Some(state))
}

fn noted(new: &NewTurn) -> Result<Option<String>, StoreError> {
    let note = fact::trimmed(new.note.as_deref());
    let long = note
        .as_ref()
        .is_some_and(|note| note.chars().count() > WORDS_MAX);
    if long || (new.reason == Some(Reason::Other) && note.is_none()) {
        return Err(StoreError::Refused("first-account-error-stop-note"));
    }
    Ok(note)
}

async fn insert_turn(
    store: &Store,
    viewer: &Viewer,
    held: &mut Held,
    (number, turn): (i64, Turn),
    note: Option<String>,
    left_apart: Option<LeftApart>,
) -> Result<(), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into first_account_turns (id, account_id, number, kind, at, reason, note_sealed, left_apart,
             recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    );
    let note_sealed = match note {
        Some(note) => {
            let key = seal::record_key(store, &mut held.tx, held.referral.id.0).await?;
            Some(sealed(&key, of_turn(held.id, number), &note)?)
        }
        None => None,
    };
    let values = args![
        store.new_id()?,
        held.id,
        number,
        turn.kind.code(),
        turn.at,
        turn.reason.map(Reason::code),
        note_sealed,
        left_apart.map(LeftApart::code),
        viewer.user,
        store.now()
    ];
    held.tx.exec(INSERT, values).await?;
    Ok(())
}

async fn turns_in(tx: &mut Tx, account: Uuid) -> Result<Vec<Turn>, StoreError> {
    const TURNS: Sql = Sql::new(
        "select kind, at, reason from first_account_turns where account_id = $1 order by number",
    );
    let corrupt = || StoreError::Corrupt("first account");
    let rows: Vec<(String, i64, Option<String>)> = tx.all(TURNS, args![account]).await?;
    rows.into_iter()
        .map(|(kind, at, reason)| {
            Ok(Turn {
                kind: Kind::from_code(&kind).ok_or_else(corrupt)?,
                at,
                reason: match reason {
                    Some(code) => Some(Reason::from_code(&code).ok_or_else(corrupt)?),
                    None => None,
                },
            })
        })
        .collect()
}
