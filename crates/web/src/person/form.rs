//! The form of a person's details: what was typed, read into details; details, written into the form.

use std::collections::{BTreeMap, BTreeSet};

use heyrick_domain::partial_date::{PartialDate, PartialDateError};
use heyrick_domain::person::{FIELDS, GENDERS, NATIONALITIES, UNKNOWABLE, YES_NO};
use heyrick_domain::unknown::Unknown;
use heyrick_store::list::lists;
use heyrick_store::person::Details;

use super::api::body::dob_key;
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::Page;
use crate::session::{CSRF_FIELD, Signed};

/// Fields whose answers are offered: the four reasons for none stand beside them.
pub(super) const OFFERED: [&str; 4] = ["gender", "interpreter", "children", "county_lines"];
/// What a page sends beside the details.
const BESIDE: [&str; 4] = [CSRF_FIELD, "base", "version", "go_on"];
const DOB: [&str; 4] = ["dob_day", "dob_month", "dob_year", "dob_about"];

/// What was typed, field by field, as it comes back when something is wrong.
pub(crate) type Typed = BTreeMap<String, String>;

/// Something wrong with a field: its name, the key of the sentence, the box to look at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub field: &'static str,
    pub key: &'static str,
    pub anchor: String,
}

/// Takes what was sent, each field once.
///
/// # Errors
/// [`PageError::Unreadable`] when a field comes twice, for which was meant nobody can tell, and for a field
/// the form does not ask for.
pub(super) fn typed(fields: Vec<(String, String)>) -> Result<Typed, PageError> {
    let mut typed = empty();
    let mut seen = BTreeSet::new();
    for (name, value) in fields {
        let known = typed.contains_key(&name) || BESIDE.contains(&name.as_str());
        if !known || !seen.insert(name.clone()) {
            return Err(PageError::Unreadable);
        }
        typed.insert(name, value);
    }
    Ok(typed)
}

/// A form nobody has touched.
pub(crate) fn empty() -> Typed {
    let reasons = UNKNOWABLE.iter().map(|field| format!("why_{field}"));
    let fields = FIELDS.iter().chain(&DOB).map(|field| (*field).to_owned());
    fields
        .chain(reasons)
        .map(|name| (name, String::new()))
        .collect()
}

/// The form as these details would have been typed.
pub(super) fn filled(details: &Details) -> Typed {
    let mut typed = empty();
    for field in FIELDS {
        if let Some(value) = details.text(field) {
            typed.insert(field.to_owned(), value.to_owned());
        }
    }
    if let Some(dob) = details.dob {
        let (year, month, day) = dob.parts();
        let number = |number: Option<i8>| number.map(|n| n.to_string()).unwrap_or_default();
        typed.insert("dob_year".to_owned(), year.to_string());
        typed.insert("dob_month".to_owned(), number(month));
        typed.insert("dob_day".to_owned(), number(day));
        if dob.is_about() {
            typed.insert("dob_about".to_owned(), "yes".to_owned());
        }
    }
    for (field, reason) in &details.unknowns {
        let name = if OFFERED.contains(&field.as_str()) {
            field.clone()
        } else {
            format!("why_{field}")
        };
        typed.insert(name, reason.code().to_owned());
    }
    typed
}

/// Reads the form. What a date of birth cannot be is said here; everything else is for
/// [`Details::checked`].
pub(super) fn read(typed: &Typed) -> (Details, Vec<Wrong>) {
    let at = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let mut details = Details::default();
    let mut wrong = Vec::new();
    for field in FIELDS.into_iter().filter(|field| *field != "dob") {
        let value = at(field);
        match Unknown::from_code(value).filter(|_| OFFERED.contains(&field)) {
            Some(reason) => {
                details.unknowns.insert(field.to_owned(), reason);
            }
            None => details.set_text(field, Some(value.to_owned())),
        }
    }
    for field in UNKNOWABLE {
        if let Some(reason) = Unknown::from_code(at(&format!("why_{field}"))) {
            details.unknowns.insert(field.to_owned(), reason);
        }
    }
    match PartialDate::from_boxes(at("dob_day"), at("dob_month"), at("dob_year")) {
        Ok(dob) => details.dob = dob.and_then(|dob| about(dob, !at("dob_about").is_empty())),
        Err(error) => wrong.push(Wrong {
            field: "dob",
            key: dob_key(error),
            anchor: match error {
                PartialDateError::Year => "dob-dob_year".to_owned(),
                PartialDateError::Month => "dob-dob_month".to_owned(),
                PartialDateError::Day => "dob-dob_day".to_owned(),
            },
        }),
    }
    (details, wrong)
}

fn about(dob: PartialDate, ticked: bool) -> Option<PartialDate> {
    let (year, month, day) = dob.parts();
    PartialDate::new(year, month, day, ticked || dob.is_about()).ok()
}

/// Reads and checks the form; the details as they would be kept.
///
/// # Errors
/// Everything that is wrong, in the order of the page.
pub(crate) fn checked(app: &App, typed: &Typed) -> Result<Details, Vec<Wrong>> {
    let (details, mut wrong) = read(typed);
    let kept = details.checked(lists(), app.store.today());
    if let Err(errors) = &kept {
        wrong.extend(errors.iter().map(|error| Wrong {
            field: error.field,
            key: error.code(),
            anchor: match error.field {
                "dob" => "dob-dob_day".to_owned(),
                field => field.to_owned(),
            },
        }));
    }
    wrong.sort_by_key(|one| FIELDS.iter().position(|field| *field == one.field));
    match kept {
        Ok(kept) if wrong.is_empty() => Ok(kept),
        _ => Err(wrong),
    }
}

/// Errors for the summary, each saying which field it is about.
pub(crate) fn errors(app: &App, signed: &Signed, wrong: &[Wrong], typed: &Typed) -> Vec<FormError> {
    wrong
        .iter()
        .map(|one| {
            let words = |key: &str| app.words.text(signed.locale(), key, &[]);
            let mut text = words(one.key);
            let own_sentence = matches!(one.key, "person-error-nameless" | "person-error-future");
            if !own_sentence && !one.key.starts_with("person-error-dob") {
                let field = words(&format!("person-field-{}", one.field));
                text = format!("{field}: {text}");
            }
            if one.key == "person-error-not-listed" {
                text = with_suggestions(app, signed, &text, typed.get(one.field));
            }
            FormError {
                text,
                href: format!("#{}", one.anchor),
            }
        })
        .collect()
}

fn with_suggestions(app: &App, signed: &Signed, text: &str, typed: Option<&String>) -> String {
    let typed = typed.map(String::as_str).unwrap_or_default();
    let near = lists().suggestions(NATIONALITIES, typed, app.store.today(), 5);
    if near.is_empty() {
        return text.to_owned();
    }
    let perhaps = app.words.text(
        signed.locale(),
        "person-error-perhaps",
        &[("near", near.join(", ").into())],
    );
    format!("{text}. {perhaps}")
}

/// A page that shows the form: its choices and what was typed.
pub(super) fn page(
    app: &App,
    signed: &Signed,
    template: &'static str,
    typed: &Typed,
    errors: &[FormError],
) -> Result<Page, PageError> {
    let today = app.store.today();
    let nationalities: Vec<&str> = lists().values(NATIONALITIES, today).collect();
    Ok(Page::new(template, signed)
        .with("typed", typed)
        .with("errors", errors)
        .with("nationalities", nationalities)
        .with("genders", GENDERS)
        .with("yes_no", YES_NO)
        .with("unknowns", Unknown::ALL.map(Unknown::code)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn sent(fields: &[(&str, &str)]) -> Typed {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        typed(fields.iter().map(own).collect()).unwrap()
    }

    #[test]
    fn details_written_into_the_form_read_back() {
        let mut details = Details {
            called: Some("PV3".to_owned()),
            dob: Some("~1998-03".parse().unwrap()),
            interpreter: Some("yes".to_owned()),
            ..Details::default()
        };
        details
            .unknowns
            .insert("gender".to_owned(), Unknown::Refused);
        details
            .unknowns
            .insert("last_name".to_owned(), Unknown::NotAsked);
        let (read, wrong) = read(&filled(&details));
        let read = read
            .checked(
                &heyrick_domain::form::Lists::default(),
                jiff::civil::date(2026, 3, 3),
            )
            .unwrap();
        assert_eq!((read, wrong), (details, vec![]));
    }

    #[test]
    fn the_box_of_a_date_that_does_not_hold_is_named() {
        for (fields, anchor) in [
            (
                [("dob_day", "31"), ("dob_month", "2"), ("dob_year", "1998")],
                "dob-dob_day",
            ),
            (
                [("dob_day", "1"), ("dob_month", "13"), ("dob_year", "1998")],
                "dob-dob_month",
            ),
            (
                [("dob_day", "1"), ("dob_month", "2"), ("dob_year", "last")],
                "dob-dob_year",
            ),
        ] {
            let (_, wrong) = read(&sent(&fields));
            assert_eq!(wrong[0].anchor, anchor);
        }
    }

    #[test]
    fn about_is_a_tick_or_a_sign() {
        for fields in [
            [("dob_year", "1998"), ("dob_about", "yes")],
            [("dob_year", "~1998"), ("dob_about", "")],
        ] {
            let (details, _) = read(&sent(&fields));
            assert_eq!(details.dob.unwrap().to_string(), "~1998");
        }
    }
}
