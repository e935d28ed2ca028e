//! The policies in force: read once, checked against the schema, refused when a list could not follow
//! them.

use std::str::FromStr as _;
use std::sync::{Arc, OnceLock};

use cedar_policy::{
    Authorizer, Context, Decision as Verdict, Entities, EntityUid, PartialEntities,
    PartialEntityUid, PartialRequest, PolicySet, Request, Schema, ValidationMode, Validator,
};
use heyrick_domain::user::Viewer;

use crate::action::{Action, Decision, Kind, Resource};
use crate::entities;
use crate::filter::{self, Columns, PolicyFilter};

/// Why the policies cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// A policy or the schema cannot be read.
    #[error("the policies cannot be read: {0}")]
    Text(String),
    /// A policy does not fit the schema.
    #[error("the policies do not fit their schema: {0}")]
    Schema(String),
    /// Two policies share a name, or one has none.
    #[error("every policy needs a name of its own (@id)")]
    Names,
    /// A policy says something a list cannot follow.
    #[error("policy {policy} uses {what}, which a list cannot follow")]
    Fragment {
        /// The policy's name.
        policy: String,
        /// What it uses.
        what: String,
    },
    /// A viewer or record could not be put before the policies.
    #[error("a viewer or record could not be put before the policies")]
    Entities,
}

const SCHEMA: &str = include_str!("../../../policies/heyrick.cedarschema");
const TEXTS: [&str; 2] = [
    include_str!("../../../policies/records.cedar"),
    include_str!("../../../policies/accounts.cedar"),
];

/// The policies in force.
#[derive(Debug)]
pub struct Policies {
    set: PolicySet,
    schema: Schema,
}

impl Policies {
    /// The policies this program was built with; a test keeps them readable.
    ///
    /// # Errors
    /// [`PolicyError`] when they cannot be used.
    pub fn shipped() -> Result<Self, PolicyError> {
        Self::read(SCHEMA, &TEXTS)
    }

    /// The shipped policies, read and checked once per process.
    ///
    /// # Errors
    /// [`PolicyError`] when they cannot be used.
    pub fn in_force() -> Result<Arc<Self>, PolicyError> {
        static IN_FORCE: OnceLock<Arc<Policies>> = OnceLock::new();
        if let Some(policies) = IN_FORCE.get() {
            return Ok(Arc::clone(policies));
        }
        let read = Arc::new(Self::shipped()?);
        Ok(Arc::clone(IN_FORCE.get_or_init(|| read)))
    }

    /// Reads policies from texts.
    ///
    /// # Errors
    /// [`PolicyError`] for a text that cannot be read, does not fit the schema, has a policy without a
    /// name, or says something a list cannot follow.
    pub fn read(schema: &str, texts: &[&str]) -> Result<Self, PolicyError> {
        let (schema, _) = Schema::from_cedarschema_str(schema)
            .map_err(|error| PolicyError::Text(error.to_string()))?;
        let mut set = PolicySet::new();
        for text in texts {
            let read =
                PolicySet::from_str(text).map_err(|error| PolicyError::Text(error.to_string()))?;
            for policy in read.policies() {
                let name = policy.annotation("id").ok_or(PolicyError::Names)?;
                set.add(policy.new_id(cedar_policy::PolicyId::new(name)))
                    .map_err(|_| PolicyError::Names)?;
            }
        }
        let checked = Validator::new(schema.clone()).validate(&set, ValidationMode::Strict);
        if !checked.validation_passed() {
            return Err(PolicyError::Schema(checked.to_string()));
        }
        let policies = Self { set, schema };
        policies.check_lists()?;
        Ok(policies)
    }

    /// Decides whether `viewer` may do `action` to `resource`.
    ///
    /// INVARIANT: anything that goes wrong on the way is a refusal.
    pub fn decide(&self, viewer: &Viewer, action: Action, resource: &Resource) -> Decision {
        entities::resource(resource)
            .and_then(|entity| self.answer(viewer, action, entity))
            .unwrap_or_else(|_| refusal())
    }

    /// Decides about an action that concerns no record.
    pub fn decide_installation(&self, viewer: &Viewer, action: Action) -> Decision {
        entities::installation()
            .and_then(|entity| self.answer(viewer, action, entity))
            .unwrap_or_else(|_| refusal())
    }

    fn answer(
        &self,
        viewer: &Viewer,
        action: Action,
        resource: cedar_policy::Entity,
    ) -> Result<Decision, PolicyError> {
        let request = Request::new(
            entities::viewer_uid(viewer)?,
            action_uid(action)?,
            resource.uid(),
            Context::empty(),
            Some(&self.schema),
        )
        .map_err(|_| PolicyError::Entities)?;
        let entities = Entities::from_entities([entities::viewer(viewer)?, resource], None)
            .map_err(|_| PolicyError::Entities)?;
        let response = Authorizer::new().is_authorized(&request, &self.set, &entities);
        let mut policies: Vec<String> = response
            .diagnostics()
            .reason()
            .map(ToString::to_string)
            .collect();
        policies.sort();
        Ok(Decision {
            allowed: response.decision() == Verdict::Allow,
            policies,
        })
    }

    /// The condition that lets through exactly the rows of `kind` on which `viewer` may do `action`.
    ///
    /// `columns` says where the attributes are; placeholders are numbered from `first`.
    ///
    /// # Errors
    /// [`PolicyError`] when a policy cannot become a condition; the shipped ones are checked at start.
    pub fn filter(
        &self,
        viewer: &Viewer,
        action: Action,
        kind: Kind,
        columns: Columns,
        first: usize,
    ) -> Result<PolicyFilter, PolicyError> {
        let request = PartialRequest::new(
            PartialEntityUid::from_concrete(entities::viewer_uid(viewer)?),
            action_uid(action)?,
            PartialEntityUid::new(entities::type_name(kind.code())?, None),
            Some(Context::empty()),
            &self.schema,
        )
        .map_err(|_| PolicyError::Entities)?;
        let known = Entities::from_entities([entities::viewer(viewer)?], None)
            .map_err(|_| PolicyError::Entities)?;
        let known = PartialEntities::from_concrete(known, &self.schema)
            .map_err(|_| PolicyError::Entities)?;
        let rest = self
            .set
            .tpe(&request, &known, &self.schema)
            .map_err(|_| PolicyError::Entities)?;
        filter::from_residuals(&rest, columns, first)
    }

    /// Every policy's name, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .set
            .policies()
            .map(|policy| policy.id().to_string())
            .collect();
        names.sort();
        names
    }

    /// Refuses policies that a list could not follow, before anybody asks for one.
    fn check_lists(&self) -> Result<(), PolicyError> {
        for probe in filter::probes() {
            for kind in [Kind::Person, Kind::Referral] {
                for action in Action::ALL {
                    match self.filter(&probe, *action, kind, Columns::PROBE, 1) {
                        Ok(_) | Err(PolicyError::Entities) => {}
                        Err(other) => return Err(other),
                    }
                }
            }
        }
        Ok(())
    }
}

fn refusal() -> Decision {
    Decision {
        allowed: false,
        policies: Vec::new(),
    }
}

fn action_uid(action: Action) -> Result<EntityUid, PolicyError> {
    entities::uid("Action", action.code())
}
