//! The table of transitions: from where, by what, under which guards, to where, and with what effect.
//!
//! A pair of state and event that no row names is refused. Rows that carry a number are those of the
//! team's decision workflow, 1 to 26; rows without one change no state and stand beside it.

use super::words::EventKind as E;
use super::words::State::{self, *};
use super::words::{EventKind, Protection};
use crate::task::TaskKind;

/// What has to hold before a row is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The reason stands in words.
    Reason,
    /// The letter's word about a reconsideration was given, if only that it is not known.
    LetterRead,
    /// A reconsideration may be asked for, in time or exceptionally, on a ground, by somebody.
    Reconsideration,
    /// Not before the decision it follows.
    AfterDecision,
    /// Not before the earliest day of the guidance, unless confirmed or taken by a devolved panel.
    Conclusive,
    /// An adult, and how they withdrew is said.
    AdultWithdraws,
    /// Treated as a child until now.
    Child,
    /// Referred as a child: treated as one, or come of age in the episode.
    CameAsChild,
    /// Not before the eighteenth birthday, where it is known.
    Eighteen,
    /// They are to be asked as an adult.
    ToBeAsked,
    /// Whether they want support is said.
    SupportSaid,
    /// A positive reasonable grounds decision came before, and a ground is named.
    Disqualification,
    /// Why it is over is said.
    ClosingSaid,
    /// Which authority decides is said, and it may decide about them.
    Authority,
    /// Whether the authority determined a further period is said.
    PeriodSaid,
    /// Not missing until now.
    NotMissing,
    /// Missing until now, and not found before that.
    Missing,
    /// Not before the day of the reference.
    AfterReference,
    /// Not before it was suspended.
    AfterSuspension,
    /// No answer is asked for before the day of the question.
    AnswerAfter,
    /// Another place than was said before.
    PlaceChanges,
    /// Another support than before.
    SupportChanges,
    /// Another leave than before.
    LeaveChanges,
}

/// Where a row leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// To this state.
    State(State),
    /// Nowhere else.
    Same,
    /// To where it stood before it was suspended.
    Previous,
    /// Nowhere else: a new episode takes over.
    NewEpisode,
}

/// For whom an effect holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Everybody,
    /// Who wants support, as last said, and is not in it.
    WantsSupport,
    /// Who is treated as a child.
    Child,
    /// Who turned eighteen in the episode and wants support.
    CareLeaver,
    /// Who was an adult before the event and is a child after it.
    ChildAgain,
    /// Who is in the service, or moves on from it.
    InService,
    /// Whom no disqualification bars from leave (s.63).
    NotDisqualified,
    /// Whose letter does not say that there is no reconsideration.
    MayAsk,
    /// Whose letter said so, and another says now that there is one, or that it is not known.
    MayAskAfterAll,
    /// Whose letter says that there is none.
    MayNotAsk,
}

/// What follows from a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A task is raised.
    Raise(TaskKind, Who),
    /// Open tasks of a kind are settled: what they asked for is overtaken.
    Settle(TaskKind),
    /// The same, for some.
    SettleFor(TaskKind, Who),
    /// Protection stands there now.
    Protect(Protection),
    /// Protection, where there is any, ends.
    ProtectionEnds,
    /// Support is asked for by whoever wants it; for a child the local authority cares.
    SupportBegins,
    /// Support, where there is any, ends.
    SupportEnds,
    /// Who is in the service begins to move on.
    SupportMovesOn,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Its number in the team's decision workflow; `None` for what changes no state.
    pub number: Option<u8>,
    /// From which states.
    pub from: &'static [State],
    /// By which event.
    pub event: EventKind,
    /// Under which guards.
    pub guards: &'static [Guard],
    /// To where.
    pub to: To,
    /// With what effects.
    pub effects: &'static [Effect],
}

const EVERY: &[State] = State::ALL;
/// From where an adult may withdraw, and a child turns into an adult who is to be asked (21, 23).
const OPEN: &[State] = &[
    NrmSubmitted,
    RgPending,
    RgPositive,
    RgReconsideration,
    CgReconsideration,
    Suspended,
];
/// Everything after a referral was sent that is not over.
const SENT: &[State] = &[
    NrmSubmitted,
    RgPending,
    RgPositive,
    RgNegative,
    RgReconsideration,
    CgPositive,
    CgNegative,
    CgReconsideration,
    Suspended,
];
/// Every state but those nothing closes any more (26).
const CLOSABLE: &[State] = &[
    Screening,
    DraftReferral,
    AwaitingConsent,
    NrmSubmitted,
    RgPending,
    RgPositive,
    RgNegative,
    RgReconsideration,
    CgPositive,
    CgNegative,
    CgReconsideration,
    Suspended,
];

const fn raise(kind: TaskKind) -> Effect {
    Effect::Raise(kind, Who::Everybody)
}

const fn raise_for(who: Who, kind: TaskKind) -> Effect {
    Effect::Raise(kind, who)
}

/// What the police still owe whoever was referred or notified of, whatever becomes of it (DTN-3).
const CRIME: Effect = raise(TaskKind::CrimeRecord);
const SAFE: Effect = raise(TaskKind::SafeguardingAssessment);
/// A decision is passed on, and somebody makes sure that there is legal advice.
const PASS_ON: Effect = raise(TaskKind::PassOnDecision);
const ADVICE: Effect = raise(TaskKind::LegalAdvice);
/// What a negative decision raises: review, and the two days of D-5 unless the letter offers nothing to ask
/// for. An emergency place was for before the first decision. The crime record stays.
const NEGATIVE: &[Effect] = &[
    PASS_ON,
    raise(TaskKind::DecisionReview),
    raise_for(Who::MayAsk, TaskKind::ReconsiderationDay20),
    raise_for(Who::MayAsk, TaskKind::ReconsiderationDay27),
    ADVICE,
    Effect::Settle(TaskKind::EvidenceAsked),
    Effect::Settle(TaskKind::EmergencySupport),
];
/// What a request, or the end of the episode, overtakes.
const ASKED: &[Effect] = &[
    Effect::Settle(TaskKind::ReconsiderationDay20),
    Effect::Settle(TaskKind::ReconsiderationDay27),
];
/// The same after a conclusive decision: nobody is asked any more whether they remain.
const CONCLUDED_NEGATIVE: &[Effect] = &[
    PASS_ON,
    raise(TaskKind::DecisionReview),
    raise_for(Who::MayAsk, TaskKind::ReconsiderationDay20),
    raise_for(Who::MayAsk, TaskKind::ReconsiderationDay27),
    ADVICE,
    Effect::Settle(TaskKind::EvidenceAsked),
    Effect::Settle(TaskKind::EmergencySupport),
    Effect::Settle(TaskKind::EighteenIn100),
    Effect::Settle(TaskKind::EighteenIn28),
    Effect::Settle(TaskKind::AskConsent),
    Effect::SupportMovesOn,
    raise_for(Who::InService, TaskKind::SupportExit),
];
/// What a positive conclusive decision raises. Who is eligible for leave is asked, never inferred.
const LEAVE: Effect = raise_for(Who::NotDisqualified, TaskKind::LeaveConsidered);
const NEEDS: Effect = raise_for(Who::InService, TaskKind::RecoveryNeeds);
const OVER: &[Effect] = &[
    Effect::ProtectionEnds,
    Effect::SupportEnds,
    Effect::Settle(TaskKind::SupportReferral),
    Effect::Settle(TaskKind::EmergencySupport),
    Effect::Settle(TaskKind::EvidenceAsked),
    Effect::Settle(TaskKind::RecoveryNeeds),
    Effect::Settle(TaskKind::LeaveConsidered),
    Effect::Settle(TaskKind::AskConsent),
    Effect::Settle(TaskKind::EighteenIn100),
    Effect::Settle(TaskKind::EighteenIn28),
    Effect::Settle(TaskKind::ReconsiderationDay20),
    Effect::Settle(TaskKind::ReconsiderationDay27),
];
const BIRTHDAYS: &[Effect] = &[
    Effect::Settle(TaskKind::EighteenIn100),
    Effect::Settle(TaskKind::EighteenIn28),
    raise(TaskKind::AskConsent),
];
const SUPPORT_ASKED: &[Effect] = &[
    CRIME,
    SAFE,
    Effect::SupportBegins,
    raise_for(Who::WantsSupport, TaskKind::EmergencySupport),
    raise_for(Who::WantsSupport, TaskKind::SupportReferral),
];

macro_rules! row {
    ($number:expr, $from:expr, $event:ident, [$($guard:ident),*], $to:expr, $effects:expr) => {
        Row {
            number: $number,
            from: $from,
            event: E::$event,
            guards: &[$(Guard::$guard),*],
            to: $to,
            effects: $effects,
        }
    };
}

/// The table. Nothing happens to an episode that no row of it names.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row!(Some(1), &[Screening], Suspicion, [], To::State(DraftReferral), &[CRIME, SAFE]),
    row!(Some(2), &[Screening], NoSuspicion, [Reason], To::State(ClosedOther), &[]),
    row!(Some(3), &[DraftReferral], ReferredAsChild, [], To::State(NrmSubmitted), &[
        CRIME, SAFE, Effect::SupportBegins,
        raise(TaskKind::GuardianService), raise(TaskKind::StrategyDiscussion),
        raise(TaskKind::EighteenIn100), raise(TaskKind::EighteenIn28),
    ]),
    row!(Some(4), &[DraftReferral], ConsentNeeded, [], To::State(AwaitingConsent), &[]),
    row!(Some(5), &[AwaitingConsent], ReferredWithConsent, [], To::State(NrmSubmitted), SUPPORT_ASKED),
    row!(Some(6), &[AwaitingConsent], NotifiedRefused, [], To::State(DtnSubmitted), &[CRIME, SAFE]),
    row!(Some(7), &[AwaitingConsent], ReferredInBestInterests, [], To::State(NrmSubmitted), SUPPORT_ASKED),
    row!(Some(8), &[AwaitingConsent], NotifiedNotAsked, [], To::State(DtnSubmitted), &[
        CRIME, SAFE, raise(TaskKind::Trace),
    ]),
    row!(Some(9), &[DtnSubmitted], ConsentsLater, [], To::NewEpisode, &[Effect::Settle(TaskKind::Trace)]),
    row!(Some(10), &[NrmSubmitted], ReferenceReceived, [], To::State(RgPending), &[]),
    row!(Some(11), &[RgPending], InformationAsked, [Reason, AnswerAfter], To::State(RgPending), &[raise(TaskKind::EvidenceAsked)]),
    row!(Some(12), &[RgPending], RgPositive, [AfterReference], To::State(RgPositive), &[
        Effect::Protect(Protection::S61), PASS_ON,
        Effect::Settle(TaskKind::EvidenceAsked), Effect::Settle(TaskKind::EmergencySupport),
        raise_for(Who::WantsSupport, TaskKind::SupportReferral),
    ]),
    row!(Some(13), &[RgPending], RgNegative, [LetterRead, AfterReference], To::State(RgNegative), NEGATIVE),
    row!(Some(14), &[RgNegative], ReconsiderationRequested, [Reconsideration], To::State(RgReconsideration), ASKED),
    row!(Some(15), &[RgReconsideration], ReconsiderationOverturned, [AfterDecision], To::State(RgPositive), &[
        Effect::Protect(Protection::S61), PASS_ON, Effect::Settle(TaskKind::DecisionReview),
        raise_for(Who::WantsSupport, TaskKind::SupportReferral),
    ]),
    row!(Some(16), &[RgReconsideration], ReconsiderationUpheld, [AfterDecision], To::State(RgNegative), &[PASS_ON, ADVICE]),
    row!(Some(16), &[RgReconsideration], ReconsiderationRefused, [AfterDecision], To::State(RgNegative), &[PASS_ON, ADVICE]),
    row!(Some(17), &[RgPositive], CgPositive, [AfterDecision, Conclusive], To::State(CgPositive), &[
        PASS_ON, LEAVE, Effect::SupportMovesOn, NEEDS, Effect::Settle(TaskKind::EvidenceAsked),
        Effect::Settle(TaskKind::EighteenIn100), Effect::Settle(TaskKind::EighteenIn28), Effect::Settle(TaskKind::AskConsent),
    ]),
    row!(Some(18), &[RgPositive], CgNegative, [LetterRead, AfterDecision, Conclusive], To::State(CgNegative), CONCLUDED_NEGATIVE),
    row!(Some(19), &[CgNegative], ReconsiderationRequested, [Reconsideration], To::State(CgReconsideration), ASKED),
    row!(Some(20), &[CgReconsideration], ReconsiderationOverturned, [AfterDecision], To::State(CgPositive), &[
        PASS_ON, LEAVE, NEEDS, Effect::Settle(TaskKind::DecisionReview), Effect::Settle(TaskKind::SupportExit),
    ]),
    row!(Some(20), &[CgReconsideration], ReconsiderationUpheld, [AfterDecision], To::State(CgNegative), &[PASS_ON, ADVICE]),
    row!(Some(20), &[CgReconsideration], ReconsiderationRefused, [AfterDecision], To::State(CgNegative), &[PASS_ON, ADVICE]),
    row!(Some(21), OPEN, Withdrawn, [AdultWithdraws], To::State(Withdrawn), OVER),
    row!(Some(22), &[RgPending, RgPositive], Suspended, [Reason], To::State(Suspended), &[]),
    row!(Some(22), &[Suspended], Resumed, [AfterSuspension], To::Previous, &[]),
    row!(Some(23), OPEN, TurnedEighteen, [Child, Eighteen], To::Same, BIRTHDAYS),
    row!(Some(23), OPEN, DeterminedAdult, [Child], To::Same, BIRTHDAYS),
    row!(Some(23), OPEN, Remains, [ToBeAsked, SupportSaid], To::Same, &[
        Effect::Settle(TaskKind::AskConsent), Effect::SupportBegins,
        raise_for(Who::WantsSupport, TaskKind::SupportReferral), raise_for(Who::CareLeaver, TaskKind::LeavingCare),
    ]),
    row!(Some(23), OPEN, DeclinesToRemain, [ToBeAsked], To::State(Withdrawn), OVER),
    row!(Some(24), EVERY, Disqualified, [Disqualification], To::Same, &[
        Effect::Protect(Protection::Disqualified), Effect::SupportEnds, PASS_ON, ADVICE,
        Effect::Settle(TaskKind::SupportReferral), Effect::Settle(TaskKind::EmergencySupport),
        Effect::Settle(TaskKind::LeaveConsidered),
    ]),
    row!(Some(25), &[CgPositive], Revoked, [Reason, AfterDecision, LetterRead], To::State(CgNegative), NEGATIVE),
    row!(Some(26), CLOSABLE, Closed, [ClosingSaid], To::State(ClosedOther), OVER),

    row!(None, &[RgPending], FurtherPositive, [PeriodSaid, AfterReference], To::State(RgPositive), &[
        PASS_ON, Effect::Settle(TaskKind::EvidenceAsked), Effect::Settle(TaskKind::EmergencySupport),
    ]),
    row!(None, &[RgPositive, CgPositive, CgNegative, CgReconsideration], FurtherPositive, [PeriodSaid], To::Same, &[PASS_ON]),
    row!(None, &[RgNegative, CgNegative], ReconsiderationStated, [LetterRead], To::Same, &[
        Effect::SettleFor(TaskKind::ReconsiderationDay20, Who::MayNotAsk),
        Effect::SettleFor(TaskKind::ReconsiderationDay27, Who::MayNotAsk),
        raise_for(Who::MayAskAfterAll, TaskKind::ReconsiderationDay20),
        raise_for(Who::MayAskAfterAll, TaskKind::ReconsiderationDay27),
    ]),
    row!(None, SENT, AuthorityChanged, [Authority], To::Same, &[]),
    row!(None, SENT, BirthDateChanged, [CameAsChild], To::Same, &[
        raise_for(Who::ChildAgain, TaskKind::EighteenIn100), raise_for(Who::ChildAgain, TaskKind::EighteenIn28),
    ]),
    row!(None, SENT, Missing, [NotMissing], To::Same, &[raise(TaskKind::MissingTold)]),
    row!(None, SENT, Found, [Missing], To::Same, &[raise_for(Who::Child, TaskKind::ReturnInterview)]),
    row!(None, SENT, SupportChanged, [SupportChanges], To::Same, &[]),
    row!(None, SENT, LeaveChanged, [LeaveChanges], To::Same, &[]),
    row!(None, SENT, PlaceChanged, [PlaceChanges], To::Same, &[]),
];

/// The row for an event in a state; `None` where the table has none.
pub fn row(state: State, event: EventKind) -> Option<&'static Row> {
    TABLE
        .iter()
        .find(|row| row.event == event && row.from.contains(&state))
}
