//! The Home Office's own copy: compared, recorded, and only then sent.

use heyrick_domain::consent::ConsentValue;
use heyrick_domain::id::PublicId;
use heyrick_domain::referral::Stage;
use heyrick_domain::route::Route;
use heyrick_domain::user::Viewer;
use heyrick_store::StoreError;
use heyrick_store::file::FileError;
use heyrick_store::preparation::record_reopened;
use heyrick_store::sending::{
    Attached, CopyName, NewSending, copy_for, file_for, record_copy, record_copy_discarded,
    record_sending, sendings_for,
};
use jiff::civil::{Date, date};

use crate::common::TestStore;
use crate::leaving::{FIRST, LAST, a_referral, handed, open_tasks, prepare, stage};
use crate::referral::{october, opened};

async fn attached(store: &TestStore, who: &Viewer, id: &PublicId, bytes: &[u8]) -> CopyName {
    match record_copy(store, who, id, bytes).await.unwrap() {
        Attached::Taken(name) => name,
        other => panic!("{other:?}"),
    }
}

fn on(sent_on: Date) -> NewSending {
    NewSending {
        home_office_reference: Some(" MSHT-1234 ".to_owned()),
        sent_on,
    }
}

#[tokio::test]
async fn only_the_home_offices_own_copy_makes_a_referral_sent() {
    for store in october().await {
        let who = store.constable().await;
        let (_, id) = a_referral(&store, &who, ConsentValue::Given, &[]).await;
        let early = record_copy(&store, &who, &id, b"Report reference 1")
            .await
            .unwrap();
        assert_eq!(early, Attached::Absent, "nothing is prepared");
        prepare(&store, &who, &id).await;
        let refused = record_copy(&store, &who, &id, b"\x00\xff").await.unwrap();
        assert_eq!(refused, Attached::Refused(FileError::Kind));

        let text = format!("Report reference 1\n\nFirst name: {FIRST}\nLast name: {LAST}y\n");
        let copy = attached(&store, &who, &id, text.as_bytes()).await;
        let shown = copy_for(&store, &who, &id, &copy).await.unwrap().unwrap();
        assert!(shown.comparison.same >= 1);
        let last = shown
            .comparison
            .differences
            .iter()
            .find(|one| one.key == "pv-name-last-name");
        assert_eq!(last.unwrap().ours, LAST);
        assert_eq!(stage(&store, &who, &id).await, Stage::Prepared);

        let future = record_sending(&store, &who, &id, &copy, &on(date(2026, 10, 6))).await;
        assert!(matches!(future, Err(StoreError::Refused("sending-future"))));
        let today = on(date(2026, 10, 5));
        assert!(
            record_sending(&store, &who, &id, &copy, &today)
                .await
                .unwrap()
        );
        assert!(
            !record_sending(&store, &who, &id, &copy, &today)
                .await
                .unwrap(),
            "once"
        );
        assert_eq!(stage(&store, &who, &id).await, Stage::Sent);
        let tasks = open_tasks(&store).await;
        let before = ["hand_over", "attach_copy"];
        assert!(
            tasks.iter().all(|task| !before.contains(&task.as_str())),
            "{tasks:?}"
        );
        let referral = opened(&store, &who, &id).await;
        assert_eq!(referral.route(), Some(Route::Nrm));

        store.wait(jiff::SignedDuration::from_secs(1));
        let second = attached(
            &store,
            &who,
            &id,
            b"From: a@b.example\r\nSubject: x\r\n\r\nHello",
        )
        .await;
        assert!(
            record_sending(&store, &who, &id, &second, &today)
                .await
                .unwrap()
        );
        let found = sendings_for(&store, &who, &id)
            .await
            .unwrap()
            .unwrap()
            .sendings;
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].home_office_reference.as_deref(), Some("MSHT-1234"));
        let (_, _, bytes) = file_for(&store, &who, &id, 1).await.unwrap().unwrap();
        assert_eq!(bytes, text.as_bytes());
        assert!(file_for(&store, &who, &id, 3).await.unwrap().is_none());

        let made = handed(&store, &who, &id).await.preparation.unwrap();
        let reopened = record_reopened(&store, &who, &id, &made.public_id).await;
        assert!(matches!(
            reopened,
            Err(StoreError::Refused("preparation-sent"))
        ));
    }
}

#[tokio::test]
async fn the_wrong_file_is_discarded_and_a_recorded_one_is_not() {
    for store in october().await {
        let who = store.constable().await;
        let stranger = store.constable().await;
        let (_, id) = a_referral(&store, &who, ConsentValue::Given, &[]).await;
        prepare(&store, &who, &id).await;
        let wrong = attached(&store, &who, &id, b"somebody else's").await;
        assert!(
            copy_for(&store, &stranger, &id, &wrong)
                .await
                .unwrap()
                .is_none()
        );
        assert!(
            record_copy_discarded(&store, &who, &id, &wrong)
                .await
                .unwrap()
        );
        assert!(copy_for(&store, &who, &id, &wrong).await.unwrap().is_none());
        let today = on(date(2026, 10, 5));
        assert!(
            !record_sending(&store, &who, &id, &wrong, &today)
                .await
                .unwrap()
        );
        let right = attached(&store, &who, &id, b"theirs").await;
        assert!(
            record_sending(&store, &who, &id, &right, &today)
                .await
                .unwrap()
        );
        assert!(
            !record_copy_discarded(&store, &who, &id, &right)
                .await
                .unwrap()
        );
        let made_up = CopyName("AAAA".to_owned());
        assert!(
            copy_for(&store, &who, &id, &made_up)
                .await
                .unwrap()
                .is_none()
        );
        assert!(
            sendings_for(&store, &stranger, &id)
                .await
                .unwrap()
                .is_none()
        );
    }
}
