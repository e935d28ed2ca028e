//! Invented exhibits: a letter and a picture that open in any program, made here byte by byte.

use bytes::Bytes;
use futures_util::stream;
use heyrick_domain::evidence::{Described, WhyNoFile};
use heyrick_domain::id::PublicId;
use heyrick_domain::partial_date::PartialDate;
use heyrick_domain::user::Viewer;
use heyrick_store::Store;
use heyrick_store::evidence::upload::record_file;
use heyrick_store::evidence::{NewReference, record_evidence, record_reference};
use jiff::civil::Date;
use jiff::{ToSpan as _, civil};

use crate::file::WorldError;

/// What is attached to an invented referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exhibit {
    /// A letter of the hospital.
    Letter,
    /// A picture of the room.
    Picture,
    /// A telephone that was read out, named and not attached.
    Telephone,
}

impl Exhibit {
    fn described(self, today: Date) -> Described {
        let (what, days, origin) = match self {
            Self::Letter => (
                "Letter of the hospital: injuries to both hands",
                20,
                "Sent by the hospital",
            ),
            Self::Picture => (
                "Picture of the room: one mattress, a lock outside",
                34,
                "Taken by the officer",
            ),
            Self::Telephone => ("Messages on the telephone", 30, "Handed over by the person"),
        };
        let day = today.saturating_sub(days.days());
        Described {
            what: what.to_owned(),
            dated: dated(day, self),
            origin: origin.to_owned(),
        }
    }

    /// Attaches it to the referral, or names it; `false` when there is none to see.
    pub(crate) async fn attach(
        self,
        store: &Store,
        viewer: &Viewer,
        id: &PublicId,
    ) -> Result<bool, WorldError> {
        let described = self.described(store.today());
        let refused = |error: heyrick_store::evidence::RecordEvidenceError| {
            WorldError::Content(error.to_string())
        };
        let (name, bytes) = match self {
            Self::Letter => ("hospital letter.pdf", letter()),
            Self::Picture => ("IMG_0417.png", picture()),
            Self::Telephone => {
                let new = NewReference {
                    why: WhyNoFile::PhoneDownload,
                    reference: "Exhibit AMB/2, digital forensics unit".to_owned(),
                    described,
                };
                let made = record_reference(store, viewer, id, &new).await;
                return Ok(made.map_err(refused)?.is_some());
            }
        };
        let pieces = [Ok::<_, std::convert::Infallible>(Bytes::from(bytes))];
        let upload = record_file(store, viewer, id, name, &mut stream::iter(pieces)).await?;
        let Some(upload) = upload else {
            return Ok(false);
        };
        let ids = [upload.public_id];
        let made = record_evidence(store, viewer, id, &ids, &described).await;
        Ok(made.map_err(refused)?.is_some())
    }
}

/// Of the telephone nobody knows more than the month.
fn dated(day: civil::Date, exhibit: Exhibit) -> Option<PartialDate> {
    let exact = (exhibit != Exhibit::Telephone).then(|| day.day());
    PartialDate::new(day.year(), Some(day.month()), exact, false).ok()
}

/// A page that says that it is invented.
fn letter() -> Vec<u8> {
    let text = "BT /F1 18 Tf 60 760 Td (Invented hospital letter) Tj ET";
    let parts = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (number, part) in (1..).zip(&parts) {
        places.push(file.len());
        file.push_str(&format!("{number} 0 obj\n{part}\nendobj\n"));
    }
    let table = file.len();
    file.push_str(&format!(
        "xref\n0 {}\n0000000000 65535 f \n",
        parts.len() + 1
    ));
    for place in places {
        file.push_str(&format!("{place:010} 00000 n \n"));
    }
    let size = parts.len() + 1;
    file.push_str(&format!(
        "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
    ));
    file.into_bytes()
}

/// Width and height of the picture, in points.
const SIDE: u8 = 64;

/// Grey squares, and a text that says where it was taken, as telephones write one.
fn picture() -> Vec<u8> {
    let side = u32::from(SIDE).to_be_bytes();
    let header = [&side[..], &side, &[8, 0, 0, 0, 0]].concat();
    let row = |y: u8| {
        let grey = move |x: u8| {
            if (x / 8 + y / 8).is_multiple_of(2) {
                0x66
            } else {
                0xcc
            }
        };
        std::iter::once(0).chain((0..SIDE).map(grey))
    };
    let points: Vec<u8> = (0..SIDE).flat_map(row).collect();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"tEXt", b"Comment\0GPS of an invented place");
    chunk(&mut file, b"IDAT", &stored(&points));
    chunk(&mut file, b"IEND", b"");
    file
}

fn chunk(file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    // INVARIANT: what is written here is some thousand bytes.
    let length = u32::try_from(data.len()).unwrap_or_default();
    file.extend(length.to_be_bytes());
    let named = [name, data].concat();
    file.extend(&named);
    file.extend(check(&named).to_be_bytes());
}

/// CRC-32 as PNG wants it (third edition, annex D).
fn check(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    };
    !bytes.iter().fold(!0, step)
}

/// zlib with one block that is not compressed (RFC 1950, RFC 1951).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or_default();
    let sum = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    let mut out = vec![0x78, 0x01, 0x01];
    out.extend(length.to_le_bytes());
    out.extend((!length).to_le_bytes());
    out.extend(bytes);
    out.extend((sum.1 << 16 | sum.0).to_be_bytes());
    out
}

#[cfg(test)]
mod tests {
    use heyrick_domain::evidence::FileKind;
    use heyrick_domain::evidence::content::kind_of;

    use super::*;

    #[test]
    fn an_exhibit_is_what_it_says() {
        assert_eq!(kind_of(&letter()), Ok(FileKind::Pdf));
        assert_eq!(kind_of(&picture()), Ok(FileKind::Png));
        assert_eq!(check(b"IEND"), 0xae42_6082);
    }
}
