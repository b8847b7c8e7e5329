"""Templates as files: found by language, compiled once, checked before anyone relies on them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from liquid import BoundTemplate
from liquid.exceptions import LiquidError, UndefinedError

from recoup.kernel.errors import Refusal
from recoup.kernel.ids import fingerprint
from recoup.wording.limits import ENVIRONMENT

# Places for what code lays out; in the rendered text each stands between two control characters,
# which debtor data and templates cannot contain.
BLOCKS = ("invoices", "totals", "payment", "signature")
OPEN, CLOSE, SUBJECT_END = "\x02", "\x03", "\x04"
FOOTER = f"{OPEN}footer{CLOSE}"
MARKS = {f"{OPEN}{name}{CLOSE}": name for name in BLOCKS}
_GAP = re.compile(r"\n[ \t]*\n\s*")
_SPACES = re.compile(r"[ \t\r\n]+")  # a no-break space inside an amount stays

# What a template may print; those marked optional are absent when there is nothing to say.
VARIABLES = frozenset(
    {
        "creditor",
        "debtor",
        "sender",
        "greeting",
        "count",
        "total",
        "net",
        "as_of",
        "payments_until",
        "first_number",
        "first_due",
        "days_late",
        *BLOCKS,
    }
)
OPTIONAL = frozenset(
    {
        "creditor_address",
        "creditor_email",
        "creditor_phone",
        "contact",
        "account_number",
        "credit",
        "reference",
        "answer_by",
        "bank",
    }
)
LAST_RESORT = "en"


@dataclass(frozen=True)
class Template:
    """A compiled template with the fixed words of its language."""

    name: str
    language: str
    compiled: BoundTemplate
    words: Mapping[str, str]
    version: str


@cache
def languages() -> tuple[str, ...]:
    """The languages we speak: the folders beside this file that hold words."""
    home = resources.files(__package__)
    return tuple(
        sorted(each.name for each in home.iterdir() if each.joinpath("words.toml").is_file())
    )


@cache
def names(language: str) -> tuple[str, ...]:
    """The templates of a language; the footer belongs to all of them."""
    if language not in languages():
        known = ", ".join(languages())
        raise Refusal("language-unknown", f"We do not speak {language!r}. Known are: {known}.")
    folder = resources.files(__package__).joinpath(language)
    found = (each.name.removesuffix(".liquid") for each in folder.iterdir())
    return tuple(sorted(name for name in found if "." not in name and name != "footer"))


def spoken(wanted: str, creditor_language: str) -> str:
    """The debtor's language if we speak it, else the creditor's, else English."""
    for tag in (wanted, creditor_language):
        language = tag.replace("_", "-").partition("-")[0].lower()
        if language in languages():
            return language
    return LAST_RESORT


@cache
def template(name: str, language: str) -> Template:
    """The shipped template of that name; compiled on first use and kept."""
    if name not in names(language):
        known = ", ".join(names(language))
        raise Refusal("template-unknown", f"There is no template {name!r}. Known are: {known}.")
    return from_source(_file(language, f"{name}.liquid"), language, name=name)


def from_source(source: str, language: str, *, name: str = "own") -> Template:
    """A template from its source: a `subject:` line, `---`, then paragraphs.

    The version is the fingerprint of everything the words come from.
    """
    names(language)  # refuses a language we do not speak
    subject, body = _split(source)
    footer, words = _file(language, "footer.liquid"), _file(language, "words.toml")
    whole = f"{subject}{SUBJECT_END}{body}\n\n{FOOTER}\n\n{footer}"
    try:
        compiled = ENVIRONMENT.from_string(whole, name=name)
    except LiquidError as error:
        raise Refusal("template-unreadable", f"Template {name}: {_reason(error)}") from error
    return Template(
        name=name,
        language=language,
        compiled=compiled,
        words=tomllib.loads(words),
        version=fingerprint("\0".join((source, footer, words)).encode()),
    )


def fill(chosen: Template, values: Mapping[str, object]) -> tuple[str, list[str]]:
    """Subject and paragraphs with the values in place; Refusal rather than a gap.

    A paragraph is one of `MARKS`, the footer's mark, or words without any mark.
    """
    try:
        filled = chosen.compiled.render(**values)
    except UndefinedError as error:
        raise Refusal(
            "variable-missing",
            f"Template {chosen.name} ({chosen.language}): {_reason(error)} for this message. "
            "Add the missing fact, or put the sentence between {% if %} and {% endif %}.",
        ) from error
    except LiquidError as error:
        raise Refusal("template-fails", f"Template {chosen.name}: {_reason(error)}") from error
    subject, _, body = filled.partition(SUBJECT_END)
    subject = _SPACES.sub(" ", subject).strip()
    if not subject:
        raise Refusal("subject-empty", f"Template {chosen.name} leaves the subject empty; name it.")
    paragraphs = [part for part in _GAP.split(body.strip()) if part]
    for part in (subject, *paragraphs):
        if OPEN in part and (part is subject or (part not in MARKS and part != FOOTER)):
            raise Refusal(
                "block-in-sentence",
                f"Template {chosen.name}: {', '.join(BLOCKS)} each need a paragraph of their own, "
                "with an empty line before and after.",
            )
    return subject, paragraphs


def check_template(source: str, language: str = LAST_RESORT) -> list[str]:
    """What is wrong with a template, one sentence each; empty when it may be used.

    Besides syntax: unknown variables, and optional ones printed without asking whether they exist.
    """
    try:
        chosen = from_source(source, language)
    except Refusal as refusal:
        return [refusal.sentence]
    known = VARIABLES | OPTIONAL
    used = set(chosen.compiled.global_variable_paths())
    problems = [f"There is no variable {name!r}." for name in sorted(used - known)]
    if problems:
        return problems
    always: dict[str, object] = dict.fromkeys(VARIABLES, "x") | {"count": 2, "days_late": 9}
    always |= {name: mark for mark, name in MARKS.items()}
    for values in (always, always | dict.fromkeys(OPTIONAL, "x"), always | {"count": 1}):
        try:
            fill(chosen, values)
        except Refusal as refusal:
            problems.append(refusal.sentence)
    missing = sorted({"invoices", "totals"} - used)
    problems += [
        f"The block {name!r} is missing; the debtor could not check it." for name in missing
    ]
    return list(dict.fromkeys(problems))


def _file(language: str, name: str) -> str:
    return resources.files(__package__).joinpath(language, name).read_text(encoding="utf-8")


def _split(source: str) -> tuple[str, str]:
    """Subject and body of a source, which holds no control characters but line ends."""
    if any(ord(letter) < ord(" ") and letter not in "\r\n\t" for letter in source):
        raise Refusal(
            "template-unreadable", "A template holds text only; remove the control characters."
        )
    head, line, body = source.replace("\r\n", "\n").partition("\n---\n")
    if not line or not head.startswith("subject:") or "\n" in head or not body.strip():
        raise Refusal(
            "template-unreadable",
            "A template starts with one line 'subject: …', then a line '---', then its paragraphs.",
        )
    return head.removeprefix("subject:").strip(), body.strip()


def _reason(error: LiquidError) -> str:
    """The first line of what the library says."""
    return str(error).partition("\n")[0]
