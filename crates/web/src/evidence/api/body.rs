//! Evidence as it goes over the wire.

use heyrick_domain::evidence::WhyNoFile;
use heyrick_domain::id::PublicId;
use heyrick_store::evidence::{Done, Evidence, Said, Thing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::instant;
use crate::evidence::file::name;

/// Why a thing is not attached.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WhyWord {
    /// Indecent images of children.
    IndecentImages,
    /// A recorded interview under Achieving Best Evidence.
    AbeRecording,
    /// What was read out of a phone or another device.
    PhoneDownload,
    /// Papers of a lawyer and their client.
    Privileged,
    /// Kept elsewhere for another reason.
    Elsewhere,
}

impl From<WhyWord> for WhyNoFile {
    fn from(word: WhyWord) -> Self {
        match word {
            WhyWord::IndecentImages => Self::IndecentImages,
            WhyWord::AbeRecording => Self::AbeRecording,
            WhyWord::PhoneDownload => Self::PhoneDownload,
            WhyWord::Privileged => Self::Privileged,
            WhyWord::Elsewhere => Self::Elsewhere,
        }
    }
}

/// Who did something, and when.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DoneBody {
    /// What colleagues call them.
    by: String,
    /// RFC 3339.
    at: String,
}

impl From<&Done> for DoneBody {
    fn from(done: &Done) -> Self {
        Self {
            by: done.by.clone(),
            at: instant(done.at),
        }
    }
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FileBody {
    /// What it was called.
    name: String,
    /// What it leaves as.
    leaves_as: String,
    /// What it is, by its content.
    media_type: &'static str,
    /// How long the original is.
    bytes: u64,
    /// What the last look at it found: `whole`, `lost` or `altered`; null while nobody has looked.
    condition: Option<&'static str>,
}

/// Where a thing is that is not attached.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ElsewhereBody {
    /// Why.
    why: &'static str,
    /// The reference under which it is kept.
    reference: String,
}

/// Why something was taken away.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RemovedBody {
    /// In a sentence.
    reason: String,
    /// Who, and when.
    done: DoneBody,
}

/// A piece of evidence.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EvidenceBody {
    /// Its name in addresses.
    id: String,
    /// Its number on this referral, never used again.
    number: usize,
    /// The file, or null.
    file: Option<FileBody>,
    /// Where it is kept, or null.
    kept_elsewhere: Option<ElsewhereBody>,
    /// What it is.
    what: String,
    /// From when; null when nobody knows.
    dated: Option<String>,
    /// Where it came from.
    origin: String,
    /// The version of what is said; changing it needs it as `If-Match`.
    version: i64,
    /// Who added it.
    added: DoneBody,
    /// Why it was taken away; null while it stands.
    removed: Option<RemovedBody>,
}

impl EvidenceBody {
    pub(super) fn of(reference: &str, one: &Evidence) -> Self {
        let kept_elsewhere = match &one.thing {
            Thing::Elsewhere(kept) => Some(ElsewhereBody {
                why: kept.why.code(),
                reference: kept.reference.clone(),
            }),
            Thing::File(_) => None,
        };
        Self {
            id: one.public_id.0.clone(),
            number: one.number,
            file: one.file().map(|file| FileBody {
                name: file.name.clone(),
                leaves_as: name(reference, one.number, file.kind),
                media_type: file.kind.media_type(),
                bytes: file.size,
                condition: file.checked.map(|(condition, _)| condition.code()),
            }),
            kept_elsewhere,
            what: one.described.what.clone(),
            dated: one.described.dated.map(|date| date.to_string()),
            origin: one.described.origin.clone(),
            version: one.version,
            added: DoneBody::from(&one.added),
            removed: one.removed.as_ref().map(|(reason, done)| RemovedBody {
                reason: reason.clone(),
                done: done.into(),
            }),
        }
    }
}

/// What was said about a thing.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DescribedBody {
    /// What it is.
    what: String,
    /// From when.
    dated: Option<String>,
    /// Where it came from.
    origin: String,
    /// Who said so, and when.
    done: DoneBody,
}

impl From<Said> for DescribedBody {
    fn from(said: Said) -> Self {
        Self {
            what: said.described.what,
            dated: said.described.dated.map(|date| date.to_string()),
            origin: said.described.origin,
            done: DoneBody::from(&said.done),
        }
    }
}

/// A piece of evidence and its history.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HistoryBody {
    /// As it stands.
    #[serde(flatten)]
    pub(super) evidence: EvidenceBody,
    /// Everything that was said about it, the latest first.
    pub(super) said: Vec<DescribedBody>,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MadeBody {
    /// The names in addresses, in order.
    ids: Vec<String>,
}

impl MadeBody {
    pub(super) fn of(made: Vec<PublicId>) -> Self {
        Self {
            ids: made.into_iter().map(|id| id.0).collect(),
        }
    }
}
