"""The saved layouts of bank tables: look, correct, forget."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books import files
from recoup.books.models import ColumnMapVersion, Seat
from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.bankmap import Sign
from recoup.formats.statements.values import account_key
from recoup.jobs import bank_layouts
from recoup.web import bank_map, clock
from recoup.web.mapping import PREFIX, Choice
from recoup.web.page import actor, back, show, told


def layout_of(seat: Seat, layout_id: int) -> ColumnMapVersion:
    """The creditor's saved layout of this id, or 404."""
    found = bank_layouts.layouts(seat.creditor).select_related("creditor")
    return get_object_or_404(found, pk=layout_id)


@asks(Act.SEE)
def bank_layout(request: HttpRequest, seat: Seat, layout_id: int) -> HttpResponse:
    """One layout: which column is what, and how it is written."""
    saved = layout_of(seat, layout_id)
    kept = bank_layouts.layout_in(saved)
    columns = kept.bank_map.columns
    context = {
        "here": "bank",
        "layout": saved,
        "map": kept.bank_map,
        "words": bank_map.in_words(kept.bank_map),
        "columns": [(title, columns[name]) for name, title in bank_map.FIELDS if name in columns],
        "header": [name for name in dict.fromkeys(kept.header) if name],
        "choices": [
            Choice(name, title, str(columns.get(name, ""))) for name, title in bank_map.FIELDS
        ],
        "number_formats": list(NumberFormat),
        "date_formats": list(DateFormat),
        "is_one_column": kept.bank_map.sign in (Sign.SIGNED, Sign.INVERTED),
    }
    return show(request, seat, "bank_layout.html", context)


@asks(Act.IMPORT)
@require_POST
def correct(request: HttpRequest, seat: Seat, layout_id: int) -> HttpResponseBase:
    """Read later files as the form says."""
    saved = layout_of(seat, layout_id)
    with told(request, "Corrected. Files that were taken in stay as they were read."):
        bank_layouts.correct_layout(
            saved,
            name=request.POST.get("name", ""),
            changed=_changed(request.POST, bank_layouts.layout_in(saved).bank_map.marks),
            at=clock.now(),
            by=actor(request),
        )
    return back(request, seat, "bank_layout", layout_id=saved.pk)


def _changed(said: QueryDict, marks: dict[str, str]) -> dict[str, object]:
    chosen = {name: str(said.get(PREFIX + name, "")) for name, _ in bank_map.FIELDS}
    columns = {name: column for name, column in chosen.items() if column}
    if {"debit", "credit"} <= set(columns):
        sign = Sign.COLUMNS.value
    elif "mark" in columns:
        sign = Sign.MARK.value
    else:
        sign = said.get("sign", "")
    return {
        "columns": columns,
        "sign": sign,
        "marks": marks if sign == Sign.MARK.value else {},
        "numbers": said.get("numbers") or None,
        "dates": said.get("dates") or None,
        "currency": said.get("currency", "").strip().upper() or None,
        "account": account_key(said.get("account", "")) or None,
    }


@asks(Act.IMPORT)
@require_POST
def forget(request: HttpRequest, seat: Seat, layout_id: int) -> HttpResponseBase:
    """Ask about the next file with this header again."""
    saved = layout_of(seat, layout_id)
    with told(request, f"“{saved.name}” is forgotten. What was taken in by it stays."):
        files.forget_column_map(saved=saved)
    return redirect("bank", seat.creditor.code)
