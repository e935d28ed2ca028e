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
    /// Passed on to `heyrick demo`: --data (usual: target/demo), --listen, --people, --database-url
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
    demo.arg("demo").args(&args.rest);
    let said = |name| std::env::var_os(name).is_some();
    if !names_a_place(&args.rest) && !PLACES.iter().any(|(_, name)| said(name)) {
        demo.arg("--data").arg(target().join("demo"));
    }
    let status = demo.status()?;
    anyhow::ensure!(status.success(), "the demo ended with an error");
    Ok(())
}

/// What names a place for the data, as a flag and in the environment; without any, it is `target/demo`.
const PLACES: [(&str, &str); 3] = [
    ("--data", "HEYRICK_DATA"),
    ("--database-url", "HEYRICK_DATABASE_URL"),
    ("--config", "HEYRICK_CONFIG"),
];

fn names_a_place(rest: &[String]) -> bool {
    let flag = |word: &String| word.split('=').next().unwrap_or_default().to_owned();
    rest.iter()
        .map(flag)
        .any(|flag| PLACES.iter().any(|(place, _)| *place == flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_place_of_its_own_the_demonstration_gets_one() {
        for (rest, want) in [
            (&[][..], false),
            (&["--people", "100"], false),
            (&["--database", "x"], false),
            (&["--data", "d"], true),
            (&["--data=d", "--people", "100"], true),
            (&["--database-url", "postgres://x"], true),
            (&["--config=c.toml"], true),
        ] {
            let rest: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(names_a_place(&rest), want, "{rest:?}");
        }
    }
}
