"""The aging report: what was owed on a day, by age and account, to read and to take away."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from recoup.access import Act, asks
from recoup.books.models import Creditor, Seat
from recoup.engine.aging import STANDARD
from recoup.jobs.report import aging as aging_of
from recoup.kernel.errors import Refusal
from recoup.reports.base import Kind, Row, Table, csv_lines, write_xlsx
from recoup.web import clock
from recoup.web.bars import AGES, WIDTH
from recoup.web.page import PAGE_ROWS, Pager, page_number, show
from recoup.web.treatment import day_of

# The columns of the chart, in the order of AGES.
BUCKETS = (*STANDARD.columns, "held_minor")


@dataclass(frozen=True)
class Age:
    """One age in the chart: its amount, its share in whole per cent, its width of 1000."""

    number: int
    title: str
    minor: int
    percent: int
    width: int


def ages(total: Row) -> list[Age]:
    """The totals of one currency as a chart; the widest age fills it."""
    amounts = [int(str(total[name] or 0)) for name in BUCKETS]
    whole, largest = sum(amounts), max(amounts)
    return [
        Age(
            number=number,
            title=title,
            minor=minor,
            percent=round(100 * minor / whole) if whole else 0,
            width=WIDTH * minor // largest if largest > 0 else 0,
        )
        for number, (title, minor) in enumerate(zip(AGES, amounts, strict=True))
    ]


def asked_day(request: HttpRequest, creditor: Creditor) -> tuple[date, Refusal | None]:
    """The day the address asks for, today when it names none or none we can read."""
    today = clock.today(creditor)
    try:
        return day_of(request.GET.get("as_of", ""), "The day") or today, None
    except Refusal as refusal:
        return today, refusal


@asks(Act.SEE)
def aging(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The report as of a day: by age, then by account."""
    as_of, refusal = asked_day(request, seat.creditor)
    table = aging_of(seat.creditor, as_of=as_of)
    totals = {str(row["currency"]): row for row in table.totals}
    known = sorted(totals, key=lambda code: (code != seat.creditor.currency, code))
    asked = request.GET.get("currency", "")
    chosen = asked if asked in totals else next(iter(known), "")
    rows = [row for row in table.rows if row["currency"] == chosen]
    query = {"as_of": as_of.isoformat(), "currency": chosen}
    pager = Pager(page_number(request), len(rows), query)
    start = (pager.number - 1) * PAGE_ROWS
    context = {
        "here": "aging",
        "as_of": as_of,
        "refusal": refusal,
        "currencies": known,
        "chosen": chosen,
        "ages": ages(totals[chosen]) if chosen else [],
        "amounts": [each for each in table.columns if each.kind is Kind.AMOUNT],
        "total": totals.get(chosen),
        "rows": rows[start : start + PAGE_ROWS],
        "pager": pager,
    }
    return show(request, seat, "aging.html", context)


@asks(Act.SEE)
def aging_csv(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """The whole report as CSV, plain numbers, sent as it is written."""
    as_of, _ = asked_day(request, seat.creditor)
    table = aging_of(seat.creditor, as_of=as_of)
    response = StreamingHttpResponse(_lines(table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="aging-{as_of}.csv"'
    return response


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def _lines(table: Table) -> Iterator[str]:
    writer = csv.writer(_Echo())
    for line in csv_lines(table):
        yield cast("str", writer.writerow(line))


@asks(Act.SEE)
def aging_xlsx(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """The whole report as a workbook: numbers are numbers, text is never a formula."""
    as_of, _ = asked_day(request, seat.creditor)
    kept = io.BytesIO()
    write_xlsx(aging_of(seat.creditor, as_of=as_of), kept)
    kept.seek(0)
    return FileResponse(kept, as_attachment=True, filename=f"aging-{as_of}.xlsx")
