//! A list and a decision never disagree: over random worlds, the rows the policy's condition lets
//! through are exactly the rows Cedar allows, on both engines (ADR 4).

use std::collections::BTreeSet;

use heyrick_domain::id::{AgencyId, PublicId, TeamId, UserId};
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_policy::{Action, Columns, Kind, Policies, Resource};
use heyrick_store::person::{PersonQuery, Sort, persons_for};
use heyrick_store::{Sql, args};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

use crate::common::{TestStore, stores};

const AGENCIES: u128 = 3;
const TEAMS: u128 = 6;
const USERS: u128 = 5;
const RECORDS: u128 = 40;

/// A record by numbers: which team (its agency follows), which author, which restriction.
#[derive(Debug, Clone)]
struct Row {
    team: u128,
    author: u128,
    restriction: &'static str,
}

fn row() -> impl Strategy<Value = Row> {
    let restriction = prop_oneof![Just("none"), Just("restricted"), Just("sealed")];
    (0..TEAMS, 0..USERS, restriction).prop_map(|(team, author, restriction)| Row {
        team,
        author,
        restriction,
    })
}

/// The agency of a team: two teams each.
const fn agency_of(team: u128) -> u128 {
    team % AGENCIES
}

fn record_name(number: u128) -> PublicId {
    PublicId(format!("record-{number}"))
}

fn viewer() -> impl Strategy<Value = Viewer> {
    let role = proptest::sample::select(Role::ALL.to_vec());
    (
        role.clone(),
        proptest::option::of(role),
        0..USERS,
        0..AGENCIES,
        proptest::collection::btree_set(0..TEAMS, 0..3),
        proptest::collection::btree_set(0..RECORDS, 0..6),
    )
        .prop_map(|(role, acting, user, agency, teams, granted)| Viewer {
            user: UserId(user_id(user)),
            public_id: PublicId(format!("user-{user}")),
            display_name: String::new(),
            agency: AgencyId(agency_id(agency)),
            team: None,
            role,
            roles: BTreeSet::from_iter([Some(role), acting].into_iter().flatten()),
            teams: teams
                .into_iter()
                .map(|team| TeamId(team_id(team)))
                .collect(),
            granted: granted.into_iter().map(record_name).collect(),
            through: Through::CommandLine,
            scopes: None,
        })
}

const fn agency_id(number: u128) -> Uuid {
    Uuid::from_u128(0x1000 + number)
}
const fn team_id(number: u128) -> Uuid {
    Uuid::from_u128(0x2000 + number)
}
const fn user_id(number: u128) -> Uuid {
    Uuid::from_u128(0x3000 + number)
}
const fn record_id(number: u128) -> Uuid {
    Uuid::from_u128(0x4000 + number)
}

async fn people_who_are_always_there(store: &TestStore) {
    const AGENCY: Sql = Sql::new(
        "insert into agencies (id, public_id, name, kind, created_at) values ($1, $2, 'Testshire', 'police', 0)",
    );
    const TEAM: Sql = Sql::new(
        "insert into teams (id, public_id, agency_id, name, created_at) values ($1, $2, $3, 'Team', 0)",
    );
    const USER: Sql = Sql::new(
        "insert into users (id, public_id, agency_id, username, display_name, role, password_hash, must_change_password, version, created_at)
         values ($1, $2, $3, $2, 'DC Amber', 'constable', '', false, 1, 0)",
    );
    let db = &store.store.db;
    for n in 0..AGENCIES {
        db.exec(AGENCY, args![agency_id(n), format!("agency-{n}")])
            .await
            .unwrap();
    }
    for n in 0..TEAMS {
        let values = args![team_id(n), format!("team-{n}"), agency_id(agency_of(n))];
        db.exec(TEAM, values).await.unwrap();
    }
    for n in 0..USERS {
        let values = args![user_id(n), format!("user-{n}"), agency_id(0)];
        db.exec(USER, values).await.unwrap();
    }
}

async fn put(store: &TestStore, rows: &[Row]) {
    const OLD_REFERRALS: Sql = Sql::new("delete from referrals");
    const OLD_EPISODES: Sql = Sql::new("delete from episodes");
    const OLD_PERSONS: Sql = Sql::new("delete from persons");
    const PERSON: Sql = Sql::new(
        "insert into persons (id, public_id, reference, agency_id, team_id, unknowns, sort_name, restriction, retention_class, review_on, version, created_by, created_at, updated_at)
         values ($1, $2, $2, $3, $4, '{}', '', $5, 'pv_victim', '2030-01-01', 1, $6, 0, 0)",
    );
    const EPISODE: Sql = Sql::new(
        "insert into episodes (id, public_id, person_id, opened_by, opened_at) values ($1, $2, $1, $3, 0)",
    );
    const REFERRAL: Sql = Sql::new(
        "insert into referrals (id, public_id, reference, agency_id, team_id, person_id, episode_id, form, stage, route, author_id, restriction, retention_class, review_on, version, created_at, updated_at)
         values ($1, $2, $2, $3, $4, $1, $1, 'nrm-2026-04', 'draft', 'undecided', $6, $5, 'pv_victim', '2030-01-01', 1, 0, 0)",
    );
    let mut tx = store.store.db.begin().await.unwrap();
    for old in [OLD_REFERRALS, OLD_EPISODES, OLD_PERSONS] {
        tx.exec(old, vec![]).await.unwrap();
    }
    for (n, row) in (0..).zip(rows) {
        let values = args![
            record_id(n),
            record_name(n),
            agency_id(agency_of(row.team)),
            team_id(row.team),
            row.restriction,
            user_id(row.author)
        ];
        tx.exec(PERSON, values.clone()).await.unwrap();
        let episode = args![record_id(n), record_name(n), user_id(row.author)];
        tx.exec(EPISODE, episode).await.unwrap();
        tx.exec(REFERRAL, values).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn by_decision(
    policies: &Policies,
    viewer: &Viewer,
    action: Action,
    kind: Kind,
    rows: &[Row],
) -> BTreeSet<PublicId> {
    (0..)
        .zip(rows)
        .map(|(n, row)| Resource {
            kind,
            public_id: record_name(n),
            agency: AgencyId(agency_id(agency_of(row.team))),
            team: TeamId(team_id(row.team)),
            restriction: row.restriction.to_owned(),
            author: UserId(user_id(row.author)),
        })
        .filter(|resource| policies.decide(viewer, action, resource).allowed)
        .map(|resource| resource.public_id)
        .collect()
}

async fn by_list(
    store: &TestStore,
    viewer: &Viewer,
    action: Action,
    kind: Kind,
) -> BTreeSet<PublicId> {
    const PEOPLE: Sql =
        Sql::new("select p.public_id from persons p where p.version = $1 and {filter}");
    const REFERRALS: Sql =
        Sql::new("select r.public_id from referrals r where r.version = $1 and {filter}");
    let (sql, columns) = match kind {
        Kind::Person => (PEOPLE, Columns::PERSONS),
        _ => (REFERRALS, Columns::REFERRALS),
    };
    let filter = store
        .store
        .filter(viewer, action, kind, columns, 2)
        .unwrap();
    let rows: Vec<(String,)> = store
        .store
        .db
        .all_filtered(sql, args![1_i64], filter)
        .await
        .unwrap();
    rows.into_iter().map(|(name,)| PublicId(name)).collect()
}

/// Everybody the list of people shows, in either order, read page by page.
async fn by_pages(store: &TestStore, viewer: &Viewer, sort: Sort) -> BTreeSet<PublicId> {
    let mut query = PersonQuery {
        sort,
        limit: 7,
        ..PersonQuery::default()
    };
    let mut shown = BTreeSet::new();
    loop {
        let page = persons_for(store, viewer, &query).await.unwrap();
        for line in page.people {
            let new = shown.insert(line.public_id);
            assert!(new, "somebody is shown twice");
        }
        query.after = page.next;
        if query.after.is_none() {
            return shown;
        }
    }
}

#[tokio::test]
async fn the_pages_of_people_show_exactly_what_the_policies_allow() {
    let records = usize::try_from(RECORDS).unwrap();
    let world = proptest::collection::vec(row(), records);
    let policies = Policies::shipped().unwrap();
    for store in stores().await {
        people_who_are_always_there(&store).await;
        let mut runner = TestRunner::new(Config::default());
        let mut shown = 0;
        for _ in 0..2 {
            let rows = world.new_tree(&mut runner).unwrap().current();
            put(&store, &rows).await;
            for _ in 0..10 {
                let viewer = viewer().new_tree(&mut runner).unwrap().current();
                let allowed = by_decision(&policies, &viewer, Action::See, Kind::Person, &rows);
                for sort in [Sort::Name, Sort::Changed] {
                    let listed = by_pages(&store, &viewer, sort).await;
                    assert_eq!(listed, allowed, "{sort:?} {viewer:?} {rows:?}");
                    shown += listed.len();
                }
            }
        }
        assert!(
            shown > 40,
            "the random worlds are too empty to say anything"
        );
    }
}

#[tokio::test]
async fn a_list_shows_exactly_what_the_policies_allow() {
    let records = usize::try_from(RECORDS).unwrap();
    let world = proptest::collection::vec(row(), records);
    let policies = Policies::shipped().unwrap();
    for store in stores().await {
        people_who_are_always_there(&store).await;
        let mut runner = TestRunner::new(Config::default());
        let mut shown = 0;
        for _ in 0..4 {
            let rows = world.new_tree(&mut runner).unwrap().current();
            put(&store, &rows).await;
            for _ in 0..12 {
                let viewer = viewer().new_tree(&mut runner).unwrap().current();
                for kind in [Kind::Person, Kind::Referral] {
                    for action in [Action::See, Action::Edit, Action::SeeJournal, Action::Seal] {
                        let listed = by_list(&store, &viewer, action, kind).await;
                        let allowed = by_decision(&policies, &viewer, action, kind, &rows);
                        assert_eq!(listed, allowed, "{action:?} {kind:?} {viewer:?} {rows:?}");
                        shown += listed.len();
                    }
                }
            }
        }
        assert!(
            shown > 100,
            "the random worlds are too empty to say anything"
        );
    }
}
