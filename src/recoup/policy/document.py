"""The policy document as text: read, checked, named by its fingerprint.

Every unknown or ill-formed word is reported at once, each with its line and a remedy; when
there is none, everything that cannot be meant.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from recoup.kernel.errors import Refusal
from recoup.kernel.ids import fingerprint
from recoup.kernel.places import Path, Place, Placed, Unreadable, read
from recoup.policy.lawful import against_law
from recoup.policy.lawful_contact import contact_against_law
from recoup.policy.lawful_terms import terms_against_law
from recoup.policy.lint import Finding, lint
from recoup.policy.model import Policy

STANDARD_PATH = FilePath(__file__).with_name("standard.yaml")

_SENTENCES = {
    "missing": "{name} is missing; add it.",
    "string_type": "{name} must be text; write it in quotes.",
    "int_type": "{name} must be a whole number.",
    "bool_type": "{name} must be true or false.",
    "list_type": "{name} must be a list.",
    "dict_type": "{name} must be a mapping of words to values.",
    "model_type": "{name} must be a mapping of words to values.",
    "model_attributes_type": "{name} must be a mapping of words to values.",
    "greater_than_equal": "{name} must be at least {ge}.",
    "less_than_equal": "{name} must be at most {le}.",
    "too_short": "{name} must have at least {min_length} entry.",
    "too_long": "{name} must have at most {max_length} entries.",
    "string_too_short": "{name} must not be empty.",
    "string_too_long": "{name} must have at most {max_length} characters.",
    "string_pattern_mismatch": "{name} must be small letters and digits joined by - or _.",
    "literal_error": "{name} must be one of {expected}.",
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a document: where, and what to do."""

    path: str
    line: int
    column: int
    sentence: str

    def __str__(self) -> str:
        """As compilers say it: `line 12, column 3 (contact.window): …`."""
        where = f" ({self.path})" if self.path else ""
        return f"line {self.line}, column {self.column}{where}: {self.sentence}"


class PolicyRefusal(Refusal):
    """A policy document that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        count = len(problems)
        head = "The policy has a problem" if count == 1 else f"The policy has {count} problems"
        super().__init__("policy-refused", f"{head}. {problems[0]}")
        self.problems = problems


@dataclass(frozen=True)
class Document:
    """A policy that passed every check, its text, and its version: the text's fingerprint."""

    policy: Policy
    text: str
    version: str
    # What is allowed and yet probably not meant.
    warnings: tuple[Problem, ...]


def load(text: str) -> Document:
    """Read a policy; PolicyRefusal with every problem found."""
    try:
        placed = read(text)
    except Unreadable as error:
        raise PolicyRefusal(
            [Problem("", error.place.line, error.place.column, error.sentence)]
        ) from error
    policy = _validated(placed)
    findings = lint(policy)
    refused = [_found(finding, placed) for finding in findings if finding.is_error]
    if refused:
        raise PolicyRefusal(sorted(refused, key=lambda each: (each.line, each.column)))
    return Document(
        policy=policy,
        text=text,
        version=version_of(text),
        warnings=tuple(_found(each, placed) for each in findings),
    )


def publishable(text: str, *, country: str, region: str, on: date) -> Document:
    """The same, checked against the law too; its warnings say where the law limits it."""
    document = load(text)
    limits, refused = lawful(document, country=country, region=region, on=on)
    if refused:
        raise PolicyRefusal(refused)
    return replace(document, warnings=(*document.warnings, *limits))


def lawful(
    document: Document, *, country: str, region: str, on: date
) -> tuple[list[Problem], list[Problem]]:
    """Where the law limits a policy, and where it forbids what the policy asks for."""
    placed = read(document.text)
    findings = [
        *contact_against_law(document.policy, country=country, region=region, on=on),
        *terms_against_law(document.policy, country=country, region=region, on=on),
        *against_law(document.policy, country=country, region=region, on=on),
    ]
    limits = [_found(each, placed) for each in findings if not each.is_error]
    refused = [_found(each, placed) for each in findings if each.is_error]
    return limits, sorted(refused, key=lambda each: (each.line, each.column))


def version_of(text: str) -> str:
    """The name of exactly this text; line ends do not count."""
    return fingerprint(text.replace("\r\n", "\n").encode())


@cache
def standard() -> Document:
    """The policy to start from."""
    return load(STANDARD_PATH.read_text(encoding="utf-8"))


def _validated(placed: Placed) -> Policy:
    if not isinstance(placed.value, dict):
        raise PolicyRefusal(
            [Problem("", 1, 1, "A policy is a mapping that starts with `name:`; see the standard.")]
        )
    try:
        return Policy.model_validate(placed.value)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        # At the same place they stay in the order of the fields, every time.
        problems = dict.fromkeys(_problem(detail, placed) for detail in details)
        raise PolicyRefusal(sorted(problems, key=lambda each: (each.line, each.column))) from error


def _problem(detail: ErrorDetails, placed: Placed) -> Problem:
    path = _known(detail["loc"], placed)
    kind = detail["type"]
    name = str(detail["loc"][-1]) if kind in ("missing", "extra_forbidden") else _name(path)
    place = placed.place(path)
    if kind == "extra_forbidden":
        place = placed.key_places.get(path, place)
        sentence = _unknown(name, path[:-1])
    elif kind in _SENTENCES:
        sentence = _SENTENCES[kind].format(name=name, **detail.get("ctx", {}))
    else:
        sentence = f"{name}: {detail['msg']}."
    return Problem(_dotted(path), place.line, place.column, sentence)


def _known(location: tuple[int | str, ...], placed: Placed) -> Path:
    """The part of pydantic's location that is in the document; unions add names of their own."""
    path: Path = ()
    for part in location:
        if (*path, part) in placed.places:
            path = (*path, part)
    return path


def _name(path: Path) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "The policy")


def _unknown(word: str, path: Path) -> str:
    words = _words_at(path)
    close = difflib.get_close_matches(word, words, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Known here: {', '.join(words)}."
    return f"Nothing here is called {word}. {hint}"


def _words_at(path: Path) -> list[str]:
    """The fields of the model at a path."""
    model: Any = Policy
    for part in path:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation)
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel]:
    """The model inside an annotation such as `list[Step]` or `Window | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [_model_in(each) for each in getattr(annotation, "__args__", ())]
    return inner[0] if inner else Policy


def _found(finding: Finding, placed: Placed) -> Problem:
    place = placed.place(finding.path)
    column = place.column + finding.offset
    return Problem(_dotted(finding.path), place.line, column, finding.sentence)


def _dotted(path: Path) -> str:
    """`procedures[0].steps[2].when`."""
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.removeprefix(".")


__all__ = [
    "Document",
    "Place",
    "PolicyRefusal",
    "Problem",
    "lawful",
    "load",
    "publishable",
    "standard",
    "version_of",
]
