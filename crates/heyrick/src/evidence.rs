//! `heyrick evidence`: whether every file is where it was kept and what it was, and moving files from a folder
//! to where the settings say.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use heyrick_store::Store;
use heyrick_store::blob::Files;
use heyrick_store::copy::copy_files;
use heyrick_store::evidence::Condition;
use heyrick_store::evidence::care::{Finding, verify_all};

/// What can be done with the files of evidence.
#[derive(Debug, Clone, Subcommand)]
pub enum EvidenceCommand {
    /// Read every file to its end and say which is lost or altered
    Verify,
    /// Copy every file from a folder to where the settings say, such as into a bucket
    Copy {
        /// The folder files are in now
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
    },
}

/// Carries it out.
///
/// # Errors
/// One sentence: a file is damaged, or the place of files does not answer.
pub async fn run(store: &Store, place: &Files, command: EvidenceCommand) -> Result<()> {
    match command {
        EvidenceCommand::Verify => verify(store).await,
        EvidenceCommand::Copy { from } => {
            if !from.is_dir() {
                bail!("there is no folder {}", from.display());
            }
            let from = Files::folder(&from)?;
            let copied = copy_files(&store.db, &store.keys, &from, place)
                .await
                .context("files could not be copied")?;
            println!(
                "{} files copied and compared, {} were there already, {} are lost or altered in the folder.",
                copied.copied, copied.there, copied.damaged
            );
            match copied.damaged {
                0 => Ok(()),
                _ => bail!("some files could not be copied; `heyrick evidence verify` says which"),
            }
        }
    }
}

async fn verify(store: &Store) -> Result<()> {
    let (mut whole, mut damaged) = (0_u64, 0_u64);
    let said = |finding: &Finding| {
        let what = match finding.condition {
            Condition::Whole => {
                whole += 1;
                return;
            }
            Condition::Lost => "is lost: nothing is kept in its place",
            Condition::Altered => "is altered: what is kept is not what was attached",
        };
        damaged += 1;
        println!("{}, evidence {}: {what}", finding.reference, finding.number);
    };
    verify_all(store, said)
        .await
        .context("the files could not be looked at")?;
    println!("{whole} files are whole.");
    match damaged {
        0 => Ok(()),
        1 => bail!("1 file is lost or altered; whoever works on its referral has a task about it"),
        more => bail!(
            "{more} files are lost or altered; whoever works on their referrals has a task about them"
        ),
    }
}
