//! `heyrick demo`: makes the invented world if it is not there, says how to sign in, and serves it.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use heyrick_store::db::sqlite_file;
use heyrick_store::occupy::{self, Use};
use heyrick_store::{Clock, Keys, Store, agency, journal};
use heyrick_web::SecondFactor;
use heyrick_world::base::{PASSWORD, SECRET, WITH_FACTOR, base};
use heyrick_world::build::{self, PEOPLE, Standing};
use jiff::Timestamp;

use crate::place;
use crate::serve::{self, Doorway};
use crate::settings::{File, ServeArgs, Where};

/// Options of `heyrick demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    #[command(flatten)]
    serve: ServeArgs,
    /// How many invented people to make; the data must not be there yet
    #[arg(long, value_name = "N")]
    people: Option<usize>,
}

/// Most people the demonstration makes.
const PEOPLE_MAX: usize = 1_000_000;

/// Makes the world if it is absent, then serves until told to stop.
///
/// # Errors
/// One sentence: real data, a world never finished, whatever keeps a server from starting.
pub async fn run(place: &Where, args: &DemoArgs, file: &File) -> Result<()> {
    let mut serving = args.serve.settle(file)?;
    if args.people.is_some_and(|people| people > PEOPLE_MAX) {
        bail!("the demonstration has at most {PEOPLE_MAX} people");
    }
    let doorway = Doorway::open(&serving).await?;
    prepare(place, args.people).await?;
    serving.web.demo = true;
    if args.serve.second_factor.is_none() {
        serving.web.second_factor = SecondFactor::Optional;
    }
    println!("{}", welcome(&serving.web.public_url));
    crate::log_to_standard_error(&serving.log)?;
    serve::run(place, serving, doorway).await
}

async fn prepare(place: &Where, people: Option<usize>) -> Result<()> {
    // A database elsewhere must answer before anything is made here.
    let elsewhere = match sqlite_file(&place.address) {
        Some(_) => None,
        None => Some(place::connect(place).await?),
    };
    if let Some(db) = &elsewhere {
        place::not_strange(db).await?;
    }
    make_place(place)?;
    let db = match elsewhere {
        Some(db) => db,
        None => place::connect(place).await?,
    };
    let occupancy = occupy::occupy(&place.address, &db, &Clock::System, Use::Alone)
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let store = place::store_with_files(place, db).await?;
    let result = fill(place, &store, people).await;
    occupancy.end().await?;
    store.db.close().await;
    result
}

fn make_place(place: &Where) -> Result<()> {
    std::fs::create_dir_all(&place.data)
        .with_context(|| format!("the folder {} could not be made", place.data.display()))?;
    if !place.keys.exists() {
        if has_data(place) {
            bail!(
                "there is a database but no key file {}; the demonstration needs both or neither",
                place.keys.display()
            );
        }
        let keys = Keys::generate().context("keys could not be made")?;
        keys.save(&place.keys)
            .map_err(|error| anyhow::anyhow!("{error}"))?;
    }
    Ok(())
}

fn has_data(place: &Where) -> bool {
    sqlite_file(&place.address).is_some_and(|file| Path::new(&file).exists())
}

async fn fill(place: &Where, store: &Store, people: Option<usize>) -> Result<()> {
    match build::standing(store).await? {
        Standing::Whole(there) => match people {
            Some(asked) if asked.max(PEOPLE) != there => bail!(
                "there are {there} invented people here already; leave --people out, or name another folder"
            ),
            _ => return Ok(()),
        },
        Standing::Begun => bail!(
            "the invented world here was never finished; remove {} and run this again",
            place.data.display()
        ),
        Standing::Absent => {}
    }
    if !agency::agencies(store).await?.is_empty() {
        bail!("there is an installation here already; the demonstration needs a place of its own");
    }
    let people = people.unwrap_or(PEOPLE).max(PEOPLE);
    println!("Inventing {people} people …");
    let began = Instant::now();
    let said = |made: usize| {
        println!(
            "  {made} of {people} people, {} s",
            began.elapsed().as_secs()
        )
    };
    let keys = Arc::clone(&store.keys);
    let files = place::files(&place.files)?;
    build::build(&store.db, keys, &files, Timestamp::now(), people, said)
        .await
        .map_err(|error| anyhow::Error::new(error).context("the world could not be invented"))?;
    let placed = place::store(place, store.db.clone()).await?;
    journal::sequencer::sequence_now(&placed, &place.checkpoints)
        .await
        .context("the journal could not be closed")?;
    Ok(())
}

/// How to sign in.
fn welcome(address: &str) -> String {
    let mut text = format!(
        "\nDemonstration: every person here is invented.\nSign in at {address}/sign-in with the password {PASSWORD} as:\n"
    );
    for user in base().users {
        let username = user.username.unwrap_or_default();
        let team = user.team.as_deref().unwrap_or("no team");
        text.push_str(&format!(
            "  {username:<14} {:<21} {}, {team}\n",
            user.name, user.agency
        ));
    }
    text.push_str(&format!(
        "A second factor is optional here. {WITH_FACTOR} has one; its secret for an authenticator is {SECRET}.\n"
    ));
    text
}
