//! Somebody's ages: now, when exploited, at an alleged act; what each means, and recording them.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use heyrick_domain::age::{AgeStatus, AtWhat, Basis, NewAge};
use heyrick_domain::id::PublicId;
use heyrick_store::StoreError;
use heyrick_store::age::{RecordAgeError, record_ages};
use heyrick_store::fact::{About, RecordedAge, Shown};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::fact::{self, Carried, Errors};
use crate::grant::FormError;
use crate::session::{SafeForm, Signed};

/// `/people/{id}/age`.
pub fn routes() -> Router<App> {
    Router::new().route("/people/{id}/age", get(show).post(record))
}

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Typed {
    referral: String,
    now: String,
    now_basis: String,
    now_words: String,
    settled_day: String,
    settled_month: String,
    settled_year: String,
    exploitation: String,
    exploitation_basis: String,
    exploitation_words: String,
    act: String,
    act_basis: String,
    act_words: String,
}

impl Typed {
    /// Value, basis and words about one of the ages.
    fn about(&self, at_what: AtWhat) -> [&str; 3] {
        match at_what {
            AtWhat::Now => [&self.now, &self.now_basis, &self.now_words],
            AtWhat::Exploitation => [
                &self.exploitation,
                &self.exploitation_basis,
                &self.exploitation_words,
            ],
            AtWhat::Act => [&self.act, &self.act_basis, &self.act_words],
        }
    }

    /// What was typed about a determination; the page asks for that of the age now.
    fn settled(&self, at_what: AtWhat) -> &str {
        let all = [&self.settled_day, &self.settled_month, &self.settled_year];
        let typed = all.into_iter().find(|text| !text.trim().is_empty());
        match at_what {
            AtWhat::Now => typed.map(String::as_str).unwrap_or_default(),
            AtWhat::Exploitation | AtWhat::Act => "",
        }
    }
}

/// One of the three ages, as it stands.
#[derive(Debug, Serialize)]
struct Held {
    what: &'static str,
    value: Option<&'static str>,
}

/// Something recorded, for the history.
#[derive(Debug, Serialize)]
struct Line {
    what: &'static str,
    value: &'static str,
    basis: &'static str,
    words: Option<String>,
    settled_on: Option<String>,
    settles: bool,
    by: String,
    at: i64,
}

impl From<&RecordedAge> for Line {
    fn from(one: &RecordedAge) -> Self {
        Self {
            what: one.fact.at_what.code(),
            value: one.fact.value.code(),
            basis: one.fact.basis.code(),
            words: one.basis_words.clone(),
            settled_on: one.fact.settled_on.map(|day| day.to_string()),
            settles: one.fact.settles(),
            by: one.recorded_by.clone(),
            at: one.fact.recorded_at,
        }
    }
}

async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(carried): Query<Carried>,
) -> Result<Response, PageError> {
    let about = fact::load(&app, &signed, &id, Shown::Ages).await?;
    let typed = Typed {
        referral: carried.referral(),
        ..Typed::default()
    };
    page(&app, &signed, &about, &typed, Vec::new())
}

fn page(
    app: &App,
    signed: &Signed,
    about: &About,
    typed: &Typed,
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let held = AtWhat::ALL.map(|what| Held {
        what: what.code(),
        value: match what {
            AtWhat::Now => about.age_now(),
            other => about.facts.age_at(other),
        }
        .map(AgeStatus::code),
    });
    let lines: Vec<Line> = about.facts.ages.iter().rev().map(Line::from).collect();
    fact::page(app, signed, "age/age.html", about, &typed.referral)
        .with("here", "age")
        .with("dob", about.dob.map(|dob| dob.to_string()))
        .with("held", held)
        .with("lines", lines)
        .with("whats", AtWhat::ALL.map(AtWhat::code))
        .with("values", AgeStatus::ALL.map(AgeStatus::code))
        .with("bases", Basis::ALL.map(Basis::code))
        .with("typed", typed)
        .status(fact::status(&errors))
        .with("errors", errors)
        .render(app)
}

async fn record(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let mut errors = Errors::new(&app, &signed);
    let new = read(&app, &typed, &mut errors);
    if errors.is_empty() {
        let person = PublicId(id.clone());
        match record_ages(&app.store, &signed.viewer, &person, &new).await {
            Ok(true) => {
                return fact::saved(&app, &signed, &id, &typed.referral, Shown::Ages).await;
            }
            Ok(false) => return Err(PageError::NotFound),
            Err(RecordAgeError::Rule(rule)) => errors.add(rule.code(), "now"),
            Err(RecordAgeError::Store(StoreError::Refused(key))) => errors.add(key, "now"),
            Err(RecordAgeError::Store(error)) => return Err(error.into()),
        }
    }
    let about = fact::load(&app, &signed, &id, Shown::Ages).await?;
    page(
        &app,
        &signed,
        &about,
        &typed,
        errors.in_order(&["now", "now_basis", "now_words", SETTLED]),
    )
}

/// Reads every age that was filled in, and says what is wrong with each.
fn read(app: &App, typed: &Typed, errors: &mut Errors<'_>) -> Vec<NewAge> {
    let mut new = Vec::new();
    for at_what in AtWhat::ALL {
        let name = at_what.code();
        let [value, basis, words] = typed.about(at_what);
        let Some(value) = AgeStatus::from_code(value) else {
            let begun = [basis, words, typed.settled(at_what)];
            if begun.iter().any(|text| fact::some(text).is_some()) {
                errors.add("age-error-value", name);
            }
            continue;
        };
        let Some(basis) = Basis::from_code(basis) else {
            errors.add("age-error-basis", &format!("{name}_basis"));
            continue;
        };
        let one = NewAge {
            at_what,
            value,
            basis,
            basis_words: fact::some(words),
            settled_on: settled(at_what, typed, errors),
        };
        if let Err(rule) = one.check(app.store.today()) {
            let field = match rule.field() {
                "settled_on" => SETTLED.to_owned(),
                _ => format!("{name}_words"),
            };
            errors.add(rule.code(), &field);
        }
        new.push(one);
    }
    if new.is_empty() && errors.is_empty() {
        errors.add("age-error-none", "now");
    }
    new
}

const SETTLED: &str = "settled-settled_day";

fn settled(at_what: AtWhat, typed: &Typed, errors: &mut Errors<'_>) -> Option<jiff::civil::Date> {
    if at_what != AtWhat::Now {
        return None;
    }
    let day = fact::day(
        &typed.settled_day,
        &typed.settled_month,
        &typed.settled_year,
    );
    day.unwrap_or_else(|()| {
        errors.add("age-error-settled-day", SETTLED);
        None
    })
}
