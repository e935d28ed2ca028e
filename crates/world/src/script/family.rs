//! A family of four: a mother who refused, a father nobody has asked yet, two children. Opened in one go the
//! day before today; what they share is written once, and one child said something of their own.

use heyrick_domain::family::Relationship;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{Act, What, instant};

/// Who belongs to it, and what they are in it.
pub(crate) const MEMBERS: &[(usize, Relationship)] = &[
    (43, Relationship::Parent),
    (36, Relationship::Partner),
    (40, Relationship::Child),
    (34, Relationship::Child),
];

/// What the officer did with it.
pub(super) fn family(today: Date) -> Vec<Act> {
    let yesterday = today.saturating_sub(1.day());
    let treated = "how-they-were-treated";
    let told = [
        (43, What::Family(MEMBERS)),
        (
            40,
            What::Say(
                treated,
                "living-conditions",
                "A cot in the back of the shop; the others were in the flat above.",
            ),
        ),
        (
            40,
            What::Say(
                "what-is-their-background",
                "family",
                "Lives with mother, her partner and a younger child. Mother spoke for both children at first.",
            ),
        ),
        (
            43,
            What::Share(
                treated,
                "living-conditions",
                "One room above the shop for all of them. The door was locked at night.",
            ),
        ),
        (
            43,
            What::Share(
                "how-did-the-exploitation-start",
                "how-did-the-exploitation-start",
                "A relative of the owner offered work and a flat. On arrival there was a debt for the journey.",
            ),
        ),
        (
            43,
            What::Share(
                "who-exploited-pv",
                "who-exploited-pv",
                "EX7, the owner of the shop, and a man who drove them.",
            ),
        ),
    ];
    let acts = told.into_iter().zip(0_i64..);
    acts.map(|((number, what), at)| Act {
        at: instant(yesterday, 15 * 60 + 20 + at * 6),
        by: "dc.amber",
        number,
        what,
    })
    .collect()
}
