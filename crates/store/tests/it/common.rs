//! Fresh, migrated stores on both engines, with a clock that stands still.

use heyrick_store::{Clock, Db, Keys, Store, migrate};
use heyrick_testkit::Fresh;
use jiff::Timestamp;

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
