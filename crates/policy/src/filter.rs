//! What is left of the policies when everything about the viewer is known, as a condition in SQL.
//!
//! Only a small fragment is followed: comparing an attribute of the record with a value, looking it up
//! in a list, and, or, not. Anything else is refused when the policies are read. A `forbid` becomes
//! `and not (…)`. Values are bound, never pasted. The columns are never null, so three-valued logic
//! does not arise.

use std::collections::BTreeSet;

use cedar_policy::{Effect, TpeResponse};
use heyrick_domain::id::{AgencyId, PublicId, SessionId, TeamId, UserId};
use heyrick_domain::user::{Role, Through, Viewer};
use serde_json::Value;
use uuid::Uuid;

use crate::policies::PolicyError;

/// Where a table keeps the attributes the policies speak of. Names written in the source only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    /// The public id, text.
    pub public_id: &'static str,
    /// The agency, a UUID.
    pub agency: &'static str,
    /// The team, a UUID.
    pub team: &'static str,
    /// `none`, `restricted` or `sealed`.
    pub restriction: &'static str,
    /// Who made the record, a UUID.
    pub author: &'static str,
}

impl Columns {
    /// Columns of the table of people, aliased `p`.
    pub const PERSONS: Self = Self {
        public_id: "p.public_id",
        agency: "p.agency_id",
        team: "p.team_id",
        restriction: "p.restriction",
        author: "p.created_by",
    };
    /// Columns of the table of referrals, aliased `r`.
    pub const REFERRALS: Self = Self {
        public_id: "r.public_id",
        agency: "r.agency_id",
        team: "r.team_id",
        restriction: "r.restriction",
        author: "r.author_id",
    };
    pub(crate) const PROBE: Self = Self::PERSONS;

    fn of(self, attribute: &str) -> Option<&'static str> {
        match attribute {
            "public_id" => Some(self.public_id),
            "agency" => Some(self.agency),
            "team" => Some(self.team),
            "restriction" => Some(self.restriction),
            "author" => Some(self.author),
            _ => None,
        }
    }
}

/// A value bound to the condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterValue {
    /// A text.
    Text(String),
    /// An id.
    Uuid(Uuid),
    /// A JSON array of texts, however many; read with `{each $n}`.
    Texts(Vec<String>),
}

/// A condition with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFilter {
    /// The condition; placeholders are numbered already, and `{each $n}` stands for a list of texts.
    pub sql: String,
    /// The values, in the order of their placeholders.
    pub values: Vec<FilterValue>,
}

const ALL_ROWS: &str = "1 = 1";
const NO_ROW: &str = "1 = 0";

pub(crate) fn from_residuals(
    rest: &TpeResponse<'_>,
    columns: Columns,
    first: usize,
) -> Result<PolicyFilter, PolicyError> {
    let mut writer = Writer {
        columns,
        first,
        values: Vec::new(),
    };
    if rest.true_forbids().next().is_some() {
        return Ok(writer.finish(NO_ROW.to_owned()));
    }
    let (mut permits, mut forbids) = (Vec::new(), Vec::new());
    if rest.true_permits().next().is_some() {
        permits.push(ALL_ROWS.to_owned());
    }
    for policy in rest.residual_policies() {
        let name = policy.id().to_string();
        let text = policy.to_json().map_err(|_| PolicyError::Entities)?;
        let condition = writer.conditions(&name, &text)?;
        match policy.effect() {
            Effect::Permit => permits.push(condition),
            Effect::Forbid => forbids.push(condition),
        }
    }
    let mut sql = match permits.as_slice() {
        [] => NO_ROW.to_owned(),
        permits => format!("({})", permits.join(" or ")),
    };
    for forbid in forbids {
        sql.push_str(&format!(" and not ({forbid})"));
    }
    Ok(writer.finish(sql))
}

struct Writer {
    columns: Columns,
    first: usize,
    values: Vec<FilterValue>,
}

impl Writer {
    fn finish(self, sql: String) -> PolicyFilter {
        PolicyFilter {
            sql: format!("({sql})"),
            values: self.values,
        }
    }

    fn bind(&mut self, value: FilterValue) -> String {
        let place = self.first + self.values.len();
        self.values.push(value);
        format!("${place}")
    }

    fn conditions(&mut self, policy: &str, text: &Value) -> Result<String, PolicyError> {
        let mut parts = Vec::new();
        for condition in text["conditions"].as_array().into_iter().flatten() {
            let part = self.expression(policy, &condition["body"])?;
            match condition["kind"].as_str() {
                Some("when") => parts.push(part),
                Some("unless") => parts.push(format!("not ({part})")),
                _ => return Err(refuse(policy, "a condition of an unknown kind")),
            }
        }
        Ok(if parts.is_empty() {
            ALL_ROWS.to_owned()
        } else {
            format!("({})", parts.join(" and "))
        })
    }

    fn expression(&mut self, policy: &str, expression: &Value) -> Result<String, PolicyError> {
        let Some((operator, operands)) = expression
            .as_object()
            .and_then(|fields| fields.iter().next())
        else {
            return Err(refuse(policy, "an expression that cannot be read"));
        };
        match operator.as_str() {
            "Value" => match operands.as_bool() {
                Some(true) => Ok(ALL_ROWS.to_owned()),
                Some(false) => Ok(NO_ROW.to_owned()),
                None => Err(refuse(policy, "a value that is neither true nor false")),
            },
            "&&" => self.both(policy, operands, "and"),
            "||" => self.both(policy, operands, "or"),
            "!" => Ok(format!(
                "not ({})",
                self.expression(policy, &operands["arg"])?
            )),
            "==" => self.compare(policy, operands, "="),
            "!=" => self.compare(policy, operands, "<>"),
            "contains" => self.contains(policy, operands),
            "is" => Ok(if is_record_type(operands) {
                ALL_ROWS.to_owned()
            } else {
                NO_ROW.to_owned()
            }),
            other => Err(refuse(policy, other)),
        }
    }

    fn both(&mut self, policy: &str, operands: &Value, word: &str) -> Result<String, PolicyError> {
        let left = self.expression(policy, &operands["left"])?;
        let right = self.expression(policy, &operands["right"])?;
        Ok(format!("({left} {word} {right})"))
    }

    fn compare(
        &mut self,
        policy: &str,
        operands: &Value,
        sign: &str,
    ) -> Result<String, PolicyError> {
        let (left, right) = (&operands["left"], &operands["right"]);
        let (column, value) = match (self.column(left), self.column(right)) {
            (Some(column), None) => (column, right),
            (None, Some(column)) => (column, left),
            _ => return Err(refuse(policy, "a comparison of two attributes")),
        };
        let value =
            literal(value).ok_or_else(|| refuse(policy, "a comparison with something unknown"))?;
        let place = self.bind(value);
        Ok(format!("{column} {sign} {place}"))
    }

    fn contains(&mut self, policy: &str, operands: &Value) -> Result<String, PolicyError> {
        let column = self.column(&operands["right"]).ok_or_else(|| {
            refuse(
                policy,
                "a list looked up by something other than an attribute",
            )
        })?;
        let items =
            list(&operands["left"]).ok_or_else(|| refuse(policy, "a list that is not known"))?;
        let (mut places, mut texts) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                FilterValue::Text(text) => texts.push(text),
                other => places.push(self.bind(other)),
            }
        }
        if !texts.is_empty() {
            let place = self.bind(FilterValue::Texts(texts));
            return Ok(format!("{column} in {{each {place}}}"));
        }
        Ok(if places.is_empty() {
            NO_ROW.to_owned()
        } else {
            format!("{column} in ({})", places.join(", "))
        })
    }

    fn column(&self, expression: &Value) -> Option<&'static str> {
        let access = &expression["."];
        if access["left"]["Var"] != "resource" {
            return None;
        }
        self.columns.of(access["attr"].as_str()?)
    }
}

fn is_record_type(operands: &Value) -> bool {
    matches!(
        operands["entity_type"].as_str(),
        Some("Person" | "Referral")
    )
}

/// The items of a list, written as a value or as a set of values.
fn list(expression: &Value) -> Option<Vec<FilterValue>> {
    if let Some(items) = expression["Set"].as_array() {
        return items.iter().map(literal).collect();
    }
    expression["Value"].as_array()?.iter().map(plain).collect()
}

fn literal(expression: &Value) -> Option<FilterValue> {
    plain(expression.get("Value")?)
}

fn plain(value: &Value) -> Option<FilterValue> {
    if let Some(text) = value.as_str() {
        return Some(FilterValue::Text(text.to_owned()));
    }
    let entity = value.get("__entity")?;
    entity["id"].as_str()?.parse().ok().map(FilterValue::Uuid)
}

fn refuse(policy: &str, what: &str) -> PolicyError {
    PolicyError::Fragment {
        policy: policy.to_owned(),
        what: what.to_owned(),
    }
}

/// One viewer of each role, with and without teams and grants: enough to reach every part of a policy.
pub(crate) fn probes() -> Vec<Viewer> {
    let empty_and_full = |role: Role| [probe(role, false), probe(role, true)];
    Role::ALL.into_iter().flat_map(empty_and_full).collect()
}

fn probe(role: Role, full: bool) -> Viewer {
    let team = TeamId(Uuid::from_u128(2));
    Viewer {
        user: UserId(Uuid::from_u128(3)),
        public_id: PublicId("probe".to_owned()),
        display_name: String::new(),
        agency: AgencyId(Uuid::from_u128(1)),
        team: full.then_some(team),
        role,
        roles: BTreeSet::from([role]),
        teams: if full {
            BTreeSet::from([team])
        } else {
            BTreeSet::new()
        },
        granted: if full {
            BTreeSet::from([PublicId("a".to_owned())])
        } else {
            BTreeSet::new()
        },
        through: Through::Session(SessionId(Uuid::from_u128(4))),
        scopes: None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::{Action, Kind, Policies};

    #[test]
    fn the_shipped_policies_can_all_become_lists() {
        assert!(!Policies::shipped().unwrap().names().is_empty());
    }

    #[test]
    fn a_constables_list_is_their_team_and_what_was_granted() {
        let viewer = probe(Role::Constable, true);
        let filter = Policies::shipped()
            .unwrap()
            .filter(&viewer, Action::See, Kind::Person, Columns::PERSONS, 3)
            .unwrap();
        assert!(filter.sql.contains("p.team_id in ($"), "{}", filter.sql);
        assert!(
            filter.sql.contains("p.public_id in {each $"),
            "{}",
            filter.sql
        );
        assert!(
            filter
                .values
                .contains(&FilterValue::Uuid(Uuid::from_u128(2)))
        );
    }

    #[test]
    fn an_administrators_list_is_empty_whatever_is_granted() {
        let viewer = probe(Role::Administrator, true);
        let filter = Policies::shipped()
            .unwrap()
            .filter(&viewer, Action::See, Kind::Person, Columns::PERSONS, 1)
            .unwrap();
        assert_eq!(filter.sql, "(1 = 0)");
    }

    #[test]
    fn a_policy_a_list_cannot_follow_is_refused_when_it_is_read() {
        const SCHEMA: &str = include_str!("../../../policies/heyrick.cedarschema");
        let policy = r#"@id("odd") permit (principal, action == Action::"see", resource)
            when { resource.restriction like "n*" };"#;
        let error = Policies::read(SCHEMA, &[policy]).unwrap_err();
        assert!(
            matches!(error, PolicyError::Fragment { ref policy, .. } if policy == "odd"),
            "{error}"
        );
    }
}
