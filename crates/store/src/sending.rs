//! Sending: only the Home Office's own copy, attached, makes a referral sent. What differs between it and
//! what was prepared is shown before it is recorded, and kept.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use heyrick_domain::id::PublicId;
use heyrick_domain::referral::Stage;
use heyrick_domain::sending::{Comparison, compare};
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;
use jiff::civil::Date;
use uuid::Uuid;

use crate::db::Sql;
use crate::file::{self, FileError, MediaType};
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::preparation::{self, By, Preparation, made_for};
use crate::referral::{self, Referral};
use crate::review::known_of;
use crate::{Store, StoreError, Tx, args, episode, seal, task};

/// Longest reference of the Home Office, in characters.
pub const REFERENCE_MAX: usize = 100;
/// How long a file is read before it counts as one without text.
const READING: Duration = Duration::from_secs(20);

/// A copy of the Home Office's, attached.
#[derive(Debug, Clone)]
pub struct Sending {
    /// Its number on this referral, from 1.
    pub number: usize,
    /// What kind of file it is.
    pub media: MediaType,
    /// The reference the Home Office gave.
    pub home_office_reference: Option<String>,
    /// The day it was sent on.
    pub sent_on: Date,
    /// What differs between it and what was prepared.
    pub comparison: Comparison,
    /// Who attached it, and when.
    pub recorded: By,
    file: Uuid,
}

/// A referral with what was prepared and every copy attached.
#[derive(Debug, Clone)]
pub struct Sendings {
    /// The referral.
    pub referral: Referral,
    /// What was prepared; `None` where nothing is.
    pub preparation: Option<Preparation>,
    /// The copies, the first one first.
    pub sendings: Vec<Sending>,
}

/// A file that was taken but not recorded yet: opaque, for this preparation only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyName(pub String);

/// A file that was taken, beside what was prepared.
#[derive(Debug, Clone)]
pub struct Unrecorded {
    /// The referral.
    pub referral: Referral,
    /// What kind of file it is.
    pub media: MediaType,
    /// What differs.
    pub comparison: Comparison,
    file: Uuid,
    preparation: Preparation,
}

/// What came of attaching a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attached {
    /// It is taken, to be looked at and recorded.
    Taken(CopyName),
    /// It is not a file we take.
    Refused(FileError),
    /// Nothing was prepared, or there is no such referral to see.
    Absent,
}

/// What somebody says about a copy.
#[derive(Debug, Clone)]
pub struct NewSending {
    /// The reference the Home Office gave, if it gave one.
    pub home_office_reference: Option<String>,
    /// The day it was sent on.
    pub sent_on: Date,
}

/// A referral with the copies attached to it; `None` when there is none to see. Journalled.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who does not hand over referrals.
pub async fn sendings_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Sendings>, StoreError> {
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let decision = store.allow(viewer, Action::HandOver, &referral.resource)?;
    let look = Event::new(Did::PreparationViewed)
        .object(ObjectKind::Referral, referral.id)
        .policy(&decision);
    store.journal.look(viewer, look).await?;
    Ok(Some(Sendings {
        preparation: preparation::current(store, referral.id).await?,
        sendings: of_referral(store, &referral).await?,
        referral,
    }))
}

#[derive(sqlx::FromRow)]
struct Row {
    file_id: Uuid,
    media_type: String,
    home_office_reference: Option<String>,
    sent_on: String,
    differences_sealed: Vec<u8>,
    recorded_by: String,
    recorded_at: i64,
}

async fn of_referral(store: &Store, referral: &Referral) -> Result<Vec<Sending>, StoreError> {
    const LIST: Sql = Sql::new(
        "select s.file_id, f.media_type, s.home_office_reference, s.sent_on, s.differences_sealed,
             u.display_name as recorded_by, s.recorded_at
         from sendings s
         join preparations p on p.id = s.preparation_id
         join files f on f.id = s.file_id
         join users u on u.id = s.recorded_by
         where p.referral_id = $1 order by s.recorded_at, s.id",
    );
    let corrupt = || StoreError::Corrupt("sending");
    let rows: Vec<Row> = store.db.all(LIST, args![referral.id]).await?;
    let key = seal::find_record_key(store, referral.id.0).await?;
    rows.into_iter()
        .zip(1..)
        .map(|(row, number)| {
            let key = key.as_ref().ok_or(StoreError::Sealed("sending"))?;
            let differences = seal::open(key, &row.differences_sealed)?;
            Ok(Sending {
                number,
                media: MediaType::from_code(&row.media_type).ok_or_else(corrupt)?,
                home_office_reference: row.home_office_reference,
                sent_on: row.sent_on.parse().map_err(|_| corrupt())?,
                comparison: serde_json::from_slice(&differences).map_err(|_| corrupt())?,
                recorded: By {
                    name: row.recorded_by,
                    at: row.recorded_at,
                },
                file: row.file_id,
            })
        })
        .collect()
}

/// Takes a file, to be compared and then recorded.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who does not hand over referrals.
pub async fn record_copy(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    bytes: &[u8],
) -> Result<Attached, StoreError> {
    let Some((referral, made)) = made_for(store, viewer, id, Action::HandOver).await? else {
        return Ok(Attached::Absent);
    };
    let media = match file::media_type(bytes) {
        Ok(media) => media,
        Err(error) => return Ok(Attached::Refused(error)),
    };
    let mut tx = store.db.begin().await?;
    let file = file::add(store, &mut tx, viewer, referral.id.0, media, bytes).await?;
    tx.commit().await?;
    let sealed = store
        .keys
        .seal_with_file_key(&bound_to(&made), file.as_bytes())?;
    Ok(Attached::Taken(CopyName(BASE64URL_NOPAD.encode(&sealed))))
}

fn bound_to(made: &Preparation) -> String {
    format!("copy for {}", made.id)
}

fn file_of(store: &Store, made: &Preparation, name: &CopyName) -> Option<Uuid> {
    let sealed = BASE64URL_NOPAD.decode(name.0.as_bytes()).ok()?;
    let id = store
        .keys
        .open_with_file_key(&bound_to(made), &sealed)
        .ok()?;
    Uuid::from_slice(&id).ok()
}

/// A file that is not recorded yet, compared with what was prepared; `None` when there is none to see.
/// Opening it is journalled.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who does not hand over referrals.
pub async fn copy_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    name: &CopyName,
) -> Result<Option<Unrecorded>, StoreError> {
    const RECORDED: Sql = Sql::new("select file_id from sendings where file_id = $1");
    let Some((referral, made)) = made_for(store, viewer, id, Action::HandOver).await? else {
        return Ok(None);
    };
    let Some(file) = file_of(store, &made, name) else {
        return Ok(None);
    };
    if store
        .db
        .opt::<(Uuid,)>(RECORDED, args![file])
        .await?
        .is_some()
    {
        return Ok(None);
    }
    let Some((media, bytes)) = file::open(store, viewer, file).await? else {
        return Ok(None);
    };
    let theirs = text_of(media, bytes).await;
    let known = known_of(store, viewer, &referral).await?;
    Ok(Some(Unrecorded {
        comparison: compare(&made.content, &theirs, &known),
        referral,
        media,
        file,
        preparation: made,
    }))
}

/// The text of a file, read beside the requests; nothing where it takes too long.
async fn text_of(media: MediaType, bytes: Vec<u8>) -> String {
    let reading = tokio::task::spawn_blocking(move || file::text::read(media, &bytes));
    match tokio::time::timeout(READING, reading).await {
        Ok(Ok(text)) => text,
        Ok(Err(_)) | Err(_) => String::new(),
    }
}

/// Records that the Home Office has it: the referral is sent. `Ok(false)` when there is no such file to
/// see.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who does not hand over referrals; [`StoreError::Refused`] with
/// `sending-future` or `sending-reference-long`.
pub async fn record_sending(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    name: &CopyName,
    new: &NewSending,
) -> Result<bool, StoreError> {
    let reference = checked(store, new)?;
    let Some(copy) = copy_for(store, viewer, id, name).await? else {
        return Ok(false);
    };
    let mut tx = store.db.begin().await?;
    if !insert(
        store,
        &mut tx,
        viewer,
        &copy,
        reference.as_deref(),
        new.sent_on,
    )
    .await?
    {
        return Ok(false);
    }
    let referral = &copy.referral;
    if referral.stage == Stage::Prepared {
        preparation::move_on(store, &mut tx, referral, Stage::Prepared, Stage::Sent).await?;
        episode::sent(store, &mut tx, viewer, referral, new.sent_on).await?;
    }
    for kind in [TaskKind::HandOver, TaskKind::AttachCopy] {
        task::settle(store, &mut tx, viewer, kind, referral.id).await?;
    }
    let event = Event::new(Did::SendingRecorded)
        .object(ObjectKind::Referral, referral.id)
        .fields(["home_office_reference", "sent_on"])
        .values(new.sent_on.to_string());
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}

fn checked(store: &Store, new: &NewSending) -> Result<Option<String>, StoreError> {
    if new.sent_on > store.today() {
        return Err(StoreError::Refused("sending-future"));
    }
    let reference = new.home_office_reference.as_deref().unwrap_or_default();
    let reference = reference.trim();
    if reference.chars().count() > REFERENCE_MAX {
        return Err(StoreError::Refused("sending-reference-long"));
    }
    Ok((!reference.is_empty()).then(|| reference.to_owned()))
}

/// `false` when somebody discarded the file, or recorded it, in the same moment.
async fn insert(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    copy: &Unrecorded,
    reference: Option<&str>,
    sent_on: Date,
) -> Result<bool, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into sendings (id, preparation_id, file_id, home_office_reference, sent_on, differences_sealed,
             recorded_by, recorded_at)
         select $1, $2, f.id, $4, $5, $6, $7, $8 from files f
         where f.id = $3 and not exists (select 1 from sendings s where s.file_id = f.id)",
    );
    // INVARIANT: texts and numbers under text keys always become JSON.
    let differences = serde_json::to_vec(&copy.comparison).unwrap_or_default();
    let key = seal::record_key(store, tx, copy.referral.id.0).await?;
    let values = args![
        store.new_id()?,
        copy.preparation.id,
        copy.file,
        reference,
        sent_on,
        seal::seal(&key, &differences)?,
        viewer.user,
        store.now()
    ];
    Ok(tx.exec(INSERT, values).await? > 0)
}

/// Discards a file that was not recorded: the wrong one. `Ok(false)` when there is none to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who does not hand over referrals.
pub async fn record_copy_discarded(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    name: &CopyName,
) -> Result<bool, StoreError> {
    let Some((_, made)) = made_for(store, viewer, id, Action::HandOver).await? else {
        return Ok(false);
    };
    let Some(file) = file_of(store, &made, name) else {
        return Ok(false);
    };
    let mut tx = store.db.begin().await?;
    let gone = file::discard(store, &mut tx, viewer, file).await?;
    tx.commit().await?;
    Ok(gone)
}

/// A copy that was recorded, as the file it is; `None` when there is none to see. Journalled.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who does not hand over referrals.
pub async fn file_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    number: usize,
) -> Result<Option<(Referral, MediaType, Vec<u8>)>, StoreError> {
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    store.allow(viewer, Action::HandOver, &referral.resource)?;
    let sendings = of_referral(store, &referral).await?;
    let Some(sending) = sendings.into_iter().find(|one| one.number == number) else {
        return Ok(None);
    };
    let opened = file::open(store, viewer, sending.file).await?;
    Ok(opened.map(|(media, bytes)| (referral, media, bytes)))
}
