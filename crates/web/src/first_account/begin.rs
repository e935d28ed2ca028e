//! Before an account begins: what would stop it, the person, the interpreter, where and with whom. Where
//! something speaks against it the page comes back with why, and where to go instead.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use heyrick_domain::age::AgeStatus;
use heyrick_domain::first_account::{
    Abe, Beside, Choice, Company, Free, Gate, Ground, Health, Law, NewAccount, Pack, Told, Voice,
    Willing,
};
use heyrick_domain::id::PublicId;
use heyrick_domain::london;
use heyrick_policy::Action;
use heyrick_store::StoreError;
use heyrick_store::first_account::{RecordAccountError, accounts_for, record_account};
use heyrick_store::referral::Referral;
use serde::{Deserialize, Serialize};

use super::address;
use crate::app::App;
use crate::error::PageError;
use crate::fact::{Errors, clock, instant};
use crate::grant::{FormError, day};
use crate::page::{Page, saved};
use crate::referral::{Head, may};
use crate::session::{SafeForm, Signed};

/// The fields of the form, in its order.
const FIELDS: [&str; 16] = [
    "law",
    "abe",
    "health",
    "willing",
    "told",
    "company",
    "beside",
    "voice",
    "language",
    "interpreter",
    "free",
    "choice",
    "place",
    "present",
    "needs",
    "begun-begun_day",
];

/// What was typed, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    law: String,
    abe: String,
    health: String,
    willing: String,
    told: String,
    company: String,
    beside: String,
    voice: String,
    language: String,
    interpreter: String,
    free: String,
    choice: String,
    place: String,
    present: String,
    needs: String,
    pack: String,
    how: String,
    begun_day: String,
    begun_month: String,
    begun_year: String,
    time: String,
}

/// Why an account is not begun, as a page says it.
#[derive(Debug, Serialize)]
struct Against {
    why: &'static str,
    next: String,
    href: Option<String>,
}

pub(super) async fn ask(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let referral = open(&app, &signed, &id).await?;
    if !may_begin(&app, &signed, &referral) {
        return Ok(Redirect::to(&format!("/referrals/{id}/accounts")).into_response());
    }
    let now = app.store.now();
    let today = london::date_of(now);
    let typed = Typed {
        how: "now".to_owned(),
        pack: Pack::None.code().to_owned(),
        present: signed.viewer.display_name.clone(),
        language: referral.person.details.language.clone().unwrap_or_default(),
        begun_day: today.day().to_string(),
        begun_month: today.month().to_string(),
        begun_year: today.year().to_string(),
        time: clock(now),
        ..Typed::default()
    };
    page(&app, &signed, &referral, &typed, &[], Vec::new())
}

async fn open(app: &App, signed: &Signed, id: &str) -> Result<Referral, PageError> {
    let id = PublicId(id.to_owned());
    let found = accounts_for(&app.store, &signed.viewer, &id).await?;
    Ok(found.ok_or(PageError::NotFound)?.0)
}

pub(super) fn may_begin(app: &App, signed: &Signed, referral: &Referral) -> bool {
    referral.stage.is_open() && may(app, signed, referral, Action::RecordFacts)
}

fn page(
    app: &App,
    signed: &Signed,
    referral: &Referral,
    typed: &Typed,
    against: &[Ground],
    errors: Vec<FormError>,
) -> Result<Response, PageError> {
    let age = referral.parts.facts.route.age;
    let maybe_child = age.is_some_and(AgeStatus::child_rules);
    let against: Vec<Against> = against
        .iter()
        .map(|ground| Against {
            why: ground.words(),
            next: ground.next(),
            href: leads_to(referral, *ground),
        })
        .collect();
    Page::new("first_account/begin.html", signed)
        .with_all(Head::of(signed, referral))
        .with("against", against)
        .with("maybe_child", maybe_child)
        .with("audience", if maybe_child { "child" } else { "adult" })
        .with("laws", codes(Law::ALL, |one| one.code()))
        .with("abes", codes(Abe::ALL, |one| one.code()))
        .with("healths", codes(Health::ALL, |one| one.code()))
        .with("willings", codes(Willing::ALL, |one| one.code()))
        .with("tolds", codes(Told::ALL, |one| one.code()))
        .with("companies", codes(Company::ALL, |one| one.code()))
        .with("besides", codes(Beside::ALL, |one| one.code()))
        .with("voices", codes(Voice::ALL, |one| one.code()))
        .with("frees", codes(Free::ALL, |one| one.code()))
        .with("choices", codes(Choice::ALL, |one| one.code()))
        .with("packs", codes(Pack::ALL, |one| one.code()))
        .with("typed", typed)
        .errors(errors)
        .render(app)
}

fn codes<T: Copy>(all: &[T], code: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| code(*one)).collect()
}

/// The page where something can be done about it.
fn leads_to(referral: &Referral, ground: Ground) -> Option<String> {
    let id = &referral.public_id;
    match ground {
        Ground::AgeNotRecorded => Some(format!(
            "/people/{}/age?referral={id}",
            referral.person.public_id
        )),
        Ground::AbePlanned => Some(format!("/referrals/{id}/steps/safety")),
        Ground::Arrested | Ground::Suspected => Some(format!("/referrals/{id}")),
        Ground::ChildAlone | Ground::FamilyBeside => {
            Some(format!("/referrals/{id}/authority-contact"))
        }
        Ground::NotTold => {
            let child = referral
                .parts
                .facts
                .route
                .age
                .is_some_and(AgeStatus::child_rules);
            let audience = if child { "child" } else { "adult" };
            Some(format!("/explanation/{audience}"))
        }
        _ => None,
    }
}

pub(super) async fn record(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let referral = open(&app, &signed, &id).await?;
    let mut errors = Errors::new(&app, &signed);
    let age = referral.parts.facts.route.age;
    let maybe_child = age.is_some_and(AgeStatus::child_rules);
    let new = typed.read(maybe_child, app.store.now(), &mut errors);
    let mut against = Vec::new();
    if let Some(new) = new.filter(|_| errors.is_empty()) {
        match record_account(&app.store, &signed.viewer, &referral.public_id, &new).await {
            Ok(Some(account)) => {
                let talk = address(&referral.public_id, &account);
                return Ok(saved(&format!("{talk}/topics/now"), "first-account-began"));
            }
            Ok(None) => return Err(PageError::NotFound),
            Err(RecordAccountError::NotNow(grounds)) => {
                for ground in &grounds {
                    let field = match ground {
                        Ground::AgeNotRecorded => "against",
                        other => other.field(),
                    };
                    errors.add(ground.words(), field);
                }
                against = grounds;
            }
            Err(RecordAccountError::Rule(problems)) => {
                for (problem, field) in problems {
                    let field = if field == "begun" {
                        "begun-begun_day"
                    } else {
                        field
                    };
                    errors.add(problem.words(), field);
                }
            }
            Err(RecordAccountError::Store(StoreError::Refused("referral-closed"))) => {
                errors.add("first-account-error-closed", "main-content");
            }
            Err(RecordAccountError::Store(error)) => return Err(error.into()),
        }
    }
    page(
        &app,
        &signed,
        &referral,
        &typed,
        &against,
        errors.in_order(&FIELDS),
    )
}

impl Typed {
    /// Reads the form; `None` where something has to be chosen first, which is then in `errors`.
    fn read(&self, maybe_child: bool, now: i64, errors: &mut Errors<'_>) -> Option<NewAccount> {
        let gate = self.gate(maybe_child, errors);
        let from_paper = self.how == "paper";
        let begun_at = if from_paper {
            let at = day(&self.begun_day, &self.begun_month, &self.begun_year)
                .and_then(|day| instant(day, &self.time));
            if at.is_none() {
                errors.add("first-account-error-begun", "begun-begun_day");
            }
            at?
        } else {
            now
        };
        let gate = gate?;
        let interprets = gate.voice.interprets();
        let only_then = |text: &String| {
            if interprets {
                text.clone()
            } else {
                String::new()
            }
        };
        Some(NewAccount {
            begun_at,
            from_paper,
            place: self.place.clone(),
            present: self.present.clone(),
            language: only_then(&self.language),
            interpreter: only_then(&self.interpreter),
            choice: Choice::from_code(&self.choice).filter(|_| interprets),
            needs: self.needs.clone(),
            pack: Pack::from_code(&self.pack).unwrap_or(Pack::None),
            gate,
        })
    }

    fn gate(&self, maybe_child: bool, errors: &mut Errors<'_>) -> Option<Gate> {
        let law = chosen(Law::from_code(&self.law), "law", errors);
        let abe = chosen(Abe::from_code(&self.abe), "abe", errors);
        let health = chosen(Health::from_code(&self.health), "health", errors);
        let willing = chosen(Willing::from_code(&self.willing), "willing", errors);
        let told = chosen(Told::from_code(&self.told), "told", errors);
        let company = chosen(Company::from_code(&self.company), "company", errors);
        let voice = chosen(Voice::from_code(&self.voice), "voice", errors);
        let beside = match Beside::from_code(&self.beside) {
            Some(beside) => Some(beside).filter(|_| maybe_child),
            None if maybe_child => Some(chosen(None, "beside", errors)?),
            None => None,
        };
        Some(Gate {
            law: law?,
            abe: abe?,
            health: health?,
            willing: willing?,
            told: told?,
            company: company?,
            beside,
            voice: voice?,
            free: Free::from_code(&self.free),
        })
    }
}

fn chosen<T>(read: Option<T>, field: &str, errors: &mut Errors<'_>) -> Option<T> {
    if read.is_none() {
        errors.add("first-account-error-choose", field);
    }
    read
}
