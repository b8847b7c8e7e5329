"""`recoup journal`: everything the general ledger needs of a period, balanced."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from recoup.cli import options, say
from recoup.cli.days import DAY
from recoup.cli.files import FILE, write_pieces
from recoup.cli.start import OnBooks
from recoup.jobs.journal import Journal, journal
from recoup.kernel.errors import Refusal
from recoup.reports.journal import read_codes


@click.command("journal", cls=OnBooks)
@options.creditor
@click.option("--from", "first", type=DAY, required=True, metavar="DATE", help="The first day.")
@click.option("--to", "last", type=DAY, required=True, metavar="DATE", help="The last day.")
@click.option("--csv", "csv_file", type=FILE, metavar="FILE", help="Write CSV; - is the screen.")
@click.option("--json-file", "json_file", type=FILE, metavar="FILE", help="Write JSON.")
@click.option(
    "--codes",
    "codes_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Your codes of the ledger accounts: lines of `receivable,1400`.",
)
@click.option(
    "--recorded-until",
    "recorded_until",
    metavar="INSTANT",
    help="As the books were then, as 2026-03-31T18:00; as they are by default.",
)
@options.as_json
def command(
    code: str | None,
    first: date,
    last: date,
    csv_file: Path | None,
    json_file: Path | None,
    codes_file: Path | None,
    recorded_until: str | None,
) -> None:
    """The journal of a period for the general ledger, with control totals."""
    creditor = options.the_creditor(code)
    until = None if recorded_until is None else _instant(recorded_until)
    codes = {} if codes_file is None else read_codes(_text(codes_file))

    def asked() -> Journal:
        return journal(creditor, first=first, last=last, recorded_until=until, codes=codes)

    found = None
    if csv_file is not None:
        found = asked()
        write_pieces(csv_file, map(str.encode, found.as_csv()))
        # Fails when the movements do not lead to the closing balances.
        found.totals.rows(found.head)
    if json_file is not None:
        found = asked()
        write_pieces(json_file, map(str.encode, found.as_json()))
    if say.is_json():
        for piece in asked().as_json():
            click.echo(piece, nl=False)
    elif csv_file is None or str(csv_file) != "-":
        if found is None:
            found = asked()
            found.count()
        _show(found)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(
            "instant-unreadable", f"{text!r} is no instant. Write it as 2026-03-31T18:00."
        ) from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(
            "ledger-codes-unreadable", f"{path} is not written in UTF-8. Save it as UTF-8."
        ) from error


def _show(found: Journal) -> None:
    head, rows = found.head, found.totals.rows(found.head)
    amounts = ("opening_minor", "debit_minor", "credit_minor", "closing_minor")
    say.line(f"{head.name}: journal, {head.first:%d %B %Y} to {head.last:%d %B %Y}", style="bold")
    cells = [
        [
            str(row["ledger"]),
            str(row["code"]),
            str(row["currency"]),
            *(say.money(int(str(row[name])), str(row["currency"])) for name in amounts),
        ]
        for row in rows
    ]
    sums = [
        [
            "All",
            "",
            str(row["currency"]),
            "",
            *(say.money(int(str(row[name])), str(row["currency"])) for name in amounts[1:3]),
            "",
        ]
        for row in found.totals.sums()
    ]
    right = ["Opening", "Debit", "Credit", "Closing"]
    say.table(["Ledger", "Code", "Cur", *right], [*cells, [""] * 7, *sums], right=right)
    say.line(f"{say.count(found.totals.movements, 'movement')}.")
