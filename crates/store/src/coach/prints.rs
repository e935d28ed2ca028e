//! Prints of narratives, made again in the transaction that saves the answer.

use std::collections::BTreeSet;

use heyrick_domain::coach::prints;
use heyrick_domain::form::{Answer, Question};
use heyrick_domain::id::{ReferralId, UserId};

use crate::db::{Sql, json_list};
use crate::{Store, StoreError, Tx, args};

/// What the keyed hash of a run of words is bound to.
const RUN: &str = "reused words";

/// Keeps the prints of an answer just written, in place of those of the answer before, and notes that the
/// referral is to be compared. Sealed answers and short ones leave none.
pub(crate) async fn written(
    store: &Store,
    tx: &mut Tx,
    referral: ReferralId,
    by: UserId,
    question: &Question,
    answer: &Answer,
) -> Result<(), StoreError> {
    const KEEP: Sql = Sql::new(
        "with kept(print) as {each $3}
         insert into reuse_prints (referral_id, key, print) select $1, $2, cast(kept.print as bigint) from kept",
    );
    const CHECK: Sql = Sql::new(
        "insert into reuse_checks (referral_id, saved_by, saved_at) values ($1, $2, $3)
         on conflict (referral_id) do update set saved_by = excluded.saved_by, saved_at = excluded.saved_at,
             looked_at = 0",
    );
    if !question.is_narrative() || question.sealed {
        return Ok(());
    }
    forget(tx, referral, &question.key).await?;
    let kept: Vec<String> = of(store, answer.as_text().unwrap_or_default())
        .iter()
        .map(i64::to_string)
        .collect();
    tx.exec(KEEP, args![referral, &question.key, json_list(kept)])
        .await?;
    tx.exec(CHECK, args![referral, by, store.now()]).await?;
    Ok(())
}

/// Forgets the prints of an answer that is no more.
pub(crate) async fn forget(tx: &mut Tx, referral: ReferralId, key: &str) -> Result<(), StoreError> {
    const FORGET: Sql = Sql::new("delete from reuse_prints where referral_id = $1 and key = $2");
    tx.exec(FORGET, args![referral, key]).await?;
    Ok(())
}

/// The prints of a text under the key in use.
fn of(store: &Store, text: &str) -> BTreeSet<i64> {
    let hash = |run: &String| {
        let mut first = [0; 8];
        first.copy_from_slice(&store.keys.keyed_hash(RUN, run.as_bytes())[..8]);
        i64::from_be_bytes(first)
    };
    let hashes: Vec<i64> = prints::runs(text).iter().map(hash).collect();
    prints::kept(&hashes)
}
