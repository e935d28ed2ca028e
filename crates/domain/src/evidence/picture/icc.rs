//! A colour profile, without the device and the words in it.

use std::ops::Range;

/// Header, and the number of tags behind it. Source: ICC.1:2022 section 7.2.
const HEADER: usize = 128;
/// A tag of the table: its name, where its data are, how many bytes.
const ENTRY: usize = 12;
/// Most tags a profile for screens and cameras has; more is not one.
const TAGS_MAX: usize = 100;
/// Tags that say how colours are meant. Names of the device, of whoever made it and of the profile are none.
const KEPT: [&[u8; 4]; 20] = [
    b"wtpt", b"bkpt", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"chad",
    b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"gamt", b"lumi", b"cicp", b"rig0",
];
/// Where the header names programs, days, devices and makers: preferred program, day, platform, maker, model,
/// creator, identity, and what is reserved.
const SAYS_WHO: [Range<usize>; 5] = [4..8, 24..36, 40..44, 48..64, 80..128];

/// The profile as long as it was, with nothing in it but what says how colours are meant; `None` for bytes
/// that are no profile.
pub(super) fn colours_of(profile: &[u8]) -> Option<Vec<u8>> {
    if profile.get(36..40)? != b"acsp" {
        return None;
    }
    let count = word(profile, HEADER).filter(|count| *count <= TAGS_MAX)?;
    let table = HEADER + 4;
    let mut kept = vec![0; profile.len()];
    let head = profile.get(..HEADER)?;
    kept.get_mut(..HEADER)?.copy_from_slice(head);
    for range in SAYS_WHO {
        kept.get_mut(range)?.fill(0);
    }
    let mut tags = Vec::new();
    for number in 0..count {
        let at = table + number * ENTRY;
        let entry = profile.get(at..at + ENTRY)?;
        if !KEPT.iter().any(|name| entry.starts_with(*name)) {
            continue;
        }
        let (from, length) = (word(entry, 4)?, word(entry, 8)?);
        let data = from..from.checked_add(length)?;
        kept.get_mut(data.clone())?
            .copy_from_slice(profile.get(data)?);
        tags.extend_from_slice(entry);
    }
    let count = u32::try_from(tags.len() / ENTRY).ok()?;
    kept.get_mut(HEADER..table)?
        .copy_from_slice(&count.to_be_bytes());
    kept.get_mut(table..table + tags.len())?
        .copy_from_slice(&tags);
    Some(kept)
}

/// Four bytes as a number.
fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(four)).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use heyrick_testkit::sample::profile;

    use super::*;

    #[test]
    fn a_profile_keeps_its_colours_and_loses_its_words() {
        let whole = profile();
        let kept = colours_of(&whole).unwrap();
        assert_eq!(kept.len(), whole.len());
        let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|one| one == part);
        assert!(holds(&whole, b"ACME phone") && holds(&whole, b"ACMEmodl"));
        assert!(!holds(&kept, b"ACME") && !holds(&kept, b"desc"));
        assert!(holds(&kept, b"rXYZ") && holds(&kept, b"XYZ \0\0\0\0colours!"));
        assert_eq!(colours_of(&kept).unwrap(), kept);
        for end in 0..whole.len() {
            assert!(colours_of(&whole[..end]).is_none_or(|kept| kept.len() == end));
        }
        assert_eq!(colours_of(b"colours"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(mut bytes: Vec<u8>) {
            if bytes.len() >= 40 {
                bytes[36..40].copy_from_slice(b"acsp");
            }
            let length = bytes.len();
            assert!(colours_of(&bytes).is_none_or(|kept| kept.len() == length));
        }
    }
}
