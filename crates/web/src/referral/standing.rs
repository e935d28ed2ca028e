//! Where a referral stands: what keeps it from being handed over, where it leaves, what came before it and
//! how it ended.

use heyrick_domain::referral::{PrepareRefusal, Stage, prepare};
use heyrick_domain::route::Route;
use heyrick_policy::Action;
use serde::Serialize;

use super::task_list::{Row, TaskList};
use super::{count, may};
use crate::app::App;
use crate::session::Signed;

/// What keeps it from being handed over, and where that is settled.
#[derive(Debug, Serialize)]
pub(super) struct Obstacle {
    text: String,
    href: Option<String>,
}

/// How it ended, when it was withdrawn.
#[derive(Debug, Serialize)]
pub(super) struct Withdrawn {
    by: String,
    at: i64,
    reason: String,
}

/// The Duty to Notify it takes over from.
#[derive(Debug, Serialize)]
pub(super) struct Earlier {
    on: String,
    href: Option<String>,
    reference: Option<String>,
}

impl TaskList<'_> {
    pub(super) fn obstacle(&self, ready: Result<Route, PrepareRefusal>) -> Option<Obstacle> {
        let refusal = match (self.referral.stage, ready) {
            (Stage::Draft, Err(refusal)) => refusal,
            _ => return None,
        };
        let (text, href) = match refusal {
            PrepareRefusal::Unfinished { steps } => {
                let text = self.say.with(refusal.code(), &[("count", count(steps))]);
                (text, Some(format!("{}/check", self.address())))
            }
            // The route says by itself what is missing, and where that is recorded.
            PrepareRefusal::NoRoute(_) => return None,
            PrepareRefusal::AuthorityNotContacted => {
                let href = format!("{}/authority-contact", self.address());
                (self.say.text(refusal.code()), Some(href))
            }
            other => (self.say.text(other.code()), None),
        };
        Some(Obstacle { text, href })
    }

    /// The last line: where it leaves, or why it cannot yet.
    pub(super) fn leaves(&self, app: &App, signed: &Signed) -> Row {
        let ready = prepare(
            self.draft,
            self.referral.stage,
            self.referral.authority_contacted(),
        );
        let may = |action| may(app, signed, self.referral, action);
        let (title, page, status) = match self.referral.stage {
            Stage::Draft if ready.is_ok() && may(Action::Prepare) => {
                ("referral-task-hand-over", Some("prepare"), "can-start")
            }
            Stage::Draft => ("referral-task-hand-over", None, "cannot-start"),
            Stage::InReview => (
                "referral-task-hand-over-in-review",
                Some("review"),
                "in-progress",
            ),
            Stage::Prepared => (
                "referral-task-hand-over-prepared",
                may(Action::HandOver).then_some("hand-over"),
                "can-start",
            ),
            Stage::Sent => (
                "referral-task-hand-over-sent",
                may(Action::HandOver).then_some("sending"),
                "done",
            ),
            Stage::Withdrawn => ("referral-task-hand-over", None, "not-needed"),
        };
        Row {
            title: self.say.text(title),
            href: page.map(|page| format!("{}/{page}", self.address())),
            hint: None,
            status,
        }
    }

    pub(super) fn withdrawal(&self) -> Option<Withdrawn> {
        let withdrawal = self.referral.withdrawal.as_ref()?;
        Some(Withdrawn {
            by: withdrawal.by.clone(),
            at: withdrawal.at,
            reason: withdrawal.reason.clone(),
        })
    }

    pub(super) fn supersedes(&self) -> Option<Earlier> {
        let earlier = self.referral.supersedes.as_ref()?;
        let (href, reference) = match &earlier.referral {
            Some((id, reference)) => (Some(format!("/referrals/{id}")), Some(reference.clone())),
            None => (None, None),
        };
        Some(Earlier {
            on: earlier.sent_on.to_string(),
            href,
            reference,
        })
    }
}
