//! First accounts: what somebody told a first responder, before any form.
//!
//! Every word is sealed under the referral's own key, bound to its place, and is shown only to those who
//! see what is sealed of the referral; to everybody else there is no account. Writing is in [`record`] and
//! [`turn`].

use std::collections::BTreeMap;

use heyrick_domain::age::AgeStatus;
use heyrick_domain::first_account::talk::Talk;
use heyrick_domain::first_account::turn::{Kind, Reason, State, Turn};
use heyrick_domain::first_account::{Choice, Gate, Pack};
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::referral::{self, Referral, sees_sealed};
use crate::seal::{self, RecordKey};
use crate::{Store, StoreError, args};

pub mod record;
pub mod turn;

pub use record::{NoteOutcome, RecordAccountError, record_account, record_note};
pub use turn::{NewTurn, RecordTurnError, record_turn, record_turns};

/// A first account, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstAccount {
    /// Its id inside.
    pub(crate) id: Uuid,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// The order for talking it was begun on.
    pub talk: &'static Talk,
    /// When the talking began: microseconds since 1970, UTC.
    pub begun_at: i64,
    /// It was taken on paper and typed up.
    pub from_paper: bool,
    /// What was known of their age then.
    pub age: AgeStatus,
    /// What was asked before the first question.
    pub gate: Gate,
    /// Whether they could choose a woman or a man as interpreter.
    pub choice: Option<Choice>,
    /// The information pack they were given.
    pub pack: Pack,
    /// Place, company, interpreter, needs.
    pub words: AccountWords,
    /// Who recorded it: what colleagues call them.
    pub by: String,
    /// When it was recorded.
    pub recorded_at: i64,
    /// Breaks and end, in order.
    pub turns: Vec<RecordedTurn>,
    /// Notes by topic, each with those before it; the latest last.
    pub notes: BTreeMap<String, Vec<Note>>,
}

/// The words about how an account was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountWords {
    /// Where.
    pub place: String,
    /// Everybody who was there, and as what.
    pub present: String,
    /// The language spoken, where somebody interprets.
    pub language: String,
    /// The interpreter's name or number.
    pub interpreter: String,
    /// What they needed, and what was done.
    pub needs: String,
}

/// A break, its end, or the end, as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedTurn {
    /// What, when and why.
    pub turn: Turn,
    /// What was written beside an end.
    pub note: Option<String>,
    /// Whether the interpreter left at another time than the person.
    pub left_apart: Option<LeftApart>,
    /// Who recorded it.
    pub by: String,
    /// When.
    pub recorded_at: i64,
}

/// Whether the interpreter left at another time than the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftApart {
    /// They did.
    Yes,
    /// They did not.
    No,
    /// There was none in the room.
    NotInTheRoom,
}

impl LeftApart {
    /// All, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::NotInTheRoom];

    /// The word of the store and the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotInTheRoom => "not_in_the_room",
        }
    }

    /// Reads [`Self::code`] back.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// A note of one topic, as it was written at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its version, from 1.
    pub version: i64,
    /// The words.
    pub text: String,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: i64,
}

impl FirstAccount {
    /// Where it stands.
    pub fn state(&self) -> State {
        State::of(self.begun_at, &self.turns())
    }

    /// What happened to it, in order.
    pub fn turns(&self) -> Vec<Turn> {
        self.turns.iter().map(|one| one.turn).collect()
    }

    /// The note of a topic that holds; `None` while nothing was written.
    pub fn note(&self, topic: &str) -> Option<&Note> {
        self.notes.get(topic)?.last()
    }

    /// How many topics hold a note.
    pub fn written(&self) -> usize {
        let has_words = |notes: &&Vec<Note>| {
            let last = notes.last();
            last.is_some_and(|note| !note.text.trim().is_empty())
        };
        self.notes.values().filter(has_words).count()
    }

    /// Whether a note was written after the account had ended.
    pub fn written_up(&self, note: &Note) -> bool {
        match self.state() {
            State::Ended { at, .. } => note.at > at,
            State::Talking { .. } | State::Paused { .. } => false,
        }
    }
}

/// What is sealed, with its place, so that it opens nowhere else.
#[derive(Serialize, Deserialize)]
struct Bound<T> {
    of: String,
    held: T,
}

pub(crate) fn sealed<T: Serialize>(
    key: &RecordKey,
    of: String,
    held: &T,
) -> Result<Vec<u8>, StoreError> {
    let bytes = serde_json::to_vec(&Bound { of, held })
        .map_err(|_| StoreError::Corrupt("first account"))?;
    seal::seal(key, &bytes)
}

fn opened<T: DeserializeOwned>(key: &RecordKey, of: &str, sealed: &[u8]) -> Result<T, StoreError> {
    let wrong = || StoreError::Sealed("first account");
    let bytes = seal::open(key, sealed)?;
    let bound: Bound<T> = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    if bound.of == of {
        Ok(bound.held)
    } else {
        Err(wrong())
    }
}

/// The place of an account's own words.
pub(crate) fn of_account(account: Uuid) -> String {
    account.to_string()
}

/// The place of one version of a topic's note.
pub(crate) fn of_note(account: Uuid, topic: &str, number: i64) -> String {
    format!("{account} {topic} {number}")
}

/// The place of what was written beside an end.
pub(crate) fn of_turn(account: Uuid, number: i64) -> String {
    format!("{account} turn {number}")
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    talk: String,
    begun_at: i64,
    from_paper: bool,
    age: String,
    gate: String,
    choice: Option<String>,
    pack: String,
    words_sealed: Vec<u8>,
    recorded_by: String,
    recorded_at: i64,
}

#[derive(sqlx::FromRow)]
struct NoteRow {
    account_id: Uuid,
    topic: String,
    number: i64,
    text_sealed: Vec<u8>,
    written_by: String,
    written_at: i64,
}

#[derive(sqlx::FromRow)]
struct TurnRow {
    account_id: Uuid,
    number: i64,
    kind: String,
    at: i64,
    reason: Option<String>,
    note_sealed: Option<Vec<u8>>,
    left_apart: Option<String>,
    recorded_by: String,
    recorded_at: i64,
}

/// The first accounts of a referral, the latest begun first; `None` when there is no such referral to
/// see, or nothing sealed of it is shown to the viewer. The look is journalled.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn accounts_for(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
) -> Result<Option<(Referral, Vec<FirstAccount>)>, StoreError> {
    let Some(referral) = find_for(store, viewer, referral).await? else {
        return Ok(None);
    };
    let mut accounts = accounts_of(store, &referral).await?;
    accounts.reverse();
    store
        .journal
        .look(viewer, look(Did::FirstAccountListed, &referral))
        .await?;
    Ok(Some((referral, accounts)))
}

/// One first account; `None` when there is none to see. The look is journalled, with the topics shown.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn account_for(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    account: &PublicId,
) -> Result<Option<(Referral, FirstAccount)>, StoreError> {
    shown(store, viewer, referral, account, Did::FirstAccountViewed).await
}

/// The same, to be printed by whoever may print the referral.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not print; as [`account_for`]'s.
pub async fn paper_for(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    account: &PublicId,
) -> Result<Option<(Referral, FirstAccount)>, StoreError> {
    let Some(found) = find_for(store, viewer, referral).await? else {
        return Ok(None);
    };
    store.allow(viewer, heyrick_policy::Action::Print, &found.resource)?;
    shown(store, viewer, referral, account, Did::FirstAccountPrinted).await
}

async fn shown(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
    account: &PublicId,
    did: Did,
) -> Result<Option<(Referral, FirstAccount)>, StoreError> {
    let Some(referral) = find_for(store, viewer, referral).await? else {
        return Ok(None);
    };
    let accounts = accounts_of(store, &referral).await?;
    let Some(found) = accounts.into_iter().find(|one| one.public_id == *account) else {
        return Ok(None);
    };
    let look = look(did, &referral).fields(found.notes.keys());
    store.journal.look(viewer, look).await?;
    Ok(Some((referral, found)))
}

fn look(did: Did, referral: &Referral) -> Event {
    Event::new(did)
        .object(ObjectKind::Referral, referral.id)
        .policy(&referral.decision)
}

/// A referral whose accounts the viewer may see.
pub(crate) async fn find_for(
    store: &Store,
    viewer: &Viewer,
    referral: &PublicId,
) -> Result<Option<Referral>, StoreError> {
    let found = referral::find_for(store, viewer, referral).await?;
    Ok(found.filter(|one| sees_sealed(store, viewer, &one.resource)))
}

/// Every account of a referral, the first begun first. The caller was let in already.
async fn accounts_of(store: &Store, referral: &Referral) -> Result<Vec<FirstAccount>, StoreError> {
    const ACCOUNTS: Sql = Sql::new(
        "select a.id, a.public_id, a.talk, a.begun_at, a.from_paper, a.age, a.gate, a.choice, a.pack, a.words_sealed,
             u.display_name as recorded_by, a.recorded_at
         from first_accounts a join users u on u.id = a.recorded_by
         where a.referral_id = $1 order by a.begun_at, a.id",
    );
    const NOTES: Sql = Sql::new(
        "select n.account_id, n.topic, n.number, n.text_sealed, u.display_name as written_by, n.written_at
         from first_account_notes n join users u on u.id = n.written_by
         join first_accounts a on a.id = n.account_id
         where a.referral_id = $1 order by n.account_id, n.topic, n.number",
    );
    const TURNS: Sql = Sql::new(
        "select t.account_id, t.number, t.kind, t.at, t.reason, t.note_sealed, t.left_apart,
             u.display_name as recorded_by, t.recorded_at
         from first_account_turns t join users u on u.id = t.recorded_by
         join first_accounts a on a.id = t.account_id
         where a.referral_id = $1 order by t.account_id, t.number",
    );
    let rows: Vec<Row> = store.db.all(ACCOUNTS, args![referral.id]).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = seal::find_record_key(store, referral.id.0).await?;
    let key = key.ok_or(StoreError::Sealed("first account"))?;
    let mut accounts: Vec<FirstAccount> = rows
        .into_iter()
        .map(|row| read(&key, row))
        .collect::<Result<_, _>>()?;
    let notes: Vec<NoteRow> = store.db.all(NOTES, args![referral.id]).await?;
    for row in notes {
        if let Some(account) = accounts.iter_mut().find(|one| one.id == row.account_id) {
            let topic = account.notes.entry(row.topic.clone()).or_default();
            topic.push(read_note(&key, row)?);
        }
    }
    let turns: Vec<TurnRow> = store.db.all(TURNS, args![referral.id]).await?;
    for row in turns {
        if let Some(account) = accounts.iter_mut().find(|one| one.id == row.account_id) {
            account.turns.push(read_turn(&key, row)?);
        }
    }
    Ok(accounts)
}

fn read(key: &RecordKey, row: Row) -> Result<FirstAccount, StoreError> {
    let corrupt = || StoreError::Corrupt("first account");
    Ok(FirstAccount {
        words: opened(key, &of_account(row.id), &row.words_sealed)?,
        id: row.id,
        public_id: PublicId(row.public_id),
        talk: Talk::find(&row.talk).ok_or_else(corrupt)?,
        begun_at: row.begun_at,
        from_paper: row.from_paper,
        age: AgeStatus::from_code(&row.age).ok_or_else(corrupt)?,
        gate: serde_json::from_str(&row.gate).map_err(|_| corrupt())?,
        choice: match row.choice {
            Some(code) => Some(Choice::from_code(&code).ok_or_else(corrupt)?),
            None => None,
        },
        pack: Pack::from_code(&row.pack).ok_or_else(corrupt)?,
        by: row.recorded_by,
        recorded_at: row.recorded_at,
        turns: Vec::new(),
        notes: BTreeMap::new(),
    })
}

fn read_note(key: &RecordKey, row: NoteRow) -> Result<Note, StoreError> {
    let place = of_note(row.account_id, &row.topic, row.number);
    Ok(Note {
        version: row.number,
        text: opened(key, &place, &row.text_sealed)?,
        by: row.written_by,
        at: row.written_at,
    })
}

fn read_turn(key: &RecordKey, row: TurnRow) -> Result<RecordedTurn, StoreError> {
    let corrupt = || StoreError::Corrupt("first account");
    let note = row
        .note_sealed
        .map(|sealed| opened(key, &of_turn(row.account_id, row.number), &sealed));
    Ok(RecordedTurn {
        turn: Turn {
            kind: Kind::from_code(&row.kind).ok_or_else(corrupt)?,
            at: row.at,
            reason: match row.reason {
                Some(code) => Some(Reason::from_code(&code).ok_or_else(corrupt)?),
                None => None,
            },
        },
        note: note.transpose()?,
        left_apart: row.left_apart.as_deref().and_then(LeftApart::from_code),
        by: row.recorded_by,
        recorded_at: row.recorded_at,
    })
}
