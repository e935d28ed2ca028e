//! Pictures, read as they stream past: is one whole, and a copy of it without the place it was taken at,
//! the device, the time, thumbnails and texts. Which way up it is stays, and how the colours of a photograph
//! are meant; a PNG's colour profile is packed with its words and is left out.
//!
//! Sources: ITU-T T.81 Annex B (JPEG markers), JFIF 1.02, Exif 2.3 section 4.5 (orientation), ICC.1:2022
//! section 7 (colour profiles), PNG third edition section 5 and 11 (chunks).

mod icc;
mod jpeg;
mod png;

pub use jpeg::Jpeg;
pub use png::Png;

use super::FileKind;

/// Takes place and device out of a picture as it streams past.
#[derive(Debug)]
pub enum Stripper {
    /// Of a JPEG.
    Jpeg(Jpeg),
    /// Of a PNG.
    Png(Png),
}

impl Stripper {
    /// One for files of this kind; `None` where there is none, for they are no pictures.
    pub fn of(kind: FileKind) -> Option<Self> {
        match kind {
            FileKind::Jpeg => Some(Self::Jpeg(Jpeg::default())),
            FileKind::Png => Some(Self::Png(Png::default())),
            FileKind::Pdf | FileKind::Doc | FileKind::Docx => None,
        }
    }

    /// Takes the next bytes of the picture and appends to `out` those of its copy.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut keep = |bytes: &[u8]| out.extend_from_slice(bytes);
        match self {
            Self::Jpeg(jpeg) => jpeg.feed(bytes, &mut keep),
            Self::Png(png) => png.feed(bytes, &mut keep),
        }
    }

    /// Whether the picture came to its end.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Jpeg(jpeg) => jpeg.is_whole(),
            Self::Png(png) => png.is_whole(),
        }
    }
}

/// Moves bytes from the front of `bytes` into `buffer` until it holds `wanted`; says whether it does.
fn fill(buffer: &mut Vec<u8>, wanted: usize, bytes: &mut &[u8]) -> bool {
    let take = wanted.saturating_sub(buffer.len()).min(bytes.len());
    let (now, later) = bytes.split_at(take);
    buffer.extend_from_slice(now);
    *bytes = later;
    buffer.len() >= wanted
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use heyrick_testkit::sample::{photograph, screenshot};

    use super::*;

    /// The copy of a picture that came in pieces of this size.
    fn stripped(kind: FileKind, picture: &[u8], piece: usize) -> (Vec<u8>, bool) {
        let mut stripper = Stripper::of(kind).unwrap();
        let mut out = Vec::new();
        for bytes in picture.chunks(piece) {
            stripper.feed(bytes, &mut out);
        }
        (out, stripper.is_whole())
    }

    fn holds(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn a_photograph_loses_where_and_with_what_and_keeps_the_picture() {
        let (copy, whole) = stripped(FileKind::Jpeg, &photograph(), usize::MAX);
        assert!(whole);
        for gone in [
            &b"GPS"[..],
            b"ACME",
            b"Photoshop",
            b"xap",
            b"MPF",
            b"film",
            b"thumbnail",
            b"reserved",
            b"behind Adobe",
            b"desc",
        ] {
            assert!(!holds(&copy, gone), "{}", String::from_utf8_lossy(gone));
        }
        for stays in [
            &b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0"[..],
            b"ICC_PROFILE",
            b"colours!",
            b"Adobe\0\x64\0\0\0\0\x01",
            b"\x12\xff\x00\x34\xff\xd0\x56",
            b"\x78\xff\xd9",
        ] {
            assert!(holds(&copy, stays), "{stays:?}");
        }
        assert!(copy.ends_with(&[0xff, 0xd9]));
        assert!(holds(&copy, b"Exif\0\0MM\0*"), "which way up stays");
        let again = stripped(FileKind::Jpeg, &copy, usize::MAX).0;
        assert_eq!(again, copy, "a second time changes nothing");
    }

    #[test]
    fn a_screenshot_loses_its_texts_and_keeps_the_picture() {
        let (copy, whole) = stripped(FileKind::Png, &screenshot(), usize::MAX);
        assert!(whole && !holds(&copy, b"GPS"));
        for stays in [&b"IHDR"[..], b"gAMA", b"IDATpixels", b"IEND"] {
            assert!(holds(&copy, stays));
        }
    }

    #[test]
    fn the_size_of_the_pieces_does_not_matter() {
        for (kind, picture) in [
            (FileKind::Jpeg, photograph()),
            (FileKind::Png, screenshot()),
        ] {
            let want = stripped(kind, &picture, usize::MAX);
            for piece in 1..40 {
                assert_eq!(stripped(kind, &picture, piece), want, "{kind:?} {piece}");
            }
        }
    }

    #[test]
    fn a_picture_without_its_end_is_not_whole() {
        for (kind, picture, end) in [
            (FileKind::Jpeg, photograph(), &b"\x78\xff\xd9"[..]),
            (FileKind::Png, screenshot(), b"IEND\x01\x02\x03\x04"),
        ] {
            let at = picture.windows(end.len()).position(|one| one == end);
            let end = at.unwrap() + end.len();
            for cut in 0..end {
                assert!(!stripped(kind, &picture[..cut], 7).1, "{kind:?} {cut}");
            }
            assert!(stripped(kind, &picture[..end], 7).1, "{kind:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_to_the_end(bytes: Vec<u8>, piece in 1_usize..50) {
            for kind in [FileKind::Jpeg, FileKind::Png] {
                let (copy, _) = stripped(kind, &bytes, piece);
                assert!(copy.len() <= bytes.len() + 40);
            }
        }
    }
}
