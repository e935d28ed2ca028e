//! The PostgreSQL server tests use: a given one, or a throw-away cluster that is started once.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// Where databases are made.
#[derive(Debug, Clone)]
pub struct Server {
    /// Everything before the database's name, and what follows it.
    base: (String, String),
}

impl Server {
    /// The address of a database on this server.
    pub fn url(&self, database: &str) -> String {
        format!("{}/{database}{}", self.base.0, self.base.1)
    }
}

/// The server named by `HEYRICK_TEST_PG` (`postgres://user:password@host:port`), or the throw-away one.
pub fn server() -> Result<Server> {
    if let Ok(url) = std::env::var("HEYRICK_TEST_PG") {
        return Ok(given(&url));
    }
    let folder = folder();
    std::fs::create_dir_all(&folder)?;
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?; // one test process starts it, the others wait and find it running
    let bin = programs()?;
    let data = folder.join("data");
    if !running(&bin, &data) {
        start(&bin, &folder, &data)?;
    }
    Ok(Server {
        base: (
            "postgres://heyrick@localhost".to_owned(),
            format!("?host={}", folder.display()),
        ),
    })
}

/// Where the throw-away server lives; short, because a socket's path may have only 107 letters.
fn folder() -> PathBuf {
    std::env::var_os("HEYRICK_TEST_PG_DIR").map_or_else(
        || std::env::temp_dir().join("heyrick-test-pg"),
        PathBuf::from,
    )
}

/// Ends the throw-away server, if it runs, and takes its folder away.
pub fn stop() -> Result<()> {
    let folder = folder();
    if !folder.exists() {
        return Ok(());
    }
    let (bin, data) = (programs()?, folder.join("data"));
    if running(&bin, &data) {
        run(unprivileged(&bin.join("pg_ctl"))
            .args(["stop", "--wait", "--silent", "--mode=immediate", "-D"])
            .arg(&data))?;
    }
    std::fs::remove_dir_all(&folder)
        .with_context(|| format!("{} could not be removed", folder.display()))
}

fn given(url: &str) -> Server {
    let (url, query) = url.split_once('?').unwrap_or((url, ""));
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let end = url[after_scheme..]
        .find('/')
        .map_or(url.len(), |at| after_scheme + at);
    let query = match query {
        "" => String::new(),
        query => format!("?{query}"),
    };
    Server {
        base: (url[..end].to_owned(), query),
    }
}

fn programs() -> Result<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().context(
        "the tests need PostgreSQL: install the package postgresql, or set HEYRICK_TEST_PG",
    )
}

fn running(bin: &Path, data: &Path) -> bool {
    unprivileged(&bin.join("pg_ctl"))
        .args(["status", "-D"])
        .arg(data)
        .output()
        .is_ok_and(|out| out.status.success())
}

fn start(bin: &Path, folder: &Path, data: &Path) -> Result<()> {
    let open = ["chmod", "a+rwx"];
    run(Command::new(open[0]).arg(open[1]).arg(folder))?;
    if !data.join("PG_VERSION").exists() {
        run(unprivileged(&bin.join("initdb"))
            .args([
                "--username=heyrick",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(data))?;
    }
    let settings = format!(
        "-c listen_addresses='' -c unix_socket_directories='{}' -c fsync=off -c max_connections=200",
        folder.display()
    );
    run(unprivileged(&bin.join("pg_ctl"))
        .args(["start", "--wait", "--silent", "--log"])
        .arg(folder.join("log"))
        .arg("-o")
        .arg(settings)
        .arg("-D")
        .arg(data))
}

/// PostgreSQL refuses to run as root; then it runs as the system's `postgres` user, or `nobody`.
fn unprivileged(program: &Path) -> Command {
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|out| out.stdout.starts_with(b"0\n"));
    if !root {
        return Command::new(program);
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = if users.lines().any(|line| line.starts_with("postgres:")) {
        "postgres"
    } else {
        "nobody"
    };
    let mut command = Command::new("runuser");
    command
        .args(["-u", user, "--"])
        .arg(program)
        .current_dir("/");
    command
}

fn run(command: &mut Command) -> Result<()> {
    // The server outlives this process: it must not hold our pipes open.
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("{command:?}"))?;
    if !status.success() {
        bail!("PostgreSQL for tests did not start: {command:?}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_server_keeps_its_user_and_loses_its_database() {
        for (given_url, want) in [
            ("postgres://u:p@h:1/x?a=b", "postgres://u:p@h:1/db?a=b"),
            ("postgres://u@h", "postgres://u@h/db"),
        ] {
            assert_eq!(given(given_url).url("db"), want);
        }
    }
}
