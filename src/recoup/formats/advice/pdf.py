"""The text of a PDF file, read by a process with limits of memory and time."""

from __future__ import annotations

import subprocess
import sys

from recoup.formats.advice import pdf_child
from recoup.kernel.errors import Refusal

BYTES_MAX = 10 << 20
# Beside its processor time: a machine may be busy.
WAIT_SECONDS_MAX = 60
_ELSE = "Ask the payer for the list as CSV, XLSX or in the text of an e-mail."


def text_of(name: str, content: bytes) -> str:
    """The text of every page, a row a line; Refusal with the reason when there is none to read."""
    if len(content) > BYTES_MAX:
        raise Refusal(
            "pdf-too-large",
            f"{name} is larger than {BYTES_MAX >> 20} MB. Bring the pages that list what is paid.",
        )
    command = [sys.executable, "-m", pdf_child.__name__]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and nothing of the file in its name
            command, input=content, capture_output=True, timeout=WAIT_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        raise _too_much(name) from None
    if done.returncode == pdf_child.ENCRYPTED:
        raise Refusal(
            "pdf-encrypted",
            f"{name} is locked with a password. Open it, save it without one, and bring that.",
        )
    if done.returncode == pdf_child.BROKEN:
        raise Refusal("pdf-damaged", f"{name} is damaged and cannot be read. {_ELSE}")
    if done.returncode == pdf_child.TOO_LONG:
        raise Refusal(
            "pdf-too-long",
            f"{name} has more than {pdf_child.PAGES_MAX} pages. Bring those that list what is "
            "paid.",
        )
    if done.returncode != pdf_child.DONE:
        raise _too_much(name)
    text = done.stdout.decode("utf-8", "replace").replace("\r\n", "\n")
    if not text.strip():
        raise Refusal(
            "pdf-without-text", f"{name} is a picture: no text can be read from it. {_ELSE}"
        )
    return text


def _too_much(name: str) -> Refusal:
    return Refusal(
        "pdf-too-costly", f"{name} takes more time or memory to read than any advice. {_ELSE}"
    )
