//! Running other programs: where they are, what they say, how long they took.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

/// The repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// What every program started from here finds in its environment, besides ours.
static FOR_CHILDREN: OnceLock<(&str, PathBuf)> = OnceLock::new();

/// Sets one variable for every program started from here; the first call counts.
pub fn set_for_children(name: &'static str, value: PathBuf) {
    let _ = FOR_CHILDREN.set((name, value));
}

/// What cargo tells the program it runs about that program's own package.
const OF_THIS_PACKAGE: [&str; 4] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "CARGO_MANIFEST_LINKS",
    "CARGO_PKG_",
];

/// Cargo, the one that runs this. It is not told about our package: build scripts that look at those
/// variables would run again, and half the tree with them, each time this and a plain build take turns.
pub fn cargo() -> Command {
    let mut cargo = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let of_this = |of: &&str| name.to_string_lossy().starts_with(*of);
        if OF_THIS_PACKAGE.iter().any(of_this) {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// A program, run in the repository.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut program = Command::new(name);
    program.current_dir(root());
    if let Some((name, value)) = FOR_CHILDREN.get() {
        program.env(name, value);
    }
    program
}

/// Says what begins, runs it, says how long it took.
///
/// # Errors
/// A sentence with the step's name when it fails.
pub fn step(name: &str, command: &mut Command) -> Result<()> {
    println!("── {name}");
    let begun = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("{name}: the program could not be started"))?;
    if !status.success() {
        bail!("{name} failed");
    }
    println!("   {name}: done in {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// Whether a program answers `--version` (or another question).
pub fn answers(name: impl AsRef<OsStr>, question: &[&str]) -> bool {
    let mut command = program(name);
    command
        .args(question)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The first of these programs that is on the path.
pub fn found(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| {
        folders
            .iter()
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    })
}

/// The folder builds go to.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
