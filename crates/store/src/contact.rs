//! Contact routes: sealed under the person's own key, opened only to be shown, each opening journalled.
//!
//! They stay with the agency that holds the record: whoever was given sight from another agency sees the
//! person without them.

use heyrick_domain::contact::{Contact, ContactKind, Safe};
use heyrick_domain::id::{PersonId, PublicId};
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::person::{self, Person, touch};
use crate::seal::{self, RecordKey};
use crate::{Store, StoreError, args};

/// A route that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRoute {
    /// Its id inside.
    id: Uuid,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// What it says.
    pub contact: Contact,
    /// Who recorded it.
    pub recorded_by: String,
    /// When: microseconds since 1970, UTC.
    pub recorded_at: i64,
}

/// What is sealed of a route.
#[derive(Serialize, Deserialize)]
struct Sealed {
    kind: ContactKind,
    value: String,
    whose: Option<String>,
    safe_times: Option<String>,
    notes: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    public_id: Option<String>,
    sealed: Vec<u8>,
    safe: String,
    recorded_by: String,
    recorded_at: i64,
}

/// Whether the viewer is shown contact routes of a person they see.
pub fn may_see_contacts(store: &Store, viewer: &Viewer, person: &Person) -> bool {
    let sealed = store
        .policies
        .decide(viewer, Action::SeeSealed, &person.resource);
    sealed.allowed
}

/// A person and the routes to them, for the person's page; `None` when there is none the viewer may see.
/// Both looks are journalled, the second only where a route was opened.
///
/// # Errors
/// [`StoreError::Journal`] when a look could not be written; then nothing is shown.
pub async fn person_and_contacts_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<(Person, Vec<ContactRoute>)>, StoreError> {
    let Some(person) = person::find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let routes = shown_with(store, viewer, &person).await?;
    Ok(Some((person, routes)))
}

/// The routes of a person about to be shown, and both looks in the journal.
pub(crate) async fn shown_with(
    store: &Store,
    viewer: &Viewer,
    person: &Person,
) -> Result<Vec<ContactRoute>, StoreError> {
    let routes = contacts_of(store, viewer, person).await?;
    let seen = store.journal.look(viewer, person.look());
    match opened(person, &routes) {
        Some(event) => {
            let (seen, opened) = tokio::join!(seen, store.journal.look(viewer, event));
            seen.and(opened)?;
        }
        None => seen.await?,
    }
    Ok(routes)
}

/// The routes that hold, safe ones first; `None` when there is no such person to see. Opening them is
/// journalled.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; [`StoreError::Sealed`] when the key file
/// does not open them.
pub async fn contacts_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Vec<ContactRoute>>, StoreError> {
    let Some(person) = person::find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let routes = contacts_of(store, viewer, &person).await?;
    if let Some(event) = opened(&person, &routes) {
        store.journal.look(viewer, event).await?;
    }
    Ok(Some(routes))
}

/// Whether a way is recorded that the person said is safe. Nothing sealed is opened.
pub(crate) async fn is_reachable(store: &Store, person: PersonId) -> Result<bool, StoreError> {
    const SAFE: Sql = Sql::new(
        "select 1 as safe from contact_routes
         where person_id = $1 and safe = $2 and ended_at is null limit 1",
    );
    let values = args![person, Safe::Confirmed.code()];
    let row: Option<(i32,)> = store.db.opt(SAFE, values).await?;
    Ok(row.is_some())
}

fn opened(person: &Person, routes: &[ContactRoute]) -> Option<Event> {
    let event = Event::new(Did::ContactViewed)
        .object(ObjectKind::Person, person.id)
        .policy(&person.decision)
        .shown(routes.iter().map(|route| route.id));
    (!routes.is_empty()).then_some(event)
}

/// The routes of a person the viewer was let in to, safe ones first and those never to be used last. The
/// caller journals the look.
pub(crate) async fn contacts_of(
    store: &Store,
    viewer: &Viewer,
    person: &Person,
) -> Result<Vec<ContactRoute>, StoreError> {
    const LIST: Sql = Sql::new(
        "select c.id, c.public_id, c.sealed, c.safe, u.display_name as recorded_by, c.recorded_at
         from contact_routes c join users u on u.id = c.recorded_by
         where c.person_id = $1 and c.ended_at is null order by c.recorded_at, c.id",
    );
    if !may_see_contacts(store, viewer, person) {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = store.db.all(LIST, args![person.id]).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = seal::find_record_key(store, person.id.0).await?;
    let key = key.ok_or(StoreError::Sealed("contact route"))?;
    let mut routes: Vec<ContactRoute> = rows
        .into_iter()
        .map(|row| row.open(&key))
        .collect::<Result<_, _>>()?;
    routes.sort_by_key(|route| route.contact.safe);
    Ok(routes)
}

impl Row {
    fn open(self, key: &RecordKey) -> Result<ContactRoute, StoreError> {
        let corrupt = || StoreError::Corrupt("contact route");
        let bytes = seal::open(key, &self.sealed)?;
        let sealed: Sealed = serde_json::from_slice(&bytes).map_err(|_| corrupt())?;
        Ok(ContactRoute {
            id: self.id,
            public_id: PublicId(self.public_id.unwrap_or_default()),
            contact: Contact {
                kind: sealed.kind,
                value: sealed.value,
                safe: Safe::from_code(&self.safe).ok_or_else(corrupt)?,
                whose: sealed.whose,
                safe_times: sealed.safe_times,
                notes: sealed.notes,
            },
            recorded_by: self.recorded_by,
            recorded_at: self.recorded_at,
        })
    }
}

/// Records a route. `Ok(None)` when there is no such person to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not change the record; [`StoreError::Refused`] with the
/// key of the first thing wrong (callers check it before, see [`Contact::checked`]).
pub async fn record_contact(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    new: &Contact,
) -> Result<Option<PublicId>, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into contact_routes (id, public_id, person_id, sealed, safe, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    );
    let Some(person) = person::find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let decision = store.allow(viewer, Action::Edit, &person.resource)?;
    let new = new.checked().map_err(|errors| {
        let first = errors
            .first()
            .map(heyrick_domain::contact::ContactError::code);
        StoreError::Refused(first.unwrap_or("contact-error-value"))
    })?;
    let (route, public_id) = (store.new_id()?, store.new_public_id()?);
    let mut tx = store.db.begin().await?;
    let key = seal::record_key(store, &mut tx, person.id.0).await?;
    let safe = new.safe;
    let plain = plain(new)?;
    let sealed = seal::seal(&key, &plain)?;
    let values = args![
        route,
        &public_id,
        person.id,
        sealed,
        safe.code(),
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    touch(&mut tx, person.id, store.now()).await?;
    let event = Event::new(Did::ContactAdded)
        .object(ObjectKind::Person, person.id)
        .reason(safe.code())
        .policy(&decision)
        .values(plain);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(Some(public_id))
}

fn plain(contact: Contact) -> Result<Vec<u8>, StoreError> {
    let sealed = Sealed {
        kind: contact.kind,
        value: contact.value,
        whose: contact.whose,
        safe_times: contact.safe_times,
        notes: contact.notes,
    };
    serde_json::to_vec(&sealed).map_err(|_| StoreError::Corrupt("contact route"))
}

/// Ends a route. `Ok(false)` when there is no such person or route to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not change the record.
pub async fn record_contact_ended(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    route: &PublicId,
) -> Result<bool, StoreError> {
    const END: Sql = Sql::new(
        "update contact_routes set ended_at = $3, ended_by = $4
         where person_id = $1 and public_id = $2 and ended_at is null",
    );
    let Some(person) = person::find_for(store, viewer, id).await? else {
        return Ok(false);
    };
    let decision = store.allow(viewer, Action::Edit, &person.resource)?;
    let mut tx = store.db.begin().await?;
    let values = args![person.id, route, store.now(), viewer.user];
    if tx.exec(END, values).await? == 0 {
        return Ok(false);
    }
    touch(&mut tx, person.id, store.now()).await?;
    let event = Event::new(Did::ContactEnded)
        .object(ObjectKind::Person, person.id)
        .policy(&decision);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}
