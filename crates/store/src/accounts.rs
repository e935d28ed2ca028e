//! Accounts as an administrator manages them. Whoever may not sees that there is no such place. What a
//! person's account may see is decided by role and team; no door to a record is here.

use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;

use crate::agency::{self, Agency, Team};
use crate::user::{self, NewUser, User};
use crate::{Store, StoreError, factor, session};

/// An account with whose it is.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account.
    pub user: User,
    /// Its agency's name.
    pub agency: String,
    /// Its team's name, if it is in one.
    pub team: Option<String>,
}

/// Where an account may be.
#[derive(Debug, Clone)]
pub struct Places {
    /// Agencies, by name.
    pub agencies: Vec<Agency>,
    /// Teams, by name.
    pub teams: Vec<Team>,
}

/// Every account, by name.
///
/// # Errors
/// [`StoreError::NotAllowed`] for whoever does not manage accounts.
pub async fn accounts_for(store: &Store, viewer: &Viewer) -> Result<Vec<Account>, StoreError> {
    let places = places_for(store, viewer).await?;
    let users = user::users(store).await?.into_iter();
    Ok(users.map(|user| places.of(user)).collect())
}

/// One account; `None` when there is none.
///
/// # Errors
/// [`StoreError::NotAllowed`] for whoever does not manage accounts.
pub async fn account_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<Account>, StoreError> {
    let places = places_for(store, viewer).await?;
    let found = user::user_by_public_id(store, id).await?;
    Ok(found.map(|user| places.of(user)))
}

/// Agencies and teams to choose from.
///
/// # Errors
/// [`StoreError::NotAllowed`] for whoever does not manage accounts.
pub async fn places_for(store: &Store, viewer: &Viewer) -> Result<Places, StoreError> {
    store.allow_here(viewer, Action::ManageAccounts)?;
    Ok(Places {
        agencies: agency::agencies(store).await?,
        teams: agency::teams(store).await?,
    })
}

impl Places {
    fn of(&self, user: User) -> Account {
        let agency = self.agencies.iter().find(|one| one.id == user.agency);
        let team = self.teams.iter().find(|one| Some(one.id) == user.team);
        Account {
            agency: agency.map(|one| one.name.clone()).unwrap_or_default(),
            team: team.map(|one| one.name.clone()),
            user,
        }
    }
}

/// Adds an account with a password made for it, which is shown this once and must be changed.
///
/// # Errors
/// [`StoreError::NotAllowed`]; [`StoreError::Refused`] as [`user::record_user`], or with `team-missing` for
/// a team of another agency.
pub async fn record_account(
    store: &Store,
    viewer: &Viewer,
    new: NewUser,
) -> Result<(User, String), StoreError> {
    let places = places_for(store, viewer).await?;
    if let Some(team) = new.team {
        let found = places.teams.iter().find(|one| one.id == team);
        if found.is_none_or(|team| team.agency != new.agency) {
            return Err(StoreError::Refused("team-missing"));
        }
    }
    user::record_user(store, viewer, new).await
}

/// What an administrator does to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Closes it: its sessions and tokens end.
    Close,
    /// Opens it again.
    Open,
    /// Makes a new password, shown this once; its sessions end.
    Password,
    /// Takes the second factor away; its sessions end.
    SecondFactor,
}

/// Carries a change out; the new password where one was made. `Ok(None)` of the outer: no such account.
///
/// # Errors
/// [`StoreError::NotAllowed`]; [`StoreError::Refused`] with `users-error-own` for one's own account, which
/// has its own page.
pub async fn record_change(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    change: Change,
) -> Result<Option<Option<String>>, StoreError> {
    let Some(account) = account_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let whose = account.user.id;
    if whose == viewer.user {
        return Err(StoreError::Refused("users-error-own"));
    }
    match change {
        Change::Close => user::record_disabled(store, viewer, whose, true).await?,
        Change::Open => user::record_disabled(store, viewer, whose, false).await?,
        Change::Password => {
            let password = user::record_password_reset(store, viewer, whose).await?;
            return Ok(Some(Some(password)));
        }
        Change::SecondFactor => {
            factor::record_factor_removed(store, viewer, whose).await?;
            session::record_all_ended(store, viewer, whose).await?;
        }
    }
    Ok(Some(None))
}
