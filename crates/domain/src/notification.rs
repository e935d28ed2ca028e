//! A Duty to Notify: what may leave about an adult who does not agree to be named.
//!
//! It starts minimal: coded answers leave, every narrative box says that its content is withheld. Free
//! text is added on purpose or not at all, and then read by a second person ([`crate::review`]).
//!
//! Sources: Modern Slavery Act 2015 s.52; SI 2015/1743 reg 3(2), Schedules 1 and 2; the Home Office
//! referral form as of 21 April 2026 (keys).

use heyrick_normalise::fold_tokens;
use serde::{Deserialize, Serialize};

/// What a narrative box says when its content does not leave.
///
/// Source: SI 2015/1743 reg 3(2): nothing that identifies, or could, without the adult's consent.
pub const WITHHELD: &str = "Withheld: adult does not consent (SI 2015/1743 reg 3(2))";

/// What a place says when it does not leave: an option of the Home Office's own lists.
pub const PLACE_UNKNOWN: &str = "Unknown";

/// What a name box says when their form shows it although the adult does not agree to be named.
pub const WITHHELD_NAME: &str = "Withheld";

/// Answers as they leave, in the order of the Home Office's form.
pub type Content = Vec<Line>;

/// One answer as it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The section of the form.
    pub section: String,
    /// Our step, for links.
    pub step: String,
    /// The Home Office's key, or ours.
    pub key: String,
    /// Our question, for its words.
    pub question: String,
    /// What leaves.
    pub value: Leaving,
    /// Somebody typed or chose it; else a rule put it there.
    pub typed: bool,
}

/// What leaves under one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Leaving {
    /// A box of its own, ticked or not.
    Ticked(bool),
    /// Text, or one option.
    Text(String),
    /// The options ticked.
    Options(Vec<String>),
    /// Nothing: optional, and not answered.
    Nothing,
}

impl Leaving {
    /// The answer in one text: options parted by commas, a tick as `yes`.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Options(options) => options.join(", "),
            Self::Ticked(true) => "yes".to_owned(),
            Self::Ticked(false) | Self::Nothing => String::new(),
        }
    }

    /// Says whether nothing was answered.
    pub fn is_empty(&self) -> bool {
        self.text().trim().is_empty()
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

struct Entry {
    /// The whole key, or its beginning where it ends in `*`.
    key: &'static str,
    rule: Rule,
    why: &'static str,
}

const fn line(key: &'static str, rule: Rule, why: &'static str) -> Entry {
    Entry { key, rule, why }
}

const SCHEDULE_1: &str = "Schedule 1 asks for it of everybody";
const CHOICE: &str = "a choice of few: identifies nobody alone, and the form insists on it";
const OFFICER: &str = "the officer's own: an address without the names of those concerned, and the record's reference as the label";
const ACCOUNT: &str = "an account in words may identify (reg 3(2))";
const PERPETRATOR: &str = "may name somebody suspected: Schedule 2, and only with consent";
const OTHERS: &str = "may name another victim: Schedule 2, and only with consent";
const NAMES: &str = "Schedule 2: only where the adult agrees to be named";
const WHERE: &str = "together with nationality and gender a place may identify; Schedule 1 asks for the country only";
const NUMBER: &str = "a reference number leads to the person";
const NOT_ASKED: &str = "the form does not ask for it in a Duty to Notify";
const CHILD: &str = "a child never yields a Duty to Notify";

/// Every key that may stand in a Duty to Notify. A key that is not here does not leave.
static ENTRIES: [Entry; 83] = [
    line("user-organisation", Rule::Coded, SCHEDULE_1),
    line("s1-*", Rule::Coded, SCHEDULE_1),
    line("user-email", Rule::Coded, OFFICER),
    line("reference", Rule::Coded, OFFICER),
    line("county-lines", Rule::Coded, CHOICE),
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
    line("current-pv-location-uk-region", Rule::Place, WHERE),
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

fn entry_of(key: &str) -> Option<&'static Entry> {
    ENTRIES
        .iter()
        .find(|entry| match entry.key.strip_suffix('*') {
            Some(start) => key.starts_with(start),
            None => entry.key == key,
        })
}

/// Whether the answer under a Home Office key may leave. A key nobody listed never does.
pub fn rule(key: &str) -> Rule {
    entry_of(key).map_or(Rule::Never, |entry| entry.rule)
}

/// Why, in one plain sentence for the manual and for whoever reads the code in court.
pub fn reason(key: &str) -> &'static str {
    entry_of(key).map_or("not a question of the Home Office form", |entry| entry.why)
}

/// The lines somebody typed that a minimal notification does not have: a second reader reads them.
pub fn free_text(content: &[Line]) -> impl Iterator<Item = &Line> {
    content
        .iter()
        .filter(|line| line.typed && rule(&line.key).is_free() && !line.value.is_empty())
}

/// So many digits in a row could be a phone number.
const DIGITS_MAX: usize = 6;
/// Names shorter than this stand in other words by chance.
const NAME_MIN: usize = 3;
/// Names from this length on are looked for inside words too.
const NAME_LONG: usize = 5;

/// What the boxes of the officer's own are held against.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// What people call the record, such as `R-7K4M-2Q`.
    pub reference: &'a str,
    /// Every name the person is known by.
    pub names: &'a [String],
    /// Names of people suspected and of other victims.
    pub others: &'a [String],
}

/// The boxes of the officer's own, typed and not narrative, that could lead to the person: a label that is
/// not the record's reference, and an e-mail address with a run of digits, with one of the person's names, or
/// with the name of somebody suspected or of another victim before the `@`.
///
/// No label of one's own can be told from a name, a plate or a street by its shape, and the Home Office does
/// not take it into the report: it stands in e-mails alone.
pub fn telling_labels(content: &[Line], against: Against<'_>) -> Vec<String> {
    let tells = |line: &&Line| {
        let text = line.value.text();
        match line.key.as_str() {
            "reference" => text.trim() != against.reference,
            "user-email" => address_tells(&text, against),
            _ => false,
        }
    };
    let lines = content.iter().filter(|line| !line.value.is_empty());
    lines.filter(tells).map(|line| line.key.clone()).collect()
}

fn address_tells(text: &str, against: Against<'_>) -> bool {
    let folded = fold_tokens(text).concat();
    let own = parts_of(against.names).any(|name| folded.contains(&name));
    let local = text.split('@').next().unwrap_or_default();
    let words = fold_tokens(&local.replace(|letter: char| !letter.is_alphabetic(), " "));
    let stands = |name: &String| {
        let long = name.chars().count() >= NAME_LONG;
        let holds = |word: &String| word == name || (long && word.contains(name.as_str()));
        words.iter().any(holds)
    };
    own || parts_of(against.others).any(|name| stands(&name)) || has_number(text)
}

fn parts_of(names: &[String]) -> impl Iterator<Item = String> {
    let parts = names.iter().flat_map(|name| fold_tokens(name));
    parts.filter(|part| part.chars().count() >= NAME_MIN)
}

fn has_number(text: &str) -> bool {
    let digits = text.split(|letter: char| !letter.is_ascii_digit());
    digits.map(str::len).max().unwrap_or_default() > DIGITS_MAX
}

/// Whether the adult agrees to be named in a notification (`dtn_identity`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// They agree: Schedule 2 data may leave.
    Agreed,
    /// They do not, or nobody could ask.
    NotAgreed,
}

/// Something stands in a notification that may not leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("something here may not leave in a Duty to Notify")]
pub struct MayNotLeave {
    /// The keys it stands under.
    pub keys: Vec<String>,
}

/// Looks once more at what is about to leave, whatever made it: the last gate before a notification is kept.
///
/// # Errors
/// [`MayNotLeave`] with every key that must stay behind.
pub fn gate(content: &[Line], naming: Naming) -> Result<(), MayNotLeave> {
    let keys: Vec<String> = content
        .iter()
        .filter(|line| !may_leave(line, naming))
        .map(|line| line.key.clone())
        .collect();
    if keys.is_empty() {
        Ok(())
    } else {
        Err(MayNotLeave { keys })
    }
}

fn may_leave(line: &Line, naming: Naming) -> bool {
    match rule(&line.key) {
        Rule::Coded | Rule::Place | Rule::Narrative | Rule::Optional => true,
        Rule::Identity => {
            naming == Naming::Agreed || line.value.is_empty() || line.value.text() == WITHHELD_NAME
        }
        Rule::Never => line.value.is_empty(),
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

    fn line_with(key: &str, text: &str) -> Line {
        Line {
            section: String::new(),
            step: String::new(),
            key: key.to_owned(),
            question: key.to_owned(),
            value: Leaving::Text(text.to_owned()),
            typed: text != WITHHELD,
        }
    }

    fn content(pairs: &[(&str, &str)]) -> Content {
        pairs
            .iter()
            .map(|(key, text)| line_with(key, text))
            .collect()
    }

    const CODED: [(&str, &str); 4] = [
        ("user-organisation", "Leicestershire Police"),
        ("pv-gender", "female"),
        ("s1-believed-trafficking", "yes"),
        ("family", WITHHELD),
    ];

    #[track_caller]
    fn refused(key: &str, text: &str, naming: Naming) {
        assert_eq!(
            gate(&content(&[CODED[0], (key, text)]), naming),
            Err(MayNotLeave {
                keys: vec![key.to_owned()]
            })
        );
    }

    #[test]
    fn a_minimal_notification_passes_and_has_nothing_to_read() {
        let minimal = content(&CODED);
        assert_eq!(gate(&minimal, Naming::NotAgreed), Ok(()));
        assert_eq!(free_text(&minimal).count(), 0);
    }

    #[test]
    fn free_text_and_places_added_on_purpose_are_read_by_a_second_person() {
        let added = content(&[
            ("family", "a twin"),
            ("current-pv-location-uk-city", "Leicester"),
        ]);
        assert_eq!(free_text(&added).count(), 2);
    }

    #[test]
    fn identity_leaves_only_with_the_adults_agreement() {
        for key in [
            "pv-name-first-name",
            "pv-name-nickname",
            "pv-contact-details-street",
        ] {
            refused(key, "Ana", Naming::NotAgreed);
            assert_eq!(gate(&content(&[(key, "Ana")]), Naming::Agreed), Ok(()));
            assert_eq!(
                gate(&content(&[(key, WITHHELD_NAME)]), Naming::NotAgreed),
                Ok(())
            );
        }
    }

    #[test]
    fn a_label_of_ones_own_leads_to_nobody() {
        let names = ["Ilvana Marrowby".to_owned(), "Jo".to_owned()];
        let others = ["Vasile Grigore".to_owned(), "Mirela".to_owned()];
        for (key, text, tells) in [
            ("reference", "R-7K4M-2Q", false),
            ("reference", "MSHT/26-114", true),
            ("reference", "Ilvana", true),
            ("reference", "VasileGrigore-LE30LE", true),
            ("reference", "NailBar-HighSt-Leicester", true),
            ("reference", "AB12CDE", true),
            ("user-email", "dc.amber@testshire.police.uk", false),
            ("user-email", "joanna.bright@testshire.police.uk", false),
            ("user-email", "dc.amber@grigore.police.uk", false),
            ("user-email", "ilvana.flat4@testshire.police.uk", true),
            ("user-email", "07700900123@testshire.police.uk", true),
            ("user-email", "mirela.dumitru@testshire.police.uk", true),
            ("user-email", "vgrigore2@testshire.police.uk", true),
            ("family", "Ilvana", false),
        ] {
            let content = content(&[(key, text)]);
            let against = Against {
                reference: "R-7K4M-2Q",
                names: &names,
                others: &others,
            };
            assert_eq!(
                !telling_labels(&content, against).is_empty(),
                tells,
                "{key}: {text}"
            );
        }
    }

    #[test]
    fn what_the_form_does_not_ask_for_never_leaves() {
        for naming in [Naming::Agreed, Naming::NotAgreed] {
            for key in [
                "pv-dob",
                "pv-phone-number-yes",
                "someone-else-street",
                "fr-details-last-name",
                "safe-now",
                "what-happened",
                "favourite-colour",
            ] {
                refused(key, "x", naming);
            }
        }
    }

    #[test]
    fn an_answer_reads_back_as_it_was_written() {
        for value in [
            Leaving::Ticked(true),
            Leaving::Text("no".to_owned()),
            Leaving::Options(vec!["email".to_owned()]),
            Leaving::Nothing,
        ] {
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(
                serde_json::from_str::<Leaving>(&json).unwrap(),
                value,
                "{json}"
            );
        }
    }

    #[test]
    fn every_entry_of_the_table_is_reached() {
        for entry in &ENTRIES {
            let key = entry.key.replace('*', "x");
            assert!(
                std::ptr::eq(entry_of(&key).unwrap(), entry),
                "{key} is hidden by one above it"
            );
        }
    }
}
