//! Fresh, migrated stores on both engines, with a clock that stands still.

use std::collections::BTreeSet;

use heyrick_domain::id::PublicId;
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_store::{Clock, Db, Keys, Sql, Store, args, migrate};
use heyrick_testkit::Fresh;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// A store on a fresh database. The database goes when this does.
pub struct TestStore {
    pub store: Store,
    pub fresh: Fresh,
}

impl std::ops::Deref for TestStore {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

impl TestStore {
    /// Lets the standing clock go on.
    pub fn wait(&self, time: SignedDuration) {
        let now = Timestamp::from_microsecond(self.store.now()).unwrap();
        self.store.clock.set(now.checked_add(time).unwrap());
    }

    /// A constable with an account, an agency and a team of their own.
    pub async fn constable(&self) -> Viewer {
        self.officer(Role::Constable).await
    }

    /// Somebody of this role with an account, an agency and a team of their own.
    pub async fn officer(&self, role: Role) -> Viewer {
        const AGENCY: Sql = Sql::new(
            "insert into agencies (id, public_id, name, kind, created_at) values ($1, $2, 'Testshire', 'police', 0)",
        );
        const TEAM: Sql = Sql::new(
            "insert into teams (id, public_id, agency_id, name, created_at) values ($1, $2, $3, 'Team', 0)",
        );
        const USER: Sql = Sql::new(
            "insert into users (id, public_id, agency_id, team_id, username, display_name, role, password_hash, must_change_password, version, created_at)
             values ($1, $2, $3, $4, $5, 'DC Amber', $6, '', false, 1, 0)",
        );
        let (agency, team, user) = (self.id(), self.id(), self.id());
        let public = self.store.new_public_id().unwrap();
        let db = &self.store.db;
        db.exec(AGENCY, args![agency, agency.to_string()])
            .await
            .unwrap();
        db.exec(TEAM, args![team, team.to_string(), agency])
            .await
            .unwrap();
        db.exec(
            USER,
            args![user, &public, agency, team, user.to_string(), role.code()],
        )
        .await
        .unwrap();
        viewer(user, public, agency, team, role)
    }

    /// A new id.
    pub fn id(&self) -> Uuid {
        self.store.new_id().unwrap()
    }
}

fn viewer(user: Uuid, public_id: PublicId, agency: Uuid, team: Uuid, role: Role) -> Viewer {
    Viewer {
        user: user.into(),
        public_id,
        display_name: "DC Amber".to_owned(),
        agency: agency.into(),
        team: Some(team.into()),
        role,
        roles: BTreeSet::from([role]),
        teams: BTreeSet::from([team.into()]),
        granted: BTreeSet::new(),
        through: Through::Session(Uuid::from_u128(1).into()),
        scopes: None,
    }
}

/// A store on each engine; the clock stands at noon on 3 March 2026.
pub async fn stores() -> Vec<TestStore> {
    let mut all = Vec::new();
    for fresh in heyrick_testkit::engines().unwrap() {
        let db = Db::connect(&fresh.url).await.unwrap();
        migrate::migrate(&db, 0).await.unwrap();
        let clock = Clock::fixed("2026-03-03T12:00:00Z".parse::<Timestamp>().unwrap());
        let store = Store::open(db, Keys::generate().unwrap(), clock)
            .await
            .unwrap();
        all.push(TestStore { store, fresh });
    }
    all
}
