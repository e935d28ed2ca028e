//! What the API of people takes and gives.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use heyrick_domain::partial_date::PartialDateError;
use heyrick_domain::unknown::Unknown;
use heyrick_store::list::lists;
use heyrick_store::person::{Details, Only, Person, PersonLine, Sort};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::{LIMIT_MAX, LIMIT_USUAL, Problem, instant};
use crate::app::App;

/// Longest search, in characters.
pub(super) const TERM_MAX: usize = 200;

/// In which order.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PersonSort {
    /// By name.
    #[default]
    Name,
    /// The last recorded first.
    Changed,
}

impl From<PersonSort> for Sort {
    fn from(sort: PersonSort) -> Self {
        match sort {
            PersonSort::Name => Self::Name,
            PersonSort::Changed => Self::Changed,
        }
    }
}

/// What a list is narrowed to, and where it goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// How many; 25 unless said.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// In which order.
    #[serde(default)]
    #[param(inline)]
    pub sort: PersonSort,
    /// Made by the token's owner or given to them by name.
    #[serde(default)]
    pub mine: bool,
    /// Restricted or sealed.
    #[serde(default)]
    pub restricted: bool,
    /// With a referral that has not left.
    #[serde(default)]
    pub open_referral: bool,
}

impl ListQuery {
    pub fn only(&self) -> Only {
        Only {
            mine: self.mine,
            restricted: self.restricted,
            open_referral: self.open_referral,
        }
    }
}

/// How many a page holds.
pub(super) fn limit(asked: Option<u32>) -> Result<usize, Problem> {
    let limit = asked.unwrap_or(LIMIT_USUAL);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "bad-query"));
    }
    Ok(usize::try_from(limit).unwrap_or(usize::MAX))
}

/// A search.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonSearch {
    /// Names in any order, the beginning of a name (three letters or more), or a reference.
    #[schema(max_length = 200)]
    pub term: String,
    /// How many; 25 unless said.
    #[schema(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// In which order; by name unless said.
    #[schema(inline)]
    pub sort: Option<PersonSort>,
}

/// A page of people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonList {
    /// The people of the page.
    pub items: Vec<PersonItem>,
    /// The cursor to go on with; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A line of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonItem {
    /// The person's name in addresses.
    pub id: String,
    /// What people call the record, such as `P-7K4M-2Q`.
    pub reference: String,
    /// What colleagues call the person.
    pub label: String,
    /// First and last name, where the label is something else.
    pub name: Option<String>,
    /// Other names, oldest first.
    pub other_names: Vec<String>,
    /// Date of birth as far as it is known: `1998`, `1998-03`, `1998-03-09`, `~1998` for about.
    pub dob: Option<String>,
    /// `none`, `restricted` or `sealed`.
    pub restriction: &'static str,
    /// When anything about the person was last recorded (RFC 3339).
    pub updated_at: String,
}

impl From<PersonLine> for PersonItem {
    fn from(line: PersonLine) -> Self {
        Self {
            id: line.public_id.0,
            reference: line.reference,
            label: line.label,
            name: line.name,
            other_names: line.other_names,
            dob: line.dob.map(|dob| dob.to_string()),
            restriction: line.level.code(),
            updated_at: instant(line.updated_at),
        }
    }
}

/// What is written down of a person. One of `first_name`, `last_name` and `called` is needed.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PersonDetails {
    /// First name.
    #[schema(max_length = 200)]
    pub first_name: Option<String>,
    /// Last name.
    #[schema(max_length = 200)]
    pub last_name: Option<String>,
    /// What colleagues write when no name may be.
    #[schema(max_length = 200)]
    pub called: Option<String>,
    /// `1998`, `1998-03`, `1998-03-09`, with `~` before it for about.
    pub dob: Option<String>,
    /// `female`, `male` or `neither`.
    pub gender: Option<String>,
    /// As in the Home Office's list; case and accents do not matter.
    pub nationality: Option<String>,
    /// Another nationality.
    pub nationality_second: Option<String>,
    /// The language they speak best.
    #[schema(max_length = 200)]
    pub language: Option<String>,
    /// Whether they need an interpreter: `yes` or `no`.
    pub interpreter: Option<String>,
    /// What else helps them to speak and to follow.
    #[schema(max_length = 2000)]
    pub communication_help: Option<String>,
    /// What the Home Office calls them.
    #[schema(max_length = 200)]
    pub home_office_reference: Option<String>,
    /// Whether they have children: `yes` or `no`.
    pub children: Option<String>,
    /// Whether a county line is part of what happened: `yes` or `no`.
    pub county_lines: Option<String>,
    /// What else colleagues must know.
    #[schema(max_length = 15000)]
    pub notes: Option<String>,
    /// Why a field has no value: its name, and `unknown`, `not_asked`, `refused` or `not_safe_to_ask`.
    #[schema(value_type = BTreeMap<String, String>)]
    pub unknowns: BTreeMap<String, Unknown>,
}

impl PersonDetails {
    /// The details as they would be kept.
    pub fn checked(self, app: &App) -> Result<Details, Problem> {
        let mut problem = Problem::invalid();
        let mut wrong = false;
        let dob = match self.dob.as_deref().map(str::parse).transpose() {
            Ok(dob) => dob,
            Err(error) => {
                wrong = true;
                problem = problem.field("/dob", dob_key(error));
                None
            }
        };
        let details = Details {
            dob,
            first_name: self.first_name,
            last_name: self.last_name,
            called: self.called,
            gender: self.gender,
            nationality: self.nationality,
            nationality_second: self.nationality_second,
            language: self.language,
            interpreter: self.interpreter,
            communication_help: self.communication_help,
            home_office_reference: self.home_office_reference,
            children: self.children,
            county_lines: self.county_lines,
            notes: self.notes,
            unknowns: self.unknowns,
        };
        match details.checked(lists(), app.store.today()) {
            Ok(kept) if !wrong => Ok(kept),
            Ok(_) => Err(problem),
            Err(errors) => Err(errors.iter().fold(problem, |problem, error| {
                problem.field(format!("/{}", error.field), error.code())
            })),
        }
    }
}

/// The sentence that says what is wrong with a date of birth.
pub(crate) const fn dob_key(error: PartialDateError) -> &'static str {
    match error {
        PartialDateError::Year => "person-error-dob-year",
        PartialDateError::Month => "person-error-dob-month",
        PartialDateError::Day => "person-error-dob-day",
    }
}

impl From<Details> for PersonDetails {
    fn from(details: Details) -> Self {
        Self {
            dob: details.at("dob"),
            first_name: details.first_name,
            last_name: details.last_name,
            called: details.called,
            gender: details.gender,
            nationality: details.nationality,
            nationality_second: details.nationality_second,
            language: details.language,
            interpreter: details.interpreter,
            communication_help: details.communication_help,
            home_office_reference: details.home_office_reference,
            children: details.children,
            county_lines: details.county_lines,
            notes: details.notes,
            unknowns: details.unknowns,
        }
    }
}

/// A person's record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonBody {
    /// The person's name in addresses.
    pub id: String,
    /// What people call the record, such as `P-7K4M-2Q`.
    pub reference: String,
    /// What colleagues call the person.
    pub label: String,
    /// What is written down.
    pub details: PersonDetails,
    /// Names that hold besides the given one, oldest first.
    pub names: Vec<PersonNameBody>,
    /// `none`, `restricted` or `sealed`.
    pub restriction: &'static str,
    /// The version of the details; the same as in `ETag`.
    pub version: i64,
    /// Who made the record.
    pub created_by: String,
    /// When (RFC 3339).
    pub created_at: String,
    /// When anything about the person was last recorded (RFC 3339).
    pub updated_at: String,
    /// The day somebody looks whether the record is still needed.
    pub review_on: String,
}

/// Another name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonNameBody {
    /// Its name in addresses.
    pub id: String,
    /// `alias`, `nickname`, `exploitation_name` or `other_spelling`.
    pub kind: &'static str,
    /// As typed.
    pub name: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// When (RFC 3339).
    pub recorded_at: String,
}

impl From<Person> for PersonBody {
    fn from(person: Person) -> Self {
        let names = person
            .other_names()
            .map(|name| PersonNameBody {
                id: name.public_id.0.clone(),
                kind: name.kind.code(),
                name: name.raw.clone(),
                recorded_by: name.recorded_by.clone(),
                recorded_at: instant(name.recorded_at),
            })
            .collect();
        Self {
            label: person.label(),
            restriction: person.level().code(),
            names,
            id: person.public_id.0,
            reference: person.reference,
            version: person.version,
            created_by: person.created_by,
            created_at: instant(person.created_at),
            updated_at: instant(person.updated_at),
            review_on: person.review_on.to_string(),
            details: person.details.into(),
        }
    }
}
