//! Every vector of the deadline tables, the day before, on and after each boundary, and what must not be.

#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const EW: Division = Division::EnglandAndWales;

fn all(facts: &ClockFacts) -> Vec<Clock> {
    clocks(
        facts,
        &Holidays::shipped().unwrap(),
        &SupportPeriods::default(),
    )
}

fn find(facts: &ClockFacts, kind: ClockKind) -> Option<Clock> {
    all(facts).into_iter().find(|clock| clock.kind == kind)
}

fn referred(division: Division, on: Date) -> ClockFacts {
    ClockFacts {
        route: Some(Route::Nrm),
        handed_over_on: Some(on),
        ..ClockFacts::new(division)
    }
}

const fn positive(on: Date) -> Option<Decided> {
    Some(Decided { on, positive: true })
}

const fn negative(on: Date) -> Option<Decided> {
    Some(Decided {
        on,
        positive: false,
    })
}

fn decided_on(day: Date) -> ClockFacts {
    ClockFacts {
        reasonable: positive(day),
        ..referred(EW, day)
    }
}

#[track_caller]
fn check(facts: &ClockFacts, kind: ClockKind, reads: Reads, want: &str) {
    let clock = find(facts, kind).unwrap();
    let got = (clock.reads, clock.on.to_string());
    assert_eq!(got, (reads, want.to_owned()), "{kind:?}");
}

#[test]
fn a_target_of_five_working_days_from_the_hand_over_in_each_nation() {
    for (received, want) in [
        (date(2026, 4, 2), ["2026-04-13", "2026-04-10", "2026-04-13"]),
        (date(2026, 5, 1), ["2026-05-11", "2026-05-11", "2026-05-11"]),
        (
            date(2026, 3, 31),
            ["2026-04-09", "2026-04-08", "2026-04-09"],
        ),
        (date(2026, 7, 9), ["2026-07-16", "2026-07-16", "2026-07-17"]),
        (
            date(2026, 8, 28),
            ["2026-09-07", "2026-09-04", "2026-09-07"],
        ),
        (
            date(2026, 12, 23),
            ["2027-01-04", "2027-01-05", "2027-01-04"],
        ),
    ] {
        for (division, want) in Division::ALL.into_iter().zip(want) {
            let facts = referred(division, received);
            check(&facts, ClockKind::Reasonable, Reads::By, want);
        }
    }
    let clock = find(&referred(EW, date(2026, 8, 28)), ClockKind::Reasonable).unwrap();
    assert_eq!(clock.nature, Nature::Target, "a target is called a target");
    assert_eq!(clock.skipped.len(), 1);
    assert_eq!(clock.skipped[0].day, date(2026, 8, 31));
    assert_eq!(clock.rule, "T-1");
}

#[test]
fn a_devolved_panel_has_forty_five_days_and_no_earliest_conclusive_day() {
    let mut facts = referred(EW, date(2026, 8, 28));
    facts.devolved_panel = true;
    facts.child = true;
    check(&facts, ClockKind::Reasonable, Reads::By, "2026-10-12");
    assert_eq!(find(&facts, ClockKind::Reasonable).unwrap().rule, "T-1c");
    facts.reasonable = positive(date(2026, 9, 20));
    assert_eq!(find(&facts, ClockKind::ConclusiveEarliest), None);
    check(
        &facts,
        ClockKind::Recovery,
        Reads::AtLeastUntil,
        "2026-10-19",
    );
}

#[test]
fn recovery_counts_its_first_day_and_the_earliest_conclusive_day_follows_it() {
    for (decided, end, earliest) in [
        (date(2026, 9, 3), "2026-10-02", "2026-10-03"),
        (date(2026, 9, 17), "2026-10-16", "2026-10-17"),
        (date(2027, 2, 1), "2027-03-02", "2027-03-03"),
        (date(2028, 2, 1), "2028-03-01", "2028-03-02"),
        // 29 February, and both changes of the clocks.
        (date(2028, 2, 29), "2028-03-29", "2028-03-30"),
        (date(2028, 1, 31), "2028-02-29", "2028-03-01"),
        (date(2026, 3, 1), "2026-03-30", "2026-03-31"),
        (date(2026, 3, 29), "2026-04-27", "2026-04-28"),
        (date(2026, 10, 1), "2026-10-30", "2026-10-31"),
        (date(2026, 10, 25), "2026-11-23", "2026-11-24"),
    ] {
        let facts = decided_on(decided);
        check(&facts, ClockKind::Recovery, Reads::AtLeastUntil, end);
        check(
            &facts,
            ClockKind::ConclusiveEarliest,
            Reads::NotBefore,
            earliest,
        );
        let clock = find(&facts, ClockKind::Recovery).unwrap();
        assert_eq!(clock.nature, Nature::Statutory);
    }
}

#[test]
fn an_old_episode_keeps_its_forty_five_days() {
    for (decided, rule, end, earliest) in [
        (date(2023, 1, 29), "T-3/45-days", "2023-03-14", "2023-03-15"),
        (
            date(2023, 1, 30),
            "T-3/2023-01-30",
            "2023-02-28",
            "2023-03-01",
        ),
        (
            date(2023, 1, 31),
            "T-3/2023-01-30",
            "2023-03-01",
            "2023-03-02",
        ),
    ] {
        let facts = decided_on(decided);
        check(&facts, ClockKind::Recovery, Reads::AtLeastUntil, end);
        check(
            &facts,
            ClockKind::ConclusiveEarliest,
            Reads::NotBefore,
            earliest,
        );
        assert_eq!(find(&facts, ClockKind::Recovery).unwrap().rule, rule);
    }
}

#[test]
fn recovery_ends_with_the_conclusive_decision_or_its_thirty_days_whichever_is_later() {
    for (concluded, end, counted) in [
        (date(2026, 9, 20), "2026-10-02", true), // the day before, on and after the thirtieth
        (date(2026, 10, 1), "2026-10-02", true),
        (date(2026, 10, 2), "2026-10-02", true),
        (date(2026, 10, 3), "2026-10-03", false),
        (date(2026, 11, 10), "2026-11-10", false),
    ] {
        for decided in [positive(concluded), negative(concluded)] {
            let mut facts = decided_on(date(2026, 9, 3));
            facts.conclusive = decided;
            facts.recovery_concluded_on = Some(concluded);
            check(&facts, ClockKind::Recovery, Reads::Until, end);
            let clock = find(&facts, ClockKind::Recovery).unwrap();
            assert_eq!(clock.count.is_some(), counted, "{concluded}");
            assert_eq!(clock.settled, Some((Settled::Ended, clock.on)));
        }
    }
}

#[test]
fn sc_03_a_car_wash_adult_with_a_positive_decision() {
    let mut facts = referred(EW, date(2026, 8, 28));
    check(&facts, ClockKind::Reasonable, Reads::By, "2026-09-07");
    facts.reasonable = positive(date(2026, 9, 3));
    let clock = find(&facts, ClockKind::Reasonable).unwrap();
    assert_eq!(clock.on, date(2026, 9, 7), "the target stays where it was");
    assert_eq!(clock.settled, Some((Settled::Decided, date(2026, 9, 3))));
}

#[test]
fn no_clock_says_when_a_conclusive_decision_is_due() {
    let facts = decided_on(date(2026, 9, 3));
    let about_it: Vec<_> = all(&facts)
        .into_iter()
        .filter(|clock| clock.kind == ClockKind::ConclusiveEarliest)
        .map(|clock| clock.reads)
        .collect();
    assert_eq!(about_it, [Reads::NotBefore]);
    let by = RULES.iter().filter(|rule| rule.reads == Reads::By);
    let kinds: Vec<_> = by.map(|rule| rule.kind).collect();
    assert_eq!(
        kinds,
        [
            ClockKind::Reasonable,
            ClockKind::Reasonable,
            ClockKind::Reconsideration
        ]
    );
}

#[test]
fn a_further_positive_decision_on_old_facts_starts_no_period_by_itself() {
    let mut facts = decided_on(date(2026, 9, 3));
    facts.period = Period::OldFacts;
    assert_eq!(find(&facts, ClockKind::Recovery), None);
    facts.period = Period::Determined(date(2026, 10, 20));
    check(
        &facts,
        ClockKind::Recovery,
        Reads::AtLeastUntil,
        "2026-11-18",
    );
}

#[test]
fn sc_08_a_reconsideration_is_counted_from_the_decision() {
    let mut facts = referred(EW, date(2026, 6, 8));
    facts.reasonable = negative(date(2026, 6, 16));
    check(&facts, ClockKind::Reconsideration, Reads::By, "2026-07-16");
    check(
        &facts,
        ClockKind::ReconsiderationDay20,
        Reads::On,
        "2026-07-06",
    );
    check(
        &facts,
        ClockKind::ReconsiderationDay27,
        Reads::On,
        "2026-07-13",
    );
    facts.reconsideration = Available::Yes;
    check(&facts, ClockKind::Reconsideration, Reads::By, "2026-07-16");
    facts.reconsideration_asked_on = Some(date(2026, 7, 1));
    let clock = find(&facts, ClockKind::Reconsideration).unwrap();
    assert_eq!(clock.settled, Some((Settled::Asked, date(2026, 7, 1))));
    facts.reconsideration = Available::No;
    assert_eq!(find(&facts, ClockKind::Reconsideration), None);
    // Overturned: recovery starts on the new day, and nothing is left to ask for.
    facts.reconsideration = Available::Yes;
    facts.reconsideration_answered_on = Some(date(2026, 8, 3));
    facts.reasonable = positive(date(2026, 8, 3));
    assert_eq!(find(&facts, ClockKind::Reconsideration), None);
    check(
        &facts,
        ClockKind::Recovery,
        Reads::AtLeastUntil,
        "2026-09-01",
    );
}

#[test]
fn the_last_day_to_ask_across_clock_changes_leap_days_and_the_rule_s_first_day() {
    for (decided, last) in [
        (date(2024, 1, 31), None),
        (date(2024, 2, 1), Some("2024-03-02")),
        (date(2024, 2, 2), Some("2024-03-03")),
        (date(2028, 1, 30), Some("2028-02-29")),
        (date(2028, 2, 29), Some("2028-03-30")),
        (date(2026, 3, 28), Some("2026-04-27")),
        (date(2026, 3, 29), Some("2026-04-28")),
        (date(2026, 10, 24), Some("2026-11-23")),
        (date(2026, 10, 25), Some("2026-11-24")),
    ] {
        let mut facts = referred(EW, decided);
        facts.reasonable = negative(decided);
        let clock = find(&facts, ClockKind::Reconsideration);
        let on = clock.map(|clock| clock.on.to_string());
        assert_eq!(on.as_deref(), last, "{decided}");
    }
}

#[test]
fn a_negative_conclusive_decision_starts_its_own_time_to_ask() {
    let mut facts = decided_on(date(2026, 9, 3));
    assert_eq!(find(&facts, ClockKind::Reconsideration), None);
    facts.conclusive = negative(date(2026, 11, 10));
    check(&facts, ClockKind::Reconsideration, Reads::By, "2026-12-10");
}

#[test]
fn sc_12_and_sc_02_turning_eighteen() {
    for (born, in_100, in_28, birthday) in [
        (date(2008, 8, 1), "2026-04-23", "2026-07-04", "2026-08-01"),
        (date(2008, 12, 20), "2026-09-11", "2026-11-22", "2026-12-20"),
        // Born on 29 February: eighteen on 1 March, for the eighteenth year is never a leap year.
        (date(2008, 2, 28), "2025-11-20", "2026-01-31", "2026-02-28"),
        (date(2008, 2, 29), "2025-11-21", "2026-02-01", "2026-03-01"),
        (date(2008, 3, 1), "2025-11-21", "2026-02-01", "2026-03-01"),
        // Both changes of the clocks lie between.
        (date(2008, 3, 29), "2025-12-19", "2026-03-01", "2026-03-29"),
        (date(2008, 10, 25), "2026-07-17", "2026-09-27", "2026-10-25"),
    ] {
        let mut facts = referred(EW, date(2025, 10, 1));
        facts.child = true;
        facts.born = Some(born);
        check(&facts, ClockKind::EighteenIn100, Reads::On, in_100);
        check(&facts, ClockKind::EighteenIn28, Reads::On, in_28);
        check(&facts, ClockKind::Eighteen, Reads::On, birthday);
    }
}

#[test]
fn the_question_whether_to_remain_falls_away_when_nothing_is_left_to_decide() {
    let mut facts = decided_on(date(2026, 3, 2));
    facts.child = true;
    facts.born = Some(date(2008, 8, 1));
    let runs = |facts: &ClockFacts| find(facts, ClockKind::Eighteen).unwrap().runs();
    assert!(runs(&facts));
    facts.conclusive = positive(date(2026, 6, 1));
    assert!(!runs(&facts));
    facts.conclusive = negative(date(2026, 6, 1));
    assert!(!runs(&facts));
    facts.reconsideration_asked_on = Some(date(2026, 6, 10));
    assert!(runs(&facts), "a reconsideration is pending");
    facts.reconsideration_answered_on = Some(date(2026, 7, 1));
    assert!(!runs(&facts));
    facts.child = false;
    assert_eq!(
        find(&facts, ClockKind::Eighteen),
        None,
        "found to be an adult"
    );
}

#[test]
fn a_duty_to_notify_starts_no_clock() {
    let mut facts = referred(EW, date(2026, 10, 5));
    facts.route = Some(Route::Dtn);
    facts.child = true;
    facts.born = Some(date(2010, 1, 1));
    assert_eq!(all(&facts), []);
}

#[test]
fn an_episode_that_ended_stops_its_clocks_where_they_stand() {
    let mut facts = decided_on(date(2026, 9, 3));
    let running = all(&facts);
    facts.closed_on = Some(date(2026, 9, 10));
    let stopped = all(&facts);
    assert!(stopped.iter().all(|clock| !clock.runs()));
    for (one, other) in running.iter().zip(&stopped) {
        assert_eq!((one.kind, one.on), (other.kind, other.on));
    }
    let target = find(&facts, ClockKind::Reasonable).unwrap();
    assert_eq!(target.settled, Some((Settled::Decided, date(2026, 9, 3))));
}

#[test]
fn a_disqualification_ends_protection_and_no_decision() {
    let mut facts = decided_on(date(2026, 9, 17));
    facts.disqualified_on = Some(date(2026, 10, 12));
    let recovery = find(&facts, ClockKind::Recovery).unwrap();
    let want = Some((Settled::Disqualified, date(2026, 10, 12)));
    assert_eq!(recovery.settled, want);
    assert!(find(&facts, ClockKind::ConclusiveEarliest).unwrap().runs());
}

#[test]
fn support_has_no_end_until_somebody_sets_the_contract_s_periods() {
    let mut facts = referred(EW, date(2026, 12, 1));
    facts.reasonable = negative(date(2026, 12, 21));
    facts.supported = true;
    let kind = ClockKind::SupportAfterNegativeReasonable;
    assert_eq!(find(&facts, kind), None, "not verified");
    let set = SupportPeriods {
        negative_reasonable: Some(Count::Working(9)),
        ..SupportPeriods::default()
    };
    let with = |facts: &ClockFacts| {
        let clocks = clocks(facts, &Holidays::shipped().unwrap(), &set);
        clocks.into_iter().find(|clock| clock.kind == kind)
    };
    let clock = with(&facts).unwrap();
    assert_eq!(clock.on, date(2027, 1, 6));
    assert_eq!(clock.nature, Nature::Contract);
    assert_eq!(clock.skipped.len(), 3);
    facts.supported = false;
    assert_eq!(with(&facts), None);
}

#[test]
fn rules_of_one_kind_never_hold_at_once_and_every_one_says_where_it_stands() {
    let mut day = date(2022, 12, 1);
    while day < date(2024, 4, 1) {
        for kind in ClockKind::ALL {
            for panel in [false, true] {
                let holds = |rule: &&Rule| {
                    rule.kind == *kind
                        && rule.devolved_panel.is_none_or(|only| only == panel)
                        && rule.from.is_none_or(|from| day >= from)
                        && rule.until.is_none_or(|until| day < until)
                };
                assert!(RULES.iter().filter(holds).count() <= 1, "{kind:?} {day}");
            }
        }
        day = day.tomorrow().unwrap();
    }
    let mut ids: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), RULES.len());
    assert!(RULES.iter().all(|rule| rule.source.len() > 20));
}

#[test]
fn a_clock_is_kept_and_read_back_as_it_was() {
    let mut facts = decided_on(date(2026, 8, 28));
    facts.closed_on = Some(date(2026, 9, 10));
    for clock in all(&facts) {
        let json = serde_json::to_string(&clock).unwrap();
        assert_eq!(serde_json::from_str::<Clock>(&json).unwrap(), clock);
    }
}

fn a_day() -> impl Strategy<Value = Date> {
    (0i32..1_000).prop_map(|days| date(2025, 6, 1).saturating_add(days.days()))
}

fn a_decision() -> impl Strategy<Value = Option<Decided>> {
    proptest::option::of(
        (a_day(), any::<bool>()).prop_map(|(on, positive)| Decided { on, positive }),
    )
}

prop_compose! {
    fn some_facts()(
        division in 0usize..3,
        handed_over_on in proptest::option::of(a_day()),
        reasonable in a_decision(),
        conclusive in a_decision(),
        asked in proptest::option::of(a_day()),
        closed in proptest::option::of(a_day()),
        (child, panel, supported) in any::<(bool, bool, bool)>(),
        born in proptest::option::of((0i32..1_500).prop_map(|days| date(2007, 1, 1).saturating_add(days.days()))),
    ) -> ClockFacts {
        ClockFacts {
            route: Some(Route::Nrm),
            handed_over_on,
            devolved_panel: panel,
            reasonable,
            conclusive,
            recovery_concluded_on: conclusive.map(|decided| decided.on),
            reconsideration_asked_on: asked,
            child,
            born,
            supported,
            closed_on: closed,
            ..ClockFacts::new(Division::ALL[division])
        }
    }
}

proptest! {
    #[test]
    fn working_it_out_twice_is_working_it_out_once(facts in some_facts()) {
        let once = all(&facts);
        prop_assert_eq!(&once, &all(&facts));
        let mut kinds: Vec<_> = once.iter().map(|clock| clock.kind).collect();
        kinds.dedup();
        prop_assert_eq!(kinds.len(), once.len(), "one clock of a kind");
    }

    #[test]
    fn a_holiday_moves_only_clocks_that_count_working_days_over_it(
        facts in some_facts(),
        off in a_day(),
    ) {
        let before = all(&facts);
        let mut holidays = Holidays::shipped().unwrap();
        holidays.add(facts.division, off, "Ours");
        let after = clocks(&facts, &holidays, &SupportPeriods::default());
        for (old, new) in before.iter().zip(&after) {
            let counts = matches!(old.count, Some(Count::Working(_)));
            let over = old.starts_on < off && off <= old.on;
            prop_assert!(old == new || (counts && over && new.on > old.on), "{:?}", old.kind);
        }
    }

    #[test]
    fn what_ends_an_episode_moves_no_day(facts in some_facts(), closed in a_day()) {
        let open = ClockFacts { closed_on: None, ..facts };
        let ended = ClockFacts { closed_on: Some(closed), ..facts };
        let days = |facts: &ClockFacts| {
            let clocks = all(facts).into_iter();
            clocks.map(|clock| (clock.kind, clock.starts_on, clock.on)).collect::<Vec<_>>()
        };
        prop_assert_eq!(days(&open), days(&ended));
    }
}
