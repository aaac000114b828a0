//! Texts of an archive that are no pages: the index of artefacts and how to check, and what packing tells.

use crate::archive::PROGRAM;
use crate::archive::bag::{MANIFEST, TAG_MANIFEST};
use crate::portfolio::Portfolio;

/// `evidence-index.csv`: number, title, file, shows, share, made, supports; every cell quoted (RFC 4180), none of them a
/// formula.
pub fn index(portfolio: &Portfolio, codes: &[String]) -> String {
    let mut csv = row(["number", "title", "file", "shows", "share", "made", "supports"].map(str::to_owned));
    for (competency, folder, artefact) in portfolio.artefacts().filter(|(own, ..)| codes.contains(&own.code)) {
        csv += &row([
            artefact.number.clone(),
            artefact.name().to_owned(),
            folder.path_of(artefact).unwrap_or_default(),
            artefact.shows.clone().unwrap_or_default(),
            artefact.share.as_ref().map(|share| share.get_ref().0.to_string()).unwrap_or_default(),
            artefact.made.as_ref().map(|made| made.text.clone()).unwrap_or_default(),
            artefact.supported(&competency.code).collect::<Vec<_>>().join(" "),
        ]);
    }
    csv
}

/// `HOW-TO-CHECK.txt`: lines for each system, none of which needs akam.
pub fn how_to_check() -> String {
    format!(
        "How to check this archive without any special program\n\
         =====================================================\n\n\
         Unpack the archive, open a terminal in the unpacked folder (the one that holds this file), and run the lines\n\
         for your system. Each compares every file with the digest (SHA-256) recorded when the archive was packed.\n\n\
         Linux\n\
         \x20   sha256sum --check --quiet {MANIFEST}\n\
         \x20   sha256sum --check --quiet {TAG_MANIFEST}\n\n\
         macOS\n\
         \x20   shasum -a 256 --check --quiet {MANIFEST}\n\
         \x20   shasum -a 256 --check --quiet {TAG_MANIFEST}\n\n\
         Windows (PowerShell)\n\
         \x20   foreach ($list in '{MANIFEST}', '{TAG_MANIFEST}') {{\n\
         \x20     Get-Content -Encoding UTF8 $list | ForEach-Object {{\n\
         \x20       $digest, $file = $_ -split '  ', 2\n\
         \x20       if ((Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash -ne $digest) {{ \"CHANGED: $file\" }}\n\
         \x20     }}\n\
         \x20   }}\n\n\
         No output means that every listed file is as it was packed. These lines do not notice a file that was added;\n\
         `akam verify` does, and so does any other program that checks BagIt bags (RFC 8493) for what lies in `data`.\n\n\
         The submission id is the SHA-256 of `{TAG_MANIFEST}`. It fixes every byte of every file here. The candidate was\n\
         told it when the archive was packed; if theirs is the same as yours, you both look at the same submission:\n\n\
         \x20   sha256sum {TAG_MANIFEST}\n\
         \x20   shasum -a 256 {TAG_MANIFEST}\n\
         \x20   Get-FileHash {TAG_MANIFEST}\n\n\
         Packed by {PROGRAM}.\n",
    )
}

fn row(cells: [String; 7]) -> String {
    let cells = cells.map(|cell| inert(&cell).replace('"', "\"\""));
    format!("\"{}\"\r\n", cells.join("\",\""))
}

/// A text that no spreadsheet takes for a formula: an apostrophe before what begins like one.
fn inert(text: &str) -> String {
    let text = text.replace(char::is_control, " ");
    if text.starts_with(['=', '+', '-', '@', ' ', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_out_of_its_quotes() {
        assert_eq!(inert("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(inert("\t=1+1"), "' =1+1");
        assert_eq!(inert("a-b"), "a-b");
        let cells = ["a\"b", "+1", "c\nd", "", "", "", ""].map(str::to_owned);
        assert_eq!(row(cells), "\"a\"\"b\",\"'+1\",\"c d\",\"\",\"\",\"\",\"\"\r\n");
    }
}
