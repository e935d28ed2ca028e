//! Ids: what a record is called inside (a UUID, never shown), in addresses (a random public id)
//! and by people (a reference such as `R-7K4M-2Q`).
//!
//! Randomness is a parameter, so that nothing here can draw it (ADR 3).

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// An agency: the force, a council, a charity.
    AgencyId,
    /// A team inside an agency.
    TeamId,
    /// A person with an account.
    UserId,
    /// A sign-in that has not ended.
    SessionId,
    /// A person the work is about.
    PersonId,
    /// A referral: a draft, an NRM referral or a Duty to Notify.
    ReferralId,
    /// A passage through the National Referral Mechanism.
    EpisodeId,
    /// A task somebody has to do.
    TaskId,
    /// People referred together, each by themselves.
    FamilyId,
}

/// The letters of references and public ids: no vowels but none that look alike either
/// (no 0/O, 1/I/L, 5/S, 8/B, U/V).
const ALPHABET: &[u8; 26] = b"234679ACDEFGHJKMNPQRTVWXYZ";

/// What a record is called in addresses and in the API: 20 random letters (about 94 bits).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicId(pub String);

impl PublicId {
    /// Makes a public id from 20 random bytes.
    pub fn from_random(random: [u8; 20]) -> Self {
        Self(letters(&random).to_ascii_lowercase())
    }

    /// Reads a public id that came from outside; `None` for what cannot be one.
    pub fn read(text: &str) -> Option<Self> {
        let one = |byte: u8| ALPHABET.contains(&byte.to_ascii_uppercase());
        let fits = text.len() == 20
            && text
                .bytes()
                .all(|byte| one(byte) && !byte.is_ascii_uppercase());
        fits.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of record a reference names; its first letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ReferenceKind {
    /// `P-`
    Person,
    /// `R-`
    Referral,
    /// `T-`
    Task,
}

impl ReferenceKind {
    const fn letter(self) -> char {
        match self {
            Self::Person => 'P',
            Self::Referral => 'R',
            Self::Task => 'T',
        }
    }
}

/// Makes the reference people say aloud, such as `R-7K4M-2Q`, from six random bytes.
///
/// It is random within agency and kind, so neither time nor gaps leak. The store tries again when
/// one is taken.
pub fn reference(kind: ReferenceKind, random: [u8; 6]) -> String {
    let letters = letters(&random);
    let (head, tail) = letters.split_at(4);
    format!("{}-{head}-{tail}", kind.letter())
}

fn letters(random: &[u8]) -> String {
    random
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_has_no_letters_that_look_alike() {
        assert_eq!(
            reference(ReferenceKind::Referral, [0, 1, 2, 3, 4, 5]),
            "R-2346-79"
        );
        for byte in 0..=255 {
            let made = reference(ReferenceKind::Person, [byte; 6]);
            assert!(
                !made[2..].contains(['0', 'O', '1', 'I', 'L', '5', 'S', '8', 'B', 'U']),
                "{made}"
            );
        }
    }

    #[test]
    fn a_public_id_is_twenty_letters() {
        let made = PublicId::from_random([7; 20]);
        assert_eq!(made.0.len(), 20);
        assert_eq!(PublicId::read(&made.0), Some(made.clone()));
        for bad in ["", "x/../y", &made.0[1..], &made.0.to_uppercase()] {
            assert_eq!(PublicId::read(bad), None, "{bad}");
        }
    }
}
