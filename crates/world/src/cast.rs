//! Who the invented world is about, and how far each of them has come. Numbers 1, 2, 4, 9 and 10 are the
//! people of the scenarios the rules were written against.

use crate::base;
use crate::invent::Years;

/// What an adult answered, or why nobody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// An adult nobody has asked yet.
    Open,
    /// An adult who agrees.
    Given,
    /// An adult who refuses.
    Refused,
    /// An adult nobody can ask.
    CannotBeAsked,
    /// An adult who lacks capacity; whether a supervisor has signed what is best for them.
    LacksCapacity { signed: bool },
    /// An adult who agreed and took it back.
    TakenBack,
    /// A child.
    Child,
    /// Somebody who may be a child; whether the local authority was reached after the first, failed try.
    NotSure { reached: bool },
}

/// How far the work has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// A record of a person, and nothing else.
    Met,
    /// The same, with ages.
    Aged,
    /// A draft with so many of its pages written, out of a hundred.
    Draft(usize),
    /// With a second reader, who has settled so many places out of a hundred.
    Review(usize),
    /// Prepared, with so many boxes handed over out of a hundred.
    Prepared(usize),
    /// Sent; whether the Home Office's copy differs.
    Sent { differs: bool },
    /// Withdrawn half written.
    Withdrawn,
}

/// One person of the cast.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// "PV3" is the third.
    pub number: usize,
    /// Who works with them.
    pub by: &'static str,
    pub years: Years,
    /// `female` or `male` where the story needs it.
    pub gender: Option<&'static str>,
    pub story: &'static str,
    /// How many days ago it began.
    pub began: i32,
    pub entry: Entry,
    pub end: End,
    /// The officer's own words leave with a Duty to Notify: a second reader is needed.
    pub words: bool,
}

const fn part(
    number: usize,
    by: &'static str,
    story: &'static str,
    began: i32,
    entry: Entry,
    end: End,
) -> Part {
    let years = match entry {
        Entry::Child => Years::Child,
        Entry::NotSure { .. } => Years::Between,
        _ => Years::Adult,
    };
    Part {
        number,
        by,
        years,
        gender: None,
        story,
        began,
        entry,
        end,
        words: false,
    }
}

impl Part {
    const fn woman(mut self) -> Self {
        self.gender = Some("female");
        self
    }

    const fn man(mut self) -> Self {
        self.gender = Some("male");
        self
    }

    const fn own_words(mut self) -> Self {
        self.words = true;
        self
    }

    /// Whoever of the team may read and sign what the officer may not alone.
    pub fn supervisor(&self) -> &'static str {
        match self.by {
            "dc.jade" => "ds.umber",
            "ds.umber" => "dc.jade",
            "ds.teal" => "di.plum",
            _ => "ds.teal",
        }
    }

    /// Whose team's the records are.
    pub fn team(&self) -> &'static str {
        match self.by {
            "dc.jade" | "ds.umber" => base::SECOND_TEAM,
            _ => base::TEAM,
        }
    }

    /// Whoever prepares and hands over: hub staff write, first responders hand over.
    pub fn first_responder(&self) -> &'static str {
        match self.by {
            "hub.ivory" => "dc.slate",
            other => other,
        }
    }
}

use End::{Aged, Draft, Met, Prepared, Review, Sent, Withdrawn};
use Entry::{CannotBeAsked, Child, Given, LacksCapacity, NotSure, Open, Refused, TakenBack};

const COPIED: End = Sent { differs: false };
const DIFFERS: End = Sent { differs: true };

/// The first forty-five people, in order; a table, kept as one.
#[rustfmt::skip]
pub(crate) const CAST: [Part; 45] = [
    part(1, "dc.amber", "flat", 50, Refused, COPIED).woman(),
    part(2, "dc.slate", "county-line", 40, Child, Prepared(50)).man(),
    part(3, "dc.amber", "car-wash", 45, Given, COPIED).man(),
    part(4, "dc.amber", "household", 4, NotSure { reached: false }, Draft(55)),
    part(5, "dc.slate", "cultivation", 9, Open, Draft(70)).man(),
    part(6, "dc.amber", "takeaway", 20, Given, Draft(92)).man(),
    part(7, "dc.slate", "paving", 48, Given, DIFFERS).man(),
    part(8, "hub.ivory", "garments", 12, Given, Draft(50)).woman(),
    part(9, "dc.amber", "nail-bar", 3, Refused, Review(0)).woman().own_words(),
    part(10, "dc.slate", "begging", 30, LacksCapacity { signed: true }, Prepared(100)).man(),
    part(11, "hub.ivory", "begging", 1, LacksCapacity { signed: false }, Draft(80)),
    part(12, "dc.amber", "cuckooed", 33, Given, Withdrawn),
    part(13, "dc.slate", "route", 44, Child, COPIED),
    part(14, "dc.amber", "route", 2, Refused, Prepared(0)),
    part(15, "ds.teal", "packing", 28, Refused, Prepared(30)).own_words(),
    part(16, "dc.slate", "cuckooed", 4, Refused, Draft(40)),
    part(17, "dc.amber", "car-wash", 18, CannotBeAsked, Prepared(50)),
    part(18, "dc.slate", "household", 1, Open, Draft(0)).woman(),
    part(19, "hub.ivory", "route", 22, NotSure { reached: true }, Prepared(0)),
    part(20, "dc.amber", "packing", 11, Given, Draft(95)),
    part(21, "dc.slate", "cuckooed", 26, TakenBack, Draft(60)),
    part(22, "dc.amber", "route", 36, Given, Prepared(100)),
    part(23, "dc.jade", "cultivation", 41, Given, DIFFERS).man(),
    part(24, "dc.jade", "takeaway", 7, Given, Draft(50)),
    part(25, "dc.jade", "packing", 10, Refused, Review(60)).own_words(),
    part(26, "dc.jade", "county-line", 16, Child, Prepared(0)),
    part(27, "dc.jade", "route", 38, Given, Withdrawn),
    part(28, "dc.jade", "cultivation", 6, Open, Draft(85)),
    part(29, "dc.jade", "care-visa", 43, Refused, COPIED),
    part(30, "dc.amber", "flat", 24, Given, Draft(75)).woman(),
    part(31, "ds.teal", "paving", 31, Open, Aged).man(),
    part(32, "ds.umber", "route", 2, NotSure { reached: false }, Draft(20)),
    part(33, "dc.jade", "cultivation", 14, Open, Aged),
    part(34, "dc.slate", "household", 3, Child, Aged),
    part(35, "pcso.fern", "cuckooed", 12, Open, Met),
    part(36, "dc.amber", "route", 52, Open, Aged).man(),
    part(37, "pcso.fern", "packing", 21, Open, Met),
    part(38, "support.rust", "route", 35, Open, Met),
    part(39, "dc.jade", "takeaway", 5, Given, Draft(30)),
    part(40, "dc.slate", "county-line", 29, Child, Aged),
    part(41, "hub.ivory", "route", 19, Given, Aged),
    part(42, "dc.jade", "car-wash", 37, Open, Aged),
    part(43, "dc.amber", "household", 13, Refused, Aged).woman(),
    part(44, "dc.jade", "packing", 27, Open, Met),
    part(45, "pcso.fern", "cuckooed", 6, Open, Met),
];
