//! What a family has in common, and what stays each member's own.
//!
//! A shared answer is carried into a draft only where that draft asks the question and holds no answer to
//! it; where it holds another one, both are shown and somebody chooses. What is carried is to be looked at
//! by somebody before it leaves, as everything that is filled in.
//!
//! Source: rule REF-2; which questions are of the household and which of the person is ours.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::form::path::Parts;
use crate::form::{self, Answer, Answers, Condition, Form, Lists, Question, Step};

/// Whose an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// May be written once for the family, if the officer writes it there.
    Shared,
    /// Always each member's own.
    Own,
}

struct Entry {
    /// The whole key, or its beginning where it ends in `*`.
    key: &'static str,
    whose: Whose,
    why: &'static str,
}

const fn shared(key: &'static str, why: &'static str) -> Entry {
    Entry {
        key,
        whose: Whose::Shared,
        why,
    }
}

const fn own(key: &'static str, why: &'static str) -> Entry {
    Entry {
        key,
        whose: Whose::Own,
        why,
    }
}

const FOUND: &str = "where the family was found and lives";
const REFERRER: &str = "the first responder is the same";
const AUTHORITY: &str = "one authority answers for the children of a household";
const HAPPENED: &str = "happened to the household, where the officer says so";
const EXPLOITER: &str = "the same exploiters";
const POLICE: &str = "one crime record may name all of them";
const SAFETY: &str = "each is asked alone whether they are safe";
const WHO: &str = "who somebody is";
const WHAT_EACH: &str = "what each was made to do and suffered differs";
const TALK: &str = "each is spoken to alone; what was seen and heard is of that talk";
const ANSWER: &str = "each answers for themselves, and an adult alone consents";
const FILLED: &str = "filled in for each referral from the account";
const NOTICE: &str = "what a Duty to Notify says is decided for each by themselves";
const PAPERS: &str = "files belong to one referral";

/// Every question, the first entry that fits deciding.
static ENTRIES: &[Entry] = &[
    shared("fr-location", FOUND),
    shared("current-pv-location-uk-city", FOUND),
    shared("current-pv-location-uk-region", FOUND),
    shared("pv-contact-details-street", FOUND),
    shared("pv-contact-details-town", FOUND),
    shared("pv-contact-details-county", FOUND),
    shared("pv-contact-details-postcode", FOUND),
    shared("fr-details-*", REFERRER),
    shared("fr-alternative-contact", REFERRER),
    shared("local-authority-contacted-about-child-*", AUTHORITY),
    shared("when-did-the-exploitation-take-place", HAPPENED),
    shared("how-did-the-exploitation-start", HAPPENED),
    shared("were-they-taken-somewhere-by-their-exploiter", HAPPENED),
    shared(
        "were-they-taken-somewhere-by-their-exploiter-journey-details",
        HAPPENED,
    ),
    shared("living-conditions", HAPPENED),
    shared("still-in-exploitative-situation", HAPPENED),
    shared("what-is-keeping-them-in-situation", HAPPENED),
    shared("how-why-did-they-leave-the-situation", HAPPENED),
    shared("where-exploitation-happened", HAPPENED),
    shared("where-exploitation-happened-*", HAPPENED),
    shared("who-exploited-pv", EXPLOITER),
    shared("exploiters-location", EXPLOITER),
    shared("are-exploiters-in-the-uk", EXPLOITER),
    shared("exploiters-current-location-details", EXPLOITER),
    shared("when-last-contact", EXPLOITER),
    shared("details-last-contact", EXPLOITER),
    shared("reported-to-police", POLICE),
    shared("reported-to-police-police-forces", POLICE),
    shared("reported-to-police-crime-reference", POLICE),
    own("safe-*", SAFETY),
    own("user-email", FILLED),
    own("user-organisation", FILLED),
    own("reference", FILLED),
    own("pv-under-age", ANSWER),
    own("pv-under-age-at-time-of-exploitation", ANSWER),
    own("pv-want-to-submit-nrm", ANSWER),
    own("does-pv-need-support", ANSWER),
    own("authorities-cooperation", ANSWER),
    own("authorities-cooperation-details", ANSWER),
    own("refuse-nrm", ANSWER),
    own("who-contact", ANSWER),
    own("someone-else*", ANSWER),
    own("pv-contact-details", ANSWER),
    own("pv-contact-details-email-*", ANSWER),
    own("pv-contact-details-post-check", ANSWER),
    own("pv-phone-number*", ANSWER),
    own("alternative-number-relation-to-pv", ANSWER),
    own("no-contact-details", ANSWER),
    own("birthplace", WHO),
    own("family", WHO),
    own("education", WHO),
    own("employment-history", WHO),
    own("pv-name-*", WHO),
    own("pv-dob", WHO),
    own("pv-gender", WHO),
    own("pv-nationality*", WHO),
    own("pv-interpreter-*", WHO),
    own("pv-other-help-*", WHO),
    own("pv-ho-reference*", WHO),
    own("does-pv-have-children*", WHO),
    own(
        "potential-victim-exploitative-situation-multiple",
        WHAT_EACH,
    ),
    own("when-did-the-exploitation-take-place-multiple", WHAT_EACH),
    own("what-were-they-required-to-do", WHAT_EACH),
    own("how-they-were-treated", WHAT_EACH),
    own("types-of-exploitation", WHAT_EACH),
    own("other-exploitation-details", WHAT_EACH),
    own("county-lines", WHAT_EACH),
    own("any-other-pvs", WHAT_EACH),
    own("other-potential-victims-*", WHAT_EACH),
    own("future-exploitation-*", WHAT_EACH),
    own("*-first-chance-to-report", TALK),
    own("why-report-now", TALK),
    own("modern-slavery-indicators*", TALK),
    own("where-how-interview-carried-out", TALK),
    own("professional-insight", TALK),
    own("evidence-of-dishonesty*", TALK),
    own("are-others-involved*", TALK),
    own("upload-file", PAPERS),
    own("what-evidence-you-will-submit", PAPERS),
    own("s1-*", NOTICE),
    own("dtn-include", NOTICE),
];

fn entry_of(key: &str) -> Option<&'static Entry> {
    let fits = |entry: &&Entry| {
        if let Some(start) = entry.key.strip_suffix('*') {
            key.starts_with(start)
        } else if let Some(end) = entry.key.strip_prefix('*') {
            key.ends_with(end)
        } else {
            entry.key == key
        }
    };
    ENTRIES.iter().find(fits)
}

/// Whose the answer to this question is. A question nobody listed is each member's own.
pub fn whose(key: &str) -> Whose {
    entry_of(key).map_or(Whose::Own, |entry| entry.whose)
}

/// Why, in one plain sentence for the manual.
pub fn reason(key: &str) -> &'static str {
    entry_of(key).map_or("nobody said that a family has it in common", |entry| {
        entry.why
    })
}

/// Whether a family may share it.
pub fn is_shared(key: &str) -> bool {
    whose(key) == Whose::Shared
}

static SHARED_FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    form::shipped()
        .unwrap_or_default()
        .iter()
        .map(slice)
        .collect()
});

/// The part of a form a family may share, as a form of its own under the same name: the same questions and
/// words. What is asked only where a member's own answers lead is offered; whether it reaches a member is
/// for [`carried`].
pub fn shared_form(id: &str) -> Option<&'static Form> {
    SHARED_FORMS.iter().find(|form| form.id == id)
}

fn slice(whole: &Form) -> Form {
    let mut form = whole.clone();
    form.questions.retain(|key, _| is_shared(key));
    for question in form.questions.values_mut() {
        question.when = of_the_family(&question.when);
        question.prefill_when = None;
        question.withhold = form::Withhold::No;
    }
    let mut asked: BTreeSet<String> = BTreeSet::new();
    // A question that stands on two pages is shared on the last: the one of a referral that names.
    for step in form.steps.iter_mut().rev() {
        step.ask
            .retain(|key| is_shared(key) && asked.insert(key.clone()));
        step.when = of_the_family(&step.when);
        step.path_when = None;
        step.resets_from_here = false;
    }
    form.steps.retain(|step| !step.ask.is_empty());
    let steps: Vec<String> = form.steps.iter().map(|step| step.id.clone()).collect();
    for task in &mut form.tasks {
        task.steps.retain(|id| steps.contains(id));
    }
    form.tasks.retain(|task| !task.steps.is_empty());
    form
}

/// A condition that hangs on something of a member's own says nothing here.
fn of_the_family(when: &Condition) -> Condition {
    if when.names().all(is_shared) {
        when.clone()
    } else {
        Condition::always()
    }
}

/// What of the shared answers is carried into a draft: what it asks and has no answer to.
pub fn carried(own: &Parts, shared: &Answers, lists: &Lists) -> Answers {
    let with = with_shared(own, shared);
    let draft = with.draft(lists);
    let free = |key: &String| !own.answers.contains_key(key) && draft.asks(key);
    let answers = shared.iter().filter(|(key, _)| is_shared(key) && free(key));
    answers
        .map(|(key, answer)| (key.clone(), answer.clone()))
        .collect()
}

/// A shared answer beside a member's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The question.
    pub key: String,
    /// What the member's draft holds; `None` for nothing.
    pub own: Option<Answer>,
    /// What was written for the family.
    pub familys: Answer,
}

/// Every shared answer a draft asks and does not hold, in the order in which we ask.
pub fn offers(own: &Parts, shared: &Answers, lists: &Lists) -> Vec<Offer> {
    let with = with_shared(own, shared);
    let draft = with.draft(lists);
    let order = draft.form.in_our_order().flat_map(|step| &step.ask);
    let mut seen = BTreeSet::new();
    order
        .filter(|key| seen.insert(*key) && is_shared(key) && draft.asks(key))
        .filter_map(|key| {
            let familys = shared.get(key)?.clone();
            let own = own.answers.get(key).cloned();
            (own.as_ref() != Some(&familys)).then(|| Offer {
                key: key.clone(),
                own,
                familys,
            })
        })
        .collect()
}

/// The draft as it would be with every shared answer it has none for.
fn with_shared(own: &Parts, shared: &Answers) -> Parts {
    let mut with = own.clone();
    for (key, answer) in shared {
        if is_shared(key) && with.form.question(key).is_some() {
            with.answers
                .entry(key.clone())
                .or_insert_with(|| answer.clone());
        }
    }
    with
}

/// The step of a draft that asks a question as things stand, with the question.
pub fn asked_on<'f>(
    own: &Parts,
    shared: &Answers,
    form: &'f Form,
    key: &str,
    lists: &Lists,
) -> Option<(&'f Step, &'f Question)> {
    let with = with_shared(own, shared);
    let draft = with.draft(lists);
    let shows = |step: &&Step| draft.shows(&step.id) && step.ask.iter().any(|one| one == key);
    let step = form.steps.iter().find(shows)?;
    Some((step, form.question(key)?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
