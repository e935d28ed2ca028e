//! Invented people. Their names are words for "test", "example", "nobody" and the like in the language
//! people of that nationality often speak, so that nobody can be mistaken for anybody.

use std::ops::RangeInclusive;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::random::Random;

/// Where people come from, how often, and what invented names of theirs look like.
#[derive(Debug, Clone, Copy)]
struct Origin {
    /// A name of the Home Office's list of nationalities.
    nationality: &'static str,
    country: &'static str,
    /// Out of 100.
    share: usize,
    /// What they speak best; `None`: English.
    language: Option<&'static str>,
    first: &'static [&'static str],
    last: &'static [&'static str],
}

/// Shares out of 100. The first three as in the Home Office's figures for the fourth quarter of 2025
/// (22 % British, 14 % Eritrean, 10 % Somali); the rest invented, so that many scripts occur.
const ORIGINS: &[Origin] = &[
    Origin {
        nationality: "British",
        country: "the United Kingdom",
        share: 22,
        language: None,
        first: &[
            "Testa", "Sample", "Trial", "Mocka", "Specimen", "Anon", "Ditto", "Nonesuch",
        ],
        last: &[
            "Exemplar",
            "Placeholder",
            "Testperson",
            "Invented",
            "Notareal",
            "Samplewright",
        ],
    },
    Origin {
        nationality: "Eritrean",
        country: "Eritrea",
        share: 14,
        language: Some("Tigrinya"),
        first: &["ፈተና", "መርኣያ", "ሓደ", "ዘይተፈልጠ"],
        last: &["ኣብነት", "ምሳሌ", "ምህዞ"],
    },
    Origin {
        nationality: "Somali",
        country: "Somalia",
        share: 10,
        language: Some("Somali"),
        first: &["Tijaabo", "Muunad", "Qofna", "Hebel"],
        last: &["Tusaale", "Maldahan", "Aanjirin"],
    },
    Origin {
        nationality: "Albanian",
        country: "Albania",
        share: 8,
        language: Some("Albanian"),
        first: &["Provë", "Mostër", "Askush", "Dikush"],
        last: &["Shembull", "Shpikur", "Modeli"],
    },
    Origin {
        nationality: "Vietnamese",
        country: "Vietnam",
        share: 7,
        language: Some("Vietnamese"),
        first: &["Thử", "Mẫu", "Giả"],
        last: &["Ví Dụ", "Không Thật", "Thí Nghiệm"],
    },
    Origin {
        nationality: "Sudanese",
        country: "Sudan",
        share: 5,
        language: Some("Arabic"),
        first: &["تجربة", "نموذج", "مجهول"],
        last: &["مثال", "اختبار", "خيالي"],
    },
    Origin {
        nationality: "Ethiopian",
        country: "Ethiopia",
        share: 4,
        language: Some("Amharic"),
        first: &["ሙከራ", "ናሙና"],
        last: &["ምሳሌ", "ልብወለድ"],
    },
    Origin {
        nationality: "Iranian",
        country: "Iran",
        share: 4,
        language: Some("Persian"),
        first: &["آزمایش", "نمونه"],
        last: &["مثال", "ساختگی"],
    },
    Origin {
        nationality: "Indian",
        country: "India",
        share: 4,
        language: Some("Punjabi"),
        first: &["ਪਰਖ", "ਨਮੂਨਾ"],
        last: &["ਮਿਸਾਲ", "ਕਲਪਿਤ"],
    },
    Origin {
        nationality: "Nepalese",
        country: "Nepal",
        share: 2,
        language: Some("Nepali"),
        first: &["परीक्षण", "नमुना"],
        last: &["उदाहरण", "काल्पनिक"],
    },
    Origin {
        nationality: "Bangladeshi",
        country: "Bangladesh",
        share: 3,
        language: Some("Bengali"),
        first: &["পরীক্ষা", "নমুনা"],
        last: &["উদাহরণ", "কাল্পনিক"],
    },
    Origin {
        nationality: "Chinese",
        country: "China",
        share: 4,
        language: Some("Mandarin"),
        first: &["测试", "样本"],
        last: &["示例", "虚构"],
    },
    Origin {
        nationality: "Romanian",
        country: "Romania",
        share: 5,
        language: Some("Romanian"),
        first: &["Proba", "Mostra", "Nimeni"],
        last: &["Exemplu", "Inventat", "Modelescu"],
    },
    Origin {
        nationality: "Polish",
        country: "Poland",
        share: 3,
        language: Some("Polish"),
        first: &["Próba", "Nikt"],
        last: &["Przykład", "Zmyślony"],
    },
    Origin {
        nationality: "Ukrainian",
        country: "Ukraine",
        share: 3,
        language: Some("Ukrainian"),
        first: &["Спроба", "Зразок"],
        last: &["Прикладенко", "Вигаданий"],
    },
    Origin {
        nationality: "Greek",
        country: "Greece",
        share: 2,
        language: Some("Greek"),
        first: &["Δοκιμή", "Δείγμα"],
        last: &["Παράδειγμα", "Φανταστικού"],
    },
];

/// An invented person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invented {
    /// Their place in the world, from 1: "PV3" is the third.
    pub number: usize,
    /// Given name; `None` where nobody knows it.
    pub first: Option<String>,
    /// Family name.
    pub last: Option<String>,
    /// What colleagues write when no name may be.
    pub called: Option<String>,
    /// Date of birth.
    pub born: Date,
    /// `female`, `male` or `neither`.
    pub gender: &'static str,
    /// A name of the Home Office's list.
    pub nationality: &'static str,
    /// Where they come from, as it stands in a sentence.
    pub country: &'static str,
    /// What they speak best; `None`: English.
    pub language: Option<&'static str>,
    /// Whether they have children.
    pub children: bool,
    /// Whether a county line is part of it.
    pub county_lines: bool,
}

/// How old somebody is today, in years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Years {
    /// 19 to 61: an adult through all the work told of.
    Adult,
    /// 12 to 17.
    Child,
    /// 16 to 19: nobody can be sure.
    Between,
}

impl Years {
    const fn range(self) -> RangeInclusive<i32> {
        match self {
            Self::Adult => 19..=61,
            Self::Child => 12..=16,
            Self::Between => 16..=19,
        }
    }
}

/// The invented people of one seed, without end.
#[derive(Debug, Clone)]
pub struct People {
    random: Random,
    today: Date,
    next: usize,
}

impl People {
    /// Begins the world of a seed; dates move with `today`.
    pub const fn new(seed: u64, today: Date) -> Self {
        Self {
            random: Random::new(seed),
            today,
            next: 1,
        }
    }

    /// The next person, of about this age.
    pub fn person(&mut self, years: Years) -> Invented {
        let number = self.next;
        self.next += 1;
        let random = &mut self.random;
        let origin = origin(number, random);
        let first = random.pick(origin.first).to_owned();
        let mut last = random.pick(origin.last).to_owned();
        if number > FEW {
            last = format!("{last}-{}", syllables(number));
        }
        let unnamed = number.is_multiple_of(9);
        let gender = match random.below(100) {
            0..=72 => "male",
            73..=98 => "female",
            _ => "neither",
        };
        Invented {
            number,
            first: (!unnamed).then_some(first),
            last: (!unnamed).then_some(last),
            called: (unnamed || random.chance(20)).then(|| format!("PV{number}")),
            born: born(random, self.today, years),
            gender,
            nationality: origin.nationality,
            country: origin.country,
            language: origin.language,
            children: years == Years::Adult && random.chance(25),
            county_lines: origin.language.is_none() && random.chance(40),
        }
    }
}

/// The first people carry the plain words; of many, each gets a tail of their own.
const FEW: usize = 60;

/// The first hundred follow the shares exactly, spread out; those after them by chance.
fn origin(number: usize, random: &mut Random) -> Origin {
    // 21 and 100 have no common divisor, so a hundred numbers fall into a hundred places; begun at 67,
    // the first is Romanian, the second British and the ninth Vietnamese, as the scenarios have it.
    let mut place = if number <= 100 {
        (number * 21 + 67) % 100
    } else {
        random.below(100)
    };
    for origin in ORIGINS {
        if place < origin.share {
            return *origin;
        }
        place -= origin.share;
    }
    ORIGINS[0]
}

fn syllables(mut number: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "du", "fe", "gi", "ho", "ka", "lu", "me", "ni", "po", "ra", "su", "te", "vi", "wo",
        "za",
    ];
    let mut tail = String::new();
    while number > 0 {
        tail.push_str(SYLLABLES[number % SYLLABLES.len()]);
        number /= SYLLABLES.len();
    }
    tail[..1].to_uppercase() + &tail[1..]
}

fn born(random: &mut Random, today: Date, years: Years) -> Date {
    let range = years.range();
    let span = usize::try_from(range.end() - range.start() + 1).unwrap_or(1);
    let age = range.start() + i32::try_from(random.below(span)).unwrap_or_default();
    let days = i32::try_from(random.below(364)).unwrap_or_default();
    today.saturating_sub(age.years().days(days))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 3, 3);

    fn world(people: usize) -> Vec<Invented> {
        let mut world = People::new(1, TODAY);
        (0..people).map(|_| world.person(Years::Adult)).collect()
    }

    #[test]
    fn shares_add_up_to_a_hundred() {
        assert_eq!(ORIGINS.iter().map(|one| one.share).sum::<usize>(), 100);
    }

    #[test]
    fn the_united_kingdom_is_the_largest_then_eritrea_then_somalia() {
        for people in [42, 45, 100, 5000] {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for one in world(people) {
                *counts.entry(one.nationality).or_default() += 1;
            }
            let mut order: Vec<_> = counts.into_iter().collect();
            order.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            let first: Vec<_> = order.iter().take(3).map(|(name, _)| *name).collect();
            assert_eq!(
                first,
                ["British", "Eritrean", "Somali"],
                "{people}: {order:?}"
            );
        }
    }

    #[test]
    fn the_same_seed_invents_the_same_people() {
        assert_eq!(world(200), world(200));
    }

    #[test]
    fn of_many_people_no_two_share_a_name() {
        let people = world(5000);
        let names: BTreeSet<_> = people
            .iter()
            .filter(|one| one.number > FEW && one.last.is_some())
            .map(|one| one.last.clone())
            .collect();
        let named = people
            .iter()
            .filter(|one| one.number > FEW && one.last.is_some());
        assert_eq!(names.len(), named.count());
    }

    #[test]
    fn ages_are_what_was_asked_for() {
        let mut people = People::new(3, TODAY);
        for _ in 0..500 {
            let child = people.person(Years::Child);
            assert!(child.born > TODAY.saturating_sub(18.years()));
            let adult = people.person(Years::Adult);
            assert!(adult.born <= TODAY.saturating_sub(18.years()));
        }
    }
}
