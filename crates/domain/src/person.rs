//! A person the work is about: what is written down of them, and what cannot be.
//!
//! Nothing here judges anybody: nationality, language and names are kept to speak with a person and to
//! refer them, and no rule reads them (house rule 2). Every field can say why there is no value; a
//! record needs something to be called by and nothing else (house rules 5 and 8).

use std::collections::BTreeMap;

use heyrick_normalise::fold;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::form::Lists;
use crate::partial_date::PartialDate;
use crate::unknown::Unknown;

/// What is written down of a person. Text stands as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// What colleagues write when no name may be: "PV3", "woman from the flat".
    pub called: Option<String>,
    /// Date of birth, as far as it is known.
    pub dob: Option<PartialDate>,
    /// One of [`GENDERS`].
    pub gender: Option<String>,
    /// Nationality, spelled as in the list.
    pub nationality: Option<String>,
    /// Another nationality, spelled as in the list.
    pub nationality_second: Option<String>,
    /// The language they speak best.
    pub language: Option<String>,
    /// Whether they need an interpreter: `yes` or `no`.
    pub interpreter: Option<String>,
    /// What else helps them to speak and to follow.
    pub communication_help: Option<String>,
    /// What the Home Office calls them.
    pub home_office_reference: Option<String>,
    /// Whether they have children: `yes` or `no`.
    pub children: Option<String>,
    /// Whether a county line is part of what happened: `yes` or `no`.
    pub county_lines: Option<String>,
    /// What else colleagues must know. Never an account of what happened: that is the referral.
    pub notes: Option<String>,
    /// Why a field has no value; one of [`UNKNOWABLE`] each.
    pub unknowns: BTreeMap<String, Unknown>,
}

/// What is written for gender: the Home Office's two, and neither.
pub const GENDERS: [&str; 3] = ["female", "male", "neither"];
/// A plain answer.
pub const YES_NO: [&str; 2] = ["yes", "no"];
/// The list nationalities are chosen from.
pub const NATIONALITIES: &str = "nationalities";
/// Fields that can say why they have no value.
pub const UNKNOWABLE: [&str; 12] = [
    "first_name",
    "last_name",
    "dob",
    "gender",
    "nationality",
    "nationality_second",
    "language",
    "interpreter",
    "communication_help",
    "home_office_reference",
    "children",
    "county_lines",
];
/// Every field that holds a value, in the order of the page. All but `dob` are text.
pub const FIELDS: [&str; 14] = [
    "called",
    "first_name",
    "last_name",
    "dob",
    "gender",
    "nationality",
    "nationality_second",
    "language",
    "interpreter",
    "communication_help",
    "children",
    "county_lines",
    "home_office_reference",
    "notes",
];

/// Longest name, in characters.
pub const NAME_MAX: usize = 200;
/// Longest note about what helps somebody to speak and to follow, in characters.
pub const HELP_MAX: usize = 2000;
/// Longest notes, in characters: as long as the longest answer of the Home Office's form.
pub const NOTES_MAX: usize = 15_000;

/// What is wrong with one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No name, and nothing to call them by.
    #[error("enter a name, or what colleagues call this person")]
    Nameless,
    /// Longer than the field takes.
    #[error("this is longer than the field takes")]
    Long,
    /// A character that cannot be written, such as a line break in a name.
    #[error("this has a character that cannot be written here")]
    Control,
    /// Not in the list.
    #[error("choose one from the list")]
    NotListed,
    /// Not one of the answers offered.
    #[error("choose one of the answers")]
    NotOffered,
    /// A value and a reason why there is none.
    #[error("enter a value or say why there is none, not both")]
    Both,
    /// A date of birth that has not come yet.
    #[error("the date of birth must be in the past")]
    Future,
    /// A reason for a field that takes none.
    #[error("this field takes no reason why there is no value")]
    NoReason,
}

/// A field, and what is wrong with it. Never holds what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {fault}")]
pub struct DetailsError {
    /// Which field, by its name here.
    pub field: &'static str,
    /// What is wrong.
    pub fault: Fault,
}

impl DetailsError {
    /// The key of its sentence in the catalogues.
    pub const fn code(&self) -> &'static str {
        match self.fault {
            Fault::Nameless => "person-error-nameless",
            Fault::Long => "person-error-long",
            Fault::Control => "person-error-control",
            Fault::NotListed => "person-error-not-listed",
            Fault::NotOffered => "person-error-not-offered",
            Fault::Both => "person-error-both",
            Fault::Future => "person-error-future",
            Fault::NoReason => "person-error-no-reason",
        }
    }
}

impl Details {
    /// The text of a field; `None` for a field without a value and for any other name.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.slot(field)?.as_deref()
    }

    /// Writes a field of text; any other name is left alone.
    pub fn set_text(&mut self, field: &str, value: Option<String>) {
        if let Some(slot) = self.slot_mut(field) {
            *slot = value;
        }
    }

    /// The details as they are kept: spaces around trimmed, empty fields empty, nationalities in the
    /// list's own spelling. A field that is filled needs no reason why it is empty.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the page.
    pub fn checked(&self, lists: &Lists, today: Date) -> Result<Self, Vec<DetailsError>> {
        let mut kept = self.clone();
        let mut errors = Vec::new();
        let mut refuse = |field, fault| errors.push(DetailsError { field, fault });
        for field in FIELDS {
            if field == "dob" {
                continue;
            }
            match checked_text(field, self.text(field), lists, today) {
                Ok(value) => kept.set_text(field, value),
                Err(fault) => refuse(field, fault),
            }
        }
        if kept.nameless() {
            refuse("called", Fault::Nameless);
        }
        if self.dob.is_some_and(|dob| dob.span().0 > today) {
            refuse("dob", Fault::Future);
        }
        for field in self.unknowns.keys() {
            match UNKNOWABLE.iter().find(|known| *known == field) {
                Some(known) if kept.has(known) => refuse(known, Fault::Both),
                Some(_) => {}
                None => refuse("unknowns", Fault::NoReason),
            }
        }
        if errors.is_empty() {
            Ok(kept)
        } else {
            Err(errors)
        }
    }

    fn nameless(&self) -> bool {
        self.first_name.is_none() && self.last_name.is_none() && self.called.is_none()
    }

    /// Whether a field has a value.
    pub fn has(&self, field: &str) -> bool {
        match field {
            "dob" => self.dob.is_some(),
            field => self.text(field).is_some(),
        }
    }

    /// First and last name with a space between; `None` when neither is known.
    pub fn full_name(&self) -> Option<String> {
        match (&self.first_name, &self.last_name) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            (Some(one), None) | (None, Some(one)) => Some(one.clone()),
            (None, None) => None,
        }
    }

    /// What colleagues call the person: what they write, else the name; `None` when there is neither.
    pub fn label(&self) -> Option<String> {
        self.called.clone().or_else(|| self.full_name())
    }

    /// What lists are ordered by, in a form both engines order alike: what colleagues call the person,
    /// else last name before first.
    pub fn sort_name(&self) -> String {
        let names = [self.last_name.as_deref(), self.first_name.as_deref()];
        let raw = match &self.called {
            Some(called) => called.clone(),
            None => names.into_iter().flatten().collect::<Vec<_>>().join(" "),
        };
        fold(&raw)
    }

    /// Names of the fields in which two versions differ, in the order of the page.
    pub fn differs(&self, other: &Self) -> Vec<&'static str> {
        let differ = |field: &&str| {
            self.at(field) != other.at(field)
                || self.unknowns.get(*field) != other.unknowns.get(*field)
        };
        FIELDS.into_iter().filter(differ).collect()
    }

    /// A field as text, a date of birth in the form it is stored.
    pub fn at(&self, field: &str) -> Option<String> {
        match field {
            "dob" => self.dob.map(|dob| dob.to_string()),
            field => self.text(field).map(str::to_owned),
        }
    }

    fn slot(&self, field: &str) -> Option<&Option<String>> {
        Some(match field {
            "first_name" => &self.first_name,
            "last_name" => &self.last_name,
            "called" => &self.called,
            "gender" => &self.gender,
            "nationality" => &self.nationality,
            "nationality_second" => &self.nationality_second,
            "language" => &self.language,
            "interpreter" => &self.interpreter,
            "communication_help" => &self.communication_help,
            "home_office_reference" => &self.home_office_reference,
            "children" => &self.children,
            "county_lines" => &self.county_lines,
            "notes" => &self.notes,
            _ => return None,
        })
    }

    fn slot_mut(&mut self, field: &str) -> Option<&mut Option<String>> {
        Some(match field {
            "first_name" => &mut self.first_name,
            "last_name" => &mut self.last_name,
            "called" => &mut self.called,
            "gender" => &mut self.gender,
            "nationality" => &mut self.nationality,
            "nationality_second" => &mut self.nationality_second,
            "language" => &mut self.language,
            "interpreter" => &mut self.interpreter,
            "communication_help" => &mut self.communication_help,
            "home_office_reference" => &mut self.home_office_reference,
            "children" => &mut self.children,
            "county_lines" => &mut self.county_lines,
            "notes" => &mut self.notes,
            _ => return None,
        })
    }
}

fn checked_text(
    field: &str,
    typed: Option<&str>,
    lists: &Lists,
    today: Date,
) -> Result<Option<String>, Fault> {
    let Some(typed) = typed.map(str::trim).filter(|typed| !typed.is_empty()) else {
        return Ok(None);
    };
    let (longest, lines) = match field {
        "notes" => (NOTES_MAX, Lines::Many),
        "communication_help" => (HELP_MAX, Lines::Many),
        _ => (NAME_MAX, Lines::One),
    };
    check_text(typed, longest, lines)?;
    match field {
        "gender" => offered(&GENDERS, typed)?,
        "interpreter" | "children" | "county_lines" => offered(&YES_NO, typed)?,
        "nationality" | "nationality_second" => {
            let spelled = lists.spelling(NATIONALITIES, typed, today);
            return spelled.map(Some).ok_or(Fault::NotListed);
        }
        _ => {}
    }
    Ok(Some(typed.to_owned()))
}

fn offered(answers: &[&str], typed: &str) -> Result<(), Fault> {
    if answers.contains(&typed) {
        Ok(())
    } else {
        Err(Fault::NotOffered)
    }
}

/// Whether a text may have lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// One line.
    One,
    /// Several.
    Many,
}

/// Refuses what is too long or holds a control character; line breaks and tabs pass where there may be
/// several lines.
///
/// # Errors
/// [`Fault::Long`] or [`Fault::Control`].
pub fn check_text(text: &str, longest: usize, lines: Lines) -> Result<(), Fault> {
    let allowed = |letter: char| lines == Lines::Many && matches!(letter, '\n' | '\r' | '\t');
    if text
        .chars()
        .any(|letter| letter.is_control() && !allowed(letter))
    {
        return Err(Fault::Control);
    }
    if text.chars().count() > longest {
        return Err(Fault::Long);
    }
    Ok(())
}

/// What kind of name somebody goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// First and last name, as in the details; written by the details themselves.
    Given,
    /// Another name they are known by.
    Alias,
    /// A nickname.
    Nickname,
    /// A name somebody who exploits them gave them or calls them.
    ExploitationName,
    /// The same name, written otherwise.
    OtherSpelling,
}

impl NameKind {
    /// Those that can be added, in the order they are offered.
    pub const ADDED: [Self; 4] = [
        Self::Alias,
        Self::Nickname,
        Self::ExploitationName,
        Self::OtherSpelling,
    ];

    /// The word kept in the store and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Alias => "alias",
            Self::Nickname => "nickname",
            Self::ExploitationName => "exploitation_name",
            Self::OtherSpelling => "other_spelling",
        }
    }

    /// Reads [`Self::code`] back; `None` for any other word.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Given]
            .into_iter()
            .chain(Self::ADDED)
            .find(|kind| kind.code() == code)
    }
}

/// A name as it is kept: trimmed, one line, not empty.
///
/// # Errors
/// [`Fault`] for what cannot be a name.
pub fn checked_name(raw: &str) -> Result<&str, Fault> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Err(Fault::Nameless);
    }
    check_text(raw, NAME_MAX, Lines::One)?;
    Ok(raw)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 3, 3);

    fn lists() -> Lists {
        Lists::of([("nationalities", vec!["Eritrean", "Côte d'Ivoire"])])
    }

    fn with(field: &str, value: &str) -> Details {
        let mut details = Details {
            called: Some("PV3".to_owned()),
            ..Details::default()
        };
        details.set_text(field, Some(value.to_owned()));
        details
    }

    #[track_caller]
    fn refused(details: &Details, field: &str, fault: Fault) {
        let errors = details.checked(&lists(), TODAY).unwrap_err();
        let got: Vec<_> = errors.iter().map(|one| (one.field, one.fault)).collect();
        assert_eq!(got, [(field, fault)]);
    }

    #[test]
    fn something_to_be_called_by_is_all_a_record_needs() {
        refused(&Details::default(), "called", Fault::Nameless);
        refused(&with("called", "  "), "called", Fault::Nameless);
        for field in ["first_name", "last_name", "called"] {
            let mut details = Details::default();
            details.set_text(field, Some(" Testa ".to_owned()));
            let kept = details.checked(&lists(), TODAY).unwrap();
            assert_eq!(kept.text(field), Some("Testa"), "{field}");
        }
    }

    #[test]
    fn an_answer_is_one_of_those_offered() {
        for (field, answers) in [
            ("gender", &GENDERS[..]),
            ("interpreter", &YES_NO[..]),
            ("children", &YES_NO[..]),
            ("county_lines", &YES_NO[..]),
        ] {
            for answer in answers {
                assert!(
                    with(field, answer).checked(&lists(), TODAY).is_ok(),
                    "{field} {answer}"
                );
            }
            refused(&with(field, "perhaps"), field, Fault::NotOffered);
        }
    }

    #[test]
    fn a_nationality_is_kept_as_the_list_spells_it() {
        for field in ["nationality", "nationality_second"] {
            let kept = with(field, "cote d'ivoire")
                .checked(&lists(), TODAY)
                .unwrap();
            assert_eq!(kept.text(field), Some("Côte d'Ivoire"));
            refused(&with(field, "Atlantean"), field, Fault::NotListed);
        }
    }

    #[test]
    fn lengths_are_counted_in_characters_up_to_the_last_one() {
        for (field, longest) in [
            ("first_name", NAME_MAX),
            ("called", NAME_MAX),
            ("language", NAME_MAX),
            ("communication_help", HELP_MAX),
            ("notes", NOTES_MAX),
        ] {
            let fits = with(field, &"ẽ".repeat(longest));
            assert!(fits.checked(&lists(), TODAY).is_ok(), "{field}");
            refused(&with(field, &"ẽ".repeat(longest + 1)), field, Fault::Long);
        }
    }

    #[test]
    fn control_characters_are_refused_and_notes_have_lines() {
        for bad in ["a\nb", "a\tb", "a\u{0}b", "a\u{7f}b", "a\u{85}b"] {
            refused(&with("first_name", bad), "first_name", Fault::Control);
        }
        assert!(with("notes", "a\r\n\tb").checked(&lists(), TODAY).is_ok());
        refused(&with("notes", "a\u{1b}b"), "notes", Fault::Control);
    }

    #[test]
    fn a_birth_is_not_to_come() {
        let born = |text: &str| Details {
            dob: Some(text.parse().unwrap()),
            ..with("called", "PV3")
        };
        for fine in ["2026-03-02", "2026-03-03", "2026-03", "2026", "~2027"] {
            assert!(born(fine).checked(&lists(), TODAY).is_ok(), "{fine}");
        }
        for late in ["2026-03-04", "2026-04", "2027", "~2028"] {
            refused(&born(late), "dob", Fault::Future);
        }
    }

    #[test]
    fn a_reason_stands_where_a_value_is_missing_and_nowhere_else() {
        let mut details = with("language", "Tigrinya");
        details
            .unknowns
            .insert("gender".to_owned(), Unknown::Refused);
        assert!(details.checked(&lists(), TODAY).is_ok());
        details
            .unknowns
            .insert("language".to_owned(), Unknown::NotAsked);
        refused(&details, "language", Fault::Both);
        details.unknowns = BTreeMap::from([("notes".to_owned(), Unknown::Unknown)]);
        refused(&details, "unknowns", Fault::NoReason);
    }

    #[test]
    fn colleagues_words_come_before_the_name() {
        let mut details = Details {
            first_name: Some("Testa".to_owned()),
            last_name: Some("Exemplar".to_owned()),
            ..Details::default()
        };
        assert_eq!(details.label().as_deref(), Some("Testa Exemplar"));
        assert_eq!(details.sort_name(), "exemplar testa");
        details.called = Some("PV3".to_owned());
        assert_eq!(details.label().as_deref(), Some("PV3"));
        assert_eq!(details.sort_name(), "pv3");
        assert_eq!(Details::default().label(), None);
    }

    #[test]
    fn two_versions_differ_by_value_and_by_reason() {
        let one = with("language", "Tigrinya");
        let mut other = one.clone();
        assert_eq!(one.differs(&other), Vec::<&str>::new());
        other.dob = Some("1998".parse().unwrap());
        other.notes = Some("tall".to_owned());
        other
            .unknowns
            .insert("gender".to_owned(), Unknown::NotSafeToAsk);
        assert_eq!(one.differs(&other), ["dob", "gender", "notes"]);
    }

    #[test]
    fn every_kind_of_name_reads_back() {
        for kind in [NameKind::Given].into_iter().chain(NameKind::ADDED) {
            assert_eq!(NameKind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(checked_name(" Bee "), Ok("Bee"));
        assert_eq!(checked_name(" "), Err(Fault::Nameless));
        assert_eq!(checked_name("a\u{0}"), Err(Fault::Control));
    }
}
