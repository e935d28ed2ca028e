//! Everything a person's page shows, opened at once: one wait for the journal whatever is on it.

use heyrick_domain::age::{AgeStatus, AtWhat};
use heyrick_domain::id::PublicId;
use heyrick_domain::route::{Ground, NoRoute, Route, route};
use heyrick_domain::user::Viewer;

use super::{Person, find_for};
use crate::contact::{self, ContactRoute};
use crate::fact::{self, PersonFacts};
use crate::referral::{ReferralLine, ReferralQuery, referrals_for};
use crate::{Store, StoreError};

/// Most referrals that are named on a person's page.
pub const REFERRALS_MAX: usize = 20;

/// A person with everything their page shows.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The record.
    pub person: Person,
    /// How they may be reached, and how never.
    pub contacts: Vec<ContactRoute>,
    /// What is recorded and decides the route.
    pub facts: PersonFacts,
    /// What is known of the age today.
    pub age_now: Option<AgeStatus>,
    /// What is known of the age when they were exploited.
    pub age_exploited: Option<AgeStatus>,
    /// Where a referral would go as things stand, and on what ground, or what must be recorded first.
    pub leads: Result<(Route, Ground), NoRoute>,
    /// Referrals of theirs that the viewer sees, the last changed first; at most [`REFERRALS_MAX`].
    pub referrals: Vec<ReferralLine>,
}

/// Opens a person's page; `None` when there is none the viewer may see. The looks at the record, at contact
/// routes and at the list of referrals are journalled.
///
/// # Errors
/// [`StoreError::Journal`] when a look could not be written; then nothing is shown.
pub async fn open_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Opened>, StoreError> {
    let Some(person) = find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let query = ReferralQuery {
        person: Some(id.clone()),
        limit: REFERRALS_MAX,
        ..ReferralQuery::default()
    };
    let (contacts, referrals) = tokio::join!(
        contact::shown_with(store, viewer, &person),
        referrals_for(store, viewer, &query)
    );
    let facts = fact::facts_of(store, person.id).await?;
    let discharged = fact::duty_discharged(store, person.id).await?;
    let (dob, today) = (person.details.dob, store.today());
    Ok(Some(Opened {
        contacts: contacts?,
        referrals: referrals?.referrals,
        age_now: facts.age_now(dob, today),
        age_exploited: facts.age_at(AtWhat::Exploitation),
        leads: route(facts.route_facts(dob, discharged, today)),
        facts,
        person,
    }))
}
