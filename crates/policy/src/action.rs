//! What somebody may be allowed to do, and with what.

use heyrick_domain::id::{AgencyId, PublicId, TeamId, UserId};

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $code:literal),* $(,)?) => {
        /// Something a viewer may want to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[$doc])* $name),* }

        impl Action {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in the policies.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }
        }
    };
}

actions! {
    /// See a record: open it, find it, count it.
    See = "see",
    /// See where somebody can be found, and what else is sealed, of a record that is seen.
    SeeSealed = "see_sealed",
    /// Make a record.
    Create = "create",
    /// Change a record's details or answers.
    Edit = "edit",
    /// Record consent, age, capacity, contact with an authority.
    RecordFacts = "record_facts",
    /// See what is attached to a referral, and open the copies that are shared.
    SeeEvidence = "see_evidence",
    /// Attach something to a referral, describe it, take it away.
    ChangeEvidence = "change_evidence",
    /// Sign a decision in somebody's best interests.
    SignBestInterests = "sign_best_interests",
    /// Restrict a record, or lift that.
    Restrict = "restrict",
    /// Seal a record, or lift that.
    Seal = "seal",
    /// Grant a record to somebody by name.
    Allocate = "allocate",
    /// See who looked at a record.
    SeeJournal = "see_journal",
    /// Read somebody else's Duty to Notify a second time.
    Review = "review",
    /// Prepare a referral.
    Prepare = "prepare",
    /// Hand a prepared referral over, and attach the Home Office's copy.
    HandOver = "hand_over",
    /// Print or export a referral.
    Print = "print",
    /// Withdraw a referral.
    Withdraw = "withdraw",
    /// Manage agencies, teams and accounts.
    ManageAccounts = "manage_accounts",
    /// See what an account did.
    SeeUserJournal = "see_user_journal",
    /// Give on-call cover or acting rank.
    GiveCover = "give_cover",
    /// See the board: how much is overdue and due, and who carries it.
    SeeBoard = "see_board",
}

/// What kind of thing it is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A person's record.
    Person,
    /// A referral.
    Referral,
    /// The installation as a whole.
    Installation,
}

impl Kind {
    /// Its name in the schema.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Referral => "Referral",
            Self::Installation => "Installation",
        }
    }
}

/// A record as the policies see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// What it is.
    pub kind: Kind,
    /// Its name in addresses.
    pub public_id: PublicId,
    /// Whose it is.
    pub agency: AgencyId,
    /// Which team's.
    pub team: TeamId,
    /// `none`, `restricted` or `sealed`.
    pub restriction: String,
    /// Who made it.
    pub author: UserId,
}

/// An answer, and the policies that gave it: they are written to the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether the viewer may.
    pub allowed: bool,
    /// The ids of the policies that decided.
    pub policies: Vec<String>,
}
