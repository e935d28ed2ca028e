//! To whom the competent authority writes its decisions: as the referral said, and by what routes.

use crate::form::{Answer, Answers};

crate::coded::words! {
    /// Who receives decisions of an adult (question `who-contact` of the form).
    Whom in "episode-recipient" {
        /// The person themselves.
        PotentialVictim = "potential_victim",
        /// Somebody they chose, with their permission.
        SomeoneElse = "someone_else",
    }
}

crate::coded::words! {
    /// By what means a decision comes.
    Means in "episode-recipient-by" {
        /// By e-mail.
        Email = "email",
        /// By post.
        Post = "post",
    }
}

/// Who receives decisions, and by what means; never an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub whom: Whom,
    /// By what means, in the form's order; empty where none was chosen.
    pub by: Vec<Means>,
}

/// Reads it from the answers of a referral. `None` where the form did not ask: it asks adults alone, and
/// never for a Duty to Notify.
pub fn recipient(answers: &Answers) -> Option<Recipient> {
    let chosen = answers.get("who-contact").and_then(Answer::as_text)?;
    let (whom, routes) = match chosen {
        "potential-victim" => (Whom::PotentialVictim, "pv-contact-details"),
        "someone-else" => (Whom::SomeoneElse, "someone-else"),
        _ => return None,
    };
    let values = answers.get(routes).map(Answer::values).unwrap_or_default();
    let by = values.into_iter().filter_map(Means::from_code).collect();
    Some(Recipient { whom, by })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answers: &[(&str, Answer)], want: Option<(Whom, &[Means])>) {
        let answers = answers
            .iter()
            .map(|(key, answer)| ((*key).to_owned(), answer.clone()));
        let got = recipient(&answers.collect());
        let want = want.map(|(whom, by)| Recipient {
            whom,
            by: by.to_vec(),
        });
        assert_eq!(got, want);
    }

    #[test]
    fn whom_decisions_go_to_is_what_the_form_said() {
        let pv = ("who-contact", Answer::text("potential-victim"));
        let other = ("who-contact", Answer::text("someone-else"));
        let by = ("pv-contact-details", Answer::many(["email", "post"]));
        let theirs = ("someone-else", Answer::many(["post"]));
        check(&[], None);
        check(&[("who-contact", Answer::text("nobody"))], None);
        check(
            std::slice::from_ref(&pv),
            Some((Whom::PotentialVictim, &[])),
        );
        check(
            &[pv, by.clone(), theirs.clone()],
            Some((Whom::PotentialVictim, &[Means::Email, Means::Post])),
        );
        check(
            &[other, by, theirs],
            Some((Whom::SomeoneElse, &[Means::Post])),
        );
    }
}
