"""The command line: `recoup` and what it can do. Reads the clock; decides nothing itself."""

from __future__ import annotations

from recoup.cli.group import Recoup

main = Recoup(
    name="recoup",
    help="Get a business paid without losing its customers.",
    epilog="`recoup COMMAND --help` says more. Exit codes stand in docs/cli.md.",
)
