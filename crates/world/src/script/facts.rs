//! What is recorded of a person before anything is written: where they are reached, age, consent, capacity.

use heyrick_domain::age::{AgeStatus, AtWhat, Basis, NewAge};
use heyrick_domain::capacity::{
    BestInterestsDecision, CapacityAssessment, CapacityOutcome, Imca, NRM_ENTRY, NewBestInterests,
    Temporary,
};
use heyrick_domain::consent::{Consent, ConsentItem, ConsentValue, Interpreter, Method};
use heyrick_domain::contact::{Contact, ContactKind, Safe};
use heyrick_domain::referral::AuthorityOutcome;
use jiff::ToSpan as _;

use super::{Plot, What};
use crate::base;
use crate::cast::Entry;

impl Plot<'_> {
    pub(super) fn routes(&mut self) {
        let number = self.part.number;
        let whose = number
            .is_multiple_of(4)
            .then(|| "a friend from the language class".to_owned());
        let phone = Contact {
            kind: ContactKind::Phone,
            value: format!("07700 900{number:03}"),
            safe: if number.is_multiple_of(3) {
                Safe::NotConfirmed
            } else {
                Safe::Confirmed
            },
            whose,
            safe_times: Some(self.random.pick(&SAFE_TIMES).to_owned()),
            notes: Some("Say that you ring from the library.".to_owned()),
        };
        self.doing(What::Reach(phone));
        if number.is_multiple_of(2) {
            self.doing(What::Reach(Contact {
                kind: ContactKind::Address,
                value: format!("{number} Invented Street\nExampleford"),
                safe: Safe::Never,
                whose: None,
                safe_times: None,
                notes: Some("Post is opened by others.".to_owned()),
            }));
        }
    }

    pub(super) fn age(&mut self) {
        self.minutes(10);
        let (value, basis, words) = match self.part.entry {
            Entry::Child => (AgeStatus::Child, Basis::Stated, None),
            Entry::NotSure { .. } => (
                AgeStatus::NotSure,
                Basis::OfficerView,
                Some("Says sixteen and has no papers; may be older."),
            ),
            _ if self.part.number.is_multiple_of(3) => (AgeStatus::Adult, Basis::Document, None),
            _ => (AgeStatus::Adult, Basis::Stated, None),
        };
        let settled = (basis == Basis::Document).then_some(self.now);
        let now = NewAge {
            at_what: AtWhat::Now,
            value,
            basis,
            basis_words: words.map(str::to_owned),
            settled_on: settled,
        };
        let then = NewAge {
            at_what: AtWhat::Exploitation,
            value: match value {
                AgeStatus::Adult if self.part.number == 16 => AgeStatus::NotSure,
                other => other,
            },
            basis: Basis::Stated,
            basis_words: None,
            settled_on: None,
        };
        self.doing(What::Age(vec![now, then]));
    }

    pub(super) fn authority(&mut self) {
        if let Entry::NotSure { reached } = self.part.entry {
            self.minute = 21 * 60 + 40;
            self.doing(What::Call(
                AuthorityOutcome::NotReachedOutOfHours,
                "Rang the emergency duty team twice; no answer. Left the number of the night desk.",
            ));
            self.days(1);
            if !reached {
                return;
            }
        }
        self.reached();
    }

    pub(super) fn reached(&mut self) {
        self.doing(What::Call(
            AuthorityOutcome::Reached,
            "Spoke to the duty social worker, who will visit today.",
        ));
    }

    /// Somebody explains and asks; what was said is recorded.
    pub(super) fn consent(&mut self) {
        self.minutes(40);
        match self.part.entry {
            Entry::Open => {}
            Entry::Child | Entry::NotSure { .. } => {
                self.ask(&[(ConsentItem::PoliceCooperation, ConsentValue::Undecided)]);
            }
            Entry::Given => self.given(),
            Entry::Refused => self.ask(&[
                (ConsentItem::NrmEntry, ConsentValue::Refused),
                (ConsentItem::PoliceCooperation, ConsentValue::No),
                (ConsentItem::DtnIdentity, ConsentValue::No),
            ]),
            Entry::CannotBeAsked => self.ask(&[
                (ConsentItem::NrmEntry, ConsentValue::CannotBeAsked),
                (ConsentItem::PoliceCooperation, ConsentValue::Undecided),
            ]),
            Entry::TakenBack => {
                self.given();
                self.days(6);
                self.ask(&[
                    (ConsentItem::NrmEntry, ConsentValue::Withdrawn),
                    (ConsentItem::DtnIdentity, ConsentValue::No),
                ]);
            }
            Entry::LacksCapacity { signed } => self.best_interests(signed),
        }
    }

    pub(super) fn given(&mut self) {
        let helps = [ConsentValue::Yes, ConsentValue::Undecided, ConsentValue::No];
        let helps = helps[self.random.below(helps.len())];
        let support = if self.random.chance(80) {
            ConsentValue::Yes
        } else {
            ConsentValue::No
        };
        self.ask(&[
            (ConsentItem::NrmEntry, ConsentValue::Given),
            (ConsentItem::MsvccSupport, support),
            (ConsentItem::PoliceCooperation, helps),
            (ConsentItem::DecisionToThirdParty, ConsentValue::Yes),
        ]);
    }

    pub(super) fn ask(&mut self, answers: &[(ConsentItem, ConsentValue)]) {
        let asked_at = self.at().as_microsecond();
        let consents = answers
            .iter()
            .map(|(item, value)| self.answer(*item, *value, asked_at))
            .collect();
        self.doing(What::Ask(consents));
    }

    pub(super) fn answer(&self, item: ConsentItem, value: ConsentValue, asked_at: i64) -> Consent {
        let number = self.part.number;
        let absent = self.part.entry == Entry::CannotBeAsked;
        let interpreter = match self.person.language {
            _ if absent => Interpreter::NotAvailable,
            None => Interpreter::NoneNeeded,
            Some(_) if number.is_multiple_of(11) => Interpreter::Known,
            Some(_) => Interpreter::Independent,
        };
        let known = interpreter == Interpreter::Known;
        Consent {
            item,
            value,
            asked_at,
            explained_by: base::name_of(self.part.by).to_owned(),
            language: Some(self.person.language.unwrap_or("English").to_owned()),
            interpreter: Some(interpreter),
            interpreter_chosen: interpreter == Interpreter::Independent,
            interpreter_why: known.then(|| {
                "Nobody else who speaks the language could be had that day; asked again later."
                    .to_owned()
            }),
            method: Some(match number % 4 {
                _ if absent => Method::None,
                3 => Method::Video,
                2 => Method::Phone,
                _ => Method::InPerson,
            }),
            explanation_version: None,
            notice_version: (!absent).then(|| "2026-04".to_owned()),
            reason: reason(value, self.part.entry).map(str::to_owned),
        }
    }

    pub(super) fn best_interests(&mut self, signed: bool) {
        self.doing(What::Assess(CapacityAssessment {
            assessor: base::name_of(self.part.by).to_owned(),
            assessed_on: self.now,
            decision_asked: NRM_ENTRY.to_owned(),
            functional: "Could not retain the explanation on two tries an hour apart, and could not say back what a referral is.".to_owned(),
            diagnostic: "Acquired brain injury, as the hospital's letter says.".to_owned(),
            support_given: "Short sentences, pictures, a rest between the two tries, and somebody the person trusts.".to_owned(),
            outcome: CapacityOutcome::LacksCapacity,
            temporary: Temporary::NotKnown,
            reassess_on: Some(self.today.saturating_add(9.days())),
        }));
        // The assessment answered the question whether they may be referred.
        self.ask(&[
            (ConsentItem::MsvccSupport, ConsentValue::Yes),
            (ConsentItem::PoliceCooperation, ConsentValue::Undecided),
        ]);
        self.minutes(30);
        self.doing(What::Decide(NewBestInterests {
            decision_maker: base::name_of(self.part.by).to_owned(),
            consultees: "The ward sister; a sister by phone, with an interpreter.".to_owned(),
            imca: Imca::Instructed,
            imca_why: String::new(),
            decision: BestInterestsDecision::Refer,
            reasons: "A referral opens support and a safe place. The person says again and again that they do not want to go back.".to_owned(),
        }));
        if signed {
            self.days(1);
            self.by(self.part.supervisor(), What::Sign);
        }
    }
}

const SAFE_TIMES: [&str; 4] = [
    "after 18:00",
    "mornings only",
    "text first, any day but Friday",
    "between school runs, 10:00 to 14:00",
];

const fn reason(value: ConsentValue, entry: Entry) -> Option<&'static str> {
    match (value, entry) {
        (ConsentValue::Refused, _) => {
            Some("Is afraid for family at home if this is written down anywhere.")
        }
        (ConsentValue::Withdrawn, _) => {
            Some("Wants to think again, and to hear first from the people at home.")
        }
        (ConsentValue::CannotBeAsked, _) => {
            Some("Left before anybody could explain, and has not been found since.")
        }
        (ConsentValue::Undecided, Entry::CannotBeAsked) => Some("Nobody could ask."),
        _ => None,
    }
}
