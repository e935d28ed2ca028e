//! Asking for a second reader: what was written is sealed, and every place in it is marked that could
//! identify somebody.

use heyrick_domain::contact::ContactKind;
use heyrick_domain::id::PublicId;
use heyrick_domain::notification::Naming;
use heyrick_domain::preparation::{Outgoing, born, known_from};
use heyrick_domain::review::{Finding, Known, findings, names_in};
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::Decision;
use uuid::Uuid;

use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::referral::Referral;
use crate::task::{self, NewTask};
use crate::{Store, StoreError, Tx, args, contact, family, preparation, seal};

/// What a second reader is asked to read, and what must not stand in it.
pub(crate) struct Asked<'a> {
    pub content: &'a Outgoing,
    pub known: &'a Known,
}

/// Asks for a second reader, in the transaction that moves the referral on.
pub(crate) async fn ask(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    referral: &Referral,
    asked: Asked<'_>,
    decision: &Decision,
) -> Result<PublicId, StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into reviews (id, public_id, referral_id, asked_by, asked_at, before_sealed, content_hash)
         values ($1, $2, $3, $4, $5, $6, $7)",
    );
    let (id, public_id) = (store.new_id()?, store.new_public_id()?);
    let bytes = preparation::bytes(asked.content);
    let key = seal::record_key(store, tx, referral.id.0).await?;
    let values = args![
        id,
        &public_id,
        referral.id,
        viewer.user,
        store.now(),
        seal::seal(&key, &bytes)?,
        preparation::hash(store, &bytes)
    ];
    tx.exec(INSERT, values).await?;
    let insists = asked.content.naming() == Naming::NotAgreed;
    for finding in findings(&asked.content.lines, asked.known) {
        add_finding(store, tx, id, &finding, insists).await?;
    }
    let event = Event::new(Did::ReviewAsked)
        .object(ObjectKind::Referral, referral.id)
        .policy(decision)
        .values(bytes);
    store.journal.record(tx, viewer, event).await?;
    task::settle(store, tx, viewer, TaskKind::SentBack, referral.id).await?;
    let new = NewTask {
        kind: TaskKind::SecondReading,
        resource: &referral.resource,
        person: None,
        referral: Some(referral.id),
        owner: None,
        due_at: None,
        starts_at: None,
    };
    task::raise(store, tx, viewer, new).await?;
    Ok(public_id)
}

async fn add_finding(
    store: &Store,
    tx: &mut Tx,
    review: Uuid,
    finding: &Finding,
    insists: bool,
) -> Result<(), StoreError> {
    const INSERT: Sql = Sql::new(
        "insert into review_findings (id, review_id, key, kind, must_go, start_at, end_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    );
    let at = |place: usize| i64::try_from(place).unwrap_or(i64::MAX);
    let values = args![
        store.new_id()?,
        review,
        &finding.key,
        finding.kind.code(),
        finding.must_go && insists,
        at(finding.range.start),
        at(finding.range.end)
    ];
    tx.exec(INSERT, values).await?;
    Ok(())
}

/// Everything known of the person and those around them, which must not stand in the words that leave.
pub(crate) async fn known_of(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
) -> Result<Known, StoreError> {
    let mut known = known_from(&referral.parts.answers);
    let person = &referral.person;
    let details = &person.details;
    let names = [&details.first_name, &details.last_name].map(|name| name.clone());
    let whole: Vec<String> = names.into_iter().flatten().collect();
    if !whole.is_empty() {
        known.names.push(whole.join(" "));
    }
    known
        .names
        .extend(person.names.iter().map(|name| name.raw.clone()));
    // "Woman from the flat" says no name; "Ana from the flat" does.
    known
        .names
        .extend(names_in(details.called.as_deref().unwrap_or_default()));
    if let Some(dob) = &details.dob {
        known.born = born(&dob.to_string());
    }
    known
        .documents
        .extend(details.home_office_reference.clone());
    let beside = family::tell::names_beside(store, viewer, referral).await?;
    known.other_victims.extend(beside);
    for route in contact::contacts_of(store, viewer, person).await? {
        let value = route.contact.value;
        match route.contact.kind {
            ContactKind::Phone => known.phones.push(value),
            ContactKind::Email | ContactKind::Account => known.handles.push(value),
            ContactKind::Address => known.addresses.push(value),
            // Somebody else's name is marked as every name is; it is not the person's own.
            ContactKind::Somebody => {}
        }
    }
    Ok(known)
}
