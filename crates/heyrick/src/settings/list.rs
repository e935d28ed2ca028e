//! The only list of settings; a house check holds the manual to it.

/// A setting: its name in the file, its environment variable, what it does.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name in the TOML file.
    pub name: &'static str,
    /// Its environment variable.
    pub env: &'static str,
    /// What it does.
    pub about: &'static str,
}

/// Every setting.
pub const ALL: &[Setting] = &[
    Setting {
        name: "data",
        env: "HEYRICK_DATA",
        about: "folder of the database, the key file and the checkpoints",
    },
    Setting {
        name: "database_url",
        env: "HEYRICK_DATABASE_URL",
        about: "postgres://… instead of SQLite in the folder",
    },
    Setting {
        name: "keys",
        env: "HEYRICK_KEYS",
        about: "key file, if it is kept elsewhere",
    },
    Setting {
        name: "checkpoints",
        env: "HEYRICK_CHECKPOINTS",
        about: "file the journal's checkpoints are appended to, if it is kept elsewhere",
    },
    Setting {
        name: "listen",
        env: "HEYRICK_LISTEN",
        about: "address and port to listen on",
    },
    Setting {
        name: "public_url",
        env: "HEYRICK_PUBLIC_URL",
        about: "where people reach the server; https makes cookies secure",
    },
    Setting {
        name: "trusted_proxies",
        env: "HEYRICK_TRUSTED_PROXIES",
        about: "addresses of proxies in front; whom they say they ask for is believed",
    },
    Setting {
        name: "sign_in.second_factor",
        env: "HEYRICK_SECOND_FACTOR",
        about: "required or optional",
    },
    Setting {
        name: "session.idle_minutes",
        env: "HEYRICK_SESSION_IDLE_MINUTES",
        about: "a session ends after this long without a request",
    },
    Setting {
        name: "session.absolute_hours",
        env: "HEYRICK_SESSION_ABSOLUTE_HOURS",
        about: "a session ends this long after sign-in",
    },
    Setting {
        name: "tasks.sergeant_hours",
        env: "HEYRICK_TASKS_SERGEANT_HOURS",
        about: "an overdue task goes up to the sergeant after this long",
    },
    Setting {
        name: "tasks.inspector_hours",
        env: "HEYRICK_TASKS_INSPECTOR_HOURS",
        about: "an overdue task goes up to the inspector after this long",
    },
    Setting {
        name: "referral.office_hours",
        env: "HEYRICK_REFERRAL_OFFICE_HOURS",
        about: "when the local authority's offices answer on working days",
    },
    Setting {
        name: "mail.server",
        env: "HEYRICK_MAIL_SERVER",
        about: "mail server, with a port if it is not the usual one; without one no e-mail is sent",
    },
    Setting {
        name: "mail.from",
        env: "HEYRICK_MAIL_FROM",
        about: "who e-mail is from",
    },
    Setting {
        name: "mail.tls",
        env: "HEYRICK_MAIL_TLS",
        about: "starttls, implicit, or none to this machine alone",
    },
    Setting {
        name: "mail.username",
        env: "HEYRICK_MAIL_USERNAME",
        about: "user name at the mail server",
    },
    Setting {
        name: "mail.password_file",
        env: "HEYRICK_MAIL_PASSWORD_FILE",
        about: "file that holds the password at the mail server",
    },
    Setting {
        name: "mail.ca_file",
        env: "HEYRICK_MAIL_CA_FILE",
        about: "certificate authority of the mail server, if it is your own",
    },
    Setting {
        name: "files.folder",
        env: "HEYRICK_FILES_FOLDER",
        about: "folder of evidence files, if it is not `files` in the folder",
    },
    Setting {
        name: "files.bucket",
        env: "HEYRICK_FILES_BUCKET",
        about: "bucket of evidence files; naming one chooses S3 instead of a folder",
    },
    Setting {
        name: "files.endpoint",
        env: "HEYRICK_FILES_ENDPOINT",
        about: "address of the S3-compatible store, if it is not Amazon's own",
    },
    Setting {
        name: "files.region",
        env: "HEYRICK_FILES_REGION",
        about: "region of the bucket",
    },
    Setting {
        name: "files.access_key",
        env: "HEYRICK_FILES_ACCESS_KEY",
        about: "access key of the bucket",
    },
    Setting {
        name: "files.secret_key_file",
        env: "HEYRICK_FILES_SECRET_KEY_FILE",
        about: "file that holds the secret key of the bucket",
    },
    Setting {
        name: "log",
        env: "HEYRICK_LOG",
        about: "what is logged, such as info or heyrick_web=debug",
    },
];
