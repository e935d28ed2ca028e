//! Who works in the invented world: a police force with two teams, two partner agencies, and somebody in
//! each of the ten roles.

use heyrick_domain::user::Role;

use crate::file::{AgencyEntry, UserEntry, WorldFile};

/// Everybody's password in the invented world.
pub const PASSWORD: &str = "demonstration";
/// The second factor of the one account that has one: a secret in Base32, invented.
pub const SECRET: &str = "HEYRICKHEYRICKHEYRICKHEYRICKHEYR";
/// Who has it.
pub const WITH_FACTOR: &str = "di.plum";

/// The invented police force.
pub const FORCE: &str = "Testshire Police";
/// Its first team.
pub const TEAM: &str = "Modern slavery team";
/// Its second team.
pub const SECOND_TEAM: &str = "Harbour team";
/// A partner: a council.
pub const COUNCIL: &str = "Exampleford Council";
/// A partner: a charity.
pub const CHARITY: &str = "Sample Trust";

/// User name, name, role, agency, team.
const USERS: &[(&str, &str, Role, &str, Option<&str>)] = &[
    ("di.plum", "DI Plum", Role::Inspector, FORCE, Some(TEAM)),
    ("ds.teal", "DS Teal", Role::Sergeant, FORCE, Some(TEAM)),
    ("dc.amber", "DC Amber", Role::Constable, FORCE, Some(TEAM)),
    ("dc.slate", "DC Slate", Role::Constable, FORCE, Some(TEAM)),
    (
        "pcso.fern",
        "PCSO Fern",
        Role::CommunityOfficer,
        FORCE,
        Some(TEAM),
    ),
    (
        "analyst.onyx",
        "Analyst Onyx",
        Role::Analyst,
        FORCE,
        Some(TEAM),
    ),
    (
        "support.rust",
        "Support Officer Rust",
        Role::SupportOfficer,
        FORCE,
        Some(TEAM),
    ),
    (
        "hub.ivory",
        "Hub Worker Ivory",
        Role::Safeguarding,
        FORCE,
        Some(TEAM),
    ),
    (
        "ds.umber",
        "DS Umber",
        Role::Sergeant,
        FORCE,
        Some(SECOND_TEAM),
    ),
    (
        "dc.jade",
        "DC Jade",
        Role::Constable,
        FORCE,
        Some(SECOND_TEAM),
    ),
    (
        "partner.coral",
        "Social Worker Coral",
        Role::Partner,
        COUNCIL,
        None,
    ),
    (
        "partner.linen",
        "Advocate Linen",
        Role::Partner,
        CHARITY,
        None,
    ),
    ("auditor.grey", "Auditor Grey", Role::Auditor, FORCE, None),
    (
        "admin.chalk",
        "Administrator Chalk",
        Role::Administrator,
        FORCE,
        None,
    ),
];

/// The agencies, teams and accounts, as a world file would say them.
pub fn base() -> WorldFile {
    let agency = |name: &str, kind: &str, teams: &[&str]| AgencyEntry {
        name: name.to_owned(),
        kind: kind.to_owned(),
        teams: teams.iter().map(|team| (*team).to_owned()).collect(),
    };
    let user =
        |(username, name, role, agency, team): &(&str, &str, Role, &str, Option<&str>)| UserEntry {
            username: Some((*username).to_owned()),
            name: (*name).to_owned(),
            role: role.code().to_owned(),
            agency: (*agency).to_owned(),
            team: team.map(str::to_owned),
            password: Some(PASSWORD.to_owned()),
            totp_secret: (*username == WITH_FACTOR).then(|| SECRET.to_owned()),
        };
    WorldFile {
        agencies: vec![
            agency(FORCE, "police", &[TEAM, SECOND_TEAM]),
            agency(COUNCIL, "local_authority", &["Adult safeguarding"]),
            agency(CHARITY, "charity", &["Outreach"]),
        ],
        users: USERS.iter().map(user).collect(),
        persons: Vec::new(),
        referrals: Vec::new(),
    }
}

/// What colleagues call the account of this name; the name itself where there is none.
pub fn name_of(username: &'static str) -> &'static str {
    USERS
        .iter()
        .find(|user| user.0 == username)
        .map_or(username, |user| user.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_somebody_in_every_role() {
        let base = base();
        for role in Role::ALL {
            let held = base.users.iter().any(|user| user.role == role.code());
            assert!(held, "{role:?}");
        }
        assert_eq!(base.agencies.len(), 3);
    }
}
