//! Episodes: a person's passages through the National Referral Mechanism. A referral belongs to one.
//!
//! What was sent decides: after a Duty to Notify a later referral is a new passage that takes over from
//! it (SC-01.7); after a referral that was sent, another belongs to the same passage, so that the duty to
//! notify stays discharged (CONS-4).

use heyrick_domain::episode::{Standing, State};
use heyrick_domain::id::{EpisodeId, PersonId, PublicId, ReferralId};
use heyrick_domain::route::{Route, route};
use heyrick_domain::user::Viewer;
use heyrick_policy::Kind;
use jiff::civil::Date;
use uuid::Uuid;

mod clock;
mod event;
mod follow;
mod letter;
mod passage;
mod pen;
mod record;
mod show;

pub use clock::KeptClock;
pub use event::RecordedEvent;
pub use follow::record_birthdays;
pub(crate) use follow::{facts_recorded, holidays_changed, support_periods_set};
pub use letter::{LetterError, letter_for, record_letter};
pub(crate) use record::sent;
pub use record::{NOTE_MAX, NewEvent, RecordEventError, record_event};
pub(crate) use show::passage_of;
pub use show::{Episode, InBrief, OfPassage, episode_for, passages_of};

use crate::db::Sql;
use crate::{Store, StoreError, Tx, args, fact, sight};

/// A Duty to Notify that a later passage takes over from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The day it was sent.
    pub sent_on: Date,
    /// Its name in addresses and its reference, where the viewer may see it.
    pub referral: Option<(PublicId, String)>,
}

/// Why one passage takes over from another.
const AFTER_NOTIFICATION: &str = "duty_to_notify_sent";

/// The passage a new referral of this person belongs to: a new one, or the one a referral was sent in.
pub(crate) async fn open(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    person: PersonId,
) -> Result<EpisodeId, StoreError> {
    const LAST_SENT: Sql = Sql::new(
        "select r.episode_id, p.route from sendings s
         join preparations p on p.id = s.preparation_id
         join referrals r on r.id = p.referral_id
         where r.person_id = $1 order by s.recorded_at desc, s.id desc limit 1",
    );
    const INSERT: Sql = Sql::new(
        "insert into episodes (id, public_id, person_id, supersedes, supersedes_reason, opened_by, opened_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    );
    let sent: Option<(Uuid, String)> = tx.opt(LAST_SENT, args![person]).await?;
    let supersedes = match sent {
        Some((passage, route)) if route == Route::Nrm.code() => {
            if !begins_anew(store, tx, passage.into(), person).await? {
                return Ok(passage.into());
            }
            None
        }
        Some((passage, _)) => Some(passage),
        None => None,
    };
    let id = EpisodeId(store.new_id()?);
    let values = args![
        id,
        store.new_public_id()?,
        person,
        supersedes,
        supersedes.map(|_| AFTER_NOTIFICATION),
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    Ok(id)
}

/// Whether a passage is over and the person leads to a referral again: consented anew, or is a child. Who
/// withdrew and does not consent stays in the passage in which the duty was discharged (CONS-4).
async fn begins_anew(
    store: &Store,
    tx: &mut Tx,
    passage: EpisodeId,
    person: PersonId,
) -> Result<bool, StoreError> {
    const DOB: Sql = Sql::new("select dob from persons where id = $1");
    let events = event::events_in(tx, passage).await?;
    let standing = pen::standing_of(&events)?;
    let over = |one: Standing| matches!(one.state, State::Withdrawn | State::ClosedOther);
    if !standing.is_some_and(|(standing, _)| over(standing)) {
        return Ok(false);
    }
    let row: Option<(Option<String>,)> = tx.opt(DOB, args![person]).await?;
    let dob = fact::read_dob(row.and_then(|row| row.0))?;
    let facts = fact::facts_in(tx, person).await?;
    let leads = route(facts.route_facts(dob, true, store.today()));
    Ok(matches!(leads, Ok((Route::Nrm, _))))
}

/// Whether a decision of the competent authority is awaited in a passage as it stands.
pub(crate) async fn waits(store: &Store, id: EpisodeId) -> Result<bool, StoreError> {
    let events = event::events_now(store, id).await?;
    let standing = pen::standing_of(&events)?;
    let today = store.today();
    Ok(standing.is_some_and(|(standing, _)| standing.days_waiting(today).is_some()))
}

const DISCHARGED: Sql = Sql::new(
    "select 1 as sent from referrals where episode_id = $1 and stage = 'sent' and id <> $2 limit 1",
);

/// Says whether the duty of s.52 was discharged in this passage by something already sent. What is asked
/// about one referral is asked of the others: what it was sent as is not changed by its being sent.
pub(crate) async fn duty_discharged(
    store: &Store,
    id: EpisodeId,
    but: Option<ReferralId>,
) -> Result<bool, StoreError> {
    let but = but.map_or(Uuid::nil(), Uuid::from);
    let sent: Option<(i32,)> = store.db.opt(DISCHARGED, args![id, but]).await?;
    Ok(sent.is_some())
}

/// The same about a referral that is not sent, inside a transaction.
pub(crate) async fn duty_discharged_in(tx: &mut Tx, id: EpisodeId) -> Result<bool, StoreError> {
    let sent: Option<(i32,)> = tx.opt(DISCHARGED, args![id, Uuid::nil()]).await?;
    Ok(sent.is_some())
}

#[derive(sqlx::FromRow)]
struct EarlierRow {
    public_id: String,
    reference: String,
    sent_on: String,
}

/// The Duty to Notify this passage takes over from.
pub(crate) async fn earlier(
    store: &Store,
    viewer: &Viewer,
    id: EpisodeId,
) -> Result<Option<Earlier>, StoreError> {
    const EARLIER: Sql = Sql::new(
        "select r.public_id, r.reference, s.sent_on from episodes e
         join referrals r on r.episode_id = e.supersedes
         join preparations p on p.referral_id = r.id
         join sendings s on s.preparation_id = p.id
         where e.id = $1 order by s.recorded_at desc, s.id desc limit 1",
    );
    let row: Option<EarlierRow> = store.db.opt(EARLIER, args![id]).await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let public_id = PublicId(row.public_id);
    let seen = sight::find_for(store, viewer, Kind::Referral, &public_id).await?;
    Ok(Some(Earlier {
        sent_on: row
            .sent_on
            .parse()
            .map_err(|_| StoreError::Corrupt("sending"))?,
        referral: seen.map(|_| (public_id, row.reference)),
    }))
}
