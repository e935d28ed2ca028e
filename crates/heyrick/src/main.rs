//! heyrick.
fn main() {}
