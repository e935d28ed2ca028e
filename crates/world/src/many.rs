//! Everybody else of the team's files, when many are asked for: records of people, written many at a time
//! so that a hundred thousand take minutes, and referrals of some of them.

use heyrick_domain::person::Details;
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_store::{Store, StoreError, person, referral, user};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::cast::Entry;
use crate::file::WorldError;
use crate::invent::{People, Years};
use crate::scenes;

/// How many people one transaction holds, each with an event of their own.
const BATCH: usize = 500;
/// How many people are made between two words about it.
const SAID_EVERY: usize = 5_000;
/// One in so many of a constable's people has a referral, just begun.
const REFERRED: usize = 5;
/// Who makes the records, in turn: three of the first team for two of the second.
const BY: [&str; 5] = [
    "dc.amber",
    "dc.jade",
    "dc.slate",
    "ds.umber",
    "support.rust",
];
/// How long all of it takes, as the journal tells it: it is over before the cast comes on.
const DAYS: i64 = 6;

/// Invents and records so many people. `said` hears how many are there.
pub(crate) async fn record(
    store: &Store,
    mut people: People,
    count: usize,
    today: Date,
    said: impl Fn(usize),
) -> Result<(), WorldError> {
    let batches = i64::try_from(count.div_ceil(BATCH).max(1)).unwrap_or(i64::MAX);
    let pause = SignedDuration::from_secs(DAYS * 24 * 3600 / batches);
    let mut made = 0;
    for by in BY.iter().cycle() {
        if made == count {
            break;
        }
        let viewer = viewer(store, by).await?;
        let batch: Vec<Details> = (made..count.min(made + BATCH))
            .map(|_| scenes::details(&people.person(Years::Adult), Entry::Open, today))
            .collect();
        let ids = person::record_persons(store, &viewer, &batch).await?;
        if viewer.role == Role::Constable {
            for id in ids.iter().step_by(REFERRED) {
                referral::record_referral(store, &viewer, id).await?;
            }
        }
        let before = made / SAID_EVERY;
        made += batch.len();
        if made / SAID_EVERY > before {
            said(made);
        }
        wait(store, pause);
    }
    Ok(())
}

async fn viewer(store: &Store, username: &str) -> Result<Viewer, WorldError> {
    let account = user::user_by_name(store, username).await?;
    let account = account.ok_or(StoreError::Corrupt("world"))?.id;
    let viewer = user::viewer(store, account, Through::CommandLine, None).await?;
    Ok(viewer.ok_or(StoreError::Corrupt("world"))?)
}

fn wait(store: &Store, pause: SignedDuration) {
    let now = Timestamp::from_microsecond(store.now()).unwrap_or(Timestamp::UNIX_EPOCH);
    if let Ok(later) = now.checked_add(pause) {
        store.clock.set(later);
    }
}
