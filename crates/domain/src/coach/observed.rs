//! What was seen, by whom and when; opinions and what they rest on; accounts that differ.

use super::text::{
    self, CONCLUSION, CONDITIONS, DIFFERS, DURING, GENERAL, GROUND, LOOKED, MAY_EXPLAIN, OBSERVER,
    OPINION, SEEN, SOURCE, TOLD_TO, Text,
};
use super::{Advice, Page, Rule};

const INDICATORS: &str = "modern-slavery-indicators";
const INDICATOR_DETAILS: &str = "modern-slavery-indicators-details";
const INSIGHT: &str = "professional-insight";
const INTERVIEW: &str = "where-how-interview-carried-out";
const DIFFERENCES: &str = "evidence-of-dishonesty";
const DIFFERENCE_DETAILS: &str = "evidence-of-dishonesty-details";
/// Where the officer speaks in their own voice.
const OWN_VOICE: [&str; 5] = [
    INDICATOR_DETAILS,
    INTERVIEW,
    INSIGHT,
    DIFFERENCE_DETAILS,
    "future-exploitation-reasons",
];

/// An indicator named in so many words or fewer tells of nothing that was seen.
const LOOSE_WORDS: usize = 6;
/// So many of them are a list.
const LOOSE_MANY: usize = 2;

pub(super) fn advice(page: Page<'_>) -> Vec<Advice> {
    let mut all = indicators(page);
    let narratives = page
        .draft
        .steps()
        .iter()
        .flat_map(|step| page.draft.questions(step))
        .filter(|question| question.is_narrative() && !question.sealed)
        .map(|question| question.key.as_str());
    for key in narratives {
        let Some(words) = page.words(key) else {
            continue;
        };
        if Text::new(&words).may_be_english() {
            all.extend(looked(key, &words));
            all.extend(differs_elsewhere(page, key, &words));
        }
    }
    for key in OWN_VOICE {
        let Some(words) = page.words(key) else {
            continue;
        };
        if Text::new(&words).may_be_english() {
            all.extend(opinion(key, &words));
            all.extend(conclusion(key, &words));
        }
    }
    all.extend(differences(page));
    all.extend(no_own_reason(page));
    all.extend(conditions(page));
    all
}

/// Indicators: what was seen or heard, by whom, when.
fn indicators(page: Page<'_>) -> Vec<Advice> {
    if page.says(INDICATORS, "no") {
        return vec![Advice::new(Rule::NoIndicators, INDICATORS)];
    }
    let Some(words) = page.words(INDICATOR_DETAILS) else {
        return Vec::new();
    };
    let text = Text::new(&words);
    if !text.is_english() {
        return Vec::new();
    }
    let mut all = Vec::new();
    if SEEN.is_match(&words) {
        all.extend(loose_indicators(&words));
    }
    let missing = [
        (Rule::IndicatorNotSeen, SEEN.is_match(&words)),
        (Rule::IndicatorNobody, OBSERVER.is_match(&words)),
        (
            Rule::IndicatorNoTime,
            text.has_time() || DURING.is_match(&words),
        ),
    ]
    .into_iter()
    .filter(|(_, there)| !there)
    .map(|(rule, _)| Advice::new(rule, INDICATOR_DETAILS));
    all.extend(missing);
    all
}

/// Indicators named in a few words beside one that is tied to something seen: which ones are loose. One
/// alone may belong to the sentence before it.
fn loose_indicators(words: &str) -> Option<Advice> {
    let sentences = words.split(['.', ';', '\n', '•']);
    let tied = |sentence: &&str| {
        let when = text::has_time(sentence) || DURING.is_match(sentence);
        SEEN.is_match(sentence) || OBSERVER.is_match(sentence) || when
    };
    let loose: Vec<&str> = sentences
        .filter(|sentence| !tied(sentence))
        .flat_map(|sentence| sentence.split(','))
        .map(|item| item.trim_matches(|letter: char| !letter.is_alphanumeric()))
        .filter(|item| (1..=LOOSE_WORDS).contains(&Text::new(item).len()))
        .collect();
    (loose.len() >= LOOSE_MANY)
        .then(|| Advice::new(Rule::IndicatorNotSeen, INDICATOR_DETAILS).quoting(&loose.join("; ")))
}

/// "Looked frightened": who saw it, when?
fn looked(key: &str, words: &str) -> Option<Advice> {
    let own = text::own_words(words);
    let text = Text::new(&own);
    text.sentences().into_iter().find_map(|sentence| {
        let found = LOOKED.find(sentence)?;
        let seen = OBSERVER.is_match(sentence);
        let when = text::has_time(sentence) || DURING.is_match(sentence);
        (!(seen && when)).then(|| Advice::new(Rule::LookedHow, key).quoting(found.as_str()))
    })
}

/// An opinion with no ground in its sentence or the next. What is said of a kind of people has none.
fn opinion(key: &str, words: &str) -> Option<Advice> {
    let own = text::own_words(words);
    let sentences = Text::new(&own).sentences();
    let grounded = |at: usize| {
        sentences
            .iter()
            .skip(at)
            .take(2)
            .any(|sentence| GROUND.is_match(sentence))
    };
    sentences.iter().enumerate().find_map(|(at, sentence)| {
        let loose = OPINION.is_match(sentence) && !grounded(at);
        (loose || GENERAL.is_match(sentence))
            .then(|| Advice::new(Rule::OpinionWithoutGround, key).quoting(sentence))
    })
}

fn conclusion(key: &str, words: &str) -> Option<Advice> {
    let own = text::own_words(words);
    let found = CONCLUSION.find(&own)?;
    Some(Advice::new(Rule::Conclusion, key).quoting(found.as_str()))
}

/// Accounts that differ are described where the form asks, with where each stands and what may explain it.
fn differences(page: Page<'_>) -> Option<Advice> {
    let words = page.words(DIFFERENCE_DETAILS)?;
    let text = Text::new(&words);
    let explained = SOURCE.is_match(&words) && MAY_EXPLAIN.is_match(&words);
    (text.is_english() && !explained)
        .then(|| Advice::new(Rule::DifferenceNotExplained, DIFFERENCE_DETAILS))
}

/// A difference named in another narrative, with nothing beside it that may explain it.
fn differs_elsewhere(page: Page<'_>, key: &str, words: &str) -> Option<Advice> {
    if key == DIFFERENCE_DETAILS || page.says(DIFFERENCES, "yes") {
        return None;
    }
    let found = DIFFERS.find(words)?;
    (!MAY_EXPLAIN.is_match(words)).then(|| {
        Advice::new(Rule::DifferenceNotExplained, key)
            .quoting(found.as_str())
            .also_on([DIFFERENCES])
    })
}

/// Referred because somebody said so: the toolkit asks for one's own judgement.
fn no_own_reason(page: Page<'_>) -> Option<Advice> {
    let words = page.words(INSIGHT)?;
    let sentences = Text::new(&words).sentences();
    let told = sentences
        .iter()
        .find(|sentence| TOLD_TO.is_match(sentence))?;
    let own = sentences
        .iter()
        .filter(|sentence| !TOLD_TO.is_match(sentence))
        .any(|sentence| GROUND.is_match(sentence) || SEEN.is_match(sentence));
    (!own).then(|| Advice::new(Rule::NoOwnReason, INSIGHT).quoting(told))
}

/// Where the talk took place, who was there, how.
fn conditions(page: Page<'_>) -> Option<Advice> {
    let words = page.words(INTERVIEW)?;
    (Text::new(&words).is_english() && !CONDITIONS.is_match(&words))
        .then(|| Advice::new(Rule::NoConditions, INTERVIEW))
}
