//! What everybody did, act by act: a pure list, the same for the same seed and day, told so that no
//! instant comes before another and the last is over before today begins.

use heyrick_domain::age::{AgeStatus, AtWhat, Basis, NewAge};
use heyrick_domain::capacity::{
    BestInterestsDecision, CapacityAssessment, CapacityOutcome, Imca, NRM_ENTRY, NewBestInterests,
    Temporary,
};
use heyrick_domain::consent::{Consent, ConsentItem, ConsentValue, Interpreter, Method};
use heyrick_domain::contact::{Contact, ContactKind, Safe};
use heyrick_domain::episode::{
    Authority, Available, Details, EventKind, ReconsiderationGround, Requester, Support,
};
use heyrick_domain::grant::Relation;
use heyrick_domain::london;
use heyrick_domain::person::NameKind;
use heyrick_domain::referral::AuthorityOutcome;
use heyrick_domain::restriction::Level;
use jiff::civil::{Date, time};
use jiff::{Timestamp, ToSpan as _};

use crate::base;
use crate::cast::{End, Entry, Part};
use crate::invent::Invented;
use crate::random::Random;

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
    /// Withdraws the referral.
    Withdraw(&'static str),
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
        match self.part.end {
            End::Met | End::Aged => {}
            End::Draft(0) => {}
            End::Draft(written) => self.write(written),
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

    /// What happened after the referral was sent: the passages of the demonstration stand in different places.
    fn after(&mut self) {
        let plain = Details::default;
        let available = |available| Details {
            available: Some(available),
            ..Details::default()
        };
        let told: Vec<(i32, EventKind, Details, Option<&'static str>)> = match self.part.number {
            3 => vec![
                (
                    2,
                    EventKind::ReferenceReceived,
                    authority(Authority::Sca),
                    None,
                ),
                (
                    2,
                    EventKind::RgPositive,
                    plain(),
                    Some("The letter came by post to the support worker."),
                ),
                (
                    1,
                    EventKind::SupportChanged,
                    Details {
                        support: Some(Support::InService),
                        ..Details::default()
                    },
                    None,
                ),
            ],
            7 => vec![
                (
                    3,
                    EventKind::ReferenceReceived,
                    authority(Authority::Sca),
                    None,
                ),
                (
                    6,
                    EventKind::InformationAsked,
                    plain(),
                    Some("They ask for the hospital's letter."),
                ),
                (9, EventKind::RgNegative, available(Available::Yes), None),
            ],
            13 => vec![
                (
                    2,
                    EventKind::ReferenceReceived,
                    authority(Authority::Sca),
                    None,
                ),
                (4, EventKind::RgPositive, plain(), None),
                (
                    9,
                    EventKind::Missing,
                    plain(),
                    Some("Did not come back from school."),
                ),
                (1, EventKind::Found, plain(), None),
            ],
            23 => vec![
                (
                    2,
                    EventKind::ReferenceReceived,
                    authority(Authority::Ieca),
                    None,
                ),
                (3, EventKind::RgNegative, available(Available::Yes), None),
                (
                    5,
                    EventKind::ReconsiderationRequested,
                    Details {
                        grounds: vec![ReconsiderationGround::NewEvidence],
                        requester: Some(Requester::FirstResponder),
                        ..Details::default()
                    },
                    None,
                ),
            ],
            _ => Vec::new(),
        };
        for (days, kind, details, note) in told {
            self.days(days);
            let what = What::Happened(kind, Box::new(details), note);
            self.by(self.part.first_responder(), what);
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

    fn routes(&mut self) {
        let number = self.part.number;
        let whose = number
            .is_multiple_of(4)
            .then(|| "a friend from the language class".to_owned());
        let phone = Contact {
            kind: ContactKind::Phone,
            value: format!("07700 900{number:03}"),
            safe: if number.is_multiple_of(3) {
                Safe::NotConfirmed
            } else {
                Safe::Confirmed
            },
            whose,
            safe_times: Some(self.random.pick(&SAFE_TIMES).to_owned()),
            notes: Some("Say that you ring from the library.".to_owned()),
        };
        self.doing(What::Reach(phone));
        if number.is_multiple_of(2) {
            self.doing(What::Reach(Contact {
                kind: ContactKind::Address,
                value: format!("{number} Invented Street\nExampleford"),
                safe: Safe::Never,
                whose: None,
                safe_times: None,
                notes: Some("Post is opened by others.".to_owned()),
            }));
        }
    }

    fn age(&mut self) {
        self.minutes(10);
        let (value, basis, words) = match self.part.entry {
            Entry::Child => (AgeStatus::Child, Basis::Stated, None),
            Entry::NotSure { .. } => (
                AgeStatus::NotSure,
                Basis::OfficerView,
                Some("Says sixteen and has no papers; may be older."),
            ),
            _ if self.part.number.is_multiple_of(3) => (AgeStatus::Adult, Basis::Document, None),
            _ => (AgeStatus::Adult, Basis::Stated, None),
        };
        let settled = (basis == Basis::Document).then_some(self.now);
        let now = NewAge {
            at_what: AtWhat::Now,
            value,
            basis,
            basis_words: words.map(str::to_owned),
            settled_on: settled,
        };
        let then = NewAge {
            at_what: AtWhat::Exploitation,
            value: match value {
                AgeStatus::Adult if self.part.number == 16 => AgeStatus::NotSure,
                other => other,
            },
            basis: Basis::Stated,
            basis_words: None,
            settled_on: None,
        };
        self.doing(What::Age(vec![now, then]));
    }

    fn authority(&mut self) {
        if let Entry::NotSure { reached } = self.part.entry {
            self.minute = 21 * 60 + 40;
            self.doing(What::Call(
                AuthorityOutcome::NotReachedOutOfHours,
                "Rang the emergency duty team twice; no answer. Left the number of the night desk.",
            ));
            self.days(1);
            if !reached {
                return;
            }
        }
        self.reached();
    }

    fn reached(&mut self) {
        self.doing(What::Call(
            AuthorityOutcome::Reached,
            "Spoke to the duty social worker, who will visit today.",
        ));
    }

    /// Somebody explains and asks; what was said is recorded.
    fn consent(&mut self) {
        self.minutes(40);
        match self.part.entry {
            Entry::Open => {}
            Entry::Child | Entry::NotSure { .. } => {
                self.ask(&[(ConsentItem::PoliceCooperation, ConsentValue::Undecided)]);
            }
            Entry::Given => self.given(),
            Entry::Refused => self.ask(&[
                (ConsentItem::NrmEntry, ConsentValue::Refused),
                (ConsentItem::PoliceCooperation, ConsentValue::No),
                (ConsentItem::DtnIdentity, ConsentValue::No),
            ]),
            Entry::CannotBeAsked => self.ask(&[
                (ConsentItem::NrmEntry, ConsentValue::CannotBeAsked),
                (ConsentItem::PoliceCooperation, ConsentValue::Undecided),
            ]),
            Entry::TakenBack => {
                self.given();
                self.days(6);
                self.ask(&[
                    (ConsentItem::NrmEntry, ConsentValue::Withdrawn),
                    (ConsentItem::DtnIdentity, ConsentValue::No),
                ]);
            }
            Entry::LacksCapacity { signed } => self.best_interests(signed),
        }
    }

    fn given(&mut self) {
        let helps = [ConsentValue::Yes, ConsentValue::Undecided, ConsentValue::No];
        let helps = helps[self.random.below(helps.len())];
        let support = if self.random.chance(80) {
            ConsentValue::Yes
        } else {
            ConsentValue::No
        };
        self.ask(&[
            (ConsentItem::NrmEntry, ConsentValue::Given),
            (ConsentItem::MsvccSupport, support),
            (ConsentItem::PoliceCooperation, helps),
            (ConsentItem::DecisionToThirdParty, ConsentValue::Yes),
        ]);
    }

    fn ask(&mut self, answers: &[(ConsentItem, ConsentValue)]) {
        let asked_at = self.at().as_microsecond();
        let consents = answers
            .iter()
            .map(|(item, value)| self.answer(*item, *value, asked_at))
            .collect();
        self.doing(What::Ask(consents));
    }

    fn answer(&self, item: ConsentItem, value: ConsentValue, asked_at: i64) -> Consent {
        let number = self.part.number;
        let absent = self.part.entry == Entry::CannotBeAsked;
        let interpreter = match self.person.language {
            _ if absent => Interpreter::NotAvailable,
            None => Interpreter::NoneNeeded,
            Some(_) if number.is_multiple_of(11) => Interpreter::Known,
            Some(_) => Interpreter::Independent,
        };
        let known = interpreter == Interpreter::Known;
        Consent {
            item,
            value,
            asked_at,
            explained_by: base::name_of(self.part.by).to_owned(),
            language: Some(self.person.language.unwrap_or("English").to_owned()),
            interpreter: Some(interpreter),
            interpreter_chosen: interpreter == Interpreter::Independent,
            interpreter_why: known.then(|| {
                "Nobody else who speaks the language could be had that day; asked again later."
                    .to_owned()
            }),
            method: Some(match number % 4 {
                _ if absent => Method::None,
                3 => Method::Video,
                2 => Method::Phone,
                _ => Method::InPerson,
            }),
            notice_version: (!absent).then(|| "2026-04".to_owned()),
            reason: reason(value, self.part.entry).map(str::to_owned),
        }
    }

    fn best_interests(&mut self, signed: bool) {
        self.doing(What::Assess(CapacityAssessment {
            assessor: base::name_of(self.part.by).to_owned(),
            assessed_on: self.now,
            decision_asked: NRM_ENTRY.to_owned(),
            functional: "Could not retain the explanation on two tries an hour apart, and could not say back what a referral is.".to_owned(),
            diagnostic: "Acquired brain injury, as the hospital's letter says.".to_owned(),
            support_given: "Short sentences, pictures, a rest between the two tries, and somebody the person trusts.".to_owned(),
            outcome: CapacityOutcome::LacksCapacity,
            temporary: Temporary::NotKnown,
            reassess_on: Some(self.today.saturating_add(9.days())),
        }));
        // The assessment answered the question whether they may be referred.
        self.ask(&[
            (ConsentItem::MsvccSupport, ConsentValue::Yes),
            (ConsentItem::PoliceCooperation, ConsentValue::Undecided),
        ]);
        self.minutes(30);
        self.doing(What::Decide(NewBestInterests {
            decision_maker: base::name_of(self.part.by).to_owned(),
            consultees: "The ward sister; a sister by phone, with an interpreter.".to_owned(),
            imca: Imca::Instructed,
            imca_why: String::new(),
            decision: BestInterestsDecision::Refer,
            reasons: "A referral opens support and a safe place. The person says again and again that they do not want to go back.".to_owned(),
        }));
        if signed {
            self.days(1);
            self.by(self.part.supervisor(), What::Sign);
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

    /// What happens to some records beside all that.
    fn aftermath(&mut self) {
        match self.part.number {
            1 => self.comes_back(),
            3 => self.shared(true, "partner.coral"),
            6 => {
                self.allocated("ds.teal", "dc.amber");
                self.shared(false, "partner.linen");
            }
            8 => self.allocated("ds.teal", "dc.slate"),
            22 => self.shared(true, "partner.linen"),
            24 => self.allocated("ds.umber", "dc.jade"),
            30 => self.by(
                "ds.teal",
                What::Restrict(Level::Restricted, "A relative of somebody involved works in this building."),
            ),
            23 => self.by(
                "ds.umber",
                What::Restrict(Level::Restricted, "Court papers name this person; keep the circle small until the hearing."),
            ),
            31 => self.by(
                "di.plum",
                What::Restrict(Level::Sealed, "Known to several colleagues in private life. Only those named may see the record."),
            ),
            _ => {}
        }
    }

    /// Two weeks after a Duty to Notify somebody agrees after all: a new referral follows it.
    fn comes_back(&mut self) {
        self.days(15);
        self.minutes(20);
        let asked_at = self.at().as_microsecond();
        let answers = [
            (ConsentItem::NrmEntry, ConsentValue::Given),
            (ConsentItem::MsvccSupport, ConsentValue::Yes),
            (ConsentItem::PoliceCooperation, ConsentValue::Undecided),
        ];
        let consents = answers
            .iter()
            .map(|(item, value)| Consent {
                reason: None,
                ..self.answer(*item, *value, asked_at)
            })
            .collect();
        self.doing(What::Ask(consents));
        self.doing(What::Begin);
        self.minutes(20);
        self.doing(What::Write(45));
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

fn authority(authority: Authority) -> Details {
    Details {
        authority: Some(authority),
        ..Details::default()
    }
}

const SAFE_TIMES: [&str; 4] = [
    "after 18:00",
    "mornings only",
    "text first, any day but Friday",
    "between school runs, 10:00 to 14:00",
];

const fn reason(value: ConsentValue, entry: Entry) -> Option<&'static str> {
    match (value, entry) {
        (ConsentValue::Refused, _) => {
            Some("Is afraid for family at home if this is written down anywhere.")
        }
        (ConsentValue::Withdrawn, _) => {
            Some("Wants to think again, and to hear first from the people at home.")
        }
        (ConsentValue::CannotBeAsked, _) => {
            Some("Left before anybody could explain, and has not been found since.")
        }
        (ConsentValue::Undecided, Entry::CannotBeAsked) => Some("Nobody could ask."),
        _ => None,
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
