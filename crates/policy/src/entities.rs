//! Viewers and records as Cedar entities.

use std::collections::{HashMap, HashSet};

use cedar_policy::{Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};
use heyrick_domain::user::{Role, Viewer};
use std::str::FromStr as _;
use uuid::Uuid;

use crate::action::{Kind, Resource};
use crate::policies::PolicyError;

/// The one resource of actions that concern no record.
const INSTALLATION: &str = "heyrick";

pub(crate) fn uid(kind: &str, id: &str) -> Result<EntityUid, PolicyError> {
    Ok(EntityUid::from_type_name_and_id(
        type_name(kind)?,
        EntityId::new(id),
    ))
}

pub(crate) fn type_name(kind: &str) -> Result<EntityTypeName, PolicyError> {
    EntityTypeName::from_str(kind).map_err(|_| PolicyError::Entities)
}

pub(crate) fn installation() -> Result<Entity, PolicyError> {
    Ok(Entity::new_no_attrs(
        uid(Kind::Installation.code(), INSTALLATION)?,
        HashSet::new(),
    ))
}

pub(crate) fn viewer_uid(viewer: &Viewer) -> Result<EntityUid, PolicyError> {
    uid("User", &viewer.user.0.to_string())
}

pub(crate) fn viewer(viewer: &Viewer) -> Result<Entity, PolicyError> {
    let teams = viewer
        .teams
        .iter()
        .map(|team| by_id("Team", team.0))
        .collect::<Result<Vec<_>, _>>()?;
    let texts = |items: Vec<String>| {
        RestrictedExpression::new_set(items.into_iter().map(RestrictedExpression::new_string))
    };
    let attributes = HashMap::from([
        ("agency".to_owned(), by_id("Agency", viewer.agency.0)?),
        (
            "role".to_owned(),
            RestrictedExpression::new_string(viewer.role.code().to_owned()),
        ),
        (
            "roles".to_owned(),
            texts(
                viewer
                    .roles
                    .iter()
                    .copied()
                    .map(Role::code)
                    .map(str::to_owned)
                    .collect(),
            ),
        ),
        ("teams".to_owned(), RestrictedExpression::new_set(teams)),
        (
            "granted".to_owned(),
            texts(viewer.granted.iter().map(|id| id.0.clone()).collect()),
        ),
    ]);
    Entity::new(viewer_uid(viewer)?, attributes, HashSet::new()).map_err(|_| PolicyError::Entities)
}

pub(crate) fn resource_uid(resource: &Resource) -> Result<EntityUid, PolicyError> {
    uid(resource.kind.code(), &resource.public_id.0)
}

pub(crate) fn resource(resource: &Resource) -> Result<Entity, PolicyError> {
    let attributes = HashMap::from([
        (
            "public_id".to_owned(),
            RestrictedExpression::new_string(resource.public_id.0.clone()),
        ),
        ("agency".to_owned(), by_id("Agency", resource.agency.0)?),
        ("team".to_owned(), by_id("Team", resource.team.0)?),
        (
            "restriction".to_owned(),
            RestrictedExpression::new_string(resource.restriction.clone()),
        ),
        ("author".to_owned(), by_id("User", resource.author.0)?),
    ]);
    Entity::new(resource_uid(resource)?, attributes, HashSet::new())
        .map_err(|_| PolicyError::Entities)
}

fn by_id(kind: &str, id: Uuid) -> Result<RestrictedExpression, PolicyError> {
    Ok(RestrictedExpression::new_entity_uid(uid(
        kind,
        &id.to_string(),
    )?))
}
