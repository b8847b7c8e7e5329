"""A process of its own that reads the text of a PDF file: what goes wrong in it stays in it."""

from __future__ import annotations

import io
import sys

from pypdf import PdfReader
from pypdf.errors import PyPdfError

if sys.platform != "win32":
    import resource

PAGES_MAX = 100
MEMORY_BYTES_MAX = 1 << 30
SECONDS_MAX = 20
# How it ends, for the parent; anything else is a death.
DONE, BROKEN, ENCRYPTED, TOO_LONG = 0, 10, 11, 12


def limit() -> None:
    """At most so much memory and processor time, where the system can promise that."""
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))


def main() -> int:
    """The text of the file on standard input, page by page, rows kept together."""
    limit()
    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        if reader.is_encrypted:
            return ENCRYPTED
        if len(reader.pages) > PAGES_MAX:
            return TOO_LONG
        for page in reader.pages:
            text = page.extract_text(extraction_mode="layout")
            sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # A damaged file breaks its reader in many ways; each means that it cannot be read.
        return BROKEN
    return DONE


if __name__ == "__main__":
    sys.exit(main())
