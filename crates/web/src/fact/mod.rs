//! What the pages about facts share: where the reader came from, the route in words, times in boxes.

use axum::http::StatusCode;
use heyrick_domain::id::PublicId;
use heyrick_domain::london;
use heyrick_domain::route::{Ground, NoRoute, Route};
use heyrick_policy::Action;
use heyrick_store::fact::{About, PersonFacts, Shown, facts_for};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::Page;
use crate::session::Signed;

pub mod api;

/// The referral somebody came from, as addresses carry it: `?referral=…`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Carried {
    referral: String,
}

impl Carried {
    /// What to put into the hidden field.
    pub(crate) fn referral(&self) -> String {
        PublicId::read(&self.referral)
            .map(|id| id.0)
            .unwrap_or_default()
    }
}

/// Where a page about a person's facts leads back to.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Back {
    /// The address: the referral somebody came from, else the person.
    pub href: String,
    /// Whether it is a referral.
    pub referral: bool,
    /// What to add to addresses of the same kind, so that they lead back there too.
    pub query: String,
}

impl Back {
    /// `referral` as it was carried; what cannot be one counts as none.
    pub(crate) fn to(person: &PublicId, referral: &str) -> Self {
        match PublicId::read(referral) {
            Some(id) => Self {
                href: format!("/referrals/{id}"),
                referral: true,
                query: format!("?referral={id}"),
            },
            None => Self {
                href: format!("/people/{person}"),
                referral: false,
                query: String::new(),
            },
        }
    }
}

/// Where a referral would go, for `templates/parts/route.html`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RouteShown {
    /// `nrm`, `dtn` or `none`.
    pub route: &'static str,
    /// The key of the sentence that says why, or what is missing.
    pub why: &'static str,
    /// The page of the person where what is missing is recorded: the end of its address.
    pub next: Option<&'static str>,
}

impl RouteShown {
    /// The route as things stand, and the next step where there is none.
    pub fn of(route: Result<(Route, Ground), NoRoute>, facts: &PersonFacts) -> Self {
        match route {
            Ok((route, ground)) => Self {
                route: route.code(),
                why: ground_words(ground),
                next: None,
            },
            Err(missing) => Self {
                route: "none",
                why: missing_words(missing),
                next: next_step(missing, facts),
            },
        }
    }

    /// The key of what is said after something was recorded.
    pub(crate) fn saved(route: Result<(Route, Ground), NoRoute>) -> &'static str {
        match route {
            Ok((_, Ground::Child)) => "fact-saved-child",
            Ok((_, Ground::MayBeAChild)) => "fact-saved-may-be-a-child",
            Ok((_, Ground::Consent)) => "fact-saved-consent",
            Ok((_, Ground::BestInterests)) => "fact-saved-best-interests",
            Ok((_, Ground::Refusal)) => "fact-saved-refusal",
            Ok((_, Ground::CannotBeAsked)) => "fact-saved-cannot-be-asked",
            Ok((_, Ground::NotInBestInterests)) => "fact-saved-not-in-best-interests",
            Err(NoRoute::AgeNotRecorded) => "fact-saved-age-not-recorded",
            Err(NoRoute::ConsentNotAsked) => "fact-saved-consent-not-asked",
            Err(NoRoute::NoBestInterests) => "fact-saved-no-best-interests",
            Err(NoRoute::BestInterestsUnsigned) => "fact-saved-best-interests-unsigned",
            Err(NoRoute::WithdrawnAfterSending) => "fact-saved-withdrawn-after-sending",
        }
    }
}

const fn ground_words(ground: Ground) -> &'static str {
    match ground {
        Ground::Child => "route-ground-child",
        Ground::MayBeAChild => "route-ground-may-be-a-child",
        Ground::Consent => "route-ground-consent",
        Ground::BestInterests => "route-ground-best-interests",
        Ground::Refusal => "route-ground-refusal",
        Ground::CannotBeAsked => "route-ground-cannot-be-asked",
        Ground::NotInBestInterests => "route-ground-not-in-best-interests",
    }
}

const fn missing_words(missing: NoRoute) -> &'static str {
    match missing {
        NoRoute::AgeNotRecorded => "no-route-age-not-recorded",
        NoRoute::ConsentNotAsked => "no-route-consent-not-asked",
        NoRoute::NoBestInterests => "no-route-no-best-interests",
        NoRoute::BestInterestsUnsigned => "no-route-best-interests-unsigned",
        NoRoute::WithdrawnAfterSending => "no-route-withdrawn-after-sending",
    }
}

fn next_step(missing: NoRoute, facts: &PersonFacts) -> Option<&'static str> {
    match missing {
        NoRoute::AgeNotRecorded => Some("age"),
        NoRoute::ConsentNotAsked => Some("consent"),
        NoRoute::NoBestInterests if facts.lacking_now().is_none() => Some("capacity"),
        NoRoute::NoBestInterests => Some("best-interests/new"),
        NoRoute::BestInterestsUnsigned => Some("best-interests"),
        NoRoute::WithdrawnAfterSending => None,
    }
}

/// Loads the person a page about facts is for.
pub(crate) async fn load(
    app: &App,
    signed: &Signed,
    id: &str,
    shown: Shown,
) -> Result<About, PageError> {
    facts_for(&app.store, &signed.viewer, &PublicId(id.to_owned()), shown)
        .await?
        .ok_or(PageError::NotFound)
}

/// Begins a page about somebody's facts with what all of them show.
pub(crate) fn page(
    app: &App,
    signed: &Signed,
    template: &'static str,
    about: &About,
    referral: &str,
) -> Page {
    let may = app
        .store
        .policies
        .decide(&signed.viewer, Action::RecordFacts, &about.resource);
    Page::new(template, signed)
        .with("reference", &about.reference)
        .with("person_href", format!("/people/{}", about.public_id))
        .with("back", Back::to(&about.public_id, referral))
        .with("referral", referral)
        .with("age", about.age_now().map(|age| age.code()))
        .with("way", RouteShown::of(about.route(), &about.facts))
        .with("lacking", about.facts.lacking_now().is_some())
        .with("may_record", may.allowed)
}

/// Answers a form that was saved: back to where the reader came from, with the route in words.
pub(crate) async fn saved(
    app: &App,
    signed: &Signed,
    person: &str,
    referral: &str,
    shown: Shown,
) -> Result<axum::response::Response, PageError> {
    let about = load(app, signed, person, shown).await?;
    let back = Back::to(&about.public_id, referral);
    Ok(crate::page::saved(
        &back.href,
        RouteShown::saved(about.route()),
    ))
}

/// Errors of a form, each field named once.
pub(crate) struct Errors<'a> {
    app: &'a App,
    signed: &'a Signed,
    list: Vec<FormError>,
}

impl<'a> Errors<'a> {
    pub(crate) fn new(app: &'a App, signed: &'a Signed) -> Self {
        Self {
            app,
            signed,
            list: Vec::new(),
        }
    }

    /// Adds what is wrong with a field, unless something else is already.
    pub(crate) fn add(&mut self, key: &str, field: &str) {
        let error = FormError::of(self.app, self.signed, key, field);
        if self.list.iter().all(|other| other.href != error.href) {
            self.list.push(error);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The errors in the order in which the page asks: `fields`, then what is not among them.
    pub(crate) fn in_order(mut self, fields: &[&str]) -> Vec<FormError> {
        let place = |error: &FormError| {
            let field = error.href.trim_start_matches('#');
            let at = fields.iter().position(|one| *one == field);
            at.unwrap_or(fields.len())
        };
        self.list.sort_by_key(place);
        self.list
    }
}

/// The status of a page: 422 where a form comes back.
pub(crate) fn status(errors: &[FormError]) -> StatusCode {
    if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

/// Nothing, or a text without white space around it.
pub(crate) fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A day in three boxes: `None` when all are empty, an error when they are no day.
pub(crate) fn day(day: &str, month: &str, year: &str) -> Result<Option<Date>, ()> {
    if [day, month, year].iter().all(|part| part.trim().is_empty()) {
        return Ok(None);
    }
    crate::grant::day(day, month, year).map(Some).ok_or(())
}

/// The time of day in London, as a box holds it: `14:05`.
pub(crate) fn clock(micros: i64) -> String {
    let at = london::at(micros);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// A day and a time of day in London as an instant; `None` for what is no time. `14:05`, `14.05`,
/// `1405` and `9:30` are understood.
pub(crate) fn instant(day: Date, time: &str) -> Option<i64> {
    let time = time.trim();
    let (hours, minutes) = match time.split_once([':', '.']) {
        Some(parts) => parts,
        None => time.split_at_checked(time.len().checked_sub(2)?)?,
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=2).contains(&hours.len()) || minutes.len() != 2 || !digits(hours) || !digits(minutes) {
        return None;
    }
    let at = jiff::civil::Time::new(hours.parse().ok()?, minutes.parse().ok()?, 0, 0).ok()?;
    let zoned = day.to_datetime(at).to_zoned_datetime(london::zone()).ok()?;
    Some(zoned.timestamp().as_microsecond())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_time_is_read_as_people_write_it() {
        let at = |time| instant(date(2026, 7, 1), time);
        let want = "2026-07-01T13:05:00Z".parse::<jiff::Timestamp>().unwrap();
        for time in ["14:05", "14.05", "1405", " 14:05 "] {
            assert_eq!(at(time), Some(want.as_microsecond()), "{time}");
        }
        assert_eq!(clock(want.as_microsecond()), "14:05");
        assert_eq!(at("9:30").map(clock), Some("09:30".to_owned()));
        for time in ["", "14", "24:00", "12:60", "noon", "12:5:0", "-1:00"] {
            assert_eq!(at(time), None, "{time}");
        }
    }

    #[test]
    fn only_a_public_id_leads_back_to_a_referral() {
        let person = PublicId::from_random([1; 20]);
        let referral = PublicId::from_random([2; 20]);
        let back = Back::to(&person, &referral.0);
        assert_eq!(back.href, format!("/referrals/{referral}"));
        for bad in ["", "//elsewhere.example", "../account"] {
            assert_eq!(Back::to(&person, bad).href, format!("/people/{person}"));
        }
    }
}
