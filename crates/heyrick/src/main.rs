//! `heyrick`: the command line. Each command is a file; this one puts them together.
//!
//! Whatever goes wrong ends in one sentence on standard error and a status that is not zero.

use std::process::ExitCode;

use anyhow::Result;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use heyrick_store::Clock;
use heyrick_store::occupy::{self, Use};
use tracing_subscriber::EnvFilter;

mod accounts;
mod copy;
mod demo;
mod digest;
mod evidence;
mod forms;
mod holidays;
mod init;
mod journal;
mod keys;
mod mail;
mod place;
mod serve;
mod settings;
mod support;
mod worker;

use accounts::{AgencyCommand, TeamCommand, TokenCommand, UserCommand};
use journal::JournalCommand;
use settings::{ServeArgs, Where, WhereArgs};

/// Casework for the people who fight modern slavery.
#[derive(Debug, Parser)]
#[command(
    name = "heyrick",
    version,
    about,
    arg_required_else_help = true,
    propagate_version = true
)]
struct Cli {
    #[command(flatten)]
    place: WhereArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages and the API until told to stop
    Serve(ServeArgs),
    /// Serve an invented world, made on the first run, and say how to sign in
    Demo(demo::DemoArgs),
    /// Make a new installation: key file, database, and the accounts of a world file
    Init(init::InitArgs),
    /// List every setting: its name in the file, its environment variable, what it does
    Settings,
    /// Bank holidays: show them, load a newer feed, add or remove a day
    #[command(subcommand)]
    Holidays(holidays::HolidaysCommand),
    /// How long support lasts after a decision, by the contract in hand: show, set
    #[command(subcommand)]
    Support(support::SupportCommand),
    /// The journal: verify, checkpoint, show
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Forms: list them, check a form's file, show what a form asks
    #[command(subcommand)]
    Forms(forms::FormsCommand),
    /// The key file: new, rotate, show
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Bring the tables of an existing installation up to date
    Migrate,
    /// Move the whole store between SQLite and PostgreSQL, equal row for row
    Copy(copy::CopyArgs),
    /// The files of evidence: verify, copy from a folder to where the settings say
    #[command(subcommand)]
    Evidence(evidence::EvidenceCommand),
    /// Agencies: add, list
    #[command(subcommand)]
    Agency(AgencyCommand),
    /// Teams: add, list
    #[command(subcommand)]
    Team(TeamCommand),
    /// Accounts: add, list, disable, enable, new password, second factor
    #[command(subcommand)]
    User(UserCommand),
    /// E-mail: try the settings
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// API tokens: add, list, revoke
    #[command(subcommand)]
    Token(TokenCommand),
}

fn main() -> ExitCode {
    end_quietly_when_nobody_reads();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misread(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return ended(&anyhow::Error::new(error).context("the program could not start"));
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => ended(&error),
    }
}

/// Whoever reads the output may stop reading: `heyrick journal show | head` ends quietly.
fn end_quietly_when_nobody_reads() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let said = info.payload_as_str().unwrap_or_default();
        if said.starts_with("failed printing to stdout") {
            std::process::exit(0);
        }
        usual(info);
    }));
}

/// What was asked for, such as help; or one sentence on what the command line holds that is not understood.
fn misread(error: &clap::Error) -> ExitCode {
    let asked = !error.use_stderr();
    if asked || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let shown = error.print();
        return ExitCode::from(if asked && shown.is_ok() { 0 } else { 2 });
    }
    eprintln!("heyrick: {}", one_line(&error.to_string()));
    ExitCode::from(2)
}

/// The message and the tip of an error of the command line, without its usage, in one line.
fn one_line(error: &str) -> String {
    let usage = error.find("\nUsage:").unwrap_or(error.len());
    let said = error[..usage].trim_start_matches("error: ");
    let parts: Vec<_> = said
        .split("\n\n")
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|part| !part.is_empty() && !part.starts_with("For more information"))
        .collect();
    format!("{}; see --help", parts.join("; "))
}

/// Says what went wrong in one line: the sentence, then its causes, without values.
fn ended(error: &anyhow::Error) -> ExitCode {
    eprintln!("heyrick: {}", sentence(error));
    ExitCode::FAILURE
}

/// Each cause once, without the numbers of the operating system and what only says that there is a cause.
fn sentence(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string) {
        let cause = cause.split(" (os error").next().unwrap_or_default();
        let cause = cause.replace(['\n', '\r'], " ");
        if said.contains(&cause) || cause == "the database engine refused or failed" {
            continue;
        }
        if !said.is_empty() {
            said.push_str(": ");
        }
        said.push_str(&cause);
    }
    said
}

async fn run(cli: Cli) -> Result<()> {
    let file = settings::file(cli.place.config.as_deref())?;
    let place = cli.place.settle(&file);
    match cli.command {
        Command::Serve(args) => {
            let serving = args.settle(&file)?;
            log_to_standard_error(&serving.log)?;
            let place = place?;
            let doorway = serve::Doorway::open(&serving).await?;
            serve::run(&place, serving, doorway).await
        }
        Command::Demo(args) => demo::run(&place?, &args, &file).await,
        Command::Settings => {
            for setting in settings::ALL {
                println!("{:<26} {:<32} {}", setting.name, setting.env, setting.about);
            }
            Ok(())
        }
        Command::Init(args) => init::run(&place?, &args).await,
        Command::Journal(JournalCommand::Verify) => journal::verify(&place?).await,
        Command::Journal(command) => {
            let place = place?;
            beside(&place, async |store| {
                journal::run(&place, store, command).await
            })
            .await
        }
        Command::Holidays(command) => {
            beside(&place?, async |store| holidays::run(store, command).await).await
        }
        Command::Support(command) => {
            beside(&place?, async |store| support::run(store, command).await).await
        }
        Command::Forms(command) => forms::run(command),
        Command::Mail(command) => mail::run(command, &file).await,
        Command::Keys(command) => keys::run(&cli.place, place, command).await,
        Command::Migrate => migrate(&place?).await,
        Command::Copy(args) => copy::run(&cli.place, &args, &file).await,
        Command::Evidence(command) => {
            let place = place?;
            beside(&place, async |store| {
                let files = place::files(&place.files)?;
                evidence::run(&store.clone().with_files(&files), &files, command).await
            })
            .await
        }
        Command::Agency(command) => {
            beside(&place?, async |store| {
                accounts::agency(store, command).await
            })
            .await
        }
        Command::Team(command) => {
            beside(&place?, async |store| accounts::team(store, command).await).await
        }
        Command::User(command) => {
            beside(&place?, async |store| accounts::user(store, command).await).await
        }
        Command::Token(command) => {
            beside(&place?, async |store| accounts::token(store, command).await).await
        }
    }
}

/// Brings the tables up to date while nothing else uses them.
async fn migrate(place: &Where) -> Result<()> {
    let db = place::database(place).await?;
    place::ours(&db).await?;
    let occupancy = occupy::occupy(&place.address, &db, &Clock::System, Use::Alone)
        .await
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let ran = place::bring_up_to_date(&db).await?;
    println!("{ran} migrations ran; the tables are up to date.");
    occupancy.end().await?;
    db.close().await;
    Ok(())
}

/// Runs a command that may work beside a server; the server's sequencer places what it wrote.
async fn beside(
    place: &Where,
    work: impl AsyncFnOnce(&heyrick_store::Store) -> Result<()>,
) -> Result<()> {
    let db = place::database(place).await?;
    let store = place::standing(place, db).await?;
    work(&store).await?;
    store.db.close().await;
    Ok(())
}

/// One JSON object a line; never a value of a record, a name or a query (see the manual: logs).
fn log_to_standard_error(filter: &str) -> Result<()> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|_| anyhow::anyhow!("the log setting is not understood"))?;
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    Ok(())
}
