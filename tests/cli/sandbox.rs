//! A folder of its own for each test, with portfolios in it and the binary beside it.
#![allow(clippy::disallowed_methods, reason = "tests make the portfolios that they break")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

/// 2026-11-22, noon, in UTC.
pub const DAY: &str = "1795348800";

/// A temporary folder in which commands run.
pub struct Sandbox {
    folder: TempDir,
    /// Where commands run, below the folder.
    place: PathBuf,
}

/// What a command said and how it ended.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Sandbox {
    /// An empty folder.
    pub fn empty() -> Self {
        let folder = tempfile::Builder::new().prefix("akam-test-").tempdir().expect("a temporary folder can be made");
        let place = folder.path().canonicalize().expect("the folder was made a moment ago");
        Sandbox { folder, place }
    }

    /// A copy of `examples/complete`, in which commands run.
    pub fn complete() -> Self {
        Self::example("complete")
    }

    /// A copy of `examples/complete` whose content may change: in place of the sign-offs is what the candidate states that AKAM
    /// agreed to, which is a warning.
    pub fn agreed() -> Self {
        let sandbox = Self::example("complete").remove("sign-offs");
        let folders = fs::read_dir(sandbox.root()).expect("the example was copied a moment ago");
        let names = folders.map(|entry| entry.expect("the folder can be listed").file_name());
        let names = names.map(|name| name.into_string().expect("the names are ASCII"));
        let mut codes: Vec<String> = names.filter_map(|name| Some(name.split_once('-')?.0.to_owned())).collect();
        codes.push("3.D.1".to_owned());
        codes.sort_unstable();
        let validation = format!(
            "\n[[validation]]\ncompetency = {codes:?}\nreference = \"e-mail 4711\"\ndate = \"2026-05-04\"\nagreed = \"No sign-off is needed.\"\n"
        );
        sandbox.append("portfolio.toml", &validation)
    }

    /// A copy of `examples/in-progress`, in which commands run.
    pub fn in_progress() -> Self {
        Self::example("in-progress")
    }

    fn example(name: &str) -> Self {
        let mut sandbox = Self::empty();
        sandbox.place.push(name);
        copy(&examples().join(name), &sandbox.place);
        sandbox
    }

    /// The folder in which commands run.
    pub fn root(&self) -> &Path {
        &self.place
    }

    /// The folder above all.
    pub fn top(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.place.join(path)
    }

    pub fn read(&self, path: &str) -> String {
        let path = self.path(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
    }

    /// Writes a file, and the folders above it.
    pub fn write(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        let full = self.path(path);
        fs::create_dir_all(full.parent().expect("a file lies in a folder")).expect("the folder can be made");
        fs::write(full, bytes).expect("the file can be written");
        self
    }

    /// Adds a text at the end of a file.
    pub fn append(self, path: &str, text: &str) -> Self {
        let text = self.read(path) + text;
        self.write(path, text)
    }

    /// Puts a text in the place of another that must be there.
    pub fn edit(self, path: &str, from: &str, to: &str) -> Self {
        let text = self.read(path);
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.write(path, text.replacen(from, to, 1))
    }

    /// Takes a file or folder away.
    pub fn remove(self, path: &str) -> Self {
        let full = self.path(path);
        let removed = if full.is_dir() { fs::remove_dir_all(full) } else { fs::remove_file(full) };
        removed.expect("what is removed is there");
        self
    }

    pub fn rename(self, from: &str, to: &str) -> Self {
        fs::rename(self.path(from), self.path(to)).expect("what is renamed is there");
        self
    }

    /// Moves a file or folder out of the place and puts a link to it where it was.
    #[cfg(unix)]
    pub fn link(self, path: &str) -> Self {
        let moved = self.top().join("moved");
        fs::rename(self.path(path), &moved).expect("what is moved is there");
        std::os::unix::fs::symlink(&moved, self.path(path)).expect("a link can be made");
        self
    }

    /// Puts a pipe, to which nobody writes, where a file is or would be.
    #[cfg(unix)]
    pub fn pipe(self, path: &str) -> Self {
        let sandbox = if self.path(path).exists() { self.remove(path) } else { self };
        let made = Command::new("mkfifo").arg(sandbox.path(path)).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo is part of every system with pipes");
        sandbox
    }

    /// Runs `akam` with these arguments, on a fixed day.
    pub fn akam(&self, arguments: &[&str]) -> Said {
        self.run(self.command().args(arguments))
    }

    /// `akam` as it runs in the tests: on a fixed day, in a pipe, without settings from outside.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_akam"));
        command.current_dir(&self.place).env("SOURCE_DATE_EPOCH", DAY).env_remove("NO_COLOR").env_remove("COLUMNS");
        command
    }

    pub fn run(&self, mut command: impl std::borrow::BorrowMut<Command>) -> Said {
        let command = command.borrow_mut();
        let output = command.output().expect("the command can be started");
        self.said(&output)
    }

    /// Runs `akam` and fails where it takes longer than this.
    pub fn akam_within(&self, seconds: u64, arguments: &[&str]) -> Said {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().expect("the command can be started");
        let id = child.id().to_string();
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(child.wait_with_output()));
        let Ok(output) = receiver.recv_timeout(Duration::from_secs(seconds)) else {
            // What waits for ever must not outlive the test.
            let _ = Command::new("kill").arg(id).status();
            panic!("akam {arguments:?} did not end within {seconds} seconds");
        };
        self.said(&output.expect("the command's output can be read"))
    }

    /// `akam` as a user who may do only what modes allow: another one than root, where root runs the tests.
    #[cfg(unix)]
    pub fn command_of_a_plain_user(&self) -> Command {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let all_may_read = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.top(), all_may_read).expect("the folder is ours");
        let mut command = self.command();
        if self.top().metadata().expect("the folder is there").uid() == 0 {
            let binary = self.top().join("akam");
            // By another process: what this one writes to, a child of another test may still hold open.
            let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_akam")).arg(&binary).status();
            assert!(copied.is_ok_and(|status| status.success()), "the binary can be copied");
            command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(binary);
            command.current_dir(&self.place).env("SOURCE_DATE_EPOCH", DAY).env_remove("NO_COLOR");
        }
        command
    }

    /// A line of `sh`, in which `$0` is `akam`.
    #[cfg(unix)]
    pub fn command_by_shell(&self, line: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", line, env!("CARGO_BIN_EXE_akam")]);
        command.current_dir(&self.place).env("SOURCE_DATE_EPOCH", DAY).env_remove("NO_COLOR");
        command
    }

    /// `akam` with faults put into its calls to the system: `strace --inject`.
    #[cfg(target_os = "linux")]
    pub fn command_with_faults(&self, faults: &[&str]) -> Command {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o", "/dev/null"]).args(faults.iter().flat_map(|fault| ["--inject", fault]));
        command.arg(env!("CARGO_BIN_EXE_akam"));
        command.current_dir(&self.place).env("SOURCE_DATE_EPOCH", DAY).env_remove("NO_COLOR");
        command
    }

    /// Sets what owner, group and others may do with a file or folder.
    #[cfg(unix)]
    pub fn mode(self, path: &str, mode: u32) -> Self {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(self.path(path), mode).expect("the file is ours");
        self
    }

    /// Runs `akam` in a terminal of 80 columns; each answer is typed once its question is shown.
    pub fn akam_asking(&self, answers: &[(&str, &str)], arguments: &[&str]) -> Said {
        self.run(self.command_in_a_terminal(answers, arguments))
    }

    /// As [`Sandbox::akam_asking`], with `NO_COLOR` set.
    pub fn akam_asking_without_colour(&self, answers: &[(&str, &str)], arguments: &[&str]) -> Said {
        self.run(self.command_in_a_terminal(answers, arguments).env("NO_COLOR", "1"))
    }

    /// Runs `akam` in a terminal of so many columns.
    pub fn akam_in_columns(&self, columns: u16, arguments: &[&str]) -> Said {
        self.run(self.command_in_a_terminal(&[], arguments).env("AKAM_TEST_COLUMNS", columns.to_string()))
    }

    fn command_in_a_terminal(&self, answers: &[(&str, &str)], arguments: &[&str]) -> Command {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/tools/terminal.py");
        let mut command = Command::new("python3");
        command.arg(script).arg(serde_json::to_string(answers).expect("texts are JSON"));
        command.arg(env!("CARGO_BIN_EXE_akam")).args(arguments).current_dir(&self.place);
        command.env("SOURCE_DATE_EPOCH", DAY).env("TERM", "xterm-256color").env_remove("NO_COLOR");
        command
    }

    pub fn said(&self, output: &Output) -> Said {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let top = self.folder.path().canonicalize().expect("the folder is there");
            text.replace(&*top.to_string_lossy(), "[TOP]")
        };
        Said { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// What lies in the place itself, by name.
    pub fn names(&self) -> Vec<String> {
        let entries =
            fs::read_dir(&self.place).expect("the folder can be read").map(|entry| entry.expect("it can be read"));
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// All files below the place, with their bytes: to see that nothing changed.
    pub fn snapshot(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        collect(&self.place, &mut files);
        files.sort();
        files
    }
}

impl Said {
    /// Expects an exit code and parts of what was said, on either stream, wherever its lines are broken.
    #[track_caller]
    pub fn expect(self, code: i32, parts: &[&str]) -> Self {
        let all = format!("{}{}", self.out, self.err);
        assert_eq!(self.code, code, "exit code\n{all}");
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in parts {
            assert!(flat(&all).contains(&flat(part)), "nothing says {part:?}\n{all}");
        }
        self
    }

    /// The findings that one rule made, each from its title to the empty line after it.
    pub fn findings(&self, rule: &str) -> Vec<String> {
        let marks = [format!("error[{rule}]"), format!("warning[{rule}]")];
        let blocks = self.out.split("\n\n").map(|block| block.trim_start_matches('\n'));
        blocks
            .filter(|block| marks.iter().any(|mark| block.starts_with(mark)))
            .map(|block| format!("{block}\n"))
            .collect()
    }

    /// The findings that one rule made, of which there must be one, as one text.
    #[track_caller]
    pub fn found(&self, rule: &str) -> String {
        let findings = self.findings(rule);
        assert!(!findings.is_empty(), "{rule} found nothing\n{}{}", self.out, self.err);
        findings.join("\n")
    }

    /// The ids of the rules that found something, each once, in the order of the report; less the one that speaks of
    /// [`Sandbox::agreed`].
    pub fn rules(&self) -> Vec<String> {
        let titles = self.out.lines().filter(|line| line.starts_with("error[") || line.starts_with("warning["));
        let ids = titles.filter_map(|line| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned()));
        let mut seen: Vec<String> = Vec::new();
        for id in ids.filter(|id| id != "sign-off-agreed") {
            if !seen.contains(&id) {
                seen.push(id);
            }
        }
        seen
    }
}

/// The project's examples.
pub fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let entry = entry.expect("the entry can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push((path.clone(), fs::read(&path).expect("the file can be read")));
        }
    }
}
