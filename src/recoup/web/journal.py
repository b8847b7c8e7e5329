"""The journal for the general ledger: a period, its control totals, and the files to take away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from recoup.access import Act, asks
from recoup.books.models import Creditor, Seat
from recoup.jobs import journal as books
from recoup.kernel.errors import Refusal
from recoup.web import clock
from recoup.web.page import show
from recoup.web.treatment import day_of


@dataclass(frozen=True)
class Period:
    """The days an address asks for, and what was wrong with it."""

    first: date
    last: date
    refusal: Refusal | None

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        return f"?from={self.first}&to={self.last}"


def asked(request: HttpRequest, creditor: Creditor) -> Period:
    """The period asked for; last month where none is, or none that can be read."""
    last = clock.today(creditor).replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    try:
        given_first = day_of(request.GET.get("from", ""), "The first day") or first
        given_last = day_of(request.GET.get("to", ""), "The last day") or last
        if given_last < given_first:
            raise Refusal("period-reversed", "The period ends before it begins. Swap the two days.")
    except Refusal as refusal:
        return Period(first, last, refusal)
    return Period(given_first, given_last, None)


@asks(Act.SEE)
def journal(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What each ledger account held, took and gave in the period."""
    period = asked(request, seat.creditor)
    found = _journal(seat.creditor, period)
    totals = found.count()
    context = {
        "here": "journal",
        "period": period,
        "recorded_until": found.head.recorded_until,
        "rows": totals.rows(found.head),
        "sums": totals.sums(),
        "movements": totals.movements,
    }
    return show(request, seat, "journal.html", context)


@asks(Act.SEE)
def journal_csv(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """The lines as CSV, sent as they are read."""
    period = asked(request, seat.creditor)
    pieces = _journal(seat.creditor, period).as_csv()
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    return _named(response, period, "csv")


@asks(Act.SEE)
def journal_json(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """The entries as JSON, with the totals at its end."""
    period = asked(request, seat.creditor)
    pieces = _journal(seat.creditor, period).as_json()
    return _named(StreamingHttpResponse(pieces, content_type="application/json"), period, "json")


def _journal(creditor: Creditor, period: Period) -> books.Journal:
    return books.journal(creditor, first=period.first, last=period.last)


def _named(response: StreamingHttpResponse, period: Period, ending: str) -> StreamingHttpResponse:
    name = f"journal-{period.first}-{period.last}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
