//! The key file: journal signing key, hashing key, key-encryption key; and sealing under a key per record.

/// The keys of one installation.
#[derive(Debug)]
pub struct Keys {}
