//! What could identify by its shape alone: names, dates, addresses, numbers, rare attributes.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use heyrick_normalise::{date, phone, plate, postcode};
use regex::Regex;

use super::{Born, Kind, Mark};

/// Compiles a pattern written in this file.
#[expect(
    clippy::expect_used,
    reason = "the pattern is a literal; a test compiles every one"
)]
fn pattern(literal: &str) -> Regex {
    Regex::new(literal).expect("a pattern of this file compiles")
}

/// A word that begins with a capital, digits and marks inside allowed: `EX4`, `O’Brien`, `X`.
const CAPITAL: &str = r"[\p{Lu}\p{Lt}][\p{L}\p{M}\p{N}'’\-]*";

static LINES: LazyLock<Vec<(Regex, Kind)>> = LazyLock::new(|| {
    [
        // People.
        (format!(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam|Madame|Auntie|Aunty|Uncle|Aunt|Father|Brother|Sister|Pastor|Imam|Chief|DC|DS|DI|PC|PCSO)\.? +{CAPITAL}(?: +{CAPITAL})*"), Kind::Name),
        (format!(r#"(?i:\b(?:called|named|known as|nicknamed|alias|aka|a\.k\.a\.?|goes by|by the name of|street name))\s+["“'‘]?(?:{CAPITAL}(?: +{CAPITAL})*|[^\s"”'’.,;]+)"#), Kind::Name),
        (r"\bEX ?\d+\b".to_owned(), Kind::Suspect),
        (format!(r#"(?i:\b(?:exploiters?|traffickers?|smugglers?|perpetrators?|suspects?|pimp|gang ?master|gang leader|abusers?|recruiters?))\b[\s,:(]+(?i:(?:is|was|are|were|called|named|known as|the|mr|mrs|ms|miss)\.?\s+)*["“'‘]?{CAPITAL}(?: +{CAPITAL})*"#), Kind::Suspect),
        (r"\bPV ?\d+\b".to_owned(), Kind::OtherVictim),
        // Numbers and addresses.
        (r"(?i)[\p{L}\p{N}._%+\-]+@[\p{L}\p{N}.\-]+\.\p{L}{2,}".to_owned(), Kind::Email),
        (r"(?i)\b(?:https?://|www\.)\S+|\b[\p{L}\p{N}\-]+\.(?:com|org|net|co\.uk|uk|info|me|io|app|cymru|wales|ro|al|vn|pl|cn|eu)(?:/\S*)?\b".to_owned(), Kind::Link),
        (r"(?:^|[\s(])@[\p{L}\p{N}_.]{3,}".to_owned(), Kind::Link),
        (r"(?i)\b(?:facebook|instagram|tik ?tok|snapchat|telegram|whats ?app|wechat|viber|onlyfans|badoo|tinder|twitter|signal)(?: (?:name|account|user ?name|profile|page|handle|group))? (?:is |was |as |called |named )?[\p{L}\p{N}_.@]*[\p{N}_.@][\p{L}\p{N}_.@]*".to_owned(), Kind::Link),
        (r"(?i)\b(?:driving +)?licen[cs]e(?: (?:number|no|num)\.?)?[\s:#]*(?:is |was )?[A-Z]{1,5}9{0,4} ?\d{6} ?[A-Z9]{2} ?[A-Z\d]{3}\b|\b[A-Z]{1,5}9{0,4} ?\d{6} ?[A-Z9]{2} ?\d[A-Z]{2}\b".to_owned(), Kind::Document),
        (r"(?i)\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b".to_owned(), Kind::Document),
        (r"(?i)\b(?:passport|visa|brp|arc|licen[cs]e|id card|identity card|reference|ref|cad|crime|incident|nhs|ni|uan|port|hospital|case|court|prison|account|sort code|iban|card)(?: (?:number|no|num|ref|reference|code))?\.?[\s:#]*(?:is |was )?[\p{L}]{0,4}[\s/\-]?\d[\p{L}\p{N}/\-]{2,}".to_owned(), Kind::Document),
        (r"\b(?:[\p{L}\p{N}]+[/\-])*(?:\p{L}*\d){6,}[\p{L}\p{N}]*(?:[/\-][\p{L}\p{N}]+)*\b".to_owned(), Kind::Document),
        (format!(r"(?i:\b(?:flat|unit|room|apartment|house|no\.?|number|plot|block)\s+)?\b\d{{1,4}}[a-zA-Z]?,?\s+(?:{CAPITAL}\s+){{1,4}}(?i:street|st|road|rd|lane|ln|avenue|ave|close|drive|way|court|place|terrace|crescent|gardens?|grove|square|hill|park|row|mews|walk|parade|house|quay|wharf|stryd|heol|ffordd|lôn)\b"), Kind::Address),
        (format!(r"(?:{CAPITAL}\s+){{1,4}}(?i:street|road|lane|avenue|close|drive|crescent|gardens|grove|terrace|mews|parade|square|court|quay|wharf)\b|\b(?i:stryd|heol|ffordd|lôn|strada|rruga|ulica|rue|via|calle)\s+{CAPITAL}(?:\s+{CAPITAL})*"), Kind::Address),
        (r"(?i)\b(?:flat|unit|room|apartment|house number|plot|block|floor)\s+\d{1,4}[a-z]?\b".to_owned(), Kind::Address),
        (r"(?i)\b(?:high|main|mill|church|station|market|king|queen|bridge|london|park)\s+(?:street|st|road|rd|lane)\b".to_owned(), Kind::Address),
        // When and how old.
        (r"(?i)\b(?:aged?|age of)\s+\d{1,2}\b|\b\d{1,2}[ \-](?:years?|yrs?|y/o|yo)(?:[ \-]olds?)?\b|\b(?:is|was|turned|turns)\s+(?:1\d|[2-9]\d)\b".to_owned(), Kind::Age),
        (r"(?i)\b(?:born|birth ?day|dob|d\.o\.b\.?|date of birth)\b[^.;\n]{0,20}?\b(?:19|20)\d{2}\b|\bborn\s+(?:in|on|at|near)\s+[^.,;\n]{2,40}|\bbirthday\b[^.;\n]{0,30}".to_owned(), Kind::DateOfBirth),
        // What few people share.
        (format!(r"(?i:\b(?:(?:small|tiny|little|fishing|mountain|hill|coastal|remote|home|native|farming|mining|seaside|border|island|rural|same)\s+)*(?:village|hamlet|island|commune|township|settlement|refugee camp|small town))(?:\s+(?i:of|called|named|near|in))?(?:\s+{CAPITAL})*"), Kind::SmallPlace),
        (r"(?i)\b(?:(?:identical|twin|half|step|adopted|only|younger|older|elder|youngest|oldest|eldest)[ \-])?(?:twins?|triplets?)(?:[ \-](?:sister|brother)s?)?\b".to_owned(), Kind::Relative),
        (r"(?i)\b(?:(?:half|step|adopted|only|younger|older|elder|youngest|oldest|eldest)[ \-])?(?:sister|brother|mother|father|mum|dad|cousin|uncle|aunt|husband|wife|son|daughter|niece|nephew|grandmother|grandfather|partner|boyfriend|girlfriend|in[ \-]law|relative)s?\b(?:[ \-]in[ \-]law)?\s+(?:who\s+)?(?:is|was|works?|worked|runs?|ran|owns?|owned|lives?|lived|manages?|managed|is employed|teaches|drives)\b".to_owned(), Kind::Relative),
        (r"(?i)\b(?:only child|one of (?:\w+) (?:children|siblings|sisters|brothers)|mother of (?:\w+)|father of (?:\w+)|orphan(?:ed)?)\b".to_owned(), Kind::Relative),
        (format!(r"(?:(?i:the)\s+)?(?:{CAPITAL}\s+(?:(?:&|and)\s+)?){{1,4}}(?i:nail ?bar|nails|nail salon|salon|car ?wash|restaurant|take ?away|hotel|barbers?|hairdressers?|massage parlour|massage|spa|café|cafe|shop|store|supermarket|factory|farm|warehouse|pub|bar|club|casino|garage|bakery|laundry|laundrette|kitchen|grill|pizzeria|kebab|bistro|ltd|limited|plc|llp|agency|company|services|logistics|cleaning|construction|recruitment)\b"), Kind::Business),
        (format!(r#"(?i:\b(?:nail ?bar|nail salon|salon|car ?wash|restaurant|take ?away|hotel|barbers?|massage parlour|café|cafe|shop|factory|farm|warehouse|pub|club|casino|bakery|company|agency|business|brothel))\s+(?i:(?:called|named|in|on|at|near)\s+)?["“'‘]?{CAPITAL}(?:\s+{CAPITAL})*"#), Kind::Business),
        (format!(r"(?:{CAPITAL}\s+(?:(?:of|the|and)\s+)?){{1,5}}(?i:school|college|university|academy|nursery|church|chapel|mosque|temple|gurdwara|synagogue|cathedral|hospital|clinic|surgery|health centre|prison|hostel|shelter|refuge|children'?s home|detention centre|removal centre|custody suite|police station)\b|\b(?:St|Saint)\.?\s+{CAPITAL}(?:['’]s)?"), Kind::Institution),
        (r"(?i)\b(?:tattoo\w*|scars?|scarred|birth ?marks?|moles?|pierc\w+|missing (?:finger|tooth|teeth|arm|leg|eye|hand)s?|limps?|wheel ?chair|prosthe\w+|amput\w+|blind|deaf|mute|stammers?|stutters?|albin\w+|dwarfism|epilep\w+|hiv|pregnan\w+|autis\w+|down'?s syndrome|learning disabilit\w+|disab\w+|gold too?e?th|(?:one|glass) eye|birth defect|transgender|trans (?:man|woman)|intersex)\b".to_owned(), Kind::Mark),
        (r"(?i)\b(?:champion|olympi\w+|footballer|boxer|wrestler|gymnast|ballet|dancer|singer|musician|actress|actor|fashion model|beauty queen|priest|nun|monk|pastor|imam|rabbi|shaman|midwife|mayor|politician|minister|senator|journalist|blogger|influencer|lawyer|solicitor|barrister|judge|surgeon|dentist|nurse|professor|teacher|police officer|soldier|army officer|general|pilot|diplomat|ambassador|engineer|well[ \-]known|famous|celebrity|the only (?:woman|man|person|girl|boy|one)|the first (?:woman|man|person))\b".to_owned(), Kind::Occupation),
        // Any run of letters that is not Latin: an officer writes English, so it is most likely a name.
        (r"[\p{L}\p{M}&&[^\p{Latin}\p{Inherited}\p{Common}]][\p{L}\p{M}\s'’\-&&[^\p{Latin}\n]]*".to_owned(), Kind::Name),
    ]
    .into_iter()
    .map(|(literal, kind)| (pattern(&literal), kind))
    .collect()
});

static CAPITALS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"{CAPITAL}(?:(?:\s+(?:van|von|de|del|della|da|di|al|el|bin|ibn|ben|der|den|la|le)\b)*[ \t]+{CAPITAL})*"
    ))
});

/// Words with a capital that name nobody: the calendar, countries and their people, bodies everybody deals with.
const COMMON: &str = include_str!("common.txt");

/// Words of everyday English that begin a sentence. Those that are names too ("Mark", "Rose", "Stone") are
/// not among them: a name that is passed over weighs more than a word that is marked.
static BEGINS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("begins.txt").split_whitespace().collect());
/// Most words of an answer without any capital that is read as a note, name by name.
const NOTE_MAX: usize = 8;
/// Shortest stem that makes a longer word an everyday one, in letters: `Working` is, `Manning` is not.
const STEM_MIN: usize = 4;

/// Marks by shape. `born` tells a date of birth from another date.
pub fn marks(text: &str, born: Option<Born>) -> Vec<Mark> {
    let mut marks: Vec<Mark> = LINES
        .iter()
        .flat_map(|(regex, kind)| {
            regex
                .find_iter(text)
                .map(|hit| (trimmed(text, hit.range()), *kind))
        })
        .map(|(range, kind)| Mark::new(range, kind))
        .collect();
    marks.extend(capitals(text));
    marks.extend(dates(text, born));
    for (found, kind) in [
        (postcode::find(text), Kind::Address),
        (plate::find(text), Kind::Plate),
    ] {
        marks.extend(found.into_iter().map(|found| Mark::new(found.range, kind)));
    }
    marks.extend(phone::find(text).into_iter().map(|found| {
        // Digits nobody could dial are a number of something else.
        let dialled = found.value.starts_with('+');
        Mark::new(
            found.range,
            if dialled { Kind::Phone } else { Kind::Document },
        )
    }));
    marks
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let hit = &text[range.clone()];
    let start = range.start + (hit.len() - hit.trim_start().len());
    start..start + hit.trim().len()
}

/// Where names stand in a text that is about people: every run of capitalised words, wherever it begins.
pub fn names(text: &str) -> Vec<Range<usize>> {
    CAPITALS
        .find_iter(text)
        .flat_map(|hit| runs(text, hit.range()))
        .map(|(range, _)| range)
        .filter(|range| text[range.clone()].chars().count() > 2)
        .collect()
}

/// Words that could be names: capitalised ones, and those of a short note written without any capital.
fn capitals(text: &str) -> Vec<Mark> {
    CAPITALS
        .find_iter(text)
        .flat_map(|hit| name_runs(text, hit.range()))
        .chain(note_runs(text))
        .map(|range| Mark::new(range, Kind::Name))
        .collect()
}

/// The parts of a run that could be names: at the beginning of a sentence not an everyday word alone.
fn name_runs(text: &str, run: Range<usize>) -> Vec<Range<usize>> {
    runs(text, run)
        .into_iter()
        .filter(|(range, count)| {
            *count > 1
                || !begins_a_sentence(text, range.start)
                || !is_everyday(&text[range.clone()])
        })
        .map(|(range, _)| range)
        .collect()
}

/// The words of a short note that no list holds, where nothing in it has a capital: "ahmed khan from constanta".
fn note_runs(text: &str) -> Vec<Range<usize>> {
    let words = words(text, 0..text.len());
    if words.len() > NOTE_MAX || text.chars().any(char::is_uppercase) {
        return Vec::new();
    }
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for word in words {
        let bare = text[word.clone()].trim_matches(|letter: char| !letter.is_alphabetic());
        let start = word.start + text[word.clone()].find(bare).unwrap_or_default();
        let bare_range = start..start + bare.len();
        let named = bare.chars().count() > 2
            && bare
                .chars()
                .all(|letter| letter.is_alphabetic() || "'’-".contains(letter))
            && !is_common(bare)
            && !is_everyday(bare);
        match runs.last_mut() {
            Some(last) if named && open => last.end = bare_range.end,
            _ if named => runs.push(bare_range.clone()),
            _ => {}
        }
        // A comma or a full stop ends a name.
        open = named && bare_range.end == word.end;
    }
    runs
}

/// Whether a word is one of everyday English, as it stands or before an ending.
fn is_everyday(word: &str) -> bool {
    let word = word.to_lowercase();
    let word = word.trim_end_matches("'s").trim_end_matches("’s");
    if has_digit(word) {
        return false;
    }
    let holds = |stem: &str| BEGINS.contains(stem);
    let parts = word.split('-').all(holds);
    parts
        || ["ing", "ed", "ly"].iter().any(|ending| {
            let Some(stem) = word.strip_suffix(ending) else {
                return false;
            };
            let doubled = stem.char_indices().next_back().map(|(at, _)| &stem[..at]);
            let long = stem.chars().count() >= STEM_MIN;
            let undoubled = doubled.filter(|short| {
                short.chars().count() >= STEM_MIN
                    && short.chars().next_back() == stem.chars().next_back()
            });
            (long && (holds(stem) || holds(&format!("{stem}e")))) || undoubled.is_some_and(holds)
        })
}

/// The parts of a run of capitalised words that are left when common words are taken out, with how many
/// words each has.
fn runs(text: &str, run: Range<usize>) -> Vec<(Range<usize>, usize)> {
    let mut runs: Vec<(Range<usize>, usize)> = Vec::new();
    let mut open = false;
    for word in words(text, run) {
        if is_common(&text[word.clone()]) {
            open = false;
            continue;
        }
        match runs.last_mut() {
            Some((last, count)) if open => {
                last.end = word.end;
                *count += 1;
            }
            _ => runs.push((word, 1)),
        }
        open = true;
    }
    runs
}

fn words(text: &str, run: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, letter) in text[run.clone()].char_indices() {
        match (letter.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(begin)) => {
                out.push(run.start + begin..run.start + at);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(begin) = start {
        out.push(run.start + begin..run.end);
    }
    out
}

fn has_digit(word: &str) -> bool {
    word.chars().any(char::is_numeric)
}

fn is_common(word: &str) -> bool {
    let word = word
        .trim_end_matches("'s")
        .trim_end_matches("’s")
        .to_lowercase();
    COMMON.split_whitespace().any(|common| common == word)
}

fn begins_a_sentence(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches(['"', '“', '\'', '‘', '(', ' ', '\t']);
    before.is_empty() || before.ends_with(['.', '!', '?', '\n', ':', '•'])
}

fn dates(text: &str, born: Option<Born>) -> Vec<Mark> {
    let mut marks: Vec<Mark> = date::find(text)
        .into_iter()
        .map(|found| match born.filter(|born| same_birth(born, &found)) {
            Some(_) => Mark {
                must_go: true,
                ..Mark::new(found.range, Kind::DateOfBirth)
            },
            None => Mark::new(found.range, Kind::Date),
        })
        .collect();
    let birth_year = date::years(text)
        .into_iter()
        .filter(|year| born.is_some_and(|born| year.year == Some(born.year)));
    marks.extend(birth_year.map(|year| Mark::new(year.range, Kind::DateOfBirth)));
    marks
}

/// Where the known date of birth stands; a year alone is not counted.
pub fn born_marks(text: &str, born: Option<Born>) -> Vec<Mark> {
    let mut marks = dates(text, born);
    marks.retain(|mark| mark.must_go);
    marks
}

/// A date with nothing in it that speaks against the date of birth, and a day or a month in common.
fn same_birth(born: &Born, found: &date::FoundDate) -> bool {
    let agrees = |known: Option<u8>, written: Option<u8>| {
        known.is_none() || written.is_none() || known == written
    };
    found.year.is_none_or(|year| year == born.year)
        && agrees(born.month, found.month)
        && agrees(born.day, found.day)
        && born.month.is_some()
        && found.month.is_some()
}

/// The catalogue key of words that could stand instead of a marked place.
pub fn instead(kind: Kind, must_go: bool, written: &str) -> Option<&'static str> {
    let written = written.to_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| written.contains(word));
    match kind {
        _ if must_go => None,
        Kind::Suspect | Kind::OtherVictim | Kind::OwnName => None,
        Kind::Phone | Kind::Email | Kind::Plate | Kind::Document | Kind::Link => None,
        Kind::SmallPlace if holds(&["fishing", "coast", "sea", "island"]) => {
            Some("review-use-coastal-village")
        }
        Kind::SmallPlace => Some("review-use-small-place"),
        Kind::Together => Some("review-use-relative-trade"),
        Kind::Relative => Some("review-use-relative"),
        Kind::Business => Some("review-use-business"),
        Kind::Institution => Some("review-use-institution"),
        Kind::Mark => Some("review-use-mark"),
        Kind::Occupation => Some("review-use-occupation"),
        Kind::Address => Some("review-use-address"),
        Kind::DateOfBirth | Kind::Age => Some("review-use-age"),
        Kind::Date => Some("review-use-date"),
        Kind::Name => Some("review-use-name"),
        Kind::Town => Some("review-use-town"),
    }
}
