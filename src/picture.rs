//! Whether a picture is complete, judged by the structure of its file without decoding it.

use file_format::FileFormat;

/// Most strips or tiles of a TIFF. A page has some hundreds.
const MAX_STRIPS: usize = 1_000_000;

/// Tags of the offsets and of the lengths of a TIFF's strips, tiles or JPEG (TIFF 6.0, 8, 15, 22).
const PIECES: [(usize, usize); 3] = [(273, 279), (324, 325), (513, 514)];

/// The file name ending of a known picture format, and whether the picture is complete.
pub fn ending(format: FileFormat, bytes: &[u8]) -> Option<(&'static str, bool)> {
    let (ending, is_whole) = match format {
        FileFormat::JointPhotographicExpertsGroup => ("jpg", jpeg(bytes)),
        FileFormat::PortableNetworkGraphics => ("png", png(bytes)),
        FileFormat::GraphicsInterchangeFormat => ("gif", gif(bytes)),
        FileFormat::TagImageFileFormat => ("tif", tiff(bytes)),
        FileFormat::HighEfficiencyImageCoding | FileFormat::HighEfficiencyImageFileFormat => ("heic", heic(bytes)),
        FileFormat::Webp => ("webp", webp(bytes)),
        _ => return None,
    };
    Some((ending, is_whole.is_some()))
}

/// Segments up to the end of the image (ITU-T T.81, B.1 and B.2). Thumbnails are inside a segment; phones append more
/// data.
fn jpeg(bytes: &[u8]) -> Option<()> {
    let (mut at, mut has_frame, mut has_scan) = (2, false, false);
    loop {
        // In compressed data, FF 00 is an escaped byte, and FF D0 to FF D7 are restart markers.
        at += memchr::memchr(0xff, bytes.get(at..)?)? + 1;
        match *bytes.get(at)? {
            0 | 1 | 0xd0..=0xd7 | 0xff => {}
            0xd9 => return (has_frame && has_scan).then_some(()),
            marker => {
                let segment = part(bytes, at + 1, big(bytes, at + 1, 2)?)?;
                if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
                    has_frame = big(segment, 3, 2)? > 0 && big(segment, 5, 2)? > 0;
                }
                has_scan |= marker == 0xda;
                at += 1 + segment.len().max(2);
            }
        }
    }
}

/// Chunks up to `IEND`; the checksums of critical chunks must be right (PNG, 5.3 and 5.4).
fn png(bytes: &[u8]) -> Option<()> {
    let (mut at, mut has_data) = (8, false);
    let is_sized = part(bytes, 8, 8)?.ends_with(b"IHDR") && big(bytes, 16, 4)? > 0 && big(bytes, 20, 4)? > 0;
    loop {
        let length = big(bytes, at, 4)?;
        let chunk = part(bytes, at + 4, length.checked_add(4)?)?;
        at += 8 + length;
        if chunk[0].is_ascii_uppercase() && big(bytes, at, 4)? != crc32fast::hash(chunk) as usize {
            return None;
        }
        at += 4;
        match &chunk[..4] {
            b"IEND" => return (is_sized && has_data).then_some(()),
            b"IDAT" => has_data = true,
            _ => {}
        }
    }
}

/// Blocks up to the trailer (`GIF89a`, 17 to 27).
fn gif(bytes: &[u8]) -> Option<()> {
    let table = |at: usize| bytes.get(at).map(|&flags| if flags & 0x80 > 0 { 3 << ((flags & 7) + 1) } else { 0 });
    let is_sized = little(bytes, 6, 2)? > 0 && little(bytes, 8, 2)? > 0;
    let (mut at, mut has_image) = (13 + table(10)?, false);
    loop {
        at += match bytes.get(at)? {
            b';' => return (is_sized && has_image).then_some(()),
            b'!' => 2,
            b',' => {
                has_image = true;
                11 + table(at + 9)?
            }
            _ => return None,
        };
        loop {
            let length = usize::from(*bytes.get(at)?);
            at += 1 + length;
            if length == 0 {
                break;
            }
        }
    }
}

/// Chunks that fill the length stated in the header (RFC 9649, 2.3 to 2.7).
fn webp(bytes: &[u8]) -> Option<()> {
    let whole = part(bytes, 8, little(bytes, 4, 4)?)?;
    let (mut at, mut has_image) = (4, false);
    while at < whole.len() {
        let length = little(whole, at + 4, 4)?;
        let chunk = part(whole, at + 8, length)?;
        has_image |= matches!(&whole[at..at + 4], b"VP8 " | b"VP8L" | b"ANMF") && !chunk.is_empty();
        at += 8 + length + length % 2;
    }
    has_image.then_some(())
}

/// Pages whose strips or tiles are all in the file (TIFF 6.0, 2).
fn tiff(bytes: &[u8]) -> Option<()> {
    let number = if bytes.starts_with(b"II") { little } else { big };
    let (mut directory, mut left) = (number(bytes, 4, 4)?, MAX_STRIPS);
    loop {
        let count = number(bytes, directory, 2)?;
        let entries = part(bytes, directory + 2, count * 12)?;
        left = left.checked_sub(count + 1)?;
        // The width of a field's values, their number, and their offset.
        let field = |tag: usize| {
            let entry = entries.chunks_exact(12).position(|entry| number(entry, 0, 2) == Some(tag))? * 12;
            let width = if number(entries, entry + 2, 2)? == 3 { 2 } else { 4 };
            let count = number(entries, entry + 4, 4)?;
            let is_here = count.checked_mul(width)? <= 4;
            Some((width, count, if is_here { directory + 2 + entry + 8 } else { number(entries, entry + 8, 4)? }))
        };
        let value = |(width, count, at): (usize, usize, usize), index: usize| {
            number(bytes, at.checked_add(index.checked_mul(width)?)?, width).filter(|_| index < count)
        };
        let (offsets, lengths) = PIECES.into_iter().find_map(|(at, length)| field(at).zip(field(length)))?;
        let pieces = offsets.1;
        if value(field(256)?, 0)? == 0 || value(field(257)?, 0)? == 0 || pieces == 0 {
            return None;
        }
        left = left.checked_sub(pieces)?;
        for piece in 0..pieces {
            part(bytes, value(offsets, piece)?, value(lengths, piece)?)?;
        }
        directory = number(bytes, directory + 2 + entries.len(), 4)?;
        if directory == 0 {
            return Some(());
        }
    }
}

/// Boxes that fill the file, including those that describe and hold the images (ISO/IEC 14496-12, 4.2).
fn heic(bytes: &[u8]) -> Option<()> {
    let (mut at, mut is_described, mut has_data) = (0, false, false);
    while at < bytes.len() {
        let (mut start, mut length) = (8, big(bytes, at, 4)?);
        match length {
            0 => length = bytes.len() - at,
            1 => (start, length) = (16, big(bytes, at + 8, 8)?),
            _ => {}
        }
        let content = part(bytes, at, length)?.get(start..)?;
        match part(bytes, at + 4, 4)? {
            b"meta" => {
                is_described = true;
                has_data |= memchr::memmem::find(content, b"idat").is_some();
            }
            b"mdat" => has_data |= !content.is_empty(),
            _ => {}
        }
        at += length;
    }
    (is_described && has_data).then_some(())
}

/// `length` bytes of a file, if they are there.
fn part(bytes: &[u8], start: usize, length: usize) -> Option<&[u8]> {
    bytes.get(start..start.checked_add(length)?)
}

fn big(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    part(bytes, at, width)?.iter().try_fold(0_usize, |number, byte| Some(number.checked_mul(256)? | usize::from(*byte)))
}

fn little(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    part(bytes, at, width)?
        .iter()
        .rev()
        .try_fold(0_usize, |number, byte| Some(number.checked_mul(256)? | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a picture is complete; it must be known as one.
    fn is_whole(bytes: &[u8]) -> bool {
        ending(FileFormat::from_bytes(bytes), bytes).is_some_and(|(_, is_whole)| is_whole)
    }

    fn chunk(name: &str, content: &[u8]) -> Vec<u8> {
        let named = [name.as_bytes(), content].concat();
        let length = u32::try_from(content.len()).expect("it is short");
        [&length.to_be_bytes()[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
    }

    fn in_box(name: &str, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).expect("it is short");
        [&length.to_be_bytes()[..], name.as_bytes(), content].concat()
    }

    /// A small picture of each kind.
    fn pictures() -> Vec<(&'static str, Vec<u8>)> {
        let frame = b"\xff\xc2\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0";
        let scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\x2a\xff\0\x2a\xff\xd3\x2a";
        let thumbnail = [b"\xff\xe1\0\x2aExif\0\0\xff\xd8", &frame[..], scan, b"\xff\xd9"].concat();
        let header = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
        let tiff = |number: fn(u32) -> [u8; 4], short: fn(u16) -> [u8; 2], start: &[u8]| {
            let field =
                |tag, kind, count, value: [u8; 4]| [&short(tag)[..], &short(kind), &number(count), &value].concat();
            let inline = |value| [short(value), [0, 0]].concat().try_into().expect("it is four bytes");
            let fields = [
                field(256, 3, 1, inline(1)),
                field(257, 3, 1, inline(1)),
                field(273, 4, 2, number(8)),
                field(279, 3, 2, [short(6), short(4)].concat().try_into().expect("it is four bytes")),
            ];
            let strips = [number(16), number(22), [1; 4], [2; 4], [3; 4]].concat();
            [start, &number(28), &strips, &short(4), &fields.concat(), &number(0)].concat()
        };
        vec![
            ("jpg", [b"\xff\xd8", &thumbnail[..], frame, scan, b"\xff\xc4\0\x02", scan, b"\xff\xd9"].concat()),
            (
                "png",
                [&b"\x89PNG\r\n\x1a\n"[..], &chunk("IHDR", &header), &chunk("IDAT", b"data"), &chunk("IEND", b"")].concat(),
            ),
            ("gif", b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".to_vec()),
            ("webp", b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0".to_vec()),
            ("tif", tiff(u32::to_le_bytes, u16::to_le_bytes, b"II*\0")),
            ("tif", tiff(u32::to_be_bytes, u16::to_be_bytes, b"MM\0*")),
            ("heic", [in_box("ftyp", b"heic\0\0\0\0mif1heic"), in_box("meta", b"\0\0\0\0"), in_box("mdat", b"data")].concat()),
        ]
    }

    #[test]
    fn a_picture_cut_off_anywhere_is_not_complete() {
        for (kind, bytes) in pictures() {
            assert_eq!(ending(FileFormat::from_bytes(&bytes), &bytes), Some((kind, true)), "{kind}");
            for length in 0..bytes.len() {
                assert!(!is_whole(&bytes[..length]), "{kind} cut off at {length} of {}", bytes.len());
            }
        }
    }

    #[test]
    fn what_phones_append_is_no_damage() {
        for (kind, bytes) in pictures().into_iter().filter(|(kind, _)| *kind != "heic") {
            assert!(is_whole(&[&bytes[..], b"MotionPhoto_Data\xff\xd8\xff"].concat()), "{kind}");
        }
    }

    #[test]
    fn a_picture_without_a_size_or_with_a_wrong_checksum_is_damaged() {
        let of = |kind: &str| pictures().into_iter().find(|(it, _)| *it == kind).expect("it is there").1;
        let mut png = of("png");
        png[43] ^= 1;
        let mut gif = of("gif");
        gif[6] = 0;
        let jpeg = of("jpg");
        let frame = memchr::memmem::rfind(&jpeg, b"\xff\xc2").expect("it has a frame");
        let jpeg = [&jpeg[..frame + 6], &[0], &jpeg[frame + 7..]].concat();
        for bytes in [png, gif, jpeg] {
            assert!(!is_whole(&bytes));
        }
    }

    #[test]
    fn directories_that_lead_in_a_circle_end() {
        let mut tiff = pictures().into_iter().find(|(kind, _)| *kind == "tif").expect("it is there").1;
        let last = tiff.len() - 4;
        tiff[last] = 28;
        assert!(!is_whole(&tiff));
    }
}
