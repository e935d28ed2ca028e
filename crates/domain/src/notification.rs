//! A Duty to Notify: what may leave about an adult who does not agree to be named.
//!
//! It starts minimal: coded answers leave, every narrative box says that its content is withheld. Free
//! text is added on purpose or not at all, and then read by a second person ([`crate::review`]).
//!
//! Sources: Modern Slavery Act 2015 s.52; SI 2015/1743 reg 3(2), Schedules 1 and 2; the Home Office
//! referral form as of 21 April 2026 (keys).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a narrative box says when its content does not leave.
///
/// Source: SI 2015/1743 reg 3(2): nothing that identifies, or could, without the adult's consent.
pub const WITHHELD: &str = "Withheld: adult does not consent (SI 2015/1743 reg 3(2))";

/// What a place says when it does not leave: an option of the Home Office's own lists.
pub const PLACE_UNKNOWN: &str = "Unknown";

/// Answers as they leave: Home Office key to text, or to the options ticked.
pub type Content = BTreeMap<String, Leaving>;

/// One answer as it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Leaving {
    /// Text, or one option.
    Text(String),
    /// The options ticked.
    Options(Vec<String>),
}

impl Leaving {
    /// The answer in one text, options parted by commas.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Options(options) => options.join(", "),
        }
    }

    /// Says whether nothing was answered.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Options(options) => options.is_empty(),
        }
    }
}

/// Whether an answer may leave in a Duty to Notify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A choice from a list: leaves.
    Coded,
    /// A place from a list: leaves as [`PLACE_UNKNOWN`] unless added on purpose.
    Place,
    /// Free text the form insists on: leaves as [`WITHHELD`] unless added on purpose.
    Narrative,
    /// Free text the form can do without: left out unless added on purpose.
    Optional,
    /// Identifies the person: leaves only where they agree to be named (`dtn_identity` is yes).
    Identity,
    /// The form does not ask for it here, or it is ours alone: never leaves.
    Never,
}

impl Rule {
    /// Says whether an answer of this kind, once added, needs the second reader.
    pub const fn is_free(self) -> bool {
        matches!(self, Self::Place | Self::Narrative | Self::Optional)
    }
}

struct Line {
    /// The whole key, or its beginning where it ends in `*`.
    key: &'static str,
    rule: Rule,
    why: &'static str,
}

const fn line(key: &'static str, rule: Rule, why: &'static str) -> Line {
    Line { key, rule, why }
}

const SCHEDULE_1: &str = "Schedule 1 asks for it of everybody";
const CHOICE: &str = "a choice of few: identifies nobody alone, and the form insists on it";
const ACCOUNT: &str = "an account in words may identify (reg 3(2))";
const PERPETRATOR: &str = "may name somebody suspected: Schedule 2, and only with consent";
const OTHERS: &str = "may name another victim: Schedule 2, and only with consent";
const NAMES: &str = "Schedule 2: only where the adult agrees to be named";
const WHERE: &str = "together with nationality and gender a place may identify; Schedule 1 asks for the country only";
const NUMBER: &str = "a reference number leads to the person";
const NOT_ASKED: &str = "the form does not ask for it in a Duty to Notify";
const CHILD: &str = "a child never yields a Duty to Notify";

/// Every key that may stand in a Duty to Notify. A key that is not here does not leave.
static LINES: [Line; 79] = [
    line("user-organisation", Rule::Coded, SCHEDULE_1),
    line("fr-location", Rule::Coded, SCHEDULE_1),
    line("pv-gender", Rule::Coded, SCHEDULE_1),
    line("pv-nationality", Rule::Coded, SCHEDULE_1),
    line("pv-nationality-second", Rule::Coded, SCHEDULE_1),
    line("pv-under-age", Rule::Coded, SCHEDULE_1),
    line(
        "pv-under-age-at-time-of-exploitation",
        Rule::Coded,
        SCHEDULE_1,
    ),
    line("where-exploitation-happened", Rule::Coded, SCHEDULE_1),
    line(
        "where-exploitation-happened-overseas-country-*",
        Rule::Coded,
        SCHEDULE_1,
    ),
    line("types-of-exploitation*", Rule::Coded, SCHEDULE_1),
    line("reported-to-police", Rule::Coded, SCHEDULE_1),
    line("reported-to-police-police-forces", Rule::Coded, SCHEDULE_1),
    line("current-pv-location-uk-region", Rule::Coded, SCHEDULE_1),
    line(
        "potential-victim-exploitative-situation-multiple",
        Rule::Coded,
        CHOICE,
    ),
    line(
        "were-they-taken-somewhere-by-their-exploiter",
        Rule::Coded,
        CHOICE,
    ),
    line("still-in-exploitative-situation", Rule::Coded, CHOICE),
    line("when-last-contact", Rule::Coded, CHOICE),
    line("is-this-the-first-chance-to-report", Rule::Coded, CHOICE),
    line("modern-slavery-indicators", Rule::Coded, CHOICE),
    line("evidence-of-dishonesty", Rule::Coded, CHOICE),
    line("are-others-involved", Rule::Coded, CHOICE),
    line("exploiters-location", Rule::Coded, CHOICE),
    line("are-exploiters-in-the-uk", Rule::Coded, CHOICE),
    line("any-other-pvs", Rule::Coded, CHOICE),
    line("future-exploitation-concerns", Rule::Coded, CHOICE),
    line("authorities-cooperation", Rule::Coded, CHOICE),
    line("pv-want-to-submit-nrm", Rule::Coded, CHOICE),
    line("where-exploitation-happened-uk-city-1", Rule::Place, WHERE),
    line("current-pv-location-uk-city", Rule::Place, WHERE),
    line(
        "where-exploitation-happened-uk-city-*",
        Rule::Optional,
        WHERE,
    ),
    line(
        "where-exploitation-happened-other-uk-other-location",
        Rule::Optional,
        WHERE,
    ),
    line(
        "where-exploitation-happened-other-overseas-other-location",
        Rule::Optional,
        WHERE,
    ),
    line("birthplace", Rule::Narrative, ACCOUNT),
    line("family", Rule::Narrative, ACCOUNT),
    line("education", Rule::Narrative, ACCOUNT),
    line("employment-history", Rule::Narrative, ACCOUNT),
    line(
        "when-did-the-exploitation-take-place",
        Rule::Narrative,
        ACCOUNT,
    ),
    line(
        "when-did-the-exploitation-take-place-multiple",
        Rule::Narrative,
        ACCOUNT,
    ),
    line("how-did-the-exploitation-start", Rule::Narrative, ACCOUNT),
    line(
        "were-they-taken-somewhere-by-their-exploiter-journey-details",
        Rule::Narrative,
        ACCOUNT,
    ),
    line("what-were-they-required-to-do", Rule::Narrative, ACCOUNT),
    line("living-conditions", Rule::Narrative, ACCOUNT),
    line("how-they-were-treated", Rule::Narrative, ACCOUNT),
    line(
        "what-is-keeping-them-in-situation",
        Rule::Narrative,
        ACCOUNT,
    ),
    line(
        "how-why-did-they-leave-the-situation",
        Rule::Narrative,
        ACCOUNT,
    ),
    line("why-report-now", Rule::Narrative, ACCOUNT),
    line(
        "modern-slavery-indicators-details",
        Rule::Narrative,
        ACCOUNT,
    ),
    line("where-how-interview-carried-out", Rule::Narrative, ACCOUNT),
    line("professional-insight", Rule::Narrative, ACCOUNT),
    line("evidence-of-dishonesty-details", Rule::Narrative, ACCOUNT),
    line("are-others-involved-details", Rule::Narrative, ACCOUNT),
    line("other-exploitation-details", Rule::Narrative, ACCOUNT),
    line("future-exploitation-reasons", Rule::Narrative, ACCOUNT),
    line("who-exploited-pv", Rule::Narrative, PERPETRATOR),
    line(
        "exploiters-current-location-details",
        Rule::Narrative,
        PERPETRATOR,
    ),
    line(
        "reported-to-police-crime-reference",
        Rule::Narrative,
        NUMBER,
    ),
    line("details-last-contact", Rule::Optional, ACCOUNT),
    line("yes-the-first-chance-to-report", Rule::Optional, NUMBER),
    line(
        "not-sure-the-first-chance-to-report",
        Rule::Optional,
        NUMBER,
    ),
    line("authorities-cooperation-details", Rule::Optional, ACCOUNT),
    line("refuse-nrm", Rule::Optional, ACCOUNT),
    line(
        "other-potential-victims-yes-details",
        Rule::Optional,
        OTHERS,
    ),
    line(
        "other-potential-victims-not-sure-details",
        Rule::Optional,
        OTHERS,
    ),
    line("pv-name-first-name", Rule::Identity, NAMES),
    line("pv-name-last-name", Rule::Identity, NAMES),
    line("pv-name-nickname", Rule::Identity, NAMES),
    line("pv-contact-details*", Rule::Identity, NAMES),
    line("pv-dob", Rule::Never, NOT_ASKED),
    line("pv-*", Rule::Never, NOT_ASKED),
    line("does-pv-*", Rule::Never, NOT_ASKED),
    line("alternative-number-relation-to-pv", Rule::Never, NOT_ASKED),
    line("no-contact-details", Rule::Never, NOT_ASKED),
    line("who-contact", Rule::Never, NOT_ASKED),
    line("someone-else*", Rule::Never, NOT_ASKED),
    line("fr-details-*", Rule::Never, NOT_ASKED),
    line("fr-alternative-contact", Rule::Never, NOT_ASKED),
    line("upload-file", Rule::Never, NOT_ASKED),
    line("what-evidence-you-will-submit", Rule::Never, NOT_ASKED),
    line(
        "local-authority-contacted-about-child-*",
        Rule::Never,
        CHILD,
    ),
];

fn line_of(key: &str) -> Option<&'static Line> {
    LINES.iter().find(|line| match line.key.strip_suffix('*') {
        Some(start) => key.starts_with(start),
        None => line.key == key,
    })
}

/// Whether the answer under a Home Office key may leave. A key nobody listed never does.
pub fn rule(key: &str) -> Rule {
    line_of(key).map_or(Rule::Never, |line| line.rule)
}

/// Why, in one plain sentence for the manual and for whoever reads the code in court.
pub fn reason(key: &str) -> &'static str {
    line_of(key).map_or("not a question of the Home Office form", |line| line.why)
}

/// Says whether free text (or a place) was answered that a minimal notification leaves out.
pub fn has_free_text(answers: &Content) -> bool {
    free_text(answers).next().is_some()
}

/// The answers a minimal notification leaves out and a second reader would have to read.
pub fn free_text(answers: &Content) -> impl Iterator<Item = (&str, &Leaving)> {
    answers
        .iter()
        .filter(|(key, answer)| rule(key).is_free() && is_added(answer))
        .map(|(key, answer)| (key.as_str(), answer))
}

fn is_added(answer: &Leaving) -> bool {
    let text = answer.text();
    !answer.is_empty() && text.trim() != WITHHELD && text.trim() != PLACE_UNKNOWN
}

/// How much of what was written the author wants to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Coded answers only; the author confirms it alone.
    Minimal,
    /// With the free text; a second reader releases it.
    WithFreeText,
}

/// Whether the adult agrees to be named in a notification (`dtn_identity`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// They agree: Schedule 2 data may leave.
    Agreed,
    /// They do not, or nobody could ask.
    NotAgreed,
}

/// The content of a notification made from a draft's answers.
///
/// Keys that were not answered stay out; nothing is invented.
pub fn content(answers: &Content, extent: Extent, naming: Naming) -> Content {
    answers
        .iter()
        .filter_map(|(key, answer)| {
            Some((key.clone(), leaving(rule(key), answer, extent, naming)?))
        })
        .collect()
}

fn leaving(rule: Rule, answer: &Leaving, extent: Extent, naming: Naming) -> Option<Leaving> {
    let as_written = || (!answer.is_empty()).then(|| answer.clone());
    match (rule, extent) {
        (Rule::Never, _) => None,
        (Rule::Coded, _) => as_written(),
        (Rule::Identity, _) => as_written().filter(|_| naming == Naming::Agreed),
        (Rule::Place | Rule::Narrative | Rule::Optional, Extent::WithFreeText) => as_written(),
        (Rule::Place, Extent::Minimal) => Some(Leaving::Text(PLACE_UNKNOWN.to_owned())),
        (Rule::Narrative, Extent::Minimal) => Some(Leaving::Text(WITHHELD.to_owned())),
        (Rule::Optional, Extent::Minimal) => None,
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]
mod tests {
    use super::*;

    fn answers(pairs: &[(&str, &str)]) -> Content {
        pairs
            .iter()
            .map(|(key, text)| ((*key).to_owned(), Leaving::Text((*text).to_owned())))
            .collect()
    }

    fn refusal() -> Content {
        answers(&[
            ("user-organisation", "Leicestershire Police"),
            ("pv-gender", "female"),
            ("pv-nationality", "Romania"),
            ("pv-name-first-name", "Ana"),
            ("pv-dob", "1992-03-04"),
            ("pv-phone-number-yes", "+447700900123"),
            ("pv-contact-details-street", "4 Mill Lane"),
            ("who-exploited-pv", "Mr EX1"),
            ("other-potential-victims-yes-details", "PV2"),
            ("family", "a twin"),
            ("current-pv-location-uk-city", "Leicester"),
            ("fr-details-last-name", "Amber"),
            ("county-lines", "yes"),
        ])
    }

    fn texts(content: &Content) -> Vec<String> {
        content.values().map(Leaving::text).collect()
    }

    #[test]
    fn a_minimal_notification_holds_codes_and_no_words_of_anybody() {
        let content = content(&refusal(), Extent::Minimal, Naming::NotAgreed);
        let want = [
            ("user-organisation", "Leicestershire Police"),
            ("pv-gender", "female"),
            ("pv-nationality", "Romania"),
            ("who-exploited-pv", WITHHELD),
            ("family", WITHHELD),
            ("current-pv-location-uk-city", PLACE_UNKNOWN),
        ];
        assert_eq!(content, answers(&want));
    }

    #[test]
    fn free_text_leaves_only_when_added_on_purpose() {
        let added = content(&refusal(), Extent::WithFreeText, Naming::NotAgreed);
        assert_eq!(
            added.get("family"),
            Some(&Leaving::Text("a twin".to_owned()))
        );
        assert!(has_free_text(&added));
        assert!(!has_free_text(&content(
            &refusal(),
            Extent::Minimal,
            Naming::NotAgreed
        )));
    }

    #[test]
    fn identity_leaves_only_with_the_adults_agreement() {
        for extent in [Extent::Minimal, Extent::WithFreeText] {
            let without = texts(&content(&refusal(), extent, Naming::NotAgreed));
            for identity in ["Ana", "1992-03-04", "+447700900123", "4 Mill Lane"] {
                assert!(!without.iter().any(|text| text == identity), "{identity}");
            }
        }
        let with = content(&refusal(), Extent::Minimal, Naming::Agreed);
        assert!(with.contains_key("pv-name-first-name"));
        assert!(with.contains_key("pv-contact-details-street"));
        assert!(
            !with.contains_key("pv-phone-number-yes"),
            "the form does not ask for it here"
        );
    }

    #[test]
    fn a_key_nobody_listed_never_leaves() {
        assert_eq!(rule("favourite-colour"), Rule::Never);
        assert_eq!(rule("what-happened"), Rule::Never);
    }

    #[test]
    fn every_line_of_the_table_is_reached() {
        for line in &LINES {
            let key = line.key.replace('*', "x");
            assert!(
                std::ptr::eq(line_of(&key).unwrap(), line),
                "{key} is hidden by a line above it"
            );
        }
    }
}
