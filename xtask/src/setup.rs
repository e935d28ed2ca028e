//! Installing what `demo` and `test` need, from the package registries; safe to run again.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::run::{answers, cargo, found, program, root, step};

/// The versions of what is not locked by a lock file.
const SCHEMATHESIS: &str = "schemathesis==4.*";
/// The mail server the tests send to.
const MAIL_SERVER: &str = "aiosmtpd==1.4.*";

/// Options of `cargo xtask setup`.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct SetupArgs {
    /// What `demo` needs: packages from npm
    #[arg(long)]
    pub demo: bool,
    /// What `test` needs besides: PostgreSQL, Chromium, Python packages, cargo-nextest, cargo-deny
    #[arg(long)]
    pub test: bool,
}

/// Installs what is asked for.
///
/// # Errors
/// One sentence naming what is missing and how to get it.
pub fn run(args: &SetupArgs) -> Result<()> {
    if args.demo || args.test {
        assets()?;
    }
    if args.test {
        debian(&["initdb"], "postgresql", postgres_there())?;
        debian(&["chromium"], "chromium", chromium().is_some())?;
        python()?;
        cargo_tool("cargo-nextest", &["nextest", "--version"])?;
        cargo_tool("cargo-deny", &["deny", "--version"])?;
    }
    Ok(())
}

/// npm packages and what is made of them, when something they depend on changed.
pub fn assets() -> Result<()> {
    if !answers("node", &["--version"]) || !answers("npm", &["--version"]) {
        bail!(
            "Node.js and npm are missing; install them (Debian: apt-get install nodejs npm) and run this again"
        );
    }
    let stamp = root().join("assets/.made-from");
    let now = made_from()?;
    if fs::read_to_string(&stamp).is_ok_and(|then| then == now) {
        println!("── assets: up to date");
        return Ok(());
    }
    let quiet = [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ];
    step("npm packages", program("npm").args(quiet))?;
    step("assets", program("node").arg("xtask/assets.mjs"))?;
    fs::write(&stamp, now).context("assets could not be stamped")
}

/// A number that changes with whatever the assets are made from.
fn made_from() -> Result<String> {
    let mut hasher = DefaultHasher::new();
    let mut files = vec![
        root().join("package-lock.json"),
        root().join("xtask/assets.mjs"),
    ];
    for folder in ["templates/styles", "templates/scripts"] {
        below(&root().join(folder), &mut files);
    }
    files.sort();
    for file in files {
        let bytes =
            fs::read(&file).with_context(|| format!("{} could not be read", file.display()))?;
        bytes.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            below(&path, files)
        } else {
            files.push(path)
        }
    }
}

/// Chromium, under any of its names.
pub fn chromium() -> Option<PathBuf> {
    found(&[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ])
}

fn postgres_there() -> bool {
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    found(&["initdb"]).is_some()
        || debian
            .into_iter()
            .any(|version| version.path().join("bin/initdb").is_file())
}

/// A Debian package, when it is missing and this is root on Debian.
fn debian(what: &[&str], package: &str, there: bool) -> Result<()> {
    if there {
        println!("── {package}: there");
        return Ok(());
    }
    let is_root = program("id")
        .arg("-u")
        .output()
        .is_ok_and(|out| out.stdout.starts_with(b"0"));
    if !is_root || found(&["apt-get"]).is_none() {
        bail!(
            "{} is missing; install the package {package} (Debian: sudo apt-get install {package})",
            what.join(", ")
        );
    }
    let mut update = program("apt-get");
    step("package lists", update.args(["update", "-qq"]))?;
    let mut install = program("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    step(
        package,
        install.args(["install", "-y", "-qq", "--no-install-recommends", package]),
    )
}

/// The Python environment's folder.
pub fn venv() -> PathBuf {
    root().join(".venv")
}

fn python() -> Result<()> {
    let mail_server = ["-c", "import aiosmtpd"];
    if answers(venv().join("bin/schemathesis"), &["--version"])
        && answers(venv().join("bin/python"), &mail_server)
    {
        println!("── schemathesis, aiosmtpd: there");
        return Ok(());
    }
    if !answers("python3", &["--version"]) {
        bail!("Python 3 is missing; install the packages python3 and python3-venv");
    }
    step(
        "Python environment",
        program("python3").args(["-m", "venv", ".venv"]),
    )
    .context("if it says that ensurepip is missing, install the package python3-venv")?;
    let pip = [
        "install",
        "--quiet",
        "--disable-pip-version-check",
        SCHEMATHESIS,
        MAIL_SERVER,
    ];
    step(
        "schemathesis, aiosmtpd",
        program(venv().join("bin/pip")).args(pip),
    )
}

fn cargo_tool(name: &str, question: &[&str]) -> Result<()> {
    let mut ask = cargo();
    let there = ask
        .args(question)
        .output()
        .is_ok_and(|out| out.status.success());
    if there {
        println!("── {name}: there");
        return Ok(());
    }
    // Its build must not disturb the features and the cache of ours.
    let mut install = cargo();
    install.env_remove("CARGO_TARGET_DIR");
    step(name, install.args(["install", "--locked", name]))
}
