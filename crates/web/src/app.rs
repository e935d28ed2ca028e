//! What every handler can reach: the store, the words, the pages, the settings.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use heyrick_domain::office_hours::OfficeHours;
use heyrick_domain::task::escalation::Delays;
use heyrick_store::Store;
use heyrick_words::Words;

use crate::page::Pages;

/// The running program, as handlers see it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// Records, journal, keys, policies.
    pub store: Store,
    /// Every word on screen.
    pub words: Words,
    /// Templates and components.
    pub pages: Pages,
    /// What the operator chose.
    pub settings: Arc<Settings>,
}

/// What the operator chose that pages depend on.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where people reach this server, such as `https://heyrick.force.example`, without a final `/`.
    /// Decides cookie names and the origin check.
    pub public_url: String,
    /// Shows the banner that every person here is invented.
    pub demo: bool,
    /// Whether signing in needs a code as well as a password.
    pub second_factor: SecondFactor,
    /// A session ends when nothing was asked for this long.
    pub session_idle: Duration,
    /// A session ends this long after sign-in, whatever happens.
    pub session_absolute: Duration,
    /// How long a task may be overdue before it goes up.
    pub delays: Delays,
    /// When the local authority's offices answer.
    pub office_hours: OfficeHours,
    /// Whether this installation sends e-mail.
    pub sends_mail: bool,
    /// Proxies in front of this server, by address: whom they say they ask for is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// Whether signing in needs a code as well as a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// Everybody needs one.
    Required,
    /// Everybody may have one.
    Optional,
}

impl Settings {
    /// Says whether people reach this server over https.
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://localhost:8080".into(),
            demo: false,
            second_factor: SecondFactor::Required,
            session_idle: Duration::from_secs(30 * 60),
            session_absolute: Duration::from_secs(12 * 60 * 60),
            delays: Delays::default(),
            office_hours: OfficeHours::default(),
            sends_mail: false,
            trusted_proxies: Vec::new(),
        }
    }
}
