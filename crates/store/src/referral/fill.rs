//! What a new referral is filled from: what is known of the person, of whoever begins it, and its own
//! reference. Everything filled must be looked at by somebody before it leaves.

use heyrick_domain::form::{Answer, Form, Kind, Lists, Question};
use heyrick_domain::person::NameKind;
use heyrick_domain::unknown::Unknown;
use jiff::civil::Date;

use crate::person::{Details, PersonName};

/// What is known when a referral is begun.
pub(super) struct Known<'a> {
    pub details: &'a Details,
    /// Names they go by.
    pub names: &'a [PersonName],
    /// The work address of whoever begins it.
    pub email: Option<&'a str>,
    /// Their agency's name.
    pub agency: &'a str,
    /// The referral's own reference.
    pub reference: &'a str,
}

/// A question filled, and from what.
pub(super) struct Filled<'f> {
    pub question: &'f Question,
    pub answer: Answer,
    /// `person`, `account`, `agency` or `reference`.
    pub from: &'static str,
}

impl Known<'_> {
    /// Every question of the form that can be filled.
    pub(super) fn fill<'f>(&self, form: &'f Form, lists: &Lists, today: Date) -> Vec<Filled<'f>> {
        form.questions
            .values()
            .filter_map(|question| {
                let (from, value) = self.of(question.fill.as_deref()?)?;
                let answer = fitting(question, value, lists, today)?;
                Some(Filled {
                    question,
                    answer,
                    from,
                })
            })
            .collect()
    }

    fn of(&self, name: &str) -> Option<(&'static str, Value)> {
        let said = |value: Option<&str>| value.map(|value| Value::Said(value.to_owned()));
        match name {
            "user_email" => Some(("account", said(self.email)?)),
            "agency" => Some(("agency", said(Some(self.agency))?)),
            "reference" => Some(("reference", said(Some(self.reference))?)),
            field => Some(("person", self.of_person(field)?)),
        }
    }

    fn of_person(&self, name: &str) -> Option<Value> {
        let details = self.details;
        let (field, value) = match name {
            "first_name" => (name, details.first_name.clone()),
            "last_name" => (name, details.last_name.clone()),
            "nickname" => (name, self.other_names()),
            "dob" => (
                name,
                details.dob.and_then(|dob| Some(dob.exact()?.to_string())),
            ),
            "gender" => (name, details.gender.clone()),
            "nationality" => (name, details.nationality.clone()),
            "nationality_second" => (name, details.nationality_second.clone()),
            "language" => (name, details.language.clone()),
            "interpreter" => (name, details.interpreter.clone()),
            "children" => (name, details.children.clone()),
            "county_lines" => (name, details.county_lines.clone()),
            "communication_help" => (name, details.communication_help.clone()),
            "communication_help_needed" => (
                "communication_help",
                details
                    .communication_help
                    .as_ref()
                    .map(|_| "yes".to_owned()),
            ),
            "home_office_reference" => (name, details.home_office_reference.clone()),
            "home_office_reference_known" => (
                "home_office_reference",
                details
                    .home_office_reference
                    .as_ref()
                    .map(|_| "yes".to_owned()),
            ),
            _ => return None,
        };
        match value {
            Some(value) => Some(Value::Said(value)),
            None => details.unknowns.get(field).copied().map(Value::Unknown),
        }
    }

    fn other_names(&self) -> Option<String> {
        let names: Vec<&str> = self
            .names
            .iter()
            .filter(|name| matches!(name.kind, NameKind::Nickname | NameKind::Alias))
            .map(|name| name.raw.as_str())
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

enum Value {
    Said(String),
    Unknown(Unknown),
}

/// The value as this question takes it; `None` where it does not: nothing is filled in wrong.
fn fitting(question: &Question, value: Value, lists: &Lists, today: Date) -> Option<Answer> {
    match value {
        Value::Unknown(kind) => question.offers_unknown().then(|| Answer::unknown(kind)),
        Value::Said(value) => match question.kind {
            Kind::Radios => question
                .options
                .contains(&value)
                .then(|| Answer::text(value)),
            Kind::Select => {
                let list = question.list.as_deref()?;
                lists.spelling(list, &value, today).map(Answer::text)
            }
            _ => Some(Answer::text(value)),
        },
    }
}
