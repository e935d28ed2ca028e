//! A partial date that can be read is written the same way again, and its first day is not after its last.
#![no_main]

use heyrick_domain::partial_date::PartialDate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(date) = text.parse::<PartialDate>() {
        assert_eq!(date.to_string(), text);
        let (first, last) = date.span();
        assert!(first <= last);
    }
});
