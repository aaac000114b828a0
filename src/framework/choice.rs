//! Finds the competency that a person means.

use super::{Competency, Framework};
use crate::settings;
use crate::text::letters;

impl Framework {
    /// The competencies that words may mean: by code, folder name or path, beginning of a code, or words of the title.
    pub fn matching(&self, words: &str) -> Vec<&Competency> {
        let words = words.trim().trim_end_matches(['/', '\\']).to_lowercase();
        if words.is_empty() {
            return Vec::new();
        }
        let folder = words.rsplit(['/', '\\']).next().unwrap_or(&words);
        let ways: [&dyn Fn(&Competency) -> bool; 5] = [
            &|it| it.codes().any(|code| code.to_lowercase() == words),
            &|it| letters(&it.code) == letters(&words),
            &|it| it.is_folder(&words) || it.is_folder(folder),
            &|it| it.code.to_lowercase().starts_with(&words),
            &|it| {
                let title = it.title.to_lowercase();
                words.split_whitespace().all(|word| title.contains(word))
            },
        ];
        let fitting = |way: &&dyn Fn(&Competency) -> bool| -> Vec<&Competency> {
            self.competencies.iter().filter(|competency| way(competency)).collect()
        };
        ways.iter().map(fitting).find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// The competency whose code or title is most similar to the words, if any is similar.
    pub fn nearest(&self, words: &str) -> Option<&Competency> {
        let names = |competency: &Competency| -> Vec<String> {
            let title = competency.title.to_lowercase();
            let parts = title.split([' ', '/']).filter(|word| word.len() > 3).map(str::to_owned);
            parts.chain([competency.code.to_lowercase(), title.clone()]).collect()
        };
        let all: Vec<(String, &Competency)> =
            self.competencies.iter().flat_map(|it| names(it).into_iter().map(move |name| (name, it))).collect();
        let near = settings::nearest(words, all.iter().map(|(name, _)| name.as_str()))?;
        all.iter().find(|(name, _)| name == near).map(|(_, competency)| *competency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_competency_is_found_by_code_beginning_or_title_words() {
        let framework = Framework::built_in();
        let codes = |words: &str| framework.matching(words).iter().map(|found| found.code.as_str()).collect::<Vec<_>>();
        assert_eq!(codes("1.d.3"), ["1.D.3"]);
        assert_eq!(codes("1.D.3.2"), ["1.D.3"]);
        assert_eq!(codes("1d3"), ["1.D.3"]);
        assert_eq!(codes("3"), ["3.D.1", "3.D.2"]);
        assert_eq!(codes("pricing"), ["3.D.2"]);
        assert_eq!(codes("customer plan impl"), ["4.D.3"]);
        assert!(codes("poetry").is_empty());
    }

    #[test]
    fn a_competency_is_found_by_its_folder_as_a_shell_completes_it_and_as_akam_writes_its_name() {
        let framework = Framework::built_in();
        for words in [
            "1.D.3-customer-plan",
            "1.D.3-customer-plan/",
            "./1.D.3-customer-plan",
            "portfolio/1.D.3-Customer",
            ".\\1.D.3-customer-plan\\",
            "1.D.3 Customer plan",
            "1.D.3_plan",
        ] {
            let found = framework.matching(words);
            assert_eq!(found.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["1.D.3"], "{words}");
        }
        for competency in &framework.competencies {
            for words in [competency.name(), competency.folder(), format!("a/{}/", competency.folder())] {
                assert_eq!(
                    framework.matching(&words).iter().map(|it| &it.code).collect::<Vec<_>>(),
                    [&competency.code]
                );
            }
        }
        for words in ["1.D.3.9", "1.D.33", "/", ""] {
            assert!(framework.matching(words).is_empty(), "{words}");
        }
    }
}
