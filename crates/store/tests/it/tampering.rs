//! Whatever is done to the journal behind the program's back, `verify` notices.

use heyrick_store::db::Arg;
use heyrick_store::journal::checkpoint::{Checkpoint, CheckpointFile};
use heyrick_store::journal::sequencer::{Sequencer, SequencerError, sequence_now};
use heyrick_store::journal::tree::{Tree, leaf_hash};
use heyrick_store::journal::verify::{Finding, Kept, Notice, Report, verify};
use heyrick_store::journal::{Action, Actor, Body, Event, ObjectKind};
use heyrick_store::{Keys, Sql, args};
use jiff::Timestamp;
use uuid::Uuid;

use crate::common::{TestStore, stores};

fn file(store: &TestStore) -> CheckpointFile {
    CheckpointFile::new(store.fresh.folder.path().join("checkpoints.txt"))
}

async fn checked(store: &TestStore) -> Report {
    verify(&store.db, &store.keys, Some(&file(store)))
        .await
        .unwrap()
}

async fn write(store: &TestStore, events: u128) {
    let mut tx = store.db.begin().await.unwrap();
    for n in 0..events {
        let event = match n % 3 {
            0 => Event::new(Action::PersonListed).shown((0..n % 15).map(Uuid::from_u128)),
            _ => Event::new(Action::PersonChanged).object(ObjectKind::Person, Uuid::from_u128(n)),
        };
        let record = store.journal.record(&mut tx, Actor::COMMAND_LINE, event);
        record.await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn sequence(store: &TestStore) -> Checkpoint {
    let path = file(store).path().to_owned();
    sequence_now(store, path).await.unwrap().unwrap()
}

/// Twenty events under a checkpoint, ten more under a second one.
async fn thirty(store: &TestStore) {
    write(store, 20).await;
    assert_eq!(sequence(store).await.size, 20);
    write(store, 10).await;
    assert_eq!(sequence(store).await.size, 30);
    let report = checked(store).await;
    assert!(report.is_whole(), "{:?}", report.findings);
}

async fn tamper(store: &TestStore, sql: &'static str, args: Vec<Arg>) {
    let touched = store.db.exec(Sql::new(sql), args).await.unwrap();
    assert!(touched > 0, "the tampering itself failed: {sql}");
}

#[track_caller]
fn noticed(store: &TestStore, report: &Report, wanted: fn(&Finding) -> bool) {
    assert!(
        report.findings.iter().any(wanted),
        "{}: {:?}",
        store.fresh.engine,
        report.findings
    );
}

/// The id and body of the event at a place.
async fn at(store: &TestStore, leaf: i64) -> (Uuid, Body) {
    const AT: Sql = Sql::new("select id, body from journal_events where leaf = $1");
    let row: Option<(Uuid, Vec<u8>)> = store.db.opt(AT, args![leaf]).await.unwrap();
    let (id, body) = row.unwrap();
    (id, Body::read(&body).unwrap())
}

#[tokio::test]
async fn an_untouched_journal_is_whole() {
    for store in stores().await {
        thirty(&store).await;
        write(&store, 5).await;
        let report = checked(&store).await;
        assert!(report.is_whole(), "{:?}", report.findings);
        assert_eq!((report.sequenced, report.waiting), (30, 5));
        assert_eq!((report.checkpoints, report.remembered), (2, Some(2)));
    }
}

#[tokio::test]
async fn a_journal_longer_than_a_page_and_a_batch_is_whole() {
    for store in stores().await {
        write(&store, 1000).await;
        assert_eq!(sequence(&store).await.size, 1000);
        assert!(checked(&store).await.is_whole());
    }
}

#[tokio::test]
async fn a_changed_body_is_noticed_sequenced_or_not() {
    for store in stores().await {
        thirty(&store).await;
        write(&store, 1).await;
        let (id, mut body) = at(&store, 17).await;
        body.object = Some(Uuid::from_u128(999));
        const CHANGE: &str = "update journal_events set body = $2 where id = $1";
        tamper(&store, CHANGE, args![id, body.to_bytes()]).await;
        let report = checked(&store).await;
        noticed(&store, &report, |f| {
            matches!(f, Finding::Leaf { leaf: 17, .. })
        });
        noticed(&store, &report, |f| matches!(f, Finding::Columns(_)));
        noticed(&store, &report, |f| matches!(f, Finding::Seal(_)));
        noticed(&store, &report, |f| matches!(f, Finding::Root { .. }));

        const WAITING: &str = "update journal_events set body = $1 where leaf is null";
        tamper(&store, WAITING, args![body.to_bytes()]).await;
        let report = checked(&store).await;
        assert!(
            report
                .findings
                .iter()
                .filter(|f| matches!(f, Finding::Seal(_)))
                .count()
                == 2
        );
    }
}

#[tokio::test]
async fn a_changed_column_is_noticed() {
    for store in stores().await {
        thirty(&store).await;
        for change in [
            "update journal_events set at = at + 1 where leaf = 3",
            "update journal_events set action = 'person.viewed' where leaf = 4",
            "update journal_events set object = id where leaf = 5",
            "update journal_events set actor = id where leaf = 6",
            "update journal_events set role = 'auditor' where leaf = 7",
            "update journal_events set object_kind = 'x' where leaf = 8",
        ] {
            tamper(&store, change, vec![]).await;
        }
        let report = checked(&store).await;
        let columns = |f: &&Finding| matches!(f, Finding::Columns(_));
        assert_eq!(report.findings.iter().filter(columns).count(), 6);
    }
}

#[tokio::test]
async fn an_event_deleted_before_it_was_sequenced_is_noticed() {
    for store in stores().await {
        thirty(&store).await;
        write(&store, 10).await;
        let delete = "delete from journal_events where leaf is null and counter = 34";
        let shown = "delete from journal_shown where event_id in (select id from journal_events where counter = 34)";
        let _ = store.db.exec(Sql::new(shown), vec![]).await.unwrap();
        tamper(&store, delete, vec![]).await;
        let gap = |f: &Finding| {
            matches!(
                f,
                Finding::Gap {
                    first: 34,
                    last: 34,
                    ..
                }
            )
        };
        noticed(&store, &checked(&store).await, gap);
        sequence(&store).await;
        noticed(&store, &checked(&store).await, gap);
    }
}

#[tokio::test]
async fn an_event_deleted_after_it_was_sequenced_is_noticed() {
    for store in stores().await {
        thirty(&store).await;
        tamper(&store, "delete from journal_events where leaf = 13", vec![]).await;
        let report = checked(&store).await;
        assert_eq!(
            report.findings.len(),
            2,
            "its place and its writer's counter: {:?}",
            report.findings
        );
        noticed(&store, &report, |f| *f == Finding::Removed(13));
        noticed(&store, &report, |f| matches!(f, Finding::Gap { .. }));
    }
}

#[tokio::test]
async fn two_events_that_changed_places_are_noticed() {
    for store in stores().await {
        thirty(&store).await;
        for swap in [
            "update journal_events set leaf = -1 where leaf = 10",
            "update journal_events set leaf = 10 where leaf = 11",
            "update journal_events set leaf = 11 where leaf = -1",
        ] {
            tamper(&store, swap, vec![]).await;
        }
        let report = checked(&store).await;
        noticed(&store, &report, |f| {
            matches!(f, Finding::Leaf { leaf: 10, .. })
        });
        noticed(&store, &report, |f| matches!(f, Finding::Order(_)));
    }
}

#[tokio::test]
async fn a_cut_tail_or_an_earlier_state_is_noticed_against_the_file_and_nothing_is_built_on_it() {
    for store in stores().await {
        thirty(&store).await;
        // Exactly the state after the first twenty: nothing inside the database is amiss.
        for cut in [
            "delete from journal_shown where event_id in (select id from journal_events where leaf >= 20)",
            "delete from journal_events where leaf >= 20",
            "delete from journal_checkpoints where size > 20",
            "delete from journal_nodes where (level = 0 and place >= 20) or (level = 1 and place >= 10) or (level = 2 and place >= 5) or (level = 3 and place >= 2) or (level = 4 and place >= 1)",
        ] {
            tamper(&store, cut, vec![]).await;
        }
        let inside = verify(&store.db, &store.keys, None).await.unwrap();
        assert!(inside.is_whole(), "{:?}", inside.findings);
        let report = checked(&store).await;
        assert_eq!(
            report.findings,
            [Finding::Cut {
                size: 30,
                held: 20,
                kept: Kept::File
            }]
        );
        let refused = sequence_now(&store, file(&store).path()).await;
        assert!(
            matches!(
                refused,
                Err(SequencerError::Behind {
                    remembered: 30,
                    held: 20
                })
            ),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_shown_record_that_is_struck_off_a_list_is_noticed() {
    for store in stores().await {
        thirty(&store).await;
        let strike = "delete from journal_shown where object = $1 and event_id in (select id from journal_events where leaf = 12)";
        tamper(&store, strike, args![Uuid::from_u128(3)]).await;
        noticed(&store, &checked(&store).await, |f| {
            matches!(f, Finding::Shown(_))
        });
    }
}

#[tokio::test]
async fn a_stored_node_that_is_changed_or_added_is_noticed() {
    for store in stores().await {
        thirty(&store).await;
        let change = "update journal_nodes set hash = (select n.hash from journal_nodes n where n.level = 0 and n.place = 0) where level = 2 and place = 1";
        tamper(&store, change, vec![]).await;
        let node = |f: &Finding| *f == Finding::Node { level: 2, place: 1 };
        noticed(&store, &checked(&store).await, node);
        tamper(
            &store,
            "delete from journal_nodes where level = 3 and place = 0",
            vec![],
        )
        .await;
        noticed(&store, &checked(&store).await, |f| {
            *f == Finding::Nodes {
                stored: 55,
                needed: 56,
            }
        });
    }
}

#[tokio::test]
async fn an_event_somebody_else_wrote_gets_no_place_and_is_named() {
    const FORGE: &str = "insert into journal_events (id, writer, counter, at, action, body, seal)
        select $1, $2, 1, at, action, body, seal from journal_events where leaf = 4";
    for store in stores().await {
        thirty(&store).await;
        let (id, writer) = (Uuid::from_u128(77), Uuid::from_u128(78));
        tamper(&store, FORGE, args![id, writer]).await;
        let (_, mut body) = at(&store, 4).await;
        (body.id, body.writer, body.counter) = (id, writer, 1);
        let bytes = "update journal_events set body = $2 where id = $1";
        tamper(&store, bytes, args![id, body.to_bytes()]).await;
        assert_eq!(sequence(&store).await.size, 30);
        noticed(&store, &checked(&store).await, |f| {
            matches!(f, Finding::Seal(_))
        });
    }
}

/// Changes one event and makes everything inside the database fit again, as somebody with these keys.
async fn rewrite_history(store: &TestStore, keys: &Keys) {
    const ALL: Sql = Sql::new("select body from journal_events order by leaf");
    const NODE: &str = "update journal_nodes set hash = $3 where level = $1 and place = $2";
    const NOTE: &str = "update journal_checkpoints set root = $2, note = $3 where size = $1";
    let (id, mut body) = at(store, 7).await;
    body.object = Some(Uuid::from_u128(4242));
    let bytes = body.to_bytes();
    let seal = keys.keyed_hash("journal-event", &bytes);
    let change = "update journal_events set body = $2, seal = $3, object = $4 where id = $1";
    let args = args![id, bytes, seal.as_slice(), body.object];
    tamper(store, change, args).await;
    let bodies: Vec<(Vec<u8>,)> = store.db.all(ALL, vec![]).await.unwrap();
    let (mut tree, mut nodes) = (Tree::default(), Vec::new());
    for (body,) in &bodies {
        tree.push(leaf_hash(body), |node| nodes.push(node));
        let size = tree.size() as i64;
        if size == 20 || size == 30 {
            let checkpoint = Checkpoint {
                origin: store.keys.origin().to_owned(),
                size: tree.size(),
                root: tree.root(),
            };
            let note = checkpoint.sign(keys);
            tamper(store, NOTE, args![size, checkpoint.root.as_slice(), note]).await;
        }
    }
    for node in nodes {
        let place = args![
            i64::from(node.level),
            node.place as i64,
            node.hash.as_slice()
        ];
        tamper(store, NODE, place).await;
    }
}

#[tokio::test]
async fn a_whole_chain_made_anew_without_the_key_file_is_noticed() {
    for store in stores().await {
        thirty(&store).await;
        rewrite_history(&store, &Keys::generate().unwrap()).await;
        let report = verify(&store.db, &store.keys, None).await.unwrap();
        noticed(&store, &report, |f| *f == Finding::Unsigned(20));
        noticed(&store, &report, |f| matches!(f, Finding::Seal(_)));
    }
}

#[tokio::test]
async fn a_whole_chain_made_anew_with_the_key_file_is_noticed_against_the_file_outside() {
    for store in stores().await {
        thirty(&store).await;
        rewrite_history(&store, &store.keys).await;
        let inside = verify(&store.db, &store.keys, None).await.unwrap();
        assert!(
            inside.is_whole(),
            "only the outside can tell: {:?}",
            inside.findings
        );
        let report = checked(&store).await;
        for size in [20, 30] {
            assert!(report.findings.contains(&Finding::Root {
                size,
                kept: Kept::File
            }));
        }
    }
}

#[tokio::test]
async fn a_checkpoint_removed_on_one_side_is_noticed_and_the_newest_may_be_late_in_the_file() {
    for store in stores().await {
        thirty(&store).await;
        let path = file(&store).path().to_owned();
        let kept = std::fs::read_to_string(&path).unwrap();
        let second = kept.match_indices("\n\n").nth(1).unwrap().0 + 2;
        std::fs::write(&path, &kept[..second]).unwrap();
        let report = checked(&store).await;
        assert!(
            report.is_whole(),
            "a crash does that: {:?}",
            report.findings
        );
        std::fs::write(&path, &kept[second..]).unwrap();
        let gone = |gone| vec![Finding::Gone { size: 20, gone }];
        assert_eq!(checked(&store).await.findings, gone(Kept::File));
        std::fs::write(&path, &kept).unwrap();
        let away = "delete from journal_checkpoints where size = 20";
        tamper(&store, away, vec![]).await;
        assert_eq!(checked(&store).await.findings, gone(Kept::Database));
    }
}

#[tokio::test]
async fn a_machine_clock_far_ahead_or_behind_is_told_and_breaks_nothing() {
    const DAY: i64 = 24 * 3_600 * 1_000_000;
    for store in stores().await {
        let told = async |days: i64| {
            let to = store.now() + days * DAY;
            store.clock.set(Timestamp::from_microsecond(to).unwrap());
            write(&store, 3).await;
            let report = checked(&store).await;
            assert!(report.is_whole(), "{:?}", report.findings);
            report
                .notices
                .into_iter()
                .map(|notice| match notice {
                    Notice::Ahead { days, .. } => days,
                    Notice::Behind { days, .. } => -i64::from(days),
                    other => panic!("{other}"),
                })
                .collect::<Vec<_>>()
        };
        write(&store, 3).await;
        assert_eq!(told(0).await, Vec::<i64>::new());
        assert_eq!(told(400).await, [400]);
        assert_eq!(told(-400).await, [400, -400]);
        assert_eq!(
            told(0).await,
            [400, -400],
            "once a day, not with every event"
        );
        assert_eq!(told(-400).await, [400, -400, -800]);
        assert_eq!(told(800).await, [400, -400, -800], "caught up");
        sequence(&store).await;
        let after = checked(&store).await;
        assert_eq!((after.notices.len(), after.is_whole()), (3, true));
    }
}

#[tokio::test]
async fn a_missing_or_foreign_file_is_not_taken_for_a_good_one() {
    for store in stores().await {
        thirty(&store).await;
        let path = file(&store).path().to_owned();
        let kept = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        noticed(&store, &checked(&store).await, |f| {
            matches!(f, Finding::NoFile(_))
        });
        std::fs::write(&path, "something else\n").unwrap();
        noticed(&store, &checked(&store).await, |f| {
            *f == Finding::ForeignFile
        });
        let end = kept.replace("\n30\n", "\n20\n");
        std::fs::write(&path, end).unwrap();
        noticed(&store, &checked(&store).await, |f| *f == Finding::FileEnd);
    }
}

#[tokio::test]
async fn a_note_cut_short_by_a_crash_is_no_alarm_and_is_mended() {
    for store in stores().await {
        thirty(&store).await;
        let path = file(&store).path().to_owned();
        let kept = std::fs::read(&path).unwrap();
        std::fs::write(&path, &kept[..kept.len() - 40]).unwrap();
        let report = checked(&store).await;
        assert!(report.is_whole(), "{:?}", report.findings);
        sequence(&store).await;
        let last = file(&store).last().unwrap().unwrap();
        assert_eq!(Checkpoint::open(&last, &store.keys).unwrap().size, 30);
    }
}

#[tokio::test]
async fn the_background_task_sequences_and_signs_and_keeps_others_out() {
    for store in stores().await {
        let path = file(&store).path().to_owned();
        let task = Sequencer::start(&store, &path);
        write(&store, 300).await;
        for _ in 0..100 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            if checked(&store).await.checkpoints > 0 {
                break;
            }
        }
        let other = sequence_now(&store, &path).await;
        assert!(matches!(other, Err(SequencerError::Held)), "{other:?}");
        write(&store, 1).await;
        task.stop().await;
        let report = checked(&store).await;
        assert!(report.is_whole(), "{:?}", report.findings);
        assert_eq!((report.sequenced, report.waiting), (301, 0));
        assert_eq!(sequence(&store).await.size, 301);
    }
}

#[tokio::test]
async fn a_sequencer_that_lost_its_lease_writes_nothing() {
    for store in stores().await {
        write(&store, 3).await;
        let path = file(&store).path().to_owned();
        let task = Sequencer::start(&store, &path);
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        let steal = "update leases set epoch = epoch + 1, until_at = 9223372036854775807 where name = 'sequencer'";
        tamper(&store, steal, vec![]).await;
        write(&store, 5).await;
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        task.stop().await;
        assert_eq!(checked(&store).await.waiting, 5);
    }
}
