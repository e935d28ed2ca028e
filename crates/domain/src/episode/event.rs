//! An event of an episode, what is said beside it, and why one cannot be recorded.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::words::{
    Authority, Available, ClosingReason, DisqualificationGround, EventKind, FurtherPeriod, Leave,
    ReconsiderationGround, Requester, State, Support, WithdrawalMethod,
};

/// What is said beside an event, in codes. What stands in words is kept apart, sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Who decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<Authority>,
    /// Whether the letter offers a reconsideration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<Available>,
    /// On what grounds a reconsideration is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grounds: Vec<ReconsiderationGround>,
    /// Who asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requester: Option<Requester>,
    /// Later than the guidance allows, and why it is exceptional stands in the note.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exceptional: bool,
    /// Said to be right although it is unusual: a conclusive decision before its earliest day.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub confirmed: bool,
    /// How an adult withdrew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<WithdrawalMethod>,
    /// Why somebody was disqualified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disqualification: Option<DisqualificationGround>,
    /// Why it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closing: Option<ClosingReason>,
    /// What was determined with a further positive decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<FurtherPeriod>,
    /// Where support stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support: Option<Support>,
    /// Where leave stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave: Option<Leave>,
    /// Whether they want support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wants_support: Option<bool>,
    /// The eighteenth birthday, where the date of birth is known to the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eighteen_on: Option<Date>,
    /// The day until which an answer is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Date>,
}

/// One thing that happened to an episode, made elsewhere and recorded here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The day it happened: the day on the letter. Civil, Europe/London.
    pub on: Date,
    /// The day it reached us.
    pub received_on: Option<Date>,
    /// What is said beside it.
    pub details: Details,
    /// Whether something stands beside it in words.
    pub noted: bool,
    /// The number of the earlier event this one stands in place of, counted from 0 in the order recorded.
    pub corrects: Option<usize>,
}

impl Event {
    /// Something that happened on a day, and no more.
    pub fn new(kind: EventKind, on: Date) -> Self {
        Self {
            kind,
            on,
            received_on: None,
            details: Details::default(),
            noted: false,
            corrects: None,
        }
    }

    /// The same with what is said beside it.
    #[must_use]
    pub fn with(mut self, details: Details) -> Self {
        self.details = details;
        self
    }
}

/// Why an event cannot be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The table has no such transition.
    #[error("this cannot happen while the episode stands where it does")]
    NotNow {
        /// Where it stands.
        state: State,
        /// What was to be recorded.
        kind: EventKind,
    },
    /// The day is in the future.
    #[error("the day is in the future")]
    Future,
    /// Before the referral was sent.
    #[error("the day is before the referral was sent")]
    BeforeSending,
    /// Received before it happened.
    #[error("it cannot have been received before it happened")]
    ReceivedBefore,
    /// Before the decision it follows.
    #[error("the day is before the decision it follows")]
    BeforeDecision,
    /// The reason must stand in words.
    #[error("say why, in words")]
    NoteMissing,
    /// Nobody said who decides.
    #[error("say which competent authority decides")]
    AuthorityMissing,
    /// It is the same authority already.
    #[error("this competent authority decides already")]
    SameAuthority,
    /// Panels decide for children more than 100 days from 18.
    #[error(
        "a devolved panel decides only for children more than 100 days from their 18th birthday"
    )]
    PanelTooLate,
    /// A negative decision says whether a reconsideration may be asked for, or that it is not known.
    #[error("say what the letter says about a reconsideration, or that it is not known")]
    AvailableMissing,
    /// It is not known whether one may be asked for.
    #[error("record first what the decision letter says about a reconsideration")]
    AvailableUnknown,
    /// The letter says there is none.
    #[error("the decision letter offers no reconsideration")]
    NotAvailable,
    /// More than 30 days after the decision.
    #[error("more than 30 days after the decision: say what is exceptional")]
    Late,
    /// On no ground.
    #[error("say on what ground")]
    GroundMissing,
    /// By nobody.
    #[error("say who asks")]
    RequesterMissing,
    /// Before the earliest day of the guidance, and not confirmed.
    #[error("before the earliest day of the guidance: confirm that this is the day on the letter")]
    Early,
    /// A child has not consented, and so has nothing to take back.
    #[error("a child cannot withdraw; record how they engage instead")]
    ChildWithdraws,
    /// How they withdrew is missing.
    #[error("say how they withdrew")]
    MethodMissing,
    /// Only somebody referred as a child turns into an adult.
    #[error("they are treated as an adult already")]
    AdultAlready,
    /// Before the eighteenth birthday.
    #[error("the day is before the 18th birthday")]
    BeforeEighteen,
    /// Nobody is to be asked.
    #[error("nothing is to be asked: they consented as an adult")]
    NotAsked,
    /// Whether they want support is missing.
    #[error("say whether they want support")]
    SupportMissing,
    /// Only a positive decision can be followed by a disqualification (s.63).
    #[error("a disqualification needs a positive reasonable grounds decision before it")]
    NoPositive,
    /// Disqualified already.
    #[error("a disqualification is recorded already")]
    DisqualifiedAlready,
    /// The ground is missing.
    #[error("say on what ground they were disqualified")]
    DisqualificationMissing,
    /// Why it is over is missing.
    #[error("say why it is over")]
    ClosingMissing,
    /// What was determined is missing.
    #[error("say whether the authority determined a further recovery period")]
    PeriodMissing,
    /// Missing already.
    #[error("they are recorded as missing already")]
    MissingAlready,
    /// Not missing.
    #[error("they are not recorded as missing")]
    NotMissing,
    /// Where support or leave stands is missing, or as before.
    #[error("say what changed")]
    NothingChanged,
    /// There is no such event to correct.
    #[error("there is no such event to correct")]
    NothingToCorrect,
    /// What was recorded later would not follow any more.
    #[error("what was recorded later would not follow from this correction; correct that first")]
    CorrectionBreaks,
}

impl EventError {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotNow { .. } => "episode-error-not-now",
            Self::Future => "episode-error-future",
            Self::BeforeSending => "episode-error-before-sending",
            Self::ReceivedBefore => "episode-error-received-before",
            Self::BeforeDecision => "episode-error-before-decision",
            Self::NoteMissing => "episode-error-note",
            Self::AuthorityMissing => "episode-error-authority",
            Self::SameAuthority => "episode-error-same-authority",
            Self::PanelTooLate => "episode-error-panel",
            Self::AvailableMissing => "episode-error-available",
            Self::AvailableUnknown => "episode-error-available-unknown",
            Self::NotAvailable => "episode-error-not-available",
            Self::Late => "episode-error-late",
            Self::GroundMissing => "episode-error-ground",
            Self::RequesterMissing => "episode-error-requester",
            Self::Early => "episode-error-early",
            Self::ChildWithdraws => "episode-error-child-withdraws",
            Self::MethodMissing => "episode-error-method",
            Self::AdultAlready => "episode-error-adult-already",
            Self::BeforeEighteen => "episode-error-before-eighteen",
            Self::NotAsked => "episode-error-not-asked",
            Self::SupportMissing => "episode-error-support-wanted",
            Self::NoPositive => "episode-error-no-positive",
            Self::DisqualifiedAlready => "episode-error-disqualified-already",
            Self::DisqualificationMissing => "episode-error-disqualification",
            Self::ClosingMissing => "episode-error-closing",
            Self::PeriodMissing => "episode-error-period",
            Self::MissingAlready => "episode-error-missing-already",
            Self::NotMissing => "episode-error-not-missing",
            Self::NothingChanged => "episode-error-nothing-changed",
            Self::NothingToCorrect => "episode-error-nothing-to-correct",
            Self::CorrectionBreaks => "episode-error-correction-breaks",
        }
    }

    /// The field of the form it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Future | Self::BeforeSending | Self::BeforeDecision | Self::BeforeEighteen => {
                "on"
            }
            Self::ReceivedBefore => "received_on",
            Self::NoteMissing => "note",
            Self::AuthorityMissing | Self::SameAuthority | Self::PanelTooLate => "authority",
            Self::AvailableMissing => "available",
            Self::Late => "exceptional",
            Self::GroundMissing => "grounds",
            Self::RequesterMissing => "requester",
            Self::Early => "confirmed",
            Self::MethodMissing => "method",
            Self::SupportMissing => "wants_support",
            Self::DisqualificationMissing => "disqualification",
            Self::ClosingMissing => "closing",
            Self::PeriodMissing => "period",
            Self::NothingChanged => "changed",
            Self::NotNow { .. }
            | Self::AvailableUnknown
            | Self::NotAvailable
            | Self::ChildWithdraws
            | Self::AdultAlready
            | Self::NotAsked
            | Self::NoPositive
            | Self::DisqualifiedAlready
            | Self::MissingAlready
            | Self::NotMissing
            | Self::NothingToCorrect
            | Self::CorrectionBreaks => "event",
        }
    }
}
