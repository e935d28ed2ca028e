//! Ways through the tasks that an index orders, and the conditions each carries: the policies' for the
//! referral and for whom it is about, and what was asked for.

use heyrick_domain::task::TaskKind;
use heyrick_domain::task::escalation::Rung;
use heyrick_domain::user::{Role, Viewer};
use heyrick_policy::{Action, Columns, Kind};
use jiff::Timestamp;
use uuid::Uuid;

use super::list::{OwnerIs, Place, Sort, TaskQuery, Whose};
use crate::db::{Arg, Filter, json_list};
use crate::{Store, StoreError};

/// A way through the tasks that an index orders.
#[derive(Debug, Clone, Copy)]
pub(super) enum Walk<'a> {
    /// The viewer's, by name.
    Own,
    /// Nobody's by name, raised by the viewer, and not for a second person.
    Raised,
    /// Nobody's by name, for a second person of this team who may.
    ForAny(Scope<'a>, TaskKind),
    /// Raised by the viewer, left to others.
    Left,
    /// All within this reach.
    All(Scope<'a>),
    /// All within this reach that were due by this instant.
    Up(Scope<'a>, i64),
}

/// A team whose records the viewer sees, or the records given to them by name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scope<'a> {
    Team(Uuid),
    Granted(&'a str),
}

/// The records given to the viewer by name, as [`Scope::Granted`] takes them.
pub(super) fn granted(viewer: &Viewer) -> String {
    json_list(viewer.granted.iter().map(|id| &id.0))
}

/// The walks that together find what is asked for; a task may be found by several.
pub(super) fn walks<'a>(
    store: &Store,
    viewer: &Viewer,
    query: &TaskQuery,
    granted: &'a str,
) -> Vec<Walk<'a>> {
    let mut scopes: Vec<Scope<'_>> = viewer
        .teams
        .iter()
        .map(|team| Scope::Team(team.0))
        .collect();
    if !viewer.granted.is_empty() {
        scopes.push(Scope::Granted(granted));
    }
    match query.whose {
        Whose::WaitingOnOthers => vec![Walk::Left],
        Whose::Team | Whose::Unowned => scopes.into_iter().map(Walk::All).collect(),
        Whose::Later | Whose::Done => {
            let all = scopes.into_iter().map(Walk::All);
            std::iter::once(Walk::Own).chain(all).collect()
        }
        Whose::Escalated => match up_to(store, viewer, query) {
            Some(until) => scopes.into_iter().map(|one| Walk::Up(one, until)).collect(),
            None => Vec::new(),
        },
        Whose::Mine => {
            let reviewed = TaskKind::ALL.iter().filter(|kind| kind.for_any_reviewer());
            let pairs =
                reviewed.flat_map(|kind| scopes.iter().map(|one| Walk::ForAny(*one, *kind)));
            [Walk::Own, Walk::Raised].into_iter().chain(pairs).collect()
        }
    }
}

/// What has gone up to the viewer was due by this instant: the lowest rung they stand on today, or the one
/// asked for if they stand on any.
fn up_to(store: &Store, viewer: &Viewer, query: &TaskQuery) -> Option<i64> {
    let holds = Rung::ALL
        .into_iter()
        .find(|rung| viewer.holds(rung.role()))?;
    let now = Timestamp::from_microsecond(store.now()).ok()?;
    let rung = query.rung.unwrap_or(holds);
    Some(query.delays.due_until(rung, now).as_microsecond())
}

/// A condition of the policies, its placeholders numbered from `$1`.
#[derive(Debug, Clone)]
struct Piece(Filter);

/// What the policies let a viewer see and sign, asked once however many walks there are.
#[derive(Debug, Clone)]
pub(super) struct Eyes {
    person: Piece,
    referral: Piece,
    review: Piece,
    sign: Piece,
}

impl Eyes {
    pub fn of(store: &Store, viewer: &Viewer) -> Result<Self, StoreError> {
        let may = |action, kind| {
            let columns = match kind {
                Kind::Referral => Columns::REFERRALS,
                _ => Columns::PERSONS,
            };
            store.filter(viewer, action, kind, columns, 1).map(Piece)
        };
        Ok(Self {
            person: may(Action::See, Kind::Person)?,
            referral: may(Action::See, Kind::Referral)?,
            review: may(Action::Review, Kind::Referral)?,
            sign: may(Action::SignBestInterests, Kind::Person)?,
        })
    }
}

/// A condition being put together from the policies' and our own; values are bound, never pasted.
pub(super) struct Condition<'a> {
    store: &'a Store,
    viewer: &'a Viewer,
    eyes: &'a Eyes,
    args: Vec<Arg>,
}

impl<'a> Condition<'a> {
    pub fn new(store: &'a Store, viewer: &'a Viewer, eyes: &'a Eyes) -> Self {
        Self {
            store,
            viewer,
            eyes,
            args: Vec::new(),
        }
    }

    /// The condition in words of SQL, with its values. Its placeholders begin at `$1`.
    pub fn filter(self, sql: String) -> Filter {
        Filter {
            sql,
            args: self.args,
        }
    }

    pub fn bind(&mut self, value: impl Into<Arg>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    fn take(&mut self, piece: &Piece) -> String {
        let sql = renumbered(&piece.0.sql, self.args.len());
        self.args.extend(piece.0.args.iter().cloned());
        sql
    }

    /// Records the viewer may see, of their agency, or theirs to do. As everywhere: who sees a referral
    /// sees whom it is about, unless that person is restricted to others.
    pub fn seen(&mut self) -> String {
        let (person, referral) = (self.take(&self.eyes.person), self.take(&self.eyes.referral));
        let (agency, me) = (self.bind(self.viewer.agency), self.bind(self.viewer.user));
        // That words stand in two records, or one tells of another, is for the inspector who was given it:
        // neither author learns it.
        let theirs = match self.viewer.holds(Role::Inspector) {
            true => String::new(),
            false => {
                format!(" and (t.kind not in ('reused_text', 'family_tells') or t.owner_id = {me})")
            }
        };
        format!(
            "(case when t.referral_id is null then case when {person} then 1 else 0 end
                when {referral} and (p.restriction = 'none' or {person}) then 1 else 0 end = 1
              and (t.agency_id = {agency} or t.owner_id = {me}){theirs})"
        )
    }

    /// Referrals the viewer may see, of their agency.
    pub fn seen_referral(&mut self) -> String {
        let (person, referral) = (self.take(&self.eyes.person), self.take(&self.eyes.referral));
        let agency = self.bind(self.viewer.agency);
        format!("({referral} and (p.restriction = 'none' or {person}) and r.agency_id = {agency})")
    }

    pub fn scope(&mut self, scope: Scope<'_>) -> String {
        match scope {
            Scope::Team(team) => format!("t.team_id = {}", self.bind(team)),
            Scope::Granted(ids) => {
                let ids = self.bind(ids);
                format!(
                    "(t.person_id in (select id from persons where public_id in {{each {ids}}})
                      or t.referral_id in (select id from referrals where public_id in {{each {ids}}}))"
                )
            }
        }
    }

    fn way(&mut self, walk: Walk<'_>) -> String {
        const SECOND: &str = "('second_reading', 'sign_best_interests')";
        if let Walk::All(scope) = walk {
            return self.scope(scope);
        }
        if let Walk::Up(scope, until) = walk {
            let until = self.bind(until);
            return format!("{} and t.due_at <= {until}", self.scope(scope));
        }
        let me = self.bind(self.viewer.user);
        match walk {
            Walk::Own => format!("t.owner_id = {me}"),
            Walk::Raised => {
                format!("t.raised_by = {me} and t.owner_id is null and t.kind not in {SECOND}")
            }
            Walk::Left => format!(
                "t.raised_by = {me} and case when t.owner_id is null then t.kind in {SECOND} else t.owner_id <> {me} end"
            ),
            Walk::All(scope) | Walk::Up(scope, _) => self.scope(scope),
            Walk::ForAny(scope, kind) => {
                let may = match kind {
                    TaskKind::SignBestInterests => self.take(&self.eyes.sign),
                    _ => self.take(&self.eyes.review),
                };
                let kind = self.bind(kind.code());
                let scope = self.scope(scope);
                format!(
                    "t.owner_id is null and t.kind = {kind} and t.raised_by <> {me} and {scope} and {may}"
                )
            }
        }
    }

    /// Whether it is open, waits for its day, or is done.
    fn standing(&mut self, whose: Whose) -> String {
        let now = self.store.now();
        match whose {
            Whose::Done => "t.done_at is not null".to_owned(),
            Whose::Later => {
                let now = self.bind(now);
                format!("t.done_at is null and t.starts_at > {now}")
            }
            _ => {
                let now = self.bind(now);
                format!("t.done_at is null and t.starts_at <= {now}")
            }
        }
    }

    /// What the query asks for besides whose they are.
    fn asked(&mut self, query: &TaskQuery) -> Vec<String> {
        let mut all = vec![self.standing(query.whose)];
        if let Some(before) = query.due_before {
            all.push(format!("t.due_at < {}", self.bind(before)));
        }
        if let Some(from) = query.due_from {
            all.push(format!("t.due_at >= {}", self.bind(from)));
        }
        if let Some(kind) = query.kind {
            all.push(format!("t.kind = {}", self.bind(kind.code())));
        }
        match (&query.owner, query.whose) {
            (_, Whose::Unowned) | (Some(OwnerIs::Nobody), _) => {
                all.push("t.owner_id is null".to_owned());
            }
            (Some(OwnerIs::Somebody(user)), _) => {
                let user = self.bind(user);
                all.push(format!(
                    "t.owner_id = (select id from users where public_id = {user})"
                ));
            }
            (None, _) => {}
        }
        if let Some(about) = &query.about {
            let about = self.bind(about);
            all.push(format!(
                "(t.person_id = (select id from persons where public_id = {about})
                  or t.referral_id = (select id from referrals where public_id = {about}))"
            ));
        }
        all
    }

    /// Everything a walk stands under, and its order.
    pub fn walk(mut self, walk: Walk<'_>, query: &TaskQuery, limit: usize) -> Filter {
        let mut all = vec![self.way(walk)];
        all.extend(self.asked(query));
        all.push(self.seen());
        let order = Order::of(query);
        if let Some(place) = query.before.as_ref().or(query.after.as_ref()) {
            all.push(self.beyond(order, place));
        }
        let limit = self.bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let sql = format!(
            "{} order by {} limit {limit}",
            all.join(" and "),
            order.by()
        );
        self.filter(sql)
    }

    fn beyond(&mut self, order: Order, place: &Place) -> String {
        let sign = if order.down { '<' } else { '>' };
        let (at, id) = (self.bind(place.at), self.bind(place.id));
        match order.key {
            None => format!("({}, t.id) {sign} ({at}, {id})", order.at),
            Some(key) => {
                let word = self.bind(&place.key);
                format!("({key}, {}, t.id) {sign} ({word}, {at}, {id})", order.at)
            }
        }
    }
}

/// Moves every placeholder of a condition on by so many.
fn renumbered(sql: &str, by: usize) -> String {
    let mut parts = sql.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let number: usize = part[..digits].parse().unwrap_or_default();
        out.push_str(&format!("${}{}", number + by, &part[digits..]));
    }
    out
}

/// In which order tasks are walked. Names written in the source only.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    key: Option<&'static str>,
    at: &'static str,
    down: bool,
}

impl Order {
    /// The order of a query; towards the beginning when a page before is asked for.
    pub fn of(query: &TaskQuery) -> Self {
        let back = query.before.is_some();
        if query.whose == Whose::Done {
            return Self {
                key: None,
                at: "t.done_at",
                down: !back,
            };
        }
        Self {
            key: match query.sort {
                Sort::Due => None,
                Sort::Kind => Some("t.kind"),
                Sort::Person => Some("p.sort_name"),
            },
            at: "t.due_at",
            down: back,
        }
    }

    /// Whether it walks from the last to the first.
    pub fn is_down(self) -> bool {
        self.down
    }

    fn by(self) -> String {
        let down = if self.down { " desc" } else { "" };
        let key = self
            .key
            .map_or(String::new(), |key| format!("{key}{down}, "));
        format!("{key}{}{down}, t.id{down}", self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_move_on_together() {
        let moved = renumbered("a = $1 and b in {each $12} or $1", 3);
        assert_eq!(moved, "a = $4 and b in {each $15} or $4");
        assert_eq!(renumbered("1 = 1", 3), "1 = 1");
    }

    #[test]
    fn what_needs_a_second_person_is_written_in_the_walks() {
        // `Condition::way` names these kinds in SQL.
        let second: Vec<&str> = TaskKind::ALL
            .iter()
            .filter(|kind| kind.for_any_reviewer())
            .map(|kind| kind.code())
            .collect();
        assert_eq!(second, ["second_reading", "sign_best_interests"]);
    }
}
