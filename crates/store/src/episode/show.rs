//! Where a passage stands, for whoever may see the person.

use heyrick_domain::episode::{EventKind, Recipient, Standing, recipient};
use heyrick_domain::id::{EpisodeId, PersonId, PublicId, ReferralId};
use heyrick_domain::referral::Stage;
use heyrick_domain::user::Viewer;
use heyrick_policy::Kind;

use super::clock::{KeptClock, clocks_of};
use super::event::{RecordedEvent, events_now, events_of};
use super::passage::find_for;
use super::pen::standing_of;
use crate::db::Sql;
use crate::journal::{Action as Did, Event as Entry, ObjectKind};
use crate::person::{self, Person};
use crate::{Store, StoreError, answer, args, contact, sight};

/// A referral of a passage that the viewer may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfPassage {
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What people call it.
    pub reference: String,
    /// Where it stands.
    pub stage: String,
    id: ReferralId,
}

/// A passage through the National Referral Mechanism, as far as it was recorded.
#[derive(Debug, Clone)]
pub struct Episode {
    /// Its name in addresses.
    pub public_id: PublicId,
    /// Whom it is about.
    pub person: Person,
    /// Where it stands; `None` before anything was sent.
    pub standing: Option<Standing>,
    /// What was recorded, in order.
    pub events: Vec<RecordedEvent>,
    /// Its clocks: those that stand, then what they were before.
    pub clocks: Vec<KeptClock>,
    /// Its referrals, the latest first.
    pub referrals: Vec<OfPassage>,
    /// Whether a way to reach them is recorded that they said is safe.
    pub reachable: bool,
    /// To whom decisions go, as the latest referral that was sent said; `None` where it did not.
    pub recipient: Option<Recipient>,
}

impl Episode {
    /// What can be recorded as things stand.
    pub fn open_to(&self) -> Vec<EventKind> {
        self.standing
            .as_ref()
            .map(Standing::open_to)
            .unwrap_or_default()
    }
}

/// A passage by its name in addresses; `None` when there is none the viewer may see: who may not see the
/// person sees none of their passages. The look is journalled.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn episode_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Episode>, StoreError> {
    let Some((passage, _)) = find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let (episode, person_id) = (passage.id(), passage.person());
    let person = person::person_of(store, viewer, person_id).await?;
    let look = Entry::new(Did::EpisodeViewed)
        .object(ObjectKind::Person, person_id)
        .fields(["episode"])
        .policy(&person.decision);
    store.journal.look(viewer, look).await?;
    let events = events_of(store, episode, person_id).await?;
    let plain: Vec<_> = events.iter().map(|one| one.event.clone()).collect();
    let referrals = referrals_of(store, viewer, episode).await?;
    Ok(Some(Episode {
        recipient: recipient_of(store, &referrals).await?,
        reachable: contact::is_reachable(store, person_id).await?,
        public_id: id.clone(),
        person,
        standing: standing_of(&plain)?.map(|(standing, _)| standing),
        clocks: clocks_of(store, episode).await?,
        referrals,
        events,
    }))
}

#[derive(sqlx::FromRow)]
struct ReferralRow {
    public_id: String,
    reference: String,
    stage: String,
}

async fn referrals_of(
    store: &Store,
    viewer: &Viewer,
    episode: EpisodeId,
) -> Result<Vec<OfPassage>, StoreError> {
    const ALL: Sql = Sql::new(
        "select public_id, reference, stage from referrals where episode_id = $1
         order by created_at desc, id desc",
    );
    let rows: Vec<ReferralRow> = store.db.all(ALL, args![episode]).await?;
    let mut seen = Vec::new();
    for row in rows {
        let public_id = PublicId(row.public_id);
        if let Some(record) = sight::find_for(store, viewer, Kind::Referral, &public_id).await? {
            seen.push(OfPassage {
                id: record.id.into(),
                public_id,
                reference: row.reference,
                stage: row.stage,
            });
        }
    }
    Ok(seen)
}

/// To whom decisions go. Nothing sealed is among what is read.
async fn recipient_of(
    store: &Store,
    referrals: &[OfPassage],
) -> Result<Option<Recipient>, StoreError> {
    let sent = referrals.iter().find(|one| one.stage == Stage::Sent.code());
    let Some(sent) = sent else {
        return Ok(None);
    };
    Ok(recipient(
        &answer::answers_of(store, sent.id).await?.answers,
    ))
}

/// A passage in one line, for the person's page.
#[derive(Debug, Clone)]
pub struct InBrief {
    /// Its name in addresses.
    pub public_id: PublicId,
    /// Where it stands.
    pub standing: Standing,
    /// Its clocks, as [`Episode::clocks`].
    pub clocks: Vec<KeptClock>,
}

/// The passages of a person in which something was sent, the latest first. The caller was let in to the
/// person.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn passages_of(store: &Store, person: PersonId) -> Result<Vec<InBrief>, StoreError> {
    const ALL: Sql = Sql::new(
        "select e.id, e.public_id from episodes e
         where e.person_id = $1 and exists (select 1 from episode_events v where v.episode_id = e.id)
         order by e.opened_at desc, e.id desc",
    );
    let rows: Vec<(uuid::Uuid, String)> = store.db.all(ALL, args![person]).await?;
    let mut passages = Vec::new();
    for (id, public_id) in rows {
        let events = events_now(store, id.into()).await?;
        if let Some((standing, _)) = standing_of(&events)? {
            passages.push(InBrief {
                public_id: PublicId(public_id),
                standing,
                clocks: clocks_of(store, id.into()).await?,
            });
        }
    }
    Ok(passages)
}

/// The name in addresses of a passage, once something was sent in it. The caller was let in to a referral
/// of it.
pub(crate) async fn passage_of(
    store: &Store,
    episode: EpisodeId,
) -> Result<Option<PublicId>, StoreError> {
    const ONE: Sql = Sql::new(
        "select e.public_id from episodes e
         where e.id = $1 and exists (select 1 from episode_events v where v.episode_id = e.id)",
    );
    let row: Option<(String,)> = store.db.opt(ONE, args![episode]).await?;
    Ok(row.map(|(id,)| PublicId(id)))
}
