//! A family: one action opens a referral for each, what is shared is carried and never written over, and a
//! member who did not agree to be named is named by nobody's notification.

use std::collections::BTreeMap;

use heyrick_domain::age::{AgeStatus, AtWhat, Basis, NewAge};
use heyrick_domain::consent::{ConsentItem, ConsentValue};
use heyrick_domain::family::telling::Tells;
use heyrick_domain::family::{MembersError, Relationship};
use heyrick_domain::form::Answer;
use heyrick_domain::id::PublicId;
use heyrick_domain::preparation::as_it_stands;
use heyrick_domain::referral::Stage;
use heyrick_domain::restriction::Level;
use heyrick_domain::route::Route;
use heyrick_domain::user::{Role, Viewer};
use heyrick_policy::Kind;
use heyrick_store::age::record_ages;
use heyrick_store::answer::{HistoryQuery, history_for};
use heyrick_store::coach::coaching_for;
use heyrick_store::family::{
    BeginFamilyError, Chosen, Family, FamilyOutcome, NewFamily, NewMember, NewShared, ShareOutcome,
    Take, Who, families_of, family_for, offers_of, record_choices, record_family, record_shared,
    record_shared_from, told_of, told_of_unnamed,
};
use heyrick_store::list::lists;
use heyrick_store::person::{Details, person_for, record_person};
use heyrick_store::preparation::{mark, ready, record_preparation};
use heyrick_store::referral::{BeginOutcome, record_referral};
use heyrick_store::restriction::{NewRestriction, record_restriction};
use heyrick_store::withdrawal::record_withdrawal;
use heyrick_store::{Sql, StoreError, args};
use jiff::civil::date;

use crate::common::TestStore;
use crate::referral::{
    a_person, age, answers, begun, colleague, consent, events, october, opened, saved,
};

const LIVING: &str = "how-they-were-treated";

pub(crate) fn named(first: &str, last: &str, dob: &str) -> Details {
    Details {
        first_name: Some(first.to_owned()),
        last_name: Some(last.to_owned()),
        dob: Some(dob.parse().unwrap()),
        gender: Some("female".to_owned()),
        nationality: Some("Romanian".to_owned()),
        ..Details::default()
    }
}

pub(crate) fn known(person: &PublicId, relationship: Relationship) -> NewMember {
    NewMember {
        who: Who::Known(person.clone()),
        relationship,
    }
}

pub(crate) fn new(details: Details, relationship: Relationship) -> NewMember {
    NewMember {
        who: Who::New(Box::new(details)),
        relationship,
    }
}

pub(crate) async fn family(store: &TestStore, who: &Viewer, members: Vec<NewMember>) -> Family {
    let new = NewFamily { to: None, members };
    match record_family(store, who, &new).await.unwrap() {
        FamilyOutcome::Opened(id) => family_for(store, who, &id).await.unwrap().unwrap(),
        FamilyOutcome::Absent => panic!("no family was opened"),
    }
}

/// A mother who refused, a father nobody has asked, and two children; their names nobody else has.
async fn family_of_four(store: &TestStore, who: &Viewer) -> Family {
    let mother = named("Zenobiaq", "Quillworth", "1990-06-05");
    let mother = record_person(store, who, &mother).await.unwrap();
    age(store, who, &mother, AgeStatus::Adult, Basis::Stated).await;
    let refused = ConsentValue::Refused;
    consent(store, who, &mother, ConsentItem::NrmEntry, refused).await;
    let no = ConsentValue::No;
    consent(store, who, &mother, ConsentItem::DtnIdentity, no).await;
    consent(store, who, &mother, ConsentItem::PoliceCooperation, no).await;
    let then = NewAge {
        at_what: AtWhat::Exploitation,
        value: AgeStatus::Adult,
        basis: Basis::Stated,
        basis_words: None,
        settled_on: None,
    };
    assert!(record_ages(store, who, &mother, &[then]).await.unwrap());
    let members = vec![
        known(&mother, Relationship::Parent),
        new(
            named("Grimjackk", "Quillworth", "1988-01-01"),
            Relationship::Partner,
        ),
        new(
            named("Velveteeny", "Quillworth", "2012-02-29"),
            Relationship::Child,
        ),
        new(
            named("Popsyzz", "Quillworth", "2015-07-01"),
            Relationship::Child,
        ),
    ];
    family(store, who, members).await
}

async fn again(store: &TestStore, who: &Viewer, family: &Family) -> Family {
    let found = family_for(store, who, &family.public_id).await.unwrap();
    found.unwrap()
}

pub(crate) async fn share<const N: usize>(
    store: &TestStore,
    who: &Viewer,
    family: &Family,
    step: &str,
    pairs: [(&str, &str); N],
) -> Family {
    let now = again(store, who, family).await;
    let new = NewShared {
        step: step.to_owned(),
        version: now.version,
        answers: answers(pairs),
    };
    let shared = record_shared(store, who, &family.public_id, &new).await;
    assert!(matches!(shared.unwrap(), ShareOutcome::Shared { .. }));
    again(store, who, family).await
}

fn routes(family: &Family) -> Vec<Option<Route>> {
    let members = family.members.iter();
    members.map(|member| member.referral.route()).collect()
}

fn held(family: &Family, at: usize, key: &str) -> Option<Answer> {
    let answers = &family.members[at].referral.parts.answers;
    answers.get(key).cloned()
}

#[tokio::test]
async fn one_action_opens_a_referral_for_each_by_its_own_facts() {
    for store in october().await {
        let who = store.constable().await;
        let family = family_of_four(&store, &who).await;
        let nrm = Some(Route::Nrm);
        assert_eq!(routes(&family), [Some(Route::Dtn), None, nrm, nrm]);
        let people: Vec<_> = family
            .members
            .iter()
            .map(|one| one.referral.person.id)
            .collect();
        let passages: Vec<_> = family
            .members
            .iter()
            .map(|one| one.referral.episode)
            .collect();
        for at in 1..4 {
            assert_ne!(people[0], people[at], "linked, never merged");
            assert_ne!(passages[0], passages[at]);
        }
        let child = &family.members[2].referral;
        assert_eq!(
            child.parts.answers.get("pv-name-first-name"),
            Some(&Answer::text("Velveteeny"))
        );
        for person in people {
            let of = families_of(&store, &who, person).await.unwrap();
            assert_eq!(of, std::slice::from_ref(&family.public_id));
        }
    }
}

#[tokio::test]
async fn a_childs_referral_never_becomes_a_notification_whatever_a_parent_answers() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        let father = opened.members[1].referral.person.public_id.clone();
        age(&store, &who, &father, AgeStatus::Adult, Basis::Stated).await;
        let refused = ConsentValue::Refused;
        consent(&store, &who, &father, ConsentItem::NrmEntry, refused).await;
        let now = again(&store, &who, &opened).await;
        let (dtn, nrm) = (Some(Route::Dtn), Some(Route::Nrm));
        assert_eq!(routes(&now), [dtn, dtn, nrm, nrm]);
    }
}

#[tokio::test]
async fn who_cannot_be_a_family_leaves_nothing_behind() {
    const COUNT: Sql = Sql::new(
        "select (select count(*) from families) + (select count(*) from referrals) + (select count(*) from family_members)",
    );
    for store in october().await {
        let who = store.constable().await;
        let stranger = store.constable().await;
        let one = a_person(&store, &who, "PV1").await;
        let theirs = a_person(&store, &stranger, "PV2").await;
        let open = async |members: Vec<NewMember>| {
            let new = NewFamily { to: None, members };
            record_family(&store, &who, &new).await
        };
        let child = Relationship::Child;
        let alone = open(vec![known(&one, child)]).await;
        assert!(matches!(
            alone,
            Err(BeginFamilyError::Rule(MembersError::Alone))
        ));
        let twice = open(vec![known(&one, child), known(&one, child)]).await;
        assert!(matches!(
            twice,
            Err(BeginFamilyError::Rule(MembersError::Twice))
        ));
        let hidden = open(vec![known(&one, child), known(&theirs, child)]).await;
        assert_eq!(hidden.unwrap(), FamilyOutcome::Absent);
        let nameless = open(vec![known(&one, child), new(Details::default(), child)]).await;
        let refused = StoreError::Refused("person-error-nameless");
        assert!(
            matches!(nameless, Err(BeginFamilyError::Store(error)) if error.to_string() == refused.to_string())
        );
        let counted: Option<(i64,)> = store.store.db.opt(COUNT, args![]).await.unwrap();
        assert_eq!(counted, Some((0,)));
    }
}

#[tokio::test]
async fn roles_that_make_no_referral_open_no_family() {
    for store in october().await {
        let who = store.constable().await;
        let (one, two) = (
            a_person(&store, &who, "PV1").await,
            a_person(&store, &who, "PV2").await,
        );
        for role in [Role::Analyst, Role::SupportOfficer, Role::CommunityOfficer] {
            let other = colleague(&store, &who, role).await;
            let members = vec![
                known(&one, Relationship::Parent),
                known(&two, Relationship::Child),
            ];
            let new = NewFamily { to: None, members };
            let refused = record_family(&store, &other, &new).await;
            assert!(
                matches!(
                    refused,
                    Err(BeginFamilyError::Store(StoreError::NotAllowed))
                ),
                "{role:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_shared_answer_is_written_once_and_carried_with_its_history() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        let words = "one locked room for all of them";
        let now = share(
            &store,
            &who,
            &opened,
            LIVING,
            [("living-conditions", words)],
        )
        .await;
        for (at, member) in now.members.iter().enumerate() {
            assert_eq!(
                held(&now, at, "living-conditions"),
                Some(Answer::text(words))
            );
            let parts = &member.referral.parts;
            assert!(
                parts.to_check.contains("living-conditions"),
                "to be looked at"
            );
            let id = &member.referral.public_id;
            let query = HistoryQuery {
                key: Some("living-conditions".to_owned()),
                limit: 5,
                ..HistoryQuery::default()
            };
            let page = history_for(&store, &who, id, &query)
                .await
                .unwrap()
                .unwrap();
            let causes: Vec<_> = page.changes.iter().map(|one| one.cause.as_str()).collect();
            assert_eq!(causes, ["family"]);
        }
        assert_eq!(now.shared["living-conditions"].by, "DC Amber");
        assert_eq!(events(&store, "family.answers_shared").await, 1);
    }
}

#[tokio::test]
async fn what_is_a_members_own_cannot_be_shared() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        let mut refused = 0;
        for (step, key) in [
            (LIVING, "how-they-were-treated"),
            (LIVING, "what-were-they-required-to-do"),
        ] {
            let new = NewShared {
                step: step.to_owned(),
                version: opened.version,
                answers: answers([(key, "said so")]),
            };
            let shared = record_shared(&store, &who, &opened.public_id, &new).await;
            let error = shared.unwrap_err();
            assert!(matches!(
                error,
                StoreError::Refused("answer-not-asked-here")
            ));
            refused += 1;
        }
        for step in [
            "pv-dob",
            "professional-insight",
            "modern-slavery-indicators",
            "safety",
        ] {
            let new = NewShared {
                step: step.to_owned(),
                version: opened.version,
                answers: BTreeMap::new(),
            };
            let shared = record_shared(&store, &who, &opened.public_id, &new).await;
            assert!(matches!(shared.unwrap(), ShareOutcome::Absent), "{step}");
            refused += 1;
        }
        assert_eq!(refused, 6);
    }
}

#[tokio::test]
async fn a_members_own_answer_is_never_written_over_unseen() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        let child = opened.members[2].referral.public_id.clone();
        let own = "slept in the van";
        saved(
            &store,
            &who,
            &child,
            LIVING,
            0,
            answers([("living-conditions", own)]),
        )
        .await;
        let now = share(
            &store,
            &who,
            &opened,
            LIVING,
            [("living-conditions", "one room")],
        )
        .await;
        assert_eq!(held(&now, 2, "living-conditions"), Some(Answer::text(own)));
        assert_eq!(
            held(&now, 3, "living-conditions"),
            Some(Answer::text("one room"))
        );
        let offers = offers_of(&store, &who, &now).await.unwrap();
        assert_eq!(offers.len(), 1, "only who holds another answer is asked");
        assert_eq!(offers[0].referral, child);
        assert_eq!(offers[0].offers[0].own, Some(Answer::text(own)));
        assert_eq!(offers[0].offers[0].familys, Answer::text("one room"));
        assert!(offers[0].followed.is_empty());

        let choose = |take, version| Chosen {
            referral: child.clone(),
            version,
            key: "living-conditions".to_owned(),
            take,
        };
        let keep = choose(Take::Own, offers[0].version);
        assert!(
            record_choices(&store, &who, &opened.public_id, &[keep])
                .await
                .unwrap()
        );
        let now = again(&store, &who, &opened).await;
        assert!(
            offers_of(&store, &who, &now).await.unwrap().is_empty(),
            "not offered twice"
        );
        assert_eq!(held(&now, 2, "living-conditions"), Some(Answer::text(own)));

        let now = share(
            &store,
            &who,
            &opened,
            LIVING,
            [("living-conditions", "two rooms")],
        )
        .await;
        let offers = offers_of(&store, &who, &now).await.unwrap();
        let keys: Vec<_> = offers.iter().map(|one| one.followed.len()).collect();
        assert_eq!(keys.len(), 4, "a changed answer is offered to every member");
        assert_eq!(
            keys.iter().sum::<usize>(),
            3,
            "three still say what the family said"
        );
        assert_eq!(
            held(&now, 3, "living-conditions"),
            Some(Answer::text("one room"))
        );
        let of = offers.iter().find(|one| one.referral == child).unwrap();
        let take = choose(Take::Familys, of.version);
        let stale = choose(Take::Familys, of.version - 1);
        let refused = record_choices(&store, &who, &opened.public_id, &[stale]).await;
        assert!(matches!(refused, Err(StoreError::Stale)));
        assert!(
            record_choices(&store, &who, &opened.public_id, &[take])
                .await
                .unwrap()
        );
        let now = again(&store, &who, &opened).await;
        assert_eq!(
            held(&now, 2, "living-conditions"),
            Some(Answer::text("two rooms"))
        );
        let parts = &now.members[2].referral.parts;
        assert!(
            !parts.to_check.contains("living-conditions"),
            "somebody saw both"
        );
    }
}

#[tokio::test]
async fn whoever_has_the_page_open_does_not_clear_what_the_family_wrote() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        let child = opened.members[2].referral.public_id.clone();
        share(
            &store,
            &who,
            &opened,
            LIVING,
            [("living-conditions", "one room")],
        )
        .await;
        let cleared = answers([("living-conditions", "")]);
        let outcome = heyrick_store::answer::record_step(&store, &who, &child, LIVING, 0, cleared);
        let outcome = outcome.await.unwrap();
        assert!(matches!(
            outcome,
            heyrick_store::answer::StepOutcome::Conflict { .. }
        ));
    }
}

#[tokio::test]
async fn two_who_share_at_once_do_not_write_over_each_other() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        share(
            &store,
            &who,
            &opened,
            LIVING,
            [("living-conditions", "one room")],
        )
        .await;
        let late = NewShared {
            step: LIVING.to_owned(),
            version: opened.version,
            answers: answers([("living-conditions", "a shed")]),
        };
        let outcome = record_shared(&store, &who, &opened.public_id, &late).await;
        let ShareOutcome::Conflict(now) = outcome.unwrap() else {
            panic!("it was written over");
        };
        assert_eq!(
            now.shared["living-conditions"].answer,
            Answer::text("one room")
        );
        let same = NewShared {
            answers: answers([("living-conditions", "one room")]),
            ..late
        };
        let outcome = record_shared(&store, &who, &opened.public_id, &same).await;
        assert!(
            matches!(outcome.unwrap(), ShareOutcome::Shared { .. }),
            "nothing differs"
        );
    }
}

#[tokio::test]
async fn an_answer_taken_back_leaves_members_what_they_hold() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        share(
            &store,
            &who,
            &opened,
            LIVING,
            [("living-conditions", "one room")],
        )
        .await;
        let now = share(&store, &who, &opened, LIVING, [("living-conditions", "")]).await;
        assert!(now.shared.is_empty());
        assert_eq!(
            held(&now, 2, "living-conditions"),
            Some(Answer::text("one room"))
        );
        assert!(offers_of(&store, &who, &now).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn what_a_member_answered_already_can_become_the_familys() {
    for store in october().await {
        let who = store.constable().await;
        let first = a_person(&store, &who, "PV1").await;
        let draft = begun(&store, &who, &first).await;
        saved(
            &store,
            &who,
            &draft,
            LIVING,
            0,
            answers([("living-conditions", "a shed")]),
        )
        .await;
        let child = named("Velveteeny", "Quillworth", "2012-02-29");
        let members = vec![
            known(&first, Relationship::Parent),
            new(child, Relationship::Child),
        ];
        let opened = family(&store, &who, members).await;
        assert_eq!(opened.members[0].referral.public_id, draft, "it goes on");
        let could = heyrick_store::family::share::could_be_shared(&opened, &draft);
        assert!(could.iter().any(|(key, _)| key == "living-conditions"));
        let keys = ["living-conditions".to_owned()];
        let id = &opened.public_id;
        let shared = record_shared_from(&store, &who, id, opened.version, &draft, &keys).await;
        assert!(matches!(shared.unwrap(), ShareOutcome::Shared { .. }));
        let now = again(&store, &who, &opened).await;
        assert_eq!(
            held(&now, 1, "living-conditions"),
            Some(Answer::text("a shed"))
        );
        let own = ["reference".to_owned()];
        let refused = record_shared_from(&store, &who, id, now.version, &draft, &own).await;
        assert!(matches!(
            refused,
            Err(StoreError::Refused("answer-not-asked-here"))
        ));
    }
}

#[tokio::test]
async fn whoever_joins_later_gets_what_is_shared() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        share(
            &store,
            &who,
            &opened,
            LIVING,
            [("living-conditions", "one room")],
        )
        .await;
        let aunt = a_person(&store, &who, "PV7").await;
        let add = NewFamily {
            to: Some(opened.public_id.clone()),
            members: vec![known(&aunt, Relationship::AuntOrUncle)],
        };
        record_family(&store, &who, &add).await.unwrap();
        let now = again(&store, &who, &opened).await;
        assert_eq!(now.members.len(), 5);
        assert_eq!(
            held(&now, 4, "living-conditions"),
            Some(Answer::text("one room"))
        );
        let twice = record_family(&store, &who, &add).await;
        assert!(matches!(
            twice,
            Err(BeginFamilyError::Rule(MembersError::Twice))
        ));
    }
}

#[tokio::test]
async fn a_referral_that_is_withdrawn_makes_room_for_the_next() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        let child = &opened.members[2].referral;
        let (person, before) = (child.person.public_id.clone(), child.public_id.clone());
        record_withdrawal(&store, &who, &before, "begun by mistake")
            .await
            .unwrap();
        let now = again(&store, &who, &opened).await;
        assert_eq!(now.members[2].referral.stage, Stage::Withdrawn);
        let BeginOutcome::Begun(next) = record_referral(&store, &who, &person).await.unwrap()
        else {
            panic!("none was begun");
        };
        let now = again(&store, &who, &opened).await;
        assert_eq!(now.members[2].referral.public_id, next);
        assert_eq!(now.members.len(), 4);
    }
}

#[tokio::test]
async fn members_one_may_not_see_are_absent_and_not_counted() {
    for store in october().await {
        let who = store.constable().await;
        let mate = colleague(&store, &who, Role::Constable).await;
        let stranger = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        assert_eq!(again(&store, &mate, &opened).await.members.len(), 4);
        let id = &opened.public_id;
        assert!(family_for(&store, &stranger, id).await.unwrap().is_none());
        let inspector = colleague(&store, &who, Role::Inspector).await;
        for at in [1, 2, 3] {
            let person = opened.members[at].referral.person.public_id.clone();
            let new = NewRestriction {
                seen: Level::None,
                level: Level::Restricted,
                reason: "at risk within the family".to_owned(),
                review_on: Some(date(2026, 11, 5)),
                keep: Vec::new(),
            };
            record_restriction(&store, &inspector, Kind::Person, &person, &new)
                .await
                .unwrap();
            let seen = family_for(&store, &mate, id).await.unwrap();
            match at {
                3 => assert!(seen.is_none(), "one member alone is no family to see"),
                at => assert_eq!(seen.unwrap().members.len(), 4 - at),
            }
        }
        let mother = opened.members[0].referral.person.id;
        assert!(families_of(&store, &mate, mother).await.unwrap().is_empty());
        let hidden = opened.members[2].referral.public_id.clone();
        let choice = Chosen {
            referral: hidden,
            version: 1,
            key: "living-conditions".to_owned(),
            take: Take::Familys,
        };
        assert!(!record_choices(&store, &mate, id, &[choice]).await.unwrap());
    }
}

#[tokio::test]
async fn who_may_only_read_shares_nothing() {
    for store in october().await {
        let who = store.constable().await;
        let analyst = colleague(&store, &who, Role::Analyst).await;
        let opened = family_of_four(&store, &who).await;
        let new = NewShared {
            step: LIVING.to_owned(),
            version: opened.version,
            answers: answers([("living-conditions", "one room")]),
        };
        let refused = record_shared(&store, &analyst, &opened.public_id, &new).await;
        assert!(matches!(refused, Err(StoreError::NotAllowed)));
        let now = again(&store, &analyst, &opened).await;
        assert!(offers_of(&store, &analyst, &now).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_shared_address_is_kept_sealed() {
    const VALUES: Sql = Sql::new("select value from family_answers where key = $1");
    const STREET: &str = "77 Marshmallowy Lane";
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        let pair = [("pv-contact-details-street", STREET)];
        let now = share(&store, &who, &opened, "pv-contact-details-referral", pair).await;
        assert_eq!(
            now.shared["pv-contact-details-street"].answer,
            Answer::text(STREET)
        );
        let values = args!["pv-contact-details-street"];
        let kept: Vec<(String,)> = store.store.db.all(VALUES, values).await.unwrap();
        assert_eq!(kept.len(), 1);
        assert!(!kept[0].0.contains("Marshmallowy"));
        for at in 0..4 {
            assert_eq!(
                held(&now, at, "pv-contact-details-street"),
                None,
                "nobody is asked yet"
            );
        }
    }
}

#[tokio::test]
async fn together_they_would_name_a_parent_who_refused() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        let child = opened.members[2].referral.public_id.clone();
        let words = answers([("family", "Lives with her mother Zenobiaq and a brother.")]);
        saved(&store, &who, &child, "what-is-their-background", 0, words).await;
        let now = again(&store, &who, &opened).await;
        let told = told_of(&store, &who, &now.members[2].referral)
            .await
            .unwrap();
        assert_eq!(told.len(), 1, "the mother alone refused");
        assert_eq!(told[0].label, "Zenobiaq Quillworth");
        let places: Vec<_> = told[0]
            .places
            .iter()
            .map(|place| (place.question.as_str(), place.what))
            .collect();
        assert!(places.contains(&("family", Tells::Name)), "{places:?}");
        assert!(places.contains(&("family", Tells::Relative)), "{places:?}");
        assert!(
            places.contains(&("pv-name-last-name", Tells::LastName)),
            "{places:?}"
        );
        assert!(places.iter().all(|(_, what)| *what != Tells::SameLabel));

        let from_her = told_of_unnamed(&store, &who, &now.members[0].referral)
            .await
            .unwrap();
        assert_eq!(from_her.len(), 2, "both children are named");
        let notified = told_of(&store, &who, &now.members[0].referral)
            .await
            .unwrap();
        assert!(notified.is_empty(), "a notification names nobody");

        let mother = now.members[0].referral.person.public_id.clone();
        let yes = ConsentValue::Yes;
        consent(&store, &who, &mother, ConsentItem::DtnIdentity, yes).await;
        let now = again(&store, &who, &opened).await;
        let told = told_of(&store, &who, &now.members[2].referral)
            .await
            .unwrap();
        assert!(told.is_empty(), "she agrees to be named");
    }
}

#[tokio::test]
async fn the_notification_of_a_parent_who_refused_carries_no_other_and_no_link() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        let pairs = [(
            "who-exploited-pv",
            "EX1, called Grimjackk, who kept Velveteeny too",
        )];
        let now = share(&store, &who, &opened, "who-exploited-pv", pairs).await;
        let mother = &now.members[0].referral;
        assert!(mother.parts.answers.contains_key("who-exploited-pv"));
        let draft = mother.draft(lists());
        let leaves = serde_json::to_string(&as_it_stands(&draft).unwrap()).unwrap();
        let mut never: Vec<String> = [
            "Zenobiaq",
            "Quillworth",
            "Grimjackk",
            "Velveteeny",
            "Popsyzz",
        ]
        .map(str::to_lowercase)
        .to_vec();
        never.extend(["ex1", "1990-06-05", "family.", "partner"].map(str::to_owned));
        never.push(now.public_id.0.clone());
        for member in &now.members[1..] {
            never.push(member.referral.reference.to_lowercase());
            never.push(member.referral.public_id.0.clone());
            never.push(member.referral.person.reference.to_lowercase());
        }
        for word in never {
            assert!(!leaves.to_lowercase().contains(&word), "{word} leaves");
        }
    }
}

#[tokio::test]
async fn other_members_names_must_go_from_a_notification() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        let mother = opened.members[0].referral.public_id.clone();
        let own = [
            (
                "living-conditions",
                Answer::text("a room she shared with Velveteeny"),
            ),
            ("dtn-include", Answer::many(["living-conditions"])),
        ];
        crate::leaving::filled(&store, &who, &mother, &own).await;
        let content = ready(&crate::referral::opened(&store, &who, &mother).await).unwrap();
        let mark = mark(&store, &content);
        record_preparation(&store, &who, &mother, &mark)
            .await
            .unwrap();
        let reading = heyrick_store::review::review_for(&store, &who, &mother).await;
        let review = reading.unwrap().unwrap().review;
        let marked = review
            .places
            .iter()
            .find(|place| place.written == "Velveteeny");
        assert!(marked.unwrap().must_go);
    }
}

#[tokio::test]
async fn words_shared_on_purpose_are_not_called_copied() {
    const WORDS: &str = "They slept on a mattress behind the shop with the door locked from outside every night \
        and were driven to the fields before it was light, and the passport stayed in a drawer of the office.";
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        let now = share(
            &store,
            &who,
            &opened,
            LIVING,
            [("living-conditions", WORDS)],
        )
        .await;
        let child = &now.members[2].referral.public_id;
        let reused = async |id: &PublicId| {
            let (_, coaching) = coaching_for(&store, &who, id).await.unwrap().unwrap();
            let rule = heyrick_domain::coach::Rule::ReusedText;
            coaching
                .open
                .iter()
                .filter(|told| told.advice.rule == rule)
                .count()
        };
        assert_eq!(reused(child).await, 0);
        let other = a_person(&store, &who, "PV9").await;
        let other = begun(&store, &who, &other).await;
        saved(
            &store,
            &who,
            &other,
            LIVING,
            0,
            answers([("living-conditions", WORDS)]),
        )
        .await;
        assert!(
            reused(&other).await > 0,
            "a stranger's referral is still compared"
        );
        assert!(reused(child).await > 0);
    }
}

#[tokio::test]
async fn every_look_at_a_family_is_journalled_with_whom_it_showed() {
    for store in october().await {
        let who = store.constable().await;
        let opened = family_of_four(&store, &who).await;
        let before = events(&store, "family.viewed").await;
        again(&store, &who, &opened).await;
        assert_eq!(events(&store, "family.viewed").await, before + 1);
        assert_eq!(events(&store, "family.begun").await, 1);
        assert_eq!(events(&store, "family.member_added").await, 4);
        let person = opened.members[2].referral.person.public_id.clone();
        assert!(person_for(&store, &who, &person).await.unwrap().is_some());
        let id = opened.members[2].referral.public_id.clone();
        assert_eq!(opened_stage(&store, &who, &id).await, Stage::Draft);
    }
}

async fn opened_stage(store: &TestStore, who: &Viewer, id: &PublicId) -> Stage {
    opened(store, who, id).await.stage
}
