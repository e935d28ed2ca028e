//! A member whom the author of another's referral may not see: an inspector is told, the author never.

use heyrick_domain::age::{AgeStatus, Basis};
use heyrick_domain::consent::{ConsentItem, ConsentValue};
use heyrick_domain::family::Relationship;
use heyrick_domain::id::PublicId;
use heyrick_domain::restriction::Level;
use heyrick_domain::user::{Role, Viewer};
use heyrick_policy::Kind;
use heyrick_store::answer::{HistoryQuery, history_for};
use heyrick_store::family::beyond::look_beyond;
use heyrick_store::family::told_of;
use heyrick_store::person::record_person;
use heyrick_store::referral::referral_for;
use heyrick_store::restriction::{NewRestriction, record_restriction};
use jiff::SignedDuration;
use jiff::civil::date;

use crate::coach::tasks_of_kind;
use crate::common::TestStore;
use crate::family::{family, known, named, new, share};
use crate::referral::{age, answers, begun, colleague, consent, october, saved};

const KIND: &str = "family_tells";
const WITHIN: &str = "One locked room for all of them.";

/// Why the answers of a referral changed, as somebody reads it.
async fn causes(store: &TestStore, who: &Viewer, id: &PublicId) -> Vec<String> {
    let query = HistoryQuery {
        key: Some("living-conditions".to_owned()),
        limit: 5,
        ..HistoryQuery::default()
    };
    let page = history_for(store, who, id, &query).await.unwrap().unwrap();
    page.changes.into_iter().map(|one| one.cause).collect()
}

#[tokio::test]
async fn what_a_childs_referral_tells_of_a_hidden_parent_is_an_inspectors() {
    for store in october().await {
        let who = store.constable().await;
        let other = colleague(&store, &who, Role::Constable).await;
        let inspector = colleague(&store, &who, Role::Inspector).await;
        let mother = named("Zenobiaq", "Quillworth", "1990-06-05");
        let mother = record_person(&store, &other, &mother).await.unwrap();
        age(&store, &other, &mother, AgeStatus::Adult, Basis::Stated).await;
        for (item, value) in [
            (ConsentItem::NrmEntry, ConsentValue::Refused),
            (ConsentItem::DtnIdentity, ConsentValue::No),
            (ConsentItem::PoliceCooperation, ConsentValue::No),
        ] {
            consent(&store, &other, &mother, item, value).await;
        }
        begun(&store, &other, &mother).await;
        let child = named("Velveteeny", "Quillworth", "2012-02-29");
        let members = vec![
            known(&mother, Relationship::Parent),
            new(child, Relationship::Child),
        ];
        let opened = family(&store, &who, members).await;
        let child = opened.members[1].referral.public_id.clone();
        let within = [("living-conditions", WITHIN)];
        share(&store, &who, &opened, "how-they-were-treated", within).await;
        assert_eq!(causes(&store, &who, &child).await, ["family"]);
        assert_eq!(look_beyond(&store).await.unwrap(), 0, "the author sees all");

        let restricted = NewRestriction {
            seen: Level::None,
            level: Level::Restricted,
            reason: "at risk within the force".to_owned(),
            review_on: Some(date(2027, 1, 4)),
            keep: Vec::new(),
        };
        let done = record_restriction(&store, &inspector, Kind::Person, &mother, &restricted);
        assert!(done.await.unwrap());
        let words = answers([("family", "Lives with her mother Zenobiaq.")]);
        saved(&store, &who, &child, "what-is-their-background", 0, words).await;
        let seen = referral_for(&store, &who, &child).await.unwrap().unwrap();
        assert!(told_of(&store, &who, &seen).await.unwrap().is_empty());
        assert_eq!(
            causes(&store, &who, &child).await,
            ["saved"],
            "no family to see"
        );
        assert_eq!(causes(&store, &inspector, &child).await, ["family"]);

        assert_eq!(
            look_beyond(&store).await.unwrap(),
            0,
            "it rests after a look"
        );
        store.wait(SignedDuration::from_mins(10));
        assert_eq!(look_beyond(&store).await.unwrap(), 1);
        assert!(tasks_of_kind(&store, &inspector, KIND).await > 0);
        assert_eq!(tasks_of_kind(&store, &who, KIND).await, 0);
        assert_eq!(tasks_of_kind(&store, &other, KIND).await, 0);
        store.wait(SignedDuration::from_mins(10));
        assert_eq!(look_beyond(&store).await.unwrap(), 0, "each is told once");
    }
}
