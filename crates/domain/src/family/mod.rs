//! A family: people referred together, each by themselves.
//!
//! One action opens one referral for each member; families are linked and never merged. What they have in
//! common is written once ([`sharing`]); age, consent, where a referral leads and what somebody's own eyes
//! and words are worth stay with each. [`telling`] warns when the others' referrals would name somebody who
//! did not agree to be named.
//!
//! Sources: First Responder Toolkit (England and Wales), April 2026: one referral a person; rule REF-2.

use std::collections::BTreeSet;

pub mod sharing;
pub mod telling;

/// Most members of a family that are opened together.
pub const MEMBERS_MAX: usize = 20;

crate::coded::words! {
    /// What somebody is in the family, as the officer understood it. Nothing is decided by it.
    Relationship in "family-is" {
        /// A mother or father, by birth or not.
        Parent = "parent",
        /// Husband, wife, or whoever they live with as a couple.
        Partner = "partner",
        /// A son or daughter, by birth or not.
        Child = "child",
        /// A brother or sister, half or step.
        Sibling = "sibling",
        /// A grandmother or grandfather.
        Grandparent = "grandparent",
        /// A grandson or granddaughter.
        Grandchild = "grandchild",
        /// An aunt or uncle.
        AuntOrUncle = "aunt_or_uncle",
        /// A niece or nephew.
        NieceOrNephew = "niece_or_nephew",
        /// A cousin.
        Cousin = "cousin",
        /// Somebody who looks after a child of the family.
        Carer = "carer",
        /// Another relative, or one of the household.
        Other = "other",
        /// Said to belong to the family; nobody could say how.
        NotKnown = "not_known",
    }
}

/// Why a family cannot be opened so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MembersError {
    /// One person alone is no family.
    #[error("choose at least one other member")]
    Alone,
    /// Somebody stands twice.
    #[error("a person can be chosen once")]
    Twice,
    /// More than [`MEMBERS_MAX`].
    #[error("open at most {MEMBERS_MAX} members together")]
    TooMany,
}

impl MembersError {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Alone => "family-error-alone",
            Self::Twice => "family-error-twice",
            Self::TooMany => "family-error-too-many",
        }
    }
}

/// Says whether these can be opened as a family. `known`: the names in addresses of those on record, `new`:
/// how many are added, `there`: how many the family has already.
///
/// # Errors
/// [`MembersError`], the first that applies.
pub fn members<'a>(
    known: impl IntoIterator<Item = &'a str>,
    new: usize,
    there: usize,
) -> Result<(), MembersError> {
    let known: Vec<&str> = known.into_iter().collect();
    let each: BTreeSet<&&str> = known.iter().collect();
    let all = known.len() + new + there;
    if each.len() < known.len() {
        Err(MembersError::Twice)
    } else if all < 2 || known.len() + new == 0 {
        Err(MembersError::Alone)
    } else if all > MEMBERS_MAX {
        Err(MembersError::TooMany)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(known: &[&str], new: usize, there: usize, want: Result<(), MembersError>) {
        assert_eq!(members(known.iter().copied(), new, there), want);
    }

    #[test]
    fn a_family_has_two_members_and_nobody_twice() {
        check(&["a"], 0, 0, Err(MembersError::Alone));
        check(&[], 1, 0, Err(MembersError::Alone));
        check(&[], 0, 2, Err(MembersError::Alone));
        check(&["a"], 1, 0, Ok(()));
        check(&["a", "b"], 0, 0, Ok(()));
        check(&["a"], 0, 1, Ok(()));
        check(&["a", "b", "a"], 0, 0, Err(MembersError::Twice));
        check(&["a"], MEMBERS_MAX - 1, 0, Ok(()));
        check(&["a"], MEMBERS_MAX - 1, 1, Err(MembersError::TooMany));
    }
}
