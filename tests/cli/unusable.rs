//! Stories about settings that cannot be used, and about places where something else stands than what is expected.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn what_lies_in_the_cloud_only_is_left_alone_and_named() {
    let mut sandbox = Sandbox::agreed();
    for path in ["1.D.3-customer-plan/evidence.md", "2.D.2-selling/artefacts.toml", "private/names.toml"] {
        let (folder, name) = path.rsplit_once('/').expect("it lies in a folder");
        sandbox = sandbox.rename(path, &format!("{folder}/.{name}.icloud"));
    }
    let sandbox = sandbox.remove("4.D.2-communication/evidence.md");
    let sandbox = sandbox.write("4.D.2-communication/.evidence.docx.icloud", "a placeholder");
    let before = sandbox.snapshot();
    assert_data_eq!(
        sandbox.akam(&["init"]).expect(0, &[]).out,
        str![[r#"
added to this folder:
  3.D.1-it-system-and-process-literacy/evidence.md
  3.D.1-it-system-and-process-literacy/artefacts.toml
26 files left alone
these are only in the cloud; download them first:
  private/names.toml
  1.D.3-customer-plan/evidence.md
  2.D.2-selling/artefacts.toml
  4.D.2-communication/evidence.docx

next: `akam check` shows how far you have got

"#]]
    );
    let added: Vec<_> = sandbox.snapshot().into_iter().filter(|file| !before.contains(file)).collect();
    assert!(
        added.iter().all(|(path, _)| path.starts_with(sandbox.path("3.D.1-it-system-and-process-literacy"))),
        "{added:?}"
    );
}

/// A copy with settings or a framework that cannot be used, and what is said of it.
fn unusable() -> Vec<(Sandbox, &'static str)> {
    let framework = |path: &str| {
        let text = format!("framework = \"{path}\"\n\n[candidate]");
        Sandbox::agreed().edit("portfolio.toml", "[candidate]", &text)
    };
    let mut all = vec![
        (Sandbox::agreed().edit("portfolio.toml", "[candidate]", "[candidate"), "`portfolio.toml`, line 3: "),
        (framework("fw.toml").write("fw.toml", "id = \n"), "`fw.toml`, line 1: "),
        (framework("gone.toml"), "the competency file `gone.toml` is not in the portfolio"),
        (Sandbox::agreed().rename("portfolio.toml", ".portfolio.toml.icloud"), "download it first"),
        (Sandbox::agreed().remove("portfolio.toml").write("portfolio.toml/x", ""), "rename the folder"),
    ];
    #[cfg(unix)]
    all.extend([
        (Sandbox::agreed().link("portfolio.toml"), "put the file itself here"),
        (Sandbox::agreed().pipe("portfolio.toml"), "`portfolio.toml`: it cannot be read: it is not a regular file"),
    ]);
    all
}

#[test]
fn with_settings_or_a_framework_that_cannot_be_used_nothing_is_made_or_attached() {
    for (sandbox, says) in unusable() {
        let sandbox = sandbox.remove("2.D.2-selling").write("../minutes.txt", "Minutes.");
        let before = sandbox.names();
        sandbox.akam_within(20, &["init"]).expect(2, &["error: ", says, "help: "]);
        let said = sandbox.akam_within(20, &["attach", "../minutes.txt", "--to", "1.D.3"]);
        said.expect(2, &[says, "help: "]);
        assert_eq!(sandbox.names(), before, "{says}");
        assert!(!sandbox.path("1.D.3-customer-plan/artefacts/minutes.txt").exists(), "{says}");
    }
}

#[cfg(unix)]
#[test]
fn places_that_are_links_are_not_written_through() {
    for path in ["private", "1.D.3-customer-plan", "1.D.3-customer-plan/artefacts"] {
        let sandbox = Sandbox::agreed().link(path).remove("2.D.2-selling");
        let before = sandbox.names();
        sandbox.akam(&["init"]).expect(2, &[&format!("error: `{path}` is a link"), "put the folder itself there"]);
        assert_eq!(sandbox.names(), before, "{path}");
    }
}
