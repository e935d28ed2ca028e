//! The gate before a first account: what is asked of this moment, and everything that speaks against it.

use serde::{Deserialize, Serialize};

use crate::age::AgeStatus;
use crate::coded::words;

words! {
    /// How the person stands to the police at this moment. Never a property of the person: it is asked
    /// anew each time.
    Law in "first-account-law" {
        /// Neither arrested nor suspected of an offence.
        Neither = "neither",
        /// There are grounds to suspect them of an offence.
        Suspected = "suspected",
        /// Under arrest, or in custody.
        Arrested = "arrested",
    }
}

words! {
    /// Whether an interview under Achieving Best Evidence is to come.
    Abe in "first-account-abe" {
        /// No.
        NotPlanned = "not_planned",
        /// Nobody has decided yet.
        NotDecided = "not_decided",
        /// Yes: only what safety and the referral need may be asked.
        Planned = "planned",
    }
}

words! {
    /// Whether they are well enough to talk.
    Health in "first-account-health" {
        /// They are, and say so.
        Well = "well",
        /// Hurt, ill, in pain, exhausted, or under the influence of something.
        Unwell = "unwell",
    }
}

words! {
    /// Whether they want to talk now.
    Willing in "first-account-willing" {
        /// They do.
        Yes = "yes",
        /// They do not, or not now.
        No = "no",
    }
}

words! {
    /// Whether they were told what this is for before the first question.
    Told in "first-account-told" {
        /// What it is for, who may read it, that they may stop.
        Yes = "yes",
        /// Not yet.
        No = "no",
    }
}

words! {
    /// Whether anybody who came along is out of hearing: supporters and social workers too (toolkit p. 10).
    Company in "first-account-company" {
        /// Nobody who came along can hear.
        Alone = "alone",
        /// Somebody who came along is still there.
        Accompanied = "accompanied",
    }
}

words! {
    /// Who is beside a child, or somebody who may be one.
    Beside in "first-account-beside" {
        /// An appropriate adult from the local authority.
        LocalAuthority = "local_authority",
        /// An independent child trafficking guardian.
        Guardian = "guardian",
        /// Another appropriate adult with no tie to the family or to anybody involved.
        Independent = "independent",
        /// A relative, or whoever says that they care for the child: may be the exploiter.
        Family = "family",
        /// Nobody.
        Nobody = "nobody",
    }
}

words! {
    /// How it is put into their language.
    Voice in "first-account-voice" {
        /// They share a language with the officer.
        NotNeeded = "not_needed",
        /// An interpreter in the room.
        InPerson = "in_person",
        /// By telephone.
        Telephone = "telephone",
        /// By video.
        Video = "video",
        /// Somebody who came along, a relative, a friend.
        CameAlong = "came_along",
        /// One is needed, and none could be had.
        NoneFound = "none_found",
    }
}

words! {
    /// Whether the interpreter was asked, and is no relative, friend, or associate of anybody involved.
    Free in "first-account-free" {
        /// Asked, and has no tie.
        Yes = "yes",
        /// Not asked, or has one.
        No = "no",
    }
}

impl Voice {
    /// Whether somebody interprets; then their language and their tie to others matter.
    pub const fn interprets(self) -> bool {
        match self {
            Self::InPerson | Self::Telephone | Self::Video | Self::CameAlong => true,
            Self::NotNeeded | Self::NoneFound => false,
        }
    }
}

words! {
    /// Why no account is begun now.
    Ground in "first-account-ground" {
        /// They are under arrest: caution, solicitor and appropriate adult come first (PACE).
        Arrested = "arrested",
        /// They are suspected of an offence: the same.
        Suspected = "suspected",
        /// An interview under Achieving Best Evidence is planned.
        AbePlanned = "abe_planned",
        /// They are not well enough.
        Unwell = "unwell",
        /// They do not want to, or not now.
        Unwilling = "unwilling",
        /// They were not told what it is for.
        NotTold = "not_told",
        /// Nobody has recorded whether they are an adult or a child.
        AgeNotRecorded = "age_not_recorded",
        /// Somebody who came along can hear.
        NotAlone = "not_alone",
        /// A child, or possible child, with no appropriate adult.
        ChildAlone = "child_alone",
        /// The adult beside them is a relative or carer.
        FamilyBeside = "family_beside",
        /// Whoever came along would interpret.
        CompanionInterprets = "companion_interprets",
        /// The interpreter was not asked, or has a tie.
        InterpreterNotFree = "interpreter_not_free",
        /// An interpreter is needed and there is none.
        NoInterpreter = "no_interpreter",
    }
}

impl Ground {
    /// The key of the sentence that says where to go instead.
    pub fn next(self) -> String {
        format!("{}-next", self.words())
    }

    /// The question of the gate it follows from.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Arrested | Self::Suspected => "law",
            Self::AbePlanned => "abe",
            Self::Unwell => "health",
            Self::Unwilling => "willing",
            Self::NotTold => "told",
            Self::AgeNotRecorded => "age",
            Self::NotAlone => "company",
            Self::ChildAlone | Self::FamilyBeside => "beside",
            Self::CompanionInterprets | Self::NoInterpreter => "voice",
            Self::InterpreterNotFree => "free",
        }
    }
}

/// What is asked before the first question, as it stands at that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// How they stand to the police.
    pub law: Law,
    /// Whether an interview is to come.
    pub abe: Abe,
    /// Whether they are well enough.
    pub health: Health,
    /// Whether they want to.
    pub willing: Willing,
    /// Whether they were told what it is for.
    pub told: Told,
    /// Whether anybody who came along can hear.
    pub company: Company,
    /// Who is beside a child; asked of nobody else.
    pub beside: Option<Beside>,
    /// How it is put into their language.
    pub voice: Voice,
    /// Whether the interpreter has no tie; asked where somebody interprets.
    pub free: Option<Free>,
}

/// Everything that speaks against beginning, the gravest first; empty: an account may be begun.
///
/// `age`: what is known of their age today. Where a child may be, every child rule holds (s. 51).
pub fn grounds(gate: &Gate, age: Option<AgeStatus>) -> Vec<Ground> {
    let mut found = Vec::new();
    match gate.law {
        Law::Neither => {}
        Law::Suspected => found.push(Ground::Suspected),
        Law::Arrested => found.push(Ground::Arrested),
    }
    match gate.abe {
        Abe::NotPlanned | Abe::NotDecided => {}
        Abe::Planned => found.push(Ground::AbePlanned),
    }
    found.extend((gate.health == Health::Unwell).then_some(Ground::Unwell));
    found.extend((gate.willing == Willing::No).then_some(Ground::Unwilling));
    found.extend((gate.told == Told::No).then_some(Ground::NotTold));
    match age {
        None => found.push(Ground::AgeNotRecorded),
        Some(age) if age.child_rules() => found.extend(beside_a_child(gate.beside)),
        Some(_) => {}
    }
    found.extend((gate.company == Company::Accompanied).then_some(Ground::NotAlone));
    found.extend(of_interpreter(gate));
    found
}

fn beside_a_child(beside: Option<Beside>) -> Option<Ground> {
    match beside {
        Some(Beside::LocalAuthority | Beside::Guardian | Beside::Independent) => None,
        Some(Beside::Family) => Some(Ground::FamilyBeside),
        Some(Beside::Nobody) | None => Some(Ground::ChildAlone),
    }
}

fn of_interpreter(gate: &Gate) -> Option<Ground> {
    match gate.voice {
        Voice::NotNeeded => None,
        Voice::CameAlong => Some(Ground::CompanionInterprets),
        Voice::NoneFound => Some(Ground::NoInterpreter),
        Voice::InPerson | Voice::Telephone | Voice::Video => {
            (gate.free != Some(Free::Yes)).then_some(Ground::InterpreterNotFree)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const ADULT: Gate = Gate {
        law: Law::Neither,
        abe: Abe::NotPlanned,
        health: Health::Well,
        willing: Willing::Yes,
        told: Told::Yes,
        company: Company::Alone,
        beside: None,
        voice: Voice::NotNeeded,
        free: None,
    };

    #[track_caller]
    fn check(gate: Gate, age: Option<AgeStatus>, want: &[Ground]) {
        assert_eq!(grounds(&gate, age), want, "{gate:?}, {age:?}");
    }

    #[test]
    fn arrest_suspicion_and_a_planned_interview_stop_an_account() {
        let adult = Some(AgeStatus::Adult);
        check(ADULT, adult, &[]);
        let law = |law| Gate { law, ..ADULT };
        check(law(Law::Suspected), adult, &[Ground::Suspected]);
        check(law(Law::Arrested), adult, &[Ground::Arrested]);
        let abe = |abe| Gate { abe, ..ADULT };
        check(abe(Abe::NotDecided), adult, &[]);
        check(abe(Abe::Planned), adult, &[Ground::AbePlanned]);
    }

    #[test]
    fn somebody_unwell_unwilling_untold_or_not_alone_is_not_asked() {
        let adult = Some(AgeStatus::Adult);
        let unwell = Gate {
            health: Health::Unwell,
            ..ADULT
        };
        check(unwell, adult, &[Ground::Unwell]);
        let unwilling = Gate {
            willing: Willing::No,
            ..ADULT
        };
        check(unwilling, adult, &[Ground::Unwilling]);
        let untold = Gate {
            told: Told::No,
            ..ADULT
        };
        check(untold, adult, &[Ground::NotTold]);
        let accompanied = Gate {
            company: Company::Accompanied,
            ..ADULT
        };
        check(accompanied, adult, &[Ground::NotAlone]);
        check(ADULT, None, &[Ground::AgeNotRecorded]);
    }

    #[test]
    fn a_child_or_possible_child_has_an_independent_adult_beside_them() {
        for age in [AgeStatus::Child, AgeStatus::NotSure] {
            let beside = |beside| Gate { beside, ..ADULT };
            check(beside(None), Some(age), &[Ground::ChildAlone]);
            check(
                beside(Some(Beside::Nobody)),
                Some(age),
                &[Ground::ChildAlone],
            );
            check(
                beside(Some(Beside::Family)),
                Some(age),
                &[Ground::FamilyBeside],
            );
            for free in [
                Beside::LocalAuthority,
                Beside::Guardian,
                Beside::Independent,
            ] {
                check(beside(Some(free)), Some(age), &[]);
            }
        }
        // An adult is asked for nobody.
        check(ADULT, Some(AgeStatus::Adult), &[]);
    }

    #[test]
    fn whoever_came_along_never_interprets_and_an_interpreter_is_asked_for_ties() {
        let adult = Some(AgeStatus::Adult);
        let with = |voice, free| Gate {
            voice,
            free,
            ..ADULT
        };
        check(
            with(Voice::CameAlong, Some(Free::Yes)),
            adult,
            &[Ground::CompanionInterprets],
        );
        check(
            with(Voice::NoneFound, None),
            adult,
            &[Ground::NoInterpreter],
        );
        for voice in [Voice::InPerson, Voice::Telephone, Voice::Video] {
            check(with(voice, Some(Free::Yes)), adult, &[]);
            check(
                with(voice, Some(Free::No)),
                adult,
                &[Ground::InterpreterNotFree],
            );
            check(with(voice, None), adult, &[Ground::InterpreterNotFree]);
        }
    }

    fn gates() -> impl Strategy<Value = Gate> {
        let first = (
            select(Law::ALL),
            select(Abe::ALL),
            select(Health::ALL),
            select(Willing::ALL),
        );
        let second = (
            select(Told::ALL),
            select(Company::ALL),
            prop::option::of(select(Beside::ALL)),
            select(Voice::ALL),
            prop::option::of(select(Free::ALL)),
        );
        (first, second).prop_map(
            |((law, abe, health, willing), (told, company, beside, voice, free))| Gate {
                law,
                abe,
                health,
                willing,
                told,
                company,
                beside,
                voice,
                free,
            },
        )
    }

    proptest! {
        #[test]
        fn nothing_else_opens_what_arrest_suspicion_or_an_interview_closes(gate in gates(), age in prop::option::of(select(&AgeStatus::ALL[..]))) {
            let found = grounds(&gate, age);
            let closed = gate.law != Law::Neither || gate.abe == Abe::Planned;
            if closed {
                prop_assert!(!found.is_empty());
            }
            // Each ground comes once, and whatever is open was open in every way.
            let mut once = found.clone();
            once.dedup();
            prop_assert_eq!(&once, &found);
            if found.is_empty() {
                prop_assert!(gate.health == Health::Well && gate.willing == Willing::Yes && gate.told == Told::Yes);
                prop_assert!(gate.company == Company::Alone && age.is_some());
                prop_assert!(gate.voice != Voice::CameAlong && gate.voice != Voice::NoneFound);
            }
        }

        #[test]
        fn a_possible_child_is_never_less_protected_than_an_adult(gate in gates()) {
            let adult = grounds(&gate, Some(AgeStatus::Adult));
            let unsure = grounds(&gate, Some(AgeStatus::NotSure));
            prop_assert_eq!(&grounds(&gate, Some(AgeStatus::Child)), &unsure);
            for ground in adult {
                prop_assert!(unsure.contains(&ground));
            }
        }
    }
}
