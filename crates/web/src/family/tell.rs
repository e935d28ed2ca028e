//! What referrals of a family tell of one another, as pages show it: where, what, and what may be said
//! instead.

use heyrick_domain::family::telling::Telling;
use heyrick_store::family::Told;
use heyrick_store::referral::Referral;
use serde::Serialize;

use crate::referral::Say;

/// What one referral tells of somebody who did not agree to be named.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    /// The referral of whom it tells, or that tells.
    href: String,
    reference: String,
    label: String,
    relationship: &'static str,
    /// The referral that tells.
    from: String,
    family_href: String,
    places: Vec<Place>,
}

#[derive(Debug, Serialize)]
struct Place {
    question: String,
    href: String,
    what: &'static str,
    instead: &'static str,
}

impl Shown {
    /// As the page of the referral that tells shows it.
    pub(crate) fn of(say: Say<'_>, telling: &Referral, told: Told) -> Self {
        let places = places(say, telling, &telling.public_id.0, &told.places);
        Self::with(telling.reference.clone(), told, places)
    }

    /// As the reader of the notification sees it: the places are in the other referral.
    pub(crate) fn of_unnamed(say: Say<'_>, unnamed: &Referral, told: Told) -> Self {
        let places = places(say, unnamed, &told.other.0.0, &told.places);
        Self::with(told.other.1.clone(), told, places)
    }

    fn with(from: String, told: Told, places: Vec<Place>) -> Self {
        Self {
            href: format!("/referrals/{}", told.other.0),
            reference: told.other.1,
            label: told.label,
            relationship: told.relationship.words(),
            from,
            family_href: format!("/families/{}", told.family),
            places,
        }
    }

    /// Whether a place was found.
    pub(crate) fn has_places(&self) -> bool {
        !self.places.is_empty()
    }
}

fn places(say: Say<'_>, words_of: &Referral, referral: &str, told: &[Telling]) -> Vec<Place> {
    let form = words_of.parts.form;
    let shown = told.iter().map(|one| Place {
        question: form
            .question(&one.question)
            .map(|question| say.text(&form.label_key(question)))
            .unwrap_or_default(),
        href: format!("/referrals/{referral}/steps/{}", one.step),
        what: one.what.words(),
        instead: one.what.instead(),
    });
    shown.collect()
}
