//! What stands around the account: what is not known, who can be asked, what is attached.

use heyrick_normalise::date;
use jiff::civil::Date;

use super::text::{NOT_KNOWN, Text, WHY_MISSING};
use super::{Advice, Page, Rule};
use crate::form::{Question, Step};
use crate::unknown::Unknown;

const SECOND_CONTACT: &str = "fr-alternative-contact";
const OWN_ADDRESS: &str = "user-email";
const EVIDENCE_LIST: &str = "what-evidence-you-will-submit";
const EVIDENCE_FILES: &str = "upload-file";
/// Where the toolkit wants it said why something is missing.
const WHY_PLACES: [&str; 2] = ["where-how-interview-carried-out", "professional-insight"];
/// The narratives a decision rests on most.
const CORE: [&str; 4] = [
    "how-did-the-exploitation-start",
    "what-were-they-required-to-do",
    "living-conditions",
    "how-they-were-treated",
];
/// Fewer words than this say too little.
pub const BRIEF_WORDS: usize = 8;
/// So many answers of a section, all unknown, are asked about.
const SILENT_ANSWERS: usize = 2;

pub(super) fn advice(page: Page<'_>, evidence: &[Option<Date>]) -> Vec<Advice> {
    let mut all: Vec<Advice> = CORE
        .into_iter()
        .filter_map(|key| too_brief(page, key))
        .collect();
    all.extend(not_known_in_words(page));
    all.extend(silent_sections(page));
    all.extend(second_contact(page));
    all.extend(undated_evidence(page, evidence));
    all
}

fn too_brief(page: Page<'_>, key: &str) -> Option<Advice> {
    let words = page.words(key)?;
    let brief = Text::new(&words).len() < BRIEF_WORDS && !NOT_KNOWN.is_match(&words);
    brief.then(|| Advice::new(Rule::TooBrief, key))
}

fn narratives<'a>(page: Page<'a>, step: &'a Step) -> impl Iterator<Item = &'a Question> {
    page.draft
        .questions(step)
        .filter(|question| question.is_narrative() && question.required)
}

/// "Not known" as a whole answer.
fn not_known_in_words(page: Page<'_>) -> Vec<Advice> {
    page.draft
        .steps()
        .iter()
        .flat_map(|step| narratives(page, step))
        .filter(|question| {
            page.words(&question.key)
                .is_some_and(|words| NOT_KNOWN.is_match(&words))
        })
        .map(|question| Advice::new(Rule::NotKnownWithoutWhy, &question.key))
        .collect()
}

/// A section in which everything told in words is unknown or not asked, and nowhere why. A refusal and a
/// risk say why by themselves.
fn silent_sections(page: Page<'_>) -> Vec<Advice> {
    let said_why = WHY_PLACES.iter().any(|key| {
        page.words(key).is_some_and(|words| {
            WHY_MISSING.is_match(&words) || !Text::new(&words).may_be_english()
        })
    });
    if said_why {
        return Vec::new();
    }
    let sections = page.draft.form.sections.iter();
    sections.filter_map(|id| silent(page, id)).collect()
}

fn silent(page: Page<'_>, section: &str) -> Option<Advice> {
    let steps = page.draft.steps().iter();
    let keys: Vec<&str> = steps
        .filter(|step| step.section == section)
        .flat_map(|step| narratives(page, step))
        .filter(|question| question.offers_unknown())
        .map(|question| question.key.as_str())
        .collect();
    let answers: Vec<_> = keys.iter().filter_map(|key| page.answer(key)).collect();
    let unsaid = answers.iter().all(|answer| {
        matches!(
            answer.as_unknown(),
            Some(Unknown::Unknown | Unknown::NotAsked)
        )
    });
    (unsaid && answers.len() >= SILENT_ANSWERS).then(|| {
        Advice::new(Rule::NotKnownWithoutWhy, keys[0])
            .also_on(keys.iter().copied())
            .also_on(WHY_PLACES)
    })
}

/// Somebody else who can be asked; not before anything of the account is told.
fn second_contact(page: Page<'_>) -> Option<Advice> {
    let begun = CORE.iter().any(|key| page.answer(key).is_some());
    if !begun || !page.draft.asks(SECOND_CONTACT) {
        return None;
    }
    let own = page.words(OWN_ADDRESS);
    let missing = match page.words(SECOND_CONTACT) {
        None => true,
        Some(other) => own.is_some_and(|own| own.eq_ignore_ascii_case(&other)),
    };
    missing.then(|| Advice::new(Rule::NoSecondContact, SECOND_CONTACT).also_on([OWN_ADDRESS]))
}

/// Evidence without its date: a line of the list, or a file.
fn undated_evidence(page: Page<'_>, evidence: &[Option<Date>]) -> Vec<Advice> {
    let mut all = Vec::new();
    if evidence.iter().any(Option::is_none) {
        all.push(Advice::new(Rule::EvidenceUndated, EVIDENCE_FILES));
    }
    let Some(words) = page.words(EVIDENCE_LIST) else {
        return all;
    };
    let dated = |line: &str| !date::find(line).is_empty() || !date::years(line).is_empty();
    let undated = words
        .lines()
        .map(str::trim)
        .filter(|line| line.chars().any(char::is_alphanumeric))
        .find(|line| !dated(line));
    if let Some(line) = undated.filter(|_| Text::new(&words).may_be_english()) {
        all.push(Advice::new(Rule::EvidenceUndated, EVIDENCE_LIST).quoting(line));
    }
    all
}
