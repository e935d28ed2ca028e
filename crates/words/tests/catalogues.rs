//! House check: every locale has every key, with the same arguments, in a file of the same name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use heyrick_words::{Locale, Words};

type Catalogue = BTreeMap<String, (String, BTreeSet<String>)>;

#[test]
fn every_locale_has_every_key_with_the_same_arguments() {
    Words::shipped().expect("catalogues can be read");
    let english = catalogue(Locale::En);
    assert!(!english.is_empty());
    for locale in Locale::ALL {
        let other = catalogue(locale);
        let mut wrong = Vec::new();
        for key in english.keys().chain(other.keys()).collect::<BTreeSet<_>>() {
            match (english.get(key), other.get(key)) {
                (Some(a), Some(b)) if a == b => {}
                (a, b) => wrong.push(format!("{key}: en {a:?}, {} {b:?}", locale.code())),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn a_catalogue_no_speaker_has_read_says_so_in_its_first_line() {
    for locale in Locale::ALL.into_iter().filter(|locale| !locale.reviewed()) {
        for (file, text) in files(locale) {
            let first = text.lines().next().unwrap_or_default();
            assert!(
                first.starts_with('#') && first.contains("not yet reviewed by a speaker"),
                "{file} should open with: # Welsh: not yet reviewed by a speaker."
            );
        }
    }
}

fn files(locale: Locale) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../locales")
        .join(locale.code());
    std::fs::read_dir(folder)
        .expect("a folder of catalogues")
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn catalogue(locale: Locale) -> Catalogue {
    let mut found = Catalogue::new();
    for (file, text) in files(locale) {
        let resource = fluent_syntax::parser::parse(text.as_str())
            .unwrap_or_else(|(_, why)| panic!("{file}: {why:?}"));
        for entry in resource.body {
            let Entry::Message(message) = entry else {
                continue;
            };
            let mut arguments = BTreeSet::new();
            if let Some(pattern) = &message.value {
                of_pattern(pattern, &mut arguments);
            }
            found.insert(message.id.name.to_owned(), (file.clone(), arguments));
        }
    }
    found
}

fn of_pattern(pattern: &Pattern<&str>, into: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            of_expression(expression, into);
        }
    }
}

fn of_expression(expression: &Expression<&str>, into: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => of_inline(inline, into),
        Expression::Select { selector, variants } => {
            of_inline(selector, into);
            for variant in variants {
                of_pattern(&variant.value, into);
            }
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, into: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            into.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => of_expression(expression, into),
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                of_inline(argument, into);
            }
        }
        _ => {}
    }
}
