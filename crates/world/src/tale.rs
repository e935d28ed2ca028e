//! What an invented officer writes into a referral: the answers to the form, from invented stories.
//!
//! Stories are data (`stories.toml`). The same person tells the same story every time; days are told
//! from today, so that nothing grows old.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use heyrick_domain::form::{Answer, Answers};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use crate::base;
use crate::invent::Invented;
use crate::random::Random;

/// The force whose team this is, as the Home Office's lists know one: they hold no invented one.
const LISTED_FORCE: &str = "Leicestershire Police";
/// A children's services authority of the Home Office's list.
const LISTED_COUNCIL: &str = "Leicester City Council";
/// Where people are now, from the Home Office's lists.
const TOWN: &str = "Leicester";
const REGION: &str = "Leicestershire";

/// One text, or a choice of several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Says {
    One(String),
    Some(Vec<String>),
}

type Texts = BTreeMap<String, Says>;

/// A story of `stories.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    pub id: String,
    types: Vec<String>,
    #[serde(default)]
    pub county_lines: bool,
    #[serde(rename = "where")]
    place: String,
    #[serde(default)]
    towns: Vec<String>,
    #[serde(default)]
    countries: Vec<String>,
    says: Texts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stories {
    british: Texts,
    abroad: Texts,
    common: Texts,
    story: Vec<Story>,
}

static STORIES: LazyLock<Result<Stories, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("../stories.toml")));

/// The story of this name. The tests read every one.
pub(crate) fn story(id: &str) -> Option<&'static Story> {
    let stories = STORIES.as_ref().ok()?;
    stories.story.iter().find(|story| story.id == id)
}

/// Whoever writes the referral.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer {
    pub username: &'static str,
    /// What their post is called on the form.
    pub post: &'static str,
}

/// Every answer a story has, whatever the path through the form will be.
pub(crate) fn answers(
    person: &Invented,
    story: &Story,
    writer: Writer,
    seed: u64,
    today: Date,
) -> Answers {
    let mut teller = Teller {
        person,
        random: Random::new(seed),
        today,
        told: Answers::new(),
    };
    teller.choices(story);
    teller.person();
    teller.officer(writer);
    teller.schedule_1(story);
    if let Ok(stories) = STORIES.as_ref() {
        let own = if person.language.is_none() {
            &stories.british
        } else {
            &stories.abroad
        };
        for texts in [&stories.common, own, &story.says] {
            teller.tell(texts);
        }
    }
    teller.told
}

struct Teller<'a> {
    person: &'a Invented,
    random: Random,
    today: Date,
    told: Answers,
}

impl Teller<'_> {
    fn say(&mut self, key: &str, value: impl Into<String>) {
        self.told.insert(key.to_owned(), Answer::text(value));
    }

    fn tell(&mut self, texts: &Texts) {
        for (key, says) in texts {
            let text = match says {
                Says::One(text) => text.as_str(),
                Says::Some(texts) => texts
                    .get(self.random.below(texts.len()))
                    .map_or("", String::as_str),
            };
            let text = self.filled_in(text);
            self.say(key, text);
        }
    }

    fn filled_in(&self, text: &str) -> String {
        let person = self.person;
        let mut text = text
            .replace("{pv}", &format!("PV{}", person.number))
            .replace("{country}", person.country)
            .replace("{language}", person.language.unwrap_or("English"));
        while let Some((before, rest)) = text.split_once("{month-") {
            let Some((months, after)) = rest.split_once('}') else {
                break;
            };
            let months: i32 = months.parse().unwrap_or_default();
            let then = self.today.saturating_sub(months.months());
            text = format!("{before}{}{after}", then.strftime("%B %Y"));
        }
        text
    }

    /// What the officer chose, unless the story says otherwise.
    fn choices(&mut self, story: &Story) {
        for (key, value) in [
            ("safe-now", "yes"),
            ("fr-location", "england"),
            ("potential-victim-exploitative-situation-multiple", "no"),
            ("still-in-exploitative-situation", "no"),
            ("is-this-the-first-chance-to-report", "no"),
            ("modern-slavery-indicators", "yes"),
            ("exploiters-location", "no"),
            ("future-exploitation-concerns", "yes"),
            ("reported-to-police-police-forces", LISTED_FORCE),
            ("current-pv-location-uk-city", TOWN),
            ("current-pv-location-uk-region", REGION),
        ] {
            self.say(key, value);
        }
        let taken = story
            .says
            .contains_key("were-they-taken-somewhere-by-their-exploiter-journey-details");
        self.say(
            "were-they-taken-somewhere-by-their-exploiter",
            yes_no(taken),
        );
        let (doubt, others, crime) = (
            self.random.chance(20),
            self.random.chance(60),
            self.random.chance(30),
        );
        self.say("evidence-of-dishonesty", yes_no(doubt));
        self.say("are-others-involved", yes_no(others));
        self.say("reported-to-police", yes_no(crime));
        let number = 1000 + self.person.number;
        self.say(
            "reported-to-police-crime-reference",
            format!("INVENTED-26-{number}"),
        );
        self.say("where-exploitation-happened", &story.place);
        self.say("county-lines", yes_no(story.county_lines));
        for (key, values) in [
            ("types-of-exploitation", &story.types),
            ("where-exploitation-happened-uk-city", &story.towns),
            (
                "where-exploitation-happened-overseas-country",
                &story.countries,
            ),
        ] {
            self.told.insert(key.to_owned(), Answer::many(values));
        }
    }

    fn person(&mut self) {
        let number = self.person.number;
        let phone = format!("+44 7700 900{:03}", number % 1000);
        let children = self.person.children;
        self.say("does-pv-have-children", yes_no(children));
        if children {
            let amount = 1 + self.random.below(3);
            self.say("does-pv-have-children-yes-amount", amount.to_string());
        }
        self.say("pv-other-help-with-communication", "no");
        self.say("pv-ho-reference", "no");
        self.say("pv-phone-number", "yes");
        self.say("pv-phone-number-yes", phone);
        self.say("who-contact", "someone-else");
        self.told
            .insert("someone-else".to_owned(), Answer::many(["email"]));
        self.say("someone-else-first-name", "Advocate");
        self.say("someone-else-last-name", "Linen");
        self.say(
            "someone-else-email-input",
            "advocate.linen@sample-trust.example",
        );
        self.say("someone-else-permission-check", "true");
    }

    fn officer(&mut self, writer: Writer) {
        let name = base::name_of(writer.username);
        let last = name.rsplit(' ').next().unwrap_or_default().to_owned();
        let extension = 100 + self.random.below(99);
        for (key, value) in [
            (
                "user-email",
                format!("{}@testshire.police.uk", writer.username),
            ),
            ("user-organisation", LISTED_FORCE.to_owned()),
            ("fr-details-first-name", "Test".to_owned()),
            ("fr-details-last-name", last),
            ("fr-details-role", writer.post.to_owned()),
            ("fr-details-phone", format!("0116 496 0{extension}")),
            (
                "fr-alternative-contact",
                "modern.slavery@testshire.police.uk".to_owned(),
            ),
        ] {
            self.say(key, value);
        }
        let about = "local-authority-contacted-about-child-local-authority";
        for (key, value) in [
            ("name", LISTED_COUNCIL),
            ("phone", "0116 496 0777"),
            ("email", "first.contact@exampleford.gov.uk"),
            ("last-name", "Duty worker"),
        ] {
            self.say(&format!("{about}-{key}"), value);
        }
    }

    /// Schedule 1 of SI 2015/1743, for a Duty to Notify.
    fn schedule_1(&mut self, story: &Story) {
        let trafficked = self
            .told
            .get("were-they-taken-somewhere-by-their-exploiter")
            == Some(&Answer::text("yes"));
        let has = |kind: &str| story.types.iter().any(|one| one.ends_with(kind));
        let sexual = yes_no(has("prostitution"));
        let labour = yes_no(!has("prostitution"));
        let offence = yes_no(has("commit-crime"));
        let homes = yes_no(["flat", "household"].contains(&story.id.as_str()));
        self.say("s1-child-at-first-exploitation", "no");
        self.say("s1-police-referral", LISTED_FORCE);
        self.say("s1-police-area", LISTED_FORCE);
        self.say("s1-believed-slavery", "yes");
        self.say("s1-believed-trafficking", yes_no(trafficked));
        for what in ["slavery", "trafficking"] {
            self.say(&format!("s1-{what}-residential"), homes);
            self.say(&format!("s1-{what}-forced-labour"), labour);
            self.say(&format!("s1-{what}-sexual"), sexual);
            self.say(&format!("s1-{what}-offence"), offence);
        }
        self.say("s1-trafficking-organs", "no");
    }
}

const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use heyrick_domain::form::{Form, Kind};
    use heyrick_store::list::lists;
    use jiff::civil::date;

    use super::*;
    use crate::invent::{People, Years};

    const TODAY: Date = date(2026, 3, 3);
    const AMBER: Writer = Writer {
        username: "dc.amber",
        post: "Detective Constable",
    };

    fn told(id: &str) -> Answers {
        let person = People::new(1, TODAY).person(Years::Adult);
        answers(&person, story(id).unwrap(), AMBER, 1, TODAY)
    }

    #[test]
    fn every_answer_is_one_its_question_takes() {
        let form = Form::find("nrm-2026-04").unwrap();
        for story in &STORIES.as_ref().unwrap().story {
            for (key, answer) in told(&story.id) {
                let question = form.question(&key).unwrap();
                let place = format!("{}: {key}", story.id);
                assert!(question.from.is_none(), "{place}: is a fact");
                assert_eq!(matches!(answer, Answer::Many(_)), question.takes_many());
                for value in answer.values() {
                    assert!(!value.contains(['{', '}']), "{place}: {value}");
                    match question.kind {
                        Kind::Radios | Kind::Checkboxes => {
                            assert!(question.options.iter().any(|o| o == value), "{place}");
                        }
                        Kind::Select => {
                            let list = question.list.as_deref().unwrap();
                            let spelling = lists().spelling(list, value, TODAY);
                            assert_eq!(spelling.as_deref(), Some(value), "{place}");
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    #[test]
    fn a_story_is_told_from_today_and_the_same_every_time() {
        let first = told("car-wash");
        assert_eq!(first, told("car-wash"));
        let when = first.get("when-did-the-exploitation-take-place").unwrap();
        assert_eq!(when.as_text(), Some("August 2025 to February 2026."));
    }

    #[test]
    fn a_county_line_is_named_in_the_account() {
        for story in &STORIES.as_ref().unwrap().story {
            let named = told(&story.id)
                .values()
                .any(|answer| format!("{answer:?}").contains("county line"));
            assert_eq!(story.county_lines, named, "{}", story.id);
        }
    }
}
