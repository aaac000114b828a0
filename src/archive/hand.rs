//! Whose hand wrote an archive: akam's, another program's, or akam's first and somebody else's then.
//!
//! akam writes each record in one way only, byte for byte. So a record is **akam's own** or it is not, and three kinds of
//! archives are told apart:
//!
//! - All records are akam's own: nothing was changed since it was packed.
//! - None is, and all name the same maker: somebody has unpacked an archive and another program has packed the folder
//!   again. The same holds where all files that are stored, two at least, are of one hand and all that are deflated of the
//!   other: some programs happen to write one of the two as akam does. Then the contents decide, and it is a warning.
//! - Anything else is no program's work: an archive of akam's in which some records were changed is refused.
//!
//! Where all records are akam's own but folders, a comment, other times or another order came to them, another program
//! has packed the files too, one that writes the same records. Compressed data is judged in the same way by
//! [`super::read`], for bits of it can be changed so that the same bytes come out: small archives of akam's own are
//! compressed once more. What most files agree in and some do not was tampered with; where most differ from akam's, another
//! program compressed them.

use super::read::Defect;
use super::record::{Header, Local, NEWEST, malformed};
use super::walk::End;

/// What another program did otherwise than akam, or nothing where each byte is akam's own. The headers are in the order of
/// their files; `in_order` tells that the directory had them so.
pub fn signs(headers: &[Header], locals: &[Local], end: &End, in_order: bool) -> Result<Vec<&'static str>, Defect> {
    let files = || headers.iter().zip(locals).filter(|(header, _)| !header.is_folder());
    let is_own = |(header, local): &(&Header, &Local)| header.own && local.own;
    let own = files().filter(is_own).count();
    let others = || files().filter(|file| !is_own(file)).map(|(header, _)| header);
    if own > 0 && others().next().is_some() && !is_split_by_method(&files().collect::<Vec<_>>(), is_own) {
        // Most records tell who packed; the first of the others is the one to name.
        let odd = files().find(|file| is_own(file) != (own * 2 > files().count()));
        let name = odd.map(|(header, _)| header.name.as_str());
        return Err(malformed(name, "this file was added or changed after packing"));
    }
    let maker = others().next().map(|header| header.made_by);
    if let Some(header) = others().find(|header| Some(header.made_by) != maker) {
        return Err(malformed(Some(&header.name), "its record names another program than those of the other files do"));
    }
    let newest = headers.iter().map(Header::own_version).max().unwrap_or(NEWEST);
    if maker.is_none() && !end.is_own(newest) {
        return Err(malformed(None, "its end record is not as akam writes it, although all others are"));
    }
    let is_mixed = maker.is_some() || headers.iter().any(Header::is_folder);
    let signs = [
        (maker.is_some(), "its records are another program's"),
        (headers.iter().zip(locals).any(|(header, local)| header.extra || local.extra), "they carry extra fields"),
        (headers.iter().any(Header::has_descriptor), "sizes follow behind its files"),
        (headers.iter().any(Header::is_folder), "it has entries for folders"),
        (headers.iter().any(|header| header.time != headers[0].time), "its files have times of their own"),
        (end.comment, "it has a comment"),
        (!(is_mixed || in_order && is_own_order(headers)), "its files lie in another order"),
    ];
    Ok(signs.iter().filter(|(is_there, _)| *is_there).map(|(_, sign)| *sign).collect())
}

/// Whether all stored files are of one hand and all deflated ones of the other; those of the other hand are two at least.
fn is_split_by_method(files: &[(&Header, &Local)], is_own: impl Fn(&(&Header, &Local)) -> bool) -> bool {
    [0, 8].into_iter().all(|method| {
        let of_method = || files.iter().filter(|(header, _)| header.method == method);
        let (count, own) = (of_method().count(), of_method().filter(|file| is_own(file)).count());
        own == count || own == 0 && count >= 2
    })
}

/// Whether files lie as akam writes them: sorted, then the two manifests.
fn is_own_order(headers: &[Header]) -> bool {
    let names: Vec<&str> = headers.iter().map(|header| header.name.as_str()).collect();
    names.split_last_chunk::<2>().is_none_or(|(rest, [list, tags])| {
        rest.is_sorted() && list.ends_with(super::bag::MANIFEST) && tags.ends_with(super::bag::TAG_MANIFEST)
    })
}
