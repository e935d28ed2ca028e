//! Whatever is posted for whichever step, reading it ends, and answers only questions of that step.
#![no_main]

use heyrick_domain::form::post::from_page;
use heyrick_domain::form::{Form, Lists};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, Vec<(u8, String)>)| {
    let form = Form::find("nrm-2026-04").unwrap();
    let steps = &form.steps;
    let step = &steps[usize::from(input.0) % steps.len()];
    let fields: Vec<(String, String)> = (input.1.into_iter())
        .filter(|_| !step.ask.is_empty())
        .map(|(key, value)| (step.ask[usize::from(key) % step.ask.len()].clone(), value))
        .collect();
    let posting = from_page(form, step, &fields, &Lists::default(), date(2026, 11, 24));
    assert!(posting.answers.keys().all(|key| step.ask.contains(key)));
});
