//! What a reader gets: a titled, tagged paper in their language with every name on it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use heyrick_render::{Labels, Paper, Press, RenderError, Row, Section};

/// Names from the ten scripts the fonts cover; all invented.
const NAMES: [&str; 10] = [
    "Ana Popescu-Łazarz",
    "Nguyễn Thị Hằng",
    "Γιάννης Παπαδόπουλος",
    "Олександра Шевченко",
    "محمد الحسن",
    "አበበ ተስፋዬ",
    "রহিমা খাতুন",
    "ਗੁਰਪ੍ਰੀਤ ਕੌਰ",
    "प्रिया शर्मा",
    "王小明",
];

fn press() -> Option<Press> {
    match Press::shipped() {
        Ok(press) => Some(press),
        Err(RenderError::NoFonts) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "no fonts for paper: run cargo xtask setup --demo"
            );
            eprintln!("skipped: no fonts for paper; run cargo xtask setup --demo");
            None
        }
        Err(other) => panic!("{other}"),
    }
}

fn paper(answers: &[&str]) -> Paper {
    Paper {
        title: "Referral R-7K4M-2Q".to_owned(),
        lang: "en".to_owned(),
        reference: "R-7K4M-2Q".to_owned(),
        handling: "OFFICIAL-SENSITIVE".to_owned(),
        watermark: "Printed by DC Amber on 24 November 2026 at 08:22".to_owned(),
        notes: vec!["This is a copy. The Home Office's own copy is the record.".to_owned()],
        sections: vec![Section {
            heading: "Personal details".to_owned(),
            rows: answers
                .iter()
                .map(|answer| Row {
                    question: "Name".to_owned(),
                    answer: (*answer).to_owned(),
                    lines: 0,
                })
                .collect(),
        }],
        labels: Labels {
            page: "Page".to_owned(),
            of: "of".to_owned(),
            unprintable: "No font has these characters:".to_owned(),
        },
        blank: false,
    }
}

fn holds(pdf: &[u8], what: &str) -> bool {
    pdf.windows(what.len())
        .any(|window| window == what.as_bytes())
}

fn text(pdf: &[u8]) -> String {
    pdf_extract::extract_text_from_mem(pdf).unwrap()
}

#[test]
fn a_paper_declares_pdf_ua_a_title_and_its_language() {
    let Some(press) = press() else { return };
    let printed = press.print(&paper(&["Ana Popescu"])).unwrap();
    assert!(printed.accessible);
    for sign in [
        "pdfuaid:part",
        "Referral R-7K4M-2Q",
        "/Lang",
        "/StructTreeRoot",
        "DisplayDocTitle",
    ] {
        assert!(holds(&printed.pdf, sign), "{sign}");
    }
    assert!(!holds(&printed.pdf, "Typst"), "the maker's name is ours");
}

#[test]
fn welsh_paper_says_so() {
    let Some(press) = press() else { return };
    let mut paper = paper(&["Siân"]);
    paper.lang = "cy".to_owned();
    assert!(holds(&press.print(&paper).unwrap().pdf, "cy"));
}

#[test]
fn every_page_says_who_printed_it_and_which_page_it_is() {
    let Some(press) = press() else { return };
    let long = "She was told the wages would come later. ".repeat(400);
    let printed = press.print(&paper(&[&long])).unwrap();
    let text = text(&printed.pdf).replace('\n', " ");
    let pages = text.matches("Page ").count();
    assert!(pages >= 3, "{pages} pages");
    assert!(
        text.matches("Printed by DC Amber").count() >= pages,
        "watermark"
    );
    assert!(
        text.matches("OFFICIAL-SENSITIVE").count() >= pages,
        "handling"
    );
}

#[test]
fn names_of_ten_scripts_are_drawn_and_not_numbered() {
    let Some(press) = press() else { return };
    let printed = press.print(&paper(&NAMES)).unwrap();
    assert!(printed.accessible);
    assert_eq!(printed.unprintable, Vec::<char>::new());
    let text = text(&printed.pdf);
    for name in ["Ana Popescu-Łazarz", "Παπαδόπουλος", "Шевченко"] {
        assert!(text.contains(name), "{name} in {text}");
    }
}

#[test]
fn what_no_font_has_is_printed_by_its_number_with_a_note() {
    let Some(press) = press() else { return };
    let odd = "Sam 😀 \u{E000} \u{202E}evil \u{0}\u{7} ❤\u{FE0F} 👩\u{200D}👧 \u{FFFE} ก\u{0E31} a\u{0483}\u{0951} \u{10FFFF}";
    let printed = press.print(&paper(&[odd])).unwrap();
    assert!(printed.accessible);
    let text = text(&printed.pdf);
    for number in ["U+1F600", "U+E000", "U+202E", "U+0000", "U+0007"] {
        assert!(text.contains(number), "{number} in {text}");
    }
    assert!(text.contains("No font has these characters"), "{text}");
}

#[test]
fn a_template_in_an_answer_is_only_text() {
    let Some(press) = press() else { return };
    let printed = press
        .print(&paper(&[
            "#panic(\"x\") $x^2$ *b* _i_ \\ <a> @b `c` https://e.example",
        ]))
        .unwrap();
    assert!(text(&printed.pdf).contains("#panic"), "shown as typed");
}

#[test]
fn a_word_longer_than_the_page_is_not_cut_off() {
    let Some(press) = press() else { return };
    let word = "0123456789".repeat(60);
    let printed = press.print(&paper(&[&word])).unwrap();
    let digits = text(&printed.pdf)
        .chars()
        .filter(char::is_ascii_digit)
        .count();
    assert!(digits >= word.len(), "{digits}");
}

#[test]
fn no_text_stops_a_hand_over() {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;
    let Some(press) = press() else { return };
    let mut runner = TestRunner::deterministic();
    let texts: Vec<String> = (0..150)
        .map(|_| {
            proptest::prelude::any::<String>()
                .new_tree(&mut runner)
                .unwrap()
                .current()
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let printed = press.print(&paper(&texts)).unwrap();
    assert!(printed.accessible);
}

#[test]
fn a_sheet_to_be_written_on_is_accessible_and_has_nothing_behind_its_lines() {
    let Some(press) = press() else { return };
    let mut sheet = paper(&["Start wherever you like."]);
    sheet.blank = true;
    sheet.sections[0].rows[0].lines = 14;
    let printed = press.print(&sheet).unwrap();
    assert!(printed.accessible);
    assert!(holds(&printed.pdf, "pdfuaid:part"));
    assert_eq!(
        text(&printed.pdf).matches("Printed by").count(),
        1,
        "under the page alone"
    );
    let full = press.print(&paper(&["Start wherever you like."])).unwrap();
    assert_eq!(text(&full.pdf).matches("Printed by").count(), 2);
}
