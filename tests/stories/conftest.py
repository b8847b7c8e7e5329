"""Stories are told through the command line."""

from __future__ import annotations

from tests.cli.conftest import answer, file, mailbox, recoup

__all__ = ["answer", "file", "mailbox", "recoup"]
