//! First accounts: the gate before one begins, a page for each topic, breaks and end, reading back, the way
//! to the form, and the printed question sheet. It is no interview, and stops where one would begin.

use axum::Router;
use axum::routing::get;
use heyrick_domain::first_account::talk::Topic;
use heyrick_domain::first_account::turn::State;
use heyrick_domain::id::PublicId;
use heyrick_domain::london;
use heyrick_policy::Action;
use heyrick_store::first_account::{FirstAccount, account_for};
use heyrick_store::referral::Referral;
use jiff::ToSpan as _;
use serde::Serialize;

use crate::app::App;
use crate::error::PageError;
use crate::fact;
use crate::page::Page;
use crate::referral::{Head, Say, may};
use crate::session::Signed;

pub mod api;
mod begin;
mod beside;
mod paper;
mod pause;
mod sheet;
mod show;
mod stop;
mod topic;

pub(crate) use beside::{Beside, beside};

/// `/referrals/{id}/accounts`, what is below it, and the question sheet.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/referrals/{id}/accounts", get(show::list))
        .route(
            "/referrals/{id}/accounts/new",
            get(begin::ask).post(begin::record),
        )
        .route("/referrals/{id}/accounts/{account}", get(show::show))
        .route(
            "/referrals/{id}/accounts/{account}/topics/{topic}",
            get(topic::show).post(topic::save),
        )
        .route(
            "/referrals/{id}/accounts/{account}/break",
            get(pause::show).post(pause::record),
        )
        .route(
            "/referrals/{id}/accounts/{account}/stop",
            get(stop::show).post(stop::record),
        )
        .route("/referrals/{id}/accounts/{account}/form", get(show::form))
        .route(
            "/referrals/{id}/accounts/{account}/paper.pdf",
            get(paper::paper),
        )
        .route("/question-sheet/{audience}", get(sheet::show))
        .route("/question-sheet/{audience}/paper.pdf", get(sheet::paper))
}

/// An account with the referral it belongs to, and where its pages are.
struct Opened {
    referral: Referral,
    account: FirstAccount,
}

/// An account the reader may see; the look is journalled.
async fn open(
    app: &App,
    signed: &Signed,
    referral: &str,
    account: &str,
) -> Result<Opened, PageError> {
    let (referral, account) = (PublicId(referral.to_owned()), PublicId(account.to_owned()));
    let found = account_for(&app.store, &signed.viewer, &referral, &account).await?;
    let (referral, account) = found.ok_or(PageError::NotFound)?;
    Ok(Opened { referral, account })
}

impl Opened {
    /// The names the store knows them by.
    fn at(&self) -> (&PublicId, &PublicId) {
        (&self.referral.public_id, &self.account.public_id)
    }

    /// The account's own page.
    fn address(&self) -> String {
        address(&self.referral.public_id, &self.account.public_id)
    }

    /// The page of a topic.
    fn topic(&self, topic: &Topic) -> String {
        format!("{}/topics/{}", self.address(), topic.id)
    }

    /// Whether the reader may write to it: notes while the referral is open.
    fn may_write(&self, app: &App, signed: &Signed) -> bool {
        self.referral.stage.is_open() && self.may_end(app, signed)
    }

    /// Whether the reader may end it, whatever became of the referral.
    fn may_end(&self, app: &App, signed: &Signed) -> bool {
        may(app, signed, &self.referral, Action::RecordFacts)
    }

    /// A page with what every page of an account says.
    fn page(&self, app: &App, signed: &Signed, template: &'static str) -> Page {
        let state = self.account.state();
        Page::new(template, signed)
            .with_all(Head::of(signed, &self.referral))
            .with("account", &self.account.public_id.0)
            .with("account_href", self.address())
            .with("state", state.code())
            .with("begun_at", self.account.begun_at)
            .with("from_paper", self.account.from_paper)
            .with("may_write", self.may_write(app, signed))
            .with("may_end", self.may_end(app, signed))
            .with("now_a_child", self.now_a_child())
            .with("ended", Ended::of(state))
    }

    /// Begun with an adult who is by now recorded as a child, or perhaps one, and still going on.
    fn now_a_child(&self) -> bool {
        let now = self.referral.parts.facts.route.age;
        !self.account.age.child_rules()
            && now.is_some_and(|age| age.child_rules())
            && !matches!(self.account.state(), State::Ended { .. })
    }

    /// A time of day of the account as an instant: of its own day, or after midnight of the next.
    fn instant(&self, time: &str) -> Option<i64> {
        let day = london::date_of(self.account.begun_at);
        let at = fact::instant(day, time)?;
        // The minute typed stands for all of it: an account begun at 21:40:30 may pause at 21:40.
        let minute = self.account.begun_at - self.account.begun_at.rem_euclid(60_000_000);
        if at >= minute {
            return Some(at.max(self.account.begun_at));
        }
        fact::instant(day.saturating_add(1.day()), time)
    }
}

/// The page of an account.
fn address(referral: &PublicId, account: &PublicId) -> String {
    format!("/referrals/{referral}/accounts/{account}")
}

/// How an account ended, for its pages.
#[derive(Debug, Serialize)]
struct Ended {
    at: i64,
    why: &'static str,
}

impl Ended {
    fn of(state: State) -> Option<Self> {
        match state {
            State::Ended { at, reason } => Some(Self {
                at,
                why: reason.map_or("other", |reason| reason.code()),
            }),
            State::Talking { .. } | State::Paused { .. } => None,
        }
    }
}

/// A topic in words.
#[derive(Debug, Serialize)]
struct TopicWords {
    id: String,
    title: String,
    ask: String,
    care: Option<String>,
    prompts: Vec<String>,
    observed: bool,
}

impl TopicWords {
    fn of(say: Say<'_>, account: &FirstAccount, topic: &Topic) -> Self {
        let talk = account.talk;
        Self {
            id: topic.id.clone(),
            title: say.text(&talk.title_key(topic)),
            ask: say.text(&talk.ask_key(topic)),
            care: talk.care_key(topic).map(|key| say.text(&key)),
            prompts: talk
                .prompt_keys(topic)
                .iter()
                .map(|key| say.text(key))
                .collect(),
            observed: topic.observed,
        }
    }
}

/// The key of the sentence for a time that cannot be, or a turn that cannot come now.
fn turn_words(error: heyrick_domain::first_account::turn::TurnError) -> &'static str {
    error.words()
}
