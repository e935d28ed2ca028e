//! Where time comes from: the machine's clock, or a fixed one in tests.
//!
//! INVARIANT: nothing else in the store reads the time; rules in `domain` get it as a parameter.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use heyrick_domain::london;
use jiff::{Timestamp, civil::Date};

/// The source of the present instant.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// Microseconds since 1970, UTC, moved by hand. For tests and the invented world.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at this instant until it is moved.
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.as_microsecond())))
    }

    /// Moves a fixed clock; does nothing to the machine's clock.
    pub fn set(&self, at: Timestamp) {
        if let Self::Fixed(micros) = self {
            micros.store(at.as_microsecond(), Ordering::SeqCst);
        }
    }

    /// The present instant in microseconds since 1970, UTC: how instants are stored.
    pub fn micros(&self) -> i64 {
        match self {
            Self::System => Timestamp::now().as_microsecond(),
            Self::Fixed(micros) => micros.load(Ordering::SeqCst),
        }
    }

    /// Today's civil date in Europe/London.
    pub fn today(&self) -> Date {
        london::date_of(self.micros())
    }
}
