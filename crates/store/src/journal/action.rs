//! Everything the journal can say somebody did, and what they did it to.
//!
//! A code is for ever: old events keep theirs. Each is listed in the manual (`docs/manual/journal.md`;
//! a test holds the two together).

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$about])* $variant),* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word kept in the journal.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// Reads [`Self::code`] back; `None` for any other word.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}

codes! {
    /// What somebody did. A code ending in `.viewed`, `.listed`, `.searched`, `.printed` or
    /// `.exported` is a look; every other one is a change or a decision.
    Action {
        /// Signed in with every factor asked for.
        SignedIn = "user.signed_in",
        /// A sign-in failed; the object is the account, if there is one.
        SignInFailed = "user.sign_in_failed",
        /// Signed out, or a session was ended.
        SignedOut = "user.signed_out",
        /// A session of the account was ended from the account page or by an administrator.
        SessionRevoked = "session.revoked",
        /// An account was made.
        UserAdded = "user.added",
        /// An account's name, role, team or language was changed.
        UserChanged = "user.changed",
        /// An account was closed.
        UserDisabled = "user.disabled",
        /// A closed account was opened again.
        UserEnabled = "user.enabled",
        /// A password was changed or reset.
        PasswordChanged = "user.password_changed",
        /// A secret for a second factor was made; it waits for its first code.
        FactorMade = "user.factor_made",
        /// A second factor was set up.
        FactorConfirmed = "user.factor_confirmed",
        /// A second factor was taken away.
        FactorRemoved = "user.factor_removed",
        /// New recovery codes were made.
        RecoveryCodesMade = "user.recovery_codes_made",
        /// A recovery code was used in place of the second factor.
        RecoveryCodeUsed = "user.recovery_code_used",
        /// A calendar feed was made; the one before ended.
        FeedMade = "feed.made",
        /// A calendar feed was ended.
        FeedRevoked = "feed.revoked",
        /// A calendar asked what is due for whoever made its feed.
        FeedViewed = "feed.viewed",
        /// The daily e-mail was taken by the mail server.
        DigestSent = "digest.sent",
        /// An API token was made.
        TokenAdded = "token.added",
        /// An API token was revoked.
        TokenRevoked = "token.revoked",
        /// An agency was made.
        AgencyAdded = "agency.added",
        /// A team was made.
        TeamAdded = "team.added",
        /// A dated grant was given: allocation, supervision, acting rank, cover, share.
        GrantGiven = "grant.given",
        /// A grant was ended before its day.
        GrantEnded = "grant.ended",
        /// A record was restricted, sealed, or opened again.
        RestrictionDecided = "restriction.decided",
        /// The answer to "who can see this" was shown.
        SightViewed = "sight.viewed",

        /// A person's record was made.
        PersonAdded = "person.added",
        /// A person's details were changed.
        PersonChanged = "person.changed",
        /// A person's record was shown.
        PersonViewed = "person.viewed",
        /// A list of people was shown.
        PersonListed = "person.listed",
        /// A search for people was answered.
        PersonSearched = "person.searched",
        /// A contact route was recorded.
        ContactAdded = "contact.added",
        /// A contact route was ended.
        ContactEnded = "contact.ended",
        /// Contact routes or safe addresses were opened and shown.
        ContactViewed = "contact.viewed",
        /// An answer about consent was recorded.
        ConsentRecorded = "consent.recorded",
        /// What is known of an age was recorded.
        AgeRecorded = "age.recorded",
        /// A capacity assessment was recorded.
        CapacityRecorded = "capacity.recorded",
        /// A best-interests decision was recorded.
        BestInterestsRecorded = "best_interests.recorded",
        /// A best-interests decision was signed by a supervisor.
        BestInterestsSigned = "best_interests.signed",

        /// A referral was begun.
        ReferralAdded = "referral.added",
        /// A referral was shown.
        ReferralViewed = "referral.viewed",
        /// A list of referrals was shown.
        ReferralListed = "referral.listed",
        /// Answers of a referral were saved.
        AnswersSaved = "referral.answers_saved",
        /// The history of a referral's answers was shown.
        AnswersHistoryViewed = "referral.history_viewed",
        /// A referral was given to somebody.
        ReferralAllocated = "referral.allocated",
        /// Advice of the quality coach was found not to be needed.
        AdviceSetAside = "referral.advice_set_aside",
        /// People were linked as a family, and a referral opened for each who had none.
        FamilyBegun = "family.begun",
        /// Somebody was added to a family.
        FamilyMemberAdded = "family.member_added",
        /// A family was shown: its members' referrals and what they share.
        FamilyViewed = "family.viewed",
        /// Answers were written once for a family.
        FamilyAnswersShared = "family.answers_shared",
        /// A member's own answer was kept although the family's says something else.
        FamilyAnswersKept = "family.answers_kept",
        /// Contact with the local authority, or an attempt, was recorded.
        AuthorityContacted = "referral.authority_contacted",
        /// A first account was begun, or one taken on paper was entered.
        FirstAccountBegun = "first_account.begun",
        /// A note of a first account was written; the one before is kept.
        FirstAccountNoted = "first_account.noted",
        /// A first account paused, went on, or ended.
        FirstAccountTurned = "first_account.turned",
        /// A first account was shown.
        FirstAccountViewed = "first_account.viewed",
        /// The first accounts of a referral were listed.
        FirstAccountListed = "first_account.listed",
        /// A first account was printed.
        FirstAccountPrinted = "first_account.printed",
        /// A referral was withdrawn.
        ReferralWithdrawn = "referral.withdrawn",
        /// A second reader was asked for.
        ReviewAsked = "review.asked",
        /// A review was shown.
        ReviewViewed = "review.viewed",
        /// One highlight of a review was settled.
        FindingSettled = "review.finding_settled",
        /// A review was closed.
        ReviewClosed = "review.closed",
        /// A referral was prepared to leave.
        ReferralPrepared = "preparation.made",
        /// A preparation was taken back for change.
        PreparationWithdrawn = "preparation.withdrawn",
        /// What was prepared was shown for hand-over.
        PreparationViewed = "preparation.viewed",
        /// A field was ticked as handed over.
        FieldTicked = "preparation.field_ticked",
        /// A referral or Duty to Notify was printed.
        ReferralPrinted = "preparation.printed",
        /// A referral or Duty to Notify was taken out as data.
        ReferralExported = "preparation.exported",
        /// The Home Office's own copy was attached: the referral is sent.
        SendingRecorded = "sending.recorded",
        /// A file was added to a record.
        FileAdded = "file.added",
        /// A file was opened.
        FileViewed = "file.viewed",
        /// A file was discarded before it became part of a record.
        FileDiscarded = "file.discarded",
        /// What is attached to a referral was shown.
        EvidenceViewed = "evidence.viewed",
        /// The list of what is attached to a referral was printed or taken out.
        EvidenceExported = "evidence.exported",
        /// A file attached to a referral was opened.
        EvidenceFileViewed = "evidence.file_viewed",
        /// A file, or a thing that is kept elsewhere, was added to a referral.
        EvidenceAdded = "evidence.added",
        /// What is said about it was corrected.
        EvidenceDescribed = "evidence.described",
        /// It was taken away from the referral.
        EvidenceRemoved = "evidence.removed",
        /// A file is lost, or is not what was attached.
        EvidenceDamaged = "evidence.damaged",
        /// A file was begun to be sent.
        UploadBegun = "upload.begun",
        /// A file arrived whole.
        UploadArrived = "upload.arrived",
        /// A file was not taken.
        UploadRefused = "upload.refused",
        /// A file was given up before it was part of a referral.
        UploadDiscarded = "upload.discarded",

        /// Where a passage stands was shown.
        EpisodeViewed = "episode.viewed",
        /// Something that happened to a passage was recorded.
        EpisodeEventRecorded = "episode.event_recorded",
        /// Clocks of a passage were worked out anew and at least one moved.
        ClocksMoved = "episode.clocks_moved",
        /// Bank holidays were loaded, added or removed.
        HolidaysChanged = "holidays.changed",
        /// How long support lasts after a decision was set.
        SupportPeriodsSet = "support.periods_set",

        /// A task was raised.
        TaskAdded = "task.added",
        /// A task was done.
        TaskDone = "task.done",
        /// A task was given to somebody, taken on, or given back.
        TaskGiven = "task.given",
        /// The day of a task was moved.
        TaskMoved = "task.moved",
        /// A task that was called done was opened again.
        TaskReopened = "task.reopened",
        /// A task went up to the sergeant or the inspector.
        TaskEscalated = "task.escalated",
        /// The board was shown: numbers, and no record.
        BoardViewed = "board.viewed",
        /// A list of tasks was shown.
        TaskListed = "task.listed",

        /// "Who looked" was shown for a record, a user, or the whole journal.
        JournalViewed = "journal.viewed",
        /// The machine's clock stood behind the last event; how far, to the day, is the reason.
        ClockBehind = "journal.clock_behind",
        /// New keys replaced the ones in use.
        KeysRotated = "keys.rotated",
        /// A world file or the invented world was loaded.
        WorldLoaded = "world.loaded",
    }
}

impl Action {
    /// Says whether this is a look rather than a change.
    pub fn is_look(self) -> bool {
        let (_, what) = self.code().split_once('.').unwrap_or_default();
        what.ends_with("viewed") || matches!(what, "listed" | "searched" | "printed" | "exported")
    }
}

codes! {
    /// What an event is about.
    ObjectKind {
        /// An agency.
        Agency = "agency",
        /// A team.
        Team = "team",
        /// An account.
        User = "user",
        /// A sign-in.
        Session = "session",
        /// An API token.
        Token = "token",
        /// A dated grant.
        Grant = "grant",
        /// A person the work is about.
        Person = "person",
        /// A contact route.
        Contact = "contact",
        /// An answer about consent.
        Consent = "consent",
        /// A referral.
        Referral = "referral",
        /// People referred together.
        Family = "family",
        /// A second reader's review.
        Review = "review",
        /// What was prepared to leave.
        Preparation = "preparation",
        /// A file.
        File = "file",
        /// A task.
        Task = "task",
        /// The journal itself.
        Journal = "journal",
        /// The whole store.
        Store = "store",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_actions_share_a_code_and_each_reads_back() {
        let codes: BTreeSet<_> = Action::ALL.iter().map(|one| one.code()).collect();
        assert_eq!(codes.len(), Action::ALL.len());
        for one in Action::ALL {
            assert_eq!(Action::from_code(one.code()), Some(*one));
        }
    }

    #[test]
    fn looks_are_told_from_changes_by_their_code() {
        assert!(Action::PersonListed.is_look());
        assert!(Action::AnswersHistoryViewed.is_look());
        assert!(!Action::PersonChanged.is_look());
    }
}
