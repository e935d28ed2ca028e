//! What happened, newest first: one timeline of everything recorded about a person.

use std::cmp::Reverse;

use heyrick_store::person::Opened;
use serde::Serialize;

/// Something that was recorded.
#[derive(Debug, Serialize)]
pub(super) struct Item {
    /// What: a key of the catalogues.
    what: String,
    /// The answer or finding: a key of the catalogues.
    answer: Option<String>,
    /// A name or reference beside it.
    named: Option<String>,
    /// Where more stands.
    href: Option<String>,
    /// In the words of whoever recorded it.
    note: Option<String>,
    by: String,
    at: i64,
}

impl Item {
    fn new(what: impl Into<String>, by: &str, at: i64) -> Self {
        Self {
            what: what.into(),
            answer: None,
            named: None,
            href: None,
            note: None,
            by: by.to_owned(),
            at,
        }
    }

    fn answered(self, code: &str) -> Self {
        Self {
            answer: Some(format!("person-answer-{code}")),
            ..self
        }
    }
}

/// Everything recorded, newest first.
pub(super) fn timeline(opened: &Opened) -> Vec<Item> {
    let mut items = vec![Item::new(
        "person-event-made",
        &opened.person.created_by,
        opened.person.created_at,
    )];
    items.extend(names(opened));
    items.extend(facts(opened));
    items.extend(capacity(opened));
    items.extend(referrals(opened));
    items.sort_by_key(|item| Reverse(item.at));
    items
}

fn names(opened: &Opened) -> impl Iterator<Item = Item> {
    opened.person.other_names().map(|name| Item {
        named: Some(name.raw.clone()),
        ..Item::new(
            format!("person-name-kind-{}", name.kind.code()),
            &name.recorded_by,
            name.recorded_at,
        )
    })
}

fn facts(opened: &Opened) -> impl Iterator<Item = Item> {
    let ages = opened.facts.ages.iter().map(|age| Item {
        note: age.basis_words.clone(),
        ..Item::new(
            format!("person-event-age-{}", age.fact.at_what.code()),
            &age.recorded_by,
            age.fact.recorded_at,
        )
        .answered(age.fact.value.code())
    });
    let consents = opened.facts.consents.iter().map(|one| Item {
        note: one.consent.reason.clone(),
        ..Item::new(
            format!("person-event-consent-{}", one.consent.item.code()),
            &one.recorded_by,
            one.consent.asked_at,
        )
        .answered(one.consent.value.code())
    });
    ages.chain(consents)
}

fn capacity(opened: &Opened) -> impl Iterator<Item = Item> {
    let assessed = opened.facts.assessments.iter().map(|one| {
        Item::new("person-event-capacity", &one.recorded_by, one.recorded_at)
            .answered(one.assessment.outcome.code())
    });
    let decided = opened.facts.best_interests.iter().map(|one| {
        Item::new("person-event-interests", &one.recorded_by, one.recorded_at)
            .answered(one.made.decision.code())
    });
    let signed = opened.facts.best_interests.iter().filter_map(|one| {
        let signature = one.signature.as_ref()?;
        Some(Item::new(
            "person-event-signed",
            &signature.by,
            signature.at,
        ))
    });
    assessed.chain(decided).chain(signed)
}

fn referrals(opened: &Opened) -> impl Iterator<Item = Item> {
    opened.referrals.iter().map(|line| Item {
        named: Some(line.reference.clone()),
        href: Some(format!("/referrals/{}", line.public_id)),
        ..Item::new("person-event-referral", &line.author, line.created_at)
    })
}
