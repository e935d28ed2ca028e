//! `heyrick agency | team | user | token`: who works here. May run beside a server.

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Role;
use heyrick_store::journal::Actor;
use heyrick_store::user::{NewUser, User};
use heyrick_store::{Store, StoreError, agency, factor, session, token, user};
use heyrick_words::{Locale, Words};

/// `heyrick agency`
#[derive(Debug, Clone, Subcommand)]
pub enum AgencyCommand {
    /// Add an agency
    Add {
        /// What people call it
        name: String,
        /// police, local_authority, health, charity, labour or other
        #[arg(long)]
        kind: String,
    },
    /// List the agencies
    List,
}

/// `heyrick team`
#[derive(Debug, Clone, Subcommand)]
pub enum TeamCommand {
    /// Add a team to an agency
    Add {
        /// What people call it
        name: String,
        /// The agency's name
        #[arg(long)]
        agency: String,
    },
    /// List the teams
    List,
}

/// `heyrick user`
#[derive(Debug, Clone, Subcommand)]
pub enum UserCommand {
    /// Add an account; prints a password unless one comes on standard input
    Add {
        /// What they type to sign in
        username: String,
        /// What colleagues call them, such as "DC Amber"
        #[arg(long)]
        name: String,
        /// inspector, sergeant, constable, community-officer, analyst, support-officer, safeguarding, partner, auditor or administrator
        #[arg(long)]
        role: String,
        /// The agency's name
        #[arg(long)]
        agency: String,
        /// The team's name; not needed for partners, auditors and administrators
        #[arg(long)]
        team: Option<String>,
        /// Read the password from standard input instead of making one
        #[arg(long)]
        password_stdin: bool,
    },
    /// List the accounts
    List,
    /// Close an account: its sessions and tokens end at once
    Disable {
        /// What they type to sign in
        username: String,
    },
    /// Open a closed account again
    Enable {
        /// What they type to sign in
        username: String,
    },
    /// Make a new password, which must be changed at the next sign-in
    Password {
        /// What they type to sign in
        username: String,
    },
    /// Take the second factor away, so that a new one can be set up
    SecondFactor {
        /// What they type to sign in
        username: String,
    },
}

/// `heyrick token`
#[derive(Debug, Clone, Subcommand)]
pub enum TokenCommand {
    /// Make an API token; it is printed once
    Add {
        /// Whose it is: what they type to sign in
        #[arg(long)]
        user: String,
        /// What it may do, such as persons:read; may be given several times
        #[arg(long, required = true)]
        scope: Vec<String>,
        /// What it is for
        #[arg(long)]
        label: String,
    },
    /// List the tokens
    List,
    /// Revoke a token
    Revoke {
        /// Its id, as `token list` shows it
        id: String,
    },
}

/// A refusal of the store in words, for somebody at a terminal.
fn said(error: StoreError) -> anyhow::Error {
    match error {
        StoreError::Refused(key) => match Words::shipped() {
            Ok(words) if words.has(key) => anyhow::anyhow!(words.text(Locale::En, key, &[])),
            _ => anyhow::anyhow!("{key}"),
        },
        other => anyhow::Error::new(other),
    }
}

/// Runs `heyrick agency`.
///
/// # Errors
/// One sentence.
pub async fn agency(store: &Store, command: AgencyCommand) -> Result<()> {
    match command {
        AgencyCommand::Add { name, kind } => {
            let kind = kind.replace('-', "_");
            agency::record_agency(store, Actor::COMMAND_LINE, &name, &kind)
                .await
                .map_err(said)?;
            println!("Added the agency {}.", name.trim());
        }
        AgencyCommand::List => {
            for agency in agency::agencies(store).await? {
                println!("{}\t{}", agency.name, agency.kind);
            }
        }
    }
    Ok(())
}

/// Runs `heyrick team`.
///
/// # Errors
/// One sentence.
pub async fn team(store: &Store, command: TeamCommand) -> Result<()> {
    match command {
        TeamCommand::Add { name, agency } => {
            let agency = agency_named(store, &agency).await?;
            agency::record_team(store, Actor::COMMAND_LINE, agency.id, &name)
                .await
                .map_err(said)?;
            println!("Added the team {} to {}.", name.trim(), agency.name);
        }
        TeamCommand::List => {
            let agencies = agency::agencies(store).await?;
            for team in agency::teams(store).await? {
                let of = agencies.iter().find(|agency| agency.id == team.agency);
                println!(
                    "{}\t{}",
                    of.map_or("", |agency| agency.name.as_str()),
                    team.name
                );
            }
        }
    }
    Ok(())
}

async fn agency_named(store: &Store, name: &str) -> Result<agency::Agency> {
    let found = agency::agencies(store)
        .await?
        .into_iter()
        .find(|agency| agency.name == name.trim());
    found.with_context(|| format!("there is no agency called {name:?}; see `heyrick agency list`"))
}

async fn account(store: &Store, username: &str) -> Result<User> {
    let found = user::user_by_name(store, username).await?;
    found.context("there is no account of that name; see `heyrick user list`")
}

/// Runs `heyrick user`.
///
/// # Errors
/// One sentence.
pub async fn user(store: &Store, command: UserCommand) -> Result<()> {
    match command {
        UserCommand::Add {
            username,
            name,
            role,
            agency,
            team,
            password_stdin,
        } => {
            add(store, username, name, &role, &agency, team, password_stdin).await?;
        }
        UserCommand::List => {
            for user in user::users(store).await? {
                let state = if user.disabled { "closed" } else { "open" };
                println!(
                    "{}\t{}\t{}\t{state}",
                    user.username,
                    user.display_name,
                    user.role.code()
                );
            }
        }
        UserCommand::Disable { username } => {
            let user = account(store, &username).await?;
            user::record_disabled(store, Actor::COMMAND_LINE, user.id, true).await?;
            println!("Closed the account {}.", user.username);
        }
        UserCommand::Enable { username } => {
            let user = account(store, &username).await?;
            user::record_disabled(store, Actor::COMMAND_LINE, user.id, false).await?;
            println!("Opened the account {} again.", user.username);
        }
        UserCommand::Password { username } => {
            let user = account(store, &username).await?;
            let password = user::record_password_reset(store, Actor::COMMAND_LINE, user.id).await?;
            println!(
                "{}: {password} (must be changed at the next sign-in)",
                user.username
            );
        }
        UserCommand::SecondFactor { username } => {
            let user = account(store, &username).await?;
            factor::record_factor_removed(store, Actor::COMMAND_LINE, user.id).await?;
            session::record_all_ended(store, Actor::COMMAND_LINE, user.id).await?;
            println!(
                "Took the second factor of {} away and ended its sessions.",
                user.username
            );
        }
    }
    Ok(())
}

async fn add(
    store: &Store,
    username: String,
    name: String,
    role: &str,
    agency: &str,
    team: Option<String>,
    password_stdin: bool,
) -> Result<()> {
    let role = Role::from_code(role).with_context(|| {
        format!(
            "{role:?} is not a role; roles are {}",
            Role::ALL.map(Role::code).join(", ")
        )
    })?;
    let agency = agency_named(store, agency).await?;
    let teams = agency::teams(store).await?;
    let team = match team {
        None => None,
        Some(team) => {
            let found = teams
                .iter()
                .find(|one| one.agency == agency.id && one.name == team.trim());
            Some(
                found
                    .with_context(|| {
                        format!(
                            "{} has no team called {team:?}; see `heyrick team list`",
                            agency.name
                        )
                    })?
                    .id,
            )
        }
    };
    let password = if password_stdin {
        let mut typed = String::new();
        std::io::stdin()
            .read_line(&mut typed)
            .context("no password came on standard input")?;
        Some(typed.trim_end_matches(['\r', '\n']).to_owned())
    } else {
        None
    };
    let made = password.is_none();
    let new = NewUser {
        username,
        display_name: name,
        role,
        agency: agency.id,
        team,
        password,
        must_change_password: made,
    };
    let (user, password) = user::record_user(store, Actor::COMMAND_LINE, new)
        .await
        .map_err(said)?;
    println!(
        "Added the account {} ({}).",
        user.username,
        user.role.code()
    );
    if made {
        println!("Password, shown once: {password} (must be changed at the first sign-in)");
    }
    Ok(())
}

/// Runs `heyrick token`.
///
/// # Errors
/// One sentence.
pub async fn token(store: &Store, command: TokenCommand) -> Result<()> {
    match command {
        TokenCommand::Add { user, scope, label } => {
            let user = account(store, &user).await?;
            let scopes: Vec<String> = scope
                .iter()
                .flat_map(|scope| scope.split(','))
                .map(str::to_owned)
                .collect();
            let made =
                token::record_token(store, Actor::COMMAND_LINE, user.id, &label, &scopes).await;
            let made = made.map_err(|error| match error {
                StoreError::Refused("token-scope") => {
                    anyhow::anyhow!("scopes are {}", token::SCOPES.join(", "))
                }
                other => said(other),
            })?;
            println!("{made}");
        }
        TokenCommand::List => {
            let users = user::users(store).await?;
            for token in token::tokens(store, None).await? {
                let owner = users.iter().find(|user| user.id == token.user);
                let state = if token.revoked { "revoked" } else { "open" };
                let scopes: Vec<String> = token.scopes.into_iter().collect();
                let owner = owner.map_or("", |user| user.username.as_str());
                println!(
                    "{}\t{owner}\t{}\t{}\t{state}",
                    token.public_id,
                    token.label,
                    scopes.join(",")
                );
            }
        }
        TokenCommand::Revoke { id } => {
            if !token::record_revoked(store, Actor::COMMAND_LINE, None, &PublicId(id)).await? {
                bail!("there is no open token with that id; see `heyrick token list`");
            }
            println!("Revoked the token.");
        }
    }
    Ok(())
}
