"""The one error that this library raises of its own accord."""

import json


class FieldInvalid(ValueError):
    """An option or argument is outside its limit. The message names the field, its value and the limit.

    Attributes:
        field: The option as it is written in Python, with its path: `policy.interval`.
        value: What was given, shortened for display.
        limit: What would have been taken; empty where the problem says it all.
    """

    def __init__(self, field: str, value: str, problem: str, limit: str = "") -> None:
        self.field = field
        self.value = value
        self.limit = limit
        bounds = f" (limit: {limit})" if limit else ""
        super().__init__(f"{field} {value} {problem}{bounds}")


def shown(value: object) -> str:
    """A value as it is shown in a message: text is quoted, and all is cut after 40 characters."""
    text = value if isinstance(value, str) else repr(value)
    short = text if len(text) <= 40 else f"{text[:40]}…"
    return json.dumps(short, ensure_ascii=False) if isinstance(value, str) else short


def in_words(error: object) -> str:
    """Anything that was raised, or that a program calls an error, in a sentence."""
    try:
        if not isinstance(error, BaseException):
            return str(error)
        words = str(error)
        name = type(error).__name__
        return f"{name}: {words}" if words else name
    except Exception:
        return "something that cannot be shown"
