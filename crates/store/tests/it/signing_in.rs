//! Signing in: a try is counted before it is looked at, and what changes how somebody signs in is one
//! transaction with its event.

use data_encoding::BASE32_NOPAD;
use heyrick_domain::user::Role;
use heyrick_store::factor::{self, CodeCheck};
use heyrick_store::journal::Actor;
use heyrick_store::session::SignIn;
use heyrick_store::throttle::{self, Scope};
use heyrick_store::{Sql, session};
use totp_rs::{Builder, Secret};

use crate::common::{TestStore, stores};

/// Makes the journal refuse events of this kind, as a full disk would.
async fn refuse_events(store: &TestStore, action: &str) {
    let refuse = match store.fresh.engine {
        "sqlite" => format!(
            "create trigger refuse_event before insert on journal_events when new.action = '{action}'
             begin select raise(abort, 'refused'); end"
        ),
        _ => format!(
            "alter table journal_events add constraint refuse_event check (action <> '{action}')"
        ),
    };
    store
        .store
        .db
        .exec(Sql::new(refuse.leak()), vec![])
        .await
        .unwrap();
}

fn code_now(store: &TestStore, secret: &str) -> String {
    let secret = Secret::from(BASE32_NOPAD.decode(secret.as_bytes()).unwrap());
    let seconds = u64::try_from(store.now() / 1_000_000).unwrap();
    let totp = Builder::new().with_secret(secret).build_noncompliant();
    totp.generate(seconds).to_string()
}

#[tokio::test]
async fn tries_at_the_same_moment_are_no_more_than_tries_one_after_the_other() {
    for store in stores().await {
        let tries = (0..40).map(|_| throttle::may_try(&store, Scope::Account, "dc.amber"));
        let may = futures_util::future::join_all(tries).await;
        let may = may.into_iter().filter(|may| *may.as_ref().unwrap()).count();
        assert_eq!(i64::try_from(may).unwrap(), Scope::Account.failures_max());
        let user = store.officer(Role::Constable).await.user;
        for _ in 0..30 {
            assert!(
                session::may_try_code(&store, user, "192.0.2.7")
                    .await
                    .unwrap()
            );
            session::code_was_right(&store, user, "192.0.2.7")
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn a_second_factor_and_its_event_are_kept_together_or_not_at_all() {
    for store in stores().await {
        let who = store.officer(Role::Constable).await;
        let new = factor::record_new_factor(&store, &who, who.user, "dc.amber")
            .await
            .unwrap();
        refuse_events(&store, "user.recovery_codes_made").await;
        let code = code_now(&store, &new.secret);
        let failed = factor::confirm_factor(&store, &who, who.user, &code).await;
        assert!(failed.is_err());
        let waits = factor::waiting_factor(&store, who.user, "dc.amber")
            .await
            .unwrap();
        assert!(waits.is_some(), "without codes there is no factor");
        assert_eq!(
            factor::recovery_codes_left(&store, who.user).await.unwrap(),
            0
        );
    }
}

#[tokio::test]
async fn a_recovery_code_is_used_with_its_event_or_not_at_all() {
    for store in stores().await {
        let who = store.officer(Role::Constable).await;
        let codes = factor::record_recovery_codes(&store, Actor::NOBODY, who.user)
            .await
            .unwrap();
        refuse_events(&store, "user.recovery_code_used").await;
        assert!(
            factor::use_recovery_code(&store, who.user, &codes[0])
                .await
                .is_err()
        );
        let left = factor::recovery_codes_left(&store, who.user).await.unwrap();
        assert_eq!(left, 10, "the code still holds");
        let wrong = factor::use_recovery_code(&store, who.user, "aaaa-aaaa-aaaa-aaaa").await;
        assert_eq!(wrong.unwrap(), CodeCheck::Wrong);
    }
}

#[tokio::test]
async fn an_address_that_must_wait_locks_no_account() {
    for store in stores().await {
        for at in 0..Scope::Address.failures_max() {
            let account = format!("nobody.{at}");
            let wrong = session::sign_in(&store, &account, "wrong", "192.0.2.7", "test").await;
            assert_eq!(wrong.unwrap(), SignIn::Wrong);
        }
        for _ in 0..2 * Scope::Account.failures_max() {
            let waits = session::sign_in(&store, "dc.amber", "wrong", "192.0.2.7", "test").await;
            assert_eq!(waits.unwrap(), SignIn::Wait);
        }
        let elsewhere = session::sign_in(&store, "dc.amber", "wrong", "192.0.2.8", "test").await;
        assert_eq!(elsewhere.unwrap(), SignIn::Wrong);
    }
}
