//! PNG, chunk by chunk.

use super::fill;

/// Reads a PNG as it streams past.
#[derive(Debug, Default)]
pub struct Png {
    at: At,
    buffer: Vec<u8>,
    header: bool,
    pixels: bool,
}

/// Where in the file the next byte stands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum At {
    #[default]
    Start,
    Head,
    /// In a chunk: bytes left of its data and check sum, whether they are kept, whether it is the last.
    Body {
        left: usize,
        kept: bool,
        last: bool,
    },
    Done,
    Broken,
}

/// The eight bytes a PNG begins with.
pub(crate) const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// What a picture needs, what its colours need, and the frames of a moving one, each with the most bytes it
/// may have: one with more holds something else. Texts, times, Exif, colour profiles, which carry names and
/// are packed, and what nobody knows are left out.
const KEPT: [(&[u8; 4], usize); 18] = [
    (b"IHDR", 13),
    (b"PLTE", 768),
    (b"IDAT", usize::MAX),
    (b"IEND", 0),
    (b"tRNS", 256),
    (b"cHRM", 32),
    (b"gAMA", 4),
    (b"sBIT", 4),
    (b"sRGB", 1),
    (b"cICP", 4),
    (b"mDCV", 24),
    (b"cLLI", 8),
    (b"bKGD", 6),
    (b"hIST", 512),
    (b"pHYs", 9),
    (b"acTL", 8),
    (b"fcTL", 26),
    (b"fdAT", usize::MAX),
];

impl Png {
    /// Takes the next bytes; gives those of the copy to `keep`.
    pub fn feed(&mut self, mut bytes: &[u8], keep: &mut impl FnMut(&[u8])) {
        while !bytes.is_empty() {
            bytes = self.step(bytes, keep);
        }
    }

    /// Whether there was a picture and it came to its end. What stands behind it does not count.
    pub fn is_whole(&self) -> bool {
        self.at == At::Done && self.pixels
    }

    fn step<'a>(&mut self, mut bytes: &'a [u8], keep: &mut impl FnMut(&[u8])) -> &'a [u8] {
        match self.at {
            At::Start => {
                if fill(&mut self.buffer, SIGNATURE.len(), &mut bytes) {
                    self.at = if self.buffer == SIGNATURE {
                        keep(SIGNATURE);
                        At::Head
                    } else {
                        At::Broken
                    };
                    self.buffer.clear();
                }
            }
            At::Head => {
                if fill(&mut self.buffer, 8, &mut bytes) {
                    self.at = self.head(keep);
                    self.buffer.clear();
                }
            }
            At::Body { left, kept, last } => {
                let (now, later) = bytes.split_at(left.min(bytes.len()));
                if kept {
                    keep(now);
                }
                bytes = later;
                self.at = match left - now.len() {
                    0 if last => At::Done,
                    0 => At::Head,
                    left => At::Body { left, kept, last },
                };
            }
            At::Done | At::Broken => bytes = &[],
        }
        bytes
    }

    /// Length and name of a chunk: the header comes first, the end is empty.
    fn head(&mut self, keep: &mut impl FnMut(&[u8])) -> At {
        let Some((length, name)) = self.buffer.split_first_chunk::<4>() else {
            return At::Broken;
        };
        let length = u32::from_be_bytes(*length);
        let (is_header, last) = (name == b"IHDR", name == b"IEND");
        let fits = i32::try_from(length).is_ok()
            && name.iter().all(u8::is_ascii_alphabetic)
            && is_header != self.header
            && (!is_header || length == 13)
            && (!last || length == 0);
        let Some(left) = usize::try_from(length).ok().filter(|_| fits) else {
            return At::Broken;
        };
        self.header = true;
        self.pixels |= name == b"IDAT";
        let kept = KEPT.iter().any(|(one, most)| *one == name && left <= *most);
        if kept {
            keep(&self.buffer);
        }
        At::Body {
            left: left + 4,
            kept,
            last,
        }
    }
}
