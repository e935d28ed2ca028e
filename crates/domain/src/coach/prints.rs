//! Prints of a narrative: enough to tell that two hold the same words, and nothing to read them from.
//!
//! Runs of [`RUN`] words are hashed by whoever holds a key; of every [`WINDOW`] neighbouring hashes the
//! smallest is kept ("winnowing", Schleimer, Wilkerson and Aiken, 2003). A passage of [`SURELY_FOUND`]
//! words is always found; fewer than `RUN + ENOUGH - 1` words in common never are, so that phrases
//! everybody uses do not count.

use std::collections::BTreeSet;

use heyrick_normalise::fold_tokens;

/// Words in a run.
pub const RUN: usize = 6;
/// Neighbouring runs of which one is kept.
pub const WINDOW: usize = 4;
/// So many prints in common make words reused.
pub const ENOUGH: usize = 3;
/// A passage of so many words in two narratives is always found.
pub const SURELY_FOUND: usize = RUN + WINDOW * ENOUGH - 1;

/// Every run of words, folded: case, accents and punctuation do not count.
pub fn runs(text: &str) -> Vec<String> {
    let words: Vec<String> = fold_tokens(text);
    words.windows(RUN).map(|run| run.join(" ")).collect()
}

/// The prints kept of the hashes of all runs, in the order of the text.
pub fn kept(hashes: &[i64]) -> BTreeSet<i64> {
    if hashes.len() < WINDOW {
        return hashes.iter().copied().min().into_iter().collect();
    }
    hashes
        .windows(WINDOW)
        .filter_map(|window| window.iter().copied().min())
        .collect()
}

/// Says whether so many prints in common make words reused.
pub const fn are_reused(shared: usize) -> bool {
    shared >= ENOUGH
}

#[cfg(test)]
mod tests {
    use std::collections::hash_map::DefaultHasher;
    use std::hash::{Hash as _, Hasher as _};

    use proptest::prelude::*;

    use super::*;

    fn prints(text: &str) -> BTreeSet<i64> {
        let hash = |run: &String| {
            let mut hasher = DefaultHasher::new();
            run.hash(&mut hasher);
            hasher.finish().cast_signed()
        };
        kept(&runs(text).iter().map(hash).collect::<Vec<_>>())
    }

    fn reused(a: &str, b: &str) -> bool {
        are_reused(prints(a).intersection(&prints(b)).count())
    }

    fn words(from: usize, count: usize) -> String {
        let words: Vec<String> = (from..from + count).map(|n| format!("w{n}")).collect();
        words.join(" ")
    }

    #[test]
    fn the_same_words_are_found_whatever_case_and_punctuation() {
        let text = "He was told the room was free, and then that the room, the food and the journey were a debt to be worked off.";
        let other = format!("Before. {} After.", text.to_uppercase().replace(',', " –"));
        assert!(reused(text, &other));
        assert!(!reused(
            text,
            "She was told the room was free and that was all."
        ));
    }

    #[test]
    fn a_common_phrase_is_never_enough() {
        let most = RUN + ENOUGH - 2;
        let phrase = words(0, most);
        assert!(!reused(
            &format!("{} {phrase} {}", words(100, 30), words(200, 30)),
            &format!("{} {phrase} {}", words(300, 30), words(400, 30)),
        ));
    }

    proptest! {
        #[test]
        fn a_passage_long_enough_is_always_found(before in 0..40_usize, after in 0..40_usize, other in 0..40_usize) {
            let passage = words(1000, SURELY_FOUND);
            let one = format!("{} {passage} {}", words(0, before), words(2000, after));
            let two = format!("{} {passage} {}", words(3000, other), words(4000, before));
            prop_assert!(reused(&one, &two));
        }
    }
}
