//! A world file: the agencies, teams and accounts an installation begins with, and records if there are
//! any, as JSON.
//!
//! The whole file is checked before anything is written. The manual describes it (`world-file`).

use std::collections::BTreeSet;

use heyrick_domain::user::Role;
use heyrick_store::user::{self, User};
use heyrick_store::{StoreError, agency, factor};
use serde::Deserialize;

mod load;
mod records;

pub use load::load;
pub use records::{Moment, NameEntry, PersonEntry, ReferralEntry};

/// What a world file holds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldFile {
    /// Agencies with their teams.
    pub agencies: Vec<AgencyEntry>,
    /// Accounts.
    #[serde(default)]
    pub users: Vec<UserEntry>,
    /// People, with what is recorded about them.
    #[serde(default)]
    pub persons: Vec<PersonEntry>,
    /// Referrals of those people.
    #[serde(default)]
    pub referrals: Vec<ReferralEntry>,
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
    /// How many people.
    pub persons: usize,
    /// How many referrals.
    pub referrals: usize,
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
pub fn read(text: &str, moment: Moment) -> Result<WorldFile, WorldError> {
    if let Some(line) = text
        .lines()
        .position(|line| line.contains('\0') || line.contains("\\u0000"))
    {
        return Err(WorldError::Shape {
            line: line + 1,
            what: "a NUL character cannot be kept".to_owned(),
        });
    }
    let file: WorldFile = serde_json::from_str(text).map_err(|error| WorldError::Shape {
        line: error.line(),
        what: shape(&error),
    })?;
    check(&file)?;
    records::check(&file, moment)?;
    Ok(file)
}

fn shape(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match error.classify() {
        serde_json::error::Category::Data => {
            // What stands in the file is not told: it may be somebody's name or date of birth.
            let said = text.split(" at line").next().unwrap_or_default();
            let told = ["missing field", "unknown field", "duplicate field"];
            if told.iter().any(|start| said.starts_with(start)) {
                return said.to_owned();
            }
            match said.split_once(", expected a ") {
                Some((_, expected)) if expected == "string" || expected == "sequence" => {
                    format!("a {} belongs here", expected.replace("sequence", "list"))
                }
                _ => "what stands here does not belong here".to_owned(),
            }
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
        if !role.needs_no_team() && user.team.is_none() && agency.teams.len() != 1 {
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const MOMENT: Moment = Moment {
        now: 1_790_000_000_000_000,
        today: jiff::civil::date(2026, 9, 21),
    };

    fn wrong(text: &str) -> String {
        read(text, MOMENT).unwrap_err().to_string()
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
        assert!(
            read(
                &user(r#""role": "constable", "agency": "A", "team": "T""#),
                MOMENT
            )
            .is_ok()
        );
    }

    #[test]
    fn a_user_name_is_made_from_the_name() {
        let text = r#"{"name": "DC Amber", "role": "constable", "agency": "A"}"#;
        assert_eq!(username(&serde_json::from_str(text).unwrap()), "dc.amber");
    }
}
