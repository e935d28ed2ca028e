//! Notes of an account beside the page of the form they help to answer, and how the account was taken, in
//! words an officer may use.

use heyrick_domain::first_account::turn::{State, breaks};
use heyrick_domain::form::{Draft, Step};
use heyrick_domain::id::PublicId;
use heyrick_store::first_account::{FirstAccount, account_for};
use heyrick_words::Arg;
use serde::Serialize;

use super::address;
use crate::app::App;
use crate::error::PageError;
use crate::fact::clock;
use crate::referral::Say;
use crate::session::Signed;

/// The step of the form that asks how somebody was spoken with.
const CONDITIONS: &str = "where-how-interview-carried-out";

/// What stands beside a page of the form.
#[derive(Debug, Serialize)]
pub(crate) struct Beside {
    /// The account's name in addresses.
    pub(crate) account: String,
    /// Where one goes back to.
    pub(crate) back: String,
    /// When the account was begun.
    pub(crate) begun_at: i64,
    /// What was written, topic by topic.
    pub(crate) notes: Vec<Told>,
}

/// One topic's note.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    /// The topic, or `how-taken`.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Questions with a box of their own on this page it helps to answer, one after the other.
    pub(crate) into: String,
}

/// The notes of an account that help with a step; `None` where there is no such account to see or nothing
/// in it helps. The look is journalled.
pub(crate) async fn beside(
    app: &App,
    signed: &Signed,
    referral: &PublicId,
    account: &str,
    (draft, step): (&Draft<'_>, &Step),
) -> Result<Option<Beside>, PageError> {
    let Some(account) = PublicId::read(account) else {
        return Ok(None);
    };
    let found = account_for(&app.store, &signed.viewer, referral, &account).await?;
    let Some((_, held)) = found else {
        return Ok(None);
    };
    let say = Say::of(app, signed);
    let notes = told(say, &held, draft, step);
    let back = format!("{}/form", address(referral, &account));
    Ok((!notes.is_empty()).then_some(Beside {
        account: account.0,
        back,
        begun_at: held.begun_at,
        notes,
    }))
}

fn told(say: Say<'_>, account: &FirstAccount, draft: &Draft<'_>, step: &Step) -> Vec<Told> {
    let boxes = |keys: &[String]| {
        let typed = |key: &&String| {
            let question = draft.form.question(key);
            step.ask.contains(key) && question.is_some_and(|one| one.is_narrative())
        };
        let keys: Vec<&str> = keys.iter().filter(typed).map(String::as_str).collect();
        keys.join(" ")
    };
    let mut notes: Vec<Told> = account
        .talk
        .for_step(step)
        .filter_map(|topic| {
            let note = account.note(&topic.id)?;
            Some(Told {
                id: topic.id.clone(),
                title: say.text(&account.talk.title_key(topic)),
                text: note.text.clone(),
                into: boxes(&topic.keys),
            })
        })
        .filter(|told| !told.text.trim().is_empty())
        .collect();
    if step.ask.iter().any(|key| key == CONDITIONS) {
        notes.push(Told {
            id: "how-taken".to_owned(),
            title: say.text("first-account-how-taken"),
            text: conditions(say, account),
            into: boxes(&[CONDITIONS.to_owned()]),
        });
    }
    notes
}

/// How an account was taken: place, company, interpreter, breaks, end.
pub(super) fn conditions(say: Say<'_>, account: &FirstAccount) -> String {
    let words = &account.words;
    let text = |text: &str| Arg::from(text.trim_end_matches('.').to_owned());
    let begun = say.words.moment(say.locale, account.begun_at);
    let mut lines = vec![say.with(
        "first-account-conditions",
        &[
            ("begun", begun.into()),
            ("place", text(&words.place)),
            ("present", text(&words.present)),
        ],
    )];
    if let Some(beside) = account.gate.beside {
        let who = say.text(beside.words());
        lines.push(say.with("first-account-conditions-beside", &[("who", who.into())]));
    }
    if account.gate.voice.interprets() {
        let voice = say.text(account.gate.voice.words());
        let args = [("voice", voice.into()), ("language", text(&words.language))];
        lines.push(say.with("first-account-conditions-voice", &args));
    }
    if !words.needs.is_empty() {
        let args = [("needs", text(&words.needs))];
        lines.push(say.with("first-account-conditions-needs", &args));
    }
    let pauses = break_lines(say, account);
    if !pauses.is_empty() {
        let args = [("breaks", pauses.join("; ").into())];
        lines.push(say.with("first-account-conditions-breaks", &args));
    }
    if let State::Ended { at, reason } = account.state() {
        let why = reason.map(|reason| say.text(reason.words()));
        let args = [
            ("when", say.words.moment(say.locale, at).into()),
            ("why", why.unwrap_or_default().into()),
        ];
        lines.push(say.with("first-account-conditions-end", &args));
    }
    lines.join("\n")
}

/// Breaks as times of the day.
pub(super) fn break_lines(say: Say<'_>, account: &FirstAccount) -> Vec<String> {
    breaks(&account.turns())
        .into_iter()
        .map(|(from, until)| match until {
            Some(until) => {
                let args = [("from", clock(from).into()), ("until", clock(until).into())];
                say.with("first-account-break-line", &args)
            }
            None => say.with("first-account-break-open", &[("from", clock(from).into())]),
        })
        .collect()
}
