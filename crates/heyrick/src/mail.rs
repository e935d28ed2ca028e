//! Sending e-mail: one plain text to one address, over SMTP. What goes wrong is a code; addresses and a
//! server's words are never logged.

use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use heyrick_domain::digest::address;
use heyrick_words::{Locale, Words};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use uuid::Uuid;

use crate::settings::{File, Mail, MailArgs, MailTls};

/// How long a mail server may take over one step.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Why an e-mail was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// Nobody answers there, or the connection broke.
    #[error("the mail server could not be reached")]
    Unreachable,
    /// The connection could not be made private.
    #[error(
        "the connection to the mail server could not be made private; is its certificate known?"
    )]
    Tls,
    /// The server will take it later.
    #[error("the mail server asks to try again later")]
    Later,
    /// The server will not take it.
    #[error("the mail server refused the message")]
    Refused,
    /// The server does not know us.
    #[error("the mail server refused the user name or password")]
    Login,
    /// The message could not be put together.
    #[error("the message could not be made")]
    Message,
}

impl NotSent {
    /// The word kept in the store and in the log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::Later => "later",
            Self::Refused => "refused",
            Self::Login => "login",
            Self::Message => "message",
        }
    }

    /// Whether trying again is useless today: the server said no to this address.
    pub const fn for_good(self) -> bool {
        matches!(self, Self::Refused | Self::Message)
    }
}

impl From<lettre::transport::smtp::Error> for NotSent {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        let code = error.status().map(u16::from);
        match code {
            Some(530 | 534 | 535 | 538) => Self::Login,
            Some(500..) => Self::Refused,
            Some(400..) => Self::Later,
            _ if error.is_tls() || is_handshake(&error) => Self::Tls,
            // The server offers no way in that we take, such as none but without TLS.
            _ if error.is_client() => Self::Tls,
            _ => Self::Unreachable,
        }
    }
}

/// Whether the connection broke while it was made private: the other side's certificate, or no TLS at all.
fn is_handshake(error: &dyn std::error::Error) -> bool {
    let mut cause = error.source();
    while let Some(one) = cause {
        let io = one.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::InvalidData) {
            return true;
        }
        cause = one.source();
    }
    false
}

/// A text for one address.
#[derive(Debug, Clone)]
pub struct Letter {
    /// What names it for ever: a second copy is seen as one.
    pub id: Uuid,
    /// To whom.
    pub to: String,
    /// In a few words.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Sends a letter.
///
/// # Errors
/// [`NotSent`] says what went wrong, without an address or a server's words.
pub async fn send(mail: &Mail, letter: Letter) -> Result<(), NotSent> {
    let message = message(mail, letter).ok_or(NotSent::Message)?;
    let transport = transport(mail)?;
    transport.send(message).await?;
    Ok(())
}

fn message(mail: &Mail, letter: Letter) -> Option<Message> {
    let mailbox = |text: &str| Some(Mailbox::new(None, text.parse().ok()?));
    let (_, host) = mail.from.rsplit_once('@')?;
    Message::builder()
        .from(mailbox(&mail.from)?)
        .to(mailbox(&letter.to)?)
        .subject(letter.subject)
        .message_id(Some(format!("<{}@{host}>", letter.id)))
        .raw_header(automatic())
        .header(ContentType::TEXT_PLAIN)
        .body(letter.text)
        .ok()
}

/// Says that no person wrote it, so that nobody's absence note answers (RFC 3834).
fn automatic() -> lettre::message::header::HeaderValue {
    let name = lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted");
    lettre::message::header::HeaderValue::new(name, "auto-generated".to_owned())
}

fn transport(mail: &Mail) -> Result<AsyncSmtpTransport<Tokio1Executor>, NotSent> {
    let tls = match mail.tls {
        MailTls::None => Tls::None,
        MailTls::StartTls => Tls::Required(parameters(mail)?),
        MailTls::Implicit => Tls::Wrapper(parameters(mail)?),
    };
    // The name we give is our domain, never this machine's.
    let host = mail
        .from
        .rsplit_once('@')
        .map_or("localhost", |(_, host)| host);
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)
        .port(mail.port)
        .tls(tls)
        .timeout(Some(TIMEOUT))
        .hello_name(ClientId::Domain(host.to_owned()));
    if let Some((user, password)) = &mail.login {
        builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
    }
    Ok(builder.build())
}

fn parameters(mail: &Mail) -> Result<TlsParameters, NotSent> {
    let mut builder = TlsParameters::builder(mail.host.clone());
    if let Some(pem) = &mail.ca {
        let ca = Certificate::from_pem(pem).map_err(|_| NotSent::Tls)?;
        builder = builder.add_root_certificate(ca);
    }
    builder.build_rustls().map_err(|_| NotSent::Tls)
}

/// E-mail: try the settings.
#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Send a test message, and say what came of it
    Test(TestArgs),
}

/// `heyrick mail test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// To which address
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    #[command(flatten)]
    mail: MailArgs,
}

/// Sends a test message.
///
/// # Errors
/// A sentence saying what is missing or what went wrong.
pub async fn run(command: MailCommand, file: &File) -> Result<()> {
    let MailCommand::Test(args) = command;
    let to = address(&args.to).context("--to is not one plain e-mail address")?;
    let mail = args.mail.settle_for(file)?;
    let words = Words::shipped().context("the catalogues of words could not be read")?;
    let say = |key| words.text(Locale::En, key, &[]);
    let letter = Letter {
        id: Uuid::new_v4(),
        to,
        subject: say("mail-test-subject"),
        text: say("mail-test-text"),
    };
    send(&mail, letter).await?;
    println!("The mail server took the test message. Look whether it arrived.");
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use heyrick_testkit::mail::{MailServer, Private};

    use super::*;

    const LOGIN: (&str, &str) = ("heyrick", "four willow leaves");

    fn settings(server: &MailServer, tls: MailTls) -> Mail {
        Mail {
            host: "localhost".to_owned(),
            port: server.port,
            from: "heyrick@force.example".to_owned(),
            tls,
            login: None,
            ca: Some(std::fs::read(server.certificate()).unwrap()),
        }
    }

    fn letter(to: &str) -> Letter {
        Letter {
            id: Uuid::from_u128(7),
            to: to.to_owned(),
            subject: "Mae’n aros".to_owned(),
            text: "Hwyl fawr – ŵ".to_owned(),
        }
    }

    fn with_login(mail: Mail, password: &str) -> Mail {
        Mail {
            login: Some((LOGIN.0.to_owned(), password.to_owned())),
            ..mail
        }
    }

    #[tokio::test]
    async fn a_letter_goes_in_clear_to_this_machine_alone() {
        let server = MailServer::start(Private::Plain, None).unwrap();
        let mail = settings(&server, MailTls::None);
        send(&mail, letter("amber@force.example")).await.unwrap();
        let taken = &server.messages().unwrap()[0];
        assert!(taken.contains("X-Test-To: amber@force.example"));
        assert!(taken.contains("Auto-Submitted: auto-generated"));
        assert!(taken.contains("Message-ID: <00000000-0000-0000-0000-000000000007@force.example>"));
        assert!(!taken.contains("Received:"), "nothing of this machine");
    }

    #[tokio::test]
    async fn a_letter_goes_in_private_by_starttls_and_from_the_first_byte() {
        for (private, tls) in [
            (Private::StartTls, MailTls::StartTls),
            (Private::Implicit, MailTls::Implicit),
        ] {
            let server = MailServer::start(private, Some(LOGIN)).unwrap();
            let mail = settings(&server, tls);
            let known = with_login(mail.clone(), LOGIN.1);
            send(&known, letter("amber@force.example")).await.unwrap();
            let taken = server.messages().unwrap();
            assert!(taken[0].contains("X-Test-Private: True"), "{tls:?}");
            let wrong = with_login(mail.clone(), "wrong");
            let said = send(&wrong, letter("amber@force.example")).await;
            assert_eq!(said, Err(NotSent::Login), "{tls:?}");
            let said = send(&mail, letter("amber@force.example")).await;
            assert_eq!(said, Err(NotSent::Login), "{tls:?}, without a login");
            let stranger = Mail { ca: None, ..known };
            let said = send(&stranger, letter("amber@force.example")).await;
            assert_eq!(
                said,
                Err(NotSent::Tls),
                "{tls:?}, a certificate nobody knows"
            );
            assert_eq!(server.messages().unwrap().len(), 1);
        }
    }

    #[tokio::test]
    async fn a_password_is_not_said_to_a_server_without_tls() {
        let server = MailServer::start(Private::Plain, None).unwrap();
        let mail = with_login(settings(&server, MailTls::StartTls), LOGIN.1);
        let said = send(&mail, letter("amber@force.example")).await;
        assert_eq!(said, Err(NotSent::Tls));
        assert!(server.messages().unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_a_server_says_no_to_is_told_from_what_it_takes_later() {
        let server = MailServer::start(Private::Plain, None).unwrap();
        let mail = settings(&server, MailTls::None);
        let said = send(&mail, letter("refused@force.example")).await;
        assert_eq!(said, Err(NotSent::Refused));
        let said = send(&mail, letter("later@force.example")).await;
        assert_eq!(said, Err(NotSent::Later));
        drop(server);
        let said = send(&mail, letter("amber@force.example")).await;
        assert_eq!(said, Err(NotSent::Unreachable));
        for error in [NotSent::Refused, NotSent::Later, NotSent::Unreachable] {
            assert!(!error.to_string().contains('@'), "{error}");
        }
    }
}
