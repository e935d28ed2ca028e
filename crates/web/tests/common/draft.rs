//! A referral whose pages are all finished, written by the store alone: for tests of what comes after.

use std::collections::BTreeMap;

use heyrick_domain::age::{AgeStatus, AtWhat, Basis, NewAge};
use heyrick_domain::consent::{Consent, ConsentItem, ConsentValue, Interpreter, Method};
use heyrick_domain::form::{Answer, Kind, Question};
use heyrick_domain::id::PublicId;
use heyrick_domain::person::Details;
use heyrick_domain::user::Viewer;
use heyrick_store::Store;
use heyrick_store::age::record_ages;
use heyrick_store::answer::record_step;
use heyrick_store::consent::record_consents;
use heyrick_store::list::lists;
use heyrick_store::person::record_person;
use heyrick_store::referral::{BeginOutcome, Referral, record_referral, referral_for};
use jiff::civil::Date;

/// Whom these drafts are about: names nobody else has.
pub const FIRST: &str = "Zenobiaq";
pub const LAST: &str = "Quillworth";

/// Somebody of this age who answered this way about being referred.
pub async fn a_person(
    store: &Store,
    who: &Viewer,
    age: AgeStatus,
    entry: Option<ConsentValue>,
) -> PublicId {
    let details = Details {
        first_name: Some(FIRST.to_owned()),
        last_name: Some(LAST.to_owned()),
        gender: Some("female".to_owned()),
        nationality: Some("Romanian".to_owned()),
        ..Details::default()
    };
    let person = record_person(store, who, &details).await.unwrap();
    let ages = [AtWhat::Now, AtWhat::Exploitation].map(|at_what| NewAge {
        at_what,
        value: age,
        basis: Basis::Stated,
        basis_words: None,
        settled_on: None,
    });
    assert!(record_ages(store, who, &person, &ages).await.unwrap());
    let mut consents = vec![consent(
        store,
        ConsentItem::PoliceCooperation,
        ConsentValue::No,
    )];
    if let Some(entry) = entry {
        consents.push(consent(store, ConsentItem::NrmEntry, entry));
    }
    if entry == Some(ConsentValue::Given) {
        consents.push(consent(store, ConsentItem::MsvccSupport, ConsentValue::No));
    }
    let recorded = record_consents(store, who, &person, &consents)
        .await
        .unwrap();
    assert!(recorded.is_some());
    person
}

/// An answer about consent, a minute ago.
pub fn consent(store: &Store, item: ConsentItem, value: ConsentValue) -> Consent {
    Consent {
        item,
        value,
        asked_at: store.now() - 60_000_000,
        explained_by: "DC Amber".to_owned(),
        language: Some("Romanian".to_owned()),
        interpreter: Some(Interpreter::Independent),
        interpreter_chosen: true,
        interpreter_why: None,
        method: Some(Method::InPerson),
        explanation_version: None,
        notice_version: Some("2026-04".to_owned()),
        reason: Some("said so".to_owned()),
    }
}

/// A referral of that person, begun and not written on.
pub async fn begun(store: &Store, who: &Viewer, person: &PublicId) -> PublicId {
    match record_referral(store, who, person).await.unwrap() {
        BeginOutcome::Begun(id) => id,
        other => panic!("{other:?}"),
    }
}

/// The referral as it stands.
pub async fn opened(store: &Store, who: &Viewer, id: &PublicId) -> Referral {
    referral_for(store, who, id).await.unwrap().unwrap()
}

/// An answer the question takes.
fn some_answer(question: &Question, today: Date) -> Answer {
    match question.kind {
        Kind::Checkboxes => Answer::many([question.options[0].clone()]),
        Kind::Radios => Answer::text(question.options[0].clone()),
        Kind::Email => Answer::text("dc.amber@testshire.police.uk"),
        Kind::Tel => Answer::text("+44 7700 900123"),
        Kind::Number => Answer::text("1"),
        Kind::Tick => Answer::text("true"),
        Kind::Select => {
            let list = question.list.as_deref().unwrap();
            Answer::text(lists().values(list, today).next().unwrap_or("x"))
        }
        _ => Answer::text("said so"),
    }
}

/// Writes `own` where it is asked, then answers whatever else is asked until nothing is left.
pub async fn finished(store: &Store, who: &Viewer, id: &PublicId, own: &[(&str, Answer)]) {
    let form = opened(store, who, id).await.parts.form;
    for _ in 0..8 {
        for step in &form.steps {
            save(store, who, id, &step.id, own).await;
        }
        let referral = opened(store, who, id).await;
        if referral.draft(lists()).unfinished().is_empty() {
            return;
        }
    }
    panic!("a draft could not be finished");
}

async fn save(store: &Store, who: &Viewer, id: &PublicId, step: &str, own: &[(&str, Answer)]) {
    let referral = opened(store, who, id).await;
    let mut answers = BTreeMap::new();
    {
        let draft = referral.draft(lists());
        let Some(step) = draft.steps().iter().find(|one| one.id == step) else {
            return;
        };
        for question in draft
            .questions(step)
            .filter(|q| q.from.is_none() && q.kind != Kind::Files)
        {
            let own = own.iter().find(|(key, _)| *key == question.key);
            let answer = match own {
                Some((_, answer)) => Some(answer.clone()),
                None if draft.problems_of(question).is_empty() => draft.answer_of(&question.key),
                None => Some(some_answer(question, store.today())),
            };
            if answer.is_some() {
                answers.insert(question.key.clone(), answer);
            }
        }
    }
    let version = referral.step_version(step);
    record_step(store, who, id, step, version, answers)
        .await
        .unwrap();
}
