//! `cargo xtask test`: everything CI runs, in order of how soon it can fail.

use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;

use crate::run::{answers, cargo, program, root, step, target};
use crate::setup::{self, SetupArgs};

/// Options of `cargo xtask test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Without the browser and the API fuzzer
    #[arg(long)]
    pub quick: bool,
}

/// Runs everything.
///
/// # Errors
/// The name of the first step that failed.
pub fn run(args: &TestArgs) -> Result<()> {
    let begun = Instant::now();
    setup::run(&SetupArgs {
        demo: true,
        test: true,
    })?;
    step("format", cargo().args(["fmt", "--all", "--check"]))?;
    step(
        "clippy",
        cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    step(
        "licences, bans, sources",
        cargo().args([
            "deny",
            "--log-level",
            "error",
            "check",
            "licenses",
            "bans",
            "sources",
        ]),
    )?;
    step(
        "tests",
        cargo().args(["nextest", "run", "--workspace", "--no-fail-fast"]),
    )?;
    step(
        "documentation",
        cargo().env("RUSTDOCFLAGS", "-D warnings").args([
            "doc",
            "--workspace",
            "--no-deps",
            "--quiet",
        ]),
    )?;
    if !args.quick {
        step(
            "program",
            cargo().args(["build", "--workspace", "--all-targets", "--quiet"]),
        )?;
        step("browser", &mut browser())?;
    }
    println!(
        "\nEverything passed in {:.0} s.",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Journeys, accessibility and the API fuzzer against the real program.
fn browser() -> std::process::Command {
    let mut node = program("node");
    node.args(["e2e/run.mjs"])
        .env("HEYRICK_BIN", target().join("debug/heyrick"))
        .env("SCHEMATHESIS", setup::venv().join("bin/schemathesis"));
    if let Some(chromium) = setup::chromium() {
        node.env("CHROMIUM", chromium);
    }
    node
}

/// Runs every fuzz target for a while.
///
/// # Errors
/// A sentence when cargo-fuzz is missing, or the name of the target that found something.
pub fn fuzz(seconds: u64) -> Result<()> {
    if !answers("cargo", &["fuzz", "--version"]) {
        bail!("cargo-fuzz is missing; run: cargo install cargo-fuzz");
    }
    for entry in std::fs::read_dir(root().join("fuzz/fuzz_targets"))?.flatten() {
        let name = entry
            .path()
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        let limit = format!("-max_total_time={seconds}");
        step(
            &name,
            program("cargo").args(["fuzz", "run", &name, "--", &limit]),
        )?;
    }
    Ok(())
}

/// Runs mutation tests on the rules.
///
/// # Errors
/// A sentence when cargo-mutants is missing.
pub fn mutants() -> Result<()> {
    if !answers("cargo", &["mutants", "--version"]) {
        bail!("cargo-mutants is missing; run: cargo install cargo-mutants");
    }
    step(
        "mutants",
        program("cargo").args([
            "mutants",
            "--package",
            "heyrick-domain",
            "--package",
            "heyrick-policy",
        ]),
    )
}
