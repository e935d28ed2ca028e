//! A passage as it is found: whose it is, and what is known of the person's age.

use heyrick_domain::id::{EpisodeId, PersonId, PublicId};
use heyrick_domain::partial_date::PartialDate;
use heyrick_domain::user::Viewer;
use heyrick_policy::{Kind, Resource};
use uuid::Uuid;

use crate::db::Sql;
use crate::fact::read_dob;
use crate::sight::{self, Record};
use crate::{Store, StoreError, Tx, args};

/// A passage and the person it is about.
#[derive(sqlx::FromRow)]
pub(super) struct Passage {
    id: Uuid,
    person_id: Uuid,
    person: String,
    agency_id: Uuid,
    team_id: Uuid,
    restriction: String,
    author_id: Uuid,
    dob: Option<String>,
}

impl Passage {
    /// Which passage.
    pub fn id(&self) -> EpisodeId {
        self.id.into()
    }

    /// Whom it is about.
    pub fn person(&self) -> PersonId {
        self.person_id.into()
    }

    /// The date of birth, as far as it is known.
    pub fn dob(&self) -> Result<Option<PartialDate>, StoreError> {
        read_dob(self.dob.clone())
    }

    /// The person's record, as the policies see it.
    pub fn resource(&self) -> Resource {
        Resource {
            kind: Kind::Person,
            public_id: PublicId(self.person.clone()),
            agency: self.agency_id.into(),
            team: self.team_id.into(),
            restriction: self.restriction.clone(),
            author: self.author_id.into(),
        }
    }
}

/// A passage by its name in addresses, with the person's record; `None` when there is none to see: who may
/// not see the person sees none of their passages.
pub(super) async fn find_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
) -> Result<Option<(Passage, Record)>, StoreError> {
    const FIND: Sql = Sql::new(
        "select e.id, e.person_id, p.public_id as person, p.agency_id, p.team_id, p.restriction,
             p.created_by as author_id, p.dob
         from episodes e join persons p on p.id = e.person_id
         where e.public_id = $1",
    );
    let Some(passage) = store.db.opt::<Passage>(FIND, args![id]).await? else {
        return Ok(None);
    };
    let person = PublicId(passage.person.clone());
    let record = sight::find_for(store, viewer, Kind::Person, &person).await?;
    Ok(record.map(|record| (passage, record)))
}

/// The latest passage of a person in which something was sent.
pub(super) async fn latest_in(
    tx: &mut Tx,
    person: PersonId,
) -> Result<Option<Passage>, StoreError> {
    const LATEST: Sql = Sql::new(
        "select e.id, e.person_id, p.public_id as person, p.agency_id, p.team_id, p.restriction,
             p.created_by as author_id, p.dob
         from episodes e join persons p on p.id = e.person_id
         where e.person_id = $1 and exists (select 1 from episode_events v where v.episode_id = e.id)
         order by e.opened_at desc, e.id desc limit 1",
    );
    Ok(tx.opt(LATEST, args![person]).await?)
}
