//! A world file: the agencies, teams and accounts an installation begins with, as JSON.
//!
//! The whole file is checked before anything is written. The manual describes it (`world-file`).

use std::collections::BTreeSet;

use heyrick_domain::user::Role;
use heyrick_store::journal::Actor;
use heyrick_store::user::{self, NewUser, User};
use heyrick_store::{Store, StoreError, agency, factor};
use serde::Deserialize;

/// What a world file holds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldFile {
    /// Agencies with their teams.
    pub agencies: Vec<AgencyEntry>,
    /// Accounts.
    #[serde(default)]
    pub users: Vec<UserEntry>,
}

/// An agency of a world file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgencyEntry {
    /// What people call it.
    pub name: String,
    /// `police`, `local_authority`, `health`, `charity`, `labour` or `other`.
    pub kind: String,
    /// Names of its teams.
    #[serde(default)]
    pub teams: Vec<String>,
}

/// An account of a world file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserEntry {
    /// What they type to sign in; made from the name when it is not given.
    #[serde(default)]
    pub username: Option<String>,
    /// What colleagues call them.
    pub name: String,
    /// One of the ten roles.
    pub role: String,
    /// The agency's name.
    pub agency: String,
    /// The team's name; may be left out when the agency has one team.
    #[serde(default)]
    pub team: Option<String>,
    /// A password; one is made, and printed once, when it is not given.
    #[serde(default)]
    pub password: Option<String>,
    /// The secret of a second factor in Base32, confirmed at once.
    #[serde(default)]
    pub totp_secret: Option<String>,
}

/// What is wrong with a world file.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// It is not JSON of the described shape.
    #[error("line {line}: {what}")]
    Shape {
        /// The line.
        line: usize,
        /// What the reader expected; never a value of the file.
        what: String,
    },
    /// It contradicts itself or asks for what there is not.
    #[error("{0}")]
    Content(String),
    /// The store refused.
    #[error("the store refused: {0}")]
    Store(#[from] StoreError),
}

/// What was made.
#[derive(Debug)]
pub struct Made {
    /// How many agencies.
    pub agencies: usize,
    /// How many teams.
    pub teams: usize,
    /// Accounts, each with its password if that was made here.
    pub users: Vec<(User, Option<String>)>,
}

impl Made {
    /// Names and passwords of accounts whose password was made here.
    pub fn generated(&self) -> impl Iterator<Item = (&str, &str)> {
        self.users
            .iter()
            .filter_map(|(user, password)| Some((user.username.as_str(), password.as_deref()?)))
    }
}

/// Reads and checks a world file.
///
/// # Errors
/// [`WorldError`] names the first thing that is wrong.
pub fn read(text: &str) -> Result<WorldFile, WorldError> {
    let file: WorldFile = serde_json::from_str(text).map_err(|error| WorldError::Shape {
        line: error.line(),
        what: shape(&error),
    })?;
    check(&file)?;
    Ok(file)
}

fn shape(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match error.classify() {
        serde_json::error::Category::Data => {
            text.split(" at line").next().unwrap_or_default().to_owned()
        }
        _ => "this is not complete JSON".to_owned(),
    }
}

fn check(file: &WorldFile) -> Result<(), WorldError> {
    let wrong = |text: String| Err(WorldError::Content(text));
    if file.agencies.is_empty() {
        return wrong("there must be at least one agency".to_owned());
    }
    let mut names = BTreeSet::new();
    for agency in &file.agencies {
        if agency.name.trim().is_empty() || !names.insert(agency.name.trim()) {
            return wrong("every agency needs a name of its own".to_owned());
        }
        if !agency::AGENCY_KINDS.contains(&agency.kind.as_str()) {
            return wrong(format!(
                "agency kinds are {}",
                agency::AGENCY_KINDS.join(", ")
            ));
        }
        let teams: BTreeSet<&str> = agency.teams.iter().map(|team| team.trim()).collect();
        if teams.len() != agency.teams.len() || teams.contains("") {
            return wrong("every team of an agency needs a name of its own".to_owned());
        }
    }
    let mut usernames = BTreeSet::new();
    for (place, user) in file.users.iter().enumerate() {
        let number = place + 1;
        let Some(agency) = file
            .agencies
            .iter()
            .find(|agency| agency.name == user.agency)
        else {
            return wrong(format!(
                "user {number} belongs to an agency the file does not have"
            ));
        };
        let Some(role) = Role::from_code(&user.role) else {
            return wrong(format!(
                "user {number}: roles are {}",
                Role::ALL.map(Role::code).join(", ")
            ));
        };
        if user
            .team
            .as_ref()
            .is_some_and(|team| !agency.teams.contains(team))
        {
            return wrong(format!(
                "user {number} belongs to a team the agency does not have"
            ));
        }
        let needs_team = !matches!(role, Role::Administrator | Role::Auditor | Role::Partner);
        if needs_team && user.team.is_none() && agency.teams.len() != 1 {
            return wrong(format!("user {number} needs a team"));
        }
        if let Some(password) = &user.password
            && user::check_password(password).is_err()
        {
            return wrong(format!(
                "user {number}: a password has 12 characters or more"
            ));
        }
        if !usernames.insert(username(user)) {
            return wrong(format!("user {number} has the user name of another"));
        }
        if let Some(secret) = &user.totp_secret
            && !factor::is_secret(secret)
        {
            return wrong(format!(
                "user {number}: a second-factor secret is at least 16 bytes in Base32"
            ));
        }
    }
    Ok(())
}

/// The user name given, or the name in lower case with full stops: "DC Amber" signs in as "dc.amber".
pub fn username(user: &UserEntry) -> String {
    match &user.username {
        Some(username) => user::fold_username(username),
        None => {
            let words: Vec<String> = user
                .name
                .split(|c: char| !c.is_ascii_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect();
            words.join(".")
        }
    }
}

/// Writes what a checked world file says into an empty store.
///
/// # Errors
/// [`WorldError::Store`] when the store refuses.
pub async fn load(store: &Store, file: WorldFile) -> Result<Made, WorldError> {
    let mut made = Made {
        agencies: 0,
        teams: 0,
        users: Vec::new(),
    };
    let mut teams = Vec::new();
    for entry in &file.agencies {
        let agency =
            agency::record_agency(store, Actor::COMMAND_LINE, &entry.name, &entry.kind).await?;
        made.agencies += 1;
        for name in &entry.teams {
            teams.push(agency::record_team(store, Actor::COMMAND_LINE, agency.id, name).await?);
            made.teams += 1;
        }
    }
    let agencies = agency::agencies(store).await?;
    for entry in file.users {
        let Some(agency) = agencies
            .iter()
            .find(|agency| agency.name == entry.agency.trim())
        else {
            return Err(WorldError::Content(
                "an account belongs to no agency".to_owned(),
            ));
        };
        let mut own = teams.iter().filter(|team| team.agency == agency.id);
        let role = Role::from_code(&entry.role).ok_or(StoreError::Corrupt("role"))?;
        let team = match &entry.team {
            Some(name) => own
                .find(|team| team.name == name.trim())
                .map(|team| team.id),
            None if matches!(role, Role::Administrator | Role::Auditor | Role::Partner) => None,
            None => own.next().map(|team| team.id),
        };
        let given = entry.password.is_some();
        let new = NewUser {
            username: username(&entry),
            display_name: entry.name.clone(),
            role,
            agency: agency.id,
            team,
            password: entry.password,
            must_change_password: !given,
        };
        let (user, password) = user::record_user(store, Actor::COMMAND_LINE, new).await?;
        if let Some(secret) = &entry.totp_secret {
            factor::record_given_factor(store, Actor::COMMAND_LINE, user.id, secret).await?;
        }
        made.users.push((user, (!given).then_some(password)));
    }
    Ok(made)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(wrong("{").contains("not complete JSON"));
        assert!(wrong(r#"{"agencies": []}"#).contains("at least one agency"));
        assert!(wrong(r#"{"agencies": [{"name": "A", "kind": "army"}]}"#).contains("kinds are"));
        assert!(
            wrong(r#"{"agencies": [{"name": "A", "kind": "police", "colour": 1}]}"#)
                .contains("unknown field")
        );
        let user = |rest: &str| {
            format!(
                r#"{{"agencies": [{{"name": "A", "kind": "police", "teams": ["T", "U"]}}], "users": [{{"name": "DC Amber", {rest}}}]}}"#
            )
        };
        assert!(wrong(&user(r#""role": "chief", "agency": "A""#)).contains("roles are"));
        assert!(wrong(&user(r#""role": "constable", "agency": "B""#)).contains("does not have"));
        assert!(wrong(&user(r#""role": "constable", "agency": "A""#)).contains("needs a team"));
        assert!(
            wrong(&user(
                r#""role": "constable", "agency": "A", "team": "T", "password": "short""#
            ))
            .contains("12")
        );
        assert!(read(&user(r#""role": "constable", "agency": "A", "team": "T""#)).is_ok());
    }

    #[test]
    fn a_user_name_is_made_from_the_name() {
        let text = r#"{"name": "DC Amber", "role": "constable", "agency": "A"}"#;
        assert_eq!(username(&serde_json::from_str(text).unwrap()), "dc.amber");
    }
}
