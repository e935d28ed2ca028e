//! Preparing: what leaves is written down as it was read, sealed under the referral's key. Whatever
//! happens to the draft afterwards, what was handed over stays as it was.
//!
//! Ticks of the hand-over are in `tick`; what goes on paper or out as data in `slice`.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use heyrick_domain::id::{PublicId, ReferralId};
use heyrick_domain::notification::{Against, Line, MayNotLeave, gate};
use heyrick_domain::preparation::{
    Outgoing, PrepareError, as_it_stands, known_from, outgoing, telling,
};
use heyrick_domain::referral::{PrepareRefusal, Stage, prepare};
use heyrick_domain::route::Route;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Decision};
use uuid::Uuid;

use crate::db::Sql;
use crate::evidence::Evidence;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::list::lists;
use crate::referral::{self, Referral};
use crate::task::{self, NewTask};
use crate::{Store, StoreError, Tx, args, review, seal};

mod slice;
mod tick;

pub use slice::{As, Slice, slice_for};
pub use tick::{Progress, record_ticks};

/// Who confirmed that it may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// The author alone: a referral to the NRM, or a minimal Duty to Notify.
    Author,
    /// A second reader, who released it.
    SecondReader,
}

impl Confirmed {
    /// The word kept in the store and used in catalogue keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::SecondReader => "second_reader",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Author, Self::SecondReader]
            .into_iter()
            .find(|one| one.code() == code)
    }
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// What colleagues call them.
    pub name: String,
    /// When: microseconds since 1970, UTC.
    pub at: i64,
}

/// What was prepared to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preparation {
    pub(crate) id: Uuid,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What leaves.
    pub content: Outgoing,
    /// Who confirmed that it may.
    pub confirmed: Confirmed,
    /// Who prepared it; the second reader where one released it.
    pub prepared: By,
    /// Who released it: the certificate of the review.
    pub released: Option<By>,
    /// The boxes somebody has entered into the Home Office's form, by key.
    pub ticks: BTreeMap<String, By>,
}

/// A referral with what was prepared of it.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// The referral.
    pub referral: Referral,
    /// What was prepared; `None` where nothing is.
    pub preparation: Option<Preparation>,
    /// Age or consent was recorded since, so that what was prepared must not be handed over.
    pub overtaken: bool,
    /// The files that go along; none with a Duty to Notify.
    pub files: Vec<Evidence>,
}

/// Why a draft cannot be prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The first rung of the ladder that refuses.
    Rule(PrepareRefusal),
    /// Something would leave in a notification that may not.
    MayNotLeave(MayNotLeave),
}

/// What came of an attempt to prepare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is prepared.
    Prepared(PublicId),
    /// It holds words somebody typed: a second reader was asked for.
    ReviewAsked(PublicId),
    /// The draft is not what was shown any more; nothing was done.
    Changed,
    /// It cannot be.
    Refused(Refusal),
    /// There is no such referral to see.
    Absent,
}

/// What would leave if the referral were prepared now, or the first reason why not.
///
/// # Errors
/// [`Refusal`], the first that applies.
pub fn ready(referral: &Referral) -> Result<Outgoing, Refusal> {
    let draft = referral.draft(lists());
    let contacted = referral.authority_contacted();
    prepare(&draft, referral.stage, contacted).map_err(Refusal::Rule)?;
    let content = outgoing(&draft).map_err(|error| match error {
        PrepareError::MayNotLeave(keys) => Refusal::MayNotLeave(keys),
        PrepareError::Unfinished { steps } => {
            Refusal::Rule(PrepareRefusal::Unfinished { steps: steps.len() })
        }
        PrepareError::NoRoute => Refusal::Rule(PrepareRefusal::NotADraft(referral.stage)),
    })?;
    if content.route == Route::Dtn {
        let (names, others) = (names_of(referral), others_of(referral));
        let keys = telling(&draft, &content, against(referral, &names, &others));
        if !keys.is_empty() {
            return Err(Refusal::MayNotLeave(MayNotLeave { keys }));
        }
    }
    Ok(content)
}

/// What the boxes of the officer's own are held against.
pub(super) fn against<'a>(
    referral: &'a Referral,
    names: &'a [String],
    others: &'a [String],
) -> Against<'a> {
    Against {
        reference: &referral.reference,
        names,
        others,
    }
}

/// The names the draft holds of people suspected and of other victims.
pub(super) fn others_of(referral: &Referral) -> Vec<String> {
    let known = known_from(&referral.parts.answers);
    let all = known.suspects.into_iter().chain(known.other_victims);
    all.collect()
}

/// Every name the person is known by.
pub(super) fn names_of(referral: &Referral) -> Vec<String> {
    let details = &referral.person.details;
    let own = [&details.first_name, &details.last_name];
    let own = own.into_iter().flatten().cloned();
    own.chain(referral.person.names.iter().map(|name| name.raw.clone()))
        .collect()
}

/// A mark of exactly this content: whoever confirms it sends back the mark of what they read.
pub fn mark(store: &Store, content: &Outgoing) -> String {
    HEXLOWER.encode(&hash(store, &bytes(content))[..16])
}

pub(crate) fn bytes(content: &Outgoing) -> Vec<u8> {
    // INVARIANT: texts, lists of texts and truth values under text keys always become JSON.
    serde_json::to_vec(content).unwrap_or_default()
}

pub(crate) fn hash(store: &Store, bytes: &[u8]) -> Vec<u8> {
    store.keys.keyed_hash("leaving", bytes).to_vec()
}

/// Prepares a draft as it was shown, or asks a second reader for it.
///
/// `seen` is the [`mark`] of what was read.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who does not hand over referrals; [`StoreError::Stale`] when
/// the draft changed in the same moment.
pub async fn record_preparation(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    seen: &str,
) -> Result<Outcome, StoreError> {
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(Outcome::Absent);
    };
    let decision = store.allow(viewer, Action::Prepare, &referral.resource)?;
    let content = match ready(&referral) {
        Ok(content) => content,
        Err(refusal) => return Ok(Outcome::Refused(refusal)),
    };
    if mark(store, &content) != seen {
        return Ok(Outcome::Changed);
    }
    if content.needs_second_reader() {
        return ask(store, viewer, &referral, &content, &decision).await;
    }
    let mut tx = store.db.begin().await?;
    move_on(store, &mut tx, &referral, Stage::Draft, Stage::Prepared).await?;
    let made = New {
        content: &content,
        confirmed: Confirmed::Author,
        review: None,
    };
    let public_id = insert(store, &mut tx, viewer, &referral, made, &decision).await?;
    tx.commit().await?;
    Ok(Outcome::Prepared(public_id))
}

async fn ask(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
    content: &Outgoing,
    decision: &Decision,
) -> Result<Outcome, StoreError> {
    let known = review::known_of(store, viewer, referral).await?;
    let asked = review::Asked {
        content,
        known: &known,
    };
    let mut tx = store.db.begin().await?;
    move_on(store, &mut tx, referral, Stage::Draft, Stage::InReview).await?;
    let public_id = review::ask(store, &mut tx, viewer, referral, asked, decision).await?;
    tx.commit().await?;
    Ok(Outcome::ReviewAsked(public_id))
}

/// Takes the referral to another stage, unless somebody changed it since it was read.
pub(crate) async fn move_on(
    store: &Store,
    tx: &mut Tx,
    referral: &Referral,
    from: Stage,
    to: Stage,
) -> Result<(), StoreError> {
    const HOLD: Sql = Sql::new(
        "update referrals set version = version + 1
         where id = $1 and stage = $2 and version = $3 and route = $4",
    );
    let route = referral.kept_route.map_or("undecided", Route::code);
    let values = args![referral.id, from.code(), referral.version, route];
    if tx.exec(HOLD, values).await? == 0 {
        return Err(StoreError::Stale);
    }
    referral::set_stage(tx, referral.id, to, store.now()).await
}

pub(crate) struct New<'a> {
    pub content: &'a Outgoing,
    pub confirmed: Confirmed,
    pub review: Option<Uuid>,
}

/// Keeps what leaves, raises the tasks that follow and journals it.
pub(crate) async fn insert(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    referral: &Referral,
    new: New<'_>,
    decision: &Decision,
) -> Result<PublicId, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into preparations (id, public_id, referral_id, route, content_sealed, content_hash, review_id,
             confirmed, prepared_by, prepared_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    );
    // INVARIANT: the last gate, whatever came before it.
    if new.content.route == Route::Dtn {
        let naming = new.content.naming();
        for lines in [&new.content.lines, &new.content.ours] {
            gate(lines, naming).map_err(|_| StoreError::Refused("preparation-may-not-leave"))?;
        }
    }
    let (id, public_id) = (store.new_id()?, store.new_public_id()?);
    let bytes = bytes(new.content);
    let key = seal::record_key(store, tx, referral.id.0).await?;
    let values = args![
        id,
        &public_id,
        referral.id,
        new.content.route.code(),
        seal::seal(&key, &bytes)?,
        hash(store, &bytes),
        new.review,
        new.confirmed.code(),
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    let event = Event::new(Did::ReferralPrepared)
        .object(ObjectKind::Referral, referral.id)
        .reason(new.content.route.code())
        .policy(decision)
        .values(bytes);
    store.journal.record(tx, viewer, event).await?;
    task::settle(store, tx, viewer, TaskKind::SentBack, referral.id).await?;
    let task = NewTask {
        kind: TaskKind::HandOver,
        resource: &referral.resource,
        person: None,
        referral: Some(referral.id),
        owner: Some(referral.author),
        due_at: None,
        starts_at: None,
    };
    task::raise(store, tx, viewer, task).await?;
    Ok(public_id)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: String,
    content_sealed: Vec<u8>,
    confirmed: String,
    prepared_by: String,
    prepared_at: i64,
    released_by: Option<String>,
    released_at: Option<i64>,
}

/// What is prepared of a referral; the caller was let in to it.
pub(crate) async fn current(
    store: &Store,
    referral: ReferralId,
) -> Result<Option<Preparation>, StoreError> {
    const CURRENT: Sql = Sql::new(
        "select p.id, p.public_id, p.content_sealed, p.confirmed, u.display_name as prepared_by, p.prepared_at,
             c.display_name as released_by, v.closed_at as released_at
         from preparations p
         join users u on u.id = p.prepared_by
         left join reviews v on v.id = p.review_id
         left join users c on c.id = v.closed_by
         where p.referral_id = $1 and p.withdrawn_at is null
         order by p.prepared_at desc, p.id desc limit 1",
    );
    const TICKS: Sql = Sql::new(
        "select t.key, u.display_name, t.ticked_at from handover_ticks t join users u on u.id = t.ticked_by
         where t.preparation_id = $1",
    );
    let Some(row) = store.db.opt::<Row>(CURRENT, args![referral]).await? else {
        return Ok(None);
    };
    let ticks: Vec<(String, String, i64)> = store.db.all(TICKS, args![row.id]).await?;
    Ok(Some(Preparation {
        id: row.id,
        public_id: PublicId(row.public_id),
        content: unseal(store, referral, &row.content_sealed).await?,
        confirmed: Confirmed::from_code(&row.confirmed)
            .ok_or(StoreError::Corrupt("preparation"))?,
        prepared: By {
            name: row.prepared_by,
            at: row.prepared_at,
        },
        released: row
            .released_by
            .zip(row.released_at)
            .map(|(name, at)| By { name, at }),
        ticks: ticks
            .into_iter()
            .map(|(key, name, at)| (key, By { name, at }))
            .collect(),
    }))
}

/// Opens what was sealed under the referral's key.
pub(crate) async fn unseal(
    store: &Store,
    referral: ReferralId,
    sealed: &[u8],
) -> Result<Outgoing, StoreError> {
    let key = seal::find_record_key(store, referral.0)
        .await?
        .ok_or(StoreError::Sealed("preparation"))?;
    let bytes = seal::open(&key, sealed)?;
    serde_json::from_slice(&bytes).map_err(|_| StoreError::Corrupt("preparation"))
}

/// What is recorded now leads elsewhere than what was prepared: another route, or a name that the adult
/// no longer lets leave.
fn is_overtaken(referral: &Referral, content: &Outgoing) -> bool {
    let facts = &referral.parts.facts;
    // What was sent keeps its route: the duty it discharged opens no other one.
    if referral.stage == Stage::Sent {
        return false;
    }
    let other_way =
        facts.route() != Some(content.route) || (content.naming && !facts.may_be_named());
    other_way || facts_differ(referral, content)
}

/// Whether an answer that a recorded fact gives is another one now: an age that was settled, a consent that
/// was given since.
fn facts_differ(referral: &Referral, content: &Outgoing) -> bool {
    let draft = referral.draft(lists());
    let Some(now) = as_it_stands(&draft) else {
        return true;
    };
    let is_fact = |line: &&Line| {
        let question = draft.form.question(&line.question);
        question.is_some_and(|question| question.from.is_some())
    };
    let facts = |all: &[Line]| -> BTreeMap<String, String> {
        let lines = all.iter().filter(is_fact);
        lines
            .map(|line| (line.key.clone(), line.value.text()))
            .collect()
    };
    now.basis != content.basis || facts(&now.lines) != facts(&content.lines)
}

/// A referral with what is prepared of it; `None` when there is none the viewer may see. Journalled.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who does not hand over referrals; [`StoreError::Journal`]
/// when the look could not be written.
pub async fn hand_over_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<HandOver>, StoreError> {
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let decision = store.allow(viewer, Action::HandOver, &referral.resource)?;
    let preparation = current(store, referral.id).await?;
    let look = Event::new(Did::PreparationViewed)
        .object(ObjectKind::Referral, referral.id)
        .policy(&decision);
    store.journal.look(viewer, look).await?;
    let overtaken = preparation
        .as_ref()
        .is_some_and(|made| is_overtaken(&referral, &made.content));
    let files = match &preparation {
        Some(made) => slice::files_of(store, viewer, &referral, &made.content, Some(made)).await?,
        None => Vec::new(),
    };
    Ok(Some(HandOver {
        files,
        referral,
        preparation,
        overtaken,
    }))
}

/// The referral and what is prepared of it, for a change.
pub(crate) async fn made_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    action: Action,
) -> Result<Option<(Referral, Preparation)>, StoreError> {
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    store.allow(viewer, action, &referral.resource)?;
    let made = current(store, referral.id).await?;
    Ok(made.map(|made| (referral, made)))
}

/// Takes back what was prepared, so that the draft can be changed. `Ok(false)` when there is no such
/// preparation to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who does not prepare referrals; [`StoreError::Refused`] with
/// `preparation-sent` once the Home Office's copy is attached.
pub async fn record_reopened(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    preparation: &PublicId,
) -> Result<bool, StoreError> {
    const WITHDRAW: Sql = Sql::new(
        "update preparations set withdrawn_at = $2 where id = $1 and withdrawn_at is null",
    );
    let Some((referral, made)) = made_for(store, viewer, id, Action::Prepare).await? else {
        return Ok(false);
    };
    if made.public_id != *preparation {
        return Ok(false);
    }
    if referral.stage == Stage::Sent {
        return Err(StoreError::Refused("preparation-sent"));
    }
    let mut tx = store.db.begin().await?;
    move_on(store, &mut tx, &referral, Stage::Prepared, Stage::Draft).await?;
    tx.exec(WITHDRAW, args![made.id, store.now()]).await?;
    for kind in [TaskKind::HandOver, TaskKind::AttachCopy] {
        task::settle(store, &mut tx, viewer, kind, referral.id).await?;
    }
    let event = Event::new(Did::PreparationWithdrawn).object(ObjectKind::Referral, referral.id);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}
