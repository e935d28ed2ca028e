//! A person's page: how they may be reached safely comes first, then where they stand, then what is
//! written down and what happened.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::age::AgeStatus;
use heyrick_domain::consent::ConsentItem;
use heyrick_domain::id::PublicId;
use heyrick_domain::person::FIELDS;
use heyrick_domain::restriction::Level;
use heyrick_domain::route::NoRoute;
use heyrick_policy::{Action, Kind, Resource};
use heyrick_store::contact::may_see_contacts;
use heyrick_store::episode::passages_of;
use heyrick_store::family::families_of;
use heyrick_store::holiday::holidays;
use heyrick_store::person::{Details, Opened, Person, open_for};
use heyrick_store::sight;
use serde::Serialize;

use super::contact::Shown;
use super::timeline::timeline;
use crate::app::App;
use crate::clock::{self, Teller};
use crate::episode::stands;
use crate::error::PageError;
use crate::page::Page;
use crate::session::Signed;
use crate::sight::codes;

/// What stands below a person's address, has a page of its own and is open to the viewer.
fn pages(contact: bool, journal: bool) -> Vec<&'static str> {
    let all = [
        ("contact", contact),
        ("age", true),
        ("consent", true),
        ("capacity", true),
        ("best-interests", true),
        ("sight", true),
        ("journal", journal),
    ];
    all.into_iter()
        .filter(|(_, open)| *open)
        .map(|(name, _)| name)
        .collect()
}

/// A passage in one line: where it stands, and what runs.
#[derive(Debug, Serialize)]
struct Passage {
    href: String,
    state: &'static str,
    clocks: Vec<clock::Line>,
}

/// A field with a value, or a reason why there is none.
#[derive(Debug, Serialize)]
struct Row {
    field: &'static str,
    value: Option<String>,
    unknown: Option<&'static str>,
}

/// A name besides the one on top of the page.
#[derive(Debug, Serialize)]
struct Also {
    kind: &'static str,
    raw: String,
}

/// Where the person stands.
#[derive(Debug, Serialize)]
struct Strip {
    age_now: Option<&'static str>,
    age_exploited: Option<&'static str>,
    /// Youngest and oldest age the date of birth leaves possible.
    years: Option<(u16, u16)>,
    route: Option<&'static str>,
    /// Why it leads there, or what must be recorded first.
    because: String,
    /// The page on which to record what is missing.
    next: Option<&'static str>,
    support: Option<&'static str>,
    police: Option<&'static str>,
}

/// A referral of this person.
#[derive(Debug, Serialize)]
struct Referral {
    href: String,
    reference: String,
    stage: &'static str,
    route: &'static str,
    author: String,
    updated_at: i64,
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let opened = open_for(&app.store, &signed.viewer, &PublicId(id)).await?;
    let opened = opened.ok_or(PageError::NotFound)?;
    let person = &opened.person;
    let may = |action, resource: &Resource| {
        let decision = app.store.policies.decide(&signed.viewer, action, resource);
        decision.allowed
    };
    let referral = Resource {
        kind: Kind::Referral,
        author: signed.viewer.user,
        ..person.resource.clone()
    };
    let why = sight::because(&person.decision, &signed.viewer, &person.resource);
    let href = format!("/people/{}", person.public_id);
    let level = person.level();
    let contact_shown = may_see_contacts(&app.store, &signed.viewer, person);
    let passages = passages_of(&app.store, person.id).await?;
    let today = app.store.today();
    let holidays = holidays(&app.store).await?;
    let teller = Teller {
        words: &app.words,
        locale: signed.locale(),
        today,
        holidays: &holidays,
    };
    let passages: Vec<Passage> = passages
        .iter()
        .map(|one| Passage {
            href: format!("/episodes/{}", one.public_id),
            state: stands(&one.standing, today),
            clocks: teller.brief(&one.clocks),
        })
        .collect();
    let families = families_of(&app.store, &signed.viewer, person.id).await?;
    Page::new("person/show.html", &signed)
        .with("passages", passages)
        .with("families", families)
        .with("reference", &person.reference)
        .with("label", person.label())
        .with("also", also(person))
        .with("level", (level != Level::None).then(|| level.code()))
        .with("strip", strip(&app, &opened))
        .with("rows", rows(&person.details))
        .with(
            "missing_words",
            missing_words(&app, &signed, &person.details),
        )
        .with("missing", missing(&person.details))
        .with(
            "pages",
            pages(contact_shown, may(Action::SeeJournal, &person.resource)),
        )
        .with("language", &person.details.language)
        .with("interpreter", &person.details.interpreter)
        .with("contact_shown", contact_shown)
        .with("may_edit", may(Action::Edit, &person.resource))
        .with("may_record", may(Action::RecordFacts, &person.resource))
        .with("may_refer", may(Action::Create, &referral))
        .with("created_by", &person.created_by)
        .with("created_at", person.created_at)
        .with("updated_at", person.updated_at)
        .with("review_on", person.review_on.to_string())
        .with("why", codes(&why))
        .with("sight_href", format!("{href}/sight"))
        .with("person_href", href)
        .with("referrals", referrals(&opened))
        .with("timeline", timeline(&opened))
        .with("routes", routes(opened))
        .render(&app)
}

fn routes(opened: Opened) -> Vec<Shown> {
    opened.contacts.into_iter().map(Shown::from).collect()
}

fn strip(app: &App, opened: &Opened) -> Strip {
    let answer = |item| opened.facts.consent(item).map(|value| value.code());
    let dob = opened.person.details.dob;
    let (route, because) = match &opened.leads {
        Ok((route, ground)) => (
            Some(route.code()),
            format!("person-ground-{}", ground.code()),
        ),
        Err(missing) => (None, format!("person-no-route-{}", missing.code())),
    };
    let next = match &opened.leads {
        Ok(_) | Err(NoRoute::WithdrawnAfterSending) => None,
        Err(NoRoute::AgeNotRecorded) => Some("age"),
        Err(NoRoute::ConsentNotAsked) => Some("consent"),
        Err(NoRoute::NoBestInterests | NoRoute::BestInterestsUnsigned) => Some("best-interests"),
    };
    Strip {
        next,
        age_now: opened.age_now.map(AgeStatus::code),
        age_exploited: opened.age_exploited.map(AgeStatus::code),
        years: dob.map(|dob| dob.ages_on(app.store.today())),
        route,
        because,
        support: answer(ConsentItem::MsvccSupport),
        police: answer(ConsentItem::PoliceCooperation),
    }
}

/// Everything the person goes by besides what stands on top of the page.
fn also(person: &Person) -> Vec<Also> {
    let given = person.details.called.as_ref();
    let given = given.and(person.details.full_name());
    let given = given.map(|raw| Also { kind: "given", raw });
    let others = person.other_names().map(|name| Also {
        kind: name.kind.code(),
        raw: name.raw.clone(),
    });
    given.into_iter().chain(others).collect()
}

/// What is written down, in the order of the form.
fn rows(details: &Details) -> Vec<Row> {
    let row = |field: &'static str| {
        let unknown = details.unknowns.get(field).map(|one| one.code());
        let value = details.at(field);
        (value.is_some() || unknown.is_some()).then_some(Row {
            field,
            value,
            unknown,
        })
    };
    FIELDS.into_iter().filter_map(row).collect()
}

/// What nobody has written anything about yet.
fn missing(details: &Details) -> Vec<&'static str> {
    let known = |field: &&str| details.has(field) || details.unknowns.contains_key(*field);
    let quiet = ["called", "nationality_second", "notes"];
    FIELDS
        .into_iter()
        .filter(|field| !known(field) && !quiet.contains(field))
        .collect()
}

fn missing_words(app: &App, signed: &Signed, details: &Details) -> String {
    let word = |field| {
        let key = format!("person-short-{field}");
        app.words.text(signed.locale(), &key, &[])
    };
    let words: Vec<String> = missing(details).into_iter().map(word).collect();
    words.join(", ")
}

fn referrals(opened: &Opened) -> Vec<Referral> {
    opened
        .referrals
        .iter()
        .map(|line| Referral {
            href: format!("/referrals/{}", line.public_id),
            reference: line.reference.clone(),
            stage: line.stage.code(),
            route: line.route.code(),
            author: line.author.clone(),
            updated_at: line.updated_at,
        })
        .collect()
}
