//! The command line: every command, flag and help text.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::portfolio::sign_off::request::Relation;

/// Build, check and submit the evidence for the AKAM Key Account Manager Diploma.
///
/// `akam` works on a folder of your own, needs no account and no network, and never overwrites or deletes what you
/// wrote. Begin with `akam init my-portfolio`.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 80)]
#[command(
    after_help = "Exit codes: 0 done (warnings allowed), 1 errors were found, 2 it could not be done, 130 or 143 it was stopped."
)]
pub struct Cli {
    /// The portfolio's folder; without it, the nearest folder upwards that holds `portfolio.toml`
    #[arg(long, short = 'C', global = true, value_name = "DIR")]
    pub portfolio: Option<PathBuf>,

    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a portfolio: a folder per competency with headings to write under
    ///
    /// Asks for name, employer, role and key account on a terminal; press Enter to skip. Run again, it adds what is missing and
    /// leaves everything else alone.
    #[command(after_help = "Example:\n  akam init my-portfolio --name \"Ann Berg\" --key-account \"Customer A\"")]
    Init(Init),

    /// Show what the diploma asks: all competencies, or one of them
    #[command(after_help = "Examples:\n  akam show\n  akam show 1.D.3\n  akam show pricing")]
    Show(Show),

    /// Copy files into a competency's artefacts and add them to its list
    ///
    /// The original stays where it is. On a terminal, akam asks what the file shows and how much of it is your work.
    #[command(after_help = "Example:\n  akam attach ~/Documents/plan.xlsx --to 1.D.3 --share 80 \\\n    \
                            --shows \"How I turned the customer's goals into objectives and a forecast.\"")]
    Attach(Attach),

    /// Show how far you have got, what is missing, and what to do next
    #[command(after_help = "Examples:\n  akam check\n  akam check 1.D.3\n  akam check --format json")]
    Check(CheckArgs),

    /// Have a manager confirm the facts, and see what is still valid
    ///
    /// The diploma asks that somebody who knows the work confirms each document as factually true. It is no judgement of
    /// whether it is good enough.
    #[command(
        subcommand,
        after_help = "Examples:\n  akam sign-off request\n  akam sign-off record --proof answer.eml\n  \
                                        akam sign-off list --diff"
    )]
    SignOff(SignOffCommand),

    /// Show the assessor's page in your browser
    ///
    /// The page of the portfolio as it is now, with copies of the files that it leads to. Or, made again from the evidence in
    /// it, that of an archive; its files stay in the archive. It goes to a new folder `akam-preview-…` among the temporary
    /// files of your system, which only you can read. A later preview removes it after a day.
    #[command(after_help = "Examples:\n  akam preview\n  akam preview 1.D.3 --watch\n  \
                            akam preview akam-ann-berg-2026-11-22.zip\n  akam preview --output ~/for-my-mentor")]
    Preview(PreviewArgs),

    /// Make the archive to submit
    ///
    /// Refuses while there are errors. Never packs `private/`.
    #[command(after_help = "Examples:\n  akam pack\n  akam pack --only 1.D.3      a trial of one competency\n  \
                            akam pack --draft           for your mentor, even though there are errors")]
    Pack(Pack),

    /// Check that nothing in an archive was changed, removed or added, and that it meets the rules
    ///
    /// Reads the archive in place; nothing is unpacked.
    #[command(after_help = "Examples:\n  akam verify akam-ann-berg-2026-11-22.zip\n  akam verify inbox")]
    Verify(VerifyArgs),

    /// Say what a rule means, why it matters and what to do
    #[command(after_help = "Examples:\n  akam explain\n  akam explain document-prompt-left\n  akam explain limits")]
    Explain(Explain),

    /// Print completions for your shell
    #[command(after_help = "Example:\n  akam completions bash > ~/.local/share/bash-completion/completions/akam")]
    Completions { shell: Shell },
}

#[derive(Debug, Args)]
pub struct Init {
    /// The folder to make [default: the portfolio you are in, else this folder]
    pub folder: Option<PathBuf>,
    /// Your name, as it should appear on the cover
    #[arg(long)]
    pub name: Option<String>,
    /// Your e-mail address
    #[arg(long)]
    pub email: Option<String>,
    /// Who you work for
    #[arg(long)]
    pub employer: Option<String>,
    /// What you do there
    #[arg(long)]
    pub role: Option<String>,
    /// Your key account, by the name used in your documents
    #[arg(long, value_name = "PSEUDONYM")]
    pub key_account: Option<String>,
    /// What you want to write in: Word, `LibreOffice` (odt), or plain text (markdown) [default: asked on a terminal; else the
    /// kind that the portfolio has already, or markdown]
    #[arg(long, value_name = "KIND")]
    pub documents: Option<DocumentKind>,
    /// Work in a folder that holds other files already
    #[arg(long)]
    pub here: bool,
}

/// The kinds of document that are made to write in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DocumentKind {
    Word,
    Odt,
    Markdown,
}

#[derive(Debug, Args)]
pub struct Show {
    /// A code, its beginning, or words of the title
    #[arg(value_name = "CODE")]
    pub words: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Attach {
    /// The files to copy
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The competency whose evidence they are
    #[arg(long, value_name = "CODE")]
    pub to: String,
    /// What the file is called in the index [default: its name]
    #[arg(long)]
    pub title: Option<String>,
    /// How it demonstrates the competency
    #[arg(long)]
    pub shows: Option<String>,
    /// How much of it is your own work, in per cent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub share: Option<u8>,
    /// When it was made: 2026-03-14, 2026-03, 2026, or "2025-01 to 2025-06"
    #[arg(long, value_name = "DATE")]
    pub made: Option<String>,
    /// Further competencies or parts that it supports
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub supports: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum SignOffCommand {
    /// Write the page that a manager reads, signs and sends back
    ///
    /// If you name no codes, it covers every competency that is ready and not validly confirmed. You get the page as one
    /// file, the draft of an e-mail with it, and a folder with the artefacts. Nothing is sent.
    #[command(
        after_help = "Example:\n  akam sign-off request --name \"Maria Lind\" --email maria.lind@nordvik.example \\\n    \
                            --role \"Sales director\" --organisation \"Nordvik AS\" \\\n    --relation line-manager --observed \
                            \"2023-03 to 2026-11\""
    )]
    Request(SignOffRequest),

    /// Record the answer, with its proof as it came
    ///
    /// The proof is a saved e-mail (.eml, or Outlook's .msg), a scan or photo of the signed page, or a PDF; the digital
    /// signature of a PDF is checked. Without one, the record says that you typed it. An e-mail in the words of the form
    /// says itself what is confirmed; of any other e-mail you say how you read it, and the assessors see its words.
    #[command(after_help = "Examples:\n  akam sign-off record --proof ~/Downloads/answer.eml\n  akam sign-off record \
                            7F3A-91C2-K4QX-0M8T-V \\\n    --signed 2026-11-20 --proof page.jpg\n  akam sign-off record --proof \
                            page.pdf \\\n    --except 1.D.3 \"a margin of 4 per cent\" \"I do not know the figure\"")]
    Record(RecordArgs),

    /// Show what was asked, who confirmed it, and what is still valid
    #[command(after_help = "Examples:\n  akam sign-off list\n  akam sign-off list --diff")]
    List(SignOffList),

    /// Cancel a sign-off or a request, with a reason; its record stays
    #[command(
        after_help = "Example:\n  akam sign-off withdraw 2026-11-20-line-manager \\\n    --reason \"asked the wrong person\""
    )]
    Withdraw(SignOffWithdraw),
}

#[derive(Debug, Args)]
pub struct SignOffRequest {
    /// The competencies to confirm [default: all that are ready and not validly confirmed]
    #[arg(value_name = "CODE")]
    pub codes: Vec<String>,
    /// Name of the person you are asking
    #[arg(long)]
    pub name: Option<String>,
    /// Their e-mail address, with which the answer is compared
    #[arg(long)]
    pub email: Option<String>,
    /// Their job title
    #[arg(long)]
    pub role: Option<String>,
    /// Who they work for
    #[arg(long)]
    pub organisation: Option<String>,
    /// How they know the work
    #[arg(long, value_enum)]
    pub relation: Option<Relation>,
    /// When they saw the work: "2023-03 to 2026-11", or "since 2023-03"
    #[arg(long, value_name = "PERIOD")]
    pub observed: Option<String>,
    /// The folder to write to [default: this folder]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Write one ZIP file instead of a folder
    #[arg(long)]
    pub zip: bool,
}

#[derive(Debug, Args)]
pub struct RecordArgs {
    /// The fingerprint that was confirmed; an e-mail and a signed PDF hold it themselves
    pub fingerprint: Option<String>,
    /// The file that shows the answer, as it came
    #[arg(long, value_name = "FILE")]
    pub proof: Option<PathBuf>,
    /// When it was signed, for example 2026-11-20 [default: the day of the e-mail, else today]
    #[arg(long, value_name = "DATE")]
    pub signed: Option<String>,
    /// What is not confirmed, and why; may be given several times
    #[arg(long, num_args = 3, value_names = ["CODE", "PASSAGE", "REASON"], action = clap::ArgAction::Append)]
    pub except: Vec<String>,
    /// A competency of which they did not see the work; may be given several times
    #[arg(long, value_name = "CODE")]
    pub not_seen: Vec<String>,
    /// A competency whose document they call untrue, and why; may be given several times
    #[arg(long, num_args = 2, value_names = ["CODE", "REASON"], action = clap::ArgAction::Append)]
    pub not_true: Vec<String>,
    /// What an e-mail in own words confirms, as you read it
    #[arg(long, value_enum)]
    pub read_as: Option<ReadAs>,
}

#[derive(Debug, Args)]
pub struct SignOffList {
    /// Show what changed since it was confirmed
    #[arg(long)]
    pub diff: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: OutputFormat,
}

#[derive(Debug, Args)]
pub struct SignOffWithdraw {
    /// The folder's name or the fingerprint [default: the only one there is]
    pub record: Option<String>,
    /// Why it no longer counts
    #[arg(long)]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Check only these competencies
    #[arg(value_name = "CODE")]
    pub codes: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: OutputFormat,
}

#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// A competency to show first, or an archive
    #[arg(value_name = "CODE | ARCHIVE")]
    pub what: Option<String>,
    /// Write the page and its files to this folder, new or empty, and open nothing
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Show each change of the portfolio; Ctrl-C ends
    #[arg(long)]
    pub watch: bool,
}

#[derive(Debug, Args)]
pub struct Pack {
    /// Pack one competency alone, as a trial
    #[arg(long, value_name = "CODE")]
    pub only: Option<String>,
    /// Pack even though there are errors; the archive says that it is a draft
    #[arg(long)]
    pub draft: bool,
    /// The folder to write the archive to [default: this folder]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Replace an archive of the same name
    #[arg(long)]
    pub force: bool,
    /// List what would be packed, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The archives to check, or folders that hold them
    #[arg(value_name = "ARCHIVE")]
    pub archives: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: OutputFormat,
}

#[derive(Debug, Args)]
pub struct Explain {
    /// The rule's id, or `limits` for how much akam reads; without it, all rules are listed
    pub rule: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// The JSON schema of `json`
    JsonSchema,
}

/// How much an answer in own words confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReadAs {
    /// Every competency, without exception
    All,
    /// All but what you name with --except, --not-seen or --not-true
    Some,
    /// Nothing
    None,
}

impl ValueEnum for Relation {
    fn value_variants<'a>() -> &'a [Self] {
        &[Relation::LineManager, Relation::SeniorManager, Relation::Other]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.slug()).help(self.name()))
    }
}
