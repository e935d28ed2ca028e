//! Playing what an officer did with a family: opening it, writing once for all, writing for one.

use std::collections::BTreeMap;

use heyrick_domain::family::Relationship;
use heyrick_domain::form::Answer;
use heyrick_domain::user::Viewer;
use heyrick_store::answer::{StepOutcome, record_step};
use heyrick_store::family::{
    self, FamilyOutcome, NewFamily, NewMember, NewShared, ShareOutcome, Who,
};
use heyrick_store::{person, referral};

use super::{Case, Stage, refused};
use crate::file::WorldError;

impl Stage<'_> {
    pub(super) async fn family(
        &mut self,
        viewer: &Viewer,
        members: &[(usize, Relationship)],
    ) -> Result<bool, WorldError> {
        let mut new = Vec::new();
        for (number, relationship) in members {
            let case = self.cases.get(number);
            let case =
                case.ok_or_else(|| WorldError::Content(format!("there is no PV{number}")))?;
            new.push(NewMember {
                who: Who::Known(case.person()?.clone()),
                relationship: *relationship,
            });
        }
        let new = NewFamily {
            to: None,
            members: new,
        };
        let opened = family::record_family(self.store, viewer, &new).await;
        let FamilyOutcome::Opened(id) = opened.map_err(refused)? else {
            return Ok(false);
        };
        let Some(family) = family::family_for(self.store, viewer, &id).await? else {
            return Ok(false);
        };
        for ((number, _), member) in members.iter().zip(&family.members) {
            if let Some(case) = self.cases.get_mut(number) {
                case.referral = Some(member.referral.public_id.clone());
            }
        }
        Ok(true)
    }

    pub(super) async fn share(
        &self,
        viewer: &Viewer,
        case: &Case<'_>,
        (step, key, words): (&str, &str, &str),
    ) -> Result<bool, WorldError> {
        let Some(person) = person::person_for(self.store, viewer, case.person()?).await? else {
            return Ok(false);
        };
        let families = family::families_of(self.store, viewer, person.id).await?;
        let Some(id) = families.first() else {
            return Ok(false);
        };
        let Some(family) = family::family_for(self.store, viewer, id).await? else {
            return Ok(false);
        };
        let new = NewShared {
            step: step.to_owned(),
            version: family.version,
            answers: BTreeMap::from([(key.to_owned(), Some(Answer::text(words)))]),
        };
        let shared = family::record_shared(self.store, viewer, id, &new).await?;
        Ok(matches!(shared, ShareOutcome::Shared { .. }))
    }

    pub(super) async fn say(
        &self,
        viewer: &Viewer,
        case: &Case<'_>,
        (step, key, words): (&str, &str, &str),
    ) -> Result<bool, WorldError> {
        let id = case.referral()?;
        let Some(referral) = referral::referral_for(self.store, viewer, id).await? else {
            return Ok(false);
        };
        let version = referral.step_version(step);
        let answers = BTreeMap::from([(key.to_owned(), Some(Answer::text(words)))]);
        let saved = record_step(self.store, viewer, id, step, version, answers).await?;
        Ok(matches!(saved, StepOutcome::Saved { .. }))
    }
}
