//! Catalogues: read once, asked by key, falling back to English, never failing a page.

use std::fmt;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use rust_embed::RustEmbed;

use crate::{Arg, Locale};

#[derive(RustEmbed)]
#[folder = "../../locales"]
pub(crate) struct Files;

/// A catalogue cannot be read; the text names file and place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// The file is not UTF-8.
    #[error("{0} is not UTF-8")]
    NotText(String),
    /// The file is not Fluent.
    #[error("{file} cannot be read: {why}")]
    NotFluent {
        /// Which file.
        file: String,
        /// What the parser said, with the place in bytes.
        why: String,
    },
    /// Two files of one locale have the same key.
    #[error("{file} repeats a key: {key}")]
    Repeated {
        /// The second file.
        file: String,
        /// The key.
        key: String,
    },
}

/// All catalogues. Cheap to clone.
#[derive(Clone)]
pub struct Words {
    bundles: Arc<[FluentBundle<FluentResource>; 2]>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words")
    }
}

impl Words {
    /// Reads the catalogues that came with the program.
    ///
    /// # Errors
    /// [`WordsError`] for a catalogue that cannot be read or repeats a key. A test reads them all.
    pub fn shipped() -> Result<Self, WordsError> {
        Ok(Self {
            bundles: Arc::new([bundle(Locale::En)?, bundle(Locale::Cy)?]),
        })
    }

    /// The words for a key, with values placed in them.
    ///
    /// Falls back to English. A key nobody wrote comes back as `⟦key⟧` and is logged: visible, but
    /// never a failed page.
    pub fn text(&self, locale: Locale, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.find(locale, key, args)
            .or_else(|| {
                tracing::warn!(locale = locale.code(), key, "no words for this key");
                self.find(Locale::En, key, args)
            })
            .unwrap_or_else(|| format!("⟦{key}⟧"))
    }

    /// Says whether English has words for this key, for keys made at run time.
    pub fn has(&self, key: &str) -> bool {
        self.has_in(Locale::En, key)
    }

    /// Says whether this locale itself has words for this key, without falling back.
    pub fn has_in(&self, locale: Locale, key: &str) -> bool {
        self.bundles[locale.index()].has_message(key)
    }

    fn find(&self, locale: Locale, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        let bundle = &self.bundles[locale.index()];
        let pattern = bundle.get_message(key)?.value()?;
        let args: FluentArgs<'_> = args.iter().cloned().collect();
        let mut problems = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut problems);
        for problem in problems {
            tracing::warn!(locale = locale.code(), key, %problem, "words placed badly");
        }
        Some(text.into_owned())
    }
}

fn bundle(locale: Locale) -> Result<FluentBundle<FluentResource>, WordsError> {
    let mut bundle = FluentBundle::new_concurrent(vec![locale.langid()]);
    // Marks of direction around values would be copied into search boxes and file names.
    bundle.set_use_isolating(false);
    for (file, text) in files(locale) {
        let text = String::from_utf8(text).map_err(|_| WordsError::NotText(file.clone()))?;
        let resource = FluentResource::try_new(text).map_err(|(_, why)| WordsError::NotFluent {
            file: file.clone(),
            why: why
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; "),
        })?;
        bundle
            .add_resource(resource)
            .map_err(|why| WordsError::Repeated {
                file,
                key: why
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("; "),
            })?;
    }
    Ok(bundle)
}

/// The catalogue files of a locale, by name.
pub(crate) fn files(locale: Locale) -> impl Iterator<Item = (String, Vec<u8>)> {
    let folder = format!("{}/", locale.code());
    Files::iter()
        .filter(move |name| name.starts_with(&folder) && name.ends_with(".ftl"))
        .filter_map(|name| Some((name.to_string(), Files::get(&name)?.data.into_owned())))
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]
mod tests {
    use super::*;

    #[test]
    fn a_key_nobody_wrote_is_visible_and_fails_nothing() {
        let words = Words::shipped().unwrap();
        assert_eq!(
            words.text(Locale::Cy, "nobody-wrote-this", &[]),
            "⟦nobody-wrote-this⟧"
        );
    }

    #[test]
    fn each_locale_speaks_for_itself() {
        let words = Words::shipped().unwrap();
        assert_eq!(words.text(Locale::En, "nav-people", &[]), "People");
        assert_eq!(words.text(Locale::Cy, "nav-people", &[]), "Pobl");
    }

    #[test]
    fn welsh_has_its_six_plural_forms() {
        let resource = FluentResource::try_new(
            "dogs = { $n ->\n [zero] dim cŵn\n [one] un ci\n [two] dau gi\n [few] tri chi\n [many] chwe chi\n *[other] { $n } ci\n}\n"
                .to_owned(),
        )
        .unwrap();
        let mut bundle = FluentBundle::new_concurrent(vec![Locale::Cy.langid()]);
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).unwrap();
        let say = |n: i64| {
            let args: FluentArgs<'_> = [("n", Arg::from(n))].into_iter().collect();
            let pattern = bundle.get_message("dogs").unwrap().value().unwrap();
            bundle
                .format_pattern(pattern, Some(&args), &mut Vec::new())
                .into_owned()
        };
        assert_eq!(
            [0, 1, 2, 3, 6, 7].map(say),
            ["dim cŵn", "un ci", "dau gi", "tri chi", "chwe chi", "7 ci"]
        );
    }
}
