//! Compares names of people and e-mail addresses.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use crate::text::fold;

/// Whether two names are one person's: the same words in any order, without initials and what is in brackets, accents and
/// capitals; written as one word; or words that look the same (Unicode Technical Standard 39, 4).
pub fn is_same_person(one: &str, other: &str) -> bool {
    let words = |name: &str| {
        let name = name.split('(').next().filter(|name| !name.trim().is_empty()).unwrap_or(name);
        let plain = fold(name);
        let words = plain.split(|ch: char| !ch.is_alphanumeric()).map(str::to_owned);
        words.filter(|word| word.chars().count() > 1).collect::<Vec<String>>()
    };
    let sorted = |name: &str| {
        let mut words = words(name);
        words.sort_unstable();
        words
    };
    let looks_alike = |case: fn(&str) -> String| {
        let look = |name: &str| sorted(&skeleton(&case(name)).collect::<String>());
        look(one) == look(other)
    };
    let is_named = !words(one).is_empty() && !words(other).is_empty();
    is_named
        && (sorted(one) == sorted(other)
            || words(one).concat() == words(other).concat()
            || looks_alike(str::to_uppercase)
            || looks_alike(str::to_lowercase))
}

/// Whether two addresses are the same, ignoring case and what follows a `+` before the `@`.
pub fn is_same_address(one: &str, other: &str) -> bool {
    let plain = |address: &str| {
        let lower = address.trim().to_lowercase();
        let (local, host) = lower.split_once('@').map_or((lower.as_str(), ""), |(local, host)| (local, host));
        format!("{}@{host}", local.split('+').next().unwrap_or(local))
    };
    !one.trim().is_empty() && plain(one) == plain(other)
}

/// Whether two addresses may lead to one mailbox or look as if they did (Unicode Technical Standard 39, 4). Dots,
/// hyphens and underscores before the `@` are ignored, and one host may be inside the other.
pub fn may_be_same_address(one: &str, other: &str) -> bool {
    let looks_alike = |case: fn(&str) -> String| {
        let look = |address: &str| {
            let plain: String = address.trim().nfkc().collect();
            let (local, host) = plain.rsplit_once('@')?;
            let local = local.split('+').next().unwrap_or(local).replace(['.', '-', '_'], "");
            let host = idna::domain_to_unicode(host).0;
            let look = |text: &str| skeleton(&case(text)).collect::<String>().to_lowercase();
            Some((look(&local), look(host.trim_end_matches('.'))))
        };
        look(one).zip(look(other)).is_some_and(|((local, host), (other_local, other_host))| {
            local == other_local && (is_within(&host, &other_host) || is_within(&other_host, &host))
        })
    };
    looks_alike(str::to_uppercase) || looks_alike(str::to_lowercase)
}

/// Whether a host equals another one or is below it.
fn is_within(host: &str, other: &str) -> bool {
    host.strip_suffix(other).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "ingrid.solberg@nordvik.example";

    #[test]
    fn only_capitals_and_a_tag_are_the_same_address() {
        for same in ["Ingrid.Solberg@Nordvik.example", " ingrid.solberg+bo@nordvik.example"] {
            assert!(is_same_address(same, OWN), "{same}");
        }
        for other in ["ingridsolberg@nordvik.example", "ingrid.solberg@mail.nordvik.example", "", " "] {
            assert!(!is_same_address(other, OWN) && !is_same_address(OWN, other), "{other}");
        }
        assert!(!is_same_address("", ""));
    }

    #[test]
    fn an_address_in_another_form_may_be_the_same() {
        let same = [
            OWN,
            "INGRID.SOLBERG@NORDVIK.EXAMPLE",
            "ingrid.solberg@nordvik.example.",
            "ingrid.solberg@nord\u{200b}vik.example",
            "ingrid.sol\u{ad}berg@nordvik.example",
            "\u{ff49}ngrid.solberg@nordvik.example",
            "ingrid.solberg\u{ff20}nordvik.example",
            "ingrid.solberg@nordvik\u{3002}example",
            "\u{131}ngr\u{131}d.solberg@nordvik.example",
            "lngrid.solberg@nordvik.example",
            "\u{456}ngrid.s\u{43e}lberg@n\u{43e}rdvik.example",
            "ingridsolberg@nordvik.example",
            "ingrid-solberg@nordvik.example",
            "ingrid_solberg+tag@nordvik.example",
            "ingrid.solberg@mail.nordvik.example",
            "ingrid.solberg@xn--nrdvik-wqf.example",
        ];
        for address in same {
            assert!(may_be_same_address(address, OWN) && may_be_same_address(OWN, address), "{address}");
        }
        assert!(may_be_same_address(OWN, "ingrid.solberg@mail.nordvik.example"));
        let others = [
            "",
            "ingrid.solberg",
            "@nordvik.example",
            "maria.lind@nordvik.example",
            "i.solberg@nordvik.example",
            "ingrid.solberg@fjell.example",
            "ingrid.solberg@othernordvik.example",
            "ingrid.solberg@nordvik.example.org",
        ];
        for address in others {
            assert!(!may_be_same_address(address, OWN) && !may_be_same_address(OWN, address), "{address}");
        }
        assert!(!may_be_same_address("", ""));
    }

    #[test]
    fn names_are_compared_whatever_their_order_and_look() {
        for same in [
            "Solberg, Ingrid",
            "INGRID SOLBERG",
            "Íngrid Sol\u{ad}berg",
            "Ingrid M. Solberg",
            "lngrid SoIberg",
            "Ingrid Solberg (Nordvik)",
        ] {
            assert!(is_same_person(same, "Ingrid Solberg"), "{same}");
        }
        for other in ["Maria Lind", "Ingrid Dahl", "", "I. S."] {
            assert!(!is_same_person(other, "Ingrid Solberg"), "{other}");
        }
    }
}
