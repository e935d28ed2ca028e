//! The policy before a list and before a record: its condition in the words of [`crate::db`], and
//! its decision.

use heyrick_domain::user::Viewer;
use heyrick_policy::{Action, Columns, Decision, FilterValue, Kind, Resource};

use crate::Store;
use crate::db::{Arg, Filter, json_list};
use crate::error::StoreError;

impl Store {
    /// The condition for a list of `kind`, to stand in place of `{filter}`; its placeholders start at
    /// `first`, after those of the statement itself.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a policy cannot become a condition; then nothing is listed.
    pub fn filter(
        &self,
        viewer: &Viewer,
        action: Action,
        kind: Kind,
        columns: Columns,
        first: usize,
    ) -> Result<Filter, StoreError> {
        let filter = self
            .policies
            .filter(viewer, action, kind, columns, first)
            .map_err(|_| StoreError::Corrupt("policy"))?;
        let args = filter
            .values
            .into_iter()
            .map(|value| match value {
                FilterValue::Text(text) => Arg::from(text),
                FilterValue::Uuid(id) => Arg::from(id),
                FilterValue::Texts(texts) => Arg::from(json_list(texts)),
            })
            .collect();
        Ok(Filter {
            sql: filter.sql,
            args,
        })
    }

    /// Decides, and turns a refusal into an error. For records the viewer is known to see.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`] when the policies refuse.
    pub fn allow(
        &self,
        viewer: &Viewer,
        action: Action,
        resource: &Resource,
    ) -> Result<Decision, StoreError> {
        let decision = self.policies.decide(viewer, action, resource);
        if decision.allowed {
            Ok(decision)
        } else {
            Err(StoreError::NotAllowed)
        }
    }

    /// The same for what concerns no record.
    ///
    /// # Errors
    /// [`StoreError::NotAllowed`] when the policies refuse.
    pub fn allow_here(&self, viewer: &Viewer, action: Action) -> Result<Decision, StoreError> {
        let decision = self.policies.decide_installation(viewer, action);
        if decision.allowed {
            Ok(decision)
        } else {
            Err(StoreError::NotAllowed)
        }
    }
}
