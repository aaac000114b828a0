//! `akam sign-off withdraw`: cancels a sign-off or a request; its record stays.

use std::path::Path;

use anyhow::Result;

use super::{choose, refuse_unreadable};
use crate::cli::SignOffWithdraw;
use crate::commands::questions::text;
use crate::commands::{Outcome, open, refuse, refuse_misplaced, root, say, today};
use crate::disk::{self, Transaction};
use crate::portfolio::SIGN_OFFS;
use crate::portfolio::sign_off::{WITHDRAWAL, Withdrawal};
use crate::report::sign_off::withdrawn;
use crate::tree::EntryKind;

pub fn run(place: Option<&Path>, args: SignOffWithdraw) -> Result<Outcome> {
    disk::install_signal_handler();
    let root = root(place)?;
    let portfolio = open(&root)?;
    refuse_misplaced(&portfolio, SIGN_OFFS, &EntryKind::Folder)?;
    let none = refuse("there is no sign-off to withdraw", "`akam sign-off list` shows all");
    let sign_off = choose(&portfolio, args.record.as_deref(), |it| it.withdrawal.is_none(), none)?;
    let reason = text(args.reason, "Why does it no longer count?", "one sentence; it stays in the record")?;
    let reason = reason.ok_or_else(|| refuse("no reason is given", "give `--reason \"…\"`: it stays in the record"))?;
    let withdrawal = Withdrawal { on: today()?, reason }.render();
    refuse_unreadable(&withdrawal)?;
    let mut transaction = Transaction::default();
    transaction.file(&root.join(sign_off.path(WITHDRAWAL)), withdrawal.as_bytes())?;
    transaction.commit()?;
    say(&withdrawn(sign_off))?;
    Ok(Outcome::Done)
}
