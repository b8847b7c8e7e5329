"""Exit codes: what a script may rely on. They never change their meaning."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    REFUSED = 1  # nothing was done, or a check found something; a sentence says what
    USAGE = 2  # the command line itself is wrong (click's own code)
    FAULT = 3  # our mistake; the details are in the log
    ASKED = 4  # a question is open: answer it with an option and run again
    NEEDS_PERSON = 5  # done, and something is left for a person
    INTERRUPTED = 130  # Ctrl-C
