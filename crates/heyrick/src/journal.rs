//! `heyrick journal`: proves the journal whole, and closes it with a signed checkpoint.

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use heyrick_store::Store;
use heyrick_store::journal::checkpoint::{CheckpointFile, verifier_line};
use heyrick_store::journal::sequencer::{SequencerError, sequence_now};
use heyrick_store::journal::verify::{Report, verify};

use crate::settings::Where;

/// What can be done with the journal. May run beside a server.
#[derive(Debug, Clone, Subcommand)]
pub enum JournalCommand {
    /// Build the tree again from every event and compare it with every signed checkpoint
    Verify,
    /// Sign a checkpoint over everything so far, and print it for keeping elsewhere
    Checkpoint,
}

/// Carries it out.
///
/// # Errors
/// A sentence when the journal is not whole, or cannot be read.
pub async fn run(place: &Where, store: &Store, command: JournalCommand) -> Result<()> {
    let file = CheckpointFile::new(&place.checkpoints);
    match command {
        JournalCommand::Verify => {
            let report = verify(&store.db, &store.keys, Some(&file))
                .await
                .context("the journal could not be looked at")?;
            told(&report)
        }
        JournalCommand::Checkpoint => checkpoint(place, store, &file).await,
    }
}

fn told(report: &Report) -> Result<()> {
    println!(
        "{} events are in the tree, {} wait for the next checkpoint; {} checkpoints in the database, {} in the file outside it.",
        report.sequenced,
        report.waiting,
        report.checkpoints,
        report.remembered.unwrap_or_default()
    );
    println!("Root: {}", hex(&report.root));
    if report.is_whole() {
        println!("The journal is whole: no event was changed, moved or taken away.");
        println!(
            "Only a copy of the checkpoints kept by somebody else could show that database, key file and checkpoint \
             file were all written anew."
        );
        return Ok(());
    }
    for finding in &report.findings {
        println!("  {finding}");
    }
    if report.untold > 0 {
        println!("  and {} more", report.untold);
    }
    bail!("the journal is NOT whole")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn checkpoint(place: &Where, store: &Store, file: &CheckpointFile) -> Result<()> {
    match sequence_now(store, &place.checkpoints).await {
        // A running server signs one within a second of every event.
        Ok(_) | Err(SequencerError::Held) => (),
        Err(error) => return Err(error).context("no checkpoint could be signed"),
    }
    let note = file
        .last()
        .context("the checkpoint file could not be read")?;
    let Some(note) = note else {
        println!("The journal is empty: there is nothing to sign yet.");
        return Ok(());
    };
    println!("{note}");
    println!("Verify with: {}", verifier_line(&store.keys));
    Ok(())
}
