//! The words of clocks: what they are about, what a day is worth, how it is read, what stops one.

use crate::coded::words;

words! {
    /// What a clock is about.
    ClockKind {
        /// The reasonable grounds decision (T-1, T-1c).
        Reasonable = "reasonable",
        /// The recovery period (T-2, T-3).
        Recovery = "recovery",
        /// The earliest day of a conclusive grounds decision (T-4). Never a day it is due.
        ConclusiveEarliest = "conclusive_earliest",
        /// The last day to ask for a reconsideration (T-6).
        Reconsideration = "reconsideration",
        /// Twenty days into that time (D-5).
        ReconsiderationDay20 = "reconsideration_day_20",
        /// Twenty-seven days into it (D-5).
        ReconsiderationDay27 = "reconsideration_day_27",
        /// A hundred days before they are eighteen (CONS-8).
        EighteenIn100 = "eighteen_in_100",
        /// Twenty-eight days before (CONS-8).
        EighteenIn28 = "eighteen_in_28",
        /// The eighteenth birthday (CONS-8).
        Eighteen = "eighteen",
        /// Support after a negative reasonable grounds decision (T-8).
        SupportAfterNegativeReasonable = "support_after_negative_reasonable",
        /// Support after a negative conclusive grounds decision (T-8).
        SupportAfterNegativeConclusive = "support_after_negative_conclusive",
        /// Support after a positive conclusive grounds decision (T-8).
        SupportAfterPositiveConclusive = "support_after_positive_conclusive",
    }
}

words! {
    /// What a day is worth: nobody is told that a target is a limit.
    Nature {
        /// Aimed at "where possible"; nothing follows from missing it.
        Target = "target",
        /// Set by an Act.
        Statutory = "statutory",
        /// Set by guidance.
        Guidance = "guidance",
        /// Set by the contract for support; not verified.
        Contract = "contract",
        /// Ours: a reminder.
        Ours = "ours",
    }
}

words! {
    /// How a clock's day is to be read.
    Reads {
        /// By the end of that day.
        By = "by",
        /// Not before that day.
        NotBefore = "not_before",
        /// At least until the end of that day.
        AtLeastUntil = "at_least_until",
        /// Until the end of that day.
        Until = "until",
        /// On that day.
        On = "on",
    }
}

words! {
    /// What made a clock stop.
    Settled {
        /// What it was waiting for was decided.
        Decided = "decided",
        /// A reconsideration was asked for.
        Asked = "asked",
        /// The episode ended: withdrawn, or closed.
        Closed = "closed",
        /// Its last day is known, by a decision: it runs to the end of it.
        Ended = "ended",
        /// Protection was taken away (NABA s.63).
        Disqualified = "disqualified",
    }
}
