//! Question sets in the API, as data: what is asked, when, in which order, and the reference lists.

use axum::Json as Out;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use heyrick_domain::form::{self, Condition, Form, Question, Step};
use heyrick_store::list::lists;
use heyrick_words::{Locale, Words};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::api::{Answer, Caller, Problem, ProblemBody, Tongue};

/// `/api/v1/forms` and `/api/v1/lists`.
pub fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(every))
        .routes(routes!(one))
        .routes(routes!(list))
}

/// A question set, in short.
#[derive(Debug, Serialize, ToSchema)]
struct FormLine {
    /// Its name.
    id: String,
    /// The first day a referral may be begun on it.
    #[schema(format = Date)]
    valid_from: String,
    /// The first day none may be any more; null while it is in force.
    #[schema(format = Date)]
    valid_until: Option<String>,
}

impl From<&Form> for FormLine {
    fn from(form: &Form) -> Self {
        Self {
            id: form.id.clone(),
            valid_from: form.valid_from.to_string(),
            valid_until: form.valid_until.map(|day| day.to_string()),
        }
    }
}

/// Every question set this program carries.
#[derive(Debug, Serialize, ToSchema)]
struct FormList {
    /// Oldest first.
    items: Vec<FormLine>,
}

/// Lists the question sets. A referral keeps the one it was begun on.
#[utoipa::path(
    get, path = "/api/v1/forms", tag = "forms",
    responses((status = 200, body = FormList), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn every(_: Caller) -> Answer {
    let items = form::shipped().unwrap_or_default().iter();
    let items = items.map(FormLine::from).collect();
    Ok(Out(FormList { items }).into_response())
}

/// A line of the task list: steps asked together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FormTask)]
struct TaskBody {
    id: String,
    title: String,
    /// Its steps, in the order in which we ask.
    steps: Vec<String>,
}

/// One page of questions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FormStep)]
struct StepBody {
    id: String,
    title: String,
    section: String,
    /// The page of the Home Office's form; null for one of ours.
    path: Option<String>,
    /// When it is shown; null for always.
    when: Option<String>,
    /// Its questions, in order.
    questions: Vec<QuestionBody>,
}

/// One question.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FormQuestion)]
struct QuestionBody {
    key: String,
    label: String,
    hint: Option<String>,
    /// What kind of answer it takes.
    kind: &'static str,
    /// Must be answered before hand-over; a draft may be saved without.
    required: bool,
    /// When it is shown on its page; null for always.
    when: Option<String>,
    /// The values it takes.
    options: Vec<OptionBody>,
    /// The reference list it takes its values from; see `/api/v1/lists/{name}`.
    list: Option<String>,
    /// The longest answer, in characters.
    max: Option<usize>,
    /// How many answers it takes.
    repeat: usize,
    /// Takes an unknown in place of an answer.
    unknown: bool,
    /// The recorded fact it is answered from; it cannot be set as an answer.
    fact: Option<String>,
    /// Kept sealed.
    sealed: bool,
    /// The keys of the Home Office's form it fills; none for one of ours.
    home_office_keys: Vec<String>,
}

/// A value a question takes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FormOption)]
struct OptionBody {
    value: String,
    label: String,
}

/// A question set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Form)]
struct FormBody {
    #[serde(flatten)]
    line: FormLine,
    /// The order in which we ask.
    tasks: Vec<TaskBody>,
    /// The order of the Home Office's form.
    steps: Vec<StepBody>,
}

struct Speaking<'a> {
    form: &'a Form,
    words: &'a Words,
    locale: Locale,
}

impl Speaking<'_> {
    fn say(&self, key: &str) -> String {
        self.words.text(self.locale, key, &[])
    }

    fn form(&self) -> FormBody {
        let form = self.form;
        let tasks = form.tasks.iter().map(|task| TaskBody {
            id: task.id.clone(),
            title: self.say(&format!("{}-task-{}", form.words, task.id)),
            steps: task.steps.clone(),
        });
        FormBody {
            line: form.into(),
            tasks: tasks.collect(),
            steps: form.steps.iter().map(|step| self.step(step)).collect(),
        }
    }

    fn step(&self, step: &Step) -> StepBody {
        StepBody {
            id: step.id.clone(),
            title: self.say(&format!("{}-step-{}", self.form.words, step.id)),
            section: step.section.clone(),
            path: step.path.clone(),
            when: written(&step.when),
            questions: self
                .form
                .asked_on(step)
                .map(|question| self.question(question))
                .collect(),
        }
    }

    fn question(&self, question: &Question) -> QuestionBody {
        let options = question.options.iter().map(|option| OptionBody {
            value: option.clone(),
            label: self.say(&self.form.option_key(question, option)),
        });
        QuestionBody {
            key: question.key.clone(),
            label: self.say(&self.form.label_key(question)),
            hint: self.form.hint_key(question).map(|key| self.say(&key)),
            kind: question.kind.code(),
            required: question.required,
            when: written(&question.when),
            options: options.collect(),
            list: question.list.clone(),
            max: question.max,
            repeat: question.repeat,
            unknown: question.offers_unknown(),
            fact: question.from.clone(),
            sealed: question.sealed,
            home_office_keys: question.home_office_keys(),
        }
    }
}

fn written(condition: &Condition) -> Option<String> {
    (*condition != Condition::always()).then(|| condition.to_string())
}

/// Shows a question set, in the language of `Accept-Language`.
#[utoipa::path(
    get, path = "/api/v1/forms/{id}", tag = "forms",
    params(("id" = String, Path, description = "The question set", example = "nrm-2026-04")),
    responses((status = 200, body = FormBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn one(
    _: Caller,
    State(app): State<App>,
    Tongue(locale): Tongue,
    Path(id): Path<String>,
) -> Answer {
    let form = Form::find(&id).ok_or_else(Problem::absent)?;
    let speaking = Speaking {
        form,
        words: &app.words,
        locale,
    };
    Ok(Out(speaking.form()).into_response())
}

/// A reference list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReferenceList)]
struct ListBody {
    /// Its values today, in the list's order; spelled as the Home Office's form takes them.
    items: Vec<String>,
}

/// Shows the values of a reference list that hold today.
#[utoipa::path(
    get, path = "/api/v1/lists/{name}", tag = "forms",
    params(("name" = String, Path, description = "The list", example = "nationalities")),
    responses((status = 200, body = ListBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"))
)]
async fn list(_: Caller, State(app): State<App>, Path(name): Path<String>) -> Answer {
    if !lists().has(&name) {
        return Err(Problem::absent());
    }
    let items = lists().values(&name, app.store.today());
    let items = items.map(str::to_owned).collect();
    Ok(Out(ListBody { items }).into_response())
}
