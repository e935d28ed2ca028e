//! The press: fonts loaded once, papers set one after another.

use rust_embed::RustEmbed;
use serde::Serialize;
use typst::foundations::{Bytes, Smart};
use typst::syntax::Source;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::glyphs::{Glyphs, Trust, number};
use crate::world::{Desk, file};
use crate::{Paper, RenderError, Row, Section};

/// Noto Sans for each script a name is likely to come in, written here by `cargo xtask setup`.
#[derive(RustEmbed)]
#[folder = "../../assets/fonts"]
#[allow_missing = true]
struct FontFiles;

const TEMPLATE: &str = include_str!("../../../print/referral.typ");

/// A finished document.
#[derive(Debug, Clone)]
pub struct Printed {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Characters printed by their number because no font has them.
    pub unprintable: Vec<char>,
    /// Whether it conforms to PDF/UA-1. False only where setting failed twice; better a plain paper than none.
    pub accessible: bool,
}

/// Fonts and the Typst library, loaded once.
#[derive(Debug)]
pub struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    families: Vec<String>,
}

#[derive(Serialize)]
struct Data<'a> {
    title: String,
    lang: &'a str,
    reference: String,
    handling: String,
    watermark: String,
    notes: Vec<String>,
    sections: Vec<Section>,
    page_word: String,
    of_word: String,
    unprintable: String,
    blank: bool,
    fonts: &'a [String],
}

impl Press {
    /// Loads the fonts the program carries.
    ///
    /// # Errors
    /// [`RenderError::NoFonts`] when it was built without them.
    pub fn shipped() -> Result<Self, RenderError> {
        let mut names: Vec<_> = FontFiles::iter().collect();
        names.sort();
        let files = names.iter().filter_map(|name| FontFiles::get(name));
        Self::with_fonts(files.map(|file| Bytes::new(file.data)))
    }

    fn with_fonts(files: impl Iterator<Item = Bytes>) -> Result<Self, RenderError> {
        let fonts: Vec<Font> = files.flat_map(Font::iter).collect();
        let book = FontBook::from_fonts(&fonts);
        let mut families: Vec<String> = fonts
            .iter()
            .map(|font| font.info().family.to_string())
            .collect();
        families.sort();
        families.dedup();
        if !families.iter().any(|family| family == "Noto Sans") {
            return Err(RenderError::NoFonts);
        }
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(book),
            fonts,
            families,
        })
    }

    /// Sets one paper. Takes a second of processor time or so: never call it on an async thread.
    ///
    /// What was written never stops it: should a text that fonts seem to cover fail all the same, it is
    /// set again with everything but Latin letters written by number.
    ///
    /// # Errors
    /// [`RenderError::Template`] when the template itself is at fault.
    pub fn print(&self, paper: &Paper) -> Result<Printed, RenderError> {
        let tries = [
            (Trust::Fonts, true),
            (Trust::Latin, true),
            (Trust::Latin, false),
        ];
        let printed = tries.into_iter().find_map(|(trust, accessible)| {
            let (data, unprintable) = self.data(paper, trust)?;
            let pdf = self.set(data, accessible)?;
            Some(Printed {
                pdf,
                unprintable,
                accessible,
            })
        });
        // What was printed does not stay in Typst's memory.
        typst::comemo::evict(0);
        printed.ok_or(RenderError::Template)
    }

    fn data(&self, paper: &Paper, trust: Trust) -> Option<(Vec<u8>, Vec<char>)> {
        let mut glyphs = Glyphs::new(&self.book, trust);
        let mut data = Data {
            title: glyphs.printable(&paper.title),
            lang: &paper.lang,
            reference: glyphs.printable(&paper.reference),
            handling: glyphs.printable(&paper.handling),
            watermark: glyphs.printable(&paper.watermark),
            notes: paper
                .notes
                .iter()
                .map(|note| glyphs.printable(note))
                .collect(),
            sections: paper
                .sections
                .iter()
                .map(|section| printable(section, &mut glyphs))
                .collect(),
            page_word: glyphs.printable(&paper.labels.page),
            of_word: glyphs.printable(&paper.labels.of),
            unprintable: String::new(),
            blank: paper.blank,
            fonts: &self.families,
        };
        let unprintable: Vec<char> = glyphs.unprintable.iter().copied().collect();
        if !unprintable.is_empty() {
            let list: Vec<String> = unprintable.iter().map(|letter| number(*letter)).collect();
            data.unprintable = format!("{} {}", paper.labels.unprintable, list.join(", "));
        }
        Some((serde_json::to_vec(&data).ok()?, unprintable))
    }

    fn set(&self, data: Vec<u8>, accessible: bool) -> Option<Vec<u8>> {
        let desk = Desk {
            library: &self.library,
            book: &self.book,
            fonts: &self.fonts,
            template: Source::new(file("referral.typ")?, TEMPLATE.to_owned()),
            data: (file("data.json")?, Bytes::new(data)),
        };
        let document = compile(&desk)?;
        let standard = if accessible {
            PdfStandard::Ua_1
        } else {
            PdfStandard::V_1_7
        };
        let options = PdfOptions {
            creator: Smart::Custom(Some("Heyrick".to_owned())),
            standards: PdfStandards::new(&[standard]).ok()?,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&document, &options).ok()
    }
}

fn compile(desk: &dyn World) -> Option<PagedDocument> {
    typst::compile::<PagedDocument>(desk).output.ok()
}

fn printable(section: &Section, glyphs: &mut Glyphs<'_>) -> Section {
    Section {
        heading: glyphs.printable(&section.heading),
        rows: section
            .rows
            .iter()
            .map(|row| Row {
                question: glyphs.printable(&row.question),
                answer: glyphs.printable(&row.answer),
                lines: row.lines,
            })
            .collect(),
    }
}
