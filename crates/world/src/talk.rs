//! A first account in the invented world: told with a break, and read back.

use heyrick_domain::first_account::turn::{Kind, Reason};
use heyrick_domain::first_account::{
    self, Abe, Choice, Company, Free, Gate, Health, Law, NewAccount, Pack, Voice, Willing,
};
use heyrick_domain::id::PublicId;
use heyrick_domain::user::Viewer;
use heyrick_store::first_account::{
    LeftApart, NewTurn, NoteOutcome, record_account, record_note, record_turn,
};
use jiff::SignedDuration;

use crate::file::WorldError;
use crate::play::{Case, Stage, nothing, refused};

/// Something told: the topic, the words.
type Told = (&'static str, &'static str);

/// What is told before the break, and after it.
struct Account {
    before: &'static [Told],
    after: &'static [Told],
}

/// A kitchen; told to the end.
const KITCHEN: Account = Account {
    before: &[
        (
            "now",
            "I slept on the bench for two nights. I would like to wash and to ring my sister. Nobody here knows me.",
        ),
        (
            "start",
            "A man from home said there was a kitchen that needs people. He bought the ticket. I was to pay it back in three months. It is more now than at the beginning.",
        ),
    ],
    after: &[
        (
            "work",
            "From eleven in the morning until the last delivery. Seven days. I wash, I cut, I clean. On the first Sunday he gave me twenty pounds and took it back for the room.",
        ),
        (
            "treated",
            "He has my passport in the drawer under the till. He says the police will put me on a plane. He never hit me. He hit the other one.",
        ),
        (
            "seen",
            "Came in a thin jacket, 4 degrees outside. Burns on both forearms, some fresh. Watched the door, stood up each time it opened. Rang nobody until we offered the phone; then cried.",
        ),
    ],
};

/// A household; it stands still in a break, to go on the next day.
const HOUSEHOLD: Account = Account {
    before: &[
        (
            "now",
            "I am cold. I do not want to go back for my things. My mother must not hear of this from them.",
        ),
        (
            "start",
            "The lady knew my aunt. I was to look after one baby and go to school. There are four children and no school.",
        ),
    ],
    after: &[],
};

/// Takes the account of somebody who shares no language with the officer.
pub(crate) async fn talk(
    stage: &Stage<'_>,
    viewer: &Viewer,
    case: &Case<'_>,
) -> Result<bool, WorldError> {
    let (store, referral) = (stage.store, case.referral()?);
    let language = case.invented.language;
    let new = NewAccount {
        begun_at: store.now(),
        from_paper: false,
        gate: gate(language.is_some()),
        place: "The family room of the front office".to_owned(),
        present: match language {
            Some(_) => format!("{}; an interpreter by telephone", viewer.display_name),
            None => viewer.display_name.clone(),
        },
        language: language.unwrap_or_default().to_owned(),
        interpreter: language
            .map_or("", |_| "Interpreting service, number 118")
            .to_owned(),
        choice: language.map(|_| Choice::Met),
        needs: "Hot food, a coat, a wash; a nurse looked at them first.".to_owned(),
        pack: Pack::Adult,
    };
    let begun = record_account(store, viewer, referral, &new).await;
    let Some(account) = begun.map_err(refused)? else {
        return Ok(false);
    };
    let at = (referral, &account);
    let account = match case.part.story {
        "household" => HOUSEHOLD,
        _ => KITCHEN,
    };
    write(stage, viewer, at, account.before).await?;
    turn(stage, viewer, at, Kind::Paused).await?;
    if account.after.is_empty() {
        return Ok(true);
    }
    stage.wait(SignedDuration::from_mins(12));
    turn(stage, viewer, at, Kind::Resumed).await?;
    write(stage, viewer, at, account.after).await?;
    stage.wait(SignedDuration::from_mins(6));
    turn(stage, viewer, at, Kind::Stopped).await?;
    Ok(true)
}

async fn write(
    stage: &Stage<'_>,
    viewer: &Viewer,
    at: (&PublicId, &PublicId),
    told: &[Told],
) -> Result<(), WorldError> {
    for (topic, text) in told {
        stage.wait(SignedDuration::from_mins(9));
        let written = record_note(stage.store, viewer, at, topic, 0, text).await?;
        if !matches!(written, NoteOutcome::Saved { .. }) {
            return Err(nothing());
        }
    }
    Ok(())
}

fn gate(interpreter: bool) -> Gate {
    Gate {
        law: Law::Neither,
        abe: Abe::NotDecided,
        health: Health::Well,
        willing: Willing::Yes,
        told: first_account::Told::Yes,
        company: Company::Alone,
        beside: None,
        voice: if interpreter {
            Voice::Telephone
        } else {
            Voice::NotNeeded
        },
        free: interpreter.then_some(Free::Yes),
    }
}

async fn turn(
    stage: &Stage<'_>,
    viewer: &Viewer,
    at: (&PublicId, &PublicId),
    kind: Kind,
) -> Result<(), WorldError> {
    let ends = kind == Kind::Stopped;
    let new = NewTurn {
        kind,
        at: None,
        reason: ends.then_some(Reason::Finished),
        note: None,
        left_apart: ends.then_some(LeftApart::NotInTheRoom),
    };
    record_turn(stage.store, viewer, at, &new)
        .await
        .map_err(refused)?;
    Ok(())
}
