//! `heyrick support`: how long support lasts after a decision, as the contract in hand says.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use heyrick_domain::clock::{Count, SupportPeriods};
use heyrick_store::Store;
use heyrick_store::support::{periods, record_periods};

/// The longest period, in days.
const DAYS_MAX: u16 = 1000;

/// What can be done with the periods of support.
#[derive(Debug, Clone, Subcommand)]
pub enum SupportCommand {
    /// List the periods that are set
    Show,
    /// Set periods; one that is not named stays as it is. Clocks are worked out anew
    Set(Periods),
}

/// Periods as they are written: `9w` for nine working days, `45d` for 45 days, `none` for no clock.
#[derive(Debug, Clone, Args)]
pub struct Periods {
    /// After a negative reasonable grounds decision, such as 9w
    #[arg(long, value_name = "PERIOD")]
    after_negative_reasonable: Option<String>,
    /// After a negative conclusive grounds decision
    #[arg(long, value_name = "PERIOD")]
    after_negative_conclusive: Option<String>,
    /// After a positive conclusive grounds decision
    #[arg(long, value_name = "PERIOD")]
    after_positive_conclusive: Option<String>,
}

/// Carries it out.
///
/// # Errors
/// One sentence; then nothing changed.
pub async fn run(store: &Store, command: SupportCommand) -> Result<()> {
    let held = periods(store).await?;
    match command {
        SupportCommand::Show => show(held),
        SupportCommand::Set(wanted) => {
            let moved = record_periods(store, wanted.over(held)?).await?;
            println!("Set; clocks of {moved} passages moved.");
        }
    }
    Ok(())
}

fn show(held: SupportPeriods) {
    println!(
        "Not verified: these are what the contract in hand says. A working day counts as in England and Wales, or where the first responder is."
    );
    for (name, period) in [
        (
            "after a negative reasonable grounds decision",
            held.negative_reasonable,
        ),
        (
            "after a negative conclusive grounds decision",
            held.negative_conclusive,
        ),
        (
            "after a positive conclusive grounds decision",
            held.positive_conclusive,
        ),
    ] {
        let said = match period {
            Some(Count::Working(days)) => format!("{days} working days"),
            Some(Count::Calendar(days)) => format!("{days} days"),
            _ => "not set: no clock is shown".to_owned(),
        };
        println!("  {name}: {said}");
    }
}

impl Periods {
    fn over(&self, held: SupportPeriods) -> Result<SupportPeriods> {
        let named = [
            &self.after_negative_reasonable,
            &self.after_negative_conclusive,
            &self.after_positive_conclusive,
        ];
        if named.iter().all(|one| one.is_none()) {
            bail!("say which period to set; see --help");
        }
        let over = |written: &Option<String>, held| match written {
            Some(text) => period(text),
            None => Ok(held),
        };
        Ok(SupportPeriods {
            negative_reasonable: over(named[0], held.negative_reasonable)?,
            negative_conclusive: over(named[1], held.negative_conclusive)?,
            positive_conclusive: over(named[2], held.positive_conclusive)?,
        })
    }
}

fn period(text: &str) -> Result<Option<Count>> {
    if text == "none" {
        return Ok(None);
    }
    let days = |digits: &str| {
        let days = digits.parse().ok();
        days.filter(|days| (1..=DAYS_MAX).contains(days))
    };
    let working = text.strip_suffix('w').and_then(days).map(Count::Working);
    let calendar = || text.strip_suffix('d').and_then(days).map(Count::Calendar);
    match working.or_else(calendar) {
        Some(count) => Ok(Some(count)),
        None => bail!(
            "{text} is not a period; write 9w for nine working days, 45d for 45 days, or none (1 to {DAYS_MAX} days)"
        ),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_working_days_days_or_none() {
        for (text, want) in [
            ("9w", Some(Some(Count::Working(9)))),
            ("45d", Some(Some(Count::Calendar(45)))),
            ("none", Some(None)),
            ("0d", None),
            ("1001d", None),
            ("9", None),
            ("-3d", None),
            ("dd", None),
        ] {
            assert_eq!(period(text).ok(), want, "{text}");
        }
    }
}
