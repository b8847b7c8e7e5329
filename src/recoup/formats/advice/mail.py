"""An e-mail with an advice: the list in its text, or the file it brings."""

from __future__ import annotations

import email
import email.message
import email.policy
import email.utils
from collections.abc import Sequence
from html.parser import HTMLParser

from recoup.formats.advice.base import Heading
from recoup.formats.cells import is_email
from recoup.kernel.errors import Refusal

BYTES_MAX = 25 << 20
PARTS_MAX = 100
_HEADERS = (b"from:", b"received:", b"return-path:", b"message-id:", b"delivered-to:", b"date:",
            b"subject:", b"mime-version:", b"to:", b"x-")  # fmt: skip
_BREAKS = frozenset({"br", "p", "div", "tr", "table", "li", "h1", "h2", "h3", "h4", "hr"})
_UNSEEN = frozenset({"style", "script", "head", "title"})


class _Words(HTMLParser):
    """The words of an HTML text, a row of a table one line."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A new line where one is seen; cells stand apart."""
        self._unseen += tag in _UNSEEN
        if tag in _BREAKS:
            self.found.append("\n")
        elif tag in ("td", "th"):
            self.found.append("   ")

    def handle_endtag(self, tag: str) -> None:
        """What is not seen ends."""
        self._unseen -= tag in _UNSEEN and self._unseen > 0

    def handle_data(self, data: str) -> None:
        """Words as they stand; line breaks of the source are none."""
        if not self._unseen:
            self.found.append(" ".join(data.split()) if data.strip() else "")


def is_mail(start: bytes) -> bool:
    """Whether a file begins with the header of an e-mail."""
    line = start.lstrip(b"\r\n").partition(b"\n")[0].lower()
    return line.startswith(_HEADERS)


def parts_of(content: bytes) -> tuple[Heading, str, list[tuple[str, bytes]]]:
    """Who wrote it, its text, and the files it brings with their names."""
    if len(content) > BYTES_MAX:
        raise Refusal(
            "mail-too-large",
            f"The e-mail is larger than {BYTES_MAX >> 20} MB. Bring the list it holds by itself.",
        )
    message = email.message_from_bytes(content, policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    if len(parts) > PARTS_MAX:
        raise Refusal(
            "mail-too-large",
            f"The e-mail has more than {PARTS_MAX} parts. Bring the list it holds by itself.",
        )
    files = [
        (part.get_filename() or "attachment", _bytes(part))
        for part in parts
        if part.get_content_disposition() == "attachment" or part.get_filename()
    ]
    return _heading(message), _text(parts), files


def _bytes(part: email.message.Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _heading(message: email.message.Message) -> Heading:
    """The writer; a name that is an address is none."""
    name, address = email.utils.parseaddr(str(message.get("From", "")))
    return Heading(
        payer_name="" if "@" in name else name[:100],
        payer_email=address.lower() if is_email(address) else "",
    )


def _text(parts: Sequence[email.message.Message]) -> str:
    """The plain text, else the HTML text as one reads it."""
    plain = _texts(parts, "text/plain")
    if plain.strip():
        return plain
    words = _Words()
    words.feed(_texts(parts, "text/html"))
    words.close()
    return "".join(words.found)


def _texts(parts: Sequence[email.message.Message], kind: str) -> str:
    return "\n".join(
        _decoded(part)
        for part in parts
        if part.get_content_type() == kind and not part.get_filename()
    )


def _decoded(part: email.message.Message) -> str:
    charset = part.get_content_charset() or "utf-8"
    try:
        return _bytes(part).decode(charset, "replace")
    except LookupError:
        return _bytes(part).decode("utf-8", "replace")
