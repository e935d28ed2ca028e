//! The question sheet: blank, to be printed and written on where there is no computer. Page, PDF and API
//! are made from the same order for talking, form and explanation; it holds no personal data.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::age::AgeStatus;
use heyrick_domain::consent::{ConsentItem, ConsentValue};
use heyrick_domain::explanation::{Audience, Explanation, current};
use heyrick_domain::first_account::talk::{Talk, Topic};
use heyrick_domain::form::{Answer, Form, Kind, Question, Step};
use heyrick_render::{Paper, Row, Section};
use heyrick_store::StoreError;
use heyrick_words::{Arg, Locale};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::paper::labels;
use crate::app::App;
use crate::error::PageError;
use crate::page::Page;
use crate::paper::{download, set};
use crate::referral::Say;
use crate::session::Signed;

/// Lines under a short question.
const SHORT_LINES: usize = 1;
/// Lines for what is asked about how an account is taken.
const AROUND_LINES: usize = 2;

/// Everything on the sheet, in the reader's words.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = QuestionSheet)]
pub(super) struct Sheet {
    /// What it is.
    title: String,
    /// Versions of order, form and explanation, and the day it was made.
    version: String,
    /// Where a first account stops.
    stops: Vec<String>,
    /// Parts in order, each with what is asked and the lines to write on.
    parts: Vec<Part>,
}

/// A part of the sheet.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = QuestionSheetPart)]
struct Part {
    /// The topic's name; empty for what is not a topic.
    id: String,
    heading: String,
    asked: Vec<Asked>,
}

/// Something asked, with room for the answer.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = QuestionSheetQuestion)]
struct Asked {
    question: String,
    /// Words under it: reminders, boxes to tick, text to be read aloud.
    words: Vec<String>,
    /// Ruled lines.
    lines: usize,
}

impl Asked {
    fn short(question: String, lines: usize) -> Self {
        Self {
            question,
            words: Vec::new(),
            lines,
        }
    }
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(audience): Path<String>,
) -> Result<Response, PageError> {
    let audience = Audience::from_code(&audience).ok_or(PageError::NotFound)?;
    let say = Say::of(&app, &signed);
    let sheet = of(say, audience, app.store.today()).ok_or(PageError::NotFound)?;
    Page::new("first_account/sheet.html", &signed)
        .with("audience", audience.code())
        .with_all(&sheet)
        .render(&app)
}

pub(super) async fn paper(
    signed: Signed,
    State(app): State<App>,
    Path(audience): Path<String>,
) -> Result<Response, PageError> {
    let audience = Audience::from_code(&audience).ok_or(PageError::NotFound)?;
    let pdf = printed(&app, signed.locale(), audience).await?;
    pdf.ok_or(PageError::NotFound)
}

/// The sheet as a PDF, for page and API; `None` on a day without a form.
pub(super) async fn printed(
    app: &App,
    locale: Locale,
    audience: Audience,
) -> Result<Option<Response>, StoreError> {
    let say = Say {
        words: &app.words,
        locale,
    };
    let Some(sheet) = of(say, audience, app.store.today()) else {
        return Ok(None);
    };
    let name = format!("question-sheet-{}.pdf", audience.code());
    let pdf = set(on_paper(say, sheet)).await?;
    Ok(Some(download(pdf, "application/pdf", &name)))
}

/// The sheet of a day; `None` when no form, order or explanation is in force.
pub(super) fn of(say: Say<'_>, audience: Audience, today: Date) -> Option<Sheet> {
    let form = Form::in_force(today)?;
    let talk = Talk::in_force(&form.id, today)?;
    let explanation = current(audience, today)?;
    let maker = Maker {
        say,
        form,
        talk,
        audience,
    };
    let mut parts = vec![
        maker.before(),
        maker.explained(explanation),
        maker.consent(),
        maker.facts(),
    ];
    parts.extend(talk.topics.iter().map(|topic| maker.topic(topic)));
    parts.push(maker.short());
    parts.push(maker.end());
    let stops = (1..=5).map(|number| say.text(&format!("sheet-stops-{number}")));
    let args = [
        ("talk", Arg::from(talk.id.clone())),
        ("form", Arg::from(form.id.clone())),
        ("from", say.words.date(say.locale, form.valid_from).into()),
        ("explanation", Arg::from(explanation.id.clone())),
        ("day", say.words.date(say.locale, today).into()),
    ];
    Some(Sheet {
        title: say.text(&format!("sheet-title-{}", audience.code())),
        version: say.with("sheet-version", &args),
        stops: stops.collect(),
        parts,
    })
}

struct Maker<'a> {
    say: Say<'a>,
    form: &'static Form,
    talk: &'static Talk,
    audience: Audience,
}

impl Maker<'_> {
    fn part(&self, heading: &str, asked: Vec<Asked>) -> Part {
        Part {
            id: String::new(),
            heading: self.say.text(heading),
            asked,
        }
    }

    fn before(&self) -> Part {
        let line = |key: &str, lines| Asked::short(self.say.text(key), lines);
        let yes_no = |key: &str| Asked {
            words: vec![self.say.text("sheet-yes-no")],
            ..Asked::short(self.say.text(key), 0)
        };
        let mut asked = vec![
            line("sheet-begin-ref", SHORT_LINES),
            line("sheet-begin-when", SHORT_LINES),
            line("sheet-begin-place", AROUND_LINES),
        ];
        if self.audience == Audience::Child {
            asked.push(line("sheet-begin-beside", SHORT_LINES));
        }
        asked.push(line("sheet-begin-voice", AROUND_LINES));
        asked.push(yes_no("sheet-begin-free"));
        asked.push(yes_no("sheet-begin-choice"));
        asked.push(line("sheet-begin-needs", AROUND_LINES));
        asked.push(line("sheet-begin-pack", SHORT_LINES));
        self.part("sheet-begin", asked)
    }

    fn explained(&self, explanation: &Explanation) -> Part {
        let said = explanation.parts.iter().map(|part| {
            let [heading, words] = match self.say.locale {
                Locale::Cy => &part.cy,
                Locale::En => &part.en,
            };
            Asked {
                question: heading.clone(),
                words: vec![words.clone()],
                lines: 0,
            }
        });
        self.part("sheet-explain", said.collect())
    }

    /// Each question about consent by itself, with the answers it takes, and what of the form follows from
    /// the same conversation: how they are reached, who hears the decision, whether they were a child.
    fn consent(&self) -> Part {
        let say = self.say;
        let (lead, age) = match self.audience {
            Audience::Adult => ("sheet-consent-adult", AgeStatus::Adult),
            Audience::Child => ("sheet-consent-child", AgeStatus::Child),
        };
        let mut asked = vec![Asked {
            words: vec![say.text(lead)],
            ..Asked::default()
        }];
        let items = crate::consent::ASKED
            .into_iter()
            .filter(|item| !item.adults_only() || age == AgeStatus::Adult);
        asked.extend(items.map(|item| self.consent_item(item)));
        asked.push(Asked::short(say.text("sheet-consent-how"), SHORT_LINES));
        self.part("sheet-consent", asked)
    }

    fn consent_item(&self, item: ConsentItem) -> Asked {
        let say = self.say;
        let code = item.code();
        let aloud = match item {
            ConsentItem::NrmEntry => Some("sheet-consent-nrm"),
            ConsentItem::PoliceCooperation => Some("sheet-consent-police"),
            _ => None,
        };
        let answered = |value: &ConsentValue| {
            let lacks = *value == ConsentValue::LacksCapacity;
            lacks || value.is_informed() && *value != ConsentValue::Withdrawn
        };
        let boxes = item.values().iter().copied().filter(answered);
        let mut boxes: Vec<String> = boxes
            .map(|value| say.text(&format!("consent-value-{}", value.code())))
            .collect();
        if item == ConsentItem::NrmEntry {
            boxes.push(say.text("sheet-consent-think"));
        }
        let mut words: Vec<String> = aloud.map(|key| say.text(key)).into_iter().collect();
        words.push(say.text(&format!("consent-item-{code}-hint")));
        words.push(together(boxes));
        Asked {
            question: say.text(&format!("consent-item-{code}")),
            words,
            lines: AROUND_LINES,
        }
    }

    /// What of the form is recorded as facts from the same conversation, and is no question about consent.
    fn facts(&self) -> Part {
        let mut asked = vec![Asked {
            words: vec![self.say.text("sheet-facts-lead")],
            ..Asked::default()
        }];
        let under_age = match self.audience {
            Audience::Adult => "no",
            Audience::Child => "yes",
        };
        let known = |name: &str| match (name, self.audience) {
            ("pv-under-age", _) => Some(Answer::text(under_age)),
            ("route", Audience::Child) => Some(Answer::text("nrm")),
            _ => None,
        };
        let questions = self.once(&self.talk.short.facts, |step| step.when.could_hold(&known));
        let said = |question: &&Question| {
            let from = question.from.as_deref();
            from.is_none_or(|from| from == "age_at_exploitation")
        };
        let questions = questions.into_iter().filter(said);
        asked.extend(questions.map(|question| self.short_one(question)));
        self.part("sheet-facts", asked)
    }

    /// The questions of some tasks, each once.
    fn once(&self, tasks: &[String], asked: impl Fn(&Step) -> bool) -> Vec<&'static Question> {
        let mut all: Vec<&Question> = Vec::new();
        let tasks = self
            .form
            .tasks
            .iter()
            .filter(|task| tasks.contains(&task.id));
        let steps = tasks.flat_map(|task| task.steps.iter().filter_map(|id| self.form.step(id)));
        let steps = steps.filter(|step| asked(step));
        for question in steps.flat_map(|step| self.form.asked_on(step)) {
            if all.iter().all(|one| one.key != question.key) {
                all.push(question);
            }
        }
        all
    }

    fn topic(&self, topic: &Topic) -> Part {
        let say = self.say;
        let mut words: Vec<String> = Vec::new();
        if let Some(care) = self.talk.care_key(topic) {
            words.push(format!("{}: {}", say.text("sheet-care"), say.text(&care)));
        }
        let prompts = self.talk.prompt_keys(topic);
        words.extend(prompts.iter().map(|key| format!("– {}", say.text(key))));
        let mut asked = vec![Asked {
            question: say.text(&self.talk.ask_key(topic)),
            words,
            lines: topic.lines,
        }];
        asked.extend(
            topic
                .to_tick(self.form)
                .into_iter()
                .map(|one| self.tick(one)),
        );
        Part {
            id: topic.id.clone(),
            heading: say.text(&self.talk.title_key(topic)),
            asked,
        }
    }

    /// A question of the form that is answered by choosing: its options as boxes.
    fn tick(&self, question: &Question) -> Asked {
        let label = self.say.text(&self.form.label_key(question));
        let args = [("question", Arg::from(label))];
        Asked {
            question: self.say.with("sheet-tick", &args),
            words: vec![self.boxes(question)],
            lines: 0,
        }
    }

    fn boxes(&self, question: &Question) -> String {
        let one = |option: &String| self.say.text(&self.form.option_key(question, option));
        together(question.options.iter().map(one).collect())
    }

    /// Questions nobody tells a story about, once each.
    fn short(&self) -> Part {
        let mut asked = vec![Asked {
            words: vec![self.say.text("sheet-short-lead")],
            ..Asked::default()
        }];
        // Names are no part of the sheet: the reference leads to the person.
        let questions = self.once(&self.talk.short.tasks, |_| true).into_iter();
        let questions = questions.filter(|question| {
            !question.key.starts_with("pv-name") && question.kind != Kind::Files
        });
        asked.extend(questions.map(|question| self.short_one(question)));
        self.part("sheet-short", asked)
    }

    fn short_one(&self, question: &Question) -> Asked {
        let label = self.say.text(&self.form.label_key(question));
        if question.kind == Kind::Tick {
            return Asked {
                words: vec![self.say.text("sheet-yes-no")],
                ..Asked::short(label, 0)
            };
        }
        if question.options.is_empty() {
            let lines = match question.is_narrative() {
                true => AROUND_LINES,
                false => SHORT_LINES,
            };
            return Asked::short(label, lines);
        }
        Asked {
            question: label,
            words: vec![self.boxes(question)],
            lines: 0,
        }
    }

    fn end(&self) -> Part {
        let say = self.say;
        let pause = say.text("sheet-break-line");
        let asked = vec![
            Asked {
                question: say.text("sheet-breaks"),
                words: vec![pause.clone(), pause.clone(), pause],
                lines: 0,
            },
            Asked::short(say.text("sheet-end-when"), AROUND_LINES),
            Asked {
                words: vec![say.text("sheet-yes-no")],
                ..Asked::short(say.text("sheet-end-apart"), 0)
            },
            Asked::short(say.text("sheet-end-readback"), AROUND_LINES * 2),
            Asked::short(say.text("sheet-end-who"), SHORT_LINES),
        ];
        self.part("sheet-end", asked)
    }
}

/// Boxes to tick, beside each other while they are few.
fn together(words: Vec<String>) -> String {
    let boxes: Vec<String> = words
        .into_iter()
        .map(|words| format!("[   ] {words}"))
        .collect();
    let apart = if boxes.len() > 4 { "\n" } else { "      " };
    boxes.join(apart)
}

fn on_paper(say: Say<'_>, sheet: Sheet) -> Paper {
    let sections = sheet.parts.into_iter().map(|part| Section {
        heading: part.heading,
        rows: part
            .asked
            .into_iter()
            .map(|asked| Row {
                question: asked.question,
                answer: asked.words.join("\n"),
                lines: asked.lines,
            })
            .collect(),
    });
    let stops: Vec<String> = sheet.stops.iter().map(|stop| format!("– {stop}")).collect();
    let heading = say.text("sheet-stops");
    Paper {
        title: sheet.title,
        lang: say.locale.code().to_owned(),
        reference: say.text("sheet-reference"),
        handling: say.text("sheet-handling"),
        watermark: sheet.version,
        notes: vec![format!("{heading}\n{}", stops.join("\n"))],
        sections: sections.collect(),
        labels: labels(say),
        blank: true,
    }
}
