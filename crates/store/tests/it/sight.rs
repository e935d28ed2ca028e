//! Who sees a record after it was granted, covered, restricted, sealed and opened again.

use heyrick_domain::grant::Relation;
use heyrick_domain::id::{PublicId, TeamId};
use heyrick_domain::restriction::Level;
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_policy::Kind;
use heyrick_store::grant::{Cover, NewAllocation, NewCover};
use heyrick_store::restriction::{NewRestriction, RestrictError};
use heyrick_store::sight::Why;
use heyrick_store::{Sql, StoreError, args, grant, restriction, sight, user};
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::common::{TestStore, stores};

const TODAY: Date = date(2026, 3, 3);

/// Somebody of this role in `of`'s team.
async fn colleague(store: &TestStore, of: &Viewer, role: Role) -> Viewer {
    let other = store.officer(role).await;
    move_to(store, &other, of).await
}

async fn move_to(store: &TestStore, who: &Viewer, of: &Viewer) -> Viewer {
    const MOVE: Sql = Sql::new("update users set agency_id = $2, team_id = $3 where id = $1");
    store
        .store
        .db
        .exec(MOVE, args![who.user, of.agency, of.team])
        .await
        .unwrap();
    now(store, who).await
}

/// The viewer somebody is right now.
async fn now(store: &TestStore, who: &Viewer) -> Viewer {
    user::viewer(store, who.user, Through::CommandLine, None)
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

async fn sees(store: &TestStore, who: &Viewer, id: &PublicId) -> Option<Vec<Why>> {
    let viewer = now(store, who).await;
    sight::sight_for(store, &viewer, Kind::Person, id)
        .await
        .unwrap()
        .map(|sight| sight.because)
}

fn asked(seen: Level, level: Level, keep: &[&Viewer]) -> NewRestriction {
    NewRestriction {
        seen,
        level,
        reason: "a relative works in the building".to_owned(),
        review_on: Some(date(2026, 4, 1)),
        keep: keep.iter().map(|who| who.public_id.clone()).collect(),
    }
}

async fn restrict(
    store: &TestStore,
    who: &Viewer,
    id: &PublicId,
    new: &NewRestriction,
) -> Result<bool, RestrictError> {
    restriction::record_restriction(store, who, Kind::Person, id, new).await
}

#[tokio::test]
async fn a_sealed_record_is_seen_by_those_named_and_nobody_else() {
    for store in stores().await {
        let author = store.constable().await;
        let inspector = colleague(&store, &author, Role::Inspector).await;
        let other = colleague(&store, &author, Role::Constable).await;
        let second = colleague(&store, &author, Role::Inspector).await;
        let id = a_person(&store, &author).await;
        for who in [&author, &inspector, &other, &second] {
            assert_eq!(sees(&store, who, &id).await, Some(vec![Why::Team]));
        }

        let new = asked(Level::None, Level::Restricted, &[&other]);
        assert!(restrict(&store, &inspector, &id, &new).await.unwrap());
        assert_eq!(sees(&store, &author, &id).await, Some(vec![Why::Author]));
        assert_eq!(sees(&store, &second, &id).await, Some(vec![Why::Inspector]));
        let named = Why::Granted(Relation::Named);
        assert_eq!(sees(&store, &other, &id).await, Some(vec![named]));

        let inspector = now(&store, &inspector).await;
        let new = asked(Level::Restricted, Level::Sealed, &[]);
        assert!(restrict(&store, &inspector, &id, &new).await.unwrap());
        assert_eq!(sees(&store, &author, &id).await, None);
        assert_eq!(sees(&store, &second, &id).await, None);
        assert_eq!(sees(&store, &other, &id).await, Some(vec![named]));
        let hidden = asked(Level::Sealed, Level::None, &[]);
        assert!(!restrict(&store, &second, &id, &hidden).await.unwrap());

        let inspector = now(&store, &inspector).await;
        assert!(restrict(&store, &inspector, &id, &hidden).await.unwrap());
        assert_eq!(sees(&store, &other, &id).await, Some(vec![Why::Team]));
        let history = restriction::restrictions_for(&store, &inspector, Kind::Person, &id)
            .await
            .unwrap()
            .unwrap();
        let levels: Vec<_> = history.iter().map(|one| one.level).collect();
        assert_eq!(levels.len(), 3, "{levels:?}");
    }
}

#[tokio::test]
async fn two_who_decide_at_once_do_not_overwrite_each_other() {
    for store in stores().await {
        let author = store.constable().await;
        let inspector = colleague(&store, &author, Role::Inspector).await;
        let id = a_person(&store, &author).await;
        let new = asked(Level::None, Level::Restricted, &[]);
        assert!(restrict(&store, &inspector, &id, &new).await.unwrap());
        let late = restrict(&store, &inspector, &id, &new).await;
        assert!(matches!(late, Err(RestrictError::Store(StoreError::Stale))));
        let open = asked(Level::Restricted, Level::None, &[]);
        let refused = restrict(&store, &author, &id, &open).await;
        assert!(matches!(
            refused,
            Err(RestrictError::Store(StoreError::NotAllowed))
        ));
    }
}

#[tokio::test]
async fn cover_opens_a_team_for_its_days_and_not_a_moment_longer() {
    for store in stores().await {
        let author = store.constable().await;
        let sergeant = colleague(&store, &author, Role::Sergeant).await;
        let elsewhere = store.constable().await;
        let id = a_person(&store, &author).await;
        let team = team_name(&store, &author).await;
        let new = |who: &Viewer, first, last| NewCover {
            user: who.public_id.clone(),
            what: Cover::Team(team.clone()),
            first,
            last,
            reason: "on call for both teams".to_owned(),
        };
        let given = grant::record_cover(&store, &sergeant, &new(&elsewhere, TODAY, TODAY)).await;
        assert!(matches!(
            given,
            Err(StoreError::Refused("grant-user-other-agency"))
        ));
        join_agency(&store, &elsewhere, &author).await;
        assert_eq!(sees(&store, &elsewhere, &id).await, None);
        let tomorrow = date(2026, 3, 4);
        let cover = new(&elsewhere, tomorrow, tomorrow);
        grant::record_cover(&store, &sergeant, &cover)
            .await
            .unwrap();
        assert_eq!(sees(&store, &elsewhere, &id).await, None);
        store.wait(SignedDuration::from_hours(12));
        assert_eq!(sees(&store, &elsewhere, &id).await, Some(vec![Why::Cover]));
        store.wait(SignedDuration::from_hours(24));
        assert_eq!(sees(&store, &elsewhere, &id).await, None);
    }
}

#[tokio::test]
async fn cover_ends_when_somebody_ends_it_and_nobody_covers_for_themselves() {
    for store in stores().await {
        let author = store.constable().await;
        let sergeant = colleague(&store, &author, Role::Sergeant).await;
        let new = |who: &Viewer, rank| NewCover {
            user: who.public_id.clone(),
            what: Cover::Rank(rank),
            first: TODAY,
            last: TODAY,
            reason: "the sergeant is in court".to_owned(),
        };
        let own = grant::record_cover(&store, &sergeant, &new(&sergeant, Role::Sergeant)).await;
        assert!(matches!(own, Err(StoreError::Refused("grant-user-self"))));
        let above = grant::record_cover(&store, &sergeant, &new(&author, Role::Inspector)).await;
        assert!(matches!(above, Err(StoreError::Refused("grant-rank"))));
        let by_constable =
            grant::record_cover(&store, &author, &new(&sergeant, Role::Sergeant)).await;
        assert!(matches!(by_constable, Err(StoreError::NotAllowed)));
        let id = grant::record_cover(&store, &sergeant, &new(&author, Role::Sergeant))
            .await
            .unwrap();
        assert!(now(&store, &author).await.holds(Role::Sergeant));
        let listed = grant::covers_for(&store, &sergeant).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert!(
            grant::record_cover_ended(&store, &sergeant, &id)
                .await
                .unwrap()
        );
        assert!(!now(&store, &author).await.holds(Role::Sergeant));
        assert!(
            !grant::record_cover_ended(&store, &sergeant, &id)
                .await
                .unwrap()
        );
    }
}

#[tokio::test]
async fn another_agency_sees_a_record_only_while_it_is_shared_with_somebody_by_name() {
    for store in stores().await {
        let author = store.constable().await;
        let sergeant = colleague(&store, &author, Role::Sergeant).await;
        let partner = store.officer(Role::Partner).await;
        let id = a_person(&store, &author).await;
        assert_eq!(sees(&store, &partner, &id).await, None);
        let new = NewAllocation {
            user: partner.public_id.clone(),
            relation: Relation::Shared,
            last: Some(TODAY),
            reason: "social care plans with us".to_owned(),
        };
        let allocate = |new: NewAllocation| {
            let (store, sergeant, id) = (&store, &sergeant, &id);
            async move { grant::record_allocation(store, sergeant, Kind::Person, id, &new).await }
        };
        let open_ended = NewAllocation {
            last: None,
            ..new.clone()
        };
        let refused = allocate(open_ended).await;
        assert!(matches!(
            refused,
            Err(StoreError::Refused("grant-last-day"))
        ));
        let worker = NewAllocation {
            relation: Relation::Allocated,
            ..new.clone()
        };
        assert!(allocate(worker).await.is_err());
        assert!(allocate(new.clone()).await.unwrap().is_some());
        assert!(matches!(
            allocate(new).await,
            Err(StoreError::Refused("grant-already"))
        ));
        let shared = Some(vec![Why::Granted(Relation::Shared)]);
        assert_eq!(sees(&store, &partner, &id).await, shared);
        let asks = now(&store, &author).await;
        let sight = sight::sight_for(&store, &asks, Kind::Person, &id)
            .await
            .unwrap()
            .unwrap();
        let others: Vec<_> = sight.others.iter().map(|one| one.role).collect();
        assert_eq!(others.len(), 2);
        assert!(others.contains(&Role::Partner) && others.contains(&Role::Sergeant));
        store.wait(SignedDuration::from_hours(12));
        assert_eq!(sees(&store, &partner, &id).await, None);
    }
}

async fn team_name(store: &TestStore, of: &Viewer) -> PublicId {
    let teams = heyrick_store::agency::teams(store).await.unwrap();
    let own: TeamId = of.team.unwrap();
    teams
        .into_iter()
        .find(|team| team.id == own)
        .unwrap()
        .public_id
}

/// Moves somebody and their team to another agency.
async fn join_agency(store: &TestStore, who: &Viewer, of: &Viewer) {
    const USER: Sql = Sql::new("update users set agency_id = $2 where id = $1");
    const TEAM: Sql = Sql::new("update teams set agency_id = $2 where id = $1");
    let db = &store.store.db;
    db.exec(USER, args![who.user, of.agency]).await.unwrap();
    db.exec(TEAM, args![who.team.map(Uuid::from), of.agency])
        .await
        .unwrap();
}
