//! The daily e-mail: queued from seven o'clock on working days, sent by whichever node holds the lease. It says
//! how many things wait and where to sign in: no name, no reference, no kind.

use heyrick_domain::calendar::{Division, Holidays};
use heyrick_domain::task::escalation::Delays;
use heyrick_store::digest::{Due, record_failed, record_queued, record_sent, take_due};
use heyrick_store::lease::Lease;
use heyrick_store::{Store, StoreError};
use heyrick_words::{Arg, Locale, Words};

use crate::mail::{self, Letter};
use crate::settings::Mail;

/// What sending needs to know.
#[derive(Debug, Clone)]
pub struct Digests {
    /// The mail server.
    pub mail: Mail,
    /// The words.
    pub words: Words,
    /// Where people sign in.
    pub public_url: String,
    /// Bank holidays: nothing is sent on them.
    pub holidays: Holidays,
}

impl Digests {
    /// Queues today's e-mails if it is a working day and time, then tries all that are due.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the lease was lost; [`StoreError::Db`] when the database fails.
    pub async fn round(
        &self,
        store: &Store,
        lease: &Lease,
        delays: Delays,
    ) -> Result<(), StoreError> {
        let works = self
            .holidays
            .is_working_day(Division::EnglandAndWales, store.today());
        if works {
            record_queued(store, lease, delays).await?;
        }
        for due in take_due(store, lease).await? {
            lease.prolong(&store.db, store.now()).await?;
            match mail::send(&self.mail, self.letter(&due)).await {
                Ok(()) => record_sent(store, lease, &due).await?,
                Err(error) => {
                    tracing::warn!(digest = %due.id, code = error.code(), "an e-mail was not taken");
                    record_failed(store, lease, &due, error.code(), error.for_good()).await?;
                }
            }
        }
        Ok(())
    }

    fn letter(&self, due: &Due) -> Letter {
        let locale = Locale::from_code(&due.locale).unwrap_or_default();
        let count = [("count", Arg::from(due.waiting))];
        let say = |key: &str, args: &[(&str, Arg<'static>)]| self.words.text(locale, key, args);
        let url = &self.public_url;
        Letter {
            id: due.id,
            to: due.email.clone(),
            subject: say("mail-digest-subject", &[]),
            text: format!(
                "{}\n\n{}\n{url}\n\n{}\n{url}/account#digest\n",
                say("mail-digest-waiting", &count),
                say("mail-digest-sign-in", &[]),
                say("mail-digest-stop", &[]),
            ),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use heyrick_domain::digest::TRIES_MAX;
    use heyrick_domain::id::PublicId;
    use heyrick_domain::person::Details;
    use heyrick_domain::task::TaskKind;
    use heyrick_domain::user::{Role, Through, Viewer};
    use heyrick_policy::Kind;
    use heyrick_store::digest::record_preference;
    use heyrick_store::journal::Actor;
    use heyrick_store::person::record_person;
    use heyrick_store::task::{ByHand, record_by_hand};
    use heyrick_store::user::{NewUser, record_user};
    use heyrick_store::{Clock, Db, Keys, Sql, agency, args, migrate, user};
    use heyrick_testkit::mail::{MailServer, Private};
    use jiff::civil::date;
    use jiff::{SignedDuration, Timestamp};
    use uuid::Uuid;

    use super::*;
    use crate::settings::MailTls;
    use crate::worker::Work;

    const NAME: &str = "Willowherb";

    struct Scene {
        work: Work,
        officer: Viewer,
        reference: String,
        _fresh: heyrick_testkit::Fresh,
    }

    /// Eight in the morning of Thursday 2 April 2026 in London: Good Friday and Easter Monday follow.
    async fn scenes(server: &MailServer) -> Vec<Scene> {
        let mut scenes = Vec::new();
        for fresh in heyrick_testkit::engines().unwrap() {
            let db = Db::connect(&fresh.url).await.unwrap();
            migrate::migrate(&db, 0).await.unwrap();
            let clock = Clock::fixed("2026-04-02T05:59:59Z".parse().unwrap());
            let store = Store::open(db, Keys::generate().unwrap(), clock);
            let store = store.await.unwrap();
            let (officer, task) = officer(&store).await;
            let mail = Mail {
                host: "localhost".to_owned(),
                port: server.port,
                from: "heyrick@force.example".to_owned(),
                tls: MailTls::None,
                login: None,
                ca: None,
            };
            let digests = Digests {
                mail,
                words: Words::shipped().unwrap(),
                public_url: "https://heyrick.force.example".to_owned(),
                holidays: Holidays::shipped().unwrap(),
            };
            let delays = Delays::default();
            scenes.push(Scene {
                work: Work {
                    store,
                    delays,
                    digests: Some(digests),
                },
                officer,
                reference: task.0,
                _fresh: fresh,
            });
        }
        scenes
    }

    async fn officer(store: &Store) -> (Viewer, PublicId) {
        let by = Actor::COMMAND_LINE;
        let force = agency::record_agency(store, by.clone(), "Testshire", "police");
        let force = force.await.unwrap().id;
        let team = agency::record_team(store, by.clone(), force, "Team");
        let new = NewUser {
            agency: force,
            team: Some(team.await.unwrap().id),
            username: "dc.amber".to_owned(),
            display_name: "DC Amber".to_owned(),
            role: Role::Constable,
            password: Some("four willow leaves".to_owned()),
            must_change_password: false,
        };
        let (account, _) = record_user(store, by, new).await.unwrap();
        let viewer = user::viewer(store, account.id, Through::CommandLine, None);
        let viewer = viewer.await.unwrap().unwrap();
        let details = Details {
            last_name: Some(NAME.to_owned()),
            ..Details::default()
        };
        let person = record_person(store, &viewer, &details).await.unwrap();
        let new = ByHand {
            kind: TaskKind::Trace,
            day: date(2026, 4, 2),
            owner: Some(viewer.public_id.clone()),
            note: String::new(),
        };
        let task = record_by_hand(store, &viewer, Kind::Person, &person, &new).await;
        (viewer, task.unwrap().unwrap())
    }

    impl Scene {
        async fn choose(&self, email: &str, wanted: bool) {
            record_preference(&self.work.store, &self.officer, email, wanted)
                .await
                .unwrap();
        }

        /// Lets time go on, and a round be worked.
        async fn after(&self, time: SignedDuration) {
            let now = Timestamp::from_microsecond(self.work.store.now()).unwrap();
            self.work.store.clock.set(now.checked_add(time).unwrap());
            self.work.round().await.unwrap();
        }

        /// How the row of the latest day stands: how it was settled, tries, the last error.
        async fn row(&self) -> Option<(Option<String>, i64, Option<String>)> {
            const ROW: Sql =
                Sql::new("select settled, tries, error from digests order by day desc limit 1");
            self.work.store.db.opt(ROW, args![]).await.unwrap()
        }
    }

    const SECOND: SignedDuration = SignedDuration::from_secs(1);

    #[tokio::test]
    async fn the_mail_says_that_something_waits_and_nothing_else() {
        let server = MailServer::start(Private::Plain, None).unwrap();
        for (scene, before) in scenes(&server).await.into_iter().zip([0, 1]) {
            scene.after(SignedDuration::ZERO).await;
            assert_eq!(scene.row().await, None, "off until they say otherwise");
            scene.choose("amber@force.example", true).await;
            scene.after(SignedDuration::ZERO).await;
            assert_eq!(scene.row().await, None, "a second before seven");
            scene.after(SECOND).await;
            let (settled, tries, error) = scene.row().await.unwrap();
            assert_eq!((settled.as_deref(), tries, error), (Some("sent"), 1, None));
            scene.after(SignedDuration::from_hours(3)).await;
            let taken = server.messages().unwrap();
            assert_eq!(taken.len(), before + 1, "once a day");
            let text = &taken[before];
            assert!(text.contains("1 thing waits for you") && text.contains("something waits"));
            assert!(text.contains("https://heyrick.force.example\r\n"));
            for secret in [
                NAME,
                &scene.reference,
                "Find them",
                "trace",
                "Amber",
                "Testshire",
            ] {
                assert!(!text.contains(secret), "{secret}");
            }
        }
    }

    #[tokio::test]
    async fn nothing_is_sent_on_week_ends_and_bank_holidays_or_when_nothing_waits() {
        let server = MailServer::start(Private::Plain, None).unwrap();
        for (scene, before) in scenes(&server).await.into_iter().zip([0, 2]) {
            scene.choose("amber@force.example", true).await;
            scene.after(SECOND).await;
            let sent = || server.messages().unwrap().len() - before;
            assert_eq!(sent(), 1);
            for _good_friday_to_easter_monday in 0..4 {
                scene.after(SignedDuration::from_hours(24)).await;
            }
            assert_eq!(sent(), 1);
            scene.after(SignedDuration::from_hours(24)).await;
            assert_eq!(sent(), 2, "Tuesday");
            let id = PublicId(scene.reference.clone());
            let store = &scene.work.store;
            let done = heyrick_store::task::record_done(store, &scene.officer, &id, None, "found");
            assert!(done.await.unwrap());
            scene.after(SignedDuration::from_hours(24)).await;
            let (settled, tries, _) = scene.row().await.unwrap();
            assert_eq!((settled.as_deref(), tries), (Some("nothing"), 0));
            assert_eq!(sent(), 2);
        }
    }

    #[tokio::test]
    async fn a_server_that_is_away_is_tried_again_and_given_up_for_the_day() {
        let server = MailServer::start(Private::Plain, None).unwrap();
        for scene in scenes(&server).await {
            scene.choose("later@force.example", true).await;
            scene.after(SECOND).await;
            let (settled, tries, error) = scene.row().await.unwrap();
            assert_eq!((settled, tries, error.as_deref()), (None, 1, Some("later")));
            scene.after(SignedDuration::from_secs(299)).await;
            assert_eq!(scene.row().await.unwrap().1, 1, "it waits five minutes");
            scene.after(SECOND).await;
            assert_eq!(scene.row().await.unwrap().1, 2);
            for minutes in [10, 20, 40, 80] {
                scene.after(SignedDuration::from_mins(minutes)).await;
            }
            let (settled, tries, _) = scene.row().await.unwrap();
            assert_eq!(settled.as_deref(), Some("given_up"));
            assert_eq!(tries, i64::from(TRIES_MAX));
            scene.after(SignedDuration::from_hours(2)).await;
            assert_eq!(scene.row().await.unwrap().1, tries);
        }
        assert!(server.messages().unwrap().is_empty());
    }

    #[tokio::test]
    async fn an_address_that_is_refused_or_a_choice_taken_back_ends_it() {
        let server = MailServer::start(Private::Plain, None).unwrap();
        for scene in scenes(&server).await {
            scene.choose("refused@force.example", true).await;
            scene.after(SECOND).await;
            let (settled, tries, error) = scene.row().await.unwrap();
            let want = (Some("given_up"), 1, Some("refused"));
            assert_eq!((settled.as_deref(), tries, error.as_deref()), want);
            // Tuesday: it waits for a server, and is switched off meanwhile.
            scene.choose("later@force.example", true).await;
            scene.after(SignedDuration::from_hours(5 * 24)).await;
            scene.choose("later@force.example", false).await;
            scene.after(SignedDuration::from_mins(5)).await;
            let (settled, tries, _) = scene.row().await.unwrap();
            assert_eq!((settled.as_deref(), tries), (Some("off"), 1));
        }
    }

    #[tokio::test]
    async fn a_row_of_yesterday_is_not_sent_today() {
        const OLD: Sql = Sql::new(
            "insert into digests (id, user_id, day, waiting, queued_at, tries, next_try_at)
             values ($1, $2, '2026-04-01', 3, 0, 1, 0)",
        );
        let server = MailServer::start(Private::Plain, None).unwrap();
        for scene in scenes(&server).await {
            scene.choose("amber@force.example", true).await;
            let values = args![Uuid::from_u128(1), scene.officer.user];
            scene.work.store.db.exec(OLD, values).await.unwrap();
            scene.after(SignedDuration::ZERO).await;
            assert_eq!(scene.row().await.unwrap().0.as_deref(), Some("given_up"));
        }
        assert!(server.messages().unwrap().is_empty());
    }
}
