//! What happened after a referral was sent: decisions, what came between them, and what became of the person.

use heyrick_domain::consent::{Consent, ConsentItem, ConsentValue};
use heyrick_domain::episode::{
    Authority, Available, Details, EventKind, ReconsiderationGround, Requester, Support,
};
use heyrick_domain::restriction::Level;

use super::{Plot, What};
use crate::exhibit::Exhibit;

impl Plot<'_> {
    /// What happened after the referral was sent: the passages of the demonstration stand in different places.
    pub(super) fn after(&mut self) {
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
        self.answered();
    }

    /// The competent authority asked for the letter of the hospital; it was attached afterwards.
    fn answered(&mut self) {
        if self.part.number == 7 {
            self.exhibits(&[Exhibit::Letter]);
        }
    }

    /// What happens to some records beside all that.
    pub(super) fn aftermath(&mut self) {
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
    pub(super) fn comes_back(&mut self) {
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
}

fn authority(authority: Authority) -> Details {
    Details {
        authority: Some(authority),
        ..Details::default()
    }
}
