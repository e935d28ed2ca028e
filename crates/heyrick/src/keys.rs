//! `heyrick keys`: a new key file, new keys for an installation, the public half for whoever checks
//! checkpoints. No secret is ever printed.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use heyrick_store::db::sqlite_file;
use heyrick_store::journal::checkpoint::verifier_line;
use heyrick_store::journal::sequencer::sequence_now;
use heyrick_store::keys::record_rotation;
use heyrick_store::occupy::{self, Use};
use heyrick_store::{Clock, Keys, Store};

use crate::place;
use crate::settings::{Where, WhereArgs};

/// What can be done with keys.
#[derive(Debug, Clone, Subcommand)]
pub enum KeysCommand {
    /// Make a key file for an installation that does not exist yet
    New,
    /// Put new keys in place of those in use, while no server runs; the old ones stay in the file, retired
    Rotate,
    /// Print the public half of the signing key, as whoever checks checkpoints needs it
    Show,
}

/// Carries it out.
///
/// # Errors
/// One sentence; then key file and database are as they were.
pub async fn run(args: &WhereArgs, place: Result<Where>, command: KeysCommand) -> Result<()> {
    match command {
        KeysCommand::New => new(args, place),
        KeysCommand::Rotate => rotate(&place?).await,
        KeysCommand::Show => {
            let path = key_file(args, place)?;
            println!("{}", verifier_line(&place::keys(&path)?));
            Ok(())
        }
    }
}

/// The file itself is enough where no database is asked.
fn key_file(args: &WhereArgs, place: Result<Where>) -> Result<PathBuf> {
    match (&args.keys, place) {
        (Some(path), _) => Ok(path.clone()),
        (None, place) => Ok(place?.keys),
    }
}

fn new(args: &WhereArgs, place: Result<Where>) -> Result<()> {
    if let Ok(place) = &place
        && sqlite_file(&place.address).is_some_and(|file| file.exists())
    {
        bail!(
            "there is a database in {} already; a new key file would not open what it holds",
            place.data.display()
        );
    }
    let path = key_file(args, place)?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        bail!("there is no folder {}", folder.display());
    }
    let keys = Keys::generate().context("keys could not be made")?;
    keys.save(&path)
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    println!(
        "Made the key file {}. Keep a copy apart from the data.",
        path.display()
    );
    Ok(())
}

async fn rotate(place: &Where) -> Result<()> {
    let keys = place::keys(&place.keys)?;
    let db = place::database(place).await?;
    let occupancy = occupy::occupy(&place.address, &db, &Clock::System, Use::Alone)
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let result = replace(place, &keys, &db).await;
    occupancy.end().await?;
    db.close().await;
    let wrapped = result?;
    println!(
        "New keys are in {}; the old ones stay in it, retired.",
        place.keys.display()
    );
    println!("{wrapped} record keys and second factors were wrapped anew; the journal says so.");
    println!(
        "Keep a copy apart from the data, and bring it to every machine that serves this database before starting it."
    );
    println!(
        "Checkpoints are signed from now on by: {}",
        shown(&place.keys)?
    );
    Ok(())
}

async fn replace(place: &Where, keys: &Keys, db: &heyrick_store::Db) -> Result<usize> {
    place::bring_up_to_date(db).await?;
    place::fit(keys, &place.keys, db).await?;
    let (next, wrapped) = record_rotation(db, &Clock::System, keys, &place.keys)
        .await
        .map_err(|error| anyhow::Error::new(error).context("the keys were not rotated"))?;
    let store = Store::open(db.clone(), next, Clock::System).await?;
    sequence_now(&store, &place.checkpoints)
        .await
        .context("the keys were rotated, but no checkpoint could be signed")?;
    Ok(wrapped)
}

fn shown(path: &Path) -> Result<String> {
    Ok(verifier_line(&place::keys(path)?))
}
