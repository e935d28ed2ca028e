//! The second reading of a Duty to Notify: what was written, what a reader settled place by place, and
//! what leaves. Nobody releases their own words.
//!
//! Asking for it is in `ask`; settling, releasing and sending back in `settle`.

use std::collections::BTreeSet;
use std::ops::Range;

use heyrick_domain::id::{PublicId, UserId};
use heyrick_domain::notification::free_text;
use heyrick_domain::preparation::{Outgoing, as_it_stands};
use heyrick_domain::review::{Kind, Reader, Settled, Settlement, settled_lines};
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;
use uuid::Uuid;

use crate::db::{Sql, json_list};
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::list::lists;
use crate::preparation::{self, By};
use crate::referral::{self, Referral};
use crate::seal::RecordKey;
use crate::{Store, StoreError, args, seal};

mod ask;
mod settle;

pub(crate) use ask::{Asked, ask, known_of};
pub use settle::{
    Settling, record_release, record_sent_back, record_settlement, record_taken_back,
};

/// Longest note to the author, and longest reason for keeping a place, in characters.
pub const NOTE_MAX: usize = 2000;

/// A review, with every place that was marked in it.
#[derive(Debug, Clone)]
pub struct Review {
    pub(crate) id: Uuid,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// Who asked for it, and when.
    pub asked: By,
    /// What was written.
    pub before: Outgoing,
    /// What leaves; `None` until it is released.
    pub after: Option<Outgoing>,
    /// The places, in the order of the text.
    pub places: Vec<Place>,
    /// How it ended; `None` while it is open.
    pub closed: Option<Closed>,
    asked_by: UserId,
    content_hash: Vec<u8>,
}

/// A place that could identify somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    id: Uuid,
    /// Its number in this review, from 1.
    pub number: usize,
    /// The answer it stands in.
    pub key: String,
    /// Where, in bytes of the answer as written.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// May be reworded or taken out, never kept.
    pub must_go: bool,
    /// The words as written.
    pub written: String,
    /// How it was settled, by whom and when.
    pub settled: Option<(Settlement, By)>,
}

impl Place {
    /// A mark of how it stands, sent back by whoever settles it: a colleague's settlement in between shows.
    pub fn standing(&self) -> i64 {
        self.settled.as_ref().map_or(0, |(_, by)| by.at)
    }
}

/// How a review ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// How.
    pub outcome: ReviewOutcome,
    /// Who ended it, and when.
    pub by: By,
    /// What they wrote to the author.
    pub note: Option<String>,
}

/// How a review can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewOutcome {
    /// The words that are left may leave.
    Released,
    /// Back to the author, with a note.
    SentBack,
    /// The author took it back.
    TakenBack,
    /// What is recorded changed meanwhile.
    Overtaken,
}

impl ReviewOutcome {
    const ALL: [Self; 4] = [
        Self::Released,
        Self::SentBack,
        Self::TakenBack,
        Self::Overtaken,
    ];

    /// The word kept in the store and used in catalogue keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::SentBack => "sent_back",
            Self::TakenBack => "taken_back",
            Self::Overtaken => "overtaken",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// A review as one viewer meets it.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The referral.
    pub referral: Referral,
    /// The review.
    pub review: Review,
    /// How the viewer stands to it.
    pub reader: Reader,
    /// The draft is not what is being read any more.
    pub overtaken: bool,
}

impl Reading {
    /// How many places are still open.
    pub fn open(&self) -> usize {
        let places = self.review.places.iter();
        places.filter(|place| place.settled.is_none()).count()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    asked_by: Uuid,
    asker: String,
    asked_at: i64,
    before_sealed: Vec<u8>,
    after_sealed: Option<Vec<u8>>,
    content_hash: Vec<u8>,
    closed_at: Option<i64>,
    closer: Option<String>,
    outcome: Option<String>,
    note: Option<String>,
}

impl Row {
    fn closed(&self) -> Result<Option<Closed>, StoreError> {
        let (Some(at), Some(outcome)) = (self.closed_at, &self.outcome) else {
            return Ok(None);
        };
        Ok(Some(Closed {
            outcome: ReviewOutcome::from_code(outcome).ok_or(StoreError::Corrupt("review"))?,
            by: By {
                name: self.closer.clone().unwrap_or_default(),
                at,
            },
            note: self.note.clone(),
        }))
    }
}

/// The latest review of a referral; the caller was let in to it.
async fn latest(store: &Store, referral: &Referral) -> Result<Option<Review>, StoreError> {
    const LATEST: Sql = Sql::new(
        "select v.id, v.public_id, v.asked_by, a.display_name as asker, v.asked_at, v.before_sealed, v.after_sealed,
             v.content_hash, v.closed_at, c.display_name as closer, v.outcome, v.note
         from reviews v
         join users a on a.id = v.asked_by
         left join users c on c.id = v.closed_by
         where v.referral_id = $1
         order by case when v.closed_at is null then 0 else 1 end, v.asked_at desc, v.id desc limit 1",
    );
    let Some(row) = store.db.opt::<Row>(LATEST, args![referral.id]).await? else {
        return Ok(None);
    };
    let before = preparation::unseal(store, referral.id, &row.before_sealed).await?;
    let after = match &row.after_sealed {
        Some(sealed) => Some(preparation::unseal(store, referral.id, sealed).await?),
        None => None,
    };
    let found: Vec<Found> = store.db.all(PLACES, args![row.id]).await?;
    let key = seal::find_record_key(store, referral.id.0).await?;
    Ok(Some(Review {
        places: places(key.as_ref(), &before, found)?,
        closed: row.closed()?,
        id: row.id,
        public_id: PublicId(row.public_id),
        asked: By {
            name: row.asker,
            at: row.asked_at,
        },
        asked_by: row.asked_by.into(),
        content_hash: row.content_hash,
        before,
        after,
    }))
}

const PLACES: Sql = Sql::new(
    "select f.id, f.key, f.kind, f.must_go, f.start_at, f.end_at, f.settled, f.replacement_sealed, f.why,
         u.display_name as settler, f.settled_at
     from review_findings f left join users u on u.id = f.settled_by
     where f.review_id = $1",
);

#[derive(sqlx::FromRow)]
struct Found {
    id: Uuid,
    key: String,
    kind: String,
    must_go: bool,
    start_at: i64,
    end_at: i64,
    settled: Option<String>,
    replacement_sealed: Option<Vec<u8>>,
    why: Option<String>,
    settler: Option<String>,
    settled_at: Option<i64>,
}

/// The places in the order of the text, numbered.
fn places(
    key: Option<&RecordKey>,
    before: &Outgoing,
    found: Vec<Found>,
) -> Result<Vec<Place>, StoreError> {
    let corrupt = || StoreError::Corrupt("review");
    let mut places = Vec::new();
    for row in found {
        let at = before.lines.iter().position(|line| line.key == row.key);
        let line = at.ok_or_else(corrupt)?;
        let text = before.lines[line].value.text();
        let end = |at: i64| usize::try_from(at).map_err(|_| corrupt());
        let range = end(row.start_at)?..end(row.end_at)?;
        let words = match (&row.replacement_sealed, key) {
            (Some(sealed), Some(key)) => String::from_utf8(seal::open(key, sealed)?.to_vec()).ok(),
            _ => None,
        };
        let how = match row.settled.as_deref() {
            None => None,
            Some("generalised") => words.map(|words| Settlement::Generalised {
                words,
                why: row.why,
            }),
            Some("kept") => row.why.map(|why| Settlement::Kept { why }),
            Some("removed") => Some(Settlement::Removed),
            Some(_) => return Err(corrupt()),
        };
        let by = row.settler.zip(row.settled_at);
        let place = Place {
            id: row.id,
            number: 0,
            kind: Kind::from_code(&row.kind).ok_or_else(corrupt)?,
            must_go: row.must_go,
            written: text.get(range.clone()).ok_or_else(corrupt)?.to_owned(),
            settled: how.zip(by.map(|(name, at)| By { name, at })),
            key: row.key,
            range,
        };
        places.push((line, place));
    }
    places.sort_by_key(|(line, place)| (*line, place.range.start));
    Ok(places
        .into_iter()
        .zip(1..)
        .map(|((_, place), number)| Place { number, ..place })
        .collect())
}

/// How the viewer stands to the words: whoever wrote any of them, or asked for the reading, is an author.
async fn reader_of(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
    review: &Review,
) -> Result<Reader, StoreError> {
    const WROTE: Sql = Sql::new(
        "select key from answer_changes where referral_id = $1 and changed_by = $2 and key in {each $3} limit 1",
    );
    if viewer.user == referral.author || viewer.user == review.asked_by {
        return Ok(Reader::Author);
    }
    let questions: BTreeSet<&str> = free_text(&review.before.lines)
        .map(|line| line.question.as_str())
        .collect();
    let values = args![referral.id, viewer.user, json_list(questions)];
    if store.db.opt::<(String,)>(WROTE, values).await?.is_some() {
        return Ok(Reader::Author);
    }
    let decision = store
        .policies
        .decide(viewer, Action::Review, &referral.resource);
    Ok(if decision.allowed {
        Reader::Second
    } else {
        Reader::Unqualified
    })
}

/// The latest review of a referral as the viewer meets it, without a look.
async fn find_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Reading>, StoreError> {
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let Some(review) = latest(store, &referral).await? else {
        return Ok(None);
    };
    let now = as_it_stands(&referral.draft(lists()));
    let same = now.is_some_and(|now| {
        preparation::hash(store, &preparation::bytes(&now)) == review.content_hash
    });
    Ok(Some(Reading {
        reader: reader_of(store, viewer, &referral, &review).await?,
        overtaken: review.closed.is_none() && !same,
        referral,
        review,
    }))
}

/// The latest review of a referral; `None` when there is none the viewer may see. Journalled.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn review_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Reading>, StoreError> {
    let Some(reading) = find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let look = Event::new(Did::ReviewViewed)
        .object(ObjectKind::Referral, reading.referral.id)
        .policy(&reading.referral.decision);
    store.journal.look(viewer, look).await?;
    Ok(Some(reading))
}

fn settled(places: &[Place]) -> Vec<Settled> {
    places.iter().filter_map(settled_one).collect()
}

fn settled_one(place: &Place) -> Option<Settled> {
    let (how, _) = place.settled.as_ref()?;
    Some(Settled {
        key: place.key.clone(),
        range: place.range.clone(),
        how: how.clone(),
    })
}

impl Review {
    /// What would leave as the places are settled now; places still open stay as written.
    pub fn as_settled(&self) -> Outgoing {
        let mut after = self.before.clone();
        after.lines = settled_lines(&after.lines, &settled(&self.places));
        after
    }
}
