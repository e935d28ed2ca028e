//! The invented world is whole on both engines, the same for the same day, and says nothing in the journal.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use heyrick_domain::referral::Stage;
use heyrick_domain::route::{Ground, NoRoute};
use heyrick_domain::user::{Through, Viewer};
use heyrick_store::journal::verify::verify;
use heyrick_store::person::{Person, PersonQuery, person_for, persons_for};
use heyrick_store::referral::{Referral, ReferralQuery, referral_for, referrals_for};
use heyrick_store::sending::sendings_for;
use heyrick_store::task::{TaskQuery, tasks_for};
use heyrick_store::{Clock, Db, Files, Keys, Sql, Store, args, migrate, user};
use heyrick_testkit::Fresh;
use heyrick_world::build::{self, PEOPLE, Standing};
use jiff::Timestamp;

/// In microseconds.
const DAY: i64 = 24 * 3600 * 1_000_000;
const NOON: &str = "2026-11-25T12:00:00Z";
const EVENING: &str = "2026-11-25T21:40:00Z";

struct World {
    store: Store,
    _fresh: Fresh,
}

async fn world(fresh: Fresh, now: &str, people: usize) -> World {
    let db = Db::connect(&fresh.url).await.unwrap();
    migrate::migrate(&db, 0).await.unwrap();
    let now: Timestamp = now.parse().unwrap();
    let keys = Arc::new(Keys::generate().unwrap());
    let files = Files::folder(&fresh.folder.path().join("files")).unwrap();
    build::build(&db, Arc::clone(&keys), &files, now, people, |_| ())
        .await
        .unwrap();
    let store = Store::open(db, keys, Clock::fixed(now)).await.unwrap();
    let store = store.with_files(&files);
    World {
        store,
        _fresh: fresh,
    }
}

impl World {
    async fn viewer(&self, username: &str) -> Viewer {
        let account = user::user_by_name(&self.store, username).await.unwrap();
        user::viewer(&self.store, account.unwrap().id, Through::CommandLine, None)
            .await
            .unwrap()
            .unwrap()
    }

    async fn people(&self, username: &str) -> Vec<Person> {
        let viewer = self.viewer(username).await;
        let mut query = PersonQuery {
            limit: 100,
            ..PersonQuery::default()
        };
        let mut people = Vec::new();
        loop {
            let page = persons_for(&self.store, &viewer, &query).await.unwrap();
            for line in page.people {
                let person = person_for(&self.store, &viewer, &line.public_id).await;
                people.push(person.unwrap().unwrap());
            }
            query.after = page.next;
            if query.after.is_none() {
                return people;
            }
        }
    }

    async fn referrals(&self, username: &str) -> Vec<Referral> {
        let viewer = self.viewer(username).await;
        let query = ReferralQuery {
            limit: 100,
            ..ReferralQuery::default()
        };
        let mut all = Vec::new();
        let page = referrals_for(&self.store, &viewer, &query).await.unwrap();
        for line in page.referrals {
            let referral = referral_for(&self.store, &viewer, &line.public_id).await;
            all.push(referral.unwrap().unwrap());
        }
        all
    }

    /// Everything two worlds of one day have in common: what people said and did, without ids.
    async fn told(&self) -> BTreeSet<String> {
        let mut told = BTreeSet::new();
        for person in self.people("ds.umber").await {
            let names: Vec<&str> = person.names.iter().map(|name| name.raw.as_str()).collect();
            told.insert(format!(
                "{:?} {names:?} {} {}",
                person.details, person.created_by, person.created_at
            ));
        }
        for referral in self.referrals("ds.umber").await {
            let mut answers = referral.parts.answers.clone();
            answers.remove("reference");
            told.insert(format!(
                "{:?} {:?} {} {} {answers:?} {:?}",
                referral.person.details,
                referral.stage,
                referral.author_name,
                referral.created_at,
                referral.parts.facts
            ));
        }
        told
    }
}

#[tokio::test]
async fn it_is_whole_and_the_same_on_both_engines_at_any_hour_of_a_day() {
    let fresh = heyrick_testkit::engines().unwrap();
    let mut told = Vec::new();
    for (fresh, now) in fresh.into_iter().zip([NOON, EVENING]) {
        let world = world(fresh, now, PEOPLE).await;
        let standing = build::standing(&world.store).await.unwrap();
        assert_eq!(standing, Standing::Whole(PEOPLE));
        let report = verify(&world.store.db, &world.store.keys, None)
            .await
            .unwrap();
        assert!(report.is_whole(), "{:?}", report.findings);
        told.push(world.told().await);
    }
    let (first, second) = (&told[0], &told[1]);
    assert!(first.len() > 60, "{}", first.len());
    let apart: Vec<&str> = first
        .symmetric_difference(second)
        .map(String::as_str)
        .collect();
    assert!(apart.is_empty(), "{apart:#?}");
}

#[tokio::test]
async fn every_stage_and_every_way_to_it_is_there() {
    let world = world(heyrick_testkit::sqlite().unwrap(), NOON, PEOPLE).await;
    // The sergeant of the second team covers the first; the inspector sees what is restricted there.
    let mut all = world.referrals("ds.umber").await;
    all.extend(world.referrals("di.plum").await);
    let mut ids = BTreeSet::new();
    all.retain(|referral| ids.insert(referral.public_id.0.clone()));
    assert!(all.len() >= 25, "{}", all.len());
    let mut stages: BTreeMap<&str, usize> = BTreeMap::new();
    let mut teams = BTreeSet::new();
    for referral in &all {
        *stages.entry(referral.stage.code()).or_default() += 1;
        teams.insert((referral.stage.code(), referral.resource.team.0));
    }
    for stage in Stage::ALL {
        let in_teams = teams.iter().filter(|(code, _)| *code == stage.code());
        assert_eq!(in_teams.count(), 2, "{stage:?} in each team: {stages:?}");
    }
    let count = |holds: &dyn Fn(&Referral) -> bool| all.iter().filter(|one| holds(one)).count();
    assert!(
        count(&|one| one.supersedes.is_some()) > 0,
        "an NRM after a Duty to Notify"
    );
    for ground in [
        Ok(Ground::Child),
        Ok(Ground::MayBeAChild),
        Ok(Ground::Consent),
        Ok(Ground::BestInterests),
        Ok(Ground::Refusal),
        Ok(Ground::CannotBeAsked),
        Err(NoRoute::ConsentNotAsked),
        Err(NoRoute::BestInterestsUnsigned),
    ] {
        let rests = |one: &Referral| one.parts.facts.route_and_ground().map(|(_, on)| on);
        assert!(count(&|one| rests(one) == ground) > 0, "{ground:?}");
    }
    let sealed = world.people("di.plum").await;
    for level in ["restricted", "sealed"] {
        let held = sealed
            .iter()
            .any(|person| person.resource.restriction == level);
        assert!(held, "{level}");
    }
}

#[tokio::test]
async fn copies_differ_where_somebody_was_careless_and_tasks_are_due_overdue_and_done() {
    const DONE: Sql =
        Sql::new("select kind from tasks where done_at is not null and raised_at > $1");
    let world = world(heyrick_testkit::sqlite().unwrap(), NOON, PEOPLE).await;
    let store = &world.store;
    let viewer = world.viewer("ds.umber").await;
    let (mut same, mut differ) = (0, 0);
    for referral in world.referrals("ds.umber").await {
        if referral.stage != Stage::Sent {
            continue;
        }
        let sent = sendings_for(store, &viewer, &referral.public_id).await;
        let sendings = sent.unwrap().unwrap().sendings;
        assert!(!sendings[0].comparison.unreadable);
        match sendings[0].comparison.differences.len() {
            0 => same += 1,
            _ => differ += 1,
        }
    }
    assert!(same >= 3 && differ >= 1, "{same} alike, {differ} not");
    let query = TaskQuery {
        limit: 100,
        ..TaskQuery::default()
    };
    let tasks = tasks_for(store, &viewer, &query).await.unwrap().tasks;
    let now = store.now();
    assert!(tasks.iter().any(|task| task.due_at < now));
    assert!(
        tasks
            .iter()
            .any(|task| task.due_at >= now && task.due_at < now + DAY)
    );
    let done: Vec<(String,)> = store.db.all(DONE, args![0]).await.unwrap();
    assert!(done.len() > 10, "{}", done.len());
}

#[tokio::test]
async fn no_name_stands_in_the_journal() {
    const BODIES: Sql = Sql::new("select body from journal_events where at > $1");
    let world = world(heyrick_testkit::sqlite().unwrap(), NOON, PEOPLE).await;
    let bodies: Vec<(Vec<u8>,)> = world.store.db.all(BODIES, args![0]).await.unwrap();
    assert!(bodies.len() > 1000);
    let journal: String = bodies
        .into_iter()
        .map(|(body,)| String::from_utf8(body).unwrap())
        .collect();
    for person in world.people("ds.umber").await {
        let details = &person.details;
        let names = [&details.first_name, &details.last_name, &details.called];
        for name in names.into_iter().flatten() {
            assert!(!journal.contains(name.as_str()), "{name}");
        }
    }
    for word in ["Ví Dụ", "EX4", "Testy", "07700 900", "car wash"] {
        assert!(!journal.contains(word), "{word}");
    }
}

#[tokio::test]
async fn the_united_kingdom_is_the_largest_and_many_more_can_be_asked_for() {
    let world = world(heyrick_testkit::sqlite().unwrap(), NOON, 700).await;
    let people = world.people("ds.umber").await;
    assert!((690..=700).contains(&people.len()), "{}", people.len());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for person in &people {
        let nationality = person.details.nationality.as_deref().unwrap();
        *counts.entry(nationality).or_default() += 1;
    }
    let mut order: Vec<_> = counts.into_iter().collect();
    order.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let first: Vec<_> = order.iter().take(3).map(|(name, _)| *name).collect();
    assert_eq!(first, ["British", "Eritrean", "Somali"], "{order:?}");
}
