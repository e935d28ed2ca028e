//! Both-engines harness: fresh databases on SQLite and on PostgreSQL for each test.
//!
//! PostgreSQL is the server named by `HEYRICK_TEST_PG`, or a throw-away cluster on a socket in the
//! temporary folder (or in `HEYRICK_TEST_PG_DIR`), started once, run by an unprivileged user and shared by
//! all tests. `cargo xtask test` ends it; a lone `cargo nextest run` leaves it for the next.

use std::future::Future;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

mod cluster;
pub mod mail;
pub mod sample;

/// A fresh, empty database. Dropping it removes it.
#[derive(Debug)]
pub struct Fresh {
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// `sqlite:…` or `postgres://…`, as `--database-url` takes it.
    pub url: String,
    /// A folder for whatever belongs beside the database: keys, the checkpoint file.
    pub folder: TempDir,
    drop_from: Option<(cluster::Server, String)>,
}

/// A fresh database on each engine.
///
/// # Errors
/// One sentence saying what is missing, and which package has it.
pub fn engines() -> Result<Vec<Fresh>> {
    Ok(vec![sqlite()?, postgres()?])
}

/// A fresh SQLite file in a folder of its own.
///
/// # Errors
/// When no temporary folder can be made.
pub fn sqlite() -> Result<Fresh> {
    let folder = tempfile::tempdir()?;
    Ok(Fresh {
        engine: "sqlite",
        url: format!("sqlite:{}", folder.path().join("heyrick.db").display()),
        folder,
        drop_from: None,
    })
}

/// A fresh PostgreSQL database.
///
/// # Errors
/// One sentence saying what is missing, and which package has it.
pub fn postgres() -> Result<Fresh> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let server = cluster::server()?;
    let number = NEXT.fetch_add(1, Ordering::SeqCst);
    let name = format!("heyrick_test_{}_{number}", std::process::id());
    psql(
        &server,
        &format!("drop database if exists {name} with (force)"),
    )?;
    psql(
        &server,
        &format!("create database {name} template template0 lc_collate 'C' lc_ctype 'C'"),
    )?;
    Ok(Fresh {
        engine: "postgres",
        url: server.url(&name),
        folder: tempfile::tempdir()?,
        drop_from: Some((server, name)),
    })
}

/// Ends the throw-away server and takes its folder away. A server named by `HEYRICK_TEST_PG` is left alone.
///
/// # Errors
/// When the server does not end.
pub fn stop_postgres() -> Result<()> {
    cluster::stop()
}

/// Runs a test once on each engine.
///
/// # Errors
/// Whatever [`engines`] says.
pub async fn on_both<T, F>(test: T) -> Result<()>
where
    T: Fn(String) -> F,
    F: Future<Output = ()>,
{
    for fresh in engines()? {
        test(fresh.url.clone()).await;
    }
    Ok(())
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.drop_from {
            let _ = psql(
                server,
                &format!("drop database if exists {name} with (force)"),
            );
        }
    }
}

fn psql(server: &cluster::Server, command: &str) -> Result<()> {
    let out = Command::new("psql")
        .args(["--quiet", "--no-psqlrc", "--command", command])
        .arg(server.url("postgres"))
        .output()
        .context("psql is missing: install the package postgresql-client")?;
    if !out.status.success() {
        bail!("{}", String::from_utf8_lossy(&out.stderr));
    }
    Ok(())
}
