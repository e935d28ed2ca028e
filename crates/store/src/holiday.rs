//! Bank holidays: a feed that was loaded lies over those that came with the program, days of one's own over
//! both. When they change, the clocks that count working days are worked out anew, with that as their cause.

use std::collections::BTreeSet;

use heyrick_domain::calendar::{Division, Feed, FeedError, Holidays, Source};
use jiff::civil::Date;

use crate::db::{DbError, Sql};
use crate::episode;
use crate::journal::{Action as Did, Actor, Event};
use crate::{Store, StoreError, Tx, args};

/// Longest name of a day, in characters.
pub const TITLE_MAX: usize = 100;

#[derive(sqlx::FromRow)]
struct Row {
    division: String,
    day: String,
    title: String,
    source: String,
}

const HELD: Sql = Sql::new(
    "select division, day, title, source from holidays where removed_at is null order by division, day",
);

/// The bank holidays that are counted with.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn holidays(store: &Store) -> Result<Holidays, StoreError> {
    laid(store.db.all(HELD, args![]).await?)
}

/// The same, inside a transaction.
pub(crate) async fn holidays_in(tx: &mut Tx) -> Result<Holidays, StoreError> {
    laid(tx.all(HELD, args![]).await?)
}

fn laid(rows: Vec<Row>) -> Result<Holidays, StoreError> {
    let corrupt = || StoreError::Corrupt("bank holidays");
    let mut holidays = Holidays::shipped().map_err(|_| corrupt())?;
    let mut feed = Vec::new();
    let mut own = Vec::new();
    for row in rows {
        let division = Division::from_code(&row.division).ok_or_else(corrupt)?;
        let day: Date = row.day.parse().map_err(|_| corrupt())?;
        match Source::from_code(&row.source) {
            Some(Source::Feed) => feed.push((division, day, row.title)),
            Some(Source::Own) => own.push((division, day, row.title)),
            Some(Source::Shipped) | None => return Err(corrupt()),
        }
    }
    holidays.lay_over(&Feed::of(feed), Source::Feed);
    for (division, day, title) in own {
        holidays.add(division, day, &title);
    }
    Ok(holidays)
}

/// Why bank holidays were not changed.
#[derive(Debug, thiserror::Error)]
pub enum HolidayError {
    /// The file is no feed, or is cut short; nothing of it is used.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbError> for HolidayError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

/// Loads a newer feed: the years it covers are as it says from now on. Returns how many days it lists, and
/// in how many passages a clock moved.
///
/// # Errors
/// [`HolidayError::Feed`] for a file that is no feed; then nothing changed.
pub async fn record_feed(store: &Store, json: &str) -> Result<(usize, usize), HolidayError> {
    const OVER: Sql = Sql::new(
        "update holidays set removed_at = $3
         where division = $1 and source = 'feed' and removed_at is null and substr(day, 1, 4) = $2",
    );
    let feed = Feed::read(json)?;
    let mut tx = store.db.begin().await?;
    for division in Division::ALL {
        let years: BTreeSet<i16> = feed.years(division);
        for year in years {
            let values = args![division.code(), format!("{year:04}"), store.now()];
            tx.exec(OVER, values).await?;
        }
    }
    let mut days = 0;
    for (division, day, title) in feed.days() {
        insert(store, &mut tx, division, day, title, Source::Feed).await?;
        days += 1;
    }
    let moved = changed(store, &mut tx, "feed").await?;
    tx.commit().await?;
    Ok((days, moved))
}

/// Adds a day of one's own, such as one proclaimed after the feed was made. `Ok(None)` when it is one
/// already; else in how many passages a clock moved.
///
/// # Errors
/// [`StoreError::Refused`] with `holiday-title`.
pub async fn record_own(
    store: &Store,
    division: Division,
    day: Date,
    title: &str,
) -> Result<Option<usize>, StoreError> {
    let title = title.trim();
    if title.is_empty() || title.chars().count() > TITLE_MAX {
        return Err(StoreError::Refused("holiday-title"));
    }
    let mut tx = store.db.begin().await?;
    if holidays_in(&mut tx).await?.holiday(division, day).is_some() {
        return Ok(None);
    }
    insert(store, &mut tx, division, day, title, Source::Own).await?;
    let moved = changed(store, &mut tx, "own_added").await?;
    tx.commit().await?;
    Ok(Some(moved))
}

/// Removes a day of one's own. `Ok(None)` when there is none; else in how many passages a clock moved.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_own_removed(
    store: &Store,
    division: Division,
    day: Date,
) -> Result<Option<usize>, StoreError> {
    const REMOVE: Sql = Sql::new(
        "update holidays set removed_at = $3
         where division = $1 and day = $2 and source = 'own' and removed_at is null",
    );
    let mut tx = store.db.begin().await?;
    let values = args![division.code(), day, store.now()];
    if tx.exec(REMOVE, values).await? == 0 {
        return Ok(None);
    }
    let moved = changed(store, &mut tx, "own_removed").await?;
    tx.commit().await?;
    Ok(Some(moved))
}

async fn insert(
    store: &Store,
    tx: &mut Tx,
    division: Division,
    day: Date,
    title: &str,
    source: Source,
) -> Result<(), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into holidays (id, division, day, title, source, added_at) values ($1, $2, $3, $4, $5, $6)",
    );
    let values = args![
        store.new_id()?,
        division.code(),
        day,
        title,
        source.code(),
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    Ok(())
}

/// Journals the change and works clocks out anew.
async fn changed(store: &Store, tx: &mut Tx, how: &str) -> Result<usize, StoreError> {
    let entry = Event::new(Did::HolidaysChanged).reason(how);
    store.journal.record(tx, Actor::COMMAND_LINE, entry).await?;
    episode::holidays_changed(store, tx).await
}
