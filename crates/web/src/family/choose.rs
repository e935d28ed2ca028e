//! Both answers side by side where a member's and the family's differ: somebody chooses, nothing is written
//! over unseen.

use axum::extract::{Path, State};
use axum::response::Response;
use heyrick_domain::form::Answer;
use heyrick_domain::id::PublicId;
use heyrick_store::StoreError;
use heyrick_store::family::{Chosen, Family, MemberOffer, Take, offers_of, record_choices};
use serde::Serialize;

use super::{may_share, open, page};
use crate::app::App;
use crate::error::PageError;
use crate::grant::FormError;
use crate::page::saved;
use crate::referral::posted::{Sent, first};
use crate::referral::{Say, answered};
use crate::session::{SafeForm, Signed};

/// What is offered to one member, as the page shows it.
#[derive(Debug, Serialize)]
struct Offered {
    label: String,
    reference: String,
    href: String,
    version_field: String,
    version: i64,
    answers: Vec<Both>,
}

/// Two answers to one question.
#[derive(Debug, Serialize)]
struct Both {
    field: String,
    question: String,
    own: Vec<String>,
    familys: Vec<String>,
    by: String,
    at: i64,
    /// `familys`, `own` or empty.
    chosen: String,
}

fn field(referral: &PublicId, key: &str) -> String {
    format!("take-{referral}-{key}")
}

pub(super) async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let family = open(&app, &signed, &id).await?;
    if !may_share(&app, &signed, &family) {
        return Err(PageError::NotAllowed);
    }
    shown(&app, &signed, &family, &Sent::new(), None).await
}

async fn shown(
    app: &App,
    signed: &Signed,
    family: &Family,
    sent: &Sent,
    wrong: Option<&'static str>,
) -> Result<Response, PageError> {
    let offers = offers_of(&app.store, &signed.viewer, family).await?;
    let say = Say::of(app, signed);
    let lines: Vec<Offered> = offers
        .iter()
        .filter_map(|offer| offered(say, family, offer, sent))
        .collect();
    let errors = FormError::one(app, signed, wrong.map(|key| (key, "main-content")));
    page("family/offers.html", signed, family)
        .with("offers", lines)
        .errors(errors)
        .render(app)
}

fn offered(say: Say<'_>, family: &Family, offer: &MemberOffer, sent: &Sent) -> Option<Offered> {
    let referral = &family.member(&offer.referral)?.referral;
    let form = referral.parts.form;
    let answers = offer.offers.iter().filter_map(|one| {
        let question = form.question(&one.key)?;
        let shared = family.shared.get(&one.key)?;
        let words = |answer: Option<&Answer>| answered::lines(say, form, question, answer);
        let field = field(&offer.referral, &one.key);
        let goes_along = one.own.is_none() || offer.followed.contains(&one.key);
        let offered = if goes_along { "familys" } else { "" };
        Some(Both {
            question: say.text(&form.label_key(question)),
            own: words(one.own.as_ref()),
            familys: words(Some(&one.familys)),
            by: shared.by.clone(),
            at: shared.at,
            chosen: first(sent, &field).unwrap_or(offered).to_owned(),
            field,
        })
    });
    Some(Offered {
        label: referral.person.label(),
        reference: referral.reference.clone(),
        href: format!("/referrals/{}", referral.public_id),
        version_field: format!("version-{}", referral.public_id),
        version: offer.version,
        answers: answers.collect(),
    })
}

pub(super) async fn save(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(sent): SafeForm<Sent>,
) -> Result<Response, PageError> {
    let family = open(&app, &signed, &id).await?;
    if !may_share(&app, &signed, &family) {
        return Err(PageError::NotAllowed);
    }
    let offers = offers_of(&app.store, &signed.viewer, &family).await?;
    let chosen: Vec<Chosen> = offers
        .iter()
        .flat_map(|offer| offer.offers.iter().map(move |one| (offer, one)))
        .filter_map(|(offer, one)| {
            let take = match first(&sent, &field(&offer.referral, &one.key))? {
                "familys" => Take::Familys,
                "own" => Take::Own,
                _ => return None,
            };
            let version = first(&sent, &format!("version-{}", offer.referral))?;
            Some(Chosen {
                referral: offer.referral.clone(),
                version: version.parse().unwrap_or_default(),
                key: one.key.clone(),
                take,
            })
        })
        .collect();
    if chosen.is_empty() {
        return shown(&app, &signed, &family, &sent, Some("family-error-choose")).await;
    }
    let store = &app.store;
    match record_choices(store, &signed.viewer, &family.public_id, &chosen).await {
        Ok(true) => Ok(saved(&format!("/families/{id}"), "family-chosen")),
        Ok(false) => Err(PageError::NotFound),
        Err(StoreError::Stale | StoreError::Refused("referral-not-a-draft")) => {
            let now = open(&app, &signed, &id).await?;
            shown(
                &app,
                &signed,
                &now,
                &Sent::new(),
                Some("family-error-stale"),
            )
            .await
        }
        Err(error) => Err(error.into()),
    }
}
