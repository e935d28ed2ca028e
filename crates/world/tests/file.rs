//! A world file with records becomes what it says, on both engines.

#![allow(clippy::unwrap_used, reason = "tests")]

use heyrick_domain::form::Answer;
use heyrick_domain::user::Through;
use heyrick_store::person::{PersonQuery, persons_for};
use heyrick_store::referral::{ReferralQuery, referral_for, referrals_for};
use heyrick_store::{Clock, Db, Keys, Store, migrate, user};
use heyrick_world::file::{self, Moment};
use jiff::Timestamp;

/// The example of the manual.
fn example() -> String {
    let manual = include_str!("../../../docs/manual/world-file.md");
    let (_, from) = manual.split_once("```json\n").unwrap();
    from.split_once("```").unwrap().0.to_owned()
}

#[tokio::test]
async fn the_example_of_the_manual_becomes_what_it_says() {
    for fresh in heyrick_testkit::engines().unwrap() {
        let db = Db::connect(&fresh.url).await.unwrap();
        migrate::migrate(&db, 0).await.unwrap();
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        let keys = Keys::generate().unwrap();
        let store = Store::open(db, keys, Clock::fixed(now)).await.unwrap();
        let moment = Moment {
            now: store.now(),
            today: store.today(),
        };
        let file = file::read(&example(), moment).unwrap();
        let made = file::load(&store, &file).await.unwrap();
        assert_eq!((made.users.len(), made.persons, made.referrals), (2, 1, 1));
        let amber = user::user_by_name(&store, "dc.amber").await.unwrap();
        let amber = user::viewer(&store, amber.unwrap().id, Through::CommandLine, None)
            .await
            .unwrap()
            .unwrap();
        let query = PersonQuery {
            limit: 10,
            ..PersonQuery::default()
        };
        let people = persons_for(&store, &amber, &query).await.unwrap().people;
        assert_eq!(people[0].label, "PV1");
        let query = ReferralQuery {
            limit: 10,
            ..ReferralQuery::default()
        };
        let page = referrals_for(&store, &amber, &query).await.unwrap();
        let id = &page.referrals[0].public_id;
        let referral = referral_for(&store, &amber, id).await.unwrap().unwrap();
        let told = &referral.parts.answers;
        assert_eq!(told.get("fr-location"), Some(&Answer::text("england")));
        assert_eq!(
            told.get("types-of-exploitation"),
            Some(&Answer::many(["types-of-exploitation-forced-to-work"]))
        );
        assert_eq!(
            referral.parts.facts.route().map(|route| route.code()),
            Some("nrm")
        );
    }
}
