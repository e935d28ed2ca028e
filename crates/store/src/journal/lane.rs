//! Who numbers events: lanes, each a writer with a counter of its own, lent to one transaction at a time.
//!
//! A counter is given out before the commit, so a rolled-back transaction must not leave a gap that
//! looks like a deletion. A lane belongs to one transaction while it lasts: after a commit it goes on
//! from the new number, after a roll-back from the old one, and when nobody can say whether the commit
//! happened it is never used again. No row is locked, and there are never more lanes than
//! transactions open at once.

use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

/// The lanes of one process that no transaction holds.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    free: Mutex<Vec<Lane>>,
}

#[derive(Debug, Clone, Copy)]
struct Lane {
    writer: Uuid,
    /// The last counter whose commit is known.
    last: i64,
}

/// A lane held by one transaction. Dropping it gives it back as it was: nothing was committed.
#[derive(Debug)]
pub(crate) struct Held {
    lanes: Arc<Lanes>,
    lane: Lane,
    given: i64,
    outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    RolledBack,
    InDoubt,
    Committed,
}

impl Lanes {
    /// Takes the lane used last, so that the lanes in use are few and their gaps soon seen; or a new
    /// one with this id.
    pub fn hold(self: &Arc<Self>, new: impl FnOnce() -> Uuid) -> Held {
        let free = self
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let lane = free.unwrap_or_else(|| Lane {
            writer: new(),
            last: 0,
        });
        Held {
            lanes: Arc::clone(self),
            lane,
            given: lane.last,
            outcome: Outcome::RolledBack,
        }
    }
}

impl Held {
    /// The writer and the next counter.
    pub fn next(&mut self) -> (Uuid, i64) {
        self.given += 1;
        (self.lane.writer, self.given)
    }

    /// The commit begins: until [`Self::committed`] nobody knows.
    pub fn in_doubt(&mut self) {
        self.outcome = Outcome::InDoubt;
    }

    /// The commit is durable.
    pub fn committed(mut self) {
        self.outcome = Outcome::Committed;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let last = match self.outcome {
            Outcome::InDoubt => return,
            Outcome::RolledBack => self.lane.last,
            Outcome::Committed => self.given,
        };
        self.lanes
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Lane {
                writer: self.lane.writer,
                last,
            });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(lanes: &Arc<Lanes>, new: u128) -> Held {
        lanes.hold(|| Uuid::from_u128(new))
    }

    #[test]
    fn a_roll_back_leaves_no_gap() {
        let lanes = Arc::new(Lanes::default());
        let mut first = hold(&lanes, 1);
        assert_eq!(first.next(), (Uuid::from_u128(1), 1));
        first.committed();
        let mut second = hold(&lanes, 2);
        assert_eq!(second.next().1, 2);
        assert_eq!(second.next().1, 3);
        drop(second);
        assert_eq!(hold(&lanes, 3).next(), (Uuid::from_u128(1), 2));
    }

    #[test]
    fn two_transactions_never_share_a_lane() {
        let lanes = Arc::new(Lanes::default());
        let (mut first, mut second) = (hold(&lanes, 1), hold(&lanes, 2));
        assert_eq!(first.next(), (Uuid::from_u128(1), 1));
        assert_eq!(second.next(), (Uuid::from_u128(2), 1));
    }

    #[test]
    fn a_lane_whose_commit_is_in_doubt_is_never_used_again() {
        let lanes = Arc::new(Lanes::default());
        let mut first = hold(&lanes, 1);
        first.next();
        first.in_doubt();
        drop(first);
        assert_eq!(hold(&lanes, 2).next(), (Uuid::from_u128(2), 1));
    }
}
