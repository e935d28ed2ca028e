//! What goes over the wire about first accounts.

use heyrick_domain::first_account::turn::Reason;
use heyrick_domain::first_account::{
    Abe, Beside, Choice, Company, Free, Gate, Health, Law, NewAccount, Pack, Told, Voice, Willing,
};
use heyrick_store::first_account::{AccountWords, FirstAccount, LeftApart, Note, RecordedTurn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::instant;

/// What was asked before the first question.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FirstAccountGate)]
pub(super) struct GateBody {
    /// How they stand to the police at this moment.
    #[schema(value_type = String, pattern = "^(neither|suspected|arrested)$")]
    law: Law,
    /// Whether an Achieving Best Evidence interview is planned.
    #[schema(value_type = String, pattern = "^(not_planned|not_decided|planned)$")]
    abe: Abe,
    /// Whether they are well enough.
    #[schema(value_type = String, pattern = "^(well|unwell)$")]
    health: Health,
    /// Whether they want to talk now.
    #[schema(value_type = String, pattern = "^(yes|no)$")]
    willing: Willing,
    /// Whether they were told what it is for.
    #[schema(value_type = String, pattern = "^(yes|no)$")]
    told: Told,
    /// Whether anybody who came along can hear.
    #[schema(value_type = String, pattern = "^(alone|accompanied)$")]
    company: Company,
    /// Who is beside a child, or somebody who may be one.
    #[schema(value_type = Option<String>, pattern = "^(local_authority|guardian|independent|family|nobody)$")]
    beside: Option<Beside>,
    /// How it is put into their language.
    #[schema(value_type = String, pattern = "^(not_needed|in_person|telephone|video|came_along|none_found)$")]
    voice: Voice,
    /// Whether the interpreter was asked, and has no tie.
    #[schema(value_type = Option<String>, pattern = "^(yes|no)$")]
    free: Option<Free>,
}

impl From<GateBody> for Gate {
    fn from(body: GateBody) -> Self {
        Self {
            law: body.law,
            abe: body.abe,
            health: body.health,
            willing: body.willing,
            told: body.told,
            company: body.company,
            beside: body.beside,
            voice: body.voice,
            free: body.free,
        }
    }
}

impl From<Gate> for GateBody {
    fn from(gate: Gate) -> Self {
        Self {
            law: gate.law,
            abe: gate.abe,
            health: gate.health,
            willing: gate.willing,
            told: gate.told,
            company: gate.company,
            beside: gate.beside,
            voice: gate.voice,
            free: gate.free,
        }
    }
}

/// An account to be begun.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFirstAccount)]
pub(super) struct NewBody {
    gate: GateBody,
    /// When the talking began, of an account that was taken on paper; now when left out.
    #[schema(format = DateTime)]
    pub(super) begun_at: Option<String>,
    /// Where.
    #[schema(min_length = 1, max_length = 2000)]
    place: String,
    /// Everybody who was there, and as what.
    #[schema(min_length = 1, max_length = 2000)]
    present: String,
    /// The language spoken; wanted where somebody interprets.
    #[serde(default)]
    #[schema(max_length = 2000)]
    language: String,
    /// The interpreter's name or number.
    #[serde(default)]
    #[schema(max_length = 2000)]
    interpreter: String,
    /// Whether they could choose a woman or a man as interpreter.
    #[schema(value_type = Option<String>, pattern = "^(met|not_met|not_offered)$")]
    choice: Option<Choice>,
    /// What they needed first, and what was done.
    #[serde(default)]
    #[schema(max_length = 2000)]
    needs: String,
    /// The information pack they were given; none when left out.
    #[schema(value_type = Option<String>, pattern = "^(none|primary|secondary|adult)$")]
    pack: Option<Pack>,
}

impl NewBody {
    /// The account as it is to be recorded; begun at that instant where it was taken on paper, else now.
    pub(super) fn into_account(self, begun_at: Option<i64>, now: i64) -> NewAccount {
        NewAccount {
            from_paper: begun_at.is_some(),
            begun_at: begun_at.unwrap_or(now),
            gate: self.gate.into(),
            place: self.place,
            present: self.present,
            language: self.language,
            interpreter: self.interpreter,
            choice: self.choice,
            needs: self.needs,
            pack: self.pack.unwrap_or(Pack::None),
        }
    }
}

/// One version of a topic's note.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstAccountNote)]
pub(super) struct NoteBody {
    topic: String,
    /// From 1; 0 while nothing was written.
    pub(super) version: i64,
    text: String,
    by: Option<String>,
    #[schema(format = DateTime)]
    at: Option<String>,
    /// Written after the account had ended.
    written_up: bool,
}

impl NoteBody {
    pub(super) fn of(account: &FirstAccount, topic: &str, note: &Note) -> Self {
        Self {
            topic: topic.to_owned(),
            version: note.version,
            text: note.text.clone(),
            by: Some(note.by.clone()),
            at: Some(instant(note.at)),
            written_up: account.written_up(note),
        }
    }

    pub(super) fn none(topic: &str) -> Self {
        Self {
            topic: topic.to_owned(),
            version: 0,
            text: String::new(),
            by: None,
            at: None,
            written_up: false,
        }
    }
}

/// A break, its end, or the end.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstAccountTurn)]
pub(super) struct TurnBody {
    /// `paused`, `resumed` or `stopped`.
    kind: &'static str,
    #[schema(format = DateTime)]
    at: String,
    /// Why it ended.
    reason: Option<&'static str>,
    note: Option<String>,
    /// Whether the interpreter left at another time: `yes`, `no`, `not_in_the_room`.
    left_apart: Option<&'static str>,
    by: String,
}

impl TurnBody {
    fn of(one: &RecordedTurn) -> Self {
        Self {
            kind: one.turn.kind.code(),
            at: instant(one.turn.at),
            reason: one.turn.reason.map(Reason::code),
            note: one.note.clone(),
            left_apart: one.left_apart.map(LeftApart::code),
            by: one.by.clone(),
        }
    }
}

/// How an account was taken, in words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstAccountWords)]
pub(super) struct WordsBody {
    place: String,
    present: String,
    language: String,
    interpreter: String,
    needs: String,
}

impl From<AccountWords> for WordsBody {
    fn from(words: AccountWords) -> Self {
        Self {
            place: words.place,
            present: words.present,
            language: words.language,
            interpreter: words.interpreter,
            needs: words.needs,
        }
    }
}

/// A first account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstAccount)]
pub(super) struct Body {
    id: String,
    /// The order for talking, such as `talk-2026-04`.
    talk: String,
    #[schema(format = DateTime)]
    begun_at: String,
    /// Taken on paper and typed up.
    from_paper: bool,
    /// What was known of their age: `adult`, `child`, `not_sure`.
    age: &'static str,
    /// `talking`, `paused` or `ended`.
    state: &'static str,
    gate: GateBody,
    choice: Option<&'static str>,
    pack: &'static str,
    words: WordsBody,
    by: String,
    turns: Vec<TurnBody>,
    /// The notes that hold, in the order for talking.
    notes: Vec<NoteBody>,
}

impl Body {
    pub(super) fn of(account: &FirstAccount) -> Self {
        let notes = account.talk.topics.iter().filter_map(|topic| {
            let note = account.note(&topic.id)?;
            Some(NoteBody::of(account, &topic.id, note))
        });
        Self {
            id: account.public_id.0.clone(),
            talk: account.talk.id.clone(),
            begun_at: instant(account.begun_at),
            from_paper: account.from_paper,
            age: account.age.code(),
            state: account.state().code(),
            gate: account.gate.into(),
            choice: account.choice.map(Choice::code),
            pack: account.pack.code(),
            words: account.words.clone().into(),
            by: account.by.clone(),
            turns: account.turns.iter().map(TurnBody::of).collect(),
            notes: notes.collect(),
        }
    }
}
