//! The checks of what a program hands in.

use std::fmt::Debug;

use crate::error::InvalidValue;
use crate::limits::{self, Range};

/// What a name is made of, beside ASCII letters and digits, and how long it may be.
pub(crate) struct Names {
    punctuation: &'static str,
    bytes: usize,
}

/// Names of agents and tasks.
pub(crate) const ID: Names = Names {
    punctuation: "._:/@-",
    bytes: limits::ID_BYTES,
};
/// Names of organizations.
pub(crate) const ORGANIZATION: Names = Names {
    punctuation: "._:@-",
    bytes: limits::ID_BYTES,
};
/// Names of labels.
pub(crate) const LABEL: Names = Names {
    punctuation: "._/-",
    bytes: limits::LABEL_NAME_BYTES,
};

impl Names {
    /// What is wrong with a name; nothing when it is one.
    pub(crate) fn problem_of(&self, text: &str) -> Option<&'static str> {
        let allowed =
            |c: char| c.is_ascii_alphanumeric() || (c.is_ascii() && self.punctuation.contains(c));
        if text.is_empty() {
            Some("is empty")
        } else if text.len() > self.bytes {
            Some("is too long")
        } else if text.chars().all(allowed) {
            None
        } else {
            Some("has a character that is not allowed")
        }
    }

    fn limit(&self) -> String {
        format!(
            "1 to {} bytes of [A-Za-z0-9{}]",
            self.bytes, self.punctuation
        )
    }
}

pub(crate) fn check_name(option: &str, text: &str, names: &Names) -> Result<(), InvalidValue> {
    match names.problem_of(text) {
        None => Ok(()),
        Some(problem) => Err(InvalidValue::new(
            option,
            shown(text),
            problem,
            names.limit(),
        )),
    }
}

pub(crate) fn check_text(option: &str, text: &str, max_bytes: usize) -> Result<(), InvalidValue> {
    if text.len() <= max_bytes {
        return Ok(());
    }
    let limit = format!("{max_bytes} bytes");
    Err(InvalidValue::new(option, shown(text), "is too long", limit))
}

/// NaN is within no range.
pub(crate) fn check_range<T: PartialOrd + Debug>(
    option: &str,
    value: &T,
    range: &Range<T>,
) -> Result<(), InvalidValue> {
    if *value >= range.min && *value <= range.max {
        return Ok(());
    }
    let limit = format!("{:?} to {:?}", range.min, range.max);
    Err(InvalidValue::new(
        option,
        format!("{value:?}"),
        "is out of range",
        limit,
    ))
}

/// A text as an error shows it: quoted, and not at length.
pub(crate) fn shown(text: &str) -> String {
    format!("{:?}", cut(text, 80))
}

/// Cuts a sentence to what the wire takes, without splitting a character.
pub(crate) fn cut(text: &str, max_bytes: usize) -> String {
    const ELLIPSIS: &str = "…";
    if text.len() <= max_bytes {
        return text.to_owned();
    }
    let mut kept = max_bytes - ELLIPSIS.len();
    while !text.is_char_boundary(kept) {
        kept -= 1;
    }
    format!("{}{ELLIPSIS}", &text[..kept])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_few_characters() {
        assert_eq!(ID.problem_of("billing-7/eu:a@b.c_d"), None);
        assert_eq!(ID.problem_of(""), Some("is empty"));
        assert_eq!(ID.problem_of(&"a".repeat(128)), None);
        assert_eq!(ID.problem_of(&"a".repeat(129)), Some("is too long"));
        for bad in ["a b", "ä", "a\n", "a,b"] {
            assert_eq!(
                ID.problem_of(bad),
                Some("has a character that is not allowed"),
                "{bad:?}"
            );
        }
        assert!(ORGANIZATION.problem_of("a/b").is_some());
        assert!(LABEL.problem_of("a:b").is_some());
    }

    #[test]
    fn a_refusal_names_option_value_and_limit() {
        let refused = check_name("agent_id", "a b", &ID).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "agent_id \"a b\" has a character that is not allowed \
             (limit: 1 to 128 bytes of [A-Za-z0-9._:/@-])"
        );
        let refused = check_range("max_missed_beats", &0, &limits::MAX_MISSED_BEATS).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "max_missed_beats 0 is out of range (limit: 1 to 1000)"
        );
    }

    #[test]
    fn nan_is_within_no_range() {
        let range = limits::TIMEOUT_MULTIPLIER;
        assert!(check_range("timeout_multiplier", &f64::NAN, &range).is_err());
        assert!(check_range("timeout_multiplier", &f64::INFINITY, &range).is_err());
        assert!(check_range("timeout_multiplier", &1.1, &range).is_ok());
    }

    #[test]
    fn a_cut_splits_no_character() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("äääää", 8), "ää…");
        assert!(cut(&"x".repeat(2_000), 1_024).len() <= 1_024);
    }
}
