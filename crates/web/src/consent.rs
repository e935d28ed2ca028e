//! Consent: what to explain, each question by itself, and every answer so far.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use heyrick_domain::age::AgeStatus;
use heyrick_domain::consent::{
    Consent, ConsentError, ConsentItem, ConsentValue, Interpreter, Method,
};
use heyrick_domain::explanation::{Audience, current, explanations};
use heyrick_domain::id::PublicId;
use heyrick_store::StoreError;
use heyrick_store::consent::{RecordConsentError, record_consents};
use heyrick_store::fact::{About, RecordedConsent, Shown};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::fact::{self, Carried, Errors};
use crate::grant::FormError;
use crate::session::{SafeForm, Signed};

/// `/people/{id}/consent`.
pub fn routes() -> Router<App> {
    Router::new().route("/people/{id}/consent", get(show).post(record))
}

/// What the page asks, in this order. Sharing with a partner is asked where something is shared.
pub(crate) const ASKED: [ConsentItem; 5] = [
    ConsentItem::NrmEntry,
    ConsentItem::MsvccSupport,
    ConsentItem::DecisionToThirdParty,
    ConsentItem::PoliceCooperation,
    ConsentItem::DtnIdentity,
];

/// The fields of the form, in its order.
const FIELDS: [&str; 6] = [
    "explained_by",
    ASKED_AT,
    "asked_time",
    "language",
    "interpreter",
    "interpreter_why",
];

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct Typed {
    referral: String,
    explained_by: String,
    asked_day: String,
    asked_month: String,
    asked_year: String,
    asked_time: String,
    language: String,
    interpreter: String,
    interpreter_chosen: String,
    interpreter_why: String,
    method: String,
    explained_with: String,
    notice_version: String,
    nrm_entry: String,
    nrm_entry_reason: String,
    msvcc_support: String,
    msvcc_support_reason: String,
    police_cooperation: String,
    police_cooperation_reason: String,
    dtn_identity: String,
    dtn_identity_reason: String,
    decision_to_third_party: String,
    decision_to_third_party_reason: String,
}

impl Typed {
    /// Which of our explanations was used, if one was.
    fn explanation(&self) -> Option<String> {
        let mut ours = explanations().iter().map(|one| one.id.as_str());
        let used = ours.find(|id| *id == self.explained_with)?;
        Some(used.to_owned())
    }

    /// The answer to a question, and its reason.
    fn answer(&self, item: ConsentItem) -> [&str; 2] {
        match item {
            ConsentItem::NrmEntry => [&self.nrm_entry, &self.nrm_entry_reason],
            ConsentItem::MsvccSupport => [&self.msvcc_support, &self.msvcc_support_reason],
            ConsentItem::PoliceCooperation => {
                [&self.police_cooperation, &self.police_cooperation_reason]
            }
            ConsentItem::DtnIdentity => [&self.dtn_identity, &self.dtn_identity_reason],
            ConsentItem::DecisionToThirdParty => [
                &self.decision_to_third_party,
                &self.decision_to_third_party_reason,
            ],
            ConsentItem::SharePartner | ConsentItem::Explanation => ["", ""],
        }
    }
}

/// A question of the page.
#[derive(Debug, Serialize)]
struct Question {
    item: &'static str,
    values: Vec<&'static str>,
    held: Option<&'static str>,
}

/// An answer, for the history.
#[derive(Debug, Serialize)]
struct Line {
    item: &'static str,
    value: &'static str,
    asked_at: i64,
    explained_by: String,
    language: Option<String>,
    interpreter: Option<&'static str>,
    interpreter_chosen: bool,
    interpreter_why: Option<String>,
    method: Option<&'static str>,
    explanation_version: Option<String>,
    notice_version: Option<String>,
    reason: Option<String>,
    by: String,
    at: i64,
}

impl From<&RecordedConsent> for Line {
    fn from(one: &RecordedConsent) -> Self {
        let consent = one.consent.clone();
        Self {
            item: consent.item.code(),
            value: consent.value.code(),
            asked_at: consent.asked_at,
            explained_by: consent.explained_by,
            language: consent.language,
            interpreter: consent.interpreter.map(Interpreter::code),
            interpreter_chosen: consent.interpreter_chosen,
            interpreter_why: consent.interpreter_why,
            method: consent.method.map(Method::code),
            explanation_version: consent.explanation_version,
            notice_version: consent.notice_version,
            reason: consent.reason,
            by: one.recorded_by.clone(),
            at: one.recorded_at,
        }
    }
}

async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(carried): Query<Carried>,
) -> Result<Response, PageError> {
    let about = fact::load(&app, &signed, &id, Shown::Consents).await?;
    let today = app.store.today();
    // The language they were spoken to in before, if they were.
    let before = about.facts.consents.iter().rev();
    let language = before
        .map(|one| one.consent.language.clone())
        .find(Option::is_some);
    let typed = Typed {
        language: language.flatten().unwrap_or_default(),
        referral: carried.referral(),
        explained_by: signed.viewer.display_name.clone(),
        asked_day: today.day().to_string(),
        asked_month: today.month().to_string(),
        asked_year: today.year().to_string(),
        asked_time: fact::clock(app.store.now()),
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
    let age = about.age_now();
    let all = ASKED
        .into_iter()
        .map(|item| (may_be_asked(item, age), question(about, item)));
    let (open, closed): (Vec<_>, Vec<_>) = all.partition(|(open, _)| *open);
    let questions: Vec<Question> = open.into_iter().map(|(_, question)| question).collect();
    // What was answered while they passed for an adult stays in sight.
    let before = closed.into_iter().map(|(_, question)| question);
    let held: Vec<Question> = before.filter(|one| one.held.is_some()).collect();
    let lines: Vec<Line> = about.facts.consents.iter().rev().map(Line::from).collect();
    let child = age.is_some_and(AgeStatus::child_rules);
    let audience = if child {
        Audience::Child
    } else {
        Audience::Adult
    };
    let explanation = current(audience, app.store.today());
    fact::page(app, signed, "consent/consent.html", about, &typed.referral)
        .with("here", "consent")
        .with("held", held)
        .with("questions", questions)
        .with("lines", lines)
        .with("child", child)
        .with("explanation", explanation.map(|one| &one.id))
        .with("interpreters", codes(Interpreter::ALL, Interpreter::code))
        .with("methods", codes(Method::ALL, Method::code))
        .with("typed", typed)
        .status(fact::status(&errors))
        .with("errors", errors)
        .render(app)
}

fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().copied().map(code).collect()
}

/// A child is not asked what only adults are; nobody is before their age is known.
fn may_be_asked(item: ConsentItem, age: Option<AgeStatus>) -> bool {
    !item.adults_only() || age == Some(AgeStatus::Adult)
}

fn question(about: &About, item: ConsentItem) -> Question {
    let held = about.facts.consent(item);
    let offered = |value: &ConsentValue| match value {
        ConsentValue::NotAsked => false,
        ConsentValue::Withdrawn => held == Some(ConsentValue::Given),
        _ => true,
    };
    let values = item.values().iter().copied().filter(offered);
    Question {
        item: item.code(),
        values: values.map(ConsentValue::code).collect(),
        held: held.map(ConsentValue::code),
    }
}

async fn record(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let about = fact::load(&app, &signed, &id, Shown::Consents).await?;
    let mut errors = Errors::new(&app, &signed);
    let new = read(&app, &about, &typed, &mut errors);
    if errors.is_empty() {
        let person = PublicId(id.clone());
        match record_consents(&app.store, &signed.viewer, &person, &new).await {
            Ok(Some(_)) => {
                return fact::saved(&app, &signed, &id, &typed.referral, Shown::Consents).await;
            }
            Ok(None) => return Err(PageError::NotFound),
            Err(RecordConsentError::Rule { at, error }) => {
                let item = new.get(at).map_or(ConsentItem::NrmEntry, |one| one.item);
                errors.add(error.code(), &field(error, item));
            }
            Err(RecordConsentError::Store(StoreError::Refused(key))) => {
                errors.add(key, "nrm_entry");
            }
            Err(RecordConsentError::Store(error)) => return Err(error.into()),
        }
    }
    page(&app, &signed, &about, &typed, errors.in_order(&FIELDS))
}

/// Reads every answer that was given, and says what is wrong with each and with what they share.
fn read(app: &App, about: &About, typed: &Typed, errors: &mut Errors<'_>) -> Vec<Consent> {
    let asked_at = asked_at(typed, errors).unwrap_or_default();
    let mut new = Vec::new();
    let told = |item, value, reason| Consent {
        item,
        value,
        asked_at,
        explained_by: typed.explained_by.trim().to_owned(),
        language: fact::some(&typed.language),
        interpreter: Interpreter::from_code(&typed.interpreter),
        interpreter_chosen: !typed.interpreter_chosen.is_empty(),
        interpreter_why: fact::some(&typed.interpreter_why),
        method: Method::from_code(&typed.method),
        explanation_version: typed.explanation(),
        notice_version: fact::some(&typed.notice_version),
        reason,
    };
    let check = |one: &Consent, errors: &mut Errors<'_>| {
        if let Err(error) = one.check(about.age_now(), app.store.now()) {
            errors.add(error.code(), &field(error, one.item));
        }
    };
    for item in ASKED {
        let [value, reason] = typed.answer(item);
        let Some(value) = ConsentValue::from_code(value) else {
            if fact::some(reason).is_some() {
                errors.add("consent-error-value", item.code());
            }
            continue;
        };
        let one = told(item, value, fact::some(reason));
        check(&one, errors);
        new.push(one);
    }
    // Who was told and not asked, as a child is, was told all the same.
    let explained = typed.explanation().is_some() || fact::some(&typed.notice_version).is_some();
    if new.is_empty() && explained {
        let one = told(ConsentItem::Explanation, ConsentValue::Given, None);
        check(&one, errors);
        new.push(one);
    }
    if new.is_empty() && errors.is_empty() {
        let first = ASKED
            .into_iter()
            .find(|item| may_be_asked(*item, about.age_now()));
        let first = first.unwrap_or(ConsentItem::PoliceCooperation);
        errors.add("consent-error-none", first.code());
    }
    new
}

/// Where on the page an error is put right.
fn field(error: ConsentError, item: ConsentItem) -> String {
    match error.field() {
        "value" if item == ConsentItem::Explanation => "explained_with".to_owned(),
        "value" => item.code().to_owned(),
        "reason" => format!("{}_reason", item.code()),
        "asked_at" => ASKED_AT.to_owned(),
        "explanation_version" => "explained_with".to_owned(),
        shared => shared.to_owned(),
    }
}

const ASKED_AT: &str = "asked-asked_day";

fn asked_at(typed: &Typed, errors: &mut Errors<'_>) -> Option<i64> {
    let day = fact::day(&typed.asked_day, &typed.asked_month, &typed.asked_year);
    let Ok(Some(day)) = day else {
        errors.add("consent-error-day", ASKED_AT);
        return None;
    };
    let at = fact::instant(day, &typed.asked_time);
    if at.is_none() {
        errors.add("consent-error-time", "asked_time");
    }
    at
}
