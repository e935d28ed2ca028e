//! Characters no font can draw are printed by their number (`U+1F600`), so that a hand-over never stops
//! for one.

use std::collections::BTreeSet;

use typst::text::FontBook;
use unicode_segmentation::UnicodeSegmentation;

/// Longest run of characters without a space before a place to break is put in: longer ones would run
/// over the edge of the page and be lost.
const LONGEST_RUN: usize = 40;
const BREAK_HERE: char = '\u{200B}';

/// How much of what was written is trusted to the fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Every script a font covers.
    Fonts,
    /// Plain Latin letters only: the second try, should setting fail.
    Latin,
}

/// Makes texts printable and remembers what could not be.
#[derive(Debug)]
pub struct Glyphs<'a> {
    book: &'a FontBook,
    trust: Trust,
    /// Characters printed by their number.
    pub unprintable: BTreeSet<char>,
}

impl<'a> Glyphs<'a> {
    /// Starts with the fonts at hand.
    pub fn new(book: &'a FontBook, trust: Trust) -> Self {
        Self {
            book,
            trust,
            unprintable: BTreeSet::new(),
        }
    }

    /// The text with every character that cannot be drawn written by its number.
    pub fn printable(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut run = 0;
        for cluster in text.graphemes(true) {
            if matches!(cluster, "\n" | "\r\n") {
                out.push('\n');
                run = 0;
                continue;
            }
            let before = out.len();
            self.push_cluster(&mut out, cluster);
            run = match out[before..].ends_with(char::is_whitespace) {
                true => 0,
                false => run + out[before..].chars().count(),
            };
            if run >= LONGEST_RUN {
                out.push(BREAK_HERE);
                run = 0;
            }
        }
        out
    }

    fn push_cluster(&mut self, out: &mut String, cluster: &str) {
        if self.drawn_together(cluster) {
            out.push_str(cluster);
            return;
        }
        for letter in cluster.chars() {
            match letter {
                '\t' => out.push(' '),
                letter
                    if is_base(letter) && self.drawn_together(letter.encode_utf8(&mut [0; 4])) =>
                {
                    out.push(letter);
                }
                letter => self.push_number(out, letter),
            }
        }
    }

    fn push_number(&mut self, out: &mut String, letter: char) {
        self.unprintable.insert(letter);
        // Brackets, so that a letter after it is not read as part of the number.
        out.push_str(&format!("[{}]", number(letter)));
    }

    /// A letter and its marks can only be drawn by one font that has them all.
    fn drawn_together(&self, cluster: &str) -> bool {
        if cluster.chars().any(is_never_drawn) {
            return false;
        }
        match self.trust {
            Trust::Latin => cluster.chars().all(
                |letter| matches!(letter, ' '..='~' | '\u{A1}'..='\u{17F}' if letter != '\u{AD}'),
            ),
            Trust::Fonts => self.fonts().any(|font| {
                cluster
                    .chars()
                    .filter(|letter| !is_silent(*letter))
                    .all(|letter| font.coverage.contains(u32::from(letter)))
            }),
        }
    }

    fn fonts(&self) -> impl Iterator<Item = &'a typst::text::FontInfo> {
        let book = self.book;
        (0..).map_while(move |index| book.info(index))
    }
}

/// How a character without a glyph is written.
pub fn number(letter: char) -> String {
    format!("U+{:04X}", u32::from(letter))
}

/// Control characters, hidden direction changes, private use: never handed to a font, whatever it has.
fn is_never_drawn(letter: char) -> bool {
    letter.is_control()
        || matches!(u32::from(letter),
            0x00AD | 0x061C | 0x180E | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFFF0..=0xFFFD
            | 0xFE00..=0xFE0F | 0xE000..=0xF8FF | 0xE0000..=0xE0FFF | 0xF0000..)
        || u32::from(letter) & 0xFFFE == 0xFFFE
}

/// Joiners some scripts need inside a word; they draw nothing themselves.
fn is_silent(letter: char) -> bool {
    matches!(letter, '\u{200C}' | '\u{200D}' | '\u{200E}' | '\u{200F}')
}

fn is_base(letter: char) -> bool {
    letter.is_alphanumeric() || letter.is_ascii_punctuation() || letter == ' '
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_fonts_everything_prints_by_its_number_and_nothing_is_lost() {
        let book = FontBook::new();
        let mut glyphs = Glyphs::new(&book, Trust::Latin);
        assert_eq!(
            glyphs.printable("Ana 😀\u{202E}\u{7}"),
            "Ana [U+1F600][U+202E][U+0007]"
        );
        assert_eq!(glyphs.unprintable.len(), 3);
    }

    #[test]
    fn a_run_without_spaces_gets_places_to_break() {
        let book = FontBook::new();
        let out = Glyphs::new(&book, Trust::Latin).printable(&"x".repeat(100));
        assert_eq!(out.matches(BREAK_HERE).count(), 2);
        assert_eq!(out.replace(BREAK_HERE, ""), "x".repeat(100));
    }
}
