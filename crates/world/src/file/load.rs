//! Writes what a checked world file says into an empty store, through the store's public functions.

use std::collections::BTreeMap;

use heyrick_domain::id::PublicId;
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_store::agency::{Agency, Team};
use heyrick_store::answer;
use heyrick_store::journal::Actor;
use heyrick_store::person::{self, NewName};
use heyrick_store::referral::{self, BeginOutcome};
use heyrick_store::user::{self, NewUser, User};
use heyrick_store::{Store, StoreError, age, agency, consent, contact, factor};

use super::records::user;
use super::{Made, PersonEntry, ReferralEntry, UserEntry, WorldError, WorldFile, username};
use crate::play::refused;

/// Writes what a checked world file says into an empty store.
///
/// # Errors
/// [`WorldError::Store`] when the store refuses.
pub async fn load(store: &Store, file: &WorldFile) -> Result<Made, WorldError> {
    let (agencies, teams) = places(store, file).await?;
    let mut made = Made {
        agencies: agencies.len(),
        teams: teams.len(),
        users: Vec::new(),
        persons: file.persons.len(),
        referrals: file.referrals.len(),
    };
    for entry in &file.users {
        made.users
            .push(account(store, &agencies, &teams, entry).await?);
    }
    let mut keys: BTreeMap<&str, (&PersonEntry, PublicId)> = BTreeMap::new();
    for entry in &file.persons {
        let viewer = viewer(store, &made, file, &entry.by).await?;
        let id = person(store, &viewer, file, entry).await?;
        if let Some(key) = &entry.key {
            keys.insert(key, (entry, id));
        }
    }
    for entry in &file.referrals {
        let (of, id) = keys.get(entry.person.as_str()).ok_or_else(missing)?;
        let by = entry.by.as_ref().unwrap_or(&of.by);
        let viewer = viewer(store, &made, file, by).await?;
        refer(store, &viewer, id, entry).await?;
    }
    Ok(made)
}

async fn places(store: &Store, file: &WorldFile) -> Result<(Vec<Agency>, Vec<Team>), WorldError> {
    let (mut agencies, mut teams) = (Vec::new(), Vec::new());
    for entry in &file.agencies {
        let agency =
            agency::record_agency(store, Actor::COMMAND_LINE, &entry.name, &entry.kind).await?;
        for name in &entry.teams {
            teams.push(agency::record_team(store, Actor::COMMAND_LINE, agency.id, name).await?);
        }
        agencies.push(agency);
    }
    Ok((agencies, teams))
}

/// The account, and its password if that was made here.
async fn account(
    store: &Store,
    agencies: &[Agency],
    teams: &[Team],
    entry: &UserEntry,
) -> Result<(User, Option<String>), WorldError> {
    let agency = agencies
        .iter()
        .find(|agency| agency.name == entry.agency.trim())
        .ok_or_else(missing)?;
    let mut own = teams.iter().filter(|team| team.agency == agency.id);
    let role = Role::from_code(&entry.role).ok_or(StoreError::Corrupt("role"))?;
    let team = match &entry.team {
        Some(name) => own.find(|team| team.name == name.trim()),
        None if role.needs_no_team() => None,
        None => own.next(),
    };
    let given = entry.password.is_some();
    let new = NewUser {
        username: username(entry),
        display_name: entry.name.clone(),
        role,
        agency: agency.id,
        team: team.map(|team| team.id),
        password: entry.password.clone(),
        must_change_password: !given,
    };
    let (user, password) = user::record_user(store, Actor::COMMAND_LINE, new).await?;
    if let Some(secret) = &entry.totp_secret {
        factor::record_given_factor(store, Actor::COMMAND_LINE, user.id, secret).await?;
    }
    Ok((user, (!given).then_some(password)))
}

async fn viewer(
    store: &Store,
    made: &Made,
    file: &WorldFile,
    by: &str,
) -> Result<Viewer, WorldError> {
    let name = user(&file.users, by).map(username).ok_or_else(missing)?;
    let account = made.users.iter().find(|(user, _)| user.username == name);
    let account = account.ok_or_else(missing)?.0.id;
    let viewer = user::viewer(store, account, Through::CommandLine, None).await?;
    viewer.ok_or_else(missing)
}

async fn person(
    store: &Store,
    viewer: &Viewer,
    file: &WorldFile,
    entry: &PersonEntry,
) -> Result<PublicId, WorldError> {
    let details = entry.details().map_err(WorldError::Content)?;
    let id = person::record_person(store, viewer, &details).await?;
    for name in &entry.names {
        let new = NewName {
            kind: name.kind,
            raw: name.name.clone(),
        };
        person::record_name(store, viewer, &id, &new).await?;
    }
    for route in &entry.contacts {
        contact::record_contact(store, viewer, &id, route).await?;
    }
    let ages = entry.ages();
    if !ages.is_empty() {
        age::record_ages(store, viewer, &id, &ages)
            .await
            .map_err(refused)?;
    }
    let by = user(&file.users, &entry.by).ok_or_else(missing)?;
    let consents = entry.consents(by);
    if !consents.is_empty() {
        consent::record_consents(store, viewer, &id, &consents)
            .await
            .map_err(refused)?;
    }
    Ok(id)
}

async fn refer(
    store: &Store,
    viewer: &Viewer,
    person: &PublicId,
    entry: &ReferralEntry,
) -> Result<(), WorldError> {
    let BeginOutcome::Begun(id) = referral::record_referral(store, viewer, person).await? else {
        return Err(missing());
    };
    let steps = entry.steps(store.today()).map_err(WorldError::Content)?;
    if !answer::record_first_steps(store, viewer, &id, steps).await? {
        return Err(missing());
    }
    Ok(())
}

/// What a checked file cannot come to.
fn missing() -> WorldError {
    WorldError::Store(StoreError::Corrupt("world file"))
}
