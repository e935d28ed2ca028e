//! What looking at the journal can find: things that are wrong, and things about the time of events that break
//! nothing. Each is displayed as a plain sentence.

use std::fmt;

use uuid::Uuid;

/// Something about the time of events that an honest journal can hold too: a machine's clock was wrong,
/// machines differ, or nobody worked. Displayed as a plain sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Notice {
    /// The machine's clock stood behind.
    #[error(
        "event {event}: the machine's clock stood {days} whole days behind the event before; events from here have that event's time until the clock had caught up"
    )]
    Behind {
        /// The event that says so.
        event: Uuid,
        /// How far, in whole days.
        days: u32,
    },
    /// Nothing was written for long.
    #[error(
        "event {event}: nothing was written for {days} days before it; nobody worked, or the machine's clock was put ahead"
    )]
    Ahead {
        /// The first event after that.
        event: Uuid,
        /// For how long, in whole days.
        days: i64,
    },
    /// An event is older than the one before it in the tree.
    #[error(
        "event {event}: it is {minutes} minutes older than the event before it; two machines write and their clocks differ"
    )]
    Backwards {
        /// The event.
        event: Uuid,
        /// By how much.
        minutes: i64,
    },
}

/// Where a checkpoint was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// In the database.
    Database,
    /// In the file outside it.
    File,
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Database => "in the database",
            Self::File => "in the file outside the database",
        })
    }
}

/// One thing that is wrong. Displayed as a plain sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// Accounts stand in the database, and nothing in the journal.
    #[error(
        "the journal is empty though the database holds accounts; making each of them was an event"
    )]
    Emptied,
    /// Not our bytes.
    #[error("event {0}: its body is not in the form this program writes; it was changed")]
    Unreadable(Uuid),
    /// A column says something else than the body.
    #[error("event {0}: the columns beside it do not say what its body says; they were changed")]
    Columns(Uuid),
    /// The shown records differ from the body's.
    #[error("event {0}: the list of records it showed was changed")]
    Shown(Uuid),
    /// The seal does not fit the body.
    #[error(
        "event {0}: its seal does not fit it; it was changed, or written by somebody without the key file"
    )]
    Seal(Uuid),
    /// The bytes do not give the stored leaf.
    #[error(
        "event {id}, number {leaf}: its bytes do not give the hash stored for this place; it was changed or moved here"
    )]
    Leaf {
        /// The event.
        id: Uuid,
        /// Its place, from 0.
        leaf: u64,
    },
    /// No event at a place of the tree.
    #[error("number {0}: there is no event at this place; it was removed")]
    Removed(u64),
    /// A writer's counter jumps.
    #[error("writer {writer}: its events {first} to {last} are missing; they were removed")]
    Gap {
        /// The writer.
        writer: Uuid,
        /// The first missing counter.
        first: i64,
        /// The last missing counter.
        last: i64,
    },
    /// A writer's counter comes twice or runs backwards.
    #[error("event {0}: it does not stand where its writer wrote it; the order was changed")]
    Order(Uuid),
    /// Time runs backwards within one writer.
    #[error("event {0}: it is older than the one its writer wrote before it")]
    Time(Uuid),
    /// A stored node does not follow from the leaves.
    #[error("the stored tree is wrong or has a hole at level {level}, place {place}")]
    Node {
        /// Its level; 0 for leaves.
        level: u32,
        /// Its place, from 0.
        place: u64,
    },
    /// More or fewer nodes than events call for.
    #[error("the stored tree has {stored} nodes where its events call for {needed}")]
    Nodes {
        /// In the table.
        stored: u64,
        /// For this many events.
        needed: u64,
    },
    /// A checkpoint in the database is not signed by these keys.
    #[error("the checkpoint over {0} events in the database is not signed by this key file")]
    Unsigned(u64),
    /// A signed checkpoint does not fit the events.
    #[error(
        "the checkpoint over the first {size} events kept {kept} does not fit them; one of them was changed, moved, added or removed after it was signed"
    )]
    Root {
        /// How many events it covers.
        size: u64,
        /// Where it was kept.
        kept: Kept,
    },
    /// A signed checkpoint covers more events than there are.
    #[error(
        "the checkpoint kept {kept} vouches for {size} events and there are {held}: the last {} were removed, or the database was put back to an earlier state",
        size - held
    )]
    Cut {
        /// How many events it covers.
        size: u64,
        /// How many there are.
        held: u64,
        /// Where it was kept.
        kept: Kept,
    },
    /// One side has a checkpoint the other had and has no more.
    #[error("the checkpoint over {size} events is not {gone}; it was removed there")]
    Gone {
        /// How many events it covers.
        size: u64,
        /// Where it is missing.
        gone: Kept,
    },
    /// There is no file.
    #[error(
        "there is no checkpoint file at {0}; without it nobody can tell whether the end of the journal was removed"
    )]
    NoFile(String),
    /// The file holds nothing these keys signed.
    #[error("the checkpoint file holds no checkpoint this key file signed")]
    ForeignFile,
    /// The last entry of the file is damaged and is no crash of ours.
    #[error("the last entry of the checkpoint file was changed or cut short")]
    FileEnd,
}
