//! Words and sentences of a narrative, and the plain patterns the coach looks for.

use std::sync::LazyLock;

use heyrick_normalise::date;
use regex::Regex;

#[expect(clippy::expect_used, reason = "a literal; the tests compile each")]
pub(super) fn pattern(literal: &str) -> Regex {
    Regex::new(literal).expect("a pattern of this module compiles")
}

macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $literal:expr;)*) => {
        $($(#[$doc])* pub(super) static $name: LazyLock<Regex> = LazyLock::new(|| pattern($literal));)*
    };
}

patterns! {
    /// A point in time other than a date: a season, an age, a time of day, how long ago.
    WHEN = r"(?i)\b(?:ago|yesterday|today|tonight|(?:this|last|next) (?:week|month|year|morning|night|evening)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october|november|december|in may|summer|winter|spring|autumn|christmas|easter|ramadan|morning|afternoon|evening|night|midnight|noon|aged? \d{1,2}|at \d{1,2}\b|\d{1,2} years old|when (?:he|she|they|i|we) (?:was|were) \w+|\d{1,2}[:.]\d{2}|\d{1,2} ?(?:am|pm)|\d{3,4} ?(?:hrs|hours)|(?:a|one|two|three|four|five|six|seven|eight|nine|ten|several|\d+) (?:day|week|month|year)s? (?:later|earlier|before|after|ago))\b";
    /// A moment of a conversation or a visit.
    DURING = r"(?i)\b(?:on arrival|on arriving|at the time|at the (?:door|scene|station|address)|during|while|whilst|throughout|when (?:i|we|the|he|she|they|asked|officers?)|as (?:i|we|he|she|they) (?:spoke|talked|entered|came|left)|on entry|on first)\b";
    /// Somebody who noticed something.
    OBSERVER = r"(?i)(?:\b(?-i:I)\b|\b(?:we|me|us|officers?|d[cis]|p[cs]|pcso|sergeant|constable|inspector|detective|nurse|doctor|gp|paramedics?|midwife|staff|social worker|support worker|key ?worker|worker|interpreter|neighbours?|manager|teacher|colleagues?|custody|passers?-?by|caller|driver|resident|security guard|receptionist|border force|council)\b)";
    /// Something seen, heard or said.
    SEEN = r"(?i)\b(?:saw|seen|see|noticed|observed|found|heard|smel(?:t|led)|watched|counted|photographed|recorded|noted|told|said|says|stated|showed|shown|disclosed|described|explained|wore|wearing|carried|carrying|had (?:no|a|an|her|his|their|two|three|bruises|scars|injuries|marks))\b";
    /// How somebody looked.
    LOOKED = r"(?i)\b(?:looked|looks|seemed|seems|appeared|appears|came across as|(?:was|were) (?:visibly|clearly|obviously)|presented as)(?: (?:very|quite|really|extremely|rather|so|a bit|a little|to be|like|and|both))* (?:frightened|scared|afraid|terrified|fearful|nervous|anxious|upset|distressed|withdrawn|intimidated|controlled|malnourished|tired|exhausted|unkempt|dishevelled|dirty|hungry|coached|rehearsed|traumati[sz]ed|uncomfortable|worried|shaken|confused|subdued|vulnerable|unhappy|tearful|evasive)\b";
    /// An opinion, said as one.
    OPINION = r"(?i)(?:\b(?-i:I) (?:think|believe|feel|suspect|assume|am (?:sure|certain|convinced))\b|\bin my (?:\w+ )?(?:view|opinion|experience|judge?ment|estimation)\b|\bmy (?:\w+ )?(?:view|opinion|feeling|belief|judge?ment|impression|instinct|sense|hunch) (?:is|was)\b|\bgut (?:feeling|instinct)\b|\b(?:clearly|obviously|undoubtedly|definitely|certainly)\b|\bno doubt\b|\bit is (?:clear|obvious)\b|\bmust have been\b)";
    /// What is said of a kind of people, which nothing seen of this one is a ground for.
    GENERAL = r"(?i)(?:\btypical(?:ly)?\b|\b(?:these|those|such) (?:people|persons|girls|boys|women|men|children|families|types) (?:are|do|is|all|always|never|often|usually|tend)\b|\bpeople (?:from (?:that|this|those|these|such|there)|like (?:that|this|those|these|him|her|them))\b|\balways (?:are|do|is|does)\b)";
    /// What an opinion rests on.
    GROUND = r"(?i)\b(?:because|since|due to|based on|on the basis|given that|from (?:the|what|his|her|their)|as (?:he|she|they|i|we|the|there|it)|saw|seen|noticed|observed|heard|told|said|stated|found|recorded|records?|reports?|statements?|showed|photographs?|messages?|disclosed|described)\b";
    /// A conclusion about who is to be believed.
    CONCLUSION = r"(?i)\b(?:(?:is|was|are|were|be|been) lying|liar|lied to (?:me|us|officers|the police|police)|not credible|lacks? credibility|no credibility|dishonest|untruthful|made (?:it|this|that|everything) up|fabricat\w+|not telling the truth|not (?:a )?(?:genuine|real) victim|genuine victim|fake victim)\b";
    /// Accounts that differ.
    DIFFERS = r"(?i)\b(?:inconsisten(?:t|cy|cies)|contradict\w*|discrepanc\w+|(?:changed|changes|changing) (?:his|her|their|the) (?:account|story|version)|different (?:account|version)s?|does not match|did not match)\b";
    /// Where an account stands.
    SOURCE = r"(?i)\b(?:said|told|stated|statement|account|interview|record|form|screening|custody|officers?|hospital|gp|social worker|earlier|first|later|previous\w*)\b";
    /// What may explain a difference: words for it, or a sentence that goes on after "may" and "because".
    MAY_EXPLAIN = r"(?i)(?:\b(?:fear|feared|afraid|frightened|scared|trauma\w*|distress\w*|interpret\w+|translat\w+|language|memory|remember\w*|forg[eo]t\w*|tired|exhaust\w*|young|child|asham\w+|shame|embarrass\w*|threat\w*|pressure|coerc\w*|debt|ill|illness|injur\w+|pain|drugs?|alcohol|medication|explain\w*|explanation)\b|\bbecause(?:[^\w.!?\n]+\w+){2}|\b(?:(?-i:may)|might|could be|possibl\w+)(?:[^\w.!?\n]+\w+){3})";
    /// What stood in the way of telling earlier: words for it, or a sentence that goes on after "because".
    STOOD_IN_WAY = r"(?i)(?:\b(?:afraid|fear\w*|scared|frightened|threat\w*|did(?: not|n['’]t) (?:know|trust|understand|dare|think)|could(?: not|n['’]t)|unable|not able|(?:not|never) allowed|not free|until|only (?:after|when|now|once)|trust\w*|asham\w+|shame|language|locked|watched|controlled|debt|no (?:phone|papers|passport|money|one)|nobody|escaped|rescued|first (?:time|chance|opportunity)|believed (?:he|she|they)|thought (?:he|she|they))\b|\bbecause(?: of)?(?:[^\w.!?\n]+\w+){3})";
    /// What only a clinician may call it.
    DIAGNOSIS = r"(?i)\b(?:ptsd|post[- ]traumatic|depress(?:ion|ed|ive)|anxiety disorder|psychos[ie]s|psychotic|schizophreni\w+|bipolar|personality disorder|mental(?:ly)? (?:ill|illness|disorder)|trauma[- ]bond\w*|stockholm syndrome)\b";
    /// Whose diagnosis it is.
    CLINICIAN = r"(?i)\b(?:gp|doctor|nurse|psychiatr\w+|psycholog\w+|clinic\w*|hospital|medical|diagnosed (?:by|at|in|on)|report)\b";
    /// Referred because somebody said so.
    TOLD_TO = r"(?i)\b(?:told|asked|instructed|advised|directed|requested|required)\b[^.\n]{0,40}\bto (?:refer|submit|make|complete|send|fill|do)\b|\bat the request of\b|\bon (?:the )?(?:advice|instructions?) of\b";
    /// How a conversation went.
    CONDITIONS = r"(?i)\b(?:alone|private(?:ly)?|in private|interpreter|present|accompanied|breaks?|room|station|home|hospital|office|phone|telephone|video|office|refuge|hotel|custody|car|street|drink|food)\b";
    /// Not known, and nothing besides: in a word, or as a sentence that says no more.
    NOT_KNOWN = r"(?ix)^\W*(?:
        (?:\w+\W+){0,3}?(?:(?:is|are|was|were|remains?)\s+)?
            (?:(?:not|isn['’]t|aren['’]t|wasn['’]t|weren['’]t)\s+(?:yet\s+|currently\s+)?(?:known|sure|stated|given|disclosed|provided|applicable|available|recorded|clear|established)|unknown|unclear)
        |n/?a|none|nil|nothing|tb[ac]
        |(?:there\s+(?:is|was)\s+)?no\s+(?:further\s+|more\s+|other\s+)?(?:info|information|details?|answer|comment|records?|data|knowledge)(?:\s+(?:is|was|are|were))?(?:\s+(?:available|known|given|provided|held|recorded))?
        |(?:(?:he|she|they|it|pv\d*|i|we|officers?|the\s+(?:pv|victim|person|child|adult))\s+)?(?:do|does|did|could)(?:\s+not|n['’]t)\s+(?:know|say|remember|recall|tell)
    )?(?:\s+(?:this|that|it|anything|at\s+(?:this|the|present)(?:\s+present)?\s*(?:time|stage|moment|point)?|currently|yet|so\s+far|now|to\s+(?:me|us|police|date)))*\W*$";
    /// Why something was not asked or answered.
    WHY_MISSING = r"(?i)\b(?:not (?:asked|covered|discussed|raised|reached|explored|able)|(?:did|do|does|could|was|were)(?: not|n['’]t) (?:ask|cover|say|know|discuss|want|wish|feel|able|recall|remember)|declin\w+|refus\w+|stopped|ended|another (?:time|day)|too (?:tired|upset|distressed|unwell|late)|no interpreter|withheld|will be asked|next (?:time|meeting|visit))\b";
    /// Words in double quotation marks: somebody's own.
    QUOTED = "\u{201c}[^\u{201d}]*\u{201d}|\"[^\"]*\"";
}

/// Words of Welsh that English does not have.
const WELSH: [&str; 30] = [
    "yn", "yr", "y", "oedd", "roedd", "mae", "wedi", "ei", "ac", "gan", "hi", "fe", "ef", "ar",
    "gyda", "nad", "bod", "o'r", "i'r", "a'r", "nid", "ddim", "eu", "ond", "pan", "heb", "cafodd",
    "dywedodd", "yna", "dim",
];
/// Words no English narrative does without.
const ENGLISH: [&str; 24] = [
    "the", "and", "was", "were", "to", "of", "she", "he", "they", "that", "is", "by", "with",
    "not", "for", "her", "his", "their", "had", "from", "on", "at", "it", "been",
];
/// So many of them make a text English enough to say what is missing from it.
const SURE: usize = 2;

/// A narrative the coach reads.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    text: &'a str,
    english: usize,
    welsh: usize,
}

impl<'a> Text<'a> {
    /// Reads a narrative.
    pub fn new(text: &'a str) -> Self {
        let count = |list: &[&str]| {
            words(text)
                .filter(|word| list.contains(&word.as_str()))
                .count()
        };
        Self {
            text,
            english: count(&ENGLISH),
            welsh: count(&WELSH),
        }
    }

    /// Says whether what stands in it may be read as English.
    pub fn may_be_english(&self) -> bool {
        self.english >= self.welsh
    }

    /// Says whether it is surely English: only then is something missing from it.
    pub fn is_english(&self) -> bool {
        self.english >= SURE && self.english > self.welsh
    }

    /// How many words it has.
    pub fn len(&self) -> usize {
        words(self.text).count()
    }

    /// Says whether it has no word at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its sentences. A new line begins one.
    pub fn sentences(&self) -> Vec<&'a str> {
        sentences(self.text)
    }

    /// Says whether it names a time: a date, a year, a season, an age, a time of day, how long ago.
    pub fn has_time(&self) -> bool {
        has_time(self.text)
    }
}

/// Says whether a text names a time.
pub(super) fn has_time(text: &str) -> bool {
    WHEN.is_match(text) || !date::find(text).is_empty() || !date::years(text).is_empty()
}

/// Words in lower case, letters, digits and apostrophes.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '\'' | '’')))
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| word.to_lowercase().replace('’', "'"))
}

fn sentences(text: &str) -> Vec<&str> {
    static END: LazyLock<Regex> = LazyLock::new(|| pattern(r"[.!?]+[\s”]+|\n+"));
    END.split(text)
        .map(str::trim)
        .filter(|one| !one.is_empty())
        .collect()
}

/// The text with everything in double quotation marks taken out: those are somebody else's words.
pub(super) fn own_words(text: &str) -> String {
    QUOTED.replace_all(text, " ").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles_and_none_matches_nothing() {
        for pattern in [
            &WHEN,
            &DURING,
            &OBSERVER,
            &SEEN,
            &LOOKED,
            &OPINION,
            &GENERAL,
            &GROUND,
            &CONCLUSION,
            &DIFFERS,
            &SOURCE,
            &MAY_EXPLAIN,
            &STOOD_IN_WAY,
            &DIAGNOSIS,
            &CLINICIAN,
            &TOLD_TO,
            &CONDITIONS,
            &WHY_MISSING,
            &QUOTED,
        ] {
            assert!(!pattern.is_match(""), "{}", pattern.as_str());
        }
        assert!(NOT_KNOWN.is_match("-"));
    }

    #[test]
    fn a_language_is_told_by_its_small_words() {
        for (text, english, may_be) in [
            (
                "He was taken to the house and they kept his papers.",
                true,
                true,
            ),
            ("Looked frightened.", false, true),
            ("Roedd hi yn y tŷ ac nid oedd ganddi ddim.", false, false),
            (
                "Mae wedi dweud bod y dyn yn ei gwylio with the phone",
                false,
                false,
            ),
            ("", false, true),
        ] {
            let read = Text::new(text);
            assert_eq!(
                (read.is_english(), read.may_be_english()),
                (english, may_be),
                "{text}"
            );
        }
    }

    #[test]
    fn a_time_is_a_date_a_year_a_season_an_age_or_how_long_ago() {
        for text in [
            "on 3 June 2024",
            "in 2023",
            "last summer",
            "aged 14",
            "two weeks later",
            "at 21:40",
            "about 9pm",
            "when he was twelve",
            "on Tuesday",
            "in May",
            "0930 hrs",
        ] {
            assert!(has_time(text), "{text}");
        }
        for text in [
            "they moved him",
            "he may go",
            "a house with 12 beds",
            "a long time",
        ] {
            assert!(!has_time(text), "{text}");
        }
    }

    #[test]
    fn sentences_end_where_a_reader_would_end_them() {
        assert_eq!(
            sentences("He came on 12.05.2024. He left!\nThen nothing"),
            ["He came on 12.05.2024", "He left", "Then nothing"]
        );
    }

    #[test]
    fn what_stands_in_quotation_marks_is_somebody_elses() {
        assert_eq!(
            own_words("He said “I think so” and left").trim(),
            "He said   and left"
        );
    }
}
