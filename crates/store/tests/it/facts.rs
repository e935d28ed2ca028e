//! Facts about a person: ages, consents, capacity and best interests, and the route they lead to.

use heyrick_domain::age::{AgeError, AgeStatus, AtWhat, Basis, NewAge};
use heyrick_domain::capacity::{
    BestInterestsDecision, BestInterestsError, CapacityAssessment, CapacityOutcome, Imca,
    NRM_ENTRY, NewBestInterests, SignError, Temporary,
};
use heyrick_domain::consent::{
    Consent, ConsentError, ConsentItem, ConsentValue, Interpreter, Method,
};
use heyrick_domain::form::{Answer, Facts};
use heyrick_domain::id::PublicId;
use heyrick_domain::route::{Ground, NoRoute, Route};
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_store::age::{RecordAgeError, record_ages};
use heyrick_store::best_interests::{
    RecordBestInterestsError, RecordSignatureError, record_best_interests, record_signature,
};
use heyrick_store::capacity::record_assessment;
use heyrick_store::consent::{RecordConsentError, record_consents};
use heyrick_store::fact::{About, Shown, facts_for};
use heyrick_store::{Sql, StoreError, args, user};
use jiff::SignedDuration;
use jiff::civil::{Date, date};

use crate::common::{TestStore, stores};

const TODAY: Date = date(2026, 3, 3);

async fn colleague(store: &TestStore, of: &Viewer, role: Role) -> Viewer {
    const MOVE: Sql = Sql::new("update users set agency_id = $2, team_id = $3 where id = $1");
    let other = store.officer(role).await;
    let values = args![other.user, of.agency, of.team];
    store.store.db.exec(MOVE, values).await.unwrap();
    user::viewer(store, other.user, Through::CommandLine, None)
        .await
        .unwrap()
        .unwrap()
}

async fn a_person(store: &TestStore, author: &Viewer) -> PublicId {
    const PERSON: Sql = Sql::new(
        "insert into persons (id, public_id, reference, agency_id, team_id, unknowns, sort_name, restriction, retention_class, review_on, version, created_by, created_at, updated_at)
         values ($1, $2, $2, $3, $4, '{}', '', 'none', 'pv_victim', '2030-01-01', 1, $5, 0, 0)",
    );
    let id = store.store.new_public_id().unwrap();
    let values = args![store.id(), &id, author.agency, author.team, author.user];
    store.store.db.exec(PERSON, values).await.unwrap();
    id
}

fn age(at_what: AtWhat, value: AgeStatus) -> NewAge {
    NewAge {
        at_what,
        value,
        basis: Basis::Stated,
        basis_words: None,
        settled_on: None,
    }
}

fn answer(store: &TestStore, item: ConsentItem, value: ConsentValue) -> Consent {
    Consent {
        item,
        value,
        asked_at: store.now() - 60_000_000,
        explained_by: "DC Amber".into(),
        language: Some("Romanian".into()),
        interpreter: Some(Interpreter::Independent),
        interpreter_chosen: true,
        interpreter_why: None,
        method: Some(Method::InPerson),
        explanation_version: None,
        notice_version: Some("April 2026".into()),
        reason: None,
    }
}

fn lacking() -> CapacityAssessment {
    CapacityAssessment {
        assessor: "DC Amber".into(),
        assessed_on: TODAY,
        decision_asked: NRM_ENTRY.into(),
        functional: "could not retain the explanation on two tries".into(),
        diagnostic: "acquired brain injury".into(),
        support_given: "pictures, a quiet room, a second try after rest".into(),
        outcome: CapacityOutcome::LacksCapacity,
        temporary: Temporary::NotKnown,
        reassess_on: Some(date(2026, 4, 7)),
    }
}

fn refer() -> NewBestInterests {
    NewBestInterests {
        decision_maker: "DC Amber, with the hospital's social worker".into(),
        consultees: "a support worker who has known them for a year".into(),
        imca: Imca::Unavailable,
        imca_why: "none free before Monday".into(),
        decision: BestInterestsDecision::Refer,
        reasons: "they need a safe place tonight".into(),
    }
}

async fn about(store: &TestStore, viewer: &Viewer, id: &PublicId) -> About {
    facts_for(store, viewer, id, Shown::Ages)
        .await
        .unwrap()
        .unwrap()
}

async fn adult(store: &TestStore, viewer: &Viewer, id: &PublicId) {
    let new = [age(AtWhat::Now, AgeStatus::Adult)];
    assert!(record_ages(store, viewer, id, &new).await.unwrap());
}

/// Kinds of the open tasks, with the day each is due.
async fn open_tasks(store: &TestStore) -> Vec<(String, String)> {
    const OPEN: Sql =
        Sql::new("select kind, due_at from tasks where done_at is null order by kind, due_at");
    let rows: Vec<(String, i64)> = store.store.db.all(OPEN, args![]).await.unwrap();
    rows.into_iter()
        .map(|(kind, due)| (kind, heyrick_domain::london::date_of(due).to_string()))
        .collect()
}

#[tokio::test]
async fn sc_01_1_each_answer_is_kept_with_its_time_language_and_interpreter() {
    for store in stores().await {
        let amber = store.constable().await;
        let id = a_person(&store, &amber).await;
        adult(&store, &amber, &id).await;
        let refused = Consent {
            reason: Some("fears that somebody at home will be harmed".into()),
            ..answer(&store, ConsentItem::NrmEntry, ConsentValue::Refused)
        };
        let all = [
            refused,
            answer(&store, ConsentItem::PoliceCooperation, ConsentValue::No),
            answer(&store, ConsentItem::DtnIdentity, ConsentValue::No),
        ];
        let names = record_consents(&store, &amber, &id, &all).await.unwrap();
        assert_eq!(names.unwrap().len(), 3);

        let about = about(&store, &amber, &id).await;
        assert_eq!(about.facts.consents.len(), 3);
        for new in &all {
            let kept = about
                .facts
                .consents
                .iter()
                .find(|one| one.consent.item == new.item)
                .unwrap();
            assert_eq!(kept.consent, *new);
            assert_eq!(kept.recorded_by, "DC Amber");
        }
        assert_eq!(about.route(), Ok((Route::Dtn, Ground::Refusal)));
        let form = about.facts.form_facts(about.dob, false, 0, TODAY);
        assert!(!form.identity);
        assert_eq!(form.cooperation, Some(ConsentValue::No));
        assert_eq!(form.support, None, "nobody asked: that is not a no");
    }
}

#[tokio::test]
async fn an_answer_is_never_overwritten_and_the_latest_asked_holds() {
    for store in stores().await {
        let amber = store.constable().await;
        let id = a_person(&store, &amber).await;
        adult(&store, &amber, &id).await;
        let entry = ConsentItem::NrmEntry;
        let given = answer(&store, entry, ConsentValue::Given);
        let withdrawn = Consent {
            value: ConsentValue::Withdrawn,
            ..given.clone()
        };
        // Asked in the same minute: the one recorded later holds.
        for one in [given.clone(), withdrawn] {
            record_consents(&store, &amber, &id, &[one]).await.unwrap();
        }
        let found = about(&store, &amber, &id).await;
        assert_eq!(found.facts.consent(entry), Some(ConsentValue::Withdrawn));
        assert_eq!(found.route(), Ok((Route::Dtn, Ground::Refusal)));
        let earlier = Consent {
            value: ConsentValue::Refused,
            asked_at: given.asked_at - 1,
            ..given
        };
        record_consents(&store, &amber, &id, &[earlier])
            .await
            .unwrap();
        let found = about(&store, &amber, &id).await;
        assert_eq!(found.facts.consents.len(), 3);
        assert_eq!(found.facts.consent(entry), Some(ConsentValue::Withdrawn));
    }
}

#[tokio::test]
async fn somebody_nobody_could_ask_is_not_named_whatever_was_said_before() {
    for store in stores().await {
        let amber = store.constable().await;
        let id = a_person(&store, &amber).await;
        adult(&store, &amber, &id).await;
        let unasked = Consent {
            reason: Some("left before anybody could explain".into()),
            ..answer(&store, ConsentItem::NrmEntry, ConsentValue::CannotBeAsked)
        };
        for (item, value) in [
            (ConsentItem::PoliceCooperation, ConsentValue::Yes),
            (ConsentItem::DtnIdentity, ConsentValue::Yes),
        ] {
            let both = [unasked.clone(), answer(&store, item, value)];
            let refused = record_consents(&store, &amber, &id, &both).await;
            let error = ConsentError::NobodyAsked;
            assert!(
                matches!(refused, Err(RecordConsentError::Rule { at: 1, error: why }) if why == error),
                "{refused:?}"
            );
        }
        assert_eq!(about(&store, &amber, &id).await.facts.consents, []);
        // They agreed to be named once, and left: what they said about a notification then no longer counts.
        let named = Consent {
            asked_at: unasked.asked_at - 1,
            ..answer(&store, ConsentItem::DtnIdentity, ConsentValue::Yes)
        };
        for one in [named, unasked] {
            record_consents(&store, &amber, &id, &[one]).await.unwrap();
        }
        let found = about(&store, &amber, &id).await;
        assert_eq!(found.route(), Ok((Route::Dtn, Ground::CannotBeAsked)));
        let form = found.facts.form_facts(found.dob, false, 0, TODAY);
        assert!(!form.may_be_named());
        let later = [answer(&store, ConsentItem::DtnIdentity, ConsentValue::Yes)];
        let refused = record_consents(&store, &amber, &id, &later).await;
        assert!(refused.is_err(), "{refused:?}");
    }
}

#[tokio::test]
async fn consent_that_was_never_given_is_not_taken_back() {
    for store in stores().await {
        let amber = store.constable().await;
        let id = a_person(&store, &amber).await;
        adult(&store, &amber, &id).await;
        let back = [answer(
            &store,
            ConsentItem::NrmEntry,
            ConsentValue::Withdrawn,
        )];
        let refused = record_consents(&store, &amber, &id, &back).await;
        let error = ConsentError::NothingToTakeBack;
        assert!(
            matches!(refused, Err(RecordConsentError::Rule { at: 0, error: why }) if why == error),
            "{refused:?}"
        );
        assert_eq!(
            about(&store, &amber, &id).await.route(),
            Err(NoRoute::ConsentNotAsked)
        );
    }
}

#[tokio::test]
async fn of_several_answers_all_are_recorded_or_none() {
    for store in stores().await {
        let amber = store.constable().await;
        let id = a_person(&store, &amber).await;
        let helps = answer(&store, ConsentItem::PoliceCooperation, ConsentValue::Yes);
        let entry = answer(&store, ConsentItem::NrmEntry, ConsentValue::Given);
        let both = [helps.clone(), entry.clone()];
        let refused = record_consents(&store, &amber, &id, &both).await;
        let Err(RecordConsentError::Rule { at: 1, error }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(error, ConsentError::AgeFirst);
        for (all, want) in [
            (vec![], "consent-error-none"),
            (vec![helps.clone(), helps], "consent-error-twice"),
        ] {
            let refused = record_consents(&store, &amber, &id, &all).await;
            assert!(
                matches!(refused, Err(RecordConsentError::Store(StoreError::Refused(key))) if key == want),
                "{refused:?}"
            );
        }
        let not_sure = [age(AtWhat::Now, AgeStatus::NotSure)];
        record_ages(&store, &amber, &id, &not_sure).await.unwrap();
        let refused = record_consents(&store, &amber, &id, &both).await;
        assert!(
            matches!(
                refused,
                Err(RecordConsentError::Rule {
                    at: 1,
                    error: ConsentError::ChildNotAsked
                })
            ),
            "{refused:?}"
        );
        assert_eq!(about(&store, &amber, &id).await.facts.consents, []);
    }
}

#[tokio::test]
async fn sc_04_1_not_sure_is_a_child_until_settled_and_consent_is_not_asked() {
    for store in stores().await {
        let amber = store.constable().await;
        let id = a_person(&store, &amber).await;
        let found = about(&store, &amber, &id).await;
        assert_eq!(found.route(), Err(NoRoute::AgeNotRecorded));
        let doubt = [
            age(AtWhat::Now, AgeStatus::NotSure),
            age(AtWhat::Exploitation, AgeStatus::NotSure),
        ];
        record_ages(&store, &amber, &id, &doubt).await.unwrap();
        // Somebody else saying "adult" settles nothing, even at the same instant.
        adult(&store, &amber, &id).await;
        let found = about(&store, &amber, &id).await;
        assert_eq!(found.age_now(), Some(AgeStatus::NotSure));
        assert_eq!(found.route(), Ok((Route::Nrm, Ground::MayBeAChild)));
        let form: Facts = found.facts.form_facts(found.dob, false, 0, TODAY);
        assert_eq!(form.answer("nrm_entry"), Some(Answer::text("yes")));
        for value in [ConsentValue::Refused, ConsentValue::Given] {
            let new = [answer(&store, ConsentItem::NrmEntry, value)];
            let refused = record_consents(&store, &amber, &id, &new).await;
            assert!(refused.is_err(), "{value:?}");
        }
    }
}

#[tokio::test]
async fn sc_04_2_a_determination_makes_an_adult_to_be_asked_and_keeps_what_was() {
    for store in stores().await {
        let amber = store.constable().await;
        let id = a_person(&store, &amber).await;
        let doubt = [age(AtWhat::Now, AgeStatus::NotSure)];
        record_ages(&store, &amber, &id, &doubt).await.unwrap();
        assert_eq!(open_tasks(&store).await, []);
        store.wait(SignedDuration::from_hours(21 * 24));
        let settled = NewAge {
            basis: Basis::LocalAuthorityAssessment,
            basis_words: Some("assessment by two social workers".into()),
            settled_on: Some(date(2026, 3, 23)),
            ..age(AtWhat::Now, AgeStatus::Adult)
        };
        let exploited = age(AtWhat::Exploitation, AgeStatus::NotSure);
        let new = [settled.clone(), exploited];
        record_ages(&store, &amber, &id, &new).await.unwrap();

        let found = about(&store, &amber, &id).await;
        assert_eq!(found.facts.ages.len(), 3, "what was recorded stays");
        assert_eq!(found.age_now(), Some(AgeStatus::Adult));
        assert_eq!(
            found.facts.age_at(AtWhat::Exploitation),
            Some(AgeStatus::NotSure)
        );
        assert_eq!(found.route(), Err(NoRoute::ConsentNotAsked));
        let kept = &found.facts.ages;
        let kept = kept.iter().find(|one| one.fact.settles()).unwrap();
        assert_eq!(kept.fact.settled_on, settled.settled_on);
        assert_eq!(kept.basis_words, settled.basis_words);
        let asked = ("ask_consent".to_owned(), "2026-03-25".to_owned());
        assert_eq!(open_tasks(&store).await, [asked]);

        let given = answer(&store, ConsentItem::NrmEntry, ConsentValue::Given);
        record_consents(&store, &amber, &id, &[given])
            .await
            .unwrap();
        assert_eq!(open_tasks(&store).await, []);
    }
}

#[tokio::test]
async fn an_age_that_cannot_be_is_refused_and_nothing_is_kept() {
    for store in stores().await {
        let amber = store.constable().await;
        let id = a_person(&store, &amber).await;
        let now = age(AtWhat::Now, AgeStatus::Adult);
        let view = NewAge {
            basis: Basis::OfficerView,
            settled_on: Some(TODAY),
            ..age(AtWhat::Act, AgeStatus::Adult)
        };
        let refused = record_ages(&store, &amber, &id, &[now.clone(), view]).await;
        assert!(matches!(
            refused,
            Err(RecordAgeError::Rule(AgeError::BasisCannotSettle))
        ));
        let refused = record_ages(&store, &amber, &id, &[now.clone(), now]).await;
        assert!(matches!(
            refused,
            Err(RecordAgeError::Store(StoreError::Refused(
                "age-error-twice"
            )))
        ));
        assert_eq!(about(&store, &amber, &id).await.facts.ages, []);
    }
}

#[tokio::test]
async fn sc_11_who_cannot_decide_has_not_refused_and_a_supervisor_signs_for_them() {
    for store in stores().await {
        let amber = store.constable().await;
        let beech = colleague(&store, &amber, Role::Sergeant).await;
        let id = a_person(&store, &amber).await;
        adult(&store, &amber, &id).await;
        let early = record_best_interests(&store, &amber, &id, &refer()).await;
        assert!(matches!(
            early,
            Err(RecordBestInterestsError::Rule(
                BestInterestsError::NoAssessment
            ))
        ));

        let assessed = record_assessment(&store, &amber, &id, &lacking()).await;
        assert!(assessed.unwrap().is_some());
        let found = about(&store, &amber, &id).await;
        assert_eq!(found.facts.assessments[0].assessment, lacking());
        let entry = found.facts.consent(ConsentItem::NrmEntry);
        assert_eq!(entry, Some(ConsentValue::LacksCapacity));
        assert_eq!(found.route(), Err(NoRoute::NoBestInterests));
        let reassess = ("reassess_capacity".to_owned(), "2026-04-07".to_owned());
        let care = ("adult_social_care".to_owned(), "2026-03-04".to_owned());
        assert_eq!(
            open_tasks(&store).await,
            [care.clone(), reassess.clone()],
            "s.42 of the Care Act"
        );

        let decision = record_best_interests(&store, &amber, &id, &refer()).await;
        let decision = decision.unwrap().unwrap();
        let found = about(&store, &amber, &id).await;
        assert_eq!(found.route(), Err(NoRoute::BestInterestsUnsigned));
        let sign = ("sign_best_interests".to_owned(), "2026-03-04".to_owned());
        assert_eq!(
            open_tasks(&store).await,
            [care.clone(), reassess.clone(), sign]
        );

        let signed = record_signature(&store, &beech, &decision, Some(" agreed ")).await;
        assert_eq!(signed.unwrap(), Some(id.clone()));
        let found = about(&store, &amber, &id).await;
        assert_eq!(found.route(), Ok((Route::Nrm, Ground::BestInterests)));
        let kept = &found.facts.best_interests[0];
        assert_eq!(kept.made, refer());
        let signature = kept.signature.as_ref().unwrap();
        assert_eq!(signature.note.as_deref(), Some("agreed"));
        assert_eq!(open_tasks(&store).await, [care, reassess]);

        let again = record_signature(&store, &beech, &decision, None).await;
        assert!(matches!(
            again,
            Err(RecordSignatureError::Rule(SignError::AlreadySigned))
        ));
    }
}

#[tokio::test]
async fn sc_11_nobody_signs_their_own_decision_and_a_constable_signs_none() {
    for store in stores().await {
        let beech = store.officer(Role::Sergeant).await;
        let amber = colleague(&store, &beech, Role::Constable).await;
        let outside = store.officer(Role::Inspector).await;
        let id = a_person(&store, &beech).await;
        adult(&store, &beech, &id).await;
        record_assessment(&store, &beech, &id, &lacking())
            .await
            .unwrap();
        let decision = record_best_interests(&store, &beech, &id, &refer()).await;
        let decision = decision.unwrap().unwrap();
        let own = record_signature(&store, &beech, &decision, None).await;
        assert!(matches!(
            own,
            Err(RecordSignatureError::Rule(SignError::OwnDecision))
        ));
        let constable = record_signature(&store, &amber, &decision, None).await;
        assert!(matches!(
            constable,
            Err(RecordSignatureError::Store(StoreError::NotAllowed))
        ));
        let absent = record_signature(&store, &outside, &decision, None).await;
        assert_eq!(absent.unwrap(), None, "what one may not see is not there");
        let mut acting = amber.clone();
        acting.roles.insert(Role::Sergeant);
        let signed = record_signature(&store, &acting, &decision, None).await;
        assert_eq!(signed.unwrap(), Some(id), "acting rank counts");
    }
}

#[tokio::test]
async fn capacity_that_came_back_means_asking_and_an_old_decision_counts_no_more() {
    for store in stores().await {
        let amber = store.constable().await;
        let beech = colleague(&store, &amber, Role::Sergeant).await;
        let id = a_person(&store, &amber).await;
        adult(&store, &amber, &id).await;
        record_assessment(&store, &amber, &id, &lacking())
            .await
            .unwrap();
        let decision = record_best_interests(&store, &amber, &id, &refer()).await;
        let decision = decision.unwrap().unwrap();
        record_signature(&store, &beech, &decision, None)
            .await
            .unwrap();
        let has = CapacityAssessment {
            outcome: CapacityOutcome::HasCapacity,
            reassess_on: None,
            ..lacking()
        };
        record_assessment(&store, &amber, &id, &has).await.unwrap();
        let found = about(&store, &amber, &id).await;
        assert_eq!(found.route(), Err(NoRoute::ConsentNotAsked));
        let care = ("adult_social_care".to_owned(), "2026-03-04".to_owned());
        assert_eq!(
            open_tasks(&store).await,
            [care],
            "what they need does not hang on it"
        );
        record_assessment(&store, &amber, &id, &lacking())
            .await
            .unwrap();
        let found = about(&store, &amber, &id).await;
        assert_eq!(found.route(), Err(NoRoute::NoBestInterests));
        assert_eq!(found.facts.best_interests.len(), 1, "it stays to be read");
    }
}

#[tokio::test]
async fn whoever_may_not_see_a_person_finds_none_and_an_analyst_records_nothing() {
    for store in stores().await {
        let amber = store.constable().await;
        let analyst = colleague(&store, &amber, Role::Analyst).await;
        let outside = store.constable().await;
        let id = a_person(&store, &amber).await;
        let new = [age(AtWhat::Now, AgeStatus::Adult)];
        let asked = facts_for(&store, &outside, &id, Shown::Consents).await;
        assert!(asked.unwrap().is_none());
        assert!(!record_ages(&store, &outside, &id, &new).await.unwrap());
        let refused = record_ages(&store, &analyst, &id, &new).await;
        assert!(matches!(
            refused,
            Err(RecordAgeError::Store(StoreError::NotAllowed))
        ));
        let seen = facts_for(&store, &analyst, &id, Shown::Ages).await;
        assert_eq!(seen.unwrap().unwrap().facts.ages, []);
    }
}

#[tokio::test]
async fn the_journal_says_what_was_recorded_and_no_word_of_it() {
    const EVENTS: Sql = Sql::new("select body from journal_events order by counter");
    for store in stores().await {
        let amber = store.constable().await;
        let id = a_person(&store, &amber).await;
        adult(&store, &amber, &id).await;
        let refused = Consent {
            reason: Some("Willow will be harmed".into()),
            ..answer(&store, ConsentItem::NrmEntry, ConsentValue::Refused)
        };
        record_consents(&store, &amber, &id, &[refused])
            .await
            .unwrap();
        about(&store, &amber, &id).await;
        let bodies: Vec<(Vec<u8>,)> = store.store.db.all(EVENTS, args![]).await.unwrap();
        let text: String = bodies
            .into_iter()
            .map(|(body,)| String::from_utf8(body).unwrap())
            .collect();
        for want in [
            "age.recorded",
            "consent.recorded",
            "nrm_entry",
            "person.viewed",
        ] {
            assert!(text.contains(want), "{want}: {text}");
        }
        for never in ["Willow", "refused\"", "Romanian", "DC Amber"] {
            assert!(!text.contains(never), "{never}: {text}");
        }
    }
}
