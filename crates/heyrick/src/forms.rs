//! `heyrick forms`: which forms there are, what is wrong with a form's file, and what a form asks when.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use heyrick_domain::form::{Carry, Condition, Form, Question, Step, Withhold, shipped};
use heyrick_words::{Locale, Words};
use serde_json::{Map, Value, json};

/// What can be done with forms. Needs no installation, and looks at nobody's record.
#[derive(Debug, Clone, Subcommand)]
pub enum FormsCommand {
    /// List the forms this program carries, oldest first: name, dates, number of questions
    List,
    /// Read a form's file, say what is wrong with it, and which of its words are missing
    #[command(long_about = CHECK)]
    Check {
        /// The form, such as forms/nrm-2026-04.toml
        file: PathBuf,
    },
    /// Show a form: its sections, pages and questions, and when each is asked
    Show(ShowArgs),
}

const CHECK: &str = "Read a form's file, say what is wrong with it, and which of its words are missing

The first thing that could not work is named with its place: a line that cannot be read, a question no page \
asks, a condition that can never hold. Then every word the form needs is looked for in the catalogues of each \
language. Ends with a status that is not zero unless all is there.";

/// Options of `heyrick forms show`.
#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    /// The form's name, as `heyrick forms list` says it
    id: String,
    /// As JSON, for programs
    #[arg(long, conflicts_with = "words")]
    json: bool,
    /// With the words of this language under each key, to be read through: en or cy
    #[arg(long, value_name = "LANGUAGE", value_parser = language)]
    words: Option<Locale>,
}

fn language(code: &str) -> Result<Locale, String> {
    Locale::from_code(code).ok_or_else(|| "the languages are en and cy".to_owned())
}

/// Carries it out.
///
/// # Errors
/// A sentence: no such form, a file that is none, or what is wrong with it.
pub fn run(command: FormsCommand) -> Result<()> {
    let forms = shipped().context("a form of this program is wrong")?;
    match command {
        FormsCommand::List => say(&list(forms)),
        FormsCommand::Check { file } => check(forms, &file),
        FormsCommand::Show(args) => {
            let form = forms.iter().find(|form| form.id == args.id);
            let form = form.with_context(|| {
                format!(
                    "there is no form {:?}; there are: {}",
                    args.id,
                    ids(forms).join(", ")
                )
            })?;
            say(&show(form, &args)?)
        }
    }
}

/// Writes a long text; whoever reads only its beginning is not an error.
fn say(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("standard output cannot be written to")
        }
        _ => Ok(()),
    }
}

fn ids(forms: &[Form]) -> Vec<&str> {
    forms.iter().map(|form| form.id.as_str()).collect()
}

fn list(forms: &[Form]) -> String {
    let mut out = format!(
        "{:<16} {:<12} {:<12} {:>9}\n",
        "FORM", "FROM", "UNTIL", "QUESTIONS"
    );
    for form in forms {
        let until = form
            .valid_until
            .map_or_else(|| "-".to_owned(), |day| day.to_string());
        let (from, count) = (form.valid_from.to_string(), form.questions.len());
        let _ = writeln!(out, "{:<16} {from:<12} {until:<12} {count:>9}", form.id);
    }
    out
}

fn check(forms: &[Form], file: &Path) -> Result<()> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("{name} cannot be read"))?;
    let form = Form::from_toml(&text).with_context(|| name.to_string())?;
    let missing = missing_words(&form)?;
    for line in &missing {
        println!("no words for {line}");
    }
    if !missing.is_empty() {
        bail!(
            "{name}: {} words are missing; they belong in locales/*/form-{}.ftl",
            missing.len(),
            form.id
        );
    }
    println!(
        "{} can be used: {} questions on {} pages in {} tasks, with all their words.",
        form.id,
        form.questions.len(),
        form.steps.len(),
        form.tasks.len()
    );
    match forms.iter().find(|known| known.id == form.id) {
        None => println!("This program does not carry it yet: see docs/how-to/change-a-form.md."),
        Some(known) if json_of(known) != json_of(&form) => println!(
            "This program carries another {}. Once somebody has used a form it never changes: give this one a name \
             and dates of its own.",
            form.id
        ),
        Some(_) => {}
    }
    Ok(())
}

fn missing_words(form: &Form) -> Result<Vec<String>> {
    let words = Words::shipped().context("the catalogues cannot be read")?;
    let mut missing = Vec::new();
    for key in form.word_keys() {
        for locale in Locale::ALL {
            if !words.has_in(locale, &key) {
                missing.push(format!("{key} in {}", locale.name()));
            }
        }
    }
    Ok(missing)
}

fn show(form: &Form, args: &ShowArgs) -> Result<String> {
    if args.json {
        let mut text = serde_json::to_string_pretty(&json_of(form))?;
        text.push('\n');
        return Ok(text);
    }
    let catalogue = Words::shipped().context("the catalogues cannot be read")?;
    let said = |key: &str| -> String {
        args.words
            .map(|locale| format!("  {}", catalogue.text(locale, key, &[])))
            .unwrap_or_default()
    };
    let mut out = format!("{}, begun from {}", form.id, form.valid_from);
    if let Some(until) = form.valid_until {
        let _ = write!(out, " until the day before {until}");
    }
    out.push('\n');
    for section in &form.sections {
        let title = said(&format!("{}-section-{section}", form.words));
        let _ = writeln!(out, "\n{section}{title}");
        for step in form.steps.iter().filter(|step| &step.section == section) {
            show_step(&mut out, form, step, &said);
        }
    }
    Ok(out)
}

fn show_step(out: &mut String, form: &Form, step: &Step, said: &impl Fn(&str) -> String) {
    let title = said(&format!("{}-step-{}", form.words, step.id));
    let _ = writeln!(out, "  {}{title}{}", step.id, when(&step.when));
    if let Some(condition) = &step.path_when {
        let _ = writeln!(out, "    the Home Office’s form shows it when {condition}");
    }
    if step.resets_from_here {
        let _ = writeln!(out, "    a new age clears the answers from here on");
    }
    for question in form.asked_on(step) {
        let _ = writeln!(
            out,
            "    {}: {}{}",
            question.key,
            traits(question).join(", "),
            when(&question.when)
        );
        let label = form.label_key(question);
        let prefill = question.prefill_when.as_ref();
        let prefill = prefill.map(|_| format!("{label}-prefill"));
        let keys = [Some(label), form.hint_key(question), prefill];
        for key in keys.into_iter().flatten() {
            show_words(out, &said(&key));
        }
        for option in &question.options {
            let words = said(&form.option_key(question, option));
            let _ = writeln!(out, "      - {option}{words}");
        }
    }
}

fn show_words(out: &mut String, words: &str) {
    if !words.is_empty() {
        let _ = writeln!(out, "      {}", words.trim_start());
    }
}

fn when(condition: &Condition) -> String {
    if condition.is_always() {
        String::new()
    } else {
        format!("  when {condition}")
    }
}

/// What a question is, in a few words.
fn traits(question: &Question) -> Vec<String> {
    let mut traits = vec![question.kind.code().to_owned()];
    let mut add = |holds: bool, word: &str| {
        if holds {
            traits.push(word.to_owned());
        }
    };
    add(question.required, "required");
    add(question.ours, "ours");
    add(question.sealed, "encrypted");
    if let Some(fact) = &question.from {
        traits.push(format!("from the fact {fact}"));
    }
    if let Some(list) = &question.list {
        traits.push(format!("from the list {list}"));
    }
    if let Some(max) = question.max {
        traits.push(format!("up to {max} characters"));
    }
    if question.repeat > 1 {
        traits.push(format!("up to {} times", question.repeat));
    }
    if let Some(known) = &question.fill {
        traits.push(format!("filled from {known}"));
    }
    if let Some(unknown) = unknown(question) {
        traits.push(format!("unknown becomes {unknown}"));
    }
    if let Some(withheld) = withheld(question) {
        traits.push(format!("withheld as {withheld}"));
    }
    traits
}

/// What the file writes for an unknown.
fn unknown(question: &Question) -> Option<&str> {
    match &question.unknown {
        Carry::NotOffered => None,
        Carry::Sentence => Some("sentence"),
        Carry::Empty => Some("empty"),
        Carry::Choose => Some("choose"),
        Carry::Option(option) => Some(option),
    }
}

/// What the file writes for what a Duty to Notify says instead.
fn withheld(question: &Question) -> Option<&str> {
    match &question.withhold {
        Withhold::No => None,
        Withhold::Sentence => Some("sentence"),
        Withhold::Option(option) => Some(option),
    }
}

/// A form as JSON: steps in the Home Office's order, tasks in ours, questions as their file writes them.
fn json_of(form: &Form) -> Value {
    let steps: Vec<Value> = form
        .steps
        .iter()
        .map(|step| json_step(form, step))
        .collect();
    let tasks: Vec<Value> = form
        .tasks
        .iter()
        .map(|task| json!({ "id": task.id, "steps": task.steps }))
        .collect();
    json!({
        "id": form.id,
        "words": form.words,
        "valid_from": form.valid_from.to_string(),
        "valid_until": form.valid_until.map(|day| day.to_string()),
        "sections": form.sections,
        "tasks": tasks,
        "steps": steps,
        "disconnected": form.disconnected,
        "sentences": {
            "unknown": form.sentences.unknown,
            "not_asked": form.sentences.not_asked,
            "refused": form.sentences.refused,
            "not_safe_to_ask": form.sentences.not_safe_to_ask,
            "withheld": form.sentences.withheld,
            "withheld_name": form.sentences.withheld_name,
        },
    })
}

fn json_step(form: &Form, step: &Step) -> Value {
    let questions: Vec<Value> = form.asked_on(step).map(json_question).collect();
    json!({
        "id": step.id,
        "section": step.section,
        "path": step.path,
        "when": json_condition(Some(&step.when)),
        "path_when": json_condition(step.path_when.as_ref()),
        "resets_from_here": step.resets_from_here,
        "questions": questions,
    })
}

fn json_condition(condition: Option<&Condition>) -> Value {
    match condition {
        Some(condition) if !condition.is_always() => Value::from(condition.to_string()),
        _ => Value::Null,
    }
}

fn json_question(question: &Question) -> Value {
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| {
        let says_something = match &value {
            Value::Null | Value::Bool(false) => false,
            Value::Array(values) => !values.is_empty(),
            _ => true,
        };
        if says_something {
            out.insert(name.to_owned(), value);
        }
    };
    put("key", json!(question.key));
    put("type", json!(question.kind));
    put("required", json!(question.required));
    put("max", json!(question.max));
    put("options", json!(question.options));
    put("options_are_keys", json!(question.options_are_keys));
    put(
        "options_are_questions",
        json!(question.options_are_questions),
    );
    put("list", json!(question.list));
    put(
        "repeat",
        json!((question.repeat > 1).then_some(question.repeat)),
    );
    put("when", json_condition(Some(&question.when)));
    put("not_url", json!(question.not_url));
    put("international", json!(question.international));
    put("work_email", json!(question.work_email));
    put("from", json!(question.from));
    put("unknown", json!(unknown(question)));
    put("withhold", json!(withheld(question)));
    put("sealed", json!(question.sealed));
    put("fill", json!(question.fill));
    put("hint", json!(question.hint));
    put(
        "prefill_when",
        json_condition(question.prefill_when.as_ref()),
    );
    put("ours", json!(question.ours));
    put("home_office_keys", json!(question.home_office_keys()));
    Value::Object(out)
}
