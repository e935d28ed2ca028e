//! How long a task may be overdue before it goes up.

use anyhow::Result;
use clap::Args;
use heyrick_domain::task::escalation::{Delays, Rung};
use serde::Deserialize;

/// `[tasks]` of the settings file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TasksFile {
    sergeant_hours: Option<u32>,
    inspector_hours: Option<u32>,
}

/// The same on the command line.
#[derive(Debug, Clone, Default, Args)]
pub struct TaskArgs {
    /// Hours after which an overdue task goes up to the sergeant [usual: 24]
    #[arg(
        long = "tasks-sergeant-hours",
        value_name = "N",
        env = "HEYRICK_TASKS_SERGEANT_HOURS"
    )]
    pub sergeant_hours: Option<u32>,
    /// Hours after which it goes up to the inspector [usual: 72]
    #[arg(
        long = "tasks-inspector-hours",
        value_name = "N",
        env = "HEYRICK_TASKS_INSPECTOR_HOURS"
    )]
    pub inspector_hours: Option<u32>,
}

impl TaskArgs {
    pub(super) fn settle(&self, file: &TasksFile) -> Result<Delays> {
        let usual = Delays::default();
        let hours = |flag: Option<u32>, file: Option<u32>, rung| {
            flag.or(file).unwrap_or_else(|| usual.of(rung))
        };
        let sergeant = hours(self.sergeant_hours, file.sergeant_hours, Rung::Sergeant);
        let usual_inspector = hours(None, file.inspector_hours, Rung::Inspector).max(sergeant);
        let inspector = self.inspector_hours.unwrap_or(usual_inspector);
        Ok(Delays::hours(sergeant, inspector)?)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_inspector_comes_after_the_sergeant() {
        let settled = |sergeant, inspector| {
            let args = TaskArgs {
                sergeant_hours: sergeant,
                inspector_hours: inspector,
            };
            args.settle(&TasksFile::default())
        };
        assert_eq!(settled(None, None).unwrap(), Delays::default());
        assert_eq!(
            settled(Some(100), None).unwrap(),
            Delays::hours(100, 100).unwrap()
        );
        assert!(settled(Some(4), Some(3)).is_err());
        assert!(settled(Some(0), None).is_err());
    }
}
