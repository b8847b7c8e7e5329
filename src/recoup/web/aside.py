"""Rows set aside: why, what to do, correct them on the page, or leave them out for good."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from recoup.access import Act, asks
from recoup.books.models import Seat, SetAsideRow
from recoup.jobs import intake
from recoup.jobs.intake.correct import header_of
from recoup.kernel.errors import Refusal
from recoup.web import clock
from recoup.web.page import PAGE_ROWS, Pager, actor, back, page_number, show, told


@dataclass(frozen=True)
class Cell:
    """One cell of a row, under its column; `mistake` says what is wrong with it."""

    number: int
    column: str
    value: str
    mistake: str


@asks(Act.SEE)
def set_aside(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every row that waits for a person, newest file first."""
    rows = SetAsideRow.objects.filter(creditor=seat.creditor, state="open")
    pager = Pager(page_number(request), rows.count(), {})
    start = (pager.number - 1) * PAGE_ROWS
    listed = rows.select_related("source_file").order_by("-source_file_id", "line", "pk")
    context = {"here": "imports", "rows": listed[start : start + PAGE_ROWS], "pager": pager}
    return show(request, seat, "set_aside.html", context)


def cells_of(row: SetAsideRow, mistakes: list[SetAsideRow]) -> list[Cell]:
    """The cells as they stood in the file, each under its column's name."""
    values = row.raw if isinstance(row.raw, list) else list(row.raw.values())
    wrong = {each.field: f"{each.reason} {each.remedy}" for each in mistakes}
    return _cells(row, values, wrong)


def _cells(row: SetAsideRow, values: list[str], wrong: dict[str, str]) -> list[Cell]:
    """The values under the columns of the file; a mistake stands at the column of its field."""
    column_map = row.source_file.declared.get("column_map") or {}
    theirs = column_map.get("columns", {})
    at = {theirs.get(field, field): sentence for field, sentence in wrong.items()}
    return [
        Cell(number, column, value, at.get(column, ""))
        for number, (column, value) in enumerate(zip_longest(header_of(row), values, fillvalue=""))
    ]


@asks(Act.IMPORT)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, seat: Seat, row_id: int) -> HttpResponseBase:
    """One row, its mistakes, and its cells to correct."""
    rows = SetAsideRow.objects.select_related("source_file__creditor")
    row = get_object_or_404(rows, pk=row_id, creditor=seat.creditor)
    mistakes = list(
        SetAsideRow.objects.filter(source_file=row.source_file, line=row.line, state="open")
    )
    context: dict[str, object] = {"here": "imports", "row": row, "mistakes": mistakes}
    if request.method == "POST":
        answer = _correct(request, seat, row, context)
        if answer is not None:
            return answer
    try:
        context.setdefault("cells", cells_of(row, mistakes))
    except Refusal as refusal:
        context["refusal"] = refusal
    return show(request, seat, "correct_row.html", context)


def _correct(
    request: HttpRequest, seat: Seat, row: SetAsideRow, context: dict[str, object]
) -> HttpResponseBase | None:
    """Take the row in; None when it still has mistakes, which the page then shows."""
    cells = request.POST.getlist("cell")
    today = clock.today(seat.creditor)
    try:
        done = intake.correct_row(
            row, cells=cells, today=today, latest=today, at=clock.now(), by=actor(request)
        )
    except Refusal as refusal:
        context["refusal"] = refusal
        return None
    if done.is_taken:
        with told(request, f"Line {row.line} is corrected and taken in."):
            pass
        return redirect("set_aside", seat.creditor.code)
    still = list(done.mistakes.iter_rows(named=True))
    wrong = {each["field"]: f"{each['reason']} {each['remedy']}" for each in still}
    context["still"] = still
    context["cells"] = _cells(row, cells, wrong)
    return None


@asks(Act.IMPORT)
@require_POST
def dismiss(request: HttpRequest, seat: Seat, row_id: int) -> HttpResponseBase:
    """Leave a row out for good; it stays on record."""
    row = get_object_or_404(SetAsideRow, pk=row_id, creditor=seat.creditor)
    with told(request, f"Line {row.line} is left out. It stays on record."):
        intake.dismiss_row(row, at=clock.now(), by=actor(request))
    return back(request, seat, "set_aside")
