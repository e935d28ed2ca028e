//! What an operator says of referrals: when the local authority's offices answer.

use anyhow::{Context as _, Result};
use clap::Args;
use heyrick_domain::office_hours::OfficeHours;
use serde::Deserialize;

/// `[referral]` of the settings file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReferralFile {
    office_hours: Option<String>,
}

/// The same on the command line.
#[derive(Debug, Clone, Default, Args)]
pub struct ReferralArgs {
    /// When the local authority's offices answer on working days [usual: 09:00-17:00]
    #[arg(
        long = "referral-office-hours",
        value_name = "HH:MM-HH:MM",
        env = "HEYRICK_REFERRAL_OFFICE_HOURS"
    )]
    pub office_hours: Option<String>,
}

impl ReferralArgs {
    pub(super) fn settle(&self, file: &ReferralFile) -> Result<OfficeHours> {
        let given = self.office_hours.as_ref().or(file.office_hours.as_ref());
        let hours = given.map(|text| text.parse()).transpose();
        Ok(hours
            .context("referral.office_hours cannot be read")?
            .unwrap_or_default())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_comes_before_the_file() {
        let args = |hours: Option<&str>| ReferralArgs {
            office_hours: hours.map(str::to_owned),
        };
        let file = ReferralFile {
            office_hours: Some("08:00-16:00".into()),
        };
        let settled = |given| args(given).settle(&file).map(|hours| hours.to_string());
        assert_eq!(settled(None).unwrap(), "08:00-16:00");
        assert_eq!(settled(Some("10:00-18:00")).unwrap(), "10:00-18:00");
        assert!(settled(Some("always")).is_err());
    }
}
