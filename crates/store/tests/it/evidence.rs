//! Evidence: files that come in any way, what is said about them, who sees them, what is refused.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use heyrick_domain::evidence::content::ContentError;
use heyrick_domain::evidence::{Described, EvidenceError, FILE_BYTES_MAX, FileKind, WhyNoFile};
use heyrick_domain::id::PublicId;
use heyrick_domain::referral::Stage;
use heyrick_domain::route::Route;
use heyrick_domain::user::{Role, Viewer};
use heyrick_store::blob::Files;
use heyrick_store::evidence::file::{Copy, FileOutcome, file_for, shared_copies};
use heyrick_store::evidence::upload::{
    NewUpload, PIECE_MAX, PieceOutcome, Refusal, State, record_file, record_piece, record_upload,
    record_upload_discarded, upload_for,
};
use heyrick_store::evidence::{
    Change, DescribedOutcome, Evidence, EvidenceList, Look, NewReference, RecordEvidenceError,
    Upload, evidence_for, one_for, record_described, record_evidence, record_reference,
    record_removal,
};
use heyrick_store::person::{Details, record_person};
use heyrick_store::{Sql, StoreError, args};
use heyrick_testkit::sample;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::common::TestStore;
use crate::referral::{begun, colleague, events, october, opened, sent};

/// A store with a folder for files, an officer, and a referral of theirs.
pub struct Desk {
    pub store: TestStore,
    pub who: Viewer,
    pub referral: PublicId,
    pub folder: TempDir,
}

/// A desk on each engine.
pub async fn desks() -> Vec<Desk> {
    let mut all = Vec::new();
    for mut store in october().await {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::folder(folder.path()).unwrap();
        store.store = store.store.clone().with_files(&files);
        let who = store.constable().await;
        let referral = a_referral(&store, &who).await;
        all.push(Desk {
            store,
            who,
            referral,
            folder,
        });
    }
    all
}

pub async fn a_referral(store: &TestStore, who: &Viewer) -> PublicId {
    let details = Details {
        called: Some("PV1".to_owned()),
        ..Details::default()
    };
    let person = record_person(store, who, &details).await;
    begun(store, who, &person.unwrap()).await
}

pub fn said(what: &str) -> Described {
    Described {
        what: what.to_owned(),
        dated: Some("2026-08".parse().unwrap()),
        origin: "given by the person".to_owned(),
    }
}

impl Desk {
    pub async fn list(&self) -> EvidenceList {
        let list = evidence_for(&self.store, &self.who, &self.referral, Look::Shown).await;
        list.unwrap().unwrap()
    }

    /// A whole file, as a plain form brings it.
    pub async fn form(&self, name: &str, file: &[u8]) -> Result<Upload, StoreError> {
        let pieces: Vec<_> = file
            .chunks(10_000)
            .map(|piece| Ok::<_, Infallible>(Bytes::copy_from_slice(piece)))
            .collect();
        let mut pieces = stream::iter(pieces);
        let taken = record_file(&self.store, &self.who, &self.referral, name, &mut pieces).await;
        Ok(taken?.unwrap())
    }

    /// Evidence out of a whole file.
    pub async fn attached(&self, name: &str, file: &[u8]) -> Evidence {
        let upload = self.form(name, file).await.unwrap();
        let ids = [upload.public_id];
        let (store, who) = (&self.store, &self.who);
        let made = record_evidence(store, who, &self.referral, &ids, &said(name)).await;
        let id = made.unwrap().unwrap().remove(0);
        let list = self.list().await.evidence;
        list.into_iter().find(|one| one.public_id == id).unwrap()
    }

    pub async fn begin(&self, name: &str, size: usize) -> Result<Upload, StoreError> {
        let new = NewUpload {
            name,
            size: u64::try_from(size).unwrap(),
            mark: Some("1759658400000"),
        };
        let begun = record_upload(&self.store, &self.who, &self.referral, new).await;
        Ok(begun?.unwrap())
    }

    pub async fn piece(&self, upload: &Upload, at: usize, bytes: &[u8]) -> PieceOutcome {
        let at = u64::try_from(at).unwrap();
        let (store, who, id) = (&self.store, &self.who, &upload.public_id);
        let kept = record_piece(store, who, &self.referral, id, at, bytes).await;
        kept.unwrap()
    }

    /// The bytes of a file as they are given out.
    pub async fn read(&self, one: &Evidence, copy: Copy) -> Vec<u8> {
        let opened = file_for(&self.store, &self.who, &self.referral, &one.public_id, copy).await;
        let FileOutcome::Opened(opened) = opened.unwrap() else {
            panic!("not opened");
        };
        let length = opened.length;
        let pieces: Vec<Bytes> = opened.pieces.try_collect().await.unwrap();
        let all = pieces.concat();
        if let Some(length) = length {
            assert_eq!(length, u64::try_from(all.len()).unwrap());
        }
        all
    }

    /// Every file that lies in the folder.
    pub fn kept(&self) -> Vec<std::path::PathBuf> {
        files_under(self.folder.path())
    }
}

pub fn files_under(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files_under(&path)),
            false => found.push(path),
        }
    }
    found
}

pub fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn a_file_of_every_kind_is_kept_sealed_and_comes_back_as_it_was() {
    for desk in desks().await {
        let all = [
            ("a.jpg", sample::photograph(), FileKind::Jpeg),
            ("b.png", sample::screenshot(), FileKind::Png),
            ("c.pdf", sample::pdf(), FileKind::Pdf),
            ("d.doc", sample::doc(), FileKind::Doc),
            ("e.docx", sample::docx(), FileKind::Docx),
        ];
        for (number, (name, file, kind)) in (1..).zip(&all) {
            let one = desk.attached(name, file).await;
            let attached = one.file().unwrap();
            assert_eq!((one.number, attached.kind), (number, *kind), "{name}");
            assert_eq!(attached.name, *name);
            assert_eq!(one.described, said(name));
            assert_eq!(desk.read(&one, Copy::Original).await, *file, "{name}");
        }
        assert_eq!(desk.list().await.files(), 5);
        assert!(desk.list().await.uploads.is_empty());
        for path in desk.kept() {
            let bytes = std::fs::read(&path).unwrap();
            for plain in [&b"PDF"[..], b"GPS", b"word/document", b"IDAT"] {
                assert!(!holds(&bytes, plain), "{path:?}");
            }
        }
        assert_eq!(events(&desk.store, "evidence.added").await, 5);
        assert_eq!(events(&desk.store, "evidence.file_viewed").await, 5);
    }
}

#[tokio::test]
async fn a_picture_is_shared_without_the_place_and_kept_with_it() {
    for desk in desks().await {
        for (name, file) in [
            ("a.jpg", sample::photograph()),
            ("b.png", sample::screenshot()),
        ] {
            let one = desk.attached(name, &file).await;
            let shared = desk.read(&one, Copy::Shared).await;
            assert!(
                !holds(&shared, b"GPS") && !holds(&shared, b"ACME"),
                "{name}"
            );
            assert!(
                holds(&desk.read(&one, Copy::Original).await, b"GPS"),
                "{name}"
            );
        }
    }
}

#[tokio::test]
async fn a_file_that_lies_or_breaks_off_is_refused_and_nothing_stays() {
    for desk in desks().await {
        let photograph = sample::photograph();
        for (name, file, want) in [
            (
                "photo.jpg",
                b"MZ\x90\0 a program".to_vec(),
                ContentError::Kind,
            ),
            (
                "statement.pdf",
                b"<script>alert(1)</script>".to_vec(),
                ContentError::Kind,
            ),
            (
                "photo.jpg",
                photograph[..200].to_vec(),
                ContentError::Damaged,
            ),
            ("empty.pdf", Vec::new(), ContentError::Empty),
        ] {
            let upload = desk.form(name, &file).await.unwrap();
            assert_eq!(
                upload.state,
                State::Refused(Refusal::Content(want)),
                "{name}"
            );
            let (store, who) = (&desk.store, &desk.who);
            let ids = [upload.public_id];
            let made = record_evidence(store, who, &desk.referral, &ids, &said("x")).await;
            assert!(made.unwrap().is_none(), "{name}");
        }
        assert!(desk.kept().is_empty(), "{:?}", desk.kept());
        assert_eq!(events(&desk.store, "upload.refused").await, 4);
    }
}

/// On one engine: the bytes never go through it, and without optimisation they go slowly.
#[tokio::test]
async fn twenty_five_megabytes_are_taken_and_one_byte_more_is_not() {
    let desk = desks().await.remove(0);
    let largest = usize::try_from(FILE_BYTES_MAX).unwrap();
    let large = sample::pdf_of(largest + 1, 1);
    let refused = desk.form("large.pdf", &large).await.unwrap();
    let want = State::Refused(Refusal::Content(ContentError::TooLarge));
    assert_eq!(refused.state, want);
    assert!(desk.kept().is_empty(), "{:?}", desk.kept());
    let whole = desk
        .attached("largest.pdf", &sample::pdf_of(largest, 1))
        .await;
    assert_eq!(whole.file().unwrap().size, FILE_BYTES_MAX);
    assert_eq!(desk.read(&whole, Copy::Original).await.len(), largest);
}

#[tokio::test]
async fn names_are_shown_without_a_path_and_two_files_may_share_one() {
    for desk in desks().await {
        let first = desk
            .attached("../../etc/passwd", &sample::pdf_of(100, 1))
            .await;
        let second = desk
            .attached("..\\..\\etc\\passwd", &sample::pdf_of(100, 2))
            .await;
        for (one, number) in [(&first, 1), (&second, 2)] {
            assert_eq!(one.file().unwrap().name, "passwd");
            assert_eq!(one.number, number);
        }
        assert_ne!(
            desk.read(&first, Copy::Original).await,
            desk.read(&second, Copy::Original).await
        );
        let inside = |path: &std::path::PathBuf| path.starts_with(desk.folder.path());
        assert!(desk.kept().iter().all(inside));
        assert_eq!(desk.kept().len(), 2);
    }
}

#[tokio::test]
async fn a_file_goes_on_after_a_break_and_each_piece_counts_once() {
    for desk in desks().await {
        let file = sample::pdf_of(2 * PIECE_MAX + 500, 7);
        let upload = desk.begin("statement.pdf", file.len()).await.unwrap();
        let first = desk.piece(&upload, 0, &file[..PIECE_MAX]).await;
        assert!(matches!(first, PieceOutcome::Kept(ref now) if now.received == PIECE_MAX as u64));
        // The answer was lost; it is sent again, and from somewhere else.
        for at in [0, PIECE_MAX - 1, PIECE_MAX + 1] {
            let again = desk.piece(&upload, at, &file[..100]).await;
            let PieceOutcome::Elsewhere(now) = again else {
                panic!("{again:?}");
            };
            assert_eq!(now.received, PIECE_MAX as u64);
        }
        // Days later the page knows where it stands, and whose it is.
        let waiting = desk.list().await.uploads;
        assert_eq!(waiting[0].received, PIECE_MAX as u64);
        assert_eq!(waiting[0].mark.as_deref(), Some("1759658400000"));
        desk.piece(&upload, PIECE_MAX, &file[PIECE_MAX..2 * PIECE_MAX])
            .await;
        let last = desk
            .piece(&upload, 2 * PIECE_MAX, &file[2 * PIECE_MAX..])
            .await;
        let PieceOutcome::Kept(now) = last else {
            panic!("{last:?}");
        };
        assert_eq!(now.state, State::Arrived(FileKind::Pdf));
        let ids = [now.public_id];
        let made = record_evidence(&desk.store, &desk.who, &desk.referral, &ids, &said("x")).await;
        assert!(made.unwrap().is_some());
        let one = desk.list().await.evidence.remove(0);
        assert_eq!(desk.read(&one, Copy::Original).await, file);
        const PARTS: Sql = Sql::new("select upload_id from upload_parts");
        let parts: Vec<(uuid::Uuid,)> = desk.store.db.all(PARTS, args![]).await.unwrap();
        assert!(parts.is_empty(), "what was put together is not kept twice");
    }
}

#[tokio::test]
async fn more_than_was_announced_is_refused_and_so_is_a_file_that_is_too_large_from_the_start() {
    for desk in desks().await {
        let refused = |outcome: Result<_, StoreError>| match outcome {
            Err(StoreError::Refused(key)) => key,
            _ => "taken",
        };
        let largest = usize::try_from(FILE_BYTES_MAX).unwrap();
        assert_eq!(
            refused(desk.begin("a", largest + 1).await.map(drop)),
            "evidence-file-large"
        );
        assert_eq!(
            refused(desk.begin("a", 0).await.map(drop)),
            "evidence-file-empty"
        );
        assert!(desk.begin("a", largest).await.is_ok());
        let upload = desk.begin("b", 10).await.unwrap();
        let (store, who, id) = (&desk.store, &desk.who, &upload.public_id);
        let more = record_piece(store, who, &desk.referral, id, 0, &[0; 11]).await;
        assert_eq!(refused(more.map(drop)), "evidence-piece-large");
        // Bytes that are no file we take are refused with the last piece, and stay refused.
        for _ in 0..2 {
            let PieceOutcome::Kept(now) = desk.piece(&upload, 0, &[7; 10]).await else {
                panic!("not settled");
            };
            assert_eq!(
                now.state,
                State::Refused(Refusal::Content(ContentError::Kind))
            );
        }
        assert!(desk.kept().is_empty());
    }
}

#[tokio::test]
async fn the_same_file_sent_by_two_is_attached_once() {
    for desk in desks().await {
        let file = sample::pdf_of(1000, 1);
        let beech = colleague(&desk.store, &desk.who, Role::Constable).await;
        let mine = desk.form("a.pdf", &file).await.unwrap().public_id;
        let mut pieces = stream::iter([Ok::<_, Infallible>(Bytes::from(file.clone()))]);
        let theirs = record_file(&desk.store, &beech, &desk.referral, "b.pdf", &mut pieces);
        let theirs = theirs.await.unwrap().unwrap();
        assert!(
            matches!(theirs.state, State::Arrived(_)),
            "neither sees the other's"
        );
        let (store, who) = (&desk.store, &desk.who);
        let made = record_evidence(store, who, &desk.referral, &[mine], &said("a")).await;
        assert_eq!(made.unwrap().unwrap().len(), 1);
        let ids = [theirs.public_id];
        let again = record_evidence(store, &beech, &desk.referral, &ids, &said("b")).await;
        assert!(matches!(
            again,
            Err(RecordEvidenceError::Store(StoreError::Refused(
                "evidence-error-same"
            )))
        ));
        assert_eq!(desk.list().await.evidence.len(), 1);
    }
}

#[tokio::test]
async fn the_copy_of_a_picture_that_goes_along_has_its_own_size_and_sum() {
    for desk in desks().await {
        let whole = sample::photograph();
        let one = desk.attached("a.jpg", &whole).await;
        let pdf = desk.attached("b.pdf", &sample::pdf()).await;
        let copy = desk.read(&one, Copy::Shared).await;
        let copies = shared_copies(&desk.store, &desk.list().await)
            .await
            .unwrap();
        for (number, bytes) in [(one.number, &copy), (pdf.number, &sample::pdf())] {
            let found = &copies[&number];
            assert_eq!(found.size, u64::try_from(bytes.len()).unwrap());
            assert_eq!(found.sha256, <[u8; 32]>::from(Sha256::digest(bytes)));
        }
        assert!(copy.len() < whole.len());
    }
}

#[tokio::test]
async fn the_same_file_twice_is_told_within_a_referral_and_to_nobody_beyond() {
    for desk in desks().await {
        let file = sample::pdf_of(1000, 1);
        let first = desk.attached("a.pdf", &file).await;
        let again = desk.form("b.pdf", &file).await.unwrap();
        assert_eq!(again.state, State::Refused(Refusal::Same));
        assert_eq!(desk.kept().len(), 1);
        let other = Desk {
            referral: a_referral(&desk.store, &desk.who).await,
            ..desk
        };
        let second = other.attached("a.pdf", &file).await;
        assert_eq!(other.kept().len(), 2, "kept twice, and differently");
        const KEPT: Sql = Sql::new("select blob, content_hash from evidence order by added_at");
        let rows: Vec<(String, Vec<u8>)> = other.store.db.all(KEPT, args![]).await.unwrap();
        assert_ne!(rows[0].0, rows[1].0, "what is kept");
        assert_ne!(rows[0].1, rows[1].1, "the hashes");
        const HASHED: Sql =
            Sql::new("select body from journal_events where action = 'upload.arrived'");
        let bodies: Vec<(Vec<u8>,)> = other.store.db.all(HASHED, args![]).await.unwrap();
        let values = |body: &[u8]| {
            let body: serde_json::Value = serde_json::from_slice(body).unwrap();
            body["values"].clone()
        };
        assert!(!values(&bodies[0].0).is_null());
        assert_ne!(values(&bodies[0].0), values(&bodies[1].0), "the journal");
        // Taken away, it may come again.
        let (store, who, id) = (&other.store, &other.who, &second.public_id);
        record_removal(store, who, &other.referral, id, "the wrong one")
            .await
            .unwrap();
        let back = other.form("a.pdf", &file).await.unwrap();
        assert_eq!(back.state, State::Arrived(FileKind::Pdf));
        drop(first);
    }
}

#[tokio::test]
async fn a_hundred_files_and_no_more_those_on_their_way_included() {
    for desk in desks().await {
        for number in 0..99 {
            desk.attached("a.pdf", &sample::pdf_of(60, number)).await;
        }
        let last = desk.begin("b.pdf", 100).await.unwrap();
        assert!(matches!(
            desk.begin("c.pdf", 100).await,
            Err(StoreError::Refused("evidence-error-full"))
        ));
        record_upload_discarded(&desk.store, &desk.who, &desk.referral, &last.public_id)
            .await
            .unwrap();
        let hundredth = desk.attached("d.pdf", &sample::pdf_of(60, 100)).await;
        assert_eq!(hundredth.number, 100);
        assert!(matches!(
            desk.form("e.pdf", &sample::pdf()).await,
            Err(StoreError::Refused("evidence-error-full"))
        ));
        let (store, who, id) = (&desk.store, &desk.who, &hundredth.public_id);
        record_removal(store, who, &desk.referral, id, "twice")
            .await
            .unwrap();
        let next = desk.attached("e.pdf", &sample::pdf()).await;
        assert_eq!(next.number, 101, "a number is never used again");
        // What stays elsewhere is no file.
        let reference = record_reference(store, who, &desk.referral, &elsewhere()).await;
        assert!(reference.unwrap().is_some());
    }
}

fn elsewhere() -> NewReference {
    NewReference {
        why: WhyNoFile::AbeRecording,
        reference: "ABE/2026/17, held by the interview suite".to_owned(),
        described: said("recorded interview"),
    }
}

#[tokio::test]
async fn what_is_not_uploaded_has_a_reference_and_no_file() {
    for desk in desks().await {
        let (store, who) = (&desk.store, &desk.who);
        let made = record_reference(store, who, &desk.referral, &elsewhere()).await;
        let id = made.unwrap().unwrap();
        let (list, one, _) = one_for(store, who, &desk.referral, &id)
            .await
            .unwrap()
            .unwrap();
        assert!(one.file().is_none());
        assert_eq!(list.files(), 0);
        let file = file_for(store, who, &desk.referral, &id, Copy::Shared).await;
        assert!(matches!(file.unwrap(), FileOutcome::Absent));
        let nothing = NewReference {
            reference: " ".to_owned(),
            described: Described::default(),
            ..elsewhere()
        };
        let refused = record_reference(store, who, &desk.referral, &nothing).await;
        let Err(RecordEvidenceError::Rules(rules)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(rules, [EvidenceError::NoReference, EvidenceError::NoWhat]);
    }
}

#[tokio::test]
async fn it_is_described_again_with_what_was_said_before_kept() {
    for desk in desks().await {
        let one = desk.attached("a.pdf", &sample::pdf()).await;
        let (store, who, id) = (&desk.store, &desk.who, &one.public_id);
        let mut better = said("payslip of July");
        better.dated = None;
        let saved = record_described(store, who, &desk.referral, id, 1, &better).await;
        assert_eq!(saved.unwrap(), DescribedOutcome::Saved(2));
        // Somebody who saw the first version.
        let theirs = record_described(store, who, &desk.referral, id, 1, &said("a letter")).await;
        let DescribedOutcome::Conflict(now) = theirs.unwrap() else {
            panic!("no conflict");
        };
        assert_eq!((now.described.clone(), now.version), (better.clone(), 2));
        // The same again is no version of its own.
        let same = record_described(store, who, &desk.referral, id, 2, &better).await;
        assert_eq!(same.unwrap(), DescribedOutcome::Saved(2));
        let (_, _, history) = one_for(store, who, &desk.referral, id)
            .await
            .unwrap()
            .unwrap();
        let history: Vec<_> = history.into_iter().map(|said| said.described).collect();
        assert_eq!(history, [better, said("a.pdf")]);
        let future = Described {
            dated: Some("2026-11".parse().unwrap()),
            ..said("x")
        };
        assert!(matches!(
            record_described(store, who, &desk.referral, id, 2, &future).await,
            Err(RecordEvidenceError::Rules(rules)) if rules == [EvidenceError::Future]
        ));
    }
}

#[tokio::test]
async fn it_is_taken_away_with_a_reason_and_kept() {
    for desk in desks().await {
        let one = desk.attached("a.pdf", &sample::pdf()).await;
        let (store, who, id) = (&desk.store, &desk.who, &one.public_id);
        assert!(matches!(
            record_removal(store, who, &desk.referral, id, " ").await,
            Err(RecordEvidenceError::Rules(rules)) if rules == [EvidenceError::NoReason]
        ));
        assert!(
            record_removal(store, who, &desk.referral, id, "of somebody else")
                .await
                .unwrap()
        );
        assert!(
            !record_removal(store, who, &desk.referral, id, "again")
                .await
                .unwrap()
        );
        let list = desk.list().await;
        let (reason, _) = list.evidence[0].removed.clone().unwrap();
        assert_eq!((reason.as_str(), list.files()), ("of somebody else", 0));
        let file = file_for(store, who, &desk.referral, id, Copy::Original).await;
        assert!(matches!(file.unwrap(), FileOutcome::Absent));
        assert_eq!(desk.kept().len(), 1, "until retention decides");
    }
}

#[tokio::test]
async fn who_does_not_see_the_referral_finds_no_evidence_and_who_only_reads_changes_none() {
    for desk in desks().await {
        let one = desk.attached("a.jpg", &sample::photograph()).await;
        let stranger = desk.store.constable().await;
        let (store, referral, id) = (&desk.store, &desk.referral, &one.public_id);
        let seen = evidence_for(store, &stranger, referral, Look::Shown).await;
        assert!(seen.unwrap().is_none());
        let file = file_for(store, &stranger, referral, id, Copy::Shared).await;
        assert!(matches!(file.unwrap(), FileOutcome::Absent));
        let analyst = colleague(store, &desk.who, Role::Analyst).await;
        let seen = evidence_for(store, &analyst, referral, Look::Shown)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((seen.evidence.len(), seen.change), (1, Change::Closed));
        for refused in [
            record_removal(store, &analyst, referral, id, "no")
                .await
                .map(drop),
            record_reference(store, &analyst, referral, &elsewhere())
                .await
                .map(drop),
            record_described(store, &analyst, referral, id, 1, &said("x"))
                .await
                .map(drop),
        ] {
            let not_allowed = Err::<(), _>(RecordEvidenceError::Store(StoreError::NotAllowed));
            assert_eq!(format!("{refused:?}"), format!("{not_allowed:?}"));
        }
        // Whoever keeps files and exhibits attaches them, though they write no referral.
        let support = colleague(store, &desk.who, Role::SupportOfficer).await;
        let seen = evidence_for(store, &support, referral, Look::Shown)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(seen.change, Change::Open);
        // An upload is its sender's alone.
        let upload = desk.begin("b.pdf", 100).await.unwrap();
        let theirs = upload_for(store, &support, referral, &upload.public_id).await;
        assert!(theirs.unwrap().is_none());
    }
}

#[tokio::test]
async fn the_form_counts_files_and_a_sent_referral_keeps_its_count() {
    for desk in desks().await {
        let (store, who) = (&desk.store, &desk.who);
        desk.attached("a.pdf", &sample::pdf_of(80, 1)).await;
        assert_eq!(
            opened(store, who, &desk.referral).await.parts.facts.files,
            1
        );
        store.wait(jiff::SignedDuration::from_secs(60));
        sent(store, who, &desk.referral, Route::Nrm).await;
        store.wait(jiff::SignedDuration::from_secs(60));
        let later = desk.attached("b.pdf", &sample::pdf_of(80, 2)).await;
        let referral = opened(store, who, &desk.referral).await;
        assert_eq!(
            (referral.stage, referral.parts.facts.files),
            (Stage::Sent, 1)
        );
        assert_eq!(desk.list().await.files(), 2, "what was asked for later");
        assert_eq!(later.number, 2);
    }
}

#[tokio::test]
async fn what_is_prepared_or_stopped_takes_no_evidence() {
    for desk in desks().await {
        for (stage, want) in [
            (Stage::InReview, "evidence-error-prepared"),
            (Stage::Prepared, "evidence-error-prepared"),
            (Stage::Withdrawn, "referral-closed"),
        ] {
            const SET: Sql = Sql::new("update referrals set stage = $1");
            desk.store.db.exec(SET, args![stage.code()]).await.unwrap();
            let begun = desk.begin("a.pdf", 100).await.unwrap_err();
            assert!(
                matches!(begun, StoreError::Refused(key) if key == want),
                "{stage:?}"
            );
        }
    }
}

#[tokio::test]
async fn whoever_breaks_off_leaves_nothing() {
    for desk in desks().await {
        let pieces = [Ok(Bytes::from(sample::pdf())), Err("the line is dead")];
        let mut pieces = stream::iter(pieces).boxed();
        let (store, who) = (&desk.store, &desk.who);
        let taken = record_file(store, who, &desk.referral, "a.pdf", &mut pieces).await;
        assert!(taken.unwrap().is_none());
        assert!(desk.kept().is_empty());
        assert!(desk.list().await.uploads.is_empty());
        assert_eq!(events(store, "upload.discarded").await, 1);
    }
}
