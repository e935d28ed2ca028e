//! Hand-over: which boxes of the Home Office's form somebody has entered.

use std::collections::{BTreeMap, BTreeSet};

use heyrick_domain::id::PublicId;
use heyrick_domain::referral::Stage;
use heyrick_domain::task::TaskKind;
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;

use super::{Preparation, made_for};
use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::referral::Referral;
use crate::task::{self, NewTask};
use crate::{Store, StoreError, Tx, args};

/// How many boxes are entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Entered.
    pub entered: usize,
    /// To enter.
    pub of: usize,
}

impl Preparation {
    /// How many of the boxes somebody has entered.
    pub fn progress(&self) -> Progress {
        let boxes = || self.content.to_hand_over();
        Progress {
            entered: boxes()
                .filter(|line| self.ticks.contains_key(&line.key))
                .count(),
            of: boxes().count(),
        }
    }
}

/// Ticks boxes as entered, and takes ticks away. What nobody touched stays as it is, whoever ticked it.
/// `None` when there is no such preparation to see, or it was taken back.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who does not hand over referrals.
pub async fn record_ticks(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    preparation: &PublicId,
    ticked: &BTreeSet<String>,
    cleared: &BTreeSet<String>,
) -> Result<Option<Progress>, StoreError> {
    const TICK: Sql = Sql::new(
        "insert into handover_ticks (preparation_id, key, ticked_by, ticked_at) values ($1, $2, $3, $4)
         on conflict (preparation_id, key) do nothing",
    );
    const CLEAR: Sql =
        Sql::new("delete from handover_ticks where preparation_id = $1 and key = $2");
    let Some((referral, made)) = made_for(store, viewer, id, Action::HandOver).await? else {
        return Ok(None);
    };
    if made.public_id != *preparation {
        return Ok(None);
    }
    let known: BTreeSet<&str> = made
        .content
        .to_hand_over()
        .map(|line| line.key.as_str())
        .collect();
    let mut tx = store.db.begin().await?;
    let mut changed: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for key in ticked.iter().filter(|key| known.contains(key.as_str())) {
        let values = args![made.id, key, viewer.user, store.now()];
        if tx.exec(TICK, values).await? > 0 {
            changed.entry("ticked").or_default().push(key);
        }
    }
    for key in cleared.iter().filter(|key| known.contains(key.as_str())) {
        if tx.exec(CLEAR, args![made.id, key]).await? > 0 {
            changed.entry("cleared").or_default().push(key);
        }
    }
    let ticked_now = changed.contains_key("ticked");
    for (what, keys) in changed {
        let event = Event::new(Did::FieldTicked)
            .object(ObjectKind::Referral, referral.id)
            .reason(what)
            .fields(keys);
        store.journal.record(&mut tx, viewer, event).await?;
    }
    let progress = progress(&mut tx, &made, known.len()).await?;
    let done = progress.entered >= progress.of;
    if ticked_now && done && referral.stage == Stage::Prepared {
        all_entered(store, &mut tx, viewer, &referral).await?;
    }
    tx.commit().await?;
    Ok(Some(progress))
}

async fn progress(tx: &mut Tx, made: &Preparation, of: usize) -> Result<Progress, StoreError> {
    const TICKED: Sql = Sql::new("select key from handover_ticks where preparation_id = $1");
    let ticked: Vec<(String,)> = tx.all(TICKED, args![made.id]).await?;
    Ok(Progress {
        entered: ticked.len(),
        of,
    })
}

/// Once every box is entered, what is left to do is to attach the Home Office's own copy.
async fn all_entered(
    store: &Store,
    tx: &mut Tx,
    viewer: &Viewer,
    referral: &Referral,
) -> Result<(), StoreError> {
    task::settle(store, tx, viewer, TaskKind::HandOver, referral.id).await?;
    let new = NewTask {
        kind: TaskKind::AttachCopy,
        resource: &referral.resource,
        person: None,
        referral: Some(referral.id),
        owner: Some(viewer.user),
        due_at: None,
        starts_at: None,
    };
    task::raise(store, tx, viewer, new).await?;
    Ok(())
}
