"""Subjects: what messages are published to, and what is subscribed to."""

import re
from typing import Final

from heartbeat._runtime.checks import check_text
from heartbeat._runtime.errors import FieldInvalid, shown
from heartbeat._runtime.limits import SUBJECT_BYTES, SUBJECT_TOKENS

#: Stands for one token, in a subscription.
ANY: Final = "*"
#: Stands for one token or more, at the end of a subscription.
REST: Final = ">"


def check_subject(field: str, subject: object) -> str:
    """What a message is published to: one subject, without wildcards."""
    text = check_text(field, subject, SUBJECT_BYTES)
    problem = _problem_of_tokens(text)
    if problem is None and re.search(r"[*>]", text):
        problem = "has a wildcard, and a message goes to one subject"
    if problem is not None:
        raise FieldInvalid(field, shown(text), problem, f'at most {SUBJECT_TOKENS} tokens parted by "."')
    return text


def check_subscription(field: str, subject: object) -> str:
    """What is subscribed to: wildcards may stand for whole tokens."""
    text = check_text(field, subject, SUBJECT_BYTES)
    problem = _problem_of_tokens(text) or _problem_of_wildcards(text.split("."))
    if problem is not None:
        limit = f'at most {SUBJECT_TOKENS} tokens parted by "."; "*" for one, ">" at the end for the rest'
        raise FieldInvalid(field, shown(text), problem, limit)
    return text


def matches(subscription: str, subject: str) -> bool:
    """Whether a subscription takes a message on this subject."""
    wanted = subscription.split(".")
    tokens = subject.split(".")
    if wanted[-1] == REST:
        wanted.pop()
        if len(tokens) <= len(wanted):
            return False
        tokens = tokens[: len(wanted)]
    return len(wanted) == len(tokens) and all(
        want in (ANY, token) for want, token in zip(wanted, tokens, strict=True)
    )


def _problem_of_tokens(subject: str) -> str | None:
    if not subject:
        return "is empty"
    if re.search(r"\s", subject):
        return "has white space"
    tokens = subject.split(".")
    if "" in tokens:
        return "has an empty token"
    if len(tokens) > SUBJECT_TOKENS:
        return f"has {len(tokens)} tokens"
    return None


def _problem_of_wildcards(tokens: list[str]) -> str | None:
    if REST in tokens[:-1]:
        return 'has a ">" before its end'
    if any(len(token) > 1 and re.search(r"[*>]", token) for token in tokens):
        return "has a wildcard that is only part of a token"
    return None
