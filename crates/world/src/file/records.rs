//! The records of a world file: people with what is recorded about them, and referrals with their answers.
//!
//! Checked whole, by the same rules as a page, before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use heyrick_domain::age::{self, AgeFact, AgeStatus, AtWhat, Basis, NewAge};
use heyrick_domain::consent::{Consent, ConsentItem, ConsentValue, Interpreter, Method};
use heyrick_domain::contact::Contact;
use heyrick_domain::form::post::{self, PostError, Posting};
use heyrick_domain::form::{Answer, Form};
use heyrick_domain::id::{AgencyId, PublicId, TeamId, UserId};
use heyrick_domain::partial_date::PartialDate;
use heyrick_domain::person::{Details, NameKind, checked_name};
use heyrick_domain::restriction::Level;
use heyrick_domain::unknown::Unknown;
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_policy::{Action, Kind, Policies, Resource};
use heyrick_store::list::lists;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{UserEntry, WorldError, WorldFile, username};

/// A person of a world file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonEntry {
    /// What the file's referrals call them; kept nowhere.
    #[serde(default)]
    pub key: Option<String>,
    /// The user name of whoever makes the record, in whose team it is.
    pub by: String,
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    #[serde(default)]
    called: Option<String>,
    #[serde(default)]
    dob: Option<String>,
    #[serde(default)]
    gender: Option<String>,
    #[serde(default)]
    nationality: Option<String>,
    #[serde(default)]
    nationality_second: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    interpreter: Option<String>,
    #[serde(default)]
    communication_help: Option<String>,
    #[serde(default)]
    home_office_reference: Option<String>,
    #[serde(default)]
    children: Option<String>,
    #[serde(default)]
    county_lines: Option<String>,
    #[serde(default)]
    notes: Option<String>,
    #[serde(default)]
    unknowns: BTreeMap<String, Unknown>,
    /// Other names.
    #[serde(default)]
    pub names: Vec<NameEntry>,
    /// How they may be reached, and how never.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    #[serde(default)]
    ages: Vec<AgeEntry>,
    #[serde(default)]
    consents: Vec<ConsentEntry>,
}

/// Another name of a person.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameEntry {
    /// `alias`, `nickname`, `exploitation_name` or `other_spelling`.
    pub kind: NameKind,
    /// As typed.
    pub name: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgeEntry {
    at_what: AtWhat,
    value: AgeStatus,
    basis: Basis,
    #[serde(default)]
    basis_words: Option<String>,
    #[serde(default)]
    settled_on: Option<Date>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentEntry {
    item: ConsentItem,
    value: ConsentValue,
    asked_at: Timestamp,
    #[serde(default)]
    explained_by: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    interpreter: Option<Interpreter>,
    #[serde(default)]
    interpreter_chosen: bool,
    #[serde(default)]
    interpreter_why: Option<String>,
    #[serde(default)]
    method: Option<Method>,
    #[serde(default)]
    explanation_version: Option<String>,
    notice_version: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

/// A referral of a world file: always a draft, on the form in force today.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferralEntry {
    /// The key of the person.
    pub person: String,
    /// The user name of whoever writes it; whoever made the person's record when it is not given.
    #[serde(default)]
    pub by: Option<String>,
    /// Answers by the form's keys: a text, a list of texts, or `{"unknown": …}`.
    #[serde(default)]
    pub answers: Map<String, Value>,
}

/// The instant and day a file is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Microseconds since 1970, UTC.
    pub now: i64,
    /// Europe/London.
    pub today: Date,
}

/// What one referral's answers become: each step with what is saved on it.
pub(super) type Steps = Vec<(String, BTreeMap<String, Option<Answer>>)>;

impl PersonEntry {
    /// The details, a date of birth read.
    pub(super) fn details(&self) -> Result<Details, String> {
        let dob = match &self.dob {
            Some(text) => Some(
                text.parse::<PartialDate>()
                    .map_err(|error| format!("dob: {error}"))?,
            ),
            None => None,
        };
        Ok(Details {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            called: self.called.clone(),
            dob,
            gender: self.gender.clone(),
            nationality: self.nationality.clone(),
            nationality_second: self.nationality_second.clone(),
            language: self.language.clone(),
            interpreter: self.interpreter.clone(),
            communication_help: self.communication_help.clone(),
            home_office_reference: self.home_office_reference.clone(),
            children: self.children.clone(),
            county_lines: self.county_lines.clone(),
            notes: self.notes.clone(),
            unknowns: self.unknowns.clone(),
        })
    }

    /// The ages, as they are recorded.
    pub(super) fn ages(&self) -> Vec<NewAge> {
        let age = |entry: &AgeEntry| NewAge {
            at_what: entry.at_what,
            value: entry.value,
            basis: entry.basis,
            basis_words: entry.basis_words.clone(),
            settled_on: entry.settled_on,
        };
        self.ages.iter().map(age).collect()
    }

    /// The answers about consent; explained by whoever made the record where nobody is named.
    pub(super) fn consents(&self, by: &UserEntry) -> Vec<Consent> {
        let consent = |entry: &ConsentEntry| Consent {
            item: entry.item,
            value: entry.value,
            asked_at: entry.asked_at.as_microsecond(),
            explained_by: entry
                .explained_by
                .clone()
                .unwrap_or_else(|| by.name.clone()),
            language: entry.language.clone(),
            interpreter: entry.interpreter,
            interpreter_chosen: entry.interpreter_chosen,
            interpreter_why: entry.interpreter_why.clone(),
            method: entry.method,
            explanation_version: entry.explanation_version.clone(),
            notice_version: entry.notice_version.clone(),
            reason: entry.reason.clone(),
        };
        self.consents.iter().map(consent).collect()
    }

    fn check(&self, by: &UserEntry, moment: Moment) -> Result<(), String> {
        let details = self.details()?;
        details
            .checked(lists(), moment.today)
            .map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))?;
        for (place, name) in self.names.iter().enumerate() {
            let given = name.kind == NameKind::Given;
            if given || checked_name(&name.name).is_err() {
                return Err(format!("name {}: this cannot be another name", place + 1));
            }
        }
        for (place, contact) in self.contacts.iter().enumerate() {
            if let Err(errors) = contact.checked() {
                let first = errors.first().map_or_else(String::new, ToString::to_string);
                return Err(format!("contact {}: {first}", place + 1));
            }
        }
        self.check_facts(&details, by, moment)
    }

    fn check_facts(&self, details: &Details, by: &UserEntry, moment: Moment) -> Result<(), String> {
        let ages = self.ages();
        let mut told = BTreeSet::new();
        for (place, new) in ages.iter().enumerate() {
            new.check(moment.today)
                .map_err(|error| format!("age {}: {error}", place + 1))?;
            if !told.insert(new.at_what.code()) {
                return Err(format!("age {}: this age is given twice", place + 1));
            }
        }
        let facts: Vec<AgeFact> = ages
            .iter()
            .map(|new| AgeFact {
                at_what: new.at_what,
                value: new.value,
                basis: new.basis,
                settled_on: new.settled_on,
                recorded_at: moment.now,
            })
            .collect();
        let age = age::status_now(&facts, details.dob, moment.today);
        for (place, consent) in self.consents(by).iter().enumerate() {
            consent
                .check(age, moment.now)
                .map_err(|error| format!("consent {}: {error}", place + 1))?;
        }
        Ok(())
    }
}

impl ReferralEntry {
    /// The steps its answers belong to, in the order of the form.
    pub(super) fn steps(&self, today: Date) -> Result<Steps, String> {
        let form = Form::in_force(today).ok_or("no form is in force today")?;
        let mut left: BTreeSet<&str> = self.answers.keys().map(String::as_str).collect();
        let mut steps = Steps::new();
        for step in &form.steps {
            let own: Map<String, Value> = step
                .ask
                .iter()
                .filter(|key| left.remove(key.as_str()))
                .filter_map(|key| Some((key.clone(), self.answers.get(key)?.clone())))
                .collect();
            if own.is_empty() {
                continue;
            }
            let posting = post::from_json(form, step, &own, lists(), today).map_err(wrong_post)?;
            steps.push((step.id.clone(), kept(posting)?));
        }
        match left.first() {
            Some(key) => Err(format!("answer {key}: the form has no such question")),
            None => Ok(steps),
        }
    }
}

fn kept(posting: Posting) -> Result<BTreeMap<String, Option<Answer>>, String> {
    match posting.refused.first() {
        Some(problem) => Err(format!(
            "answer {}: the question does not take this ({})",
            problem.key, problem.code
        )),
        None => Ok(posting.answers),
    }
}

fn wrong_post(error: PostError) -> String {
    let (PostError::NoSuchAnswer { name }
    | PostError::IsAFact { name }
    | PostError::WrongType { name }) = &error;
    format!("answer {name}: {error}")
}

/// Checks every record of a file against the rules, its accounts and their roles.
pub(super) fn check(file: &WorldFile, moment: Moment) -> Result<(), WorldError> {
    let wrong = |place: String, what: &str| WorldError::Content(format!("{place}: {what}"));
    let mut keys: BTreeMap<&str, &PersonEntry> = BTreeMap::new();
    for (at, person) in file.persons.iter().enumerate() {
        let place = || format!("person {}", at + 1);
        let facts = !person.ages.is_empty() || !person.consents.is_empty();
        let needs = if facts { &FACTS[..] } else { &RECORD[..] };
        let by =
            writer(file, &person.by, Kind::Person, needs).map_err(|what| wrong(place(), what))?;
        person
            .check(by, moment)
            .map_err(|what| wrong(place(), &what))?;
        if let Some(key) = &person.key
            && keys.insert(key, person).is_some()
        {
            return Err(wrong(place(), "the key is that of another person"));
        }
    }
    let mut referred = BTreeSet::new();
    for (at, referral) in file.referrals.iter().enumerate() {
        let place = || format!("referral {}", at + 1);
        let person = keys
            .get(referral.person.as_str())
            .ok_or_else(|| wrong(place(), "no person of the file has this key"))?;
        let by = referral.by.as_ref().unwrap_or(&person.by);
        let by = writer(file, by, Kind::Referral, &RECORD).map_err(|what| wrong(place(), what))?;
        let made_by = user(&file.users, &person.by);
        if made_by.is_some_and(|made_by| team(file, made_by) != team(file, by)) {
            return Err(wrong(place(), "the person is of another team"));
        }
        if !referred.insert(&referral.person) {
            return Err(wrong(place(), "the person has a referral already"));
        }
        referral
            .steps(moment.today)
            .map_err(|what| wrong(place(), &what))?;
    }
    Ok(())
}

/// What is done with a record.
const RECORD: [Action; 2] = [Action::Create, Action::Edit];
/// What is done with a record and the facts about it.
const FACTS: [Action; 3] = [Action::Create, Action::Edit, Action::RecordFacts];

/// Whoever makes a record: an account of the file, in a team, whose role may do all that.
fn writer<'f>(
    file: &'f WorldFile,
    by: &str,
    kind: Kind,
    needs: &[Action],
) -> Result<&'f UserEntry, &'static str> {
    let by = user(&file.users, by).ok_or("by names an account the file does not have")?;
    let role = Role::from_code(&by.role).ok_or("by names an account without a role")?;
    let (Some(_), Ok(policies)) = (team(file, by), Policies::in_force()) else {
        return Err("by names an account without a team");
    };
    let viewer = stand_in(role);
    let record = Resource {
        kind,
        public_id: PublicId("a".repeat(20)),
        agency: viewer.agency,
        team: TeamId(Uuid::nil()),
        restriction: Level::None.code().to_owned(),
        author: viewer.user,
    };
    let may = |action: &Action| policies.decide(&viewer, *action, &record).allowed;
    needs
        .iter()
        .all(may)
        .then_some(by)
        .ok_or("by names an account whose role may not make this record")
}

/// Somebody of this role, in the team of the record.
fn stand_in(role: Role) -> Viewer {
    let team = TeamId(Uuid::nil());
    Viewer {
        user: UserId(Uuid::nil()),
        public_id: PublicId("b".repeat(20)),
        display_name: String::new(),
        agency: AgencyId(Uuid::nil()),
        team: Some(team),
        role,
        roles: BTreeSet::from([role]),
        teams: BTreeSet::from([team]),
        granted: BTreeSet::new(),
        through: Through::CommandLine,
        scopes: None,
    }
}

/// The agency and team somebody belongs to; `None` outside any team.
fn team<'f>(file: &'f WorldFile, user: &'f UserEntry) -> Option<(&'f str, &'f str)> {
    let named = user.team.as_deref().map(str::trim);
    let agency = user.agency.trim();
    let only = || {
        let agency = file.agencies.iter().find(|one| one.name == agency)?;
        let needs_none = Role::from_code(&user.role)?.needs_no_team();
        let first = agency.teams.first().filter(|_| !needs_none)?;
        Some(first.trim())
    };
    Some((agency, named.or_else(only)?))
}

pub(super) fn user<'a>(users: &'a [UserEntry], name: &str) -> Option<&'a UserEntry> {
    let name = heyrick_store::user::fold_username(name);
    users.iter().find(|user| username(user) == name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::super::read;
    use super::*;

    const MOMENT: Moment = Moment {
        now: 1_790_000_000_000_000,
        today: jiff::civil::date(2026, 9, 21),
    };

    fn file() -> Value {
        json!({
            "agencies": [
                {"name": "Testshire Police", "kind": "police", "teams": ["One", "Two"]},
                {"name": "Exampleford Council", "kind": "local_authority"}
            ],
            "users": [
                {"name": "DC Amber", "role": "constable", "agency": "Testshire Police", "team": "One"},
                {"name": "DC Jade", "role": "constable", "agency": "Testshire Police", "team": "Two"},
                {"name": "PCSO Fern", "role": "community_officer", "agency": "Testshire Police", "team": "One"},
                {"name": "Auditor Grey", "role": "auditor", "agency": "Testshire Police"}
            ],
            "persons": [{
                "key": "PV1", "by": "dc.amber", "called": "PV1", "dob": "1992", "nationality": "romanian",
                "unknowns": {"first_name": "not_safe_to_ask"},
                "names": [{"kind": "nickname", "name": "Testy"}],
                "contacts": [{"kind": "phone", "value": "07700 900001", "safe": "confirmed"}],
                "ages": [{"at_what": "now", "value": "adult", "basis": "stated"}],
                "consents": [{"item": "nrm_entry", "value": "given", "asked_at": "2026-09-01T10:00:00Z",
                    "language": "Romanian", "interpreter": "independent"}]
            }],
            "referrals": [{"person": "PV1", "answers": {
                "fr-location": "england", "family": {"unknown": "refused"}, "someone-else-permission-check": true,
                "types-of-exploitation": ["types-of-exploitation-forced-to-work"]
            }}]
        })
    }

    #[track_caller]
    fn wrong(at: &str, value: Value, want: &str) {
        let mut file = file();
        match file.pointer_mut(at) {
            Some(place) => *place = value,
            None => {
                let (parent, key) = at.rsplit_once('/').unwrap();
                file.pointer_mut(parent).unwrap()[key] = value;
            }
        }
        let said = read(&file.to_string(), MOMENT).unwrap_err().to_string();
        assert!(said.contains(want), "{at}: {said}");
    }

    #[test]
    fn a_whole_file_is_taken() {
        let file = read(&file().to_string(), MOMENT).unwrap();
        assert_eq!(
            file.persons[0].consents(&file.users[0])[0].explained_by,
            "DC Amber"
        );
        let steps = file.referrals[0].steps(MOMENT.today).unwrap();
        assert_eq!(steps.len(), 4);
    }

    #[test]
    fn what_is_wrong_with_a_record_is_named_with_its_place() {
        let person = "/persons/0";
        for (at, value, want) in [
            (
                "by",
                json!("dc.nobody"),
                "person 1: by names an account the file does not have",
            ),
            (
                "by",
                json!("auditor.grey"),
                "person 1: by names an account without a team",
            ),
            (
                "by",
                json!("pcso.fern"),
                "person 1: by names an account whose role may not",
            ),
            ("colour", json!("red"), "unknown field"),
            ("dob", json!("soon"), "person 1: dob: the year"),
            (
                "dob",
                json!("2031"),
                "person 1: dob: the date of birth must be in the past",
            ),
            ("gender", json!("x"), "person 1: gender: choose one"),
            (
                "nationality",
                json!("Testish"),
                "person 1: nationality: choose one from the list",
            ),
            ("called", json!(""), "person 1: called: enter a name"),
            (
                "unknowns",
                json!({"called": "unknown"}),
                "person 1: unknowns",
            ),
            ("names/0/kind", json!("given"), "person 1: name 1"),
            ("contacts/0/value", json!(" "), "person 1: contact 1: value"),
            (
                "ages/0/settled_on",
                json!("2026-09-01"),
                "person 1: age 1: only a document",
            ),
            (
                "ages/0/value",
                json!("child"),
                "person 1: consent 1: a child",
            ),
            (
                "consents/0/value",
                json!("yes"),
                "person 1: consent 1: this question does not take",
            ),
            (
                "consents/0/asked_at",
                json!("2026-10-01T10:00:00Z"),
                "person 1: consent 1: the time",
            ),
            (
                "consents/0/language",
                Value::Null,
                "person 1: consent 1: say in which language",
            ),
        ] {
            wrong(&format!("{person}/{at}"), value, want);
        }
        for (at, value, want) in [
            (
                "person",
                json!("PV2"),
                "referral 1: no person of the file has this key",
            ),
            (
                "by",
                json!("dc.jade"),
                "referral 1: the person is of another team",
            ),
            (
                "by",
                json!("pcso.fern"),
                "referral 1: by names an account whose role may not",
            ),
            (
                "answers/colour",
                json!("red"),
                "referral 1: answer colour: the form has no such",
            ),
            (
                "answers/pv-under-age",
                json!("no"),
                "referral 1: answer pv-under-age: this is answered",
            ),
            (
                "answers/fr-location",
                json!("moon"),
                "referral 1: answer fr-location: the question does not",
            ),
            (
                "answers/fr-location",
                json!({"unknown": "refused"}),
                "referral 1: answer fr-location",
            ),
            (
                "answers/family",
                json!(7),
                "referral 1: answer family: an answer is a text",
            ),
        ] {
            wrong(&format!("/referrals/0/{at}"), value, want);
        }
    }
}
