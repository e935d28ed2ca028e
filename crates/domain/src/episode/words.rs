//! The words of an episode: where it stands, what can happen to it, and what is said beside an event.

use crate::coded::words;

words! {
    /// Where the decision stands. Protection, support and leave stand beside it.
    State in "episode-state" {
        /// Indicators are being assessed; nothing is sent.
        Screening = "screening",
        /// The form is being completed.
        DraftReferral = "draft_referral",
        /// An adult whose consent is not settled.
        AwaitingConsent = "awaiting_consent",
        /// A Duty to Notify was sent. No decision follows, no support and no clock.
        DtnSubmitted = "dtn_submitted",
        /// A referral was sent; its reference is awaited.
        NrmSubmitted = "nrm_submitted",
        /// The reference is here; the reasonable grounds decision is awaited.
        RgPending = "rg_pending",
        /// Reasonable grounds; the recovery period runs, the conclusive decision is awaited.
        RgPositive = "rg_positive",
        /// No reasonable grounds.
        RgNegative = "rg_negative",
        /// The negative reasonable grounds decision is looked at again.
        RgReconsideration = "rg_reconsideration",
        /// Conclusive grounds.
        CgPositive = "cg_positive",
        /// No conclusive grounds.
        CgNegative = "cg_negative",
        /// The negative conclusive grounds decision is looked at again.
        CgReconsideration = "cg_reconsideration",
        /// The competent authority paused it.
        Suspended = "suspended",
        /// The adult took consent back.
        Withdrawn = "withdrawn",
        /// Over for another reason: died, left, duplicate, no reasonable suspicion.
        ClosedOther = "closed_other",
    }
}

words! {
    /// What can be recorded about an episode. The decision itself is always made elsewhere.
    EventKind in "episode-event" {
        /// The indicators meet the suspicion of a first responder (1).
        Suspicion = "suspicion",
        /// No reasonable suspicion, said by a first responder and a supervisor (2).
        NoSuspicion = "no_suspicion",
        /// A child, or somebody who may be one, was referred (3).
        ReferredAsChild = "referred_as_child",
        /// They are an adult, so they are to be asked (4).
        ConsentNeeded = "consent_needed",
        /// An adult who consents was referred (5).
        ReferredWithConsent = "referred_with_consent",
        /// An adult who refuses was notified of (6).
        NotifiedRefused = "notified_refused",
        /// An adult who lacks capacity was referred in their best interests (7).
        ReferredInBestInterests = "referred_in_best_interests",
        /// An adult nobody could ask was notified of (8).
        NotifiedNotAsked = "notified_not_asked",
        /// After a Duty to Notify, the person consents: another episode takes over (9).
        ConsentsLater = "consents_later",
        /// The Home Office's reference is here (10).
        ReferenceReceived = "reference_received",
        /// The competent authority asks for more information (11).
        InformationAsked = "information_asked",
        /// Reasonable grounds (12).
        RgPositive = "rg_positive",
        /// No reasonable grounds (13).
        RgNegative = "rg_negative",
        /// A reconsideration is requested (14, 19).
        ReconsiderationRequested = "reconsideration_requested",
        /// The request is not accepted (16, 20).
        ReconsiderationRefused = "reconsideration_refused",
        /// Looked at again, and upheld (16, 20).
        ReconsiderationUpheld = "reconsideration_upheld",
        /// Looked at again, and overturned (15, 20).
        ReconsiderationOverturned = "reconsideration_overturned",
        /// Conclusive grounds (17).
        CgPositive = "cg_positive",
        /// No conclusive grounds (18).
        CgNegative = "cg_negative",
        /// The adult withdraws (21).
        Withdrawn = "withdrawn",
        /// The competent authority suspends (22).
        Suspended = "suspended",
        /// The competent authority takes it up again (22).
        Resumed = "resumed",
        /// The date of birth of somebody treated as a child is another, or not known any more.
        BirthDateChanged = "birth_date_changed",
        /// The child turned 18 without a conclusive decision (23).
        TurnedEighteen = "turned_eighteen",
        /// Somebody referred as a child was found to be an adult (23, AGE-4).
        DeterminedAdult = "determined_adult",
        /// Asked as an adult, they consent to remain (23).
        Remains = "remains",
        /// Asked as an adult, they do not (23).
        DeclinesToRemain = "declines_to_remain",
        /// A disqualification was decided; a flag, it closes nothing (24).
        Disqualified = "disqualified",
        /// The positive conclusive decision was revoked (25).
        Revoked = "revoked",
        /// Over for another reason (26).
        Closed = "closed",
        /// A further positive reasonable grounds decision on things that all happened before the first:
        /// no automatic new recovery period (T-5, s.62).
        FurtherPositive = "further_positive",
        /// The decision letter says whether a reconsideration may be asked for (RC-5).
        ReconsiderationStated = "reconsideration_stated",
        /// Another competent authority decides from now on (WF-1).
        AuthorityChanged = "authority_changed",
        /// They are missing. That is not a withdrawal.
        Missing = "missing",
        /// They are found again.
        Found = "found",
        /// Support changed.
        SupportChanged = "support_changed",
        /// What was decided about leave changed.
        LeaveChanged = "leave_changed",
        /// The bank holidays of another part of the United Kingdom count (D-2).
        PlaceChanged = "place_changed",
        /// An earlier event never happened: recorded in error.
        RecordedInError = "recorded_in_error",
    }
}

words! {
    /// What keeps the person from being removed.
    Protection in "episode-protection" {
        /// Nothing of this kind.
        None = "none",
        /// The recovery period (Nationality and Borders Act 2022 s.61).
        S61 = "s61",
        /// A further period, determined by the authority (s.62).
        S62 = "s62",
        /// It fell away with a disqualification (s.63).
        Disqualified = "disqualified",
        /// It ended.
        Ended = "ended",
    }
}

words! {
    /// Where support stands.
    Support in "episode-support" {
        /// Not wanted.
        NotWanted = "not_wanted",
        /// Wanted and asked for.
        Requested = "requested",
        /// An emergency place before the first decision.
        PreRgEmergency = "pre_rg_emergency",
        /// In the service.
        InService = "in_service",
        /// Moving on.
        Transition = "transition",
        /// Left the service.
        Exited = "exited",
        /// A child: the local authority cares.
        Lac = "lac",
        /// The service declined.
        Declined = "declined",
    }
}

words! {
    /// What was decided about leave to remain.
    Leave in "episode-leave" {
        /// Does not apply, or nothing is known.
        NotApplicable = "n_a",
        /// Being considered (s.65).
        UnderConsideration = "under_consideration",
        /// Temporary permission to stay was granted.
        Granted = "vts_granted",
        /// Refused.
        Refused = "refused",
        /// Revoked.
        Revoked = "revoked",
    }
}

words! {
    /// Who decides.
    Authority in "episode-authority" {
        /// The Single Competent Authority.
        Sca = "sca",
        /// The Immigration Enforcement Competent Authority.
        Ieca = "ieca",
        /// A devolved panel of the local authority, for children.
        DevolvedPanel = "devolved_panel",
    }
}

words! {
    /// Whether the decision letter offers a reconsideration. Never inferred.
    Available in "episode-available" {
        /// It does.
        Yes = "yes",
        /// It says that there is none.
        No = "no",
        /// The letter is not here, or does not say.
        Unknown = "unknown",
    }
}

words! {
    /// On what ground a reconsideration is asked for (RC-1).
    ReconsiderationGround in "episode-ground" {
        /// Evidence that, with everything considered, could show victimhood.
        NewEvidence = "new_evidence",
        /// A specific concern that the decision is not in line with guidance.
        Guidance = "guidance",
    }
}

words! {
    /// Who asks for a reconsideration. Who may is not settled, so nobody is refused (RC-4).
    Requester in "episode-requester" {
        /// The first responder.
        FirstResponder = "first_responder",
        /// The support provider.
        SupportProvider = "support_provider",
        /// The person.
        Person = "person",
        /// Their lawyer.
        Lawyer = "lawyer",
        /// Somebody else.
        Other = "other",
    }
}

words! {
    /// How an adult withdrew (CONS-3).
    WithdrawalMethod in "episode-method" {
        /// On the signed form.
        SignedForm = "signed_form",
        /// By word of mouth, through a professional.
        Professional = "professional",
    }
}

words! {
    /// Why somebody was disqualified (s.63).
    DisqualificationGround in "episode-disqualification" {
        /// A terrorist conviction.
        TerroristConviction = "terrorist_conviction",
        /// A conviction for an offence of Schedule 4 of the Modern Slavery Act.
        ScheduleFour = "schedule_4",
        /// A terrorism prevention notice.
        Tpim = "tpim",
        /// Suspected terrorism-related activity.
        TerrorismSuspected = "terrorism_suspected",
        /// A notice under Part 2 of the National Security Act 2023.
        SecurityNotice = "security_notice",
        /// Suspected foreign-power threat activity.
        ForeignPower = "foreign_power",
        /// A temporary exclusion order.
        ExclusionOrder = "exclusion_order",
        /// A "foreign criminal" (UK Borders Act 2007 s.32(1)).
        ForeignCriminal = "foreign_criminal",
        /// A deprivation order (British Nationality Act 1981 s.40(2)).
        Deprivation = "deprivation",
        /// Refugee Convention, article 1F.
        ArticleOneF = "article_1f",
        /// Another risk to national security.
        NationalSecurity = "national_security",
        /// Another threat to public order; the list of the Act is not closed.
        PublicOrder = "public_order",
        /// A claim in bad faith.
        BadFaith = "bad_faith",
    }
}

words! {
    /// Why an episode is over without a decision.
    ClosingReason in "episode-closing" {
        /// They died.
        Died = "died",
        /// They left the country.
        LeftUk = "left_uk",
        /// It is the same as another.
        Duplicate = "duplicate",
        /// Whoever referred is no first responder.
        NotFirstResponder = "not_first_responder",
        /// The competent authority rejects it as incomplete.
        Incomplete = "incomplete",
    }
}

words! {
    /// What the authority determined with a further positive decision (s.62).
    FurtherPeriod in "episode-period" {
        /// No further recovery period: the rule.
        None = "none",
        /// A further period.
        Determined = "determined",
    }
}

words! {
    /// What can be said beside an event, by its name in the API.
    Detail {
        /// Who decides.
        Authority = "authority",
        /// Whether the letter offers a reconsideration.
        Available = "available",
        /// On what grounds one is asked for.
        Grounds = "grounds",
        /// Who asks for it.
        Requester = "requester",
        /// That it is late, and why that is exceptional.
        Exceptional = "exceptional",
        /// That an early day is the day on the letter.
        Confirmed = "confirmed",
        /// How an adult withdrew.
        Method = "method",
        /// Why somebody was disqualified.
        Disqualification = "disqualification",
        /// Why it is over.
        Closing = "closing",
        /// What was determined with a further positive decision.
        Period = "period",
        /// Where support stands.
        Support = "support",
        /// Where leave stands.
        Leave = "leave",
        /// Whether they want support.
        WantsSupport = "wants_support",
        /// Whose bank holidays count.
        Place = "place",
        /// The eighteenth birthday; the program's own, nobody types it.
        EighteenOn = "eighteen_on",
        /// The day until which an answer is asked for.
        AnswerBy = "answer_by",
    }
}

impl EventKind {
    /// What is asked beside an event of this kind. Nothing else is taken with it.
    pub const fn asks(self) -> &'static [Detail] {
        match self {
            Self::ReferenceReceived | Self::AuthorityChanged | Self::RgPositive => {
                &[Detail::Authority]
            }
            Self::InformationAsked => &[Detail::AnswerBy],
            Self::RgNegative
            | Self::Revoked
            | Self::ReconsiderationStated
            | Self::ReconsiderationRefused
            | Self::ReconsiderationUpheld => &[Detail::Available],
            Self::CgPositive => &[Detail::Confirmed],
            Self::CgNegative => &[Detail::Available, Detail::Confirmed],
            Self::ReconsiderationRequested => {
                &[Detail::Grounds, Detail::Requester, Detail::Exceptional]
            }
            Self::Withdrawn => &[Detail::Method],
            Self::Remains => &[Detail::WantsSupport],
            Self::Disqualified => &[Detail::Disqualification],
            Self::Closed => &[Detail::Closing],
            Self::FurtherPositive => &[Detail::Period],
            Self::SupportChanged => &[Detail::Support],
            Self::LeaveChanged => &[Detail::Leave],
            Self::PlaceChanged => &[Detail::Place],
            Self::Suspicion
            | Self::NoSuspicion
            | Self::ReferredAsChild
            | Self::ConsentNeeded
            | Self::ReferredWithConsent
            | Self::NotifiedRefused
            | Self::ReferredInBestInterests
            | Self::NotifiedNotAsked
            | Self::ConsentsLater
            | Self::ReconsiderationOverturned
            | Self::Suspended
            | Self::Resumed
            | Self::BirthDateChanged
            | Self::TurnedEighteen
            | Self::DeterminedAdult
            | Self::DeclinesToRemain
            | Self::Missing
            | Self::Found
            | Self::RecordedInError => &[],
        }
    }
}
