//! What stands around the account: what is not known, who can be asked, what is attached.

use std::sync::LazyLock;

use heyrick_normalise::date;
use jiff::civil::Date;
use regex::Regex;

use super::text::{NOT_KNOWN, Text, WHY_MISSING, pattern};
use super::{Advice, Page, Rule};
use crate::form::Question;
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
/// Asked in a line of its own, and missed as much as what is told in words.
const IN_A_LINE: [&str; 1] = ["birthplace"];

pub(super) fn advice(page: Page<'_>, evidence: &[Option<Date>]) -> Vec<Advice> {
    let mut all: Vec<Advice> = CORE
        .into_iter()
        .filter_map(|key| too_brief(page, key))
        .collect();
    all.extend(not_known(page));
    all.extend(second_contact(page));
    all.extend(undated_evidence(page, evidence));
    all
}

fn too_brief(page: Page<'_>, key: &str) -> Option<Advice> {
    let words = page.words(key)?;
    let brief = Text::new(&words).len() < BRIEF_WORDS && !NOT_KNOWN.is_match(&words);
    brief.then(|| Advice::new(Rule::TooBrief, key))
}

/// Each answer that is not known or was not asked, where neither it nor the pages that tell of the talk say
/// why. A refusal and a risk say why by themselves.
fn not_known(page: Page<'_>) -> Vec<Advice> {
    let asked = |question: &&Question| {
        let told = question.is_narrative() && question.required;
        told || IN_A_LINE.contains(&question.key.as_str())
    };
    let questions = page
        .draft
        .steps()
        .iter()
        .flat_map(|step| page.draft.questions(step));
    let missing = questions
        .filter(asked)
        .filter(|question| is_missing(page, &question.key))
        .filter(|question| !says_why(page, &question.key));
    missing
        .map(|question| Advice::new(Rule::NotKnownWithoutWhy, &question.key).also_on(WHY_PLACES))
        .collect()
}

fn is_missing(page: Page<'_>, key: &str) -> bool {
    let unknown = page.answer(key).and_then(|answer| answer.as_unknown());
    match unknown {
        Some(kind) => matches!(kind, Unknown::Unknown | Unknown::NotAsked),
        None => page
            .words(key)
            .is_some_and(|words| NOT_KNOWN.is_match(&words)),
    }
}

/// A sentence about the talk that names what the question asks and why it is missing; or words there that
/// are not read.
fn says_why(page: Page<'_>, key: &str) -> bool {
    WHY_PLACES.iter().any(|place| {
        page.words(place).is_some_and(|words| {
            let text = Text::new(&words);
            let names = |sentence: &&str| {
                WHY_MISSING.is_match(sentence)
                    && subject(key).is_some_and(|of| of.is_match(sentence))
            };
            !text.may_be_english() || text.sentences().iter().any(names)
        })
    })
}

/// Words that name what a question is about.
fn subject(key: &str) -> Option<&'static Regex> {
    static SUBJECTS: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
        const BEFORE: &str = r"background|(?:life|time) before|early life|childhood";
        [
            ("birthplace", r"born|birth\w*|birthplace|(?:come|came|comes) from"),
            ("family", r"famil(?:y|ies)|parents?|mother|father|siblings?|brothers?|sisters?|relatives?|wife|husband"),
            ("education", r"educat\w+|school\w*|stud(?:y|ied|ies)|college|university"),
            ("employment-history", r"employ\w*|jobs?|work(?:ed)? (?:history|before)"),
            ("when-did-the-exploitation-take-place", r"dates?|when it (?:began|started|happened|ended)"),
            ("when-did-the-exploitation-take-place-multiple", r"dates?|when it (?:began|started|happened|ended)"),
            ("how-did-the-exploitation-start", r"how it (?:began|started)|recruit\w*|beginning"),
            ("what-were-they-required-to-do", r"work\w*|tasks?|made to do|hours"),
            ("living-conditions", r"living|lived|conditions|accommodation|slept"),
            ("how-they-were-treated", r"treat(?:ed|ment)|violence|threat\w*|hurt"),
            ("who-exploited-pv", r"exploiters?|gang|who did (?:it|this)"),
        ]
        .into_iter()
        .map(|(key, words)| (key, pattern(&format!(r"(?i)\b(?:{words}|{BEFORE})\b"))))
        .collect()
    });
    SUBJECTS
        .iter()
        .find_map(|(of, words)| (*of == key).then_some(words))
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
