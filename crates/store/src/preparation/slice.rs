//! What goes on paper or out as data: what was prepared, or a draft with every word held back that nobody
//! has read a second time.

use heyrick_domain::id::PublicId;
use heyrick_domain::preparation::{Outgoing, unread};
use heyrick_domain::route::Route;
use heyrick_domain::user::Viewer;
use heyrick_policy::Action;

use super::{Preparation, against, bytes, current, is_overtaken, names_of, others_of};
use crate::evidence::{self, Evidence};
use crate::journal::{Action as Did, Event, ObjectKind};
use crate::list::lists;
use crate::referral::{self, Referral};
use crate::{Store, StoreError};

/// What goes on paper or out as data.
#[derive(Debug, Clone)]
pub struct Slice {
    /// The referral.
    pub referral: Referral,
    /// What leaves. Of a draft: as it stands, with every typed word of a notification held back.
    pub content: Outgoing,
    /// What was prepared; `None` for a draft.
    pub preparation: Option<Preparation>,
    /// The files that go along; none with a Duty to Notify.
    pub files: Vec<Evidence>,
}

/// How something leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// Printed.
    Paper,
    /// As data.
    Data,
}

/// What is printed or taken out; `None` when there is no such referral to see. Journalled.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who prints no referrals; [`StoreError::Refused`] with
/// `preparation-no-route` while age or consent leaves the route open, and with `preparation-overtaken`
/// when what is recorded changed since it was prepared.
pub async fn slice_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    how: As,
) -> Result<Option<Slice>, StoreError> {
    let Some(referral) = referral::find_for(store, viewer, id).await? else {
        return Ok(None);
    };
    let decision = store.allow(viewer, Action::Print, &referral.resource)?;
    let preparation = current(store, referral.id).await?;
    let content = match &preparation {
        Some(made) if is_overtaken(&referral, &made.content) => {
            return Err(StoreError::Refused("preparation-overtaken"));
        }
        Some(made) => made.content.clone(),
        None => {
            let (names, others) = (names_of(&referral), others_of(&referral));
            unread(
                &referral.draft(lists()),
                against(&referral, &names, &others),
            )
            .ok_or(StoreError::Refused("preparation-no-route"))?
        }
    };
    let did = match how {
        As::Paper => Did::ReferralPrinted,
        As::Data => Did::ReferralExported,
    };
    let look = Event::new(did)
        .object(ObjectKind::Referral, referral.id)
        .reason(if preparation.is_some() {
            "prepared"
        } else {
            "draft"
        })
        .policy(&decision)
        .values(bytes(&content));
    store.journal.look(viewer, look).await?;
    Ok(Some(Slice {
        files: files_of(store, viewer, &referral, &content, preparation.as_ref()).await?,
        referral,
        content,
        preparation,
    }))
}

/// The files that go along with what leaves: those that were attached when it was prepared.
pub(super) async fn files_of(
    store: &Store,
    viewer: &Viewer,
    referral: &Referral,
    content: &Outgoing,
    made: Option<&Preparation>,
) -> Result<Vec<Evidence>, StoreError> {
    match content.route {
        Route::Dtn => Ok(Vec::new()),
        Route::Nrm => {
            let at = made.map(|made| made.prepared.at);
            evidence::leaving_with(store, viewer, referral, at).await
        }
    }
}
