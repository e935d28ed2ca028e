//! Consent: what somebody agreed to or not, item by item, each a dated fact of its own (CONS-5).
//!
//! Entry to the National Referral Mechanism, support, helping police, and being named in a Duty to
//! Notify are four different questions; none follows from another (hard rules 4 and 5). An answer is
//! never overwritten: a later one stands beside it, and the latest holds.

use serde::{Deserialize, Serialize};

use crate::age::AgeStatus;
use crate::coded::words;
use crate::explanation::explanations;

/// Longest name, language or version, in characters.
pub const SHORT_MAX: usize = 200;
/// Longest reason, in characters.
pub const REASON_MAX: usize = 5000;

words! {
    /// What was asked.
    ConsentItem {
        /// To be referred to the National Referral Mechanism. Adults only; a child is never asked.
        NrmEntry = "nrm_entry",
        /// To be supported under the victim care contract. Never depends on helping police.
        MsvccSupport = "msvcc_support",
        /// To help an investigation.
        PoliceCooperation = "police_cooperation",
        /// To be named in a Duty to Notify (SI 2015/1743 reg 3(2)).
        DtnIdentity = "dtn_identity",
        /// That the decision goes to somebody else.
        DecisionToThirdParty = "decision_to_third_party",
        /// That a partner outside any duty learns of it; which one stands in the reason.
        SharePartner = "share_partner",
        /// Nothing was asked: it was explained, and that is recorded by itself. A child is told too, although
        /// a child is not asked.
        Explanation = "explanation",
    }
}

words! {
    /// What was answered.
    ConsentValue {
        /// Yes to entry; of an explanation: it was given.
        Given = "given",
        /// No to entry, after an explanation.
        Refused = "refused",
        /// Nobody has asked. Silence is not refusal.
        NotAsked = "not_asked",
        /// Gone, missing or unconscious: nobody could ask.
        CannotBeAsked = "cannot_be_asked",
        /// Given earlier, taken back.
        Withdrawn = "withdrawn",
        /// Could not decide; see the capacity assessment.
        LacksCapacity = "lacks_capacity",
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
        /// Not decided yet.
        Undecided = "undecided",
        /// Shared without consent on another lawful basis, which the reason names.
        Overridden = "overridden",
    }
}

words! {
    /// How the interpreter stood to the person.
    Interpreter {
        /// They share a language with the officer.
        NoneNeeded = "none_needed",
        /// An interpreter with no tie to the person.
        Independent = "independent",
        /// Somebody the person knows. Say why: an associate must never interpret.
        Known = "known",
        /// Offered and refused.
        Refused = "refused",
        /// None could be had.
        NotAvailable = "not_available",
    }
}

words! {
    /// How it was explained.
    Method {
        /// Face to face.
        InPerson = "in_person",
        /// By telephone.
        Phone = "phone",
        /// By video.
        Video = "video",
        /// In writing.
        Letter = "letter",
        /// It was not.
        None = "none",
    }
}

impl ConsentItem {
    /// Whether it is never asked of a child or possible child (AGE-2, CONS-5).
    pub const fn adults_only(self) -> bool {
        match self {
            Self::NrmEntry
            | Self::MsvccSupport
            | Self::DtnIdentity
            | Self::DecisionToThirdParty => true,
            Self::PoliceCooperation | Self::SharePartner | Self::Explanation => false,
        }
    }

    /// The answers this item takes.
    pub const fn values(self) -> &'static [ConsentValue] {
        use ConsentValue::{
            CannotBeAsked, Given, LacksCapacity, No, NotAsked, Overridden, Refused, Undecided,
            Withdrawn, Yes,
        };
        match self {
            Self::NrmEntry => &[
                Given,
                Refused,
                NotAsked,
                CannotBeAsked,
                Withdrawn,
                LacksCapacity,
            ],
            Self::PoliceCooperation => &[Yes, No, Undecided],
            Self::MsvccSupport | Self::DtnIdentity | Self::DecisionToThirdParty => &[Yes, No],
            Self::SharePartner => &[Yes, No, Overridden],
            Self::Explanation => &[Given],
        }
    }
}

impl ConsentValue {
    /// Whether somebody answered after an explanation; then language and interpreter are wanted.
    pub const fn is_informed(self) -> bool {
        match self {
            Self::Given
            | Self::Refused
            | Self::Withdrawn
            | Self::Yes
            | Self::No
            | Self::Undecided => true,
            Self::NotAsked | Self::CannotBeAsked | Self::LacksCapacity | Self::Overridden => false,
        }
    }

    /// Whether it needs a reason in words.
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::CannotBeAsked | Self::Overridden)
    }
}

/// One answer, with how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// What was asked.
    pub item: ConsentItem,
    /// What was answered.
    pub value: ConsentValue,
    /// When it was asked: microseconds since 1970, UTC.
    pub asked_at: i64,
    /// Who explained it.
    pub explained_by: String,
    /// The language it was explained in, as said.
    pub language: Option<String>,
    /// How the interpreter stood to the person.
    pub interpreter: Option<Interpreter>,
    /// Whether the person chose the interpreter, or whether a man or a woman.
    pub interpreter_chosen: bool,
    /// Why somebody the person knows interpreted.
    pub interpreter_why: Option<String>,
    /// How it was explained.
    pub method: Option<Method>,
    /// Which of our explanations was used, by its name, such as `adult-2026-11`.
    pub explanation_version: Option<String>,
    /// Which privacy notice was shown, as written on it.
    pub notice_version: Option<String>,
    /// Why, in the person's or the officer's words.
    pub reason: Option<String>,
}

/// Why an answer cannot be recorded. Each names the field to look at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConsentError {
    /// The item does not take this answer.
    #[error("this question does not take that answer")]
    Value,
    /// Nothing is known of the age, and a child is not asked.
    #[error("record first whether they are under 18, or that you are not sure")]
    AgeFirst,
    /// Nobody could ask them, so they answered nothing else in that conversation, and never that they may be named.
    #[error("nobody could ask them, so they answered nothing else")]
    NobodyAsked,
    /// They never agreed, so there is nothing to take back.
    #[error("they have not agreed before: if they say no, record a refusal")]
    NothingToTakeBack,
    /// A child is not asked to consent to a referral.
    #[error("a child, or somebody who may be one, is referred without being asked to consent")]
    ChildNotAsked,
    /// Nobody is named as having explained it.
    #[error("say who explained it")]
    ExplainedBy,
    /// An informed answer needs the language.
    #[error("say in which language it was explained")]
    Language,
    /// An informed answer needs how the interpreter stood to the person.
    #[error("say who interpreted, or that nobody needed to")]
    Interpreter,
    /// Somebody the person knows interpreted: that needs a reason.
    #[error("say why somebody they know interpreted")]
    InterpreterWhy,
    /// It cannot have been asked in the future.
    #[error("the time it was asked is in the future")]
    Future,
    /// There is no such explanation.
    #[error("name one of the explanations, or none")]
    Explanation,
    /// This answer needs a reason in words.
    #[error("say why")]
    Reason,
    /// More than [`SHORT_MAX`] or [`REASON_MAX`] characters.
    #[error("a text is too long")]
    TooLong,
}

impl ConsentError {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Value => "consent-error-value",
            Self::AgeFirst => "consent-error-age-first",
            Self::NobodyAsked => "consent-error-nobody-asked",
            Self::NothingToTakeBack => "consent-error-nothing-to-take-back",
            Self::ChildNotAsked => "consent-error-child",
            Self::ExplainedBy => "consent-error-explained-by",
            Self::Language => "consent-error-language",
            Self::Interpreter => "consent-error-interpreter",
            Self::InterpreterWhy => "consent-error-interpreter-why",
            Self::Future => "consent-error-future",
            Self::Explanation => "consent-error-explanation",
            Self::Reason => "consent-error-reason",
            Self::TooLong => "consent-error-long",
        }
    }

    /// The field to look at again.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Value
            | Self::AgeFirst
            | Self::NobodyAsked
            | Self::NothingToTakeBack
            | Self::ChildNotAsked => "value",
            Self::ExplainedBy => "explained_by",
            Self::Language => "language",
            Self::Interpreter => "interpreter",
            Self::InterpreterWhy => "interpreter_why",
            Self::Future => "asked_at",
            Self::Explanation => "explanation_version",
            Self::Reason | Self::TooLong => "reason",
        }
    }
}

impl Consent {
    /// Checks an answer before it is recorded, for a person of whose age today `age` is known.
    ///
    /// `now` is the present instant in microseconds since 1970, UTC; an answer asked at `now` is fine.
    ///
    /// # Errors
    /// [`ConsentError`], the first that applies.
    pub fn check(&self, age: Option<AgeStatus>, now: i64) -> Result<(), ConsentError> {
        if !self.item.values().contains(&self.value) {
            return Err(ConsentError::Value);
        }
        if self.item.adults_only() {
            match age {
                None => return Err(ConsentError::AgeFirst),
                Some(age) if age.child_rules() => return Err(ConsentError::ChildNotAsked),
                Some(_) => {}
            }
        }
        if self.explained_by.trim().is_empty() {
            return Err(ConsentError::ExplainedBy);
        }
        if self.asked_at > now {
            return Err(ConsentError::Future);
        }
        if self.value.is_informed() && is_blank(self.language.as_deref()) {
            return Err(ConsentError::Language);
        }
        if self.value.is_informed() && self.interpreter.is_none() {
            return Err(ConsentError::Interpreter);
        }
        if self.interpreter == Some(Interpreter::Known) && is_blank(self.interpreter_why.as_deref())
        {
            return Err(ConsentError::InterpreterWhy);
        }
        let used = self.explanation_version.as_deref();
        if used.is_some_and(|used| explanations().iter().all(|one| one.id != used)) {
            return Err(ConsentError::Explanation);
        }
        if self.value.needs_reason() && is_blank(self.reason.as_deref()) {
            return Err(ConsentError::Reason);
        }
        if self.is_too_long() {
            return Err(ConsentError::TooLong);
        }
        Ok(())
    }

    /// Checks an answer against the others of its conversation and against what was answered before.
    ///
    /// # Errors
    /// [`ConsentError::NobodyAsked`] beside an entry that nobody could ask about;
    /// [`ConsentError::NothingToTakeBack`] for consent taken back that was never given.
    pub fn check_beside(&self, conversation: &[Self], before: &[Self]) -> Result<(), ConsentError> {
        if self.value == ConsentValue::Withdrawn {
            let given = |one: &Self| {
                one.item == self.item
                    && one.value == ConsentValue::Given
                    && one.asked_at <= self.asked_at
            };
            return match before.iter().any(given) {
                true => Ok(()),
                false => Err(ConsentError::NothingToTakeBack),
            };
        }
        if !matches!(self.value, ConsentValue::Yes | ConsentValue::No) {
            return Ok(());
        }
        let unasked = |entry: Option<&Self>| {
            entry.is_some_and(|entry| entry.value == ConsentValue::CannotBeAsked)
        };
        let here = current(conversation, ConsentItem::NrmEntry);
        // Being named rests on the answer that holds; the other questions may be asked of somebody found later.
        let held = (here.is_none() && self.item == ConsentItem::DtnIdentity)
            .then(|| current(before, ConsentItem::NrmEntry))
            .flatten();
        match unasked(here.or(held)) {
            true => Err(ConsentError::NobodyAsked),
            false => Ok(()),
        }
    }

    fn is_too_long(&self) -> bool {
        let over = |text: Option<&str>, max| text.is_some_and(|text| text.chars().count() > max);
        over(Some(&self.explained_by), SHORT_MAX)
            || over(self.language.as_deref(), SHORT_MAX)
            || over(self.notice_version.as_deref(), SHORT_MAX)
            || over(self.interpreter_why.as_deref(), REASON_MAX)
            || over(self.reason.as_deref(), REASON_MAX)
    }
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

/// The answer that holds: the one asked last; of two asked at the same instant, the one recorded later,
/// which is the later in `answers`.
pub fn current(answers: &[Consent], item: ConsentItem) -> Option<&Consent> {
    answers
        .iter()
        .filter(|answer| answer.item == item)
        .max_by_key(|answer| answer.asked_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADULT: Option<AgeStatus> = Some(AgeStatus::Adult);

    fn answer(item: ConsentItem, value: ConsentValue) -> Consent {
        Consent {
            item,
            value,
            asked_at: 10,
            explained_by: "DC Amber".into(),
            language: Some("Romanian".into()),
            interpreter: Some(Interpreter::Independent),
            interpreter_chosen: true,
            interpreter_why: None,
            method: Some(Method::InPerson),
            explanation_version: None,
            notice_version: None,
            reason: None,
        }
    }

    #[test]
    fn the_latest_answer_holds_and_earlier_ones_stay() {
        let refused = Consent {
            asked_at: 20,
            ..answer(ConsentItem::NrmEntry, ConsentValue::Refused)
        };
        let given = Consent {
            asked_at: 30,
            ..answer(ConsentItem::NrmEntry, ConsentValue::Given)
        };
        let all = [given.clone(), refused];
        assert_eq!(current(&all, ConsentItem::NrmEntry), Some(&given));
        assert_eq!(current(&all, ConsentItem::MsvccSupport), None);
    }

    #[test]
    fn an_answer_is_refused_with_its_reason() {
        let given = answer(ConsentItem::NrmEntry, ConsentValue::Given);
        assert_eq!(given.check(ADULT, 10), Ok(()));
        for (age, want) in [
            (None, ConsentError::AgeFirst),
            (Some(AgeStatus::Child), ConsentError::ChildNotAsked),
            (Some(AgeStatus::NotSure), ConsentError::ChildNotAsked),
        ] {
            assert_eq!(given.check(age, 10), Err(want), "{age:?}");
        }
        let helps = answer(ConsentItem::PoliceCooperation, ConsentValue::Undecided);
        assert_eq!(helps.check(Some(AgeStatus::Child), 10), Ok(()));
        assert_eq!(given.check(ADULT, 9), Err(ConsentError::Future));
        assert_eq!(
            answer(ConsentItem::NrmEntry, ConsentValue::Yes).check(ADULT, 10),
            Err(ConsentError::Value)
        );
        let wordless = Consent {
            language: None,
            ..given.clone()
        };
        assert_eq!(wordless.check(ADULT, 10), Err(ConsentError::Language));
        let nobody = Consent {
            explained_by: " ".into(),
            ..given.clone()
        };
        assert_eq!(nobody.check(ADULT, 10), Err(ConsentError::ExplainedBy));
        let friend = Consent {
            interpreter: Some(Interpreter::Known),
            ..given
        };
        assert_eq!(friend.check(ADULT, 10), Err(ConsentError::InterpreterWhy));
        assert_eq!(
            answer(ConsentItem::NrmEntry, ConsentValue::CannotBeAsked).check(ADULT, 10),
            Err(ConsentError::Reason)
        );
    }

    #[test]
    fn somebody_nobody_could_ask_has_agreed_to_nothing() {
        use ConsentItem::{
            DecisionToThirdParty, DtnIdentity, MsvccSupport, NrmEntry, PoliceCooperation,
        };
        use ConsentValue::{CannotBeAsked, Given, No, Refused, Undecided, Yes};
        let unasked = answer(NrmEntry, CannotBeAsked);
        let refused = Err(ConsentError::NobodyAsked);
        for item in [
            DtnIdentity,
            PoliceCooperation,
            MsvccSupport,
            DecisionToThirdParty,
        ] {
            for value in [Yes, No] {
                let one = answer(item, value);
                let together = [unasked.clone(), one.clone()];
                assert_eq!(one.check_beside(&together, &[]), refused, "{item:?}");
                let together = [answer(NrmEntry, Refused), one.clone()];
                assert_eq!(one.check_beside(&together, &[]), Ok(()), "{item:?}");
            }
        }
        let open = answer(PoliceCooperation, Undecided);
        let together = [unasked.clone(), open.clone()];
        assert_eq!(open.check_beside(&together, &[]), Ok(()));
        // Recorded on its own, while that is what holds.
        let named = answer(DtnIdentity, Yes);
        let alone = [named.clone()];
        assert_eq!(
            named.check_beside(&alone, std::slice::from_ref(&unasked)),
            refused
        );
        let helps = answer(PoliceCooperation, Yes);
        let found_later =
            helps.check_beside(std::slice::from_ref(&helps), std::slice::from_ref(&unasked));
        assert_eq!(found_later, Ok(()));
        let found = [answer(NrmEntry, Given), named.clone()];
        assert_eq!(named.check_beside(&found, &[unasked]), Ok(()));
    }

    #[test]
    fn only_what_was_given_can_be_taken_back() {
        let entry = |value, asked_at| Consent {
            asked_at,
            ..answer(ConsentItem::NrmEntry, value)
        };
        let back = entry(ConsentValue::Withdrawn, 20);
        for (before, want) in [
            (vec![], Err(ConsentError::NothingToTakeBack)),
            (
                vec![entry(ConsentValue::Refused, 10)],
                Err(ConsentError::NothingToTakeBack),
            ),
            (
                vec![entry(ConsentValue::Given, 21)],
                Err(ConsentError::NothingToTakeBack),
            ),
            (vec![entry(ConsentValue::Given, 20)], Ok(())),
            (
                vec![
                    entry(ConsentValue::Given, 10),
                    entry(ConsentValue::LacksCapacity, 15),
                ],
                Ok(()),
            ),
        ] {
            assert_eq!(
                back.check_beside(std::slice::from_ref(&back), &before),
                want,
                "{before:?}"
            );
        }
    }

    #[test]
    fn sc_01_helping_police_being_named_and_support_are_questions_of_their_own() {
        let answers = [
            answer(ConsentItem::NrmEntry, ConsentValue::Refused),
            answer(ConsentItem::PoliceCooperation, ConsentValue::No),
            answer(ConsentItem::DtnIdentity, ConsentValue::No),
        ];
        for asked in &answers {
            assert_eq!(asked.check(ADULT, 10), Ok(()));
            assert_eq!(current(&answers, asked.item), Some(asked));
        }
        assert_eq!(
            current(&answers, ConsentItem::MsvccSupport),
            None,
            "support is not refused with entry"
        );
    }
}
