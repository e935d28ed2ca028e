//! The two commands of the README, `cargo xtask demo` and `cargo xtask test`, and what they are made of.
//!
//! Light on purpose: it builds in seconds, before anything else is there.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod bench;
mod demo;
mod run;
mod setup;
mod test;

/// Everything a developer or CI does with this repository.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build, make the invented world, serve it, and print where to sign in
    Demo(demo::DemoArgs),
    /// Run everything CI runs, installing what it needs
    Test(test::TestArgs),
    /// Install what `demo` or `test` needs; safe to run again
    Setup(setup::SetupArgs),
    /// Measure: pages with many people, and print what came of it
    Bench(bench::BenchArgs),
    /// Run the fuzz targets (needs a nightly toolchain and cargo-fuzz)
    Fuzz {
        /// Seconds for each target
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Run mutation tests on the rules (needs cargo-mutants)
    Mutants,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            eprintln!("xtask: {}", causes.join(": "));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Demo(args) => demo::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Setup(args) => setup::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Fuzz { seconds } => test::fuzz(seconds),
        Command::Mutants => test::mutants(),
    }
}
