//! Lists of people and search: what may not be seen is absent, pages meet, words are found in any order.

use std::collections::BTreeSet;

use heyrick_domain::id::PublicId;
use heyrick_domain::person::NameKind;
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_store::person::{
    Details, Likeness, NewName, Only, PersonPage, PersonQuery, Sort, alike_for, persons_for,
    record_details, record_name, record_person,
};
use heyrick_store::{Sql, args, user};
use jiff::SignedDuration;

use crate::common::{TestStore, stores};

/// Somebody with this name and nothing else known.
pub fn named(first: &str, last: &str) -> Details {
    Details {
        first_name: Some(first.to_owned()),
        last_name: Some(last.to_owned()),
        ..Details::default()
    }
}

/// Somebody of this role in `of`'s team.
pub async fn colleague(store: &TestStore, of: &Viewer, role: Role) -> Viewer {
    const MOVE: Sql = Sql::new("update users set agency_id = $2, team_id = $3 where id = $1");
    let other = store.officer(role).await;
    let values = args![other.user, of.agency, of.team];
    store.store.db.exec(MOVE, values).await.unwrap();
    user::viewer(store, other.user, Through::CommandLine, None)
        .await
        .unwrap()
        .unwrap()
}

async fn add(store: &TestStore, who: &Viewer, first: &str, last: &str) -> PublicId {
    let id = record_person(store, who, &named(first, last))
        .await
        .unwrap();
    store.wait(SignedDuration::from_secs(1));
    id
}

async fn restrict(store: &TestStore, id: &PublicId, level: &str) {
    const SET: Sql = Sql::new("update persons set restriction = $2 where public_id = $1");
    store.store.db.exec(SET, args![id, level]).await.unwrap();
}

async fn page(store: &TestStore, who: &Viewer, query: &PersonQuery) -> PersonPage {
    persons_for(store, who, query).await.unwrap()
}

async fn labels(store: &TestStore, who: &Viewer, query: &PersonQuery) -> Vec<String> {
    let page = page(store, who, query).await;
    page.people.into_iter().map(|line| line.label).collect()
}

fn everybody() -> PersonQuery {
    PersonQuery {
        limit: 25,
        ..PersonQuery::default()
    }
}

fn searching(term: &str) -> PersonQuery {
    PersonQuery {
        term: Some(term.to_owned()),
        ..everybody()
    }
}

async fn shown_by_last_event(store: &TestStore, action: &str) -> Vec<uuid::Uuid> {
    const LAST: Sql = Sql::new(
        "select body from journal_events where action = $1 order by at desc, counter desc limit 1",
    );
    let row: Option<(Vec<u8>,)> = store.store.db.opt(LAST, args![action]).await.unwrap();
    let body = heyrick_store::journal::Body::read(&row.unwrap().0).unwrap();
    body.shown
}

#[tokio::test]
async fn a_list_shows_the_own_team_in_order_and_names_everybody_shown_in_one_event() {
    for store in stores().await {
        let who = store.constable().await;
        let stranger = store.constable().await;
        add(&store, &who, "Testa", "Placeholder").await;
        add(&store, &who, "Ёлка", "Exemplar").await;
        add(&store, &stranger, "Anon", "Hidden").await;
        let got = labels(&store, &who, &everybody()).await;
        assert_eq!(got, ["Ёлка Exemplar", "Testa Placeholder"]);
        assert_eq!(shown_by_last_event(&store, "person.listed").await.len(), 2);
        let by_change = PersonQuery {
            sort: Sort::Changed,
            ..everybody()
        };
        let got = labels(&store, &who, &by_change).await;
        assert_eq!(got, ["Ёлка Exemplar", "Testa Placeholder"]);
        let analyst = colleague(&store, &who, Role::Analyst).await;
        assert_eq!(labels(&store, &analyst, &everybody()).await.len(), 2);
        for role in [Role::Administrator, Role::Auditor, Role::Partner] {
            let other = colleague(&store, &who, role).await;
            let got = labels(&store, &other, &everybody()).await;
            assert!(got.is_empty(), "{role:?} {got:?}");
        }
    }
}

#[tokio::test]
async fn what_is_restricted_or_sealed_is_absent_in_list_and_search() {
    for store in stores().await {
        let author = store.constable().await;
        let other = colleague(&store, &author, Role::Constable).await;
        let inspector = colleague(&store, &author, Role::Inspector).await;
        add(&store, &author, "Testa", "Open").await;
        let restricted = add(&store, &author, "Testa", "Restricted").await;
        let sealed = add(&store, &author, "Testa", "Sealed").await;
        restrict(&store, &restricted, "restricted").await;
        restrict(&store, &sealed, "sealed").await;
        let mut named_viewer = other.clone();
        named_viewer.granted.insert(sealed.clone());
        for (viewer, want) in [
            (&other, vec!["Testa Open"]),
            (&author, vec!["Testa Open", "Testa Restricted"]),
            (&inspector, vec!["Testa Open", "Testa Restricted"]),
            (&named_viewer, vec!["Testa Open", "Testa Sealed"]),
        ] {
            assert_eq!(labels(&store, viewer, &everybody()).await, want);
            assert_eq!(labels(&store, viewer, &searching("testa")).await, want);
            let changed = PersonQuery {
                sort: Sort::Changed,
                ..searching("testa")
            };
            let mut got = labels(&store, viewer, &changed).await;
            got.sort();
            assert_eq!(got, want);
        }
        assert!(
            labels(&store, &other, &searching("sealed"))
                .await
                .is_empty()
        );
        let only = PersonQuery {
            only: Only {
                restricted: true,
                ..Only::default()
            },
            ..everybody()
        };
        assert_eq!(labels(&store, &author, &only).await, ["Testa Restricted"]);
        assert!(labels(&store, &other, &only).await.is_empty());
    }
}

#[tokio::test]
async fn pages_meet_without_a_gap_and_without_a_repeat() {
    for store in stores().await {
        let who = store.constable().await;
        let away = store.constable().await;
        let mut viewer = who.clone();
        viewer.teams.extend(away.teams.iter().copied());
        for n in 0..9 {
            // Two of each name, so that only the id tells them apart.
            add(&store, &who, "Testa", &format!("Same{}", n / 2)).await;
        }
        let granted = add(&store, &store.constable().await, "Testa", "Same2").await;
        add(&store, &away, "Testa", "Same3").await;
        viewer.granted.insert(granted);
        for sort in [Sort::Name, Sort::Changed] {
            for term in [None, Some("testa".to_owned())] {
                let mut query = PersonQuery {
                    term,
                    sort,
                    limit: 4,
                    ..PersonQuery::default()
                };
                let (mut seen, mut pages) = (Vec::new(), 0);
                loop {
                    let page = page(&store, &viewer, &query).await;
                    seen.extend(page.people.into_iter().map(|line| line.public_id));
                    pages += 1;
                    match page.next {
                        Some(next) => query.after = Some(next),
                        None => break,
                    }
                }
                let different: BTreeSet<_> = seen.iter().collect();
                assert_eq!(
                    (seen.len(), different.len(), pages),
                    (11, 11, 3),
                    "{query:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn words_are_found_in_any_order_by_their_beginning_and_in_any_script() {
    for store in stores().await {
        let who = store.constable().await;
        let id = add(&store, &who, "Nguyễn", "Thử-Mẫu").await;
        let alias = NewName {
            kind: NameKind::Alias,
            raw: "Лисичка".to_owned(),
        };
        record_name(&store, &who, &id, &alias).await.unwrap();
        add(&store, &who, "Testa", "Exemplar").await;
        let want = vec!["Nguyễn Thử-Mẫu"];
        for term in [
            "nguyen",
            "mau thu",
            "THU NGU",
            "thumau",
            "лисичка",
            "lisichka",
            " Nguyễn  Mẫu ",
        ] {
            assert_eq!(labels(&store, &who, &searching(term)).await, want, "{term}");
        }
        for term in ["nguyen exemplar", "ng", "guyen", "---", "", "%", "_"] {
            let got = labels(&store, &who, &searching(term)).await;
            assert!(got.is_empty(), "{term} found {got:?}");
        }
        let found = page(&store, &who, &searching("nguyen")).await;
        assert_eq!(found.people[0].other_names, ["Лисичка"]);
    }
}

#[tokio::test]
async fn a_reference_is_found_however_it_is_parted() {
    for store in stores().await {
        let who = store.constable().await;
        let mut details = named("Testa", "Exemplar");
        details.home_office_reference = Some("A1234567/001".to_owned());
        let id = record_person(&store, &who, &details).await.unwrap();
        add(&store, &who, "Testa", "Placeholder").await;
        let reference = page(&store, &who, &searching("exemplar")).await.people[0]
            .reference
            .clone();
        let bare = reference.replace('-', "");
        let spaced = reference.replace('-', " ");
        for term in [
            &reference,
            &bare,
            &spaced,
            "a1234567/001",
            "A1234567 001",
            "A1234567",
        ] {
            let found = page(&store, &who, &searching(term)).await.people;
            assert_eq!(found.len(), 1, "{term}");
            assert_eq!(found[0].public_id, id, "{term}");
        }
    }
}

#[tokio::test]
async fn keys_follow_the_names() {
    for store in stores().await {
        let who = store.constable().await;
        let id = add(&store, &who, "Testa", "Exemplar").await;
        let changed = named("Testa", "Placeholder");
        record_details(&store, &who, &id, 1, &changed)
            .await
            .unwrap();
        assert!(
            labels(&store, &who, &searching("exemplar"))
                .await
                .is_empty()
        );
        assert_eq!(labels(&store, &who, &searching("place")).await.len(), 1);
    }
}

#[tokio::test]
async fn a_search_keeps_no_word_of_what_was_searched_for() {
    const BODIES: Sql =
        Sql::new("select body from journal_events where action = 'person.searched'");
    for store in stores().await {
        let who = store.constable().await;
        add(&store, &who, "Willowette", "Exemplar").await;
        labels(&store, &who, &searching("Willowette")).await;
        labels(&store, &who, &searching("Nobodyhere")).await;
        let rows: Vec<(Vec<u8>,)> = store.store.db.all(BODIES, vec![]).await.unwrap();
        assert_eq!(rows.len(), 2, "a search that finds nobody is a search");
        for (body,) in rows {
            let text = String::from_utf8(body).unwrap();
            assert!(
                !text.to_lowercase().contains("willow") && !text.contains("Nobody"),
                "{text}"
            );
            assert!(text.contains("\"values\":"), "{text}");
        }
    }
}

#[tokio::test]
async fn mine_is_what_one_made_or_was_given() {
    for store in stores().await {
        let who = store.constable().await;
        let other = colleague(&store, &who, Role::Constable).await;
        add(&store, &who, "Testa", "Own").await;
        let given = add(&store, &other, "Testa", "Given").await;
        add(&store, &other, "Testa", "Else").await;
        let mut viewer = who.clone();
        viewer.granted.insert(given);
        let only = Only {
            mine: true,
            ..Only::default()
        };
        for term in [None, Some("testa".to_owned())] {
            let query = PersonQuery {
                only,
                term,
                ..everybody()
            };
            let got = labels(&store, &viewer, &query).await;
            assert_eq!(got, ["Testa Given", "Testa Own"]);
        }
    }
}

async fn referral_of(store: &TestStore, person: &PublicId, stage: &str, restriction: &str) {
    const EPISODE: Sql = Sql::new(
        "insert into episodes (id, public_id, person_id, opened_by, opened_at)
         select $1, $2, p.id, p.created_by, 0 from persons p where p.public_id = $3",
    );
    const REFERRAL: Sql = Sql::new(
        "insert into referrals (id, public_id, reference, agency_id, team_id, person_id, episode_id, form, stage, route,
             author_id, restriction, retention_class, review_on, version, created_at, updated_at)
         select $1, $2, $2, p.agency_id, p.team_id, p.id, $1, 'nrm-2026-04', $4, 'undecided',
             p.created_by, $5, 'referral_draft', '2030-01-01', 1, 0, 0
         from persons p where p.public_id = $3",
    );
    let (id, name) = (store.id(), store.new_public_id().unwrap());
    let db = &store.store.db;
    db.exec(EPISODE, args![id, &name, person]).await.unwrap();
    db.exec(REFERRAL, args![id, &name, person, stage, restriction])
        .await
        .unwrap();
}

#[tokio::test]
async fn an_open_referral_counts_only_for_those_who_see_it() {
    for store in stores().await {
        let who = store.constable().await;
        let other = colleague(&store, &who, Role::Constable).await;
        let draft = add(&store, &who, "Testa", "Draft").await;
        let sent = add(&store, &who, "Testa", "Sent").await;
        let hidden = add(&store, &who, "Testa", "Hidden").await;
        add(&store, &who, "Testa", "None").await;
        referral_of(&store, &draft, "draft", "none").await;
        referral_of(&store, &sent, "sent", "none").await;
        referral_of(&store, &hidden, "prepared", "restricted").await;
        let query = PersonQuery {
            only: Only {
                open_referral: true,
                ..Only::default()
            },
            ..everybody()
        };
        assert_eq!(
            labels(&store, &who, &query).await,
            ["Testa Draft", "Testa Hidden"]
        );
        assert_eq!(labels(&store, &other, &query).await, ["Testa Draft"]);
    }
}

#[tokio::test]
async fn somebody_alike_is_named_with_reasons_and_only_to_those_who_see_them() {
    for store in stores().await {
        let who = store.constable().await;
        let stranger = store.constable().await;
        let mut there = named("Siân", "Testperson");
        there.dob = Some("1998-03-09".parse().unwrap());
        there.home_office_reference = Some("A1234567".to_owned());
        let id = record_person(&store, &who, &there).await.unwrap();
        let alias = NewName {
            kind: NameKind::Nickname,
            raw: "Little Bee".to_owned(),
        };
        record_name(&store, &who, &id, &alias).await.unwrap();
        let reasons = async |details: Details| -> Vec<Vec<Likeness>> {
            let found = alike_for(&store, &who, &details).await.unwrap();
            found.into_iter().map(|one| one.because).collect()
        };
        use Likeness::{Dob, HomeOfficeReference, Name, OtherName};
        assert_eq!(reasons(named("SIAN", "testperson")).await, [[Name]]);
        assert_eq!(reasons(named("Testperson", "Sian")).await, [[Name]]);
        assert_eq!(reasons(named("little", "bee")).await, [[OtherName]]);
        let mut same = named("Sian", "Testperson");
        same.dob = there.dob;
        assert_eq!(reasons(same).await, [[Name, Dob]]);
        let mut reference = named("Nobody", "Else");
        reference.home_office_reference = Some("a-123 4567".to_owned());
        assert_eq!(reasons(reference).await, [[HomeOfficeReference]]);
        assert!(reasons(named("Sian", "Else")).await.is_empty());
        let found = alike_for(&store, &stranger, &there).await.unwrap();
        assert!(found.is_empty());
        assert!(
            shown_by_last_event(&store, "person.searched")
                .await
                .is_empty()
        );
    }
}

#[tokio::test]
async fn what_is_hidden_changes_no_answer_to_a_search() {
    for store in stores().await {
        let who = store.constable().await;
        let elsewhere = store.constable().await;
        add(&store, &who, "Zorvana", "Quillfeather").await;
        let hers = add(&store, &elsewhere, "Quillfeather", "Zorvana").await;
        let query = PersonQuery {
            term: Some("Zorvana Quillfeather".to_owned()),
            ..everybody()
        };
        let found = page(&store, &elsewhere, &query).await;
        let found: Vec<PublicId> = found
            .people
            .into_iter()
            .map(|line| line.public_id)
            .collect();
        assert_eq!(found, [hers], "as if the other were not there");
    }
}
