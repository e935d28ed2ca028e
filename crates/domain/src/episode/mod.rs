//! Episodes: where a passage through the National Referral Mechanism stands, from what was recorded.
//!
//! Decisions are made elsewhere and recorded here; nothing predicts one (WF-5). Where an episode stands
//! is never set: it is the fold of its events over one table. Protection, support and leave stand beside
//! the decision, and a disqualification is a flag that closes nothing (DQ-2). An event that was recorded
//! wrongly is corrected only by a further event that names it.
//!
//! Sources: Nationality and Borders Act 2022 ss.60 to 65; Modern Slavery Act 2015 ss.49 to 52; statutory
//! guidance under s.49; sections 3 to 7 and 9 of the team's decision workflow.

mod clocks;
mod event;
mod follow;
mod guard;
mod recipient;
mod record;
mod standing;
mod table;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests;
mod words;

pub use clocks::{Waits, clock_facts, waits_for};
pub use event::{Details, Event, EventError};
pub use follow::{Known, follows};
pub use guard::PANEL_DAYS;
pub use recipient::{Means, Recipient, Whom, recipient};
pub use record::{Recorded, ToDo, begins, by_hand, fold, holding, record, take};
pub use standing::{Deciding, Decision, Disqualification, Standing};
pub use table::{Effect, Guard, Row, TABLE, To, Who, row};
pub use words::{
    Authority, Available, ClosingReason, Detail, DisqualificationGround, EventKind, FurtherPeriod,
    Leave, Protection, ReconsiderationGround, Requester, State, Support, WithdrawalMethod,
};

use crate::route::{Ground, Route};

impl EventKind {
    /// The event that a sending is, by what the route rests on.
    pub const fn of_sending(route: Route, ground: Ground) -> Self {
        match (route, ground) {
            (Route::Nrm, Ground::Child | Ground::MayBeAChild) => Self::ReferredAsChild,
            (Route::Nrm, Ground::BestInterests) => Self::ReferredInBestInterests,
            (Route::Nrm, _) => Self::ReferredWithConsent,
            (Route::Dtn, Ground::CannotBeAsked) => Self::NotifiedNotAsked,
            (Route::Dtn, _) => Self::NotifiedRefused,
        }
    }

    /// Whether it is the sending of a referral or of a Duty to Notify, recorded with the sending.
    pub const fn by_sending(self) -> bool {
        matches!(
            self,
            Self::ReferredAsChild
                | Self::ReferredWithConsent
                | Self::ReferredInBestInterests
                | Self::NotifiedRefused
                | Self::NotifiedNotAsked
        )
    }

    /// Whether somebody records it on the episode's page. The others follow from the referral, or are
    /// corrections.
    pub const fn by_hand(self) -> bool {
        !self.by_sending()
            && !matches!(
                self,
                Self::Suspicion
                    | Self::NoSuspicion
                    | Self::ConsentNeeded
                    | Self::ConsentsLater
                    | Self::BirthDateChanged
                    | Self::RecordedInError
            )
    }

    /// Whether it is a decision about grounds, of whatever stage.
    pub const fn decides(self) -> bool {
        matches!(
            self,
            Self::RgPositive
                | Self::RgNegative
                | Self::FurtherPositive
                | Self::CgPositive
                | Self::CgNegative
        )
    }

    /// Whether nothing is to be decided after it: withdrawn, or closed.
    pub const fn ends(self) -> bool {
        matches!(
            self,
            Self::NoSuspicion | Self::Withdrawn | Self::DeclinesToRemain | Self::Closed
        )
    }

    /// Where an episode stood before its sending.
    pub const fn sent_from(self) -> State {
        match self {
            Self::ReferredAsChild => State::DraftReferral,
            _ => State::AwaitingConsent,
        }
    }

    /// Whether a letter usually comes with it.
    pub const fn has_letter(self) -> bool {
        matches!(
            self,
            Self::ReferenceReceived
                | Self::InformationAsked
                | Self::RgPositive
                | Self::RgNegative
                | Self::ReconsiderationRequested
                | Self::ReconsiderationRefused
                | Self::ReconsiderationUpheld
                | Self::ReconsiderationOverturned
                | Self::CgPositive
                | Self::CgNegative
                | Self::Withdrawn
                | Self::Suspended
                | Self::Resumed
                | Self::DeclinesToRemain
                | Self::Disqualified
                | Self::Revoked
                | Self::Closed
                | Self::FurtherPositive
                | Self::ReconsiderationStated
                | Self::LeaveChanged
        )
    }
}
