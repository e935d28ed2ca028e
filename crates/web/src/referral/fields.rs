//! A step's questions as fields of a page: what each says, holds and offers. Pure: no store, no request.
//!
//! What a field holds is always read from fields as a page sends them: from what was just sent, when a page
//! comes back, and otherwise from the kept answers, written as a page would send them.

use heyrick_domain::form::post::UNKNOWN_FIELD;
use heyrick_domain::form::{Draft, Kind, Problem, Question, Severity, Step, Withhold};
use heyrick_domain::unknown::Unknown;
use heyrick_words::{Arg, Locale, Words};

pub use super::field::{Choice, FactPages, Field, Row, Search, Source};
use super::posted::{self, Sent, UNKNOWN_CHOICE, all, first, takes_typing};

/// A list this short is offered whole; a longer one is searched.
const WHOLE_LIST: usize = 120;
/// How many entries a search offers.
const MATCHES: usize = 12;
/// How much of a long answer stands beside a box to tick.
const EXCERPT: usize = 140;

/// The fields of a page, in order; those that depend on one option stand under that option.
pub fn of_step(source: &Source<'_>) -> Vec<Field> {
    let kept;
    let sent = match source.sent {
        Some(sent) => sent,
        None => {
            kept = posted::from_answers(source.draft.form, source.step, source.draft.answers);
            &kept
        }
    };
    let maker = Maker { source, sent };
    on_page(source.draft, source.step, source.only)
        .into_iter()
        .filter(|question| source.only.is_some() || maker.parent(question).is_none())
        .map(|question| maker.field(question))
        .collect()
}

/// The questions on the page of a step: those that apply, and those another answer of the page may open.
pub fn on_page<'a>(draft: &Draft<'a>, step: &'a Step, only: Option<&str>) -> Vec<&'a Question> {
    let form = draft.form;
    form.asked_on(step)
        .filter(|question| only.is_none_or(|key| key == question.key))
        .filter(|question| draft.asks(&question.key) || opens_here(draft, step, question))
        .collect()
}

/// Depends on an answer given on the same page.
fn opens_here(draft: &Draft<'_>, step: &Step, question: &Question) -> bool {
    question.when.names().any(|name| {
        let here = step.ask.iter().any(|key| key == name);
        here && draft.form.question(name).is_some_and(takes_typing)
    })
}

/// Says whether everything asked on the page is answered by recorded facts.
pub fn only_facts(draft: &Draft<'_>, step: &Step) -> bool {
    let mut asked = on_page(draft, step, None).into_iter();
    asked.all(|question| question.from.is_some() && question.kind != Kind::Files)
}

/// Says whether the page asks for files and nothing else.
pub fn only_files(draft: &Draft<'_>, step: &Step) -> bool {
    let asked = on_page(draft, step, None);
    !asked.is_empty() && asked.into_iter().all(|one| one.kind == Kind::Files)
}

/// The question that wants each file listed with its date.
pub(super) const LISTED: &str = "what-evidence-you-will-submit";

/// A number with a comma before each three figures.
fn thousands(number: usize) -> String {
    let figures = number.to_string();
    let mut written = String::new();
    for (place, figure) in figures.chars().enumerate() {
        if place > 0 && (figures.len() - place).is_multiple_of(3) {
            written.push(',');
        }
        written.push(figure);
    }
    written
}

/// A problem in words.
pub fn problem_text(words: &Words, locale: Locale, problem: &Problem) -> String {
    let args: Vec<(&str, Arg<'_>)> = problem
        .args
        .iter()
        .map(|(name, value)| (*name, number_or_text(value)))
        .collect();
    words.text(locale, problem.code, &args)
}

fn number_or_text(value: &str) -> Arg<'static> {
    value
        .parse::<i64>()
        .map_or_else(|_| Arg::from(value.to_owned()), Arg::from)
}

/// Where an error of a question leads to on the page.
pub fn anchor(question: &Question) -> String {
    match question.kind {
        Kind::Date | Kind::PartialDate => format!("#{}-day", question.key),
        _ => format!("#{}", question.key),
    }
}

/// What a Duty to Notify says in place of an answer it keeps back.
pub fn said_instead(draft: &Draft<'_>, question: &Question) -> Option<String> {
    if !draft.withholds(question) {
        return None;
    }
    match &question.withhold {
        Withhold::No => None,
        Withhold::Sentence => Some(draft.form.sentences.withheld.clone()),
        Withhold::Option(option) => Some(option.clone()),
    }
}

struct Maker<'a> {
    source: &'a Source<'a>,
    sent: &'a Sent,
}

impl<'a> Maker<'a> {
    fn say(&self, key: &str) -> String {
        self.source.words.text(self.source.locale, key, &[])
    }

    /// The question and the option a question stands under.
    fn parent(&self, question: &'a Question) -> Option<(&'a Question, &'a str)> {
        let (key, option) = question.when.one_option()?;
        let draft = self.source.draft;
        let parent = self
            .source
            .step
            .ask
            .iter()
            .find(|asked| *asked == key)
            .and_then(|asked| draft.form.question(asked))?;
        let fits = matches!(parent.kind, Kind::Radios | Kind::Checkboxes)
            && takes_typing(parent)
            && parent.when.names().next().is_none()
            && parent.options.iter().any(|one| one == option);
        fits.then_some((parent, option))
    }

    fn field(&self, question: &'a Question) -> Field {
        let draft = self.source.draft;
        let error = self
            .source
            .refused
            .iter()
            .find(|problem| problem.key == question.key)
            .map(|problem| problem_text(self.source.words, self.source.locale, problem));
        let mut field = Field {
            key: question.key.clone(),
            kind: question.kind.code(),
            label: self.say(&draft.form.label_key(question)),
            hint: draft.form.hint_key(question).map(|key| self.say(&key)),
            optional: !question.required,
            narrative: question.is_narrative(),
            max: question.max.filter(|_| question.is_narrative()),
            limit: question.max.map(thousands).unwrap_or_default(),
            error,
            notes: self.notes(question),
            to_check: draft.to_check.contains(&question.key),
            withheld: said_instead(draft, question),
            perhaps: !draft.asks(&question.key) && self.parent(question).is_none(),
            ..Field::default()
        };
        match question.kind {
            _ if !takes_typing(question) => self.fact(question, &mut field),
            Kind::Radios | Kind::Checkboxes => self.options(question, &mut field),
            Kind::Date | Kind::PartialDate => self.date(question, &mut field),
            Kind::Select => self.list(question, &mut field),
            Kind::Tick => field.options = vec![self.tick(question)],
            _ => self.text(question, &mut field),
        }
        if takes_typing(question) && question.offers_unknown() {
            self.unknowns(question, &mut field);
        }
        field
    }

    /// What is to settle, of a page as it is kept. What is merely missing is said only once somebody has
    /// been here.
    fn notes(&self, question: &Question) -> Vec<String> {
        let draft = self.source.draft;
        if self.source.sent.is_some() || !draft.asks(&question.key) {
            return Vec::new();
        }
        let been_here = draft.saved.contains(&self.source.step.id);
        draft
            .problems_of(question)
            .iter()
            .filter(|problem| problem.severity != Severity::Now)
            .filter(|problem| been_here || draft.answer_of(&problem.key).is_some())
            .map(|problem| problem_text(self.source.words, self.source.locale, problem))
            .collect()
    }

    fn fact(&self, question: &Question, field: &mut Field) {
        let draft = self.source.draft;
        field.kind = "fact";
        field.narrative = false;
        let fact = question.from.as_deref().unwrap_or("files");
        field.href = self.source.facts.of(fact).map(str::to_owned);
        field.value = match draft.answer_of(&question.key) {
            Some(answer) if question.options.is_empty() => answer.values().join(", "),
            Some(answer) => {
                let option = answer.as_text().unwrap_or_default();
                self.say(&draft.form.option_key(question, option))
            }
            None => String::new(),
        };
    }

    fn text(&self, question: &Question, field: &mut Field) {
        let value = first(self.sent, &question.key).unwrap_or_default();
        field.value = value.to_owned();
        if self.source.sent.is_none()
            && value.is_empty()
            && let Some(text) = self.begun(question)
        {
            field.value = text;
            field.begun = true;
        }
        if field.value.starts_with('\n') {
            // A browser leaves out the first line break of a box.
            field.value.insert(0, '\n');
        }
        if field.value.contains('\n') && !question.is_narrative() {
            field.kind = "lines";
        }
        let written = field.value.lines().count() + field.value.len() / 90;
        let least = if self.source.only.is_some() || self.source.step.ask.len() == 1 {
            20
        } else {
            6
        };
        field.lines = written.clamp(least, 28);
    }

    /// A text we begin is part of what leaves, and the form it goes to is in English.
    fn begun(&self, question: &Question) -> Option<String> {
        let listed = &self.source.facts.listed;
        if question.key == LISTED && !listed.is_empty() {
            return Some(listed.clone());
        }
        let key = self.source.draft.prefill(question)?;
        Some(self.source.words.text(Locale::En, &key, &[]))
    }

    fn date(&self, question: &Question, field: &mut Field) {
        field.date = ["day", "month", "year"].map(|part| {
            first(self.sent, &format!("{}-{part}", question.key))
                .unwrap_or_default()
                .to_owned()
        });
    }

    fn tick(&self, question: &Question) -> Choice {
        Choice {
            value: "true".to_owned(),
            text: self.say(&self.source.draft.form.label_key(question)),
            checked: first(self.sent, &question.key) == Some("true"),
            ..Choice::default()
        }
    }

    fn options(&self, question: &'a Question, field: &mut Field) {
        let form = self.source.draft.form;
        let chosen = all(self.sent, &question.key);
        let offered = question.options.iter().filter(|option| {
            !question.options_are_questions
                || chosen.contains(&option.as_str())
                || self.source.draft.answer_of(option).is_some()
        });
        field.options = offered
            .map(|option| Choice {
                value: option.clone(),
                text: self.say(&form.option_key(question, option)),
                hint: question
                    .options_are_questions
                    .then(|| self.excerpt(option))
                    .flatten(),
                checked: chosen.contains(&option.as_str()),
                fields: self.under(question, option),
            })
            .collect();
    }

    /// The questions that depend on this option.
    fn under(&self, question: &Question, option: &str) -> Vec<Field> {
        if self.source.only.is_some() {
            return Vec::new();
        }
        on_page(self.source.draft, self.source.step, None)
            .into_iter()
            .filter(|other| {
                self.parent(other)
                    .is_some_and(|(parent, under)| parent.key == question.key && under == option)
            })
            .map(|other| self.field(other))
            .collect()
    }

    /// The beginning of what is written there: a tick decides whether it leaves.
    fn excerpt(&self, key: &str) -> Option<String> {
        let answer = self.source.draft.answer_of(key)?;
        let written = answer.values().join(", ");
        let short: String = written.chars().take(EXCERPT).collect();
        let end = if short.len() < written.len() {
            "…"
        } else {
            ""
        };
        (!short.is_empty()).then(|| format!("{short}{end}"))
    }

    fn list(&self, question: &Question, field: &mut Field) {
        let list = question.list.as_deref().unwrap_or_default();
        let (lists, today) = (self.source.draft.lists, self.source.draft.today);
        let length = lists.values(list, today).count();
        if length > 0 && length <= WHOLE_LIST && !question.takes_many() {
            field.kind = "choose";
            field.value = first(self.sent, &question.key)
                .unwrap_or_default()
                .to_owned();
            field.options = self.whole_list(list, &field.value);
            return;
        }
        field.kind = "search";
        field.list = (length > 0).then(|| list.to_owned());
        let mut typed: Vec<&str> = all(self.sent, &question.key);
        let more = self.source.add == Some(question.key.as_str());
        if typed.is_empty() || more {
            typed.push("");
        }
        field.more = question.takes_many() && typed.len() < question.repeat;
        field.rows = typed
            .into_iter()
            .zip(1..)
            .map(|(value, number)| self.row(question, list, value, number))
            .collect();
    }

    fn whole_list(&self, list: &str, chosen: &str) -> Vec<Choice> {
        let draft = self.source.draft;
        let mut values: Vec<&str> = draft.lists.values(list, draft.today).collect();
        if !chosen.is_empty() && !values.contains(&chosen) {
            values.insert(0, chosen);
        }
        values
            .into_iter()
            .map(|value| Choice {
                value: value.to_owned(),
                text: value.to_owned(),
                checked: value == chosen,
                ..Choice::default()
            })
            .collect()
    }

    fn row(&self, question: &Question, list: &str, value: &str, number: usize) -> Row {
        let (lists, today) = (self.source.draft.lists, self.source.draft.today);
        let searched = self
            .source
            .search
            .is_some_and(|search| search.key == question.key && search.row == number);
        let unlisted = lists.has(list)
            && !value.trim().is_empty()
            && lists.spelling(list, value, today).as_deref() != Some(value);
        let offers = searched && lists.has(list) || unlisted && self.source.sent.is_none();
        let matches = if offers {
            lists.suggestions(list, value, today, MATCHES)
        } else {
            Vec::new()
        };
        let id = if number == 1 {
            question.key.clone()
        } else {
            format!("{}-{number}", question.key)
        };
        Row {
            number,
            id,
            value: value.to_owned(),
            nothing: offers && matches.is_empty(),
            matches,
        }
    }

    fn unknowns(&self, question: &Question, field: &mut Field) {
        let chosen = first(self.sent, &format!("{}{UNKNOWN_FIELD}", question.key));
        let in_group = question.kind == Kind::Radios;
        field.unknowns = Unknown::ALL
            .into_iter()
            .map(|unknown| Choice {
                value: if in_group {
                    format!("{UNKNOWN_CHOICE}{}", unknown.code())
                } else {
                    unknown.code().to_owned()
                },
                text: self.say(&format!("form-unknown-{}", unknown.code())),
                checked: chosen == Some(unknown.code()),
                ..Choice::default()
            })
            .collect();
        field.is_unknown = field.unknowns.iter().any(|one| one.checked);
    }
}
