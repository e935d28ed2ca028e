//! Whatever object is sent for whichever step, it is answered or refused, never a crash.
#![no_main]

use heyrick_domain::form::post::from_json;
use heyrick_domain::form::{Form, Lists};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let form = Form::find("nrm-2026-04").unwrap();
    let steps = &form.steps;
    let step = &steps[usize::from(input.0) % steps.len()];
    if let Ok(body) = serde_json::from_slice(input.1) {
        let _ = from_json(form, step, &body, &Lists::default(), date(2026, 11, 24));
    }
});
