//! The names the review finds in a text are in that text.
#![no_main]

use heyrick_domain::review::names_in;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for name in names_in(text) {
        assert!(text.contains(&name));
    }
});
