"""Law documents are found, not listed: every `<code>.yaml` beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import ValidationError

from recoup.kernel.errors import Fault, Refusal
from recoup.kernel.ids import fingerprint
from recoup.kernel.places import Unreadable, read
from recoup.law.model import LawDocument

FOLDER = Path(__file__).parent


def parse(text: str, *, name: str = "law") -> LawDocument:
    """One document; Fault that names file, line and reason when it is not well formed."""
    try:
        placed = read(text)
        return LawDocument.model_validate(placed.value)
    except Unreadable as error:
        raise Fault(f"{name}:{error.place.line}: {error.sentence}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = tuple(part for part in first["loc"] if isinstance(part, str | int))
        line = placed.place(path).line
        where = ".".join(map(str, path))
        raise Fault(f"{name}:{line}: {where}: {first['msg']}") from error


@cache
def texts() -> dict[str, str]:
    """The text of every document, by the name of its file."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))}


@cache
def documents() -> dict[str, LawDocument]:
    """Every document by its code; a file is named after its code in small letters."""
    found: dict[str, LawDocument] = {}
    for stem, text in texts().items():
        document = parse(text, name=f"{stem}.yaml")
        if document.code.lower() != stem:
            raise Fault(f"{stem}.yaml calls itself {document.code}; name both alike")
        found[document.code] = document
    for document in found.values():
        if document.within and document.within not in found:
            raise Fault(f"{document.code} lies within {document.within}, which has no document")
    return found


def document_of(code: str) -> LawDocument:
    """The document of a code; Refusal `law-unknown` when there is none."""
    found = documents().get(code.upper())
    if found is None:
        raise Refusal(
            "law-unknown",
            f"There is no law document {code!r}. Known are {', '.join(documents())}.",
        )
    return found


@cache
def version() -> str:
    """The name of everything the documents say: equal texts, equal name."""
    joined = "\x1f".join(f"{stem}\x1e{text}" for stem, text in texts().items())
    return fingerprint(joined.replace("\r\n", "\n").encode())
