//! The cast on its stage: who they are, what is written down of them, and, when many are asked for,
//! everybody else of the team's files.

use heyrick_domain::partial_date::PartialDate;
use heyrick_domain::person::Details;
use heyrick_domain::unknown::Unknown;
use jiff::civil::Date;
use jiff::{ToSpan as _, Unit};

use crate::cast::{CAST, Entry, Part};
use crate::invent::{Invented, People};
use crate::script::family;
use crate::tale;

/// The invented people of the cast, and whoever comes after them.
pub(crate) fn cast(seed: u64, today: Date) -> (Vec<(Part, Invented)>, People) {
    let mut people = People::new(seed, today);
    let cast = CAST
        .into_iter()
        .map(|part| {
            let person = people.person(part.years);
            (part, dressed(&part, person, today))
        })
        .collect();
    (cast, people)
}

/// A person as their story needs them.
fn dressed(part: &Part, mut person: Invented, today: Date) -> Invented {
    if let Some(gender) = part.gender {
        person.gender = gender;
    }
    person.called = Some(format!("PV{}", part.number));
    person.county_lines = tale::story(part.story).is_some_and(|story| story.county_lines);
    if family::MEMBERS
        .iter()
        .any(|(number, _)| *number == part.number)
    {
        // They share a name that says that it is none.
        person.last = person.first.as_ref().map(|_| "Niemand".to_owned());
        person.nationality = "British";
        person.country = "the United Kingdom";
        person.language = None;
    }
    person.born = match part.number {
        // Thirty-four, as in the first scenario; eighteen in eighty-one days, as in the second.
        1 => today.saturating_sub(34.years().days(120)),
        2 => today.saturating_add(81.days()).saturating_sub(18.years()),
        _ => person.born,
    };
    person
}

/// What is written down of somebody, as much as anybody knows.
pub(crate) fn details(person: &Invented, entry: Entry, today: Date) -> Details {
    let number = person.number;
    let mut details = Details {
        first_name: person.first.clone(),
        last_name: person.last.clone(),
        called: person.called.clone(),
        dob: dob(person, entry, today),
        gender: Some(person.gender.to_owned()),
        nationality: Some(person.nationality.to_owned()),
        language: Some(person.language.unwrap_or("English").to_owned()),
        interpreter: Some(
            if person.language.is_some() {
                "yes"
            } else {
                "no"
            }
            .to_owned(),
        ),
        children: Some(if person.children { "yes" } else { "no" }.to_owned()),
        county_lines: person.county_lines.then(|| "yes".to_owned()),
        ..Details::default()
    };
    if number.is_multiple_of(8) {
        details.communication_help = Some("Large print; time to read.".to_owned());
    }
    if number.is_multiple_of(6) {
        details.notes = Some("Prefers to be met outside, walking.".to_owned());
    }
    let mut unknown = |field: &str, why| details.unknowns.insert(field.to_owned(), why);
    if person.first.is_none() {
        unknown("first_name", Unknown::NotSafeToAsk);
        unknown("last_name", Unknown::NotSafeToAsk);
    }
    if details.dob.is_none() {
        unknown("dob", Unknown::Unknown);
    }
    unknown(
        "home_office_reference",
        [Unknown::NotAsked, Unknown::Unknown][number % 2],
    );
    details
}

/// A child's doubtful age has no birthday; some adults know only the month.
fn dob(person: &Invented, entry: Entry, today: Date) -> Option<PartialDate> {
    let born = person.born;
    if let Entry::NotSure { .. } = entry {
        return None;
    }
    let age = born
        .until((Unit::Year, today))
        .map_or(0, |span| span.get_years());
    let day = (age < 21 || !person.number.is_multiple_of(7)).then(|| born.day());
    PartialDate::new(born.year(), Some(born.month()), day, false).ok()
}
