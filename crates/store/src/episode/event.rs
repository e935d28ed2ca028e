//! What was recorded of a passage: rows that only ever get company, words sealed under the person's key.

use heyrick_domain::episode::{Details, Event, EventKind};
use heyrick_domain::id::{EpisodeId, PersonId, PublicId};
use heyrick_domain::user::Viewer;

use crate::db::{DbError, Sql};
use crate::fact::read_day;
use crate::{Store, StoreError, Tx, args, seal};

/// An event as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What happened.
    pub event: Event,
    /// What stands beside it in words.
    pub note: Option<String>,
    /// How many letters are attached.
    pub letters: usize,
    /// Who recorded it, as colleagues call them; `None` for the program, on the day.
    pub recorded_by: Option<String>,
    /// When: microseconds since 1970, UTC.
    pub recorded_at: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    public_id: String,
    kind: String,
    on_date: String,
    received_on: Option<String>,
    details: String,
    note_sealed: Option<Vec<u8>>,
    letters: i64,
    corrects: Option<i64>,
    recorded_by: Option<String>,
    recorded_at: i64,
}

impl Row {
    fn event(&self) -> Result<Event, StoreError> {
        let corrupt = || StoreError::Corrupt("episode event");
        let corrects = self.corrects.map(usize::try_from).transpose();
        Ok(Event {
            kind: EventKind::from_code(&self.kind).ok_or_else(corrupt)?,
            on: self.on_date.parse().map_err(|_| corrupt())?,
            received_on: read_day(self.received_on.clone(), "episode event")?,
            details: serde_json::from_str(&self.details).map_err(|_| corrupt())?,
            noted: self.note_sealed.is_some(),
            corrects: corrects.map_err(|_| corrupt())?,
        })
    }
}

const ALL: Sql = Sql::new(
    "select e.public_id, e.kind, e.on_date, e.received_on, e.details, e.note_sealed, e.corrects,
         (select count(*) from episode_letters l where l.event_id = e.id) as letters,
         u.display_name as recorded_by, e.recorded_at
     from episode_events e left join users u on u.id = e.recorded_by
     where e.episode_id = $1 order by e.number",
);

/// Everything recorded of a passage, in order, with its words. The caller was let in to the person.
pub(super) async fn events_of(
    store: &Store,
    episode: EpisodeId,
    person: PersonId,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let rows: Vec<Row> = store.db.all(ALL, args![episode]).await?;
    let key = seal::find_record_key(store, person.0).await?;
    let mut events = Vec::new();
    for row in rows {
        let note = match &row.note_sealed {
            None => None,
            Some(sealed) => {
                let key = key.as_ref().ok_or(StoreError::Sealed("episode event"))?;
                let words = seal::open(key, sealed)?;
                Some(String::from_utf8_lossy(&words).into_owned())
            }
        };
        events.push(RecordedEvent {
            event: row.event()?,
            public_id: PublicId(row.public_id),
            note,
            letters: usize::try_from(row.letters).unwrap_or_default(),
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at,
        });
    }
    Ok(events)
}

/// The same without words, inside a transaction.
pub(super) async fn events_in(tx: &mut Tx, episode: EpisodeId) -> Result<Vec<Event>, StoreError> {
    let rows: Vec<Row> = tx.all(ALL, args![episode]).await?;
    rows.iter().map(Row::event).collect()
}

/// The same outside of one.
pub(super) async fn events_now(
    store: &Store,
    episode: EpisodeId,
) -> Result<Vec<Event>, StoreError> {
    let rows: Vec<Row> = store.db.all(ALL, args![episode]).await?;
    rows.iter().map(Row::event).collect()
}

/// What is put down with an event.
pub(super) struct Beside<'a> {
    /// Words.
    pub note: Option<&'a str>,
    /// Who records it; `None` for the program.
    pub by: Option<&'a Viewer>,
}

/// Puts one more event down, as the one with this number.
///
/// # Errors
/// [`StoreError::Stale`] when somebody recorded another in the same moment.
pub(super) async fn insert(
    store: &Store,
    tx: &mut Tx,
    episode: EpisodeId,
    person: PersonId,
    number: usize,
    event: &Event,
    beside: Beside<'_>,
) -> Result<PublicId, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into episode_events (id, public_id, episode_id, number, kind, on_date, received_on, details,
             note_sealed, corrects, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    );
    let sealed = match beside.note {
        None => None,
        Some(note) => {
            let key = seal::record_key(store, tx, person.0).await?;
            Some(seal::seal(&key, note.as_bytes())?)
        }
    };
    let public_id = store.new_public_id()?;
    let values = args![
        store.new_id()?,
        &public_id,
        episode,
        as_number(number),
        event.kind.code(),
        event.on,
        event.received_on,
        as_json(&event.details),
        sealed,
        event.corrects.map(as_number),
        beside.by.map(|viewer| viewer.user),
        store.now()
    ];
    match tx.exec(INSERT, values).await {
        Err(DbError::Taken) => Err(StoreError::Stale),
        other => {
            other?;
            Ok(public_id)
        }
    }
}

fn as_number(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn as_json(details: &Details) -> String {
    // INVARIANT: codes, truths and dates always become JSON.
    serde_json::to_string(details).unwrap_or_default()
}
