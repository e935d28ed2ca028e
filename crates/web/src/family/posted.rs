//! What the page that opens a family sent: who is chosen, who is new, and everything that was typed, to be
//! shown again.

use std::collections::BTreeMap;

use heyrick_domain::family::Relationship;
use heyrick_domain::id::PublicId;
use heyrick_domain::person::Details;
use heyrick_store::family::{NewMember, Who};

use crate::app::App;
use crate::grant::FormError;
use crate::person::form::{self, Typed};
use crate::session::Signed;

/// Most people that can be put on record in one go.
const ROWS_MAX: usize = 12;
/// What a row asks about somebody new.
const FIELDS: [&str; 6] = [
    "first_name",
    "last_name",
    "called",
    "dob_day",
    "dob_month",
    "dob_year",
];

/// The fields, each once but `listed`.
#[derive(Debug, Clone, Default)]
pub(super) struct Posted {
    fields: BTreeMap<String, String>,
    /// People on record that are offered on the page, by their names in addresses.
    pub listed: Vec<PublicId>,
}

/// Something that keeps a family from being opened.
pub(super) type Errors = Vec<FormError>;

impl Posted {
    pub(super) fn of(sent: Vec<(String, String)>) -> Self {
        let mut posted = Self::default();
        for (name, value) in sent {
            if name == "listed" {
                posted.list(PublicId(value));
            } else {
                posted.fields.entry(name).or_insert(value);
            }
        }
        posted
    }

    pub(super) fn at(&self, name: &str) -> &str {
        self.fields
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// Offers somebody on record, once.
    pub(super) fn list(&mut self, id: PublicId) {
        if !self.listed.contains(&id) && self.listed.len() < 100 {
            self.listed.push(id);
        }
    }

    /// How many rows for somebody new the page has; at least one.
    pub(super) fn rows(&self) -> usize {
        self.at("rows").parse().unwrap_or(1).clamp(1, ROWS_MAX)
    }

    pub(super) fn add_row(&mut self) {
        let rows = (self.rows() + 1).min(ROWS_MAX);
        self.fields.insert("rows".to_owned(), rows.to_string());
    }

    /// Everything that was sent but the token and the button, for a page that sends it again.
    pub(super) fn hidden(&self) -> Vec<(&str, &str)> {
        let fields = self.fields.iter();
        fields
            .filter(|(name, _)| !["csrf", "go", "term"].contains(&name.as_str()))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(self.listed.iter().map(|id| ("listed", id.0.as_str())))
            .collect()
    }

    /// What somebody on record is in the family; `None` for nobody of it.
    pub(super) fn relationship(&self, id: &PublicId) -> Option<Relationship> {
        Relationship::from_code(self.at(&format!("is-{id}")))
    }

    /// A row as the form of a person reads it.
    pub(super) fn row(&self, number: usize) -> Typed {
        let mut typed = form::empty();
        for field in FIELDS {
            let name = match field.strip_prefix("dob_") {
                Some(part) => format!("dob-{number}_{part}"),
                None => format!("{field}-{number}"),
            };
            typed.insert(field.to_owned(), self.at(&name).to_owned());
        }
        typed
    }

    /// Whether nothing was typed in a row.
    fn is_empty(&self, number: usize) -> bool {
        let typed = self.row(number);
        let blank = FIELDS.iter().all(|field| typed[*field].trim().is_empty());
        blank && self.at(&format!("is-new-{number}")).is_empty()
    }

    /// Everybody chosen, in the order of the page. `first`: whom a new family begins with.
    pub(super) fn members(
        &self,
        app: &App,
        signed: &Signed,
        first: Option<&PublicId>,
    ) -> Result<Vec<NewMember>, Errors> {
        let mut members = Vec::new();
        let mut errors = Errors::new();
        if let Some(id) = first {
            match self.relationship(id) {
                Some(relationship) => members.push(known(id, relationship)),
                None => errors.push(error(
                    app,
                    signed,
                    "family-error-relationship",
                    &format!("is-{id}"),
                )),
            }
        }
        for id in self.listed.iter().filter(|id| first != Some(*id)) {
            members.extend(self.relationship(id).map(|is| known(id, is)));
        }
        for number in (1..=self.rows()).filter(|number| !self.is_empty(*number)) {
            match self.new_member(app, signed, number) {
                Ok(member) => members.push(member),
                Err(wrong) => errors.extend(wrong),
            }
        }
        if errors.is_empty() {
            Ok(members)
        } else {
            Err(errors)
        }
    }

    fn new_member(&self, app: &App, signed: &Signed, number: usize) -> Result<NewMember, Errors> {
        let field = format!("is-new-{number}");
        let is = Relationship::from_code(self.at(&field));
        let mut errors = Errors::new();
        if is.is_none() {
            errors.push(error(app, signed, "family-error-relationship", &field));
        }
        let typed = self.row(number);
        let details: Option<Details> = match form::checked(app, &typed) {
            Ok(details) => Some(details),
            Err(wrong) => {
                let said = form::errors(app, signed, &wrong, &typed);
                errors.extend(said.into_iter().map(|one| FormError {
                    href: in_row(&one.href, number),
                    ..one
                }));
                None
            }
        };
        match (details, is) {
            (Some(details), Some(relationship)) if errors.is_empty() => Ok(NewMember {
                who: Who::New(Box::new(details)),
                relationship,
            }),
            _ => Err(errors),
        }
    }
}

fn known(id: &PublicId, relationship: Relationship) -> NewMember {
    NewMember {
        who: Who::Known(id.clone()),
        relationship,
    }
}

pub(super) fn error(app: &App, signed: &Signed, key: &str, field: &str) -> FormError {
    FormError::of(app, signed, key, field)
}

/// The box of a person's form as it stands in a row.
fn in_row(href: &str, number: usize) -> String {
    match href.strip_prefix("#dob-dob_") {
        Some(part) => format!("#dob-{number}-dob-{number}_{part}"),
        None => format!("{href}-{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(fields: &[(&str, &str)]) -> Posted {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Posted::of(fields.iter().map(own).collect())
    }

    #[test]
    fn what_was_sent_is_sent_again_without_token_and_button() {
        let posted = sent(&[
            ("csrf", "x"),
            ("go", "find"),
            ("term", "some name"),
            ("listed", "a"),
            ("listed", "b"),
            ("listed", "a"),
            ("is-a", "parent"),
        ]);
        let hidden = [("is-a", "parent"), ("listed", "a"), ("listed", "b")];
        assert_eq!(posted.hidden(), hidden);
        let is = posted.relationship(&PublicId("a".to_owned()));
        assert_eq!(is, Some(Relationship::Parent));
    }

    #[test]
    fn rows_are_at_least_one_and_not_without_end() {
        for (rows, want) in [("", 1), ("0", 1), ("3", 3), ("900", ROWS_MAX), ("x", 1)] {
            assert_eq!(sent(&[("rows", rows)]).rows(), want, "{rows}");
        }
    }

    #[test]
    fn a_row_is_empty_until_something_is_typed() {
        assert!(sent(&[("first_name-1", " ")]).is_empty(1));
        assert!(!sent(&[("dob-1_year", "2012")]).is_empty(1));
        assert!(!sent(&[("is-new-1", "child")]).is_empty(1));
    }

    #[test]
    fn an_error_leads_to_the_box_of_its_row() {
        assert_eq!(in_row("#dob-dob_year", 2), "#dob-2-dob-2_year");
        assert_eq!(in_row("#called", 1), "#called-1");
    }
}
