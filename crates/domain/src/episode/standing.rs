//! Where an episode stands, what one event makes of that, and what it says about days and people.

use jiff::civil::Date;

use super::event::{Details, Event};
use super::guard;
use super::table::{Effect, Row, To, Who, row};
use super::words::{
    Authority, Available, DisqualificationGround, EventKind, FurtherPeriod, Leave, Protection,
    State, Support,
};
use crate::calendar::Division;
use crate::clock::{ClockKind, rule_on};

/// A decision, as the letter has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is positive.
    pub positive: bool,
    /// The day on the letter.
    pub on: Date,
    /// The day it reached us.
    pub received_on: Option<Date>,
}

/// Who decides, from which day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deciding {
    /// Who.
    pub authority: Authority,
    /// From when.
    pub from: Date,
}

/// A disqualification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disqualification {
    /// On what ground.
    pub ground: DisqualificationGround,
    /// The day it was decided.
    pub on: Date,
}

/// Where an episode stands, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Where the decision stands.
    pub state: State,
    /// Where it stood before it was suspended; `None` while it is not.
    pub suspended_from: Option<State>,
    /// What keeps them from being removed.
    pub protection: Protection,
    /// The last day of it, where a conclusive decision has set one.
    pub protected_until: Option<Date>,
    /// Where support stands; `None` before anything was sent, and after a Duty to Notify.
    pub support: Option<Support>,
    /// What was decided about leave.
    pub leave: Leave,
    /// Set by a disqualification. It closes nothing (DQ-2).
    pub disqualified: Option<Disqualification>,
    /// They turned out to be an adult, and were not asked whether they remain.
    pub needs_adult_consent: bool,
    /// Treated as a child.
    pub child: bool,
    /// Turned eighteen in this episode.
    pub turned_eighteen: bool,
    /// The day they turned eighteen in this episode, or were found to be an adult.
    pub adult_since: Option<Date>,
    /// The eighteenth birthday, where it is known.
    pub eighteen_on: Option<Date>,
    /// Whether they want support, as last said.
    pub wants_support: Option<bool>,
    /// Who decides, the latest last.
    pub authorities: Vec<Deciding>,
    /// What the letter of the latest negative decision says.
    pub available: Option<Available>,
    /// Missing since.
    pub missing_since: Option<Date>,
    /// Whose bank holidays count, where it was said after the sending.
    pub place: Option<Division>,
    /// The day it was handed over.
    pub sent_on: Option<Date>,
    /// The reasonable grounds decision that holds.
    pub rg: Option<Decision>,
    /// The reasonable grounds decision that holds is a further one on old facts: no period of itself.
    pub on_old_facts: bool,
    /// The latest further positive decision for which a recovery period was determined.
    pub determined: Option<Decision>,
    /// The conclusive grounds decision that holds.
    pub cg: Option<Decision>,
    /// The day of the first conclusive decision since the recovery period began. What becomes of that
    /// decision begins no other period.
    pub concluded_on: Option<Date>,
    /// The day a reconsideration that is open was asked for.
    pub reconsideration_on: Option<Date>,
    /// The day the Home Office's reference came.
    pub reference_on: Option<Date>,
    /// The day it was suspended; `None` while it is not.
    pub suspended_on: Option<Date>,
}

impl Standing {
    /// Where an episode begins: nothing is known, nothing is sent.
    pub const fn begin(state: State) -> Self {
        Self {
            state,
            suspended_from: None,
            protection: Protection::None,
            protected_until: None,
            support: None,
            leave: Leave::NotApplicable,
            disqualified: None,
            needs_adult_consent: false,
            child: false,
            turned_eighteen: false,
            adult_since: None,
            eighteen_on: None,
            wants_support: None,
            authorities: Vec::new(),
            available: None,
            missing_since: None,
            place: None,
            sent_on: None,
            rg: None,
            on_old_facts: false,
            determined: None,
            cg: None,
            concluded_on: None,
            reconsideration_on: None,
            reference_on: None,
            suspended_on: None,
        }
    }

    /// Who decides now; `None` where nobody said.
    pub fn authority(&self) -> Option<Authority> {
        self.authorities.last().map(|one| one.authority)
    }

    /// Whether they are eighteen on that day; `false` where the birthday is not known.
    pub fn is_eighteen_on(&self, day: Date) -> bool {
        self.eighteen_on.is_some_and(|birthday| day >= birthday)
    }

    /// The negative decision that a reconsideration would be about.
    pub fn negative(&self) -> Option<Decision> {
        let held = match self.state {
            State::CgNegative | State::CgReconsideration => self.cg,
            State::RgNegative | State::RgReconsideration => self.rg,
            _ => None,
        };
        held.filter(|one| !one.positive)
    }

    /// Earliest day of a conclusive decision by guidance: when the recovery period has run (T-4, D-4);
    /// `None` without a positive decision, and where a devolved panel decides, which has none.
    pub fn conclusive_from(&self) -> Option<Date> {
        let rg = self.rg.filter(|one| one.positive)?;
        let panel = self.authority() == Some(Authority::DevolvedPanel);
        leads_to(ClockKind::ConclusiveEarliest, rg.on).filter(|_| !panel)
    }

    /// Last day of the shortest recovery period, which begins with the day of the positive decision, or of
    /// the further one where the authority determined a period for it (T-3, T-5); `None` where none runs.
    pub fn recovery_minimum_end(&self) -> Option<Date> {
        let first = self.rg.filter(|one| one.positive && !self.on_old_facts);
        leads_to(ClockKind::Recovery, self.determined.or(first)?.on)
    }

    /// Last day to ask for a reconsideration of the negative decision (T-6, D-5); `None` where there is no
    /// such decision, or no rule of its time is known.
    pub fn reconsideration_until(&self) -> Option<Date> {
        leads_to(ClockKind::Reconsideration, self.negative()?.on)
    }

    /// Protection on a day: what a conclusive decision has limited is over after its last day (T-3).
    pub fn protection_on(&self, day: Date) -> Protection {
        match (self.protection, self.protected_until) {
            (Protection::S61 | Protection::S62, Some(until)) if day > until => Protection::Ended,
            (protection, _) => protection,
        }
    }

    /// Whether the recovery period has run and the conclusive decision is awaited: `cg_pending`, for
    /// display only.
    pub fn conclusive_pending(&self, today: Date) -> bool {
        self.state == State::RgPositive && self.conclusive_from().is_some_and(|from| today >= from)
    }

    /// Calendar days since the hand-over (first decision awaited) or the positive decision (conclusive
    /// decision awaited); `None` while nothing is awaited. Never a due date (WF-4).
    pub fn days_waiting(&self, today: Date) -> Option<i64> {
        let awaited = self.suspended_from.unwrap_or(self.state);
        let since = match awaited {
            State::NrmSubmitted | State::RgPending => self.sent_on?,
            State::RgPositive => self.rg?.on,
            State::RgReconsideration | State::CgReconsideration => self.reconsideration_on?,
            _ => return None,
        };
        let days = since.until(today).map_or(0, |span| span.get_days());
        Some(i64::from(days).max(0))
    }

    /// What can be recorded by hand as things stand, in the order of the table. What it takes besides is
    /// asked when it is recorded.
    pub fn open_to(&self) -> Vec<EventKind> {
        EventKind::ALL
            .iter()
            .copied()
            .filter(|kind| kind.by_hand() && row(self.state, *kind).is_some())
            .filter(|kind| guard::may_come(self, *kind))
            .collect()
    }

    fn wants_more_support(&self) -> bool {
        let inside = matches!(self.support, Some(Support::InService | Support::Transition));
        self.wants_support == Some(true) && !inside && !self.child
    }

    /// Whether an effect is for them; `before`: where the episode stood before the event.
    pub(super) fn is(&self, who: Who, before: &Self) -> bool {
        let none = Some(Available::No);
        match who {
            Who::Everybody => true,
            Who::Child => self.child,
            Who::WantsSupport => self.wants_more_support() && self.disqualified.is_none(),
            Who::CareLeaver => self.turned_eighteen && self.wants_support == Some(true),
            Who::ChildAgain => self.child && !before.child,
            Who::InService => {
                matches!(self.support, Some(Support::InService | Support::Transition))
            }
            Who::NotDisqualified => self.disqualified.is_none(),
            Who::MayAsk => self.available != none,
            Who::MayAskAfterAll => before.available == none && self.available != none,
            Who::MayNotAsk => self.available == none,
        }
    }

    /// What one event makes of it.
    pub(super) fn after(mut self, row: &Row, event: &Event) -> Self {
        self.note(event);
        self.state = match row.to {
            To::State(State::Suspended) => {
                self.suspended_from = Some(self.state);
                self.suspended_on = Some(event.on);
                State::Suspended
            }
            To::State(state) => state,
            To::Same | To::NewEpisode => self.state,
            To::Previous => self.suspended_from.unwrap_or(self.state),
        };
        if self.state != State::Suspended {
            self.suspended_from = None;
            self.suspended_on = None;
        }
        for effect in row.effects {
            self.follow(*effect);
        }
        self
    }

    fn follow(&mut self, effect: Effect) {
        match effect {
            Effect::Protect(_) if self.disqualified_before_protection(effect) => {}
            Effect::Protect(protection) => self.protection = protection,
            Effect::ProtectionEnds => {
                if matches!(self.protection, Protection::S61 | Protection::S62) {
                    self.protection = Protection::Ended;
                }
            }
            Effect::SupportBegins => self.support = Some(self.support_asked()),
            Effect::SupportEnds => {
                if self.support.is_some_and(Support::runs) {
                    self.support = Some(Support::Exited);
                }
            }
            Effect::SupportMovesOn => {
                if self.support == Some(Support::InService) {
                    self.support = Some(Support::Transition);
                }
            }
            Effect::Raise(..) | Effect::Settle(_) | Effect::SettleFor(..) => {}
        }
    }

    /// A disqualification stays in force when a decision is overturned afterwards.
    fn disqualified_before_protection(&self, effect: Effect) -> bool {
        self.disqualified.is_some() && effect == Effect::Protect(Protection::S61)
    }

    fn support_asked(&self) -> Support {
        match (self.child, self.wants_support) {
            (true, _) => Support::Lac,
            (false, Some(true)) if self.support.is_some_and(Support::runs) => {
                self.support.unwrap_or(Support::Requested)
            }
            (false, Some(true)) => Support::Requested,
            (false, _) => Support::NotWanted,
        }
    }

    /// Keeps what the event says.
    fn note(&mut self, event: &Event) {
        let details = &event.details;
        let decision = |positive| Decision {
            positive,
            on: event.on,
            received_on: event.received_on,
        };
        self.wants_support = details.wants_support.or(self.wants_support);
        if let Some(authority) = details.authority
            && self.authority() != Some(authority)
        {
            self.authorities.push(Deciding {
                authority,
                from: event.on,
            });
        }
        match event.kind {
            EventKind::ReferredAsChild => {
                self.child = true;
                self.eighteen_on = details.eighteen_on;
                self.sent_on = Some(event.on);
            }
            EventKind::ReferredWithConsent
            | EventKind::ReferredInBestInterests
            | EventKind::NotifiedRefused
            | EventKind::NotifiedNotAsked => self.sent_on = Some(event.on),
            EventKind::ReferenceReceived => self.reference_on = Some(event.on),
            EventKind::RgPositive => self.rg = Some(decision(true)),
            EventKind::RgNegative => self.negative_now(details, decision(false)),
            EventKind::CgPositive => self.concluded(decision(true)),
            EventKind::CgNegative | EventKind::Revoked => {
                self.concluded(decision(false));
                self.available = details.available;
            }
            EventKind::ReconsiderationStated => self.available = details.available,
            EventKind::ReconsiderationRequested => self.reconsideration_on = Some(event.on),
            EventKind::ReconsiderationOverturned => self.overturned(decision(true)),
            EventKind::ReconsiderationRefused | EventKind::ReconsiderationUpheld => {
                // What the first letter offered is used up; another offer is in the new letter, or nowhere.
                self.reconsideration_on = None;
                self.available = details.available;
            }
            EventKind::FurtherPositive => self.further_positive(details, decision(true)),
            EventKind::BirthDateChanged => self.birthday_moved(details.eighteen_on, event.on),
            EventKind::TurnedEighteen => self.grown_up(true, event.on),
            EventKind::DeterminedAdult => self.grown_up(false, event.on),
            EventKind::Remains | EventKind::DeclinesToRemain => self.needs_adult_consent = false,
            EventKind::Disqualified => {
                self.disqualified = details.disqualification.map(|ground| Disqualification {
                    ground,
                    on: event.on,
                });
            }
            EventKind::Missing => self.missing_since = Some(event.on),
            EventKind::Found => self.missing_since = None,
            EventKind::PlaceChanged => self.place = details.place.or(self.place),
            EventKind::SupportChanged => self.support = details.support.or(self.support),
            _ => {}
        }
        self.leave = details.leave.unwrap_or(self.leave);
    }

    fn negative_now(&mut self, details: &Details, decision: Decision) {
        self.rg = Some(decision);
        self.available = details.available;
    }

    /// The recovery period ends on the later of the conclusive decision and its thirtieth day (T-3).
    fn concluded(&mut self, decision: Decision) {
        if self.concluded_on.is_none() {
            let minimum = self.recovery_minimum_end();
            self.protected_until = minimum.map(|last| last.max(decision.on));
            self.concluded_on = Some(decision.on);
        }
        self.cg = Some(decision);
        self.needs_adult_consent = false;
    }

    fn overturned(&mut self, decision: Decision) {
        self.reconsideration_on = None;
        self.available = None;
        if self.state == State::RgReconsideration {
            self.rg = Some(decision);
        } else {
            self.cg = Some(decision);
        }
    }

    /// On old facts no new period runs of itself (s.62): protection is as it was, or as determined.
    fn further_positive(&mut self, details: &Details, decision: Decision) {
        if self.state == State::RgPending {
            self.rg = Some(decision);
            self.on_old_facts = true;
        }
        if details.period != Some(FurtherPeriod::Determined) {
            return;
        }
        self.determined = Some(decision);
        self.concluded_on = None;
        if self.disqualified.is_none() {
            self.protection = Protection::S62;
            self.protected_until = None;
        }
    }

    /// Whoever is not eighteen after all is a child again, whatever they were asked meanwhile.
    fn birthday_moved(&mut self, eighteen_on: Option<Date>, on: Date) {
        self.eighteen_on = eighteen_on;
        if self.turned_eighteen && eighteen_on.is_some_and(|day| day > on) {
            self.child = true;
            self.turned_eighteen = false;
            self.needs_adult_consent = false;
            self.adult_since = None;
        }
    }

    fn grown_up(&mut self, birthday: bool, on: Date) {
        self.child = false;
        self.adult_since = Some(on);
        self.turned_eighteen = birthday;
        self.needs_adult_consent = true;
    }
}

/// The day a clock leads to under the rule of the day it starts; none of these differs for a panel.
fn leads_to(kind: ClockKind, starts_on: Date) -> Option<Date> {
    rule_on(kind, false, starts_on)?.count.from(starts_on)
}

impl Support {
    /// Whether there is anything that could end.
    const fn runs(self) -> bool {
        matches!(
            self,
            Self::Requested | Self::PreRgEmergency | Self::InService | Self::Transition
        )
    }
}
