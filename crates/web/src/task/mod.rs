//! Tasks: lists of what is still to be done, one task with what can be done about it, adding one by hand.

use axum::Router;
use axum::routing::{get, post};
use heyrick_domain::task::TaskKind;
use heyrick_domain::task::escalation::Rung;
use heyrick_store::task::Task;
use serde::Serialize;

use crate::app::App;
use crate::session::Signed;

mod add;
pub(crate) mod api;
mod list;
mod one;

/// `/tasks` and what is below it, and where one is added.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/tasks", get(list::show))
        .route("/tasks/search", post(list::search))
        .route("/tasks/{id}", get(one::show).post(one::done))
        .route("/tasks/{id}/owner", post(one::give))
        .route("/tasks/{id}/due", post(one::move_day))
        .route("/tasks/{id}/reopen", post(one::reopen))
        .route(
            "/people/{id}/tasks/new",
            get(add::to_person).post(add::save_to_person),
        )
        .route(
            "/referrals/{id}/tasks/new",
            get(add::to_referral).post(add::save_to_referral),
        )
}

/// One line of a list of tasks.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    /// The key of what is to be done.
    kind: &'static str,
    /// Where it is done.
    href: String,
    /// The task itself.
    task_href: String,
    /// Whether words are to be compared, for which the page it leads to says which.
    compares: bool,
    /// Whether it is called done in words.
    by_hand: bool,
    /// What people call the record.
    reference: String,
    called: Option<String>,
    due: String,
    late: bool,
    owner: Option<String>,
    mine: bool,
    raised_by: Option<String>,
    raised_at: i64,
    note: Option<String>,
    /// The first day it is shown, where that is still to come: `2026-09-07`.
    from: Option<String>,
    done: Option<DoneLine>,
    /// The highest rung it went up to, and the day.
    up: Option<Up>,
}

/// How a task was done.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DoneLine {
    at: i64,
    by: Option<String>,
    result: Option<String>,
}

/// To whom a task went up, and on what day.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Up {
    rung: &'static str,
    on: String,
}

impl Line {
    pub(crate) fn of(app: &App, signed: &Signed, task: Task) -> Self {
        let now = app.store.now();
        let open = task.done.is_none();
        let day = |at| heyrick_domain::london::date_of(at).to_string();
        let up = task.escalated.iter().max_by_key(|(rung, _)| *rung);
        Self {
            kind: task.kind.words(),
            href: place(&task),
            task_href: format!("/tasks/{}", task.public_id),
            compares: open && task.kind == TaskKind::ReusedText,
            by_hand: open && task.kind.done_by_hand(),
            late: open && task.due_at < now,
            due: app.words.due_at(signed.locale(), task.due_at, now),
            up: up.map(|(rung, at)| Up {
                rung: rung.code(),
                on: day(*at),
            }),
            from: (open && task.starts_at > now).then(|| day(task.starts_at)),
            done: task.done.map(|done| DoneLine {
                at: done.at,
                by: done.by,
                result: done.result,
            }),
            reference: task
                .referral
                .map_or(task.person.1, |(_, reference)| reference),
            called: task.called,
            owner: task.owner,
            mine: task.mine,
            raised_by: task.raised_by,
            raised_at: task.raised_at,
            note: task.note,
        }
    }
}

/// Where the thing itself is done.
fn place(task: &Task) -> String {
    let person = format!("/people/{}", task.person.0);
    let referral = task.referral.as_ref().map(|(id, _)| id);
    let record = referral.map_or(person.clone(), |id| format!("/referrals/{id}"));
    if let Some(episode) = task.episode.as_ref().filter(|_| task.kind.of_passage()) {
        return format!("/episodes/{episode}");
    }
    match (task.kind.code(), referral) {
        ("authority_retry", Some(_)) => format!("{record}/authority-contact"),
        ("second_reading" | "sent_back", Some(_)) => format!("{record}/review"),
        ("reused_text", Some(_)) => format!("{record}/coach"),
        ("restriction_review", _) => format!("{record}/restriction"),
        ("sign_best_interests", _) => format!("{person}/best-interests"),
        ("reassess_capacity", _) => format!("{person}/capacity"),
        ("ask_consent", _) => format!("{person}/consent"),
        // Handing over and attaching the copy are not everybody's: the task list leads whoever may.
        _ => record,
    }
}

/// Whether a viewer is sergeant or inspector today.
pub(crate) fn supervises(signed: &Signed) -> bool {
    Rung::ALL
        .into_iter()
        .any(|rung| signed.viewer.holds(rung.role()))
}
