//! What the form takes from recorded facts instead of asking: ages, consents, the route.
//!
//! Facts are dated rows of their own, never answers that can be overwritten (CONS-5); the form only
//! reads them. INVARIANT: [`Facts::route`] never gives a Duty to Notify for a child or a possible child.

use super::answer::Answer;

/// How old the person is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// 18 or over.
    Adult,
    /// Under 18.
    Child,
    /// Treated as a child until it is settled (Modern Slavery Act 2015 s.51).
    NotSure,
}

/// Yes, no, or not sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sure {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Not sure.
    NotSure,
}

impl Sure {
    const fn code(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotSure => "not-sure",
        }
    }
}

/// What an adult answered about entering the National Referral Mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Agreed, informed.
    Given,
    /// Said no.
    Refused,
    /// Gone, missing or unconscious: nobody could ask.
    CannotBeAsked,
    /// Lacks capacity; a best-interests decision signed by a supervisor says refer.
    BestInterests,
}

/// Whether the person is willing to help an investigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cooperation {
    /// Willing.
    Yes,
    /// Not willing.
    No,
    /// Has not decided.
    Undecided,
}

/// Where the form leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormRoute {
    /// A referral that names the person.
    Nrm,
    /// A Duty to Notify.
    Dtn,
}

impl FormRoute {
    /// The word of the store, the API and conditions.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nrm => "nrm",
            Self::Dtn => "dtn",
        }
    }
}

/// What has been recorded so far. `None`: nobody has recorded it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Age now.
    pub age: Option<Age>,
    /// Under 18 at any time during the exploitation; asked of adults.
    pub under_18_at_exploitation: Option<Sure>,
    /// Consent to enter; adults only.
    pub entry: Option<Entry>,
    /// Wants support; adults who agreed.
    pub support: Option<bool>,
    /// Willing to help an investigation.
    pub cooperation: Option<Cooperation>,
    /// Agrees to be named in a Duty to Notify. Not the same as willing to help (DTN-6).
    pub identity: bool,
    /// How many files are attached as evidence.
    pub files: usize,
}

impl Facts {
    /// Where the form leads as things stand; `None` while age or an adult's answer is missing.
    pub const fn route(&self) -> Option<FormRoute> {
        match (self.age, self.entry) {
            (Some(Age::Child | Age::NotSure), _) => Some(FormRoute::Nrm),
            (Some(Age::Adult), Some(Entry::Given | Entry::BestInterests)) => Some(FormRoute::Nrm),
            (Some(Age::Adult), Some(Entry::Refused | Entry::CannotBeAsked)) => Some(FormRoute::Dtn),
            (Some(Age::Adult), None) | (None, _) => None,
        }
    }

    /// The answer to a question that is taken from a fact, in the Home Office's words.
    pub fn answer(&self, fact: &str) -> Option<Answer> {
        let word = match fact {
            "age" => match self.age? {
                Age::Adult => "no",
                Age::Child => "yes",
                Age::NotSure => "not-sure",
            },
            "age_at_exploitation" => self.under_18_at_exploitation?.code(),
            // The form forces `yes` for a child or possible child (AGE-2).
            "nrm_entry" => match self.route()? {
                FormRoute::Nrm => "yes",
                FormRoute::Dtn => "no",
            },
            "support" => yes_no(self.support?),
            // The form has no "undecided": somebody who has not said yes is not willing yet.
            "cooperation" => yes_no(self.cooperation? == Cooperation::Yes),
            "route" => self.route()?.code(),
            "identity" => yes_no(self.identity),
            "files" => {
                return (self.files > 0).then(|| Answer::text(self.files.to_string()));
            }
            _ => return None,
        };
        Some(Answer::text(word))
    }
}

/// The facts a question may be answered from, and a condition may look at.
pub(super) const NAMES: [&str; 8] = [
    "age",
    "age_at_exploitation",
    "nrm_entry",
    "support",
    "cooperation",
    "route",
    "identity",
    "files",
];

const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(age: Option<Age>, entry: Option<Entry>, want: Option<FormRoute>) {
        let facts = Facts {
            age,
            entry,
            ..Facts::default()
        };
        assert_eq!(facts.route(), want, "{age:?} {entry:?}");
    }

    #[test]
    fn an_adult_decides_and_silence_decides_nothing() {
        check(Some(Age::Adult), Some(Entry::Given), Some(FormRoute::Nrm));
        check(
            Some(Age::Adult),
            Some(Entry::BestInterests),
            Some(FormRoute::Nrm),
        );
        check(Some(Age::Adult), Some(Entry::Refused), Some(FormRoute::Dtn));
        check(
            Some(Age::Adult),
            Some(Entry::CannotBeAsked),
            Some(FormRoute::Dtn),
        );
        check(Some(Age::Adult), None, None);
        check(None, Some(Entry::Refused), None);
    }

    #[test]
    fn a_possible_child_is_referred_whatever_was_answered() {
        for age in [Age::Child, Age::NotSure] {
            for entry in [None, Some(Entry::Refused), Some(Entry::CannotBeAsked)] {
                check(Some(age), entry, Some(FormRoute::Nrm));
            }
        }
    }
}
