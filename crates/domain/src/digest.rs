//! The daily e-mail: when it is made, when it is tried again, and to what address. It says only that
//! something waits; what and whom is for whoever signs in.

use jiff::civil::{Date, time};
use jiff::{SignedDuration, Timestamp};

use crate::london;

/// The hour at which it is made, in Europe/London.
const HOUR: i8 = 7;
/// How often sending is tried before it is given up for the day.
pub const TRIES_MAX: u32 = 6;
/// The wait after the first failure; each further one doubles it.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(5);
/// Longest address, in characters (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const ADDRESS_MAX: usize = 254;

/// Why an address cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is none.
    #[error("an e-mail address is needed")]
    Missing,
    /// It is not one address.
    #[error("this is not an e-mail address")]
    Wrong,
}

impl AddressError {
    /// The key of its sentence in the catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "digest-error-missing",
            Self::Wrong => "digest-error-wrong",
        }
    }
}

/// The instant from which the e-mail of a day is made. Seven o'clock is there on every day, also when the
/// clocks change.
pub fn made_from(day: Date) -> Timestamp {
    london::instant(day, time(HOUR, 0, 0, 0))
}

/// How long to wait after so many tries failed; `None` when it is given up.
pub fn wait_after(tries: u32) -> Option<SignedDuration> {
    let doubled = tries.checked_sub(1).filter(|_| tries < TRIES_MAX)?;
    Some(FIRST_WAIT * (1_i32 << doubled.min(10)))
}

/// Reads one plain e-mail address: letters, digits and the marks mail servers agree on, without display
/// name, comment or quotes.
///
/// # Errors
/// [`AddressError`] for none, or for anything else.
pub fn address(text: &str) -> Result<String, AddressError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AddressError::Missing);
    }
    let (local, host) = text.rsplit_once('@').ok_or(AddressError::Wrong)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let dots = |text: &str| !text.starts_with('.') && !text.ends_with('.') && !text.contains("..");
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let local_fits = (1..=64).contains(&local.len()) && local.bytes().all(plain) && dots(local);
    let host_fits = host.contains('.') && host.split('.').all(label);
    match text.len() <= ADDRESS_MAX && local_fits && host_fits {
        true => Ok(text.to_owned()),
        false => Err(AddressError::Wrong),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn it_is_made_at_seven_in_london_also_when_clocks_change() {
        let at = |day| made_from(day).to_string();
        assert_eq!(at(date(2026, 3, 28)), "2026-03-28T07:00:00Z");
        assert_eq!(at(date(2026, 3, 29)), "2026-03-29T06:00:00Z");
        assert_eq!(at(date(2026, 10, 24)), "2026-10-24T06:00:00Z");
        assert_eq!(at(date(2026, 10, 25)), "2026-10-25T07:00:00Z");
        assert_eq!(at(date(2028, 2, 29)), "2028-02-29T07:00:00Z");
    }

    #[test]
    fn waits_double_and_end() {
        let minutes: Vec<_> = (0..=7)
            .map(|tries| wait_after(tries).map(|wait| wait.as_mins()))
            .collect();
        let want = [
            None,
            Some(5),
            Some(10),
            Some(20),
            Some(40),
            Some(80),
            None,
            None,
        ];
        assert_eq!(minutes, want);
    }

    #[track_caller]
    fn check(text: &str, want: Result<&str, AddressError>) {
        assert_eq!(address(text), want.map(str::to_owned), "{text}");
    }

    #[test]
    fn one_plain_address_is_taken_and_nothing_else() {
        check(
            " dc.amber+heyrick@force.example ",
            Ok("dc.amber+heyrick@force.example"),
        );
        check("o'neil@a-b.force.example", Ok("o'neil@a-b.force.example"));
        check(" ", Err(AddressError::Missing));
        for wrong in [
            "amber",
            "amber@",
            "@force.example",
            "amber@force",
            "a b@force.example",
            "a@b@force.example\r\nBcc: x@y.example",
            "a\r\nb@force.example",
            "Amber <amber@force.example>",
            "\"a b\"@force.example",
            "a@force.example,b@force.example",
            ".a@force.example",
            "a..b@force.example",
            "a@-force.example",
            "a@force..example",
            "émile@force.example",
        ] {
            check(wrong, Err(AddressError::Wrong));
        }
        let long = format!("{}@{}example", "a".repeat(64), "b.".repeat(91));
        assert_eq!(long.len(), ADDRESS_MAX);
        check(&long, Ok(&long));
        check(&format!("{long}e"), Err(AddressError::Wrong));
    }
}
