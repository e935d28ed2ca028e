//! Evidence through the API: in parts with an offset, described, given out, taken away, on both engines.

use axum::body::Body;
use axum::http::Request;
use heyrick_domain::user::Role;
use heyrick_store::blob::Files;
use heyrick_store::token;
use heyrick_testkit::sample;
use serde_json::json;

use crate::caller::{Caller, Got, House};
use crate::referrals::begun;

const NOON: &str = "2026-10-05T11:00:00Z";

/// Houses with a folder for files.
async fn houses() -> Vec<(House, tempfile::TempDir)> {
    let mut all = Vec::new();
    for mut house in House::on_both(NOON).await {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::folder(folder.path()).unwrap();
        house.app.store = house.app.store.clone().with_files(&files);
        all.push((house, folder));
    }
    all
}

async fn begin(who: &Caller, evidence: &str, name: &str, size: usize) -> Got {
    let body = json!({ "name": name, "size": size, "mark": "7" });
    who.post(&format!("{evidence}/uploads"), body).await
}

async fn piece(who: &Caller, upload: &str, at: usize, bytes: &[u8]) -> Got {
    let request = Request::patch(upload)
        .header("upload-offset", at.to_string())
        .header("content-type", "application/octet-stream");
    who.send(request, Body::from(bytes.to_vec())).await
}

/// A whole file in two pieces; its name as an upload.
async fn sent(who: &Caller, evidence: &str, name: &str, file: &[u8]) -> String {
    let begun = begin(who, evidence, name, file.len()).await.is(201);
    let place = begun.header("location").to_owned();
    let half = file.len() / 2;
    piece(who, &place, 0, &file[..half]).await.is(200);
    let last = piece(who, &place, half, &file[half..]).await.is(200);
    assert_eq!(last.text("/state"), "arrived");
    last.text("/id").to_owned()
}

#[tokio::test]
async fn a_file_is_sent_in_parts_attached_read_described_and_taken_away() {
    for (house, _folder) in houses().await {
        let who = house.caller("dc.amber", Role::Constable).await;
        let evidence = format!("{}/evidence", begun(&house, &who).await);
        let file = sample::photograph();
        let place = begin(&who, &evidence, "../room.jpg", file.len())
            .await
            .is(201);
        assert_eq!(
            (place.text("/name"), place.header("upload-offset")),
            ("room.jpg", "0")
        );
        let place = place.header("location").to_owned();
        piece(&who, &place, 0, &file[..100]).await.is(200);
        let lost = piece(&who, &place, 0, &file[..100]).await.is(409);
        assert_eq!(lost.header("upload-offset"), "100");
        let stands = who.get(&place).await.is(200);
        assert_eq!(
            (stands.json["received"].as_u64(), stands.text("/mark")),
            (Some(100), "7")
        );
        let last = piece(&who, &place, 100, &file[100..]).await.is(200);
        assert_eq!(last.text("/media_type"), "image/jpeg");
        let new = json!({ "uploads": [last.text("/id")], "what": "the room", "dated": "2026-08", "origin": null });
        let made = who.post(&evidence, new).await.is(201);
        let one = format!("{evidence}/{}", made.text("/ids/0"));

        let shown = who.get(&one).await.is(200);
        assert_eq!(shown.header("etag"), "\"v1\"");
        assert!(shown.text("/file/leaves_as").ends_with("-1.jpg"));
        let better = json!({ "what": "the room upstairs", "dated": null });
        who.put(&one, "\"v1\"", better.clone()).await.is(204);
        let stale = who
            .put(&one, "\"v1\"", json!({ "what": "x" }))
            .await
            .is(412);
        assert_eq!(stale.header("etag"), "\"v2\"");
        let said = who.get(&one).await.is(200).json;
        assert_eq!(said["said"].as_array().unwrap().len(), 2);
        assert_eq!(
            (&said["what"], &said["dated"]),
            (&better["what"], &json!(null))
        );

        let all = who.get(&evidence).await.is(200);
        assert_eq!(all.json["files"], 1);
        who.get(&format!("{one}/file")).await.is(200);
        who.get(&format!("{one}/file?original=true")).await.is(200);
        let list = who.get(&format!("{evidence}.json")).await.is(200);
        assert_eq!(list.text("/files/0/what"), "the room upstairs");
        who.post(&format!("{one}/removal"), json!({ "reason": " " }))
            .await
            .is(422);
        let reason = json!({ "reason": "the wrong room" });
        who.post(&format!("{one}/removal"), reason.clone())
            .await
            .is(204);
        who.post(&format!("{one}/removal"), reason).await.is(404);
        who.get(&format!("{one}/file")).await.is(404);
        assert_eq!(
            who.get(&one).await.is(200).text("/removed/reason"),
            "the wrong room"
        );
    }
}

#[tokio::test]
async fn what_is_not_taken_is_a_problem_in_words() {
    for (house, _folder) in houses().await {
        let who = house.caller("dc.amber", Role::Constable).await;
        let evidence = format!("{}/evidence", begun(&house, &who).await);
        let large = begin(&who, &evidence, "a.pdf", 26_214_401).await.is(422);
        assert_eq!(
            large.text("/errors/0/detail"),
            "the file is larger than 25 MB"
        );
        begin(&who, &evidence, "a.pdf", 0).await.is(422);
        let lies = begin(&who, &evidence, "lies.jpg", 4).await.is(201);
        let place = lies.header("location");
        for bytes in [&b"MZMZ"[..], b""] {
            let refused = piece(&who, place, 0, bytes).await;
            if bytes.is_empty() {
                // Settled already: the answer is the same.
                refused.is(422);
            } else {
                assert!(
                    refused
                        .is(422)
                        .text("/errors/0/detail")
                        .contains("not a JPG")
                );
            }
        }
        let id = lies.text("/id");
        let attach = json!({ "uploads": [id], "what": "x", "dated": null });
        who.post(&evidence, attach).await.is(404);
        let none = json!({ "uploads": [], "what": "x", "dated": null });
        who.post(&evidence, none).await.is(422);
        let sent = sent(&who, &evidence, "a.pdf", &sample::pdf()).await;
        let dated = |dated: &str| json!({ "uploads": [&sent], "what": "x", "dated": dated });
        for (date, said) in [("soon", "not a date"), ("2027", "future")] {
            let refused = who.post(&evidence, dated(date)).await.is(422);
            assert!(
                refused.text("/errors/0/detail").contains(said),
                "{}",
                refused.json
            );
        }
        let upload = format!("{evidence}/uploads/{sent}");
        let no_offset = who
            .send(Request::patch(&upload), Body::from("x"))
            .await
            .is(400);
        assert!(no_offset.text("/detail").contains("Upload-Offset"));
        let given_up = who.send(Request::delete(&upload), Body::empty()).await;
        given_up.is(204);
        who.get(&upload).await.is(404);
        let reference = json!({ "why": "phone_download", "reference": "AMB/2", "what": "messages", "dated": "2026" });
        let kept = format!("{evidence}/references");
        who.post(&kept, reference.clone()).await.is(201);
        let mut other = reference;
        other["why"] = json!("because");
        who.post(&kept, other).await.is(422);
    }
}

#[tokio::test]
async fn a_token_that_only_reads_changes_nothing_and_a_stranger_finds_nothing() {
    let (house, _folder) = houses().await.remove(0);
    let who = house.caller("dc.amber", Role::Constable).await;
    let evidence = format!("{}/evidence", begun(&house, &who).await);
    let upload = sent(&who, &evidence, "a.pdf", &sample::pdf()).await;
    let reads: Vec<&str> = token::SCOPES
        .into_iter()
        .filter(|scope| scope.ends_with(":read"))
        .collect();
    let reader = house
        .caller_with("dc.reader", Role::Constable, &reads)
        .await;
    reader.get(&evidence).await.is(200);
    begin(&reader, &evidence, "a.pdf", 5).await.is(403);
    let partner = house.caller("partner.coral", Role::Partner).await;
    for path in [
        evidence.clone(),
        format!("{evidence}.json"),
        format!("{evidence}/uploads/{upload}"),
    ] {
        let hidden = partner.get(&path).await;
        let nothing = partner.get("/api/v1/referrals/nothing/evidence").await;
        assert_eq!(
            (hidden.status, &hidden.json),
            (nothing.status, &nothing.json),
            "{path}"
        );
    }
}
