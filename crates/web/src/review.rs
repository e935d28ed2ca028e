//! The second reading of a Duty to Notify: what would leave with its marked places, each settled by
//! somebody who did not write it, then released or sent back.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use heyrick_domain::form::Form;
use heyrick_domain::id::PublicId;
use heyrick_domain::notification::{Line, free_text};
use heyrick_domain::review::{
    NewMark, Reader, ReleaseError, SettleError, Settlement, TAKEN_OUT, instead,
};
use heyrick_policy::Action;
use heyrick_store::StoreError;
use heyrick_store::family::told_of_unnamed;
use heyrick_store::review::{self, Place, Reading, Settling};
use heyrick_words::Locale;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::PageError;
use crate::family::tell;
use crate::grant::FormError;
use crate::page::saved;
use crate::paper::shown::Said;
use crate::preparation::{address, page_of, said, what_leaves};
use crate::referral::Say;
use crate::session::{SafeForm, Signed};

/// `/referrals/{id}/review…`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/referrals/{id}/review", get(show))
        .route("/referrals/{id}/review/places/{number}", post(settle))
        .route("/referrals/{id}/review/release", post(release))
        .route("/referrals/{id}/review/send-back", post(send_back))
        .route("/referrals/{id}/review/take-back", post(take_back))
}

/// An answer with its marked places.
#[derive(Debug, Serialize)]
struct Text {
    question: String,
    pieces: Vec<Piece>,
}

/// A part of an answer: as written, or a marked place.
#[derive(Debug, Serialize)]
struct Piece {
    text: String,
    /// The place's number; 0 for words between places.
    number: usize,
    /// How it was settled; empty while it is open.
    how: &'static str,
    /// The words that leave instead.
    words: String,
}

/// A place to settle.
#[derive(Debug, Serialize)]
struct ToSettle {
    number: usize,
    kind: &'static str,
    written: String,
    question: String,
    must_go: bool,
    standing: i64,
    how: &'static str,
    who: String,
    at: i64,
    /// What was settled: the words that leave, or why it is kept.
    settled: String,
    /// The words that stand in the box: typed, or settled before, or proposed.
    words: String,
    why: String,
    /// Why words that are marked themselves may leave.
    words_why: String,
    /// What is marked in the words that were typed.
    marks: Vec<Marked>,
    /// How many other open places hold the same words.
    same: usize,
    /// The box that comes back with an error.
    wrong: String,
}

/// A mark in words somebody typed.
#[derive(Debug, Clone, Serialize)]
struct Marked {
    kind: &'static str,
    written: String,
    must_go: bool,
}

/// What was typed about one place, kept when the form comes back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    review: String,
    standing: i64,
    how: String,
    words: String,
    why: String,
    words_why: String,
    same: String,
}

/// A page that comes back with an error about a place, or about the whole.
#[derive(Debug, Default)]
struct Back {
    typed: Typed,
    number: usize,
    note: String,
    marks: Vec<Marked>,
    error: Option<(String, String)>,
}

impl Back {
    fn about_all(error: String, field: &str) -> Self {
        Self {
            error: Some((error, field.to_owned())),
            ..Self::default()
        }
    }
}

async fn show(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &signed, &PublicId(id), Back::default()).await
}

async fn page(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    back: Back,
) -> Result<Response, PageError> {
    let reading = review::review_for(&app.store, &signed.viewer, id).await?;
    let reading = reading.ok_or(PageError::NotFound)?;
    let review = &reading.review;
    let form = Form::find(&review.before.form).ok_or(StoreError::Corrupt("form"))?;
    let said = said(app, signed, form);
    let errors: Vec<FormError> = back
        .error
        .iter()
        .map(|(text, field)| FormError {
            text: text.clone(),
            href: format!("#{field}"),
        })
        .collect();
    let after = review.after.clone().unwrap_or_else(|| review.as_settled());
    let may_take_back =
        app.store
            .policies
            .decide(&signed.viewer, Action::Prepare, &reading.referral.resource);
    let told = told_of_unnamed(&app.store, &signed.viewer, &reading.referral).await?;
    let say = Say::of(app, signed);
    let linked: Vec<tell::Shown> = told
        .into_iter()
        .map(|one| tell::Shown::of_unnamed(say, &reading.referral, one))
        .collect();
    page_of("review/review.html", signed, &reading.referral)
        .with("linked", linked)
        .with("review", &review.public_id)
        .with("asked_by", &review.asked.name)
        .with("asked_at", review.asked.at)
        .with("reader", reader_code(reading.reader))
        .with("naming", review.before.naming)
        .with("overtaken", reading.overtaken)
        .with("open", reading.open())
        .with("texts", texts(said, &reading))
        .with("marked", places(said, &reading, &back))
        .with("after", plain(said, &after.lines))
        .with("whole", what_leaves(said, &after))
        .with(
            "outcome",
            review.closed.as_ref().map(|closed| closed.outcome.code()),
        )
        .with(
            "closed_by",
            review.closed.as_ref().map(|closed| &closed.by.name),
        )
        .with(
            "closed_at",
            review.closed.as_ref().map(|closed| closed.by.at),
        )
        .with(
            "closed_note",
            review.closed.as_ref().map(|closed| &closed.note),
        )
        .with("may_take_back", may_take_back.allowed)
        .with("note", &back.note)
        .errors(errors)
        .render(app)
}

const fn reader_code(reader: Reader) -> &'static str {
    match reader {
        Reader::Author => "author",
        Reader::Second => "second",
        Reader::Unqualified => "unqualified",
    }
}

/// The answers in the officer's own words, with their marks.
fn texts(said: Said<'_>, reading: &Reading) -> Vec<Text> {
    free_text(&reading.review.before.lines)
        .map(|line| Text {
            question: said.question(line),
            pieces: pieces(&line.value.text(), &line.key, &reading.review.places),
        })
        .collect()
}

fn pieces(text: &str, key: &str, places: &[Place]) -> Vec<Piece> {
    let between = |text: &str| Piece {
        text: text.to_owned(),
        number: 0,
        how: "",
        words: String::new(),
    };
    let mut pieces = Vec::new();
    let mut done = 0;
    for place in places.iter().filter(|place| place.key == key) {
        pieces.push(between(
            text.get(done..place.range.start).unwrap_or_default(),
        ));
        let how = place.settled.as_ref().map(|(how, _)| how);
        pieces.push(Piece {
            text: place.written.clone(),
            number: place.number,
            how: how.map_or("", Settlement::code),
            words: match how {
                Some(Settlement::Generalised { words, .. }) => words.clone(),
                Some(Settlement::Removed) => TAKEN_OUT.to_owned(),
                Some(Settlement::Kept { .. }) | None => String::new(),
            },
        });
        done = place.range.end;
    }
    pieces.push(between(text.get(done..).unwrap_or_default()));
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

fn places(said: Said<'_>, reading: &Reading, back: &Back) -> Vec<ToSettle> {
    let lines = &reading.review.before.lines;
    let places = &reading.review.places;
    places
        .iter()
        .map(|place| {
            let line = lines.iter().find(|line| line.key == place.key);
            let mut one = to_settle(said, place, line);
            one.same = alike(places, place).count();
            if back.number == place.number {
                one.words.clone_from(&back.typed.words);
                one.why.clone_from(&back.typed.why);
                one.words_why.clone_from(&back.typed.words_why);
                one.marks.clone_from(&back.marks);
                let field = back.error.as_ref().map(|(_, field)| field.clone());
                one.wrong = field.unwrap_or_default();
            }
            one
        })
        .collect()
}

/// Other open places that hold the same words and are of the same kind.
fn alike<'a>(places: &'a [Place], place: &'a Place) -> impl Iterator<Item = &'a Place> {
    places.iter().filter(|other| {
        other.number != place.number
            && other.settled.is_none()
            && (&other.written, other.kind) == (&place.written, place.kind)
    })
}

fn to_settle(said: Said<'_>, place: &Place, line: Option<&Line>) -> ToSettle {
    // What leaves goes into a form in English, whatever language its reader works in.
    let proposed = instead(place.kind, place.must_go, &place.written)
        .map(|key| said.words.text(Locale::En, key, &[]));
    let settled = place.settled.as_ref();
    let (words, why) = match settled.map(|(how, _)| how) {
        Some(Settlement::Generalised { words, .. }) => (words.clone(), String::new()),
        Some(Settlement::Kept { why }) => (proposed.unwrap_or_default(), why.clone()),
        Some(Settlement::Removed) | None => (proposed.unwrap_or_default(), String::new()),
    };
    ToSettle {
        number: place.number,
        kind: place.kind.code(),
        written: place.written.clone(),
        question: line.map(|line| said.question(line)).unwrap_or_default(),
        must_go: place.must_go,
        standing: place.standing(),
        how: settled.map_or("", |(how, _)| how.code()),
        settled: match settled.map(|(how, _)| how) {
            Some(Settlement::Generalised { words, .. }) => words.clone(),
            Some(Settlement::Kept { why }) => why.clone(),
            Some(Settlement::Removed) | None => String::new(),
        },
        who: settled.map(|(_, by)| by.name.clone()).unwrap_or_default(),
        at: settled.map_or(0, |(_, by)| by.at),
        words,
        why,
        words_why: match settled.map(|(how, _)| how) {
            Some(Settlement::Generalised { why, .. }) => why.clone().unwrap_or_default(),
            Some(Settlement::Kept { .. } | Settlement::Removed) | None => String::new(),
        },
        marks: Vec::new(),
        same: 0,
        wrong: String::new(),
    }
}

/// An answer as plain text.
#[derive(Debug, Serialize)]
struct Plain {
    question: String,
    text: String,
}

fn plain(said: Said<'_>, lines: &[Line]) -> Vec<Plain> {
    free_text(lines)
        .map(|line| Plain {
            question: said.question(line),
            text: line.value.text(),
        })
        .collect()
}

async fn settle(
    signed: Signed,
    State(app): State<App>,
    Path((id, number)): Path<(String, usize)>,
    SafeForm(typed): SafeForm<Typed>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let how = match typed.how.as_str() {
        "generalised" => Settlement::Generalised {
            words: typed.words.clone(),
            why: Some(typed.words_why.clone()),
        },
        "kept" => Settlement::Kept {
            why: typed.why.clone(),
        },
        "removed" => Settlement::Removed,
        _ => return Err(PageError::Unreadable),
    };
    let review = PublicId(typed.review.clone());
    let (store, viewer) = (&app.store, &signed.viewer);
    let done =
        review::record_settlement(store, viewer, &id, &review, number, typed.standing, &how).await;
    let mut marks = Vec::new();
    let (key, field) = match done {
        Ok(Settling::Marked(new)) => {
            marks = new.iter().map(marked).collect();
            let goes = new.iter().any(|mark| mark.must_go);
            let key = if goes {
                "review-words-must-go"
            } else {
                "review-words-marked"
            };
            (key, "words")
        }
        Ok(Settling::Done) => {
            if !typed.same.is_empty() {
                settle_alike(&app, &signed, &id, number, &how).await?;
            }
            let back = format!("{}/review#place-{number}", address(&id));
            return Ok(saved(&back, "review-settled"));
        }
        Ok(Settling::Theirs) => ("review-theirs", "place"),
        Ok(Settling::Refused(SettleError::MustGo)) => ("review-must-go", "place"),
        Ok(Settling::Refused(SettleError::Empty)) if typed.how == "kept" => {
            ("review-why-missing", "why")
        }
        Ok(Settling::Refused(SettleError::Empty)) => ("review-words-missing", "words"),
        Ok(other) => return ended(&app, &signed, &id, other).await,
        Err(StoreError::Refused(key)) => (key, if typed.how == "kept" { "why" } else { "words" }),
        Err(error) => return Err(error.into()),
    };
    let text = app.words.text(signed.locale(), key, &[]);
    let back = Back {
        error: Some((text, format!("{field}-{number}"))),
        typed,
        number,
        marks,
        ..Back::default()
    };
    page(&app, &signed, &id, back).await
}

fn marked(mark: &NewMark) -> Marked {
    Marked {
        kind: mark.kind.code(),
        written: mark.written.clone(),
        must_go: mark.must_go,
    }
}

/// Settles every other open place with the same words likewise; what a colleague settles meanwhile stays.
async fn settle_alike(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    number: usize,
    how: &Settlement,
) -> Result<(), PageError> {
    let (store, viewer) = (&app.store, &signed.viewer);
    let reading = review::review_for(store, viewer, id).await?;
    let Some(review) = reading.map(|reading| reading.review) else {
        return Ok(());
    };
    let places = &review.places;
    let Some(place) = places.iter().find(|place| place.number == number) else {
        return Ok(());
    };
    for other in alike(places, place) {
        let name = &review.public_id;
        let standing = other.standing();
        review::record_settlement(store, viewer, id, name, other.number, standing, how).await?;
    }
    Ok(())
}

/// The review is over, for whatever reason: say so on its page.
async fn ended(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    what: Settling,
) -> Result<Response, PageError> {
    let key = match what {
        Settling::Overtaken => "review-overtaken",
        _ => "review-over",
    };
    let text = app.words.text(signed.locale(), key, &[]);
    page(app, signed, id, Back::about_all(text, "main-content")).await
}

/// Which review is meant.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Which {
    review: String,
    note: String,
}

async fn release(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(which): SafeForm<Which>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let review = PublicId(which.review);
    let done = review::record_release(&app.store, &signed.viewer, &id, &review).await?;
    match done {
        Settling::Done => Ok(saved(
            &format!("{}/review", address(&id)),
            "review-released",
        )),
        Settling::NotReleased(ReleaseError::OwnWords | ReleaseError::NotAReviewer) => {
            Err(PageError::NotAllowed)
        }
        Settling::NotReleased(ReleaseError::Unsettled(open)) => {
            let open = i64::try_from(open).unwrap_or(i64::MAX).into();
            let text = app
                .words
                .text(signed.locale(), "review-unsettled", &[("open", open)]);
            page(&app, &signed, &id, Back::about_all(text, "release")).await
        }
        Settling::NotReleased(ReleaseError::NewWords { settlements }) => {
            // Every place is settled by then, so the list of settlements is that of the places.
            let numbers: Vec<String> = settlements.iter().map(|at| (at + 1).to_string()).collect();
            let field = numbers.first().map(|number| format!("place-{number}"));
            let args = [("places", numbers.join(", ").into())];
            let text = app.words.text(signed.locale(), "review-new-words", &args);
            let field = field.unwrap_or_else(|| "release".to_owned());
            page(&app, &signed, &id, Back::about_all(text, &field)).await
        }
        Settling::NotReleased(ReleaseError::StillIdentifies { keys }) => {
            let text = still_identifies(&app, &signed, &id, &keys).await?;
            page(&app, &signed, &id, Back::about_all(text, "release")).await
        }
        other => ended(&app, &signed, &id, other).await,
    }
}

/// Names the answers that would still identify somebody.
async fn still_identifies(
    app: &App,
    signed: &Signed,
    id: &PublicId,
    keys: &[String],
) -> Result<String, PageError> {
    let reading = review::review_for(&app.store, &signed.viewer, id).await?;
    let reading = reading.ok_or(PageError::NotFound)?;
    let form = Form::find(&reading.review.before.form).ok_or(StoreError::Corrupt("form"))?;
    let said = said(app, signed, form);
    let lines = reading.review.before.lines.iter();
    let questions: Vec<String> = lines
        .filter(|line| keys.contains(&line.key))
        .map(|line| said.question(line))
        .collect();
    let questions = questions.join("; ").into();
    let args = [("questions", questions)];
    Ok(app
        .words
        .text(signed.locale(), "review-still-identifies", &args))
}

async fn send_back(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(which): SafeForm<Which>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let (store, viewer) = (&app.store, &signed.viewer);
    let review = PublicId(which.review);
    match review::record_sent_back(store, viewer, &id, &review, &which.note).await {
        Ok(Settling::Done) => Ok(saved(
            &format!("{}/review", address(&id)),
            "review-was-sent-back",
        )),
        Ok(other) => ended(&app, &signed, &id, other).await,
        Err(StoreError::Refused(key)) => {
            let back = Back {
                note: which.note,
                ..Back::about_all(app.words.text(signed.locale(), key, &[]), "note")
            };
            page(&app, &signed, &id, back).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn take_back(
    signed: Signed,
    State(app): State<App>,
    Path(id): Path<String>,
    SafeForm(which): SafeForm<Which>,
) -> Result<Response, PageError> {
    let id = PublicId(id);
    let review = PublicId(which.review);
    match review::record_taken_back(&app.store, &signed.viewer, &id, &review).await? {
        Settling::Done => Ok(saved(&address(&id), "review-was-taken-back")),
        other => ended(&app, &signed, &id, other).await,
    }
}
