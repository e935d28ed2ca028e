//! What the referrals of a family, put together, tell of a member who did not agree to be named: read of
//! what the viewer sees, and of nothing else.

use heyrick_domain::family::Relationship;
use heyrick_domain::family::telling::{Telling, Unnamed, telling};
use heyrick_domain::form::Lists;
use heyrick_domain::id::PublicId;
use heyrick_domain::preparation::{Outgoing, as_it_stands};
use heyrick_domain::referral::Stage;
use heyrick_domain::route::Route;
use heyrick_domain::user::Viewer;

use super::{Family, Member, found_of};
use crate::list::lists;
use crate::referral::Referral;
use crate::review::known_of;
use crate::{Store, StoreError};

/// Two referrals of a family that are read together: one names, the other must not.
#[derive(Debug, Clone)]
pub struct Told {
    /// The family's name in addresses.
    pub family: PublicId,
    /// The other referral of the two: its name in addresses, and what people call it.
    pub other: (PublicId, String),
    /// What colleagues call whom the other one is about.
    pub label: String,
    /// What they are in the family.
    pub relationship: Relationship,
    /// Where the naming one tells of whom the other is about; in the order in which it leaves.
    pub places: Vec<Telling>,
}

/// What a referral that names tells of members who did not agree to be named; one for each of them, also
/// when no place was found. Empty for a referral that does not name, and where nobody refused. The look at
/// the others is journalled.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn told_of(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
) -> Result<Vec<Told>, StoreError> {
    let Some(naming) = naming(referral, lists()) else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for family in found_of(store, viewer, referral.person.id).await? {
        let before = all.len();
        for member in others(&family, referral) {
            let Some(notification) = unnamed(&member.referral, lists()) else {
                continue;
            };
            let known = known_of(store, viewer, &member.referral).await?;
            let unnamed = Unnamed {
                known: &known,
                notification: &notification,
            };
            all.push(told(&family, member, telling(&naming, unnamed)));
        }
        if all.len() > before {
            store.journal.look(viewer, family.look()).await?;
        }
    }
    Ok(all)
}

/// The same from the other side: what the referrals of others tell of whom this notification is about. For
/// whoever reads it before it leaves.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn told_of_unnamed(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
) -> Result<Vec<Told>, StoreError> {
    let Some(notification) = unnamed(referral, lists()) else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    let families = found_of(store, viewer, referral.person.id).await?;
    if families.is_empty() {
        return Ok(all);
    }
    let known = known_of(store, viewer, referral).await?;
    for family in families {
        for member in others(&family, referral) {
            if let Some(naming) = naming(&member.referral, lists()) {
                let unnamed = Unnamed {
                    known: &known,
                    notification: &notification,
                };
                all.push(told(&family, member, telling(&naming, unnamed)));
            }
        }
        store.journal.look(viewer, family.look()).await?;
    }
    Ok(all)
}

/// Where one referral, if it names, tells of whom another, if it must not name, is about.
pub(super) async fn places_between(
    store: &Store,
    viewer: &Viewer,
    one: &Referral,
    other: &Referral,
) -> Result<Vec<Telling>, StoreError> {
    let (Some(naming), Some(notification)) = (naming(one, lists()), unnamed(other, lists())) else {
        return Ok(Vec::new());
    };
    let known = known_of(store, viewer, other).await?;
    let unnamed = Unnamed {
        known: &known,
        notification: &notification,
    };
    Ok(telling(&naming, unnamed))
}

fn told(family: &Family, member: &Member, places: Vec<Telling>) -> Told {
    Told {
        family: family.public_id.clone(),
        other: (
            member.referral.public_id.clone(),
            member.referral.reference.clone(),
        ),
        label: member.referral.person.label(),
        relationship: member.relationship,
        places,
    }
}

fn others<'a>(family: &'a Family, referral: &Referral) -> impl Iterator<Item = &'a Member> {
    let person = referral.person.id;
    let members = family.members.iter();
    members.filter(move |member| member.referral.person.id != person)
}

/// What leaves of a referral that names the person.
fn naming(referral: &Referral, lists: &Lists) -> Option<Outgoing> {
    let out = as_it_stands(&referral.draft(lists))?;
    let counts = referral.stage != Stage::Withdrawn && out.route == Route::Nrm;
    counts.then_some(out)
}

/// What leaves of a notification about somebody who did not agree to be named.
fn unnamed(referral: &Referral, lists: &Lists) -> Option<Outgoing> {
    let out = as_it_stands(&referral.draft(lists))?;
    let counts = referral.stage != Stage::Withdrawn && out.route == Route::Dtn && !out.naming;
    counts.then_some(out)
}

/// The names of the other members of a person's families: they must not stand in a notification.
pub(crate) async fn names_beside(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
) -> Result<Vec<String>, StoreError> {
    let families = found_of(store, viewer, referral.person.id).await?;
    let mut names = Vec::new();
    for family in &families {
        for member in others(family, referral) {
            let person = &member.referral.person;
            let details = &person.details;
            names.extend(details.first_name.clone());
            let own = &referral.person.details.last_name;
            names.extend(
                details
                    .last_name
                    .clone()
                    .filter(|last| Some(last) != own.as_ref()),
            );
            names.extend(person.other_names().map(|name| name.raw.clone()));
        }
    }
    Ok(names)
}
