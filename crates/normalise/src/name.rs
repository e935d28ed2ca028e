//! Names of any script as comparable tokens: no marks, Latin letters, lower case.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Folds a name to tokens that can be compared: `"Nguyễn-Văn Đức"` gives `nguyen`, `van`, `duc`.
///
/// Compatibility forms and accents are taken apart, marks dropped, letters of any script written in
/// Latin ones, and everything put in lower case. Apostrophes join (`O'Brien` is `obrien`), all else that
/// is no letter or digit parts. Each Chinese character is a token of its own, because where the family
/// name ends is not written. A text without letters or digits gives nothing.
pub fn fold_tokens(raw: &str) -> Vec<String> {
    fold(raw)
        .split(' ')
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
        .collect()
}

/// [`fold_tokens`] with one space between, for equality and for sorting.
pub fn fold(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for letter in without_marks(raw).nfc() {
        push_folded(&mut out, letter);
    }
    out.truncate(out.trim_end().len());
    out
}

fn without_marks(raw: &str) -> String {
    raw.nfkd()
        .filter(|letter| canonical_combining_class(*letter) == 0)
        .collect()
}

fn push_folded(out: &mut String, letter: char) {
    if joins(letter) {
        return;
    }
    let stands_alone = is_han(letter);
    let latin = any_ascii::any_ascii_char(letter);
    if latin.is_empty() {
        return;
    }
    if stands_alone {
        part(out);
    }
    for byte in latin.chars() {
        match byte {
            'a'..='z' | '0'..='9' => out.push(byte),
            'A'..='Z' => out.push(byte.to_ascii_lowercase()),
            // Sounds that any_ascii writes as marks inside a word: ayn, hamza, soft and hard signs.
            '\'' | '`' | '"' if letter.is_alphabetic() => {}
            _ => part(out),
        }
    }
    if stands_alone {
        part(out);
    }
}

fn part(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

fn joins(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '´')
}

fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, want: &str) {
        assert_eq!(fold(raw), want, "{raw}");
    }

    #[test]
    fn accents_case_and_width_do_not_part_names() {
        check("Nguyễn-Văn Đức", "nguyen van duc");
        check("ŁUKASZ Wójcik", "lukasz wojcik");
        check("Ｍａｒｉａ  ﬁsher", "maria fisher");
        check("Ștefan", "stefan");
        check("Müller", "muller");
        check("Siân", "sian");
    }

    #[test]
    fn apostrophes_join_and_hyphens_part() {
        check("O’Brien", "obrien");
        check("O'Brien", "obrien");
        check("Al-Hassan", "al hassan");
    }

    #[test]
    fn letters_of_every_script_become_latin() {
        for raw in [
            "Γιάννης",
            "Олександр",
            "محمد",
            "አበበ",
            "রহিম",
            "ਗੁਰਪ੍ਰੀਤ",
            "प्रिया",
            "王小明",
            "김민준",
            "Tiến",
        ] {
            let folded = fold(raw);
            assert!(!folded.is_empty(), "{raw}");
            assert!(
                folded
                    .chars()
                    .all(|letter| letter.is_ascii_lowercase() || letter == ' '),
                "{raw} gave {folded}"
            );
        }
        assert_eq!(fold_tokens("王小明"), ["wang", "xiao", "ming"]);
    }

    #[test]
    fn short_vowels_and_invisible_marks_do_not_part_names() {
        assert_eq!(fold("مُحَمَّد"), fold("محمد"));
        assert_eq!(fold("Ha\u{200B}san\u{202E}"), "hasan");
        assert_eq!(fold("Ha\u{0301}san"), "hasan");
    }

    #[test]
    fn nothing_comparable_gives_nothing() {
        for raw in ["", "   ", "---", "\u{200B}", "\u{E000}"] {
            assert_eq!(fold_tokens(raw), Vec::<String>::new(), "{raw:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_changes_nothing(raw in "\\PC{0,40}") {
            let once = fold(&raw);
            proptest::prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn any_text_can_be_folded(raw in proptest::prelude::any::<String>()) {
            proptest::prop_assert!(fold(&raw).is_ascii());
        }
    }
}
