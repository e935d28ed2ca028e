//! `heyrick holidays`: the bank holidays working days are counted with. A newer feed of gov.uk is loaded from
//! a file; days of one's own are added and removed.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use heyrick_domain::calendar::{Division, Holidays, Source};
use heyrick_store::Store;
use heyrick_store::holiday::{HolidayError, holidays, record_feed, record_own, record_own_removed};
use jiff::civil::Date;

/// What can be done with bank holidays.
#[derive(Debug, Clone, Subcommand)]
pub enum HolidaysCommand {
    /// List the days that are not counted, and from where they are known
    Show,
    /// Load the file of www.gov.uk/bank-holidays.json; the years it covers are as it says from then on
    Load {
        /// The file
        file: PathBuf,
    },
    /// Add a day of your own, such as one proclaimed after the feed was made
    Add {
        /// Where: england-and-wales, scotland or northern-ireland
        division: String,
        /// The day, such as 2027-06-14
        day: String,
        /// What it is called
        title: String,
    },
    /// Remove a day of your own
    Remove {
        /// Where: england-and-wales, scotland or northern-ireland
        division: String,
        /// The day
        day: String,
    },
}

/// Carries it out.
///
/// # Errors
/// One sentence; then nothing changed.
pub async fn run(store: &Store, command: HolidaysCommand) -> Result<()> {
    match command {
        HolidaysCommand::Show => show(store).await,
        HolidaysCommand::Load { file } => {
            let json = std::fs::read_to_string(&file)
                .with_context(|| format!("the file {} could not be read", file.display()))?;
            match record_feed(store, &json).await {
                Ok((days, moved)) => {
                    println!("Loaded {days} bank holidays; clocks of {moved} passages moved.");
                    Ok(())
                }
                Err(HolidayError::Feed(error)) => bail!("{error}"),
                Err(HolidayError::Store(error)) => Err(error.into()),
            }
        }
        HolidaysCommand::Add {
            division,
            day,
            title,
        } => {
            let (division, day) = (where_of(&division)?, day_of(&day)?);
            match record_own(store, division, day, &title).await {
                Ok(Some(moved)) => println!("Added; clocks of {moved} passages moved."),
                Ok(None) => bail!("{day} is a bank holiday there already"),
                Err(heyrick_store::StoreError::Refused(_)) => {
                    bail!("say what the day is called, in 100 characters or fewer")
                }
                Err(error) => return Err(error.into()),
            }
            Ok(())
        }
        HolidaysCommand::Remove { division, day } => {
            let (division, day) = (where_of(&division)?, day_of(&day)?);
            match record_own_removed(store, division, day).await? {
                Some(moved) => println!("Removed; clocks of {moved} passages moved."),
                None => bail!("there is no day of your own there on {day}"),
            }
            Ok(())
        }
    }
}

fn where_of(code: &str) -> Result<Division> {
    Division::from_code(code).with_context(|| {
        format!("{code} is not known; say england-and-wales, scotland or northern-ireland")
    })
}

fn day_of(text: &str) -> Result<Date> {
    text.parse()
        .map_err(|_| anyhow::anyhow!("{text} is not a day; write it as 2027-06-14"))
}

async fn show(store: &Store) -> Result<()> {
    let held = holidays(store).await?;
    for division in Division::ALL {
        println!("{}", division.code());
        for holiday in held.days(division) {
            let from = match holiday.source {
                Source::Shipped => "came with the program",
                Source::Feed => "loaded",
                Source::Own => "added",
            };
            println!("  {}  {} ({from})", holiday.day, holiday.title);
        }
    }
    for sentence in warnings(&held, store.today()) {
        println!("{sentence}");
    }
    Ok(())
}

/// A sentence for each part of the United Kingdom where fewer than twelve months are known.
pub fn warnings(held: &Holidays, today: Date) -> Vec<String> {
    let short = held.short(today);
    let sentence = |short: &heyrick_domain::calendar::Short| {
        let until = short
            .last_known
            .map_or_else(|| "not at all".to_owned(), |day| format!("until {day}"));
        format!(
            "Bank holidays of {} are known {until}: load a newer feed with `heyrick holidays load`.",
            short.division.code()
        )
    };
    short.iter().map(sentence).collect()
}
