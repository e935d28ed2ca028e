//! `cargo xtask bench web`: pages with many people, on SQLite, journalling included.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::run::{cargo, program, step, target};
use crate::setup;

/// Options of `cargo xtask bench`.
#[derive(Debug, Args)]
pub struct BenchArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List and person pages at 20 requests a second
    Web {
        /// How many people the world has
        #[arg(long, default_value_t = 100_000)]
        people: u32,
        /// Seconds of requests
        #[arg(long, default_value_t = 30)]
        seconds: u32,
        /// Use the world in this folder, made here the first time, and keep it
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
}

/// Builds with optimisation, makes the world, asks for pages, prints the figures.
///
/// # Errors
/// The step that failed.
pub fn run(args: &BenchArgs) -> Result<()> {
    let What::Web {
        people,
        seconds,
        data,
    } = &args.what;
    setup::assets()?;
    step(
        "release build",
        cargo().args(["build", "--workspace", "--release", "--bin", "heyrick"]),
    )?;
    let mut node = program("node");
    node.args(["e2e/bench.mjs", &people.to_string(), &seconds.to_string()])
        .args(data)
        .env("HEYRICK_BIN", target().join("release/heyrick"));
    step("bench web", &mut node)
}
