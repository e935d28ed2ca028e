//! A real mail server for tests: aiosmtpd from the Python environment that `cargo xtask setup --test` makes,
//! on a port of its own, with a certificate made for it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

/// How its connections are kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Private {
    /// Not at all.
    Plain,
    /// After STARTTLS, and nothing is taken before.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// A mail server that keeps what it takes. Dropping it ends it.
#[derive(Debug)]
pub struct MailServer {
    child: Child,
    folder: TempDir,
    /// Where it listens on 127.0.0.1, known as `localhost`.
    pub port: u16,
}

impl MailServer {
    /// Starts one; with `login`, a user name and password are needed. It refuses `refused@…` for good
    /// and `later@…` for now.
    ///
    /// # Errors
    /// One sentence saying what is missing.
    pub fn start(private: Private, login: Option<(&str, &str)>) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let python = root.join(".venv/bin/python");
        if !python.exists() {
            bail!("the Python environment is missing: run `cargo xtask setup --test`");
        }
        let folder = tempfile::tempdir()?;
        let key = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        std::fs::write(folder.path().join("cert.pem"), key.cert.pem())?;
        std::fs::write(
            folder.path().join("key.pem"),
            key.signing_key.serialize_pem(),
        )?;
        let mode = match private {
            Private::Plain => "plain",
            Private::StartTls => "starttls",
            Private::Implicit => "implicit",
        };
        let (user, password) = login.unwrap_or(("-", "-"));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/mail_server.py");
        let mut child = Command::new(python)
            .arg(script)
            .arg(folder.path())
            .args([mode, user, password])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().context("its output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let Ok(port) = line.trim().parse() else {
            let _ = child.kill();
            bail!(
                "the mail server did not start; is aiosmtpd there? run `cargo xtask setup --test`"
            );
        };
        Ok(Self {
            child,
            folder,
            port,
        })
    }

    /// The certificate that vouches for it, PEM.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// The messages it took, as they came, in order.
    ///
    /// # Errors
    /// When its folder cannot be read.
    pub fn messages(&self) -> Result<Vec<String>> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.folder.path())?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.retain(|path| path.extension().is_some_and(|end| end == "eml"));
        files.sort();
        let read = |path: PathBuf| Ok(String::from_utf8_lossy(&std::fs::read(path)?).into_owned());
        files.into_iter().map(read).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
