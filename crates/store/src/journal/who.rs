//! Who looked: the events about a record, or of an account, for those who may ask.
//!
//! Answers hold ids, codes, and what colleagues call each other; nothing of a record's content.
//! Whoever supervises or made a record is not told of auditors' looks at it; auditors are.

use heyrick_domain::id::{AgencyId, PersonId, PublicId, ReferralId, UserId};
use heyrick_domain::user::{Role, Viewer};
use heyrick_policy::{Action, Columns, Decision, Kind, Resource};
use uuid::Uuid;

use super::{Action as Did, Actor, Body, Event, ObjectKind};
use crate::db::{Filter, Sql, json_list};
use crate::{Store, StoreError, args, sight, user};

/// Which events are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// All.
    #[default]
    All,
    /// Looks only.
    Looks,
    /// Changes and decisions only.
    Changes,
}

/// Where a page of events ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mark {
    /// When the last event shown happened: microseconds since 1970, UTC.
    at: i64,
    /// Its id.
    id: Uuid,
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Which events.
    pub which: Which,
    /// None earlier than this: microseconds since 1970, UTC.
    pub since: Option<i64>,
    /// Where the page before ended.
    pub before: Option<Mark>,
    /// How many at most.
    pub limit: u32,
}

/// Somebody who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Somebody {
    /// Their name in addresses.
    pub public_id: PublicId,
    /// What they type to sign in.
    pub username: String,
    /// What colleagues call them.
    pub name: String,
    /// Their agency.
    pub agency: String,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// When: microseconds since 1970, UTC.
    pub at: i64,
    /// Who; `None` for the command line and for somebody who had not signed in.
    pub who: Option<Somebody>,
    /// What; see [`Did`].
    pub action: String,
    /// Whether it was a look.
    pub look: bool,
    /// Whether the record was one of several in a list.
    pub in_list: bool,
    /// The record it is about, if it has a reference.
    pub record: Option<Named>,
    /// How many records a list showed.
    pub shown: usize,
    /// What was recorded beside it; `None` when the event cannot be read any more (`verify` tells).
    pub body: Option<Body>,
}

/// A record, by what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What it is; see [`ObjectKind`].
    pub kind: String,
    /// What people call it, such as `R-7K4M-2Q`.
    pub reference: String,
    /// Its name in addresses.
    pub public_id: PublicId,
}

/// Part of an answer, newest first.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    /// The events.
    pub entries: Vec<Entry>,
    /// Where the next page begins, if there is more.
    pub next: Option<Mark>,
}

/// Who looked at a record and who changed it.
#[derive(Debug, Clone)]
pub struct RecordJournal {
    /// What people call the record.
    pub reference: String,
    /// Whether the viewer may open the record itself.
    pub sees_record: bool,
    /// The events.
    pub page: Entries,
}

/// What an account did.
#[derive(Debug, Clone)]
pub struct UserJournal {
    /// Whose.
    pub who: Somebody,
    /// Their standing role now.
    pub role: Role,
    /// The events.
    pub page: Entries,
}

#[derive(sqlx::FromRow)]
struct RecordRow {
    id: Uuid,
    public_id: String,
    reference: String,
    agency_id: Uuid,
    team_id: Uuid,
    restriction: String,
    author: Uuid,
}

impl RecordRow {
    fn resource(&self, kind: Kind) -> Resource {
        Resource {
            kind,
            public_id: PublicId(self.public_id.clone()),
            agency: self.agency_id.into(),
            team: self.team_id.into(),
            restriction: self.restriction.clone(),
            author: self.author.into(),
        }
    }
}

/// Who looked at a record and who changed it, a person's referrals included; `None` when there is no
/// such record to see. Journalled.
///
/// # Errors
/// [`StoreError::NotAllowed`] for somebody who sees the record and not its journal;
/// [`StoreError::Journal`] when the look could not be written; then nothing is shown.
pub async fn record_journal_for(
    store: &Store,
    viewer: &Viewer,
    kind: Kind,
    id: &PublicId,
    asked: &Asked,
) -> Result<Option<RecordJournal>, StoreError> {
    let seen = sight::find_for(store, viewer, kind, id).await?;
    let found = find(store, viewer, kind, id).await?;
    let sees_record = seen.is_some();
    let (row, decision) = match found {
        Some((row, decision)) if sees_record || viewer.role == Role::Auditor => (row, decision),
        _ if sees_record => return Err(StoreError::NotAllowed),
        _ => return Ok(None),
    };
    let (see, of) = (Action::SeeJournal, Kind::Referral);
    let referrals = store.filter(viewer, see, of, Columns::REFERRALS, ABOUT_VALUES + 1)?;
    let page = about(store, row.id, kind, left_out(viewer), asked, referrals).await?;
    looked(store, viewer, kind, row.id, &decision).await?;
    Ok(Some(RecordJournal {
        reference: row.reference,
        sees_record,
        page,
    }))
}

async fn looked(
    store: &Store,
    viewer: &Viewer,
    kind: Kind,
    id: Uuid,
    decision: &Decision,
) -> Result<(), StoreError> {
    let look = Event::new(Did::JournalViewed)
        .object(object_kind(kind), id)
        .policy(decision);
    store.journal.look(viewer, look).await
}

fn object_kind(kind: Kind) -> ObjectKind {
    match kind {
        Kind::Referral => ObjectKind::Referral,
        _ => ObjectKind::Person,
    }
}

/// A record whose journal the viewer may see.
async fn find(
    store: &Store,
    viewer: &Viewer,
    kind: Kind,
    id: &PublicId,
) -> Result<Option<(RecordRow, Decision)>, StoreError> {
    const PERSON: Sql = Sql::new(
        "select p.id, p.public_id, p.reference, p.agency_id, p.team_id, p.restriction, p.created_by as author
         from persons p where (p.public_id = $1 or p.reference = $2) and {filter}",
    );
    const REFERRAL: Sql = Sql::new(
        "select r.id, r.public_id, r.reference, r.agency_id, r.team_id, r.restriction, r.author_id as author
         from referrals r where (r.public_id = $1 or r.reference = $2) and {filter}",
    );
    let (sql, columns) = match kind {
        Kind::Person => (PERSON, Columns::PERSONS),
        Kind::Referral => (REFERRAL, Columns::REFERRALS),
        Kind::Installation => return Ok(None),
    };
    let filter = store.filter(viewer, Action::SeeJournal, kind, columns, 3)?;
    let reference = id.0.to_ascii_uppercase();
    let values = args![id, reference];
    let rows: Vec<RecordRow> = store.db.all_filtered(sql, values, filter).await?;
    Ok(rows.into_iter().next().and_then(|row| {
        let resource = row.resource(kind);
        let decision = store.policies.decide(viewer, Action::SeeJournal, &resource);
        decision.allowed.then_some((row, decision))
    }))
}

/// Finds a record by what people call it, or by its name in addresses, for somebody who may see its
/// journal. Shows nothing, so it is not journalled; the page it leads to is.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn record_named_for(
    store: &Store,
    viewer: &Viewer,
    name: &str,
) -> Result<Option<(Kind, PublicId)>, StoreError> {
    let name = PublicId(name.trim().to_owned());
    for kind in [Kind::Person, Kind::Referral] {
        if let Some((row, _)) = find(store, viewer, kind, &name).await? {
            return Ok(Some((kind, PublicId(row.public_id))));
        }
    }
    Ok(None)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    at: i64,
    action: String,
    body: Vec<u8>,
    in_list: i64,
    user_public: Option<String>,
    username: Option<String>,
    name: Option<String>,
    agency: Option<String>,
    kind: Option<String>,
    reference: Option<String>,
    record_public: Option<String>,
}

impl Row {
    fn entry(self) -> Entry {
        let body = Body::read(&self.body);
        let who = self.user_public.map(|public_id| Somebody {
            public_id: PublicId(public_id),
            username: self.username.unwrap_or_default(),
            name: self.name.unwrap_or_default(),
            agency: self.agency.unwrap_or_default(),
        });
        let record = self.kind.zip(self.reference).zip(self.record_public);
        let record = record.map(|((kind, reference), public_id)| Named {
            kind,
            reference,
            public_id: PublicId(public_id),
        });
        Entry {
            id: self.id,
            at: self.at,
            who,
            look: Did::from_code(&self.action).is_some_and(Did::is_look),
            action: self.action,
            in_list: self.in_list != 0,
            record,
            shown: body.as_ref().map_or(0, |body| body.shown.len()),
            body,
        }
    }
}

/// Whose events are left out: nobody is told that an auditor looked, but auditors.
fn left_out(viewer: &Viewer) -> &'static str {
    match viewer.role {
        Role::Auditor => "",
        _ => Role::Auditor.code(),
    }
}

/// The events about a record. Of a person: about the person's referrals as well, as far as `referrals` lets.
async fn about(
    store: &Store,
    record: Uuid,
    kind: Kind,
    left_out: &str,
    asked: &Asked,
    referrals: Filter,
) -> Result<Entries, StoreError> {
    const ABOUT: Sql = Sql::new(
        "select e.id, e.at, e.action, e.body, x.in_list, u.public_id as user_public, u.username,
             u.display_name as name, a.name as agency, x.kind, coalesce(p.reference, q.reference) as reference,
             coalesce(p.public_id, q.public_id) as record_public
         from (
             select y.id, y.in_list, y.object, y.kind from (
                 select o.id, o.at, o.action, o.role, cast(0 as BIGINT) as in_list, o.object, o.object_kind as kind
                 from journal_events o where o.object = $1
                 union all
                 select l.id, l.at, l.action, l.role, cast(1 as BIGINT) as in_list, s.object, $2 as kind
                 from journal_shown s join journal_events l on l.id = s.event_id where s.object = $1
                 union all
                 select f.id, f.at, f.action, f.role, cast(0 as BIGINT) as in_list, f.object, f.object_kind as kind
                 from referrals r join journal_events f on f.object = r.id where r.person_id = $1 and {filter}
             ) y
             where (y.at < $3 or (y.at = $3 and y.id < $4)) and y.at >= $5 and (y.role is null or y.role <> $6)
               and ($7 = 0 or y.action in {each $8})
             order by y.at desc, y.id desc limit $9
         ) x
         join journal_events e on e.id = x.id
         left join persons p on p.id = x.object
         left join referrals q on q.id = x.object
         left join users u on u.id = e.actor
         left join agencies a on a.id = u.agency_id
         order by e.at desc, e.id desc",
    );
    let mut values = args![record, object_kind(kind).code()];
    values.extend(asked.values(left_out));
    let rows: Vec<Row> = store.db.all_filtered(ABOUT, values, referrals).await?;
    Ok(asked.page(rows))
}

/// How many values of its own [`about`] binds.
const ABOUT_VALUES: usize = 9;

impl Asked {
    fn limit(&self) -> usize {
        usize::try_from(self.limit.clamp(1, 500)).unwrap_or(1)
    }

    /// Where to go on, since when, whom to leave out, which actions, how many.
    fn values(&self, left_out: &str) -> Vec<crate::db::Arg> {
        let end = Mark {
            at: i64::MAX,
            id: Uuid::max(),
        };
        let before = self.before.unwrap_or(end);
        let wanted = |one: &&Did| match self.which {
            Which::All => true,
            Which::Looks => one.is_look(),
            Which::Changes => !one.is_look(),
        };
        let codes = Did::ALL.iter().filter(wanted).map(|one| one.code());
        let limit = i64::try_from(self.limit() + 1).unwrap_or(i64::MAX);
        args![
            before.at,
            before.id,
            self.since.unwrap_or(i64::MIN),
            left_out,
            i64::from(self.which != Which::All),
            json_list(codes),
            limit
        ]
    }

    fn page(&self, mut rows: Vec<Row>) -> Entries {
        let more = rows.len() > self.limit();
        rows.truncate(self.limit());
        let next = rows.last().filter(|_| more).map(|row| Mark {
            at: row.at,
            id: row.id,
        });
        Entries {
            entries: rows.into_iter().map(Row::entry).collect(),
            next,
        }
    }
}

/// What an account did, for an auditor of its agency; `None` when there is no such account to see.
/// Journalled.
///
/// # Errors
/// [`StoreError::NotAllowed`] for anybody else; [`StoreError::Journal`] when the look could not be
/// written; then nothing is shown.
pub async fn user_journal_for(
    store: &Store,
    viewer: &Viewer,
    id: &PublicId,
    asked: &Asked,
) -> Result<Option<UserJournal>, StoreError> {
    let decision = may_see_accounts(store, viewer)?;
    let Some(account) = user::user_by_public_id(store, id).await? else {
        return Ok(None);
    };
    if account.agency != viewer.agency {
        return Ok(None);
    }
    let page = done_by(store, account.id, Some(viewer.agency), asked).await?;
    let look = Event::new(Did::JournalViewed)
        .object(ObjectKind::User, account.id)
        .policy(&decision);
    store.journal.look(viewer, look).await?;
    Ok(Some(UserJournal {
        role: account.role,
        who: Somebody {
            public_id: account.public_id,
            username: account.username,
            name: account.display_name,
            agency: String::new(),
        },
        page,
    }))
}

fn may_see_accounts(store: &Store, viewer: &Viewer) -> Result<Decision, StoreError> {
    let decision = store
        .policies
        .decide_installation(viewer, Action::SeeUserJournal);
    match decision.allowed {
        true => Ok(decision),
        false => Err(StoreError::NotAllowed),
    }
}

/// Finds an account of the viewer's agency by what its owner types to sign in. Shows nothing, so it is
/// not journalled; the page it leads to is.
///
/// # Errors
/// [`StoreError::NotAllowed`] for anybody but an auditor.
pub async fn account_named_for(
    store: &Store,
    viewer: &Viewer,
    username: &str,
) -> Result<Option<PublicId>, StoreError> {
    may_see_accounts(store, viewer)?;
    let found = user::user_by_name(store, username).await?;
    Ok(found
        .filter(|account| account.agency == viewer.agency)
        .map(|account| account.public_id))
}

/// What an account did, newest first; records of other agencies than this one are not named.
async fn done_by(
    store: &Store,
    account: UserId,
    of_agency: Option<AgencyId>,
    asked: &Asked,
) -> Result<Entries, StoreError> {
    const DONE: Sql = Sql::new(
        "select e.id, e.at, e.action, e.body, cast(0 as BIGINT) as in_list, u.public_id as user_public, u.username,
             u.display_name as name, a.name as agency, e.object_kind as kind,
             coalesce(p.reference, q.reference, t.reference) as reference,
             coalesce(p.public_id, q.public_id, t.public_id) as record_public
         from journal_events e
         join users u on u.id = e.actor
         left join agencies a on a.id = u.agency_id
         left join persons p on p.id = e.object and p.agency_id = coalesce($9, p.agency_id)
         left join referrals q on q.id = e.object and q.agency_id = coalesce($9, q.agency_id)
         left join tasks t on t.id = e.object and t.agency_id = coalesce($9, t.agency_id)
         where e.actor = $1 and (e.at < $2 or (e.at = $2 and e.id < $3)) and e.at >= $4
           and (e.role is null or e.role <> $5) and ($6 = 0 or e.action in {each $7})
         order by e.at desc, e.id desc limit $8",
    );
    let mut values = args![account];
    values.extend(asked.values(""));
    values.push(of_agency.into());
    let rows: Vec<Row> = store.db.all(DONE, values).await?;
    Ok(asked.page(rows))
}

/// What the operator asks about on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A record: what people call it, or its name in addresses.
    Record(String),
    /// An account: what its owner types to sign in.
    Account(String),
}

/// Something the operator's question found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A person's record.
    Person(PersonId),
    /// A referral.
    Referral(ReferralId),
    /// An account.
    Account(UserId),
}

/// Finds what the operator asks about, and journals the question.
///
/// # Errors
/// [`StoreError::Journal`] when the look could not be written; then show nothing.
pub async fn asked_by_operator(
    store: &Store,
    subject: &Subject,
) -> Result<Option<Found>, StoreError> {
    const PERSON: Sql = Sql::new("select id from persons where public_id = $1 or reference = $2");
    const REFERRAL: Sql =
        Sql::new("select id from referrals where public_id = $1 or reference = $2");
    let found = match subject {
        Subject::Account(name) => user::user_by_name(store, name)
            .await?
            .map(|account| Found::Account(account.id)),
        Subject::Record(name) => {
            let values = args![name.trim(), name.trim().to_ascii_uppercase()];
            let person: Option<(Uuid,)> = store.db.opt(PERSON, values.clone()).await?;
            let referral: Option<(Uuid,)> = store.db.opt(REFERRAL, values).await?;
            let person = person.map(|(id,)| Found::Person(id.into()));
            person.or(referral.map(|(id,)| Found::Referral(id.into())))
        }
    };
    if let Some(found) = found {
        let (kind, id) = match found {
            Found::Person(id) => (ObjectKind::Person, id.0),
            Found::Referral(id) => (ObjectKind::Referral, id.0),
            Found::Account(id) => (ObjectKind::User, id.0),
        };
        let look = Event::new(Did::JournalViewed).object(kind, id);
        store.journal.look(Actor::COMMAND_LINE, look).await?;
    }
    Ok(found)
}

/// The events about what the operator asked for; nothing is left out.
///
/// # Errors
/// [`StoreError::Db`] when the database fails.
pub async fn told_to_operator(
    store: &Store,
    found: Found,
    asked: &Asked,
) -> Result<Entries, StoreError> {
    let everything = Filter {
        sql: "1 = 1".to_owned(),
        args: Vec::new(),
    };
    match found {
        Found::Person(id) => about(store, id.0, Kind::Person, "", asked, everything).await,
        Found::Referral(id) => about(store, id.0, Kind::Referral, "", asked, everything).await,
        Found::Account(id) => done_by(store, id, None, asked).await,
    }
}
