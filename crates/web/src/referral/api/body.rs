//! What the API says of referrals.

use heyrick_domain::form::check::Severity;
use heyrick_domain::form::{self, Draft, Step};
use heyrick_domain::referral::{AuthorityOutcome, Stage};
use heyrick_domain::route::NoRoute;
use heyrick_store::list::lists;
use heyrick_store::referral::list::RouteIs;
use heyrick_store::referral::{Referral, ReferralLine, StepSaved};
use heyrick_words::{Locale, Words};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{etag, in_words, instant, words};

words! {
    /// Where a referral stands.
    StageWord of Stage {
        Draft = "draft", InReview = "in_review", Prepared = "prepared", Sent = "sent", Withdrawn = "withdrawn",
    }
}
words! {
    /// Where a referral leads.
    RouteWord of RouteIs { Undecided = "undecided", Nrm = "nrm", Dtn = "dtn" }
}
words! {
    /// How a contact with the local authority ended.
    OutcomeWord of AuthorityOutcome {
        Reached = "reached", NotReachedOutOfHours = "not_reached_out_of_hours", NotReached = "not_reached",
    }
}

/// The person a referral is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReferralPerson)]
struct About {
    /// Name in addresses.
    id: String,
    /// What people call the record, such as `P-7K4M-2Q`.
    reference: String,
    /// What colleagues call the person.
    label: String,
}

/// One line of a list of referrals.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReferralLine)]
pub(super) struct LineBody {
    /// Name in addresses.
    id: String,
    /// What people call it, such as `R-7K4M-2Q`.
    reference: String,
    person: About,
    stage: StageWord,
    route: RouteWord,
    /// Who of the team sees it: `none`, `restricted` or `sealed`.
    restriction: &'static str,
    /// Who began it.
    author: String,
    /// Who works on it.
    allocated_to: Option<String>,
    /// When it was begun.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<ReferralLine> for LineBody {
    fn from(line: ReferralLine) -> Self {
        Self {
            id: line.public_id.0,
            reference: line.reference,
            person: About {
                id: line.person.0,
                reference: line.person_reference,
                label: line.person_label,
            },
            stage: line.stage.into(),
            route: line.route.into(),
            restriction: line.level.code(),
            author: line.author,
            allocated_to: line.allocated_to,
            created_at: instant(line.created_at),
            updated_at: instant(line.updated_at),
        }
    }
}

/// Something still to settle about an answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StepProblem)]
pub(super) struct ProblemLine {
    /// The question.
    key: String,
    /// Which problem; stable across versions.
    code: &'static str,
    /// `advice` holds up nothing; `later` must be settled before hand-over.
    severity: &'static str,
    /// The problem in words.
    detail: String,
}

/// How far along a step is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StepStatus)]
pub(super) struct StepLine {
    /// Name in addresses.
    id: String,
    /// The line of the task list it stands in.
    task: Option<String>,
    /// `not-started`, `in-progress`, `to-check` or `done`.
    status: &'static str,
    /// What to send back in `If-Match` when saving it.
    etag: String,
    /// Who saved it last.
    saved_by: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    saved_at: Option<String>,
    problems: Vec<ProblemLine>,
}

impl StepLine {
    pub(super) fn of(
        referral: &Referral,
        draft: &Draft<'_>,
        step: &Step,
        words: &Words,
        locale: Locale,
    ) -> Self {
        let saved = referral.steps.get(&step.id);
        Self {
            id: step.id.clone(),
            task: draft.form.task_of(&step.id).map(|task| task.id.clone()),
            status: draft.status(step).code(),
            etag: etag(referral.step_version(&step.id)),
            saved_by: saved.map(|saved| saved.by.clone()),
            saved_at: saved.map(|StepSaved { at, .. }| instant(*at)),
            problems: problems(draft.problems(step), words, locale),
        }
    }
}

fn problems(found: Vec<form::Problem>, words: &Words, locale: Locale) -> Vec<ProblemLine> {
    let line = |problem: form::Problem| ProblemLine {
        detail: in_words(words, locale, problem.code, &problem.args),
        code: problem.code,
        severity: match problem.severity {
            Severity::Advice => "advice",
            Severity::Later | Severity::Now => "later",
        },
        key: problem.key,
    };
    found.into_iter().map(line).collect()
}

/// A contact with the local authority, or an attempt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuthorityContact)]
struct ContactBody {
    outcome: OutcomeWord,
    /// When it was made.
    #[schema(format = DateTime)]
    attempted_at: String,
    note: Option<String>,
    recorded_by: String,
    #[schema(format = DateTime)]
    recorded_at: String,
}

/// The Duty to Notify of an earlier passage that a referral takes over from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EarlierNotification)]
struct EarlierBody {
    /// The day it was sent.
    #[schema(format = Date)]
    sent_on: String,
    /// Its name in addresses, where the caller may see it.
    id: Option<String>,
    /// Its reference, where the caller may see it.
    reference: Option<String>,
}

/// Why a referral was stopped.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Withdrawal)]
struct WithdrawalBody {
    reason: String,
    by: String,
    #[schema(format = DateTime)]
    at: String,
}

/// A referral.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Referral)]
pub(super) struct ReferralBody {
    /// Name in addresses.
    id: String,
    /// What people call it, such as `R-7K4M-2Q`.
    reference: String,
    person: About,
    /// The question set it was begun on; see `/api/v1/forms/{id}`.
    form: String,
    stage: StageWord,
    route: RouteWord,
    /// What the route rests on, once it is decided.
    ground: Option<&'static str>,
    /// What must be recorded before it leads anywhere.
    missing: Option<&'static str>,
    /// Who of the team sees it: `none`, `restricted` or `sealed`.
    restriction: &'static str,
    /// Who began it.
    author: String,
    /// Who works on it.
    allocated_to: Option<String>,
    /// The steps shown as things stand, in the order in which we ask.
    steps: Vec<StepLine>,
    /// Contact with the local authority, the latest first.
    authority_contacts: Vec<ContactBody>,
    supersedes: Option<EarlierBody>,
    withdrawal: Option<WithdrawalBody>,
    /// The passage it belongs to, once something was sent in it; see `/api/v1/episodes/{id}`.
    episode: Option<String>,
    /// When it was begun.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl ReferralBody {
    pub(super) fn of(referral: &Referral, words: &Words, locale: Locale) -> Self {
        let draft = referral.draft(lists());
        let decided = referral.parts.facts.route_and_ground();
        let open = referral.stage.is_open();
        Self {
            id: referral.public_id.0.clone(),
            reference: referral.reference.clone(),
            person: About {
                id: referral.person.public_id.0.clone(),
                reference: referral.person.reference.clone(),
                label: referral.person.label(),
            },
            form: draft.form.id.clone(),
            stage: referral.stage.into(),
            route: RouteIs::from(referral.route()).into(),
            ground: decided
                .ok()
                .filter(|_| open)
                .map(|(_, ground)| ground.code()),
            missing: decided.err().filter(|_| open).map(NoRoute::code),
            restriction: referral.level().code(),
            author: referral.author_name.clone(),
            allocated_to: referral.allocated_to.as_ref().map(|(_, name)| name.clone()),
            steps: draft
                .steps_in_our_order()
                .into_iter()
                .map(|step| StepLine::of(referral, &draft, step, words, locale))
                .collect(),
            authority_contacts: contacts(referral),
            supersedes: earlier(referral),
            withdrawal: referral.withdrawal.as_ref().map(|one| WithdrawalBody {
                reason: one.reason.clone(),
                by: one.by.clone(),
                at: instant(one.at),
            }),
            episode: referral.passage.as_ref().map(|id| id.0.clone()),
            created_at: instant(referral.created_at),
            updated_at: instant(referral.updated_at),
        }
    }
}

fn contacts(referral: &Referral) -> Vec<ContactBody> {
    let all = referral.authority_contacts.iter();
    all.map(|one| ContactBody {
        outcome: one.outcome.into(),
        attempted_at: instant(one.attempted_at),
        note: one.note.clone(),
        recorded_by: one.recorded_by.clone(),
        recorded_at: instant(one.recorded_at),
    })
    .collect()
}

fn earlier(referral: &Referral) -> Option<EarlierBody> {
    let earlier = referral.supersedes.as_ref()?;
    let seen = earlier.referral.clone();
    let (id, reference) = seen.map(|(id, reference)| (id.0, reference)).unzip();
    Some(EarlierBody {
        sent_on: earlier.sent_on.to_string(),
        id,
        reference,
    })
}
