//! Where e-mail goes out, if it does: a mail server, who it is from, how the connection is kept private.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use heyrick_domain::digest::address;
use serde::Deserialize;

/// `[mail]` of the settings file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailFile {
    server: Option<String>,
    from: Option<String>,
    tls: Option<String>,
    username: Option<String>,
    password_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
}

/// The same on the command line.
#[derive(Debug, Clone, Default, Args)]
pub struct MailArgs {
    /// Mail server, such as `smtp.force.example` or with a port; without one no e-mail is sent
    #[arg(
        long = "mail-server",
        value_name = "HOST[:PORT]",
        env = "HEYRICK_MAIL_SERVER"
    )]
    pub server: Option<String>,
    /// Who e-mail is from: one address
    #[arg(long = "mail-from", value_name = "ADDRESS", env = "HEYRICK_MAIL_FROM")]
    pub from: Option<String>,
    /// starttls (usual), implicit, or none (to this machine alone)
    #[arg(long = "mail-tls", value_name = "WHICH", env = "HEYRICK_MAIL_TLS")]
    pub tls: Option<String>,
    /// User name at the mail server
    #[arg(
        long = "mail-username",
        value_name = "NAME",
        env = "HEYRICK_MAIL_USERNAME"
    )]
    pub username: Option<String>,
    /// File that holds the password, and nothing else
    #[arg(
        long = "mail-password-file",
        value_name = "FILE",
        env = "HEYRICK_MAIL_PASSWORD_FILE"
    )]
    pub password_file: Option<PathBuf>,
    /// Certificate (PEM) of your own authority, if the mail server's comes from it
    #[arg(
        long = "mail-ca-file",
        value_name = "FILE",
        env = "HEYRICK_MAIL_CA_FILE"
    )]
    pub ca_file: Option<PathBuf>,
}

/// How the connection is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// Begun in clear, made private before anything is said; never without.
    StartTls,
    /// Private from the first byte.
    Implicit,
    /// Not at all: only to this machine itself.
    None,
}

impl MailTls {
    const fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Implicit => 465,
            Self::None => 25,
        }
    }
}

/// Where e-mail goes out, settled.
#[derive(Clone)]
pub struct Mail {
    /// The mail server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who e-mail is from.
    pub from: String,
    /// How the connection is kept private.
    pub tls: MailTls,
    /// User name and password, if the server asks for them.
    pub login: Option<(String, String)>,
    /// A certificate authority of the operator's own, PEM.
    pub ca: Option<Vec<u8>>,
}

impl std::fmt::Debug for Mail {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

impl MailArgs {
    /// Settles where e-mail goes out; `None` when no server is named.
    ///
    /// # Errors
    /// A sentence for a value that does not hold, or a file that cannot be read.
    pub(super) fn settle(&self, file: &MailFile) -> Result<Option<Mail>> {
        let Some(server) = self.server.clone().or_else(|| file.server.clone()) else {
            return Ok(None);
        };
        let tls = match self.tls.as_deref().or(file.tls.as_deref()) {
            None | Some("starttls") => MailTls::StartTls,
            Some("implicit") => MailTls::Implicit,
            Some("none") => MailTls::None,
            Some(_) => bail!("mail.tls is \"starttls\", \"implicit\" or \"none\""),
        };
        let (host, port) = host_and_port(&server, tls)?;
        if tls == MailTls::None && !["localhost", "127.0.0.1", "::1"].contains(&host.as_str()) {
            bail!("mail.tls can be \"none\" only to a mail server on this machine itself");
        }
        let from = self.from.as_deref().or(file.from.as_deref());
        let from = from.context("mail.from is missing: say who e-mail is from")?;
        let from = address(from).context("mail.from is not one plain e-mail address")?;
        let read = |path: PathBuf| {
            std::fs::read(&path).with_context(|| format!("{} could not be read", path.display()))
        };
        let user = self.username.clone().or_else(|| file.username.clone());
        let password = self
            .password_file
            .clone()
            .or_else(|| file.password_file.clone());
        let login = match (user, password) {
            (None, None) => None,
            (Some(user), Some(path)) => {
                let text = String::from_utf8(read(path)?).context("the password is not text")?;
                Some((user, text.trim_end_matches(['\r', '\n']).to_owned()))
            }
            _ => bail!("mail.username and mail.password_file belong together"),
        };
        if login.is_some() && tls == MailTls::None {
            bail!("a password is never sent without TLS: set mail.tls");
        }
        let ca = self.ca_file.clone().or_else(|| file.ca_file.clone());
        Ok(Some(Mail {
            host,
            port,
            from,
            tls,
            login,
            ca: ca.map(read).transpose()?,
        }))
    }
}

fn host_and_port(server: &str, tls: MailTls) -> Result<(String, u16)> {
    let wrong = "mail.server is a host name, with a port if it is not the usual one";
    if server.starts_with('[') || server.matches(':').count() > 1 {
        bail!("mail.server is a host name, not an address of version 6");
    }
    let (host, port) = match server.split_once(':') {
        Some((host, port)) => (host, port.parse().ok().context(wrong)?),
        None => (server, tls.port()),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    if host.is_empty() || !host.bytes().all(plain) {
        bail!("{wrong}");
    }
    Ok((host.to_owned(), port))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn settled(server: &str, tls: Option<&str>) -> Result<Option<Mail>> {
        let args = MailArgs {
            server: Some(server.to_owned()),
            from: Some("heyrick@force.example".to_owned()),
            tls: tls.map(str::to_owned),
            ..MailArgs::default()
        };
        args.settle(&MailFile::default())
    }

    #[test]
    fn without_a_server_no_mail_is_sent() {
        let none = MailArgs::default().settle(&MailFile::default());
        assert!(none.unwrap().is_none());
    }

    #[test]
    fn the_usual_port_follows_how_the_connection_is_kept_private() {
        for (tls, port) in [
            (None, 587),
            (Some("starttls"), 587),
            (Some("implicit"), 465),
        ] {
            let mail = settled("smtp.force.example", tls).unwrap().unwrap();
            assert_eq!(
                (mail.host.as_str(), mail.port),
                ("smtp.force.example", port)
            );
        }
        assert_eq!(
            settled("localhost", Some("none")).unwrap().unwrap().port,
            25
        );
        assert_eq!(settled("localhost:2525", None).unwrap().unwrap().port, 2525);
    }

    #[test]
    fn what_is_not_private_is_refused_in_a_sentence() {
        let said = |server, tls| settled(server, tls).unwrap_err().to_string();
        assert!(said("smtp.force.example", Some("none")).contains("this machine"));
        assert!(said("smtp.force.example", Some("ssl")).contains("starttls"));
        assert!(said("smtp.force.example:x", None).contains("host name"));
        assert!(said("[::1]:25", None).contains("host name"));
        assert!(said("a b", None).contains("host name"));
        let half = MailArgs {
            server: Some("localhost".to_owned()),
            from: Some("heyrick@force.example".to_owned()),
            username: Some("heyrick".to_owned()),
            ..MailArgs::default()
        };
        let said = half.settle(&MailFile::default()).unwrap_err().to_string();
        assert!(said.contains("belong together"));
    }
}
