//! Making and changing a person's record: details with their version, names, and the keys a search
//! finds them by.

use std::collections::BTreeSet;

use heyrick_domain::id::{PersonId, PublicId, ReferenceKind};
use heyrick_domain::person::{Details, NameKind, checked_name};
use heyrick_domain::restriction::Level;
use heyrick_domain::retention::RetentionClass;
use heyrick_domain::user::Viewer;
use heyrick_normalise::{fold, fold_tokens};
use heyrick_policy::{Action, Kind, Resource};
use uuid::Uuid;

use super::{Person, find_for};
use crate::db::{Arg, Sql};
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::list::lists;
use crate::{Store, StoreError, Tx, args, episode, fact, referral};

/// How often a new reference is tried when one is taken.
const REFERENCE_TRIES: usize = 8;

/// What came of saving details.
#[derive(Debug, Clone)]
pub enum SaveOutcome {
    /// Saved, or nothing differed.
    Saved {
        /// The version from now on.
        version: i64,
    },
    /// Somebody saved other details meanwhile; nothing was written.
    Conflict {
        /// The record as it is now.
        theirs: Box<Person>,
    },
    /// There is no such record to see.
    Absent,
}

/// A name to be recorded.
#[derive(Debug, Clone)]
pub struct NewName {
    /// What kind of name; not [`NameKind::Given`], which the details write.
    pub kind: NameKind,
    /// As typed.
    pub raw: String,
}

/// Makes a person's record in the viewer's own team and returns its name in addresses.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not; [`StoreError::Refused`] with the key of the first
/// thing wrong with the details (callers check them before, see [`Details::checked`]).
pub async fn record_person(
    store: &Store,
    viewer: &Viewer,
    details: &Details,
) -> Result<PublicId, StoreError> {
    let details = checked(store, details)?;
    let mut tx = store.db.begin().await?;
    let (_, resource) = add(store, &mut tx, viewer, &details).await?;
    tx.commit().await?;
    Ok(resource.public_id)
}

/// Makes the records of many people in one transaction, each with an event of its own: all or none.
///
/// # Errors
/// As [`record_person`]'s, for the first of them that cannot be made.
pub async fn record_persons(
    store: &Store,
    viewer: &Viewer,
    people: &[Details],
) -> Result<Vec<PublicId>, StoreError> {
    let mut tx = store.db.begin().await?;
    let mut made = Vec::with_capacity(people.len());
    for details in people {
        let details = checked(store, details)?;
        let (_, resource) = add(store, &mut tx, viewer, &details).await?;
        made.push(resource.public_id);
    }
    tx.commit().await?;
    Ok(made)
}

/// Makes a record in a transaction, of details that were checked.
pub(crate) async fn add(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    details: &Details,
) -> Result<(PersonId, Resource), StoreError> {
    let resource = Resource {
        kind: Kind::Person,
        public_id: store.new_public_id()?,
        agency: viewer.agency,
        team: viewer.team.ok_or(StoreError::NotAllowed)?,
        restriction: Level::None.code().to_owned(),
        author: viewer.user,
    };
    let decision = store.allow(viewer, Action::Create, &resource)?;
    let id = PersonId(store.new_id()?);
    insert(store, tx, id, &resource, details).await?;
    keep_given_name(store, tx, viewer, id, details).await?;
    write_keys(tx, id).await?;
    let event = Event::new(Did::PersonAdded)
        .object(ObjectKind::Person, id)
        .policy(&decision)
        .fields(Details::default().differs(details))
        .values(bytes(details));
    store.journal.record(tx, viewer, event).await?;
    Ok((id, resource))
}

pub(crate) fn checked(store: &Store, details: &Details) -> Result<Details, StoreError> {
    details.checked(lists(), store.today()).map_err(|errors| {
        let first = errors
            .first()
            .map(heyrick_domain::person::DetailsError::code);
        StoreError::Refused(first.unwrap_or("person-error-nameless"))
    })
}

/// The bytes of which the journal keeps a keyed hash.
fn bytes(details: &Details) -> Vec<u8> {
    serde_json::to_vec(details).unwrap_or_default()
}

/// The columns of the details, in the order of the statements below.
fn columns(details: &Details) -> Vec<Arg> {
    args![
        details.first_name.as_deref(),
        details.last_name.as_deref(),
        details.called.as_deref(),
        details.dob.map(|dob| dob.to_string()),
        details.gender.as_deref(),
        details.nationality.as_deref(),
        details.nationality_second.as_deref(),
        details.language.as_deref(),
        details.interpreter.as_deref(),
        details.communication_help.as_deref(),
        details.home_office_reference.as_deref(),
        details.children.as_deref(),
        details.county_lines.as_deref(),
        details.notes.as_deref(),
        serde_json::json!(details.unknowns),
        details.sort_name(),
    ]
}

async fn insert(
    store: &Store,
    tx: &mut Tx,
    id: PersonId,
    resource: &Resource,
    details: &Details,
) -> Result<(), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into persons (first_name, last_name, called, dob, gender, nationality, nationality_second, language,
             interpreter, communication_help, home_office_reference, children, county_lines, notes, unknowns,
             sort_name, id, public_id, reference, agency_id, team_id, restriction, retention_class, review_on,
             version, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
             $23, $24, 1, $25, $26, $26)
         on conflict (reference) do nothing",
    );
    let class = RetentionClass::PotentialVictim;
    for _ in 0..REFERENCE_TRIES {
        let mut values = columns(details);
        values.extend(args![
            id,
            &resource.public_id,
            store.new_reference(ReferenceKind::Person)?,
            resource.agency,
            resource.team,
            &resource.restriction,
            class.code(),
            class.review_on(store.today()),
            resource.author,
            store.now()
        ]);
        if tx.exec(INSERT, values).await? > 0 {
            return Ok(());
        }
    }
    Err(StoreError::Refused("person-error-reference"))
}

/// Saves details over the version the viewer saw.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer sees the record and may not change it;
/// [`StoreError::Refused`] as [`record_person`].
pub async fn record_details(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    version: i64,
    details: &Details,
) -> Result<SaveOutcome, StoreError> {
    const UPDATE: Sql = Sql::new(
        "update persons set first_name = $1, last_name = $2, called = $3, dob = $4, gender = $5, nationality = $6,
             nationality_second = $7, language = $8, interpreter = $9, communication_help = $10,
             home_office_reference = $11, children = $12, county_lines = $13, notes = $14, unknowns = $15,
             sort_name = $16, version = version + 1, updated_at = $17
         where id = $18 and version = $19",
    );
    let Some(person) = find_for(store, viewer, id).await? else {
        return Ok(SaveOutcome::Absent);
    };
    let decision = store.allow(viewer, Action::Edit, &person.resource)?;
    let details = checked(store, details)?;
    if person.version != version {
        return conflict(store, viewer, id).await;
    }
    let changed = person.details.differs(&details);
    if changed.is_empty() {
        return Ok(SaveOutcome::Saved { version });
    }
    let mut values = columns(&details);
    values.extend(args![store.now(), person.id, version]);
    let mut tx = store.db.begin().await?;
    if tx.exec(UPDATE, values).await? == 0 {
        drop(tx);
        return conflict(store, viewer, id).await;
    }
    keep_given_name(store, &mut tx, viewer, person.id, &details).await?;
    write_keys(&mut tx, person.id).await?;
    let event = Event::new(Did::PersonChanged)
        .object(ObjectKind::Person, person.id)
        .policy(&decision)
        .fields(&changed)
        .values(bytes(&details));
    store.journal.record(&mut tx, viewer, event).await?;
    if changed.contains(&"dob") {
        let facts = fact::facts_in(&mut tx, person.id).await?;
        let before = facts.age_now(person.details.dob, store.today());
        referral::facts_changed(store, &mut tx, viewer, person.id, before).await?;
        episode::facts_recorded(
            store,
            &mut tx,
            viewer,
            person.id,
            &person.resource,
            details.dob,
        )
        .await?;
    } else if changed.contains(&"county_lines") {
        referral::raise_owed(store, &mut tx, viewer, person.id).await?;
    }
    tx.commit().await?;
    Ok(SaveOutcome::Saved {
        version: version + 1,
    })
}

/// What somebody else saved is shown to whoever came second, so it is a look.
async fn conflict(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<SaveOutcome, StoreError> {
    Ok(match super::person_for(store, viewer, id).await? {
        Some(theirs) => SaveOutcome::Conflict {
            theirs: Box::new(theirs),
        },
        None => SaveOutcome::Absent,
    })
}

/// Records another name. `Ok(None)` when there is no such record to see.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not change it; [`StoreError::Refused`] with
/// `person-error-name`, `person-error-name-kind` or `person-error-name-there`.
pub async fn record_name(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    new: &NewName,
) -> Result<Option<PublicId>, StoreError> {
    let Some(person) = find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let decision = store.allow(viewer, Action::Edit, &person.resource)?;
    if new.kind == NameKind::Given {
        return Err(StoreError::Refused("person-error-name-kind"));
    }
    let raw = checked_name(&new.raw).map_err(|_| StoreError::Refused("person-error-name"))?;
    if person
        .names
        .iter()
        .any(|name| name.kind == new.kind && name.raw == raw)
    {
        return Err(StoreError::Refused("person-error-name-there"));
    }
    let mut tx = store.db.begin().await?;
    let name = insert_name(store, &mut tx, viewer, person.id, new.kind, raw).await?;
    write_keys(&mut tx, person.id).await?;
    touch(&mut tx, person.id, store.now()).await?;
    let event = Event::new(Did::PersonChanged)
        .object(ObjectKind::Person, person.id)
        .policy(&decision)
        .reason("name_added")
        .fields([new.kind.code()])
        .values(raw);
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(Some(name))
}

/// Ends a name that was recorded by mistake or no longer used. `Ok(false)` when there is no such record
/// or name to see; the given name ends by changing the details.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not change the record.
pub async fn record_name_ended(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    name: &PublicId,
) -> Result<bool, StoreError> {
    const END: Sql = Sql::new(
        "update person_names set removed_at = $3
         where person_id = $1 and public_id = $2 and kind <> 'given' and removed_at is null",
    );
    let Some(person) = find_for(store, viewer, id).await? else {
        return Ok(false);
    };
    let decision = store.allow(viewer, Action::Edit, &person.resource)?;
    let mut tx = store.db.begin().await?;
    let values = args![person.id, name, store.now()];
    if tx.exec(END, values).await? == 0 {
        return Ok(false);
    }
    write_keys(&mut tx, person.id).await?;
    touch(&mut tx, person.id, store.now()).await?;
    let event = Event::new(Did::PersonChanged)
        .object(ObjectKind::Person, person.id)
        .policy(&decision)
        .reason("name_ended");
    store.journal.record(&mut tx, viewer, event).await?;
    tx.commit().await?;
    Ok(true)
}

/// Says that something about the person was recorded at this instant: lists by last change read it.
pub(crate) async fn touch(tx: &mut Tx, person: PersonId, now: i64) -> Result<(), StoreError> {
    const TOUCH: Sql = Sql::new(
        "update persons set updated_at = case when updated_at >= $2 then updated_at else $2 end where id = $1",
    );
    tx.exec(TOUCH, args![person, now]).await?;
    Ok(())
}

/// Keeps the given name beside the others as long as the details say it; an earlier one is ended and
/// stays readable.
async fn keep_given_name(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    person: PersonId,
    details: &Details,
) -> Result<(), StoreError> {
    const HELD: Sql = Sql::new(
        "select raw from person_names where person_id = $1 and kind = 'given' and removed_at is null",
    );
    const END: Sql = Sql::new(
        "update person_names set removed_at = $2 where person_id = $1 and kind = 'given' and removed_at is null",
    );
    let given = details.full_name();
    let held: Option<(String,)> = tx.opt(HELD, args![person]).await?;
    let held = held.map(|(raw,)| raw);
    if held == given {
        return Ok(());
    }
    if held.is_some() {
        tx.exec(END, args![person, store.now()]).await?;
    }
    if let Some(given) = given {
        insert_name(store, tx, viewer, person, NameKind::Given, &given).await?;
    }
    Ok(())
}

async fn insert_name(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    person: PersonId,
    kind: NameKind,
    raw: &str,
) -> Result<PublicId, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into person_names (id, public_id, person_id, kind, raw, folded, recorded_by, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let public_id = store.new_public_id()?;
    let values = args![
        store.new_id()?,
        &public_id,
        person,
        kind.code(),
        raw,
        fold(raw),
        viewer.user,
        store.now()
    ];
    tx.exec(INSERT, values).await?;
    Ok(public_id)
}

#[derive(sqlx::FromRow)]
struct Keyed {
    reference: String,
    called: Option<String>,
    home_office_reference: Option<String>,
}

/// Writes what a search finds the person by, from what the tables hold in this transaction.
async fn write_keys(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    const PERSON: Sql =
        Sql::new("select reference, called, home_office_reference from persons where id = $1");
    const NAMES: Sql = Sql::new(
        "select raw from person_names where person_id = $1 and removed_at is null order by id",
    );
    const HELD: Sql = Sql::new("select key from person_keys where person_id = $1");
    const DELETE: Sql = Sql::new("delete from person_keys where person_id = $1 and key = $2");
    const INSERT: Sql = Sql::new("insert into person_keys (person_id, key) values ($1, $2)");
    let row: Option<Keyed> = tx.opt(PERSON, args![person]).await?;
    let row = row.ok_or(StoreError::Corrupt("person"))?;
    let names: Vec<(String,)> = tx.all(NAMES, args![person]).await?;
    let mut keys = BTreeSet::from([compact(&row.reference)]);
    let texts = names.into_iter().map(|(raw,)| raw);
    for text in texts.chain(row.called).chain(row.home_office_reference) {
        keys.extend(keys_of(&text));
    }
    let held: Vec<(String,)> = tx.all(HELD, args![person]).await?;
    let held: BTreeSet<String> = held.into_iter().map(|(key,)| key).collect();
    for gone in held.difference(&keys) {
        tx.exec(DELETE, args![Uuid::from(person), gone]).await?;
    }
    for new in keys.difference(&held) {
        tx.exec(INSERT, args![Uuid::from(person), new]).await?;
    }
    Ok(())
}

/// Each token of a text, each word and the whole as one: "Al-Hassan" is found as it is and as "Alhassan".
fn keys_of(text: &str) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = fold_tokens(text).into_iter().collect();
    keys.extend(text.split_whitespace().map(compact));
    keys.insert(compact(text));
    keys.remove("");
    keys
}

/// A text as one token: how references are compared, however somebody parts them.
pub(super) fn compact(text: &str) -> String {
    fold(text).replace(' ', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_each_part_and_as_a_whole() {
        let want = ["al", "alhassan", "bee", "beealhassan", "hassan"].map(str::to_owned);
        assert_eq!(keys_of("Bee Al-Hassan"), BTreeSet::from(want));
        assert!(keys_of("---").is_empty());
    }

    #[test]
    fn a_reference_is_one_token_however_it_is_parted() {
        for typed in ["P-7K4M-2Q", "p7k4m2q", "P 7K4M 2Q"] {
            assert_eq!(compact(typed), "p7k4m2q", "{typed}");
        }
    }
}
