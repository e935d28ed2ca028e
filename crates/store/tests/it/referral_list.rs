//! Lists of referrals: what is in them, page by page, and who sees which.

use heyrick_domain::age::{AgeStatus, Basis};
use heyrick_domain::grant::Relation;
use heyrick_domain::id::PublicId;
use heyrick_domain::referral::Stage;
use heyrick_domain::restriction::Level;
use heyrick_domain::user::{Role, Viewer};
use heyrick_policy::Kind;
use heyrick_store::grant::{NewAllocation, record_allocation};
use heyrick_store::referral::list::RouteIs;
use heyrick_store::referral::{ReferralQuery, referrals_for};
use heyrick_store::restriction::{NewRestriction, record_restriction};
use heyrick_store::withdrawal::record_withdrawal;
use jiff::SignedDuration;
use jiff::civil::date;

use crate::common::TestStore;
use crate::referral::{a_person, age, begun, colleague, events, now, october};

async fn listed(store: &TestStore, who: &Viewer, query: ReferralQuery) -> Vec<String> {
    let who = now(store, who).await;
    let mut query = ReferralQuery { limit: 2, ..query };
    let mut all = Vec::new();
    loop {
        let page = referrals_for(store, &who, &query).await.unwrap();
        assert!(page.referrals.len() <= 2);
        all.extend(page.referrals.into_iter().map(|line| line.person_label));
        match page.next {
            Some(next) => query.after = Some(next),
            None => return all,
        }
    }
}

async fn all(store: &TestStore, who: &Viewer) -> Vec<String> {
    listed(store, who, ReferralQuery::default()).await
}

async fn one(store: &TestStore, who: &Viewer, called: &str) -> (PublicId, PublicId) {
    store.wait(SignedDuration::from_mins(1));
    let person = a_person(store, who, called).await;
    let referral = begun(store, who, &person).await;
    (person, referral)
}

fn restriction(level: Level) -> NewRestriction {
    NewRestriction {
        seen: Level::None,
        level,
        reason: "a relative works in the building".to_owned(),
        review_on: Some(date(2026, 11, 1)),
        keep: vec![],
    }
}

#[tokio::test]
async fn pages_follow_each_other_the_last_changed_first_and_are_journalled() {
    for store in october().await {
        let who = store.constable().await;
        for called in ["PV1", "PV2", "PV3", "PV4", "PV5"] {
            one(&store, &who, called).await;
        }
        let looks = events(&store, "referral.listed").await;
        assert_eq!(all(&store, &who).await, ["PV5", "PV4", "PV3", "PV2", "PV1"]);
        assert_eq!(events(&store, "referral.listed").await, looks + 3);
        let stranger = store.constable().await;
        assert!(all(&store, &stranger).await.is_empty());
    }
}

#[tokio::test]
async fn each_filter_narrows_the_list() {
    for store in october().await {
        let who = store.constable().await;
        let sergeant = colleague(&store, &who, Role::Sergeant).await;
        let (child, mine) = one(&store, &who, "PV1").await;
        let (_, stopped) = one(&store, &who, "PV2").await;
        one(&store, &sergeant, "PV3").await;
        age(&store, &who, &child, AgeStatus::Child, Basis::Document).await;
        record_withdrawal(&store, &who, &stopped, "begun twice")
            .await
            .unwrap();
        let give = NewAllocation {
            user: who.public_id.clone(),
            relation: Relation::Allocated,
            last: None,
            reason: "their case".to_owned(),
        };
        record_allocation(&store, &sergeant, Kind::Referral, &mine, &give)
            .await
            .unwrap();

        let query = ReferralQuery::default;
        for (asked, want) in [
            (
                ReferralQuery {
                    stage: Some(Stage::Withdrawn),
                    ..query()
                },
                vec!["PV2"],
            ),
            (
                ReferralQuery {
                    open: true,
                    ..query()
                },
                vec!["PV3", "PV1"],
            ),
            (
                ReferralQuery {
                    route: Some(RouteIs::Nrm),
                    ..query()
                },
                vec!["PV1"],
            ),
            (
                ReferralQuery {
                    route: Some(RouteIs::Undecided),
                    open: true,
                    ..query()
                },
                vec!["PV3"],
            ),
            (
                ReferralQuery {
                    author_me: true,
                    ..query()
                },
                vec!["PV2", "PV1"],
            ),
            (
                ReferralQuery {
                    allocated_me: true,
                    ..query()
                },
                vec!["PV1"],
            ),
            (
                ReferralQuery {
                    person: Some(child.clone()),
                    ..query()
                },
                vec!["PV1"],
            ),
            (
                ReferralQuery {
                    person: Some(PublicId("nobody".to_owned())),
                    ..query()
                },
                vec![],
            ),
        ] {
            let got = listed(&store, &who, asked.clone()).await;
            assert_eq!(got, want, "{asked:?}");
        }
    }
}

#[tokio::test]
async fn a_list_hides_what_opening_hides() {
    for store in october().await {
        let who = store.constable().await;
        let inspector = colleague(&store, &who, Role::Inspector).await;
        let other = colleague(&store, &who, Role::Constable).await;
        let (hidden, about_hidden) = one(&store, &who, "PV1").await;
        let (_, sealed) = one(&store, &who, "PV2").await;
        one(&store, &who, "PV3").await;
        let restrict = restriction(Level::Restricted);
        record_restriction(&store, &inspector, Kind::Person, &hidden, &restrict)
            .await
            .unwrap();
        let inspector = now(&store, &inspector).await;
        let seal = restriction(Level::Sealed);
        record_restriction(&store, &inspector, Kind::Referral, &sealed, &seal)
            .await
            .unwrap();
        assert_eq!(all(&store, &other).await, ["PV3"]);
        assert_eq!(all(&store, &who).await, ["PV3", "PV1"]);
        assert_eq!(all(&store, &inspector).await, ["PV3", "PV2", "PV1"]);
        let of_hidden = ReferralQuery {
            person: Some(hidden.clone()),
            ..ReferralQuery::default()
        };
        assert!(listed(&store, &other, of_hidden).await.is_empty());

        // Granting the referral alone does not open whom it is about.
        let inspector = now(&store, &inspector).await;
        let give = NewAllocation {
            user: other.public_id.clone(),
            relation: Relation::Named,
            last: None,
            reason: "second pair of eyes".to_owned(),
        };
        record_allocation(&store, &inspector, Kind::Referral, &about_hidden, &give)
            .await
            .unwrap();
        assert_eq!(all(&store, &other).await, ["PV3"]);
        record_allocation(&store, &inspector, Kind::Person, &hidden, &give)
            .await
            .unwrap();
        assert_eq!(all(&store, &other).await, ["PV3", "PV1"]);
    }
}
