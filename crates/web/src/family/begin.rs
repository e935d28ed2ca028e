//! Opening a family from a person: who belongs to it, looked over, then opened in one go.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use heyrick_domain::family::{self as rule, Relationship};
use heyrick_domain::id::PublicId;
use heyrick_domain::person::Details;
use heyrick_domain::route::{NoRoute, Route, route};
use heyrick_store::fact::PersonFacts;
use heyrick_store::family::{
    BeginFamilyError, FamilyOutcome, NewFamily, NewMember, Who, families_of, family_for,
    record_family,
};
use heyrick_store::person::{
    Opened, Person, PersonQuery, alike_for, named_for, open_for, person_for, persons_for,
};
use serde::{Deserialize, Serialize};

use super::posted::{Errors, Posted, error};
use crate::app::App;
use crate::error::PageError;
use crate::page::{Page, saved};
use crate::person::list::Line;
use crate::session::{SafeForm, Signed};

/// How many people of the same last name, or found by words, are offered at once.
const OFFERED: usize = 10;

/// The family members are added to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    to: String,
}

/// What the page is about.
struct About {
    person: Person,
    /// The family members are added to, and who is in it.
    to: Option<PublicId>,
    there: Vec<PublicId>,
}

impl About {
    async fn of(app: &App, signed: &Signed, id: String, to: &str) -> Result<Self, PageError> {
        let viewer = &signed.viewer;
        let person = person_for(&app.store, viewer, &PublicId(id)).await?;
        let person = person.ok_or(PageError::NotFound)?;
        let (mut there, mut family) = (Vec::new(), None);
        if !to.is_empty() {
            let found = family_for(&app.store, viewer, &PublicId(to.to_owned())).await?;
            let found = found.ok_or(PageError::NotFound)?;
            let members = found.members.iter();
            there = members
                .map(|member| member.referral.person.public_id.clone())
                .collect();
            family = Some(found.public_id);
        }
        Ok(Self {
            person,
            to: family,
            there,
        })
    }

    /// Whom a new family begins with.
    fn first(&self) -> Option<&PublicId> {
        self.to.is_none().then_some(&self.person.public_id)
    }
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let about = About::of(&app, &signed, id, &wanted.to).await?;
    let mut posted = Posted::default();
    let last_name = about.person.details.last_name.clone();
    if let Some(name) = last_name.filter(|name| name.chars().count() > 2) {
        offer(&app, &signed, &about, &mut posted, &name).await?;
    }
    page(&app, &signed, &about, &posted, Errors::new(), None).await
}

/// Puts people found by words on the page.
async fn offer(
    app: &App,
    signed: &Signed,
    about: &About,
    posted: &mut Posted,
    term: &str,
) -> Result<usize, PageError> {
    let query = PersonQuery {
        term: Some(term.to_owned()),
        limit: OFFERED,
        ..PersonQuery::default()
    };
    let found = persons_for(&app.store, &signed.viewer, &query).await?;
    let others = found.people.into_iter().map(|line| line.public_id);
    let others: Vec<PublicId> = others
        .filter(|id| *id != about.person.public_id && !about.there.contains(id))
        .collect();
    let count = others.len();
    for id in others {
        posted.list(id);
    }
    Ok(count)
}

pub(super) async fn go(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(sent): SafeForm<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let mut posted = Posted::of(sent);
    let about = About::of(&app, &signed, id, posted.at("to")).await?;
    match posted.at("go") {
        "find" => {
            let term = posted.at("term").trim().to_owned();
            let found = match term.is_empty() {
                true => 0,
                false => offer(&app, &signed, &about, &mut posted, &term).await?,
            };
            page(&app, &signed, &about, &posted, Errors::new(), Some(found)).await
        }
        "add" => {
            posted.add_row();
            page(&app, &signed, &about, &posted, Errors::new(), None).await
        }
        "change" => page(&app, &signed, &about, &posted, Errors::new(), None).await,
        step => open(&app, &signed, &about, &posted, step == "open").await,
    }
}

/// Looks over who was chosen, and opens the family once that was seen.
async fn open(
    app: &App,
    signed: &Signed,
    about: &About,
    posted: &Posted,
    seen: bool,
) -> Result<Response, PageError> {
    let members = match posted.members(app, signed, about.first()) {
        Ok(members) => members,
        Err(errors) => return page(app, signed, about, posted, errors, None).await,
    };
    let known = members.iter().filter_map(|member| match &member.who {
        Who::Known(id) => Some(id.0.as_str()),
        Who::New(_) => None,
    });
    let new = members.iter().filter(|one| matches!(one.who, Who::New(_)));
    if let Err(wrong) = rule::members(known, new.count(), about.there.len()) {
        let errors = vec![error(app, signed, wrong.code(), "new-1")];
        return page(app, signed, about, posted, errors, None).await;
    }
    if !seen {
        return look_over(app, signed, about, posted, &members).await;
    }
    let new = NewFamily {
        to: about.to.clone(),
        members,
    };
    match record_family(&app.store, &signed.viewer, &new).await {
        Ok(FamilyOutcome::Opened(id)) => Ok(saved(&format!("/families/{id}"), "family-opened")),
        Ok(FamilyOutcome::Absent) => Err(PageError::NotFound),
        Err(BeginFamilyError::Rule(wrong)) => {
            let errors = vec![error(app, signed, wrong.code(), "new-1")];
            page(app, signed, about, posted, errors, None).await
        }
        Err(BeginFamilyError::Store(error)) => Err(error.into()),
    }
}

/// Somebody on record that is offered.
#[derive(Debug, Serialize)]
struct Offered {
    line: Line,
    field: String,
    is: String,
}

/// A row for somebody new.
#[derive(Debug, Serialize)]
struct Row {
    number: usize,
    typed: std::collections::BTreeMap<String, String>,
    is: String,
}

async fn page(
    app: &App,
    signed: &Signed,
    about: &About,
    posted: &Posted,
    errors: Errors,
    found: Option<usize>,
) -> Result<Response, PageError> {
    let people = named_for(&app.store, &signed.viewer, &posted.listed).await?;
    let offered: Vec<Offered> = people
        .into_iter()
        .map(|person| {
            let field = format!("is-{}", person.public_id);
            Offered {
                is: posted.at(&field).to_owned(),
                field,
                line: Line::from(person),
            }
        })
        .collect();
    let rows: Vec<Row> = (1..=posted.rows())
        .map(|number| Row {
            number,
            typed: row_as_typed(posted, number),
            is: posted.at(&format!("is-new-{number}")).to_owned(),
        })
        .collect();
    let already = match about.to {
        Some(_) => Vec::new(),
        None => families_of(&app.store, &signed.viewer, about.person.id).await?,
    };
    let own_field = format!("is-{}", about.person.public_id);
    head(signed, about, "family/begin.html")
        .with("is_own", posted.at(&own_field))
        .with("own_field", own_field)
        .with("relationships", relationships())
        .with("offered", offered)
        .with("rows", rows)
        .with("row_count", posted.rows())
        .with("term", posted.at("term"))
        .with("found", found)
        .with("already", already.first())
        .with("listed", &posted.listed)
        .errors(errors)
        .render(app)
}

fn head(signed: &Signed, about: &About, template: &'static str) -> Page {
    let href = format!("/people/{}", about.person.public_id);
    Page::new(template, signed)
        .with("label", about.person.label())
        .with("reference", &about.person.reference)
        .with("person_href", href)
        .with(
            "to",
            about.to.as_ref().map(|id| id.0.clone()).unwrap_or_default(),
        )
}

/// The fields of a row under the names of its boxes, for the macro of a day.
fn row_as_typed(posted: &Posted, number: usize) -> std::collections::BTreeMap<String, String> {
    let mut typed: std::collections::BTreeMap<String, String> =
        posted.row(number).into_iter().collect();
    for part in ["day", "month", "year"] {
        let value = typed.get(&format!("dob_{part}")).cloned();
        typed.insert(format!("dob-{number}_{part}"), value.unwrap_or_default());
    }
    typed
}

/// What somebody can be in a family: its code, and the key of its words.
fn relationships() -> Vec<(&'static str, &'static str)> {
    let all = Relationship::ALL.iter();
    all.map(|one| (one.code(), one.words())).collect()
}

/// A member as it is looked over before anything is written.
#[derive(Debug, Serialize)]
struct Looked {
    label: String,
    relationship: &'static str,
    new: bool,
    /// A referral there is: going on with it, or linked as it was handed over.
    reference: Option<String>,
    stage: &'static str,
    /// Where it leads, or what must be recorded first.
    leads: String,
    /// Who may be the same person.
    alike: Vec<Line>,
}

async fn look_over(
    app: &App,
    signed: &Signed,
    about: &About,
    posted: &Posted,
    members: &[NewMember],
) -> Result<Response, PageError> {
    let mut looked = Vec::new();
    for member in members {
        looked.push(match &member.who {
            Who::Known(id) => {
                let opened = open_for(&app.store, &signed.viewer, id).await?;
                of_known(opened.ok_or(PageError::NotFound)?, member)
            }
            Who::New(details) => {
                let alike = alike_for(&app.store, &signed.viewer, details).await?;
                let alike = alike.into_iter().map(|one| Line::from(one.line));
                of_new(app, details, member, alike.collect())
            }
        });
    }
    head(signed, about, "family/look_over.html")
        .with("looked", looked)
        .with("hidden", posted.hidden())
        .render(app)
}

fn of_known(opened: Opened, member: &NewMember) -> Looked {
    let counts = |line: &&heyrick_store::referral::ReferralLine| {
        line.stage.is_open() || line.stage == heyrick_domain::referral::Stage::Sent
    };
    let open = opened.referrals.iter().find(|line| line.stage.is_open());
    let referral = open.or_else(|| opened.referrals.iter().find(counts));
    Looked {
        label: opened.person.label(),
        relationship: member.relationship.words(),
        new: false,
        reference: referral.map(|line| line.reference.clone()),
        stage: referral.map_or("", |line| line.stage.code()),
        leads: leads(opened.leads.map(|(route, _)| route)),
        alike: Vec::new(),
    }
}

fn of_new(app: &App, details: &Details, member: &NewMember, alike: Vec<Line>) -> Looked {
    let facts = PersonFacts::default().route_facts(details.dob, false, app.store.today());
    Looked {
        label: details.label().unwrap_or_default(),
        relationship: member.relationship.words(),
        new: true,
        reference: None,
        stage: "",
        leads: leads(route(facts).map(|(route, _)| route)),
        alike,
    }
}

/// The key of the sentence that says where a member's referral leads.
fn leads(way: Result<Route, NoRoute>) -> String {
    match way {
        Ok(route) => format!("family-leads-{}", route.code()),
        Err(missing) => format!("person-no-route-{}", missing.code()),
    }
}
