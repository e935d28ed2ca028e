//! `cargo xtask demo`: from a clean clone to the sign-in page.

use anyhow::Result;
use clap::Args;

use crate::run::{cargo, program, step, target};
use crate::setup;

/// Options of `cargo xtask demo`; what follows `--` goes to `heyrick demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Build with optimisation: slower to build, faster to use
    #[arg(long)]
    pub release: bool,
    /// Passed on to `heyrick demo`: --data, --listen, --people, --database-url
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub rest: Vec<String>,
}

/// Sets up, builds, and serves the invented world.
///
/// # Errors
/// One sentence naming what failed.
pub fn run(args: &DemoArgs) -> Result<()> {
    setup::assets()?;
    let mut build = cargo();
    build.args(["build", "--workspace", "--bin", "heyrick"]);
    if args.release {
        build.arg("--release");
    }
    step("build", &mut build)?;
    let kind = if args.release { "release" } else { "debug" };
    let mut demo = program(target().join(kind).join("heyrick"));
    let status = demo.arg("demo").args(&args.rest).status()?;
    anyhow::ensure!(status.success(), "the demo ended with an error");
    Ok(())
}
