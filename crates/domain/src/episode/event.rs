//! An event of an episode, what is said beside it, and why one cannot be recorded.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::words::{
    Authority, Available, ClosingReason, Detail, DisqualificationGround, EventKind, FurtherPeriod,
    Leave, ReconsiderationGround, Requester, State, Support, WithdrawalMethod,
};
use crate::calendar::Division;

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
    /// Whose bank holidays count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Division>,
    /// The eighteenth birthday, where the date of birth is known to the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eighteen_on: Option<Date>,
    /// The day until which an answer is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Date>,
}

impl Details {
    /// Whether this is said.
    pub const fn has(&self, detail: Detail) -> bool {
        match detail {
            Detail::Authority => self.authority.is_some(),
            Detail::Available => self.available.is_some(),
            Detail::Grounds => !self.grounds.is_empty(),
            Detail::Requester => self.requester.is_some(),
            Detail::Exceptional => self.exceptional,
            Detail::Confirmed => self.confirmed,
            Detail::Method => self.method.is_some(),
            Detail::Disqualification => self.disqualification.is_some(),
            Detail::Closing => self.closing.is_some(),
            Detail::Period => self.period.is_some(),
            Detail::Support => self.support.is_some(),
            Detail::Leave => self.leave.is_some(),
            Detail::WantsSupport => self.wants_support.is_some(),
            Detail::Place => self.place.is_some(),
            Detail::EighteenOn => self.eighteen_on.is_some(),
            Detail::AnswerBy => self.answer_by.is_some(),
        }
    }

    /// What is said here and is not asked beside an event of this kind.
    pub fn stray(&self, kind: EventKind) -> Option<Detail> {
        let asked = kind.asks();
        let mut all = Detail::ALL.iter().copied();
        all.find(|detail| self.has(*detail) && !asked.contains(detail))
    }

    /// The same, with whatever is not said as it was. What was ticked is ticked anew.
    fn over(self, earlier: &Self) -> Self {
        Self {
            authority: self.authority.or(earlier.authority),
            available: self.available.or(earlier.available),
            grounds: match self.grounds.is_empty() {
                true => earlier.grounds.clone(),
                false => self.grounds,
            },
            requester: self.requester.or(earlier.requester),
            exceptional: self.exceptional,
            confirmed: self.confirmed,
            method: self.method.or(earlier.method),
            disqualification: self.disqualification.or(earlier.disqualification),
            closing: self.closing.or(earlier.closing),
            period: self.period.or(earlier.period),
            support: self.support.or(earlier.support),
            leave: self.leave.or(earlier.leave),
            wants_support: self.wants_support.or(earlier.wants_support),
            place: self.place.or(earlier.place),
            eighteen_on: self.eighteen_on.or(earlier.eighteen_on),
            answer_by: self.answer_by.or(earlier.answer_by),
        }
    }
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

    /// The same with everything that a correction leaves unsaid as it stands now: what only the sending
    /// knew, such as the eighteenth birthday, is not lost with another day. `events`: all recorded.
    #[must_use]
    pub fn carried_over(mut self, events: &[Self]) -> Self {
        let Some(number) = self.corrects else {
            return self;
        };
        let mut places: Vec<usize> = Vec::with_capacity(events.len());
        for (own, event) in events.iter().enumerate() {
            let place = event.corrects.and_then(|earlier| places.get(earlier));
            places.push(place.copied().unwrap_or(own));
        }
        let place = places.get(number);
        let last = places.iter().rposition(|one| Some(one) == place);
        let stands = last.and_then(|last| events.get(last));
        if let Some(stands) = stands.filter(|one| one.kind == self.kind) {
            self.received_on = self.received_on.or(stands.received_on);
            self.details = self.details.over(&stands.details);
        }
        self
    }
}

/// Why an event cannot be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The table has no such transition.
    #[error("{} cannot be recorded while the episode stands at {}", kind.code(), state.code())]
    NotNow {
        /// Where it stands.
        state: State,
        /// What was to be recorded.
        kind: EventKind,
    },
    /// It follows from what is recorded elsewhere.
    #[error("this follows from what is recorded elsewhere; nobody records it here")]
    NotByHand,
    /// Something is said that is not asked beside such an event.
    #[error("this is not said beside such an event")]
    NotBeside(Detail),
    /// The day is in the future.
    #[error("the day is in the future")]
    Future,
    /// A decision before the reference.
    #[error("the day is before the Home Office's reference came")]
    BeforeReference,
    /// Found before they were missing.
    #[error("the day is before they were missing")]
    BeforeMissing,
    /// Taken up again before it was suspended.
    #[error("the day is before it was suspended")]
    BeforeSuspension,
    /// An answer asked for before it was asked.
    #[error("an answer cannot be due before it was asked for")]
    AnswerBefore,
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
            Self::NotByHand => "episode-error-by-hand",
            Self::NotBeside(_) => "episode-error-beside",
            Self::Future => "episode-error-future",
            Self::BeforeReference => "episode-error-before-reference",
            Self::BeforeMissing => "episode-error-before-missing",
            Self::BeforeSuspension => "episode-error-before-suspension",
            Self::AnswerBefore => "episode-error-answer-before",
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

    /// What its sentence names: the arguments of the sentence, each with the key of its own words.
    pub fn names(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::NotNow { state, kind } => {
                vec![("state", state.words()), ("event", kind.words())]
            }
            _ => Vec::new(),
        }
    }

    /// The field of the form it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Future
            | Self::BeforeSending
            | Self::BeforeReference
            | Self::BeforeMissing
            | Self::BeforeSuspension
            | Self::BeforeDecision
            | Self::BeforeEighteen => "on",
            Self::NotBeside(detail) => detail.code(),
            Self::AnswerBefore => "answer_by",
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
            | Self::NotByHand
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
