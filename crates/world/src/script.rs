//! What everybody did, act by act: a pure list, the same for the same seed and day, told so that no
//! instant comes before another and the last is over before today begins.

use heyrick_domain::age::NewAge;
use heyrick_domain::capacity::{CapacityAssessment, NewBestInterests};
use heyrick_domain::consent::Consent;
use heyrick_domain::contact::Contact;
use heyrick_domain::episode::{Details, EventKind};
use heyrick_domain::family::Relationship;
use heyrick_domain::grant::Relation;
use heyrick_domain::london;
use heyrick_domain::person::NameKind;
use heyrick_domain::referral::AuthorityOutcome;
use heyrick_domain::restriction::Level;
use jiff::civil::{Date, time};
use jiff::{Timestamp, ToSpan as _};

use crate::base;
use crate::cast::{End, Entry, Part};
use crate::exhibit::Exhibit;
use crate::invent::Invented;
use crate::random::Random;

mod after;
mod facts;
pub(crate) mod family;

/// Whose first account is heard before the form.
const TALKS: [usize; 2] = [6, 18];

/// Something somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Act {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: &'static str,
    /// With whom: the person's number.
    pub number: usize,
    pub what: What,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// Makes the person's record.
    Meet,
    /// Opens the record to read it.
    Look,
    /// Notes another name.
    Name(NameKind, String),
    /// Notes how the person may be reached.
    Reach(Contact),
    /// Records ages.
    Age(Vec<NewAge>),
    /// Records answers about consent.
    Ask(Vec<Consent>),
    /// Records an assessment of capacity.
    Assess(CapacityAssessment),
    /// Records what is in the person's best interests.
    Decide(NewBestInterests),
    /// Signs that.
    Sign,
    /// Begins a referral.
    Begin,
    /// Hears the person's first account.
    Talk,
    /// Writes so many pages of it, out of a hundred.
    Write(usize),
    /// Calls the local authority.
    Call(AuthorityOutcome, &'static str),
    /// Prepares it, or asks for a second reader where that is needed.
    Prepare,
    /// Settles so many marked places, out of a hundred.
    Settle(usize),
    /// Releases what was read.
    Release,
    /// Enters so many boxes into the Home Office's form, out of a hundred.
    Tick(usize),
    /// Attaches the Home Office's copy; whether it differs.
    Attach { differs: bool },
    /// Records what the competent authority, or life, did after it was sent.
    Happened(EventKind, Box<Details>, Option<&'static str>),
    /// Attaches something to the referral, or names it.
    Exhibit(Exhibit),
    /// Withdraws the referral.
    Withdraw(&'static str),
    /// Opens a family with these people, the person first.
    Family(&'static [(usize, Relationship)]),
    /// Writes an answer once for the person's family: the shared page, the question, the words.
    Share(&'static str, &'static str, &'static str),
    /// Writes one answer of the person's own: the page, the question, the words.
    Say(&'static str, &'static str, &'static str),
    /// Restricts or seals the person's record, and the referral where there is one.
    Restrict(Level, &'static str),
    /// Gives the person's record, or the referral, to somebody by name, for so many days.
    Give {
        referral: bool,
        relation: Relation,
        to: &'static str,
        days: Option<i32>,
    },
    /// Gives cover of the first team from that day on, for so many days.
    Cover { to: &'static str, days: i32 },
    /// Gives the rank of a sergeant from that day on, for so many days.
    Act { to: &'static str, days: i32 },
}

/// Everything that happened, in order.
pub(crate) fn script(cast: &[(Part, Invented)], seed: u64, today: Date) -> Vec<Act> {
    let mut acts: Vec<Act> = Vec::new();
    for (part, person) in cast {
        let mut plot = Plot {
            part,
            person,
            random: Random::new(seed ^ (part.number as u64) << 8),
            today,
            now: today.saturating_sub(part.began.days()),
            minute: 0,
            acts: Vec::new(),
        };
        plot.play();
        acts.append(&mut plot.acts);
    }
    acts.extend(cover(today));
    acts.extend(family::family(today));
    acts.sort_by_key(|act| (act.at, act.number));
    acts
}

/// Two days ago the inspector went on leave: a sergeant covers the team, and a constable acts as one.
fn cover(today: Date) -> [Act; 2] {
    let day = today.saturating_sub(2.days());
    let act = |minute, what| Act {
        at: instant(day, minute),
        by: "di.plum",
        number: 0,
        what,
    };
    [
        act(
            510,
            What::Cover {
                to: "ds.umber",
                days: 12,
            },
        ),
        act(
            515,
            What::Act {
                to: "dc.slate",
                days: 9,
            },
        ),
    ]
}

/// One person's acts, being told.
struct Plot<'a> {
    part: &'a Part,
    person: &'a Invented,
    random: Random,
    today: Date,
    /// The day told of.
    now: Date,
    /// The minute of it.
    minute: i64,
    acts: Vec<Act>,
}

impl Plot<'_> {
    fn play(&mut self) {
        self.morning();
        self.meet();
        if self.part.end == End::Met {
            return;
        }
        self.read_by_others();
        self.age();
        if self.part.end == End::Aged {
            if self.part.entry != Entry::Open {
                self.consent();
            }
            self.aftermath();
            return;
        }
        self.referral();
        self.aftermath();
    }

    fn referral(&mut self) {
        self.doing(What::Begin);
        if let Entry::NotSure { .. } | Entry::Child = self.part.entry {
            self.authority();
        }
        if self.part.entry != Entry::Open {
            self.consent();
        }
        if TALKS.contains(&self.part.number) {
            self.minutes(10);
            self.doing(What::Talk);
            self.minutes(80);
        }
        match self.part.end {
            End::Met | End::Aged => {}
            End::Draft(0) => {}
            End::Draft(written) => {
                self.write(written);
                if written > 40 {
                    self.exhibits(&[Exhibit::Letter, Exhibit::Picture, Exhibit::Telephone]);
                }
            }
            End::Withdrawn => {
                self.write(60);
                self.days(3);
                self.doing(What::Withdraw(
                    "The person asked us to stop. They were told that they can come back at any time.",
                ));
            }
            End::Review(settled) => {
                self.write(100);
                self.prepare();
                self.settle(settled);
            }
            End::Prepared(ticked) => {
                self.write(100);
                self.prepare();
                self.release();
                self.tick(ticked);
            }
            End::Sent { differs } => {
                self.write(100);
                self.prepare();
                self.release();
                self.tick(100);
                self.days(2);
                self.by(self.part.first_responder(), What::Attach { differs });
                self.after();
            }
        }
    }

    fn exhibits(&mut self, exhibits: &[Exhibit]) {
        for exhibit in exhibits {
            self.doing(What::Exhibit(*exhibit));
        }
    }

    /// Goes on to the next day that is left, at some minute of the morning.
    fn days(&mut self, days: i32) {
        let next = self.now.saturating_add(days.days());
        if next < self.today {
            self.now = next;
            self.morning();
        } else {
            self.minutes(45);
        }
    }

    fn morning(&mut self) {
        self.minute = 9 * 60 + i64::try_from(self.random.below(180)).unwrap_or_default();
    }

    fn minutes(&mut self, minutes: i64) {
        self.minute += minutes;
    }

    fn at(&self) -> Timestamp {
        instant(self.now, self.minute)
    }

    fn doing(&mut self, what: What) {
        self.by(self.part.by, what);
    }

    fn by(&mut self, by: &'static str, what: What) {
        self.minutes(4);
        self.acts.push(Act {
            at: self.at(),
            by,
            number: self.part.number,
            what,
        });
    }

    fn meet(&mut self) {
        self.doing(What::Meet);
        if self.part.end == End::Met {
            return;
        }
        let number = self.part.number;
        if number.is_multiple_of(5) {
            self.doing(What::Name(NameKind::Nickname, "Testy".to_owned()));
        }
        if number.is_multiple_of(7) {
            let given = "Number Two".to_owned();
            self.doing(What::Name(NameKind::ExploitationName, given));
        }
        self.routes();
    }

    /// Colleagues read what is new.
    fn read_by_others(&mut self) {
        let number = self.part.number;
        if number.is_multiple_of(2) {
            self.by(self.part.supervisor(), What::Look);
        }
        if number.is_multiple_of(3) && self.part.team() == base::TEAM {
            self.by("analyst.onyx", What::Look);
        }
    }

    /// Writing takes sittings: the first half, and on another day the rest.
    fn write(&mut self, percent: usize) {
        self.minutes(30);
        if percent > 50 && self.part.began > 3 {
            self.doing(What::Write(percent / 2));
            self.days(1);
        }
        self.doing(What::Write(percent));
        self.minutes(120);
    }

    fn prepare(&mut self) {
        self.days(1);
        self.by(self.part.first_responder(), What::Prepare);
    }

    fn settle(&mut self, percent: usize) {
        if percent > 0 {
            self.minutes(60);
            self.by(self.part.supervisor(), What::Settle(percent));
        }
    }

    fn release(&mut self) {
        if self.part.words {
            self.days(1);
            self.settle(100);
            self.by(self.part.supervisor(), What::Release);
        }
    }

    fn tick(&mut self, percent: usize) {
        if percent > 0 {
            self.days(1);
            self.by(self.part.first_responder(), What::Tick(percent));
        }
    }

    fn shared(&mut self, referral: bool, to: &'static str) {
        self.minutes(15);
        self.by(
            self.part.supervisor(),
            What::Give {
                referral,
                relation: Relation::Shared,
                to,
                days: Some(90),
            },
        );
    }

    fn allocated(&mut self, by: &'static str, to: &'static str) {
        self.minutes(5);
        self.by(
            by,
            What::Give {
                referral: true,
                relation: Relation::Allocated,
                to,
                days: None,
            },
        );
    }
}

/// The instant of a minute of a day in Europe/London; five to midnight at the latest.
pub(crate) fn instant(day: Date, minute: i64) -> Timestamp {
    let minute = minute.min(23 * 60 + 55);
    let part = |number: i64| i8::try_from(number).unwrap_or_default();
    london::instant(day, time(part(minute / 60), part(minute % 60), 0, 0))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::scenes::cast;

    #[test]
    fn everything_is_over_before_today_and_nobody_acts_before_they_are_met() {
        // Around a change of the clocks, a leap day, a turn of the year.
        for today in [
            date(2026, 10, 26),
            date(2027, 3, 29),
            date(2028, 3, 1),
            date(2027, 1, 1),
        ] {
            let (cast, _) = cast(7, today);
            let acts = script(&cast, 7, today);
            assert!(acts.is_sorted_by_key(|act| act.at));
            assert!(acts.iter().all(|act| act.at < instant(today, 0)), "{today}");
            for (part, _) in &cast {
                let mut own = acts.iter().filter(|act| act.number == part.number);
                assert_eq!(own.next().map(|act| &act.what), Some(&What::Meet));
                assert!(own.all(|act| act.what != What::Meet));
            }
            assert_eq!(acts, script(&cast, 7, today));
        }
    }
}
