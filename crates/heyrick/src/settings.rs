//! What the operator chooses: flags before environment before one TOML file before the usual value.
//!
//! [`ALL`] is the only list of them.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use heyrick_web::SecondFactor;
use serde::Deserialize;

mod files;
mod list;
mod mail;
mod referral;
mod tasks;

use files::FilesFile;
pub use files::{FilesArgs, FilesPlace};
pub use list::ALL;
use mail::MailFile;
pub use mail::{Mail, MailArgs, MailTls};
use referral::{ReferralArgs, ReferralFile};
use tasks::{TaskArgs, TasksFile};

/// Where the database and what belongs to it are. Taken by every command.
#[derive(Debug, Clone, Default, Args)]
pub struct WhereArgs {
    /// Folder of the database, the key file and the checkpoints
    #[arg(long, value_name = "DIR", env = "HEYRICK_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// PostgreSQL instead of SQLite in the folder: postgres://user@host/database
    #[arg(
        long,
        value_name = "URL",
        env = "HEYRICK_DATABASE_URL",
        hide_env_values = true,
        global = true
    )]
    pub database_url: Option<String>,
    /// Key file, if it is not keys.json in the folder
    #[arg(long, value_name = "FILE", env = "HEYRICK_KEYS", global = true)]
    pub keys: Option<PathBuf>,
    /// File of the journal's checkpoints, if it is not checkpoints.txt in the folder
    #[arg(long, value_name = "FILE", env = "HEYRICK_CHECKPOINTS", global = true)]
    pub checkpoints: Option<PathBuf>,
    /// Where evidence files are kept.
    #[command(flatten)]
    pub files: FilesArgs,
    /// File of settings in TOML
    #[arg(long, value_name = "FILE", env = "HEYRICK_CONFIG", global = true)]
    pub config: Option<PathBuf>,
}

/// Where the database and what belongs to it are, settled.
#[derive(Debug, Clone)]
pub struct Where {
    /// `sqlite:FILE` or `postgres://…`.
    pub address: String,
    /// The folder.
    pub data: PathBuf,
    /// The key file.
    pub keys: PathBuf,
    /// The file checkpoints are appended to.
    pub checkpoints: PathBuf,
    /// Where evidence files are kept.
    pub files: FilesPlace,
}

/// The settings file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    data: Option<PathBuf>,
    database_url: Option<String>,
    keys: Option<PathBuf>,
    checkpoints: Option<PathBuf>,
    listen: Option<SocketAddr>,
    public_url: Option<String>,
    #[serde(default)]
    trusted_proxies: Vec<IpAddr>,
    log: Option<String>,
    #[serde(default)]
    sign_in: SignInFile,
    #[serde(default)]
    session: SessionFile,
    #[serde(default)]
    tasks: TasksFile,
    #[serde(default)]
    referral: ReferralFile,
    #[serde(default)]
    mail: MailFile,
    #[serde(default)]
    files: FilesFile,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignInFile {
    second_factor: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionFile {
    idle_minutes: Option<u64>,
    absolute_hours: Option<u64>,
}

impl MailArgs {
    /// Settles where e-mail goes out, for a command that sends some.
    ///
    /// # Errors
    /// A sentence when no mail server is named, or for a value that does not hold.
    pub fn settle_for(&self, file: &File) -> Result<Mail> {
        let mail = self.settle(&file.mail)?;
        mail.context("no e-mail is sent: name a mail server with --mail-server or mail.server")
    }
}

/// Reads the settings file, if one is named.
///
/// # Errors
/// A sentence naming the file and what is wrong with it.
pub fn file(path: Option<&Path>) -> Result<File> {
    let Some(path) = path else {
        return Ok(File::default());
    };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the settings file {} could not be read", path.display()))?;
    toml::from_str(&text).map_err(|error| {
        let line = error
            .span()
            .map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        anyhow::anyhow!(
            "the settings file {} is wrong at line {line}: {}",
            path.display(),
            error.message()
        )
    })
}

impl WhereArgs {
    /// Settles where things are.
    ///
    /// # Errors
    /// A sentence when neither a folder nor a database is named, or the address is neither SQLite nor
    /// PostgreSQL.
    pub fn settle(&self, file: &File) -> Result<Where> {
        let database_url = self
            .database_url
            .clone()
            .or_else(|| file.database_url.clone());
        let data = self.data.clone().or_else(|| file.data.clone());
        let (address, data) = match (database_url, data) {
            (Some(url), data) => {
                if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
                    bail!("the database address must begin with postgres://");
                }
                (url, data.unwrap_or_else(|| PathBuf::from(".")))
            }
            (None, Some(data)) => (
                format!("sqlite:{}", data.join("heyrick.db").display()),
                data,
            ),
            (None, None) => {
                bail!("say where the data is: --data DIR, or --database-url postgres://…")
            }
        };
        let keys = self.keys.clone().or_else(|| file.keys.clone());
        let checkpoints = self
            .checkpoints
            .clone()
            .or_else(|| file.checkpoints.clone());
        Ok(Where {
            files: self.files.settle(&file.files, &data)?,
            keys: keys.unwrap_or_else(|| data.join("keys.json")),
            checkpoints: checkpoints.unwrap_or_else(|| data.join("checkpoints.txt")),
            address,
            data,
        })
    }
}

impl WhereArgs {
    /// Where files are kept as flags and settings say; `None` when they name neither that nor a folder of data.
    ///
    /// # Errors
    /// A sentence for a value that does not hold.
    pub fn files_named(&self, file: &File) -> Result<Option<FilesPlace>> {
        let data = self.data.clone().or_else(|| file.data.clone());
        let settled = self
            .files
            .settle(&file.files, data.as_deref().unwrap_or(Path::new(".")))?;
        let named = data.is_some() || self.files.is_named(&file.files);
        Ok(named.then_some(settled))
    }
}

/// What only a server needs.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArgs {
    /// Address and port to listen on [usual: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR", env = "HEYRICK_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Where people reach the server, such as `https://heyrick.force.example`
    #[arg(long, value_name = "URL", env = "HEYRICK_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Addresses of proxies in front, separated by commas: whom they say they ask for is believed
    #[arg(
        long,
        value_name = "ADDR,ADDR",
        env = "HEYRICK_TRUSTED_PROXIES",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether signing in needs a code as well: required (usual) or optional
    #[arg(long, value_name = "WHICH", env = "HEYRICK_SECOND_FACTOR")]
    pub second_factor: Option<String>,
    /// Minutes without a request after which a session ends [usual: 30]
    #[arg(long, value_name = "N", env = "HEYRICK_SESSION_IDLE_MINUTES")]
    pub session_idle_minutes: Option<u64>,
    /// Hours after sign-in at which a session ends [usual: 12]
    #[arg(long, value_name = "N", env = "HEYRICK_SESSION_ABSOLUTE_HOURS")]
    pub session_absolute_hours: Option<u64>,
    /// What is logged [usual: info]
    #[arg(long, value_name = "FILTER", env = "HEYRICK_LOG")]
    pub log: Option<String>,
    /// When tasks go up.
    #[command(flatten)]
    pub tasks: TaskArgs,
    /// What holds of referrals.
    #[command(flatten)]
    pub referral: ReferralArgs,
    /// Where e-mail goes out.
    #[command(flatten)]
    pub mail: MailArgs,
}

/// What a server needs, settled.
#[derive(Debug, Clone)]
pub struct Serving {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Settings of the pages.
    pub web: heyrick_web::Settings,
    /// What is logged.
    pub log: String,
    /// Where e-mail goes out; `None` when none is sent.
    pub mail: Option<Mail>,
}

impl ServeArgs {
    /// Settles how to serve.
    ///
    /// # Errors
    /// A sentence for a value that does not hold.
    pub fn settle(&self, file: &File) -> Result<Serving> {
        let listen = self
            .listen
            .or(file.listen)
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let factor = self
            .second_factor
            .clone()
            .or_else(|| file.sign_in.second_factor.clone());
        let second_factor = match factor.as_deref() {
            None | Some("required") => SecondFactor::Required,
            Some("optional") => SecondFactor::Optional,
            Some(_) => bail!("sign_in.second_factor is either \"required\" or \"optional\""),
        };
        let public_url = self.public_url.clone().or_else(|| file.public_url.clone());
        let public_url = public_url.unwrap_or_else(|| format!("http://{listen}"));
        let public_url = public_url.trim_end_matches('/').to_owned();
        if !public_url.starts_with("http://") && !public_url.starts_with("https://") {
            bail!("public_url must begin with https:// (or http:// on this machine alone)");
        }
        let idle = self
            .session_idle_minutes
            .or(file.session.idle_minutes)
            .unwrap_or(30);
        let absolute = self
            .session_absolute_hours
            .or(file.session.absolute_hours)
            .unwrap_or(12);
        if !(1..=24 * 60).contains(&idle) || !(1..=24).contains(&absolute) {
            bail!("a session lasts 1 to 1440 minutes without a request, and 1 to 24 hours in all");
        }
        let log = self
            .log
            .clone()
            .or_else(|| file.log.clone())
            .unwrap_or_else(|| "info".to_owned());
        let mail = self.mail.settle(&file.mail)?;
        Ok(Serving {
            listen,
            web: heyrick_web::Settings {
                public_url,
                demo: false,
                second_factor,
                session_idle: Duration::from_secs(idle * 60),
                session_absolute: Duration::from_secs(absolute * 60 * 60),
                delays: self.tasks.settle(&file.tasks)?,
                office_hours: self.referral.settle(&file.referral)?,
                sends_mail: mail.is_some(),
                trusted_proxies: match self.trusted_proxies.is_empty() {
                    true => file.trusted_proxies.clone(),
                    false => self.trusted_proxies.clone(),
                },
            },
            log,
            mail,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_folder_names_everything_unless_something_else_does() {
        let args = WhereArgs {
            data: Some("d".into()),
            keys: Some("k".into()),
            ..WhereArgs::default()
        };
        let settled = args.settle(&File::default()).unwrap();
        assert_eq!(settled.address, "sqlite:d/heyrick.db");
        assert_eq!(settled.keys, Path::new("k"));
        assert_eq!(settled.checkpoints, Path::new("d/checkpoints.txt"));
    }

    #[test]
    fn a_wrong_value_is_a_sentence() {
        let said = |args: WhereArgs| args.settle(&File::default()).unwrap_err().to_string();
        assert!(said(WhereArgs::default()).contains("--data"));
        let wrong = WhereArgs {
            database_url: Some("mysql://x".into()),
            ..WhereArgs::default()
        };
        assert!(said(wrong).contains("postgres://"));
        let args = ServeArgs {
            second_factor: Some("maybe".into()),
            ..ServeArgs::default()
        };
        assert!(
            args.settle(&File::default())
                .unwrap_err()
                .to_string()
                .contains("optional")
        );
    }

    #[test]
    fn every_setting_in_the_file_is_in_the_list() {
        let text = "data = 'd'\ndatabase_url = 'x'\nkeys = 'k'\ncheckpoints = 'c'\nlisten = '127.0.0.1:1'\n\
            public_url = 'http://x'\nlog = 'info'\ntrusted_proxies = ['127.0.0.1']\n[sign_in]\nsecond_factor = 'optional'\n[session]\n\
            idle_minutes = 5\nabsolute_hours = 2\n[tasks]\nsergeant_hours = 4\ninspector_hours = 8\n[referral]\noffice_hours = '09:00-17:00'\n[mail]\nserver = 'localhost'\nfrom = 'a@b.example'\ntls = 'none'\nusername = 'u'\n\
            password_file = 'p'\nca_file = 'c'\n[files]\nfolder = 'f'\nendpoint = 'https://x'\nbucket = 'b'\n\
            region = 'r'\naccess_key = 'a'\nsecret_key_file = 's'\n";
        let _: File = toml::from_str(text).unwrap();
        let table: toml::Table = toml::from_str(text).unwrap();
        let names: Vec<String> = table
            .iter()
            .flat_map(|(name, value)| match value.as_table() {
                Some(inner) => inner.keys().map(|key| format!("{name}.{key}")).collect(),
                None => vec![name.clone()],
            })
            .collect();
        for name in &names {
            assert!(ALL.iter().any(|setting| setting.name == name), "{name}");
        }
        assert_eq!(names.len(), ALL.len());
    }
}
