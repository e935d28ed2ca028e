//! The coach: advice that goes and comes back with an answer, words used again within and beyond sight.

use heyrick_domain::coach::Rule;
use heyrick_domain::id::PublicId;
use heyrick_domain::restriction::Level;
use heyrick_domain::user::{Role, Viewer};
use heyrick_policy::Kind;
use heyrick_store::coach::beyond::look_beyond;
use heyrick_store::coach::{Beyond, Coaching, Which, coaching_for, record_set_aside};
use heyrick_store::restriction::{NewRestriction, record_restriction};
use heyrick_store::task::{TaskQuery, Whose, tasks_for};
use heyrick_store::{Sql, args};
use jiff::SignedDuration;
use jiff::civil::date;

use crate::common::TestStore;
use crate::referral::{a_person, answers, begun, colleague, october, saved};

const STEP: &str = "what-is-their-background";
const WORDS: &str = "They slept on a mattress behind the shop with the door locked from outside every night \
    and were driven to the fields before it was light, and the passport stayed in a drawer of the office.";

async fn draft(store: &TestStore, who: &Viewer, called: &str) -> (PublicId, PublicId) {
    let person = a_person(store, who, called).await;
    let id = begun(store, who, &person).await;
    (person, id)
}

async fn write(store: &TestStore, who: &Viewer, id: &PublicId, version: i64, text: &str) -> i64 {
    saved(store, who, id, STEP, version, answers([("family", text)])).await
}

async fn coached(store: &TestStore, who: &Viewer, id: &PublicId) -> Coaching {
    coaching_for(store, who, id).await.unwrap().unwrap().1
}

fn reused(coaching: &Coaching) -> Vec<String> {
    let told = coaching.open.iter();
    told.filter(|told| told.advice.rule == Rule::ReusedText)
        .filter_map(|told| told.other.as_ref().map(|(id, _)| id.0.clone()))
        .collect()
}

/// What somebody was asked to compare: the question, and the other referral where they may see it.
fn compared(coaching: &Coaching) -> Vec<(&str, Option<String>)> {
    let beyond = coaching.beyond.iter();
    let other = |one: &Beyond| one.other.as_ref().map(|(id, _)| id.0.clone());
    beyond.map(|one| (one.key.as_str(), other(one))).collect()
}

/// A person only their author and their inspectors see.
async fn restricted(store: &TestStore, by: &Viewer, person: &PublicId) {
    let restrict = NewRestriction {
        seen: Level::None,
        level: Level::Restricted,
        reason: "a witness in another job".to_owned(),
        review_on: Some(date(2027, 1, 4)),
        keep: Vec::new(),
    };
    let done = record_restriction(store, by, Kind::Person, person, &restrict).await;
    assert!(done.unwrap());
}

/// How many tasks of this kind somebody finds, their own and their team's.
pub(crate) async fn tasks_of_kind(store: &TestStore, who: &Viewer, wanted: &str) -> usize {
    let mut found = 0;
    for whose in [Whose::Mine, Whose::Team] {
        let query = TaskQuery {
            whose,
            limit: 50,
            ..TaskQuery::default()
        };
        let page = tasks_for(store, who, &query).await.unwrap();
        let kinds = page.tasks.iter().map(|task| task.kind.code());
        found += kinds.filter(|kind| *kind == wanted).count();
    }
    found
}

#[tokio::test]
async fn advice_is_set_aside_with_a_reason_and_comes_back_when_the_answer_changes() {
    for store in october().await {
        let who = store.constable().await;
        let (_, id) = draft(&store, &who, "PV1").await;
        let version = write(&store, &who, &id, 0, "not known").await;
        let not_known = |coaching: &Coaching| {
            let rule = |told: &&heyrick_store::coach::Told| {
                told.advice.rule == Rule::NotKnownWithoutWhy && told.advice.key == "family"
            };
            coaching.open.iter().filter(rule).count()
        };
        assert_eq!(not_known(&coached(&store, &who, &id).await), 1);
        let which = Which {
            rule: Rule::NotKnownWithoutWhy,
            key: "family".to_owned(),
            about: None,
        };
        let without = record_set_aside(&store, &who, &id, &which, "  ").await;
        assert!(without.is_err());
        let why = "asked twice by the hub already";
        assert!(
            record_set_aside(&store, &who, &id, &which, why)
                .await
                .unwrap()
        );
        let held = coached(&store, &who, &id).await;
        assert_eq!((not_known(&held), held.aside.len()), (0, 1));
        assert_eq!(held.aside[0].1.why, why);
        let again = record_set_aside(&store, &who, &id, &which, why).await;
        assert!(!again.unwrap(), "it does not stand any more");
        write(&store, &who, &id, version, "unknown").await;
        let back = coached(&store, &who, &id).await;
        assert_eq!((not_known(&back), back.aside.len()), (1, 0));
        let stranger = store.constable().await;
        assert!(
            coaching_for(&store, &stranger, &id)
                .await
                .unwrap()
                .is_none()
        );
        let hidden = record_set_aside(&store, &stranger, &id, &which, why).await;
        assert!(!hidden.unwrap());
    }
}

#[tokio::test]
async fn words_used_again_are_shown_within_sight_and_go_with_the_words() {
    for store in october().await {
        let who = store.constable().await;
        let (_, first) = draft(&store, &who, "PV1").await;
        let (_, second) = draft(&store, &who, "PV2").await;
        write(&store, &who, &first, 0, WORDS).await;
        let same = format!("Said by the second: {WORDS}");
        let version = write(&store, &who, &second, 0, &same).await;
        assert_eq!(
            reused(&coached(&store, &who, &second).await),
            std::slice::from_ref(&first.0)
        );
        assert_eq!(
            reused(&coached(&store, &who, &first).await),
            std::slice::from_ref(&second.0)
        );
        assert_eq!(look_beyond(&store).await.unwrap(), 0, "both are in sight");
        write(
            &store,
            &who,
            &second,
            version,
            "Two sisters, and a mother who farms.",
        )
        .await;
        assert_eq!(reused(&coached(&store, &who, &first).await), [""; 0]);
    }
}

/// Somebody's draft with the words of a record they do not see.
struct Hidden {
    who: Viewer,
    inspector: Viewer,
    other: Viewer,
    hidden: PublicId,
    mine: PublicId,
}

async fn hidden_words(store: &TestStore) -> Hidden {
    let who = store.constable().await;
    let inspector = colleague(store, &who, Role::Inspector).await;
    let other = colleague(store, &who, Role::Constable).await;
    let (person, hidden) = draft(store, &other, "PV1").await;
    write(store, &other, &hidden, 0, WORDS).await;
    restricted(store, &inspector, &person).await;
    let (_, mine) = draft(store, &who, "PV2").await;
    write(store, &who, &mine, 0, WORDS).await;
    Hidden {
        who,
        inspector,
        other,
        hidden,
        mine,
    }
}

#[tokio::test]
async fn words_beyond_sight_are_an_inspectors_and_their_writer_learns_nothing() {
    const KIND: &str = "reused_text";
    const PRINTS: Sql = Sql::new("select count(*) from reuse_prints where print > 0 and key = $1");
    for store in october().await {
        let Hidden {
            who,
            inspector,
            other,
            hidden,
            mine,
        } = hidden_words(&store).await;
        assert_eq!(reused(&coached(&store, &who, &mine).await), [""; 0]);
        assert_eq!(look_beyond(&store).await.unwrap(), 1);
        assert_eq!(look_beyond(&store).await.unwrap(), 0, "each is told once");
        assert!(tasks_of_kind(&store, &inspector, KIND).await > 0);
        assert_eq!(tasks_of_kind(&store, &who, KIND).await, 0);
        assert_eq!(tasks_of_kind(&store, &other, KIND).await, 0);
        assert_eq!(reused(&coached(&store, &who, &mine).await), [""; 0]);
        assert_eq!(compared(&coached(&store, &who, &mine).await), []);
        let told = coached(&store, &inspector, &hidden).await;
        let both = [("family", Some(mine.0.clone()))];
        assert_eq!(compared(&told), both, "the inspector may see both");
        let prints: Option<(i64,)> = store.store.db.opt(PRINTS, args!["family"]).await.unwrap();
        assert!(prints.is_some());
    }
}

#[tokio::test]
async fn words_beyond_every_inspectors_sight_wait_for_one_who_sees_them() {
    const KIND: &str = "reused_text";
    const CLOSE: Sql = Sql::new("update users set disabled_at = $2 where id = $1");
    const OPEN: Sql = Sql::new("update users set disabled_at = null where id = $1");
    const TASKS: Sql = Sql::new("select count(*) from tasks where kind = $1");
    for store in october().await {
        let tasks = async || {
            let row: Option<(i64,)> = store.store.db.opt(TASKS, args![KIND]).await.unwrap();
            row.unwrap().0
        };
        let who = store.constable().await;
        let inspector = colleague(&store, &who, Role::Inspector).await;
        let other = colleague(&store, &who, Role::Constable).await;
        let (person, hidden) = draft(&store, &other, "PV1").await;
        write(&store, &other, &hidden, 0, WORDS).await;
        restricted(&store, &inspector, &person).await;
        let values = args![inspector.user, store.now()];
        store.store.db.exec(CLOSE, values).await.unwrap();
        let (_, mine) = draft(&store, &who, "PV2").await;
        write(&store, &who, &mine, 0, WORDS).await;
        assert_eq!(look_beyond(&store).await.unwrap(), 0);
        assert_eq!(tasks().await, 0, "nobody could see it");
        let values = args![inspector.user];
        store.store.db.exec(OPEN, values).await.unwrap();
        assert_eq!(look_beyond(&store).await.unwrap(), 0, "it rests");
        store.wait(SignedDuration::from_mins(10));
        assert_eq!(look_beyond(&store).await.unwrap(), 1);
        assert!(tasks_of_kind(&store, &inspector, KIND).await > 0);
        let told = coached(&store, &inspector, &hidden).await;
        assert_eq!(compared(&told), [("family", Some(mine.0.clone()))]);
    }
}

#[tokio::test]
async fn a_task_nobody_ever_had_is_given_to_an_inspector_who_sees_the_record() {
    const KIND: &str = "reused_text";
    const NOBODY: Sql = Sql::new("update tasks set owner_id = null where kind = $1");
    for store in october().await {
        let Hidden {
            inspector, hidden, ..
        } = hidden_words(&store).await;
        assert_eq!(look_beyond(&store).await.unwrap(), 1);
        store.store.db.exec(NOBODY, args![KIND]).await.unwrap();
        assert_eq!(coached(&store, &inspector, &hidden).await.beyond, []);
        assert_eq!(look_beyond(&store).await.unwrap(), 1);
        let told = coached(&store, &inspector, &hidden).await;
        assert_eq!(compared(&told).len(), 1);
        assert_eq!(look_beyond(&store).await.unwrap(), 0);
    }
}
