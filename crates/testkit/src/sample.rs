//! Small files of every kind that is taken as evidence, and the pieces they are made of: as phones and
//! programs write them, with nothing worth looking at in them.

/// A segment of a JPEG.
pub fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap_or_default();
    [&[0xff, marker][..], &length.to_be_bytes(), payload].concat()
}

/// Exif as a phone writes it: which way up, the maker, and where it was taken.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    tiff.extend(b"\x0f\x01\x02\0\x06\0\0\0\x32\0\0\0"); // the maker, at 50
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend(b"\x25\x88\x04\0\x01\0\0\0\x38\0\0\0"); // where, at 56
    tiff.extend([0; 4]);
    tiff.extend(b"ACME1\0");
    tiff.extend(b"\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0 GPS 52.63 -1.13");
    [b"Exif\0\0".to_vec(), tiff].concat()
}

/// A colour profile as a phone writes it: with its name and its maker, and one tag of colours.
pub fn profile() -> Vec<u8> {
    let mut profile = vec![0; 128];
    profile[36..40].copy_from_slice(b"acsp");
    profile[48..56].copy_from_slice(b"ACMEmodl");
    profile.extend(2_u32.to_be_bytes());
    profile.extend(b"desc\0\0\0\x9c\0\0\0\x10");
    profile.extend(b"rXYZ\0\0\0\xac\0\0\0\x10");
    profile.extend(b"desc\0\0ACME phone");
    profile.extend(b"XYZ \0\0\0\0colours!");
    profile
}

/// A JPEG as a phone writes it, with everything that says where, when and with what, and a trailer.
pub fn photograph() -> Vec<u8> {
    [
        vec![0xff, 0xd8],
        segment(0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\x04\x01a thumbnail"),
        segment(0xee, b"Adobe\0\x64\x80\0\0\0\x01GPS behind Adobe"),
        segment(0xf0, b"GPS under a reserved marker"),
        segment(0xc8, b"GPS under another reserved marker"),
        segment(0xe1, &exif(6)),
        segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x GPS/>"),
        segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", &profile()[..]].concat()),
        segment(0xe2, b"MPF\0GPS of another picture"),
        segment(0xed, b"Photoshop 3.0\0GPS"),
        segment(0xfe, b"GPS in a comment"),
        segment(0xdb, &[0; 65]),
        segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
        segment(0xc4, &[0; 20]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56],
        segment(0xc4, &[1; 20]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![0x78, 0xff, 0xd9],
        b"a film with GPS \xff\xd8 behind the picture".to_vec(),
    ]
    .concat()
}

/// A chunk of a PNG; nobody looks at the check sum.
pub fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap_or_default();
    [&length.to_be_bytes()[..], name, data, &[1, 2, 3, 4]].concat()
}

/// A PNG with texts, a time and Exif.
pub fn screenshot() -> Vec<u8> {
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
        chunk(b"tEXt", b"Author\0GPS"),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0GPS"),
        chunk(b"zTXt", b"GPS"),
        chunk(b"eXIf", &exif(1)),
        chunk(b"tIME", b"GPS1234"),
        chunk(b"prVt", b"GPS of somebody's own"),
        chunk(b"iCCP", b"GPS of a screen\0\0packed"),
        chunk(b"pHYs", b"GPS where nine bytes are enough"),
        chunk(b"gAMA", &[0, 0, 1, 2]),
        chunk(b"IDAT", b"pixels"),
        chunk(b"IEND", b""),
        b"GPS behind the picture".to_vec(),
    ]
    .concat()
}

/// A ZIP with these parts, stored, and a comment.
pub fn zip(parts: &[&str], comment: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    for name in parts {
        let offset = u32::try_from(file.len()).unwrap_or_default();
        let length = u16::try_from(name.len()).unwrap_or_default().to_le_bytes();
        file.extend(b"PK\x03\x04");
        file.extend([0; 22]);
        file.extend(length);
        file.extend([0; 2]);
        file.extend(name.as_bytes());
        directory.extend(b"PK\x01\x02");
        directory.extend([0; 24]);
        directory.extend(length);
        directory.extend([0; 12]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(parts.len()).unwrap_or_default().to_le_bytes();
    let begins = u32::try_from(file.len()).unwrap_or_default();
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend(count);
    file.extend(count);
    file.extend(
        u32::try_from(directory.len())
            .unwrap_or_default()
            .to_le_bytes(),
    );
    file.extend(begins.to_le_bytes());
    file.extend(
        u16::try_from(comment.len())
            .unwrap_or_default()
            .to_le_bytes(),
    );
    file.extend(comment);
    file
}

/// The parts of a Word document.
pub const WORD_PARTS: [&str; 3] = ["[Content_Types].xml", "_rels/.rels", "word/document.xml"];

/// A file of Word's before 2007: a header, a table of sectors, a directory with this in it.
pub fn ole(stream: &[u8]) -> Vec<u8> {
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.resize(512, 0xff);
    file[30..32].copy_from_slice(&9_u16.to_le_bytes());
    file[44..48].copy_from_slice(&1_u32.to_le_bytes());
    file[48..52].copy_from_slice(&1_u32.to_le_bytes());
    file[76..80].copy_from_slice(&0_u32.to_le_bytes());
    // The table itself, the directory, and two sectors of text.
    for next in [0xffff_fffd_u32, 0xffff_fffe, 3, 0xffff_fffe] {
        file.extend(next.to_le_bytes());
    }
    file.resize(1024, 0xff);
    file.extend(stream);
    file.resize(2560, 0);
    file
}

/// A PDF that says no more than that it is one.
pub fn pdf() -> Vec<u8> {
    b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n".to_vec()
}

/// The name of the stream with the text of a Word document, as its directory writes it.
pub const WORD_STREAM: &[u8] = b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0";

/// A Word document.
pub fn docx() -> Vec<u8> {
    zip(&WORD_PARTS, b"")
}

/// A Word document of before 2007.
pub fn doc() -> Vec<u8> {
    ole(WORD_STREAM)
}

/// A PDF of exactly this many bytes, all different from those of another number: its middle says it.
pub fn pdf_of(length: usize, number: u32) -> Vec<u8> {
    let begins = format!("%PDF-1.7\n%{number}\n");
    let ends = b"%%EOF\n";
    let mut file = begins.into_bytes();
    let room = length.saturating_sub(file.len() + ends.len());
    file.resize(file.len() + room, b' ');
    file.extend(ends);
    file
}
