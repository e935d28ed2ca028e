//! `test-postgres fresh`: a fresh PostgreSQL database for trials that are not written in Rust; its address
//! is printed, and it is dropped when standard input ends. `test-postgres stop` ends the throw-away server.

use std::io::Read as _;
use std::process::ExitCode;

use anyhow::{Result, bail};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("test-postgres: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("fresh") => {
            let fresh = heyrick_testkit::postgres()?;
            println!("{}", fresh.url);
            std::io::stdin().read_to_end(&mut Vec::new())?;
            drop(fresh);
            Ok(())
        }
        Some("stop") => heyrick_testkit::stop_postgres(),
        _ => bail!("say fresh or stop"),
    }
}
