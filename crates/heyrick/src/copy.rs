//! `heyrick copy`: a whole store from SQLite to PostgreSQL or back, equal row for row, while no server
//! runs on either side.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use heyrick_store::copy::{self, Progress};
use heyrick_store::db::sqlite_file;
use heyrick_store::journal::checkpoint::CheckpointFile;
use heyrick_store::journal::verify::verify;
use heyrick_store::occupy::{self, Occupancy, Use};
use heyrick_store::{Clock, Db, Keys};

use crate::place;
use crate::settings::{File, FilesPlace, Where, WhereArgs};

/// Options of `heyrick copy`.
#[derive(Debug, Clone, Args)]
pub struct CopyArgs {
    /// Where the store is: its folder, or postgres://user@host/database
    #[arg(long, value_name = "DIR|URL")]
    pub from: String,
    /// Where it goes: a folder (made if need be), or an empty PostgreSQL database
    #[arg(long, value_name = "DIR|URL")]
    pub to: String,
}

/// One of the two sides.
struct Side {
    place: Where,
    /// Its folder, if it is one.
    folder: Option<PathBuf>,
}

impl Side {
    /// Where its files are; `None` when nobody says. In a folder they are beside the database, unless the
    /// settings name a bucket and nothing is there.
    fn files(&self, named: Option<&FilesPlace>) -> Option<FilesPlace> {
        match (&self.folder, named) {
            (None, named) => named.cloned(),
            (Some(folder), Some(FilesPlace::Bucket(bucket))) if !folder.join("files").is_dir() => {
                Some(FilesPlace::Bucket(bucket.clone()))
            }
            (Some(folder), _) => Some(FilesPlace::Folder(folder.join("files"))),
        }
    }

    /// A side of PostgreSQL has its key file and checkpoints where `--data`, `--keys` and
    /// `--checkpoints` say.
    fn read(named: &str, beside: &WhereArgs, file: &File) -> Result<Self> {
        let mut args = WhereArgs {
            database_url: None,
            ..beside.clone()
        };
        let postgres = named.starts_with("postgres://") || named.starts_with("postgresql://");
        if !postgres && named.contains("://") {
            bail!(
                "an address to copy from or to begins with postgres://; anything else is a folder"
            );
        }
        let folder = (!postgres).then(|| PathBuf::from(named));
        match &folder {
            Some(folder) => {
                args.data = Some(folder.clone());
                args.keys = None;
                args.checkpoints = None;
                let place = args.settle(&File::default())?;
                Ok(Self {
                    place,
                    folder: Some(folder.clone()),
                })
            }
            None => {
                args.database_url = Some(named.to_owned());
                let place = args.settle(file)?;
                Ok(Self { place, folder })
            }
        }
    }

    fn name(&self) -> String {
        match &self.folder {
            Some(folder) => folder.display().to_string(),
            None => "the PostgreSQL database".to_owned(),
        }
    }
}

/// Copies, compares, and verifies the journal where it arrived.
///
/// # Errors
/// One sentence; then the target is as it was.
pub async fn run(beside: &WhereArgs, args: &CopyArgs, file: &File) -> Result<()> {
    let from = Side::read(&args.from, beside, file)?;
    let to = Side::read(&args.to, beside, file)?;
    if from.place.address == to.place.address || same_folder(&from, &to) {
        bail!("the two sides of a copy are the same");
    }
    let belongings = Belongings::find(beside, &from, &to)?;
    let source = place::database(&from.place).await?;
    let occupied = alone(&from, &source).await?;
    place::fit(&belongings.keys, &belongings.keys_file, &source).await?;
    whole(&source, &belongings.keys, &belongings.checkpoints)
        .await
        .with_context(|| format!("the journal of {} was looked at first", from.name()))?;
    let made = Made::before(&to);
    let named = beside.files_named(file)?;
    let files = (from.files(named.as_ref()), to.files(named.as_ref()));
    let result = arrive(&source, &to, &belongings).await;
    if result.is_err() {
        made.take_away(&to);
    }
    // Rows that arrived stay, whatever becomes of the files: those can be copied again.
    let moved = match &result {
        Ok(()) => move_files(&source, &belongings.keys, files).await,
        Err(_) => Ok(()),
    };
    occupied.end().await?;
    source.close().await;
    result?;
    println!("{}", belongings.advice(&to));
    moved?;
    Ok(())
}

/// Copies the files of evidence, unless they stay where they are.
async fn move_files(
    db: &Db,
    keys: &Keys,
    places: (Option<FilesPlace>, Option<FilesPlace>),
) -> Result<()> {
    let (from, to) = match places {
        (Some(FilesPlace::Folder(from)), _) if !from.is_dir() => {
            println!("There are no files of evidence in {}.", from.display());
            return Ok(());
        }
        (Some(FilesPlace::Folder(from)), None) => {
            println!(
                "The files of evidence stay in {0}: serve with --files-folder {0}, or move them with `heyrick evidence copy`.",
                from.display()
            );
            return Ok(());
        }
        (Some(FilesPlace::Folder(from)), Some(FilesPlace::Folder(to))) if from == to => {
            println!("The files of evidence stay in {}.", from.display());
            return Ok(());
        }
        (Some(FilesPlace::Bucket(_)), _) | (None, Some(FilesPlace::Bucket(_))) => {
            println!("The files of evidence stay in their bucket.");
            return Ok(());
        }
        (None, _) => {
            println!(
                "Nothing says where the files of evidence are; copy them with `heyrick evidence copy --from DIR`."
            );
            return Ok(());
        }
        (Some(from), Some(to)) => (place::files(&from)?, place::files(&to)?),
    };
    let copied = copy::copy_files(db, keys, &from, &to)
        .await
        .context(
            "the rows are there and equal, but not every file of evidence: `heyrick evidence copy` goes on with them",
        )?;
    println!(
        "{} files copied and compared, {} were there already.",
        copied.copied, copied.there
    );
    if copied.damaged > 0 {
        println!(
            "{} files are lost or altered where they came from and were not copied; `heyrick evidence verify` says which.",
            copied.damaged
        );
    }
    Ok(())
}

fn same_folder(from: &Side, to: &Side) -> bool {
    let real = |side: &Side| side.folder.as_ref()?.canonicalize().ok();
    real(from).is_some_and(|folder| real(to) == Some(folder))
}

async fn alone(side: &Side, db: &Db) -> Result<Occupancy> {
    occupy::occupy(&side.place.address, db, &Clock::System, Use::Alone)
        .await
        .map_err(|error| anyhow::anyhow!("{}: {error}", side.name()))
}

async fn arrive(source: &Db, to: &Side, belongings: &Belongings) -> Result<()> {
    if let Some(folder) = &to.folder {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} could not be made", folder.display()))?;
        if sqlite_file(&to.place.address).is_some_and(|file| file.exists()) {
            bail!(
                "there is a database in {} already; copy into an empty folder",
                folder.display()
            );
        }
    }
    let target = place::connect(&to.place).await?;
    place::not_strange(&target).await?;
    let occupied = alone(to, &target).await?;
    belongings.bring(to)?;
    let copied = copy::copy(source, &target, progress()).await;
    let result = match copied {
        Ok(copied) => {
            let rows: u64 = copied.iter().map(|one| one.rows).sum();
            println!(
                "Copied {} tables, {rows} rows; each was read back, counted and hashed, and is equal.",
                copied.len()
            );
            whole(&target, &belongings.keys, &belongings.checkpoints).await
        }
        Err(error) => Err(anyhow::anyhow!("{error}")),
    };
    occupied.end().await?;
    target.close().await;
    result
}

/// Says what has been written, a line every few seconds.
fn progress() -> impl FnMut(Progress<'_>) {
    const EVERY: Duration = Duration::from_secs(2);
    let mut last = Instant::now();
    move |progress| match progress {
        Progress::Written(table, rows) if last.elapsed() > EVERY => {
            last = Instant::now();
            println!("  {table}: {rows} rows …");
        }
        Progress::Written(..) => {}
        Progress::Equal(table) => println!("  {}: {} rows, equal", table.table, table.rows),
    }
}

async fn whole(db: &Db, keys: &Keys, checkpoints: &Path) -> Result<()> {
    let file = CheckpointFile::new(checkpoints);
    let report = verify(db, keys, Some(&file))
        .await
        .context("the journal could not be looked at")?;
    if !report.is_whole() {
        bail!("the journal is NOT whole; `heyrick journal verify` says what is wrong");
    }
    println!(
        "The journal is whole: {} events in the tree, {} waiting.",
        report.sequenced, report.waiting
    );
    Ok(())
}

/// What stands beside a database and must go along: the key file and the file of checkpoints.
struct Belongings {
    keys_file: PathBuf,
    keys: Keys,
    checkpoints: PathBuf,
}

impl Belongings {
    /// Those named on the command line, or of the side the store comes from, or of the other.
    fn find(beside: &WhereArgs, from: &Side, to: &Side) -> Result<Self> {
        let choose = |named: &Option<PathBuf>, from: &PathBuf, to: &PathBuf| match named {
            Some(named) => named.clone(),
            None if !from.exists() && to.exists() => to.clone(),
            None => from.clone(),
        };
        let (left, right) = (&from.place, &to.place);
        let keys_file = choose(&beside.keys, &left.keys, &right.keys);
        if !keys_file.exists() && from.folder.is_none() {
            bail!(
                "the key file of this store is needed: name it with --keys FILE, or its folder with --data DIR"
            );
        }
        Ok(Self {
            keys: place::keys(&keys_file)?,
            checkpoints: choose(&beside.checkpoints, &left.checkpoints, &right.checkpoints),
            keys_file,
        })
    }

    /// Puts copies into the folder the store goes to.
    fn bring(&self, to: &Side) -> Result<()> {
        if to.folder.is_none() {
            return Ok(());
        }
        let files = [
            (&self.keys_file, &to.place.keys),
            (&self.checkpoints, &to.place.checkpoints),
        ];
        for (here, there) in files {
            if !here.exists() || here == there {
                continue;
            }
            if there.exists() {
                let same = std::fs::read(here).ok() == std::fs::read(there).ok();
                if !same {
                    bail!(
                        "{} is there already and is not a copy of {}",
                        there.display(),
                        here.display()
                    );
                }
                continue;
            }
            // Modes go along: a key file stays its owner's.
            std::fs::copy(here, there)
                .with_context(|| format!("{} could not be written", there.display()))?;
        }
        Ok(())
    }

    fn advice(&self, to: &Side) -> String {
        match &to.folder {
            Some(folder) => format!(
                "Key file and checkpoints are in {0} as well. Serve it with: heyrick serve --data {0}",
                folder.display()
            ),
            None => format!(
                "The key file {} and the checkpoints {} belong to it and must go along to every machine that serves \
                 it. Serve it with: heyrick serve --database-url postgres://… --keys {0} --checkpoints {1}",
                self.keys_file.display(),
                self.checkpoints.display()
            ),
        }
    }
}

/// What was there before, so that a copy that failed leaves nothing behind.
struct Made {
    folder: bool,
    files: Vec<PathBuf>,
}

impl Made {
    fn before(to: &Side) -> Self {
        let mut files = Vec::new();
        if let Some(database) = sqlite_file(&to.place.address) {
            let ends = ["", "-wal", "-shm"];
            files.extend(ends.map(|end| PathBuf::from(format!("{}{end}", database.display()))));
            files.push(database.with_extension("lock"));
            files.push(to.place.keys.clone());
            files.push(to.place.checkpoints.clone());
        }
        files.retain(|file| !file.exists());
        Self {
            folder: to.folder.as_ref().is_some_and(|folder| !folder.exists()),
            files,
        }
    }

    fn take_away(&self, to: &Side) {
        for file in &self.files {
            let _ = std::fs::remove_file(file);
        }
        if let Some(folder) = to.folder.as_ref().filter(|_| self.folder) {
            // Only if nothing else is in it.
            let _ = std::fs::remove_dir(folder);
        }
    }
}
