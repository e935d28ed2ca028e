//! Files that are lost, altered, loose or somewhere else: noticed, swept, copied; in a folder and in a bucket.

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use heyrick_store::blob::{Files, FilesError, S3};
use heyrick_store::copy::{CopiedFiles, copy_files};
use heyrick_store::evidence::care::{Finding, look_after, verify_all};
use heyrick_store::evidence::file::{Copy, FileOutcome, file_for};
use heyrick_store::evidence::{Condition, Evidence, record_removal};
use heyrick_store::keys::record_rotation;
use heyrick_store::{Sql, Store, StoreError, args};
use heyrick_testkit::sample;
use jiff::SignedDuration;

use crate::bucket::bucket;
use crate::evidence::{Desk, desks, files_under};
use crate::referral::events;

async fn verified(store: &Store) -> Vec<(usize, Condition)> {
    let mut found = Vec::new();
    verify_all(store, |finding: &Finding| {
        found.push((finding.number, finding.condition))
    })
    .await
    .unwrap();
    found.sort_by_key(|(number, _)| *number);
    found
}

async fn damaged_tasks(desk: &Desk) -> usize {
    const OPEN: Sql =
        Sql::new("select owner_id from tasks where kind = 'evidence_damaged' and done_at is null");
    let open: Vec<(uuid::Uuid,)> = desk.store.db.all(OPEN, args![]).await.unwrap();
    assert!(open.iter().all(|(owner,)| *owner == desk.who.user.0));
    open.len()
}

async fn read(desk: &Desk, one: &Evidence) -> Result<Vec<u8>, FilesError> {
    let (store, who, id) = (&desk.store, &desk.who, &one.public_id);
    match file_for(store, who, &desk.referral, id, Copy::Original)
        .await
        .unwrap()
    {
        FileOutcome::Opened(opened) => {
            let pieces: Vec<Bytes> = opened.pieces.try_collect().await?;
            Ok(pieces.concat())
        }
        FileOutcome::Damaged(Condition::Lost) => Err(FilesError::Lost),
        FileOutcome::Damaged(_) | FileOutcome::Absent => panic!("neither"),
    }
}

#[tokio::test]
async fn one_changed_bit_is_noticed_by_whoever_reads_and_becomes_a_task() {
    for desk in desks().await {
        let one = desk.attached("a.pdf", &sample::pdf_of(200_000, 1)).await;
        let path = desk.kept().remove(0);
        let whole = std::fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert!(matches!(read(&desk, &one).await, Err(FilesError::Altered)));
        let checked = desk.list().await.evidence[0].file().unwrap().checked;
        assert_eq!(checked.unwrap().0, Condition::Altered);
        assert_eq!(damaged_tasks(&desk).await, 1);
        // Found again, it is no news; put back, it is whole.
        assert_eq!(verified(&desk.store).await, [(1, Condition::Altered)]);
        assert_eq!(events(&desk.store, "evidence.damaged").await, 1);
        std::fs::write(&path, &whole).unwrap();
        assert_eq!(verified(&desk.store).await, [(1, Condition::Whole)]);
        assert!(read(&desk, &one).await.is_ok());
    }
}

#[tokio::test]
async fn a_lost_file_is_noticed_and_two_that_were_exchanged_are_as_well() {
    for desk in desks().await {
        let first = desk.attached("a.pdf", &sample::pdf_of(500, 1)).await;
        let second = desk.attached("b.pdf", &sample::pdf_of(500, 2)).await;
        let paths = desk.kept();
        let [a, b] = [0, 1].map(|at| std::fs::read(&paths[at]).unwrap());
        std::fs::write(&paths[0], &b).unwrap();
        std::fs::write(&paths[1], &a).unwrap();
        for one in [&first, &second] {
            assert!(matches!(read(&desk, one).await, Err(FilesError::Altered)));
        }
        for path in &paths {
            std::fs::remove_file(path).unwrap();
        }
        assert!(matches!(read(&desk, &first).await, Err(FilesError::Lost)));
        assert_eq!(
            verified(&desk.store).await,
            [(1, Condition::Lost), (2, Condition::Lost)]
        );
        assert_eq!(damaged_tasks(&desk).await, 1, "one for the referral");
        // Put back and opened to its end it is whole, without waiting for the next look.
        std::fs::write(&paths[0], &a).unwrap();
        std::fs::write(&paths[1], &b).unwrap();
        assert!(read(&desk, &first).await.is_ok());
        let checked = desk.list().await.evidence[0].file().unwrap().checked;
        assert_eq!(checked.unwrap().0, Condition::Whole);
    }
}

#[tokio::test]
async fn the_program_looks_at_each_file_once_a_week_by_itself() {
    for desk in desks().await {
        desk.attached("a.pdf", &sample::pdf()).await;
        std::fs::remove_file(desk.kept().remove(0)).unwrap();
        let week = 7 * 24 * 60 * 60;
        desk.store.wait(SignedDuration::from_secs(week - 1));
        look_after(&desk.store).await.unwrap();
        assert_eq!(damaged_tasks(&desk).await, 0, "the second before");
        desk.store.wait(SignedDuration::from_secs(1));
        look_after(&desk.store).await.unwrap();
        assert_eq!(damaged_tasks(&desk).await, 1);
    }
}

#[tokio::test]
async fn what_nothing_came_of_is_swept_and_nothing_else() {
    for desk in desks().await {
        let day = SignedDuration::from_secs(24 * 60 * 60);
        let kept = desk.attached("a.pdf", &sample::pdf_of(100, 1)).await;
        let gone = desk.attached("b.pdf", &sample::pdf_of(100, 2)).await;
        let (store, who, id) = (&desk.store, &desk.who, &gone.public_id);
        record_removal(store, who, &desk.referral, id, "twice")
            .await
            .unwrap();
        desk.form("c.pdf", &sample::pdf_of(100, 3)).await.unwrap();
        let coming = desk.begin("d.pdf", 100).await.unwrap();
        desk.piece(&coming, 0, b"%PDF-").await;
        // Something a stranger laid there is nobody's to take away.
        let strange = desk.folder.path().join("notes.txt");
        std::fs::write(&strange, "a note").unwrap();
        store.wait(day - SignedDuration::from_secs(1));
        look_after(store).await.unwrap();
        assert_eq!(desk.kept().len(), 4);
        assert_eq!(desk.list().await.uploads.len(), 2);
        store.wait(SignedDuration::from_secs(1));
        look_after(store).await.unwrap();
        assert!(desk.list().await.uploads.is_empty());
        assert_eq!(desk.kept().len(), 3, "two of the referral, one stranger");
        assert!(read(&desk, &kept).await.is_ok());
    }
}

#[tokio::test]
async fn new_keys_open_old_files() {
    for desk in desks().await {
        let file = sample::photograph();
        let one = desk.attached("a.jpg", &file).await;
        let path = desk.store.fresh.folder.path().join("keys.json");
        desk.store.keys.save(&path).unwrap();
        let (db, clock) = (desk.store.db.clone(), desk.store.clock.clone());
        let rotated = record_rotation(&db, &clock, &desk.store.keys, &path).await;
        let (keys, _) = rotated.unwrap();
        let store = Store::open(db, keys, clock).await.unwrap();
        let files = Files::folder(desk.folder.path()).unwrap();
        let mut desk = desk;
        desk.store.store = store.with_files(&files);
        assert_eq!(read(&desk, &one).await.unwrap(), file);
        let again = desk.form("b.jpg", &file).await.unwrap();
        assert!(
            format!("{:?}", again.state).contains("Same"),
            "known under the old key"
        );
    }
}

#[tokio::test]
async fn a_bucket_serves_as_well_as_a_folder_and_files_move_between_them() {
    for mut desk in desks().await {
        let bucket = bucket().await;
        let folder = Files::folder(desk.folder.path()).unwrap();
        desk.store.store = desk.store.store.clone().with_files(&bucket.files());
        // More than one part of a bucket's, and less than one.
        let large = sample::pdf_of(12 * 1024 * 1024, 5);
        let one = desk.attached("large.pdf", &large).await;
        let small = desk.attached("small.jpg", &sample::photograph()).await;
        assert!(desk.kept().is_empty(), "not in the folder");
        assert_eq!(read(&desk, &one).await.unwrap(), large);
        assert_eq!(read(&desk, &small).await.unwrap(), sample::photograph());
        let refused = desk.form("a.exe", b"MZ a program").await.unwrap();
        assert!(format!("{:?}", refused.state).contains("Kind"));
        assert_eq!(
            verified(&desk.store).await,
            [(1, Condition::Whole), (2, Condition::Whole)]
        );
        // Out of the bucket, and into it again.
        let (db, keys) = (&desk.store.db, &desk.store.keys);
        let out = copy_files(db, keys, &bucket.files(), &folder)
            .await
            .unwrap();
        let want = CopiedFiles {
            copied: 2,
            ..CopiedFiles::default()
        };
        assert_eq!(out, want);
        let again = copy_files(db, keys, &folder, &bucket.files())
            .await
            .unwrap();
        assert_eq!((again.copied, again.there), (0, 2));
        // Altered by hand where the server keeps it, then lost.
        let objects = files_under(&bucket.folder());
        let object = |name: &&std::path::PathBuf| name.metadata().unwrap().len() > 1024 * 1024;
        let path = objects.iter().find(object).unwrap();
        let mut bytes = std::fs::read(path).unwrap();
        bytes[1_000_000] ^= 1;
        std::fs::write(path, bytes).unwrap();
        assert!(matches!(read(&desk, &one).await, Err(FilesError::Altered)));
        std::fs::remove_file(path).unwrap();
        assert!(matches!(read(&desk, &one).await, Err(FilesError::Lost)));
        assert_eq!(verified(&desk.store).await[0], (1, Condition::Lost));
        let (db, keys) = (&desk.store.db, &desk.store.keys);
        let damaged = copy_files(db, keys, &bucket.files(), &Files::nowhere()).await;
        assert!(damaged.is_err(), "nowhere to go");
        let back = copy_files(db, keys, &folder, &bucket.files())
            .await
            .unwrap();
        assert_eq!((back.copied, back.damaged), (1, 0));
        assert!(read(&desk, &one).await.is_ok());
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_an_error_and_no_loss() {
    let bucket = bucket().await;
    for mut desk in desks().await {
        desk.store.store = desk.store.store.clone().with_files(&bucket.files());
        let one = desk.attached("a.pdf", &sample::pdf()).await;
        let wrong = S3 {
            secret_key: "another".to_owned(),
            ..bucket.place.clone()
        };
        let nobody = S3 {
            endpoint: Some("http://127.0.0.1:9".to_owned()),
            ..bucket.place.clone()
        };
        for place in [wrong, nobody] {
            let files = Files::s3(&place).unwrap();
            desk.store.store = desk.store.store.clone().with_files(&files);
            let (store, who, id) = (&desk.store, &desk.who, &one.public_id);
            let opened = file_for(store, who, &desk.referral, id, Copy::Original).await;
            assert!(matches!(
                opened,
                Err(StoreError::Files(FilesError::Store(_)))
            ));
            assert!(verify_all(store, |_| ()).await.is_err());
            let taken = desk.form("b.pdf", &sample::pdf_of(100, 9)).await;
            assert!(matches!(taken, Err(StoreError::Files(_))));
        }
        assert_eq!(damaged_tasks(&desk).await, 0);
        assert!(format!("{:?}", bucket.place).contains("evidence"));
        assert!(!format!("{:?}", bucket.place).contains("secret"));
    }
}
