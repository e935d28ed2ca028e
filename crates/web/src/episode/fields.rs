//! What is asked with each event, and how it is read back: one table for page, answer and API.

use std::collections::BTreeMap;

use heyrick_domain::episode::{
    Authority, Available, ClosingReason, Details, DisqualificationGround, Event, EventKind,
    FurtherPeriod, Leave, ReconsiderationGround, Requester, Support, WithdrawalMethod,
};
use serde::Serialize;

use crate::grant::day;
use crate::session::CSRF_FIELD;

/// What was posted: every field with its values, in order.
pub(super) type Posted = BTreeMap<String, Vec<String>>;

/// Something to choose, with the keys of its words.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Choice {
    pub name: &'static str,
    /// `radios` or `checkboxes`.
    pub shape: &'static str,
    pub options: Vec<(&'static str, &'static str)>,
}

macro_rules! options {
    ($word:ident) => {
        $word::ALL
            .iter()
            .map(|one| (one.code(), one.words()))
            .collect()
    };
}

fn radios(name: &'static str, options: Vec<(&'static str, &'static str)>) -> Choice {
    Choice {
        name,
        shape: "radios",
        options,
    }
}

fn checkboxes(name: &'static str, options: Vec<(&'static str, &'static str)>) -> Choice {
    Choice {
        name,
        shape: "checkboxes",
        options,
    }
}

fn tick(name: &'static str, words: &'static str) -> Choice {
    checkboxes(name, vec![("yes", words)])
}

/// What is to be chosen with an event of this kind.
pub(super) fn choices(kind: EventKind) -> Vec<Choice> {
    let available = || radios("available", options!(Available));
    let authority = || radios("authority", options!(Authority));
    match kind {
        EventKind::ReferenceReceived | EventKind::AuthorityChanged | EventKind::RgPositive => {
            vec![authority()]
        }
        EventKind::RgNegative | EventKind::Revoked | EventKind::ReconsiderationStated => {
            vec![available()]
        }
        EventKind::CgPositive => vec![tick("confirmed", "episode-confirm-early")],
        EventKind::CgNegative => {
            vec![available(), tick("confirmed", "episode-confirm-early")]
        }
        EventKind::ReconsiderationRequested => vec![
            checkboxes("grounds", options!(ReconsiderationGround)),
            radios("requester", options!(Requester)),
            tick("exceptional", "episode-exceptional"),
        ],
        EventKind::Withdrawn => vec![radios("method", options!(WithdrawalMethod))],
        EventKind::Remains => vec![radios(
            "wants_support",
            vec![("yes", "episode-wants-yes"), ("no", "episode-wants-no")],
        )],
        EventKind::Disqualified => {
            vec![radios("disqualification", options!(DisqualificationGround))]
        }
        EventKind::Closed => vec![radios("closing", options!(ClosingReason))],
        EventKind::FurtherPositive => vec![radios("period", options!(FurtherPeriod))],
        EventKind::SupportChanged => vec![radios("support", options!(Support))],
        EventKind::LeaveChanged => vec![radios("leave", options!(Leave))],
        _ => Vec::new(),
    }
}

/// What a page reads whatever happened.
pub(super) const READ: [&str; 10] = [
    "on_day",
    "on_month",
    "on_year",
    "received_on_day",
    "received_on_month",
    "received_on_year",
    "answer_by_day",
    "answer_by_month",
    "answer_by_year",
    "note",
];

/// Whether a page has a field of this name, for one event or another.
pub(super) fn is_field(name: &str) -> bool {
    [CSRF_FIELD, "event", "seen", "corrects"].contains(&name)
        || READ.contains(&name)
        || EventKind::ALL
            .iter()
            .any(|kind| choices(*kind).iter().any(|choice| choice.name == name))
}

/// The first value of a field; empty where there is none.
pub(super) fn first<'a>(posted: &'a Posted, name: &str) -> &'a str {
    posted
        .get(name)
        .and_then(|values| values.first())
        .map_or("", String::as_str)
}

/// A date in three boxes; `Err` where something stands there that is no day.
pub(super) fn date(posted: &Posted, name: &str) -> Result<Option<jiff::civil::Date>, ()> {
    let part = |part: &str| first(posted, &format!("{name}_{part}")).trim();
    let (d, m, y) = (part("day"), part("month"), part("year"));
    if [d, m, y].iter().all(|part| part.is_empty()) {
        return Ok(None);
    }
    day(d, m, y).map(Some).ok_or(())
}

/// What was chosen, in codes. What is not one of the words is left out: the rule then asks for it.
pub(super) fn details(posted: &Posted) -> Details {
    let grounds = posted.get("grounds").into_iter().flatten();
    Details {
        authority: Authority::from_code(first(posted, "authority")),
        available: Available::from_code(first(posted, "available")),
        grounds: grounds
            .filter_map(|code| ReconsiderationGround::from_code(code))
            .collect(),
        requester: Requester::from_code(first(posted, "requester")),
        exceptional: first(posted, "exceptional") == "yes",
        confirmed: first(posted, "confirmed") == "yes",
        method: WithdrawalMethod::from_code(first(posted, "method")),
        disqualification: DisqualificationGround::from_code(first(posted, "disqualification")),
        closing: ClosingReason::from_code(first(posted, "closing")),
        period: FurtherPeriod::from_code(first(posted, "period")),
        support: Support::from_code(first(posted, "support")),
        leave: Leave::from_code(first(posted, "leave")),
        wants_support: match first(posted, "wants_support") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        answer_by: date(posted, "answer_by").ok().flatten(),
        ..Details::default()
    }
}

/// The keys of what was said beside an event.
pub(super) fn said_beside(event: &Event) -> Vec<String> {
    let details = &event.details;
    let mut said: Vec<&str> = Vec::new();
    said.extend(details.authority.map(|one| one.words()));
    said.extend(details.available.map(|one| match one {
        Available::Yes => "episode-available-said-yes",
        Available::No => "episode-available-said-no",
        Available::Unknown => "episode-available-said-unknown",
    }));
    said.extend(details.grounds.iter().map(|one| one.words()));
    said.extend(details.requester.map(|one| one.words()));
    said.extend(details.exceptional.then_some("episode-exceptional"));
    said.extend(details.confirmed.then_some("episode-confirm-early"));
    said.extend(details.method.map(|one| one.words()));
    said.extend(details.disqualification.map(|one| one.words()));
    said.extend(details.closing.map(|one| one.words()));
    said.extend(details.period.map(|one| one.words()));
    said.extend(details.support.map(|one| one.words()));
    said.extend(details.leave.map(|one| one.words()));
    said.extend(details.wants_support.map(|wants| match wants {
        true => "episode-wants-yes",
        false => "episode-wants-no",
    }));
    said.into_iter().map(str::to_owned).collect()
}
