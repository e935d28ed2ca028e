//! Where a member's answer and the family's differ, both are shown and somebody chooses; nothing is written
//! over unseen. An answer that is kept is not offered again until the family's changes.

use std::collections::BTreeSet;

use heyrick_domain::family::sharing::{Offer, asked_on, offers};
use heyrick_domain::form::Answer;
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;
use uuid::Uuid;

use super::{Family, Member, carried_event, find_for};
use crate::answer::step::{claim_step, hold};
use crate::answer::{self, Cause, Pen};
use crate::db::Sql;
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::list::lists;
use crate::{Store, StoreError, Tx, args};

/// What is offered to one member.
#[derive(Debug, Clone)]
pub struct MemberOffer {
    /// Their referral's name in addresses.
    pub referral: PublicId,
    /// Its version, for [`Chosen`].
    pub version: i64,
    /// Both answers, question by question.
    pub offers: Vec<Offer>,
    /// Questions whose answer is the one the family's had before, so that nobody has said anything else.
    pub followed: BTreeSet<String>,
}

/// Which answer stands from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// The family's.
    Familys,
    /// The member's own.
    Own,
}

/// A choice about one answer of one member.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The member's referral.
    pub referral: PublicId,
    /// Its version as it was seen.
    pub version: i64,
    /// The question.
    pub key: String,
    /// Which stands.
    pub take: Take,
}

/// What is offered to members whose draft the viewer may write, each with at least one answer.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn offers_of(
    store: &Store,
    viewer: &Viewer,
    family: &Family,
) -> Result<Vec<MemberOffer>, StoreError> {
    let mut all = Vec::new();
    for member in family.writable(store, viewer) {
        let offers = open_offers(store, family, member).await?;
        if !offers.is_empty() {
            all.push(MemberOffer {
                referral: member.referral.public_id.clone(),
                version: member.referral.version,
                followed: followed(store, member, &offers).await?,
                offers,
            });
        }
    }
    Ok(all)
}

async fn open_offers(
    store: &Store,
    family: &Family,
    member: &Member,
) -> Result<Vec<Offer>, StoreError> {
    const KEPT: Sql = Sql::new("select answer_id from family_kept where referral_id = $1");
    let mut offers = offers(&member.referral.parts, &family.answers(), lists());
    if offers.is_empty() {
        return Ok(offers);
    }
    let kept: Vec<(Uuid,)> = store.db.all(KEPT, args![member.referral.id]).await?;
    let is_kept = |key: &str| {
        let of = family.shared.get(key).map(|shared| shared.id);
        kept.iter().any(|(id,)| of == Some(*id))
    };
    offers.retain(|offer| !is_kept(&offer.key));
    Ok(offers)
}

/// Questions whose answer came from the family and was not changed since.
async fn followed(
    store: &Store,
    member: &Member,
    offers: &[Offer],
) -> Result<BTreeSet<String>, StoreError> {
    const LAST: Sql = Sql::new(
        "select cause from answer_changes where referral_id = $1 and key = $2 order by version desc limit 1",
    );
    let mut followed = BTreeSet::new();
    for offer in offers.iter().filter(|offer| offer.own.is_some()) {
        let values = args![member.referral.id, &offer.key];
        let last: Option<(String,)> = store.db.opt(LAST, values).await?;
        let from_family = |cause: &str| {
            [Cause::Family, Cause::FamilyTaken]
                .iter()
                .any(|one| one.code() == cause)
        };
        if last.is_some_and(|(cause,)| from_family(&cause)) {
            followed.insert(offer.key.clone());
        }
    }
    Ok(followed)
}

/// Records which answers stand, all of them or none. `Ok(false)` when there is no such family to see, or it
/// offers one of them to nobody.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the viewer may not change a member's referral; [`StoreError::Stale`] when
/// one changed since it was seen; [`StoreError::Refused`] with `referral-not-a-draft`.
pub async fn record_choices(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    chosen: &[Chosen],
) -> Result<bool, StoreError> {
    let Some(family) = find_for(store, viewer, id).await? else {
        return Ok(false);
    };
    let mut tx = store.db.begin().await?;
    let referrals: BTreeSet<&PublicId> = chosen.iter().map(|one| &one.referral).collect();
    for referral in referrals {
        let Some(member) = family.member(referral) else {
            return Ok(false);
        };
        let resource = &member.referral.resource;
        store.allow(viewer, Action::Edit, resource)?;
        let of_member = chosen.iter().filter(|one| one.referral == *referral);
        let choosing = Choosing {
            store,
            viewer,
            family: &family,
            member,
        };
        if !choosing.record(&mut tx, of_member.collect()).await? {
            return Ok(false);
        }
    }
    tx.commit().await?;
    Ok(true)
}

struct Choosing<'a> {
    store: &'a Store,
    viewer: &'a Viewer,
    family: &'a Family,
    member: &'a Member,
}

impl Choosing<'_> {
    async fn record(&self, tx: &mut Tx, chosen: Vec<&Chosen>) -> Result<bool, StoreError> {
        let referral = &self.member.referral;
        let shared = self.family.answers();
        let offered = offers(&referral.parts, &shared, lists());
        let next = hold(tx, referral.id, self.store.now()).await?;
        if chosen.iter().any(|one| one.version + 1 != next) {
            return Err(StoreError::Stale);
        }
        let mut pen = Pen::new(self.store, self.viewer, referral.id, next);
        let (mut taken, mut kept) = (Vec::new(), Vec::new());
        for one in chosen {
            let Some(offer) = offered.iter().find(|offer| offer.key == one.key) else {
                return Ok(false);
            };
            match one.take {
                Take::Familys => {
                    self.take(tx, &mut pen, &offer.key, &offer.familys, next)
                        .await?;
                    taken.push(offer.key.as_str());
                }
                Take::Own => {
                    self.keep(tx, &offer.key).await?;
                    kept.push(offer.key.as_str());
                }
            }
        }
        self.journal(tx, &taken, &kept).await?;
        Ok(true)
    }

    async fn take(
        &self,
        tx: &mut Tx,
        pen: &mut Pen<'_>,
        key: &str,
        answer: &Answer,
        next: i64,
    ) -> Result<(), StoreError> {
        let referral = &self.member.referral;
        let shared = self.family.answers();
        let found = asked_on(&referral.parts, &shared, referral.parts.form, key, lists());
        let (step, question) = found.ok_or(StoreError::Corrupt("form"))?;
        let held = answer::stored_in(tx, referral.id).await?;
        let before = held.iter().find(|held| held.key == key);
        pen.write(tx, &step.id, question, answer, before, Cause::FamilyTaken)
            .await?;
        claim_step(self.store, tx, self.viewer, referral.id, step, next).await
    }

    async fn keep(&self, tx: &mut Tx, key: &str) -> Result<(), StoreError> {
        const INSERT: Sql = Sql::new(
            "insert into family_kept (id, answer_id, referral_id, kept_by, kept_at) values ($1, $2, $3, $4, $5)
             on conflict (answer_id, referral_id) do nothing",
        );
        let shared = self.family.shared.get(key);
        let shared = shared.ok_or(StoreError::Corrupt("family answer"))?;
        let values = args![
            self.store.new_id()?,
            shared.id,
            self.member.referral.id,
            self.viewer.user,
            self.store.now()
        ];
        tx.exec(INSERT, values).await?;
        Ok(())
    }

    async fn journal(&self, tx: &mut Tx, taken: &[&str], kept: &[&str]) -> Result<(), StoreError> {
        let referral = self.member.referral.id;
        if !taken.is_empty() {
            let event = carried_event(referral, taken, Cause::FamilyTaken);
            self.store.journal.record(tx, self.viewer, event).await?;
        }
        if !kept.is_empty() {
            let event = Event::new(Did::FamilyAnswersKept)
                .object(ObjectKind::Referral, referral)
                .fields(kept);
            self.store.journal.record(tx, self.viewer, event).await?;
        }
        Ok(())
    }
}
