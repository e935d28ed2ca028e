//! `heyrick init`: a new installation, empty or with the agencies, teams and accounts of a world file.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use heyrick_store::db::sqlite_file;
use heyrick_store::occupy::{self, Use};
use heyrick_store::{Clock, Db, Keys, agency, journal};
use heyrick_world::file::{self, Moment, WorldFile};

use crate::place;
use crate::settings::Where;

/// Options of `heyrick init`.
#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// Agencies, teams, accounts and records to begin with (see the manual: world-file)
    #[arg(long, value_name = "FILE.json")]
    pub world: Option<PathBuf>,
}

/// Makes the folder, the key file, the database, and what the world file says. Nothing is left half
/// made: the file is read and checked first, and a folder this command made is taken away if it fails.
///
/// # Errors
/// One sentence: a malformed file, an installation that is there already.
pub async fn run(place: &Where, args: &InitArgs) -> Result<()> {
    let world = match &args.world {
        Some(path) => Some(read(path)?),
        None => None,
    };
    let made_folder = !place.data.exists();
    std::fs::create_dir_all(&place.data)
        .with_context(|| format!("the folder {} could not be made", place.data.display()))?;
    let had_keys = place.keys.exists();
    let had_file = sqlite_file(&place.address).is_some_and(|file| file.exists());
    let result = fill(place, world).await;
    if result.is_err() {
        take_away(place, made_folder, had_keys, had_file);
    }
    result
}

fn read(path: &std::path::Path) -> Result<WorldFile> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the world file {} could not be read", path.display()))?;
    let moment = Moment {
        now: Clock::System.micros(),
        today: Clock::System.today(),
    };
    file::read(&text, moment)
        .map_err(|error| anyhow::anyhow!("the world file {} is wrong: {error}", path.display()))
}

async fn fill(place: &Where, world: Option<WorldFile>) -> Result<()> {
    place::has_folder(&place.keys)?;
    place::has_folder(&place.checkpoints)?;
    let db = place::connect(place).await?;
    place::not_strange(&db).await?;
    let made_keys = !place.keys.exists();
    if made_keys {
        let keys = Keys::generate().context("keys could not be made")?;
        keys.save(&place.keys)
            .map_err(|error| anyhow::anyhow!("{error}"))?;
    }
    let occupancy = occupy::occupy(&place.address, &db, &Clock::System, Use::Alone)
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let made = make(place, db.clone(), world).await;
    occupancy.end().await?;
    db.close().await;
    made?;
    if made_keys {
        println!(
            "Made the key file {}. Keep a copy apart from the data.",
            place.keys.display()
        );
    }
    Ok(())
}

async fn make(place: &Where, db: Db, world: Option<WorldFile>) -> Result<()> {
    let store = place::store_with_files(place, db).await?;
    if !agency::agencies(&store).await?.is_empty() {
        bail!(
            "there is an installation here already; add to it with `heyrick agency`, `team` and `user`"
        );
    }
    if let Some(world) = world {
        let made = file::load(&store, &world)
            .await
            .map_err(|error| anyhow::anyhow!("the world file is wrong: {error}"))?;
        println!(
            "Made {} agencies, {} teams, {} accounts, {} people and {} referrals.",
            made.agencies,
            made.teams,
            made.users.len(),
            made.persons,
            made.referrals
        );
        for (username, password) in made.generated() {
            println!("  {username}: {password} (must be changed at the first sign-in)");
        }
    } else {
        println!(
            "Made an empty installation. Next: heyrick agency add, heyrick team add, heyrick user add."
        );
    }
    journal::sequencer::sequence_now(&store, &place.checkpoints)
        .await
        .context("the journal could not be closed")?;
    Ok(())
}

fn take_away(place: &Where, made_folder: bool, had_keys: bool, had_file: bool) {
    if made_folder {
        let _ = std::fs::remove_dir_all(&place.data);
        return;
    }
    if !had_keys {
        let _ = std::fs::remove_file(&place.keys);
    }
    if let Some(file) = sqlite_file(&place.address).filter(|_| !had_file) {
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
        }
        let _ = std::fs::remove_file(file.with_extension("lock"));
        let _ = std::fs::remove_file(&place.checkpoints);
    }
}
