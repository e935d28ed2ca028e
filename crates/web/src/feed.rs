//! The calendar feed of one's own tasks and clocks: made, renewed and ended on the account page, read by a calendar
//! program at an address with a secret. It says when, and never what or whom.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use heyrick_domain::london;
use heyrick_store::feed::{Asked, Entry, What, entries, record_feed, record_revoked};
use heyrick_words::Locale;
use ics::components::Property;
use ics::parameters::TzIDParam;
use ics::properties::{Class, Description, DtStart, RRule, Sequence, Summary, Transp, TzName, URL};
use ics::{Daylight, Event, ICalendar, Standard, TimeZone, escape_text, parameters};
use jiff::Timestamp;

use crate::account::{Overview, overview};
use crate::app::App;
use crate::error::PageError;
use crate::page::{saved, sees_cases};
use crate::session::{Nothing, SafeForm, Signed};
use crate::sign_in::Address;

/// `/account/feed`, and `/calendar/{file}` for calendar programs.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/account/feed", post(make))
        .route("/account/feed/revoke", post(revoke))
        .route("/calendar/{file}", get(read))
}

async fn make(
    signed: Signed,
    State(app): State<App>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    if !sees_cases(signed.viewer.role) {
        return Err(PageError::NotAllowed);
    }
    let secret = record_feed(&app.store, &signed.viewer).await?;
    let extra = Overview {
        new_feed: Some(format!("{}/calendar/{secret}.ics", app.settings.public_url)),
        ..Overview::default()
    };
    overview(&app, &signed, extra).await
}

async fn revoke(
    signed: Signed,
    State(app): State<App>,
    SafeForm(Nothing {}): SafeForm<Nothing>,
) -> Result<Response, PageError> {
    match record_revoked(&app.store, &signed.viewer).await? {
        true => Ok(saved("/account#feed", "feed-revoked")),
        false => Err(PageError::NotFound),
    }
}

/// What a calendar program gets. Whatever is wrong with the address, it is not found.
async fn read(
    State(app): State<App>,
    Path(file): Path<String>,
    address: Address,
) -> Result<Response, PageError> {
    let secret = file.strip_suffix(".ics").ok_or(PageError::NotFound)?;
    let delays = app.settings.delays;
    match entries(&app.store, secret, &address.0, delays).await? {
        Asked::Absent => Err(PageError::NotFound),
        Asked::Wait => {
            let wait = [(header::RETRY_AFTER, HeaderValue::from_static("900"))];
            Ok((StatusCode::TOO_MANY_REQUESTS, wait).into_response())
        }
        Asked::Entries(locale, entries) => {
            let locale = Locale::from_code(&locale).unwrap_or_default();
            let kind = HeaderValue::from_static("text/calendar; charset=utf-8");
            let text = calendar(&app, locale, &entries).to_string();
            Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
        }
    }
}

/// The feed as RFC 5545 has it.
fn calendar<'a>(app: &App, locale: Locale, entries: &'a [Entry]) -> ICalendar<'a> {
    let say = |key: &str| app.words.text(locale, key, &[]);
    let sign_in = say("feed-sign-in");
    let made = Timestamp::from_microsecond(app.store.now()).unwrap_or(Timestamp::UNIX_EPOCH);
    let made = made.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut calendar = ICalendar::new("2.0", "-//Heyrick//Tasks//EN");
    calendar.add_timezone(zone());
    for entry in entries {
        let (summary, place) = match entry.what {
            What::Task => (say("feed-summary"), "/tasks"),
            What::Clock => (say("feed-summary-clock"), "/"),
        };
        let url = format!("{}{place}", app.settings.public_url);
        let mut event = Event::new(format!("{}@heyrick", entry.uid), made.clone());
        event.push(begins(entry.due_at));
        event.push(Summary::new(escape_text(summary).into_owned()));
        event.push(Description::new(
            escape_text(format!("{sign_in} {url}")).into_owned(),
        ));
        event.push(URL::new(url.clone()));
        event.push(Sequence::new(entry.version.to_string()));
        event.push(Class::private());
        event.push(Transp::transparent());
        calendar.add_event(event);
    }
    calendar
}

/// A whole day where something is due by its end, else the time in London.
fn begins(due: i64) -> Property<'static> {
    let at = london::at(due);
    let end_of_day = (at.hour(), at.minute()) == (23, 59);
    let text = match end_of_day {
        true => at.strftime("%Y%m%d").to_string(),
        false => at.strftime("%Y%m%dT%H%M%S").to_string(),
    };
    let mut begins = DtStart::new(text);
    match end_of_day {
        true => begins.add(parameters::Value::DATE),
        false => begins.add(TzIDParam::new("Europe/London")),
    }
    begins.into()
}

/// Europe/London, as it has been since 1996.
fn zone() -> TimeZone<'static> {
    let mut summer = Daylight::new("19970330T010000", "+0000", "+0100");
    summer.push(RRule::new("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"));
    summer.push(TzName::new("BST"));
    let mut winter = Standard::new("19961027T020000", "+0100", "+0000");
    winter.push(RRule::new("FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"));
    winter.push(TzName::new("GMT"));
    let mut zone = TimeZone::daylight("Europe/London", summer);
    zone.add_standard(winter);
    zone
}
