//! `cargo xtask test`: everything CI runs, in order of how soon it can fail.

use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;

use crate::run::{self, answers, cargo, program, root, step, target};
use crate::setup::{self, SetupArgs};

/// Options of `cargo xtask test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Without the browser and the API fuzzer
    #[arg(long)]
    pub quick: bool,
    /// Only the trials of the real program whose file name has this in it: journeys, pages, api, bad_input, kill
    #[arg(long, value_name = "NAME", conflicts_with = "quick")]
    pub only: Vec<String>,
}

/// Runs everything.
///
/// # Errors
/// The name of the first step that failed.
pub fn run(args: &TestArgs) -> Result<()> {
    let begun = Instant::now();
    let _postgres = Postgres::here();
    setup::run(&SetupArgs {
        demo: true,
        test: true,
    })?;
    if !args.only.is_empty() {
        return trials(&args.only);
    }
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
    let profile = if std::env::var_os("CI").is_some() {
        "ci"
    } else {
        "default"
    };
    step(
        "tests",
        cargo().args([
            "nextest",
            "run",
            "--workspace",
            "--all-targets",
            "--no-fail-fast",
            "--profile",
            profile,
        ]),
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
    step(
        "fuzz targets compile",
        cargo()
            .args(["check", "--quiet", "--locked", "--no-default-features"])
            .args(["--manifest-path", "fuzz/Cargo.toml", "--target-dir"])
            .arg(target().join("fuzz")),
    )?;
    if !args.quick {
        trials(&[])?;
    }
    println!(
        "\nEverything passed in {:.0} s.",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Journeys, accessibility, bad input, the API fuzzer and power cuts against the real program.
fn trials(names: &[String]) -> Result<()> {
    step(
        "program",
        cargo().args(["build", "--workspace", "--all-targets", "--quiet"]),
    )?;
    let mut node = program("node");
    node.arg("e2e/run.mjs")
        .args(names)
        .env("HEYRICK_BIN", target().join("debug/heyrick"))
        .env(
            "HEYRICK_TEST_POSTGRES",
            target().join("debug/test-postgres"),
        )
        .env("SCHEMATHESIS", setup::venv().join("bin/schemathesis"));
    if let Some(chromium) = setup::chromium() {
        node.env("CHROMIUM", chromium);
    }
    step("trials of the program", &mut node)
}

/// The throw-away PostgreSQL of this run: started by the first test that needs it, ended with the run.
struct Postgres;

impl Postgres {
    fn here() -> Option<Self> {
        if std::env::var_os("HEYRICK_TEST_PG").is_some() {
            return None;
        }
        let folder = std::env::temp_dir().join(format!("heyrick-pg-{}", std::process::id()));
        run::set_for_children("HEYRICK_TEST_PG_DIR", folder);
        Some(Self)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stopper = target().join("debug/test-postgres");
        if stopper.is_file()
            && !program(stopper)
                .arg("stop")
                .status()
                .is_ok_and(|s| s.success())
        {
            eprintln!("xtask: the throw-away PostgreSQL could not be ended");
        }
    }
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
