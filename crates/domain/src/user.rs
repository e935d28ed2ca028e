//! Who is asking: roles, and the viewer every store function takes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::{AgencyId, PublicId, SessionId, TeamId, UserId};

/// What somebody does in the team. One per account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Detective inspector: sees the whole board, signs risky steps.
    Inspector,
    /// Detective sergeant: allocates, supervises, authorises.
    Sergeant,
    /// Detective constable: runs jobs, makes referrals.
    Constable,
    /// PCSO: awareness and training; brings back what communities say.
    CommunityOfficer,
    /// Analyst.
    Analyst,
    /// Support officer: exhibits, schedules, files.
    SupportOfficer,
    /// Safeguarding hub staff.
    Safeguarding,
    /// Somebody of a partner agency: sees only what was shared with them.
    Partner,
    /// Auditor or data protection officer: who looked, who shared, why; no case content.
    Auditor,
    /// Manages accounts and sees no case.
    Administrator,
}

impl Role {
    /// All roles, in the order they are offered.
    pub const ALL: [Self; 10] = [
        Self::Inspector,
        Self::Sergeant,
        Self::Constable,
        Self::CommunityOfficer,
        Self::Analyst,
        Self::SupportOfficer,
        Self::Safeguarding,
        Self::Partner,
        Self::Auditor,
        Self::Administrator,
    ];

    /// The word kept in the store, in policies, in the API and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Inspector => "inspector",
            Self::Sergeant => "sergeant",
            Self::Constable => "constable",
            Self::CommunityOfficer => "community_officer",
            Self::Analyst => "analyst",
            Self::SupportOfficer => "support_officer",
            Self::Safeguarding => "safeguarding",
            Self::Partner => "partner",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// Says whether an account of this role may be outside any team.
    pub const fn needs_no_team(self) -> bool {
        matches!(self, Self::Administrator | Self::Auditor | Self::Partner)
    }

    /// Reads [`Self::code`] back; hyphens are taken for underscores. `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.replace('-', "_");
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// How a request came in; kept with every journal event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Through {
    /// A browser session.
    Session(SessionId),
    /// An API token, by its id.
    Token(uuid::Uuid),
    /// The command line on the server itself.
    CommandLine,
    /// The program itself, at its own work.
    Program,
}

/// Who is asking. Loaded once per request; every `..._for` function of the store takes one.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The account.
    pub user: UserId,
    /// The account's name in addresses.
    pub public_id: PublicId,
    /// What colleagues call them, such as "DC Amber".
    pub display_name: String,
    /// Their agency.
    pub agency: AgencyId,
    /// Their own team; `None` for administrators and auditors outside any team.
    pub team: Option<TeamId>,
    /// Their standing role.
    pub role: Role,
    /// Roles held today: the standing one and any acting rank (a dated grant).
    pub roles: BTreeSet<Role>,
    /// Teams whose records they see today: their own and any on-call cover (a dated grant).
    pub teams: BTreeSet<TeamId>,
    /// Records granted to them by name today (allocation, supervision, shares), restricted ones too.
    pub granted: BTreeSet<PublicId>,
    /// How the request came in.
    pub through: Through,
    /// What the token may do; `None` for a session, which may do all its user may.
    pub scopes: Option<BTreeSet<String>>,
}

impl Viewer {
    /// Says whether the viewer holds this role today, acting rank included.
    pub fn holds(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}
