//! The list of referrals, the last changed first, narrowed by where they stand, where they lead and whose
//! they are.

use axum::extract::{Query, State};
use axum::response::Response;
use heyrick_domain::id::PublicId;
use heyrick_domain::referral::Stage;
use heyrick_domain::user::Viewer;
use heyrick_store::referral::list::{Place, RouteIs};
use heyrick_store::referral::{ReferralLine, ReferralQuery, referrals_for};
use serde::{Deserialize, Serialize};

use super::stage_code;
use crate::api::Cursor;
use crate::app::App;
use crate::error::PageError;
use crate::page::{Page, sees_cases};
use crate::session::Signed;

/// Referrals on one page.
const PER_PAGE: usize = 25;
/// The word of the filter for what is still to be done.
const OPEN: &str = "open";

/// What the address says; nothing in it is personal.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    stage: String,
    route: String,
    whose: String,
    person: String,
    after: String,
}

#[derive(Debug, Serialize)]
struct Line {
    href: String,
    reference: String,
    person: String,
    stage: &'static str,
    is_draft: bool,
    route: &'static str,
    author: String,
    allocated_to: Option<String>,
    restricted: bool,
    changed_at: i64,
}

impl From<ReferralLine> for Line {
    fn from(line: ReferralLine) -> Self {
        Self {
            href: format!("/referrals/{}", line.public_id),
            reference: line.reference,
            person: line.person_label,
            stage: stage_code(line.stage),
            is_draft: line.stage == Stage::Draft,
            route: line.route.code(),
            author: line.author,
            allocated_to: line.allocated_to,
            restricted: line.level.code() != "none",
            changed_at: line.updated_at,
        }
    }
}

impl Asked {
    fn query(&self, app: &App, viewer: &Viewer) -> Result<ReferralQuery, PageError> {
        let after = match self.after.as_str() {
            "" => None,
            cursor => Some(
                Cursor::open::<Place>(&app.store.keys, viewer.user, "referrals", cursor)
                    .map_err(|_| PageError::Unreadable)?,
            ),
        };
        Ok(ReferralQuery {
            stage: Stage::from_code(&self.stage.replace('-', "_")),
            open: self.stage == OPEN,
            route: RouteIs::from_code(&self.route),
            author_me: self.whose == "author",
            allocated_me: self.whose == "allocated",
            person: (!self.person.is_empty()).then(|| PublicId(self.person.clone())),
            after,
            limit: PER_PAGE,
        })
    }

    fn narrows(&self) -> bool {
        [&self.stage, &self.route, &self.whose]
            .iter()
            .any(|one| !one.is_empty())
    }

    /// The address of the same list from another place on.
    fn address(&self, after: &str) -> String {
        let pairs = [
            ("stage", self.stage.as_str()),
            ("route", &self.route),
            ("whose", &self.whose),
            ("person", &self.person),
            ("after", after),
        ];
        let query: Vec<String> = pairs
            .into_iter()
            .filter(|(_, value)| is_plain(value))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if query.is_empty() {
            "/referrals".to_owned()
        } else {
            format!("/referrals?{}", query.join("&"))
        }
    }
}

/// Everything these addresses hold is letters, figures, `-` and `_`.
fn is_plain(value: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !value.is_empty() && value.chars().all(fits)
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    if !sees_cases(signed.viewer.role) {
        return Err(PageError::NotAllowed);
    }
    let found = referrals_for(
        &app.store,
        &signed.viewer,
        &asked.query(&app, &signed.viewer)?,
    )
    .await?;
    let older = match &found.next {
        Some(place) => {
            let cursor = Cursor::seal(&app.store.keys, signed.viewer.user, "referrals", place)
                .map_err(|_| PageError::Unreadable)?;
            Some(asked.address(&cursor.0))
        }
        None => None,
    };
    let lines: Vec<Line> = found.referrals.into_iter().map(Line::from).collect();
    let newest = (!asked.after.is_empty()).then(|| asked.address(""));
    Page::new("referral/list.html", &signed)
        .with("lines", lines)
        .with("older", older)
        .with("newest", newest)
        .with("narrows", asked.narrows())
        .with("of_person", !asked.person.is_empty())
        .with("asked", asked)
        .with("stages", stages())
        .with("routes", RouteIs::ALL.map(RouteIs::code))
        .render(&app)
}

fn stages() -> Vec<&'static str> {
    std::iter::once(OPEN)
        .chain(Stage::ALL.into_iter().map(stage_code))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_was_asked_and_nothing_strange() {
        let asked = Asked {
            stage: "draft".to_owned(),
            route: "\"><b>".to_owned(),
            ..Asked::default()
        };
        assert_eq!(
            asked.address("abc_-1"),
            "/referrals?stage=draft&after=abc_-1"
        );
        assert_eq!(Asked::default().address(""), "/referrals");
    }
}
