//! What is asked with each event, and how it is read back: one table for page, answer and API.

use std::collections::BTreeMap;

use heyrick_domain::calendar::Division;
use heyrick_domain::episode::{
    Authority, Available, ClosingReason, Detail, Details, DisqualificationGround, Event, EventKind,
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
    kind.asks().iter().copied().filter_map(choice).collect()
}

/// How one thing is asked; `None` for a day, which has boxes of its own.
fn choice(detail: Detail) -> Option<Choice> {
    let name = detail.code();
    Some(match detail {
        Detail::Authority => radios(name, options!(Authority)),
        Detail::Available => radios(name, options!(Available)),
        Detail::Grounds => checkboxes(name, options!(ReconsiderationGround)),
        Detail::Requester => radios(name, options!(Requester)),
        Detail::Exceptional => tick(name, "episode-exceptional"),
        Detail::Confirmed => tick(name, "episode-confirm-early"),
        Detail::Method => radios(name, options!(WithdrawalMethod)),
        Detail::Disqualification => radios(name, options!(DisqualificationGround)),
        Detail::Closing => radios(name, options!(ClosingReason)),
        Detail::Period => radios(name, options!(FurtherPeriod)),
        Detail::Support => radios(name, options!(Support)),
        Detail::Leave => radios(name, options!(Leave)),
        Detail::WantsSupport => radios(
            name,
            vec![("yes", "episode-wants-yes"), ("no", "episode-wants-no")],
        ),
        Detail::Place => radios(
            name,
            Division::ALL
                .map(|place| (place.code(), place_words(place)))
                .to_vec(),
        ),
        Detail::EighteenOn | Detail::AnswerBy => return None,
    })
}

const fn place_words(place: Division) -> &'static str {
    match place {
        Division::EnglandAndWales => "episode-place-england-and-wales",
        Division::Scotland => "episode-place-scotland",
        Division::NorthernIreland => "episode-place-northern-ireland",
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

/// Fills a correction with what stands.
pub(super) fn fill(posted: &mut Posted, stands: &Event) {
    let mut put = |name: &str, value: String| posted.insert(name.to_owned(), vec![value]);
    let days = [
        ("on", Some(stands.on)),
        ("received_on", stands.received_on),
        ("answer_by", stands.details.answer_by),
    ];
    for (name, day) in days {
        if let Some(day) = day {
            put(&format!("{name}_day"), day.day().to_string());
            put(&format!("{name}_month"), day.month().to_string());
            put(&format!("{name}_year"), day.year().to_string());
        }
    }
    for detail in stands.kind.asks() {
        posted.insert(detail.code().to_owned(), said(&stands.details, *detail));
    }
}

/// What was chosen, as a form posts it.
fn said(details: &Details, detail: Detail) -> Vec<String> {
    let yes = |ticked: bool| ticked.then_some("yes");
    let code = match detail {
        Detail::Grounds => {
            let grounds = details.grounds.iter();
            return grounds.map(|one| one.code().to_owned()).collect();
        }
        Detail::Authority => details.authority.map(|one| one.code()),
        Detail::Available => details.available.map(|one| one.code()),
        Detail::Requester => details.requester.map(|one| one.code()),
        Detail::Exceptional => yes(details.exceptional),
        Detail::Confirmed => yes(details.confirmed),
        Detail::Method => details.method.map(|one| one.code()),
        Detail::Disqualification => details.disqualification.map(|one| one.code()),
        Detail::Closing => details.closing.map(|one| one.code()),
        Detail::Period => details.period.map(|one| one.code()),
        Detail::Support => details.support.map(|one| one.code()),
        Detail::Leave => details.leave.map(|one| one.code()),
        Detail::WantsSupport => details.wants_support.map(|wants| match wants {
            true => "yes",
            false => "no",
        }),
        Detail::Place => details.place.map(Division::code),
        Detail::EighteenOn | Detail::AnswerBy => None,
    };
    code.into_iter().map(str::to_owned).collect()
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
        place: Division::from_code(first(posted, "place")),
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
    said.extend(details.place.map(place_words));
    said.extend(details.wants_support.map(|wants| match wants {
        true => "episode-wants-yes",
        false => "episode-wants-no",
    }));
    said.into_iter().map(str::to_owned).collect()
}
