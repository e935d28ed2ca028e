//! The text inside a file somebody attached. Nothing in a file is trusted: whatever goes wrong reads as
//! "no text", and the officer compares by eye.
//!
//! Slow, and heavy on a broken file: call it on a blocking thread.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{MessageParser, MimeHeaders as _};

use super::MediaType;

/// Most characters of text kept from one file.
const LONGEST: usize = 1_000_000;
/// Most attachments of an e-mail looked into.
const ATTACHMENTS: usize = 10;

/// The text of a file; empty where there is none that can be read.
pub fn read(media: MediaType, bytes: &[u8]) -> String {
    let mut text = match media {
        MediaType::Pdf => pdf(bytes),
        MediaType::Email => email(bytes),
        MediaType::Text => String::from_utf8_lossy(bytes).into_owned(),
    };
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
    }
    text.replace('\0', "").replace("\r\n", "\n")
}

/// Says whether the bytes begin like a saved e-mail: header lines, `From` among them.
pub fn is_email(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let head = String::from_utf8_lossy(head);
    let mut from = false;
    for line in head.lines() {
        if line.is_empty() {
            return from;
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else {
            return false;
        };
        if name.is_empty()
            || !name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return false;
        }
        from |= name.eq_ignore_ascii_case("from");
    }
    false
}

/// The reader gives up on some files by panicking; that must not reach a request.
fn pdf(bytes: &[u8]) -> String {
    catch_unwind(AssertUnwindSafe(|| {
        pdf_extract::extract_text_from_mem(bytes).unwrap_or_default()
    }))
    .unwrap_or_default()
}

/// The words of an e-mail, and of the PDF and text files attached to it.
fn email(bytes: &[u8]) -> String {
    let Some(message) = MessageParser::default().parse(bytes) else {
        return String::new();
    };
    let mut text = String::new();
    for part in 0..message.text_body_count() {
        if let Some(body) = message.body_text(part) {
            text.push_str(&body);
            text.push('\n');
        }
    }
    for attached in message.attachments().take(ATTACHMENTS) {
        let is_text = attached
            .content_type()
            .is_some_and(|kind| kind.ctype() == "text");
        let words = match attached.contents() {
            contents if contents.starts_with(b"%PDF-") => pdf(contents),
            contents if is_text => String::from_utf8_lossy(contents).into_owned(),
            _ => continue,
        };
        text.push('\n');
        text.push_str(&words);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_an_email_are_read_whatever_its_encoding() {
        let mail = b"From: nrm@example.gov.uk\r\nSubject: Your report\r\nContent-Type: text/plain; charset=utf-8\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\nGender: Female=C2=A0\r\nFamily: two brothers";
        let text = read(MediaType::Email, mail);
        assert!(
            text.contains("two brothers") && !text.contains("=C2"),
            "{text}"
        );
    }

    #[test]
    fn broken_files_read_as_no_text() {
        for bytes in [
            &b"%PDF-1.7\n1 0 obj << /Type /Catalog >>"[..],
            b"%PDF-1.4\n%%EOF",
            b"%PDF-\xff\xfe\x00\x01 trailer << /Root 1 0 R /Size 9999999999 >> startxref 5",
        ] {
            assert_eq!(read(MediaType::Pdf, bytes), "");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_reach_a_request_as_a_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let mut pdf = b"%PDF-1.7\n".to_vec();
            pdf.extend(&bytes);
            let _ = (read(MediaType::Pdf, &pdf), read(MediaType::Email, &bytes), super::super::media_type(&bytes));
        }
    }
}
