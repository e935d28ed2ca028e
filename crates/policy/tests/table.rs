//! The table of who may do what, as the manual prints it: one cell for each role, action and relation.
//!
//! `HEYRICK_WRITE_MANUAL=1 cargo test -p heyrick-policy --test table` writes the table anew; a reviewer
//! then sees in the diff what a change of policy changes for people.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use heyrick_domain::id::{AgencyId, PublicId, SessionId, TeamId, UserId};
use heyrick_domain::user::{Role, Through, Viewer};
use heyrick_policy::{Action, Kind, Policies, Resource};
use uuid::Uuid;

const BEGIN: &str = "<!-- table: written by a test, see crates/policy/tests/table.rs -->\n";
const END: &str = "<!-- end of table -->";

const OURS: u128 = 1;
const THEIRS: u128 = 2;

/// How the viewer stands to the record.
struct Relation {
    words: &'static str,
    /// The record belongs to a team the viewer is in, or covers today.
    in_team: bool,
    /// The record belongs to the viewer's agency.
    in_agency: bool,
    restriction: &'static str,
    author: bool,
    granted: bool,
}

const fn relation(words: &'static str, restriction: &'static str) -> Relation {
    Relation {
        words,
        in_team: true,
        in_agency: true,
        restriction,
        author: false,
        granted: false,
    }
}

const RELATIONS: &[Relation] = &[
    relation("own or covered team", "none"),
    Relation {
        author: true,
        ..relation("own team, made by the viewer", "none")
    },
    relation("own or covered team, restricted", "restricted"),
    Relation {
        author: true,
        ..relation("own team, restricted, made by the viewer", "restricted")
    },
    relation("own or covered team, sealed", "sealed"),
    Relation {
        author: true,
        ..relation("own team, sealed, made by the viewer", "sealed")
    },
    Relation {
        in_team: false,
        ..relation("another team of the agency", "none")
    },
    Relation {
        in_team: false,
        author: true,
        ..relation("another team of the agency, made by the viewer", "none")
    },
    Relation {
        in_team: false,
        granted: true,
        ..relation("another team, granted by name, sealed", "sealed")
    },
    Relation {
        in_team: false,
        in_agency: false,
        ..relation("another agency", "none")
    },
    Relation {
        in_team: false,
        in_agency: false,
        granted: true,
        ..relation("another agency, granted by name", "none")
    },
];

/// A column: a standing role and, for an acting officer, the rank held today.
const COLUMNS: &[(Role, Option<Role>, &str)] = &[
    (Role::Inspector, None, "inspector"),
    (Role::Sergeant, None, "sergeant"),
    (
        Role::Constable,
        Some(Role::Inspector),
        "constable acting as inspector",
    ),
    (
        Role::Constable,
        Some(Role::Sergeant),
        "constable acting as sergeant",
    ),
    (Role::Constable, None, "constable"),
    (Role::CommunityOfficer, None, "community officer"),
    (Role::Analyst, None, "analyst"),
    (Role::SupportOfficer, None, "support officer"),
    (Role::Safeguarding, None, "safeguarding"),
    (Role::Partner, None, "partner"),
    (Role::Auditor, None, "auditor"),
    (Role::Administrator, None, "administrator"),
];

fn viewer(role: Role, acting: Option<Role>, granted: bool) -> Viewer {
    let team = TeamId(Uuid::from_u128(OURS));
    let record = PublicId("record".to_owned());
    Viewer {
        user: UserId(Uuid::from_u128(OURS)),
        public_id: PublicId("viewer".to_owned()),
        display_name: String::new(),
        agency: AgencyId(Uuid::from_u128(OURS)),
        team: Some(team),
        role,
        roles: BTreeSet::from_iter([Some(role), acting].into_iter().flatten()),
        teams: BTreeSet::from([team]),
        granted: granted.then_some(record).into_iter().collect(),
        through: Through::Session(SessionId(Uuid::from_u128(OURS))),
        scopes: None,
    }
}

fn ours_if(ours: bool) -> Uuid {
    Uuid::from_u128(if ours { OURS } else { THEIRS })
}

fn record(kind: Kind, relation: &Relation) -> Resource {
    Resource {
        kind,
        public_id: PublicId("record".to_owned()),
        agency: AgencyId(ours_if(relation.in_agency)),
        team: TeamId(ours_if(relation.in_team)),
        restriction: relation.restriction.to_owned(),
        author: UserId(ours_if(relation.author)),
    }
}

const fn heading(action: Action) -> &'static str {
    match action {
        Action::See => "See a record: open it, find it, count it",
        Action::SeeSealed => {
            "See where somebody can be found, and what else is sealed, of a record that is seen"
        }
        Action::Create => "Make a record",
        Action::Edit => "Change details or answers",
        Action::RecordFacts => "Record consent, age, capacity, contact with an authority",
        Action::SeeEvidence => "See what is attached, and open the copies that are shared",
        Action::ChangeEvidence => "Attach evidence, describe it, take it away",
        Action::SignBestInterests => "Sign a decision in somebody's best interests",
        Action::Restrict => "Restrict a record, or lift that",
        Action::Seal => "Seal a record, or lift that",
        Action::Allocate => "Give a record to somebody by name",
        Action::SeeJournal => "See who looked at a record",
        Action::Review => "Read a Duty to Notify a second time",
        Action::Prepare => "Prepare a referral",
        Action::HandOver => "Hand over, and attach the Home Office's copy",
        Action::Print => "Print or export",
        Action::Withdraw => "Withdraw a referral",
        Action::ManageAccounts => "Manage agencies, teams and accounts",
        Action::SeeUserJournal => "See what an account did",
        Action::GiveCover => "Give on-call cover or acting rank",
        Action::SeeBoard => "See the board",
    }
}

/// The rows of one action on one kind; empty where nobody may do it, as where it does not apply.
fn rows(policies: &Policies, action: Action, kind: Kind) -> String {
    let mut text = String::new();
    let mut anybody = false;
    for relation in RELATIONS {
        write!(text, "| {} |", relation.words).unwrap();
        for (role, acting, _) in COLUMNS {
            let viewer = viewer(*role, *acting, relation.granted);
            let decision = policies.decide(&viewer, action, &record(kind, relation));
            anybody |= decision.allowed;
            text.push_str(if decision.allowed { " yes |" } else { " – |" });
        }
        text.push('\n');
    }
    if anybody { text } else { String::new() }
}

fn head(first: &str) -> String {
    let names: Vec<_> = COLUMNS.iter().map(|(_, _, name)| *name).collect();
    let line = "---|".repeat(COLUMNS.len() + 1);
    format!("| {first} | {} |\n|{line}\n", names.join(" | "))
}

fn table(policies: &Policies) -> String {
    let mut text = String::new();
    for action in Action::ALL {
        let person = rows(policies, *action, Kind::Person);
        let referral = rows(policies, *action, Kind::Referral);
        let parts = if person == referral {
            vec![("people and referrals", person)]
        } else {
            vec![("people", person), ("referrals", referral)]
        };
        for (kind, rows) in parts.iter().filter(|(_, rows)| !rows.is_empty()) {
            let head = head("The record is of");
            write!(text, "### {}: {kind}\n\n{head}{rows}\n", heading(*action)).unwrap();
        }
    }
    text.push_str("### What concerns no record\n\n");
    text.push_str(&head("What"));
    for action in [
        Action::ManageAccounts,
        Action::SeeUserJournal,
        Action::GiveCover,
        Action::SeeBoard,
    ] {
        write!(text, "| {} |", heading(action)).unwrap();
        for (role, acting, _) in COLUMNS {
            let allowed = policies
                .decide_installation(&viewer(*role, *acting, false), action)
                .allowed;
            text.push_str(if allowed { " yes |" } else { " – |" });
        }
        text.push('\n');
    }
    text
}

#[test]
fn the_manual_says_what_the_policies_say() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/manual/permissions.md");
    let manual = std::fs::read_to_string(&path).expect("the manual has a page on permissions");
    let (before, rest) = manual.split_once(BEGIN).expect("the table's beginning");
    let (printed, after) = rest.split_once(END).expect("the table's end");
    let table = table(&Policies::shipped().unwrap());
    if std::env::var_os("HEYRICK_WRITE_MANUAL").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
    } else {
        assert_eq!(
            printed, table,
            "write it anew as the test's first lines say"
        );
    }
}

#[test]
fn every_policy_has_its_sentence_in_the_manual_and_a_comment_above_it() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manual = std::fs::read_to_string(root.join("docs/manual/permissions.md")).unwrap();
    let texts: String = ["records.cedar", "accounts.cedar"]
        .map(|name| std::fs::read_to_string(root.join("policies").join(name)).unwrap())
        .concat();
    let lines: Vec<_> = texts.lines().collect();
    for name in Policies::shipped().unwrap().names() {
        assert!(manual.contains(&format!("`{name}`")), "{name}: the manual");
        let at = lines
            .iter()
            .position(|line| *line == format!("@id(\"{name}\")"))
            .unwrap_or_else(|| panic!("{name}: its own line"));
        assert!(
            at > 0 && lines[at - 1].starts_with("// "),
            "{name}: a comment"
        );
    }
}

#[test]
fn no_other_agency_sees_anything_but_what_is_granted() {
    let policies = Policies::shipped().unwrap();
    for relation in RELATIONS
        .iter()
        .filter(|one| !one.in_agency && !one.granted)
    {
        for (role, acting, name) in COLUMNS {
            for action in Action::ALL {
                for kind in [Kind::Person, Kind::Referral] {
                    let viewer = viewer(*role, *acting, false);
                    let decision = policies.decide(&viewer, *action, &record(kind, relation));
                    assert!(!decision.allowed, "{name} {action:?} {kind:?}");
                }
            }
        }
    }
}

#[test]
fn nobody_changes_what_they_do_not_see() {
    let policies = Policies::shipped().unwrap();
    for relation in RELATIONS {
        for (role, acting, name) in COLUMNS {
            let viewer = viewer(*role, *acting, relation.granted);
            for kind in [Kind::Person, Kind::Referral] {
                let record = record(kind, relation);
                let may = |action| policies.decide(&viewer, action, &record).allowed;
                for action in Action::ALL {
                    let blind = matches!(action, Action::See | Action::Create | Action::SeeJournal);
                    assert!(
                        blind || !may(*action) || may(Action::See),
                        "{name} {action:?} {kind:?}: {}",
                        relation.words
                    );
                }
            }
        }
    }
}
