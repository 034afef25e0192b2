//! Subjects: tokens parted by "."; a subscription may have `*` for one token and `>` for the rest.

use crate::limits::{SUBJECT_BYTES, SUBJECT_TOKENS};

const ANY: &str = "*";
const REST: &str = ">";

/// What is wrong with a subject that somebody publishes to.
pub(crate) fn problem_of_subject(subject: &str) -> Option<&'static str> {
    problem_of_tokens(subject).or_else(|| {
        subject
            .contains(['*', '>'])
            .then_some("has a wildcard, and a message goes to one subject")
    })
}

/// What is wrong with a subject that somebody subscribes to.
pub(crate) fn problem_of_subscription(subject: &str) -> Option<&'static str> {
    if let Some(problem) = problem_of_tokens(subject) {
        return Some(problem);
    }
    let tokens: Vec<&str> = subject.split('.').collect();
    for (index, token) in tokens.iter().enumerate() {
        if *token == REST && index + 1 < tokens.len() {
            return Some("has a \">\" before its end");
        }
        if token.len() > 1 && token.contains(['*', '>']) {
            return Some("has a wildcard that is only part of a token");
        }
    }
    None
}

fn problem_of_tokens(subject: &str) -> Option<&'static str> {
    if subject.is_empty() {
        Some("is empty")
    } else if subject.len() > SUBJECT_BYTES {
        Some("is too long")
    } else if subject.contains(char::is_whitespace) {
        Some("has white space")
    } else if subject.split('.').any(str::is_empty) {
        Some("has an empty token")
    } else if subject.split('.').count() > SUBJECT_TOKENS {
        Some("has too many tokens")
    } else {
        None
    }
}

/// Whether a subscription takes a message on this subject.
pub(crate) fn matches(subscription: &str, subject: &str) -> bool {
    let mut tokens = subject.split('.');
    for wanted in subscription.split('.') {
        match tokens.next() {
            None => return false,
            Some(_) if wanted == REST => return true,
            Some(token) if wanted != ANY && wanted != token => return false,
            Some(_) => {}
        }
    }
    tokens.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_token_and_the_rest_is_one_or_more() {
        let table = [
            ("tasks.new", "tasks.new", true),
            ("tasks.new", "tasks.old", false),
            ("tasks.new", "tasks", false),
            ("tasks", "tasks.new", false),
            ("tasks.*", "tasks.new", true),
            ("tasks.*", "tasks", false),
            ("tasks.*", "tasks.new.eu", false),
            ("*.new", "tasks.new", true),
            ("tasks.>", "tasks.new.eu", true),
            ("tasks.>", "tasks", false),
            (">", "tasks", true),
        ];
        for (subscription, subject, taken) in table {
            assert_eq!(
                matches(subscription, subject),
                taken,
                "{subscription} {subject}"
            );
        }
    }

    #[test]
    fn what_is_no_subject_is_told() {
        let deep = vec!["a"; 16].join(".");
        assert!(problem_of_subject(&format!("{deep}.a")).is_some());
        for good in ["a", "a.b", "ä.ß", &deep] {
            assert_eq!(problem_of_subject(good), None, "{good:?}");
            assert_eq!(problem_of_subscription(good), None, "{good:?}");
        }
        for bad in ["", ".", "a.", ".a", "a..b", "a b", "a\u{a0}b"] {
            assert!(problem_of_subject(bad).is_some(), "{bad:?}");
            assert!(problem_of_subscription(bad).is_some(), "{bad:?}");
        }
        assert!(problem_of_subject(&"a".repeat(257)).is_some());
        for wild in ["*", "a.*", ">", "a.>"] {
            assert!(problem_of_subject(wild).is_some(), "{wild:?}");
            assert_eq!(problem_of_subscription(wild), None, "{wild:?}");
        }
        for wild in [">.a", "a*", "a.>b"] {
            assert!(problem_of_subscription(wild).is_some(), "{wild:?}");
        }
    }
}
