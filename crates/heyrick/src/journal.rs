//! `heyrick journal`: proves the journal whole, and closes it with a signed checkpoint.

use anyhow::{Context as _, Result, bail};
use clap::{ArgGroup, Args, Subcommand};
use heyrick_domain::london;
use heyrick_store::Store;
use heyrick_store::journal::checkpoint::{CheckpointFile, verifier_line};
use heyrick_store::journal::sequencer::{SequencerError, sequence_now};
use heyrick_store::journal::verify::{self, Report};
use heyrick_store::journal::who::{
    Asked, Entry, Found, Subject, asked_by_operator, told_to_operator,
};
use jiff::civil::Date;
use serde_json::json;

use crate::place;
use crate::settings::Where;

/// What can be done with the journal. May run beside a server.
#[derive(Debug, Clone, Subcommand)]
pub enum JournalCommand {
    /// Build the tree again from every event and compare it with every signed checkpoint
    Verify,
    /// Sign a checkpoint over everything so far, and print it for keeping elsewhere
    Checkpoint,
    /// Print who looked at a record and who changed it, or what an account did; the question is journalled
    Show(ShowArgs),
}

/// Options of `heyrick journal show`.
#[derive(Debug, Clone, Args)]
#[command(group(ArgGroup::new("subject").required(true).args(["record", "user"])))]
pub struct ShowArgs {
    /// A record: its reference, such as P-7K4M-2Q, or its name in addresses
    #[arg(long, value_name = "REF")]
    record: Option<String>,
    /// An account: what its owner types to sign in
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Nothing before this day, such as 2026-03-09
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<Date>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

fn day(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|_| "write the day as 2026-03-09")
}

/// Carries it out.
///
/// # Errors
/// A sentence when the journal is not whole, or cannot be read.
pub async fn run(place: &Where, store: &Store, command: JournalCommand) -> Result<()> {
    let file = CheckpointFile::new(&place.checkpoints);
    match command {
        JournalCommand::Verify => verify(place).await,
        JournalCommand::Checkpoint => checkpoint(place, store, &file).await,
        JournalCommand::Show(args) => show(store, &args).await,
    }
}

/// Proves the journal whole. Changes nothing, and asks nothing of the key file but that it can be read:
/// a wrong one shows in what is found.
///
/// # Errors
/// A sentence when the journal is not whole, or cannot be read.
pub async fn verify(place: &Where) -> Result<()> {
    let file = CheckpointFile::new(&place.checkpoints);
    let keys = place::keys(&place.keys)?;
    let db = place::database(place).await?;
    place::up_to_date(&db).await?;
    let report = verify::verify(&db, &keys, Some(&file))
        .await
        .context("the journal could not be looked at")?;
    db.close().await;
    told(&report)
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
    for notice in &report.notices {
        println!("  To know: {notice}");
    }
    if report.is_whole() {
        println!("The journal is whole: no event was changed, moved or taken away.");
        println!(
            "Whoever can write both the database and the checkpoint file can take away the end of the journal, and \
             with the key file write all of it anew: only a copy of the checkpoints kept by somebody else shows that."
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

/// How many events are read at a time.
const PAGE: u32 = 500;

async fn show(store: &Store, args: &ShowArgs) -> Result<()> {
    let subject = match (&args.record, &args.user) {
        (Some(record), _) => Subject::Record(record.clone()),
        (None, Some(user)) => Subject::Account(user.clone()),
        (None, None) => bail!("say what to show: --record or --user"),
    };
    let Some(found) = asked_by_operator(store, &subject).await? else {
        match subject {
            Subject::Record(_) => bail!("there is no record of that reference"),
            Subject::Account(_) => {
                bail!("there is no account of that name; see `heyrick user list`")
            }
        }
    };
    let mut asked = Asked {
        since: args.since.map(|day| london::begins(day).as_microsecond()),
        limit: PAGE,
        ..Asked::default()
    };
    loop {
        let page = told_to_operator(store, found, &asked).await?;
        for entry in &page.entries {
            match args.json {
                true => println!("{}", as_json(entry)),
                false => println!("{}", as_line(entry, found)),
            }
        }
        asked.before = page.next;
        if asked.before.is_none() {
            return Ok(());
        }
    }
}

/// An instant in Europe/London, to the second.
fn when(micros: i64, form: &str) -> String {
    london::at(micros).strftime(form).to_string()
}

fn as_line(entry: &Entry, found: Found) -> String {
    let body = entry.body.as_ref();
    let role = body.and_then(|body| body.role.as_deref()).unwrap_or("?");
    let who = match (&entry.who, body.and_then(|body| body.through.as_deref())) {
        (Some(who), _) => format!("{} ({role})", who.username),
        (None, Some("command_line")) => "the command line".to_owned(),
        (None, _) => "nobody signed in".to_owned(),
    };
    let mut line = format!(
        "{}  {}  {who}",
        when(entry.at, "%Y-%m-%d %H:%M:%S %Z"),
        entry.action
    );
    if let Some(record) = &entry.record {
        line.push_str(&format!("  {} {}", record.kind, record.reference));
    }
    match (entry.in_list, found) {
        (true, _) => line.push_str(&format!("  one of {} in a list", entry.shown)),
        (false, Found::Account(_)) if entry.shown > 0 => {
            line.push_str(&format!("  {} shown", entry.shown));
        }
        _ => {}
    }
    let Some(body) = body else {
        return format!("{line}  NOT READABLE  {}", entry.id);
    };
    if body.refused {
        line.push_str("  refused");
    }
    let why: Vec<&str> = body
        .reason
        .iter()
        .chain(&body.policies)
        .map(String::as_str)
        .collect();
    if !why.is_empty() {
        line.push_str(&format!("  because {}", why.join(", ")));
    }
    if !body.fields.is_empty() {
        line.push_str(&format!("  fields {}", body.fields.join(", ")));
    }
    format!("{line}  {}", entry.id)
}

fn as_json(entry: &Entry) -> serde_json::Value {
    let body = entry.body.as_ref();
    json!({
        "event": entry.id,
        "at": when(entry.at, "%Y-%m-%dT%H:%M:%S%:z"),
        "action": entry.action,
        "look": entry.look,
        "who": entry.who.as_ref().map(|who| json!({ "id": who.public_id, "username": who.username })),
        "role": body.and_then(|body| body.role.clone()),
        "through": body.and_then(|body| body.through.clone()),
        "record": entry.record.as_ref().map(|one| json!({ "kind": one.kind, "reference": one.reference })),
        "in_list": entry.in_list,
        "shown": entry.shown,
        "reason": body.and_then(|body| body.reason.clone()),
        "policies": body.map(|body| body.policies.clone()),
        "fields": body.map(|body| body.fields.clone()),
        "refused": body.map(|body| body.refused),
        "readable": body.is_some(),
    })
}
