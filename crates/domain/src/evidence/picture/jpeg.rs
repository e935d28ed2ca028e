//! JPEG, marker by marker.

use super::{fill, icc};

/// Reads a JPEG as it streams past.
#[derive(Debug, Default)]
pub struct Jpeg {
    at: At,
    marker: u8,
    buffer: Vec<u8>,
    scans: bool,
}

/// Where in the file the next byte stands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum At {
    #[default]
    Start,
    Marker,
    MarkerName,
    Length,
    Segment(usize),
    Scan,
    InScan,
    Done,
    Broken,
}

const START: [u8; 2] = [0xff, 0xd8];
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const EXIF: &[u8] = b"Exif\0\0";

impl Jpeg {
    /// Takes the next bytes; gives those of the copy to `keep`.
    pub fn feed(&mut self, mut bytes: &[u8], keep: &mut impl FnMut(&[u8])) {
        while !bytes.is_empty() {
            bytes = self.step(bytes, keep);
        }
    }

    /// Whether there was a picture and it came to its end. What stands behind it does not count.
    pub fn is_whole(&self) -> bool {
        self.at == At::Done && self.scans
    }

    fn step<'a>(&mut self, mut bytes: &'a [u8], keep: &mut impl FnMut(&[u8])) -> &'a [u8] {
        match self.at {
            At::Start => {
                if fill(&mut self.buffer, 2, &mut bytes) {
                    self.at = if self.buffer == START {
                        keep(&START);
                        At::Marker
                    } else {
                        At::Broken
                    };
                }
            }
            At::Length => {
                if fill(&mut self.buffer, 2, &mut bytes) {
                    let length = u16::from_be_bytes([self.buffer[0], self.buffer[1]]);
                    self.buffer.clear();
                    self.at = match usize::from(length).checked_sub(2) {
                        Some(0) => self.segment(keep),
                        Some(length) => At::Segment(length),
                        None => At::Broken,
                    };
                }
            }
            At::Segment(length) => {
                if fill(&mut self.buffer, length, &mut bytes) {
                    self.at = self.segment(keep);
                }
            }
            At::Scan => {
                let end = bytes.iter().position(|byte| *byte == 0xff);
                let (picture, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
                keep(picture);
                bytes = rest;
                if end.is_some() {
                    self.at = At::InScan;
                    bytes = &bytes[1..];
                }
            }
            At::Marker | At::MarkerName | At::InScan => {
                self.at = self.name(bytes[0], keep);
                bytes = &bytes[1..];
            }
            At::Done | At::Broken => bytes = &[],
        }
        bytes
    }

    /// What the byte where a marker, its name, or the byte after 0xff in a scan is expected leads to.
    fn name(&mut self, byte: u8, keep: &mut impl FnMut(&[u8])) -> At {
        match (self.at, byte) {
            (At::Marker, 0xff) => At::MarkerName,
            (At::Marker, _) => At::Broken,
            // Markers may be filled up with any number of 0xff.
            (at, 0xff) => at,
            (At::InScan, 0x00 | 0xd0..=0xd7) => {
                keep(&[0xff, byte]);
                At::Scan
            }
            (_, END) => {
                keep(&[0xff, END]);
                At::Done
            }
            // Nothing follows them, and outside a scan nobody needs them.
            (_, 0x01 | 0xd0..=0xd7) => At::Marker,
            (_, 0x00 | 0xd8) => At::Broken,
            (_, marker) => {
                self.marker = marker;
                self.buffer.clear();
                At::Length
            }
        }
    }

    /// The end of a segment: kept, dropped, or kept in part.
    fn segment(&mut self, keep: &mut impl FnMut(&[u8])) -> At {
        let payload = std::mem::take(&mut self.buffer);
        if let Some(payload) = kept(self.marker, payload) {
            write(self.marker, &payload, keep);
        }
        if self.marker == SCAN {
            self.scans = true;
            return At::Scan;
        }
        At::Marker
    }
}

fn write(marker: u8, payload: &[u8], keep: &mut impl FnMut(&[u8])) {
    // INVARIANT: a payload came with a length of two bytes, or is one of ours.
    let length = u16::try_from(payload.len() + 2).unwrap_or(u16::MAX);
    keep(&[0xff, marker]);
    keep(&length.to_be_bytes());
    keep(payload);
}

/// What the copy has of a segment. Only what a picture cannot be read without, by name; of what is for
/// programs no more than which way up it is and how its colours are meant, written anew so that nothing else
/// comes with it. Everything else, markers nobody has given a meaning too, may say where, when or with what.
fn kept(marker: u8, payload: Vec<u8>) -> Option<Vec<u8>> {
    match marker {
        // Frames, Huffman tables, arithmetic coding.
        0xc0..=0xc7 | 0xc9..=0xcf => Some(payload),
        // Scans, quantisation, number of lines, restart interval, hierarchy, expansion.
        SCAN..=0xdf => Some(payload),
        0xe0 => jfif(&payload),
        0xe1 => orientation(marker, &payload).map(upright),
        0xe2 => icc(&payload),
        0xee => adobe(&payload),
        _ => None,
    }
}

/// JFIF's version and density, without its thumbnail. Source: JFIF 1.02.
fn jfif(payload: &[u8]) -> Option<Vec<u8>> {
    const LENGTH: usize = 12;
    let head = payload.get(..LENGTH)?;
    head.starts_with(b"JFIF\0")
        .then(|| [head, &[0, 0]].concat())
}

/// How colours are coded, as Adobe's programs write it. Source: T.872 section 6.5.3.
fn adobe(payload: &[u8]) -> Option<Vec<u8>> {
    let transform = payload.get(11).filter(|transform| **transform <= 2)?;
    payload
        .starts_with(b"Adobe")
        .then(|| [b"Adobe\0\x64\0\0\0\0", &[*transform][..]].concat())
}

/// A colour profile that stands in one segment. One in several belongs to printing presses and is left out.
fn icc(payload: &[u8]) -> Option<Vec<u8>> {
    const HEAD: &[u8] = b"ICC_PROFILE\0\x01\x01";
    let profile = payload.strip_prefix(HEAD)?;
    Some([HEAD, &icc::colours_of(profile)?].concat())
}

/// Which way up a picture is, where Exif says anything but "as it stands".
fn orientation(marker: u8, payload: &[u8]) -> Option<u8> {
    let tiff = payload.strip_prefix(EXIF).filter(|_| marker == 0xe1)?;
    let big = match tiff.get(..2)? {
        b"MM" => true,
        b"II" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two = [*tiff.get(at)?, *tiff.get(at + 1)?];
        Some(if big {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        })
    };
    let four: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let first = if big {
        u32::from_be_bytes(four)
    } else {
        u32::from_le_bytes(four)
    };
    let first = usize::try_from(first).ok().filter(|at| *at < tiff.len())?;
    let entries = (0..usize::from(short(first)?)).map(|number| first + 2 + number * 12);
    let entry = entries
        .take_while(|at| at + 12 <= tiff.len())
        .find(|at| short(*at) == Some(0x0112))?;
    let value = u8::try_from(short(entry + 8)?).ok()?;
    (2..=8).contains(&value).then_some(value)
}

/// Exif that says which way up and nothing else.
fn upright(orientation: u8) -> Vec<u8> {
    let mut exif = EXIF.to_vec();
    exif.extend(b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    exif
}

#[cfg(test)]
mod tests {
    use heyrick_testkit::sample::exif;

    use super::*;

    #[test]
    fn which_way_up_is_read_from_either_byte_order_and_written_back() {
        for value in 2..=8 {
            assert_eq!(orientation(0xe1, &exif(value)), Some(value));
            assert_eq!(orientation(0xe1, &upright(value)), Some(value));
        }
        for nothing in [0, 1, 9] {
            assert_eq!(orientation(0xe1, &exif(nothing)), None);
        }
        for end in 0..exif(6).len() {
            let cut = orientation(0xe1, &exif(6)[..end]);
            assert!(cut.is_none() || cut == Some(6));
        }
    }
}
